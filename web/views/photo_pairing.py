"""A phone photographs one parcel: the counter shows a QR and what has come in. The phone's own pages are in ``phone``, and
come to it by the door for phones (``web.phones``), or by an address of the local network under which the counter is open."""

from __future__ import annotations

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from kiosk import attachments, clock
from kiosk.counter import photo_pairing
from kiosk.parcels import photo_pairings, view
from kiosk.parcels.model import CASE
from kiosk.printing.document import Document, Qr
from kiosk.storage import Tx
from kiosk.words import N_
from web import acts
from web.acts import Done
from web.routes import act, page
from web.station import session, station

photos = Blueprint("photos", __name__)
_LOOPBACK = ("localhost", "127.0.0.1", "::1")
MOST = attachments.MOST_PICTURES


@act(photos, "/parcels/<int:parcel_id>/phone")
def begin(parcel_id: int) -> ResponseReturnValue:
    """Pairs a phone where one could reach the station; else the page says what there is to do."""

    def do(tx: Tx) -> Done:
        if not _base():
            return Done(url_for("photos.show", parcel_id=parcel_id))
        _pairing, token = photo_pairing.begin_pairing(tx, parcel_id)
        ticket = station().shown_once.put(_mine(parcel_id), token)
        return Done(url_for("photos.show", parcel_id=parcel_id, s=ticket))

    return acts.run(do)


@page(photos, "/parcels/<int:parcel_id>/phone", N_("用手机拍照"))
def show(parcel_id: int) -> ResponseReturnValue:
    """The QR while it is good, and how many photos have come; its secret is kept nowhere but in memory."""
    token = station().shown_once.get(_mine(parcel_id), request.args.get("s", ""))
    base = _base()
    with station().store.reading() as db:
        shown = view.parcel(db, parcel_id)
        pairing = photo_pairings.alive(db, parcel_id, clock.stamp())
        kept = len(attachments.of_case(db, CASE, parcel_id))
    document = None
    if base and pairing is not None and pairing.claimed_at is None and isinstance(token, str):
        document = Document(
            station().settings.station.name, (Qr(f"{base}{url_for('phone.open_on_phone', token=token)}"),)
        )
    return render_template(
        "photos/qr.html", shown=shown, document=document, pairing=pairing, kept=kept, most=MOST, base=base,
        is_wanted=bool(station().settings.photos.listen),
    )  # fmt: skip


@act(photos, "/parcels/<int:parcel_id>/phone/end")
def end(parcel_id: int) -> ResponseReturnValue:
    def do(tx: Tx) -> Done:
        found = photo_pairings.alive(tx, parcel_id, tx.now)
        if found is not None:
            photo_pairing.end_pairing(tx, found.id)
        return Done(url_for("parcels.one_parcel", parcel_id=parcel_id), N_("拍照结束，那部手机不能再传"))

    return acts.run(do)


def _base() -> str:
    """Where a phone finds its pages; ``''`` where it finds none."""
    at = station().phones_at
    if at is not None:
        return at()
    name = request.host.rpartition(":")[0] if request.host.rpartition(":")[2].isdigit() else request.host
    return "" if name.strip("[]").lower() in _LOOPBACK else request.host_url.rstrip("/")


def _mine(parcel_id: int) -> str:
    return f"phone:{session().id}:{parcel_id}"
