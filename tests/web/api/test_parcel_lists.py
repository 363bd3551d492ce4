"""A carrier's list sent by its system: whole or not at all, every fault by its row, each courier its own."""

from __future__ import annotations

import re

from kiosk.people import tokens
from tests.web.api.program import ApiStation, Program

ZTO, ZTO_2, YTO = "73610555582883", "79105030690097", "YT8962646785389"
PAYMENT = "135112298638468293"
ROWS = [{"waybill_no": ZTO, "phone": "13812341234", "name_hint": "张三"}, {"waybill_no": ZTO_2, "phone": "1234"}]


def test_list_is_taken_checked_off_and_called_back(api: ApiStation, courier: Program) -> None:
    told = courier.post("/parcel-lists", {"carrier": "中通快递", "rows": ROWS})
    assert told.status_code == 201, told.text
    found = told.json()
    assert (found["carrier"], found["pieces"], found["skipped"], found["awaited"]) == ("ZTO", 2, 0, 2)
    assert not re.search(r"(?<![\d.])138", told.text), "an answer is kept for a week and names nobody"
    again = courier.post("/parcel-lists", {"carrier": "ZTO", "rows": ROWS})
    assert (again.status_code, again.json()["code"]) == (409, "list.nothing_new")
    longer = courier.post("/parcel-lists", {"carrier": "ZTO", "rows": [*ROWS, {"waybill_no": "73610555582999"}]})
    assert (longer.json()["pieces"], longer.json()["skipped"]) == (1, 2)
    batch_id = courier.post("/batches", {"carrier": "ZTO"}).json()["id"]
    arrived = courier.check_in(ZTO, batch_id=batch_id)
    assert arrived["has_phone"], "the phone came with the list"
    assert courier.get(told.headers["Location"]).json()["arrived"] == 1
    assert courier.post(f"/parcel-lists/{found['id']}/drop").json() == {"id": found["id"], "dropped": 1}
    twice = courier.post(f"/parcel-lists/{found['id']}/drop")
    assert (twice.status_code, twice.json()["code"]) == (409, "list.already_dropped")
    assert [item["id"] for item in courier.get("/parcel-lists").json()["items"]] == [longer.json()["id"], found["id"]]
    assert api.problems() == []


def test_one_wrong_row_and_nothing_is_taken_and_each_fault_names_its_row(api: ApiStation, courier: Program) -> None:
    rows = [
        {"waybill_no": YTO}, {"waybill_no": "7.36106E+13"}, {"waybill_no": ZTO, "phone": "12345"}, {"waybill_no": YTO},
    ]  # fmt: skip
    answer = courier.post("/parcel-lists", {"carrier": "YTO", "rows": rows})
    assert (answer.status_code, answer.json()["code"], answer.json()["count"]) == (422, "list.has_faults", 3)
    assert [(one["row"], one["code"]) for one in answer.json()["faults"]] == [
        (2, "list.cell_rounded"), (3, "phone.digits"), (4, "list.waybill_twice"),
    ]  # fmt: skip
    paid = courier.post("/parcel-lists", {"carrier": "YTO", "rows": [{"waybill_no": YTO}, {"waybill_no": PAYMENT}]})
    assert paid.status_code == 422 and PAYMENT not in paid.text
    assert api.value("SELECT COUNT(*) FROM parcels") == 0


def test_list_belongs_to_whoever_sent_it(api: ApiStation, courier: Program, operator: Program) -> None:
    found = courier.post("/parcel-lists", {"carrier": "ZTO", "rows": ROWS}).json()["id"]
    with api.store.transaction() as tx:
        other = api.with_token(tokens.create_token(tx, "另一家", "courier"))
    assert other.get("/parcel-lists").json()["items"] == []
    for answer in (other.get(f"/parcel-lists/{found}"), other.post(f"/parcel-lists/{found}/drop")):
        assert (answer.status_code, answer.json()["code"]) == (403, "list.not_yours")
    assert operator.get(f"/parcel-lists/{found}").json()["awaited"] == 2
    assert api.program("inspector").get("/parcel-lists", limit=1).json()["items"][0]["id"] == found


def test_what_is_no_list_is_refused_before_it_is_read(courier: Program) -> None:
    many = [{"waybill_no": f"YT{8962646000000 + number}"} for number in range(501)]
    for body in (
        {"carrier": "ZTO", "rows": []}, {"carrier": "ZTO", "rows": many}, {"rows": ROWS}, {"carrier": "", "rows": ROWS},
        {"carrier": "ZTO", "rows": [{"phone": "1234"}]}, {"carrier": "ZTO", "rows": [{"waybill_no": ZTO, "address": "x"}]},
    ):  # fmt: skip
        assert courier.post("/parcel-lists", body).status_code == 422
    answer = courier.post("/parcel-lists", {"carrier": "没有这家", "rows": ROWS})
    assert (answer.status_code, answer.json()["code"]) == (422, "carrier.unknown")
    assert courier.get("/parcel-lists/99").status_code == 404
