"""Where goods are offered online: which platform, which shop, at what price, since when (上架)."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

from kiosk import audit, shifts
from kiosk.codes import clean_text
from kiosk.consignment import products, requests
from kiosk.errors import Refused
from kiosk.money import LIMIT_FEN
from kiosk.storage import Reader, Tx
from kiosk.words import N_

LONGEST_PLATFORM, LONGEST_SHOP = 20, 30


@dataclass(frozen=True, slots=True)
class Listing:
    """One product in one shop of one platform, until it is taken off."""

    id: int
    product_id: int
    platform: str
    online_shop: str
    price_fen: int
    listed_on: str
    unlisted_on: str | None

    @classmethod
    def of(cls, row: sqlite3.Row) -> Listing:
        return cls(**{name: row[name] for name in cls.__slots__})


audit.register(
    "listing.made", N_("商品 {product_id} 上架网店，标价 {price_fen} 分"),
    product_id=audit.ID, listing_id=audit.ID, price_fen=audit.NUMBER,
)  # fmt: skip
audit.register("listing.ended", N_("商品 {product_id} 从网店下架"), product_id=audit.ID, listing_id=audit.ID)


def put_up(tx: Tx, product_id: int, platform: str, online_shop: str, price_fen: int) -> Listing:
    """Offers goods in an online shop. Raises ``Refused`` with ``listing.platform_missing``, ``listing.price_wrong``
    (also one under the floor) or ``listing.already``."""
    found = products.on_sale(tx, product_id)
    where, shop = clean_text(platform, LONGEST_PLATFORM), clean_text(online_shop, LONGEST_SHOP)
    if not where:
        raise Refused("listing.platform_missing", N_("请填写上架到哪个平台；没有保存"))
    if not max(1, found.floor_fen) <= price_fen <= LIMIT_FEN:
        raise Refused("listing.price_wrong", N_("网上标价应大于 0，不低于底价；没有保存"))
    if any(one.platform == where and one.online_shop == shop for one in listings(tx, product_id)):
        raise Refused("listing.already", N_("这个商品已在 {platform} 上架；没有重复登记"), platform=where)
    listing_id = tx.insert(
        "listings", product_id=product_id, platform=where, online_shop=shop, price_fen=price_fen,
        listed_on=shifts.ensure_open(tx).business_on, listed_at=tx.now,
    )  # fmt: skip
    audit.record(tx, "listing.made", product_id=product_id, listing_id=listing_id, price_fen=price_fen)
    requests.follow(tx, found.request_id)
    return next(one for one in listings(tx, product_id) if one.id == listing_id)


def take_down(tx: Tx, product_id: int, listing_id: int) -> None:
    """Takes goods off an online shop. Raises ``Refused('listing.unknown')``, also for a listing of other goods."""
    row = tx.one(
        "SELECT * FROM listings WHERE id = ? AND product_id = ? AND unlisted_on IS NULL", listing_id, product_id
    )  # fmt: skip
    if row is None:
        raise Refused("listing.unknown", N_("没有这条上架记录，或已经下架；没有改动"))
    tx.change("listings", listing_id, unlisted_on=shifts.ensure_open(tx).business_on)
    audit.record(tx, "listing.ended", product_id=row["product_id"], listing_id=listing_id)
    requests.follow(tx, products.product(tx, row["product_id"]).request_id)


def listings(db: Reader, product_id: int) -> list[Listing]:
    """Where a product is offered now."""
    rows = db.all("SELECT * FROM listings WHERE product_id = ? AND unlisted_on IS NULL ORDER BY id", product_id)
    return [Listing.of(row) for row in rows]
