"""Lists of what changes hands by API: the same acts as at the counter. A courier's handheld signs the list of its batch;
returns, transfers and door rounds are a clerk's. The outbound parcels' list is signed here too."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Response
from marshmallow import fields

from kiosk.attachments import Picture
from kiosk.counter import door_manifest, list_manifest, sign_manifest
from kiosk.counter.show_manifest import ListView, latest_slip_of_outbound, show_list
from kiosk.manifests import store
from kiosk.manifests.model import (
    OUTBOUND_CASE,
    Manifest,
    ManifestKind,
    ManifestState,
    Outcome,
    PieceNote,
    SignatureMade,
    SignedHow,
)
from kiosk.manifests.signing import LONGEST_TEXT, read_signature
from kiosk.parcels.batches import MOST_DECLARED
from kiosk.people.rights import Right
from kiosk.storage import Tx
from web.a4 import a4_of
from web.api.door import caller
from web.api.fields import LARGEST_ID, Asked, BusinessDate, Flag, Text, Told, Whole, Word, instant, row_id, said
from web.api.lists import Page, list_of, page
from web.api.once import Done, once
from web.api.once import said as answer
from web.api.operation import PREFIX, Room
from web.api.parcels import jobs_begun
from web.station import station

room = Room("manifests", "Lists of what comes or leaves at once: declared against scanned, numbered, signed.")
ID = f"<int(min=1, max={LARGEST_ID}):manifest_id>"
PARCEL_ID = f"<int(min=1, max={LARGEST_ID}):parcel_id>"
_SERVES = (Right.SERVE,)
_BRINGS = (Right.SERVE, Right.BATCH)
_PDF = "application/pdf"


class WhichLists(Page):
    """Filters of the list."""

    kind = Word(list(ManifestKind))
    state = Word(list(ManifestState))
    closed_on = BusinessDate()


class Form(Asked):
    """As what it is asked for."""

    format = Word(("json", "pdf"), load_default="json", doc="`pdf`: the A4 form")


class ListWanted(Asked):
    """Whose list it is. The list of an intake batch is made by closing the batch."""

    kind = Word([ManifestKind.RETURN, ManifestKind.TRANSFER, ManifestKind.DOOR], required=True)
    carrier = Text(40, load_default="", doc="of a return")
    receiver = Text(60, load_default="", doc="of a transfer the station, of a door round who delivers")


class Piece(Asked):
    """A parcel of the list."""

    parcel_id = row_id(required=True)
    note = Word(list(PieceNote), load_default="", doc="what is seen on it; counts as it is put on")


class Counted(Asked):
    """The counting ends."""

    declared = Whole(0, MOST_DECLARED, load_default=None, allow_none=True, doc="how many it should be, as was said")


class Signed(Asked):
    """How it is signed."""

    how = Word(list(SignedHow), required=True)
    signature = Text(LONGEST_TEXT, load_default="", doc="`screen`: a PNG or JPEG in base64, also as a data URL")
    accepts_difference = Flag(load_default=False, doc="both sides accept that fewer or more came than were declared")


class SignedOutbound(Asked):
    """How it is signed."""

    how = Word(list(SignedHow), required=True)
    signature = Text(LONGEST_TEXT, load_default="", doc="`screen`: a PNG or JPEG in base64, also as a data URL")


class NewOutcome(Asked):
    """What became of a piece of a door round."""

    outcome = Word([Outcome.DELIVERED, Outcome.BROUGHT_BACK], required=True)


class PieceTold(Told):
    """A parcel of a list, masked."""

    parcel_id = said(fields.Integer)
    pickup_code = said()
    waybill_no = said(doc="`''` once the person was erased")
    carrier = said()
    state = said()
    note = said()
    outcome = Word(list(Outcome), required=True, doc="`''` while the list holds it")


class ListTold(Told):
    """A list."""

    id = said(fields.Integer)
    manifest_no = said(may_be_null=True, doc="given as it is closed; on its bar code after `~MF:`")
    kind = Word(list(ManifestKind), required=True)
    state = Word(list(ManifestState), required=True)
    carrier = said()
    receiver = said()
    batch_id = said(fields.Integer, may_be_null=True)
    declared = said(fields.Integer, may_be_null=True)
    pieces = said(fields.Integer)
    difference = said(fields.Integer, doc="scanned less declared; 0 when nothing was declared or it is still open")
    replaces_id = said(fields.Integer, may_be_null=True, doc="the void list that this was made from")
    closed_on = said(may_be_null=True)
    closed_at = instant(may_be_null=True)
    slip_id = said(fields.Integer, may_be_null=True)
    signed_at = instant(may_be_null=True)
    signed_how = said(may_be_null=True)
    parcels = fields.List(fields.Nested(PieceTold), required=True)


class ListChanged(Told):
    """A list after an act."""

    id = said(fields.Integer)
    manifest_no = said(may_be_null=True)
    kind = said()
    state = said()
    pieces = said(fields.Integer)
    difference = said(fields.Integer)
    slip_id = said(fields.Integer, may_be_null=True)


class SignatureTold(Told):
    """Whether and how an outbound list was signed."""

    id = said(fields.Integer, doc="of the list")
    how = said(may_be_null=True, doc="`screen`, `paper`; null while nobody has signed")
    signed_on = said(may_be_null=True)
    signed_at = instant(may_be_null=True)
    slip_id = said(fields.Integer, may_be_null=True, doc="the paper as it reads last")


class PieceChanged(Told):
    """A parcel after an act on its list."""

    manifest_id = said(fields.Integer)
    parcel_id = said(fields.Integer)
    outcome = said()


@room.reads("/manifests", list_of(ListTold), rights=[Right.READ], asks=WhichLists)
def list_all_manifests(asked: dict[str, Any]) -> Response:
    """Lists that fit every filter, newest first, without their parcels."""
    with station().store.reading() as db:
        rows, following = store.page(
            db, kind=asked["kind"], state=asked["state"], closed_on=asked["closed_on"], before_id=asked["before"],
            limit=asked["limit"],
        )  # fmt: skip
        items = [told(show_list(db, row, with_lines=False)) for row in rows]
    return answer(page(items, asked, following))


@room.reads(f"/manifests/{ID}", ListTold, rights=[Right.READ], asks=Form, may_fail=(409,), files=[_PDF])
def show_one_manifest(asked: dict[str, Any], manifest_id: int) -> Response:
    """One list with its parcels, masked; or its A4 form, with the signature for who may see personal values."""
    with station().store.reading() as db:
        shown = show_list(db, store.manifest(db, manifest_id))
    if asked["format"] == "pdf":
        made = shown.signature
        return a4_of(caller(), shown.slip_id, made.attachment_id if made is not None else None, is_file=True)
    return answer(told(shown))


@room.acts("/manifests", ListChanged, rights=_SERVES, asks=ListWanted, status=201)
def open_manifest_of_kind(asked: dict[str, Any]) -> Response:
    """Begins a list, or names the open one for the same carrier or receiver."""

    def act(tx: Tx) -> Done:
        found = list_manifest.open_list(tx, asked["kind"], carrier=asked["carrier"], receiver=asked["receiver"])
        return Done(201, _changed(tx, found), f"{PREFIX}/manifests/{found.id}")

    return once(act)


@room.acts(f"/manifests/{ID}/parcels", PieceChanged, rights=_SERVES, asks=Piece)
def put_parcel_on_manifest(asked: dict[str, Any], manifest_id: int) -> Response:
    """Puts a parcel on an open list. 409 `manifest.on_another` names the list that has it."""

    def act(tx: Tx) -> Done:
        item = list_manifest.add_to_list(tx, manifest_id, asked["parcel_id"], asked["note"])
        return Done(200, _piece(manifest_id, asked["parcel_id"], item.outcome))

    return once(act)


@room.acts(f"/manifests/{ID}/take-off", PieceChanged, rights=_SERVES, asks=Piece)
def take_parcel_off_manifest(asked: dict[str, Any], manifest_id: int) -> Response:
    """Takes a parcel off an open list; it lies where it lay."""

    def act(tx: Tx) -> Done:
        list_manifest.remove_from_list(tx, manifest_id, asked["parcel_id"])
        return Done(200, _piece(manifest_id, asked["parcel_id"], Outcome.FREED))

    return once(act)


@room.acts(f"/manifests/{ID}/close", ListChanged, rights=_SERVES, asks=Counted)
def close_manifest(asked: dict[str, Any], manifest_id: int) -> Response:
    """Ends the counting: number, paper, and the list waits to be signed.

    409 `manifest.piece_changed` names the first parcel that may not leave any more.
    """
    return once(
        lambda tx: Done(200, _changed(tx, list_manifest.close_list(tx, manifest_id, declared=asked["declared"])))
    )


@room.acts(f"/manifests/{ID}/sign", ListChanged, rights=_BRINGS, asks=Signed, largest=LONGEST_TEXT + 10_000)
def sign_manifest_of_kind(asked: dict[str, Any], manifest_id: int) -> Response:
    """Signs a closed list: parcels of a return go back, those of a transfer are passed on.

    409 `manifest.difference` until `accepts_difference`. A courier's token signs the list of a batch only.
    """
    picture = _picture(asked)
    return once(
        lambda tx: Done(
            200,
            _changed(
                tx,
                sign_manifest.sign_list(
                    tx, manifest_id, picture, accepts_difference=asked["accepts_difference"], under_way=jobs_begun
                ),
            ),
        )
    )


@room.acts(f"/manifests/{ID}/renew", ListChanged, rights=_BRINGS)
def renew_manifest(asked: dict[str, Any], manifest_id: int) -> Response:
    """Something on a closed list is not right: it is void, and a new one is begun from it (a batch's is closed at once)."""
    return once(lambda tx: Done(200, _changed(tx, list_manifest.renew_list(tx, manifest_id))))


@room.acts(f"/manifests/{ID}/void", ListChanged, rights=_SERVES)
def void_manifest(asked: dict[str, Any], manifest_id: int) -> Response:
    """Gives a list up; signed, on its own business day only, and what left by it lies where it lay."""
    return once(lambda tx: Done(200, _changed(tx, sign_manifest.void_list(tx, manifest_id))))


@room.acts(f"/manifests/{ID}/parcels/{PARCEL_ID}/outcome", PieceChanged, rights=_SERVES, asks=NewOutcome)
def tell_piece_of_round(asked: dict[str, Any], manifest_id: int, parcel_id: int) -> Response:
    """A piece of a signed door round was delivered, or brought back."""

    def act(tx: Tx) -> Done:
        if asked["outcome"] == Outcome.DELIVERED:
            door_manifest.deliver(tx, manifest_id, parcel_id, under_way=jobs_begun)
        else:
            door_manifest.bring_back(tx, manifest_id, parcel_id)
        return Done(200, _piece(manifest_id, parcel_id, asked["outcome"]))

    return once(act)


@room.acts(f"/manifests/{ID}/parcels/{PARCEL_ID}/take-back", PieceChanged, rights=_SERVES)
def take_piece_of_manifest_back(asked: dict[str, Any], manifest_id: int, parcel_id: int) -> Response:
    """One parcel of a signed list did not leave after all, or was not delivered: it is here (or out) as before."""

    def act(tx: Tx) -> Done:
        is_door = store.manifest(tx, manifest_id).kind == ManifestKind.DOOR
        (door_manifest.undo_delivery if is_door else sign_manifest.take_piece_back)(tx, parcel_id)
        item = store.item(tx, manifest_id, "parcel", parcel_id)
        return Done(200, _piece(manifest_id, parcel_id, item.outcome if item is not None else Outcome.FREED))

    return once(act)


@room.reads(
    f"/outbound/manifests/{ID}/signature", SignatureTold, rights=[Right.READ], asks=Form, may_fail=(409,), files=[_PDF]
)
def show_outbound_signature(asked: dict[str, Any], manifest_id: int) -> Response:
    """How the outbound parcels' list was signed; or its A4 form."""
    with station().store.reading() as db:
        slip_id = latest_slip_of_outbound(db, manifest_id)
        made = store.signature(db, OUTBOUND_CASE, manifest_id)
    if asked["format"] == "pdf":
        return a4_of(caller(), slip_id, made.attachment_id if made is not None else None, is_file=True)
    return answer(_signature(manifest_id, made, slip_id))


@room.acts(
    f"/outbound/manifests/{ID}/sign", SignatureTold, rights=_SERVES, asks=SignedOutbound, largest=LONGEST_TEXT + 10_000
)
def sign_outbound_manifest(asked: dict[str, Any], manifest_id: int) -> Response:
    """The courier signs the list of outbound parcels that was given."""
    picture = _picture(asked)

    def act(tx: Tx) -> Done:
        made = sign_manifest.sign_outbound(tx, manifest_id, picture)
        return Done(200, _signature(manifest_id, made, made.slip_id))

    return once(act)


def told(shown: ListView) -> dict[str, Any]:
    """A list in JSON."""
    same = ("manifest_no", "kind", "state", "carrier", "batch_id", "declared", "replaces_id", "closed_on", "closed_at")
    made = shown.signature
    return {"id": shown.row.id, **{name: getattr(shown.row, name) for name in same}} | {
        "receiver": shown.receiver, "pieces": shown.pieces, "difference": shown.row.difference,
        "slip_id": shown.slip_id, "signed_at": made.signed_at if made else None, "signed_how": made.how if made else None,
        "parcels": [
            {
                "parcel_id": line.parcel.id, "pickup_code": line.parcel.pickup_code, "waybill_no": line.parcel.waybill_no,
                "carrier": line.parcel.carrier, "state": line.parcel.state.value, "note": line.note,
                "outcome": line.outcome,
            }
            for line in shown.lines
        ],
    }  # fmt: skip


def _picture(asked: Mapping[str, Any]) -> Picture | None:
    """What was drawn, None for paper. Refused ``signature.empty`` for a screen without a picture."""
    if asked["how"] == SignedHow.PAPER:
        return None
    return read_signature(asked["signature"], is_needed=True)


def _changed(tx: Tx, found: Manifest) -> dict[str, Any]:
    names = ("id", "manifest_no", "kind", "state", "difference", "slip_id")
    return {name: getattr(found, name) for name in names} | {"pieces": store.pieces_of(tx, found)}


def _piece(manifest_id: int, parcel_id: int, outcome: str) -> dict[str, Any]:
    return {"manifest_id": manifest_id, "parcel_id": parcel_id, "outcome": str(outcome)}


def _signature(manifest_id: int, made: SignatureMade | None, slip_id: int | None) -> dict[str, Any]:
    names = ("how", "signed_on", "signed_at")
    return {"id": manifest_id, "slip_id": slip_id} | {name: getattr(made, name, None) for name in names}
