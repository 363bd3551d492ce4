"""What staff do with a consignment sale. It becomes money in the transaction that settles its ticket."""

from __future__ import annotations

from kiosk import audit, shifts, vault
from kiosk.codes import about_a_person
from kiosk.consignment.model import CASE, RETENTION, Sale, SaleState
from kiosk.consignment.store import sale
from kiosk.errors import Refused
from kiosk.money import LIMIT_FEN
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
    supplier_name: str,
    quantity: int = 1,
    unit: str = "",
    phone: str = "",
) -> Sale:
    """Records a sale that stands on a ticket.

    Raises ``Refused`` with ``consignment.item_missing``, ``consignment.supplier_missing`` (whoever is owed money must
    be known), ``consignment.quantity_wrong`` or ``consignment.amount_wrong``.
    """
    item = about_a_person(item_name, LONGEST_ITEM)
    if not item:
        raise Refused("consignment.item_missing", N_("请填写代销的品名；没有保存，其他内容都保留着"))
    if not 1 <= quantity <= MOST_PIECES:
        raise Refused("consignment.quantity_wrong", N_("数量应在 1 到 {most} 之间；没有保存"), most=MOST_PIECES)
    if not 1 <= amount_fen <= LIMIT_FEN:
        raise Refused("consignment.amount_wrong", N_("代销金额应大于 0；没有保存，请核对金额"))
    person = read_person(supplier_name, phone)
    if not person.name:
        raise Refused("consignment.supplier_missing", N_("请填写货主姓名，货款要付给谁必须清楚；没有保存"))
    today = shifts.ensure_open(tx)
    sale_id = tx.insert(
        "consignment_sales", state=SaleState.RECORDED, quantity=quantity, unit=about_a_person(unit, 6),
        amount_fen=amount_fen, commission_fen=0, recorded_on=today.business_on, recorded_at=tx.now,
        recorded_by_kind=tx.actor.kind, recorded_by_id=tx.actor.id, **search_columns(tx, person),
    )  # fmt: skip
    vault.put(tx, CASE, sale_id, "item_name", item, RETENTION)
    keep_person(tx, CASE, sale_id, "supplier_name", person)
    audit.record(tx, "consignment.recorded", sale_id=sale_id, amount_fen=amount_fen)
    return sale(tx, sale_id)


def sell(tx: Tx, sale_id: int, commission_fen: int) -> None:
    """The price is in the drawer (called as the ticket is settled): the supplier is owed it less the commission."""
    found = _in(tx, sale_id, SaleState.RECORDED)
    business_on = shifts.ensure_open(tx).business_on
    tx.change(
        "consignment_sales", sale_id, state=SaleState.SOLD, commission_fen=commission_fen, sold_on=business_on,
        sold_at=tx.now,
    )  # fmt: skip
    audit.record(
        tx, "consignment.sold", sale_id=sale_id, commission_fen=commission_fen,
        owed_fen=found.amount_fen - commission_fen, business_on=business_on,
    )  # fmt: skip


def cancel(tx: Tx, sale_id: int) -> None:
    """Cancels a sale that is not settled yet."""
    _cancel(tx, sale_id, SaleState.RECORDED)


def take_back(tx: Tx, sale_id: int) -> None:
    """Cancels a settled sale whose money is given back; refused once the supplier was paid."""
    _cancel(tx, sale_id, SaleState.SOLD)


def forget(tx: Tx, sale_id: int, rule: str) -> int:
    """Erases the supplier of a sale (values and search columns together); inside an erasing transaction."""
    tx.change("consignment_sales", sale_id, phone_hash=None, phone_tail=None)
    return vault.erase(tx, CASE, sale_id, rule)


def _cancel(tx: Tx, sale_id: int, state: SaleState) -> None:
    _in(tx, sale_id, state)
    business_on = shifts.ensure_open(tx).business_on
    tx.change("consignment_sales", sale_id, state=SaleState.CANCELLED, cancelled_on=business_on)
    audit.record(tx, "consignment.cancelled", sale_id=sale_id, business_on=business_on)


def _in(tx: Tx, sale_id: int, state: SaleState) -> Sale:
    found = sale(tx, sale_id)
    if found.state != state:
        raise Refused(
            "consignment.too_far",
            N_("代销 {sale_id} 已到「{state}」这一步，不能这样改；没有改动任何内容"),
            sale_id=sale_id,
            state=found.state,
        )
    return found
