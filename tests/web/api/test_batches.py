"""Intake batches by API."""

from __future__ import annotations

import pytest

from tests.web.api.program import PREFIX, ApiStation, Program


def test_batch_is_opened_filled_and_closed_with_its_difference(courier: Program) -> None:
    opened = courier.post("/batches", {"carrier": "圆通速递", "courier": "李师傅", "declared": 3})
    assert opened.status_code == 201
    batch_id = opened.json()["id"]
    assert opened.headers["location"] == f"{PREFIX}/batches/{batch_id}"
    assert opened.json()["carrier"] == "YTO"
    for number in ("YT8962646785389", "YT8962646785390"):
        assert courier.check_in(number, batch_id=batch_id)["carrier"] == "YTO"
    closed = courier.post(f"/batches/{batch_id}/close")
    assert closed.status_code == 200
    assert (closed.json()["state"], closed.json()["counted"], closed.json()["difference"]) == ("closed", 2, -1)
    assert courier.get(f"/batches/{batch_id}").json()["closed_at"] == closed.json()["closed_at"]


def test_batch_that_has_ended_takes_no_parcel_and_stays_as_it_is(courier: Program) -> None:
    batch_id = courier.post("/batches", {"carrier": "ZTO"}).json()["id"]
    first = courier.post(f"/batches/{batch_id}/close").json()
    assert courier.post(f"/batches/{batch_id}/close").json() == first
    late = courier.post("/parcels", {"waybill_no": "YT8962646785389", "batch_id": batch_id})
    assert (late.status_code, late.json()["code"]) == (409, "batch.closed")
    assert late.json()["batch_id"] == batch_id


def test_slips_of_a_batch_that_prints_at_its_end_are_told(courier: Program, api: ApiStation) -> None:
    batch_id = courier.post("/batches", {"carrier": "ZTO", "print_mode": "batch_end"}).json()["id"]
    assert courier.check_in("73100000000001", batch_id=batch_id, phone_tail="1234")["print_job_id"] is None
    closed = courier.post(f"/batches/{batch_id}/close").json()
    assert (closed["slips_printed"], closed["slips_left"]) == (1, 0)
    assert api.value("SELECT COUNT(*) FROM print_jobs") == 1


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"carrier": "没有这家"}, 422, "carrier.unknown"),
        ({"carrier": "YTO", "shelf": "ZZZZ"}, 422, "shelf.unreadable"),
        ({"carrier": "YTO", "declared": -1}, 422, "request.invalid"),
        ({"carrier": "YTO", "declared": "3"}, 422, "request.invalid"),
        ({"carrier": "YTO", "declared": True}, 422, "request.invalid"),
        ({"declared": 3}, 422, "request.invalid"),
        ({"carrier": "YTO", "colour": "red"}, 422, "request.invalid"),
        ([], 422, "request.invalid"),
    ],
)
def test_batch_is_refused(courier: Program, api: ApiStation, body: object, status: int, code: str) -> None:
    answer = courier.post("/batches", body)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert api.value("SELECT COUNT(*) FROM intake_batches") == 0


def test_unknown_batch_is_404_everywhere(courier: Program) -> None:
    assert courier.get("/batches/77").json()["code"] == "batch.unknown"
    assert courier.post("/batches/77/close").status_code == 404
    assert courier.post("/parcels", {"waybill_no": "YT8962646785389", "batch_id": 77}).status_code == 404


def test_list_of_batches_goes_on_at_next_until_it_is_null(courier: Program) -> None:
    made = [courier.post("/batches", {"carrier": ""}).json()["id"] for _ in range(5)]
    courier.post(f"/batches/{made[0]}/close")
    seen, address = [], "/batches?limit=2"
    while address:
        page = courier.get(address).json()
        seen += [item["id"] for item in page["items"]]
        address = page["next"]
    assert seen == made[::-1]
    assert [item["id"] for item in courier.get("/batches", state="closed").json()["items"]] == [made[0]]
    still_open = courier.get("/batches", state="open", limit=2).json()
    assert [item["id"] for item in still_open["items"]] == [made[4], made[3]]
    assert [item["id"] for item in courier.get(still_open["next"]).json()["items"]] == [made[2], made[1]]
