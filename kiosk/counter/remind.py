"""Joins parcels that lie too long to the notices that tell of them: the clock notes who is to be reminded, a clerk calls or
pastes the text into the village's group. The station itself disposes of nothing, however old it is."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from kiosk import audit, clock, shifts
from kiosk.counter import set_aside
from kiosk.errors import Refused
from kiosk.notices import reminders
from kiosk.notices import store as notices
from kiosk.notices.model import NOT_REACHED, REACHED, REMINDERS, Notice
from kiosk.parcels import overdue, store
from kiosk.parcels.actions import mark_to_return
from kiosk.parcels.events import refusal
from kiosk.parcels.model import CASE, IN_STOCK_SQL, ParcelState, ProblemReason
from kiosk.parcels.view import PersonView
from kiosk.people.rights import Right, require
from kiosk.storage import Reader, Store, Tx
from kiosk.words import N_, say

OUTCOMES = (REACHED, NOT_REACHED)
AT_ONCE = 200
MOST_CALLS = 60
MOST_IN_GROUP = 2000
_KINDS = ", ".join(repr(kind) for kind in REMINDERS)
#: Reminders that nobody has told yet, with the parcels that still wait on their shelves.
_TO_TELL = (
    "FROM notices n JOIN parcels p ON p.id = n.subject_id WHERE n.state = 'held' AND n.subject_kind = 'parcel'"
    f" AND n.kind IN ({_KINDS}) AND p.state = 'on_shelf'"
)


@dataclass(frozen=True, slots=True)
class Caller:
    """Somebody who is to be called: what waits for them, the reminder that is due, and the calls that reached nobody."""

    person: PersonView
    reminder: str
    not_reached: int
    last_call_at: str

    @property
    def days(self) -> int:
        """How long the oldest of it waits."""
        return max(parcel.days for parcel in self.person.parcels)


@dataclass(frozen=True, slots=True)
class Marked:
    """What became of one parcel that was to go back."""

    parcel_id: int
    is_done: bool
    code: str
    message: str


def remind_due(station: Store) -> int:
    """Notes the reminders that are due (chores); returns how many.

    The stock is gone through while the counter goes on, and each turn only looks again at its own parcels. None in quiet
    hours and none while no day is open: people begin a day, and a notice bears its date.
    """
    with station.reading() as db:
        due = [parcel_id for parcel_id, _number in _due(db, clock.stamp())]
    done = 0
    for first in range(0, len(due), AT_ONCE):
        with station.transaction() as tx:
            done += remind_some(tx, due[first : first + AT_ONCE])
    return done


def remind_some(tx: Tx, among: Sequence[int] | None = None) -> int:
    """One turn of ``remind_due``: notes what is due among these parcels, of the whole stock without them."""
    now, today = clock.read(tx.now), shifts.open_day(tx)
    if today is None or overdue.is_quiet(now, tx.settings):
        return 0
    noted = 0
    for parcel_id, number in _due(tx, tx.now, among)[:AT_ONCE]:
        reminders.remind(tx, today.business_on, CASE, parcel_id, REMINDERS[number - 1])
        noted += 1
    return noted


def _due(db: Reader, at: str, among: Sequence[int] | None = None) -> list[tuple[int, int]]:
    """Parcels with the number of the reminder that is due and was not noted yet."""
    now, plan = clock.read(at), db.settings.reminders
    quiet_since = clock.stamp(now - timedelta(hours=plan.first_after_hours))
    rows = db.all(
        "SELECT id, checked_in_at, (SELECT MAX(kind) FROM notices n WHERE n.subject_kind = 'parcel' AND n.subject_id ="
        f" p.id AND n.kind IN ({_KINDS}) AND NOT (n.state = 'cancelled' AND n.result <> 'replaced')) AS noted,"
        " (SELECT MAX(created_at) FROM notices n WHERE n.subject_kind = 'parcel' AND n.subject_id = p.id AND n.channel <>"
        " 'paper' AND n.state IN ('held', 'sent')) AS told_at"
        f" FROM parcels p {'INDEXED BY stock_by_age' if among is None else ''} WHERE p.{IN_STOCK_SQL} AND p.state ="
        f" 'on_shelf' {'' if among is None else 'AND p.id IN (SELECT value FROM json_each(?))'} ORDER BY checked_in_on, id",
        *(() if among is None else (json.dumps(list(among)),)),
    )
    found = []
    for row in rows:
        number = overdue.reminder_due(row["checked_in_at"], now, db.settings)
        is_new = number and (row["noted"] or "") < REMINDERS[number - 1]
        if is_new and (row["told_at"] or "") <= quiet_since:
            found.append((row["id"], number))
    return found


def call_list(db: Reader, limit: int = MOST_CALLS) -> tuple[list[Caller], int]:
    """Who is to be called, those who wait longest first, and how many more there are (at least: two families may share a
    tail). Only those shown are told apart: after a holiday thousands may wait."""
    rows = db.all(f"SELECT p.*, n.kind AS reminder {_TO_TELL} ORDER BY p.checked_in_on, p.id")
    kinds = {row["id"]: row["reminder"] for row in rows}
    tails = list(overdue.by_tail(rows).values())
    persons = [person for found in tails[:limit] for person in overdue.by_person(db, found)]
    beyond = max(0, len(persons) - limit) + max(0, len(tails) - limit)
    return [_caller(db, person, kinds) for person in persons[:limit]], beyond


def count_to_call(db: Reader) -> int:
    """How many parcels somebody is to be reminded of."""
    return int(db.value(f"SELECT COUNT(*) {_TO_TELL}"))


def _caller(db: Reader, person: PersonView, kinds: dict[int, str]) -> Caller:
    rows = [
        row
        for parcel_id in person.parcel_ids
        for row in db.all(
            "SELECT created_at, result FROM notices WHERE subject_kind = 'parcel' AND subject_id = ? AND kind = 'call'"
            " AND state <> 'cancelled' ORDER BY id",
            parcel_id,
        )
    ]
    failed = [row["created_at"] for row in rows if row["result"] == NOT_REACHED]
    return Caller(
        person, max(kinds[parcel_id] for parcel_id in person.parcel_ids), len(set(failed)), max(failed, default="")
    )


def note_calls(tx: Tx, parcel_ids: Sequence[int], outcome: str) -> list[int]:
    """Writes down one call about these parcels; returns the notices' ids. Refused ``call.outcome_unknown``,
    ``call.about_nothing``, ``parcel.*`` for one that is not here any more, ``staff.not_allowed``."""
    require(tx.actor, Right.SERVE)
    if outcome not in OUTCOMES:
        raise Refused("call.outcome_unknown", N_("请选「打通了」或「没打通」；没有记下"))
    business_on = shifts.ensure_open(tx).business_on
    return [reminders.note_call(tx, business_on, CASE, found, outcome) for found in _here(tx, parcel_ids)]


def note_group_text(tx: Tx, parcel_ids: Sequence[int]) -> list[int]:
    """Writes down that the text about these parcels was pasted into the group; what left meanwhile is passed over.

    Refused ``call.about_nothing``, ``staff.not_allowed``."""
    require(tx.actor, Right.SERVE)
    business_on = shifts.ensure_open(tx).business_on
    here = [
        parcel_id
        for parcel_id in dict.fromkeys(parcel_ids)
        if tx.value("SELECT 1 FROM parcels WHERE id = ? AND state = 'on_shelf'", parcel_id)
    ]
    found = [reminders.note_in_group(tx, business_on, CASE, parcel_id) for parcel_id in _some(here)]
    audit.record(tx, "notice.group_told", count=len(found))
    return found


def take_back_told(tx: Tx, notice_id: int) -> Notice:
    """A call or group text was noted by mistake: the reminder waits again. Refused as ``reminders.take_back``."""
    require(tx.actor, Right.SERVE)
    found = notices.notice(tx, notice_id)
    waits = bool(tx.value("SELECT 1 FROM parcels WHERE id = ? AND state = 'on_shelf'", found.subject_id))
    return reminders.take_back(tx, shifts.ensure_open(tx).business_on, notice_id, still_waits=waits)


def told_by_hand(db: Reader, business_on: str, limit: int = 20) -> list[Notice]:
    """Calls and group texts of a day that stand, newest first."""
    rows = db.all(
        "SELECT id FROM notices WHERE business_on = ? AND channel IN ('phone', 'group') AND state <> 'cancelled'"
        " ORDER BY id DESC LIMIT ?",
        business_on,
        limit,
    )
    return [notices.notice(db, row["id"]) for row in rows]


def for_group(db: Reader, at_least_days: int) -> tuple[str, list[int]]:
    """The text for the village's group and the parcels that it is about."""
    rows = overdue.waiting_since(db, at_least_days)[:MOST_IN_GROUP]
    return overdue.group_text(db, overdue.by_person(db, rows)), [row["id"] for row in rows]


