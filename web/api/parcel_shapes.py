"""What requests and answers about parcels look like. No answer has a field for a full phone or name but the search's."""

from __future__ import annotations

from typing import Any

from marshmallow import ValidationError, fields

from kiosk.consents.model import Colour
from kiosk.parcels.batches import PRINT_MODES
from kiosk.parcels.intake import Warned
from kiosk.parcels.model import NAMED_SETS, CodReason, HandOverMethod, ParcelState, PhoneKind, ProblemReason, Relation
from kiosk.parcels.traits import Trait
from kiosk.parcels.view import EventView, ParcelView
from kiosk.words import N_, say
from web.api.fields import (
    LARGEST_ID,
    Asked,
    Flag,
    Items,
    OneShape,
    Text,
    Told,
    Whole,
    Word,
    fen,
    instant,
    row_id,
    said,
)
from web.api.lists import Page

#: Long enough that a symbol of the wrong kind is told apart instead of called too long.
LONGEST_SCAN = 4000
METHOD = "how it was checked that the right person collects"


class NewParcel(Asked):
    """A parcel to take in."""

    waybill_no = Text(LONGEST_SCAN, shortest=1, required=True, doc="as scanned or typed")
    batch_id = row_id(load_default=None, allow_none=True)
    carrier = Text(40, load_default=None, allow_none=True, doc="any known code or name; stronger than the batch's")
    phone = Text(60, load_default=None, allow_none=True, doc="full number, or a virtual one as `number-extension`")
    phone_tail = Text(8, load_default=None, allow_none=True, doc="last four digits of the person's own number")
    name_hint = Text(60, load_default=None, allow_none=True, doc="as far as the label says")
    shelf = Text(12, load_default=None, allow_none=True, doc="such as `3-2`; else the station chooses")
    pickup_code = Text(30, load_default=None, allow_none=True, doc="the code it bears already (opening stock)")
    print_mode = Word(PRINT_MODES, load_default=None, allow_none=True, doc="else as the batch says")
    cod_fen = fen("price of the goods, collected at the hand-over (代收货款)", load_default=0)
    freight_collect_fen = fen("freight that the recipient pays (到付)", load_default=0)
    traits = Items(Word(tuple(Trait)), 4, load_default=list, doc="what is special about it: where it may lie follows")
    is_parcel = Flag(load_default=False, doc="yes, this number that looks like a book's is a waybill")


class WarningTold(Told):
    """Something to look at that did not stop the act."""

    code = said()
    message = said()
    facts = said(fields.Dict)


class ParcelCheckedIn(Told):
    """A parcel that has just been taken in."""

    id = said(fields.Integer)
    pickup_code = said()
    shelf = said(doc="where it goes, such as `3-2`")
    carrier = said(doc="carrier code")
    warnings = fields.List(fields.Nested(WarningTold), required=True)
    batch_id = said(fields.Integer, may_be_null=True)
    previous_id = said(fields.Integer, may_be_null=True, doc="the same waybill, here before")
    has_phone = said(fields.Boolean)
    consent = Word(
        list(Colour), required=True, doc="`green` agreed, `red` known and not agreed, `amber` can't be known"
    )
    was_expected = said(fields.Boolean, doc="it had been announced and is checked off now")
    slip_id = said(fields.Integer, may_be_null=True)
    print_job_id = said(fields.Integer, may_be_null=True)


class ParcelTold(Told):
    """A parcel, masked."""

    id = said(fields.Integer)
    waybill_no = said(doc="`''` once the person was erased")
    piece_index = said(fields.Integer, doc="0 for a shipment of one piece")
    piece_total = said(fields.Integer)
    carrier = said()
    carrier_name = said()
    state = Word(list(ParcelState), required=True)
    state_name = said()
    is_in_stock = said(fields.Boolean)
    pickup_code = said()
    shelf = said(doc="where it lies; may differ from the code's beginning after a move")
    phone_kind = Word(list(PhoneKind), required=True)
    masked_phone = said()
    masked_name = said()
    batch_id = said(fields.Integer, may_be_null=True)
    is_opening_stock = said(fields.Boolean)
    previous_id = said(fields.Integer, may_be_null=True)
    checked_in_at = said()
    checked_in_on = said()
    out_at = said(may_be_null=True)
    out_on = said(may_be_null=True)
    kept_days = said(fields.Integer)
    is_overdue = said(fields.Boolean)
    is_erased = said(fields.Boolean)
    cod_fen = said(fields.Integer, doc="collected at the hand-over for the carrier (代收货款)")
    freight_collect_fen = said(fields.Integer, doc="freight that the recipient pays (到付)")


class Cod(Asked):
    """What is to be collected at the hand-over; an amount that is not sent stays as it is."""

    cod_fen = fen("代收货款", load_default=None, allow_none=True)
    freight_collect_fen = fen("到付", load_default=None, allow_none=True)
    reason = Word(["", *CodReason], load_default="", doc="needed to change what was noted")


class EventTold(Told):
    """Something that happened to a parcel."""

    step = said(fields.Integer)
    kind = said()
    at = instant()
    by = said()
    state_name = said()
    how = said(doc="in words: 凭取件码, 代取·邻居 …")
    detail = said(fields.Dict)


class WhichParcels(Page):
    """Filters of the list; a full phone is never one of them (`POST /parcels/search`)."""

    waybill_no = Text(60, shortest=1)
    phone_tail = Text(4, shortest=4, pattern=r"^[0-9]{4}$")
    pickup_code = Text(30, shortest=1)
    state = Word([*ParcelState, *NAMED_SETS], doc="one state, or a named set")
    batch_id = Whole(1, LARGEST_ID, is_query=True)


