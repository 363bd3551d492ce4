"""What a day's report tells beside services and parcels: how many people were served, and what the registers counted. The
past is read as it stood at the end of the date, so the same date gives the same counts however often it is asked."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from kiosk import registers
from kiosk.reports.model import COUNT_COLUMNS
from kiosk.storage import Reader

_OUT = "('handed_over', 'door_delivered')"

# Whoever stood at the counter with a ticket is counted by the ticket; who only collected, by the moment at which the
# parcels left together. A ticket of nothing but refunds, and one that was voided the same day, served nobody.
_TICKETS = (
    "SELECT COUNT(*) FROM tickets t WHERE t.settled_on = ? AND EXISTS (SELECT 1 FROM ticket_lines l"
    " WHERE l.ticket_id = t.id AND l.state = 'done' AND l.refunds_line_id IS NULL)"
)
_PICK_UPS = (
    "SELECT COUNT(*) FROM (SELECT e.at FROM parcel_events e WHERE e.business_on = :on"
    f" AND e.to_state IN {_OUT} AND COALESCE(e.from_state, '') NOT IN {_OUT}"
    " AND NOT EXISTS (SELECT 1 FROM parcel_events u WHERE u.parcel_id = e.parcel_id AND u.step > e.step"
    f" AND u.business_on = :on AND u.from_state IN {_OUT} AND u.to_state NOT IN {_OUT})"
    " GROUP BY e.at, e.actor_kind, e.actor_id, e.desk_id"
    " HAVING SUM(EXISTS (SELECT 1 FROM ticket_lines l JOIN tickets t ON t.id = l.ticket_id"
    " WHERE l.case_kind = 'parcel' AND l.case_id = e.parcel_id AND l.state = 'done' AND t.settled_on = :on)) = 0)"
)


#: Column → the counter of a register (``config/registers``) that counts it.
COUNTERS: Mapping[str, str] = {
    "complaints_new": "complaints.new",
    "complaints_closed": "complaints.closed",
    "posts_published": "posts.published",
    "training_held": "villager_trainings.held",
    "training_heads": "villager_trainings.heads",
    "publicity_held": "activities.held",
    "publicity_heads": "activities.heads",
    "marketing_joined": "campaigns.joined",
    "home_visits": "home_visits.visited",
    "home_visit_heads": "home_visits.heads",
}
_REGISTERS = frozenset(key.partition(".")[0] for key in COUNTERS.values())
_EARLIEST = "0001-01-01"


def counts_of(db: Reader, business_on: str) -> dict[str, int | None]:
    """Every column of ``COUNT_COLUMNS`` for a date; None where nothing here counts it.

    A register counts by the date on which something was done, and things are written down a day later, put right or
    withdrawn: a day tells by how much the books have grown since the business day before, so that nothing is left out,
    nothing is told twice, and what was withdrawn is taken off the day on which it was, however long ago it was entered.
    """
    before = _last_of(db, _day_before(db, business_on))
    # What nobody has written in since counts as much in the one as in the other, and is not looked at.
    since = min(business_on, _day_after(before)) if before else _EARLIEST
    now, then = _books(db, business_on, since), _books(db, _day_before(db, business_on), since)
    counted: dict[str, int | None] = {"persons_served": persons_served(db, business_on)}
    for column, key in COUNTERS.items():
        counted[column] = now[key] - then.get(key, 0) if key in now else None
    return {column: counted[column] for column in COUNT_COLUMNS}


def _day_before(db: Reader, business_on: str) -> str | None:
    """The business day that was opened before this one."""
    return db.value(
        "SELECT business_on FROM business_days WHERE id < ? ORDER BY id DESC LIMIT 1", _place(db, business_on)
    )


def _books(db: Reader, on: str | None, since: str) -> dict[str, int]:
    """What the registers had counted at the end of a business day, of what was written in ``since``; {} without a day.

    Days follow one another as they were opened. One that a clock dated ahead came before those that bear the right dates
    again: what these write down is counted on them, and not on the day ahead when it is counted once more.
    """
    if on is None:
        return {}
    last = _last_of(db, on)
    later = db.all("SELECT business_on FROM business_days WHERE id > ? AND +business_on <= ?", _place(db, on), last)
    return registers.counts(db, _EARLIEST, last, _REGISTERS, {row[0] for row in later}, since)


def _last_of(db: Reader, on: str | None) -> str:
    """The last date that any day had up to the end of this one; '' without a day."""
    if on is None:
        return ""
    sql = "SELECT MAX(business_on) FROM business_days WHERE business_on > ? AND +id < ?"
    return str(db.value(sql, on, _place(db, on)) or on)


def _day_after(on: str) -> str:
    """The next date; the last of all follows itself."""
    following = date.fromisoformat(on)
    return (following + timedelta(days=1)).isoformat() if following < date.max else on


def _place(db: Reader, on: str) -> int:
    """Where a day stands among those that were opened; behind all of them while it has not been."""
    return db.value("SELECT id FROM business_days WHERE business_on = ?", on) or 2**62


def persons_served(db: Reader, business_on: str) -> int:
    """服务人次: tickets with something done on them, and collections for which there was no ticket."""
    return int(db.value(_TICKETS, business_on)) + int(db.value(_PICK_UPS, on=business_on))
