"""The centre's receiver: numbers, the same report again, what it turns away, what it shows."""

from __future__ import annotations

import json
import re
import sqlite3
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kiosk.outbox import ACKNOWLEDGEMENT
from kiosk.reports.envelope import LARGEST_BYTES
from tests.sync.county import Centre, Signer


def test_report_gets_a_number_of_the_agreed_shape(centre: Centre, signer: Signer) -> None:
    report = signer.report()
    status, said = centre.post(report.envelope)
    assert status == 201
    assert re.fullmatch(r"C-\d{8}-000001", said["acknowledgement_no"])
    assert ACKNOWLEDGEMENT.fullmatch(said["acknowledgement_no"])
    assert (said["station"], said["sequence"], said["hash"]) == ("demo-001", 1, report.hash)


def test_same_report_again_gets_the_same_number(centre: Centre, signer: Signer, make: Callable[..., Centre]) -> None:
    report = signer.report()
    first = centre.post(report.envelope)
    centre.post(signer.report(2).envelope)
    again = centre.post(report.envelope)
    assert (first[0], again[0]) == (201, 200)
    assert first[1] == again[1]
    restarted = make()
    assert restarted.post(report.envelope) == again


def test_original_bytes_are_kept(centre: Centre, signer: Signer) -> None:
    report = signer.report(1, note="䶮𠮷")
    centre.post(report.envelope)
    (kept,) = centre.store.reports()
    assert (kept.envelope, kept.payload, kept.hash) == (report.envelope, report.payload, report.hash)


def test_numbers_have_no_gap_whatever_was_turned_away(centre: Centre, signer: Signer) -> None:
    numbers = []
    for sequence in range(1, 8):
        numbers.append(centre.post(signer.report(sequence).envelope)[1]["acknowledgement_no"])
        assert centre.post(signer.report(sequence, note="x").envelope)[0] == 409
        assert centre.post("nonsense")[0] == 400
    assert [int(number[-6:]) for number in numbers] == list(range(1, 8))


def test_other_content_under_a_taken_sequence_is_refused_and_shown(centre: Centre, signer: Signer) -> None:
    number = centre.post(signer.report().envelope)[1]["acknowledgement_no"]
    other = signer.report(1, note="改过")
    for _ in range(2):
        status, said = centre.post(other.envelope)
        assert (status, said["code"]) == (409, "report.sequence_taken")
        assert number in said["detail"]
    (anomaly,) = centre.store.anomalies()
    assert (anomaly.kind, anomaly.sequence, anomaly.hash, anomaly.times) == ("sequence_taken", 1, other.hash, 2)
    page = centre.page()
    assert "同一序号送来了不同的内容" in page and other.hash[:12] in page
    assert centre.store.counts() == (1, 1)


def test_station_without_a_key_is_refused_and_shown(make: Callable[..., Centre], signer: Signer) -> None:
    centre = make(trusts_first=False)
    status, said = centre.post(signer.report().envelope)
    assert (status, said["code"]) == (403, "station.unknown")
    assert "没有登记公钥" in centre.page()
    assert centre.store.stations() == []


def test_first_key_is_pinned_and_another_refused_and_shown(centre: Centre, signer: Signer, tmp_path: Path) -> None:
    stranger = Signer.make(tmp_path / "stranger", "demo-001")
    assert centre.post(signer.report().envelope)[0] == 201
    status, said = centre.post(stranger.report(2).envelope)
    assert (status, said["code"]) == (403, "station.key_differs")
    assert "公钥与登记的不同" in centre.page()
    assert centre.post(signer.report(2).envelope)[0] == 201
    (key,) = centre.store.stations()
    assert (key.public_key, key.how) == (signer.public_key, "first_seen")


