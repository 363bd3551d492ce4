"""What the API tells of the station itself."""

from __future__ import annotations

from kiosk.devices import LampState
from tests.web.api.program import ApiStation, Program


def test_status_tells_day_uplink_and_lamps(operator: Program, api: ApiStation) -> None:
    fresh = operator.get("/status").json()
    assert (fresh["day"], fresh["lamps"]) == (None, [])
    assert fresh["uplink"] == {
        "has_address": False, "waiting": 0, "refused": 0, "last_acknowledged_at": None, "last_acknowledgement_no": None,
    }  # fmt: skip
    api.runtime.set_lamp("票据打印机", "printer", LampState.UNKNOWN, "printer.no_answer")
    operator.post("/days/open")
    operator.post("/days/close", {"pieces": {}})
    operator.check_in("YT8962646785389")
    now = operator.get("/status").json()
    assert now["uplink"]["waiting"] == 1
    assert now["day"]["is_after_hours"] is True
    assert [(lamp["device"], lamp["state"]) for lamp in now["lamps"]] == [("票据打印机", "unknown")]
    assert now["station"]["name"] == api.store.settings.station.name


def test_desks_carriers_billers_and_fees_are_listed(operator: Program, api: ApiStation) -> None:
    assert [desk["name"] for desk in operator.get("/desks").json()["items"]] == list(api.store.settings.counter.desks)
    codes = [carrier["code"] for carrier in operator.get("/carriers").json()["items"]]
    assert {"YTO", "SF"} <= set(codes)
    assert codes[-1] == "OTHER"
    assert "power-demo" in {biller["code"] for biller in operator.get("/billers").json()["items"]}
    published = operator.get("/fees/current").json()
    assert published["number"] == 1
    assert {"purchase", "consignment"} <= {item["code"] for item in published["items"]}
