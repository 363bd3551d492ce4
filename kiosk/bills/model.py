"""A bill: its kinds and states (domain.md §6), and what is recorded of it."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from kiosk import audit
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
    """One payment for one account; ``amount_fen`` is what the biller gets."""

    id: int
    state: str
    biller: str
    kind: str
    bill_period: str
    amount_fen: int
    recorded_on: str
    recorded_at: str
    received_on: str | None

    @classmethod
    def of(cls, row: sqlite3.Row) -> Bill:
        return cls(**{name: row[name] for name in cls.__slots__})


audit.register(
    "bill.recorded",
    N_("登记缴费 {bill_id}：{kind}，金额 {amount_fen} 分"),
    bill_id=audit.ID,
    kind=audit.ENUM,
    amount_fen=audit.NUMBER,
    is_paid_again=audit.NUMBER,
)
audit.register(
    "bill.received",
    N_("缴费 {bill_id} 已收款 {amount_fen} 分"),
    bill_id=audit.ID,
    amount_fen=audit.NUMBER,
    business_on=audit.TIME,
)
audit.register("bill.cancelled", N_("取消缴费 {bill_id}"), bill_id=audit.ID)
audit.register(
    "bill.refunded",
    N_("缴费 {bill_id} 退款 {amount_fen} 分"),
    bill_id=audit.ID,
    amount_fen=audit.NUMBER,
    business_on=audit.TIME,
)
