"""Sending and cash on delivery by API: the same acts as at the counter, to the fen, and every refusal with its status."""

from __future__ import annotations

from typing import Any

import pytest

from tests.services.outbound_bench import SENDING, WAYBILLS, ZTO
from tests.web.api.program import ApiStation, Program

LINE = {"service": "outbound", **SENDING}


def send(program: Program, **more: Any) -> int:
    """A parcel that was paid for; its id."""
    ticket = program.post("/tickets", {"lines": [LINE | more]}).json()
    settled = program.post(f"/tickets/{ticket['id']}/settle", {"given_fen": ticket["total_fen"]})
    assert settled.status_code == 200, settled.text
    found: int = ticket["lines"][0]["case_id"]
    return found


def test_parcel_is_sent_listed_and_given(operator: Program, api: ApiStation) -> None:
    first, second = send(operator), send(operator, paid_by="recipient", freight_fen=None)
    shown = operator.get(f"/outbound/{first}").json()
    assert (shown["state"], shown["carrier_fen"], shown["sender"], shown["sender_phone"]) == (
        "accepted", 12_00, "赵**", "199****1234",
    )  # fmt: skip
    assert [one["id"] for one in operator.get("/outbound", state="accepted", phone_tail="1234").json()["items"]] == [
        second, first,
    ]  # fmt: skip
    listed = operator.post("/outbound/manifests", {"carrier": "圆通速递"}).json()
    assert operator.post("/outbound/manifests", {"carrier": "YTO"}).json()["id"] == listed["id"]
    give = f"/outbound/manifests/{listed['id']}/give"
    assert operator.post(give, {}).json()["code"] == "manifest.empty"
    for number, outbound_id in enumerate((first, second)):
        put = operator.post(f"/outbound/manifests/{listed['id']}/parcels", {"outbound_id": outbound_id})
        assert put.json()["manifest_id"] == listed["id"]
        if not number:
            assert operator.post(give, {}).json()["code"] == "manifest.waybill_missing"
        noted = operator.post(f"/outbound/{outbound_id}/waybill", {"waybill_no": WAYBILLS[number]})
        assert noted.json()["waybill_no"] == WAYBILLS[number]
    given = operator.post(give, {"courier": "周师傅"}).json()
    assert (given["state"], given["pieces"]) == ("given", 2)
    assert [one["id"] for one in operator.get("/outbound/manifests", state="given").json()["items"]] == [listed["id"]]
    shown = operator.get(f"/outbound/manifests/{listed['id']}").json()
    assert [one["state"] for one in shown["parcels"]] == ["given", "given"]
    assert operator.post(f"/outbound/{first}/return", {}).status_code == 409
    assert operator.post(f"/outbound/manifests/{listed['id']}/drop").json()["code"] == "manifest.not_open"
    assert operator.post(f"/outbound/manifests/{listed['id']}/take-back").json()["state"] == "taken_back"
    assert operator.get(f"/outbound/{first}").json()["state"] == "accepted"
    assert api.problems() == []


def test_waybill_of_another_parcel_or_carrier_is_refused(operator: Program) -> None:
    first, second = send(operator), send(operator)
    place = f"/outbound/{first}/waybill"
    foreign = operator.post(place, {"waybill_no": ZTO})
    assert (foreign.status_code, foreign.json()["code"], foreign.json()["is_certain"]) == (
        422, "outbound.foreign_waybill", False,
    )  # fmt: skip
    assert operator.post(place, {"waybill_no": ZTO, "is_sure": True}).status_code == 200
    taken = operator.post(f"/outbound/{second}/waybill", {"waybill_no": ZTO, "is_sure": True})
    assert (taken.status_code, taken.json()["code"]) == (409, "outbound.waybill_taken")
    assert operator.post(place, {"waybill_no": WAYBILLS[0]}).json()["code"] == "outbound.has_waybill"
    assert operator.post(f"{place}/remove").json()["waybill_no"] is None
    assert operator.post(place, {"waybill_no": "13800138000"}).json()["code"] == "waybill.is_phone"


def test_parcel_goes_back_with_its_money(operator: Program, api: ApiStation) -> None:
    sent = send(operator)
    back = operator.post(f"/outbound/{sent}/return", {"reason": "not_available"}).json()
    assert (back["state"], back["refund_fen"]) == ("accepted", 12_00)
    again = operator.post(f"/outbound/{sent}/return", {})
    assert (again.status_code, again.json()["code"]) == (409, "refund.already")
    settled = operator.post(f"/tickets/{back['ticket_id']}/settle", {"given_fen": 0})
    assert settled.status_code == 200, settled.text
    assert operator.get(f"/outbound/{sent}").json()["state"] == "returned"
    free = send(operator, paid_by="recipient", freight_fen=None)
    assert operator.post(f"/outbound/{free}/return", {}).json() == {
        "id": free, "state": "returned", "ticket_id": None, "refund_fen": 0,
    }  # fmt: skip
    assert api.problems() == []


def test_prohibited_goods_leave_a_log_and_no_ticket(operator: Program, api: ApiStation) -> None:
    headers = {"Idempotency-Key": "fireworks"}
    for _ in range(2):
        answer = operator.send("POST", "/tickets", json={"lines": [LINE | {"item": "烟花"}]}, headers=headers)
        assert (answer.status_code, answer.json()["code"], answer.json()["category"]) == (
            422, "outbound.prohibited", "explosives",
        )  # fmt: skip
    assert api.value("SELECT COUNT(*) FROM tickets") == 0
    rows = operator.get("/outbound/refusals").json()["items"]
    assert [(row["category"], row["word"], row["item"]) for row in rows] == [("explosives", "烟花", "烟花")] * 2
    noted = operator.post("/outbound/refusals", {"reason": "inspection_refused", "action": "kept_aside", "item": "箱"})
    assert noted.status_code == 201
    assert operator.get("/outbound/refusals").json()["items"][0]["action"] == "kept_aside"
    assert (
        operator.post("/outbound/refusals", {"reason": "prohibited", "action": "returned", "category": "x"}).json()[
            "code"
        ]
        == "refusal.category_unknown"
    )
    ticket = operator.post("/tickets", {}).json()["id"]
    assert operator.post(f"/tickets/{ticket}/lines", {"lines": [LINE | {"item": "汽油"}]}).status_code == 422
    assert len(operator.get("/outbound/refusals").json()["items"]) == 4


