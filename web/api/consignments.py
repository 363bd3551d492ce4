"""Goods by API: suppliers and their papers, wishes to sell, products, stock, online sales, stocktakes. What moves money
with a customer at the counter is a line of a ticket (`consignment`, `goods`, `buy_up`, `settlement`)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Response

from kiosk.consignment import actions, listings, products, requests, stock, stocktakes, store, suppliers, view
from kiosk.consignment.stocktakes import Count, Stocktake
from kiosk.counter import consignment_goods, consignment_online
from kiosk.counter.consignment_goods import Handed
from kiosk.counter.consignment_online import SoldOnline
from kiosk.people.rights import Right
from kiosk.storage import Reader, Tx
from web.api import consignment_shapes as shapes
from web.api.fields import LARGEST_ID
from web.api.lists import list_of
from web.api.once import Done, once
from web.api.once import said as answer
from web.api.operation import PREFIX, Room
from web.station import station

room = Room("consignments", "Farmers' goods: suppliers, products, stock, sales, settlements, stocktakes.")
HOME = "/consignments"
_SERVES = (Right.SERVE,)


def _id(name: str) -> str:
    return f"<int(min=1, max={LARGEST_ID}):{name}_id>"


SUPPLIER, PRODUCT = f"{HOME}/suppliers/{_id('supplier')}", f"{HOME}/products/{_id('product')}"
REQUEST, SALE = f"{HOME}/requests/{_id('request')}", f"{HOME}/{_id('sale')}"


def changed(do: Callable[[Tx], Any], status: int = 200, place: str = "") -> Response:
    """An act on a row that has an id and a state."""

    def act(tx: Tx) -> Done:
        found = do(tx)
        state = getattr(found, "state", "active")
        where = f"{PREFIX}{place}/{found.id}" if place else None
        return Done(status, {"id": found.id, "state": str(state)}, where)

    return once(act)


def _handed(do: Callable[[Tx], Handed]) -> Response:
    def act(tx: Tx) -> Done:
        done = do(tx)
        body = {
            "product_id": done.product_id, "lot_id": done.lot_id, "document_no": done.number, "slip_id": done.slip_id,
            "print_job_id": done.print_job_id,
        }  # fmt: skip
        return Done(200, body)

    return once(act)


def _listed(items: list[dict[str, Any]]) -> Response:
    return answer({"items": items, "next": None})


# Sales ----------------------------------------------------------------------------------------------------------------


@room.reads(HOME, list_of(shapes.SaleTold), rights=[Right.READ], asks=shapes.WhichSales)
def list_consignments(asked: dict[str, Any]) -> Response:
    """The last hundred sales, newest first."""
    with station().store.reading() as db:
        found = store.sales(db, product_id=asked["product_id"], supplier_id=asked["supplier_id"])
        return _listed([view.sale_view(db, sale) for sale in found])


@room.reads(SALE, shapes.SaleTold, rights=[Right.READ])
def show_consignment(sale_id: int) -> Response:
    """One sale."""
    with station().store.reading() as db:
        return answer(view.sale_view(db, store.sale(db, sale_id)))


def _sold(done: SoldOnline) -> dict[str, Any]:
    return {
        "id": done.sale_id, "ticket_id": done.ticket_id, "receipt_no": done.receipt_no, "amount_fen": done.amount_fen,
        "commission_fen": done.commission_fen,
    }  # fmt: skip


@room.acts(f"{HOME}/online", shapes.SoldOnlineTold, rights=_SERVES, asks=shapes.OnlineSale, status=201,
           may_fail=(404, 409))  # fmt: skip
def sell_online(asked: dict[str, Any]) -> Response:
    """Records an order of a platform: sold, paid into a wallet or to the owner, on a ticket of its own."""

    def act(tx: Tx) -> Done:
        done = consignment_online.sell_online(tx, **asked)
        return Done(201, _sold(done), f"{PREFIX}{HOME}/{done.sale_id}")

    return once(act)


@room.acts(f"{SALE}/refund", shapes.SoldOnlineTold, rights=_SERVES, asks=shapes.SaleReturn)
def refund_online_sale(asked: dict[str, Any], sale_id: int) -> Response:
    """Takes an online sale back, on any later day too; counter sales are refunded on their ticket."""
    return once(lambda tx: Done(200, _sold(consignment_online.refund_online(tx, sale_id, asked["reason"]))))


@room.acts(f"{SALE}/ship", shapes.GoodsChanged, rights=_SERVES, asks=shapes.SaleShipment)
def ship_online_sale(asked: dict[str, Any], sale_id: int) -> Response:
    """Notes under which waybill an online sale was sent."""
    return changed(lambda tx: actions.ship(tx, sale_id, asked["waybill_no"]))


@room.acts(f"{SALE}/supplier", shapes.GoodsChanged, rights=_SERVES, asks=shapes.SaleOwner)
def name_sale_supplier(asked: dict[str, Any], sale_id: int) -> Response:
    """Says whose goods a sale was that was made before suppliers were kept."""
    return changed(lambda tx: actions.name_supplier(tx, sale_id, asked["supplier_id"]))


@room.reads(f"{HOME}/offers", list_of(shapes.OfferTold), rights=[Right.READ])
def list_offers() -> Response:
    """What the village has to sell, for the county to gather and publish."""
    with station().store.reading() as db:
        return _listed(view.offers(db))


# Suppliers and wishes -------------------------------------------------------------------------------------------------


@room.acts(f"{HOME}/suppliers", shapes.GoodsChanged, rights=_SERVES, asks=shapes.NewSupplier, status=201)
def register_supplier(asked: dict[str, Any]) -> Response:
    """Registers a supplier."""
    return changed(lambda tx: suppliers.register(tx, **asked), 201, f"{HOME}/suppliers")


@room.reads(f"{HOME}/suppliers", list_of(shapes.SupplierTold), rights=[Right.READ])
def list_suppliers() -> Response:
    """Suppliers with what is owed to them, newest first."""
    with station().store.reading() as db:
        return _listed([view.supplier_view(db, found) for found in suppliers.suppliers(db)])


@room.reads(SUPPLIER, shapes.SupplierWhole, rights=[Right.READ])
def show_supplier(supplier_id: int) -> Response:
    """One supplier with documents, goods, sales and settlements."""
    with station().store.reading() as db:
        return answer(view.one_supplier(db, supplier_id))


@room.acts(f"{SUPPLIER}/documents", shapes.GoodsChanged, rights=_SERVES, asks=shapes.NewSupplierDocument, status=201)
def see_document(asked: dict[str, Any], supplier_id: int) -> Response:
    """Notes a document that was shown."""
    return changed(lambda tx: suppliers.see_document(tx, supplier_id, **asked), 201)


@room.acts(
    f"{HOME}/requests", shapes.GoodsChanged, rights=_SERVES, asks=shapes.NewSaleRequest, status=201, may_fail=(404, 409)
)
def note_sale_request(asked: dict[str, Any]) -> Response:
    """Notes a villager's wish to sell; none is refused for what it is."""
    return changed(lambda tx: requests.note(tx, **asked), 201, f"{HOME}/requests")


