"""What requests and answers about sending look like. People are masked in every answer; a full phone is never a filter."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marshmallow import fields

from kiosk.outbound.lists import Category, Price
from kiosk.outbound.model import (
    IdDocument,
    ItemKind,
    ManifestState,
    OutboundState,
    PaidBy,
    RefusalAction,
    RefusalReason,
)
from kiosk.outbound.view import ManifestView, OutboundView, RefusalView
from kiosk.parcels.model import HandOverMethod, Relation
from kiosk.till.model import VoidReason
from web.api.fields import Asked, BusinessDate, Flag, Text, Told, Whole, Word, fen, instant, row_id, said
from web.api.lists import Page

_TYPED_ON = 4000


class OutboundLine(Asked):
    """A parcel that a villager sends (寄件)."""

    service = Word(("outbound",), required=True)
    carrier = Text(40, shortest=1, required=True, doc="any known code or name")
    sender_name = Text(60, shortest=1, required=True)
    sender_phone = Text(60, shortest=1, required=True)
    sender_address = Text(200, load_default="")
    recipient_name = Text(60, shortest=1, required=True)
    recipient_phone = Text(60, shortest=1, required=True)
    recipient_address = Text(200, shortest=1, required=True)
    item = Text(200, shortest=1, required=True, doc="what it is; refused with `outbound.prohibited` and noted")
    item_kind = Word(list(ItemKind), required=True)
    quantity = Whole(1, 9999, load_default=1)
    weight_grams = Whole(1, 500_000, required=True)
    insured_value_fen = fen("declared value", load_default=0)
    premium_fen = fen("what the carrier takes for insuring it", load_default=0)
    paid_by = Word(list(PaidBy), load_default=PaidBy.SENDER.value, doc="`recipient`: no freight is taken here (到付)")
    freight_fen = fen("what the carrier really charges", load_default=None, allow_none=True)
    freight_zone = Text(40, load_default="", doc="else its price of `GET /outbound/freight`")
    id_document = Word(["", *IdDocument], required=True, doc="which kind was shown; never a number")
    content_inspected = Flag(required=True, doc="opened and looked into (收寄验视)")
    fee_fen = fen("the station's fee as the customer was told it", load_default=None, allow_none=True)


class CodLine(Asked):
    """What the carrier collects for a parcel (代收货款, 到付); the parcel is handed over as the ticket is settled."""

    service = Word(("cod",), required=True)
    parcel_id = row_id(required=True)
    method = Word(list(HandOverMethod), required=True, doc="how it was checked that the right person collects")
    collected_by = Text(40, load_default=None, allow_none=True, doc="who collects for another")
    relation = Word(list(Relation), load_default=None, allow_none=True)
    proxy_id = row_id(load_default=None, allow_none=True)
    remember_proxy = Flag(load_default=False)
    even_set_aside = Flag(load_default=False)


LINES: Mapping[str, type[Asked]] = {"outbound": OutboundLine, "cod": CodLine}


class WhichOutbound(Page):
    """Filters of the list."""

    state = Word(list(OutboundState))
    carrier = Text(20, shortest=1)
    phone_tail = Text(4, shortest=4, pattern=r"^[0-9]{4}$", doc="of the sender")
    accepted_on = BusinessDate()


class WhichManifests(Page):
    """Filters of the list."""

    state = Word(list(ManifestState))
    given_on = BusinessDate()


class OutboundWaybill(Asked):
    """The carrier's number of a parcel."""

    waybill_no = Text(_TYPED_ON, shortest=1, required=True, doc="as scanned or typed")
    is_sure = Flag(load_default=False, doc="yes, though the number looks like another carrier's")


class Return(Asked):
    """Why a parcel goes back to its sender."""

    reason = Word(list(VoidReason), load_default=VoidReason.CUSTOMER_WITHDREW.value)
    ticket_id = row_id(load_default=None, allow_none=True, doc="the ticket that the refund comes on; else a new one")


class NewManifest(Asked):
    """Whose courier is here."""

    carrier = Text(40, shortest=1, required=True)


class Listed(Asked):
    """A parcel of the list."""

    outbound_id = row_id(required=True)


class Give(Asked):
    """Who takes it."""

    courier = Text(60, load_default="")


class NewRefusal(Asked):
    """Something that was not taken."""

    reason = Word(list(RefusalReason), required=True)
    action = Word(list(RefusalAction), required=True)
    item = Text(200, load_default="")
    category = Text(40, load_default="", doc="a code of `GET /outbound/prohibited`")
    carrier = Text(40, load_default="")


