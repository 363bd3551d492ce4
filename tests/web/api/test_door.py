"""Who comes in, and what is said to requests that can't be understood."""

from __future__ import annotations

import json

import httpx
import pytest
from flask.sessions import SecureCookieSessionInterface

from kiosk.people import sessions, staff, tokens
from tests.web.api.doors.every import MATRIX, address
from tests.web.api.program import PREFIX, ApiStation, Program


@pytest.mark.parametrize(
    ("authorization", "code"),
    [
        (None, "token.missing"),
        ("", "token.missing"),
        ("Bearer", "token.missing"),
        ("Basic b3BlcmF0b3I6MTIzNA==", "token.missing"),
        ("Bearer nobody", "token.invalid"),
        ("Bearer " + "x" * 5000, "token.invalid"),
        ("Bearer ks_é", "token.invalid"),
    ],
)
def test_nobody_comes_in_without_a_good_token(api: ApiStation, authorization: str | None, code: str) -> None:
    program = api.with_token("", {} if authorization is None else {"Authorization": authorization.encode("latin-1")})  # type: ignore[dict-item]
    for method, path in MATRIX:
        answer = program.send(method, address(path), json={} if method == "POST" else None)
        assert (answer.status_code, answer.json()["code"]) == (401, code)
        assert answer.headers["www-authenticate"].startswith('Bearer realm="station"')
        assert ("invalid_token" in answer.headers["www-authenticate"]) == (code == "token.invalid")


def test_token_is_case_sensitive_and_its_scheme_is_not(api: ApiStation) -> None:
    token = api.tokens["operator"]
    assert api.with_token("", {"Authorization": f"bearer {token}"}).get("/status").status_code == 200
    assert api.with_token(token.swapcase()).get("/status").status_code == 401


def test_revoked_token_ends_at_once(api: ApiStation, operator: Program) -> None:
    assert operator.get("/status").status_code == 200
    with api.store.transaction() as tx:
        tokens.revoke_token(tx, tx.value("SELECT id FROM tokens WHERE name = 'operator-1'"))
    answer = operator.get("/status")
    assert (answer.status_code, answer.json()["code"]) == (401, "token.invalid")


def test_session_cookie_of_the_pages_opens_nothing(api: ApiStation) -> None:
    assert api.server is not None
    with api.store.transaction() as tx:
        manager_id, _ = staff.create_first_manager(tx, "王站长", "482913")
        key = sessions.begin(tx, manager_id, 1)
    signer = SecureCookieSessionInterface().get_signing_serializer(api.server.app)
    assert signer is not None
    cookie = f"{api.server.app.config['SESSION_COOKIE_NAME']}={signer.dumps({'key': key})}"
    with httpx.Client(base_url=api.url, headers={"Cookie": cookie}, trust_env=False) as browser:
        assert browser.get("/", follow_redirects=True).status_code == 200
        assert browser.get(f"{PREFIX}/status").status_code == 401
        assert browser.post(f"{PREFIX}/days/open", json={}).status_code == 401


def test_words_are_chinese_unless_english_is_asked_for(api: ApiStation) -> None:
    for asked, language in ((None, "zh-CN"), ("en-GB,en;q=0.9", "en"), ("zh;q=0.9,en;q=0.1", "zh-CN"), ("fr", "zh-CN")):
        headers = {} if asked is None else {"Accept-Language": asked}
        answer = api.program("operator", **headers).get("/parcels/424242")
        assert answer.headers["content-language"] == language
        assert "Accept-Language" in answer.headers["vary"]
    names = api.program("courier", **{"Accept-Language": "en"}).get("/carriers").json()["items"]
    assert "YTO Express" in {carrier["name"] for carrier in names}


