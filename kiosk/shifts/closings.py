"""Days and hours on which the station is not open: holiday, power cut, stocktake. Entered before or after, with a reason
from a list and no words of anybody's; withdrawn by a note on the row, never changed."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from kiosk import audit
from kiosk.errors import Refused
from kiosk.storage import Reader, Tx
from kiosk.words import N_

CLOSING_WORDS: Mapping[str, str] = {
    "holiday": N_("节假日"),
    "power_cut": N_("停电"),
    "network": N_("断网"),
    "stocktake": N_("盘点"),
    "weather": N_("天气原因"),
    "training": N_("培训或开会"),
    "leave": N_("请假"),
    "other": N_("其他停业原因"),
}
#: A longer closing is a mistake of the year, or the station is gone.
MOST_DAYS = 60
_TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d", re.ASCII)


@dataclass(frozen=True, slots=True)
class Closing:
    """One closing: whole days, or hours of one day (``from_time``, ``to_time`` on the station's clock)."""

    id: int
    from_on: str
    to_on: str
    from_time: str | None
    to_time: str | None
    reason: str
    entered_at: str
    entered_by_kind: str
    entered_by_id: int
    withdrawn_at: str | None

    @classmethod
    def of(cls, row: sqlite3.Row) -> Closing:
        return cls(**{name: row[name] for name in cls.__slots__})


def enter_closing(
    tx: Tx, from_on: str, to_on: str, reason: str, from_time: str | None = None, to_time: str | None = None
) -> Closing:
    """Enters a closing, whole days or some hours of one day; before it or after.

    Raises ``Refused`` with ``closing.reason_unknown``, ``closing.dates_wrong``, ``closing.too_long``,
    ``closing.times_wrong`` or ``closing.twice``.
    """
    if reason not in CLOSING_WORDS:
        raise Refused("closing.reason_unknown", N_("请从列表中选择停业的原因；没有登记"))
    first, last = _date(from_on), _date(to_on or from_on)
    if last < first:
        raise Refused("closing.dates_wrong", N_("停业的日期不对（应如 2026-11-22，止日不早于起日）；没有登记"))
    if (last - first).days >= MOST_DAYS:
        raise Refused("closing.too_long", N_("一次最多登记 {most} 天；没有登记，请分几次登记"), most=MOST_DAYS)
    begins, ends = from_time or None, to_time or None
    if (begins is None) != (ends is None) or (
        begins is not None
        and ends is not None
        and not (_TIME.fullmatch(begins) and _TIME.fullmatch(ends) and begins < ends and first == last)
    ):
        raise Refused(
            "closing.times_wrong", N_("停业的时间不对：只在一天之内填，如 14:00 到 16:30；整天停业不用填；没有登记")
        )
    columns = {
        "from_on": first.isoformat(), "to_on": last.isoformat(), "from_time": begins, "to_time": ends, "reason": reason,
    }  # fmt: skip
    if any(all(getattr(standing, name) == value for name, value in columns.items()) for standing in standing_between(
        tx, first.isoformat(), last.isoformat()
    )):  # fmt: skip
        raise Refused("closing.twice", N_("这次停业已经登记过了；没有重复登记"))
    closing_id = tx.insert(
        "closings", **columns, entered_at=tx.now, entered_by_kind=tx.actor.kind, entered_by_id=tx.actor.id
    )
    audit.record(
        tx, "closing.entered", closing_id=closing_id, from_on=first.isoformat(), to_on=last.isoformat(), reason=reason
    )
    return closing(tx, closing_id)


def withdraw_closing(tx: Tx, closing_id: int) -> Closing:
    """Withdraws a closing that was entered by mistake; raises ``Refused`` ``closing.unknown``, ``closing.withdrawn``."""
    found = closing(tx, closing_id)
    if found.withdrawn_at is not None:
        raise Refused("closing.withdrawn", N_("这次停业登记已经撤回过了；没有改动任何内容"))
    tx.change("closings", closing_id, withdrawn_at=tx.now, withdrawn_by_kind=tx.actor.kind, withdrawn_by_id=tx.actor.id)
    audit.record(tx, "closing.withdrawn", closing_id=closing_id)
    return closing(tx, closing_id)


def closing(db: Reader, closing_id: int) -> Closing:
    """The closing of this id; raises ``Refused('closing.unknown')``."""
    row = db.one("SELECT * FROM closings WHERE id = ?", closing_id)
    if row is None:
        raise Refused("closing.unknown", N_("没有编号为 {closing_id} 的停业登记"), closing_id=closing_id)
    return Closing.of(row)


def standing_between(db: Reader, first_on: str, last_on: str) -> list[Closing]:
    """Closings that touch a span of dates, oldest first, without the withdrawn ones."""
    rows = db.all(
        "SELECT * FROM closings WHERE from_on <= ? AND to_on >= ? AND withdrawn_at IS NULL ORDER BY from_on, id",
        last_on,
        first_on,
    )
    return [Closing.of(row) for row in rows]


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text if re.fullmatch(r"\d{4}-\d\d-\d\d", text, re.ASCII) else "")
    except ValueError:
        raise Refused(
            "closing.dates_wrong", N_("停业的日期不对（应如 2026-11-22，止日不早于起日）；没有登记")
        ) from None
