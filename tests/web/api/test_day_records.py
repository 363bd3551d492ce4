"""What stands beside the day, by API: counts, hand-overs, wallets, corrections, closings, hours, the owner's month."""

from __future__ import annotations

import json

import pytest

from kiosk import clock
from kiosk.people import staff
from tests.web.api.program import ApiStation, Program


def hire(api: ApiStation, name: str, role: str = "operator") -> int:
    with api.store.transaction() as tx:
        staff_id, _ = staff.add_staff(tx, name, role, "4826")
    return staff_id


def settle(operator: Program, account_no: str, **more: object) -> None:
    line = {"service": "bill", "biller": "power-demo", "account_no": account_no, "amount_fen": 5000}
    ticket = operator.post("/tickets", {"lines": [line]}).json()
    body = more or {"given_fen": ticket["total_fen"]}
    assert operator.post(f"/tickets/{ticket['id']}/settle", body).status_code == 200


def test_float_is_counted_by_denomination(operator: Program) -> None:
    day = operator.post("/days/open", {"pieces": {"10000": 1, "500": 4}}).json()
    assert day["float_fen"] == 12000
    wrong = operator.post("/days/open", {"pieces": {"10000": 1}, "float_fen": 5})
    assert (wrong.status_code, wrong.json()["code"]) == (422, "day.float_differs")


def test_drawer_is_counted_before_it_is_compared_and_handed_on(operator: Program, api: ApiStation) -> None:
    hire(api, "王站长", "manager")
    first, second = hire(api, "李接班"), hire(api, "周三班")
    operator.post("/days/open", {"pieces": {"10000": 1}})
    begun = operator.post("/days/counts")
    assert begun.status_code == 201 and "expected" not in begun.text
    count = operator.post(f"/days/counts/{begun.json()['count_id']}/finish", {"pieces": {"5000": 1}}).json()
    assert (count["expected_fen"], count["difference_fen"]) == (10000, -5000)
    body = {"count_id": count["count_id"], "to_staff_id": first, "to_pin": "4826"}
    refused = operator.post("/days/hand-over", body)
    assert (refused.status_code, refused.json()["code"]) == (422, "day.reason_missing")
    handed = operator.post("/days/hand-over", body | {"reason": "wrong_change"}, key="once").json()
    assert (handed["from_staff_id"], handed["to_staff_id"], handed["difference_fen"]) == (None, first, -5000)
    assert operator.post("/days/hand-over", body | {"reason": "wrong_change"}, key="once").json() == handed
    details = operator.get("/days/details").json()
    assert (details["holder_staff_id"], details["expected_now_fen"], len(details["hand_overs"])) == (first, None, 1)
    assert api.program("manager").get("/days/details").json()["expected_now_fen"] == 5000
    onwards = {"pieces": {"5000": 1}, "to_staff_id": second, "to_pin": "4826"}
    alone = operator.post("/days/hand-over", onwards)
    assert (alone.status_code, alone.json()["code"]) == (403, "drawer.not_yours")
    both = operator.post("/days/hand-over", onwards | {"from_pin": "4826"})
    assert both.json()["from_staff_id"] == first
    assert api.problems() == []


def test_wrong_pin_of_the_one_who_takes_it_is_counted(operator: Program, api: ApiStation) -> None:
    first = hire(api, "李接班")
    operator.post("/days/open")
    body = {"pieces": {}, "to_staff_id": first, "to_pin": "73064152"}
    answer = operator.post("/days/hand-over", body)
    assert (answer.status_code, answer.json()["code"], answer.json()["left"]) == (422, "staff.wrong_pin", 4)
    assert api.value("SELECT COUNT(*) FROM drawer_hand_overs") == 0
    gone = operator.post("/days/hand-over", body | {"to_staff_id": 99})
    assert (gone.status_code, gone.json()["code"]) == (404, "staff.unknown")
    assert "73064152" not in json.dumps([list(row) for row in _answers(api)])


def _answers(api: ApiStation):  # type: ignore[no-untyped-def]
    with api.store.reading() as db:
        return db.all("SELECT answer FROM answers")


