"""A proxy purchase: its states (domain.md §6), who pays the shop, what is recorded of it. What the customer is to pay,
has paid, and what the shop got are three numbers; whatever the station holds or has advanced follows from them."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from kiosk import audit
from kiosk.words import N_

#: The kind under which personal values lie in the vault and lines name the case.
CASE = "purchase"
SERVICE = "purchase"
RETENTION = "money"
#: The fee item that must be published before a purchase is taken.
FEE_CODES = ("purchase",)
#: Days from receipt within which goods may be sent back without a reason (消保法 art. 25).
RETURN_DAYS = 7


class PurchaseState(StrEnum):
    REQUESTED = "requested"
    QUOTED = "quoted"
    ORDERED = "ordered"
    SHIPPED = "shipped"
    ARRIVED = "arrived"
    HANDED_OVER = "handed_over"
    CLOSED = "closed"
    CANCELLED = "cancelled"
    RETURNING = "returning"
    REFUNDED = "refunded"
    EXCHANGED = "exchanged"


STATE_WORDS: Mapping[str, str] = {
    PurchaseState.REQUESTED: N_("待报价"),
    PurchaseState.QUOTED: N_("已报价"),
    PurchaseState.ORDERED: N_("已下单"),
    PurchaseState.SHIPPED: N_("在途"),
    PurchaseState.ARRIVED: N_("已到货"),
    PurchaseState.HANDED_OVER: N_("已交付"),
    PurchaseState.CLOSED: N_("已结案"),
    PurchaseState.CANCELLED: N_("已取消"),
    PurchaseState.RETURNING: N_("退换中"),
    PurchaseState.REFUNDED: N_("已退款"),
    PurchaseState.EXCHANGED: N_("已换货"),
}
#: Nothing more is expected; only the law brings a closed one back (a hidden fault).
ENDED = frozenset(
    {PurchaseState.CLOSED, PurchaseState.CANCELLED, PurchaseState.REFUNDED, PurchaseState.EXCHANGED}
)  # fmt: skip
#: Not finished: listed at the close and carried over. Handed over waits only for its deadline.
OPEN_STATES = frozenset(PurchaseState) - ENDED - {PurchaseState.HANDED_OVER}
#: The shop was paid and the goods are not with the customer.
UNDER_WAY = frozenset({PurchaseState.ORDERED, PurchaseState.SHIPPED, PurchaseState.ARRIVED})
#: After so many days in a state somebody should ask (CUO-15: handed over promptly).
STALE_DAYS: Mapping[str, int] = {
    PurchaseState.REQUESTED: 3,
    PurchaseState.QUOTED: 3,
    PurchaseState.ORDERED: 5,
    PurchaseState.SHIPPED: 10,
    PurchaseState.ARRIVED: 3,
    PurchaseState.HANDED_OVER: 15,
    PurchaseState.RETURNING: 10,
}


class PaidBy(StrEnum):
    """Who pays the shop: the customer through the station beforehand, the station, to be paid back on delivery (垫付),
    or the customer directly on the platform, so that no money of the goods passes the till."""

    CUSTOMER = "customer"
    STATION = "station"
    DIRECT = "direct"


PAID_BY_WORDS: Mapping[str, str] = {
    PaidBy.CUSTOMER: N_("村民付款"),
    PaidBy.STATION: N_("站点垫付"),
    PaidBy.DIRECT: N_("村民自己在平台付"),
}
PAID_FROM_WORDS: Mapping[str, str] = {
    "wechat": N_("微信"),
    "alipay": N_("支付宝"),
    "unionpay": N_("云闪付"),
    "bank_card": N_("银行卡"),
    "owner": N_("站长自己的钱"),
}


class Category(StrEnum):
    LIVING = "living"
    PRODUCTION = "production"
    FARM_INPUTS = "farm_inputs"
    OTHER = "other"


CATEGORY_WORDS: Mapping[str, str] = {
    Category.LIVING: N_("生活用品"),
    Category.PRODUCTION: N_("生产用品"),
    Category.FARM_INPUTS: N_("农资（种子、化肥、农药）"),
    Category.OTHER: N_("其他"),
}
#: 三无: goods without any of these are not bought for anybody's fields.
THREE_NOS: Mapping[str, str] = {
    "has_producer_name": N_("有生产厂名"),
    "has_producer_address": N_("有生产厂址"),
    "has_certificate": N_("有质量合格证"),
}


class NoReturn(StrEnum):
    """Goods that the law leaves out of the return without a reason (消保法 art. 25)."""

    NONE = ""
    CUSTOM_MADE = "custom_made"
    PERISHABLE = "perishable"
    DIGITAL = "digital"
    NEWSPAPERS = "newspapers"


NO_RETURN_WORDS: Mapping[str, str] = {
    NoReturn.NONE: N_("适用七日无理由退货"),
    NoReturn.CUSTOM_MADE: N_("定作的商品，不适用"),
    NoReturn.PERISHABLE: N_("鲜活易腐，不适用"),
    NoReturn.DIGITAL: N_("拆封的音像软件等，不适用"),
    NoReturn.NEWSPAPERS: N_("交付的报纸期刊，不适用"),
}


class EndReason(StrEnum):
    """Why a purchase is called off or goods go back."""

    NO_REASON = "no_reason"
    QUALITY = "quality"
    WRONG_ITEM = "wrong_item"
    DAMAGED = "damaged"
    NOT_AVAILABLE = "not_available"
    TOO_DEAR = "too_dear"
    OTHER = "other"


CANCEL_WORDS: Mapping[str, str] = {
    EndReason.NO_REASON: N_("村民不要了"),
    EndReason.NOT_AVAILABLE: N_("买不到、没货"),
    EndReason.TOO_DEAR: N_("价格不合适"),
    EndReason.OTHER: N_("其他原因"),
}
RETURN_WORDS: Mapping[str, str] = {
    EndReason.NO_REASON: N_("无理由退货"),
    EndReason.QUALITY: N_("质量问题"),
    EndReason.WRONG_ITEM: N_("发错、与描述不符"),
    EndReason.DAMAGED: N_("破损、短少"),
    EndReason.OTHER: N_("其他原因"),
}
END_WORDS: Mapping[str, str] = {"": "", **CANCEL_WORDS, **RETURN_WORDS, EndReason.NO_REASON: N_("村民不要了")}


@dataclass(frozen=True, slots=True)
class Purchase:
    """One request, as its row stands. ``amount_fen`` is the price of the goods (None until quoted), ``due_fen`` what the
    customer is to have paid in the end, ``received_fen`` what they have, ``spent_fen`` what the shop got and kept."""

    id: int
    state: str
    state_since: str
    steps: int
    origin: str
    category: str
    quantity: int
    budget_fen: int | None
    registration_no: str
    needs_registration: int
    has_producer_name: int
    has_producer_address: int
    has_certificate: int
    platform: str
    online_shop: str
    platform_order_no: str | None
    amount_fen: int | None
    advance_fen: int
    paid_by: str
    due_fen: int
    received_fen: int
    spent_fen: int
    paid_from: str
    ends_as: str
    end_reason: str
    is_shop_settled: int
    no_return_reason: str
    is_disputed: int
    recorded_on: str
    recorded_at: str
    recorded_by_kind: str
    recorded_by_id: int
    received_on: str | None
    ordered_on: str | None
    expected_on: str | None
    arrived_on: str | None
    handed_over_on: str | None
    return_until_on: str | None
    ended_on: str | None
    phone_tail: str | None

    @classmethod
    def of(cls, row: sqlite3.Row) -> Purchase:
        return cls(**{name: row[name] for name in cls.__slots__})

    @property
    def request_no(self) -> str:
        """The number on the request form (需求编号)."""
        return f"DG{self.id:05d}"

    @property
    def state_words(self) -> str:
        """The state, marked; what was quoted says whether the customer has agreed."""
        if self.state == PurchaseState.QUOTED and self.received_on is not None:
            return N_("待下单")
        return STATE_WORDS[self.state]

    @property
    def owed_fen(self) -> int:
        """What the customer still pays; negative: what they get back."""
        return self.due_fen - self.received_fen if self.received_on is not None else 0

    @property
    def held_fen(self) -> int:
        """The customer's money that the station holds for this purchase."""
        return max(0, self.received_fen - self.spent_fen)

    @property
    def advanced_fen(self) -> int:
        """The station's money that the customer still owes for this purchase."""
        return max(0, self.spent_fen - self.received_fen)

    @property
    def is_level(self) -> bool:
        """Nobody owes anybody anything for it."""
        return self.due_fen == self.received_fen == self.spent_fen


