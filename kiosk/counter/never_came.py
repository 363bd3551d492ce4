"""Parcels that were announced and never came: after two months they are awaited no more, by an event of the clock's own, so
that nobody's name and number wait for ever for a parcel that went elsewhere."""

from __future__ import annotations

from datetime import timedelta

from kiosk import clock, shifts
from kiosk.parcels import expected
from kiosk.parcels.model import SET_ASIDE_SQL
from kiosk.storage import Tx

#: No road within a county takes so long; whatever comes later is taken in as any other parcel.
AWAITED_DAYS = 60
AT_ONCE = 200


def drop_never_came(tx: Tx) -> int:
    """One turn (chores): drops up to 200 of them and returns how many. Within an open day only: the event bears its date,
    and it is people who begin a day."""
    today = shifts.open_day(tx)
    if today is None:
        return 0
    here = clock.local_date(tx.settings.station.zone, clock.read(tx.now))
    before = (here - timedelta(days=AWAITED_DAYS)).isoformat()
    rows = tx.all(
        "SELECT p.* FROM parcels p JOIN parcel_events e ON e.parcel_id = p.id AND e.step = 1 WHERE p.state = 'expected'"
        f" AND p.{SET_ASIDE_SQL} AND e.business_on < ? ORDER BY p.id LIMIT ?",
        before,
        AT_ONCE,
    )
    for row in rows:
        expected.drop_expected(tx, today.business_on, row)
    return len(rows)
