"""Registers by API: what each asks is read from the data, an entry goes its whole way, pictures come along, nobody is named."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from tests.services.register_bench import CLOSING, COMPLAINT, photo
from tests.web.api.program import ApiStation, Program


def code(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


def test_complaint_goes_its_whole_way(operator: Program, api: ApiStation) -> None:
    manager = api.program("manager")
    book = {one["code"]: one for one in operator.get("/registers").json()["items"]}["complaints"]
    assert {one["code"] for one in book["steps"]} >= {"handle", "close"} and book["ledger"].endswith("/ledgers/R-TS")
    picture = base64.b64encode(photo().content).decode()
    made = operator.post(
        "/registers/complaints/entries", {"values": COMPLAINT, "pictures": {"proof": [picture]}}
    ).json()
    entry = f"/registers/entries/{made['id']}"
    assert (made["number"], made["state"], made["steps"]) == ("TS2026-0001", "open", 1)
    assert operator.get("/registers/due").json()["items"][0]["number"] == "TS2026-0001"
    operator.post(f"{entry}/steps/handle", {"values": {"done": "打了电话"}, "seen_steps": 1})
    operator.post(f"{entry}/undo", {"seen_steps": 2})
    operator.post(f"{entry}/correct", {"values": {"wants": "退货"}})
    closed = operator.post(f"{entry}/steps/close", {"values": CLOSING | {"compensation": 3000}}).json()
    assert closed["state"] == "closed"
    told = operator.get(entry)
    assert "赵小梅" not in told.text and "13812345678" not in told.text and "赵**" in told.text
    assert [one["act"] for one in told.json()["story"]] == ["opened", "handle", "undone", "corrected", "close"]
    assert operator.post(f"{entry}/print").json()["slip_id"]
    counts = {
        one["key"]: one["count"]
        for one in operator.get("/registers/counts", **{"from": "2024-01-01", "to": "2099-12-31"}).json()["items"]
    }
    assert (counts["complaints.new"], counts["complaints.closed"]) == (1, 1)
    assert operator.get("/ledgers/R-TS?from=2026-11-01&to=2026-11-30").json()["items"][0]["number"] == "TS2026-0001"
    manager.post(f"{entry}/withdraw", {})
    assert manager.get(entry).json()["state"] == "withdrawn"
    assert api.problems() == []


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"values": COMPLAINT | {"kind": "moon"}}, (422, "register.field_wrong")),
        ({"values": COMPLAINT | {"moon": "x"}}, (422, "register.field_unknown")),
        ({"values": COMPLAINT | {"told": True}}, (422, "register.field_wrong")),
        ({"values": COMPLAINT | {"told": "11010519491231002X"}}, (422, "text.holds_id_number")),
        ({"values": COMPLAINT, "pictures": {"proof": ["bm9uZQ=="]}}, (422, "picture.unreadable")),
        ({"values": COMPLAINT, "pictures": {"moon": ["!"]}}, (422, "request.invalid")),
        ({"values": COMPLAINT, "rows": {"moon": [{"a": "b"}]}}, (422, "register.field_unknown")),
        ({"values": COMPLAINT, "rows": {"moon": [{}] * 201}}, (422, "request.invalid")),
        ({"values": COMPLAINT, "rows": {"moon": "x"}}, (422, "request.invalid")),
        ({"values": "x"}, (422, "request.invalid")),
        ({"values": COMPLAINT, "subject_kind": "parcel", "subject_id": 424242}, (422, "register.no_such_case")),
        ({"values": COMPLAINT, "subject_kind": "bill", "subject_id": 1}, (422, "register.no_such_case")),
    ],
)
def test_entry_that_is_not_right_is_refused(operator: Program, body: dict[str, Any], expected: tuple[int, str]) -> None:
    assert code(operator.post("/registers/complaints/entries", body)) == expected
    assert operator.get("/registers/due").json()["items"] == []


def test_what_there_is_not_is_not_found(operator: Program) -> None:
    assert code(operator.post("/registers/moon/entries", {"values": {}})) == (404, "register.unknown")
    assert code(operator.get("/registers/entries/9")) == (404, "register.no_entry")
    assert code(operator.post("/registers/entries/9/steps/close", {})) == (404, "register.no_entry")
    assert operator.get("/registers/counts").status_code == 422
