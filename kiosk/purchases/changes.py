"""What does not go as planned: another price, called off, sent back, exchanged, money of the shop coming back; and the
customer's money that follows by lines of tickets. A purchase ends only when nobody owes anybody anything for it."""

from __future__ import annotations

from datetime import date

from kiosk import ledger, shifts
from kiosk.errors import Refused
from kiosk.ledger import Account, Posting
from kiosk.money import LIMIT_FEN
from kiosk.people.rights import Right, require
from kiosk.purchases import orders, store
from kiosk.purchases.events import step
from kiosk.purchases.model import (
    CANCEL_WORDS,
    CASE,
    RETURN_WORDS,
    SERVICE,
    UNDER_WAY,
    EndReason,
    PaidBy,
    Purchase,
    PurchaseState,
)
from kiosk.purchases.position import shift
from kiosk.purchases.refusals import in_state, movable
from kiosk.storage import Tx
from kiosk.words import N_

_PRICED = (*UNDER_WAY, PurchaseState.HANDED_OVER, PurchaseState.RETURNING)
_SENT_BACK = (PurchaseState.SHIPPED, PurchaseState.ARRIVED, PurchaseState.HANDED_OVER, PurchaseState.CLOSED)


def change_price(
    tx: Tx, purchase_id: int, *, amount_fen: int, customer_agrees: bool, paid_from: str = "", paid_by: str = ""
) -> Purchase:
    """Another price than was told, before or after ordering; the customer must have agreed.

    Before ordering only what is due changes, and ``paid_by`` may: customer or station. Afterwards the shop gets the
    difference from ``paid_from`` or gives it back to it. What the customer then owes or gets back is a line of a ticket.
    Refused ``purchase.customer_must_agree``, ``purchase.price_same``, ``purchase.amount_wrong``,
    ``purchase.paid_from_unknown``, ``purchase.paid_by_unknown``, ``purchase.not_agreed`` (quote it anew instead).
    """
    found = movable(tx, purchase_id, (PurchaseState.QUOTED, *_PRICED), even_ending=True)
    if found.ends_as and (found.ends_as != "exchanged" or found.state != PurchaseState.RETURNING):
        in_state(found, (PurchaseState.QUOTED, *_PRICED))
    if not customer_agrees:
        raise Refused("purchase.customer_must_agree", N_("改价要先告诉村民并征得同意；没有改动，同意后请勾选"))
    if not 1 <= amount_fen <= LIMIT_FEN:
        raise Refused("purchase.amount_wrong", N_("代购金额应大于 0；没有保存，请核对金额"))
    is_quoted = found.state == PurchaseState.QUOTED
    if paid_by and (
        not is_quoted or found.paid_by == PaidBy.DIRECT or paid_by not in (PaidBy.CUSTOMER, PaidBy.STATION)
    ):
        raise Refused("purchase.paid_by_unknown", N_("只有下单前能在村民付款和站点垫付之间改；没有改动"))
    who = paid_by or found.paid_by
    if amount_fen == found.amount_fen and who == found.paid_by:
        raise Refused("purchase.price_same", N_("和原来的价格一样，没有改动"))
    if is_quoted:
        if found.received_on is None:
            raise Refused("purchase.not_agreed", N_("村民还没有确认报价；没有改动，请重新报价"))
        due_fen = 0 if who == PaidBy.DIRECT else amount_fen
        return step(
            tx, found, "price_changed", moved_fen=amount_fen, amount_fen=amount_fen, due_fen=due_fen, paid_by=who
        )
    if found.paid_by == PaidBy.DIRECT:
        return step(tx, found, "price_changed", moved_fen=amount_fen, amount_fen=amount_fen)
    difference_fen = amount_fen - (found.amount_fen or 0)
    if found.spent_fen + difference_fen < 0:
        raise Refused("purchase.shop_refund_wrong", N_("商家退回的不能多于付给商家的；没有保存，请核对金额"))
    postings = orders.pay_shop(found, difference_fen, paid_from)
    after = step(
        tx, found, "price_changed", moved_fen=amount_fen, amount_fen=amount_fen, due_fen=found.due_fen + difference_fen,
        spent_fen=found.spent_fen + difference_fen,
    )  # fmt: skip
    ledger.post(tx, "purchase_price", shifts.ensure_open(tx).business_on, CASE, purchase_id, postings)
    return after


