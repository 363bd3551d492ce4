"""Overdue parcels, calls, the group's text and announcements by API."""

from __future__ import annotations

from datetime import timedelta

from kiosk import clock
from kiosk.counter import remind
from kiosk.storage import Actor
from tests.web.api.program import ApiStation, Program

ZTO, YTO, SF = "73610555582883", "YT8962646785389", "SF1234567890123"
CHORES = Actor("system", 0, "system", "", None)


def waits(station: ApiStation, parcel_id: int, days: int) -> None:
    """As if it lay here for so many days, and the clock had noted who is to be reminded."""
    with station.store.transaction(CHORES) as tx:
        then = (clock.local_date(tx.settings.station.zone) - timedelta(days=days)).isoformat()
        tx.execute("UPDATE parcels SET checked_in_on = ? WHERE id = ?", then, parcel_id)
        noon = clock.local(clock.now()).replace(hour=12, minute=0) + timedelta(days=9)
        tx.now = clock.stamp(noon)
        remind.remind_some(tx)


def test_overdue_parcel_is_called_about_told_of_and_goes_back(api: ApiStation, operator: Program) -> None:
    parcel = operator.check_in(ZTO, phone="19900001234", name_hint="张三")
    young = operator.check_in(YTO)
    assert operator.get("/overdue").json()["items"] == []
    waits(api, parcel["id"], 9)
    (told,) = operator.get("/overdue", limit=1).json()["items"]
    assert (told["id"], told["kept_days"], told["is_overdue"]) == (parcel["id"], 9, True)
    everything = operator.get("/overdue", days=0, limit=1).json()
    following = operator.get(everything["next"].removeprefix("/api/v1")).json()
    assert ([item["id"] for item in following["items"]], following["next"]) == ([young["id"]], None)
    callers = operator.get("/overdue/calls").json()["items"]
    assert callers[0]["parcel_ids"] == [parcel["id"]]
    assert "19900001234" not in str(callers)
    about = {"parcel_ids": [parcel["id"]]}
    assert operator.post("/overdue/calls", about | {"outcome": "maybe"}).status_code == 422
    (call,) = operator.post("/overdue/calls", about | {"outcome": "reached"}).json()["notice_ids"]
    assert operator.post(f"/notices/{call}/take-back").json()["result"] == "mistaken"
    assert operator.post("/notices/999/take-back").json()["code"] == "notice.unknown"
    text = operator.get("/overdue/group-text", days=1).json()
    assert ("张** 尾号 **34" in text["text"], text["parcel_ids"]) == (True, [parcel["id"]])
    assert operator.post("/overdue/group-text", {"parcel_ids": text["parcel_ids"]}).status_code == 201
    items = operator.post("/overdue/to-return", {"parcel_ids": [parcel["id"], young["id"]]}).json()["items"]
    assert [(item["is_done"], item["code"]) for item in items] == [
        (True, "parcel.marked_to_return"), (False, "overdue.too_young"),
    ]  # fmt: skip


def test_what_was_told_is_noted_once_and_taken_back(operator: Program) -> None:
    parcel = operator.check_in(ZTO, phone="19900001234", name_hint="张三")
    about = {"parcel_ids": [parcel["id"]]}
    (call,) = operator.post("/overdue/calls", about | {"outcome": "not_reached"}).json()["notice_ids"]
    assert operator.post(f"/notices/{call}/take-back").json()["state"] == "cancelled"
    (told,) = operator.post("/overdue/group-text", about).json()["notice_ids"]
    assert told > call
    (item,) = operator.post("/overdue/to-return", about).json()["items"]
    assert (item["is_done"], item["code"]) == (False, "overdue.too_young")


def test_parcels_are_announced_checked_off_and_dropped(operator: Program) -> None:
    parcels = [{"waybill_no": ZTO, "phone": "1234", "name_hint": "张三"}, {"waybill_no": SF}]
    told = operator.post("/parcels/expected", {"parcels": parcels})
    assert told.status_code == 201
    first, second = told.json()["parcel_ids"]
    again = operator.post("/parcels/expected", {"parcels": [{"waybill_no": YTO}, {"waybill_no": SF}]})
    assert (again.status_code, again.json()["code"], again.json()["line"]) == (422, "expected.line_wrong", 2)
    assert operator.check_in(ZTO)["id"] == first
    assert operator.post(f"/parcels/{first}/drop-expected").json()["code"] == "parcel.not_in_that_state"
    assert operator.post(f"/parcels/{second}/drop-expected").json() == {"id": second, "state": "undone"}
    assert operator.get("/parcels", state="expected").json()["items"] == []
