"""What is put right about goods and suppliers by API: their facts, a lot's dates, a document that counts no longer, an
online shop that goods have left. What stock and money were reckoned by stays as it is."""

from __future__ import annotations

from typing import Any

from flask import Response

from kiosk.consignment import listings, products, stock, suppliers
from kiosk.consignment.measure import MOST
from kiosk.consignment.products import QUALITY_MARKS
from kiosk.people.rights import Right
from kiosk.storage import Tx
from web.api import consignment_shapes as shapes
from web.api.consignments import PRODUCT, SUPPLIER, changed
from web.api.fields import LARGEST_ID, Asked, Text, Whole, Word
from web.api.operation import Room

room = Room("goods-corrections", "Farmers' goods: what is put right about them.")
_SERVES = (Right.SERVE,)
_LOT = f"{PRODUCT}/lots/<int(min=1, max={LARGEST_ID}):lot_id>"
_LISTING = f"{PRODUCT}/listings/<int(min=1, max={LARGEST_ID}):listing_id>"
_DOCUMENT = f"{SUPPLIER}/documents/<int(min=1, max={LARGEST_ID}):document_id>"


class SupplierChanged(Asked):
    """Who supplies goods, told anew: what is left out is gone afterwards."""

    name = Text(60, shortest=1, required=True)
    phone = Text(60, load_default="")
    address = Text(120, load_default="")
    uscc = Text(40, load_default="", doc="统一社会信用代码; a registered trader must have one")


class ProductChanged(Asked):
    """What is told about goods, anew: what is left out is gone afterwards."""

    name = Text(60, shortest=1, required=True)
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


@room.acts(f"{SUPPLIER}/change", shapes.GoodsChanged, rights=_SERVES, asks=SupplierChanged)
def change_supplier(asked: dict[str, Any], supplier_id: int) -> Response:
    """Corrects name, phone, address or code of a supplier."""
    return changed(lambda tx: suppliers.change(tx, supplier_id, **asked))


@room.acts(f"{_DOCUMENT}/withdraw", shapes.GoodsChanged, rights=_SERVES)
def withdraw_document(asked: dict[str, Any], supplier_id: int, document_id: int) -> Response:
    """A document was seen by mistake, or counts no longer."""

    return changed(lambda tx: suppliers.withdraw_document(tx, supplier_id, document_id))


@room.acts(f"{PRODUCT}/change", shapes.GoodsChanged, rights=_SERVES, asks=ProductChanged)
def change_product(asked: dict[str, Any], product_id: int) -> Response:
    """Corrects what is told about goods; 三无 goods are refused here too."""
    return changed(lambda tx: products.change(tx, product_id, **asked))


@room.acts(f"{_LOT}/correct", shapes.GoodsChanged, rights=_SERVES, asks=shapes.LotFacts)
def correct_lot(asked: dict[str, Any], product_id: int, lot_id: int) -> Response:
    """Corrects number and dates of a lot; one that has run out may be said to have."""

    return changed(lambda tx: stock.correct_lot(tx, product_id, lot_id, **asked))


@room.acts(f"{_LISTING}/end", shapes.GoodsChanged, rights=_SERVES)
def end_listing(asked: dict[str, Any], product_id: int, listing_id: int) -> Response:
    """Notes that goods are offered in this online shop no longer."""

    def do(tx: Tx) -> Any:
        listings.take_down(tx, product_id, listing_id)
        return products.product(tx, product_id)

    return changed(do)
