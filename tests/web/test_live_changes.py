"""What changes elsewhere while a page is busy: it takes nothing away and turns nobody from where he was going."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, Route, expect

from tests.web.browser import TestStation, log_in
from tests.web.test_live import WAYBILL, eventually, in_stock, scan, tones
from web.server import Server


def test_where_a_scan_leads_is_not_forgotten_for_a_change_that_comes_right_after_it(
    page: Page, station: TestStation, server: Server
) -> None:
    in_stock(station, WAYBILL)
    log_in(page)
    held: list[Route] = []

    def hold_the_first(route: Route) -> None:
        if held:
            route.continue_()
        else:
            held.append(route)

    page.wait_for_timeout(500)  # the stream is open
    page.route(re.compile(r"/$"), hold_the_first)
    server.station.hub.publish("changed")  # the page begins to read itself again, and is kept waiting
    eventually(lambda: page.wait_for_timeout(20) or held)
    scan(station, WAYBILL)
    expect(page.locator("#said")).to_contain_text("在库 1 件")
    with page.expect_response("**/strip"):
        server.station.hub.publish("changed")
    held[0].continue_()
    expect(page.locator("main")).to_contain_text("138****1234")
    assert page.url.endswith("/find")


@pytest.mark.lesson(12, 20)
def test_an_unknown_code_is_said_and_stays_until_the_next_thing(page: Page, station: TestStation) -> None:
    log_in(page)
    tones(page)
    scan(station, "YT0000000000000")
    expect(page.locator("#said .refused")).to_contain_text("不在库")
    assert page.evaluate("window.heard") == ["refused"]
    page.keyboard.press("Enter")
    expect(page.locator("#said .refused")).to_be_visible()


def test_a_chosen_file_stays_when_something_else_changes(page: Page, station: TestStation, server: Server) -> None:
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    log_in(page, path="/imports")
    chosen = page.locator("input[type=file]").first
    chosen.set_input_files({"name": "list.csv", "mimeType": "text/csv", "buffer": b"YT8962646785389"})
    page.wait_for_timeout(500)  # the stream is open
    with page.expect_response("**/imports"):
        server.station.hub.publish("changed")
    page.wait_for_timeout(300)
    assert chosen.evaluate("field => [...field.files].map(file => file.name)") == ["list.csv"]
    assert faults == []
