"""One POST over a real socket: what each kind of answer, and of silence, means."""

from __future__ import annotations

import datetime
import ipaddress
import json
import socket
import ssl
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given
from hypothesis import strategies as st

from kiosk.errors import SyncError, SyncMisconfigured, SyncPermanent, SyncTransient
from kiosk.settings import County
from sync import transport
from sync.transport import Transport
from tests.sync import scripted
from tests.sync.scripted import Act, ScriptedCentre, digest_of

ENVELOPE = "eyJhbGciOiJFZDI1NTE5In0.eyJzZXF1ZW5jZSI6MX0.c2ln"
DIGEST = digest_of(ENVELOPE.encode())


def county(address: str, timeout: float = 15.0, certificate: str = "") -> County:
    return County(address, certificate, "18:30", 0.05, 0.4, timeout)


def deliver(*acts: Act, timeout: float = 15.0) -> str:
    with ScriptedCentre(*acts) as centre:
        road = Transport(county(centre.address, timeout))
        try:
            return road.deliver(ENVELOPE, DIGEST)
        finally:
            road.close()
            assert centre.envelopes == [ENVELOPE.encode()]


def test_acknowledgement_is_taken() -> None:
    assert deliver(scripted.acknowledge_as("C-20261122-000001")) == "C-20261122-000001"


@pytest.mark.parametrize("status", [408, 425, 429, 500, 502, 503, 599])
def test_trouble_at_the_centre_is_transient(status: int) -> None:
    with pytest.raises(SyncTransient) as caught:
        deliver(scripted.reply(status, "<h1>no</h1>", media="text/html"))
    assert caught.value.facts["reason"] == "county_busy"
    assert caught.value.facts["status"] == status


@pytest.mark.parametrize(
    ("header", "seconds"),
    [("120", 120.0), ("-5", 0.0), ("9" * 40, 0.0), ("Wed, 21 Oct 2026 07:28:00 GMT", 0.0), ("²", 0.0)],
)
def test_wish_for_a_pause_is_read_or_ignored(header: str, seconds: float) -> None:
    with pytest.raises(SyncTransient) as caught:
        deliver(
            scripted.raw(f"HTTP/1.1 503 No\r\nRetry-After: {header}\r\nContent-Length: 0\r\n\r\n".encode("latin-1"))
        )
    assert caught.value.facts["asked_seconds"] == seconds


@pytest.mark.parametrize("status", [400, 409, 413, 415, 422])
def test_refusal_with_its_reason_is_permanent(status: int) -> None:
    with pytest.raises(SyncPermanent) as caught:
        deliver(scripted.problem(status, "sequence.taken", "同一序号已有\x1b[2J内容\n不同的报告"))
    assert caught.value.facts["said"] == "同一序号已有 [2J内容 不同的报告 (sequence.taken)"


@pytest.mark.parametrize("body", ["<html>Bad Request</html>", '{"detail": "no"}'])
def test_refusal_that_no_centre_wrote_is_not_permanent(body: str) -> None:
    with pytest.raises(SyncTransient) as caught:
        deliver(scripted.reply(400, body, media="text/html"))
    assert caught.value.facts["reason"] == "county_unreadable"


@pytest.mark.parametrize(
    ("status", "reason"),
    [*((status, "county_key_refused") for status in (401, 403)),
     *((status, "county_wrong_address") for status in (301, 302, 307, 404, 405))],
)  # fmt: skip
def test_wrong_key_or_address_is_misconfigured(status: int, reason: str) -> None:
    with pytest.raises(SyncMisconfigured) as caught:
        deliver(scripted.reply(status, "{}", "Location: http://127.0.0.1:1/"))
    assert caught.value.facts["reason"] == reason


HOSTILE_NUMBERS = [
    "", "C-1\x1b[31m", "<script>alert(1)</script>", "C" * 41, "C 1", "Ｃ－１", "C-1\n",
    None, 17, ["C-1"], {"a": "C-1"}, True,
]  # fmt: skip


@pytest.mark.parametrize("number", HOSTILE_NUMBERS, ids=repr)
def test_number_of_another_shape_is_no_acknowledgement(number: object) -> None:
    with pytest.raises(SyncTransient) as caught:
        deliver(scripted.acknowledge_as(number))
    assert caught.value.facts["reason"] == "county_unreadable"