def mark_many_to_return(tx: Tx, parcel_ids: Sequence[int]) -> list[Marked]:
    """Puts overdue parcels on the list of those that go back, each by itself; what may not is told and left alone.

    Refused ``overdue.nothing_chosen``, ``staff.not_allowed``; each: ``overdue.too_young`` within the days for which it is
    kept, ``parcel.*``.
    """
    require(tx.actor, Right.SERVE)
    if not parcel_ids:
        raise Refused("overdue.nothing_chosen", N_("还没有勾选快件；没有改动"))
    business_on = shifts.ensure_open(tx).business_on
    found = []
    for parcel_id in dict.fromkeys(parcel_ids):
        try:
            row = store.parcel(tx, parcel_id)
            _require_old(tx, row["checked_in_on"] or "9999-12-31")
            mark_to_return(tx, business_on, row, ProblemReason.OVERDUE)
        except Refused as refused:
            found.append(Marked(parcel_id, False, refused.code, say(refused.message, **refused.facts)))
        else:
            found.append(Marked(parcel_id, True, "parcel.marked_to_return", say(N_("已列为待退"))))
    set_aside.remember(tx, *(one.parcel_id for one in found if one.is_done))
    return found


def _require_old(tx: Tx, checked_in_on: str) -> None:
    days = tx.settings.reminders.return_days
    if checked_in_on > overdue.before_on(tx, days):
        raise Refused(
            "overdue.too_young", N_("放了还不到 {days} 天，没有列为待退；要提前退请在快件页面办"), days=days
        )  # fmt: skip


def _here(tx: Tx, parcel_ids: Sequence[int]) -> list[int]:
    for parcel_id in parcel_ids:
        row = store.parcel(tx, parcel_id)
        if row["state"] not in (ParcelState.ON_SHELF, ParcelState.PROBLEM):
            raise refusal(tx, row)
    return _some(parcel_ids)


def _some(parcel_ids: Iterable[int]) -> list[int]:
    found = list(dict.fromkeys(parcel_ids))
    if not found:
        raise Refused("call.about_nothing", N_("没有要通知的快件；没有记下，请刷新页面"))
    return found
