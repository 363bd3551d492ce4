"""What requests and answers about goods look like. Quantities are whole pieces or grams (`measure`), prices fen a unit.
The answer to an act names no person: it is kept with its key."""

from __future__ import annotations

from marshmallow import fields

from kiosk.consignment.measure import MOST, Measure
from kiosk.consignment.model import Ownership
from kiosk.consignment.products import CATEGORIES, CONSENT_BY, QUALITY_MARKS, STEPS
from kiosk.consignment.requests import REASONS
from kiosk.consignment.stock import LOSS_REASONS
from kiosk.consignment.stocktakes import REASONS as DIFFERENCES
from kiosk.consignment.suppliers import DocKind, SupplierKind
from kiosk.ledger import PAID_FROM
from kiosk.till.model import VoidReason
from web.api.fields import Asked, Flag, Text, Told, Whole, Word, fen, row_id, said

FEE = "the commission as the caller reckons with it; refused with `fee.differs` when the published one is another"


def _quantity(**options: object) -> Whole:
    return Whole(1, MOST, doc="pieces or grams", required=True, **options)


def _day(doc: str = "`2026-11-22`") -> Text:
    return Text(10, load_default="", doc=doc)


class FreeSaleLine(Asked):
    """A sale of a farmer's goods that are in no stock (代销); the published fee is kept from what the farmer gets."""

    service = Word(("consignment",), required=True)
    item_name = Text(200, shortest=1, required=True)
    amount_fen = fen("price", required=True)
    supplier_name = Text(60, shortest=1, doc="or `supplier_id`")
    supplier_id = row_id(load_default=None, allow_none=True)
    quantity = Whole(1, 9999, load_default=1)
    unit = Text(20, load_default="")
    phone = Text(60, load_default="")
    fee_fen = fen(FEE, load_default=None, allow_none=True)


class GoodsLine(Asked):
    """A sale of goods in stock, at the marked price unless a lower one is agreed."""

    service = Word(("goods",), required=True)
    product_id = row_id(required=True)
    quantity = _quantity()
    amount_fen = fen("what the customer pays, if it is not the marked price", load_default=None, allow_none=True)
    fee_fen = fen(FEE, load_default=None, allow_none=True)


class LotFacts(Asked):
    """A lot as it comes in."""

    lot_no = Text(60, load_default="")
    produced_on = _day()
    expires_on = _day()


class BuyUpLine(LotFacts):
    """Goods that the station buys from their supplier (收购); the ticket pays out."""

    service = Word(("buy_up",), required=True)
    product_id = row_id(required=True)
    quantity = _quantity()
    amount_fen = fen("what the supplier gets", required=True)


class SettlementLine(Asked):
    """Everything that is owed to a supplier, paid out."""

    service = Word(("settlement",), required=True)
    supplier_id = row_id(required=True)


LINES: dict[str, type[Asked]] = {
    "consignment": FreeSaleLine, "goods": GoodsLine, "buy_up": BuyUpLine, "settlement": SettlementLine,
}  # fmt: skip


class NewSupplier(Asked):
    """Who supplies goods."""

    name = Text(60, shortest=1, required=True)
    kind = Word(list(SupplierKind), load_default=SupplierKind.FARMER.value)
    phone = Text(60, load_default="")
    address = Text(120, load_default="")
    uscc = Text(40, load_default="", doc="统一社会信用代码; a registered trader must have one")


class NewSupplierDocument(Asked):
    """A document that was shown (索证索票)."""

    kind = Word(list(DocKind), required=True)
    document_no = Text(80, load_default="")
    valid_until_on = _day("`''` for one that does not run out")


class NewSaleRequest(Asked):
    """A villager's wish to sell."""

    words = Text(120, shortest=1, required=True, doc="what, and how much")
    name = Text(60, load_default="", doc="or `supplier_id`")
    phone = Text(60, load_default="")
    category = Word(list(CATEGORIES), load_default="other")
    supplier_id = row_id(load_default=None, allow_none=True)


