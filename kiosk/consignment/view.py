"""Goods, suppliers and wishes as pages and API show them: JSON-ready, in words, names of people masked."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from kiosk import clock, shifts, vault
from kiosk.codes import mask_name
from kiosk.consignment import products, requests, settlements, stock, stocktakes, store, suppliers
from kiosk.consignment.listings import Listing, listings
from kiosk.consignment.model import CASE, CHANNEL_WORDS, OWNERSHIP_WORDS, STATE_WORDS, Channel, Ownership, Sale
from kiosk.consignment.products import CATEGORIES, QUALITY_MARKS, STEPS, Product
from kiosk.consignment.requests import REASONS, Request, RequestState
from kiosk.consignment.stock import LOSS_REASONS, MOVE_WORDS, Lot
from kiosk.consignment.suppliers import DOC_WORDS, KIND_WORDS, DocKind, Supplier, SupplierKind
from kiosk.storage import Reader
from kiosk.words import N_, say

_MINE = ("id", "sku", "state", "supplier_id", "request_id", "ownership", "category", "name", "spec", "grade", "origin",
         "quality_mark", "quality_mark_no", "maker", "maker_address", "licence_no", "ean", "plu", "measure", "unit",
         "unit_size", "price_fen", "floor_fen", "low_stock", "made_on")  # fmt: skip
WITHDRAWN = N_("村民不卖了")


def today_of(db: Reader) -> str:
    """The open business date, else the calendar's."""
    day = shifts.open_day(db)
    return day.business_on if day is not None else clock.local_date(db.settings.station.zone).isoformat()


def supplier_name(db: Reader, supplier_id: int) -> str:
    """A supplier as others may see it; an erased one says so."""
    name = suppliers.name_of(db, supplier_id)
    if not name:
        return say(vault.ERASED)
    # A firm's name is public; a farmer's is not.
    is_farmer = suppliers.supplier(db, supplier_id).kind == SupplierKind.FARMER
    return mask_name(name) if is_farmer else name


def product_view(db: Reader, found: Product) -> dict[str, Any]:
    """A product with its stock, the nearest date and what needs attention."""
    today = today_of(db)
    there = [lot for lot in stock.lots(db, found.id) if lot.quantity]
    quantity, held = sum(lot.quantity for lot in there), sum(lot.held for lot in there)
    dates = sorted(lot.expires_on for lot in there if lot.expires_on is not None)
    up = listings(db, found.id)
    return {name: getattr(found, name) for name in _MINE} | {
        "is_farm_produce": bool(found.is_farm_produce), "is_poverty_alleviation": bool(found.is_poverty_alleviation),
        "ownership_words": say(OWNERSHIP_WORDS[Ownership(found.ownership)]), "category_words": say(CATEGORIES[found.category]),
        "quality_mark_words": say(QUALITY_MARKS[found.quality_mark]) if found.quality_mark else "",
        "supplier": supplier_name(db, found.supplier_id), "quantity": quantity, "held": held,
        "shown": found.shown(quantity), "cost_fen": sum(lot.cost_fen for lot in there),
        "expires_on": dates[0] if dates else None, "expiry": _expiry(db, dates, today),
        "is_low": bool(found.low_stock and quantity < found.low_stock), "listed_on": [one.platform for one in up],
    }  # fmt: skip


def _expiry(db: Reader, dates: list[str], today: str) -> str:
    """``expired``, ``soon`` or ''."""
    if not dates:
        return ""
    if dates[0] < today:
        return "expired"
    days = (date.fromisoformat(dates[0]) - date.fromisoformat(today)).days
    return "soon" if days <= db.settings.goods.expiry_warning_days else ""


def products_on_sale(db: Reader, text: str = "") -> list[dict[str, Any]]:
    """What is on sale, by category and name; ``text`` is part of a name, a number or a code."""
    rows = db.all(
        "SELECT * FROM products WHERE state = 'on_sale' AND (:text = '' OR instr(name, :text) > 0 OR sku = :text"
        " OR ean = :text OR plu = :text) ORDER BY category, name, id",
        text=text.strip(),
    )
    return [product_view(db, Product.of(row)) for row in rows]


