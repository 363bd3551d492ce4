"""What goes to the county, by API: every message with its state, the envelope as it was signed, the codes for a phone; the
number that came back by word, sending again, the station's key and its enrolment."""

from __future__ import annotations

from typing import Any

from flask import Response
from marshmallow import fields

from kiosk import outbox
from kiosk.counter import enrol, submit
from kiosk.errors import Refused
from kiosk.outbox import enrolment
from kiosk.outbox.enrolment import Enrolment
from kiosk.outbox.typed import standing_number
from kiosk.people.rights import Right
from kiosk.reports import envelope, for_people, qr_parts, station_keys
from kiosk.storage import Reader, Tx
from kiosk.words import N_
from web.api.fields import LARGEST_ID, Asked, Text, Told, Word, instant, said
from web.api.lists import Page, list_of, page
from web.api.once import Done, once
from web.api.once import said as answer
from web.api.operation import PREFIX, Room
from web.station import station

room = Room(
    "outbox", "Messages for the county: signed once, sent by the road that is set, acknowledged under a number."
)
ID = f"<int(min=1, max={LARGEST_ID}):outbox_id>"
_STATES = ("waiting", "in_flight", "acknowledged", "refused")


class WhichSent(Page):
    """Filters of the list."""

    state = Word(list(_STATES))


class NumberTyped(Asked):
    """An acknowledgement number that the county told by word."""

    number = Text(80, required=True, doc="letters, digits and hyphens; read as a person writes it")


class CodeAsked(Asked):
    """The one-time code that the county gave."""

    code = Text(40, required=True, doc="eight letters and digits; spaces and hyphens are left out")


class SentTold(Told):
    """One message."""

    id = said(fields.Integer)
    sequence = said(fields.Integer)
    topic = said()
    title = said(doc="for people, in their language")
    state = Word(list(_STATES), required=True)
    is_handed_over = said(fields.Boolean, doc="in flight on a road that answers later: stick, mail, phone")
    is_typed = said(fields.Boolean, doc="a person typed the acknowledgement number")
    attempts = said(fields.Integer)
    next_try_at = instant()
    acknowledgement_no = said(may_be_null=True)
    acknowledged_at = said(may_be_null=True)
    reason = said(may_be_null=True, doc="why it was refused, or why it did not go yet")
    replaced_by_id = said(fields.Integer, may_be_null=True, doc="a later message of the same subject")
    hash = said(doc="SHA-256 of the signed payload")
    created_at = instant()


class EnvelopeTold(Told):
    """A message as it was signed, in every form in which it can be carried."""

    envelope = said(doc="compact JWS")
    text = said(doc="for the managers' chat group, in the station's language")
    #: Empty when four don't hold it.
    codes = fields.List(fields.String(), required=True)


class KeyTold(Told):
    """The key that signs now."""

    thumbprint = said(doc="RFC 7638")
    public_key = said(doc="JWK as JSON text")
    rotations = said(fields.Integer, doc="how often it was changed")


class EnrolmentTold(Told):
    """A one-time code on its way to the county."""

    id = said(fields.Integer)
    state = Word(["asked", "enrolled", "refused", "replaced"], required=True)
    reason = said(may_be_null=True)
    thumbprint = said()
    asked_at = instant()
    ended_at = said(may_be_null=True)


@room.reads("/outbox", list_of(SentTold), rights=[Right.READ], asks=WhichSent)
def list_outbox(asked: dict[str, Any]) -> Response:
    """Messages for the county, newest first."""
    limit = asked["limit"]
    states = (asked["state"],) if asked["state"] else ()
    with station().store.reading() as db:
        found = outbox.messages(db, limit + 1, asked["before"] or LARGEST_ID, states)
        items = [_told(db, one) for one in found[:limit]]
    return answer(page(items, asked, found[limit - 1].sequence if len(found) > limit else None))


@room.reads(f"/outbox/{ID}", SentTold, rights=[Right.READ])
def show_sent(outbox_id: int) -> Response:
    """One message."""
    with station().store.reading() as db:
        return answer(_told(db, _found(db, outbox_id)))


@room.reads(f"/outbox/{ID}/envelope", EnvelopeTold, rights=[Right.READ])
def show_envelope(outbox_id: int) -> Response:
    """The message as it was signed, its text for people, and the texts of its QR codes."""
    with station().store.reading() as db:
        found = _found(db, outbox_id)
        text = for_people.text_of(outbox.payload(db, outbox_id), station().settings.station.locale)
    try:
        codes = list(qr_parts.parts_of(found.envelope))
    except (Refused, ValueError):
        codes = []
    return answer({"envelope": found.envelope, "text": text, "codes": codes})


