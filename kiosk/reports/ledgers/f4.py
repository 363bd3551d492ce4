"""F4, 代销台账: goods that villagers leave for sale, from whom, of what origin and grade, what was sold, kept and given
back; and each sale with its commission and the day on which the supplier was paid (代销 and 收购)."""

from __future__ import annotations

from kiosk.consignment.model import CHANNEL_WORDS, OWNERSHIP_WORDS, STATE_WORDS
from kiosk.consignment.products import CATEGORIES, QUALITY_MARKS
from kiosk.reports.ledgers.cells import by_staff
from kiosk.reports.ledgers.model import Column, Kind, Ledger
from kiosk.reports.ledgers.parts import by_quantity, kept, nothing_kept, quantity, staff
from kiosk.words import N_

#: A firm's name is in every register; a farmer's is a person's.
FIRMS = "('company', 'cooperative')"
FIRM = f"CASE WHEN u.kind IN {FIRMS} THEN {kept('supplier', 'u.id', 'name')} END"
FARMER = f"CASE WHEN u.kind NOT IN {FIRMS} THEN {kept('supplier', 'u.id', 'name')} END"
_MOVED = "(SELECT COALESCE(SUM({}m.quantity), 0) FROM stock_moves m WHERE m.product_id = g.id{})"


def _sum(kinds: str, sign: str = "") -> str:
    return quantity(_MOVED.format(sign, f" AND m.kind IN ({kinds})" if kinds else ""), "g.unit", "g.unit_size")


_SALES = "(SELECT COALESCE(SUM(s.{}), 0) FROM consignment_sales s WHERE s.product_id = g.id AND s.state IN ('sold', 'paid_out'))"
_LISTED = (
    "(SELECT GROUP_CONCAT(TRIM(x.platform || ' ' || x.online_shop), '、') FROM listings x WHERE x.product_id = g.id"
    " AND x.unlisted_on IS NULL)"
)
_DOCS = "(SELECT COUNT(*) FROM supplier_docs d WHERE d.supplier_id = g.supplier_id AND d.product_id = g.id AND d.withdrawn_on IS NULL)"
_STEPS = "(SELECT COUNT(*) FROM product_events e WHERE e.product_id = g.id)"
_PAID_ON = (
    "(SELECT MAX(t.paid_on) FROM consignor_dues d JOIN settlements t ON t.id = d.settlement_id AND t.state = 'paid'"
    " WHERE d.sale_id = s.id)"
)

GOODS = Ledger(
    form="F4",
    title=N_("代销台账"),
    about=N_("每种代销、收购的货：供货人、产地、底价、收多少、卖多少、剩多少、退多少"),
    source="products g CROSS JOIN suppliers u ON u.id = g.supplier_id",
    on="g.made_on",
    key="g.id",
    is_erased=nothing_kept("supplier", "u.id"),
    tail="u.phone_tail",
    texts=("g.name", "g.spec", "g.origin", "g.sku"),
    by=("g.made_by_kind", "g.made_by_id"),
    place="'/consignment/products/' || g.id",
    states={
        "on_sale": (N_("在售"), "g.state = 'on_sale'"),
        "ended": (N_("已下架"), "g.state = 'ended'"),
        "consignment": (N_("代销"), "g.ownership = 'consignment'"),
        "buy_up": (N_("收购"), "g.ownership = 'buy_up'"),
        "farm_produce": (N_("农产品"), "g.is_farm_produce = 1"),
    },
    columns=(
        Column("made_on", N_("登记日期"), "g.made_on", Kind.DATE, 12),
        Column("sku", N_("货号"), "g.sku", Kind.TEXT, 12, under="made_on"),
        Column("farmer", N_("供货人"), FARMER, Kind.PERSON, 10, mask="name"),
        Column("firm", N_("供货单位"), FIRM, Kind.PERSON, 20, under="farmer"),
        Column("phone", N_("电话"), kept("supplier", "u.id", "phone"), Kind.PERSON, 14, mask="phone", under="farmer"),
        Column("name", N_("产品"), "g.name", Kind.TEXT, 18),
        Column("spec", N_("规格"), "g.spec", Kind.TEXT, 12, under="name"),
        Column("grade", N_("等级"), "g.grade", Kind.TEXT, 8, under="name"),
        Column("category", N_("类别"), "g.category", Kind.WORD, 10, words=CATEGORIES, under="name"),
        Column("origin", N_("产地"), "g.origin", Kind.TEXT, 16),
        Column("quality_mark", N_("三品一标"), "g.quality_mark", Kind.WORD, 14, words=QUALITY_MARKS, under="origin"),
        Column("ownership", N_("方式"), "g.ownership", Kind.WORD, 8, words=OWNERSHIP_WORDS),
        Column("floor_fen", N_("约定底价"), "g.floor_fen", Kind.FEN, 11, under="ownership"),
        Column("price_fen", N_("标价"), "g.price_fen", Kind.FEN, 11, under="ownership"),
        Column("came", N_("收进"), _sum("'received', 'bought', 'bought_undone'"), Kind.TEXT, 12, reading=by_quantity),
        Column("sold", N_("售出"), _sum("'sold', 'sold_undone'", "-"), Kind.TEXT, 12, reading=by_quantity, under="came"),
        Column("given_back", N_("退回"), _sum("'returned'", "-"), Kind.TEXT, 12, reading=by_quantity, under="came"),
        Column("left", N_("剩余"), _sum(""), Kind.TEXT, 12, reading=by_quantity, under="came"),
        Column("sold_fen", N_("售出金额"), _SALES.format("amount_fen"), Kind.FEN, 12, has_total=True),
        Column("commission_fen", N_("佣金"), _SALES.format("commission_fen"), Kind.FEN, 11, has_total=True, under="sold_fen"),
        Column("listed", N_("上架平台"), _LISTED, Kind.TEXT, 18),
        Column("documents", N_("证照份数"), _DOCS, Kind.NUMBER, 9, under="listed"),
        Column("steps", N_("追溯记录"), _STEPS, Kind.NUMBER, 9, under="listed"),
    ),
)  # fmt: skip

