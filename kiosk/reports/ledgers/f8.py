"""F8, 购销台账 and 索证索票 (佳县 4(三)): each movement of goods with supplier, lot and dates, and the documents that were
seen of supplier and goods; F13, 盘点表, what was counted and what the book said (错那 十一)."""

from __future__ import annotations

from kiosk.consignment.stock import MOVE_WORDS
from kiosk.consignment.stocktakes import REASONS
from kiosk.consignment.suppliers import DOC_WORDS, KIND_WORDS
from kiosk.reports.ledgers.cells import by_staff
from kiosk.reports.ledgers.f4 import FARMER, FIRM
from kiosk.reports.ledgers.model import Column, Kind, Ledger
from kiosk.reports.ledgers.parts import by_quantity, nothing_kept, quantity, staff
from kiosk.words import N_

#: A sale may take several lots: what each brought is the part of the whole up to it less the part before it, so that the
#: parts add up to the fen.
_BEFORE = (
    "(SELECT COALESCE(SUM(ABS(o.quantity)), 0) FROM stock_moves o WHERE o.case_kind = m.case_kind AND o.case_id = m.case_id"
    " AND o.kind = m.kind AND o.id < m.id)"
)
_SOLD_FEN = (
    "CASE WHEN m.kind IN ('sold', 'sold_undone') THEN (SELECT IIF(m.kind = 'sold', 1, -1) * (s.amount_fen * ("
    f"{_BEFORE} + ABS(m.quantity)) / s.quantity - s.amount_fen * {_BEFORE} / s.quantity)"
    " FROM consignment_sales s WHERE m.case_kind = 'consignment_sale' AND s.id = m.case_id) END"
)
_DOCUMENTS = (
    "(SELECT COUNT(*) FROM supplier_docs d WHERE d.supplier_id = u.id AND (d.product_id IS NULL OR d.product_id = g.id)"
    " AND d.withdrawn_on IS NULL AND (d.valid_until_on IS NULL OR d.valid_until_on >= m.business_on))"
)

GOODS = Ledger(
    form="F8",
    title=N_("购销台账"),
    about=N_("每次进货、售出、退货、损耗：供货商、批次、生产日期、保质期、数量、金额"),
    source="stock_moves m CROSS JOIN products g ON g.id = m.product_id CROSS JOIN suppliers u ON u.id = g.supplier_id"
    " CROSS JOIN lots t ON t.id = m.lot_id",
    on="m.business_on",
    key="m.id",
    is_erased=nothing_kept("supplier", "u.id"),
    tail="u.phone_tail",
    texts=("g.name", "g.sku", "t.lot_no", "m.document_no", "u.uscc"),
    by=("m.actor_kind", "m.actor_id"),
    place="'/consignment/products/' || g.id",
    states={
        "in": (N_("进货"), "m.kind IN ('received', 'bought', 'bought_undone')"),
        "out": (N_("售出"), "m.kind IN ('sold', 'sold_undone')"),
        "back": (N_("退回"), "m.kind = 'returned'"),
        "other": (N_("损耗、盘点"), "m.kind IN ('lost', 'counted')"),
    },
    columns=(
        Column("business_on", N_("日期"), "m.business_on", Kind.DATE, 12),
        Column("kind", N_("进出"), "m.kind", Kind.WORD, 12, words=MOVE_WORDS, under="business_on"),
        Column("document_no", N_("单号"), "m.document_no", Kind.TEXT, 16, under="business_on"),
        Column("farmer", N_("供货人"), FARMER, Kind.PERSON, 10, mask="name"),
        Column("firm", N_("供货单位"), FIRM, Kind.PERSON, 20, under="farmer"),
        Column("uscc", N_("统一社会信用代码"), "u.uscc", Kind.TEXT, 20, under="farmer"),
        Column("name", N_("产品"), "g.name", Kind.TEXT, 18),
        Column("sku", N_("货号"), "g.sku", Kind.TEXT, 12, under="name"),
        Column("lot_no", N_("批次"), "t.lot_no", Kind.TEXT, 12),
        Column("produced_on", N_("生产日期"), "t.produced_on", Kind.DATE, 12, under="lot_no"),
        Column("expires_on", N_("保质期至"), "t.expires_on", Kind.DATE, 12, under="lot_no"),
        Column("quantity", N_("数量"), quantity("m.quantity", "g.unit", "g.unit_size"), Kind.TEXT, 12, reading=by_quantity),
        Column("cost_fen", N_("进货金额"), "CASE WHEN m.kind = 'bought' THEN m.cost_fen WHEN m.kind = 'bought_undone' THEN -m.cost_fen END", Kind.FEN, 12, has_total=True),
        Column("sold_fen", N_("销售金额"), _SOLD_FEN, Kind.FEN, 12, has_total=True, under="cost_fen"),
        Column("documents", N_("有效证照"), _DOCUMENTS, Kind.NUMBER, 9),
        Column("by", N_("经办人"), staff("m.actor_kind", "m.actor_id"), Kind.TEXT, 10, reading=by_staff),
    ),
)  # fmt: skip