def test_claimed_key_proves_nothing(centre: Centre, signer: Signer, tmp_path: Path) -> None:
    """A stranger who puts the station's public key into the header has still not its private one."""
    from joserfc import jws
    from joserfc.jwk import OKPKey

    centre.post(signer.report().envelope)
    wanted = signer.report(2)
    header = json.loads(__import__("base64").urlsafe_b64decode(wanted.envelope.split(".")[0] + "=="))
    forged = jws.serialize_compact(
        {**header, "alg": "Ed25519"}, wanted.payload, OKPKey.generate_key("Ed25519"), algorithms=["Ed25519"]
    )
    assert centre.post(forged)[0] == 400  # another algorithm than the agreed one
    signature = forged.rsplit(".", 1)[1]
    status, said = centre.post(wanted.envelope.rsplit(".", 1)[0] + "." + signature)
    assert (status, said["code"]) == (422, "envelope.signature_wrong")
    assert "签名不符" in centre.page()
    assert centre.store.counts() == (1, 1)


def test_two_keys_at_the_same_moment_pin_one(centre: Centre, tmp_path: Path) -> None:
    signers = [Signer.make(tmp_path / f"s{number}", "demo-001") for number in range(6)]
    reports = [signer.report(number + 1).envelope for number, signer in enumerate(signers)]
    answers: list[int] = []
    barrier = threading.Barrier(len(signers))

    def send(text: str) -> None:
        client = centre.app.test_client()
        barrier.wait()
        answers.append(client.post("/api/v1/reports", data=text, content_type="application/jose").status_code)

    threads = [threading.Thread(target=send, args=(text,)) for text in reports]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [201] + [403] * 5
    assert len(centre.store.stations()) == 1


