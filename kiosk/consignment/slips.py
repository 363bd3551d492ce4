"""How goods stand on a ticket, and the slips that go with them: price label, receipt for goods taken in, purchase
voucher, settlement to sign, return of unsold goods, stocktake sheet. Pure but for the freezing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from kiosk import clock, money
from kiosk.codes import CodeKind, symbol
from kiosk.consignment import suppliers
from kiosk.consignment.buying import CASE as BUY_UP
from kiosk.consignment.buying import BuyUp
from kiosk.consignment.measure import show_quantity
from kiosk.consignment.model import CASE, OWNERSHIP_WORDS, SERVICE, Ownership, Sale, party
from kiosk.consignment.products import QUALITY_MARKS, Product
from kiosk.consignment.settlements import CASE as SETTLEMENT
from kiosk.consignment.settlements import Settlement
from kiosk.consignment.stock import Lot
from kiosk.consignment.stocktakes import CASE as STOCKTAKE
from kiosk.consignment.stocktakes import REASONS, Count, Stocktake
from kiosk.fees import Quote
from kiosk.ledger import Account, Posting
from kiosk.printing import slips
from kiosk.printing.document import Block, Cell, Code128, Document, Feed, Pair, Row, Rule, Text
from kiosk.storage import Tx
from kiosk.till.masks import masked
from kiosk.till.model import Blank, NewLine
from kiosk.words import N_, say

LABEL, GOODS_IN, GOODS_BACK = "goods_label", "goods_in", "goods_back"
VOUCHER, SETTLED, SHEET = "buy_up_voucher", "consignor_settlement", "stocktake_sheet"

# Lines of a ticket ----------------------------------------------------------------------------------------------------


def line(sale: Sale, quote: Quote) -> NewLine:
    """A sale typed without stock: the customer pays the price; of it the station keeps the commission, the rest is owed."""
    return NewLine(
        service=SERVICE, act="sell", case_kind=CASE, case_id=sale.id, label=N_("代销 {item} × {quantity}{unit}"),
        facts={"quantity": sale.quantity, "unit": sale.unit}, blanks={"item": Blank(CASE, sale.id, "item_name")},
        txn_amount_fen=sale.amount_fen, principal_fen=sale.amount_fen, principal_account=Account.OWED_TO_CONSIGNORS,
        party=sale.party, commission_fen=quote.fee_fen, is_commission=True, quote=quote,
        basis={"quantity": sale.quantity, "amount_fen": sale.amount_fen},
    )  # fmt: skip


def product_line(sale: Sale, found: Product, quote: Quote | None, basis: Mapping[str, int]) -> NewLine:
    """A sale of goods in stock: of others with commission, or of our own with what they cost. ``quote`` is None for
    our own goods: nobody pays a commission on them."""
    facts = {"item": found.name, "quantity": found.shown(sale.quantity), "platform": sale.platform}
    label = {
        ("consignment", "counter"): N_("代销 {item} {quantity}"), ("buy_up", "counter"): N_("自营 {item} {quantity}"),
        ("consignment", "online"): N_("网销（代销）{item} {quantity} {platform}"),
        ("buy_up", "online"): N_("网销（自营）{item} {quantity} {platform}"),
    }[sale.ownership, sale.channel]  # fmt: skip
    if quote is None:
        more = (Posting(Account.GOODS_COST, sale.cost_fen, SERVICE), Posting(Account.GOODS, -sale.cost_fen, SERVICE))
        return NewLine(
            service=SERVICE, act="sell", case_kind=CASE, case_id=sale.id, label=label, facts=facts,
            txn_amount_fen=sale.amount_fen, principal_fen=sale.amount_fen, principal_account=Account.GOODS_SALES,
            more=more if sale.cost_fen else (),
        )  # fmt: skip
    return NewLine(
        service=SERVICE, act="sell", case_kind=CASE, case_id=sale.id, label=label, facts=facts,
        txn_amount_fen=sale.amount_fen, principal_fen=sale.amount_fen, principal_account=Account.OWED_TO_CONSIGNORS,
        party=sale.party, commission_fen=quote.fee_fen, is_commission=True, quote=quote, basis=dict(basis),
    )  # fmt: skip


def owner_line(sale: Sale) -> NewLine:
    """The platform has paid an online sale to the owner: the money never comes into a drawer or wallet of the station."""
    return NewLine(
        service=SERVICE, act="online_receipt", case_kind=CASE, case_id=sale.id,
        label=N_("平台货款已付给站主（{platform}）"), facts={"platform": sale.platform}, txn_count=0,
        principal_fen=-sale.amount_fen, principal_account=Account.OWNER,
    )  # fmt: skip


def buy_up_line(bought: BuyUp, found: Product) -> NewLine:
    """The station pays a farmer for goods, which it then owns at that cost. The later sale is what counts as a 笔."""
    return NewLine(
        service=SERVICE, act="buy_up", case_kind=BUY_UP, case_id=bought.id, label=N_("收购 {item} {quantity}"),
        facts={"item": found.name, "quantity": found.shown(bought.quantity)}, txn_count=0,
        principal_fen=-bought.amount_fen, principal_account=Account.GOODS,
    )  # fmt: skip


def settlement_line(settled: Settlement) -> NewLine:
    """The station pays a supplier what it owes."""
    return NewLine(
        service=SERVICE, act="pay_out", case_kind=SETTLEMENT, case_id=settled.id, label=N_("付代销货款 {supplier}"),
        blanks={"supplier": Blank(suppliers.CASE, settled.supplier_id, "name", "name")}, txn_count=0,
        principal_fen=-settled.amount_fen, principal_account=Account.OWED_TO_CONSIGNORS, party=party(settled.supplier_id),
    )  # fmt: skip


# Freezing -------------------------------------------------------------------------------------------------------------


def freeze_label(tx: Tx, found: Product, lot: Lot | None) -> int:
    """Freezes the price label of a product (明码标价); returns the slip's id."""
    facts = _goods(found) | {
        "station": tx.settings.station.name, "sku": found.sku, "price_fen": found.price_fen, "spec": found.spec,
        "quality_mark": found.quality_mark, "maker": found.maker,
        "on": clock.local(tx.now, tx.settings.station.zone).date().isoformat(),
        "produced_on": lot.produced_on if lot else None, "expires_on": lot.expires_on if lot else None,
    }  # fmt: skip
    return slips.freeze(tx, LABEL, facts, {}, "product", found.id)


