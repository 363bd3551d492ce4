"""The envelope of a county message: a compact JWS like a report's, signed by the centre. Verified before one word of it is
believed, with the key that the station has pinned for its sequence number.

    payload  {"content":{…},"format":"county-message/1","made_at":"…Z","sequence":1,"station":"…","topic":"…"}
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from kiosk import clock
from kiosk.errors import Refused
from kiosk.inbox import keys
from kiosk.reports import signing
from kiosk.storage import Reader
from kiosk.words import N_

TYPE = "county-message+jws"
FORMAT = "county-message/1"
POLL_TYPE = "station-poll+jws"
POLL_FORMAT = "station-poll/1"
#: Two hundred parcels with names and phones take a sixth of it.
LARGEST_BYTES = 192 * 1024
LARGEST_SEQUENCE = 2**53
_TOPIC = re.compile(r"[a-z_]{1,30}(\.[a-z_]{1,30}){0,2}")
_FIELDS: Mapping[str, type] = {
    "content": dict, "format": str, "made_at": str, "sequence": int, "station": str, "topic": str,
}  # fmt: skip


@dataclass(frozen=True, slots=True, repr=False)
class Incoming:
    """A verified message as it came. Never logged: its content may name people."""

    sequence: int
    topic: str
    made_at: str
    content: dict[str, Any]
    payload: str
    hash: str
    header: str
    signature: str
    key_id: int


def sign(
    seed: bytes, *, station: str, sequence: int, topic: str, made_at: str, content: Mapping[str, Any]
) -> signing.Signed:
    """Signs one message of a centre to a station, with the centre's key of this seed."""
    payload = {
        "content": dict(content), "format": FORMAT, "made_at": made_at, "sequence": sequence, "station": station,
        "topic": topic,
    }  # fmt: skip
    return signing.sign_as(seed, TYPE, payload)


def poll(seed: bytes, *, station: str, made_at: str, after: int, parked: list[dict[str, Any]]) -> signing.Signed:
    """Signs the station's question for what comes after a sequence number, with what it has parked now."""
    payload = {"format": POLL_FORMAT, "station": station, "made_at": made_at, "after": after, "parked": parked}
    return signing.sign_as(seed, POLL_TYPE, payload)


def claimed_sequence(envelope: str) -> int:
    """The sequence number that an envelope claims, 0 where it can't be read. It proves nothing."""
    try:
        _header, said = signing.claimed(envelope)
    except Refused:
        return 0
    sequence = said.get("sequence")
    return sequence if type(sequence) is int and 0 < sequence <= LARGEST_SEQUENCE else 0


def verify(db: Reader, envelope: str) -> Incoming:
    """The message, if the county's key for its sequence number signed it for this very station.

    Raises ``Refused``: ``message.no_key`` (none is pinned), ``message.unreadable``, ``message.signature_wrong`` and
    ``message.foreign`` (signed rightly, but for another station).
    """
    if keys.current(db) is None:
        raise Refused("message.no_key", N_("还没有登记县中心的公钥，县里的消息一条也不能收；请先登记"))
    if len(envelope) > LARGEST_BYTES:
        raise _unreadable()
    sequence = claimed_sequence(envelope)
    key = keys.for_sequence(db, sequence) if sequence else None
    if key is None:
        raise _unreadable()
    try:
        read = signing.read_signed(envelope, key.public_key, TYPE)
    except Refused as error:
        if error.code == "envelope.signature_wrong":
            raise Refused("message.signature_wrong", N_("签名不是县中心的，没有收下")) from error
        raise _unreadable() from error
    said = read.said
    if set(said) != set(_FIELDS) or any(type(said[name]) is not kind for name, kind in _FIELDS.items()):
        raise _unreadable()
    if said["format"] != FORMAT or not _TOPIC.fullmatch(said["topic"]) or not _is_instant(said["made_at"]):
        raise _unreadable()
    if said["station"] != db.settings.station.code:
        raise Refused("message.foreign", N_("这条消息是发给别的站点的，没有收下"))
    header, _payload, signature = envelope.split(".")
    return Incoming(
        said["sequence"], said["topic"], said["made_at"], said["content"], read.payload, read.hash, header, signature,
        key.id,
    )  # fmt: skip


def envelope_of(header: str, payload: str, signature: str) -> str:
    """The very envelope that came, from its kept parts."""
    return f"{header}.{signing.encoded(payload.encode('utf-8'))}.{signature}"


def _is_instant(text: str) -> bool:
    try:
        clock.read(text)
    except ValueError:
        return False
    return True


def _unreadable() -> Refused:
    return Refused("message.unreadable", N_("这不是县中心消息的格式，没有收下"))
