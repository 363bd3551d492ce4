"""Pictures of goods: on sale, one product, suppliers, wishes, sales, stocktake, offers."""

from __future__ import annotations

from tests.web.shots import Shot, row

_ONE = "SELECT id FROM products WHERE name LIKE '%{}%'"

SHOTS: dict[str, tuple[Shot, ...]] = {
    "consignments.new_sale": (
        Shot("/consignment/new", "goods-sell"),
        Shot(row("/consignment/new?product={}", _ONE.format("蜂蜜")), "goods-weigh"),
        Shot("/consignment/new?text=没有这种", "goods-nothing"),
    ),
    "consignments.all_sales": (Shot("/consignment/sales", "goods-sales"),),
    "consignments.offers": (Shot("/consignment/offers", "goods-offers"),),
    "goods.all_products": (
        Shot("/consignment/products", "goods"),
        Shot("/consignment/products?only=expired", "goods-none"),
    ),
    "goods.new_product": (Shot("/consignment/products/new", "goods-new"),),
    "goods.one_product": (
        Shot(row("/consignment/products/{}", _ONE.format("鸡蛋")), "goods-eggs"),
        Shot(row("/consignment/products/{}", _ONE.format("干笋")), "goods-bought"),
    ),
    "suppliers.all_suppliers": (Shot("/consignment/suppliers", "suppliers"),),
    "suppliers.one_supplier": (
        Shot(row("/consignment/suppliers/{}", "SELECT id FROM suppliers WHERE kind = 'cooperative'"), "supplier"),
    ),
    "suppliers.all_requests": (Shot("/consignment/requests", "sale-requests"),),
    "stocktakes.count_goods": (Shot("/consignment/stocktake", "stocktake"),),
}
