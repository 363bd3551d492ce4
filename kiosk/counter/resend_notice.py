"""Sends a notice again on the paper of the desk: a new notice that names the old one, 补打 第 n 次 on its slip."""

from __future__ import annotations

from kiosk import shifts
from kiosk.counter.last_acts import desk_id_of
from kiosk.counter.paper import printer_at
from kiosk.notices import actions as notices
from kiosk.notices.model import Notice
from kiosk.people.rights import Right, require
from kiosk.storage import Tx


def resend_notice(tx: Tx, notice_id: int, *, desk_id: int | None = None) -> Notice:
    """Tells the same again. Refused ``staff.not_allowed``, ``notice.unknown``, ``notice.not_sent_yet``,
    ``notice.no_printer``, ``print_job.still_waiting``, ``print_job.in_doubt``."""
    require(tx.actor, Right.SERVE)
    business_on = shifts.ensure_open(tx).business_on
    return notices.resend(tx, business_on, notice_id, printer_at(tx, desk_id_of(tx, desk_id)))
