"""What is wrong with a parcel, since when and what came of it (问题件). A case follows the parcel's events: the one road by
which a parcel changes opens it, closes it, and opens it again when what closed it is undone. Beside that only the manager
settles one, of a parcel that is lost or with the wrong person."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from kiosk import audit
from kiosk.errors import Refused
from kiosk.parcels.model import PROBLEM_WORDS, EventKind, ParcelState
from kiosk.storage import Reader, Tx
from kiosk.words import N_

LOST = "lost"
KIND_WORDS: Mapping[str, str] = {**PROBLEM_WORDS, LOST: N_("丢失")}
#: Cases whose parcel is not here: they end by its coming back, or by being settled.
AWAY = frozenset({"wrong_person", LOST})


class Resolution(StrEnum):
    """How a case ended; '' while it is open."""

    OPEN = ""
    PUT_BACK = "put_back"
    TO_RETURN = "to_return"
    HANDED_OVER = "handed_over"
    RETURNED = "returned"
    RECOVERED = "recovered"
    FOUND = "found"
    LOST = "lost"
    COMPENSATED = "compensated"  # the villager was paid
    SETTLED = "settled"  # agreed with recipient or carrier, without our money
    BY_MISTAKE = "by_mistake"  # it never was one


RESOLUTION_WORDS: Mapping[str, str] = {
    Resolution.OPEN: N_("待处理"),
    Resolution.PUT_BACK: N_("已解决，恢复在库"),
    Resolution.TO_RETURN: N_("转为待退"),
    Resolution.HANDED_OVER: N_("仍交给了收件人"),
    Resolution.RETURNED: N_("已退回"),
    Resolution.RECOVERED: N_("已追回"),
    Resolution.FOUND: N_("找到了"),
    Resolution.LOST: N_("没有追回，登记丢失"),
    Resolution.COMPENSATED: N_("已赔付"),
    Resolution.SETTLED: N_("已与收件人或快递公司谈妥"),
    Resolution.BY_MISTAKE: N_("登记错了，已撤销"),
}
#: By which event an open case ends.
_ENDS: Mapping[EventKind, Resolution] = {
    EventKind.PUT_BACK: Resolution.PUT_BACK,
    EventKind.MARKED_TO_RETURN: Resolution.TO_RETURN,
    EventKind.HANDED_OVER: Resolution.HANDED_OVER,
    EventKind.RETURNED: Resolution.RETURNED,
    EventKind.RECOVERED: Resolution.RECOVERED,
    EventKind.FOUND_AGAIN: Resolution.FOUND,
    EventKind.LOST: Resolution.LOST,
}
#: Events that take the one before them back.
UNDOES = frozenset(kind for kind in EventKind if kind.value.endswith("_undone"))
_OPENS = frozenset({EventKind.MARKED_PROBLEM, EventKind.LOST, EventKind.WRONG_PERSON_NOTED})

audit.register(
    "problem.settled",
    N_("快件 {parcel_id} 的问题（{kind}）了结：{resolution}"),
    problem_id=audit.ID,
    parcel_id=audit.ID,
    kind=audit.ENUM,
    resolution=audit.ENUM,
)
audit.register(
    "problem.reopened", N_("快件 {parcel_id} 的问题重新打开"), problem_id=audit.ID, parcel_id=audit.ID
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Case:
    """One problem of a parcel."""

    id: int
    parcel_id: int
    kind: str
    resolution: str
    opened_step: int
    opened_on: str
    opened_at: str
    closed_step: int | None
    settled_step: int | None
    closed_on: str | None
    closed_at: str | None
    closed_by_kind: str | None
    closed_by_id: int | None

    @property
    def is_open(self) -> bool:
        """Whether somebody still has to see to it."""
        return self.resolution == Resolution.OPEN

    @classmethod
    def of(cls, row: sqlite3.Row) -> Case:
        return cls(**{name: row[name] for name in cls.__slots__})


def concerns(kind: EventKind, before: ParcelState) -> bool:
    """Whether an event can open or end a case: the way of every check-in and hand-over asks nothing of the database."""
    return before in (ParcelState.PROBLEM, ParcelState.LOST) or kind in _OPENS or kind in UNDOES or kind in (
        EventKind.RECOVERED, EventKind.PUT_BACK
    )  # fmt: skip


def opens(kind: EventKind, after: ParcelState, detail: Mapping[str, Any]) -> str:
    """The kind of case that an event opens; ``''`` for none. What comes back damaged is a problem of its own."""
    if kind is EventKind.MARKED_PROBLEM:
        return str(detail.get("reason", "other"))
    if kind is EventKind.LOST:
        return LOST
    if kind is EventKind.WRONG_PERSON_NOTED:
        return "wrong_person"
    return "other" if after is ParcelState.PROBLEM and kind in (EventKind.RECOVERED, EventKind.FOUND_AGAIN) else ""


def ends(kind: EventKind) -> Resolution:
    """How an event ends the case that is open; ``OPEN`` when it leaves it."""
    return _ENDS.get(kind, Resolution.OPEN)


def follow(
    tx: Tx, parcel_id: int, step: int, kind: EventKind, business_on: str, after: ParcelState, detail: Mapping[str, Any]
) -> None:
    """Brings a parcel's cases in step with the event that was just written."""
    if kind in UNDOES:
        undone = tx.value(
            "SELECT MAX(step) FROM parcel_events WHERE parcel_id = ? AND step < ? AND kind <> 'second_pickup_tried'",
            parcel_id,
            step,
        )
        case = open_case(tx, parcel_id)
        if case is not None and case.opened_step == undone:
            _close(tx, case.id, Resolution.BY_MISTAKE, step, business_on)
        tx.execute(
            "UPDATE parcel_problems SET resolution = '', closed_step = NULL, closed_on = NULL, closed_at = NULL,"
            " closed_by_kind = NULL, closed_by_id = NULL WHERE parcel_id = ? AND closed_step = ?",
            parcel_id,
            undone,
        )
        return
    resolution = ends(kind)
    if resolution:
        case = open_case(tx, parcel_id)
        if case is not None:
            _close(tx, case.id, resolution, step, business_on)
    opened = opens(kind, after, detail)
    if opened:
        tx.insert(
            "parcel_problems", parcel_id=parcel_id, kind=opened, opened_step=step, opened_on=business_on,
            opened_at=tx.now,
        )  # fmt: skip


