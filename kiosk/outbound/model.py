"""States of an outbound parcel and of the manifest that its courier signs, the words for what is ticked and chosen, and
the acts that are recorded. Freight is the carrier's money, whatever it passes through."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from kiosk import audit
from kiosk.words import N_

CASE = "outbound"
SERVICE = "outbound"
ACCEPT = "accept"
MANIFEST_CASE = "outbound_manifest"
REFUSAL_CASE = "outbound_refusal"
RETENTION = "parcel"
#: The published fee of the station for sending; the carrier's freight stands apart from it.
FEE_CODES = ("outbound",)
HEAVIEST_GRAMS = 500_000


class OutboundState(StrEnum):
    RECORDED = "recorded"  # stands on a ticket; no money yet
    ACCEPTED = "accepted"  # paid, waits for its courier
    GIVEN = "given"  # the courier has signed for it
    CANCELLED = "cancelled"  # taken off before any money
    RETURNED = "returned"  # back to its sender before any courier came, money given back


STATE_WORDS: Mapping[str, str] = {
    OutboundState.RECORDED: N_("待收款"),
    OutboundState.ACCEPTED: N_("待交快递员"),
    OutboundState.GIVEN: N_("已交快递员"),
    OutboundState.CANCELLED: N_("已取消"),
    OutboundState.RETURNED: N_("已退回寄件人"),
}
#: The carrier's freight was taken for these and is owed on (or was already paid on).
PAID_STATES = frozenset({OutboundState.ACCEPTED, OutboundState.GIVEN})


class ManifestState(StrEnum):
    OPEN = "open"
    GIVEN = "given"
    TAKEN_BACK = "taken_back"
    DROPPED = "dropped"


MANIFEST_WORDS: Mapping[str, str] = {
    ManifestState.OPEN: N_("正在交接"),
    ManifestState.GIVEN: N_("已交接"),
    ManifestState.TAKEN_BACK: N_("已撤销"),
    ManifestState.DROPPED: N_("没有交接"),
}


class PaidBy(StrEnum):
    SENDER = "sender"
    RECIPIENT = "recipient"


PAID_BY_WORDS: Mapping[str, str] = {
    PaidBy.SENDER: N_("寄付（寄件人付运费）"),
    PaidBy.RECIPIENT: N_("到付（收件人付运费）"),
}


class ItemKind(StrEnum):
    PRODUCE = "produce"
    FOOD = "food"
    CLOTHING = "clothing"
    DOCUMENTS = "documents"
    DAILY_GOODS = "daily_goods"
    ELECTRONICS = "electronics"
    MEDICINE = "medicine"
    RETURNED_GOODS = "returned_goods"
    OTHER = "other"


ITEM_WORDS: Mapping[str, str] = {
    ItemKind.PRODUCE: N_("农产品"),
    ItemKind.FOOD: N_("食品"),
    ItemKind.CLOTHING: N_("衣物鞋帽"),
    ItemKind.DOCUMENTS: N_("文件资料"),
    ItemKind.DAILY_GOODS: N_("日用品"),
    ItemKind.ELECTRONICS: N_("电子产品"),
    ItemKind.MEDICINE: N_("药品"),
    ItemKind.RETURNED_GOODS: N_("网购退货"),
    ItemKind.OTHER: N_("其他"),
}


class IdDocument(StrEnum):
    """What was shown. Only the kind is kept; the number goes into the carrier's own real-name app."""

    RESIDENT_ID = "resident_id"
    HOUSEHOLD_REGISTER = "household_register"
    PASSPORT = "passport"
    MILITARY_ID = "military_id"
    HK_MACAO_TAIWAN = "hk_macao_taiwan"
    FOREIGN_RESIDENT = "foreign_resident"
    CARRIER_APP = "carrier_app"


DOCUMENT_WORDS: Mapping[str, str] = {
    IdDocument.RESIDENT_ID: N_("居民身份证"),
    IdDocument.HOUSEHOLD_REGISTER: N_("户口簿"),
    IdDocument.PASSPORT: N_("护照"),
    IdDocument.MILITARY_ID: N_("军人证件"),
    IdDocument.HK_MACAO_TAIWAN: N_("港澳台通行证"),
    IdDocument.FOREIGN_RESIDENT: N_("外国人永久居留证"),
    IdDocument.CARRIER_APP: N_("快递公司实名码"),
}


class RefusalReason(StrEnum):
    PROHIBITED = "prohibited"
    INSPECTION_REFUSED = "inspection_refused"
    IDENTITY_FALSE = "identity_false"
    OTHER = "other"


REFUSAL_WORDS: Mapping[str, str] = {
    RefusalReason.PROHIBITED: N_("疑似禁寄物品"),
    RefusalReason.INSPECTION_REFUSED: N_("拒绝开箱验视"),
    RefusalReason.IDENTITY_FALSE: N_("不出示证件或实名不实"),
    RefusalReason.OTHER: N_("其他原因"),
}


class RefusalAction(StrEnum):
    RETURNED = "returned"
    POST_OFFICE_TOLD = "post_office_told"
    POLICE_TOLD = "police_told"
    KEPT_ASIDE = "kept_aside"


