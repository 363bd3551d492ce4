"""What the heads of couriers' columns mean, as their systems write them, and what tells a phone from a head. Apart from the
reader, because a new export is one more word here and no code."""

from __future__ import annotations

import re
from collections.abc import Mapping

from kiosk.parcel_lists.model import Field

_HEADS: Mapping[Field, tuple[str, ...]] = {
    Field.WAYBILL: ("运单号", "运单编号", "快递单号", "快递号", "物流单号", "邮件号", "面单号", "单号", "waybill", "trackingno", "mailno"),
    Field.PHONE: (
        "收件人手机", "收件人电话", "收件手机", "收件电话", "收货人电话", "收货电话", "手机号", "手机号码", "联系电话", "手机", "电话",
        "电话号码", "收件人手机号", "尾号", "手机尾号", "phone", "mobile",
    ),
    Field.NAME: ("收件人姓名", "收件人", "收货人", "姓名", "收件人名称", "客户姓名", "name", "recipient"),
    Field.CARRIER: ("快递公司", "快递", "物流公司", "承运商", "公司", "carrier"),
    Field.SHELF: ("货架", "货架号", "货架-层", "库位", "架号", "shelf"),
    Field.PICKUP_CODE: ("取件码", "提货码", "取货码", "pickupcode"),
}  # fmt: skip
_MEANING = {word: field for field, words in _HEADS.items() for word in words}
#: Columns that nobody needs here and that tell of people: never shown, never carried on.
UNWANTED = ("地址", "身份证", "证件", "寄件", "发件", "物品", "品名", "商品", "备注", "留言")

_PHONE = re.compile(r"1[3-9][0-9]{9}(?:[-,#转][0-9]{1,4})?|[0-9]{3}\*{4}[0-9]{4}")


def is_phone(cell: str) -> bool:
    """Whether a cell is a phone, whole, virtual or masked; a bare tail could be any number."""
    return _PHONE.fullmatch(cell) is not None


def meaning(head: str) -> Field | None:
    """The field that a head means, however it is spaced or set in brackets; None when it means none."""
    plain = "".join(c for c in head.lower() if c.isalnum() or c == "-").replace("_", "")
    return _MEANING.get(plain)
