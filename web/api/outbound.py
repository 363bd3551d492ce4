"""Sending by API: a parcel comes on a ticket as a line ``outbound``; here it is read, labelled, listed, given and given
back. The acts are the counter's own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from flask import Response

from kiosk.counter import outbound_lines, outbound_manifest, outbound_refusal, outbound_return
from kiosk.errors import Refused
from kiosk.outbound import lists, store, view
from kiosk.outbound.model import Manifest, Outbound
from kiosk.people.rights import Right
from kiosk.storage import Tx
from web.api import outbound_shapes as shapes
from web.api.door import caller
from web.api.fields import LARGEST_ID
from web.api.lists import list_of, page
from web.api.once import Done, once
from web.api.once import said as answer
from web.api.operation import PREFIX, Room
from web.station import station

room = Room("outbound", "Parcels that villagers send, the couriers' lists, what was refused.")
ID = f"<int(min=1, max={LARGEST_ID}):outbound_id>"
MANIFEST_ID = f"<int(min=1, max={LARGEST_ID}):manifest_id>"
_SERVES = (Right.SERVE,)


def remember_prohibited(lines: Sequence[dict[str, Any]]) -> Callable[[Refused], None]:
    """What a refused ticket leaves in the log of what was not taken."""

    def also_refused(refused: Refused) -> None:
        if not outbound_refusal.is_prohibited(refused):
            return
        item = next(
            (line["item"] for line in lines if line["service"] == "outbound" and refused.facts["word"] in line["item"]),
            "",
        )
        with station().store.transaction(caller()) as tx:
            outbound_refusal.remember_prohibited(tx, refused, item)

    return also_refused


@room.reads("/outbound", list_of(shapes.OutboundTold), rights=[Right.READ], asks=shapes.WhichOutbound)
def list_outbound(asked: dict[str, Any]) -> Response:
    """Sent parcels that fit every filter, newest first, masked."""
    filters = {name: asked[name] for name in ("state", "carrier", "phone_tail", "accepted_on", "limit")}
    with station().store.reading() as db:
        rows, following = store.page(db, before_id=asked["before"], **filters)
        items = [shapes.told(view.show(db, row)) for row in rows]
    return answer(page(items, asked, following))


@room.reads(f"/outbound/{ID}", shapes.OutboundTold, rights=[Right.READ])
def show_outbound(outbound_id: int) -> Response:
    """One sent parcel, masked."""
    with station().store.reading() as db:
        return answer(shapes.told(view.show(db, store.outbound(db, outbound_id))))


@room.acts(f"/outbound/{ID}/waybill", shapes.OutboundChanged, rights=_SERVES, asks=shapes.OutboundWaybill)
def give_outbound_waybill(asked: dict[str, Any], outbound_id: int) -> Response:
    """Notes the carrier's number of a parcel that waits.

    422 `outbound.foreign_waybill` for another carrier's number (`is_certain` says whether `is_sure` would help).
    """
    return once(
        lambda tx: _changed(
            outbound_manifest.give_waybill(tx, outbound_id, asked["waybill_no"], is_sure=asked["is_sure"])
        )
    )


@room.acts(f"/outbound/{ID}/waybill/remove", shapes.OutboundChanged, rights=_SERVES)
def remove_outbound_waybill(asked: dict[str, Any], outbound_id: int) -> Response:
    """Takes a wrong number off a parcel that waits."""

    def act(tx: Tx) -> Done:
        outbound_manifest.take_waybill_off(tx, outbound_id)
        return _changed(store.outbound(tx, outbound_id))

    return once(act)


@room.acts(f"/outbound/{ID}/label", shapes.LabelTold, rights=_SERVES)
def print_outbound_label(asked: dict[str, Any], outbound_id: int) -> Response:
    """Queues one more sticker, marked 补打."""
    return once(lambda tx: Done(200, {"id": outbound_id, "print_job_id": outbound_lines.print_label(tx, outbound_id)}))


@room.acts(f"/outbound/{ID}/return", shapes.ReturnTold, rights=_SERVES, asks=shapes.Return)
def return_outbound_parcel(asked: dict[str, Any], outbound_id: int) -> Response:
    """Gives a parcel back to its sender before its courier came: its refund stands on a ticket and takes effect as that
    is settled. Where no money was taken it goes back at once."""

    def act(tx: Tx) -> Done:
        line = outbound_return.return_outbound(tx, outbound_id, asked["reason"], ticket_id=asked["ticket_id"])
        body = {
            "id": outbound_id, "state": store.outbound(tx, outbound_id).state,
            "ticket_id": line.ticket_id if line else None, "refund_fen": -line.owed_fen if line else 0,
        }  # fmt: skip
        return Done(200, body)

    return once(act)


@room.acts("/outbound/manifests", shapes.ManifestChanged, rights=_SERVES, asks=shapes.NewManifest, status=201)
def begin_manifest(asked: dict[str, Any]) -> Response:
    """Begins the list of a carrier, or names the one that is open."""

    def act(tx: Tx) -> Done:
        found = outbound_manifest.open_manifest(tx, asked["carrier"])
        return Done(201, _told(tx, found), f"{PREFIX}/outbound/manifests/{found.id}")

    return once(act)


@room.reads("/outbound/manifests", list_of(shapes.ManifestTold), rights=[Right.READ], asks=shapes.WhichManifests)
def list_manifests(asked: dict[str, Any]) -> Response:
    """Couriers' lists, newest first."""
    with station().store.reading() as db:
        rows, following = store.manifests(
            db, state=asked["state"], given_on=asked["given_on"], before_id=asked["before"], limit=asked["limit"]
        )
        items = [shapes.told_manifest(view.show_manifest(db, row)) for row in rows]
    return answer(page(items, asked, following))


