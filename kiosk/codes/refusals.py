"""The words for a scan that is no waybill, as one says them over a counter: what it is, that nothing was kept, what to
scan instead. They name kinds only; the scan itself never gets into a sentence."""

from __future__ import annotations

from kiosk.codes.kinds import PARCEL, CodeKind, Recognised
from kiosk.errors import Refused
from kiosk.words import N_

_WORDS = {
    CodeKind.WAYBILL: N_("这是运单号。"),
    CodeKind.PICKUP_CODE: N_("这是取件码，不是运单号。请扫面单上的条码；要取件请转到出库。"),
    CodeKind.COMMAND: N_("这是指令码，不是运单号。它只在柜台上起作用。"),
    CodeKind.STAFF: N_("这是工牌码，不是运单号。它只用来换人。"),
    CodeKind.SHELF: N_("这是货架标签，不是运单号。请扫面单上的条码。"),
    CodeKind.RECEIPT: N_("这是收据上的码，不是运单号。请扫面单上的条码。"),
    CodeKind.OUTBOUND: N_("这是寄件标签，不是快递公司的运单号。请扫面单上的条码；要看这件请转到寄件。"),
    CodeKind.MANIFEST: N_("这是交接清单的码，不是运单号。请扫面单上的条码。"),
    CodeKind.PAYMENT_CODE: N_("这是付款码，不是运单号。什么也没有记下；请顾客收好手机，再扫面单上的条码。"),
    CodeKind.ID_NUMBER: N_("这是身份证号，不是运单号。本站不记身份证号，什么也没有留下；请扫面单上的条码。"),
    CodeKind.PHONE: N_("这是电话号码，不是运单号。请先扫面单上的条码，电话填在手机号一栏。"),
    CodeKind.PHONE_TAIL: N_("这是手机尾号，不是运单号。请先扫面单上的条码，尾号填在手机号一栏。"),
    CodeKind.GOODS: N_("这是商品条码，不是运单号。没有入库；请扫面单上的条码。"),
    CodeKind.SKU: N_("这是商品价签，不是运单号。没有入库；请扫面单上的条码。"),
    CodeKind.BOOK: N_("这像图书条码，也可能是邮政单号。是快件请点「是快件，入库」，不是就再扫面单上的条码。"),
    CodeKind.NOISE: N_("这不是运单条码，已略过。请扫面单上的一维码。"),
    CodeKind.UNREADABLE: N_("没读出运单号。运单号是 8 到 40 位字母或数字，请再扫一次，或手工输入。"),
}


def what_it_is(kind: CodeKind) -> str:
    """The marked sentence that tells an operator what was scanned and what to do next."""
    return _WORDS[kind]


def refusal(recognised: Recognised) -> Refused:
    """The refusal of a scan that was to be a waybill: code ``waybill.is_<kind>``, facts ``kind`` and ``length`` only.

    ValueError for a WAYBILL; a BOOK may be refused with it until the operator has answered.
    """
    if recognised.kind is CodeKind.WAYBILL:
        raise ValueError("a waybill is not refused for what it is")
    return Refused(
        f"waybill.is_{recognised.kind.value}",
        what_it_is(recognised.kind),
        kind=recognised.kind.value,
        length=recognised.length,
    )


def waybill_of(recognised: Recognised, *, book_is_parcel: bool = False) -> str:
    """The waybill number of a scan that may become a parcel; else raises its refusal. A book passes once asked."""
    if recognised.kind is CodeKind.WAYBILL or (book_is_parcel and recognised.kind in PARCEL):
        return recognised.waybill_no
    raise refusal(recognised)