def test_same_report_at_the_same_moment_is_stored_once(centre: Centre, signer: Signer) -> None:
    reports = [signer.report(sequence).envelope for sequence in range(1, 9)]
    numbers: list[str] = []
    barrier = threading.Barrier(8)

    def send(start: int) -> None:
        client = centre.app.test_client()
        barrier.wait()
        for offset in range(8):
            text = reports[(start + offset) % 8]
            answer = client.post("/api/v1/reports", data=text, content_type="application/jose")
            numbers.append(answer.get_json()["acknowledgement_no"])

    threads = [threading.Thread(target=send, args=(start,)) for start in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(numbers) == 64
    assert sorted({int(number[-6:]) for number in numbers}) == list(range(1, 9))
    assert centre.store.counts() == (8, 1)


@pytest.mark.parametrize(
    ("change", "code"),
    [({"sequence": 0}, "report.incomplete"), ({"sequence": 2**60}, "report.incomplete"),
     ({"station": "../etc"}, "report.incomplete"), ({"station": "枫林村"}, "report.incomplete"),
     ({"topic": "<b>"}, "report.incomplete"), ({"topic": "a" * 61}, "report.incomplete")],
)  # fmt: skip
def test_signed_but_senseless_report_is_refused(
    centre: Centre, signer: Signer, change: dict[str, object], code: str
) -> None:
    from kiosk.reports import envelope

    facts: dict[str, object] = {
        "station": "demo-001", "sequence": 1, "topic": "report.daily", "subject": {}, "made_at": "", "content": {},
    }  # fmt: skip
    signed = envelope.sign(signer.secrets, **{**facts, **change})  # type: ignore[arg-type]
    status, said = centre.post(signed.envelope)
    assert (status, said["code"]) == (422, code)
    assert centre.store.stations() == [], "no key is pinned by a report that was refused"


@given(st.binary(max_size=400) | st.text(max_size=200).map(lambda text: f"{text}.{text}.{text}".encode()))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
def test_no_body_whatever_brings_the_centre_down(centre: Centre, body: bytes) -> None:
    status, said = centre.post(body)
    assert 400 <= status < 500
    assert said["status"] == status and said["code"] and said["detail"]


@given(st.data())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
def test_report_changed_on_the_way_is_never_taken_as_another(
    centre: Centre, signer: Signer, data: st.DataObject
) -> None:
    report = signer.report()
    centre.post(report.envelope)
    text = report.envelope
    at = data.draw(st.integers(0, len(text) - 1))
    mark = data.draw(st.sampled_from("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_."))
    changed = text[:at] + mark + text[at + 1 :]
    status, said = centre.post(changed)
    # The last letter of the signature has spare bits, so some changes change nothing.
    assert status >= 400 or said["hash"] == report.hash
    assert centre.store.counts() == (1, 1)
    assert len(centre.store.stations()) == 1


@given(content=st.dictionaries(st.text(max_size=8), st.integers() | st.text(max_size=20) | st.none(), max_size=4))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
def test_payload_changed_under_the_old_signature_is_refused(
    centre: Centre, signer: Signer, content: dict[str, object]
) -> None:
    centre.post(signer.report().envelope)
    genuine, wanted = signer.report(2), signer.report(2, **{"extra": content})
    head, _, signature = genuine.envelope.split(".")
    status, _ = centre.post(".".join((head, wanted.envelope.split(".")[1], signature)))
    assert status == 422
    assert centre.store.counts() == (1, 1)


@pytest.mark.parametrize(
    ("media", "body", "status"),
    [("application/json", "{}", 415), ("application/jose", "é".encode(), 400), ("application/jose", "", 400),
     ("application/jose", "a" * (LARGEST_BYTES + 1), 413), ("application/jose", "W1tb" * 3000 + ".YQ.YQ", 400)],
    ids=["media", "not-ascii", "empty", "large", "deep"],
)  # fmt: skip
def test_body_that_is_no_report_is_refused(centre: Centre, media: str, body: str | bytes, status: int) -> None:
    assert centre.post(body, media)[0] == status


def test_deeply_nested_json_is_refused(centre: Centre) -> None:
    import base64

    deep = base64.urlsafe_b64encode(b"[" * 100_000).decode().rstrip("=")
    plain = base64.urlsafe_b64encode(b"{}").decode().rstrip("=")
    for body in (f"{deep}.{plain}.YQ", f"{plain}.{deep}.YQ", f"{deep}.{deep}.YQ"):
        assert centre.post(body)[0] in (400, 422)


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/api/v1/reports", 405), ("GET", "/nothing", 404), ("DELETE", "/", 405), ("GET", "/?before=x", 400),
     ("GET", "/?before=0", 400), ("GET", "/?station=%3Cb%3E", 404), ("GET", "/api/v1/stations/none/reports", 404),
     ("GET", "/api/v1/stations/demo-001/reports?limit=0", 400)],
)  # fmt: skip
def test_every_error_is_problem_details(centre: Centre, signer: Signer, method: str, path: str, status: int) -> None:
    centre.post(signer.report().envelope)
    answer = centre.client.open(path, method=method)
    said = json.loads(answer.data)
    assert answer.status_code == said["status"] == status
    assert answer.content_type == "application/problem+json"
    assert said["code"] and said["title"] and said["detail"]
    if status == 405:
        assert answer.headers["Allow"]


def test_database_that_cannot_write_is_said_and_nothing_acknowledged(centre: Centre, signer: Signer) -> None:
    report = signer.report().envelope
    blocker = sqlite3.connect(centre.store.path, isolation_level=None)
    blocker.execute("BEGIN IMMEDIATE")
    centre.store._writer.execute("PRAGMA busy_timeout = 50")
    answer = centre.client.post("/api/v1/reports", data=report, content_type="application/jose")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "30")
    blocker.execute("ROLLBACK")
    blocker.close()
    assert centre.post(report)[0] == 201


@pytest.mark.parametrize(
    "statement", ["DELETE FROM reports", "UPDATE reports SET payload = ''", "UPDATE station_keys SET station = 'x'",
                  "DELETE FROM station_keys"]
)  # fmt: skip
def test_database_itself_refuses_to_change_what_was_received(centre: Centre, signer: Signer, statement: str) -> None:
    centre.post(signer.report().envelope)
    with pytest.raises(sqlite3.IntegrityError), centre.store.transaction() as db:
        db.execute(statement)