class SaleRequestRefusal(Asked):
    """Why a wish cannot be met; it stays listed."""

    reason = Word(list(REASONS), required=True)


class NewProduct(Asked):
    """Goods to be admitted."""

    supplier_id = row_id(required=True)
    request_id = row_id(load_default=None, allow_none=True)
    name = Text(60, shortest=1, required=True)
    category = Word(list(CATEGORIES), required=True)
    ownership = Word(list(Ownership), load_default=Ownership.CONSIGNMENT.value)
    by = Word(list(Measure), load_default=Measure.PIECE.value)
    unit = Text(12, shortest=1, required=True)
    price_fen = fen("marked price a unit", required=True)
    floor_fen = fen("the supplier's lowest price a unit", load_default=0)
    is_farm_produce = Flag(load_default=None, allow_none=True, doc="by its category when null")
    is_poverty_alleviation = Flag(load_default=False)
    spec = Text(40, load_default="")
    grade = Text(30, load_default="")
    origin = Text(60, load_default="")
    quality_mark = Word(list(QUALITY_MARKS), load_default="", doc="三品一标")
    quality_mark_no = Text(60, load_default="")
    maker = Text(80, load_default="")
    maker_address = Text(120, load_default="")
    licence_no = Text(60, load_default="")
    ean = Text(20, load_default="")
    plu = Text(10, load_default="", doc="number on the shop's scale")
    low_stock = Whole(0, MOST, load_default=0, doc="pieces or grams under which more is to be got")


class GoodsPrice(Asked):
    """Another marked price."""

    price_fen = fen("marked price a unit", required=True)
    floor_fen = fen("the supplier's lowest price a unit", load_default=0)


class GoodsConsent(Asked):
    """The supplier's consent to a price under the floor."""

    price_fen = fen("the lowest price a unit", required=True)
    given_by = Word(list(CONSENT_BY), required=True)
    until_on = _day("`''`: today only")


class GoodsReceipt(LotFacts):
    """Goods taken into consignment."""

    quantity = _quantity()


class GoodsAmount(Asked):
    """So much of the goods."""

    quantity = _quantity()


class GoodsLoss(GoodsAmount):
    """Goods that are written off."""

    reason = Word(list(LOSS_REASONS), required=True)


class GoodsStep(Asked):
    """Something that was done to the goods."""

    step = Word(list(STEPS), required=True)
    lot_id = row_id(load_default=None, allow_none=True)


class NewListing(Asked):
    """An online shop in which goods are offered."""

    platform = Text(40, shortest=1, required=True)
    online_shop = Text(60, load_default="")
    price_fen = fen("price a unit there", required=True)


class OnlineSale(Asked):
    """An order of a platform."""

    product_id = row_id(required=True)
    quantity = _quantity()
    amount_fen = fen("what came in for it", required=True)
    platform = Text(40, shortest=1, required=True)
    online_shop = Text(60, load_default="")
    platform_order_no = Text(60, shortest=1, required=True)
    paid_into = Word(list(PAID_FROM), required=True)
    waybill_no = Text(60, load_default="")


class SaleShipment(Asked):
    """The waybill under which an online sale was sent."""

    waybill_no = Text(60, shortest=1, required=True)


class SaleReturn(Asked):
    """Why an online sale is taken back."""

    reason = Word(list(VoidReason), load_default=VoidReason.OTHER.value)


class SaleOwner(Asked):
    """Whose goods a sale was."""

    supplier_id = row_id(required=True)


class ProductCounted(Asked):
    """One product as it was counted."""

    product_id = row_id(required=True)
    counted = Whole(0, MOST, required=True, doc="pieces or grams")
    reason = Word(["", *DIFFERENCES], load_default="", doc="why it differs from the book")


class WhichProducts(Asked):
    """Part of a name, or a number or code."""

    text = Text(40, load_default="")


class WhichSales(Asked):
    """Of one supplier or one product."""

    supplier_id = Whole(1, 2**53, is_query=True)
    product_id = Whole(1, 2**53, is_query=True)