def freeze_goods(tx: Tx, template: str, found: Product, quantity: int, number: str, lot: Lot | None = None) -> int:
    """Freezes the slip of goods taken in (``GOODS_IN``) or given back (``GOODS_BACK``), to be signed."""
    facts = _head(tx, number) | _goods(found) | {
        "quantity": quantity, "price_fen": found.price_fen, "floor_fen": found.floor_fen,
        "lot_no": lot.lot_no if lot else "", "produced_on": lot.produced_on if lot else None,
        "expires_on": lot.expires_on if lot else None,
    }  # fmt: skip
    return slips.freeze(tx, template, facts, _supplier(found.supplier_id), "product", found.id, document_no=number)


def freeze_voucher(tx: Tx, bought: BuyUp, found: Product) -> int:
    """Freezes the voucher of goods that were bought up, to be signed by the farmer."""
    number = bought.document_no or ""
    facts = _head(tx, number) | _goods(found) | {"quantity": bought.quantity, "amount_fen": bought.amount_fen}
    return slips.freeze(tx, VOUCHER, facts, _supplier(found.supplier_id), BUY_UP, bought.id, document_no=number)


def freeze_settlement(tx: Tx, settled: Settlement, rows: Sequence[Mapping[str, Any]]) -> int:
    """Freezes the settlement that the farmer signs; ``rows`` are what it pays, each with its facts or item blank."""
    number = settled.document_no or ""
    blanks = dict(_supplier(settled.supplier_id))
    written = []
    for place, row in enumerate(rows, 1):
        kept = dict(row)
        if kept.pop("is_free", False):
            blanks[f"item{place}"] = (CASE, row["sale_id"], "item_name")
            kept["blank"] = f"item{place}"
        written.append(kept)
    facts = _head(tx, number) | {"rows": written, "amount_fen": settled.amount_fen}
    return slips.freeze(tx, SETTLED, facts, blanks, SETTLEMENT, settled.id, document_no=number)


def freeze_sheet(tx: Tx, done: Stocktake, counts: Sequence[Count]) -> int:
    """Freezes the sheet of a finished stocktake (F13)."""
    rows = [
        _goods(one.product) | {"sku": one.product.sku, "book": one.book, "counted": one.counted, "reason": one.reason}
        for one in counts
    ]
    facts = _head(tx, done.document_no or "") | {"month": done.month, "rows": rows}
    return slips.freeze(tx, SHEET, facts, {}, STOCKTAKE, done.id, document_no=done.document_no)


