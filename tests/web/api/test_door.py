"""Who comes in, and what is said to requests that can't be understood."""

from __future__ import annotations

import json
import re
from typing import Any

import httpx
import pytest
from flask.sessions import SecureCookieSessionInterface

from kiosk.people import sessions, staff, tokens
from tests.web.api.program import PREFIX, ROLES, ApiStation, Program

#: Operation → (a body that gets past the schema, roles that may). Everybody else is told 403 before anything is looked at.
_READERS = {"manager", "operator", "inspector"}
_CLERKS = {"manager", "operator"}
_INTAKE = {"manager", "operator", "courier"}
MATRIX: dict[tuple[str, str], tuple[Any, set[str]]] = {
    ("POST", "/batches"): ({"carrier": "YTO"}, _INTAKE),
    ("GET", "/batches"): (None, _READERS | _INTAKE),
    ("GET", "/batches/{batch_id}"): (None, _READERS | _INTAKE),
    ("POST", "/batches/{batch_id}/close"): ({}, _INTAKE),
    ("POST", "/parcels"): ({"waybill_no": "YT8962646785389"}, _INTAKE),
    ("GET", "/parcels"): (None, _READERS),
    ("GET", "/parcels/{parcel_id}"): (None, _READERS | _INTAKE),
    ("GET", "/parcels/{parcel_id}/events"): (None, _READERS),
    ("POST", "/parcels/search"): ({"text": "1234"}, _READERS),
    ("POST", "/parcels/{parcel_id}/undo"): ({}, _INTAKE),
    ("POST", "/parcels/{parcel_id}/correct"): ({"shelf": "1-1"}, _INTAKE),
    ("POST", "/parcels/{parcel_id}/cod"): ({"cod_fen": 1}, _INTAKE),
    ("POST", "/parcels/{parcel_id}/set-aside"): ({"state": "problem", "reason": "damaged"}, _CLERKS),
    ("POST", "/parcels/{parcel_id}/put-back"): ({}, _CLERKS),
    ("GET", "/problems"): (None, _READERS),
    ("GET", "/parcels/{parcel_id}/story"): (None, _READERS),
    ("POST", "/parcels/{parcel_id}/wrong-person"): ({}, _CLERKS),
    ("POST", "/parcels/{parcel_id}/recover"): ({}, _CLERKS),
    ("POST", "/parcels/{parcel_id}/lose"): ({}, _CLERKS),
    ("POST", "/parcels/{parcel_id}/find-again"): ({}, _CLERKS),
    ("POST", "/problems/{problem_id}/settle"): ({"resolution": "settled"}, {"manager"}),
    ("POST", "/problems/{problem_id}/reopen"): ({}, {"manager"}),
    ("POST", "/parcels/{parcel_id}/photo"): ({"picture": "AAAA"}, _CLERKS),
    ("POST", "/parcels/{parcel_id}/hand-over"): ({"method": "code"}, _CLERKS),
    ("POST", "/parcels/hand-over"): ({"method": "code", "parcel_ids": [1]}, _CLERKS),
    ("GET", "/overdue"): (None, _READERS),
    ("POST", "/overdue/to-return"): ({"parcel_ids": [1]}, _CLERKS),
    ("GET", "/overdue/calls"): (None, _READERS),
    ("POST", "/overdue/calls"): ({"parcel_ids": [1], "outcome": "reached"}, _CLERKS),
    ("GET", "/overdue/group-text"): (None, _CLERKS),
    ("POST", "/overdue/group-text"): ({"parcel_ids": [1]}, _CLERKS),
    ("POST", "/notices/{notice_id}/take-back"): ({}, _CLERKS),
    ("POST", "/parcels/expected"): ({"parcels": [{"waybill_no": "YT8962646785389"}]}, _INTAKE),
    ("POST", "/parcels/{parcel_id}/drop-expected"): ({}, _INTAKE),
    ("GET", "/shelves"): (None, _READERS),
    ("POST", "/shelves"): ({"shelf": "3-1"}, {"manager"}),
    ("GET", "/shelves/{shelf}/parcels"): (None, _READERS),
    ("POST", "/parcels/relocate"): ({"shelf": "3-1", "parcel_ids": [1]}, _CLERKS),
    ("POST", "/parcels/{parcel_id}/traits"): ({"traits": ["fresh"]}, _INTAKE),
    ("POST", "/parcels/{parcel_id}/label"): ({}, _INTAKE),
    ("POST", "/shelf-counts"): ({}, _CLERKS),
    ("GET", "/shelf-counts"): (None, _READERS),
    ("GET", "/shelf-counts/{count_id}"): (None, _READERS),
    ("GET", "/shelf-counts/{count_id}/finds"): (None, _READERS),
    ("POST", "/shelf-counts/sights"): ({"code": "YT8962646785389"}, _CLERKS),
    ("POST", "/shelf-counts/{count_id}/close"): ({}, _CLERKS),
    ("POST", "/shelf-counts/{count_id}/cancel"): ({}, _CLERKS),
    ("POST", "/shelf-counts/finds/{find_id}/answer"): ({"act": "seen"}, _CLERKS),
    ("POST", "/scans"): ({"code": "1234"}, _READERS | _INTAKE),
    ("POST", "/tickets"): ({}, _CLERKS),
    ("GET", "/tickets"): (None, _READERS),
    ("GET", "/tickets/{ticket_id}"): (None, _READERS),
    ("POST", "/tickets/{ticket_id}/lines"): ({"lines": [{"service": "parcel", "parcel_id": 1}]}, _CLERKS),
    ("POST", "/tickets/{ticket_id}/lines/{line_id}/remove"): ({}, _CLERKS),
    ("POST", "/tickets/{ticket_id}/requote"): ({}, _CLERKS),
    ("POST", "/tickets/{ticket_id}/settle"): ({"given_fen": 0}, _CLERKS),
    ("POST", "/tickets/{ticket_id}/void"): ({}, _CLERKS),
    ("GET", "/consignments"): (None, _READERS),
    ("GET", "/consignments/{sale_id}"): (None, _READERS),
    ("POST", "/consignments/online"): (
        {
            "product_id": 1,
            "quantity": 1,
            "amount_fen": 1,
            "platform": "x",
            "platform_order_no": "1",
            "paid_into": "wechat",
        },
        _CLERKS,
    ),
    ("POST", "/consignments/{sale_id}/refund"): ({}, _CLERKS),
    ("POST", "/consignments/{sale_id}/ship"): ({"waybill_no": "YT8962646785389"}, _CLERKS),
    ("POST", "/consignments/{sale_id}/supplier"): ({"supplier_id": 1}, _CLERKS),
    ("GET", "/consignments/offers"): (None, _READERS),
    ("POST", "/consignments/suppliers"): ({"name": "李四"}, _CLERKS),
    ("GET", "/consignments/suppliers"): (None, _READERS),
    ("GET", "/consignments/suppliers/{supplier_id}"): (None, _READERS),
    ("POST", "/consignments/suppliers/{supplier_id}/documents"): ({"kind": "invoice"}, _CLERKS),
    ("POST", "/consignments/suppliers/{supplier_id}/change"): ({"name": "李四"}, _CLERKS),
    ("POST", "/consignments/suppliers/{supplier_id}/documents/{document_id}/withdraw"): ({}, _CLERKS),
    ("POST", "/consignments/requests"): ({"words": "鸡蛋", "name": "李四"}, _CLERKS),
    ("GET", "/consignments/requests"): (None, _READERS),
    ("GET", "/consignments/requests/{request_id}"): (None, _READERS),
    ("POST", "/consignments/requests/{request_id}/negotiate"): ({}, _CLERKS),
    ("POST", "/consignments/requests/{request_id}/refuse"): ({"reason": "price"}, _CLERKS),
    ("POST", "/consignments/requests/{request_id}/withdraw"): ({}, _CLERKS),
    ("POST", "/consignments/requests/{request_id}/reopen"): ({}, _CLERKS),
    ("POST", "/consignments/products"): (
        {"supplier_id": 1, "name": "蛋", "category": "egg", "unit": "枚", "price_fen": 1},
        _CLERKS,
    ),
    ("GET", "/consignments/products"): (None, _READERS),
    ("GET", "/consignments/products/{product_id}"): (None, _READERS),
    ("POST", "/consignments/products/{product_id}/receive"): ({"quantity": 1}, _CLERKS),
    ("POST", "/consignments/products/{product_id}/give-back"): ({"quantity": 1}, _CLERKS),
    ("POST", "/consignments/products/{product_id}/label"): ({}, _CLERKS),
    ("POST", "/consignments/products/{product_id}/lose"): ({"quantity": 1, "reason": "broken"}, _CLERKS),
    ("POST", "/consignments/products/{product_id}/price"): ({"price_fen": 1}, _CLERKS),
    ("POST", "/consignments/products/{product_id}/consents"): ({"price_fen": 1, "given_by": "phone"}, _CLERKS),
    ("POST", "/consignments/products/{product_id}/steps"): ({"step": "packed"}, _CLERKS),
    ("POST", "/consignments/products/{product_id}/listings"): ({"platform": "x", "price_fen": 1}, _CLERKS),
    ("POST", "/consignments/products/{product_id}/listings/{listing_id}/end"): ({}, _CLERKS),
    ("POST", "/consignments/products/{product_id}/lots/{lot_id}/correct"): ({}, _CLERKS),
    ("POST", "/consignments/products/{product_id}/change"): ({"name": "土鸡蛋"}, _CLERKS),
    ("POST", "/consignments/products/{product_id}/end"): ({}, _CLERKS),
    ("POST", "/consignments/stocktakes"): ({}, _CLERKS),
    ("GET", "/consignments/stocktakes"): (None, _READERS),
    ("GET", "/consignments/stocktakes/{stocktake_id}"): (None, _READERS),
    ("POST", "/consignments/stocktakes/count"): ({"product_id": 1, "counted": 1}, _CLERKS),
    ("POST", "/consignments/stocktakes/finish"): ({}, _CLERKS),
    ("POST", "/consignments/stocktakes/give-up"): ({}, _CLERKS),
    ("POST", "/purchases"): ({"item_name": "水泵"}, _CLERKS),
    ("GET", "/purchases"): (None, _READERS),
    ("GET", "/purchases/{purchase_id}"): (None, _READERS),
    ("POST", "/purchases/{purchase_id}/quote"): ({"amount_fen": 1, "paid_by": "station"}, _CLERKS),
    ("POST", "/purchases/{purchase_id}/check"): ({}, _CLERKS),
    ("POST", "/purchases/{purchase_id}/order"): ({"platform": "jd", "amount_fen": 1}, _CLERKS),
    ("POST", "/purchases/{purchase_id}/waybills"): ({"waybill_no": "YT8962646785389"}, _CLERKS),
    ("POST", "/purchases/{purchase_id}/arrive"): ({}, _CLERKS),
    ("POST", "/purchases/{purchase_id}/hand-over"): ({}, _CLERKS),
    ("POST", "/purchases/{purchase_id}/undo-hand-over"): ({}, _CLERKS),
    ("POST", "/purchases/{purchase_id}/price"): ({"amount_fen": 1, "customer_agrees": True}, _CLERKS),
    ("POST", "/purchases/{purchase_id}/cancel"): ({"reason": "other"}, _CLERKS),
    ("POST", "/purchases/{purchase_id}/return"): ({"wants": "refunded", "reason": "quality"}, _CLERKS),
    ("POST", "/purchases/{purchase_id}/shop-refund"): ({"amount_fen": 1}, _CLERKS),
    ("POST", "/purchases/{purchase_id}/close"): ({}, _CLERKS),
    ("POST", "/purchases/close-due"): ({}, _CLERKS),
    ("POST", "/purchases/{purchase_id}/dispute"): ({"words": "x"}, _CLERKS),
    ("POST", "/purchases/{purchase_id}/settle-dispute"): ({"words": "x"}, _CLERKS),
    ("POST", "/purchases/{purchase_id}/note"): ({"words": "x"}, _CLERKS),
    ("GET", "/outbound"): (None, _READERS),
    ("GET", "/outbound/{outbound_id}"): (None, _READERS),
    ("POST", "/outbound/{outbound_id}/waybill"): ({"waybill_no": "YT8962646785389"}, _CLERKS),
    ("POST", "/outbound/{outbound_id}/waybill/remove"): ({}, _CLERKS),
    ("POST", "/outbound/{outbound_id}/label"): ({}, _CLERKS),
    ("POST", "/outbound/{outbound_id}/return"): ({}, _CLERKS),
    ("POST", "/outbound/manifests"): ({"carrier": "YTO"}, _CLERKS),
    ("GET", "/outbound/manifests"): (None, _READERS),
    ("GET", "/outbound/manifests/{manifest_id}"): (None, _READERS),
    ("POST", "/outbound/manifests/{manifest_id}/parcels"): ({"outbound_id": 1}, _CLERKS),
    ("POST", "/outbound/manifests/{manifest_id}/take-off"): ({"outbound_id": 1}, _CLERKS),
    ("POST", "/outbound/manifests/{manifest_id}/give"): ({}, _CLERKS),
    ("POST", "/outbound/manifests/{manifest_id}/take-back"): ({}, _CLERKS),
    ("POST", "/outbound/manifests/{manifest_id}/drop"): ({}, _CLERKS),
    ("GET", "/outbound/manifests/{manifest_id}/signature"): (None, _READERS),
    ("POST", "/outbound/manifests/{manifest_id}/sign"): ({"how": "paper"}, _CLERKS),
    ("GET", "/consents"): (None, _READERS),
    ("GET", "/consents/missing"): (None, _READERS),
    ("POST", "/consents"): ({"parcel_id": 1, "how": "oral"}, _CLERKS),
    ("POST", "/consents/{consent_id}/withdraw"): ({"how": "oral"}, _CLERKS),
    ("POST", "/consents/lists"): ({"carrier": "YTO"}, _CLERKS),
    ("GET", "/manifests"): (None, _READERS),
    ("POST", "/manifests"): ({"kind": "door", "receiver": "赵送货"}, _CLERKS),
    ("GET", "/manifests/{manifest_id}"): (None, _READERS),
    ("POST", "/manifests/{manifest_id}/parcels"): ({"parcel_id": 1}, _CLERKS),
    ("POST", "/manifests/{manifest_id}/take-off"): ({"parcel_id": 1}, _CLERKS),
    ("POST", "/manifests/{manifest_id}/close"): ({}, _CLERKS),
    ("POST", "/manifests/{manifest_id}/sign"): ({"how": "paper"}, _INTAKE),
    ("POST", "/manifests/{manifest_id}/renew"): ({}, _INTAKE),
    ("POST", "/manifests/{manifest_id}/void"): ({}, _CLERKS),
    ("POST", "/manifests/{manifest_id}/parcels/{parcel_id}/outcome"): ({"outcome": "delivered"}, _CLERKS),
    ("POST", "/manifests/{manifest_id}/parcels/{parcel_id}/take-back"): ({}, _CLERKS),
    ("POST", "/outbound/refusals"): ({"reason": "other", "action": "returned"}, _CLERKS),
    ("GET", "/outbound/refusals"): (None, _READERS),
    ("GET", "/outbound/prohibited"): (None, _READERS),
    ("GET", "/outbound/freight"): (None, _READERS),
    ("GET", "/bills"): (None, _READERS),
    ("GET", "/bills/{bill_id}"): (None, _READERS),
    ("POST", "/bills/{bill_id}/submit"): ({"channel": "wechat", "paid_from": "wechat"}, _CLERKS),
    ("POST", "/bills/{bill_id}/unconfirmed"): ({}, _CLERKS),
    ("POST", "/bills/{bill_id}/look-up"): ({"how": "app"}, _CLERKS),
    ("POST", "/bills/{bill_id}/confirm"): ({"serial_no": "1"}, _CLERKS),
    ("POST", "/bills/{bill_id}/picture"): ({"picture": "AAAA"}, _CLERKS),
    ("POST", "/bills/{bill_id}/fail"): ({"reason": "other", "how": "app"}, _CLERKS),
    ("GET", "/conveniences/services"): (None, _READERS),
    ("GET", "/conveniences"): (None, _READERS),
    ("GET", "/conveniences/{convenience_id}"): (None, _READERS),
    ("POST", "/conveniences/{convenience_id}/done"): ({}, _CLERKS),
    ("POST", "/conveniences/{convenience_id}/fail"): ({"reason": "other"}, _CLERKS),
    ("POST", "/conveniences/{convenience_id}/drop"): ({}, _CLERKS),
    ("POST", "/tickets/{ticket_id}/park"): ({}, _CLERKS),
    ("POST", "/tickets/{ticket_id}/resume"): ({"desk_id": 1}, _CLERKS),
    ("POST", "/tickets/{ticket_id}/refund"): ({"line_ids": [1]}, _CLERKS),
    ("POST", "/tickets/{ticket_id}/lines/{line_id}/reduce"): ({"to_fen": 0, "reason": "hardship"}, _CLERKS),
    ("GET", "/debts"): (None, _CLERKS),
    ("GET", "/debts/{debtor_id}"): (None, _CLERKS),
    ("POST", "/debts"): ({"name": "张三", "phone": "1234", "limit_fen": 100}, {"manager"}),
    ("POST", "/debts/{debtor_id}/limit"): ({"limit_fen": 100}, {"manager"}),
    ("POST", "/debts/{debtor_id}/stop"): ({}, {"manager"}),
    ("POST", "/debts/{debtor_id}/statement"): ({}, _CLERKS),
    ("GET", "/personal-data/terms"): (None, _READERS),
    ("POST", "/personal-data/terms"): ({"term": "photo", "days": 80}, {"manager"}),
    ("GET", "/personal-data/erasures"): (None, _READERS),
    ("POST", "/personal-data/requests"): ({"paper": "receipt", "number": "1", "phone": "13912345678"}, _CLERKS),
    ("GET", "/personal-data/requests/{request_id}"): (None, _CLERKS),
    ("POST", "/personal-data/requests/{request_id}/print"): ({}, _CLERKS),
    ("POST", "/personal-data/requests/{request_id}/corrections"): (
        {"case_kind": "parcel", "case_id": 1, "field": "phone", "value": "13912345678"},
        _CLERKS,
    ),
    ("POST", "/personal-data/requests/{request_id}/erasure"): ({}, _CLERKS),
    ("GET", "/cash-moves"): (None, _READERS),
    ("POST", "/cash-moves"): ({"reason": "from_bank", "amount_fen": 100}, _CLERKS),
    ("POST", "/cash-moves/{move_id}/put-back"): ({}, _CLERKS),
    ("POST", "/days/open"): ({}, _CLERKS),
    ("POST", "/days/close"): ({"pieces": {}}, _CLERKS),
    ("GET", "/days"): (None, _READERS),
    ("POST", "/days/counts"): ({}, _CLERKS),
    ("POST", "/days/counts/{count_id}/finish"): ({"pieces": {}}, _CLERKS),
    ("POST", "/days/hand-over"): ({"pieces": {}, "to_staff_id": 424242, "to_pin": "4826"}, _CLERKS),
    ("POST", "/days/clock"): ({"reason": "battery"}, {"manager"}),
    ("GET", "/days/details"): (None, _READERS),
    ("POST", "/days/x"): ({}, _CLERKS),
    ("POST", "/days/correct"): (
        {"business_on": "2026-11-22", "reason": "other", "voucher": "R1", "rows": []},
        {"manager"},
    ),
    ("GET", "/days/closings"): (None, _READERS),
    ("POST", "/days/closings"): ({"from_on": "2026-11-22", "reason": "holiday"}, _CLERKS),
    ("POST", "/days/closings/{closing_id}/withdraw"): ({}, _CLERKS),
    ("GET", "/days/hours"): (None, _READERS),
    ("POST", "/days/hours/print"): ({"month": "2026-11"}, _CLERKS),
    ("GET", "/days/owner"): (None, {"manager"}),
    ("GET", "/reports/daily"): (None, _READERS),
    ("GET", "/ledgers"): (None, _READERS),
    ("GET", "/ledgers/{form}"): (None, _READERS),
    ("GET", "/status"): (None, set(ROLES)),
    ("GET", "/desks"): (None, _READERS),
    ("GET", "/carriers"): (None, _READERS | _INTAKE),
    ("GET", "/billers"): (None, _READERS),
    ("GET", "/fees"): (None, _READERS | {"screen"}),
    ("GET", "/fees/current"): (None, _READERS | {"screen"}),
    ("GET", "/fees/{number}"): (None, _READERS | {"screen"}),
    ("GET", "/fees/draft"): (None, {"manager"}),
    ("POST", "/fees/draft"): ({"items": []}, {"manager"}),
    ("POST", "/fees/draft/discard"): ({"revision": 9}, {"manager"}),
    ("POST", "/fees/publish"): ({"revision": 9}, {"manager"}),
}