ACTION_WORDS: Mapping[str, str] = {
    RefusalAction.RETURNED: N_("当面退回"),
    RefusalAction.POST_OFFICE_TOLD: N_("报邮政管理部门"),
    RefusalAction.POLICE_TOLD: N_("报公安"),
    RefusalAction.KEPT_ASIDE: N_("暂存待查"),
}
#: Personal values in the vault, in the order in which pages show them.
PERSONAL = (
    "sender_name",
    "sender_phone",
    "sender_address",
    "recipient_name",
    "recipient_phone",
    "recipient_address",
    "item",
)


@dataclass(frozen=True, slots=True)
class Outbound:
    """One parcel that a villager sends. Amounts in fen; no personal value."""

    id: int
    outbound_no: str | None
    state: str
    carrier: str
    waybill_no: str | None
    item_kind: str
    quantity: int
    weight_grams: int
    weight_source: str
    insured_value_fen: int
    paid_by: str
    freight_fen: int
    premium_fen: int
    freight_source: str
    freight_zone: str
    id_document: str
    checked_at: str
    checked_by_kind: str
    checked_by_id: int
    phone_tail: str | None
    manifest_id: int | None
    recorded_on: str
    recorded_at: str
    accepted_on: str | None
    accepted_at: str | None
    given_at: str | None
    ended_at: str | None
    label_slip_id: int | None
    erased_at: str | None

    @property
    def carrier_fen(self) -> int:
        """What the sender pays for the carrier: freight and premium, nothing when the recipient pays (到付)."""
        return self.freight_fen + self.premium_fen if self.paid_by == PaidBy.SENDER else 0

    @property
    def party(self) -> str:
        """Whose money the freight is."""
        return f"carrier:{self.carrier}"

    @classmethod
    def of(cls, row: sqlite3.Row) -> Outbound:
        return cls(**{name: row[name] for name in cls.__slots__})


@dataclass(frozen=True, slots=True)
class Manifest:
    """A list of what one courier takes at once. ``pieces`` is final once it was given."""

    id: int
    manifest_no: str | None
    state: str
    carrier: str
    pieces: int
    chosen_id: int | None
    opened_on: str
    opened_at: str
    given_on: str | None
    given_at: str | None
    given_by_kind: str | None
    given_by_id: int | None
    slip_id: int | None
    ended_at: str | None

    @classmethod
    def of(cls, row: sqlite3.Row) -> Manifest:
        return cls(**{name: row[name] for name in cls.__slots__})


@dataclass(frozen=True, slots=True)
class Refusal:
    """Something that was not taken: the log that stays. What it was said to be lies in the vault."""

    id: int
    reason: str
    category: str
    word: str
    action: str
    carrier: str
    refused_on: str
    refused_at: str
    refused_by_kind: str
    refused_by_id: int

    @classmethod
    def of(cls, row: sqlite3.Row) -> Refusal:
        return cls(**{name: row[name] for name in cls.__slots__})


_P = {"outbound_id": audit.ID}
audit.register(
    "outbound.recorded",
    N_(
        "登记寄件 {outbound_id}：{carrier}，{weight_grams} 克，运费 {freight_fen} 分，保价费 {premium_fen} 分，{paid_by}；已核对 {id_document} 并开箱验视"
    ),
    **_P,
    carrier=audit.CODE,
    weight_grams=audit.NUMBER,
    freight_fen=audit.NUMBER,
    premium_fen=audit.NUMBER,
    paid_by=audit.ENUM,
    id_document=audit.ENUM,
)
audit.register("outbound.cancelled", N_("取消寄件 {outbound_id}"), **_P)
audit.register(
    "outbound.accepted",
    N_("寄件 {outbound_id} 收妥：{outbound_no}，代收快递费 {carrier_fen} 分"),
    **_P,
    outbound_no=audit.CODE,
    carrier_fen=audit.NUMBER,
    business_on=audit.TIME,
)
audit.register(
    "outbound.returned",
    N_("寄件 {outbound_id} 退回寄件人，退还快递费 {carrier_fen} 分"),
    **_P,
    carrier_fen=audit.NUMBER,
)
audit.register("outbound.waybill_given", N_("寄件 {outbound_id} 记下了快递公司的运单号"), **_P)
audit.register("outbound.waybill_taken_off", N_("寄件 {outbound_id} 去掉了记错的运单号"), **_P)
audit.register(
    "outbound.refused",
    N_("拒收寄件（{reason} {category}）：{measure}"),
    refusal_id=audit.ID,
    reason=audit.ENUM,
    category=audit.ENUM,
    measure=audit.ENUM,
)
audit.register("outbound.unmasked", N_("查看了寄件 {outbound_id} 的完整收寄信息"), **_P)
audit.register("outbound.unmask_denied", N_("无权限的人想看寄件 {outbound_id} 的完整收寄信息"), **_P)
audit.register("manifest.opened", N_("开始寄件交接 {manifest_id}：{carrier}"), manifest_id=audit.ID, carrier=audit.CODE)
audit.register(
    "manifest.given",
    N_("寄件交接清单 {manifest_no}：{carrier} {pieces} 件，已交快递员"),
    manifest_id=audit.ID,
    manifest_no=audit.CODE,
    carrier=audit.CODE,
    pieces=audit.NUMBER,
)
audit.register(
    "manifest.taken_back",
    N_("撤销寄件交接 {manifest_id}，{pieces} 件仍在站点"),
    manifest_id=audit.ID,
    pieces=audit.NUMBER,
)
audit.register("manifest.dropped", N_("寄件交接 {manifest_id} 没有交出，已放弃"), manifest_id=audit.ID)
