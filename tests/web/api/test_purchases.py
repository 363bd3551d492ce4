"""Proxy purchases by API, to the fen: the whole life, what is refused with which status, once for the same key."""

from __future__ import annotations

from typing import Any

import pytest

from tests.web.api.program import PREFIX, ApiStation, Program

WISH = {
    "item_name": "水泵", "spec": "2.2 千瓦", "category": "production", "budget_fen": 35000, "customer_name": "张建国",
    "phone": "19900001234",
}  # fmt: skip
ORDER = {"platform": "京东", "platform_order_no": "J-1", "amount_fen": 30000, "paid_from": "wechat"}
YTO = "YT8962646785389"


def act(program: Program, path: str, body: dict[str, Any] | None = None, number: int = 1, status: int = 200) -> Any:
    answer = program.post(f"/purchases/{number}/{path}", body or {})
    assert answer.status_code == status, answer.text
    return answer.json()


def line(program: Program, service: str, number: int = 1, **facts: Any) -> dict[str, Any]:
    """A line about a purchase on a ticket of its own, settled."""
    answer = program.post("/tickets", {"lines": [{"service": service, "purchase_id": number, **facts}]})
    assert answer.status_code == 201, answer.text
    return settle(program, answer.json()["id"])


def settle(program: Program, ticket_id: int) -> dict[str, Any]:
    total = program.get(f"/tickets/{ticket_id}").json()["total_fen"]
    answer = program.post(f"/tickets/{ticket_id}/settle", {"given_fen": max(0, total)})
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def agreed(program: Program, paid_by: str = "customer") -> None:
    answer = program.post("/purchases", WISH)
    assert (answer.status_code, answer.headers["location"]) == (201, f"{PREFIX}/purchases/1")
    act(program, "quote", {"amount_fen": 30000, "paid_by": paid_by})
    line(program, "purchase_quoted")


def test_life_of_a_purchase_by_api(operator: Program, api: ApiStation) -> None:
    agreed(operator, "station")
    assert act(operator, "order", ORDER)["spent_fen"] == 30000
    assert act(operator, "waybills", {"waybill_no": YTO})["state"] == "shipped"
    came = operator.post("/parcels", {"waybill_no": YTO}).json()
    told = operator.get("/purchases/1").json()
    assert (told["state"], told["owed_fen"], told["customer"]) == ("arrived", 30000, "张**")
    assert "19900001234" not in str(told) and "张建国" not in str(told)
    assert "hand_over" in told["may"]
    refused = operator.post(f"/parcels/{came['id']}/hand-over", {"method": "known_by_face"})
    assert (refused.status_code, refused.json()["code"]) == (409, "purchase.balance_owed")
    assert line(operator, "purchase_balance", hand_over=True)["total_fen"] == 30000
    assert operator.get(f"/parcels/{came['id']}").json()["state"] == "handed_over"
    assert act(operator, "close", {"customer_is_content": True})["state"] == "closed"
    assert api.problems() == []


def test_list_is_by_age_and_by_state(operator: Program) -> None:
    agreed(operator)
    operator.post("/purchases", WISH)
    assert [one["id"] for one in operator.get("/purchases").json()["items"]] == [1, 2]
    assert [one["id"] for one in operator.get("/purchases", state="requested").json()["items"]] == [2]
    everything = operator.get("/purchases", state="all", limit="1").json()
    assert [one["id"] for one in everything["items"]] == [2]
    assert "before=2" in everything["next"]
    assert operator.get("/purchases", only="disputed").json()["items"] == []


def test_cancelled_and_given_back_on_a_ticket(operator: Program, api: ApiStation) -> None:
    agreed(operator)
    done = act(operator, "cancel", {"reason": "no_reason"})
    assert settle(operator, done["ticket_id"])["total_fen"] == -30900
    assert operator.get("/purchases/1").json()["state"] == "cancelled"
    assert api.value("SELECT SUM(amount_fen) FROM postings WHERE account = 'drawer'") == 0
    assert api.problems() == []


def test_goods_sent_back_end_with_the_money(operator: Program, api: ApiStation) -> None:
    agreed(operator)
    act(operator, "order", ORDER)
    act(operator, "arrive")
    act(operator, "hand-over")
    act(operator, "undo-hand-over")
    act(operator, "hand-over")
    act(operator, "return", {"wants": "refunded", "reason": "quality"})
    bears = {"amount_fen": 29000, "paid_to": "wechat", "station_bears": True}
    assert act(operator, "shop-refund", bears, status=403)["code"] == "staff.not_allowed"
    assert act(operator, "shop-refund", {"amount_fen": 29000, "paid_to": "wechat"})["owed_fen"] == -29000
    line(operator, "purchase_payout")
    assert operator.get("/purchases/1").json()["state"] == "refunded"
    assert operator.post("/purchases/close-due", {}).json() == {"closed": 0}
    assert api.problems() == []


@pytest.mark.parametrize(
    ("path", "body", "status", "code"),
    [
        ("order", ORDER | {"amount_fen": 31000}, 409, "purchase.price_differs"),
        ("order", ORDER | {"amount_fen": 31000, "customer_agrees": True}, 409, "purchase.advance_short"),
        ("order", ORDER | {"paid_from": ""}, 422, "purchase.paid_from_unknown"),
        ("order", ORDER | {"paid_from": "cash"}, 422, "request.invalid"),
        ("quote", {"amount_fen": 1, "paid_by": "station"}, 409, "purchase.too_far"),
        ("waybills", {"waybill_no": YTO}, 409, "purchase.too_far"),
        ("price", {"amount_fen": 31000, "customer_agrees": False}, 422, "purchase.customer_must_agree"),
        ("shop-refund", {"amount_fen": 1}, 409, "purchase.too_far"),
        ("return", {"wants": "refunded", "reason": "quality"}, 409, "purchase.too_far"),
        ("close", {}, 409, "purchase.too_far"),
        ("settle-dispute", {"words": "x"}, 409, "purchase.not_disputed"),
        ("note", {"words": "11010519491231002X"}, 422, "text.holds_id_number"),
    ],
)
def test_step_that_is_refused_changes_nothing(
    operator: Program, api: ApiStation, path: str, body: dict[str, Any], status: int, code: str
) -> None:
    agreed(operator)
    before = api.value("SELECT MAX(seq) FROM audit")
    assert act(operator, path, body, status=status)["code"] == code
    assert api.value("SELECT MAX(seq) FROM audit") == before
    assert act(operator, path, body, number=424242, status=422 if code == "request.invalid" else 404)["status"] in (
        404,
        422,
    )


def test_order_is_placed_once_for_one_key(operator: Program, api: ApiStation) -> None:
    agreed(operator)
    first = operator.post("/purchases/1/order", ORDER, key="o-1")
    again = operator.post("/purchases/1/order", ORDER, key="o-1")
    assert (first.content, again.headers["idempotency-replayed"]) == (again.content, "true")
    assert api.value("SELECT COUNT(*) FROM entries WHERE kind = 'purchase_ordered'") == 1
    act(operator, "check", {}, status=409)
    act(operator, "dispute", {"words": "少件"})
    act(operator, "settle-dispute", {"words": "补发"})
    act(operator, "note", {"words": "慢"})
