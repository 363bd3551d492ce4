"""Scans by API: what a code is and what it would do, and nothing changed by asking."""

from __future__ import annotations

import pytest

from kiosk.people import desks
from tests.web.api.program import ApiStation, Program


@pytest.mark.parametrize(
    ("code", "kind", "action"),
    [
        ("YT8962646785389", "waybill", "refuse"),
        ("134567890123456789", "payment_code", "refuse"),
        ("11010519491231002X", "id_number", "refuse"),
        ("6901028075763", "goods", "refuse"),
        ("https://example.com/x", "noise", "refuse"),
        ("~CMD:undo", "command", "command"),
        ("~OP:1234567890", "staff", "identify_staff"),
        ("~RC:R20261122-0001", "receipt", "open_receipt"),
        ("1-1-2001", "pickup_code", "refuse"),
    ],
)
def test_code_is_recognised_and_nothing_is_kept(
    operator: Program, api: ApiStation, code: str, kind: str, action: str
) -> None:
    before = api.value("SELECT MAX(seq) FROM audit")
    body = operator.post("/scans", {"code": code}).json()
    assert (body["kind"], body["action"], body["parcel"]) == (kind, action, None)
    assert api.value("SELECT MAX(seq) FROM audit") == before
    assert api.value("SELECT COUNT(*) FROM desk_scans") == 0
    if kind in ("payment_code", "id_number"):
        assert code not in operator.post("/scans", {"code": code}).text


def test_action_is_what_the_desk_would_do(operator: Program, api: ApiStation) -> None:
    desk = api.store.settings.counter.desks[0]
    made = operator.check_in("YT8962646785389", phone_tail="1234")
    assert operator.post("/scans", {"code": "YT8962646785389"}).json()["action"] == "open_person"
    with api.store.transaction() as tx:
        desks.set_desk(tx, desks.desk_named(tx, desk).id, mode="hand_over")
    seen = operator.post("/scans", {"code": "YT8962646785389", "desk": desk}).json()
    assert (seen["action"], seen["parcel"]["id"]) == ("hand_over", made["id"])
    assert operator.get(f"/parcels/{made['id']}").json()["is_in_stock"]
    batch_id = operator.post("/batches", {"carrier": "YTO"}).json()["id"]
    with api.store.transaction() as tx:
        desks.set_desk(tx, desks.desk_named(tx, desk).id, mode="intake", open_batch_id=batch_id)
    new = operator.post("/scans", {"code": "ZTO73100000000001", "desk": desk}).json()
    assert new["action"] == "check_in"
    here = operator.post("/scans", {"code": "YT8962646785389", "desk": desk}).json()
    assert (here["action"], here["refusal"]["code"]) == ("refuse", "parcel.already_in_stock")


def test_parcel_that_has_left_says_so(operator: Program, api: ApiStation) -> None:
    made = operator.check_in("YT8962646785389")
    operator.post(f"/parcels/{made['id']}/hand-over", {"method": "code"})
    seen = operator.post("/scans", {"code": f"~PK:{made['pickup_code']}"}).json()
    assert (seen["action"], seen["refusal"]["code"]) == ("say_gone", "parcel.already_handed_over")
    assert seen["parcel"]["state"] == "handed_over"
    assert api.value("SELECT COUNT(*) FROM parcel_events WHERE kind = 'second_pickup_tried'") == 0


def test_candidates_are_ranked(operator: Program) -> None:
    seen = operator.post("/scans", {"code": "SF1234567890123"}).json()
    assert seen["candidates"][0] == {"carrier": "SF", "confidence": "H"}
    assert seen["waybill_no"] == "SF1234567890123"


def test_courier_learns_of_waybills_only(courier: Program, operator: Program) -> None:
    made = operator.check_in("YT8962646785389", phone="13912345678", name_hint="张三")
    assert courier.post("/scans", {"code": "YT8962646785389"}).json()["parcel"]["id"] == made["id"]
    for code in (made["pickup_code"], "13912345678", "5678", "张三"):
        seen = courier.post("/scans", {"code": code}).json()
        assert (seen["parcel"], seen["people"], seen["refusal"]) == (None, [], None)


def test_unknown_desk_is_refused(operator: Program) -> None:
    answer = operator.post("/scans", {"code": "1234", "desk": "没有"})
    assert (answer.status_code, answer.json()["code"]) == (422, "desk.unknown_name")
    assert operator.post("/scans", {"code": ""}).status_code == 422
