"""A program reads what lies on the scale and sells by it; what does not rest is told as such, what is gone not at all."""

from __future__ import annotations

from kiosk.counter.open_day import open_day
from kiosk.devices import Fault
from kiosk.storage import Actor
from tests.drivers.bench import wait_for, weighing, weight_on
from tests.services.goods_bench import today
from tests.web.api.program import ApiStation, Program

HONEY = {
    "supplier_id": 1, "name": "野蜂蜜", "category": "egg", "by": "weight", "unit": "斤", "price_fen": 40_00,
    "floor_fen": 0, "origin": "枫林村",
}  # fmt: skip


def test_goods_are_sold_by_the_weight_that_the_status_tells(operator: Program, api: ApiStation) -> None:
    with api.store.transaction(Actor("staff", 1, "manager", "", None)) as tx:
        open_day(tx, 500_00)
    runtime = api.runtime
    assert operator.get("/status").json()["scales"] == []
    operator.post("/consignments/suppliers", {"name": "李四"})
    admitted = operator.post("/consignments/products", HONEY)
    assert admitted.status_code == 201, admitted.text
    operator.post("/consignments/products/1/receive", {"quantity": 5000, "produced_on": today()})
    with weighing(runtime, begins_with_grams=1250):
        wait_for(lambda: weight_on(runtime) == (1250, True))
        (told,) = operator.get("/status").json()["scales"]
        assert 0 <= told.pop("age_seconds") <= 3
        assert told == {"device": "秤", "desk": "柜台", "grams": 1250, "is_stable": True}
        begun = operator.post(
            "/tickets", {"lines": [{"service": "goods", "product_id": 1, "quantity": told["grams"]}]}
        ).json()
        assert begun["total_fen"] == 100_00
        runtime.send_command("秤", Fault.UNSTEADY)
        wait_for(lambda: not operator.get("/status").json()["scales"][0]["is_stable"])
        runtime.send_command("秤", Fault.UNPLUG)
        wait_for(lambda: operator.get("/status").json()["scales"] == [])