class Search(Asked):
    """Exactly one of ``phone``, ``phone_tail`` and ``text``."""

    phone = Text(60, shortest=1, doc="full number")
    phone_tail = Text(4, shortest=4, pattern=r"^[0-9]{4}$")
    text = Text(LONGEST_SCAN, shortest=1, doc="whatever an operator would type: tail, code, waybill, name or initials")
    unmask = Flag(load_default=False, doc="answer full phones and names; needs the right `unmask`, and is recorded")


class PersonTold(Told):
    """Everything one person has here."""

    parcel_ids = fields.List(fields.Integer(), required=True)
    masked_name = said()
    masked_phone = said()
    is_unclear = said(fields.Boolean, doc="the tail is shared and these name neither family: ask")


class FoundParcel(ParcelTold):
    """A parcel that a search found; the last three only with `unmask`."""

    phone = fields.String()
    phone_tail = fields.String()
    name = fields.String()


class SearchFound(Told):
    """What a search came to. Several people: ask which."""

    found_by = said()
    parcel_id = said(
        fields.Integer, may_be_null=True, doc="the very parcel that a code or waybill names, in stock or not"
    )
    people = fields.List(fields.Nested(PersonTold), required=True)
    items = fields.List(fields.Nested(FoundParcel), required=True)
    next = said(may_be_null=True)


class CollectorAsked(Asked):
    """Who collects for another."""

    name = Text(40, load_default=None, doc="name, and tail if known")
    relation = Word(list(Relation), load_default=None)
    proxy_id = row_id(load_default=None, doc="a standing proxy, instead of a name")
    remember = Flag(load_default=False, doc="make this one a standing proxy")


class HandOver(Asked):
    """How a parcel is handed over."""

    method = Word(list(HandOverMethod), required=True, doc=METHOD)
    collected_by = OneShape(
        {"": CollectorAsked}, short_form="name", load_default=dict, doc="who collects for another: a name, or more"
    )
    even_set_aside = Flag(load_default=False, doc="also a problem parcel, or one that was to go back")


class HandOverSeveral(HandOver):
    """How several parcels are handed over."""

    parcel_ids = Items(row_id(), 200, least=1, required=True)


class HandedOver(Told):
    """A parcel that has just been handed over."""

    id = said(fields.Integer)
    state = said()
    pickup_code = said()
    shelf = said(doc="where it lay")
    method = said()
    handed_over_at = instant()
    handed_over_by = said()


class HandOverResult(Told):
    """What became of one parcel; beside these the facts of its refusal."""

    id = said(fields.Integer)
    is_done = said(fields.Boolean)
    code = said(doc="`parcel.handed_over`, or that of the refusal")
    message = said()
    pickup_code = said()
    shelf = said()


class HandOverResults(Told):
    """A result for each parcel."""

    items = fields.List(fields.Nested(HandOverResult), required=True)
    next = said(may_be_null=True)


class Undone(Told):
    """What was taken back."""

    id = said(fields.Integer)
    act = said(doc="`check_in` or `hand_over`")
    pickup_code = said()


class Correction(Asked):
    """What was typed wrong; a field that is not sent stays as it is."""

    carrier = Text(40, load_default=None)
    phone = Text(60, load_default=None)
    phone_tail = Text(8, load_default=None)
    name_hint = Text(60, load_default=None, doc="`''` takes the name away")
    shelf = Text(12, load_default=None, doc="where it lies now")


class Corrected(Told):
    """Which fields changed."""

    id = said(fields.Integer)
    fields_changed = fields.List(fields.String(), required=True)
    slip_id = said(fields.Integer, may_be_null=True, doc="the new slip")
    print_job_id = said(fields.Integer, may_be_null=True)


class SetAside(Asked):
    """Why a parcel is set aside."""

    state = Word((ParcelState.PROBLEM, ParcelState.TO_RETURN), required=True)
    reason = Word(list(ProblemReason), required=True)


class StateTold(Told):
    """The state in which a parcel is now."""

    id = said(fields.Integer)
    state = said()


def told(view: ParcelView) -> dict[str, Any]:
    """A parcel in JSON, masked."""
    return {
        "id": view.id, "waybill_no": view.waybill_no, "piece_index": view.piece_index, "piece_total": view.piece_total,
        "carrier": view.carrier, "carrier_name": view.carrier_name, "state": view.state.value,
        "state_name": view.state_name, "is_in_stock": view.is_in_stock, "pickup_code": view.pickup_code,
        "shelf": view.place, "phone_kind": view.phone_kind.value, "masked_phone": view.masked_phone,
        "masked_name": view.masked_name, "batch_id": view.batch_id, "is_opening_stock": view.is_opening_stock,
        "previous_id": view.previous_id, "checked_in_at": view.checked_in_at, "checked_in_on": view.checked_in_on,
        "out_at": view.out_at, "out_on": view.out_on, "kept_days": view.days, "is_overdue": view.is_overdue,
        "is_erased": view.is_erased, "cod_fen": view.cod_fen, "freight_collect_fen": view.freight_collect_fen,
    }  # fmt: skip


def told_event(event: EventView) -> dict[str, Any]:
    """A line of a parcel's history in JSON."""
    return {
        "step": event.step, "kind": event.kind, "at": event.at, "by": event.by, "state_name": event.state_name,
        "how": event.how, "detail": dict(event.detail),
    }  # fmt: skip


def told_warning(warned: Warned) -> dict[str, Any]:
    """A warning in words and facts."""
    return {"code": warned.code, "message": str(warned), "facts": dict(warned.facts)}


def one_of(asked: dict[str, Any], *names: str) -> str:
    """The one name that was given; a ValidationError unless it is exactly one."""
    given = [name for name in names if name in asked]
    if len(given) != 1:
        raise ValidationError(say(N_("要给出其中一项，而且只能一项：{names}"), names=", ".join(names)))
    return given[0]
