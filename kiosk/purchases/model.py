"""A proxy purchase: its states (domain.md §6), who pays the shop, and what is recorded of it."""

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


#: The station still holds the customer's advance.
HOLDS_ADVANCE = frozenset({PurchaseState.REQUESTED, PurchaseState.QUOTED})
#: Not finished: listed at the close and carried over.
OPEN_STATES = frozenset(PurchaseState) - {
    PurchaseState.HANDED_OVER,
    PurchaseState.CLOSED,
    PurchaseState.CANCELLED,
    PurchaseState.REFUNDED,
    PurchaseState.EXCHANGED,
}


class PaidBy(StrEnum):
    """Who pays the shop: the customer beforehand, or the station, to be paid back on delivery (垫付)."""

    CUSTOMER = "customer"
    STATION = "station"


PAID_BY_WORDS: Mapping[str, str] = {PaidBy.CUSTOMER: N_("村民付款"), PaidBy.STATION: N_("站点垫付")}


@dataclass(frozen=True, slots=True)
class Purchase:
    """One request; ``amount_fen`` is the price of the goods, ``advance_fen`` what the customer pays now."""

    id: int
    state: str
    quantity: int
    platform: str
    online_shop: str
    amount_fen: int
    advance_fen: int
    paid_by: str
    recorded_on: str
    recorded_at: str
    received_on: str | None

    @classmethod
    def of(cls, row: sqlite3.Row) -> Purchase:
        return cls(**{name: row[name] for name in cls.__slots__})


audit.register(
    "purchase.recorded",
    N_("登记代购 {purchase_id}：金额 {amount_fen} 分，预收 {advance_fen} 分，{paid_by}"),
    purchase_id=audit.ID,
    amount_fen=audit.NUMBER,
    advance_fen=audit.NUMBER,
    paid_by=audit.ENUM,
)
audit.register(
    "purchase.received",
    N_("代购 {purchase_id} 已收预付款 {advance_fen} 分"),
    purchase_id=audit.ID,
    advance_fen=audit.NUMBER,
    business_on=audit.TIME,
)
audit.register("purchase.cancelled", N_("取消代购 {purchase_id}"), purchase_id=audit.ID, business_on=audit.TIME)
