"""The OpenAPI document: valid, complete, and written for somebody who has never seen the station."""

from __future__ import annotations

import httpx
from openapi_spec_validator import OpenAPIV31SpecValidator

from tests.web.api.program import PREFIX, ApiStation


def test_document_is_valid_openapi_3_1_and_open_to_anybody(api: ApiStation) -> None:
    answer = httpx.get(f"{api.url}{PREFIX}/openapi.json", trust_env=False)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/json")
    assert answer.json()["openapi"].startswith("3.1.")
    assert [error.message for error in OpenAPIV31SpecValidator(answer.json()).iter_errors()] == []


def test_document_says_nothing_of_this_station_and_names_no_other_host(api: ApiStation) -> None:
    text = httpx.get(f"{api.url}{PREFIX}/openapi.json", trust_env=False).text
    assert api.store.settings.station.code not in text
    assert api.store.settings.station.name not in text
    assert "http://" not in text
    assert "https://" not in text


def test_every_operation_is_described_and_asks_for_a_token(api: ApiStation) -> None:
    document = api.document
    assert document["security"] == [{"token": []}]
    assert document["components"]["securitySchemes"]["token"] == {"type": "http", "scheme": "bearer"}
    ids = set()
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            if method == "parameters":
                continue
            assert operation["summary"], path
            assert operation["tags"], path
            assert {"401", "500"} <= set(operation["responses"]), path
            ids.add(operation["operationId"])
    assert len(ids) == sum(len(set(methods) - {"parameters"}) for methods in document["paths"].values())


def test_every_act_takes_a_key_and_what_only_looks_takes_none(api: ApiStation) -> None:
    for path, methods in api.document["paths"].items():
        takes = {
            method: any(p.get("name") == "Idempotency-Key" for p in operation.get("parameters", ()))
            for method, operation in methods.items()
            if method != "parameters"
        }
        looks = path.endswith(("/search", "/scans"))
        assert takes == {method: method == "post" and not looks for method in takes}, path


def test_every_list_is_items_and_next(api: ApiStation) -> None:
    schemas = api.document["components"]["schemas"]
    lists = [schema for name, schema in schemas.items() if name.endswith("List")]
    assert len(lists) >= 8
    for schema in lists:
        assert set(schema["required"]) == {"items", "next"}
