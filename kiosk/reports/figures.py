"""Works the figures of a business date out from what was written: lines of settled tickets, events of parcels. Pure
reading; the same date gives the same figures however often it is asked, because what it reads never changes."""

from __future__ import annotations

from kiosk.parcels.model import IN_STOCK_SQL
from kiosk.reports.model import OTHER, SERVICE_ROWS, DailyFigures, ParcelFigures, ServiceRow
from kiosk.storage import Reader

_OUT = "('handed_over', 'door_delivered')"
_STOCK = "('on_shelf', 'problem', 'to_return')"


def daily_figures(
    db: Reader, business_on: str, overdue_days: int | None = None, *, with_parcels: bool = True
) -> DailyFigures:
    """The figures of a date. ``overdue_days`` is the setting unless a report names the one it was made with."""
    days = db.settings.parcels.overdue_days if overdue_days is None else overdue_days
    parcels = _parcels(db, business_on, days) if with_parcels else ParcelFigures(0, 0, 0, 0, 0, 0, 0)
    return DailyFigures(business_on, _services(db, business_on), parcels, days)


def _services(db: Reader, business_on: str) -> tuple[ServiceRow, ...]:
    # A pick-up without a fee is a free act that stands on the ticket: it is counted among the parcels, not as a 笔.
    rows = db.all(
        "SELECT l.service, l.kind, COUNT(*) AS count, SUM(l.txn_amount_fen) AS amount, SUM(l.commission_fen) AS commission,"
        " SUM(l.fee_fen) AS fee FROM tickets t JOIN ticket_lines l ON l.ticket_id = t.id"
        " WHERE t.settled_on = ? AND l.state = 'done' AND NOT (l.service = 'parcel' AND l.fee_fen = 0)"
        " GROUP BY l.service, l.kind",
        business_on,
    )
    sums = {row: [0, 0, 0, 0] for row in SERVICE_ROWS}
    for row in rows:
        place = (row["service"], row["kind"])
        sums_of = sums[place if place in sums else OTHER]
        for index, name in enumerate(("count", "amount", "commission", "fee")):
            sums_of[index] += row[name]
    return tuple(ServiceRow(service, kind, *figures) for (service, kind), figures in sums.items())


def _parcels(db: Reader, business_on: str, overdue_days: int) -> ParcelFigures:
    moved = db.one(
        "WITH day AS (SELECT parcel_id, MIN(step) AS first, MAX(step) AS last FROM parcel_events WHERE business_on = ?"
        " GROUP BY parcel_id)"
        " SELECT COALESCE(SUM(COALESCE(f.from_state, 'expected') = 'expected' AND l.to_state NOT IN ('expected', 'undone')"
        "   AND p.is_opening_stock = 0), 0) AS received,"
        f" COALESCE(SUM(l.to_state IN {_OUT} AND COALESCE(f.from_state, '') NOT IN {_OUT}), 0) AS handed_over,"
        " COALESCE(SUM(l.to_state = 'returned' AND COALESCE(f.from_state, '') <> 'returned'), 0) AS returned"
        " FROM day d JOIN parcel_events f ON f.parcel_id = d.parcel_id AND f.step = d.first"
        " JOIN parcel_events l ON l.parcel_id = d.parcel_id AND l.step = d.last JOIN parcels p ON p.id = d.parcel_id",
        business_on,
    )
    stock = (
        _stock_now(db, business_on, overdue_days)
        if _is_latest(db, business_on)
        else _stock_then(db, business_on, overdue_days)
    )
    outbound = db.value(
        "SELECT COUNT(*) FROM tickets t JOIN ticket_lines l ON l.ticket_id = t.id"
        " WHERE t.settled_on = ? AND l.state = 'done' AND l.service = 'outbound'",
        business_on,
    )
    return ParcelFigures(
        received=moved["received"], handed_over=moved["handed_over"], in_stock=stock[0], overdue=stock[1],
        returned=moved["returned"], problem=stock[2], outbound=outbound,
    )  # fmt: skip


def _is_latest(db: Reader, business_on: str) -> bool:
    return not db.value("SELECT 1 FROM parcel_events WHERE business_on > ? LIMIT 1", business_on)


def _stock_now(db: Reader, business_on: str, overdue_days: int) -> tuple[int, int, int]:
    row = db.one(
        "SELECT COUNT(*), COALESCE(SUM(julianday(?) - julianday(checked_in_on) >= ?), 0),"
        f" COALESCE(SUM(state = 'problem'), 0) FROM parcels WHERE {IN_STOCK_SQL}",
        business_on,
        overdue_days,
    )
    return tuple(row)  # type: ignore[return-value]


def _stock_then(db: Reader, business_on: str, overdue_days: int) -> tuple[int, int, int]:
    # What lay here at the end of a past day lies here still, or something has happened to it since: only these parcels
    # are looked at, so that a recent day is worked out as fast from a million parcels as from a thousand. The state at
    # the end of a day is that of the last event up to then.
    row = db.one(
        f"WITH candidates AS (SELECT id FROM parcels WHERE {IN_STOCK_SQL}"
        " UNION SELECT parcel_id FROM parcel_events WHERE business_on > :on)"
        " SELECT COUNT(*), COALESCE(SUM(julianday(:on) - julianday(p.checked_in_on) >= :days), 0),"
        " COALESCE(SUM(e.to_state = 'problem'), 0) FROM candidates c JOIN parcels p ON p.id = c.id"
        " JOIN parcel_events e ON e.parcel_id = p.id"
        " AND e.step = (SELECT MAX(step) FROM parcel_events WHERE parcel_id = p.id AND business_on <= :on)"
        f" WHERE e.to_state IN {_STOCK}",
        on=business_on,
        days=overdue_days,
    )
    return tuple(row)  # type: ignore[return-value]
