"""Parcels by API: take in, list, find, correct, take back. The acts are the counter's own; nothing is decided here."""

from __future__ import annotations

from typing import Any

from flask import Response
from marshmallow import ValidationError

from kiosk.codes import CodeKind, Recognised, parse_phone, recognise
from kiosk.counter import look_up as finding
from kiosk.counter import unmask as unmasking
from kiosk.counter.check_in import check_in
from kiosk.counter.correct import correct
from kiosk.counter.look_up import look_up
from kiosk.counter.note_cod import note_cod
from kiosk.counter.set_aside import mark_problem, mark_to_return, put_back
from kiosk.counter.undo import undo_parcel
from kiosk.errors import Refused
from kiosk.parcels import store, view
from kiosk.parcels.model import ParcelState
from kiosk.parcels.names import read_dictionary
from kiosk.people.rights import Right, may, require
from kiosk.storage import Reader, Tx
from kiosk.words import N_
from web.api import parcel_shapes as shapes
from web.api.door import caller
from web.api.fields import LARGEST_ID
from web.api.lists import list_of, page
from web.api.once import Done, once
from web.api.once import said as answer
from web.api.operation import PREFIX, Invalid, Room
from web.station import station

room = Room("parcels", "Parcels that wait here for villagers.")
ID = f"<int(min=1, max={LARGEST_ID}):parcel_id>"
#: More full phones in one answer would be a list of the village.
MOST_UNMASKED = 20


def jobs_begun() -> set[int]:
    """Print jobs that a printer has begun: what they print can't be taken back."""
    return {progress.job_id for progress in station().runtime.jobs_under_way()}


def require_own(db: Reader, parcel_id: int) -> None:
    """A courier's token sees and changes only what it brought itself: Refused ``parcel.not_yours``."""
    if may(caller(), Right.READ):
        return
    store.parcel(db, parcel_id)
    first = store.events(db, parcel_id)[0]
    if (first["actor_kind"], first["actor_id"]) != (caller().kind, caller().id):
        raise Refused(
            "parcel.not_yours",
            N_("快件 {parcel_id} 不是这个程序入库的，没有改动任何内容；请到柜台办理"),
            parcel_id=parcel_id,
        )


@room.acts(
    "/parcels", shapes.ParcelCheckedIn, rights=[Right.BATCH], asks=shapes.NewParcel, status=201, may_fail=(404, 409)
)
def check_parcel_in(asked: dict[str, Any]) -> Response:
    """Takes a parcel in and allots its place and pickup code.

    What is uncertain is a warning and stops nothing. 409 `parcel.already_in_stock` names the first one (`parcel_id`,
    `at`); 422 `waybill.is_…` says in `kind` what the scan is instead: nothing of it is kept.
    """
    read_dictionary(asked["name_hint"])

    def act(tx: Tx) -> Done:
        done = check_in(
            tx, waybill=asked["waybill_no"], batch_id=asked["batch_id"], carrier=asked["carrier"], phone=asked["phone"],
            phone_tail=asked["phone_tail"], name_hint=asked["name_hint"], shelf=asked["shelf"],
            pickup_code=asked["pickup_code"], print_mode=asked["print_mode"], confirmed=asked["is_parcel"],
            cod_fen=asked["cod_fen"], freight_collect_fen=asked["freight_collect_fen"],
            traits=asked["traits"],
        )  # fmt: skip
        body = {
            "id": done.parcel_id, "pickup_code": done.pickup_code, "shelf": str(done.place), "carrier": done.carrier,
            "warnings": [shapes.told_warning(warned) for warned in done.warnings], "batch_id": done.batch_id,
            "previous_id": done.previous_id, "has_phone": done.has_phone, "slip_id": done.slip_id,
            "print_job_id": done.job_id, "consent": done.consent.value, "was_expected": done.was_expected,
        }  # fmt: skip
        return Done(201, body, f"{PREFIX}/parcels/{done.parcel_id}")

    return once(act)


