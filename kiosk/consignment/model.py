"""A sale of goods: its states and what is recorded of it. Goods on consignment stay the supplier's until they are sold;
goods bought up are the station's own."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from enum import StrEnum

from kiosk import audit
from kiosk.words import N_

CASE = "consignment_sale"
SERVICE = "consignment"
RETENTION = "money"
#: The item whose fee is the station's commission, kept from what is owed to the supplier. One of a category stands
#: before it: ``consignment.egg``.
FEE_CODES = ("consignment",)


class SaleState(StrEnum):
    RECORDED = "recorded"
    SOLD = "sold"
    PAID_OUT = "paid_out"
    CANCELLED = "cancelled"


class Ownership(StrEnum):
    CONSIGNMENT = "consignment"  # 代销: the owner keeps the title until it is sold
    BUY_UP = "buy_up"  # 收购: the station has bought it


class Channel(StrEnum):
    COUNTER = "counter"
    ONLINE = "online"


OWNERSHIP_WORDS = {Ownership.CONSIGNMENT: N_("代销"), Ownership.BUY_UP: N_("收购")}
CHANNEL_WORDS = {Channel.COUNTER: N_("柜台"), Channel.ONLINE: N_("网销")}
STATE_WORDS = {
    SaleState.RECORDED: N_("在单上"),
    SaleState.SOLD: N_("已售出，未结算"),
    SaleState.PAID_OUT: N_("已结算"),
    SaleState.CANCELLED: N_("已取消"),
}
#: Sold, and the money not given back.
STANDING = frozenset({SaleState.SOLD, SaleState.PAID_OUT})
#: The supplier still has money to get.
OWED = frozenset({SaleState.SOLD})


@dataclass(frozen=True, slots=True)
class Sale:
    """One sale; the supplier gets ``amount_fen`` less ``commission_fen``, of goods bought up nothing more.

    ``product_id`` is None for a sale typed without stock; ``supplier_id`` None for one made before suppliers were kept.
    """

    id: int
    state: str
    ownership: str
    channel: str
    product_id: int | None
    supplier_id: int | None
    quantity: int
    unit: str
    unit_size: int
    amount_fen: int
    commission_fen: int
    cost_fen: int
    platform: str
    online_shop: str
    platform_order_no: str
    paid_into: str
    waybill_no: str | None
    shipped_on: str | None
    assigned_entry_id: int | None
    recorded_on: str
    recorded_at: str
    sold_on: str | None
    cancelled_on: str | None

    @property
    def owed_fen(self) -> int:
        """What the supplier gets."""
        return self.amount_fen - self.commission_fen if self.ownership == Ownership.CONSIGNMENT else 0

    @property
    def party(self) -> str:
        """Whom the ledger owes it to."""
        return party(self.supplier_id)

    @classmethod
    def of(cls, row: sqlite3.Row) -> Sale:
        return cls(**{name: row[name] for name in cls.__slots__})


@dataclass(frozen=True, slots=True)
class SaleLot:
    """A part of a sale: what it takes from one lot, and what that cost the station."""

    lot_id: int
    quantity: int
    cost_fen: int


def party(supplier_id: int | None) -> str:
    """A supplier in the ledger; '' for sales made before suppliers were kept."""
    return f"supplier:{supplier_id}" if supplier_id is not None else ""


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
audit.register("consignment.shipped", N_("网销 {sale_id} 已寄出"), sale_id=audit.ID, business_on=audit.TIME)
audit.register(
    "consignment.supplier_named",
    N_("代销 {sale_id} 归到供货人 {supplier_id}：{amount_fen} 分"),
    sale_id=audit.ID,
    supplier_id=audit.ID,
    amount_fen=audit.NUMBER,
)