def test_wallets_are_compared_at_the_close(operator: Program, api: ApiStation) -> None:
    settle(operator, "0602123456", tenders=[{"method": "wechat", "amount_fen": 5000}])
    found = operator.get("/days/details").json()["wallets"]
    assert [(one["wallet"], one["moved_fen"]) for one in found] == [("wechat", 5000)]
    count_id = operator.post("/days/counts").json()["count_id"]
    operator.post(f"/days/counts/{count_id}/finish", {"pieces": {}})
    missing = operator.post("/days/close", {"count_id": count_id})
    assert (missing.status_code, missing.json()["code"]) == (422, "day.wallet_not_seen")
    seen = {"wechat": {"seen_fen": 4970, "reason": "platform_fee"}}
    closed = operator.post("/days/close", {"count_id": count_id, "wallets": seen})
    assert closed.status_code == 200, closed.text
    told = operator.get("/days/details", business_on=closed.json()["business_on"]).json()
    assert told["wallets"][0]["seen_fen"] == 4970
    assert operator.post("/days/close", {"pieces": {}}).json()["code"] == "day.none_open"
    assert operator.post("/days/close", {}).json()["code"] == "day.not_counted"
    assert api.problems() == []


def test_closed_day_is_corrected_by_a_supplement(operator: Program, api: ApiStation) -> None:
    operator.post("/days/open")
    closed = operator.post("/days/close", {"pieces": {}}).json()
    manager = api.program("manager")
    body = {
        "business_on": closed["business_on"], "reason": "not_recorded", "voucher": "r-17",
        "rows": [{"service_type": "bill", "kind": "water", "txn_count": 1, "txn_amount_fen": 3500}],
        "parcels": {"received": -2},
    }  # fmt: skip
    made = manager.post("/days/correct", body).json()
    assert made["revision"] == 1
    report = operator.get("/reports/daily", business_on=closed["business_on"]).json()
    assert (report["revision"], report["report_no"], report["totals"]["txn_amount_fen"]) == (1, made["report_no"], 3500)
    assert report["parcels"]["received"] == -2
    assert len(operator.get("/days/details", business_on=closed["business_on"]).json()["corrections"]) == 2
    never = manager.post("/days/correct", body | {"business_on": "2020-02-29"})
    assert (never.status_code, never.json()["code"]) == (404, "correction.no_day")
    nothing = manager.post("/days/correct", body | {"rows": [], "parcels": None})
    assert (nothing.status_code, nothing.json()["code"]) == (422, "correction.nothing")
    assert api.problems() == []


def test_closings_and_hours_are_told(operator: Program, api: ApiStation) -> None:
    today = clock.local_date().isoformat()
    operator.post("/days/open")
    made = operator.post(
        "/days/closings", {"from_on": today, "reason": "power_cut", "from_time": "01:00", "to_time": "01:30"}
    )
    assert made.status_code == 201
    twice = operator.post("/days/closings", made.json() | {"from_on": today, "reason": "power_cut"})
    assert twice.status_code == 422  # what is told is not what is asked: an unknown field is refused
    again = {"from_on": today, "reason": "power_cut", "from_time": "01:00", "to_time": "01:30"}
    assert operator.post("/days/closings", again).json()["code"] == "closing.twice"
    listed = operator.get("/days/closings", from_on=today, to_on=today).json()["items"]
    assert [one["reason"] for one in listed] == ["power_cut"]
    month = operator.get("/days/hours").json()
    assert (month["month"], month["days_open"], month["days"][-1]["on"]) == (today[:7], 1, today)
    operator.post(f"/days/closings/{listed[0]['id']}/withdraw")
    assert operator.get("/days/closings", from_on=today, to_on=today).json()["items"] == []
    assert operator.post("/days/hours/print", {"month": today[:7]}).json()["slip_id"]
    assert operator.post("/days/hours/print", {"month": "2026-13"}).status_code == 422
    assert api.problems() == []


def test_x_slip_and_the_owners_month(operator: Program, api: ApiStation) -> None:
    none = operator.post("/days/x")
    assert (none.status_code, none.json()["code"]) == (409, "day.none_open")
    settle(operator, "0602123456")
    assert operator.post("/days/x").json()["slip_id"]
    month = api.program("manager").get("/days/owner").json()
    assert (month["takings"], month["held"]) == ({"cash": 5000}, {"held_for_bills": 5000})
    assert operator.get("/days/owner").status_code == 403


@pytest.mark.parametrize("path", ["/days/details", "/days/details?business_on=2020-02-29"])
def test_day_that_never_was_is_404(operator: Program, path: str) -> None:
    answer = operator.get(path)
    assert (answer.status_code, answer.json()["code"]) == (404, "day.none")


def test_clock_that_nobody_doubts_is_not_accepted(api: ApiStation) -> None:
    manager = api.program("manager")
    answer = manager.post("/days/clock", {"reason": "battery"})
    assert (answer.status_code, answer.json()["code"]) == (409, "clock.not_in_doubt")