@room.reads(f"{HOME}/requests", list_of(shapes.SaleRequestTold), rights=[Right.READ])
def list_sale_requests() -> Response:
    """Wishes to sell, open ones first; refused ones stay."""
    with station().store.reading() as db:
        return _listed([view.request_view(db, found) for found in requests.requests(db)])


@room.reads(REQUEST, shapes.SaleRequestTold, rights=[Right.READ])
def show_sale_request(request_id: int) -> Response:
    """One wish to sell."""
    with station().store.reading() as db:
        return answer(view.request_view(db, requests.request(db, request_id)))


@room.acts(f"{REQUEST}/negotiate", shapes.GoodsChanged, rights=_SERVES)
def negotiate_sale_request(asked: dict[str, Any], request_id: int) -> Response:
    """Somebody talks it over."""
    return changed(lambda tx: requests.negotiate(tx, request_id))


@room.acts(f"{REQUEST}/refuse", shapes.GoodsChanged, rights=_SERVES, asks=shapes.SaleRequestRefusal)
def refuse_sale_request(asked: dict[str, Any], request_id: int) -> Response:
    """It cannot be sold, and why."""
    return changed(lambda tx: requests.refuse(tx, request_id, asked["reason"]))


@room.acts(f"{REQUEST}/withdraw", shapes.GoodsChanged, rights=_SERVES)
def withdraw_sale_request(asked: dict[str, Any], request_id: int) -> Response:
    """The villager has thought better of it."""
    return changed(lambda tx: requests.withdraw(tx, request_id))