class GoodsChanged(Told):
    """What an act changed."""

    id = said(fields.Integer)
    state = said()


class GoodsHanded(Told):
    """What an act on goods gave out."""

    product_id = said(fields.Integer)
    lot_id = said(fields.Integer, may_be_null=True)
    document_no = said()
    slip_id = said(fields.Integer)
    print_job_id = said(fields.Integer, may_be_null=True)


class SupplierTold(Told):
    """A supplier; a farmer's name is masked."""

    id = said(fields.Integer)
    kind = said()
    name = said()
    uscc = said(may_be_null=True)
    owed_fen = said(fields.Integer, doc="negative where goods came back that were paid for")
    lacks_licence = said(fields.Boolean)


class SupplierWhole(SupplierTold):
    """A supplier with everything about it."""

    documents = fields.List(fields.Dict(), required=True)
    products = fields.List(fields.Dict(), required=True)
    sales = fields.List(fields.Dict(), required=True)
    settlements = fields.List(fields.Dict(), required=True)


class SaleRequestTold(Told):
    """A wish to sell, masked."""

    id = said(fields.Integer)
    state = said()
    words = said()
    name = said()
    category = said()
    refused_because = said()
    requested_on = said()


class ProductTold(Told):
    """Goods with their stock."""

    id = said(fields.Integer)
    sku = said()
    state = said()
    name = said()
    category = said()
    ownership = said()
    supplier_id = said(fields.Integer)
    measure = said(doc="`piece` or `weight` (grams)")
    unit = said()
    unit_size = said(fields.Integer, doc="pieces or grams in a unit")
    price_fen = said(fields.Integer)
    floor_fen = said(fields.Integer)
    quantity = said(fields.Integer, doc="in stock, pieces or grams")
    held = said(fields.Integer, doc="of them on unsettled tickets")
    expires_on = said(may_be_null=True)
    expiry = said(doc="`expired`, `soon` or `''`")
    is_low = said(fields.Boolean)


class ProductWhole(ProductTold):
    """Goods with everything about them."""

    lots = fields.List(fields.Dict(), required=True)
    moves = fields.List(fields.Dict(), required=True)
    steps = fields.List(fields.Dict(), required=True)
    listings = fields.List(fields.Dict(), required=True)
    sales = fields.List(fields.Dict(), required=True)


class SaleTold(Told):
    """One sale."""

    id = said(fields.Integer)
    state = said()
    ownership = said()
    channel = said()
    product_id = said(fields.Integer, may_be_null=True)
    supplier_id = said(fields.Integer, may_be_null=True)
    item = said()
    quantity = said(fields.Integer)
    amount_fen = said(fields.Integer)
    commission_fen = said(fields.Integer)
    owed_fen = said(fields.Integer)
    sold_on = said(may_be_null=True)


class SoldOnlineTold(Told):
    """An online sale as it was recorded or given back."""

    id = said(fields.Integer)
    ticket_id = said(fields.Integer)
    receipt_no = said()
    amount_fen = said(fields.Integer)
    commission_fen = said(fields.Integer)


class OfferTold(Told):
    """Something that the village has to sell."""

    kind = said(doc="`product` or `request`")
    item = said()
    category = said()
    origin = said()
    quantity = said()
    price_fen = said(fields.Integer, may_be_null=True)
    unit = said()


class ProductCountTold(Told):
    """A product as it was counted."""

    product_id = said(fields.Integer)
    counted = said(fields.Integer)
    book = said(fields.Integer)
    difference = said(fields.Integer)
    reason = said()


class StocktakeTold(Told):
    """A stocktake."""

    id = said(fields.Integer)
    state = said()
    month = said()
    document_no = said(may_be_null=True)
    counts = fields.List(fields.Nested(ProductCountTold), required=True)
    missing = fields.List(fields.Integer(), required=True, metadata={"description": "products that nobody has counted"})