def test_lists_that_are_data_are_told(operator: Program) -> None:
    assert len(operator.get("/outbound/prohibited").json()["items"]) == 19
    prices = operator.get("/outbound/freight").json()["items"]
    assert {"carrier": "YTO", "zone": "province", "first_fen": 8_00}.items() <= prices[0].items()


@pytest.mark.parametrize(
    ("facts", "status", "code"),
    [
        ({"id_document": ""}, 422, "outbound.id_not_checked"),
        ({"content_inspected": False}, 422, "outbound.not_inspected"),
        ({"freight_fen": None}, 422, "outbound.freight_missing"),
        ({"freight_fen": None, "freight_zone": "moon"}, 422, "freight.not_listed"),
        ({"carrier": "nobody"}, 422, "carrier.unknown"),
        ({"weight_grams": 0}, 422, "request.invalid"),
        ({"item_kind": "thing"}, 422, "request.invalid"),
        ({"fee_fen": 9}, 409, "fee.differs"),
    ],
)
def test_request_that_may_not_be_leaves_nothing(
    operator: Program, api: ApiStation, facts: dict[str, Any], status: int, code: str
) -> None:
    answer = operator.post("/tickets", {"lines": [LINE | facts]})
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert api.value("SELECT COUNT(*) FROM outbound_parcels") == 0


def test_label_is_printed_again(operator: Program) -> None:
    ticket = operator.post("/tickets", {"lines": [LINE]}).json()
    assert operator.post("/outbound/1/label").json()["code"] == "outbound.no_label"
    operator.post(f"/tickets/{ticket['id']}/settle", {"given_fen": 12_00})
    assert operator.post("/outbound/1/label").json()["code"] == "print_job.still_waiting"


def test_cod_is_noted_at_intake_and_paid_before_anything_leaves(
    operator: Program, courier: Program, api: ApiStation
) -> None:
    body = {"waybill_no": WAYBILLS[0], "cod_fen": 120_00, "freight_collect_fen": 8_00}
    parcel_id = courier.post("/parcels", body).json()["id"]
    shown = operator.get(f"/parcels/{parcel_id}").json()
    assert (shown["cod_fen"], shown["freight_collect_fen"]) == (120_00, 8_00)
    refused = operator.post(f"/parcels/{parcel_id}/hand-over", {"method": "code"})
    assert (refused.status_code, refused.json()["code"], refused.json()["cod_fen"]) == (409, "parcel.unpaid", 120_00)
    several = operator.post("/parcels/hand-over", {"method": "code", "parcel_ids": [parcel_id]}).json()["items"]
    assert [(one["is_done"], one["code"]) for one in several] == [(False, "parcel.unpaid")]
    line = {"service": "cod", "parcel_id": parcel_id, "method": "code"}
    ticket = operator.post("/tickets", {"lines": [line]}).json()
    assert ticket["total_fen"] == 128_00
    again = operator.post("/tickets", {"lines": [line]})
    assert (again.status_code, again.json()["code"]) == (409, "parcel.on_ticket")
    assert operator.get(f"/parcels/{parcel_id}").json()["state"] == "on_shelf"
    settle = f"/tickets/{ticket['id']}/settle"
    assert operator.post(settle, {"given_fen": 128_00 - 1}).json()["code"] == "ticket.cash_short"
    assert operator.post(settle, {"given_fen": 128_00}).status_code == 200
    assert operator.get(f"/parcels/{parcel_id}").json()["state"] == "handed_over"
    undone = operator.post(f"/parcels/{parcel_id}/undo")
    assert (undone.status_code, undone.json()["code"]) == (409, "undo.paid_for")
    assert operator.post(f"/tickets/{ticket['id']}/void", {}).status_code == 200
    assert operator.get(f"/parcels/{parcel_id}").json()["state"] == "on_shelf"
    assert api.problems() == []


def test_cod_is_put_right_with_a_reason_by_whom_it_belongs_to(
    operator: Program, courier: Program, api: ApiStation
) -> None:
    parcel_id = courier.post("/parcels", {"waybill_no": WAYBILLS[0], "cod_fen": 10_00}).json()["id"]
    place = f"/parcels/{parcel_id}/cod"
    assert courier.post(place, {"cod_fen": 20_00}).json()["code"] == "cod.reason_missing"
    changed = courier.post(place, {"cod_fen": 0, "reason": "carrier_waived"}).json()
    assert changed["fields_changed"] == ["cod"]
    other = api.program("other courier")
    assert other.post(place, {"cod_fen": 5_00}).json()["code"] == "parcel.not_yours"
    line = {"service": "cod", "parcel_id": parcel_id, "method": "code"}
    assert operator.post("/tickets", {"lines": [line]}).json()["code"] == "cod.nothing"
    unknown = courier.post("/parcels", {"waybill_no": "1600887249033", "cod_fen": 10_00})
    assert (unknown.status_code, unknown.json()["code"]) == (422, "cod.carrier_unknown")
    assert api.value("SELECT COUNT(*) FROM parcels") == 1
    assert api.problems() == []
