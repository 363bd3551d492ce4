"""The pages of proxy purchases, with their unhappy paths: what is said, what is kept, which step is offered next."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from kiosk.check import problems
from tests.web.browser import TestStation
from tests.web.counter import arrive, make_counter, said, value
from tests.web.forms import log_in, send
from web import create_app

WISH = {
    "item_name": "水泵", "spec": "2.2 千瓦", "quantity": "1", "category": "production", "customer_name": "张建国",
    "phone": "19900001234", "how": "request", "budget": "350",
}  # fmt: skip
ORDER = {
    "platform": "京东", "online_shop": "枫林水泵店", "platform_order_no": "J-1", "amount": "300.00",
    "paid_from": "wechat", "no_return_reason": "",
}  # fmt: skip
YTO = "YT8962646785389"


@pytest.fixture
def station(tmp_path: Path) -> Iterator[TestStation]:
    found = make_counter(tmp_path)
    yield found
    assert list(problems(found.store)) == []
    found.close()


@pytest.fixture
def client(station: TestStation) -> FlaskClient:
    found = create_app(station.store, station.runtime).test_client()
    log_in(found, station, "王站长")
    return found


def step(client: FlaskClient, name: str, number: int = 1, **fields: str):
    return send(client, f"/purchases/{number}", f"/purchases/{number}/{name}", **fields)


def settle(client: FlaskClient, given: str) -> str:
    page = client.get("/ticket").text
    ticket = page.split("/tickets/")[1].split("/")[0]
    return said(client, send(client, "/ticket", f"/tickets/{ticket}/settle", given=given))


def agreed(client: FlaskClient, paid_by: str = "customer", given: str = "309") -> None:
    """A purchase of 300 yuan whose customer has agreed."""
    said(client, send(client, "/purchases/new", "/purchases/new", **WISH))
    said(client, step(client, "quote", amount="300", paid_by=paid_by))
    said(client, step(client, "accept"))
    settle(client, given)


@pytest.mark.obligation(
    "LY-11", place="/purchases/new", reads="the wish with budget and category, and its form on paper"
)
def test_wish_is_taken_down_with_its_form(client, station):
    page = said(client, send(client, "/purchases/new", "/purchases/new", **WISH))
    assert "需求单已送去打印" in page
    assert "下一步：报价" in page
    assert "代购需求单" in page and "￥350.00" in page
    assert value(station, "SELECT COUNT(*) FROM print_jobs") == 1
    said(client, step(client, "form"))
    assert value(station, "SELECT COUNT(*) FROM print_jobs") == 2
    assert "DG00001" in client.get("/purchases").text


def test_wish_keeps_the_price_that_was_typed_with_it(client, station):
    priced = WISH | {"amount": "300", "paid_by": "station", "advance": "50", "platform": "拼多多"}
    page = said(client, send(client, "/purchases/new", "/purchases/new", **priced))
    assert "报价 ￥300.00" in page and "拼多多" in page and "村民同意，收预付款" in page
    kept = (
        "SELECT state || ' ' || origin || ' ' || budget_fen || ' ' || amount_fen || ' ' || advance_fen FROM purchases"
    )
    assert value(station, kept) == "quoted request 35000 30000 5000"


def test_wish_without_a_price_keeps_where_it_was_seen(client, station):
    page = said(client, send(client, "/purchases/new", "/purchases/new", **WISH, platform="拼多多"))
    assert "拼多多" in page and value(station, "SELECT state FROM purchases") == "requested"


@pytest.mark.parametrize(
    ("spoilt", "words"),
    [
        ({"advance": "50"}, "填了预收款却没有商品总价"),
        ({"amount": "0", "paid_by": "customer"}, "代购金额应大于 0"),
        ({"amount": "三百", "paid_by": "customer"}, "看不懂"),
        ({"amount": "300", "advance": "301", "paid_by": "customer"}, "预收款应在 0 和代购金额之间"),
        ({"amount": "300", "paid_by": "nobody"}, "请选择由谁付款"),
    ],
)
def test_wish_with_a_wrong_price_is_refused_and_everything_typed_is_kept(client, station, spoilt, words):
    answer = send(client, "/purchases/new", "/purchases/new", **WISH, **spoilt)
    assert answer.status_code == 422 and words in answer.text
    for typed in ("水泵", "2.2 千瓦", "张建国", "19900001234", "350", *spoilt.values()):
        assert typed == "nobody" or f'value="{typed}"' in answer.text, typed
    assert value(station, "SELECT COUNT(*) FROM purchases") == 0


def test_purchase_is_led_from_step_to_step(client, station):
    agreed(client)
    assert "下一步：在平台下单" in client.get("/purchases/1").text
    said(client, step(client, "order", **ORDER))
    page = said(client, step(client, "waybill", waybill=YTO))
    assert YTO in page
    arrive(station, YTO)
    page = client.get("/purchases/1").text
    assert "下一步：交付" in page and "代购到货通知" in page
    said(client, step(client, "hand-over", method="known_by_face"))
    assert value(station, "SELECT state FROM parcels") == "handed_over"
    answer = step(client, "close")
    assert answer.status_code == 422 and "七日无理由退货到" in answer.text
    assert "已结案" in said(client, step(client, "close", customer_is_content="1"))


def test_goods_that_the_station_advanced_are_paid_as_they_leave(client, station):
    agreed(client, "station", "9")
    said(client, step(client, "order", **ORDER))
    page = said(client, step(client, "arrive"))
    assert "村民还应付" in page and "￥300.00" in page
    assert "￥300.00" in said(client, step(client, "hand-over", method="known_by_face"))
    settle(client, "300")
    assert value(station, "SELECT state FROM purchases") == "handed_over"


def test_somebody_else_collects_what_was_paid_and_is_kept_with_its_parcel(client, station):
    agreed(client, "station", "9")
    said(client, step(client, "order", **ORDER))
    said(client, step(client, "waybill", waybill=YTO))
    parcel_id = arrive(station, YTO)
    page = client.get("/purchases/1").text
    assert "先收货款，货还留着" in page and "登记谁代取" not in page
    said(client, step(client, "balance"))
    settle(client, "300")
    assert value(station, "SELECT state FROM purchases") == "arrived"
    answer = send(client, "/purchases/1", f"/person/{parcel_id}/open")
    assert 'action="/person/' in client.get("/purchases/1").text and "代取人姓名" in said(client, answer)
    give = {"parcel_id": parcel_id, "who": "another", "collected_by": "李小红", "relation": "neighbour"}
    send(client, "/find", "/hand-over", **give)
    assert value(station, "SELECT state FROM purchases") == "handed_over"
    assert value(station, "SELECT method FROM parcel_events WHERE kind = 'handed_over'") == "proxy_pickup"


def test_goods_without_a_parcel_ask_for_a_note_of_who_collects(client, station):
    agreed(client)
    said(client, step(client, "order", **ORDER))
    page = said(client, step(client, "arrive"))
    assert "先在备注里写下谁代取" in page and "/person/" not in page


@pytest.mark.parametrize(
    ("name", "fields", "words"),
    [
        ("order", ORDER | {"amount": "三百"}, "金额"),
        ("order", ORDER | {"amount": "310"}, "没有下单，请先告诉村民"),
        ("order", ORDER | {"amount": "310", "customer_agrees": "1"}, "还差 ￥10.00"),
        ("order", ORDER | {"platform": " "}, "在哪个平台"),
        ("waybill", {"waybill": YTO}, "这一步不能办"),
        ("price", {"amount": "310"}, "征得同意"),
        ("close", {}, "这一步不能办"),
        ("dispute", {"words": " "}, "写几个字"),
        ("note", {"words": "身份证 11010519491231002X"}, "不留存"),
        ("hand-over", {"method": "known_by_face"}, "这一步不能办"),
        ("payout", {}, "没有要退给村民的钱"),
        ("return", {"wants": "refunded", "reason": "quality"}, "这一步不能办"),
    ],
)
def test_step_that_is_refused_says_why_and_changes_nothing(client, station, name, fields, words):
    agreed(client)
    before = value(station, "SELECT steps FROM purchases")
    answer = step(client, name, **fields)
    assert answer.status_code == 422
    assert words in answer.text
    assert value(station, "SELECT steps FROM purchases") == before
    if name == "order":
        assert 'value="J-1"' in answer.text  # what was typed stays


def test_price_change_is_collected_and_given_back(client, station):
    agreed(client)
    assert "还应付 ￥20.00" in said(client, step(client, "price", amount="320", customer_agrees="1"))
    said(client, step(client, "balance"))
    settle(client, "20")
    assert "退给村民 ￥40.00" in said(client, step(client, "price", amount="280", customer_agrees="1"))
    said(client, step(client, "payout"))
    settle(client, "0")
    assert value(station, "SELECT received_fen FROM purchases") == 280_00


def test_cancelled_before_ordering_the_fee_goes_back_too(client, station):
    agreed(client)
    assert "-￥309.00" in said(client, step(client, "cancel", reason="no_reason"))
    settle(client, "0")
    assert value(station, "SELECT state FROM purchases") == "cancelled"
    assert value(station, "SELECT SUM(amount_fen) FROM postings WHERE account = 'drawer'") == 0


def test_goods_sent_back_end_with_the_money(client, station):
    agreed(client)
    said(client, step(client, "order", **ORDER))
    said(client, step(client, "arrive"))
    said(client, step(client, "hand-over", method="known_by_face"))
    said(client, step(client, "return", wants="refunded", reason="quality", waybill_back="73610555582883"))
    page = said(client, step(client, "shop-refund", amount="290", paid_to="wechat"))
    assert "请退给村民 ￥290.00" in page
    said(client, step(client, "payout"))
    settle(client, "0")
    assert value(station, "SELECT state FROM purchases") == "refunded"


def test_list_shows_what_waits_and_closes_what_is_over(client, station):
    agreed(client)
    said(client, step(client, "dispute", words="说好的赠品没有"))
    for chosen in ("open", "quoted", "disputed", ""):
        assert "DG00001" in client.get(f"/purchases?show={chosen}").text
    for chosen in ("owed", "returnable", "arrived", "nonsense"):
        assert client.get(f"/purchases?show={chosen}").status_code == 200
    assert "DG00001" not in client.get("/purchases?show=arrived").text
    assert "1 单代购没办完" in client.get("/").text
    assert "补发了" in said(client, step(client, "settle-dispute", words="补发了"))
    said(client, step(client, "order", **ORDER | {"no_return_reason": "perishable"}))
    said(client, step(client, "arrive"))
    said(client, step(client, "hand-over", method="known_by_face"))
    assert "已结案 1 单" in said(client, send(client, "/purchases", "/purchases/close-due"))
    assert "单代购没办完" not in client.get("/").text
    assert client.get("/purchases/99").status_code == 404


def test_inspector_reads_and_has_no_forms(client, station):
    agreed(client)
    other = create_app(station.store, station.runtime).test_client()
    from kiosk.people import staff
    from tests.web.counter import MANAGER

    with station.store.transaction(MANAGER) as tx:
        staff_id, pin = staff.add_staff(tx, "检查员", "inspector", "4826")
    answer = send(other, "/log-in", "/log-in", staff_id=staff_id, pin="4826")
    assert answer.status_code == 303
    page = other.get("/purchases/1").text
    assert "水泵" in page and "在平台下单" not in page
    assert send(other, "/purchases/1", "/purchases/1/note", words="x").status_code == 403
