"""Buying up (收购): the station pays the farmer at the counter and owns the goods, at cost, as its ticket is settled."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

from kiosk import audit, shifts
from kiosk.consignment import measure, products, stock, suppliers
from kiosk.consignment.stock import LotFacts
from kiosk.errors import Refused
from kiosk.money import LIMIT_FEN
from kiosk.storage import Reader, Tx
from kiosk.storage.numbers import document_no
from kiosk.words import N_, say

CASE = "buy_up"
LETTER = "GB"
STATE_WORDS = {"recorded": N_("在单上"), "bought": N_("已付款入库"), "cancelled": N_("已取消")}


@dataclass(frozen=True, slots=True)
class BuyUp:
    """Goods that the station buys, or has bought, from their supplier for ``amount_fen``."""

    id: int
    state: str
    product_id: int
    lot_id: int | None
    quantity: int
    amount_fen: int
    lot_no: str
    produced_on: str | None
    expires_on: str | None
    document_no: str | None
    slip_id: int | None
    recorded_on: str
    bought_on: str | None

    @classmethod
    def of(cls, row: sqlite3.Row) -> BuyUp:
        return cls(**{name: row[name] for name in cls.__slots__})


audit.register(
    "buy_up.recorded", N_("登记收购 {buy_up_id}：{quantity}，付 {amount_fen} 分"),
    buy_up_id=audit.ID, product_id=audit.ID, quantity=audit.NUMBER, amount_fen=audit.NUMBER,
)  # fmt: skip
audit.register(
    "buy_up.bought", N_("收购 {buy_up_id} 已付款入库，凭证 {number}：{amount_fen} 分"),
    buy_up_id=audit.ID, lot_id=audit.ID, number=audit.CODE, amount_fen=audit.NUMBER, business_on=audit.TIME,
)  # fmt: skip
audit.register("buy_up.cancelled", N_("取消收购 {buy_up_id}"), buy_up_id=audit.ID, business_on=audit.TIME)


def record(
    tx: Tx, product_id: int, quantity: int, amount_fen: int, *, lot_no: str = "", produced_on: str = "",
    expires_on: str = "",
) -> BuyUp:  # fmt: skip
    """Records what is to be bought and for how much. Raises ``Refused`` with ``buy_up.not_own`` (goods admitted for
    consignment), ``buy_up.amount_wrong``, those of documents, lot and quantity."""
    found = products.on_sale(tx, product_id)
    if not found.is_own:
        raise Refused("buy_up.not_own", N_("这个商品登记的是代销，货还是货主的；没有保存，要收购请另登记为收购商品"))
    suppliers.require_documents(tx, found.supplier_id)
    measure.checked(quantity)
    if not 1 <= amount_fen <= LIMIT_FEN:
        raise Refused("buy_up.amount_wrong", N_("收购金额应大于 0；没有保存，请核对金额"))
    business_on = shifts.ensure_open(tx).business_on
    facts = stock.read_lot(found, business_on, lot_no=lot_no, produced_on=produced_on, expires_on=expires_on)
    buy_up_id = tx.insert(
        "buy_ups", state="recorded", product_id=product_id, quantity=quantity, amount_fen=amount_fen,
        lot_no=facts.lot_no, produced_on=facts.produced_on, expires_on=facts.expires_on, recorded_on=business_on,
        recorded_at=tx.now, recorded_by_kind=tx.actor.kind, recorded_by_id=tx.actor.id,
    )  # fmt: skip
    audit.record(
        tx, "buy_up.recorded", buy_up_id=buy_up_id, product_id=product_id, quantity=quantity, amount_fen=amount_fen
    )  # fmt: skip
    return buy_up(tx, buy_up_id)


def buy(tx: Tx, buy_up_id: int) -> BuyUp:
    """The farmer has the money (called as the ticket is settled): the goods are stock, at cost. The slip is the
    caller's."""
    found = _in(tx, buy_up_id, "recorded")
    goods = products.product(tx, found.product_id)
    business_on = shifts.ensure_open(tx).business_on
    number = document_no(tx, LETTER, business_on)
    lot_id = stock.make_lot(tx, goods.id, LotFacts(found.lot_no, found.produced_on, found.expires_on))
    tx.change("buy_ups", buy_up_id, state="bought", lot_id=lot_id, document_no=number, bought_on=business_on)
    stock.move(
        tx, goods, lot_id, "bought", found.quantity, found.amount_fen, case_kind=CASE, case_id=buy_up_id, number=number
    )  # fmt: skip
    audit.record(
        tx, "buy_up.bought", buy_up_id=buy_up_id, lot_id=lot_id, number=number, amount_fen=found.amount_fen,
        business_on=business_on,
    )  # fmt: skip
    return buy_up(tx, buy_up_id)


def cancel(tx: Tx, buy_up_id: int) -> None:
    """Taken off its ticket before it was paid."""
    _in(tx, buy_up_id, "recorded")
    _cancel(tx, buy_up_id)


def take_back(tx: Tx, buy_up_id: int) -> None:
    """The farmer gives the money back and takes the goods: only while the whole lot is untouched
    (``buy_up.goods_gone``)."""
    found = _in(tx, buy_up_id, "bought")
    lot = stock.lot(tx, found.lot_id or 0)
    if lot.free != found.quantity or lot.cost_fen != found.amount_fen:
        raise Refused(
            "buy_up.goods_gone", N_("这批收购的货已经卖出、损耗或在单上，不能退；没有改动"), buy_up_id=buy_up_id
        )  # fmt: skip
    goods = products.product(tx, found.product_id)
    stock.move(
        tx, goods, lot.id, "bought_undone", -found.quantity, found.amount_fen, case_kind=CASE, case_id=buy_up_id
    )  # fmt: skip
    _cancel(tx, buy_up_id)


def buy_up(db: Reader, buy_up_id: int) -> BuyUp:
    """The purchase of this id; raises ``Refused('buy_up.unknown')``."""
    row = db.one("SELECT * FROM buy_ups WHERE id = ?", buy_up_id)
    if row is None:
        raise Refused("buy_up.unknown", N_("没有编号为 {buy_up_id} 的收购，请核对编号"), buy_up_id=buy_up_id)
    return BuyUp.of(row)


def _cancel(tx: Tx, buy_up_id: int) -> None:
    business_on = shifts.ensure_open(tx).business_on
    tx.change("buy_ups", buy_up_id, state="cancelled", cancelled_on=business_on)
    audit.record(tx, "buy_up.cancelled", buy_up_id=buy_up_id, business_on=business_on)


def _in(tx: Tx, buy_up_id: int, state: str) -> BuyUp:
    found = buy_up(tx, buy_up_id)
    if found.state != state:
        raise Refused(
            "buy_up.too_far", N_("收购 {buy_up_id} 已是「{state}」，不能这样改；没有改动"),
            buy_up_id=buy_up_id, state=say(STATE_WORDS[found.state]), now=found.state,
        )  # fmt: skip
    return found
