"""Fees by API: versions, the draft with its mistakes, publishing."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from kiosk import clock
from tests.web.api.program import ApiStation, Program

ITEM = {
    "code": "purchase",
    "name_zh": "代购服务",
    "service": "purchase",
    "unit": "单",
    "rule": "fixed_per_unit",
    "amount": "5.00",
}


@pytest.fixture
def manager(api: ApiStation) -> Program:
    return api.program("manager")


def day(ahead: int = 0) -> str:
    return (clock.local_date() + timedelta(days=ahead)).isoformat()


def draft(*items: dict[str, Any], **head: Any) -> dict[str, Any]:
    return {
        "effective_on": day(),
        "basis": "村民约定",
        "approver": "村民委员会",
        "items": list(items or (ITEM,)),
    } | head


def test_current_fees_are_numbers_and_words(operator: Program, api: ApiStation) -> None:
    found = operator.get("/fees/current").json()
    assert (found["number"], found["state"]) == (1, "in_force")
    of_code = {item["code"]: item for item in found["items"]}
    assert of_code["purchase"]["terms"] == {"percent": 300, "min": 100, "max": 2000}
    assert of_code["purchase"]["words"] == "金额的 3%，最低 ￥1.00，最高 ￥20.00"
    assert of_code["parcel.storage"]["warning"]
    assert of_code["parcel.pickup"]["warning"] == ""
    assert api.program("screen").get("/fees").json()["items"][0]["number"] == 1
    assert operator.get("/fees/1").json() == found
    assert operator.get("/fees/9").json()["code"] == "fees.unknown_version"


@pytest.mark.obligation("TC-08", place="/api/v1/fees", reads="every version with its date, basis, approver and hash")
def test_draft_is_saved_whole_and_published_for_a_day(manager: Program, api: ApiStation) -> None:
    assert manager.get("/fees/draft").json()["code"] == "fees.no_draft"
    wrong = manager.post("/fees/draft", draft(ITEM | {"amount": "五元"}, effective_on="")).json()
    assert [mistake["place"] for mistake in wrong["mistakes"]] == ["effective_on", "items[1].amount"]
    assert manager.post("/fees/publish", {"revision": wrong["revision"]}).status_code == 422
    saved = manager.post("/fees/draft", draft(revision=wrong["revision"], effective_on=day(1))).json()
    assert (saved["revision"], saved["mistakes"]) == (2, [])
    assert manager.get("/fees/draft").json() == saved
    published = manager.post("/fees/publish", {"revision": 2}, key="publish-1")
    assert published.status_code == 201
    assert published.headers["location"] == "/api/v1/fees/2"
    assert published.json()["state"] == "upcoming"
    again = manager.post("/fees/publish", {"revision": 2}, key="publish-1")
    assert (again.json(), again.headers["idempotency-replayed"]) == (published.json(), "true")
    assert [version["number"] for version in manager.get("/fees").json()["items"]] == [2, 1]
    assert manager.get("/fees/current").json()["number"] == 1
    assert api.problems() == []


def test_draft_of_another_is_not_overwritten(manager: Program, api: ApiStation) -> None:
    assert manager.post("/fees/draft", draft()).status_code == 200
    for body in (draft(), draft(revision=7)):
        answer = manager.post("/fees/draft", body)
        assert (answer.status_code, answer.json()["code"]) == (409, "fees.draft_changed")
    assert manager.post("/fees/draft/discard", {"revision": 7}).json()["code"] == "fees.draft_changed"
    assert manager.post("/fees/draft/discard", {"revision": 1}).status_code == 200
    assert manager.get("/fees/draft").status_code == 404


def test_past_day_is_refused(manager: Program) -> None:
    manager.post("/fees/draft", draft(effective_on=day(-1)))
    answer = manager.post("/fees/publish", {"revision": 1})
    assert (answer.status_code, answer.json()["code"]) == (422, "fees.backdated")


def test_ticket_keeps_its_version_while_a_new_one_begins_today(manager: Program, operator: Program) -> None:
    purchase = {"service": "purchase", "item_name": "水泵", "amount_fen": 300_00, "paid_by": "customer"}
    ticket = operator.post("/tickets", {"lines": [purchase]}).json()
    manager.post("/fees/draft", draft())
    manager.post("/fees/publish", {"revision": 1})
    more = operator.post(f"/tickets/{ticket['id']}/lines", {"lines": [purchase]}).json()
    assert [line["fee_fen"] for line in more["lines"]] == [9_00]
    whole = operator.get(f"/tickets/{ticket['id']}").json()
    assert [line["fee_fen"] for line in whole["lines"]] == [9_00, 9_00]
    fresh = operator.post("/tickets", {"lines": [purchase]}).json()
    assert [line["fee_fen"] for line in fresh["lines"]] == [5_00]
