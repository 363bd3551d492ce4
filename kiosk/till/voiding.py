"""Undoes a ticket: an unsettled one is emptied; one settled today is reversed by a new entry and a numbered slip. What was
written before stays as it was."""

from __future__ import annotations

from collections.abc import Sequence

from kiosk import audit, ledger, shifts
from kiosk.errors import Refused
from kiosk.ledger import Account
from kiosk.storage import Tx
from kiosk.storage.numbers import document_no
from kiosk.till import slips, store
from kiosk.till.actions import leave_desks, open_one, own, print_at_desk, remove_line
from kiosk.till.model import LineState, Ticket, TicketState, VoidReason
from kiosk.till.payments import drawer_holds, in_debt
from kiosk.words import N_


def void_open(tx: Tx, ticket_id: int, reason: VoidReason) -> None:
    """Voids an unsettled ticket: what was pending is taken off, what was done free of charge stays done."""
    open_one(tx, ticket_id)
    for line in store.lines(tx, ticket_id):
        if line.state == LineState.PENDING:
            remove_line(tx, line.id)
    today = shifts.ensure_open(tx)
    tx.change(
        "tickets", ticket_id, state=TicketState.VOIDED, parked_at=None, parked_label="", voided_on=today.business_on, voided_at=tx.now,
        voided_by_kind=tx.actor.kind, voided_by_id=tx.actor.id, void_reason=reason,
    )  # fmt: skip
    leave_desks(tx, ticket_id)
    _record_void(tx, ticket_id, reason, 0, None, today.business_on)


def refundable(tx: Tx, ticket_id: int) -> Ticket:
    """A settled ticket if it may still be voided: on the business day on which it was settled.

    Raises ``Refused`` with ``ticket.day_closed``, ``ticket.not_yours``, ``ticket.gave_back`` (it holds a refund),
    ``ticket.given_back`` (something of it was refunded since), ``ticket.debt_repaid`` or ``drawer.too_little``.
    """
    found = own(tx, ticket_id)
    today = shifts.ensure_open(tx)
    if found.settled_on != today.business_on:
        raise Refused(
            "ticket.day_closed",
            N_("收据 {receipt_no} 属于已经日结的 {settled_on}，不能作废；请逐项办退款，原记录保持不变"),
            receipt_no=found.receipt_no,
            settled_on=found.settled_on,
        )
    for line in store.lines(tx, ticket_id):
        if line.refunds_line_id is not None:
            raise Refused("ticket.gave_back", N_("这单里有退款，不能整单作废；没有改动任何内容"), ticket_id=ticket_id)
        if store.refund_of(tx, line.id) is not None:
            raise Refused(
                "ticket.given_back", N_("这单已有项目退过款，不能整单作废；请逐项办退款"), ticket_id=ticket_id
            )
    moved = [payment.posting() for payment in store.payments(tx, ticket_id)]
    moved += [posting for line in store.lines(tx, ticket_id) for posting in line.postings()]
    for party, fen in in_debt(moved).items():
        if ledger.balance(tx, Account.DEBTS, party) < fen:
            raise Refused(
                "ticket.debt_repaid", N_("这单赊的账已经还过，不能整单作废；请逐项办退款"), ticket_id=ticket_id
            )
    if (found.cash_fen or 0) > 0:
        drawer_holds(tx, found.cash_fen or 0)
    return found


def void_settled(tx: Tx, ticket_id: int, reason: VoidReason, reversed_lines: Sequence[int]) -> str:
    """Voids a settled ticket by a reversing entry and a numbered refund slip; returns the slip's number.

    The receipt and its entry stay as they were written. ``reversed_lines`` are those whose acts the caller has undone.
    """
    found = refundable(tx, ticket_id)
    standing = store.lines(tx, ticket_id)
    business_on = shifts.ensure_open(tx).business_on
    entry_id = ledger.reverse(tx, found.entry_id, business_on, "ticket_void") if found.entry_id is not None else None
    refund_no = document_no(tx, "V", business_on)
    slip_id = slips.freeze_refund(tx, found, standing, store.payments(tx, ticket_id), refund_no)
    for line_id in reversed_lines:
        tx.change("ticket_lines", line_id, state=LineState.REVERSED)
    tx.change(
        "tickets", ticket_id, state=TicketState.VOIDED, voided_on=business_on, voided_at=tx.now,
        voided_by_kind=tx.actor.kind, voided_by_id=tx.actor.id, void_reason=reason, refund_no=refund_no,
        refund_entry_id=entry_id, refund_slip_id=slip_id,
    )  # fmt: skip
    _record_void(tx, ticket_id, reason, found.total_fen or 0, refund_no, business_on)
    print_at_desk(tx, slip_id, found.desk_id)
    return refund_no


def _record_void(
    tx: Tx, ticket_id: int, reason: VoidReason, refund_fen: int, refund_no: str | None, business_on: str
) -> None:
    audit.record(
        tx, "ticket.voided", ticket_id=ticket_id, reason=reason.value, refund_fen=refund_fen, refund_no=refund_no,
        business_on=business_on,
    )  # fmt: skip