@room.acts(f"/parcels/{ID}/cod", shapes.Corrected, rights=[Right.BATCH], asks=shapes.Cod)
def note_parcel_cod(asked: dict[str, Any], parcel_id: int) -> Response:
    """Sets what is to be collected at the hand-over (代收货款, 到付) and prints the slip anew.

    422 `cod.reason_missing` for a change without a reason, 409 `parcel.on_ticket` while the line stands on a ticket.
    """

    def act(tx: Tx) -> Done:
        require_own(tx, parcel_id)
        done = note_cod(
            tx, parcel_id, cod_fen=asked["cod_fen"], freight_collect_fen=asked["freight_collect_fen"],
            reason=asked["reason"], under_way=jobs_begun,
        )  # fmt: skip
        body = {
            "id": parcel_id, "fields_changed": list(done.fields), "slip_id": done.told.slip_id,
            "print_job_id": done.told.job_id,
        }  # fmt: skip
        return Done(200, body)

    return once(act)


@room.reads("/parcels", list_of(shapes.ParcelTold), rights=[Right.READ], asks=shapes.WhichParcels)
def list_parcels(asked: dict[str, Any]) -> Response:
    """Parcels that fit every filter, newest first."""
    filters = {name: asked[name] for name in ("phone_tail", "state", "batch_id", "limit")}
    number = asked["waybill_no"]
    if number is not None:
        number = recognise(number).waybill_no or number.upper()
    code = asked["pickup_code"]
    with station().store.reading() as db:
        rows, following = store.page(
            db, waybill_no=number, pickup_code=code.strip().upper() if code is not None else None,
            before_id=asked["before"], **filters,
        )  # fmt: skip
        items = [shapes.told(view.show(db, row)) for row in rows]
    return answer(page(items, asked, following))


@room.reads(f"/parcels/{ID}", shapes.ParcelTold, rights=[Right.READ, Right.BATCH])
def show_parcel(parcel_id: int) -> Response:
    """One parcel, masked. A courier's token sees those it brought itself."""
    with station().store.reading() as db:
        require_own(db, parcel_id)
        return answer(shapes.told(view.parcel(db, parcel_id)))


@room.reads(f"/parcels/{ID}/events", list_of(shapes.EventTold), rights=[Right.READ])
def show_parcel_events(parcel_id: int) -> Response:
    """What happened to a parcel, oldest first."""
    with station().store.reading() as db:
        items = [shapes.told_event(event) for event in view.history(db, parcel_id)]
    return answer({"items": items, "next": None})


@room.looks_up("/parcels/search", shapes.SearchFound, rights=[Right.READ], asks=shapes.Search)
def search_parcels(asked: dict[str, Any]) -> Response:
    """Everything in stock that a phone, a tail or any text can mean, by person.

    The only road for a full phone, in and out: an address would keep it in logs. Nothing found is an empty list.
    """
    what = _what(asked)
    if not asked["unmask"]:
        with station().store.reading() as db:
            return _found(db, what)
    if not may(caller(), Right.UNMASK):
        _remember_denied(what)
        require(caller(), Right.UNMASK)
    with station().store.transaction(caller()) as tx:
        body = _search(tx, what)
        if len(body["items"]) > MOST_UNMASKED:
            raise Refused(
                "search.too_many",
                N_("找到的太多（{found} 件），不能全部显示完整电话；请说得更准一些"),
                found=len(body["items"]),
            )
        for item in body["items"]:
            known = unmasking.unmask(tx, item["id"])
            item |= {"phone": known.phone, "phone_tail": known.phone_tail, "name": known.name}
    return answer(body)


@room.acts(f"/parcels/{ID}/undo", shapes.Undone, rights=[Right.BATCH, Right.SERVE])
def undo_last_act(asked: dict[str, Any], parcel_id: int) -> Response:
    """Takes back the check-in of a parcel in stock, or the hand-over of one that has left today."""

    def act(tx: Tx) -> Done:
        require_own(tx, parcel_id)
        undone = undo_parcel(tx, parcel_id, under_way=jobs_begun)
        return Done(200, {"id": parcel_id, "act": undone.act, "pickup_code": undone.pickup_codes[0]})

    return once(act)


