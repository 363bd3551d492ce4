"""Reads what stations sign, before and after it is verified. The signature is ``kiosk.reports.signing``'s to judge; here
is what the centre makes of it, and that everything has the shape that the wire agrees on.

The content itself is the station's word: it is kept as signed, and only what the lists show is read from it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
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
#: A header is a third as long.
LONGEST_REMEMBERED = 1024


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
        named, part = envelope.split(".")[:2]
        kind, key, thumbprint = _header(named)
        said = json.loads(signing.decoded(part))
        if kind != typ or not isinstance(said, dict):
            raise signing.format_unknown()
    except Refused as error:
        raise turned(signing.unreadable() if error.code == "envelope.key_unreadable" else error) from error
    except (RecursionError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise turned(signing.unreadable()) from error
    station, sequence = said.get("station"), said.get("sequence")
    if not isinstance(station, str) or not STATION.fullmatch(station):
        raise incomplete("station")
    is_number = type(sequence) is int and 1 <= sequence <= LARGEST_SEQUENCE
    return Claim(station, sequence if is_number else 0, key, thumbprint)  # type: ignore[arg-type]


def proven(envelope: str) -> tuple[Opened, Claim] | None:
    """The report, signed by whoever holds the key that it names itself, and whose it claims to be; whether that is the
    station's key is for the caller to ask. None: something is wrong with it, and ``claim`` and ``verified`` say what."""
    try:
        signing.refuse_large(envelope)
        _kind, key, thumbprint = _header(envelope.partition(".")[0])
        opened = verified(envelope, key)
    except (Refused, Turned, RecursionError, ValueError, TypeError, KeyError, AttributeError):
        return None
    return opened, Claim(opened.station, opened.sequence, key, thumbprint)


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


def _header(part: str) -> tuple[Any, str, str]:
    """Kind, key and thumbprint that the first part of an envelope names. Raises ``Refused``, or what is wrong with it."""
    return (_remembered if len(part) <= LONGEST_REMEMBERED else _remembered.__wrapped__)(part)


@lru_cache(maxsize=1024)
def _remembered(part: str) -> tuple[Any, str, str]:
    """All messages of a kind and key begin with the same text."""
    header = json.loads(signing.decoded(part))
    key = signing.jwk_text(header["jwk"])
    return header.get("typ"), key, signing.thumbprint(key)


def incomplete(name: str) -> Turned:
    """A signed message lacks something."""
    return Turned(422, "report.incomplete", N_("报告缺少或写错了 {name}，没有收下"), name=name)