def cancel(tx: Tx, purchase_id: int, reason: str = EndReason.OTHER) -> Purchase:
    """Calls a purchase off, as far as it has come: at once before any money, after the advance was given back when it was
    taken, after the shop's refund when it was ordered. What is shipped is sent back instead (``purchase.too_far``).

    Refused ``purchase.reason_unknown``.
    """
    found = movable(tx, purchase_id, (PurchaseState.REQUESTED, PurchaseState.QUOTED, PurchaseState.ORDERED))
    if reason not in CANCEL_WORDS:
        raise Refused("purchase.reason_unknown", N_("请从列表中选择原因；没有改动"))
    why = {"ends_as": "cancelled", "end_reason": str(reason)}
    if found.state == PurchaseState.ORDERED and found.paid_by != PaidBy.DIRECT:
        return step(tx, found, "cancel_asked", **why)
    if found.received_fen:
        return step(tx, found, "cancel_asked", due_fen=0, is_shop_settled=1, **why)
    return step(tx, found, "cancelled", PurchaseState.CANCELLED, due_fen=0, is_shop_settled=1, **why)


def begin_return(
    tx: Tx,
    purchase_id: int,
    *,
    wants: str,
    reason: str,
    shop_agrees: bool = False,
    waybill_back: str = "",
) -> Purchase:
    """Goods go back to the shop, for the money (``wants`` = ``refunded``) or for others (``exchanged``); may be called
    again while they are on their way to change what is wanted.

    Without a reason within 7 days of receipt only and not for goods that the law leaves out (消保法 art. 25), unless the
    shop agrees. Refused ``purchase.return_too_late``, ``purchase.return_excluded``, ``purchase.reason_unknown``,
    ``purchase.wish_unknown``, ``purchase.replacement_under_way``.
    """
    found = movable(tx, purchase_id, (*_SENT_BACK, PurchaseState.RETURNING), even_ending=True)
    if wants not in ("refunded", "exchanged"):
        raise Refused("purchase.wish_unknown", N_("请选择退货退款还是换货；没有改动"))
    if reason not in RETURN_WORDS:
        raise Refused("purchase.reason_unknown", N_("请从列表中选择原因；没有改动"))
    if found.state == PurchaseState.RETURNING and any(
        row["way"] == "replacement" for row in store.waybills(tx, purchase_id)
    ):
        raise Refused("purchase.replacement_under_way", N_("换的货已经发出，不能再改；没有改动，请等它到货"))
    if found.state == PurchaseState.RETURNING and found.is_shop_settled:
        in_state(found, ())
    if reason == EndReason.NO_REASON and not shop_agrees and found.handed_over_on is not None:
        if found.no_return_reason:
            raise Refused(
                "purchase.return_excluded",
                N_("这类商品不适用七日无理由退货；没有改动，质量问题请选别的原因，商家同意的请勾选"),
            )
        today = shifts.ensure_open(tx).business_on
        if found.return_until_on is not None and date.fromisoformat(today) > date.fromisoformat(found.return_until_on):
            raise Refused(
                "purchase.return_too_late",
                N_("七日无理由退货到 {until} 已经过了；没有改动，质量问题请选别的原因，商家同意的请勾选"),
                until=found.return_until_on,
            )
    if waybill_back.strip():
        orders.note_waybill_back(tx, found, waybill_back)
    return step(
        tx, found, "return_begun", PurchaseState.RETURNING, ends_as=wants, end_reason=reason, is_shop_settled=0,
        due_fen=found.due_fen,
    )  # fmt: skip


def shop_refunded(
    tx: Tx, purchase_id: int, *, amount_fen: int, paid_to: str = "", station_bears: bool = False
) -> Purchase:
    """The shop has given back ``amount_fen`` of what it got, into a wallet or to the owner, and nothing more will come.

    What it kept is the customer's, or the station's where ``station_bears`` (a manager decides; COMPENSATION). What the
    customer then gets back or still owes is a line of a ticket; the purchase ends with it, or here when nobody owes
    anything. For goods that the customer paid on the platform no money is noted. Refused
    ``purchase.shop_refund_wrong``, ``purchase.paid_from_unknown``, ``purchase.too_far``, ``staff.not_allowed``.
    """
    found = movable(tx, purchase_id, (PurchaseState.ORDERED, PurchaseState.RETURNING), even_ending=True)
    if found.ends_as not in ("cancelled", "refunded") or found.is_shop_settled:
        in_state(found, ())
    if not 0 <= amount_fen <= found.spent_fen:
        raise Refused("purchase.shop_refund_wrong", N_("商家退回的不能多于付给商家的；没有保存，请核对金额"))
    kept_fen = found.spent_fen - amount_fen
    if station_bears and kept_fen:
        require(tx.actor, Right.MANAGE)
    postings = orders.pay_shop(found, -amount_fen, paid_to) if amount_fen or paid_to else []
    borne_fen = kept_fen if station_bears else 0
    business_on = shifts.ensure_open(tx).business_on
    after = step(
        tx, found, "shop_refunded", moved_fen=amount_fen, spent_fen=kept_fen - borne_fen, due_fen=kept_fen - borne_fen,
        is_shop_settled=1, detail={"borne_fen": borne_fen},
    )  # fmt: skip
    if borne_fen:
        postings = _merged(found, amount_fen, borne_fen, postings)
    if postings:
        ledger.post(tx, "purchase_refund", business_on, CASE, purchase_id, postings)
    return end_if_level(tx, after)


