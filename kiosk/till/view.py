"""A ticket as pages and API show it: JSON-ready, in words, personal values masked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from kiosk import money, vault
from kiosk.storage import Reader
from kiosk.till import store
from kiosk.till.masks import masked
from kiosk.till.model import BACK, STATE_WORDS, Line, Ticket, TicketState
from kiosk.till.payments import METHOD_WORDS, Method, Payment
from kiosk.words import N_, say


def ticket_view(db: Reader, ticket_id: int, locale: str | None = None) -> dict[str, Any]:
    """Everything about one ticket; raises ``Refused('ticket.unknown')``."""
    ticket = store.ticket(db, ticket_id)
    lines = store.lines(db, ticket_id)
    paid = store.payments(db, ticket_id)
    total_fen = ticket.total_fen if ticket.total_fen is not None else sum(line.owed_fen for line in lines)
    return {
        "id": ticket.id,
        "state": ticket.state,
        "state_words": say(_state_words(ticket, paid), locale),
        "desk_id": ticket.desk_id,
        "opened_on": ticket.opened_on,
        "opened_at": ticket.opened_at,
        "parked_at": ticket.parked_at,
        "parked_label": ticket.parked_label,
        "payments": [payment_view(payment, locale) for payment in paid],
        "lines": [line_view(db, line, locale) for line in lines],
        "total_fen": total_fen,
        "total": money.yuan(total_fen),
        "fee_version": store.fee_version_number(db, ticket.fee_version_id),
        **_settlement(ticket),
    }


def _state_words(ticket: Ticket, paid: Sequence[Payment]) -> str:
    """A settled ticket for which no money came says so: it is on account."""
    if ticket.state == TicketState.SETTLED and paid and all(one.method == Method.ACCOUNT for one in paid):
        return N_("已赊账") if (ticket.total_fen or 0) > 0 else N_("已冲抵欠款")
    return STATE_WORDS[ticket.state]


def payment_view(payment: Payment, locale: str | None = None) -> dict[str, Any]:
    """One part of how a ticket was paid."""
    return {
        "payment_no": payment.payment_no,
        "method": payment.method,
        "method_words": say(METHOD_WORDS[payment.method], locale),
        "amount_fen": payment.amount_fen,
        "amount": money.yuan(payment.amount_fen),
        "reference": payment.reference,
        "debtor_id": payment.debtor_id,
    }


def line_view(db: Reader, line: Line, locale: str | None = None) -> dict[str, Any]:
    """One line: its name, what is owed for it and how the fee came about."""
    values = {}
    for name, blank in line.blanks.items():
        value = vault.get(db, blank.case_kind, blank.case_id, blank.field)
        values[name] = masked(value, blank.mask) if value is not None else say(vault.ERASED, locale)
    fee = None
    if line.quote:
        fee = {
            "code": line.quote["code"],
            "name": line.quote["name"],
            "explanation": say(line.quote["explanation"], locale, **line.quote["facts"]),
            "version": line.quote["version_number"],
            "is_commission": line.quote["is_commission"],
        }
    label = store.label_in(line, values, locale)
    if line.refunds_line_id is not None:
        label = say(BACK, locale, what=label)
    return {
        "id": line.id,
        "line_no": line.line_no,
        "state": line.state,
        "service": line.service,
        "kind": line.kind,
        "act": line.act,
        "case_kind": line.case_kind,
        "case_id": line.case_id,
        "label": label,
        "refunds_line_id": line.refunds_line_id,
        "waived_fen": line.waived_fen,
        "waive_reason": line.waive_reason,
        "principal_fen": line.principal_fen,
        "fee_fen": line.fee_fen,
        "commission_fen": line.commission_fen,
        "owed_fen": line.owed_fen,
        "owed": money.yuan(line.owed_fen),
        "fee": fee,
    }


def _settlement(ticket: Ticket) -> dict[str, Any]:
    return {
        "cash_fen": ticket.cash_fen,
        "given_fen": ticket.given_fen,
        "change_fen": ticket.change_fen,
        "receipt_no": ticket.receipt_no,
        "settled_on": ticket.settled_on,
        "settled_at": ticket.settled_at,
        "slip_id": ticket.slip_id,
        "void_reason": ticket.void_reason,
        "voided_at": ticket.voided_at,
        "refund_no": ticket.refund_no,
        "refund_slip_id": ticket.refund_slip_id,
    }
