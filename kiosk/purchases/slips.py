"""How a proxy purchase stands on a ticket and its receipt, the printable request form and the notice of arrival; pure but
for the freezing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from kiosk import clock, money, vault
from kiosk.codes import mask_name, mask_phone
from kiosk.fees import Quote
from kiosk.ledger import Account
from kiosk.printing import slips
from kiosk.printing.document import Block, Cut, Document, Feed, Pair, Rule, Text
from kiosk.printing.model import ColumnBlank
from kiosk.purchases import platforms
from kiosk.purchases.model import CASE, CATEGORY_WORDS, PAID_BY_WORDS, SERVICE, Category, Purchase
from kiosk.purchases.position import of_line, party
from kiosk.storage import Tx
from kiosk.till.model import Blank, NewLine
from kiosk.words import N_, say

REQUEST_FORM = "purchase_request"
ARRIVAL_NOTICE = "purchase_arrival"
_WRITE = "________________"


def line(purchase: Purchase, quote: Quote) -> NewLine:
    """The line of a purchase: the advance is held for it, the fee is the station's."""
    return NewLine(
        service=SERVICE, act="receive", case_kind=CASE, case_id=purchase.id, label=N_("代购 {item} × {quantity}"),
        facts={"quantity": purchase.quantity}, blanks={"item": Blank(CASE, purchase.id, "item_name")},
        txn_amount_fen=purchase.amount_fen or 0, principal_fen=purchase.advance_fen,
        principal_account=Account.HELD_FOR_PURCHASES, party=party(purchase.id), fee_fen=quote.fee_fen, quote=quote,
        basis={"quantity": purchase.quantity, "amount_fen": purchase.amount_fen or 0},
    )  # fmt: skip


def balance_line(purchase: Purchase, *, method: str = "") -> NewLine:
    """The line by which the customer pays what is owed; ``method`` (how the customer is checked) hands the goods over
    with it. The purchase was counted when it was taken."""
    account, more = of_line(purchase, purchase.owed_fen)
    facts: dict[str, Any] = {"quantity": purchase.quantity}
    return NewLine(
        service=SERVICE, act="deliver" if method else "balance", case_kind=CASE, case_id=purchase.id,
        label=N_("代购货款 {item} × {quantity}"), facts=facts | ({"method": method} if method else {}),
        blanks={"item": Blank(CASE, purchase.id, "item_name")}, txn_count=0, principal_fen=purchase.owed_fen,
        principal_account=account, party=party(purchase.id), more=more,
    )  # fmt: skip


def payout_line(purchase: Purchase) -> NewLine:
    """The line by which the customer gets back what is theirs."""
    account, more = of_line(purchase, purchase.owed_fen)
    return NewLine(
        service=SERVICE, act="payout", case_kind=CASE, case_id=purchase.id, label=N_("退代购款 {item} × {quantity}"),
        facts={"quantity": purchase.quantity}, blanks={"item": Blank(CASE, purchase.id, "item_name")}, txn_count=0,
        principal_fen=purchase.owed_fen, principal_account=account, party=party(purchase.id), more=more,
    )  # fmt: skip


def freeze_request_form(tx: Tx, purchase: Purchase) -> int:
    """Freezes the request as a form to be signed (LY-11 填报需求); returns the slip's id."""
    facts = _facts(tx, purchase) | {
        "category": purchase.category, "budget_fen": purchase.budget_fen, "amount_fen": purchase.amount_fen,
        "advance_fen": purchase.advance_fen, "paid_by": purchase.paid_by,
        "platform": platforms.name_of(tx, purchase.platform), "registration_no": purchase.registration_no,
        "needs_registration": bool(purchase.needs_registration),
        "three": [bool(purchase.has_producer_name), bool(purchase.has_producer_address), bool(purchase.has_certificate)],
    }  # fmt: skip
    return slips.freeze(tx, REQUEST_FORM, facts, _blanks(purchase.id), CASE, purchase.id)


def freeze_arrival(tx: Tx, purchase: Purchase, pickup_codes: list[str]) -> int:
    """Freezes the notice that the goods are here, with what is still to pay; returns the slip's id."""
    facts = _facts(tx, purchase) | {
        "pickup_codes": pickup_codes, "owed_fen": max(0, purchase.owed_fen), "address": tx.settings.station.address,
        "hours": tx.settings.station.hours, "station_phone": tx.settings.station.phone,
    }  # fmt: skip
    return slips.freeze(tx, ARRIVAL_NOTICE, facts, _blanks(purchase.id), CASE, purchase.id)


