"""Settles a ticket: every line's service takes effect and the money is taken, all in one transaction or none."""

from __future__ import annotations

from collections.abc import Sequence

from kiosk.counter.line_acts import acts_of
from kiosk.people.rights import Right, require
from kiosk.storage import Reader, Tx
from kiosk.till import actions as till
from kiosk.till import settling
from kiosk.till import store as tickets
from kiosk.till.model import LineState
from kiosk.till.payments import Tender
from kiosk.till.settling import Settled


def settle(tx: Tx, ticket_id: int, given_fen: int = 0, tenders: Sequence[Tender] = ()) -> Settled:
    """Settles an open ticket: ``tenders`` by wallet, card or account, the rest in cash, of which ``given_fen`` was given.

    A total of 0 is settled with 0; what is owed to the customer is paid out. Raises ``Refused`` with
    ``ticket.cash_short`` (``missing_fen`` says how much), ``ticket.empty``, ``ticket.already_settled``,
    ``ticket.voided``, ``ticket.fees_changed``, those of ``till.payments.checked`` and whatever a service refuses.
    """
    require(tx.actor, Right.SERVE)
    till.open_one(tx, ticket_id)
    for line in tickets.lines(tx, ticket_id):
        acts = acts_of(line)
        if line.state != LineState.PENDING or acts is None:
            continue
        if line.refunds_line_id is not None:
            acts.refund(tx, line)
        else:
            acts.take_effect(tx, line)
    return settling.settle(tx, ticket_id, given_fen, tenders)


def cash_due(db: Reader, total_fen: int, tenders: Sequence[Tender] = ()) -> tuple[int, int]:
    """What a ticket of this sum leaves to be paid in cash, and how much of it is rounded off (both fen)."""
    return settling.cash_due(db, total_fen, tenders)


def requote(tx: Tx, ticket_id: int) -> int:
    """Works a carried-over ticket out by the fees now in force; returns how many lines changed."""
    require(tx.actor, Right.SERVE)
    return till.requote(tx, ticket_id)
