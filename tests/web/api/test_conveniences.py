"""Convenience services by API: what is asked is read from the data, what was typed comes back masked."""

from __future__ import annotations

from typing import Any

import pytest

from tests.services.convenience_bench import in_days, train
from tests.web.api.program import ApiStation, Program


def line(**more: Any) -> dict[str, Any]:
    return {"service": "convenience"} | train(**more)


def code(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


def test_ticket_is_bought_and_its_price_paid_on(operator: Program, api: ApiStation) -> None:
    services = {one["code"]: one for one in operator.get("/conveniences/services").json()["items"]}
    assert "withdrawal" not in services
    asked = [field["code"] for field in services["train"]["fields_asked"] if field["asked"] == "done"]
    ticket = operator.post("/tickets", {"lines": [line(price=1298_00, tickets=2)]}).json()
    assert ticket["total_fen"] == 1308_00
    operator.post(f"/tickets/{ticket['id']}/settle", {"given_fen": 1308_00})
    case = f"/conveniences/{ticket['lines'][0]['case_id']}"
    shown = operator.get("/conveniences").json()["items"][0]
    assert (shown["due_on"], shown["holds_money"]) == (in_days(3), True)
    assert code(operator.post(f"{case}/done", {"values": {asked[0]: "E1"}})) == (422, "convenience.paid_from_unknown")
    assert code(operator.post(f"{case}/drop")) == (409, "convenience.refund_it")
    done = operator.post(f"{case}/done", {"values": {asked[0]: "E1"}, "paid_from": "alipay"}).json()
    assert done["state"] == "done" and done["entry_id"]
    assert code(operator.post(f"{case}/fail", {"reason": "other"})) == (409, "convenience.too_far")
    text = operator.get(case).text
    assert "张建国" not in text and "13812345678" not in text and "张**" in text
    assert operator.get("/conveniences", state="done").json()["items"][0]["id"] == done["id"]
    assert api.problems() == []


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        (line(departs_on=in_days(-1)), (422, "convenience.date_past")),
        (line(passenger="11010519491231002X"), (422, "text.holds_id_number")),
        (line(colour="red"), (422, "convenience.field_unknown")),
        (line(price=True), (422, "convenience.field_wrong")),
        (line(price=[1]), (422, "request.invalid")),
        (line() | {"convenience": "moon"}, (422, "convenience.service_unknown")),
        (line() | {"convenience": "withdrawal"}, (409, "convenience.no_contract")),
        (line() | {"convenience": "clinic"}, (422, "convenience.consent_missing")),
        (line() | {"values": "x"}, (422, "request.invalid")),
    ],
)
def test_line_that_is_not_right_is_refused(
    operator: Program, changed: dict[str, Any], expected: tuple[int, str]
) -> None:
    assert code(operator.post("/tickets", {"lines": [changed]})) == expected


def test_free_enquiry_fails_or_is_dropped(operator: Program) -> None:
    values = {
        "bank": "农信社",
        "product": "惠农贷",
        "amount_range": "1–5 万元",
        "person": "张三",
        "phone": "13812345678",
    }
    loan = {"service": "convenience", "convenience": "loan", "values": values}
    for act, body, state in (("drop", {}, "cancelled"), ("fail", {"reason": "not_offered"}, "failed")):
        ticket = operator.post("/tickets", {"lines": [loan]}).json()
        operator.post(f"/tickets/{ticket['id']}/settle", {"given_fen": 0})
        case = f"/conveniences/{ticket['lines'][0]['case_id']}"
        assert operator.post(f"{case}/{act}", body).json()["state"] == state
    assert operator.get("/conveniences").json()["items"] == []
