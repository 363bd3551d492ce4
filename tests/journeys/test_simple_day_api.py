"""The same simple day by programs alone: a courier's handheld and a counter program with tokens, every request sent twice
under one key as a flapping line does, each with one effect."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from tests.journeys.client import Api
from tests.journeys.station import Station
from tests.journeys.test_simple_day import CARRIERS


class Twice:
    """A client whose line flaps: each POST goes out twice under its key, and both answers must be the same."""

    def __init__(self, api: Api, name: str) -> None:
        self.api = api
        self.name = name
        self.count = 0

    def post(self, path: str, body: dict[str, Any] | None = None, *, status: int = 201) -> Any:
        self.count += 1
        key = f"{self.name}-{self.count}"
        first = self.api.post(path, body, key=key)
        again = self.api.post(path, body, key=key)
        assert first.status == status, f"{path}: {first.status} {first.body}"
        assert (again.status, again.body) == (first.status, first.body)
        assert again.headers.get("Idempotency-Replayed", again.headers.get("idempotency-replayed")) == "true"
        return first.body


def test_simple_day_through_the_api_with_every_request_sent_twice(tmp_path: Path, centre: str) -> None:
    changes = {"county": {"address": centre, "pause_seconds": 0.5, "longest_pause_seconds": 1.0}}
    with Station(tmp_path, changes=changes) as station:
        with station.api("courier") as line, station.api("operator") as counter_line:
            courier, counter = Twice(line, "courier"), Twice(counter_line, "counter")
            parcels = _take_in(courier)
            _refusals(line, parcels)
            _hand_over(counter, counter_line, parcels)
            _money(counter, counter_line)
            report = _close(counter, counter_line)
            _acknowledged(counter_line, report)
        assert station.check() == []


def _take_in(courier: Twice) -> dict[str, dict[str, Any]]:
    parcels: dict[str, dict[str, Any]] = {}
    for turn, (carrier, shape) in enumerate(CARRIERS.items()):
        batch = courier.post("/batches", {"carrier": carrier, "courier": "李师傅", "declared": 4})
        for number in range(4):
            waybill = shape.format(500 + number)
            body = {"waybill_no": waybill, "batch_id": batch["id"], "phone_tail": f"{1000 + (turn * 4 + number) % 9}"}
            parcels[waybill] = courier.post("/parcels", body)
            assert parcels[waybill]["carrier"] == carrier
        courier.post(f"/batches/{batch['id']}/close", status=200)
    codes = {parcel["pickup_code"] for parcel in parcels.values()}
    assert len(codes) == len(parcels) == 32
    return parcels


def _refusals(line: Api, parcels: dict[str, dict[str, Any]]) -> None:
    waybill, first = next(iter(parcels.items()))
    second = line.post("/parcels", {"waybill_no": waybill})
    assert (second.status, second.code) == (409, "parcel.already_in_stock")
    assert first["id"] in second.body.values()
    for code in ("135112298638468293", "11010519491231002X", "6901234567892"):
        wrong = line.post("/parcels", {"waybill_no": code})
        assert wrong.status == 422, code
        assert code not in str(wrong.body)
    reused = line.post("/batches", {"carrier": "SF"}, key="courier-1")
    assert (reused.status, reused.code) == (422, "request.key_reused")


def _hand_over(counter: Twice, line: Api, parcels: dict[str, dict[str, Any]]) -> None:
    found = line.get("/parcels?phone_tail=1000&state=in_stock").expect(200)["items"]
    assert len(found) == 4
    for parcel in found:
        counter.post(f"/parcels/{parcel['id']}/hand-over", {"method": "tail"}, status=200)
    again = line.post(f"/parcels/{found[0]['id']}/hand-over", {"method": "tail"})
    assert (again.status, again.code) == (409, "parcel.already_handed_over")
    assert {"handed_over_at", "handed_over_by"} <= set(again.body)
    seen = line.post("/scans", {"code": next(iter(parcels))}).expect(200)
    assert seen["kind"] == "waybill"


def _money(counter: Twice, line: Api) -> None:
    lines = [
        {"service": "purchase", "item_name": "自吸水泵", "amount_fen": 168_00, "paid_by": "customer"},
        {"service": "bill", "biller": "power-demo", "account_no": "6029023500", "amount_fen": 50_00},
    ]
    ticket = counter.post("/tickets", {"lines": lines})
    assert ticket["total_fen"] == 223_04
    short = line.post(f"/tickets/{ticket['id']}/settle", {"given_fen": 1})
    assert short.code == "ticket.cash_short"
    settled = counter.post(f"/tickets/{ticket['id']}/settle", {"given_fen": 230_00}, status=200)
    assert settled["change_fen"] == 6_96


def _close(counter: Twice, line: Api) -> dict[str, Any]:
    closed = counter.post("/days/close", {"pieces": {"10000": 2, "2000": 1, "100": 3}}, status=200)
    return line.get(f"/reports/daily?business_on={closed['business_on']}").expect(200)


def _acknowledged(line: Api, report: dict[str, Any]) -> None:
    until = time.monotonic() + 30
    while time.monotonic() < until:
        shown = line.get(f"/reports/daily?business_on={report['business_on']}").expect(200)
        if "C-" in str(shown):
            return
        time.sleep(0.1)
    raise AssertionError(f"never acknowledged: {shown}")