def test_number_for_another_message_is_no_acknowledgement() -> None:
    with pytest.raises(SyncTransient):
        deliver(scripted.acknowledge_as("C-1", hash="0" * 64))


@pytest.mark.parametrize(
    "body",
    [b"", b"ok", b"[]", b'"C-1"', b"{", b"\xff\xfe", b"[" * 60_000, b"9" * 5000, b'{"acknowledgement_no": "C-1"}'],
)
def test_answer_that_is_no_receipt_is_no_acknowledgement(body: bytes) -> None:
    with pytest.raises(SyncTransient) as caught:
        deliver(scripted.reply(200, body))
    assert caught.value.facts["reason"] == "county_unreadable"


def test_answer_without_an_end_is_cut_off() -> None:
    with pytest.raises(SyncTransient) as caught:
        deliver(scripted.flood, timeout=10.0)
    assert caught.value.facts["reason"] == "county_unreadable"


def test_compressed_answer_is_not_inflated() -> None:
    with pytest.raises(SyncTransient):
        deliver(scripted.reply(200, b"\x1f\x8b\x08", "Content-Encoding: gzip"))


@pytest.mark.parametrize("content", [b"SSH-2.0-OpenSSH\r\n\r\n", b"\x00" * 100, b"HTTP/1.1 2OO OK\r\n\r\n"])
def test_something_else_at_the_port_is_named(content: bytes) -> None:
    with pytest.raises(SyncTransient) as caught:
        deliver(scripted.raw(content))
    assert caught.value.facts == {"reason": "county_unreadable", "status": 0}


def test_lost_reply_is_transient() -> None:
    with pytest.raises(SyncTransient) as caught:
        deliver(scripted.hang_up)
    assert caught.value.facts == {"reason": "county_unreachable", "status": 0}


@pytest.mark.parametrize("act", [scripted.silent(30.0), scripted.trickle(30.0)], ids=["silent", "trickle"])
def test_slow_centre_is_left_after_the_timeout(act: Act) -> None:
    """The whole is bounded, not each read."""
    with ScriptedCentre(act) as centre:
        road = Transport(county(centre.address, 0.5))
        with pytest.raises(SyncTransient):
            road.deliver(ENVELOPE, DIGEST)
        road.close()
    assert centre.played_out == 0


def test_body_that_trickles_is_left_after_the_timeout() -> None:
    head = b"HTTP/1.1 200 OK\r\nContent-Length: 9000\r\n\r\n"
    with ScriptedCentre(scripted.trickle(30.0, head + b" " * 9000)) as centre:
        road = Transport(county(centre.address, 1.0))
        with pytest.raises(SyncTransient) as caught:
            road.deliver(ENVELOPE, DIGEST)
        road.close()
    assert caught.value.facts["status"] == 0
    assert centre.played_out == 0


def test_post_under_way_can_be_hung_up() -> None:
    with ScriptedCentre(scripted.silent(30.0)) as centre:
        road = Transport(county(centre.address, 60.0))
        ender = threading.Thread(target=lambda: (centre.wait_for(1), road.hang_up()))
        ender.start()
        with pytest.raises(SyncTransient):
            road.deliver(ENVELOPE, DIGEST)
        ender.join()
        road.close()
    assert centre.played_out == 0


def test_nobody_at_the_address_is_transient() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with pytest.raises(SyncTransient) as caught:
        Transport(county(f"http://127.0.0.1:{port}")).deliver(ENVELOPE, DIGEST)
    assert caught.value.facts == {"reason": "county_unreachable", "status": 0}


@pytest.mark.parametrize("address", ["ftp://127.0.0.1/", "http://[::1", "http://127.0.0.1:notaport", "https://"])
def test_address_that_is_none_is_misconfigured(address: str) -> None:
    with pytest.raises(SyncMisconfigured):
        Transport(county(address)).deliver(ENVELOPE, DIGEST)


def test_second_message_uses_the_same_line_after_a_first() -> None:
    with ScriptedCentre() as centre:
        road = Transport(county(centre.address))
        assert road.deliver(ENVELOPE, DIGEST) == road.deliver(ENVELOPE, DIGEST) == "C-1"
        road.close()