def alarms(db: Reader) -> dict[str, int]:
    """How many products are expired, soon expired, low; whether the stocktake and answers to wishes are missing."""
    today = today_of(db)
    until = (date.fromisoformat(today) + timedelta(days=db.settings.goods.expiry_warning_days)).isoformat()
    dated = db.one(
        "SELECT COALESCE(SUM(first < :today), 0) AS expired, COALESCE(SUM(first BETWEEN :today AND :until), 0) AS soon FROM"
        " (SELECT MIN(l.expires_on) AS first FROM lots l WHERE l.expires_on <= :until"
        " AND (SELECT SUM(quantity) FROM stock_moves WHERE lot_id = l.id) > 0 GROUP BY l.product_id)",
        today=today, until=until,
    )  # fmt: skip
    low = db.value(
        "SELECT COUNT(*) FROM products p WHERE state = 'on_sale' AND low_stock > 0"
        " AND (SELECT COALESCE(SUM(quantity), 0) FROM stock_moves WHERE product_id = p.id) < low_stock"
    )
    return {
        "expired": dated["expired"], "soon": dated["soon"], "low": low, "stocktake": int(stocktakes.is_due(db, today)),
        "requests": db.value("SELECT COUNT(*) FROM sale_requests WHERE state IN ('requested', 'negotiating')"),
    }  # fmt: skip


def lot_view(found: Product, lot: Lot, today: str) -> dict[str, Any]:
    """A lot with what is left of it."""
    return {
        "id": lot.id, "lot_no": lot.lot_no, "produced_on": lot.produced_on, "expires_on": lot.expires_on,
        "quantity": lot.quantity, "held": lot.held, "shown": found.shown(lot.quantity), "cost_fen": lot.cost_fen,
        "is_expired": lot.is_expired(today),
    }  # fmt: skip


def listing_view(one: Listing) -> dict[str, Any]:
    """Where a product is offered online."""
    return {
        "id": one.id, "platform": one.platform, "online_shop": one.online_shop, "price_fen": one.price_fen,
        "listed_on": one.listed_on,
    }  # fmt: skip


def one_product(db: Reader, product_id: int) -> dict[str, Any]:
    """Everything about one product: lots, moves, steps, listings, sales."""
    found, today = products.product(db, product_id), today_of(db)
    moves = [
        {
            "on": row["business_on"], "at": row["at"], "kind": row["kind"], "words": say(MOVE_WORDS[row["kind"]]),
            "reason": _reason(row["reason"]), "quantity": row["quantity"], "shown": found.shown(row["quantity"]),
            "document_no": row["document_no"], "lot_id": row["lot_id"],
        }
        for row in stock.moves(db, product_id, 60)
    ]  # fmt: skip
    steps = [
        {"step": row["step"], "words": say(STEPS[row["step"]]), "on": row["business_on"], "at": row["at"]}
        for row in db.all("SELECT * FROM product_events WHERE product_id = ? ORDER BY id DESC", product_id)
    ]
    return product_view(db, found) | {
        "floor_now_fen": products.floor_on(db, found, today),
        "lots": [lot_view(found, lot, today) for lot in stock.lots(db, product_id)], "moves": moves, "steps": steps,
        "listings": [listing_view(one) for one in listings(db, product_id)],
        "sales": [sale_view(db, sale) for sale in store.sales(db, product_id=product_id, limit=30)],
    }  # fmt: skip


def _reason(reason: str) -> str:
    words = stocktakes.REASONS.get(reason) or LOSS_REASONS.get(reason)
    return say(words) if words else ""


def sale_view(db: Reader, sale: Sale) -> dict[str, Any]:
    """One sale."""
    found = products.product(db, sale.product_id) if sale.product_id is not None else None
    item = found.name if found is not None else vault.get(db, CASE, sale.id, "item_name") or say(vault.ERASED)
    return {
        "id": sale.id, "state": sale.state, "state_words": say(_state_words(sale)), "ownership": sale.ownership,
        "channel": sale.channel, "channel_words": say(CHANNEL_WORDS[Channel(sale.channel)]), "product_id": sale.product_id,
        "supplier_id": sale.supplier_id, "item": item, "quantity": sale.quantity, "unit": sale.unit,
        "shown": found.shown(sale.quantity) if found is not None else f"{sale.quantity} {sale.unit}".strip(),
        "amount_fen": sale.amount_fen, "commission_fen": sale.commission_fen, "owed_fen": sale.owed_fen,
        "platform": sale.platform, "online_shop": sale.online_shop, "platform_order_no": sale.platform_order_no,
        "paid_into": sale.paid_into, "waybill_no": sale.waybill_no, "sold_on": sale.sold_on,
        "recorded_at": sale.recorded_at,
    }  # fmt: skip


