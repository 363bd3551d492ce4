"""A customer's payment code gets through no field of any form, address or JSON: walked over all routes, all names that a
template gives a field and all properties of the API's document. What is harmless goes in by the same fields."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kiosk.ids import new_key
from kiosk.people import tokens
from tests.web.browser import TestStation
from tests.web.counter import MANAGER, arrive, make_counter
from tests.web.forms import hidden, log_in, send
from web import create_app, sieve

TEMPLATES = Path(sieve.__file__).parent / "templates"
#: Fields of a form that the page makes itself; no scanner types into them.
_OWN = frozenset({"csrf_token", "_key", "carried"})
CODE, WORDS = "135112298638468293", "备注 {} 谢谢"
#: Views that are told of a code and work with its kind only.
_SCANS = {endpoint for endpoint, _name in sieve.SCANS}


@pytest.fixture
def station(tmp_path: Path) -> Iterator[TestStation]:
    found = make_counter(tmp_path)
    yield found
    found.close()


@pytest.fixture
def app(station: TestStation) -> Flask:
    return create_app(station.store, station.runtime)


@pytest.fixture
def client(app: Flask, station: TestStation) -> FlaskClient:
    found = app.test_client()
    log_in(found, station, "王站长")
    return found


def code(number: int) -> str:
    """A payment code of its own for each field, so that a find names the field."""
    return f"13{number:06d}5978642013"


def kept(station: TestStation) -> bytes:
    """Every byte that the station has written: both databases with their logs, and all other files."""
    folders = (station.store.state, station.runtime.path.parent)
    return b"".join(path.read_bytes() for folder in folders for path in sorted(folder.rglob("*")) if path.is_file())


def names() -> list[str]:
    """The names of all typed fields of all templates; one made by a loop stands for its kind."""
    found = set()
    for path in TEMPLATES.rglob("*.html"):
        for name in re.findall(r'<(?:input|textarea|select)\b[^>]*?\bname="([^"]+)"', path.read_text("utf-8")):
            found.add(re.sub(r"\{\{.*?\}\}", "p1", name))
    return sorted(found - _OWN | {"f_order_no", "f_passenger", "f_note"})


def forms(app: Flask) -> list[tuple[str, str]]:
    """Endpoint and an address of everything that a form can be sent to."""
    found = []
    for rule in app.url_map.iter_rules():
        if "POST" in (rule.methods or ()) and not rule.endpoint.startswith("api-"):
            path = re.sub(r"<int:\w+>", "1", rule.rule).replace("<string:form>", "F2").replace("<name>", "小票机")
            found.append((rule.endpoint, re.sub(r"<(?:\w+:)?\w+>", "train", path)))
    return sorted(found)


def post(client: FlaskClient, csrf: str, path: str, fields: dict[str, str]) -> Any:
    form = {"csrf_token": csrf, "_key": new_key()} | fields
    return client.post(path, data=form, headers={"Sec-Fetch-Site": "same-origin"})


def test_no_form_takes_a_payment_code_in_any_field(
    app: Flask, client: FlaskClient, station: TestStation, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    token = hidden(client.get("/cash").text, "csrf_token")
    all_names = names()
    assert len(all_names) > 150
    for number, name in enumerate(all_names):  # every field in turn
        typed = code(number) if name not in sieve.NUMBERS and not name.endswith("_no") else WORDS.format(code(number))
        answer = post(client, token, "/cash/move", {name: typed})
        assert answer.status_code == 422, name
        assert "付款码" in answer.text, name
        assert code(number) not in answer.text, name
    found = forms(app)
    assert len(found) > 150
    for number, (endpoint, path) in enumerate(found, start=1000):  # every form, all of its fields at once
        if endpoint in ("door.log_out", "door.lock"):
            continue
        fields = {name: WORDS.format(code(number)) for name in all_names if (endpoint, name) not in sieve.SCANS}
        answer = post(client, token, path, fields)
        assert answer.status_code in (404, 422), endpoint  # 404: there is no such case here, and nothing was done
        assert code(number) not in answer.text, endpoint
        assert answer.status_code == 404 or "付款码" in answer.text or endpoint == "staff.reset_pin", endpoint
    for number, (_, path) in enumerate(found[::5], start=2000):  # and in the address of a form
        assert code(number) not in post(client, token, f"{path}?q={code(number)}", {"reason": "expense"}).text
    assert re.findall(rb"13\d{6}5978642013", kept(station)) == []
    assert re.findall(r"13\d{6}5978642013", caplog.text) == []


@pytest.mark.parametrize(
    ("page", "path", "field", "fields"),
    [
        ("/staff", "/staff/add", "name", {"role": "operator"}),
        ("/consignment/suppliers", "/consignment/suppliers", "address", {"name": "孙老三", "kind": "farmer", "phone": "1234"}),
        ("/consignment/requests", "/consignment/requests", "words", {"name": "孙老三", "category": "crop", "phone": "1234"}),
        ("/purchases/new", "/purchases/new", "spec", {"how": "request", "item_name": "水泵", "quantity": "1", "customer_name": "张三", "phone": "1234"}),
    ],
)  # fmt: skip
def test_harmless_words_are_found_where_a_payment_code_is_not(
    client: FlaskClient, station: TestStation, page: str, path: str, field: str, fields: dict[str, str]
) -> None:
    marker = "枫林小学旁"
    refused = send(client, page, path, **fields, **{field: WORDS.format(CODE)})
    assert refused.status_code == 422, refused.text[:300]
    assert "付款码" in refused.text
    before = kept(station)
    assert marker.encode() not in before
    assert CODE.encode() not in before
    done = send(client, page, path, **fields, **{field: marker})
    assert done.status_code == 303, re.findall(r'class="words">(.*?)<', done.text)
    assert marker.encode() in kept(station)


def test_refused_form_is_shown_again_with_all_the_rest(client: FlaskClient) -> None:
    form = {"name": "孙老三", "kind": "farmer", "phone": "13912345678", "address": f"枫林路 {CODE}"}
    page = send(client, "/consignment/suppliers", "/consignment/suppliers", **form).text
    assert 'value="孙老三"' in page
    assert 'value="13912345678"' in page
    assert CODE not in page


@pytest.mark.parametrize(
    "path", ["/find?q={}", "/consignment/suppliers?text={}", "/tickets?receipt_no={}", "/ledgers/F2?text=x{}"]
)
def test_page_is_moved_to_an_address_without_the_code(client: FlaskClient, path: str) -> None:
    moved = client.get(path.format("备注" + CODE) + "&page=2")
    assert moved.status_code == 303
    assert CODE not in moved.location
    assert "page=2" in moved.location
    page = client.get(moved.location).text
    assert "付款码" in page
    assert CODE not in page


def test_address_with_a_code_in_its_path_is_unknown_and_not_repeated(client: FlaskClient) -> None:
    answer = client.get(f"/parcels/{CODE}")
    assert answer.status_code == 404
    assert CODE not in answer.text


def test_code_in_a_carried_form_does_not_come_back(client: FlaskClient, station: TestStation) -> None:
    held = json.dumps({"path": "/cash/move", "fields": [["note", WORDS.format(CODE)], ["amount", "12"]]})
    fields = {"staff_id": station.staff_ids["王站长"], "pin": "482913", "carried": held}
    page = send(client, "/log-in", "/log-in", **fields).text
    assert 'name="amount" value="12"' in page
    assert CODE not in page


@pytest.mark.parametrize("name", ["waybill_no", "waybill", "waybill_back"])
def test_waybill_fields_name_what_it_was(client: FlaskClient, name: str) -> None:
    arrive(client.application.extensions["kiosk"])
    for typed in (CODE, "1351 1229 8638 4682 93", "YT8962646785389 " + CODE, WORDS.format(CODE)):
        page = send(client, "/cash", "/cash/move", **{name: typed}).text
        assert "付款码" in page
        assert typed not in page


def test_numbers_that_others_have_given_are_left_to_their_rooms(app: Flask) -> None:
    with app.test_request_context("/purchases/1/order", method="POST"):
        for name in (*sieve.NUMBERS, "f_order_no"):
            for number in (
                "2812345678901234567",
                "135112298638468293",
                "62123 4567 8901234567",
                "A-2812345678901234567",
            ):
                assert sieve.refusal_of(name, number) is None
            assert sieve.refusal_of(name, "订单 2812345678901234567") is not None
        for number in (
            "882456690862029473",
            "YT8962646785389",
            "JDVA11408814483-1-2",
            "MMM={'k1':'2812345678901234','k5':'SF1023574470215'}",
        ):
            assert sieve.refusal_of("waybill_no", number) is None


def test_payment_code_that_is_no_account_is_not_shown_again(client: FlaskClient) -> None:
    form = {"biller": "power-demo", "amount": "50", "phone": "1234"}
    page = send(client, "/bills/new", "/bills/new", **form, account_no=CODE).text
    assert "格式不符" in page
    assert CODE not in page
    assert 'value="060212"' in send(client, "/bills/new", "/bills/new", **form, account_no="060212").text


# The API ----------------------------------------------------------------------------------------------------------------


def _places(document: dict[str, Any], schema: dict[str, Any], depth: int = 0) -> Iterator[tuple[str, Any]]:
    """Each property with the body that has a place for it: the name, and a function of what stands there."""
    while "$ref" in schema:
        schema = document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    for other in (*schema.get("oneOf", ()), *schema.get("anyOf", ()), *schema.get("allOf", ())):
        yield from _places(document, other, depth)
    for name, inner in schema.get("properties", {}).items():
        yield name, lambda text, name=name: {name: text}
        item = inner.get("items", inner)
        if depth < 3:
            for below, make in _places(document, item, depth + 1):
                wrap = (lambda found: [found]) if "items" in inner else (lambda found: found)
                yield below, lambda text, name=name, make=make, wrap=wrap: {name: wrap(make(text))}
    if "additionalProperties" in schema:
        for name in ("passenger", "order_no"):
            yield f"f_{name}", lambda text, name=name: {name: text}


def test_no_program_brings_a_payment_code_in(
    app: Flask, station: TestStation, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    with station.store.transaction(MANAGER) as tx:
        program = {"Authorization": f"Bearer {tokens.create_token(tx, 'manager-1', 'manager')}"}
    client = app.test_client()
    document = client.get("/api/v1/openapi.json").json
    count = 0
    for rule, methods in document["paths"].items():
        path = "/api/v1" + re.sub(r"\{\w+\}", "1", rule.removeprefix("/api/v1"))
        for method, operation in methods.items():
            if method not in ("get", "post"):
                continue
            body = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema", {})
            places = list(_places(document, body)) if method == "post" else [
                (one["name"], None) for one in operation.get("parameters", ()) if one["in"] == "query"
            ]  # fmt: skip
            for name, make in places:
                count += 1
                number = code(3000 + count)
                is_scan = name in sieve.PICTURES or any(
                    end.endswith("." + operation["operationId"]) and name == field for end, field in sieve.SCANS
                )
                typed = number if name not in sieve.NUMBERS and not name.endswith("_no") else WORDS.format(number)
                keyed = program | {"Idempotency-Key": new_key()}
                if make is None:
                    answer = client.get(path, query_string={name: typed}, headers=program)
                else:
                    answer = client.post(path, json=make(typed), headers=keyed)
                assert number not in answer.text, (rule, name)
                if not is_scan:
                    assert answer.status_code == 422, (rule, name, answer.text)
                    assert answer.json["code"].endswith(".is_payment_code"), (rule, name, answer.text)
    assert count > 250
    answer = client.post("/api/v1/cash-moves", json={code(9): 1}, headers=program)
    assert answer.json["code"] == "text.is_payment_code"
    assert code(9) not in answer.text
    assert re.findall(rb"13\d{6}5978642013", kept(station)) == []
    assert re.findall(r"13\d{6}5978642013", caplog.text) == []
    moved = client.post(
        "/api/v1/cash-moves", json={"reason": "expense", "amount_fen": 1, "note": "买胶带用"}, headers=program
    )
    assert moved.status_code == 201 or moved.json["code"] == "drawer.too_little", moved.text


def test_picture_whose_letters_happen_to_spell_a_code_is_looked_at_as_a_picture(
    app: Flask, station: TestStation
) -> None:
    with station.store.transaction(MANAGER) as tx:
        program = {"Authorization": f"Bearer {tokens.create_token(tx, 'manager-1', 'manager')}"}
    letters = f"AB+{CODE}/CD+{CODE}/"  # as in the middle of any large file
    answer = app.test_client().post(
        "/api/v1/bills/1/picture", json={"picture": letters}, headers=program | {"Idempotency-Key": new_key()}
    )
    assert answer.json["code"] == "picture.unreadable"
    assert CODE not in answer.text
    assert CODE.encode() not in kept(station)


def test_field_of_a_number_lets_the_whole_code_reach_the_gate() -> None:
    """A browser that cuts a code to twelve digits makes an unknown number of it."""
    numbers = ('inputmode="decimal"', 'inputmode="numeric"', 'class="amount')
    seen = 0
    for path in TEMPLATES.rglob("*.html"):
        for field in re.findall(r"<input\b[^>]*>", path.read_text("utf-8")):
            longest = re.search(r'maxlength="(\d+)"', field)
            if (
                longest
                and any(number in field for number in numbers)
                and not re.search(r'name="(?:pin|tail|plu|code)', field)
            ):
                seen += 1
                assert int(longest[1]) >= 24 or "devices" in str(path), (path.name, field)
    assert seen > 40
