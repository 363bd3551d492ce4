"""What a day's report tells beside services and parcels: how many people were served, and what the registers counted. The
past is read as it stood at the end of the date, so the same date gives the same counts however often it is asked."""

from __future__ import annotations

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


def counts_of(db: Reader, business_on: str) -> dict[str, int | None]:
    """Every column of ``COUNT_COLUMNS`` for a date; None where nothing here counts it."""
    counted: dict[str, int | None] = dict.fromkeys(COUNT_COLUMNS)
    counted["persons_served"] = persons_served(db, business_on)
    return counted


def persons_served(db: Reader, business_on: str) -> int:
    """服务人次: tickets with something done on them, and collections for which there was no ticket."""
    return int(db.value(_TICKETS, business_on)) + int(db.value(_PICK_UPS, on=business_on))
