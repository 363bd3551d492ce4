"""Parcels announced before they come, typed at the counter or told by a program: all of a list or nothing, with every line
that does not do. Intake checks them off."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from kiosk import clock, shifts
from kiosk.codes import parse_phone, recognise, waybill_of
from kiosk.counter import last_acts
from kiosk.errors import Refused
from kiosk.parcels import expected, intake, store
from kiosk.parcels.model import SET_ASIDE_SQL, ParcelState
from kiosk.people.rights import Right, require
from kiosk.storage import Reader, Tx
from kiosk.words import N_, say

MOST_AT_ONCE = 200
LONGEST_LIST = 20_000
#: Nobody announces for a day further off than this: it is a slip of the finger.
FURTHEST_DAYS = 60


@dataclass(frozen=True, slots=True)
class Announced:
    """One parcel that is on its way; '' for what is not known."""

    waybill: str
    phone: str = ""
    name_hint: str = ""


def read_lines(text: str) -> list[Announced]:
    """A list as it is typed or pasted: a line each, waybill, then phone or tail, then name, apart by a space, tab or comma.
    Nothing for an empty one; what can't be read is told by ``expect_parcels``."""
    found = []
    for line in text[:LONGEST_LIST].splitlines():
        parts = line.replace("，", " ").replace(",", " ").split()
        if not parts:
            continue
        phone = next((part for part in parts[1:] if part[:1].isdecimal()), "")
        name = next((part for part in parts[1:] if not part[:1].isdecimal()), "")
        found.append(Announced(parts[0], phone, name))
    return found


def expect_parcels(
    tx: Tx, announced: Sequence[Announced], *, carrier: str | None = None, source: str = "", due_on: str = ""
) -> list[int]:
    """Writes down parcels that are on their way, who said so and for which day; returns their ids. All or none: Refused
    ``expected.line_wrong`` names the first line that does not do, how many there are, and why (``because``);
    ``expected.nothing_typed``, ``expected.too_many``, ``expected.source_unknown``, ``expected.day_unreadable``,
    ``staff.not_allowed``."""
    require(tx.actor, Right.BATCH)
    if not announced:
        raise Refused("expected.nothing_typed", N_("还没有填运单号；没有登记"))
    if len(announced) > MOST_AT_ONCE:
        raise Refused("expected.too_many", N_("一次最多登记 {most} 件，没有登记；请分几次"), most=MOST_AT_ONCE)
    said_by, day = _source(source), _day(tx, due_on)
    business_on = shifts.ensure_open(tx).business_on
    made, wrong = [], []
    for number, one in enumerate(announced, 1):
        try:
            made.append(_expect(tx, business_on, one, carrier, said_by, day))
        except Refused as refused:
            wrong.append((number, refused))
    if wrong:
        number, first = wrong[0]
        raise Refused(
            "expected.line_wrong",
            N_("第 {line} 行不能登记：{why}（共 {count} 行有问题）；一件也没有登记，改好再交一次"),
            line=number,
            why=say(first.message, **first.facts),
            because=first.code,
            count=len(wrong),
            lines=[line for line, _refused in wrong],
        )
    last_acts.remember_here(tx, last_acts.MARK, made, ",".join("1" for _ in made))
    return made


def _source(text: str) -> expected.Source | None:
    if text and text not in set(expected.Source):
        raise Refused("expected.source_unknown", N_("请选是谁说要来的：县里的仓库、快递公司或别的站点；没有登记"))
    return expected.Source(text) if text else None


def _day(tx: Tx, text: str) -> date | None:
    if not text:
        return None
    today = clock.local_date(tx.settings.station.zone)
    try:
        day = date.fromisoformat(text)
    except ValueError:
        day = date.min
    if not today <= day <= today + timedelta(days=FURTHEST_DAYS):
        raise Refused(
            "expected.day_unreadable", N_("哪天到要填今天起 {most} 天以内的日期，不知道可以不填；没有登记"), most=FURTHEST_DAYS
        )  # fmt: skip
    return day


def _expect(
    tx: Tx, business_on: str, one: Announced, carrier: str | None, source: expected.Source | None, day: date | None
) -> int:
    recognised = recognise(one.waybill)
    waybill_of(recognised, book_is_parcel=False)
    entry = parse_phone(one.phone) if one.phone.strip() else None
    person = intake.recipient(tx, entry, None, one.name_hint)
    return expected.note_expected(
        tx, business_on, recognised, person, carrier=carrier or None, source=source, due_on=day
    )


def drop_expected(tx: Tx, parcel_id: int) -> None:
    """A parcel will not come. Refused as ``expected.drop_expected``, ``parcel.unknown``, ``staff.not_allowed``."""
    require(tx.actor, Right.BATCH)
    expected.drop_expected(tx, shifts.ensure_open(tx).business_on, store.parcel(tx, parcel_id))


def outstanding(tx: Reader) -> int:
    """How many parcels are still on their way."""
    sql = f"SELECT COUNT(*) FROM parcels WHERE state = ? AND {SET_ASIDE_SQL}"
    return int(tx.value(sql, ParcelState.EXPECTED.value))
