"""What a goods code means at a desk: a stocktake under way counts it, else it is put on the visit's ticket. Goods that
are sold by weight and whose label says none are weighed first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from kiosk.codes import CodeKind, Recognised
from kiosk.codes.ean import read_scale_code
from kiosk.consignment import products, stocktakes
from kiosk.consignment.measure import part_fen
from kiosk.consignment.model import CASE
from kiosk.consignment.products import Product
from kiosk.counter.consignment_lines import add_consignment_sale
from kiosk.counter.open_ticket import open_ticket
from kiosk.counter.remove_line import remove_line
from kiosk.people.model import Desk
from kiosk.people.rights import Right, require
from kiosk.storage import Reader, Tx
from kiosk.till import store as tickets
from kiosk.till.model import LineState
from kiosk.words import N_

#: A code of ours, an article number, or an in-store code that also has the shape of a waybill.
MAY_BE_GOODS = frozenset({CodeKind.GOODS, CodeKind.SKU, CodeKind.WAYBILL, CodeKind.BOOK})


@dataclass(frozen=True, slots=True)
class ScannedGoods:
    """The product of a code; ``quantity`` and ``amount_fen`` as the scale's label says them, None where it says none."""

    product: Product
    quantity: int | None = None
    amount_fen: int | None = None


@dataclass(frozen=True, slots=True)
class GoodsTaken:
    """What became of a goods code, as a scan's outcome is built from it."""

    code: str
    message: str
    facts: dict[str, Any]
    is_asking: bool = False
    go: str = ""


def find_goods(db: Reader, recognised: Recognised) -> ScannedGoods | None:
    """The goods on sale under this code; None when it is none of ours, whatever it may be then."""
    if recognised.kind not in MAY_BE_GOODS or not recognised.text.isdigit():
        return None
    scale = read_scale_code(recognised.text, db.settings.goods.scale_codes)
    if scale is not None:
        weighed = products.by_plu(db, scale.plu)
        if weighed is not None:
            if scale.grams is not None:
                return ScannedGoods(weighed, scale.grams)
            # The label says the price; the weight follows from the marked price, to the gram.
            grams = part_fen(weighed.unit_size, scale.amount_fen or 0, weighed.price_fen)
            return ScannedGoods(weighed, max(1, grams), scale.amount_fen)
    found = products.by_code(db, recognised.text)
    if found is None:
        return None
    return ScannedGoods(found, None if found.is_weighed else 1)


def counts_at(db: Reader, desk: Desk | None) -> bool:
    """Whether goods that are scanned at this desk are counted and not sold."""
    standing = stocktakes.under_way(db)
    return standing is not None and desk is not None and standing.desk_id == desk.id


def take_goods(tx: Tx, desk: Desk, scanned: ScannedGoods) -> GoodsTaken:
    """Counts the goods, or sells them. Raises ``Refused`` with those of the stocktake or of the sale."""
    require(tx.actor, Right.SERVE)
    found = scanned.product
    facts = {"product_id": found.id, "name": found.name, "sku": found.sku}
    if counts_at(tx, desk):
        if scanned.quantity is None:
            return GoodsTaken("stocktake.weigh", N_("「{name}」请称重后填写实点的重量"), facts, True, "stocktake")
        done = stocktakes.count(tx, found.id, scanned.quantity, adds=True)
        facts |= {"counted": found.shown(done.counted)}
        return GoodsTaken("stocktake.counted", N_("盘点「{name}」：{counted}"), facts, go="stocktake")
    if scanned.quantity is None:
        return GoodsTaken("goods.weigh", N_("「{name}」按重量卖，请称重"), facts, True, "weigh")
    ticket_id = open_ticket(tx, desk.id)
    quantity = scanned.quantity + _taken_off(tx, ticket_id, found)
    added = add_consignment_sale(
        tx, ticket_id, product_id=found.id, quantity=quantity, amount_fen=_agreed(scanned, found)
    )  # fmt: skip
    facts |= {"quantity": found.shown(quantity), "line_id": added.line_id, "owed_fen": added.owed_fen}
    return GoodsTaken("goods.added", N_("「{name}」{quantity} 已加入本单"), facts, go="ticket")


def _agreed(scanned: ScannedGoods, found: Product) -> int | None:
    """The price on the scale's label, never above what the goods are marked with now."""
    if scanned.amount_fen is None or scanned.quantity is None:
        return None
    return min(scanned.amount_fen, found.amount_fen(scanned.quantity))


def _taken_off(tx: Tx, ticket_id: int, found: Product) -> int:
    """Takes the line of these pieces off the ticket, so that a second scan makes two of it; how many stood on it."""
    if found.is_weighed:
        return 0
    for line in tickets.lines(tx, ticket_id):
        if line.state != LineState.PENDING or line.case_kind != CASE or line.act != "sell":
            continue
        row = tx.one("SELECT product_id, quantity, amount_fen FROM consignment_sales WHERE id = ?", line.case_id)
        if row["product_id"] == found.id and row["amount_fen"] == found.amount_fen(row["quantity"]):
            remove_line(tx, line.id)
            return int(row["quantity"])
    return 0