def _head(tx: Tx, number: str) -> dict[str, Any]:
    station = tx.settings.station
    return {
        "station": station.name, "number": number,
        "at": clock.to_minute(tx.now, station.zone),
    }  # fmt: skip


def _goods(found: Product) -> dict[str, Any]:
    return {
        "name": found.name, "unit": found.unit, "size": found.unit_size, "origin": found.origin, "grade": found.grade,
        "ownership": str(found.ownership),
    }  # fmt: skip


def _supplier(supplier_id: int) -> dict[str, tuple[str, int, str]]:
    return {"supplier": (suppliers.CASE, supplier_id, "name")}


# How they read --------------------------------------------------------------------------------------------------------


def label(facts: Mapping[str, Any], blanks: Mapping[str, str]) -> Document:
    """The price label: name, origin, grade, unit and price, and the bar code that the counter scans."""
    blocks: list[Block] = [
        Text(facts["name"], align="center", size=2, bold=True, fit=True),
        Text(f"{money.yuan(facts['price_fen'])}/{facts['unit']}", align="center", size=3, bold=True, fit=True),
    ]
    for name, value in (
        (N_("产地"), facts["origin"]), (N_("等级"), facts["grade"]), (N_("规格"), facts["spec"]),
        (N_("标志"), say(QUALITY_MARKS[facts["quality_mark"]]) if facts["quality_mark"] else ""),
        (N_("生产者"), facts["maker"]), (N_("生产日期"), facts["produced_on"]), (N_("保质期至"), facts["expires_on"]),
    ):  # fmt: skip
        if value:
            blocks.append(Pair(say(name), value))
    blocks += [
        Code128(symbol(CodeKind.SKU, facts["sku"]), caption=False),
        Pair(say(N_("编号 {sku}"), sku=facts["sku"]), facts["on"]),
        Text(facts["station"], align="center"),
    ]
    return Document(say(N_("价签 {name}"), name=facts["name"]), tuple(blocks))


def goods_in(facts: Mapping[str, Any], blanks: Mapping[str, str]) -> Document:
    """What was taken from a supplier into consignment, at which prices; both sign."""
    return _goods_slip(facts, blanks, N_("代销收货单"), N_("货仍归供货人所有，售出后按公示标准扣佣金结算"))


def goods_back(facts: Mapping[str, Any], blanks: Mapping[str, str]) -> Document:
    """Unsold goods that their owner took back; both sign."""
    return _goods_slip(facts, blanks, N_("代销退货单"), N_("以上没有卖出的货已当面点清退回"))


def _goods_slip(facts: Mapping[str, Any], blanks: Mapping[str, str], title: str, words: str) -> Document:
    blocks = _top(facts, say(title))
    blocks += [
        Pair(say(N_("供货人")), _who(blanks)), Text(facts["name"], bold=True), *_about(facts),
        Pair(say(N_("数量")), show_quantity(facts["quantity"], facts["unit"], facts["size"]), bold=True),
    ]  # fmt: skip
    if title == N_("代销收货单"):
        blocks.append(Pair(say(N_("标价")), f"{money.yuan(facts['price_fen'])}/{facts['unit']}"))
        blocks.append(Pair(say(N_("底价")), f"{money.yuan(facts['floor_fen'])}/{facts['unit']}"))
    blocks += [Text(say(words)), *_signatures()]
    return Document(say(N_("{title} {number}"), title=say(title), number=facts["number"]), tuple(blocks))


def voucher(facts: Mapping[str, Any], blanks: Mapping[str, str]) -> Document:
    """The purchase voucher of goods bought up; the farmer signs for the money."""
    blocks = _top(facts, say(N_("收购凭证")))
    blocks += [
        Pair(say(N_("出售人")), _who(blanks)), Text(facts["name"], bold=True), *_about(facts),
        Pair(say(N_("数量")), show_quantity(facts["quantity"], facts["unit"], facts["size"]), bold=True),
        Pair(say(N_("付款")), money.yuan(facts["amount_fen"]), bold=True), *_signatures(),
    ]  # fmt: skip
    return Document(say(N_("收购凭证 {number}"), number=facts["number"]), tuple(blocks))


