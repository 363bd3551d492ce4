"""What anybody at the counter may see of a sent parcel and of the courier's list: masked, in words. The only other road to
a full value is ``counter.outbound_unmask``, which needs a right and is recorded."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from kiosk import vault
from kiosk.codes import carriers, mask_name, mask_phone
from kiosk.outbound import lists, store
from kiosk.outbound.model import (
    ACTION_WORDS,
    CASE,
    DOCUMENT_WORDS,
    ITEM_WORDS,
    MANIFEST_CASE,
    MANIFEST_WORDS,
    PAID_BY_WORDS,
    REFUSAL_CASE,
    REFUSAL_WORDS,
    STATE_WORDS,
    Manifest,
    Outbound,
    Refusal,
)
from kiosk.people.staff import name_of
from kiosk.storage import Reader
from kiosk.words import N_, say


@dataclass(frozen=True, slots=True)
class OutboundView:
    """One sent parcel without a personal value; ``''`` for what is not known or was erased."""

    row: Outbound
    sender: str
    sender_phone: str
    recipient: str
    recipient_phone: str
    item: str
    checked_by: str

    @property
    def id(self) -> int:
        return self.row.id

    @property
    def number(self) -> str:
        """The number on our sticker; '' before it was paid."""
        return self.row.outbound_no or ""

    @property
    def carrier_name(self) -> str:
        return carriers.find(self.row.carrier).name()

    @property
    def state_name(self) -> str:
        return say(STATE_WORDS[self.row.state])

    @property
    def item_kind_name(self) -> str:
        return say(ITEM_WORDS[self.row.item_kind])

    @property
    def document_name(self) -> str:
        return say(DOCUMENT_WORDS[self.row.id_document])

    @property
    def paid_by_name(self) -> str:
        return say(PAID_BY_WORDS[self.row.paid_by])

    @property
    def waybill_tail(self) -> str:
        """The last four characters of the carrier's number, '' without one."""
        return (self.row.waybill_no or "")[-4:]


@dataclass(frozen=True, slots=True)
class ManifestView:
    """One list with its parcels."""

    row: Manifest
    parcels: tuple[OutboundView, ...]
    courier: str
    given_by: str

    @property
    def carrier_name(self) -> str:
        return carriers.find(self.row.carrier).name()

    @property
    def state_name(self) -> str:
        return say(MANIFEST_WORDS[self.row.state])

    @property
    def pieces(self) -> int:
        """What is on it now, or was given."""
        return self.row.pieces or len(self.parcels)

    @property
    def bare(self) -> int:
        """How many have no waybill yet."""
        return sum(not parcel.row.waybill_no for parcel in self.parcels)

    @property
    def chosen(self) -> OutboundView | None:
        """The parcel whose waybill is scanned next."""
        return next((parcel for parcel in self.parcels if parcel.id == self.row.chosen_id), None)


@dataclass(frozen=True, slots=True)
class RefusalView:
    """One row of the log, in words."""

    row: Refusal
    item: str
    category_name: str
    by: str

    @property
    def reason_name(self) -> str:
        return say(REFUSAL_WORDS[self.row.reason])

    @property
    def action_name(self) -> str:
        return say(ACTION_WORDS[self.row.action])

    @property
    def carrier_name(self) -> str:
        return carriers.find(self.row.carrier).name() if self.row.carrier else ""


def show(db: Reader, row: Outbound) -> OutboundView:
    """A parcel as people may see it."""
    values = {name: vault.get(db, CASE, row.id, name) or "" for name in _SHOWN}
    return OutboundView(
        row, mask_name(values["sender_name"]), mask_phone(values["sender_phone"]), mask_name(values["recipient_name"]),
        mask_phone(values["recipient_phone"]), values["item"],
        name_of(db, row.checked_by_kind, row.checked_by_id) or say(N_("本站系统")),
    )  # fmt: skip


_SHOWN = ("sender_name", "sender_phone", "recipient_name", "recipient_phone", "item")


def show_all(db: Reader, rows: Iterable[Outbound]) -> list[OutboundView]:
    """Several parcels as people may see them."""
    return [show(db, row) for row in rows]


def show_manifest(db: Reader, row: Manifest) -> ManifestView:
    """A list as people may see it; the courier's name is the carrier's man's, not a villager's."""
    by = name_of(db, row.given_by_kind, row.given_by_id) if row.given_by_kind and row.given_by_id is not None else ""
    courier = vault.get(db, MANIFEST_CASE, row.id, "courier") or ""
    return ManifestView(row, tuple(show_all(db, store.on_manifest(db, row.id))), courier, by or "")


def show_refusal(db: Reader, row: Refusal) -> RefusalView:
    """One row of the log as people may see it."""
    category = lists.categories(db).get(row.category)
    return RefusalView(
        row, vault.get(db, REFUSAL_CASE, row.id, "item") or "", category.name if category else row.category,
        name_of(db, row.refused_by_kind, row.refused_by_id) or say(N_("本站系统")),
    )  # fmt: skip
