"""What a report must say before the centre takes it, whoever signed it; format and signature are ``kiosk.reports.envelope``'s.

The content itself is the station's word: it is kept as signed, and only what the list shows is read from it.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

from kiosk.errors import Refused
from kiosk.reports import envelope as envelopes
from kiosk.reports.envelope import Opened
from kiosk.words import N_
from sync.centre.problems import Turned

STATION = re.compile(r"[A-Za-z0-9_-]{1,32}")
TOPIC = re.compile(r"[a-z_]+(\.[a-z_]+)*")
LARGEST_SEQUENCE = 2**53

#: What each refusal of the envelope is over HTTP.
_STATUS = {
    "envelope.too_large": 413,
    "envelope.unreadable": 400,
    "envelope.format_unknown": 422,
    "envelope.signature_wrong": 422,
    "envelope.key_unreadable": 400,
}


@dataclass(frozen=True, slots=True)
class Claim:
    """What an envelope says of itself before anything is verified."""

    station: str
    public_key: str
    thumbprint: str


def claim(envelope: str) -> Claim:
    """Whom the envelope claims to come from. Raises ``Turned``."""
    try:
        station = envelopes.claimed_station(envelope)
        key = envelopes.claimed_key(envelope)
        thumbprint = envelopes.thumbprint(key)
    except Refused as error:
        raise _turned(error) from error
    except RecursionError as error:
        raise _unreadable() from error
    if not STATION.fullmatch(station):
        raise _incomplete("station")
    return Claim(station, key, thumbprint)


def verified(envelope: str, public_key: str) -> Opened:
    """The report, if this key signed it and it says what every report must. Raises ``Turned``."""
    try:
        opened = envelopes.verify(envelope, public_key)
    except Refused as error:
        raise _turned(error) from error
    if not STATION.fullmatch(opened.station):
        raise _incomplete("station")
    if not 1 <= opened.sequence <= LARGEST_SEQUENCE:
        raise _incomplete("sequence")
    if len(opened.topic) > 60 or not TOPIC.fullmatch(opened.topic):
        raise _incomplete("topic")
    return opened


def key_of_text(text: str) -> str:
    """A public key as a person gives it (JWK), in the one spelling that is stored. Raises ``Turned``."""
    try:
        jwk: Any = json.loads(text)
        public_key = envelopes.canonical({name: jwk[name] for name in ("crv", "kty", "x")})
        envelopes.thumbprint(public_key)
    except Refused as error:
        raise _turned(error) from error
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise Turned(400, "envelope.key_unreadable", N_("这不是 Ed25519 公钥（JWK）；没有登记，请重新复制")) from error
    return public_key


def _turned(error: Refused) -> Turned:
    return Turned(_STATUS[error.code], error.code, error.message, **error.facts)


def _unreadable() -> Turned:
    return Turned(400, "envelope.unreadable", N_("报文不是签名的 JWS，没有收下；请核对发送方"))


def _incomplete(name: str) -> Turned:
    return Turned(422, "report.incomplete", N_("报告缺少或写错了 {name}，没有收下"), name=name)
