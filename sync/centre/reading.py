"""Reads what stations sign, before and after it is verified. The signature is ``kiosk.reports.signing``'s to judge; here
is what the centre makes of it, and that everything has the shape that the wire agrees on.

The content itself is the station's word: it is kept as signed, and only what the lists show is read from it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from kiosk import clock
from kiosk.errors import Refused
from kiosk.reports import envelope as envelopes
from kiosk.reports import signing
from kiosk.reports.envelope import Opened
from kiosk.words import N_
from sync.centre.problems import Turned, turned

STATION = re.compile(r"[A-Za-z0-9_-]{1,32}")
TOPIC = re.compile(r"[a-z_]+(\.[a-z_]+)*")
LARGEST_SEQUENCE = 2**53
REPORT = envelopes.TYPE


@dataclass(frozen=True, slots=True)
class Claim:
    """What an envelope says of itself before anything is verified."""

    station: str
    sequence: int
    public_key: str
    thumbprint: str


def claim(envelope: str, typ: str = REPORT) -> Claim:
    """Whom an envelope of this kind claims to come from. Raises ``Turned``."""
    try:
        signing.refuse_large(envelope)
        header, said = (json.loads(signing.decoded(part)) for part in envelope.split(".")[:2])
        key = signing.jwk_text(header["jwk"])
        if header.get("typ") != typ or not isinstance(said, dict):
            raise signing.format_unknown()
        thumbprint = signing.thumbprint(key)
    except Refused as error:
        raise turned(signing.unreadable() if error.code == "envelope.key_unreadable" else error) from error
    except (RecursionError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise turned(signing.unreadable()) from error
    station, sequence = said.get("station"), said.get("sequence")
    if not isinstance(station, str) or not STATION.fullmatch(station):
        raise incomplete("station")
    is_number = type(sequence) is int and 1 <= sequence <= LARGEST_SEQUENCE
    return Claim(station, sequence if is_number else 0, key, thumbprint)  # type: ignore[arg-type]


def verified(envelope: str, public_key: str) -> Opened:
    """The report, if this key signed it and it says what every report must. Raises ``Turned``."""
    try:
        opened = envelopes.verify(envelope, public_key)
    except Refused as error:
        raise turned(error) from error
    if not STATION.fullmatch(opened.station):
        raise incomplete("station")
    if not 1 <= opened.sequence <= LARGEST_SEQUENCE:
        raise incomplete("sequence")
    if len(opened.topic) > 60 or not TOPIC.fullmatch(opened.topic):
        raise incomplete("topic")
    return opened


def read(envelope: str, public_key: str, typ: str, form: str, fields: Mapping[str, type]) -> dict[str, Any]:
    """What another message of a station says: exactly these fields, of these types. Raises ``Turned``."""
    try:
        said = signing.read_signed(envelope, public_key, typ).said
    except Refused as error:
        raise turned(error) from error
    if set(said) != {*fields, "format"} or said["format"] != form:
        raise turned(signing.format_unknown())
    for name, kind in fields.items():
        if type(said[name]) is not kind:
            raise incomplete(name)
    try:
        clock.read(said["made_at"])
    except ValueError as error:
        raise incomplete("made_at") from error
    return said


def key_of_text(text: str) -> str:
    """A public key as a person gives it (JWK), in the one spelling that is stored. Raises ``Turned``."""
    try:
        return signing.jwk_text(text)
    except Refused as error:
        raise turned(error) from error


def incomplete(name: str) -> Turned:
    """A signed message lacks something."""
    return Turned(422, "report.incomplete", N_("报告缺少或写错了 {name}，没有收下"), name=name)
