"""What a form that is offered again says of itself: the fields a person has typed, under the names that pages give them.
Choices and numbers of rows mean nothing without their page and are only counted."""

from __future__ import annotations

from collections.abc import Iterable

from kiosk.words import N_

_NAMES = {
    "name": N_("姓名"),
    "customer_name": N_("村民姓名"),
    "supplier_name": N_("供货人"),
    "holder_name": N_("户名"),
    "name_hint": N_("收件人"),
    "collected_by": N_("代取人"),
    "courier": N_("快递员"),
    "phone": N_("电话"),
    "phone_again": N_("再输一遍号码"),
    "q": N_("查找"),
    "waybill_no": N_("运单号"),
    "waybill": N_("运单号"),
    "pickup_code": N_("取件码"),
    "shelf": N_("货架"),
    "item_name": N_("品名"),
    "quantity": N_("数量"),
    "amount": N_("金额（元）"),
    "advance": N_("预收款（元）"),
    "given": N_("收现金（元）"),
    "float": N_("备用金（元）"),
    "account_no": N_("户号"),
    "bill_period": N_("账期"),
    "platform": N_("平台"),
    "declared": N_("应到件数"),
    "basis": N_("依据"),
    "approver": N_("谁批准"),
    "effective_on": N_("从哪天起执行"),
    "name_zh": N_("项目名称"),
    "note": N_("备注"),
    "remark": N_("备注"),
    "reason": N_("原因"),
}


def readable(fields: Iterable[tuple[str, str]]) -> tuple[list[tuple[str, str]], int]:
    """The typed fields as (marked name, value), and how many further ones there are."""
    shown, more = [], 0
    for name, value in fields:
        if name.startswith("_") or not value:
            continue
        if name in _NAMES and not (value.isascii() and value.replace("_", "").isalpha() and value.islower()):
            shown.append((_NAMES[name], value))
        else:
            more += 1
    return shown, more
