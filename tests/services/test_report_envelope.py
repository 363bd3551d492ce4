"""The signed envelope: what it says, and that nothing else than what the station signed is ever read out of it."""

import base64
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.errors import Refused
from kiosk.reports import envelope
from kiosk.storage.secrets import Secrets

CONTENT = {"form": "F1", "services": [{"txn_amount_fen": 1250, "service_type": "purchase"}], "note": "䶮 𠮷"}


@pytest.fixture
def secrets(tmp_path: Path) -> Secrets:
    return Secrets.open(tmp_path)


def signed(secrets: Secrets, **changed) -> envelope.Signed:
    facts = {
        "station": "demo-001", "sequence": 7, "topic": "report.daily", "subject": {"kind": "report", "id": 3},
        "made_at": "2026-11-22T10:00:00.000000Z", "content": CONTENT,
    } | changed  # fmt: skip
    return envelope.sign(secrets, **facts)


def code_of(act, *args) -> str:
    with pytest.raises(Refused) as caught:
        act(*args)
    return caught.value.code


def part(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def packed(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def test_envelope_opens_with_the_stations_key(secrets: Secrets):
    made = signed(secrets)
    opened = envelope.verify(made.envelope, envelope.public_jwk(secrets))
    assert (opened.station, opened.sequence, opened.topic) == ("demo-001", 7, "report.daily")
    assert opened.content == CONTENT
    assert opened.payload == made.payload
    assert opened.hash == made.hash == envelope.digest(made.payload)


def test_envelope_is_a_compact_jws_with_eddsa_and_names_its_key(secrets: Secrets):
    header, payload, signature = signed(secrets).envelope.split(".")
    said = json.loads(part(header))
    assert said["alg"] == "EdDSA"
    assert said["kid"] == envelope.thumbprint(envelope.public_jwk(secrets))
    assert "d" not in said["jwk"]
    assert len(part(signature)) == 64
    assert part(payload).decode() == signed(secrets).payload


def test_public_key_holds_no_secret(secrets: Secrets):
    seed = secrets.key(envelope.KEY)
    public = envelope.public_jwk(secrets)
    assert set(json.loads(public)) == {"crv", "kty", "x"}
    assert packed(seed) not in public
    assert packed(seed) not in signed(secrets).envelope


def test_signature_is_the_one_that_ed25519_gives(secrets: Secrets):
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    made = signed(secrets).envelope
    signing_input, _, signature = made.rpartition(".")
    key = Ed25519PrivateKey.from_private_bytes(secrets.key(envelope.KEY))
    assert part(signature) == key.sign(signing_input.encode("ascii"))


def test_changed_payload_is_refused(secrets: Secrets):
    header, payload, signature = signed(secrets).envelope.split(".")
    changed = packed(part(payload).replace(b"1250", b"9250"))
    assert changed != payload
    forged = ".".join((header, changed, signature))
    assert code_of(envelope.verify, forged, envelope.public_jwk(secrets)) == "envelope.signature_wrong"


def test_another_stations_key_is_refused(secrets: Secrets, tmp_path: Path):
    other = Secrets.open(tmp_path / "other")
    assert code_of(envelope.verify, signed(other).envelope, envelope.public_jwk(secrets)) == "envelope.signature_wrong"


def test_key_in_the_envelope_is_never_trusted(secrets: Secrets, tmp_path: Path):
    other = Secrets.open(tmp_path / "other")
    forged = signed(other).envelope
    assert envelope.claimed_key(forged) == envelope.public_jwk(other)
    assert envelope.claimed_station(forged) == "demo-001"
    assert code_of(envelope.verify, forged, envelope.public_jwk(secrets)) == "envelope.signature_wrong"


@pytest.mark.parametrize("alg", ["none", "HS256", "Ed448", "ES256", "", "Ed25519"])
def test_other_algorithm_is_refused(secrets: Secrets, alg: str):
    header, payload, signature = signed(secrets).envelope.split(".")
    said = json.loads(part(header)) | {"alg": alg}
    for last in (signature, ""):
        forged = f"{packed(json.dumps(said).encode())}.{payload}.{last}"
        assert code_of(envelope.verify, forged, envelope.public_jwk(secrets)) in {
            "envelope.unreadable",
            "envelope.signature_wrong",
        }


def test_public_key_used_as_a_mac_key_is_refused(secrets: Secrets):
    """The classic confusion: a MAC under the bytes that everybody knows."""
    import hashlib
    import hmac

    public = envelope.public_jwk(secrets)
    header = packed(b'{"alg":"HS256"}')
    payload = packed(signed(secrets).payload.encode())
    mac = hmac.new(public.encode(), f"{header}.{payload}".encode(), hashlib.sha256).digest()
    assert code_of(envelope.verify, f"{header}.{payload}.{packed(mac)}", public) == "envelope.unreadable"


@given(text=st.text(max_size=200))
def test_any_text_is_refused_and_never_raises_otherwise(text: str):
    public = '{"crv":"Ed25519","kty":"OKP","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}'
    assert code_of(envelope.verify, text, public) in {"envelope.unreadable", "envelope.signature_wrong"}
    for read in (envelope.claimed_key, envelope.claimed_station):
        assert code_of(read, text).startswith("envelope.")


def test_too_large_an_envelope_is_not_even_parsed(secrets: Secrets):
    huge = "a" * (envelope.LARGEST_BYTES + 1)
    assert code_of(envelope.verify, huge, envelope.public_jwk(secrets)) == "envelope.too_large"


def resigned(secrets: Secrets, payload: str) -> str:
    """Another payload under the station's own key and header."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    signing_input = f"{signed(secrets).envelope.split('.')[0]}.{packed(payload.encode())}"
    key = Ed25519PrivateKey.from_private_bytes(secrets.key(envelope.KEY))
    return f"{signing_input}.{packed(key.sign(signing_input.encode()))}"


def test_signed_content_of_another_shape_is_refused(secrets: Secrets):
    said = json.loads(signed(secrets).payload)
    newer = envelope.canonical(said | {"format": "station-report/9"})
    more = envelope.canonical(said | {"more": 1})
    text_number = envelope.canonical(said | {"sequence": "7"})
    public = envelope.public_jwk(secrets)
    for payload in (newer, more, text_number, json.dumps(said), "[]", "null"):
        assert code_of(envelope.verify, resigned(secrets, payload), public) == "envelope.format_unknown"
    assert code_of(envelope.verify, resigned(secrets, "no JSON"), public) == "envelope.unreadable"
    assert envelope.verify(resigned(secrets, envelope.canonical(said)), public).sequence == 7


@pytest.mark.parametrize("wrong", ["", "{}", "[]", "null", '{"kty":"RSA"}', '{"crv":"Ed25519","kty":"OKP","x":"AAAA"}'])
def test_key_that_is_none_is_refused(secrets: Secrets, wrong: str):
    assert code_of(envelope.verify, signed(secrets).envelope, wrong) == "envelope.key_unreadable"


def test_float_has_no_canonical_spelling():
    with pytest.raises(TypeError):
        envelope.canonical({"amounts": [1, {"fee": 2.5}]})


@pytest.mark.parametrize("number", ["2.5", "1e2", "1E400", "NaN", "-Infinity"])
def test_signed_float_is_refused_wherever_it_stands(secrets: Secrets, number: str):
    said = signed(secrets).payload.replace("1250", number)
    assert number in said
    assert code_of(envelope.verify, resigned(secrets, said), envelope.public_jwk(secrets)) == "envelope.unreadable"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), inner)
    ),
    max_leaves=12,
)


@given(value=JSON)
def test_canonical_json_is_its_own_fixed_point(value):
    written = envelope.canonical(value)
    assert envelope.canonical(json.loads(written)) == written
