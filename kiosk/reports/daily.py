"""The daily report: frozen once, with number and hash, in the transaction that closes its day, and queued for the county.
A later correction is a further revision that names the first; nothing here is ever changed."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import datetime, time

from kiosk import audit, clock, outbox, shifts
from kiosk.outbox import Message
from kiosk.reports import envelope, sending, store
from kiosk.reports.figures import corrections_of, daily_figures
from kiosk.reports.model import COUNTING_RULE, DAILY, FORMAT, SUBJECT, TOPIC_DAILY, Content, DailyFigures, Report
from kiosk.shifts import Day
from kiosk.shifts.closings import standing_between
from kiosk.storage import Reader, Tx
from kiosk.storage.numbers import document_no


def freeze_daily(tx: Tx, business_on: str) -> Report:
    """Freezes the report of a closed day and returns it: revision 0, or the next one as a numbered supplement.

    Raises ValueError for a day that is not closed: its figures could still move.
    """
    day = shifts.day(tx, business_on)
    if day is None or day.state != "closed":
        raise ValueError(f"{business_on} is not a closed day")
    before = store.latest(tx, business_on)
    revision = before.revision + 1 if before else 0
    first_id = (before.supplements_id or before.id) if before else None
    report_no = document_no(tx, "F", business_on)
    figures = daily_figures(tx, business_on, revision=revision)
    written = envelope.canonical(content_of(tx, day, figures, report_no, revision))
    frozen = store.insert(tx, report_no, business_on, revision, first_id, written, envelope.digest(written))
    audit.record(
        tx, "report.frozen", report_id=frozen.id, report_no=report_no, business_on=business_on, revision=revision,
        hash=frozen.hash,
    )  # fmt: skip
    return frozen


def queue_daily(tx: Tx, report: Report) -> int:
    """Signs a frozen report and queues it for the county; returns the message's id.

    All revisions of a day stand under the id of its first report, so that they go in their order.
    """
    subject = {"kind": SUBJECT, "id": report.id, "number": report.report_no, "hash": report.hash}
    content = json.loads(report.content)
    return sending.send(tx, TOPIC_DAILY, content, subject=subject, order_id=report.supplements_id or report.id)


def message_of(db: Reader, report: Report) -> Message | None:
    """The message in which a report went or waits to go to the county: the n-th of its day's for revision n."""
    sent = outbox.of_subject(db, SUBJECT, report.supplements_id or report.id)
    return sent[report.revision] if report.revision < len(sent) else None


def daily_report(db: Reader, business_on: str) -> Report | None:
    """The frozen report of a date, its last revision; None while the day is not closed."""
    return store.latest(db, business_on)


def content_of(db: Reader, day: Day, figures: DailyFigures, report_no: str, revision: int) -> Content:
    """The report as JSON: header, one row per service type, parcels. No person stands in it, the operator only by
    number."""
    station = db.settings.station
    first = store.latest(db, day.business_on) if revision else None
    return {
        "form": DAILY,
        "format": FORMAT,
        "report_no": report_no,
        "revision": revision,
        "supplements": first_no(db, first) if first else None,
        "station": {"code": station.code, "name": station.name},
        "business_on": day.business_on,
        "opened_at": day.opened_at,
        "closed_at": day.closed_at,
        "closed_by": day.closed_by,
        "is_after_hours": day.is_after_hours,
        "is_closed_late": day.is_closed_late,
        "is_late": is_late(db, day),
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
        "counting_rule": COUNTING_RULE,
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
    }  # fmt: skip


def first_no(db: Reader, report: Report) -> str:
    """The number of the report that the revisions of a day supplement."""
    first = store.report(db, report.supplements_id or report.id)
    assert first is not None  # noqa: S101 - a foreign key
    return first.report_no


def is_late(db: Reader, day: Day) -> bool:
    """Whether the day was closed after the hour by which the county wants its report, on the station's clock."""
    if day.closed_at is None:
        return False
    zone = clock.zone(db.settings.station.zone)
    due = datetime.combine(
        datetime.fromisoformat(day.business_on).date(), time.fromisoformat(db.settings.county.daily_report_by), zone
    )
    return clock.read(day.closed_at) > due