def _address(path: str) -> str:
    path = re.sub(r"\{(number|\w+_id)\}", "424242", path).replace("{shelf}", "3-1")
    return path.replace("{form}", "F5").replace("{shelf}", "3-1")


def test_matrix_names_every_operation_of_the_document(api: ApiStation) -> None:
    operations = {
        (method.upper(), path.removeprefix(PREFIX))
        for path, methods in api.document["paths"].items()
        for method in methods
        if method != "parameters"
    }
    assert operations == set(MATRIX)


@pytest.mark.parametrize("role", ROLES)
def test_role_may_what_it_may_and_nothing_else(api: ApiStation, role: str) -> None:
    program = api.program(role)
    before = api.value("SELECT MAX(seq) FROM audit")
    for (method, path), (body, roles) in MATRIX.items():
        if role in roles:
            continue
        answer = program.send(method, _address(path), json=body)
        assert (answer.status_code, answer.json()["code"]) == (403, "staff.not_allowed"), (method, path)
    assert api.value("SELECT MAX(seq) FROM audit") == before
    for (method, path), (body, roles) in MATRIX.items():
        if role in roles:
            answer = program.send(method, _address(path), json=body)
            assert answer.status_code not in (401, 403), (method, path, answer.text)


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
        answer = program.send(method, _address(path), json={} if method == "POST" else None)
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
