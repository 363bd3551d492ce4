"""What the county says, by API: its messages with what became of each, what was turned away, its pinned keys."""

from __future__ import annotations

import json
from typing import Any

from flask import Response
from marshmallow import fields

from kiosk.counter import apply_message, fee_proposal
from kiosk.inbox import actions, keys, store
from kiosk.inbox.keys import CountyKey
from kiosk.inbox.store import Message
from kiosk.inbox.topics import TOPIC_WORDS
from kiosk.people.rights import Right
from kiosk.storage import Tx
from web.api.fields import LARGEST_ID, Asked, Text, Told, Word, instant, said
from web.api.lists import Page, list_of, page
from web.api.once import Done, once
from web.api.once import said as answer
from web.api.operation import PREFIX, Room
from web.message_words import reason_words, title
from web.station import station

room = Room("county-messages", "What the county says to the station, verified by its pinned key.")
ID = f"<int(min=1, max={LARGEST_ID}):message_id>"


class WhichMessages(Page):
    """Filters of the list."""

    topic = Word(list(TOPIC_WORDS))
    state = Word(["applied", "parked"])


class OnDisplay(Asked):
    """Whether villagers are to see an announcement."""

    shown = fields.Boolean(required=True)


class ProposalTaken(Asked):
    """How a proposed list becomes a draft."""

    how = Word(
        [fee_proposal.WHOLE, fee_proposal.MERGED], required=True, doc="`merged`: what it does not name stays as it is"
    )


class KeyCompared(Asked):
    """A key of the county's, and the thumbprint that was compared with it."""

    public_key = Text(keys.LONGEST_KEY_TEXT, required=True, doc="JWK of an Ed25519 key, as JSON text")
    thumbprint = Text(60, required=True, doc="RFC 7638, as the county reads it out")


class CountyMessageTold(Told):
    """One message. `content` is null where it was not kept: it may name people."""

    id = said(fields.Integer)
    sequence = said(fields.Integer)
    topic = said()
    title = said(doc="for people, in their language")
    state = Word(["received", "applied", "parked"], required=True)
    reason = said(doc="why it is parked: a stable code; empty otherwise")
    reason_words = said()
    made_at = instant()
    received_at = instant()
    content = said(fields.Raw, may_be_null=True, doc="as the county signed it")
    outcome = said(fields.Dict, doc="what it brought about: counts, codes, business dates")
    hash = said(may_be_null=True)
    key_id = said(fields.Integer)
    is_on_display = said(fields.Boolean)
    draft_id = said(fields.Integer, may_be_null=True, doc="the draft of fees that was made of it")


class TurnedAwayTold(Told):
    """What was not taken. Nothing of it is kept."""

    id = said(fields.Integer)
    reason = Word(list(actions.TURNED_AWAY_WORDS), required=True)
    sequence = said(fields.Integer, doc="as it claimed; 0 where that could not be read")
    times = said(fields.Integer)
    first_at = instant()
    last_at = instant()
    ended = said(may_be_null=True, doc="`seen` by a person, or `taken`: what was missing came")


class DraftMade(Told):
    """The draft that a proposal became."""

    draft_id = said(fields.Integer)
    revision = said(fields.Integer)


class CountyKeyTold(Told):
    """A pinned key; the newest verifies what comes now."""

    id = said(fields.Integer)
    thumbprint = said()
    public_key = said()
    how = Word(list(keys.HOW_WORDS), required=True)
    from_sequence = said(fields.Integer)
    pinned_at = instant()


class TurnedAwaySeen(Told):
    """A person has seen it."""

    id = said(fields.Integer)


@room.reads("/county-messages", list_of(CountyMessageTold), rights=[Right.READ], asks=WhichMessages)
def list_county_messages(asked: dict[str, Any]) -> Response:
    """The county's messages that fit every filter, newest first."""
    limit = asked["limit"]
    with station().store.reading() as db:
        found = store.messages(
            db, topic=asked["topic"] or "", state=asked["state"] or "", before_id=asked["before"] or LARGEST_ID,
            limit=limit + 1,
        )  # fmt: skip
    following = found[limit - 1].id if len(found) > limit else None
    return answer(page([_told(one) for one in found[:limit]], asked, following))


