"""What staff do with a sale of goods. It becomes money, and the goods leave, in the transaction that settles its ticket;
from the moment that it stands on a ticket its goods are held for it."""

from __future__ import annotations

from kiosk import audit, ledger, shifts, vault
from kiosk.codes import about_a_person
from kiosk.consignment import products, stock, suppliers
from kiosk.consignment.model import (
    CASE,
    RETENTION,
    SERVICE,
    STANDING,
    STATE_WORDS,
    Channel,
    Ownership,
    Sale,
    SaleState,
)
from kiosk.consignment.store import parts_of, sale
from kiosk.errors import Refused
from kiosk.ledger import Account, Posting
from kiosk.money import LIMIT_FEN, yuan
from kiosk.storage import Tx
from kiosk.words import N_, say

LONGEST_ITEM = 40
MOST_PIECES = 9999


def record(
    tx: Tx,
    *,
    item_name: str,
    amount_fen: int,
    supplier_name: str = "",
    supplier_id: int | None = None,
    quantity: int = 1,
    unit: str = "",
    phone: str = "",
) -> Sale:
    """Records a sale of goods that are in no stock (forty eggs, sold as they were brought); the supplier is registered
    with it, or named by id.

    Raises ``Refused`` with ``consignment.item_missing``, ``consignment.supplier_missing`` (whoever is owed money must
    be known), ``consignment.quantity_wrong`` or ``consignment.amount_wrong``.
    """
    item = about_a_person(item_name, LONGEST_ITEM)
    if not item:
        raise Refused("consignment.item_missing", N_("请填写代销的品名；没有保存，其他内容都保留着"))
    if not 1 <= quantity <= MOST_PIECES:
        raise Refused("consignment.quantity_wrong", N_("数量应在 1 到 {most} 之间；没有保存"), most=MOST_PIECES)
    _amount(amount_fen)
    if supplier_id is None:
        if not supplier_name.strip():
            raise Refused("consignment.supplier_missing", N_("请填写货主姓名，货款要付给谁必须清楚；没有保存"))
        supplier_id = suppliers.find_or_register(tx, supplier_name, phone).id
    else:
        suppliers.supplier(tx, supplier_id)
    sale_id = _insert(
        tx, ownership=Ownership.CONSIGNMENT, supplier_id=supplier_id, quantity=quantity, unit=about_a_person(unit, 6),
        amount_fen=amount_fen,
    )  # fmt: skip
    vault.put(tx, CASE, sale_id, "item_name", item, RETENTION)
    return sale(tx, sale_id)


def record_product(
    tx: Tx, product_id: int, quantity: int, *, amount_fen: int | None = None, platform: str = "", online_shop: str = "",
    platform_order_no: str = "", paid_into: str = "",
) -> Sale:  # fmt: skip
    """Records a sale of goods in stock and holds them for it; at the marked price unless ``amount_fen`` is agreed.

    With ``platform`` it is an online sale. Raises ``Refused`` with ``product.ended``, ``stock.short``,
    ``stock.expired``, ``product.above_marked`` (nothing is sold dearer than it is marked, 价格法 art. 13),
    ``product.below_floor`` (without the supplier's consent on record) and ``consignment.order_known``.
    """
    found = products.on_sale(tx, product_id)
    parts = stock.allot(tx, found, quantity)
    marked_fen = found.amount_fen(quantity)
    agreed_fen = marked_fen if amount_fen is None else amount_fen
    _amount(agreed_fen)
    if agreed_fen > marked_fen and not platform:
        raise Refused(
            "product.above_marked",
            N_("标价合 {marked}，不能在标价之外加价（价格法第十三条）；没有加入"),
            marked=yuan(marked_fen),
        )
    floor_fen = found.amount_fen(quantity, products.floor_on(tx, found, shifts.ensure_open(tx).business_on))
    if agreed_fen < floor_fen and not found.is_own:
        raise Refused(
            "product.below_floor",
            N_("低于供货人的底价 {floor}；没有加入，请先征得供货人同意并登记"),
            floor=yuan(floor_fen),
            floor_fen=floor_fen,
            product_id=product_id,
        )
    if platform and tx.value(
        "SELECT 1 FROM consignment_sales WHERE platform = ? AND platform_order_no = ? AND product_id = ?"
        " AND state <> 'cancelled'",
        platform,
        platform_order_no,
        product_id,
    ):
        raise Refused(
            "consignment.order_known",
            N_("这个平台订单号的这种商品已经登记过；没有重复登记，请核对"),
            product_id=product_id,
        )
    sale_id = _insert(
        tx, ownership=found.ownership, product_id=product_id, supplier_id=found.supplier_id, quantity=quantity,
        unit=found.unit, unit_size=found.unit_size, amount_fen=agreed_fen,
        cost_fen=sum(part.cost_fen for part in parts) if found.is_own else 0,
        channel=Channel.ONLINE if platform else Channel.COUNTER, platform=platform, online_shop=online_shop,
        platform_order_no=platform_order_no, paid_into=paid_into,
    )  # fmt: skip
    for part in parts:
        tx.insert("sale_lots", sale_id=sale_id, lot_id=part.lot_id, quantity=part.quantity, cost_fen=part.cost_fen)
    return sale(tx, sale_id)