@pytest.mark.parametrize(
    ("content", "status", "code"),
    [
        (b"{", 400, "request.malformed"),
        (b"", 400, "request.malformed"),
        (b"\xff\xfe", 400, "request.malformed"),
        (b'{"waybill_no": NaN}', 400, "request.malformed"),
        (b'{"batch_id": Infinity}', 400, "request.malformed"),
        (b"[" * 100_000, 400, "request.malformed"),
        (b'{"batch_id": ' + b"9" * 5000 + b"}", 400, "request.malformed"),
        (b"null", 422, "request.invalid"),
        (b'"text"', 422, "request.invalid"),
        (b'{"waybill_no": "\\ud800YT896264678"}', 422, "request.invalid"),
        (b'{"waybill_no": "YT8962646785389", "batch_id": 9223372036854775808}', 422, "request.invalid"),
        (b'{"waybill_no": "YT8962646785389", "batch_id": 1.0}', 422, "request.invalid"),
        (b'{"waybill_no": ["YT8962646785389"]}', 422, "request.invalid"),
        (b'{"waybill_no": "YT8962646785389", "is_parcel": "yes"}', 422, "request.invalid"),
        (b'{"waybill_no": "' + b"x" * 5000 + b'"}', 422, "request.invalid"),
        (b'{"waybill_no": "' + b"x" * 200_000 + b'"}', 413, "request.too_large"),
    ],
    ids=lambda value: repr(value[:40]) if isinstance(value, bytes) else None,
)
def test_body_that_is_none_changes_nothing(
    courier: Program, api: ApiStation, content: bytes, status: int, code: str
) -> None:
    answer = courier.send("POST", "/parcels", content=content, headers={"Content-Type": "application/json"})
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert api.value("SELECT COUNT(*) FROM parcels") == 0
    assert courier.get("/status").status_code == 200


@pytest.mark.parametrize("media_type", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""])
def test_body_that_is_no_json_is_415(courier: Program, media_type: str) -> None:
    answer = courier.send("POST", "/parcels", content=b'{"waybill_no": "YT1"}', headers={"Content-Type": media_type})
    assert (answer.status_code, answer.json()["code"]) == (415, "request.not_json")


def test_json_with_a_charset_is_json(courier: Program) -> None:
    content = json.dumps({"waybill_no": "YT8962646785389", "name_hint": "张三"}, ensure_ascii=False).encode()
    headers = {"Content-Type": "application/json; charset=utf-8"}
    assert courier.send("POST", "/parcels", content=content, headers=headers).status_code == 201


def test_act_without_a_body_needs_none(courier: Program) -> None:
    batch_id = courier.post("/batches", {"carrier": "YTO"}).json()["id"]
    assert courier.send("POST", f"/batches/{batch_id}/close").status_code == 200
    wrong = courier.post(f"/batches/{batch_id}/close", {"colour": "red"})
    assert wrong.json()["errors"] == [{"pointer": "#/colour", "detail": "没有这一项"}]


def test_every_wrong_field_is_named_by_a_pointer(operator: Program) -> None:
    body = {"lines": [{"service": "bill", "amount_fen": -1, "biller": "x"}, {"service": "nothing"}, 5]}
    errors = operator.post("/tickets", body).json()["errors"]
    assert {error["pointer"] for error in errors} == {
        "#/lines/0/amount_fen", "#/lines/0/account_no", "#/lines/1/service", "#/lines/2",
    }  # fmt: skip


def test_unknown_address_is_a_problem_and_not_a_page(operator: Program) -> None:
    for path in (
        "/",
        "",
        "/nothing",
        "/parcels/",
        "/parcels/0",
        "/parcels/x",
        "/parcels//undo",
        "/parcels/99999999999999999999",
    ):
        answer = operator.http.get(PREFIX + path)
        assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json"), path
        assert answer.json()["code"] == "address.unknown"


def test_wrong_method_names_the_right_ones(operator: Program) -> None:
    answer = operator.http.delete(f"{PREFIX}/parcels")
    assert (answer.status_code, answer.json()["code"]) == (405, "method.not_allowed")
    assert answer.headers["allow"] == "GET, HEAD, OPTIONS, POST"


def test_head_and_options_are_sane(operator: Program, api: ApiStation) -> None:
    got, head = operator.get("/carriers"), operator.send("HEAD", "/carriers")
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["content-length"] == str(len(got.content))
    asked = api.with_token("").send("OPTIONS", "/parcels")
    assert (asked.status_code, asked.content) == (200, b"")
    assert "POST" in asked.headers["allow"]


def test_fault_of_ours_is_a_problem_and_the_process_goes_on(operator: Program, api: ApiStation) -> None:
    with api.store.transaction() as tx:
        tx.execute("ALTER TABLE intake_batches RENAME TO batches_elsewhere")
    answer = operator.get("/batches")
    assert (answer.status_code, answer.json()["code"]) == (500, "station.fault")
    assert "batches" not in answer.json()["detail"]
    with api.store.transaction() as tx:
        tx.execute("ALTER TABLE batches_elsewhere RENAME TO intake_batches")
    assert operator.get("/batches").status_code == 200
