"""F5, 收寄物品台账, what is sent out: each parcel with its check of name and contents, the hand-over lists (交接清单) that
couriers sign, and what was not taken (禁寄)."""

from __future__ import annotations

from kiosk.outbound.model import (
    ACTION_WORDS,
    DOCUMENT_WORDS,
    ITEM_WORDS,
    MANIFEST_WORDS,
    PAID_BY_WORDS,
    REFUSAL_WORDS,
    STATE_WORDS,
)
from kiosk.reports.ledgers.cells import by_name, by_staff, carrier_names
from kiosk.reports.ledgers.model import Column, Kind, Ledger
from kiosk.reports.ledgers.parts import fee, kept, staff
from kiosk.words import N_


def _of(field: str) -> str:
    return kept("outbound", "o.id", field)


SENT = Ledger(
    form="F5-OUT",
    title=N_("收寄物品台账（寄件）"),
    about=N_("每件寄出的快件：实名、验视、重量、运费、交给哪班快递"),
    source="outbound_parcels o LEFT JOIN outbound_manifests m ON m.id = o.manifest_id",
    on="o.accepted_on",
    key="o.id",
    is_erased="o.erased_at IS NOT NULL",
    tail="o.phone_tail",
    texts=("o.outbound_no", "m.manifest_no"),
    named=(("o.carrier", carrier_names),),
    by=("o.checked_by_kind", "o.checked_by_id"),
    place="'/outbound/' || o.id",
    states={name: (words, f"o.state = '{name.value}'") for name, words in STATE_WORDS.items() if name not in ("recorded", "cancelled")},
    columns=(
        Column("accepted_at", N_("收寄"), "o.accepted_at", Kind.INSTANT, 17),
        Column("outbound_no", N_("寄件号"), "o.outbound_no", Kind.TEXT, 16, under="accepted_at"),
        Column("carrier", N_("快递公司"), "o.carrier", Kind.WORD, 12, reading=by_name(carrier_names)),
        Column("waybill_no", N_("运单号"), "o.waybill_no", Kind.PERSON, 20, mask="waybill", under="carrier"),
        Column("sender_name", N_("寄件人"), _of("sender_name"), Kind.PERSON, 10, mask="name"),
        Column("sender_phone", N_("寄件人电话"), _of("sender_phone"), Kind.PERSON, 14, mask="phone", under="sender_name"),
        Column("recipient_name", N_("收件人"), _of("recipient_name"), Kind.PERSON, 10, mask="name", under="sender_name"),
        Column("item_kind", N_("物品"), "o.item_kind", Kind.WORD, 10, words=ITEM_WORDS),
        Column("quantity", N_("件数"), "o.quantity", Kind.NUMBER, 7, under="item_kind"),
        Column("weight_grams", N_("重量（克）"), "o.weight_grams", Kind.NUMBER, 10, under="item_kind"),
        Column("id_document", N_("实名证件"), "o.id_document", Kind.WORD, 14, words=DOCUMENT_WORDS),
        Column("checked_at", N_("实名验视时间"), "o.checked_at", Kind.INSTANT, 17, under="id_document"),
        Column("freight_fen", N_("运费"), "o.freight_fen", Kind.FEN, 11, has_total=True),
        Column("premium_fen", N_("保价费"), "o.premium_fen", Kind.FEN, 11, has_total=True, under="freight_fen"),
        Column("fee_fen", N_("服务费"), fee("outbound", "o.id"), Kind.FEN, 11, has_total=True, under="freight_fen"),
        Column("paid_by", N_("付费"), "o.paid_by", Kind.WORD, 12, words=PAID_BY_WORDS, under="freight_fen"),
        Column("insured_value_fen", N_("保价金额"), "NULLIF(o.insured_value_fen, 0)", Kind.FEN, 11, under="item_kind"),
        Column("state", N_("状态"), "o.state", Kind.WORD, 12, words=STATE_WORDS),
        Column("given_at", N_("交快递员"), "o.given_at", Kind.INSTANT, 17, under="state"),
        Column("manifest_no", N_("交接清单"), "m.manifest_no", Kind.TEXT, 16, under="state"),
        Column("by", N_("经办人"), staff("o.checked_by_kind", "o.checked_by_id"), Kind.TEXT, 10, reading=by_staff),
    ),
)  # fmt: skip

MANIFESTS = Ledger(
    form="F5-MANIFESTS",
    title=N_("寄件交接清单"),
    about=N_("每次交给快递员几件，清单编号，谁签收"),
    source="outbound_manifests m",
    on="m.given_on",
    key="m.id",
    texts=("m.manifest_no",),
    named=(("m.carrier", carrier_names),),
    by=("m.given_by_kind", "m.given_by_id"),
    states={name: (words, f"m.state = '{name.value}'") for name, words in MANIFEST_WORDS.items() if name in ("given", "taken_back")},
    columns=(
        Column("manifest_no", N_("清单编号"), "m.manifest_no", Kind.TEXT, 18),
        Column("given_at", N_("交接时间"), "m.given_at", Kind.INSTANT, 17),
        Column("carrier", N_("快递公司"), "m.carrier", Kind.WORD, 14, reading=by_name(carrier_names)),
        Column("courier", N_("快递员"), kept("outbound_manifest", "m.id", "courier"), Kind.PERSON, 10, mask="name"),
        Column("pieces", N_("件数"), "m.pieces", Kind.NUMBER, 8, has_total=True),
        Column("state", N_("状态"), "m.state", Kind.WORD, 10, words=MANIFEST_WORDS),
        Column("by", N_("经办人"), staff("m.given_by_kind", "m.given_by_id"), Kind.TEXT, 10, reading=by_staff),
    ),
)  # fmt: skip

REFUSED = Ledger(
    form="F5-REFUSED",
    title=N_("禁寄、拒收登记"),
    about=N_("没有收寄的物品：为什么、认出什么、怎样处理"),
    source="outbound_refusals r",
    on="r.refused_on",
    key="r.id",
    texts=("r.word", "r.category"),
    by=("r.refused_by_kind", "r.refused_by_id"),
    states={name: (words, f"r.reason = '{name.value}'") for name, words in REFUSAL_WORDS.items()},
    columns=(
        Column("refused_at", N_("时间"), "r.refused_at", Kind.INSTANT, 17),
        Column("reason", N_("原因"), "r.reason", Kind.WORD, 16, words=REFUSAL_WORDS),
        Column("word", N_("认出"), "r.word", Kind.TEXT, 14),
        Column("action", N_("处理"), "r.action", Kind.WORD, 16, words=ACTION_WORDS),
        Column("carrier", N_("快递公司"), "r.carrier", Kind.WORD, 14, reading=by_name(carrier_names)),
        Column("by", N_("经办人"), staff("r.refused_by_kind", "r.refused_by_id"), Kind.TEXT, 10, reading=by_staff),
    ),
)  # fmt: skip
