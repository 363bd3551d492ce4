"""Works the figures of a business date out from what was written: lines of settled tickets, events of parcels, and the
corrections that a supplement has made since. Pure reading; the same date and revision give the same figures however often
they are asked, because what is read never changes."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import date, timedelta

from kiosk.ledger import Account
from kiosk.parcels.model import IN_STOCK_SQL, SET_ASIDE_SQL
from kiosk.reports import counting
from kiosk.reports.counts import counts_of
from kiosk.reports.model import (
    COUNT_COLUMNS,
    PARCEL_COLUMNS,
    SERVICE_ROWS,
    Correction,
    DailyFigures,
    ParcelFigures,
    ServiceRow,
    row_of,
)
from kiosk.storage import Reader

_OUT = "('handed_over', 'door_delivered')"
_STOCK = "('on_shelf', 'problem', 'to_return')"


def daily_figures(
    db: Reader,
    business_on: str,
    overdue_days: int | None = None,
    *,
    with_parcels: bool = True,
    with_counts: bool = True,
    revision: int = 0,
    counting_rule: str = "",
) -> DailyFigures:
    """The figures of a date, with the corrections up to ``revision``. ``overdue_days`` and ``counting_rule`` are the
    settings unless a report names those it was made with."""
    days = db.settings.parcels.overdue_days if overdue_days is None else overdue_days
    rule = counting_rule or db.settings.reports.counting_rule
    parcels = _parcels(db, business_on, days) if with_parcels else ParcelFigures(0, 0, 0, 0, 0, 0, 0)
    counts = counts_of(db, business_on) if with_parcels and with_counts else dict.fromkeys(COUNT_COLUMNS)
    services = _services(db, business_on, rule)
    for change in corrections_of(db, business_on, up_to=revision) if revision else ():
        services = tuple(_corrected(row, change) for row in services)
        parcels = ParcelFigures(
            **{name: count + change.parcels.get(name, 0) for name, count in asdict(parcels).items()}
        )
        for name in set(change.parcels) - set(PARCEL_COLUMNS):
            counts[name] = (counts[name] or 0) + change.parcels[name]
    return DailyFigures(business_on, services, parcels, days, rule, counts)


def corrections_of(db: Reader, business_on: str, *, up_to: int = 2**31) -> list[Correction]:
    """What supplements have changed in the report of a date, in their order."""
    rows = db.all(
        "SELECT * FROM day_corrections WHERE business_on = ? AND revision <= ? ORDER BY revision, id",
        business_on,
        up_to,
    )
    return [Correction.of(row) for row in rows]


def _corrected(row: ServiceRow, change: Correction) -> ServiceRow:
    if (row.service, row.kind) != (change.service, change.kind):
        return row
    return ServiceRow(
        row.service, row.kind, row.txn_count + change.txn_count, row.txn_amount_fen + change.txn_amount_fen,
        row.commission_fen + change.commission_fen, row.service_fee_fen + change.service_fee_fen,
    )  # fmt: skip


def _services(db: Reader, business_on: str, rule: str) -> tuple[ServiceRow, ...]:
    sums = {row: [0, 0, 0, 0] for row in SERVICE_ROWS}
    for service, kind, figures in counting.lines_of(db, business_on, rule):
        sums_of = sums[row_of(service, kind)]
        for index, figure in enumerate(figures):
            sums_of[index] += figure
    for service, account, earned in _earned_without_ticket(db, business_on):
        sums[row_of(service, "")][_COLUMN_OF[account]] += earned
    if rule == counting.WITH_PICKUPS:
        sums["parcel", ""][0] += _moved(db, business_on)[1]
    return tuple(ServiceRow(service, kind, *figures) for (service, kind), figures in sums.items())


_COLUMN_OF = {Account.COMMISSION.value: 2, Account.FEE_INCOME.value: 3}


def _earned_without_ticket(db: Reader, business_on: str) -> list[tuple[str, str, int]]:
    """Fees and commissions of entries that no ticket made (goods sold on a platform): service, account, fen."""
    # CROSS JOIN keeps SQLite at the entries of the day: by itself it goes through the fees of all years.
    rows = db.all(
        "SELECT p.service, p.account, -SUM(p.amount_fen) FROM entries e CROSS JOIN postings p ON p.entry_id = e.id"
        " WHERE e.business_on = ? AND e.posted = 1 AND e.kind NOT IN ('ticket', 'ticket_void')"
        " AND p.account IN (?, ?) GROUP BY p.service, p.account",
        business_on,
        *_COLUMN_OF,
    )
    return [tuple(row) for row in rows]


def _moved(db: Reader, business_on: str) -> tuple[int, int, int]:
    """Parcels that came, left with somebody, and went back on a date."""
    # A parcel's first and last event of the day are found together with what is asked of them, each as one number: nothing
    # is looked up again for that.
    moved = db.one(
        "WITH day AS (SELECT parcel_id,"
        f" MIN(step * 4 + CASE WHEN COALESCE(from_state, 'expected') = 'expected' THEN 0 WHEN from_state IN {_OUT} THEN 2"
        "  WHEN from_state = 'returned' THEN 3 ELSE 1 END) & 3 AS came_from,"
        f" MAX(step * 4 + CASE WHEN to_state IN ('expected', 'undone') THEN 0 WHEN to_state IN {_OUT} THEN 2"
        "  WHEN to_state = 'returned' THEN 3 ELSE 1 END) & 3 AS went_to"
        " FROM parcel_events WHERE business_on = ? GROUP BY parcel_id)"
        " SELECT COALESCE(SUM(came_from = 0 AND went_to <> 0"
        "   AND (SELECT is_opening_stock FROM parcels WHERE id = parcel_id) = 0), 0) AS received,"
        " COALESCE(SUM(went_to = 2 AND came_from <> 2), 0) AS handed_over,"
        " COALESCE(SUM(went_to = 3 AND came_from <> 3), 0) AS returned FROM day",
        business_on,
    )
    return tuple(moved)  # type: ignore[return-value]


def _parcels(db: Reader, business_on: str, overdue_days: int) -> ParcelFigures:
    received, handed_over, returned = _moved(db, business_on)
    later, dates = _later(db, business_on)
    is_latest = not db.value(f"SELECT 1 FROM parcel_events WHERE {later} LIMIT 1", on=business_on, **dates)
    stock = (
        _stock_now(db, business_on, overdue_days)
        if is_latest
        else _stock_then(db, business_on, overdue_days, later, dates)
    )
    outbound = db.value(
        "SELECT COALESCE(SUM(l.txn_count), 0) FROM tickets t JOIN ticket_lines l ON l.ticket_id = t.id"
        " WHERE t.settled_on = ? AND l.state = 'done' AND l.service = 'outbound'",
        business_on,
    )
    return ParcelFigures(
        received=received, handed_over=handed_over, in_stock=stock[0], overdue=stock[1], returned=returned,
        problem=stock[2], outbound=outbound,
    )  # fmt: skip


def _later(db: Reader, business_on: str) -> tuple[str, dict[str, str]]:
    """SQL that is true for the dates of days after this one, with its parameters. Days follow one another as they were
    opened: one that a wrong clock dated years ahead comes before those that bear the right dates again."""
    ahead, behind = (
        [row[0] for row in db.all(sql, business_on, business_on)]
        for sql in (
            "SELECT business_on FROM business_days WHERE business_on > ? AND id <"
            " (SELECT id FROM business_days WHERE business_on = ?)",
            "SELECT business_on FROM business_days WHERE business_on < ? AND id >"
            " (SELECT id FROM business_days WHERE business_on = ?)",
        )
    )
    if not ahead and not behind:
        return "business_on > :on", {}
    return (
        "(business_on > :on AND business_on NOT IN (SELECT value FROM json_each(:ahead))"
        " OR business_on IN (SELECT value FROM json_each(:behind)))",
        {"ahead": json.dumps(ahead), "behind": json.dumps(behind)},
    )


def _stock_now(db: Reader, business_on: str, overdue_days: int) -> tuple[int, int, int]:
    # The few problems by their own index: asked of every parcel in stock, their state takes its row, not the index alone.
    row = db.one(
        "SELECT COUNT(*), COALESCE(SUM(checked_in_on <= ?), 0),"
        f" (SELECT COUNT(*) FROM parcels WHERE state = 'problem' AND {SET_ASIDE_SQL}) FROM parcels WHERE {IN_STOCK_SQL}",
        _overdue_since(business_on, overdue_days),
    )
    return tuple(row)  # type: ignore[return-value]


def _stock_then(
    db: Reader, business_on: str, overdue_days: int, later: str, dates: dict[str, str]
) -> tuple[int, int, int]:
    # What lay here at the end of a past day lies here still, or something has happened to it since: only these parcels
    # are looked at, so that a recent day is worked out as fast from a million parcels as from a thousand. The state at
    # the end of a day is that of the last event up to then.
    row = db.one(
        f"WITH candidates AS (SELECT id FROM parcels WHERE {IN_STOCK_SQL}"
        f" UNION SELECT parcel_id FROM parcel_events WHERE {later})"
        " SELECT COUNT(*), COALESCE(SUM(p.checked_in_on <= :overdue), 0),"
        " COALESCE(SUM(e.to_state = 'problem'), 0) FROM candidates c JOIN parcels p ON p.id = c.id"
        " JOIN parcel_events e ON e.parcel_id = p.id"
        f" AND e.step = (SELECT MAX(step) FROM parcel_events WHERE parcel_id = p.id AND NOT ({later}))"
        f" WHERE e.to_state IN {_STOCK}",
        on=business_on,
        overdue=_overdue_since(business_on, overdue_days),
        **dates,
    )
    return tuple(row)  # type: ignore[return-value]


def _overdue_since(business_on: str, overdue_days: int) -> str:
    """What came in on this date or before is overdue. Worked out once: asked of every parcel, the days between two dates
    were half of what the first page costs."""
    return (date.fromisoformat(business_on) - timedelta(days=overdue_days)).isoformat()