@room.acts(f"/outbox/{ID}/number", SentTold, rights=[Right.SERVE], asks=NumberTyped)
def type_number(asked: dict[str, Any], outbox_id: int) -> Response:
    """Notes the acknowledgement number that came back by word; `acknowledgement.taken` when another message has it."""

    def act(tx: Tx) -> Done:
        submit.note_number(tx, outbox_id, asked["number"])
        return Done(200, _told(tx, _found(tx, outbox_id)))

    return once(act)


@room.acts(f"/outbox/{ID}/withdraw-number", SentTold, rights=[Right.MANAGE])
def withdraw_number(_asked: dict[str, Any], outbox_id: int) -> Response:
    """Takes a typed number back; the message waits again. What the centre answered itself stands."""

    def act(tx: Tx) -> Done:
        submit.withdraw_number(tx, outbox_id)
        return Done(200, _told(tx, _found(tx, outbox_id)))

    return once(act)


@room.acts(f"/outbox/{ID}/carried", SentTold, rights=[Right.SERVE])
def carry(_asked: dict[str, Any], outbox_id: int) -> Response:
    """Notes that a person sent the text or the codes by phone."""

    def act(tx: Tx) -> Done:
        submit.carry_by_phone(tx, outbox_id)
        return Done(200, _told(tx, _found(tx, outbox_id)))

    return once(act)


@room.acts(f"/outbox/{ID}/send-again", SentTold, rights=[Right.MANAGE])
def send_again(_asked: dict[str, Any], outbox_id: int) -> Response:
    """Sends a refused message, or one without an answer, as it is."""

    def act(tx: Tx) -> Done:
        submit.send_again(tx, outbox_id)
        return Done(200, _told(tx, _found(tx, outbox_id)))

    return once(act)


@room.acts(f"/outbox/{ID}/send-anew", SentTold, rights=[Right.MANAGE], status=201)
def send_anew(_asked: dict[str, Any], outbox_id: int) -> Response:
    """Signs what a refused message says once more, under a new number."""
    envelope.be_ready(station().store.secrets)

    def act(tx: Tx) -> Done:
        made = submit.send_anew(tx, outbox_id)
        return Done(201, _told(tx, _found(tx, made)), f"{PREFIX}/outbox/{made}")

    return once(act)


@room.reads("/station-key", KeyTold, rights=[Right.READ])
def show_key() -> Response:
    """The key by which the county verifies this station."""
    with station().store.reading() as db:
        return answer(_key(db))


@room.acts("/station-key", KeyTold, rights=[Right.MANAGE], status=201)
def rotate_key(_asked: dict[str, Any]) -> Response:
    """Changes the key; the old one signs the message that tells the county."""
    envelope.be_ready(station().store.secrets)

    def act(tx: Tx) -> Done:
        submit.rotate_key(tx)
        return Done(201, _key(tx), f"{PREFIX}/station-key")

    return once(act)


@room.acts("/enrolments", EnrolmentTold, rights=[Right.MANAGE], asks=CodeAsked, status=201)
def ask_enrolment(asked: dict[str, Any]) -> Response:
    """Sends the one-time code to the county; what becomes of it stands in the list."""

    def act(tx: Tx) -> Done:
        made = enrolment.find(tx, enrol.ask_enrolment(tx, asked["code"]))
        assert made is not None  # noqa: S101 - just inserted
        return Done(201, _enrolment(made), f"{PREFIX}/enrolments")

    return once(act)


@room.reads("/enrolments", list_of(EnrolmentTold), rights=[Right.READ])
def list_enrolments() -> Response:
    """The codes that were used and what became of each, the newest first, at most 20."""
    with station().store.reading() as db:
        return answer({"items": [_enrolment(one) for one in enrolment.enrolments(db, 20)], "next": None})


def _found(db: Reader, outbox_id: int) -> outbox.Message:
    found = outbox.find(db, outbox_id)
    if found is None:
        raise Refused("message.unknown", N_("没有这条上报消息"))
    return found


def _told(db: Reader, found: outbox.Message) -> dict[str, Any]:
    names = (
        "id", "sequence", "topic", "state", "attempts", "next_try_at", "acknowledgement_no", "acknowledged_at", "reason",
        "hash", "created_at",
    )  # fmt: skip
    later = outbox.replaced_by(db, found)
    return {name: getattr(found, name) for name in names} | {
        "title": for_people.topic_words(found.topic), "is_handed_over": outbox.is_on_road(db, found.id),
        "is_typed": standing_number(db, found.id) is not None, "replaced_by_id": later.id if later else None,
    }  # fmt: skip


def _key(db: Reader) -> dict[str, Any]:
    return {
        "thumbprint": station_keys.thumbprint(db), "public_key": station_keys.public_jwk(db),
        "rotations": len(station_keys.rotations(db)),
    }  # fmt: skip


def _enrolment(found: Enrolment) -> dict[str, Any]:
    return {name: getattr(found, name) for name in ("id", "state", "reason", "thumbprint", "asked_at", "ended_at")}
