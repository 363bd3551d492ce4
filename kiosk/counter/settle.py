"""Settles a ticket: every line's service takes effect and the cash is taken, all in one transaction or none."""

from __future__ import annotations

from kiosk.counter.line_acts import acts_of
from kiosk.people.rights import Right, require
from kiosk.storage import Tx
from kiosk.till import actions as till
from kiosk.till import store as tickets
from kiosk.till.actions import Settled
from kiosk.till.model import LineState


def settle(tx: Tx, ticket_id: int, given_fen: int) -> Settled:
    """Takes ``given_fen`` in cash for an open ticket; a total of 0 is settled with 0.

    Raises ``Refused`` with ``ticket.cash_short`` (``missing_fen`` says how much), ``ticket.empty``,
    ``ticket.already_settled``, ``ticket.voided``, ``ticket.fees_changed`` and whatever a service refuses.
    """
    require(tx.actor, Right.SERVE)
    till.open_one(tx, ticket_id)
    for line in tickets.lines(tx, ticket_id):
        acts = acts_of(line)
        if acts is not None and line.state == LineState.PENDING:
            acts.take_effect(tx, line)
    return till.settle(tx, ticket_id, given_fen)


def requote(tx: Tx, ticket_id: int) -> int:
    """Works a carried-over ticket out by the fees now in force; returns how many lines changed."""
    require(tx.actor, Right.SERVE)
    return till.requote(tx, ticket_id)
