"""Scans at the courier's list and a second pick-up, in a real browser."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from kiosk.counter.add_line import add_line
from kiosk.counter.hand_over import hand_over
from kiosk.counter.open_ticket import open_ticket
from kiosk.counter.outbound_manifest import open_manifest
from kiosk.counter.settle import settle
from tests.services.outbound_bench import SENDING, WAYBILLS
from tests.web.browser import TestStation, log_in, type_as_scanner
from tests.web.counter import MANAGER, arrive, make_counter, value


@pytest.fixture
def station(tmp_path: Path) -> Iterator[TestStation]:
    found = make_counter(tmp_path)
    yield found
    found.close()


def test_sticker_then_face_sheet_and_f9_gives_the_list(station: TestStation, page: Page) -> None:
    with station.store.transaction(MANAGER) as tx:
        ticket_id = open_ticket(tx)
        add_line(tx, ticket_id, "outbound", **SENDING)
        settle(tx, ticket_id, 12_00)
        open_manifest(tx, "YTO", desk_id=1)
    log_in(page, "王站长")
    page.goto("/outbound/manifest")
    expect(page.locator("main")).to_contain_text("先扫我们的标签")
    number = value(station, "SELECT outbound_no FROM outbound_parcels")
    type_as_scanner(page, f"~OB:{number}")
    expect(page.locator(".next .huge")).to_have_text(number)
    expect(page.locator(".next .label")).to_have_text("请扫这一件的面单")
    type_as_scanner(page, "JT5261988016578")
    expect(page.locator("#said .said.refused")).to_contain_text("单号像极兔速递")
    type_as_scanner(page, WAYBILLS[0])
    expect(page.locator("main")).to_contain_text("每件都有运单号")
    page.keyboard.press("F9")
    expect(page.locator("#said .words")).to_contain_text("已交接 1 件")
    expect(page.locator(".paper")).to_contain_text("签收")
    assert value(station, "SELECT state FROM outbound_parcels") == "given"


def test_second_pick_up_by_scan_is_red_and_offers_the_story_and_no_undo(station: TestStation, page: Page) -> None:
    first = arrive(station)
    arrive(station, "YT8962646785390")
    with station.store.transaction(MANAGER) as tx:
        hand_over(tx, [first], "code", desk_id=1)
    log_in(page, "王站长")
    page.goto("/find?q=1234")
    type_as_scanner(page, "YT8962646785389")
    line = page.locator("#said .said.refused")
    expect(line).to_contain_text(re.compile(r"已被取走：\d\d:\d\d 由 王站长 出库"))
    expect(line).not_to_contain_text("撤销")
    line.locator("a.button").click()
    expect(page).to_have_url(re.compile(rf"/parcels/{first}$"))
    expect(page.locator(".story")).to_contain_text("又有人来取")
    assert value(station, "SELECT COUNT(*) FROM parcel_events WHERE kind = 'second_pickup_tried'") == 1


def test_pickup_codes_are_read_from_two_metres(station: TestStation, page: Page) -> None:
    for number in range(8):
        arrive(station, f"YT896264678540{number}")
    log_in(page, "王站长")
    page.goto("/find?q=1234")
    size = page.locator(".pickup .place").first.evaluate("e => parseFloat(getComputedStyle(e).fontSize)")
    assert size >= 55, "about 15 mm on a 22-inch screen"
    expect(page.locator("main [data-enter]")).to_be_in_viewport()


def test_scan_of_what_must_be_paid_leads_to_the_payment(station: TestStation, page: Page) -> None:
    arrive(station, cod_fen=120_00)
    log_in(page, "王站长")
    page.goto("/find")
    type_as_scanner(page, "~CMD:hand_over")
    expect(page.locator("#said .words")).to_contain_text("扫到的在库快件直接出库")
    type_as_scanner(page, "YT8962646785389")
    expect(page).to_have_url(re.compile(r"/ticket$"))
    expect(page.locator("#ticket")).to_contain_text("￥120.00")
    assert value(station, "SELECT state FROM parcels") == "on_shelf"
