"""From the pan to the line: a simulated scale, its real driver, runtime.db, and goods sold by what lies on it."""

from __future__ import annotations

from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from kiosk.counter.open_day import open_day
from kiosk.devices import Fault
from tests.drivers.bench import lamp, wait_for, weighing, weight_on
from tests.services.goods_bench import today
from tests.web.browser import TestStation, make_station
from tests.web.counter import MANAGER, make_counter, said, value
from tests.web.forms import log_in, send
from web import create_app

HONEY = {
    "ownership": "consignment", "supplier_name": "李四", "supplier_phone": "13912345678", "name": "野蜂蜜",
    "category": "egg", "by": "weight", "weight_unit": "斤", "price": "40", "floor": "", "origin": "枫林村",
}  # fmt: skip
NEW, ONE = "/consignment/products/new", "/consignment/products/1"
SALE, SELL = "/consignment/new?product=1", "/consignment/new/goods?product=1"
SCALE = '[[devices]]\nname = "秤"\nkind = "scale"\ndriver = "simulated"\ndesk = "柜台"\n'


@pytest.fixture
def station(tmp_path: Path) -> Iterator[TestStation]:
    found = make_counter(tmp_path)
    with found.store.transaction(MANAGER) as tx:
        open_day(tx, 500_00)
    yield found
    found.close()


def visited(station: TestStation, name: str = "李柜员") -> FlaskClient:
    client = create_app(station.store, station.runtime).test_client()
    log_in(client, station, name)
    return client


def refused(answer: object) -> str:
    assert answer.status_code == 422, answer.text[:300]
    return unescape(answer.text)


def test_goods_are_received_and_sold_by_what_lies_on_the_scale(station: TestStation) -> None:
    client, runtime = visited(station), station.runtime
    said(client, send(client, NEW, NEW, **HONEY))
    with weighing(runtime, begins_with_grams=5000):
        wait_for(lambda: weight_on(runtime) == (5000, True))
        said(client, send(client, ONE, ONE + "/receive", quantity="", use_scale="1", produced_on=today()))
        assert value(station, "SELECT SUM(quantity) FROM stock_moves") == 5000
        runtime.send_command("秤", Fault.LOAD, grams=1250)
        wait_for(lambda: weight_on(runtime) == (1250, True))
        shown = unescape(client.get(SALE).text)
        assert "2.5 斤" in shown and "稳定" in shown and "还没稳定" not in shown
        answer = send(client, SALE, SELL, product_id="1", use_scale="1")
        assert "应收 ￥100.00" in unescape(said(client, answer))
    assert value(station, "SELECT quantity FROM consignment_sales") == 1250


def test_no_weight_that_is_not_at_rest_now_is_ever_sold(station: TestStation) -> None:
    client, runtime = visited(station), station.runtime
    said(client, send(client, NEW, NEW, **HONEY))
    said(client, send(client, ONE, ONE + "/receive", quantity="10", produced_on=today()))
    with weighing(runtime, begins_with_grams=1250):
        for fault, state in (
            (Fault.UNSTEADY, ("ok", "")),
            (Fault.OVERLOAD, ("problem", "scale_over")),
            (Fault.GARBAGE, ("problem", "scale_garbled")),
            (Fault.UNPLUG, ("absent", "unplugged")),
        ):
            wait_for(lambda: weight_on(runtime) == (1250, True))
            runtime.send_command("秤", fault)
            wait_for(lambda: weight_on(runtime) != (1250, True) and lamp(runtime, "秤", "scale") == state)  # noqa: B023
            assert "没有稳定的重量" in refused(send(client, SALE, SELL, product_id="1", use_scale="1")), fault
            runtime.send_command("秤", Fault.RESTORE)
        wait_for(lambda: weight_on(runtime) == (1250, True))
        assert "应收 ￥100.00" in unescape(said(client, send(client, SALE, SELL, product_id="1", use_scale="1")))
    assert "没有稳定的重量" in refused(send(client, SALE, SELL, product_id="1", use_scale="1"))
    assert value(station, "SELECT COUNT(*) FROM consignment_sales") == 1


def test_empty_or_unset_scale_sells_nothing(station: TestStation) -> None:
    client, runtime = visited(station), station.runtime
    said(client, send(client, NEW, NEW, **HONEY))
    said(client, send(client, ONE, ONE + "/receive", quantity="10", produced_on=today()))
    for grams in (0, -40):
        with weighing(runtime, begins_with_grams=grams):
            wait_for(lambda: weight_on(runtime) == (grams, True))  # noqa: B023
            assert "没有稳定的重量" in refused(send(client, SALE, SELL, product_id="1", use_scale="1"))
    assert value(station, "SELECT COUNT(*) FROM consignment_sales") == 0


def test_devices_page_shows_the_weight_and_puts_one_on_the_simulated_scale(tmp_path: Path) -> None:
    station = make_station(tmp_path, SCALE)
    client, runtime = visited(station, "王站长"), station.runtime
    assert "现在没有重量" in client.get("/devices").text
    with weighing(runtime):
        wait_for(lambda: weight_on(runtime) == (0, True))
        assert send(client, "/devices", "/devices/秤/load", grams="1250").status_code == 303
        wait_for(lambda: weight_on(runtime) == (1250, True))
        shown = client.get("/devices").text
        assert "1250 克" in shown and "电子秤 正常" in shown and "超重" in shown
        for wrong in ("", "1.5", "heavy", "1250000000"):
            assert "请填整数克" in refused(send(client, "/devices", "/devices/秤/load", grams=wrong))
    station.close()


def test_strip_shows_a_scale_only_where_there_is_one(tmp_path: Path) -> None:
    for toml, is_there in (("", False), (SCALE, True)):
        station = make_station(tmp_path / str(is_there), toml)
        strip = visited(station).get("/strip").text
        assert ("电子秤" in strip) is is_there
        station.close()
