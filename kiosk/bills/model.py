"""A bill: its kinds, states and the few words that are chosen from (domain.md §6)."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from kiosk.words import N_

CASE = "bill"
SERVICE = "bill"
RETENTION = "money"


class BillKind(StrEnum):
    WATER = "water"
    POWER = "power"
    GAS = "gas"
    BROADBAND = "broadband"
    MOBILE = "mobile"
    TV = "tv"


KIND_WORDS: Mapping[str, str] = {
    BillKind.WATER: N_("水费"),
    BillKind.POWER: N_("电费"),
    BillKind.GAS: N_("燃气费"),
    BillKind.BROADBAND: N_("宽带费"),
    BillKind.MOBILE: N_("话费充值"),
    BillKind.TV: N_("有线电视费"),
}


class BillState(StrEnum):
    RECORDED = "recorded"
    RECEIVED = "received"  # the villager's money is in the drawer
    SUBMITTED = "submitted"  # sent on the biller's channel
    UNCONFIRMED = "unconfirmed"  # 结果未确认: never tried again before somebody has looked
    CONFIRMED = "confirmed"
    FAILED = "failed"
    REFUNDED = "refunded"
    CANCELLED = "cancelled"  # taken off the ticket before any money


STATE_WORDS: Mapping[str, str] = {
    BillState.RECORDED: N_("已登记，未收款"),
    BillState.RECEIVED: N_("已收款，待缴"),
    BillState.SUBMITTED: N_("已提交"),
    BillState.UNCONFIRMED: N_("结果未确认"),
    BillState.CONFIRMED: N_("已缴成"),
    BillState.FAILED: N_("没缴成，待退款"),
    BillState.REFUNDED: N_("已退款"),
    BillState.CANCELLED: N_("已取消"),
}

#: What may follow a state; the database holds the same (``guards_bills.sql``).
NEXT: Mapping[str, frozenset[str]] = {
    BillState.RECORDED: frozenset({BillState.RECEIVED, BillState.CANCELLED}),
    BillState.RECEIVED: frozenset({BillState.SUBMITTED, BillState.REFUNDED}),
    BillState.SUBMITTED: frozenset({BillState.UNCONFIRMED, BillState.CONFIRMED}),
    BillState.UNCONFIRMED: frozenset({BillState.CONFIRMED, BillState.FAILED}),
    BillState.CONFIRMED: frozenset(),
    BillState.FAILED: frozenset({BillState.REFUNDED}),
    BillState.REFUNDED: frozenset(),
    BillState.CANCELLED: frozenset(),
}

#: Through what a bill is paid on.
CHANNEL_WORDS: Mapping[str, str] = {
    "wechat": N_("微信生活缴费"),
    "alipay": N_("支付宝生活缴费"),
    "bank_app": N_("银行手机 App"),
    "carrier_app": N_("缴费单位自己的 App"),
    "counter": N_("缴费单位柜台"),
    "county_platform": N_("县平台"),
}

#: How an unknown outcome was looked up.
LOOK_UP_WORDS: Mapping[str, str] = {
    "app": N_("看缴费软件里的账单"),
    "hotline": N_("打客服电话"),
    "counter": N_("到营业厅问"),
    "customer": N_("村民那边已到账"),
}

FAIL_WORDS: Mapping[str, str] = {
    "rejected": N_("缴费单位没有受理"),
    "wrong_account": N_("户号不对或已销户"),
    "paid_already": N_("这期已由别人缴过"),
    "sent_back": N_("渠道已把钱退回"),
    "other": N_("其他原因"),
}


#: The station still holds the villager's money.
HOLDS_MONEY = frozenset({BillState.RECEIVED, BillState.SUBMITTED, BillState.UNCONFIRMED, BillState.FAILED})
#: A second bill of the same account and period stops and asks.
COUNTS_AS_PAID = frozenset(
    {BillState.RECORDED, BillState.RECEIVED, BillState.SUBMITTED, BillState.UNCONFIRMED, BillState.CONFIRMED}
)
#: A second one is refused whatever the operator says: the first may be at the biller.
UNDER_WAY = frozenset({BillState.SUBMITTED, BillState.UNCONFIRMED})
#: Not finished: listed at the close and carried over.
OPEN_STATES = HOLDS_MONEY


def fee_codes(kind: str) -> tuple[str, ...]:
    """The fee items that price a kind, the particular one first."""
    return (f"bill.{kind}", "bill")


@dataclass(frozen=True, slots=True)
class Bill:
    """One payment for one account; ``amount_fen`` is what the biller gets, ``late_fee_fen`` the part of it that is 违约金."""

    id: int
    state: str
    biller: str
    kind: str
    bill_period: str
    amount_fen: int
    late_fee_fen: int
    months: int
    account_hash: str | None
    is_card_meter: int
    is_paid_again: int
    is_read_back: int
    is_holder_confirmed: int
    recorded_on: str
    recorded_at: str
    received_on: str | None
    received_at: str | None
    channel: str
    paid_from: str
    submitted_at: str | None
    looked_up_at: str | None
    looked_up_by: str
    outcome_on: str | None
    outcome_at: str | None
    fail_reason: str
    serial_no: str
    voucher_no: str
    balance_before_fen: int | None
    balance_after_fen: int | None
    is_card_written: int | None
    entry_id: int | None
    refunded_on: str | None

    @property
    def party(self) -> str:
        """The party under which the ledger holds its money."""
        return f"{CASE}:{self.id}"

    @classmethod
    def of(cls, row: sqlite3.Row) -> Bill:
        return cls(**{name: row[name] for name in cls.__slots__})


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a bill as it was taken."""

    state: str
    business_on: str
    at: str
    by_kind: str
    by_id: int