def end_if_level(tx: Tx, found: Purchase) -> Purchase:
    """A purchase that is called off or sent back ends as it was asked once the shop is done and nobody owes anything."""
    if found.ends_as == "exchanged":
        return orders.finish_exchange(tx, found)
    if not found.ends_as or not found.is_shop_settled or not found.is_level:
        return found
    return step(tx, found, found.ends_as, found.ends_as)


def take_balance(tx: Tx, purchase_id: int, fen: int) -> Purchase:
    """The customer has paid what was owed (called as the ticket is settled)."""
    found = _as_told(store.purchase(tx, purchase_id), fen)
    after = step(tx, found, "balance_received", moved_fen=fen, received_fen=found.received_fen + fen)
    return end_if_level(tx, after)


def pay_back(tx: Tx, purchase_id: int, fen: int) -> Purchase:
    """The customer got back what was theirs (called as the ticket is settled)."""
    found = _as_told(store.purchase(tx, purchase_id), -fen)
    after = step(tx, found, "paid_back", moved_fen=fen, received_fen=found.received_fen - fen)
    return end_if_level(tx, after)


def give_back(tx: Tx, found: Purchase) -> Purchase:
    """The whole advance went back with its fee: the purchase is cancelled (called as the refund is settled)."""
    after = step(
        tx, found, "paid_back", moved_fen=found.received_fen, received_fen=0, due_fen=0, ends_as="cancelled",
        end_reason=found.end_reason or EndReason.NO_REASON.value, is_shop_settled=1,
    )  # fmt: skip
    return end_if_level(tx, after)


def take_back_step(tx: Tx, purchase_id: int, line_fen: int) -> Purchase:
    """The ticket of a balance (positive) or payout (negative) is voided on its day: the money stands as before, and a
    purchase that ended with it is open again. Refused ``purchase.too_far`` once it went on from there."""
    found = store.purchase(tx, purchase_id)
    reopened = {
        "cancelled": PurchaseState.QUOTED,
        "refunded": PurchaseState.RETURNING,
        "exchanged": PurchaseState.RETURNING,
    }
    state: str | None = None
    if found.state in reopened:
        state = reopened[found.state]
        if found.state == PurchaseState.CANCELLED and found.ordered_on is not None:
            state = PurchaseState.ORDERED
    elif found.state == PurchaseState.CLOSED or found.received_fen - line_fen < 0:
        in_state(found, ())
    return step(tx, found, "step_undone", state, moved_fen=line_fen, received_fen=found.received_fen - line_fen)


def _as_told(found: Purchase, owed_fen: int) -> Purchase:
    """What is paid is what is owed now; a line that was worked out before something changed is not settled."""
    if found.owed_fen != owed_fen:
        raise Refused(
            "purchase.changed_meanwhile",
            N_("代购 {purchase_id} 的金额在加入本单以后变了；没有收款，请去掉这一项再加一次"),
            purchase_id=found.id,
        )
    return found


def _merged(found: Purchase, refund_fen: int, borne_fen: int, wallet: list[Posting]) -> list[Posting]:
    """One entry for both: the shop's refund into the wallet and the rest that the station bears."""
    return [
        *(
            posting
            for posting in wallet
            if posting.account not in (Account.HELD_FOR_PURCHASES, Account.PURCHASES_ADVANCED)
        ),
        Posting(Account.COMPENSATION, borne_fen, SERVICE),
        *shift(found, spent_fen=-refund_fen - borne_fen),
    ]
