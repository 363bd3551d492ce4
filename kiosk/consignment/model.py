"""A sale on consignment: its states and what is recorded of it. The goods stay the supplier's until they are sold."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from enum import StrEnum

from kiosk import audit
from kiosk.words import N_

CASE = "consignment_sale"
SERVICE = "consignment"
RETENTION = "money"
#: The item whose fee is the station's commission, kept from what is owed to the supplier.
FEE_CODES = ("consignment",)


class SaleState(StrEnum):
    RECORDED = "recorded"
    SOLD = "sold"
    PAID_OUT = "paid_out"
    CANCELLED = "cancelled"


#: The supplier still has money to get.
OWED = frozenset({SaleState.SOLD})


@dataclass(frozen=True, slots=True)
class Sale:
    """One sale; the supplier gets ``amount_fen`` less ``commission_fen``."""

    id: int
    state: str
    quantity: int
    unit: str
    amount_fen: int
    commission_fen: int
    recorded_on: str
    recorded_at: str
    sold_on: str | None

    @property
    def owed_fen(self) -> int:
        """What the supplier gets."""
        return self.amount_fen - self.commission_fen

    @classmethod
    def of(cls, row: sqlite3.Row) -> Sale:
        return cls(**{name: row[name] for name in cls.__slots__})


audit.register(
    "consignment.recorded",
    N_("登记代销 {sale_id}：金额 {amount_fen} 分"),
    sale_id=audit.ID,
    amount_fen=audit.NUMBER,
)
audit.register(
    "consignment.sold",
    N_("代销 {sale_id} 售出：佣金 {commission_fen} 分，应付货主 {owed_fen} 分"),
    sale_id=audit.ID,
    commission_fen=audit.NUMBER,
    owed_fen=audit.NUMBER,
    business_on=audit.TIME,
)
audit.register("consignment.cancelled", N_("取消代销 {sale_id}"), sale_id=audit.ID, business_on=audit.TIME)
