"""The owner's page to the fen, as a person reads it: money in and out apart, debts apart, everybody by a masked name."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from kiosk.check import problems
from kiosk.counter.add_line import add_line
from kiosk.counter.open_day import open_day
from kiosk.counter.open_ticket import open_ticket
from kiosk.counter.settle import settle
from kiosk.purchases.orders import order
from kiosk.till import debtors
from kiosk.till.payments import Tender
from tests.web.browser import TestStation
from tests.web.counter import MANAGER, make_counter
from tests.web.forms import log_in, send
from web import create_app

BILL = {"biller": "power-demo", "account_no": "0602123456500", "pays_again": True}
SALE = {"item_name": "土鸡蛋", "amount_fen": 22_50, "supplier_name": "李四", "quantity": 30, "unit": "枚"}


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


def pay(station: TestStation, service: str, facts: dict, given_fen: int, *tenders: Tender) -> None:
    with station.store.transaction(MANAGER) as tx:
        ticket_id = open_ticket(tx)
        add_line(tx, ticket_id, service, **facts)
        settle(tx, ticket_id, given_fen, tenders)


def words(page: str) -> str:
    """The text of a page, its spaces made one."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page.partition("<main")[2])).split())


def test_owners_page_counts_what_came_in_and_keeps_debts_apart(client, station):
    with station.store.transaction(MANAGER) as tx:
        open_day(tx, 100_00)
        who = debtors.allow(tx, "张建国", "13800001234", 300_00)
    pay(station, "bill", BILL | {"amount_fen": 50_00}, 50_00)
    pay(station, "bill", BILL | {"amount_fen": 30_00}, 0, Tender("account", 30_00, "", who))
    pay(station, "debt", {"debtor_id": who, "amount_fen": 12_00}, 0, Tender("wechat", 12_00))
    pay(station, "consignment", SALE, 22_50)
    with station.store.reading() as db:
        farmer = db.value("SELECT id FROM suppliers")
    page = client.get("/owner").text
    shown = words(page)
    assert "收款 ￥84.50" in shown and "另付给村民" not in shown
    assert "现金 ￥72.50 ￥0.00" in shown and "微信 ￥12.00 ￥0.00" in shown
    assert "赊账 ￥30.00 ￥0.00" not in shown
    assert "本月新赊账 ￥30.00，还款、冲抵 ￥12.00" in shown
    assert "张** ￥18.00" in shown and f"供货人 {farmer} 李** ￥21.37" in shown
    assert "张建国" not in page and "李四" not in page
    pay(station, "settlement", {"supplier_id": farmer}, 0)
    shown = words(client.get("/owner").text)
    assert "收款 ￥84.50 另付给村民 ￥21.37" in shown and "现金 ￥72.50 ￥21.37" in shown


def test_close_warns_of_a_wallet_from_which_more_went_than_came(client, station):
    send(client, "/day", "/day/open", piece_10000="1")
    pay(station, "bill", BILL | {"amount_fen": 30_00}, 0, Tender("alipay", 30_00))
    pay(station, "purchase", {"item_name": "水泵", "amount_fen": 300_00, "paid_by": "station"}, 9_00)
    with station.store.transaction(MANAGER) as tx:
        order(tx, 1, platform="拼多多", amount_fen=300_00, paid_from="wechat")
    place = send(client, "/day", "/day/count").headers["Location"]
    send(client, place, place + "/finish", piece_10000="1", piece_500="1", piece_100="4")
    shown = words(client.get(place).text)
    assert "微信账上是负数 -￥300.00" in shown and "支付宝账上是负数" not in shown
    answer = send(client, place, place.replace("/count/", "/close/"), seen_wechat="-300", seen_alipay="30")
    assert answer.status_code == 303, words(answer.text)


def test_what_the_station_has_advanced_is_owed_to_it(client, station):
    facts = {"item_name": "水泵", "amount_fen": 300_00, "paid_by": "station"}
    pay(station, "purchase", facts, 9_00)
    with station.store.transaction(MANAGER) as tx:
        order(tx, 1, platform="拼多多", amount_fen=300_00, paid_from="owner")
    shown = words(client.get("/owner").text)
    assert "代购垫付，村民还没付 ￥300.00" in shown and "没有人欠款" not in shown
