"""What comes to the centre's door and is no report: bytes, texts and numbers that nobody sane would send. None of it reaches a
database, so one database is enough here."""

from __future__ import annotations

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kiosk.reports.envelope import LARGEST_BYTES
from tests.sync.county import ENROL, POLL, POST, Centre, Signer


@pytest.fixture
def centre(small_centre: Centre) -> Centre:
    return small_centre


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
    assert centre.station_keys() == [], "no key is pinned by a report that was refused"


@given(st.binary(max_size=400) | st.text(max_size=200).map(lambda text: f"{text}.{text}.{text}".encode()))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
def test_no_body_whatever_brings_the_centre_down(centre: Centre, body: bytes) -> None:
    for to in (POST, ENROL, POLL):
        status, said = centre.post(body, to=to)
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
    assert centre.counts() == (1, 1)
    assert len(centre.station_keys()) == 1


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
    assert centre.counts() == (1, 1)


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