def sell(tx: Tx, sale_id: int, commission_fen: int) -> None:
    """The price is paid (called as the ticket is settled): the goods leave, the supplier is owed the price less the
    commission. Raises ``Refused('stock.expired')`` for goods that have run out while the ticket lay."""
    found = _in(tx, sale_id, frozenset({SaleState.RECORDED}))
    business_on = shifts.ensure_open(tx).business_on
    parts = parts_of(tx, sale_id)
    for part in parts:
        if stock.lot(tx, part.lot_id).is_expired(business_on):
            raise Refused("stock.expired", N_("这批已经过期，不能卖；没有收款，请从单上去掉这一项"))
    tx.change(
        "consignment_sales", sale_id, state=SaleState.SOLD, commission_fen=commission_fen, sold_on=business_on,
        sold_at=tx.now,
    )  # fmt: skip
    if found.product_id is not None:
        goods = products.product(tx, found.product_id)
        for part in parts:
            stock.move(
                tx, goods, part.lot_id, "sold", -part.quantity, part.cost_fen, case_kind=CASE, case_id=sale_id
            )  # fmt: skip
    owed_fen = sale(tx, sale_id).owed_fen
    if found.ownership == Ownership.CONSIGNMENT:
        _due(tx, found, "sale", owed_fen)
    audit.record(
        tx, "consignment.sold", sale_id=sale_id, commission_fen=commission_fen, owed_fen=owed_fen,
        business_on=business_on,
    )  # fmt: skip


def cancel(tx: Tx, sale_id: int) -> None:
    """Cancels a sale that is not settled yet; what was held for it is free again."""
    _in(tx, sale_id, frozenset({SaleState.RECORDED}))
    _cancel(tx, sale_id)


def take_back(tx: Tx, sale_id: int) -> None:
    """Cancels a settled sale whose money is given back: the goods are in stock again, the supplier is owed so much less.
    A supplier who was paid already owes it to the station; the next settlement takes it off."""
    found = _in(tx, sale_id, STANDING)
    if tx.value(
        "SELECT 1 FROM consignor_dues d JOIN settlements s ON s.id = d.settlement_id AND s.state = 'recorded'"
        " WHERE d.sale_id = ?",
        sale_id,
    ):
        raise Refused(
            "consignment.in_settlement", N_("这笔货款正在一张没收完的单上结算；没有退，请先办完或去掉那一项")
        )  # fmt: skip
    if found.product_id is not None:
        goods = products.product(tx, found.product_id)
        for part in parts_of(tx, sale_id):
            stock.move(
                tx, goods, part.lot_id, "sold_undone", part.quantity, part.cost_fen, case_kind=CASE, case_id=sale_id
            )  # fmt: skip
    if found.assigned_entry_id is not None:
        ledger.reverse(tx, found.assigned_entry_id, shifts.ensure_open(tx).business_on, "supplier_named_undone")
    if found.ownership == Ownership.CONSIGNMENT:
        _due(tx, found, "sale_undone", -found.owed_fen)
    _cancel(tx, sale_id)


