"""The daily report: frozen once, with number and hash, in the transaction that closes its day, and queued for the county.
A later correction is a further revision that names the first; nothing here is ever changed."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import datetime, time

from kiosk import audit, clock, shifts
from kiosk.reports import definitions, envelope, hours, store, trade
from kiosk.reports.figures import corrections_of, daily_figures
from kiosk.reports.model import DAILY, FORMAT, Content, DailyFigures, Report
from kiosk.reports.queueing import message_of, queue_report
from kiosk.shifts import Day
from kiosk.shifts.closings import standing_between
from kiosk.storage import Reader, Tx
from kiosk.storage.numbers import document_no

__all__ = ["content_of", "daily_report", "due", "first_no", "freeze_daily", "is_late", "message_of", "queue_daily"]


def freeze_daily(tx: Tx, business_on: str) -> Report:
    """Freezes the report of a closed day and returns it: revision 0, or the next one as a numbered supplement.

    Raises ValueError for a day that is not closed: its figures could still move.
    """
    day = shifts.day(tx, business_on)
    if day is None or day.state != "closed":
        raise ValueError(f"{business_on} is not a closed day")
    before = store.latest(tx, business_on)
    if before is None:
        trade.freeze(tx, business_on)
    revision = before.revision + 1 if before else 0
    first_id = (before.supplements_id or before.id) if before else None
    report_no = document_no(tx, "F", business_on)
    figures = _figures(tx, business_on, revision, before)
    written = envelope.canonical(content_of(tx, day, figures, report_no, revision, frozen_at=tx.now))
    frozen = store.insert(tx, report_no, DAILY, business_on, revision, first_id, written, envelope.digest(written))
    audit.record(
        tx, "report.frozen", report_id=frozen.id, report_no=report_no, business_on=business_on, revision=revision,
        hash=frozen.hash,
    )  # fmt: skip
    return frozen


def _figures(db: Reader, business_on: str, revision: int, before: Report | None) -> DailyFigures:
    """A supplement counts by the rule of the report that it corrects, whatever is set by now: nothing else may move."""
    if before is None:
        return daily_figures(db, business_on)
    said = json.loads(before.content)
    return daily_figures(
        db, business_on, said["overdue_days"], revision=revision, counting_rule=said["counting_rule"]
    )  # fmt: skip


#: A day's report goes to the county as any other does.
queue_daily = queue_report


def due(db: Reader, day: Day) -> datetime:
    """By when the county wants a day's report, on the station's clock."""
    zone = clock.zone(db.settings.station.zone)
    on = datetime.fromisoformat(day.business_on).date()
    return datetime.combine(on, time.fromisoformat(db.settings.county.daily_report_by), zone)


def daily_report(db: Reader, business_on: str) -> Report | None:
    """The frozen report of a date, its last revision; None while the day is not closed."""
    return store.latest(db, business_on)


def content_of(
    db: Reader, day: Day, figures: DailyFigures, report_no: str, revision: int, frozen_at: str | None = None
) -> Content:
    """The report as JSON: header, one row per service type, parcels. No person stands in it, the operator only by
    number. ``frozen_at`` is None for the figures so far of an open day."""
    station = db.settings.station
    before = store.latest(db, day.business_on) if revision else None
    on = datetime.fromisoformat(day.business_on).date()
    opened = hours.between(db, on, on, frozen_at or clock.stamp())[0]
    return {
        "form": DAILY,
        "format": FORMAT,
        "report_no": report_no,
        "revision": revision,
        "supplements": first_no(db, before) if before else None,
        "replaces": before.report_no if before else None,
        "frozen_at": frozen_at,
        "definitions": definitions.EDITION,
        "station": {"code": station.code, "name": station.name},
        "business_on": day.business_on,
        "opened_at": day.opened_at,
        "closed_at": day.closed_at,
        "closed_by": day.closed_by,
        "is_after_hours": day.is_after_hours,
        "is_closed_late": day.is_closed_late,
        "is_late": is_late(db, day),
        "hours": {"from_time": opened.from_time, "to_time": opened.to_time, "minutes": opened.minutes},
        "is_clock_driven": clock.driven() is not None,
        "closings": [
            {"reason": closing.reason, "from_time": closing.from_time, "to_time": closing.to_time}
            for closing in standing_between(db, day.business_on, day.business_on)
        ],
        "corrections": [
            {
                "service_type": made.service, "kind": made.kind, "txn_count": made.txn_count,
                "txn_amount_fen": made.txn_amount_fen, "commission_fen": made.commission_fen,
                "service_fee_fen": made.service_fee_fen, "parcels": made.parcels, "reason": made.reason,
                "voucher": made.voucher,
            }
            for made in corrections_of(db, day.business_on)
            if made.revision == revision
        ],
        "counting_rule": figures.counting_rule,
        "overdue_days": figures.overdue_days,
        "services": [
            {
                "service_type": row.service, "kind": row.kind, "txn_count": row.txn_count,
                "txn_amount_fen": row.txn_amount_fen, "commission_fen": row.commission_fen,
                "service_fee_fen": row.service_fee_fen,
            }
            for row in figures.services
        ],
        "totals": figures.totals,
        "parcels": asdict(figures.parcels),
        "counts": dict(figures.counts),
    }  # fmt: skip


def first_no(db: Reader, report: Report) -> str:
    """The number of the report that the revisions of a day supplement."""
    first = store.report(db, report.supplements_id or report.id)
    assert first is not None  # noqa: S101 - a foreign key
    return first.report_no


def is_late(db: Reader, day: Day) -> bool:
    """Whether the day was closed after the hour by which the county wants its report."""
    return day.closed_at is not None and clock.read(day.closed_at) > due(db, day)
