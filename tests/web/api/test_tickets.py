"""Tickets by API, to the fen."""

from __future__ import annotations

import pytest

from tests.web.api.program import PREFIX, ApiStation, Program

BILL = {"service": "bill", "biller": "power-demo", "account_no": "0602123456", "amount_fen": 5000}
PURCHASE = {"service": "purchase", "item_name": "水泵", "amount_fen": 30000, "paid_by": "customer"}
SALE = {"service": "consignment", "item_name": "土鸡蛋", "amount_fen": 4000, "supplier_name": "周大山", "unit": "斤"}


def begin(program: Program, *lines: dict[str, object]) -> dict[str, object]:
    answer = program.post("/tickets", {"lines": list(lines)})
    assert answer.status_code == 201, answer.text
    assert answer.headers["location"] == f"{PREFIX}/tickets/{answer.json()['id']}"
    found: dict[str, object] = answer.json()
    return found


def test_visit_with_three_services_is_settled_in_cash(operator: Program, api: ApiStation) -> None:
    ticket = begin(operator, BILL, PURCHASE, SALE)
    assert [line["service"] for line in ticket["lines"]] == ["bill", "purchase", "consignment"]  # type: ignore[attr-defined, index]
    owed = [line["owed_fen"] for line in ticket["lines"]]  # type: ignore[attr-defined, index]
    assert ticket["total_fen"] == sum(owed)
    shown = operator.get(f"/tickets/{ticket['id']}").json()
    assert (shown["state"], shown["total_fen"], shown["receipt_no"]) == ("open", ticket["total_fen"], None)
    assert shown["lines"][0]["fee"]["version"] == 1
    assert "0602123456" not in operator.get(f"/tickets/{ticket['id']}").text
    given_fen = int(str(ticket["total_fen"])) + 100
    settled = operator.post(f"/tickets/{ticket['id']}/settle", {"given_fen": given_fen}).json()
    assert (settled["state"], settled["change_fen"], settled["total_fen"]) == ("settled", 100, ticket["total_fen"])
    assert settled["print_job_id"] is not None
    found = operator.get("/tickets", receipt_no=settled["receipt_no"]).json()["items"]
    assert [(one["id"], one["total_fen"]) for one in found] == [(ticket["id"], ticket["total_fen"])]
    assert [one["id"] for one in operator.get("/tickets", settled_on=settled["business_on"]).json()["items"]] == [
        ticket["id"]
    ]
    assert api.value("SELECT SUM(amount_fen) FROM postings WHERE account = 'drawer'") == ticket["total_fen"]
    assert api.problems() == []


def test_too_little_cash_names_what_is_missing_and_keeps_the_ticket(operator: Program) -> None:
    ticket = begin(operator, BILL)
    short = operator.post(f"/tickets/{ticket['id']}/settle", {"given_fen": 1})
    assert (short.status_code, short.json()["code"]) == (422, "ticket.cash_short")
    assert short.json()["missing_fen"] == int(str(ticket["total_fen"])) - 1
    assert operator.get("/tickets", state="open").json()["items"][0]["id"] == ticket["id"]


def test_settled_ticket_is_not_settled_again(operator: Program) -> None:
    ticket = begin(operator, BILL)
    first = operator.post(f"/tickets/{ticket['id']}/settle", {"given_fen": 10000}).json()
    again = operator.post(f"/tickets/{ticket['id']}/settle", {"given_fen": 10000})
    assert (again.status_code, again.json()["code"]) == (409, "ticket.already_settled")
    assert again.json()["receipt_no"] == first["receipt_no"]
    more = operator.post(f"/tickets/{ticket['id']}/lines", {"lines": [PURCHASE]})
    assert more.json()["code"] == "ticket.already_settled"


def test_lines_come_all_or_none(operator: Program, api: ApiStation) -> None:
    answer = operator.post("/tickets", {"lines": [BILL, PURCHASE, BILL | {"biller": "nobody"}]})
    assert (answer.status_code, answer.json()["code"]) == (422, "bill.biller_unknown")
    for table in ("tickets", "ticket_lines", "bills", "purchases", "vault"):
        assert api.value(f"SELECT COUNT(*) FROM {table}") == 0


def test_same_bill_twice_is_asked(operator: Program) -> None:
    begin(operator, BILL | {"bill_period": "2026-11"})
    again = operator.post("/tickets", {"lines": [BILL | {"bill_period": "2026-11"}]})
    assert (again.status_code, again.json()["code"]) == (409, "bill.already_paid")
    begin(operator, BILL | {"bill_period": "2026-11", "pays_again": True})


def test_fee_that_is_not_the_published_one_is_refused(operator: Program) -> None:
    answer = operator.post("/tickets", {"lines": [PURCHASE | {"fee_fen": 1}]})
    assert (answer.status_code, answer.json()["code"]) == (409, "fee.differs")
    begin(operator, PURCHASE | {"fee_fen": answer.json()["fee_fen"]})