@room.reads(f"/county-messages/{ID}", CountyMessageTold, rights=[Right.READ])
def show_county_message(message_id: int) -> Response:
    """One message."""
    with station().store.reading() as db:
        return answer(_told(store.message(db, message_id)))


@room.reads("/county-messages/turned-away", list_of(TurnedAwayTold), rights=[Right.READ])
def list_turned_away() -> Response:
    """What claimed to be the county's and was not taken, the latest first, at most 100."""
    with station().store.reading() as db:
        found = store.turned_away(db, with_ended=True, limit=100)
    names = ("id", "reason", "sequence", "times", "first_at", "last_at", "ended")
    return answer({"items": [{name: getattr(one, name) for name in names} for one in found], "next": None})


@room.acts(
    f"/county-messages/turned-away/<int(min=1, max={LARGEST_ID}):turned_away_id>/seen",
    TurnedAwaySeen,
    rights=[Right.MANAGE],
)
def see_turned_away(_asked: dict[str, Any], turned_away_id: int) -> Response:
    """The county was asked about it; should it come again it is shown again."""

    def act(tx: Tx) -> Done:
        actions.see_turned_away(tx, turned_away_id)
        return Done(200, {"id": turned_away_id})

    return once(act)


@room.acts(f"/county-messages/{ID}/display", CountyMessageTold, rights=[Right.MANAGE], asks=OnDisplay)
def show_on_display(asked: dict[str, Any], message_id: int) -> Response:
    """Has villagers see an announcement on their screen, or no longer."""

    def act(tx: Tx) -> Done:
        if asked["shown"]:
            actions.show_to_villagers(tx, message_id)
        else:
            actions.hide_from_villagers(tx, message_id)
        return Done(200, _told(store.message(tx, message_id)))

    return once(act)


@room.acts(f"/county-messages/{ID}/draft", DraftMade, rights=[Right.MANAGE], asks=ProposalTaken, status=201)
def make_draft_of_proposal(asked: dict[str, Any], message_id: int) -> Response:
    """Begins a draft of fees with what the county proposes; `fees.draft_open` while another is being written."""

    def act(tx: Tx) -> Done:
        draft = fee_proposal.draft_of_proposal(tx, message_id, asked["how"])
        return Done(201, {"draft_id": draft.id, "revision": draft.revision}, f"{PREFIX}/fees/draft")

    return once(act)


@room.acts(f"/county-messages/{ID}/try-again", CountyMessageTold, rights=[Right.MANAGE])
def try_county_message_again(_asked: dict[str, Any], message_id: int) -> Response:
    """Does a parked message once more; 422 with the reason when it still can't be done."""

    def act(tx: Tx) -> Done:
        apply_message.try_again(tx, message_id)
        return Done(200, _told(store.message(tx, message_id)))

    return once(act)


@room.reads("/county-keys", list_of(CountyKeyTold), rights=[Right.READ])
def list_county_keys() -> Response:
    """Every key of the county's that was ever pinned, newest first."""
    with station().store.reading() as db:
        return answer({"items": [_key(one) for one in keys.pinned(db)], "next": None})


@room.acts("/county-keys", CountyKeyTold, rights=[Right.MANAGE], asks=KeyCompared, status=201)
def pin_county_key(asked: dict[str, Any]) -> Response:
    """Believes a key from the next message on; its thumbprint must be the one that was compared with the county."""

    def act(tx: Tx) -> Done:
        return Done(201, _key(keys.pin_typed(tx, asked["public_key"], asked["thumbprint"])), f"{PREFIX}/county-keys")

    return once(act)


def _told(found: Message) -> dict[str, Any]:
    names = ("id", "sequence", "topic", "state", "reason", "made_at", "received_at", "hash", "key_id", "draft_id")
    return {name: getattr(found, name) for name in names} | {
        "title": title(found), "reason_words": reason_words(found), "outcome": dict(found.outcome),
        "content": json.loads(found.payload)["content"] if found.payload is not None else None,
        "is_on_display": found.on_display_at is not None,
    }  # fmt: skip


def _key(found: CountyKey) -> dict[str, Any]:
    return {
        name: getattr(found, name) for name in ("id", "thumbprint", "public_key", "how", "from_sequence", "pinned_at")
    }