@room.acts(f"/parcels/{ID}/correct", shapes.Corrected, rights=[Right.BATCH], asks=shapes.Correction)
def correct_parcel(asked: dict[str, Any], parcel_id: int) -> Response:
    """Corrects what was typed wrong, or adds the phone that came later; prints a new slip where the old one is wrong.

    The pickup code stays whatever changes: the villager holds it.
    """
    read_dictionary(asked["name_hint"])

    def act(tx: Tx) -> Done:
        require_own(tx, parcel_id)
        done = correct(tx, parcel_id, under_way=jobs_begun, **asked)
        told = done.told
        body = {
            "id": parcel_id, "fields_changed": list(done.fields), "slip_id": told.slip_id, "print_job_id": told.job_id,
        }  # fmt: skip
        return Done(200, body)

    return once(act)


@room.acts(f"/parcels/{ID}/set-aside", shapes.StateTold, rights=[Right.SERVE], asks=shapes.SetAside)
def set_parcel_aside(asked: dict[str, Any], parcel_id: int) -> Response:
    """Lists a parcel as 问题件 or as one that goes back; it keeps its place and code."""
    mark = mark_problem if asked["state"] == ParcelState.PROBLEM else mark_to_return

    def act(tx: Tx) -> Done:
        mark(tx, parcel_id, asked["reason"])
        return Done(200, {"id": parcel_id, "state": asked["state"]})

    return once(act)


@room.acts(f"/parcels/{ID}/put-back", shapes.StateTold, rights=[Right.SERVE])
def put_parcel_back(asked: dict[str, Any], parcel_id: int) -> Response:
    """Lets a parcel that was set aside wait on its shelf again."""

    def act(tx: Tx) -> Done:
        put_back(tx, parcel_id)
        return Done(200, {"id": parcel_id, "state": ParcelState.ON_SHELF.value})

    return once(act)


def _what(asked: dict[str, Any]) -> str | Recognised:
    try:
        by = shapes.one_of(asked, "phone", "phone_tail", "text")
    except ValidationError as error:
        raise Invalid(error, "json") from error
    text = asked[by]
    if by == "phone":
        entry = parse_phone(text)
        if entry.kind == "tail_only":
            return Recognised(CodeKind.PHONE_TAIL, entry.tail, 4)
        return Recognised(CodeKind.PHONE, entry.dialled, len(entry.dialled))
    return Recognised(CodeKind.PHONE_TAIL, text, 4) if by == "phone_tail" else str(text)


def _search(db: Reader, what: str | Recognised) -> dict[str, Any]:
    found: finding.Found = look_up(db, what)
    seen = {parcel.id: parcel for person in found.people for parcel in person.parcels}
    if found.parcel is not None:
        seen = {found.parcel.id: found.parcel} | seen
    people = [
        {
            "parcel_ids": list(person.parcel_ids), "masked_name": person.masked_name,
            "masked_phone": person.masked_phone, "is_unclear": person.is_unclear,
        }
        for person in found.people
    ]  # fmt: skip
    return {
        "found_by": found.by.value,
        "parcel_id": found.parcel.id if found.parcel is not None else None,
        "people": people,
        "items": [shapes.told(parcel) for parcel in seen.values()],
        "next": None,
    }


def _found(db: Reader, what: str | Recognised) -> Response:
    return answer(_search(db, what))


def _remember_denied(what: str | Recognised) -> None:
    """Somebody without the right asked for full phones: written down by itself, since the refusal rolls nothing back."""
    with station().store.transaction(caller()) as tx:
        for item in _search(tx, what)["items"][:MOST_UNMASKED]:
            unmasking.remember_denied_unmask(tx, item["id"])