SALES = Ledger(
    form="F4-SALES",
    title=N_("代销销售明细"),
    about=N_("每笔售出：卖给谁不记，货主该得多少、佣金多少、哪天结清"),
    source="consignment_sales s LEFT JOIN products g ON g.id = s.product_id LEFT JOIN suppliers u ON u.id = s.supplier_id",
    on="s.sold_on",
    key="s.id",
    is_erased=f"IIF(u.id IS NULL, {nothing_kept('consignment_sale', 's.id')}, {nothing_kept('supplier', 'u.id')})",
    tail="COALESCE(u.phone_tail, s.phone_tail)",
    texts=("g.name", "g.sku", "s.platform"),
    by=("s.recorded_by_kind", "s.recorded_by_id"),
    place="COALESCE('/consignment/products/' || g.id, '')",
    states={
        **{name: (words, f"s.state = '{name.value}'") for name, words in STATE_WORDS.items() if name != "recorded"},
        "online": (N_("网销"), "s.channel = 'online'"),
        "counter": (N_("柜台"), "s.channel = 'counter'"),
        "buy_up": (N_("收购的货"), "s.ownership = 'buy_up'"),
    },
    columns=(
        Column("sold_at", N_("售出"), "s.sold_at", Kind.INSTANT, 17),
        Column("channel", N_("渠道"), "s.channel", Kind.WORD, 8, words=CHANNEL_WORDS, under="sold_at"),
        Column("ownership", N_("方式"), "s.ownership", Kind.WORD, 8, words=OWNERSHIP_WORDS, under="sold_at"),
        Column(
            "item", N_("产品"), f"COALESCE(g.name, {kept('consignment_sale', 's.id', 'item_name')})", Kind.PERSON, 18,
        ),
        Column("sku", N_("货号"), "g.sku", Kind.TEXT, 12, under="item"),
        Column(
            "farmer", N_("供货人"),
            f"COALESCE({FARMER}, {kept('consignment_sale', 's.id', 'supplier_name')})", Kind.PERSON, 10, mask="name",
        ),
        Column("firm", N_("供货单位"), FIRM, Kind.PERSON, 20, under="farmer"),
        Column("quantity", N_("数量"), quantity("s.quantity", "s.unit", "s.unit_size"), Kind.TEXT, 12, reading=by_quantity),
        Column("amount_fen", N_("售出金额"), "s.amount_fen", Kind.FEN, 12, has_total=True),
        Column("commission_fen", N_("佣金"), "s.commission_fen", Kind.FEN, 11, has_total=True, under="amount_fen"),
        Column(
            "owed_fen", N_("货主应得"), "IIF(s.ownership = 'consignment', s.amount_fen - s.commission_fen, 0)", Kind.FEN,
            12, has_total=True,
        ),
        Column("paid_on", N_("结算日期"), _PAID_ON, Kind.DATE, 12, under="owed_fen"),
        Column("platform", N_("平台"), "s.platform", Kind.TEXT, 12, under="state"),
        Column("state", N_("状态"), "s.state", Kind.WORD, 16, words=STATE_WORDS),
        Column("by", N_("经办人"), staff("s.recorded_by_kind", "s.recorded_by_id"), Kind.TEXT, 10, reading=by_staff),
    ),
)  # fmt: skip