@room.acts(f"{REQUEST}/reopen", shapes.GoodsChanged, rights=_SERVES)
def reopen_sale_request(asked: dict[str, Any], request_id: int) -> Response:
    """Takes a wish up again."""
    return changed(lambda tx: requests.reopen(tx, request_id))


# Products and stock ---------------------------------------------------------------------------------------------------


@room.acts(
    f"{HOME}/products", shapes.GoodsChanged, rights=_SERVES, asks=shapes.NewProduct, status=201, may_fail=(404, 409)
)
def admit_product(asked: dict[str, Any]) -> Response:
    """Admits goods of a supplier; 三无 goods are refused."""
    facts = dict(asked)
    return changed(lambda tx: products.admit(tx, facts.pop("supplier_id"), **facts), 201, f"{HOME}/products")


@room.reads(f"{HOME}/products", list_of(shapes.ProductTold), rights=[Right.READ], asks=shapes.WhichProducts)
def list_products(asked: dict[str, Any]) -> Response:
    """What is on sale, with its stock."""
    with station().store.reading() as db:
        return _listed(view.products_on_sale(db, asked["text"] or ""))


@room.reads(PRODUCT, shapes.ProductWhole, rights=[Right.READ])
def show_product(product_id: int) -> Response:
    """One product with lots, moves, steps, listings and sales."""
    with station().store.reading() as db:
        return answer(view.one_product(db, product_id))


@room.acts(f"{PRODUCT}/receive", shapes.GoodsHanded, rights=_SERVES, asks=shapes.GoodsReceipt)
def receive_goods(asked: dict[str, Any], product_id: int) -> Response:
    """Takes goods into consignment as a new lot; prints the receipt for the supplier."""
    return _handed(lambda tx: consignment_goods.receive_goods(tx, product_id, **asked))


@room.acts(f"{PRODUCT}/give-back", shapes.GoodsHanded, rights=_SERVES, asks=shapes.GoodsAmount)
def give_goods_back(asked: dict[str, Any], product_id: int) -> Response:
    """Gives unsold goods back to their supplier, with a slip to sign."""
    return _handed(lambda tx: consignment_goods.give_goods_back(tx, product_id, asked["quantity"]))


@room.acts(f"{PRODUCT}/label", shapes.GoodsHanded, rights=_SERVES)
def print_goods_label(asked: dict[str, Any], product_id: int) -> Response:
    """Prints the price label."""
    return _handed(lambda tx: consignment_goods.print_label(tx, product_id))


@room.acts(f"{PRODUCT}/lose", shapes.GoodsChanged, rights=_SERVES, asks=shapes.GoodsLoss)
def lose_goods(asked: dict[str, Any], product_id: int) -> Response:
    """Writes goods off; what the station answers for is owed to the supplier."""

    def do(tx: Tx) -> Any:
        stock.lose(tx, product_id, asked["quantity"], asked["reason"])
        return products.product(tx, product_id)

    return changed(do)


@room.acts(f"{PRODUCT}/price", shapes.GoodsChanged, rights=_SERVES, asks=shapes.GoodsPrice)
def reprice_product(asked: dict[str, Any], product_id: int) -> Response:
    """Marks another price."""
    return changed(lambda tx: products.reprice(tx, product_id, **asked))


@room.acts(f"{PRODUCT}/consents", shapes.GoodsChanged, rights=_SERVES, asks=shapes.GoodsConsent)
def consent_to_price(asked: dict[str, Any], product_id: int) -> Response:
    """Keeps the supplier's consent to a price under the floor."""

    def do(tx: Tx) -> Any:
        products.consent(tx, product_id, **asked)
        return products.product(tx, product_id)

    return changed(do)


