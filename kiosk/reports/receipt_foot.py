"""The county's acknowledgement number at the foot of a day's paper, once it is known: whoever prints the Z slip again, or only
the next morning, holds the proof that the report arrived. The slip itself is frozen at the close and stays what it was."""

from __future__ import annotations

from kiosk import clock
from kiosk.printing.document import Block, Pair, Rule
from kiosk.printing.model import Slip
from kiosk.reports import store
from kiosk.reports.queueing import message_of
from kiosk.storage import Reader
from kiosk.words import N_, say


def receipt_foot(db: Reader, slip: Slip) -> tuple[Block, ...]:
    """Number and time of the acknowledgement; nothing while there is none."""
    report = store.report(db, slip.subject_id) if slip.subject_kind == "report" else None
    message = message_of(db, report) if report is not None else None
    if message is None or message.acknowledgement_no is None or message.acknowledged_at is None:
        return ()
    at = clock.to_minute(message.acknowledged_at, db.settings.station.zone)
    return (
        Rule(),
        Pair(say(N_("县中心回执号")), message.acknowledgement_no, bold=True),
        Pair(say(N_("确认时间")), at),
    )
