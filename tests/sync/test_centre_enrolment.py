"""Enrolment by a one-time code: once, for one key, for fourteen days, with few tries."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text as sql

from kiosk import clock
from kiosk.reports import envelope, signing
from sync.centre import enrolment
from tests.sync.county import ENROL, Centre, Signer


@pytest.fixture
def centre(make: Callable[..., Centre]) -> Centre:
    return make(trusts_first=False)


def enrol(centre: Centre, signer: Signer, code: str) -> tuple[int, dict[str, object]]:
    return centre.post(signer.enrolment(code, clock.stamp()), to=ENROL)


def test_code_enrols_a_key_once_and_the_county_shows_its_own(centre: Centre, signer: Signer, tmp_path: Path) -> None:
    assert centre.post(signer.report().envelope)[0] == 403
    code = enrolment.new_code(centre.office, "demo-001")
    assert len(code) == 8 and set(code) <= set(enrolment.ALPHABET)
    status, said = enrol(centre, signer, f" {code[:4]}-{code[4:]} ".lower())
    assert (status, said["thumbprint"]) == (200, envelope.thumbprint(signer.public_key))
    assert said["centre_key"] == {"jwk": centre.get("/api/v1/key")["jwk"]}
    assert enrol(centre, signer, code)[0] == 200, "the reply was lost"
    other = Signer.make(tmp_path / "other", "demo-001")
    assert enrol(centre, other, code)[1]["code"] == "enrolment.code_wrong"
    assert centre.post(signer.report().envelope)[0] == 201
    assert centre.kinds() == ["code_wrong"], "the report that came too early was explained by the enrolment"


def test_code_of_another_station_or_none_is_refused(centre: Centre, signer: Signer, tmp_path: Path) -> None:
    code = enrolment.new_code(centre.office, "demo-002")
    assert enrol(centre, signer, code)[1]["code"] == "enrolment.code_wrong"
    enrolment.new_code(centre.office, "demo-001")
    assert enrol(centre, signer, code)[0] == 403
    assert centre.station_keys() == []
    assert "用错误或过期的登记码" in centre.page("attention")


def test_later_code_ends_the_one_before(centre: Centre, signer: Signer) -> None:
    first, second = (enrolment.new_code(centre.office, "demo-001") for _ in range(2))
    assert enrol(centre, signer, first)[0] == 403
    assert enrol(centre, signer, second)[0] == 200


def test_code_ends_after_its_days_and_after_too_many_tries(centre: Centre, signer: Signer) -> None:
    code = enrolment.new_code(centre.office, "demo-001")
    with centre.office.database.writing() as db:
        past = clock.stamp(clock.now() - timedelta(seconds=1))
        db.execute(sql("UPDATE enrolment_codes SET expires_at = :past"), {"past": past})
    assert enrol(centre, signer, code)[0] == 403
    code = enrolment.new_code(centre.office, "demo-001")
    for _ in range(enrolment.MOST_TRIES):
        assert enrol(centre, signer, "34679ACD")[0] == 403
    assert enrol(centre, signer, code)[0] == 403
    assert "code_exhausted" in centre.kinds()


def test_code_is_nowhere_in_the_database(centre: Centre) -> None:
    code = enrolment.new_code(centre.office, "demo-001")
    with centre.office.database.reading() as db:
        rows = db.execute(sql("SELECT * FROM enrolment_codes")).all()
    assert code not in str(rows)


def test_new_key_of_an_enrolled_station_takes_the_place_of_the_former(
    centre: Centre, signer: Signer, tmp_path: Path
) -> None:
    enrol(centre, signer, enrolment.new_code(centre.office, "demo-001"))
    report = signer.report(1)
    centre.post(report.envelope)
    fresh = Signer.make(tmp_path / "fresh", "demo-001")
    assert enrol(centre, fresh, enrolment.new_code(centre.office, "demo-001"))[0] == 200
    assert centre.post(fresh.report(2).envelope)[0] == 201
    assert centre.post(signer.report(3).envelope)[0] == 403
    assert centre.post(report.envelope)[0] == 200


@pytest.mark.parametrize(
    "change",
    [{"key": {"jwk": {"crv": "Ed25519", "kty": "OKP", "x": "A" * 43}}}, {"code": 7}, {"format": "station-report/1"},
     {"made_at": "now"}, {"station": "坏"}, {"more": 1}],
    ids=["another-key", "number", "format", "instant", "station", "unknown-field"],
)  # fmt: skip
def test_enrolment_that_is_none_is_refused(small_centre: Centre, signer: Signer, change: dict[str, object]) -> None:
    import json

    payload = {
        "format": enrolment.FORMAT, "station": "demo-001", "code": "34679ACD", "made_at": clock.stamp(),
        "key": {"jwk": json.loads(signer.public_key)}, **change,
    }  # fmt: skip
    signed = signing.sign_as(signer.seed, enrolment.TYPE, payload)
    assert small_centre.post(signed.envelope, to=ENROL)[0] == 422
    assert small_centre.post(signer.report().envelope, to=ENROL)[0] == 422, "a report is no enrolment"
    assert small_centre.post(signer.enrolment("34679ACD"))[0] == 422, "and an enrolment is no report"


def test_clock_of_the_station_is_measured_and_shown(centre: Centre, signer: Signer) -> None:
    code = enrolment.new_code(centre.office, "demo-001")
    behind = clock.stamp(clock.now() - timedelta(hours=1))
    assert centre.post(signer.enrolment(code, behind), to=ENROL)[0] == 200
    assert centre.kinds() == ["clock_differs"]
    assert "慢 60 分钟" in centre.page("stations")