def test_line_is_taken_off_and_its_record_cancelled(operator: Program, api: ApiStation) -> None:
    ticket = begin(operator, BILL, PURCHASE)
    line = ticket["lines"][0]  # type: ignore[index]
    other = begin(operator)
    wrong = operator.post(f"/tickets/{other['id']}/lines/{line['id']}/remove")
    assert (wrong.status_code, wrong.json()["code"]) == (404, "ticket.line_unknown")
    after = operator.post(f"/tickets/{ticket['id']}/lines/{line['id']}/remove").json()
    assert after["total_fen"] == ticket["total_fen"] - line["owed_fen"]  # type: ignore[operator]
    assert api.value("SELECT state FROM bills") == "cancelled"
    gone = operator.post(f"/tickets/{ticket['id']}/lines/{line['id']}/remove")
    assert (gone.status_code, gone.json()["code"]) == (409, "ticket.line_fixed")


def test_ticket_settled_today_is_voided_by_new_entries(operator: Program, api: ApiStation) -> None:
    ticket = begin(operator, BILL, SALE)
    operator.post(f"/tickets/{ticket['id']}/settle", {"given_fen": ticket["total_fen"]})
    voided = operator.post(f"/tickets/{ticket['id']}/void", {"reason": "customer_withdrew"}).json()
    assert (voided["state"], voided["refund_fen"]) == ("voided", ticket["total_fen"])
    assert operator.get("/tickets", receipt_no=voided["refund_no"]).json()["items"][0]["state"] == "voided"
    assert api.value("SELECT SUM(amount_fen) FROM postings WHERE account = 'drawer'") == 0
    again = operator.post(f"/tickets/{ticket['id']}/void")
    assert (again.status_code, again.json()["code"]) == (409, "ticket.voided")
    assert api.problems() == []


def test_program_changes_its_own_tickets_only(operator: Program, api: ApiStation) -> None:
    ticket = begin(operator, BILL)
    other = api.program("other operator")
    for path, body in (("settle", {"given_fen": 9000}), ("void", {}), ("lines", {"lines": [PURCHASE]})):
        answer = other.post(f"/tickets/{ticket['id']}/{path}", body)
        assert (answer.status_code, answer.json()["code"]) == (403, "ticket.not_yours")
    assert api.program("manager").post(f"/tickets/{ticket['id']}/void").status_code == 200


def test_storage_fee_is_charged_only_when_one_is_due(operator: Program) -> None:
    parcel_id = operator.check_in("YT8962646785389")["id"]
    answer = operator.post("/tickets", {"lines": [{"service": "parcel", "parcel_id": parcel_id}]})
    assert (answer.status_code, answer.json()["code"]) == (409, "parcel.storage_free")
    assert operator.post("/tickets", {"lines": [{"service": "parcel", "parcel_id": 99}]}).status_code == 404


def test_empty_ticket_is_not_settled(operator: Program) -> None:
    ticket = begin(operator)
    answer = operator.post(f"/tickets/{ticket['id']}/settle", {"given_fen": 0})
    assert (answer.status_code, answer.json()["code"]) == (409, "ticket.empty")


@pytest.mark.parametrize(
    "line",
    [
        BILL | {"amount_fen": 50.5},
        BILL | {"amount_fen": "5000"},
        BILL | {"amount_fen": 10**14},
        {name: value for name, value in BILL.items() if name != "account_no"},
        PURCHASE | {"biller": "power-demo"},
        PURCHASE | {"quantity": 0},
        SALE | {"supplier_name": ""},
        {"service": "charity"},
        {},
    ],
)
def test_line_that_is_none_is_refused(operator: Program, api: ApiStation, line: dict[str, object]) -> None:
    answer = operator.post("/tickets", {"lines": [line]})
    assert (answer.status_code, answer.json()["code"]) == (422, "request.invalid")
    assert answer.json()["errors"][0]["pointer"].startswith("#/lines/0")
    assert api.value("SELECT COUNT(*) FROM tickets") == 0


def test_unknown_ticket_is_404_everywhere(operator: Program) -> None:
    for method, path, body in (
        ("GET", "/tickets/9", None),
        ("POST", "/tickets/9/settle", {"given_fen": 0}),
        ("POST", "/tickets/9/void", {}),
        ("POST", "/tickets/9/requote", {}),
        ("POST", "/tickets/9/lines", {"lines": [BILL]}),
    ):
        answer = operator.send(method, path, json=body)
        assert (answer.status_code, answer.json()["code"]) == (404, "ticket.unknown"), path
    assert operator.post("/tickets/9/lines/9/remove").status_code == 404


def test_mobile_top_up_must_be_typed_twice(operator: Program) -> None:
    answer = operator.post("/tickets", {"lines": [BILL | {"biller": "mobile-demo", "account_no": "13912345678"}]})
    assert (answer.status_code, answer.json()["code"]) == (422, "bill.account_differs")
    assert operator.get("/tickets").json()["items"] == []