def _state_words(sale: Sale) -> str:
    if sale.ownership == Ownership.BUY_UP and sale.state == "sold":
        return N_("已售出")
    return STATE_WORDS[sale.state]  # type: ignore[index]


def supplier_view(db: Reader, found: Supplier) -> dict[str, Any]:
    """A supplier with what is owed to it and whether its documents hold."""
    today = today_of(db)
    docs = suppliers.documents(db, found.id)
    licence = any(doc.kind == DocKind.BUSINESS_LICENCE and doc.holds_on(today) for doc in docs)
    return {
        "id": found.id, "kind": found.kind, "kind_words": say(KIND_WORDS[SupplierKind(found.kind)]), "uscc": found.uscc,
        "name": supplier_name(db, found.id), "phone_tail": found.phone_tail, "registered_on": found.registered_on,
        "owed_fen": store.owed_fen(db, found.id), "lacks_licence": found.kind in suppliers.REGISTERED and not licence,
    }  # fmt: skip


def one_supplier(db: Reader, supplier_id: int) -> dict[str, Any]:
    """Everything about one supplier: documents, goods, sales that are not settled, settlements."""
    found, today = suppliers.supplier(db, supplier_id), today_of(db)
    rows = db.all("SELECT * FROM products WHERE supplier_id = ? ORDER BY state DESC, id DESC", supplier_id)
    return supplier_view(db, found) | {
        "documents": [
            {
                "id": doc.id, "kind": doc.kind, "words": say(DOC_WORDS[DocKind(doc.kind)]), "document_no": doc.document_no,
                "valid_until_on": doc.valid_until_on, "seen_on": doc.seen_on, "holds": doc.holds_on(today),
                "is_withdrawn": doc.withdrawn_on is not None,
            }
            for doc in suppliers.documents(db, supplier_id)
        ],
        "products": [product_view(db, Product.of(row)) for row in rows],
        "sales": [sale_view(db, sale) for sale in store.sales(db, supplier_id=supplier_id, limit=60)],
        "settlements": [
            {
                "id": one.id, "state": one.state, "document_no": one.document_no, "amount_fen": one.amount_fen,
                "paid_on": one.paid_on, "slip_id": one.slip_id,
            }
            for one in settlements.settlements(db, supplier_id)
        ],
    }  # fmt: skip


def request_view(db: Reader, found: Request) -> dict[str, Any]:
    """A wish to sell, with what was said and by whom."""
    name = vault.get(db, requests.CASE, found.id, "name") or ""
    if not name and found.supplier_id is not None:
        name = suppliers.name_of(db, found.supplier_id)
    why = REASONS.get(found.refused_because) or (WITHDRAWN if found.refused_because else "")
    return {
        "id": found.id, "state": found.state, "state_words": say(requests.STATE_WORDS[RequestState(found.state)]),
        "category": found.category, "category_words": say(CATEGORIES[found.category]) if found.category else "",
        "words": requests.words_of(db, found.id) or say(vault.ERASED), "name": mask_name(name), "supplier_id": found.supplier_id,
        "phone_tail": found.phone_tail, "refused_because": found.refused_because, "reason": say(why) if why else "",
        "requested_on": found.requested_on, "requested_at": found.requested_at,
    }  # fmt: skip


def offers(db: Reader) -> list[dict[str, Any]]:
    """What the village has to sell, for the county to gather and publish (NORM-17): goods on sale and wishes in talk."""
    found = [
        {
            "kind": "product", "item": one["name"], "spec": one["spec"], "grade": one["grade"], "origin": one["origin"],
            "quality_mark": one["quality_mark_words"], "category": one["category_words"], "quantity": one["shown"],
            "price_fen": one["price_fen"], "unit": one["unit"], "listed_on": "、".join(one["listed_on"]),
        }
        for one in products_on_sale(db)
    ]  # fmt: skip
    wishes = [request_view(db, one) for one in requests.requests(db) if one.state in requests.IN_TALK]
    return found + [
        {
            "kind": "request", "item": one["words"], "spec": "", "grade": "", "origin": "", "quality_mark": "",
            "category": one["category_words"], "quantity": "", "price_fen": None, "unit": "", "listed_on": "",
        }
        for one in wishes
    ]  # fmt: skip
