"""What a paired phone sees: begin, take a photo, over. Nobody is logged in: the phone holds a key to one parcel, in the signed
cookie, and sees nothing of it but its code. The only pages that the door for phones serves (``web.phones``)."""

from __future__ import annotations

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask import session as cookie
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import generate_csrf

from kiosk import attachments, clock
from kiosk.counter import photo_pairing
from kiosk.errors import Refused
from kiosk.parcels import photo_pairings, store
from kiosk.parcels.model import CASE
from kiosk.people import staff
from kiosk.storage import Actor
from kiosk.words import N_
from web import pictures
from web.routes import act, part
from web.station import station
from web.wording import STATIC

phone = Blueprint("phone", __name__)
pictures.allow_pictures(phone, {"phone.send"})
COOKIE = "photo_key"


@phone.app_template_global("phone_token")
def _phone_token() -> str:
    return str(generate_csrf())


@part(phone, "/phone/style.css", is_open=True)
def style() -> Response:
    """These pages' one sheet of style, so that nothing else of the station need be served to them."""
    return Response((STATIC / "phone.css").read_text("utf-8"), mimetype="text/css")


@part(phone, "/phone/<token>", is_open=True)
def open_on_phone(token: str) -> ResponseReturnValue:
    """Asks before it uses the QR up: programs that look at an address before a person does open nothing."""
    return render_template("photos/open.html", token=token[:100])


@act(phone, "/phone/<token>/begin", is_open=True)
def claim(token: str) -> ResponseReturnValue:
    try:
        with station().store.transaction() as tx:
            cookie[COOKIE] = photo_pairings.claim(tx, token)
    except Refused as refused:
        return over(refused.message)
    station().hub.publish("changed", None)
    return redirect(url_for("phone.camera"), 303)


@part(phone, "/phone", is_open=True)
def camera() -> ResponseReturnValue:
    """The page on the phone, in portrait: one button, and how many photos have come in."""
    try:
        return _camera()
    except Refused as refused:
        return over(refused.message)


@act(phone, "/phone/send", is_open=True)
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
        return over(refused.message)
    station().hub.publish("changed", None)
    return redirect(url_for("phone.camera", sent=1), 303)


def over(message: str) -> tuple[str, int]:
    """Nothing more can be sent by this phone, and why (marked)."""
    cookie.pop(COOKIE, None)
    return render_template("photos/over.html", message=message), 422


def again(message: str) -> ResponseReturnValue:
    """The camera's page once more, with what went wrong (marked): a photo too large costs no new QR."""
    try:
        return _camera(message)
    except Refused:
        return over(message)


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
