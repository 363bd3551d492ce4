"""What staff do with a proxy purchase. It becomes money in the transaction that settles its ticket."""

from __future__ import annotations

from kiosk import audit, shifts, vault
from kiosk.codes import about_a_person
from kiosk.errors import Refused
from kiosk.money import LIMIT_FEN
from kiosk.purchases.model import CASE, RETENTION, PaidBy, Purchase, PurchaseState
from kiosk.purchases.store import purchase
from kiosk.storage import Tx
from kiosk.till.customer import keep_person, read_person, search_columns
from kiosk.words import N_

LONGEST_ITEM = 40
MOST_PIECES = 9999


def record(
    tx: Tx,
    *,
    item_name: str,
    amount_fen: int,
    paid_by: str,
    quantity: int = 1,
    advance_fen: int | None = None,
    platform: str = "",
    online_shop: str = "",
    customer_name: str = "",
    phone: str = "",
) -> Purchase:
    """Records a request that stands on a ticket, with its price told to the customer (state quoted).

    ``advance_fen`` is what the customer pays now: everything when they pay the shop's price themselves, nothing when
    the station advances it, unless another amount is given. Raises ``Refused`` with ``purchase.item_missing``,
    ``purchase.quantity_wrong``, ``purchase.amount_wrong``, ``purchase.advance_wrong`` or ``purchase.paid_by_unknown``.
    """
    item = about_a_person(item_name, LONGEST_ITEM)
    if not item:
        raise Refused("purchase.item_missing", N_("请填写要代购的品名；没有保存，其他内容都保留着"))
    if not 1 <= quantity <= MOST_PIECES:
        raise Refused("purchase.quantity_wrong", N_("数量应在 1 到 {most} 之间；没有保存"), most=MOST_PIECES)
    if not 1 <= amount_fen <= LIMIT_FEN:
        raise Refused("purchase.amount_wrong", N_("代购金额应大于 0；没有保存，请核对金额"))
    if paid_by not in set(PaidBy):
        raise Refused("purchase.paid_by_unknown", N_("请选择由谁付款：村民付款或站点垫付；没有保存"))
    if advance_fen is None:
        advance_fen = amount_fen if paid_by == PaidBy.CUSTOMER else 0
    if not 0 <= advance_fen <= amount_fen:
        raise Refused("purchase.advance_wrong", N_("预收款应在 0 和代购金额之间；没有保存，请核对"))
    person = read_person(customer_name, phone)
    today = shifts.ensure_open(tx)
    purchase_id = tx.insert(
        "purchases", state=PurchaseState.QUOTED, quantity=quantity, platform=about_a_person(platform, 20),
        online_shop=about_a_person(online_shop, 40), amount_fen=amount_fen, advance_fen=advance_fen, paid_by=paid_by,
        recorded_on=today.business_on, recorded_at=tx.now, recorded_by_kind=tx.actor.kind, recorded_by_id=tx.actor.id,
        **search_columns(tx, person),
    )  # fmt: skip
    vault.put(tx, CASE, purchase_id, "item_name", item, RETENTION)
    keep_person(tx, CASE, purchase_id, "customer_name", person)
    audit.record(
        tx, "purchase.recorded", purchase_id=purchase_id, amount_fen=amount_fen, advance_fen=advance_fen,
        paid_by=paid_by,
    )  # fmt: skip
    return purchase(tx, purchase_id)


def receive(tx: Tx, purchase_id: int) -> None:
    """The advance is in the drawer (called as the ticket is settled)."""
    found = _in(tx, purchase_id, PurchaseState.QUOTED)
    business_on = shifts.ensure_open(tx).business_on
    tx.change("purchases", purchase_id, received_on=business_on, received_at=tx.now)
    audit.record(
        tx, "purchase.received", purchase_id=purchase_id, advance_fen=found.advance_fen, business_on=business_on
    )


def cancel(tx: Tx, purchase_id: int) -> None:
    """Cancels a request that was not ordered yet; the ticket's void gives any advance back."""
    _in(tx, purchase_id, PurchaseState.QUOTED)
    business_on = shifts.ensure_open(tx).business_on
    tx.change("purchases", purchase_id, state=PurchaseState.CANCELLED, cancelled_on=business_on)
    audit.record(tx, "purchase.cancelled", purchase_id=purchase_id, business_on=business_on)


def forget(tx: Tx, purchase_id: int, rule: str) -> int:
    """Erases the customer of a purchase (values and search columns together); inside an erasing transaction."""
    tx.change("purchases", purchase_id, phone_hash=None, phone_tail=None)
    return vault.erase(tx, CASE, purchase_id, rule)


def _in(tx: Tx, purchase_id: int, state: PurchaseState) -> Purchase:
    found = purchase(tx, purchase_id)
    if found.state != state:
        raise Refused(
            "purchase.too_far",
            N_("代购 {purchase_id} 已到「{state}」这一步，不能这样改；没有改动任何内容"),
            purchase_id=purchase_id,
            state=found.state,
        )
    return found