def name_supplier(tx: Tx, sale_id: int, supplier_id: int) -> Sale:
    """Says whose goods a sale was that was made before suppliers were kept, so that it can be settled.

    Raises ``Refused('consignment.supplier_known')`` for one that names its supplier, ``consignment.too_far``.
    """
    found = _in(tx, sale_id, frozenset({SaleState.SOLD}))
    suppliers.supplier(tx, supplier_id)
    if found.supplier_id is not None:
        raise Refused("consignment.supplier_known", N_("这笔代销已经记着货主，不能改；没有改动"))
    entry_id = None
    if found.owed_fen:
        entry_id = ledger.post(
            tx, "supplier_named", shifts.ensure_open(tx).business_on, CASE, sale_id,
            [
                Posting(Account.OWED_TO_CONSIGNORS, found.owed_fen, SERVICE),
                Posting(Account.OWED_TO_CONSIGNORS, -found.owed_fen, SERVICE, f"supplier:{supplier_id}"),
            ],
        )  # fmt: skip
    tx.change("consignment_sales", sale_id, supplier_id=supplier_id, assigned_entry_id=entry_id)
    tx.execute("UPDATE consignor_dues SET supplier_id = ? WHERE sale_id = ?", supplier_id, sale_id)
    audit.record(
        tx, "consignment.supplier_named", sale_id=sale_id, supplier_id=supplier_id, amount_fen=found.owed_fen
    )  # fmt: skip
    return sale(tx, sale_id)


def ship(tx: Tx, sale_id: int, waybill_no: str) -> Sale:
    """An online sale was sent off under this waybill (its outbound parcel). Raises ``Refused`` with
    ``consignment.not_online``, ``consignment.waybill_missing`` or ``consignment.too_far``."""
    found = _in(tx, sale_id, STANDING)
    number = about_a_person("".join(waybill_no.split()).upper(), 40)
    if found.channel != Channel.ONLINE:
        raise Refused("consignment.not_online", N_("这是柜台卖出的，不用寄；没有改动"))
    if not number:
        raise Refused("consignment.waybill_missing", N_("请扫或填寄出的运单号；没有改动"))
    business_on = shifts.ensure_open(tx).business_on
    tx.change("consignment_sales", sale_id, waybill_no=number, shipped_on=business_on)
    audit.record(tx, "consignment.shipped", sale_id=sale_id, business_on=business_on)
    return sale(tx, sale_id)


def forget(tx: Tx, sale_id: int, rule: str) -> int:
    """Erases the supplier of a sale (values and search columns together); inside an erasing transaction."""
    tx.change("consignment_sales", sale_id, phone_hash=None, phone_tail=None, waybill_no=None)
    return vault.erase(tx, CASE, sale_id, rule)


def _insert(tx: Tx, **columns: object) -> int:
    today = shifts.ensure_open(tx)
    sale_id = tx.insert(
        "consignment_sales", state=SaleState.RECORDED, commission_fen=0, recorded_on=today.business_on,
        recorded_at=tx.now, recorded_by_kind=tx.actor.kind, recorded_by_id=tx.actor.id, **columns,
    )  # fmt: skip
    audit.record(tx, "consignment.recorded", sale_id=sale_id, amount_fen=columns["amount_fen"])  # type: ignore[arg-type]
    return sale_id


def _amount(amount_fen: int) -> None:
    if not 1 <= amount_fen <= LIMIT_FEN:
        raise Refused("consignment.amount_wrong", N_("代销金额应大于 0；没有保存，请核对金额"))


def _due(tx: Tx, found: Sale, kind: str, amount_fen: int) -> None:
    tx.insert(
        "consignor_dues", supplier_id=found.supplier_id, kind=kind, amount_fen=amount_fen, sale_id=found.id,
        business_on=shifts.ensure_open(tx).business_on, at=tx.now,
    )  # fmt: skip


def _cancel(tx: Tx, sale_id: int) -> None:
    business_on = shifts.ensure_open(tx).business_on
    tx.change("consignment_sales", sale_id, state=SaleState.CANCELLED, cancelled_on=business_on)
    audit.record(tx, "consignment.cancelled", sale_id=sale_id, business_on=business_on)


def _in(tx: Tx, sale_id: int, states: frozenset[SaleState]) -> Sale:
    found = sale(tx, sale_id)
    if found.state not in states:
        raise Refused(
            "consignment.too_far",
            N_("代销 {sale_id} 已到「{state}」这一步，不能这样改；没有改动任何内容"),
            sale_id=sale_id,
            state=say(STATE_WORDS[SaleState(found.state)]),
            now=found.state,
        )
    return found