class OutboundTold(Told):
    """A sent parcel, masked."""

    id = said(fields.Integer)
    outbound_no = said(may_be_null=True, doc="on our sticker; null before it is paid")
    state = Word(list(OutboundState), required=True)
    state_name = said()
    carrier = said()
    carrier_name = said()
    waybill_no = said(may_be_null=True)
    item_kind = said()
    quantity = said(fields.Integer)
    weight_grams = said(fields.Integer)
    paid_by = Word(list(PaidBy), required=True)
    freight_fen = said(fields.Integer)
    premium_fen = said(fields.Integer)
    insured_value_fen = said(fields.Integer)
    carrier_fen = said(fields.Integer, doc="what was taken here for the carrier")
    id_document = said()
    checked_at = instant(doc="real name checked and contents inspected")
    sender = said()
    sender_phone = said()
    recipient = said()
    recipient_phone = said()
    manifest_id = said(fields.Integer, may_be_null=True)
    accepted_on = said(may_be_null=True)
    given_at = said(may_be_null=True)
    label_slip_id = said(fields.Integer, may_be_null=True)


class OutboundChanged(Told):
    """A parcel after an act."""

    id = said(fields.Integer)
    state = said()
    waybill_no = said(may_be_null=True)
    manifest_id = said(fields.Integer, may_be_null=True)


class ReturnTold(Told):
    """A parcel on its way back: settle the ticket to give the money back; null where no money was taken."""

    id = said(fields.Integer)
    state = said()
    ticket_id = said(fields.Integer, may_be_null=True)
    refund_fen = said(fields.Integer)


class LabelTold(Told):
    """A further sticker."""

    id = said(fields.Integer)
    print_job_id = said(fields.Integer)


class ManifestTold(Told):
    """A courier's list."""

    id = said(fields.Integer)
    manifest_no = said(may_be_null=True, doc="given with the parcels")
    state = Word(list(ManifestState), required=True)
    carrier = said()
    pieces = said(fields.Integer)
    chosen_id = said(fields.Integer, may_be_null=True, doc="the parcel whose waybill is scanned next at the counter")
    given_at = said(may_be_null=True)
    given_on = said(may_be_null=True)
    slip_id = said(fields.Integer, may_be_null=True)
    parcels = fields.List(fields.Nested(OutboundTold), required=True)


class ManifestChanged(Told):
    """A list after an act."""

    id = said(fields.Integer)
    manifest_no = said(may_be_null=True)
    state = said()
    carrier = said()
    pieces = said(fields.Integer)
    slip_id = said(fields.Integer, may_be_null=True)


class RefusalTold(Told):
    """What was refused."""

    id = said(fields.Integer)
    reason = said()
    category = said()
    word = said(doc="of the list of what may not be sent, `''` where a clerk told of it")
    action = said()
    carrier = said()
    item = said()
    refused_at = instant()
    refused_by = said()


class RefusalNoted(Told):
    """The row that stays."""

    id = said(fields.Integer)


class CategoryTold(Told):
    """A kind of what may not be sent."""

    code = said()
    name = said()
    words = fields.List(fields.String(), required=True)


class PriceTold(Told):
    """A carrier's price."""

    carrier = said()
    zone = said()
    name = said()
    first_grams = said(fields.Integer)
    first_fen = said(fields.Integer)
    next_grams = said(fields.Integer)
    next_fen = said(fields.Integer)


def told(view: OutboundView) -> dict[str, Any]:
    """A parcel in JSON, masked."""
    same = (
        "id", "outbound_no", "state", "carrier", "waybill_no", "item_kind", "quantity", "weight_grams", "paid_by",
        "freight_fen", "premium_fen", "insured_value_fen", "carrier_fen", "id_document", "checked_at", "manifest_id",
        "accepted_on", "given_at", "label_slip_id",
    )  # fmt: skip
    return {name: getattr(view.row, name) for name in same} | {
        "state_name": view.state_name, "carrier_name": view.carrier_name, "sender": view.sender,
        "sender_phone": view.sender_phone, "recipient": view.recipient, "recipient_phone": view.recipient_phone,
    }  # fmt: skip


def told_manifest(view: ManifestView) -> dict[str, Any]:
    """A list in JSON."""
    same = ("id", "manifest_no", "state", "carrier", "chosen_id", "given_at", "given_on", "slip_id")
    return {name: getattr(view.row, name) for name in same} | {
        "pieces": view.pieces, "parcels": [told(parcel) for parcel in view.parcels],
    }  # fmt: skip


def told_refusal(view: RefusalView) -> dict[str, Any]:
    """A row of the log in JSON."""
    same = ("id", "reason", "category", "word", "action", "carrier", "refused_at")
    return {name: getattr(view.row, name) for name in same} | {"item": view.item, "refused_by": view.by}


def told_category(category: Category) -> dict[str, Any]:
    """A category in JSON."""
    return {"code": category.code, "name": category.name, "words": list(category.words)}


def told_price(price: Price) -> dict[str, Any]:
    """A price in JSON."""
    return {name: getattr(price, name) for name in PriceTold._declared_fields}
