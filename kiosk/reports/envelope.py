"""What goes upstream: canonical JSON under a compact JWS (RFC 7515) with EdDSA over Ed25519 (RFC 8037). The station signs
with its own key; the centre verifies with the public key that it was given, never with one that came in the envelope.

    BASE64URL(header) . BASE64URL(payload) . BASE64URL(signature)
    header   {"alg":"EdDSA","jwk":{public key},"kid":RFC 7638 thumbprint,"typ":"station-report+jws"}
    payload  {"content":{…},"format":"station-report/1","made_at":"…Z","sequence":1,"station":"…","subject":{…},"topic":"…"}
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from kiosk.errors import Refused
from kiosk.storage.secrets import Secrets
from kiosk.words import N_

if TYPE_CHECKING:
    from joserfc.jwk import OKPKey
    from joserfc.jws import JWSAlgModel, JWSRegistry

ALGORITHM = "EdDSA"
TYPE = "station-report+jws"
FORMAT = "station-report/1"
KEY = "report"
#: More than any report that a station makes; a longer envelope is not even parsed.
LARGEST_BYTES = 512 * 1024
_FIELDS: Mapping[str, type] = {
    "content": dict, "format": str, "made_at": str, "sequence": int, "station": str, "subject": dict, "topic": str,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Signed:
    """Signed content: the canonical payload, its SHA-256 and the envelope around it."""

    payload: str
    hash: str
    envelope: str


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


def canonical(value: Any) -> str:
    """JSON with sorted keys and without spaces: the same value is always the same bytes.

    Raises TypeError for a float, anywhere in it: money is whole fen, and floats have no one spelling.
    """
    _refuse_floats(value)
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def digest(payload: str) -> str:
    """SHA-256 of a canonical text, hexadecimal."""
    return hashlib.sha256(payload.encode("utf-8")).hexdigest()


def public_jwk(secrets: Secrets) -> str:
    """The station's public key as a JWK in JSON, by which the centre verifies its reports."""
    return canonical(_private_key(secrets.key_cached(KEY)).as_dict(private=False))


def thumbprint(public_key: str) -> str:
    """The RFC 7638 thumbprint of a public key: short enough to be read out on the phone and compared."""
    return _public_key(public_key).thumbprint()


def be_ready(secrets: Secrets) -> None:
    """Loads what signs: entry points call it before the transaction that does, which it would hold up half a second."""
    from joserfc import jws  # noqa: F401

    public_jwk(secrets)
    _registry()


def sign(
    secrets: Secrets, *, station: str, sequence: int, topic: str, subject: Mapping[str, Any], made_at: str,
    content: Mapping[str, Any],
) -> Signed:  # fmt: skip
    """Signs one message of the station. ``subject`` is ``{"kind": …, "id": …}``, ``content`` JSON without floats."""
    from joserfc import jws

    payload = canonical(
        {
            "content": dict(content), "format": FORMAT, "made_at": made_at, "sequence": sequence, "station": station,
            "subject": dict(subject), "topic": topic,
        }
    )  # fmt: skip
    key = _private_key(secrets.key_cached(KEY))
    header = {"alg": ALGORITHM, "jwk": json.loads(public_jwk(secrets)), "kid": key.thumbprint(), "typ": TYPE}
    envelope = jws.serialize_compact(header, payload.encode("utf-8"), key, registry=_registry())
    return Signed(payload, digest(payload), envelope)


def verify(envelope: str, public_key: str) -> Opened:
    """What the envelope says, if this public key signed it.

    Raises ``Refused`` with ``envelope.too_large``, ``envelope.unreadable`` (no such envelope, another algorithm),
    ``envelope.signature_wrong`` (changed on the way, or another station's key) or ``envelope.format_unknown``.
    """
    from joserfc import jws
    from joserfc.errors import BadSignatureError, JoseError

    _refuse_large(envelope)
    try:
        opened = jws.deserialize_compact(envelope, _public_key(public_key), registry=_registry())
    except BadSignatureError as error:
        raise Refused("envelope.signature_wrong", N_("签名与本站登记的公钥不符，没有收下；请核对站点公钥")) from error
    except (JoseError, ValueError, TypeError, KeyError, RecursionError) as error:
        raise _unreadable() from error
    return _open(opened.payload)


def claimed_key(envelope: str) -> str:
    """The public key that the envelope itself claims, as JWK: what a centre may show to a person who enrols a station it
    has not met. It proves nothing. Raises ``Refused`` as ``verify``."""
    _refuse_large(envelope)
    try:
        header = json.loads(_decoded(envelope.split(".")[0]))
        jwk = header["jwk"]
        claimed = canonical({name: jwk[name] for name in ("crv", "kty", "x")})
        _public_key(claimed)
    except (ValueError, TypeError, KeyError, IndexError, AttributeError, RecursionError) as error:
        raise _unreadable() from error
    return claimed


def claimed_station(envelope: str) -> str:
    """The station that the envelope claims to come from, before anything is verified: whose key to look up."""
    _refuse_large(envelope)
    try:
        return _open(_decoded(envelope.split(".")[1])).station
    except (ValueError, IndexError) as error:
        raise _unreadable() from error


def _open(raw: bytes) -> Opened:
    try:
        payload = raw.decode("utf-8")
        said = json.loads(payload)
        fits = isinstance(said, dict) and set(said) == set(_FIELDS) and canonical(said) == payload
    except (ValueError, TypeError, RecursionError) as error:
        raise _unreadable() from error
    if not fits or any(type(said[name]) is not kind for name, kind in _FIELDS.items()) or said["format"] != FORMAT:
        raise Refused("envelope.format_unknown", N_("内容不是本版本认识的格式，没有收下；请核对两边的版本"))
    return Opened(
        said["station"], said["sequence"], said["topic"], said["made_at"], said["subject"], said["content"], payload,
        digest(payload),
    )  # fmt: skip


def _refuse_large(envelope: str) -> None:
    if len(envelope) > LARGEST_BYTES:
        raise Refused("envelope.too_large", N_("报文过大，没有收下"))


def _unreadable() -> Refused:
    return Refused("envelope.unreadable", N_("报文不是签名的 JWS，没有收下；请核对发送方"))


def _refuse_floats(value: Any) -> None:
    if isinstance(value, float):
        raise TypeError("a float has no canonical spelling")
    if isinstance(value, Mapping):
        for key, part in value.items():
            if not isinstance(key, str):
                raise TypeError("the keys of canonical JSON are texts")
            _refuse_floats(part)
    elif isinstance(value, list | tuple):
        for part in value:
            _refuse_floats(part)


def _decoded(part: str) -> bytes:
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))


def _encoded(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode("ascii")


@lru_cache(maxsize=4)
def _private_key(seed: bytes) -> OKPKey:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from joserfc.jwk import OKPKey

    public = Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw()
    return OKPKey.import_key({"kty": "OKP", "crv": "Ed25519", "d": _encoded(seed), "x": _encoded(public)})


def _public_key(public_key: str) -> OKPKey:
    from joserfc.errors import JoseError
    from joserfc.jwk import OKPKey

    try:
        jwk = json.loads(public_key)
        if jwk["kty"] != "OKP" or jwk["crv"] != "Ed25519" or len(_decoded(jwk["x"])) != 32:
            raise ValueError("not an Ed25519 key")
        return OKPKey.import_key({"kty": "OKP", "crv": "Ed25519", "x": jwk["x"]})
    except (JoseError, ValueError, TypeError, KeyError) as error:
        raise Refused("envelope.key_unreadable", N_("这不是 Ed25519 公钥（JWK）；没有登记，请重新复制")) from error


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
