"""F3, 代购台账: each request from the wish to the last day for sending it back, with what was paid, to whom and when
(浏阳、通城、错那; 佳县 item 7 asks for it to be timely)."""

from __future__ import annotations

from kiosk.purchases.model import CATEGORY_WORDS, END_WORDS, PAID_BY_WORDS, STATE_WORDS
from kiosk.purchases.platforms import platforms
from kiosk.reports.ledgers.cells import by_name, by_staff
from kiosk.reports.ledgers.model import Column, Kind, Ledger
from kiosk.reports.ledgers.parts import fee, kept, nothing_kept, staff
from kiosk.words import N_

_WAYBILLS = (
    "(SELECT GROUP_CONCAT(w.waybill_no, ' ') FROM purchase_waybills w WHERE w.purchase_id = p.id AND w.way <> 'back')"
)
#: Whichever came first: the notice of the order itself, or that of a parcel that came for it.
_TOLD = (
    "(SELECT MIN(n.created_at) FROM notices n WHERE n.subject_kind = 'purchase' AND n.subject_id = p.id),"
    " (SELECT MIN(n.created_at) FROM purchase_parcels j JOIN notices n ON n.subject_kind = 'parcel'"
    " AND n.subject_id = j.parcel_id WHERE j.purchase_id = p.id)"
)

PURCHASES = Ledger(
    form="F3",
    title=N_("代购台账"),
    about=N_("每笔代购的需求、下单、付款、到货、交付、退换和纠纷"),
    source="purchases p",
    on="p.recorded_on",
    key="p.id",
    is_erased=nothing_kept("purchase", "p.id"),
    tail="p.phone_tail",
    texts=("p.platform", "p.online_shop"),
    named=(("p.platform", platforms),),
    by=("p.recorded_by_kind", "p.recorded_by_id"),
    place="'/purchases/' || p.id",
    states={
        "open": (
            N_("未办结"), "p.state NOT IN ('handed_over', 'closed', 'cancelled', 'refunded', 'exchanged')",
        ),
        **{name: (words, f"p.state = '{name.value}'") for name, words in STATE_WORDS.items()},
        "disputed": (N_("有纠纷"), "p.is_disputed = 1"),
    },
    columns=(
        Column("purchase_id", N_("需求编号"), "p.id", Kind.NUMBER, 9),
        Column("recorded_on", N_("填报日期"), "p.recorded_on", Kind.DATE, 12, under="purchase_id"),
        Column("customer_name", N_("村民"), kept("purchase", "p.id", "customer_name"), Kind.PERSON, 10, mask="name"),
        Column(
            "phone", N_("电话"), f"COALESCE({kept('purchase', 'p.id', 'phone')}, p.phone_tail)", Kind.PERSON, 14,
            mask="phone", under="customer_name",
        ),
        Column("item_name", N_("品名"), kept("purchase", "p.id", "item_name"), Kind.PERSON, 22),
        Column("spec", N_("规格"), kept("purchase", "p.id", "spec"), Kind.PERSON, 14, under="item_name"),
        Column("category", N_("类别"), "p.category", Kind.WORD, 14, words=CATEGORY_WORDS, under="item_name"),
        Column("quantity", N_("数量"), "p.quantity", Kind.NUMBER, 7),
        Column("budget_fen", N_("预算"), "p.budget_fen", Kind.FEN, 11, under="quantity"),
        Column("platform", N_("平台"), "p.platform", Kind.TEXT, reading=by_name(platforms), width=12),
        Column("online_shop", N_("店铺"), "p.online_shop", Kind.TEXT, 16, under="platform"),
        Column("platform_order_no", N_("平台订单号"), "p.platform_order_no", Kind.PERSON, 22, mask="waybill", under="platform"),
        Column("amount_fen", N_("金额"), "p.amount_fen", Kind.FEN, 12, has_total=True),
        Column("received_fen", N_("已收村民"), "p.received_fen", Kind.FEN, 12, has_total=True, under="amount_fen"),
        Column("fee_fen", N_("服务费"), fee("purchase", "p.id"), Kind.FEN, 10, has_total=True, under="amount_fen"),
        Column("paid_by", N_("付款方式"), "p.paid_by", Kind.WORD, 16, words=PAID_BY_WORDS),
        Column("waybills", N_("运单号"), _WAYBILLS, Kind.PERSON, 20, mask="waybill", under="paid_by"),
        Column("ordered_on", N_("下单日期"), "p.ordered_on", Kind.DATE, 12),
        Column("arrived_on", N_("到货日期"), "p.arrived_on", Kind.DATE, 12, under="ordered_on"),
        Column("told_at", N_("通知时间"), f"COALESCE({_TOLD})", Kind.INSTANT, 17, under="ordered_on"),
        Column("handed_over_on", N_("交付日期"), "p.handed_over_on", Kind.DATE, 12, under="ordered_on"),
        Column("state", N_("状态"), "p.state", Kind.WORD, 10, words=STATE_WORDS),
        Column("end_reason", N_("退换取消原因"), "p.end_reason", Kind.WORD, 16, words=END_WORDS, under="state"),
        Column("is_disputed", N_("纠纷"), "p.is_disputed", Kind.WORD, 8, words={0: "", 1: N_("有纠纷")}, under="state"),
        Column("by", N_("经办人"), staff("p.recorded_by_kind", "p.recorded_by_id"), Kind.TEXT, 10, reading=by_staff),
    ),
)  # fmt: skip
