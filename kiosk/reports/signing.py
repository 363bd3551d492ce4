"""Canonical JSON under a compact JWS (RFC 7515) with EdDSA over Ed25519 (RFC 8037): what reports, enrolments, polls and the
county's messages have in common. Whoever reads one names the public key that he was given and the kind that he expects;
a key or kind that stands in the envelope is never trusted by itself.

    BASE64URL(header) . BASE64URL(payload) . BASE64URL(signature)
    header   {"alg":"EdDSA","jwk":{public key},"kid":RFC 7638 thumbprint,"typ":"station-report+jws"}
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NoReturn

from kiosk.errors import Refused
from kiosk.words import N_

if TYPE_CHECKING:
    from joserfc.jwk import OKPKey
    from joserfc.jws import JWSAlgModel, JWSRegistry

ALGORITHM = "EdDSA"
#: More than any report that a station makes; a longer envelope is not even parsed.
LARGEST_BYTES = 512 * 1024


@dataclass(frozen=True, slots=True)
class Signed:
    """Signed content: the canonical payload, its SHA-256 and the envelope around it."""

    payload: str
    hash: str
    envelope: str


@dataclass(frozen=True, slots=True)
class Read:
    """What a verified envelope says: its payload as a value, as the text that was signed, and that text's SHA-256."""

    said: dict[str, Any]
    payload: str
    hash: str


def canonical(value: Any) -> str:
    """JSON with sorted keys and without spaces: the same value is always the same bytes.

    Raises TypeError for a float, anywhere in it: money is whole fen, and floats have no one spelling.
    """
    _refuse_floats(value)
    return _spelled(value)


def digest(payload: str) -> str:
    """SHA-256 of a canonical text, hexadecimal."""
    return hashlib.sha256(payload.encode("utf-8")).hexdigest()


def public_key_of(seed: bytes) -> str:
    """The public key of a 32-byte secret as a JWK in JSON, in the one spelling that is stored."""
    return canonical(private_key(seed).as_dict(private=False))


def jwk_text(jwk: Any) -> str:
    """A public key as somebody gave it (a JWK, or its JSON text), in the one spelling that is stored.

    Raises ``Refused('envelope.key_unreadable')`` for anything that is no Ed25519 public key.
    """
    try:
        given = json.loads(jwk) if isinstance(jwk, str) else jwk
        found = canonical({name: given[name] for name in ("crv", "kty", "x")})
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise _no_key() from error
    public_key(found)
    return found


@lru_cache(maxsize=1024)
def thumbprint(public_jwk: str) -> str:
    """The RFC 7638 thumbprint of a public key: short enough to be read out on the phone and compared."""
    return public_key(public_jwk).thumbprint()


def be_ready() -> None:
    """Loads what signs: entry points call it before the transaction that does, which it would hold up half a second."""
    from joserfc import jws  # noqa: F401

    _registry()


def sign_as(seed: bytes, typ: str, payload: Mapping[str, Any]) -> Signed:
    """Signs a payload (JSON without floats) with the key of this seed, as a message of this kind."""
    from joserfc import jws

    text = canonical(dict(payload))
    key = private_key(seed)
    header = {"alg": ALGORITHM, "jwk": json.loads(public_key_of(seed)), "kid": key.thumbprint(), "typ": typ}
    envelope = jws.serialize_compact(header, text.encode("utf-8"), key, registry=_registry())
    return Signed(text, digest(text), envelope)


def read_signed(envelope: str, public_jwk: str, typ: str) -> Read:
    """What the envelope says, if this public key signed it as a message of this kind.

    Raises ``Refused`` with ``envelope.too_large``, ``envelope.unreadable`` (no such envelope, another algorithm),
    ``envelope.signature_wrong`` (changed on the way, or another's key) or ``envelope.format_unknown`` (another kind, or
    no canonical JSON).
    """
    from joserfc import jws
    from joserfc.errors import BadSignatureError, JoseError

    refuse_large(envelope)
    try:
        opened = jws.deserialize_compact(envelope, public_key(public_jwk), registry=_registry())
    except BadSignatureError as error:
        raise Refused("envelope.signature_wrong", N_("签名与本站登记的公钥不符，没有收下；请核对站点公钥")) from error
    except (JoseError, ValueError, TypeError, KeyError, RecursionError) as error:
        raise unreadable() from error
    if opened.protected.get("typ") != typ:
        raise format_unknown()
    return read_payload(opened.payload)