DOCUMENTS = Ledger(
    form="F8-DOCS",
    title=N_("索证索票登记"),
    about=N_("供货商的执照、许可、检验报告、合格证、票据：编号、有效期、谁查验的"),
    source="supplier_docs d CROSS JOIN suppliers u ON u.id = d.supplier_id LEFT JOIN products g ON g.id = d.product_id",
    on="d.seen_on",
    key="d.id",
    is_erased=nothing_kept("supplier", "u.id"),
    tail="u.phone_tail",
    texts=("d.document_no", "g.name", "u.uscc"),
    by=("d.seen_by_kind", "d.seen_by_id"),
    states={
        "valid": (N_("有效"), "d.withdrawn_on IS NULL AND (d.valid_until_on IS NULL OR d.valid_until_on >= :today)"),
        "expired": (N_("已过期"), "d.withdrawn_on IS NULL AND d.valid_until_on < :today"),
        "withdrawn": (N_("已作废"), "d.withdrawn_on IS NOT NULL"),
    },
    columns=(
        Column("seen_on", N_("查验日期"), "d.seen_on", Kind.DATE, 12),
        Column("farmer", N_("供货人"), FARMER, Kind.PERSON, 10, mask="name"),
        Column("firm", N_("供货单位"), FIRM, Kind.PERSON, 20, under="farmer"),
        Column("supplier_kind", N_("类型"), "u.kind", Kind.WORD, 12, words=KIND_WORDS, under="farmer"),
        Column("uscc", N_("统一社会信用代码"), "u.uscc", Kind.TEXT, 20),
        Column("kind", N_("证照"), "d.kind", Kind.WORD, 20, words=DOC_WORDS),
        Column("document_no", N_("编号"), "d.document_no", Kind.TEXT, 24, under="kind"),
        Column("product", N_("产品"), "g.name", Kind.TEXT, 18),
        Column("valid_until_on", N_("有效期至"), "d.valid_until_on", Kind.DATE, 12),
        Column("withdrawn_on", N_("作废日期"), "d.withdrawn_on", Kind.DATE, 12, under="valid_until_on"),
        Column("by", N_("查验人"), staff("d.seen_by_kind", "d.seen_by_id"), Kind.TEXT, 10, reading=by_staff),
    ),
)  # fmt: skip

STOCKTAKES = Ledger(
    form="F13",
    title=N_("盘点表"),
    about=N_("每次盘点：账面、实盘、差异、原因"),
    source="stocktakes k CROSS JOIN stocktake_counts n ON n.stocktake_id = k.id CROSS JOIN products g ON g.id = n.product_id",
    on="k.begun_on",
    key="n.id",
    where="k.state <> 'cancelled'",
    texts=("g.name", "g.sku", "k.document_no"),
    by=("n.counted_by_kind", "n.counted_by_id"),
    states={
        "differs": (N_("有差异"), "n.counted <> n.book"),
        "same": (N_("相符"), "n.counted = n.book"),
        "counting": (N_("未完成"), "k.state = 'counting'"),
    },
    columns=(
        Column("begun_on", N_("盘点日期"), "k.begun_on", Kind.DATE, 12),
        Column("document_no", N_("盘点单号"), "k.document_no", Kind.TEXT, 16, under="begun_on"),
        Column("name", N_("品名"), "g.name", Kind.TEXT, 20),
        Column("sku", N_("货号"), "g.sku", Kind.TEXT, 12, under="name"),
        Column("book", N_("账面数"), quantity("n.book", "g.unit", "g.unit_size"), Kind.TEXT, 12, reading=by_quantity),
        Column("counted", N_("实盘数"), quantity("n.counted", "g.unit", "g.unit_size"), Kind.TEXT, 12, reading=by_quantity),
        Column("difference", N_("差异"), quantity("(n.counted - n.book)", "g.unit", "g.unit_size"), Kind.TEXT, 12, reading=by_quantity),
        Column("reason", N_("原因"), "n.reason", Kind.WORD, 16, words=REASONS),
        Column("by", N_("盘点人"), staff("n.counted_by_kind", "n.counted_by_id"), Kind.TEXT, 10, reading=by_staff),
    ),
)  # fmt: skip
