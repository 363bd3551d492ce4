"""A bill as pages and API show it: JSON-ready, masked, with what may be done next."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from kiosk import attachments, clock, vault
from kiosk.bills import store
from kiosk.bills.billers import name_of
from kiosk.bills.model import CASE, HOLDS_MONEY, Bill, BillKind, BillState
from kiosk.codes.plain import mask_name
from kiosk.storage import Reader
from kiosk.till import store as tickets
from kiosk.till.masks import masked
from kiosk.words import say

#: The list of what is to do: what nobody knows first, then what is to be sent, then what is on its way, then refunds.
TO_DO = (BillState.UNCONFIRMED, BillState.RECEIVED, BillState.SUBMITTED, BillState.FAILED)


def bill_view(db: Reader, bill: Bill) -> dict[str, Any]:
    """One bill in a list: nobody's name or number in full."""
    holder = vault.get(db, CASE, bill.id, "account_holder")
    since = clock.now() - clock.read(_since(db, bill))
    return {
        "id": bill.id, "state": bill.state, "biller": bill.biller, "biller_name": name_of(db, bill.biller),
        "kind": bill.kind, "bill_period": bill.bill_period, "months": bill.months, "amount_fen": bill.amount_fen,
        "late_fee_fen": bill.late_fee_fen, "is_card_meter": bool(bill.is_card_meter),
        "account": shown_account(db, bill),
        "holder": mask_name(holder) if holder else "", "is_holder_confirmed": bool(bill.is_holder_confirmed),
        "recorded_at": bill.recorded_at, "in_state_since": _since(db, bill), "waits_seconds": max(0, int(since.total_seconds())),
        "holds_money": bill.state in HOLDS_MONEY,
    }  # fmt: skip


def bill_detail(db: Reader, bill: Bill) -> dict[str, Any]:
    """Everything about one bill that may be shown masked."""
    customer = vault.get(db, CASE, bill.id, "customer_name")
    line = tickets.charged_line(db, CASE, bill.id, "receive")
    return bill_view(db, bill) | {
        "customer": mask_name(customer) if customer else "", "is_paid_again": bool(bill.is_paid_again),
        "is_read_back": bool(bill.is_read_back), "received_at": bill.received_at, "channel": bill.channel,
        "paid_from": bill.paid_from, "submitted_at": bill.submitted_at, "looked_up_at": bill.looked_up_at,
        "looked_up_by": bill.looked_up_by, "outcome_at": bill.outcome_at, "fail_reason": bill.fail_reason,
        "serial_no": bill.serial_no, "voucher_no": bill.voucher_no, "balance_before_fen": bill.balance_before_fen,
        "balance_after_fen": bill.balance_after_fen,
        "is_card_written": None if bill.is_card_written is None else bool(bill.is_card_written),
        "ticket_id": line.ticket_id if line else None, "line_id": line.id if line else None,
        "pictures": [picture.id for picture in attachments.of_case(db, CASE, bill.id)],
        "steps": [
            {"state": step.state, "business_on": step.business_on, "at": step.at, "by_kind": step.by_kind, "by_id": step.by_id}
            for step in store.steps(db, bill.id)
        ],
    }  # fmt: skip


def to_do(db: Reader) -> list[dict[str, Any]]:
    """Every bill that somebody must do something about, the most urgent kind first, each kind oldest first."""
    found = store.open_bills(db)
    order = {state: place for place, state in enumerate(TO_DO)}
    return [bill_view(db, bill) for bill in sorted(found, key=lambda bill: (order[BillState(bill.state)], bill.id))]


def listed(db: Reader, states: Iterable[str], before: int, limit: int) -> list[dict[str, Any]]:
    """A page of bills in some states, newest first."""
    return [bill_view(db, bill) for bill in store.older_than(db, before, limit, states)]


def read_aloud(number: str) -> str:
    """A mobile number in groups, as it is read to the villager: ``138 1234 5678``."""
    return f"{number[:3]} {number[3:7]} {number[7:]}" if len(number) == 11 else number


def shown_account(db: Reader, bill: Bill) -> str:
    """The account of a bill as others may see it; an erased one says so."""
    account = vault.get(db, CASE, bill.id, "account_no")
    return say(vault.ERASED) if account is None else masked(account, _mask(bill))


def _mask(bill: Bill) -> str:
    return "phone" if bill.kind == BillKind.MOBILE else "account"


def _since(db: Reader, bill: Bill) -> str:
    return store.steps(db, bill.id)[-1].at
