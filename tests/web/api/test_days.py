"""The business day and its report by API."""

from __future__ import annotations

import json
from datetime import date, timedelta

import pytest

from tests.web.api.program import ApiStation, Program


def test_day_is_closed_with_its_difference_and_its_report_is_frozen(operator: Program, api: ApiStation) -> None:
    operator.post("/days/open", {"float_fen": 20000})
    ticket = operator.post(
        "/tickets",
        {"lines": [{"service": "bill", "biller": "power-demo", "account_no": "0602123456", "amount_fen": 5000}]},
    ).json()
    operator.post(f"/tickets/{ticket['id']}/settle", {"given_fen": 10000})
    parcel_id = operator.check_in("YT8962646785389")["id"]
    operator.post(f"/parcels/{parcel_id}/hand-over", {"method": "code"})
    operator.check_in("YT8962646785390")
    wish = {"service": "purchase", "item_name": "水泵", "amount_fen": 30000, "paid_by": "customer"}
    left_open = operator.post("/tickets", {"lines": [wish]}).json()["id"]
    operator.post("/tickets", {})  # begun and left without a line: nothing that anybody must finish

    so_far = operator.get("/reports/daily").json()
    assert (so_far["is_frozen"], so_far["report_no"], so_far["parcels"]["handed_over"]) == (False, None, 1)

    expected_fen = 20000 + ticket["total_fen"]
    closed = operator.post("/days/close", {"pieces": {"10000": 2, "1000": 4}, "reason": "wrong_change"}).json()
    assert (closed["state"], closed["counted_fen"], closed["expected_fen"]) == ("closed", 24000, expected_fen)
    assert (closed["difference_fen"], closed["difference_reason"]) == (24000 - expected_fen, "wrong_change")
    assert (closed["stays_open"]["parcels"], closed["open_ticket_ids"]) == (1, [left_open])

    report = operator.get("/reports/daily", business_on=closed["business_on"]).json()
    assert (report["is_frozen"], report["report_no"], report["hash"]) == (
        True,
        closed["report_no"],
        closed["report_hash"],
    )
    power = next(row for row in report["services"] if (row["service_type"], row["kind"]) == ("bill", "power"))
    assert (power["txn_count"], power["txn_amount_fen"]) == (1, 5000)
    assert report["parcels"]["received"] == 2
    assert report["message"] == {
        "state": "waiting",
        "acknowledgement_no": None,
        "acknowledged_at": None,
        "reason": None,
    }
    assert operator.get("/reports/daily").json()["report_no"] == report["report_no"]
    assert api.problems() == []


def test_closed_day_is_not_closed_again_and_the_next_act_opens_the_next(operator: Program) -> None:
    operator.post("/days/open")
    closed = operator.post("/days/close", {"pieces": {}}).json()
    again = operator.post("/days/close", {"pieces": {}})
    assert (again.status_code, again.json()["code"]) == (409, "day.none_open")
    operator.check_in("YT8962646785389")
    day = operator.get("/status").json()["day"]
    following = (date.fromisoformat(closed["business_on"]) + timedelta(days=1)).isoformat()
    assert (day["business_on"], day["is_after_hours"]) == (following, True)
    assert [one["state"] for one in operator.get("/days").json()["items"]] == ["open", "closed"]


def test_expected_cash_is_not_told_before_the_count(operator: Program) -> None:
    operator.post("/days/open", {"float_fen": 12345})
    for path in ("/days", "/status", "/reports/daily"):
        said = operator.get(path).json()
        assert "expected_fen" not in json.dumps(said) or said["items"][0]["expected_fen"] is None, path


def test_days_go_on_at_next(operator: Program) -> None:
    for _ in range(3):
        operator.post("/days/open")
        operator.post("/days/close", {"pieces": {}})
    seen, address = [], "/days?limit=2"
    while address:
        page = operator.get(address).json()
        seen += [day["business_on"] for day in page["items"]]
        address = page["next"]
    assert len(seen) == 3
    assert seen == sorted(seen, reverse=True)


@pytest.mark.parametrize(
    "body",
    [{"pieces": {"25": 1}}, {"pieces": {"10000": -1}}, {"pieces": {"10000": 1.5}}, {"pieces": []},
     {"pieces": {}, "reason": "theft"}, {"pieces": {"10000": 100001}}],
)  # fmt: skip
def test_count_that_is_none_closes_nothing(operator: Program, api: ApiStation, body: object) -> None:
    operator.post("/days/open")
    answer = operator.post("/days/close", body)
    assert (answer.status_code, answer.json()["code"]) == (422, "request.invalid")
    assert api.value("SELECT state FROM business_days") == "open"


def test_float_is_said_before_the_first_cash_only(operator: Program) -> None:
    ticket = operator.post(
        "/tickets",
        {"lines": [{"service": "bill", "biller": "power-demo", "account_no": "0602123456", "amount_fen": 5000}]},
    ).json()
    operator.post(f"/tickets/{ticket['id']}/settle", {"given_fen": ticket["total_fen"]})
    late = operator.post("/days/open", {"float_fen": 100})
    assert (late.status_code, late.json()["code"]) == (422, "day.float_too_late")


def test_report_of_a_day_that_never_was_is_404(operator: Program) -> None:
    for query in ({}, {"business_on": "2020-02-29"}):
        answer = operator.get("/reports/daily", **query)
        assert (answer.status_code, answer.json()["code"]) == (404, "report.none")
    for wrong in ("2026-13-01", "2026-2-1", "today", "2021-02-29", ""):
        assert operator.get("/reports/daily", business_on=wrong).status_code == 422
