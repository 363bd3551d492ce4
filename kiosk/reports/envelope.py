"""What goes upstream: a report's payload under the station's signature (``signing``). The station signs with its own key; the
centre takes what is signed by the public key that it was given; that an envelope names its own key proves nothing.

    header   {"alg":"EdDSA","jwk":{public key},"kid":RFC 7638 thumbprint,"typ":"station-report+jws"}
    payload  {"content":{…},"format":"station-report/1","made_at":"…Z","sequence":1,"station":"…","subject":{…},"topic":"…"}
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from kiosk.errors import Refused
from kiosk.reports import signing
from kiosk.reports.signing import LARGEST_BYTES, Read, Signed, canonical, digest, jwk_text, thumbprint
from kiosk.storage.secrets import Secrets

__all__ = [
    "LARGEST_BYTES", "Opened", "Signed", "be_ready", "canonical", "claimed_key", "claimed_station", "digest",
    "public_jwk", "sign", "thumbprint", "verify",
]  # fmt: skip

TYPE = "station-report+jws"
FORMAT = "station-report/1"
KEY = "report"
_FIELDS: Mapping[str, type] = {
    "content": dict, "format": str, "made_at": str, "sequence": int, "station": str, "subject": dict, "topic": str,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Opened:
    """What a verified envelope says. ``hash`` is the SHA-256 of the payload, which an acknowledgement names."""

    station: str
    sequence: int
    topic: str
    made_at: str
    subject: dict[str, Any]
    content: dict[str, Any]
    payload: str
    hash: str


def public_jwk(secrets: Secrets) -> str:
    """The station's public key as a JWK in JSON, by which the centre verifies its reports."""
    return signing.public_key_of(secrets.key_cached(KEY))


def be_ready(secrets: Secrets) -> None:
    """Loads what signs: entry points call it before the transaction that does, which it would hold up half a second."""
    signing.be_ready()
    public_jwk(secrets)


def sign(
    secrets: Secrets, *, station: str, sequence: int, topic: str, subject: Mapping[str, Any], made_at: str,
    content: Mapping[str, Any], secret: str = KEY,
) -> Signed:  # fmt: skip
    """Signs one message of the station. ``subject`` is ``{"kind": …, "id": …}``, ``content`` JSON without floats, ``secret``
    the name of the key (``sending.send`` takes the present one)."""
    payload = {
        "content": dict(content), "format": FORMAT, "made_at": made_at, "sequence": sequence, "station": station,
        "subject": dict(subject), "topic": topic,
    }  # fmt: skip
    return signing.sign_as(secrets.key_cached(secret), TYPE, payload)


def verify(envelope: str, public_key: str) -> Opened:
    """What the envelope says, if this public key signed it.

    Raises ``Refused`` with ``envelope.too_large``, ``envelope.unreadable`` (no such envelope, another algorithm),
    ``envelope.signature_wrong`` (changed on the way, or another station's key) or ``envelope.format_unknown``.
    """
    return _open(signing.read_signed(envelope, public_key, TYPE))


def claimed_key(envelope: str) -> str:
    """The public key that the envelope itself claims, as JWK: what a centre may show to a person who enrols a station it
    has not met. It proves nothing. Raises ``Refused`` as ``verify``."""
    header, _said = signing.claimed(envelope)
    try:
        return jwk_text(header.get("jwk"))
    except Refused as error:
        raise signing.unreadable() from error


def claimed_station(envelope: str) -> str:
    """The station that the envelope claims to come from, before anything is verified: whose key to look up."""
    signing.refuse_large(envelope)
    try:
        return _open(signing.read_payload(signing.decoded(envelope.split(".")[1]))).station
    except (ValueError, IndexError) as error:
        raise signing.unreadable() from error


def _open(read: Read) -> Opened:
    said = read.said
    if set(said) != set(_FIELDS) or any(type(said[name]) is not kind for name, kind in _FIELDS.items()):
        raise signing.format_unknown()
    if said["format"] != FORMAT:
        raise signing.format_unknown()
    return Opened(
        said["station"], said["sequence"], said["topic"], said["made_at"], said["subject"], said["content"], read.payload,
        read.hash,
    )  # fmt: skip
