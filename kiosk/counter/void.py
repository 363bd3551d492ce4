"""Voids a ticket: an unsettled one is emptied, one settled today is undone by new entries and a refund slip. What was
written before stays as it was."""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.counter.line_acts import acts_of
from kiosk.errors import Refused
from kiosk.people.rights import Right, require
from kiosk.storage import Tx
from kiosk.till import actions as till
from kiosk.till import store as tickets
from kiosk.till.model import LineState, TicketState, VoidReason
from kiosk.words import N_


@dataclass(frozen=True, slots=True)
class Voided:
    """What was voided; ``refund_fen`` is given back to the customer in cash, ``refund_no`` its slip ('' for none)."""

    ticket_id: int
    refund_fen: int
    refund_no: str


def void(tx: Tx, ticket_id: int, reason: str = VoidReason.MISTAKE) -> Voided:
    """Voids a ticket, with the records behind its lines.

    Raises ``Refused`` with ``ticket.reason_unknown``, ``ticket.voided``, ``ticket.not_yours``, ``ticket.day_closed``
    (settled on a day that is closed) and whatever a service refuses (a bill that is on its way to its biller).
    """
    require(tx.actor, Right.SERVE)
    if reason not in set(VoidReason):
        raise Refused("ticket.reason_unknown", N_("请从列表中选择作废的原因；没有作废"))
    why = VoidReason(reason)
    if tickets.ticket(tx, ticket_id).state != TicketState.SETTLED:
        till.open_one(tx, ticket_id)
        for line in tickets.lines(tx, ticket_id):
            acts = acts_of(line)
            if acts is not None and line.state == LineState.PENDING:
                acts.withdraw(tx, line)
        till.void_open(tx, ticket_id, why)
        return Voided(ticket_id, 0, "")
    settled = till.refundable(tx, ticket_id)
    undone = []
    for line in tickets.lines(tx, ticket_id):
        acts = acts_of(line)
        if acts is not None and line.state == LineState.DONE:
            acts.undo(tx, line)
            undone.append(line.id)
    refund_no = till.void_settled(tx, ticket_id, why, undone)
    return Voided(ticket_id, settled.total_fen or 0, refund_no)