@room.acts(f"{PRODUCT}/steps", shapes.GoodsChanged, rights=_SERVES, asks=shapes.GoodsStep)
def note_product_step(asked: dict[str, Any], product_id: int) -> Response:
    """Notes what was done to the goods: 收集, 初加工, 包装 …"""

    def do(tx: Tx) -> Any:
        products.step(tx, product_id, asked["step"], asked["lot_id"])
        return products.product(tx, product_id)

    return changed(do)


@room.acts(f"{PRODUCT}/listings", shapes.GoodsChanged, rights=_SERVES, asks=shapes.NewListing)
def list_product_online(asked: dict[str, Any], product_id: int) -> Response:
    """Notes that goods are offered in an online shop."""

    def do(tx: Tx) -> Any:
        listings.put_up(tx, product_id, asked["platform"], asked["online_shop"], asked["price_fen"])
        return products.product(tx, product_id)

    return changed(do)


@room.acts(f"{PRODUCT}/end", shapes.GoodsChanged, rights=_SERVES)
def end_product(asked: dict[str, Any], product_id: int) -> Response:
    """These goods are sold no more."""
    return changed(lambda tx: products.end(tx, product_id))


# Stocktakes -----------------------------------------------------------------------------------------------------------


def _count(one: Count) -> dict[str, Any]:
    return {
        "product_id": one.product.id, "counted": one.counted, "book": one.book, "difference": one.difference,
        "reason": one.reason,
    }  # fmt: skip


def _stocktake(db: Reader, found: Stocktake) -> dict[str, Any]:
    missing = stocktakes.not_counted(db, found.id) if found.state == "counting" else []
    return {
        "id": found.id, "state": found.state, "month": found.month, "document_no": found.document_no,
        "counts": [_count(one) for one in stocktakes.counts(db, found.id)],
        "missing": [product.id for product, _book in missing],
    }  # fmt: skip


@room.acts(f"{HOME}/stocktakes", shapes.StocktakeTold, rights=_SERVES, status=201)
def begin_stocktake(asked: dict[str, Any]) -> Response:
    """Begins a stocktake, or goes on with the one under way."""

    def act(tx: Tx) -> Done:
        standing = stocktakes.under_way(tx) or stocktakes.begin(tx)
        return Done(201, _stocktake(tx, standing), f"{PREFIX}{HOME}/stocktakes/{standing.id}")

    return once(act)


@room.reads(f"{HOME}/stocktakes", list_of(shapes.StocktakeTold), rights=[Right.READ])
def list_stocktakes() -> Response:
    """Stocktakes, newest first."""
    with station().store.reading() as db:
        return _listed([_stocktake(db, found) for found in stocktakes.stocktakes(db)])


@room.reads(f"{HOME}/stocktakes/{_id('stocktake')}", shapes.StocktakeTold, rights=[Right.READ])
def show_stocktake(stocktake_id: int) -> Response:
    """One stocktake with its counts."""
    with station().store.reading() as db:
        return answer(_stocktake(db, stocktakes.stocktake(db, stocktake_id)))


@room.acts(
    f"{HOME}/stocktakes/count", shapes.ProductCountTold, rights=_SERVES, asks=shapes.ProductCounted, may_fail=(404, 409)
)
def count_product(asked: dict[str, Any]) -> Response:
    """Keeps what was counted of a product in the stocktake under way; a later count replaces it."""
    return once(
        lambda tx: Done(
            200, _count(stocktakes.count(tx, asked["product_id"], asked["counted"], reason=asked["reason"]))
        )
    )  # fmt: skip


@room.acts(f"{HOME}/stocktakes/finish", shapes.StocktakeTold, rights=_SERVES)
def finish_stocktake(asked: dict[str, Any]) -> Response:
    """Adjusts the stock to what was counted and issues the sheet (F13)."""
    return once(lambda tx: Done(200, _stocktake(tx, consignment_goods.finish_stocktake(tx).stocktake)))


@room.acts(f"{HOME}/stocktakes/give-up", shapes.GoodsChanged, rights=_SERVES)
def give_up_stocktake(asked: dict[str, Any]) -> Response:
    """Drops the stocktake under way; nothing is adjusted."""

    def do(tx: Tx) -> Any:
        standing = stocktakes.under_way(tx)
        stocktakes.give_up(tx)
        return stocktakes.stocktake(tx, standing.id) if standing is not None else None

    return changed(do)
