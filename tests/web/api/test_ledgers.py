"""The ledgers by API: pages of JSON that never say a person's number, and files that are recorded."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import openpyxl
import pytest

from kiosk import clock
from kiosk.reports.ledgers import LEDGERS
from tests.web.api.program import ApiStation, Program


@pytest.fixture
def parcels(operator: Program) -> list[dict[str, Any]]:
    return [operator.check_in(f"YT{8962646785000 + n}", phone=f"1380000{n:04d}") for n in range(7)]


def test_every_ledger_is_listed_with_its_columns(operator: Program) -> None:
    items = operator.get("/ledgers").json()["items"]
    forms = [item["form"] for item in items]
    assert forms[: len(LEDGERS)] == list(LEDGERS) and "R-TS" in forms, "the registers stand behind the ledgers"
    first = items[list(LEDGERS).index("F5")]
    assert {"name": "phone", "title": "电话", "kind": "person", "has_total": False} in first["columns"]
    assert first["states"]["in_stock"] == "在库"
    for item in items:
        assert operator.get(item["address"]).json()["items"] == []


def test_rows_come_in_pages_until_next_is_null(operator: Program, parcels: list[dict[str, Any]]) -> None:
    seen, address = [], "/ledgers/F5?limit=3"
    while address:
        answer = operator.get(address).json()
        assert answer["totals"] == {"rows": 7}
        seen += [row["key"] for row in answer["items"]]
        address = answer["next"]
    assert seen == [parcel["id"] for parcel in reversed(parcels)]


def test_row_says_codes_dates_and_masked_persons(operator: Program, parcels: list[dict[str, Any]]) -> None:
    operator.post(f"/parcels/{parcels[0]['id']}/hand-over", {"method": "code"})
    row = operator.get("/ledgers/f5?state=handed_over").json()["items"][0]
    assert (row["carrier"], row["state"], row["method"], row["phone"]) == ("YTO", "handed_over", "code", "138****0000")
    assert row["waybill_no"] == "YT…5000"
    assert clock.read(row["checked_in_at"]) <= clock.read(row["out_at"])
    assert "13800000000" not in json.dumps(row)


@pytest.mark.parametrize(
    ("query", "status", "code"),
    [
        ("from=2026-02-30", 422, "request.invalid"),
        ("from=2026-03-01&to=2026-02-01", 422, "ledger.dates_reversed"),
        ("from=2020-01-01&to=2026-01-01", 422, "ledger.range_too_long"),
        ("month=2026-13", 422, "ledger.dates_unreadable"),
        ("state=nothing", 422, "ledger.state_unknown"),
        ("phone_tail=12", 422, "request.invalid"),
        ("format=pdf", 422, "request.invalid"),
        ("after=yesterday", 422, "request.invalid"),
        ("wanted=1", 422, "request.invalid"),
    ],
)
def test_question_that_cannot_be_is_refused(operator: Program, query: str, status: int, code: str) -> None:
    answer = operator.get(f"/ledgers/F5?{query}")
    assert (answer.status_code, answer.json()["code"]) == (status, code)


def test_unknown_ledger_is_not_found(operator: Program) -> None:
    answer = operator.get("/ledgers/F99")
    assert (answer.status_code, answer.json()["code"]) == (404, "ledger.unknown")


def test_files_hold_all_rows_and_are_recorded(
    api: ApiStation, operator: Program, parcels: list[dict[str, Any]]
) -> None:
    answer = operator.get("/ledgers/F5?format=xlsx")
    assert answer.headers["content-type"].startswith("application/vnd.openxmlformats")
    page = openpyxl.load_workbook(io.BytesIO(answer.content)).active
    assert page.max_row == 3 + 7 + 1
    answer = operator.get("/ledgers/F5?format=csv&phone_tail=0003")
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"), newline="")))
    assert [row[3] for row in rows[1:-1]] == ["YT…5003"]
    assert api.value("SELECT COUNT(*) FROM audit WHERE action = 'ledger.exported'") == 2
    assert api.problems() == []


def test_bare_file_needs_the_right_and_a_denied_try_is_remembered(
    api: ApiStation, operator: Program, parcels: list[dict[str, Any]]
) -> None:
    assert b"13800000003" in operator.get("/ledgers/F5?format=csv&in_full=true").content
    inspector = api.program("inspector")
    answer = inspector.get("/ledgers/F5?format=csv&in_full=true")
    assert (answer.status_code, answer.json()["code"]) == (403, "staff.not_allowed")
    assert b"13800000003" not in inspector.get("/ledgers/F5?format=csv").content
    assert api.value("SELECT COUNT(*) FROM audit WHERE action = 'ledger.exported_in_full'") == 1
    assert api.value("SELECT COUNT(*) FROM audit WHERE action = 'ledger.export_denied'") == 1


def test_json_never_shows_persons_bare(operator: Program, parcels: list[dict[str, Any]]) -> None:
    assert "13800000003" not in operator.get("/ledgers/F5?in_full=true").text