def request_form(facts: Mapping[str, Any], blanks: Mapping[str, str]) -> Document:
    """需求单: what is wished, by whom, up to what price, and room for the signature."""
    blocks: list[Block] = [
        Text(facts["station"], align="center", bold=True),
        Text(say(N_("代购需求单")), align="center", size=2, bold=True, fit=True),
        Pair(facts["request_no"], facts["at"]),
        Rule(),
        Pair(say(N_("村民")), _masked(blanks.get("name", ""), mask_name)),
        Pair(say(N_("电话")), _masked(blanks.get("phone") or blanks.get("tail", ""), mask_phone)),
        Pair(say(N_("类别")), say(CATEGORY_WORDS[facts["category"]])),
        Text(say(N_("品名：{value}"), value=blanks.get("item", ""))),
        Text(say(N_("规格：{value}"), value=blanks.get("spec") or _WRITE)),
        Pair(say(N_("数量")), str(facts["quantity"])),
        Pair(say(N_("预算")), money.yuan(facts["budget_fen"]) if facts["budget_fen"] is not None else _WRITE),
    ]
    if facts["category"] == Category.FARM_INPUTS:
        number = facts["registration_no"] or (_WRITE if facts["needs_registration"] else say(N_("无需登记")))
        blocks.append(Pair(say(N_("登记证号")), number))
        names = (N_("有生产厂名"), N_("有生产厂址"), N_("有质量合格证"))
        for name, is_there in zip(names, facts["three"], strict=True):
            blocks.append(Pair(say(name), say(N_("是")) if is_there else "____"))
    if facts["amount_fen"] is not None:
        blocks += [
            Rule(),
            Pair(say(N_("报价")), money.yuan(facts["amount_fen"]), bold=True),
            Pair(say(N_("谁付款")), say(PAID_BY_WORDS[facts["paid_by"]])),
            Pair(say(N_("预收款")), money.yuan(facts["advance_fen"])),
        ]
        if facts["platform"]:
            blocks.append(Pair(say(N_("平台")), facts["platform"]))
    blocks += [
        Rule(),
        Text(say(N_("价格以下单时为准，有变动先征得村民同意。"))),
        Feed(1),
        Text(say(N_("村民签字：__________"))),
        Text(say(N_("经办人：__________"))),
        Cut(),
    ]
    return Document(say(N_("代购需求单 {number}"), number=facts["request_no"]), tuple(blocks))


def arrival_notice(facts: Mapping[str, Any], blanks: Mapping[str, str]) -> Document:
    """到货通知: what has come, by which code it is collected and what is still to pay."""
    name, tail = blanks.get("name", ""), blanks.get("tail", "")
    erased = say(vault.ERASED)
    parts = (mask_name(name), say(N_("尾号 {tail}"), tail=tail) if tail else "")
    person = erased if erased in (name, tail) else "  ".join(part for part in parts if part)
    blocks: list[Block] = [
        Text(facts["station"], align="center", bold=True),
        Text(say(N_("代购到货通知")), align="center", size=2, bold=True, fit=True),
        Pair(facts["request_no"], facts["at"]),
    ]
    if person:
        blocks.append(Text(person, align="center", size=2, bold=True, fit=True))
    blocks += [
        Rule(),
        Text(say(N_("您代购的 {item} × {quantity} 已到"), item=blanks.get("item", ""), quantity=facts["quantity"])),
    ]
    for code in facts["pickup_codes"]:
        blocks.append(
            Text(say(N_("凭取件码 {pickup_code} 取件"), pickup_code=code), align="center", size=2, bold=True, fit=True)
        )
    blocks.append(Pair(say(N_("取货时应付")), money.yuan(facts["owed_fen"]), bold=True))
    for words, value in (
        (N_("地址：{value}"), facts["address"]),
        (N_("时间：{value}"), facts["hours"]),
        (N_("电话：{value}"), facts["station_phone"]),
    ):
        if value:
            blocks.append(Text(say(words, value=value)))
    blocks += [Text(say(N_("请当面验货；有问题当面说，七日内可以退换（定作、鲜活易腐等除外）"))), Cut()]
    return Document(say(N_("代购到货通知 {number}"), number=facts["request_no"]), tuple(blocks))


def _masked(value: str, mask: Callable[[str], str]) -> str:
    """What others may see of a personal value; room to write where there is none. The form lies open on the counter."""
    if not value:
        return _WRITE
    return value if value == say(vault.ERASED) else mask(value)


def _facts(tx: Tx, purchase: Purchase) -> dict[str, Any]:
    station = tx.settings.station
    return {
        "station": station.name, "request_no": purchase.request_no, "quantity": purchase.quantity,
        "at": clock.to_minute(tx.now, station.zone),
    }  # fmt: skip


def _blanks(purchase_id: int) -> dict[str, ColumnBlank | tuple[str, int, str]]:
    return {
        "tail": ColumnBlank("purchases", purchase_id, "phone_tail"),
        "item": (CASE, purchase_id, "item_name"), "spec": (CASE, purchase_id, "spec"),
        "name": (CASE, purchase_id, "customer_name"), "phone": (CASE, purchase_id, "phone"),
    }  # fmt: skip


slips.register_blank_column("purchases", "phone_tail")
slips.register_template(REQUEST_FORM, 1, request_form)
slips.register_template(ARRIVAL_NOTICE, 1, arrival_notice)
