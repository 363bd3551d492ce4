"""Payments in parts, parked tickets, refunds, reduced fees, debts, cash and compensation by API."""

from __future__ import annotations

import pytest

from tests.web.api.program import PREFIX, ApiStation, Program
from tests.web.api.test_tickets import BILL, PURCHASE, begin

WECHAT_CODE = "134567890123456789"


@pytest.fixture
def manager(api: ApiStation) -> Program:
    return api.program("manager")


def settle(program: Program, ticket: dict, given_fen: int = 0, *tenders: dict):
    return program.post(f"/tickets/{ticket['id']}/settle", {"given_fen": given_fen, "tenders": list(tenders)})


def allow(manager: Program, limit_fen: int = 20000) -> int:
    answer = manager.post("/debts", {"name": "张建国", "phone": "13800001234", "limit_fen": limit_fen})
    assert answer.status_code == 201, answer.text
    assert answer.headers["location"] == f"{PREFIX}/debts/{answer.json()['id']}"
    return answer.json()["id"]


def test_ticket_is_paid_in_parts(operator: Program, manager: Program, api: ApiStation) -> None:
    debtor = allow(manager)
    ticket = begin(operator, BILL, PURCHASE)
    done = settle(
        operator, ticket, 20000, {"method": "wechat", "amount_fen": 10000, "reference": "4200001"},
        {"method": "account", "amount_fen": 10000, "debtor_id": debtor},
    ).json()  # fmt: skip
    assert (done["total_fen"], done["cash_fen"], done["change_fen"]) == (35900, 15900, 4100)
    shown = operator.get(f"/tickets/{ticket['id']}").json()
    assert [(part["method"], part["amount_fen"]) for part in shown["payments"]] == [
        ("cash", 15900), ("wechat", 10000), ("account", 10000),
    ]  # fmt: skip
    voided = operator.post(f"/tickets/{ticket['id']}/void", {"reason": "mistake"}).json()
    assert voided["by_method"] == {"cash": 15900, "wechat": 10000, "account": 10000}
    assert api.problems() == []


@pytest.mark.parametrize(
    ("tender", "status", "code"),
    [
        ({"method": "wechat", "amount_fen": 5001}, 422, "payment.too_much"),
        ({"method": "wechat", "amount_fen": 0}, 422, "payment.amount_wrong"),
        ({"method": "account", "amount_fen": 5000}, 422, "payment.debtor_missing"),
        ({"method": "account", "amount_fen": 5000, "debtor_id": 9}, 409, "debt.not_allowed"),
        ({"method": "wechat", "amount_fen": 5000, "reference": WECHAT_CODE}, 422, "payment.is_payment_code"),
        ({"method": "cash", "amount_fen": 5000}, 422, "request.invalid"),
        ({"method": "wechat", "amount_fen": 50.0}, 422, "request.invalid"),
        ({"method": "wechat"}, 422, "request.invalid"),
    ],
)
def test_tender_that_is_not_right_takes_nothing(operator: Program, api: ApiStation, tender, status, code) -> None:
    ticket = begin(operator, BILL)
    answer = settle(operator, ticket, 0, tender)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert WECHAT_CODE not in answer.text
    assert api.value("SELECT COUNT(*) FROM entries") == 0


def test_settlement_sent_twice_takes_the_money_once(operator: Program, api: ApiStation) -> None:
    ticket = begin(operator, BILL)
    body = {"tenders": [{"method": "alipay", "amount_fen": 5000}]}
    first, again = (
        operator.send("POST", f"/tickets/{ticket['id']}/settle", json=body, headers={"Idempotency-Key": "pay-1"})
        for _ in range(2)
    )
    assert first.json() == again.json() and again.headers["Idempotency-Replayed"] == "true"
    assert api.value("SELECT SUM(amount_fen) FROM postings WHERE account = 'alipay'") == 5000


def test_ticket_is_parked_and_taken_up_at_a_desk(operator: Program, api: ApiStation) -> None:
    ticket = begin(operator, BILL)
    assert operator.post(f"/tickets/{ticket['id']}/park", {"label": "蓝衣服"}).status_code == 200
    assert operator.get("/tickets").json()["items"][0]["parked_at"] is not None
    assert operator.post(f"/tickets/{ticket['id']}/resume", {"desk_id": 99}).status_code == 404
    assert operator.post(f"/tickets/{ticket['id']}/resume", {"desk_id": 1}).status_code == 200
    assert operator.get("/tickets").json()["items"][0]["parked_at"] is None
    empty = begin(operator)
    answer = operator.post(f"/tickets/{empty['id']}/park", {})
    assert (answer.status_code, answer.json()["code"]) == (422, "ticket.nothing_to_park")
    assert settle(operator, ticket, 5000).status_code == 200
    assert api.problems() == []


def test_lines_are_given_back_on_another_ticket(operator: Program, api: ApiStation) -> None:
    first = begin(operator, BILL, PURCHASE)
    settle(operator, first, 35900)
    ids = [line["id"] for line in first["lines"]]
    back = begin(operator)
    answer = operator.post(f"/tickets/{back['id']}/refund", {"line_ids": ids[1:], "keeps_fee": True})
    assert answer.status_code == 201 and answer.json()["total_fen"] == -30000
    again = operator.post(f"/tickets/{back['id']}/refund", {"line_ids": ids[1:]})
    assert (again.status_code, again.json()["code"]) == (409, "refund.already")
    done = settle(operator, back).json()
    assert (done["total_fen"], done["cash_fen"], done["change_fen"]) == (-30000, -30000, 30000)
    void = operator.post(f"/tickets/{first['id']}/void", {})
    assert (void.status_code, void.json()["code"]) == (409, "ticket.given_back")
    assert operator.post(f"/tickets/{back['id']}/refund", {"line_ids": []}).status_code == 422
    other = api.program("other operator")
    theirs = begin(other)
    answer = other.post(f"/tickets/{theirs['id']}/refund", {"line_ids": ids[:1]})
    assert (answer.status_code, answer.json()["code"]) == (403, "ticket.not_yours")
    assert api.problems() == []


