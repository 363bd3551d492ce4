"""A sent parcel goes back to its sender before any courier came, with the money that was taken for it."""

from __future__ import annotations

from kiosk.counter.lines import AddedLine
from kiosk.counter.open_ticket import open_ticket
from kiosk.counter.refund import refund
from kiosk.errors import Refused
from kiosk.outbound import actions as outbound
from kiosk.outbound.model import ACCEPT, CASE, OutboundState
from kiosk.people.rights import Right, require
from kiosk.storage import Tx
from kiosk.till import store as tickets
from kiosk.till.model import VoidReason
from kiosk.words import N_


def return_outbound(
    tx: Tx, outbound_id: int, reason: str = VoidReason.CUSTOMER_WITHDREW, *, ticket_id: int | None = None
) -> AddedLine | None:
    """Gives a parcel back to its sender before its courier came: its refund stands on a ticket (the desk's when none is
    named) and takes effect as that is settled. None where no money was taken: then it goes back at once.

    Refused ``outbound.too_far``, ``refund.already`` and those of the ticket.
    """
    require(tx.actor, Right.SERVE)
    found = outbound.in_state(tx, outbound_id, OutboundState.ACCEPTED)
    line = tickets.charged_line(tx, CASE, outbound_id, ACCEPT)
    if line is None:
        raise Refused(
            "outbound.without_line", N_("找不到这件的收款记录，没有改动；请运行检查"), outbound_id=outbound_id
        )
    if not line.owed_fen:
        outbound.give_back(tx, outbound_id)
        return None
    on = open_ticket(tx) if ticket_id is None else ticket_id
    (back_id,) = refund(tx, on, [line.id], reason)
    return AddedLine(on, back_id, CASE, found.id, -line.owed_fen, -line.fee_fen)