def settled(facts: Mapping[str, Any], blanks: Mapping[str, str]) -> Document:
    """The settlement: each sale with its commission, what was taken back or compensated, the sum; the farmer signs."""
    blocks = _top(facts, say(N_("代销结算单")))
    blocks += [Pair(say(N_("供货人")), _who(blanks)), Rule()]
    for row in facts["rows"]:
        item = blanks.get(row["blank"], "") if "blank" in row else row["item"]
        blocks.append(Text(f"{row['on'][5:]} {_KINDS[row['kind']]()}{item} {row['quantity']}".rstrip()))
        if row["kind"] == "sale":
            how = say(N_("售 {amount}，佣金 {commission}"), amount=money.yuan(row["amount_fen"]), commission=money.yuan(row["commission_fen"]))  # fmt: skip
            blocks.append(Pair("  " + how, money.yuan(row["owed_fen"])))
        else:
            blocks.append(Pair("", money.yuan(row["owed_fen"])))
    blocks += [Rule(), Pair(say(N_("应付合计")), money.yuan(facts["amount_fen"]), bold=True), *_signatures()]
    return Document(say(N_("代销结算单 {number}"), number=facts["number"]), tuple(blocks))


_KINDS = {
    "sale": lambda: "",
    "sale_undone": lambda: say(N_("退货 ")),
    "compensation": lambda: say(N_("赔付 ")),
}


def sheet(facts: Mapping[str, Any], blanks: Mapping[str, str]) -> Document:
    """The stocktake sheet (F13): item, book, counted, difference, reason."""
    blocks = _top(facts, say(N_("盘点表 {month}"), month=facts["month"]))
    blocks.append(_row(say(N_("商品")), say(N_("账面")), say(N_("实点")), say(N_("差异"))))
    blocks.append(Rule())
    for row in facts["rows"]:
        shown = [show_quantity(row[name], row["unit"], row["size"]) for name in ("book", "counted")]
        difference = row["counted"] - row["book"]
        blocks.append(_row(row["name"], *shown, show_quantity(difference, row["unit"], row["size"])))
        if difference:
            blocks.append(Text("  " + say(N_("原因：{reason}"), reason=say(REASONS[row["reason"]]))))
    if not facts["rows"]:
        blocks.append(Text(say(N_("没有库存商品"))))
    wrong = sum(1 for row in facts["rows"] if row["counted"] != row["book"])
    blocks += [
        Rule(), Text(say(N_("共 {count} 种，{wrong} 种有差异"), count=len(facts["rows"]), wrong=wrong)),
        Feed(1), Text(say(N_("盘点人：__________"))), Text(say(N_("监盘人：__________"))),
    ]  # fmt: skip
    return Document(say(N_("盘点表 {number}"), number=facts["number"]), tuple(blocks))


def _top(facts: Mapping[str, Any], title: str) -> list[Block]:
    return [
        Text(facts["station"], align="center", size=2, fit=True), Text(title, align="center", bold=True),
        Pair(facts["number"], facts["at"]), Rule(),
    ]  # fmt: skip


def _about(facts: Mapping[str, Any]) -> list[Block]:
    said = [
        (N_("产地"), facts["origin"]), (N_("等级"), facts["grade"]), (N_("批号"), facts.get("lot_no", "")),
        (N_("生产日期"), facts.get("produced_on")), (N_("保质期至"), facts.get("expires_on")),
        (N_("方式"), say(OWNERSHIP_WORDS[Ownership(facts["ownership"])])),
    ]  # fmt: skip
    return [Pair(say(name), value) for name, value in said if value]


def _who(blanks: Mapping[str, str]) -> str:
    return masked(blanks["supplier"], "name") if "supplier" in blanks else ""


def _signatures() -> list[Block]:
    return [Feed(1), Text(say(N_("供货人签字：__________"))), Feed(1), Text(say(N_("经办人签字：__________")))]


def _row(name: str, *cells: str) -> Row:
    return Row((Cell(name, 3), *(Cell(cell, 2, "right") for cell in cells)))


slips.register_template(LABEL, 1, label)
slips.register_template(GOODS_IN, 1, goods_in)
slips.register_template(GOODS_BACK, 1, goods_back)
slips.register_template(VOUCHER, 1, voucher)
slips.register_template(SETTLED, 1, settled)
slips.register_template(SHEET, 1, sheet)
