"""F5, 收寄物品台账: what came in for whom and when it left, and the hand-over lists (交接清单) of the couriers who brought
it (佳县 item 9). What is sent out stands in ``f5_out``."""

from __future__ import annotations

from kiosk.parcels.model import IN_STOCK_SQL, METHOD_WORDS, RELATION_WORDS, STATE_WORDS
from kiosk.reports.ledgers.cells import by_name, by_staff, carrier_names
from kiosk.reports.ledgers.model import Column, Kind, Ledger
from kiosk.words import N_

_PHONE = (
    "COALESCE((SELECT v.value FROM vault v WHERE v.case_kind = 'parcel' AND v.case_id = p.id AND v.field = 'phone'),"
    " p.phone_tail)"
)
_FIRST = "(SELECT e.actor_kind || ':' || e.actor_id FROM parcel_events e WHERE e.parcel_id = p.id AND e.step = 1)"
_OUT = (
    "(SELECT {} FROM parcel_events e WHERE e.parcel_id = p.id AND e.kind = 'handed_over' AND p.state = 'handed_over'"
    " ORDER BY e.step DESC LIMIT 1)"
)

PARCELS = Ledger(
    form="F5",
    title=N_("收寄物品台账（收件）"),
    about=N_("每件快件何时到站、何时凭什么取走、谁经办"),
    source="parcels p",
    on="p.checked_in_on",
    key="p.id",
    is_erased="p.erased_at IS NOT NULL",
    tail="p.phone_tail",
    texts=("p.pickup_code",),
    named=(("p.carrier", carrier_names),),
    by=(
        "(SELECT e.actor_kind FROM parcel_events e WHERE e.parcel_id = p.id AND e.step = 1)",
        "(SELECT e.actor_id FROM parcel_events e WHERE e.parcel_id = p.id AND e.step = 1)",
    ),
    place="'/parcels/' || p.id",
    states={
        "in_stock": (N_("在库"), f"p.{IN_STOCK_SQL}"),
        "handed_over": (N_("已出库"), "p.state = 'handed_over'"),
        "problem": (N_("问题件"), "p.state = 'problem'"),
        "to_return": (N_("待退"), "p.state = 'to_return'"),
        "returned": (N_("已退回"), "p.state = 'returned'"),
        "lost": (N_("已丢失"), "p.state = 'lost'"),
        "undone": (N_("已撤销"), "p.state = 'undone'"),
    },
    columns=(
        Column("checked_in_at", N_("到站"), "p.checked_in_at", Kind.INSTANT, 17),
        Column("carrier", N_("快递公司"), "p.carrier", Kind.WORD, 12, reading=by_name(carrier_names)),
        Column("waybill_no", N_("运单号"), "p.waybill_no", Kind.PERSON, 20, mask="waybill", under="carrier"),
        Column("batch_id", N_("批次"), "p.batch_id", Kind.NUMBER, 7, under="checked_in_at"),
        Column("pickup_code", N_("取件码"), "p.pickup_code", Kind.TEXT, 12),
        Column("name", N_("收件人"), "p.name_hint", Kind.PERSON, 10, mask="name"),
        Column("phone", N_("电话"), _PHONE, Kind.PERSON, 14, mask="phone", under="name"),
        Column("state", N_("状态"), "p.state", Kind.WORD, 10, words=STATE_WORDS),
        Column("cod_fen", N_("代收货款"), "NULLIF(p.cod_fen, 0)", Kind.FEN, 11, under="state"),
        Column("freight_collect_fen", N_("到付运费"), "NULLIF(p.freight_collect_fen, 0)", Kind.FEN, 11, under="state"),
        Column("out_at", N_("离站"), "p.out_at", Kind.INSTANT, 17),
        Column("method", N_("核对方式"), _OUT.format("e.method"), Kind.WORD, 11, words=METHOD_WORDS, under="out_at"),
        Column("relation", N_("代取人"), _OUT.format("e.relation"), Kind.WORD, 10, words=RELATION_WORDS, under="out_at"),
        Column("taken_in_by", N_("入库经办"), _FIRST, Kind.TEXT, 10, reading=by_staff),
        Column(
            "handed_over_by", N_("出库经办"), _OUT.format("e.actor_kind || ':' || e.actor_id"), Kind.TEXT, 10,
            reading=by_staff, under="taken_in_by",
        ),
    ),
)  # fmt: skip

BATCHES = Ledger(
    form="F5-BATCHES",
    title=N_("到件交接清单"),
    about=N_("快递员每次送来几件、点收几件、差几件"),
    source="intake_batches b",
    on="b.opened_on",
    key="b.id",
    named=(("b.carrier", carrier_names),),
    by=("b.opened_by_kind", "b.opened_by"),
    states={
        "open": (N_("未结束"), "b.state = 'open'"),
        "closed": (N_("已结束"), "b.state = 'closed'"),
        "differs": (N_("数目不符"), "b.declared IS NOT NULL AND b.declared <> b.checked_in - b.undone"),
    },
    columns=(
        Column("batch_id", N_("批次"), "b.id", Kind.NUMBER, 8),
        Column("opened_at", N_("开始"), "b.opened_at", Kind.INSTANT, 17),
        Column("closed_at", N_("结束"), "b.closed_at", Kind.INSTANT, 17, under="opened_at"),
        Column("carrier", N_("快递公司"), "b.carrier", Kind.WORD, 14, reading=by_name(carrier_names)),
        Column(
            "courier", N_("快递员"),
            "(SELECT v.value FROM vault v WHERE v.case_kind = 'intake_batch' AND v.case_id = b.id AND v.field = 'courier')",
            Kind.PERSON, 10, mask="name",
        ),
        Column("declared", N_("应到"), "b.declared", Kind.NUMBER, 8, has_total=True),
        Column("counted", N_("实收"), "b.checked_in - b.undone", Kind.NUMBER, 8, has_total=True),
        Column("difference", N_("差异"), "b.checked_in - b.undone - b.declared", Kind.NUMBER, 8, has_total=True),
        Column(
            "state", N_("状态"), "b.state", Kind.WORD, 10, words={"open": N_("未结束"), "closed": N_("已结束")},
        ),
        Column("by", N_("经办人"), "b.opened_by_kind || ':' || b.opened_by", Kind.TEXT, 10, reading=by_staff),
    ),
)  # fmt: skip