@room.reads(f"/outbound/manifests/{MANIFEST_ID}", shapes.ManifestTold, rights=[Right.READ])
def show_manifest(manifest_id: int) -> Response:
    """One list with its parcels, masked."""
    with station().store.reading() as db:
        return answer(shapes.told_manifest(view.show_manifest(db, store.manifest(db, manifest_id))))


@room.acts(f"/outbound/manifests/{MANIFEST_ID}/parcels", shapes.OutboundChanged, rights=_SERVES, asks=shapes.Listed)
def put_on_manifest(asked: dict[str, Any], manifest_id: int) -> Response:
    """Puts a parcel that waits on an open list of its carrier."""
    return once(lambda tx: _changed(outbound_manifest.put_on(tx, manifest_id, asked["outbound_id"])))


@room.acts(f"/outbound/manifests/{MANIFEST_ID}/take-off", shapes.OutboundChanged, rights=_SERVES, asks=shapes.Listed)
def take_off_manifest(asked: dict[str, Any], manifest_id: int) -> Response:
    """Takes a parcel off an open list; it waits as before."""

    def act(tx: Tx) -> Done:
        outbound_manifest.take_off(tx, manifest_id, asked["outbound_id"])
        return _changed(store.outbound(tx, asked["outbound_id"]))

    return once(act)


@room.acts(f"/outbound/manifests/{MANIFEST_ID}/give", shapes.ManifestChanged, rights=_SERVES, asks=shapes.Give)
def give_outbound_manifest(asked: dict[str, Any], manifest_id: int) -> Response:
    """The courier takes what is on the list: it is numbered, its paper printed, each parcel given.

    422 `manifest.waybill_missing` names the first parcel without its carrier's number.
    """
    return once(lambda tx: Done(200, _told(tx, outbound_manifest.give_manifest(tx, manifest_id, asked["courier"]))))


@room.acts(f"/outbound/manifests/{MANIFEST_ID}/take-back", shapes.ManifestChanged, rights=_SERVES)
def take_manifest_back(asked: dict[str, Any], manifest_id: int) -> Response:
    """The courier did not take it after all; on its own business day only."""
    return once(lambda tx: Done(200, _told(tx, outbound_manifest.take_manifest_back(tx, manifest_id))))


@room.acts(f"/outbound/manifests/{MANIFEST_ID}/drop", shapes.ManifestChanged, rights=_SERVES)
def drop_outbound_manifest(asked: dict[str, Any], manifest_id: int) -> Response:
    """Gives an open list up; nothing leaves."""

    def act(tx: Tx) -> Done:
        outbound_manifest.drop_manifest(tx, manifest_id)
        return Done(200, _told(tx, store.manifest(tx, manifest_id)))

    return once(act)


@room.acts("/outbound/refusals", shapes.RefusalNoted, rights=_SERVES, asks=shapes.NewRefusal, status=201)
def note_outbound_refusal(asked: dict[str, Any]) -> Response:
    """Notes that something was not taken; a line refused with `outbound.prohibited` is noted by itself."""

    def act(tx: Tx) -> Done:
        refusal_id = outbound_refusal.note_refusal(
            tx,
            asked["reason"],
            asked["action"],
            item=asked["item"],
            category=asked["category"],
            carrier=asked["carrier"],
        )
        return Done(201, {"id": refusal_id}, f"{PREFIX}/outbound/refusals")

    return once(act)


@room.reads("/outbound/refusals", list_of(shapes.RefusalTold), rights=[Right.READ], asks=shapes.Page)
def list_refusals(asked: dict[str, Any]) -> Response:
    """What was not taken, newest first."""
    with station().store.reading() as db:
        rows, following = store.refusals(db, before_id=asked["before"], limit=asked["limit"])
        items = [shapes.told_refusal(view.show_refusal(db, row)) for row in rows]
    return answer(page(items, asked, following))


@room.reads("/outbound/prohibited", list_of(shapes.CategoryTold), rights=[Right.READ])
def list_prohibited() -> Response:
    """What may not be sent, with the words by which a description is recognised."""
    with station().store.reading() as db:
        found = [shapes.told_category(category) for category in lists.categories(db).values()]
    return answer({"items": found, "next": None})


@room.reads("/outbound/freight", list_of(shapes.PriceTold), rights=[Right.READ])
def list_freight() -> Response:
    """The carriers' price lists that the station keeps."""
    with station().store.reading() as db:
        return answer({"items": [shapes.told_price(price) for price in lists.prices(db)], "next": None})


def _changed(found: Outbound) -> Done:
    names = ("id", "state", "waybill_no", "manifest_id")
    return Done(200, {name: getattr(found, name) for name in names})


def _told(tx: Tx, found: Manifest) -> dict[str, Any]:
    names = ("id", "manifest_no", "state", "carrier", "slip_id")
    pieces = found.pieces or len(store.on_manifest(tx, found.id))
    return {name: getattr(found, name) for name in names} | {"pieces": pieces}
