"""How a frozen report goes to the county: signed and queued in the transaction that froze it. All revisions of one period
stand under the id of its first report, so that they leave in their order."""

from __future__ import annotations

import json

from kiosk import outbox
from kiosk.outbox import Message
from kiosk.reports import sending
from kiosk.reports.model import SUBJECT, TOPIC_OF, Report
from kiosk.storage import Reader, Tx


def queue_report(tx: Tx, report: Report) -> int:
    """Signs a frozen report and queues it; returns the message's id."""
    subject = {"kind": SUBJECT, "id": report.id, "number": report.report_no, "hash": report.hash}
    content = json.loads(report.content)
    return sending.send(
        tx, TOPIC_OF[report.kind], content, subject=subject, order_id=report.supplements_id or report.id
    )


def message_of(db: Reader, report: Report) -> Message | None:
    """The message in which a report went or waits to go to the county, the last one when it was sent anew."""
    return outbox.last_about(db, SUBJECT, report.supplements_id or report.id, report.id)
