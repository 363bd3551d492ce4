"""Voids a ticket: an unsettled one is emptied, one settled today is undone by new entries and a refund slip. What was
written before stays as it was."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from kiosk.counter.line_acts import acts_of
from kiosk.errors import Refused
from kiosk.people.rights import Right, require
from kiosk.storage import Tx
from kiosk.till import actions as till
from kiosk.till import store as tickets
from kiosk.till import voiding
from kiosk.till.model import LineState, TicketState, VoidReason
from kiosk.words import N_


@dataclass(frozen=True, slots=True)
class Voided:
    """What was voided; ``refund_fen`` is given back to the customer, ``by_method`` how (cash from the drawer, the rest
    the way it came), ``refund_no`` its slip ('' for none)."""

    ticket_id: int
    refund_fen: int
    refund_no: str
    by_method: Mapping[str, int] = field(default_factory=dict)


def void(tx: Tx, ticket_id: int, reason: str = VoidReason.MISTAKE) -> Voided:
    """Voids a ticket, with the records behind its lines.

    Raises ``Refused`` with ``ticket.reason_unknown``, ``ticket.voided``, ``ticket.not_yours``, ``ticket.day_closed``
    (settled on a day that is closed), those of ``till.voiding.refundable`` and whatever a service refuses (a bill that
    is on its way to its biller).
    """
    require(tx.actor, Right.SERVE)
    why = read_reason(reason)
    if tickets.ticket(tx, ticket_id).state != TicketState.SETTLED:
        till.open_one(tx, ticket_id)
        for line in tickets.lines(tx, ticket_id):
            acts = acts_of(line)
            if acts is not None and line.state == LineState.PENDING and line.refunds_line_id is None:
                acts.withdraw(tx, line)
        voiding.void_open(tx, ticket_id, why)
        return Voided(ticket_id, 0, "")
    settled = voiding.refundable(tx, ticket_id)
    undone = []
    for line in tickets.lines(tx, ticket_id):
        acts = acts_of(line)
        if line.state != LineState.DONE:
            continue
        if acts is not None:
            acts.undo(tx, line)
        if acts is not None or line.owed_fen:
            undone.append(line.id)
    by_method: dict[str, int] = {}
    for payment in tickets.payments(tx, ticket_id):
        by_method[payment.method] = by_method.get(payment.method, 0) + payment.amount_fen
    refund_no = voiding.void_settled(tx, ticket_id, why, undone)
    return Voided(ticket_id, settled.total_fen or 0, refund_no, by_method)


def read_reason(reason: str) -> VoidReason:
    """The reason of a void or a refund; raises ``Refused('ticket.reason_unknown')``."""
    if reason not in set(VoidReason):
        raise Refused("ticket.reason_unknown", N_("请从列表中选择作废或退款的原因；没有改动任何内容"))
    return VoidReason(reason)
