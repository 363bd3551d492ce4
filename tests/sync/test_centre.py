"""The centre's receiver: numbers, the same report again, what it turns away, what it shows."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import text as sql
from sqlalchemy.exc import IntegrityError

from kiosk.outbox import ACKNOWLEDGEMENT
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
    receipts = [first[1], again[1], make().post(report.envelope)[1]]  # the last from a centre that was started again
    for receipt in receipts:
        receipt.pop("now")
    assert receipts[0] == receipts[1] == receipts[2]
    assert [one.kind for one in centre.anomalies(with_informing=True)] == ["replayed"] and centre.kinds() == []


def test_original_bytes_are_kept(centre: Centre, signer: Signer) -> None:
    report = signer.report(1, note="䶮𠮷")
    centre.post(report.envelope)
    (kept,) = centre.reports()
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
        assert (status, said["code"]) == (409, "report.day_rewritten")
        assert number in said["detail"] and said["acknowledgement_no"] == number
    (anomaly,) = centre.anomalies()
    assert (anomaly.kind, anomaly.sequence, anomaly.hash, anomaly.times) == ("day_rewritten", 1, other.hash, 2)
    page = centre.page()
    assert "已收过的一天被改写" in page and other.hash[:12] in page
    assert centre.counts() == (1, 1)


def test_station_without_a_key_is_refused_and_shown(make: Callable[..., Centre], signer: Signer) -> None:
    centre = make(trusts_first=False)
    status, said = centre.post(signer.report().envelope)
    assert (status, said["code"]) == (403, "station.unknown")
    assert "没有登记公钥" in centre.page()
    assert centre.station_keys() == []


def test_first_key_is_pinned_and_another_refused_and_shown(centre: Centre, signer: Signer, tmp_path: Path) -> None:
    stranger = Signer.make(tmp_path / "stranger", "demo-001")
    assert centre.post(signer.report().envelope)[0] == 201
    status, said = centre.post(stranger.report(2).envelope)
    assert (status, said["code"]) == (403, "station.key_differs")
    assert "公钥与登记的不同" in centre.page()
    assert centre.post(signer.report(2).envelope)[0] == 201
    (key,) = centre.station_keys()
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
    assert centre.counts() == (1, 1)


def test_two_keys_at_the_same_moment_pin_one(centre: Centre, tmp_path: Path) -> None:
    signers = [Signer.make(tmp_path / f"s{number}", "demo-001") for number in range(6)]
    reports = [signer.report(1, number=number).envelope for number, signer in enumerate(signers)]
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
    assert len(centre.station_keys()) == 1


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
    assert centre.counts() == (8, 1)


def test_database_that_cannot_write_is_said_and_nothing_acknowledged(
    make: Callable[..., Centre], signer: Signer
) -> None:
    centre = make(busy_seconds=0.2)
    report = signer.report()
    centre.post(signer.report(2).envelope)
    with make().office.database.writing() as other:
        # SQLite has one writer; PostgreSQL lets a second one wait for the station's row.
        other.execute(sql("UPDATE stations SET name = 'x'"))
        answer = centre.client.post("/api/v1/reports", data=report.envelope, content_type="application/jose")
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "30")
    assert centre.post(report.envelope)[0] == 201


@pytest.mark.parametrize(
    "statement", ["DELETE FROM reports", "UPDATE reports SET payload = ''", "UPDATE station_keys SET station = 'x'",
                  "DELETE FROM station_keys"]
)  # fmt: skip
def test_database_itself_refuses_to_change_what_was_received(centre: Centre, signer: Signer, statement: str) -> None:
    centre.post(signer.report().envelope)
    with pytest.raises(IntegrityError, match="never changed|new row"), centre.office.database.writing() as db:
        db.execute(sql(statement))