#: Each step in a purchase's life, with the sentence of its record. All carry the same facts.
STEPS: Mapping[str, str] = {
    "recorded": N_("登记代购 {purchase_id}：金额 {amount_fen} 分，预收 {advance_fen} 分，{paid_by}"),
    "requested": N_("登记代购需求 {purchase_id}"),
    "quoted": N_("代购 {purchase_id} 报价 {amount_fen} 分，{paid_by}"),
    "received": N_("代购 {purchase_id} 已收预付款 {advance_fen} 分"),
    "withdrawn": N_("代购 {purchase_id} 的收款已撤销"),
    "price_changed": N_("代购 {purchase_id} 改价为 {amount_fen} 分"),
    "ordered": N_("代购 {purchase_id} 已下单，付给商家 {moved_fen} 分"),
    "waybill_added": N_("代购 {purchase_id} 登记了运单"),
    "parcel_joined": N_("代购 {purchase_id} 的快件到站"),
    "parcel_parted": N_("代购 {purchase_id} 的快件撤销入库"),
    "arrived": N_("代购 {purchase_id} 已到货"),
    "balance_received": N_("代购 {purchase_id} 收货款 {moved_fen} 分"),
    "paid_back": N_("代购 {purchase_id} 退给村民 {moved_fen} 分"),
    "part_handed_over": N_("代购 {purchase_id} 交付了一部分"),
    "handed_over": N_("代购 {purchase_id} 已交付"),
    "hand_over_undone": N_("撤销了代购 {purchase_id} 的交付"),
    "closed": N_("代购 {purchase_id} 结案"),
    "cancel_asked": N_("代购 {purchase_id} 要取消"),
    "cancelled": N_("取消代购 {purchase_id}"),
    "return_begun": N_("代购 {purchase_id} 开始退换"),
    "shop_refunded": N_("商家退回代购 {purchase_id} 的货款 {moved_fen} 分"),
    "refunded": N_("代购 {purchase_id} 退货退款办结"),
    "exchanged": N_("代购 {purchase_id} 换货办结"),
    "step_undone": N_("撤销了代购 {purchase_id} 的一步收付款"),
    "disputed": N_("代购 {purchase_id} 发生纠纷"),
    "dispute_settled": N_("代购 {purchase_id} 的纠纷已处理"),
    "noted": N_("代购 {purchase_id} 加了备注"),
    "corrected": N_("更正了代购 {purchase_id} 的内容"),
}
for _kind, _sentence in STEPS.items():
    audit.register(
        f"purchase.{_kind}",
        _sentence,
        purchase_id=audit.ID,
        step=audit.NUMBER,
        state=audit.ENUM,
        amount_fen=audit.NUMBER,
        advance_fen=audit.NUMBER,
        paid_by=audit.ENUM,
        moved_fen=audit.NUMBER,
        due_fen=audit.NUMBER,
        received_fen=audit.NUMBER,
        spent_fen=audit.NUMBER,
        business_on=audit.TIME,
    )
