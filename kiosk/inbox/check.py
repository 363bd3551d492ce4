"""Invariants of the county's messages: no gap, content as it was signed by a key that counted, states as they were recorded,
nothing kept of what may name people."""

from __future__ import annotations

import json
from collections.abc import Iterator

from kiosk.errors import Refused
from kiosk.inbox import keys
from kiosk.inbox.message import TYPE, envelope_of
from kiosk.inbox.topics import KEPT
from kiosk.reports import signing
from kiosk.storage import Reader
from kiosk.storage.problem import Problem


def problems(db: Reader) -> Iterator[Problem]:
    """Everything of the inbox that is not as it was taken."""
    recorded = {}
    for action, text in db.all(
        "SELECT action, facts FROM audit WHERE action IN ('county_message.applied', 'county_message.parked')"
    ):
        facts = json.loads(text)
        recorded[facts["message_id"]] = (action.partition(".")[2], facts)
    later = {
        json.loads(text)["message_id"]
        for (text,) in db.all("SELECT facts FROM audit WHERE action = 'county_message.applied_later'")
    }
    public_keys = {key.id: key.public_key for key in keys.pinned(db)}
    expected = 0
    for row in db.connection.execute("SELECT * FROM county_messages ORDER BY sequence"):
        expected += 1
        if row["sequence"] != expected:
            yield Problem(
                "county_message.gap", "county_message", row["id"], f"sequence {row['sequence']}, not {expected}"
            )
            expected = row["sequence"]
        action, facts = recorded.pop(row["id"], ("", {}))
        state = "applied" if row["id"] in later else action
        told = (facts.get("sequence"), facts.get("topic"), facts.get("key_id"), facts.get("hash"))
        if state != row["state"] or told != (row["sequence"], row["topic"], row["key_id"], row["hash"] or ""):
            yield Problem("county_message.not_as_recorded", "county_message", row["id"], row["state"])
        is_known = row["topic"] in KEPT and row["reason"] != "message.topic_unknown"  # a later version may know it
        if (row["payload"] is not None) != is_known:
            yield Problem("county_message.wrongly_kept", "county_message", row["id"], row["topic"])
        if row["payload"] is not None and not _is_signed(row, public_keys.get(row["key_id"], "")):
            yield Problem("county_message.not_as_signed", "county_message", row["id"])
    for message_id in recorded:
        yield Problem("county_message.missing", "county_message", message_id)
    yield from _keys(db)


def _keys(db: Reader) -> Iterator[Problem]:
    pinned = {
        facts["key_id"]: (facts["how"], facts["from_sequence"])
        for (text,) in db.all("SELECT facts FROM audit WHERE action = 'county_key.pinned'")
        for facts in [json.loads(text)]
    }
    for key in keys.pinned(db):
        if pinned.pop(key.id, None) != (key.how, key.from_sequence) or _thumbprint(key.public_key) != key.thumbprint:
            yield Problem("county_key.not_as_pinned", "county_key", key.id)
    for key_id in pinned:
        yield Problem("county_key.missing", "county_key", key_id)


def _is_signed(row: object, public_key: str) -> bool:
    one: dict[str, str] = dict(row)  # type: ignore[call-overload]
    try:
        read = signing.read_signed(envelope_of(one["header"], one["payload"], one["signature"]), public_key, TYPE)
    except Refused:
        return False
    told = (read.said.get("sequence"), read.said.get("topic"), read.said.get("made_at"), read.hash)
    return told == (one["sequence"], one["topic"], one["made_at"], one["hash"])


def _thumbprint(public_key: str) -> str:
    try:
        return signing.thumbprint(public_key)
    except Refused:
        return ""