def test_fee_is_reduced_by_the_manager(operator: Program, manager: Program, api: ApiStation) -> None:
    ticket = begin(operator, PURCHASE)
    path = f"/tickets/{ticket['id']}/lines/{ticket['lines'][0]['id']}/reduce"
    answer = operator.post(path, {"to_fen": 100, "reason": "hardship"})
    assert (answer.status_code, answer.json()["code"]) == (403, "staff.not_allowed")
    assert manager.post(path, {"to_fen": 900, "reason": "hardship"}).json()["code"] == "fee.not_lower"
    assert manager.post(path, {"to_fen": 100, "reason": "pity"}).status_code == 422
    assert manager.post(path, {"to_fen": 100, "reason": "hardship"}).json()["total_fen"] == 30100
    line = operator.get(f"/tickets/{ticket['id']}").json()["lines"][-1]
    assert (line["fee_fen"], line["waived_fen"]) == (100, 800)


def test_debt_is_allowed_listed_repaid_and_stopped(operator: Program, manager: Program, api: ApiStation) -> None:
    debtor = allow(manager)
    body = {"name": "张建国", "phone": "1234", "limit_fen": 100}
    assert manager.post("/debts", body).json()["code"] == "debtor.already_allowed"
    assert operator.post("/debts", body).status_code == 403
    settle(operator, begin(operator, BILL), 0, {"method": "account", "amount_fen": 5000, "debtor_id": debtor})
    (listed,) = operator.get("/debts").json()["items"]
    assert (listed["name"], listed["owed_fen"], listed["room_fen"]) == ("张**", 5000, 15000)
    line = {"service": "debt", "debtor_id": debtor, "amount_fen": 5001}
    assert operator.post("/tickets", {"lines": [line]}).json()["code"] == "debt.more_than_owed"
    settle(operator, begin(operator, line | {"amount_fen": 2000}), 2000)
    shown = operator.get(f"/debts/{debtor}").json()
    assert [(move["kind"], move["amount_fen"]) for move in shown["moves"]] == [("charge", 5000), ("repay", -2000)]
    assert "张建国" not in operator.get(f"/debts/{debtor}").text
    assert operator.post(f"/debts/{debtor}/statement").json()["slip_id"]
    assert manager.post(f"/debts/{debtor}/limit", {"limit_fen": 3000}).json()["owed_fen"] == 3000
    assert manager.post(f"/debts/{debtor}/stop").json()["is_active"] is False
    assert manager.post(f"/debts/{debtor}/stop").json()["code"] == "debtor.already_stopped"
    assert operator.get("/debts/99").status_code == 404
    assert api.problems() == []


def test_cash_is_moved_and_put_back(operator: Program, manager: Program, api: ApiStation) -> None:
    denied = operator.post("/cash-moves", {"reason": "owner_in", "amount_fen": 10000})
    assert (denied.status_code, denied.json()["code"]) == (403, "staff.not_allowed")
    moved = manager.post("/cash-moves", {"reason": "owner_in", "amount_fen": 10000}).json()
    assert moved["move_no"].startswith("P") and moved["kind"] == "pay_in"
    short = operator.post("/cash-moves", {"reason": "to_bank", "amount_fen": 10001})
    assert (short.status_code, short.json()["code"]) == (409, "drawer.too_little")
    carrier = manager.post("/cash-moves", {"reason": "carrier", "amount_fen": 1, "carrier": "YTO"})
    assert (carrier.status_code, carrier.json()["code"]) == (409, "cash.not_owed")
    assert operator.post("/cash-moves", {"reason": "gift", "amount_fen": 1}).status_code == 422
    assert operator.post("/cash-moves", {"reason": "expense", "amount_fen": 1}).json()["code"] == "cash.note_missing"
    assert manager.post(f"/cash-moves/{moved['id']}/put-back").json()["is_put_back"] is True
    assert manager.post(f"/cash-moves/{moved['id']}/put-back").json()["code"] == "cash.already_put_back"
    assert operator.post("/cash-moves/99/put-back").status_code == 404
    assert len(operator.get("/cash-moves").json()["items"]) == 1
    assert operator.get("/cash-moves", business_on="2020-01-01").json()["items"] == []
    assert api.problems() == []


def test_compensation_is_the_managers_and_is_paid_out(operator: Program, manager: Program, api: ApiStation) -> None:
    line = {"service": "compensation", "amount_fen": 3000, "reason": "damaged", "note": "摔坏鸡蛋"}
    assert operator.post("/tickets", {"lines": [line]}).status_code == 403
    ticket = begin(manager, line)
    assert settle(manager, ticket).json()["code"] == "drawer.too_little"
    wrong = settle(manager, ticket, 0, {"method": "wechat", "amount_fen": 3000})
    assert wrong.json()["code"] == "payment.amount_wrong"
    done = settle(manager, ticket, 0, {"method": "wechat", "amount_fen": -3000}).json()
    assert (done["total_fen"], done["cash_fen"]) == (-3000, 0)
    unknown = manager.post("/tickets", {"lines": [line | {"about_kind": "parcel", "about_id": 9}]})
    assert unknown.status_code == 404
    assert api.problems() == []
