"""A phone that photographs one parcel: the counter shows a QR, the phone opens it once and may send photos for ten minutes.
The phone is not logged in: it holds a key to this one parcel, in the signed cookie, and sees nothing of it but the code."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from flask import session as cookie
from flask.typing import ResponseReturnValue

from kiosk import attachments, clock
from kiosk.counter import photo_pairing
from kiosk.errors import Refused
from kiosk.parcels import photo_pairings, store, view
from kiosk.parcels.model import CASE
from kiosk.people import staff
from kiosk.printing.document import Document, Qr
from kiosk.storage import Actor
from kiosk.words import N_
from web import acts, pictures
from web.acts import Done
from web.hosts import own_names
from web.routes import act, part
from web.station import actor, station

photos = Blueprint("photos", __name__)
pictures.allow_pictures(photos, {"photos.send"})
COOKIE = "photo_key"


@act(photos, "/parcels/<int:parcel_id>/phone")
def begin(parcel_id: int) -> ResponseReturnValue:
    """Shows the QR. Not sent on to an address of its own: its secret is kept nowhere and shown once."""
    with station().store.transaction(actor()) as tx:
        _pairing, token = photo_pairing.begin_pairing(tx, parcel_id)
        shown = view.parcel(tx, parcel_id)
    address = url_for("photos.open_on_phone", token=token, _external=True)
    document = Document(station().settings.station.name, (Qr(address),))
    host = request.host.partition(":")[0].strip("[]").lower()
    return render_template(
        "photos/qr.html", shown=shown, document=document, is_only_here=host in ("localhost", "127.0.0.1", "::1"),
        names=sorted(own_names()),
    )  # fmt: skip


@act(photos, "/parcels/<int:parcel_id>/phone/end")
def end(parcel_id: int) -> ResponseReturnValue:
    def do(tx) -> Done:  # type: ignore[no-untyped-def]
        found = photo_pairings.alive(tx, parcel_id, tx.now)
        if found is not None:
            photo_pairing.end_pairing(tx, found.id)
        return Done(url_for("parcels.one_parcel", parcel_id=parcel_id), N_("拍照结束，那部手机不能再传"))

    return acts.run(do)


@part(photos, "/phone/<token>", is_open=True)
def open_on_phone(token: str) -> ResponseReturnValue:
    """Asks before it uses the QR up: programs that look at an address before a person does open nothing."""
    return render_template("photos/open.html", token=token[:100])


@act(photos, "/phone/<token>/begin", is_open=True)
def claim(token: str) -> ResponseReturnValue:
    try:
        with station().store.transaction() as tx:
            cookie[COOKIE] = photo_pairings.claim(tx, token)
    except Refused as refused:
        return _over(refused)
    return redirect(url_for("photos.camera"), 303)


@part(photos, "/phone", is_open=True)
def camera() -> ResponseReturnValue:
    """The page on the phone, in portrait: one button, and how many photos have come in."""
    try:
        return _camera()
    except Refused as refused:
        return _over(refused)


@act(photos, "/phone/send", is_open=True)
def send() -> ResponseReturnValue:
    """One photo from the phone, kept as from whoever showed the QR."""
    try:
        with station().store.reading() as db:
            found = photo_pairings.of_key(db, cookie.get(COOKIE, ""), clock.stamp())
            person = staff.person(db, found.begun_by_id)
        try:
            picture = pictures.sent_picture("photo")
            if picture is None:
                return _camera(N_("还没有拍照片，没有保存"))
            with station().store.transaction(Actor("staff", person.id, person.role, person.name)) as tx:
                photo_pairing.send_photo(tx, cookie[COOKIE], picture)
        except Refused as refused:
            if refused.code == "pairing.over":
                raise
            return _camera(refused.message, **refused.facts)
    except Refused as refused:
        return _over(refused)
    station().hub.publish("changed", None)
    return redirect(url_for("photos.camera", sent=1), 303)


def _camera(message: str = "", **facts: object) -> ResponseReturnValue:
    with station().store.reading() as db:
        found = photo_pairings.of_key(db, cookie.get(COOKIE, ""), clock.stamp())
        row = store.parcel(db, found.parcel_id)
        kept = len(attachments.of_case(db, CASE, found.parcel_id))
    page = render_template(
        "photos/camera.html", pickup_code=row["pickup_code"] or "—", kept=kept, most=attachments.MOST_PICTURES,
        expires_at=found.expires_at, message=message, facts=facts, is_sent=request.args.get("sent") == "1",
    )  # fmt: skip
    return (page, 422) if message else page


def _over(refused: Refused) -> ResponseReturnValue:
    cookie.pop(COOKIE, None)
    return render_template("photos/over.html", message=refused.message), 422
