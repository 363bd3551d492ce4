"""登记簿 at the counter: an inspection is recorded while the inspector stands there. What is the same for all items is one press,
both sign with the mouse, each on a board of their own, and what was signed comes back with a form that was refused."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.web.browser import TestStation, log_in
from tests.web.counter import make_counter, value

FIRST, SECOND = "sign-inspector_signed", "sign-manager_signed"


@pytest.fixture
def station(tmp_path: Path) -> Iterator[TestStation]:
    found = make_counter(tmp_path)
    yield found
    found.close()


def sign(page: Page, board: str) -> None:
    place = page.locator(f'canvas[data-signature="{board}"]')
    place.scroll_into_view_if_needed()
    frame = place.bounding_box()
    assert frame is not None
    for across, down in ((0.2, 0.3), (0.5, 0.7), (0.8, 0.25)):
        page.mouse.move(frame["x"] + across * frame["width"], frame["y"] + down * frame["height"], steps=3)
        page.mouse.down()
    page.mouse.up()


def ink(page: Page, board: str) -> bool:
    return bool(
        page.locator(f'canvas[data-signature="{board}"]').evaluate(
            "board => board.getContext('2d').getImageData(0, 0, 900, 280).data.some(v => v)"
        )
    )


@pytest.mark.obligation("LY-20", "CUO-17", place="/registers/inspections", reads="每次巡检的项目、问题、照片和签字")
def test_inspection_is_signed_by_both_on_the_spot(page: Page, station: TestStation) -> None:
    log_in(page, "王站长", path="/registers/inspections/new")
    page.select_option('[name="f_by_whom"]', "片区合伙人")
    page.fill('[name="f_inspector"]', "钱科长")
    page.locator('[name="r_items_15_result"][value="不合格"]').check(force=True)
    page.click("[data-fill-rows]")
    sign(page, FIRST)
    sign(page, SECOND)
    page.locator(f'[data-signature-place]:has([data-signature="{FIRST}"]) [data-signature-clear]').click()
    assert (ink(page, FIRST), ink(page, SECOND)) == (False, True)
    sign(page, FIRST)
    # The browser would ask for what is missing; another one does not.
    page.locator("form[id^=register-inspections]").evaluate("form => { form.noValidate = true }")
    page.click("main button.main[type=submit]")
    page.wait_for_selector("text=请填「总的评价」")
    page.wait_for_function(
        "names => names.every(name => document.querySelector(`canvas[data-signature='${name}']`)"
        ".getContext('2d').getImageData(0, 0, 900, 280).data.some(v => v))",
        arg=[FIRST, SECOND],
    )
    page.select_option('[name="f_overall"]', "好")
    page.click("main button.main[type=submit]")
    page.wait_for_selector("h1:has-text('XJ')")
    assert value(station, "SELECT COUNT(*) FROM attachments WHERE case_kind = 'register'") == 2
    rows = value(station, "SELECT json_extract(content, '$.items.rows') FROM register_entries")
    assert rows.count('"合格"') == 15 and rows.count('"不合格"') == 1
