"""The villager's screen: bound to a desk by a screen's token, it shows the visit as it goes on, and no more of a person
than a masked receipt does."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import Browser, Page, expect

from kiosk.codes import recognise
from kiosk.counter.add_line import add_line
from kiosk.counter.open_ticket import open_ticket
from kiosk.counter.settle import settle
from kiosk.people import tokens
from kiosk.till import debtors
from kiosk.till.payments import Tender
from tests.web.browser import TestStation, log_in, open_context, serving, type_as_scanner
from tests.web.counter import MANAGER, arrive, make_counter, value
from tests.web.forms import hidden
from tests.web.forms import log_in as log_in_by_form
from web import create_app
from web.server import Server

BILL = {"biller": "power-demo", "account_no": "0602123456500", "amount_fen": 50_00}
BUY = {
    "item_name": "水泵",
    "amount_fen": 100_00,
    "paid_by": "customer",
    "customer_name": "张建国",
    "phone": "13800001234",
}


@pytest.fixture
def station(tmp_path: Path) -> Iterator[TestStation]:
    found = make_counter(tmp_path)
    yield found
    found.close()


@pytest.fixture
def server(station: TestStation) -> Iterator[Server]:
    with serving(station) as found:
        yield found


def token_of(station: TestStation, role: str = "screen") -> str:
    with station.store.transaction(MANAGER) as tx:
        return tokens.create_token(tx, "顾客屏", role)


def client_of(station: TestStation) -> FlaskClient:
    return create_app(station.store, station.runtime).test_client()


def bind(client: FlaskClient, token: str, desk_id: str = "1"):
    form = {"csrf_token": hidden(client.get("/display").text, "csrf_token"), "token": token, "desk_id": desk_id}
    return client.post("/display/bind", data=form, headers={"Sec-Fetch-Site": "same-origin"})


def visit(station: TestStation, *lines: tuple[str, dict]) -> int:
    with station.store.transaction(MANAGER) as tx:
        ticket_id = open_ticket(tx)
        for service, facts in lines:
            add_line(tx, ticket_id, service, **facts)
    return ticket_id


def pay(station: TestStation, ticket_id: int, given_fen: int, tenders=()) -> None:
    with station.store.transaction(MANAGER) as tx:
        settle(tx, ticket_id, given_fen, tenders)


def test_screen_shows_nothing_before_it_is_bound(station):
    client = client_of(station)
    visit(station, ("purchase", BUY))
    assert "水泵" not in client.get("/display").text
    assert client.get("/display/part").status_code == 401
    assert client.get("/display/events").status_code == 401
    for token, words in (("nobody", "令牌不对"), ("é", "令牌不对"), (token_of(station, "courier"), "没有这项权限")):
        answer = bind(client, token)
        assert answer.status_code in (403, 422) and words in answer.text
        assert 'action="/display/bind"' in answer.text  # asked for again on the same page
    assert bind(client, token_of(station), "9").status_code == 404
    assert bind(client, token_of(station), "x").status_code in (404, 422)
    assert client.get("/display/part").status_code == 401


@pytest.mark.obligation("TC-08", place="/display", reads="the published fees with their version, to every villager")
@pytest.mark.obligation(
    "JX-10", place="/display", reads="the customers' screen: the visit at hand or the published fees, nothing else"
)
def test_idle_screen_shows_the_published_fees(station):
    client = client_of(station)
    assert bind(client, token_of(station)).status_code == 303
    page = client.get("/display")
    assert "服务收费公示" in page.text and "第 1 版价目表" in page.text and "代购" in page.text
    policy = page.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy and "unsafe" not in policy
    assert "<script>" not in page.text and "style=" not in page.text


@pytest.mark.obligation("LY-10", place="/display", reads="each fee, how it came about, by which published version")
def test_visit_is_shown_line_by_line_with_fees_and_nobody_is_named(station):
    client = client_of(station)
    bind(client, token_of(station))
    with station.store.transaction(MANAGER) as tx:
        debtor = debtors.allow(tx, "张建国", "13800001234", 100_00)
    pay(station, visit(station, ("bill", BILL)), 0, [Tender("account", 50_00, "", debtor)])
    ticket_id = visit(station, ("purchase", BUY), ("debt", {"debtor_id": debtor, "amount_fen": 50_00}))
    shown = client.get("/display/part").text
    assert "水泵" in shown and "￥3.00" in shown and "第 1 版价目表" in shown and "￥153.00" in shown
    for personal in ("张建国", "13800001234", "1234", "0602123456500"):
        assert personal not in shown
    pay(station, ticket_id, 160_00)
    shown = client.get("/display/part").text
    assert "谢谢" in shown and "￥7.00" in shown and "水泵" not in shown


def test_revoked_token_ends_the_screen(station):
    client, token = client_of(station), token_of(station)
    bind(client, token)
    assert client.get("/display/part").status_code == 200
    with station.store.transaction(MANAGER) as tx:
        tokens.revoke_token(tx, tx.value("SELECT MAX(id) FROM tokens"))
    assert client.get("/display/part").status_code == 401
    assert "令牌" in client.get("/display").text


def test_way_of_paying_that_the_operator_chose_is_asked_for(station):
    screen, counter = client_of(station), None
    app = create_app(station.store, station.runtime)
    screen, counter = app.test_client(), app.test_client()
    bind(screen, token_of(station))
    log_in_by_form(counter, station, "王站长")
    ticket_id = visit(station, ("bill", BILL))
    form = {
        "csrf_token": hidden(counter.get("/cash").text, "csrf_token"),
        "method": "wechat",
        "ticket_id": str(ticket_id),
    }
    headers = {"Sec-Fetch-Site": "same-origin", "X-Requested-With": "fetch"}
    assert counter.post("/ticket/asked", data=form, headers=headers).status_code == 200
    assert "付款方式：微信" in screen.get("/display/part").text
    counter.post("/ticket/asked", data=form | {"method": "134567890123456789"}, headers=headers)
    counter.post("/ticket/asked", data=form | {"ticket_id": "x"}, headers=headers)
    assert "付款方式：微信" in screen.get("/display/part").text
    pay(station, ticket_id, 50_00)
    visit(station, ("bill", BILL | {"account_no": "0602123456511"}))
    assert "付款方式" not in screen.get("/display/part").text


def test_events_of_the_screen_carry_no_words(station):
    app = create_app(station.store, station.runtime)
    screen = app.test_client()
    bind(screen, token_of(station))
    hub = app.extensions["kiosk"].hub
    mark = hub.mark()
    hub.say(1, {"tone": "done", "words": "张建国 取件码 3-1-001", "at": ""})
    hub.publish("changed", 1)
    answer = screen.get(f"/display/events?mark={mark}", buffered=False)
    frames = answer.response
    text = b"".join(next(frames) for _ in range(3)).decode()
    answer.close()
    assert text.count("event: changed") == 2
    assert "张建国" not in text and "3-1-001" not in text


# In a real browser ------------------------------------------------------------------------------------------------------


def _display(browser: Browser, server: Server, token: str) -> Page:
    page = open_context(browser, server.url, 1280, 800).new_page()
    page.goto("/display")
    page.fill("[name=token]", token)
    page.click("main button.main")
    expect(page.locator(".board")).to_be_visible()
    return page


def test_screen_follows_the_visit_live_and_the_counter_shows_change_while_typing(station, server, page, browser):
    screen = _display(browser, server, token_of(station))
    log_in(page, "王站长")
    ticket_id = visit(station, ("purchase", BUY))
    page.goto("/ticket")
    expect(page.locator(".owed .huge")).to_have_text("￥103.00")
    page.fill("#given", "110")
    expect(page.locator("[data-change]")).to_contain_text("找零 ￥7.00")
    page.fill("#given", "100.5")
    expect(page.locator("[data-change]")).to_contain_text("还差 ￥2.50")
    page.locator("label.method", has_text="微信").first.click()
    expect(page.locator("[name=p1_reference]")).to_be_visible()
    expect(page.locator("[data-change]")).to_contain_text("应收现金 ￥0.00")
    expect(screen.locator(".asked")).to_contain_text("微信")
    expect(screen.locator(".total b")).to_have_text("￥103.00")
    page.fill("[name=p1_amount]", "60")
    page.check("[name=p1_seen]")
    expect(page.locator("[data-change]")).to_contain_text("应收现金 ￥43.00")
    page.fill("#given", "50")
    expect(page.locator("[data-change]")).to_contain_text("找零 ￥7.00")
    page.keyboard.press("F9")
    expect(page.locator("main h1")).to_contain_text("R")
    expect(screen.locator(".thanks")).to_contain_text("￥7.00")
    assert value(station, "SELECT COUNT(*) FROM payments WHERE ticket_id = ?", ticket_id) == 2
    screen.context.close()


def test_payment_code_scanned_on_the_pay_page_is_refused_loudly_and_goes_nowhere(station, server, page):
    arrive(station)
    log_in(page, "王站长")
    visit(station, ("bill", BILL))
    page.goto("/ticket")
    page.locator("main h2").click()
    code = "134567890123456789"
    assert recognise(code).kind.value == "payment_code"
    type_as_scanner(page, code)
    expect(page.locator("#said")).to_contain_text("付款码")
    assert page.locator("#said .said.refused").count() == 1
    assert page.input_value("#given") == ""
    assert code not in page.content()
    assert value(station, "SELECT state FROM tickets") == "open"
    with station.store.reading() as db:
        assert not any(code in line for line in db.connection.iterdump())