def read_payload(raw: bytes) -> Read:
    """Canonical JSON of an object. Raises ``Refused`` as ``read_signed``."""
    try:
        payload = raw.decode("utf-8")
        said = json.loads(payload, parse_float=_no_float, parse_constant=_no_float)
        fits = isinstance(said, dict) and _spelled(said) == payload
    except (ValueError, TypeError, RecursionError) as error:
        raise unreadable() from error
    if not fits:
        raise format_unknown()
    return Read(said, payload, digest(payload))


def claimed(envelope: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Header and payload that an envelope claims, before anything is verified: whose key to look up. They prove nothing.

    Raises ``Refused`` as ``read_signed``."""
    refuse_large(envelope)
    try:
        header_part, payload_part, _signature = envelope.split(".")
        header = json.loads(decoded(header_part))
        raw = decoded(payload_part)
    except (ValueError, TypeError, RecursionError) as error:
        raise unreadable() from error
    if not isinstance(header, dict):
        raise unreadable()
    return header, read_payload(raw).said


def refuse_large(envelope: str) -> None:
    """Raises ``Refused('envelope.too_large')`` before anything is parsed."""
    if len(envelope) > LARGEST_BYTES:
        raise Refused("envelope.too_large", N_("报文过大，没有收下"))


def unreadable() -> Refused:
    """This is no envelope."""
    return Refused("envelope.unreadable", N_("报文不是签名的 JWS，没有收下；请核对发送方"))


def format_unknown() -> Refused:
    """It is one, and says what this version does not know."""
    return Refused("envelope.format_unknown", N_("内容不是本版本认识的格式，没有收下；请核对两边的版本"))


def decoded(part: str) -> bytes:
    """The bytes of one part of an envelope; ValueError for what is none."""
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))


def encoded(raw: bytes) -> str:
    """Bytes as a part of an envelope."""
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode("ascii")


@lru_cache(maxsize=4)
def private_key(seed: bytes) -> OKPKey:
    """The key that 32 secret bytes are."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from joserfc.jwk import OKPKey

    public = Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw()
    return OKPKey.import_key({"kty": "OKP", "crv": "Ed25519", "d": encoded(seed), "x": encoded(public)})


@lru_cache(maxsize=1024)
def public_key(public_jwk: str) -> OKPKey:
    """A public key from its JWK. Raises ``Refused('envelope.key_unreadable')``. A centre asks for those of its stations
    three times for each report."""
    from joserfc.errors import JoseError
    from joserfc.jwk import OKPKey

    try:
        jwk = json.loads(public_jwk)
        if jwk["kty"] != "OKP" or jwk["crv"] != "Ed25519" or len(decoded(jwk["x"])) != 32:
            raise ValueError("not an Ed25519 key")
        return OKPKey.import_key({"kty": "OKP", "crv": "Ed25519", "x": jwk["x"]})
    except (JoseError, ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise _no_key() from error


def _no_key() -> Refused:
    return Refused("envelope.key_unreadable", N_("这不是 Ed25519 公钥（JWK）；没有登记，请重新复制"))


def _spelled(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def _no_float(_text: str = "") -> NoReturn:
    raise TypeError("a float has no canonical spelling")


def _refuse_floats(value: Any) -> None:
    if isinstance(value, float):
        _no_float()
    if isinstance(value, Mapping):
        for key, part in value.items():
            if not isinstance(key, str):
                raise TypeError("the keys of canonical JSON are texts")
            _refuse_floats(part)
    elif isinstance(value, list | tuple):
        for part in value:
            _refuse_floats(part)


@lru_cache(maxsize=1)
def _registry() -> JWSRegistry:
    """joserfc warns of the name EdDSA since RFC 9864 gave each curve its own; every receiver knows this one, and the key
    is held to Ed25519 above. It goes when the centres of all counties take "Ed25519" (joserfc 1.8)."""
    from joserfc.errors import UnsupportedAlgorithmError
    from joserfc.jws import JWSRegistry

    class Registry(JWSRegistry):
        max_header_length = 1024
        max_payload_length = LARGEST_BYTES

        def get_alg(self, name: str) -> JWSAlgModel:
            if name != ALGORITHM:
                raise UnsupportedAlgorithmError(f"{name} is not taken")
            return self.algorithms[ALGORITHM]

    return Registry(algorithms=[ALGORITHM])
