"""Calls a purchase off at the counter, with the line by which the customer gets their money: the advance with its fee as
long as nothing else became of it, else what the purchase says."""

from __future__ import annotations

from kiosk.counter.lines import AddedLine
from kiosk.counter.open_ticket import open_ticket
from kiosk.counter.purchase_lines import add_payout
from kiosk.counter.refund import refund
from kiosk.errors import Refused
from kiosk.people.rights import Right, require
from kiosk.purchases import changes, store
from kiosk.purchases.model import CANCEL_WORDS, CASE, EndReason, PurchaseState
from kiosk.purchases.refusals import not_pending
from kiosk.storage import Tx
from kiosk.till import store as tickets
from kiosk.till.model import VoidReason
from kiosk.words import N_


def call_off(
    tx: Tx,
    purchase_id: int,
    reason: str = EndReason.OTHER,
    *,
    ticket_id: int | None = None,
    keeps_fee: bool = False,
    desk_id: int | None = None,
) -> AddedLine | None:
    """Cancels a purchase that was not shipped. What goes back to the customer comes on ``ticket_id`` (the desk's when
    none is named): the line, or None when nothing does, or not before the shop has given back.

    Before ordering the fee goes back with the advance unless ``keeps_fee``. Refused as ``purchases.changes.cancel``,
    ``purchase.reason_unknown``.
    """
    require(tx.actor, Right.SERVE)
    found = store.purchase(tx, purchase_id)
    not_pending(tx, found)
    first = tickets.charged_line(tx, CASE, purchase_id, "receive")
    if (
        found.state == PurchaseState.QUOTED
        and not found.ends_as
        and first is not None
        and found.received_on is not None
    ):
        gives_back = first.principal_fen + (0 if keeps_fee else first.fee_fen)
        if gives_back and found.received_fen == first.principal_fen and tickets.refund_of(tx, first.id) is None:
            if reason not in CANCEL_WORDS:
                raise Refused("purchase.reason_unknown", N_("请从列表中选择原因；没有改动"))
            at = ticket_id if ticket_id is not None else open_ticket(tx, desk_id)
            why = VoidReason.CUSTOMER_WITHDREW if reason == EndReason.NO_REASON else VoidReason.NOT_AVAILABLE
            back_id = refund(tx, at, [first.id], why, keeps_fee=keeps_fee)[0]
            back = tickets.line(tx, back_id)
            return AddedLine(at, back_id, CASE, purchase_id, back.owed_fen, back.fee_fen)
    after = changes.cancel(tx, purchase_id, reason)
    if after.owed_fen >= 0:
        return None
    return add_payout(tx, ticket_id if ticket_id is not None else open_ticket(tx, desk_id), purchase_id=purchase_id)
