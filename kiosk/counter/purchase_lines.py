"""Proxy purchases on a ticket: the advance with its published fee, what is still owed (with the goods, if they leave with
it), what the customer gets back. The money comes and goes as the ticket is settled."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kiosk import shifts
from kiosk.counter import purchase_goods
from kiosk.counter.lines import AddedLine, LineActs, as_told, nothing, put_on
from kiosk.errors import Refused
from kiosk.parcels.model import HandOverMethod
from kiosk.people.rights import Right, require
from kiosk.purchases import actions as purchases
from kiosk.purchases import changes, store
from kiosk.purchases import slips as purchase_slips
from kiosk.purchases.model import ENDED, FEE_CODES, UNDER_WAY, Purchase, PurchaseState
from kiosk.purchases.refusals import in_state, movable, not_pending
from kiosk.storage import Reader, Tx
from kiosk.till import actions as till
from kiosk.till.model import Line
from kiosk.words import N_


def add_purchase(tx: Tx, ticket_id: int, *, fee_fen: int | None = None, **request: Any) -> AddedLine:
    """Puts a proxy purchase on a ticket. ``request`` are the facts of ``purchases.actions.record``.

    ``fee_fen``, if given, is the fee that the caller has told the customer. Raises ``Refused`` with
    ``fee.not_published``, ``fee.differs``, those of the ticket and of the request.
    """
    require(tx.actor, Right.SERVE)
    till.open_one(tx, ticket_id)
    return _take(tx, ticket_id, purchases.record(tx, **request), fee_fen)


def add_quoted(tx: Tx, ticket_id: int, *, purchase_id: int, fee_fen: int | None = None) -> AddedLine:
    """Puts a request that has its price on a ticket: settling it, the customer agrees. As ``add_purchase``; Refused
    ``purchase.too_far``, ``purchase.line_pending`` too."""
    require(tx.actor, Right.SERVE)
    till.open_one(tx, ticket_id)
    found = movable(tx, purchase_id, (PurchaseState.QUOTED,))
    if found.received_on is not None:
        in_state(found, ())
    return _take(tx, ticket_id, found, fee_fen)


def add_balance(
    tx: Tx, ticket_id: int, *, purchase_id: int, hand_over: bool = False, method: str = HandOverMethod.KNOWN_BY_FACE
) -> AddedLine:
    """Puts what the customer still owes on a ticket; with ``hand_over`` the goods and their parcels leave as it is
    settled, the customer checked by ``method``.

    Refused ``purchase.nothing_owed``, ``purchase.too_far`` (not here yet), ``method.unknown``.
    """
    require(tx.actor, Right.SERVE)
    till.open_one(tx, ticket_id)
    found = store.purchase(tx, purchase_id)
    not_pending(tx, found)
    if found.owed_fen <= 0:
        raise Refused("purchase.nothing_owed", N_("这一单村民不欠钱，没有加入；货可以直接交付"))
    if hand_over:
        purchase_goods.may_go(tx, found, method)
    return put_on(tx, ticket_id, purchase_slips.balance_line(found, method=str(method) if hand_over else ""))


def add_payout(tx: Tx, ticket_id: int, *, purchase_id: int) -> AddedLine:
    """Puts what the customer gets back on a ticket. Refused ``purchase.nothing_to_pay_back``."""
    require(tx.actor, Right.SERVE)
    till.open_one(tx, ticket_id)
    found = store.purchase(tx, purchase_id)
    not_pending(tx, found)
    if found.owed_fen >= 0:
        raise Refused("purchase.nothing_to_pay_back", N_("这一单没有要退给村民的钱，没有加入"))
    return put_on(tx, ticket_id, purchase_slips.payout_line(found))


def stays_open(db: Reader) -> dict[str, int]:
    """Purchases that still want somebody."""
    return {"purchases": store.open_count(db)}


def _take(tx: Tx, ticket_id: int, found: Purchase, fee_fen: int | None) -> AddedLine:
    quote = till.quote(tx, ticket_id, FEE_CODES, quantity=found.quantity, amount_fen=found.amount_fen or 0)
    as_told(quote, fee_fen)
    return put_on(tx, ticket_id, purchase_slips.line(found, quote))


def _agree(tx: Tx, line: Line) -> None:
    if store.purchase(tx, line.case_id).advance_fen != line.principal_fen:
        raise _changed(line)
    purchases.receive(tx, line.case_id)


def _withdraw_agreed(tx: Tx, line: Line) -> None:
    found = store.purchase(tx, line.case_id)
    not_pending(tx, found)
    purchases.withdraw(tx, line.case_id)


def _refund_agreed(tx: Tx, line: Line) -> None:
    """Advance and fee go back, on any later day, as long as nothing else became of it. The fee alone also when the
    purchase has been called off without any money of its own."""
    found = store.purchase(tx, line.case_id)
    if found.state in ENDED and not line.principal_fen:
        return
    if found.state != PurchaseState.QUOTED or found.spent_fen or found.received_fen != -line.principal_fen:
        raise _on_its_page(line)
    changes.give_back(tx, found)


def _deliver(tx: Tx, line: Line) -> None:
    changes.take_balance(tx, line.case_id, line.principal_fen)
    purchase_goods.let_go(tx, line.case_id, line.facts["method"])


def _undo_deliver(tx: Tx, line: Line) -> None:
    found = store.purchase(tx, line.case_id)
    not_pending(tx, found)
    in_state(found, (*UNDER_WAY, PurchaseState.HANDED_OVER, PurchaseState.EXCHANGED), even_ending=True)
    purchase_goods.take_back(tx, line.case_id, shifts.ensure_open(tx).business_on)
    changes.take_back_step(tx, line.case_id, line.principal_fen)


def _undo_money(tx: Tx, line: Line) -> None:
    not_pending(tx, store.purchase(tx, line.case_id))
    changes.take_back_step(tx, line.case_id, line.principal_fen)


def _refuse_refund(tx: Tx, line: Line) -> None:
    raise _on_its_page(line)


def _on_its_page(line: Line) -> Refused:
    return Refused(
        "purchase.refund_on_its_page",
        N_("代购 {purchase_id} 已经往下办了，不能整项退；没有改动，请在代购页取消、退换或改价，钱会自动算清"),
        purchase_id=line.case_id,
    )


def _changed(line: Line) -> Refused:
    return Refused(
        "purchase.changed_meanwhile",
        N_("代购 {purchase_id} 的金额在加入本单以后变了；没有收款，请去掉这一项再加一次"),
        purchase_id=line.case_id,
    )


def _dropped(tx: Tx, line: Line) -> None:
    purchases.withdraw(tx, line.case_id)


def _settled(tx: Tx, line: Line) -> None:
    changes.take_balance(tx, line.case_id, line.principal_fen)


def _paid_out(tx: Tx, line: Line) -> None:
    changes.pay_back(tx, line.case_id, -line.principal_fen)


LINES: Mapping[tuple[str, str], LineActs] = {
    ("purchase", "receive"): LineActs(
        take_effect=_agree,
        withdraw=_dropped,
        undo=_withdraw_agreed,
        refund=_refund_agreed,
    ),
    ("purchase", "balance"): LineActs(
        take_effect=_settled, withdraw=nothing, undo=_undo_money, refund=_refuse_refund
    ),
    ("purchase", "deliver"): LineActs(
        take_effect=_deliver, withdraw=nothing, undo=_undo_deliver, refund=_refuse_refund
    ),
    ("purchase", "payout"): LineActs(
        take_effect=_paid_out, withdraw=nothing, undo=_undo_money, refund=_refuse_refund
    ),
}  # fmt: skip


ADD = {
    "purchase": add_purchase,
    "purchase_quoted": add_quoted,
    "purchase_balance": add_balance,
    "purchase_payout": add_payout,
}