def settle(tx: Tx, case_id: int, business_on: str, resolution: Resolution) -> Case:
    """Ends a case of a parcel that is not here without its moving. Refused ``problem.unknown``, ``problem.is_closed``,
    ``problem.parcel_is_here`` (then it is put back, returned or handed over)."""
    case = find(tx, case_id)
    if not case.is_open:
        raise Refused("problem.is_closed", N_("这个问题已经了结，没有改动"), problem_id=case_id)
    if case.kind not in AWAY:
        raise Refused(
            "problem.parcel_is_here",
            N_("这件还在站点，没有了结；请先恢复在库、列为待退，或交给收件人"),
            problem_id=case_id,
        )
    _close(tx, case_id, resolution, None, business_on, _steps(tx, case))
    audit.record(
        tx, "problem.settled", problem_id=case_id, parcel_id=case.parcel_id, kind=case.kind, resolution=resolution
    )
    return find(tx, case_id)


def reopen(tx: Tx, case_id: int, business_on: str) -> Case:
    """Takes a settling back on its business day. Refused ``problem.not_settled``, ``undo.other_day``."""
    case = find(tx, case_id)
    if case.resolution not in (Resolution.COMPENSATED, Resolution.SETTLED) or open_case(tx, case.parcel_id):
        raise Refused("problem.not_settled", N_("这个问题不是在这里了结的，没有改动"), problem_id=case_id)
    if case.settled_step != _steps(tx, case):
        raise Refused("undo.something_followed", N_("这件后来又有别的操作，没有改动；请在快件页面处理"))
    if case.closed_on != business_on:
        raise Refused(
            "undo.other_day", N_("这是 {when} 了结的，过了营业日不能撤销；没有改动"), when=case.closed_on
        )  # fmt: skip
    tx.change(
        "parcel_problems", case_id, resolution="", settled_step=None, closed_on=None, closed_at=None,
        closed_by_kind=None, closed_by_id=None,
    )  # fmt: skip
    audit.record(tx, "problem.reopened", problem_id=case_id, parcel_id=case.parcel_id)
    return find(tx, case_id)


def find(db: Reader, case_id: int) -> Case:
    """The case of this id; Refused ``problem.unknown``."""
    row = db.one("SELECT * FROM parcel_problems WHERE id = ?", case_id)
    if row is None:
        raise Refused("problem.unknown", N_("没有编号为 {problem_id} 的问题件记录，没有改动"), problem_id=case_id)
    return Case.of(row)


def open_case(db: Reader, parcel_id: int) -> Case | None:
    """The case that is open for a parcel."""
    row = db.one("SELECT * FROM parcel_problems WHERE parcel_id = ? AND resolution = ''", parcel_id)
    return Case.of(row) if row is not None else None


def of_parcel(db: Reader, parcel_id: int) -> list[Case]:
    """Every case of a parcel, oldest first."""
    rows = db.all("SELECT * FROM parcel_problems WHERE parcel_id = ? ORDER BY opened_step", parcel_id)
    return [Case.of(row) for row in rows]


def page(
    db: Reader, *, kind: str = "", is_open: bool = True, before_id: int | None = None, limit: int = 50
) -> tuple[list[Case], int | None]:
    """Cases newest first, and the id to go on before. Open ones are read from their own index."""
    conditions, values = ["resolution = ''" if is_open else "resolution <> ''"], []
    if kind:
        conditions.append("kind = ?")
        values.append(kind)
    if before_id is not None:
        conditions.append("id < ?")
        values.append(before_id)
    rows = db.all(
        f"SELECT * FROM parcel_problems WHERE {' AND '.join(conditions)} ORDER BY id DESC LIMIT ?", *values, limit + 1
    )
    return [Case.of(row) for row in rows[:limit]], rows[limit - 1]["id"] if len(rows) > limit else None


def counts(db: Reader) -> dict[str, int]:
    """How many cases of each kind are open."""
    rows = db.all("SELECT kind, COUNT(*) FROM parcel_problems WHERE resolution = '' GROUP BY kind")
    return {row[0]: row[1] for row in rows}


def _steps(db: Reader, case: Case) -> int:
    return int(db.value("SELECT steps FROM parcels WHERE id = ?", case.parcel_id))


def _close(
    tx: Tx, case_id: int, resolution: Resolution, step: int | None, business_on: str, settled_step: int | None = None
) -> None:
    tx.change(
        "parcel_problems", case_id, resolution=resolution.value, closed_step=step, settled_step=settled_step, closed_on=business_on,
        closed_at=tx.now, closed_by_kind=tx.actor.kind, closed_by_id=tx.actor.id,
    )  # fmt: skip