@given(st.binary(max_size=300), st.sampled_from([200, 201, 409, 422]))
def test_no_answer_whatever_brings_the_transport_down(body: bytes, status: int) -> None:
    import httpx

    media = {"Content-Type": transport.PROBLEM_TYPE}
    with pytest.raises(SyncError):
        transport._judge(status, httpx.Headers(media), body, DIGEST)


@given(
    st.dictionaries(
        st.sampled_from(["detail", "title", "code"]), st.text() | st.integers() | st.none() | st.lists(st.text())
    )
)
def test_reason_of_a_refusal_is_one_short_printable_line(facts: dict[str, object]) -> None:
    said = transport._said(json.loads(json.dumps(facts)))
    assert len(said) <= transport.LONGEST_REASON
    assert said == "" or said.isprintable()
    said.encode("utf-8")


# TLS -----------------------------------------------------------------------------------------------------------------


def certificate(folder: Path, name: str, days: int = 30) -> tuple[Path, ssl.SSLContext]:
    """A self-signed certificate for an address, as a PEM file and as a server's context."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=60))
        .not_valid_after(now + datetime.timedelta(days=days))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(name))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    public, both = folder / f"{name}.pem", folder / f"{name}.both.pem"
    public.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    both.write_bytes(public.read_bytes() + private)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(both)
    return public, context


@pytest.fixture
def trusted(tmp_path: Path) -> Iterator[tuple[str, str]]:
    public, context = certificate(tmp_path, "127.0.0.1")
    with ScriptedCentre(tls=context) as centre:
        yield centre.address, str(public)


def test_certificate_from_the_settings_is_trusted(trusted: tuple[str, str]) -> None:
    road = Transport(county(trusted[0], certificate=trusted[1]))
    assert road.deliver(ENVELOPE, DIGEST) == "C-1"
    road.close()


def test_certificate_that_nobody_vouches_for_is_misconfigured(trusted: tuple[str, str]) -> None:
    with pytest.raises(SyncMisconfigured) as caught:
        Transport(county(trusted[0])).deliver(ENVELOPE, DIGEST)
    assert caught.value.facts["reason"] == "county_certificate"
    assert caught.value.facts["verify_code"] == 18


@pytest.mark.parametrize(
    ("name", "days", "code"), [("127.0.0.2", 30, 64), ("127.0.0.1", -1, 10)], ids=["other", "expired"]
)
def test_certificate_for_another_or_expired_is_misconfigured(tmp_path: Path, name: str, days: int, code: int) -> None:
    public, context = certificate(tmp_path, name, days)
    with ScriptedCentre(tls=context) as centre, pytest.raises(SyncMisconfigured) as caught:
        Transport(county(centre.address, certificate=str(public))).deliver(ENVELOPE, DIGEST)
    assert caught.value.facts["verify_code"] == code
    assert centre.envelopes == [], "nothing is said to a stranger"


def test_port_without_tls_is_misconfigured() -> None:
    with socket.create_server(("127.0.0.1", 0)) as plain:

        def serve() -> None:
            line, _ = plain.accept()
            with line:
                line.recv(4096)
                line.sendall(scripted.answer(400, "Bad Request"))

        server = threading.Thread(target=serve)
        server.start()
        with pytest.raises(SyncMisconfigured) as caught:
            Transport(county(f"https://127.0.0.1:{plain.getsockname()[1]}")).deliver(ENVELOPE, DIGEST)
        server.join()
    assert caught.value.facts["reason"] == "county_wrong_address"


@pytest.mark.parametrize("content", [None, "no certificate"])
def test_certificate_file_that_cannot_be_read_is_misconfigured(tmp_path: Path, content: str | None) -> None:
    named = tmp_path / "centre.pem"
    if content is not None:
        named.write_text(content)
    with pytest.raises(SyncMisconfigured) as caught:
        Transport(county("https://127.0.0.1:1", certificate=str(named)))
    assert caught.value.facts["reason"] == "county_certificate"


def test_slow_centre_behind_tls_is_left_after_the_timeout(tmp_path: Path) -> None:
    public, context = certificate(tmp_path, "127.0.0.1")
    with ScriptedCentre(scripted.trickle(30.0), tls=context) as centre:
        road = Transport(county(centre.address, 0.5, str(public)))
        with pytest.raises(SyncTransient):
            road.deliver(ENVELOPE, DIGEST)
        road.close()
    assert centre.played_out == 0
