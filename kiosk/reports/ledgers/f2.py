"""F2, 网购网销明细: goods ordered on platforms for villagers and goods of theirs sold there, one list (佳县 四(七): 品名,
数量, 销售额, 网店, 平台)."""

from __future__ import annotations

from kiosk.purchases.platforms import platforms
from kiosk.reports.ledgers.cells import by_name, by_staff
from kiosk.reports.ledgers.model import Column, Kind, Ledger
from kiosk.reports.ledgers.parts import by_quantity, kept, nothing_kept, quantity, staff
from kiosk.words import N_

_BOUGHT = f"""SELECT p.id * 2 AS key, p.ordered_on AS day, 'bought' AS way, p.state AS state,
    {kept("purchase", "p.id", "item_name")} AS item, {quantity("p.quantity", "''", "1")} AS quantity,
    COALESCE(p.amount_fen, 0) AS amount_fen, p.platform, p.online_shop, p.platform_order_no, p.phone_tail,
    p.recorded_by_kind AS by_kind, p.recorded_by_id AS by_id, {nothing_kept("purchase", "p.id")} AS is_erased,
    '/purchases/' || p.id AS place
    FROM purchases p WHERE p.ordered_on IS NOT NULL"""
_SOLD = f"""SELECT s.id * 2 + 1, s.sold_on, 'sold', s.state,
    COALESCE(g.name, {kept("consignment_sale", "s.id", "item_name")}), {quantity("s.quantity", "s.unit", "s.unit_size")},
    s.amount_fen, s.platform, s.online_shop, s.platform_order_no, s.phone_tail, s.recorded_by_kind, s.recorded_by_id,
    s.product_id IS NULL AND {nothing_kept("consignment_sale", "s.id")}, ''
    FROM consignment_sales s LEFT JOIN products g ON g.id = s.product_id
    WHERE s.channel = 'online' AND s.sold_on IS NOT NULL"""

TRADE = Ledger(
    form="F2",
    title=N_("网购网销明细"),
    about=N_("在平台上替村民买的、替村民卖的：品名、数量、金额、平台、网店"),
    source=f"({_BOUGHT} UNION ALL {_SOLD}) t",
    on="t.day",
    key="t.key",
    is_erased="t.is_erased",
    tail="t.phone_tail",
    texts=("t.platform", "t.online_shop"),
    named=(("t.platform", platforms),),
    by=("t.by_kind", "t.by_id"),
    place="t.place",
    states={
        "bought": (N_("网购"), "t.way = 'bought' AND t.state <> 'cancelled'"),
        "sold": (N_("网销"), "t.way = 'sold' AND t.state <> 'cancelled'"),
        "cancelled": (N_("已取消"), "t.state = 'cancelled'"),
    },
    columns=(
        Column("day", N_("日期"), "t.day", Kind.DATE, 12),
        Column("way", N_("方向"), "t.way", Kind.WORD, 8, words={"bought": N_("网购"), "sold": N_("网销")}, under="day"),
        Column("item", N_("品名"), "t.item", Kind.PERSON, 24),
        Column("quantity", N_("数量"), "t.quantity", Kind.TEXT, 10, reading=by_quantity),
        Column("amount_fen", N_("金额（元）"), "t.amount_fen", Kind.FEN, 12, has_total=True),
        Column("platform", N_("平台"), "t.platform", Kind.TEXT, reading=by_name(platforms), width=14),
        Column("online_shop", N_("网店"), "t.online_shop", Kind.TEXT, 18, under="platform"),
        Column("platform_order_no", N_("平台订单号"), "t.platform_order_no", Kind.PERSON, 22, mask="waybill", under="platform"),
        Column("phone_tail", N_("村民尾号"), "t.phone_tail", Kind.PERSON, 10, mask="phone"),
        Column(
            "is_cancelled", N_("状态"), "t.state = 'cancelled'", Kind.WORD, 10, words={0: "", 1: N_("已取消")}, under="amount_fen",
        ),
        Column("by", N_("经办人"), staff("t.by_kind", "t.by_id"), Kind.TEXT, 10, reading=by_staff),
    ),
)  # fmt: skip
