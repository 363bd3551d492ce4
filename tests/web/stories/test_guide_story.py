"""A station's first hour, in the browser: the manager, the recovery code, straight into the guide; the test code is scanned, the
printer's answers are kept, the counter is opened, and the guide calls no more."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from kiosk.check import problems
from kiosk.people import staff
from kiosk.printing.printer_page import QUESTIONS
from tests.web.browser import TestStation, log_in, make_station, type_as_scanner
from tests.web.counter import PRINTER, value
from tests.web.stories.board import press, said


@pytest.fixture
def station(tmp_path: Path) -> Iterator[TestStation]:
    found = make_station(tmp_path, PRINTER, people=False)
    yield found
    assert list(problems(found.store)) == []
    found.close()


def test_first_hour_of_a_station_from_its_first_manager_to_the_open_counter(station: TestStation, page: Page) -> None:
    page.goto("/")
    for field, typed in (("name", "王站长"), ("pin", "482913"), ("pin_again", "482913")):
        page.locator(f"[name={field}]").fill(typed)
    press(page, "开始使用")
    press(page, "我抄好了，去登录")
    page.locator("[name=pin]").fill("482913")
    page.keyboard.press("Enter")
    main = page.locator("main")
    expect(main).to_contain_text("每一步都能跳过，也能重做")
    press(page, "从这里开始")
    expect(main).to_contain_text("1 / 7")
    press(page, "跳过这一步")

    # A scanner that types like a keyboard: heard without any setting, nothing is done, the step is ticked off by itself.
    expect(main).to_contain_text("2 / 7")
    expect(main).to_contain_text("还没有收到扫码")
    type_as_scanner(page, "~CMD:test")
    said(page, "扫码枪好用")
    expect(main).to_contain_text("扫码枪有回应")
    press(page, "下一步")

    # The printer: a wrong ruler needs another width, and what was answered stays on the page.
    expect(main).to_contain_text("安装时的设置")
    press(page, "试打印")
    press(page, "打一张测试页")
    said(page, "测试页已排队打印")
    for key, _question in QUESTIONS:
        page.locator(f"[name={key}][value={'no' if key in ('hanzi', 'ruler') else 'yes'}]").check()
    press(page, "保存，下一张起这样打")
    said(page, "请改选另一种纸宽", "refused")
    expect(page.locator("[name=hanzi][value=no]")).to_be_checked()
    page.locator("[name=width]").select_option("80")
    page.locator("[name=drawer]").select_option("2")
    press(page, "保存，下一张起这样打")
    said(page, "改好了 4 项", "attention")
    for words in ("画成图打", "48 列", "2 号脚", "王站长 按测试页改过"):
        expect(main).to_contain_text(words)
    press(page, "回到引导")
    expect(main).to_contain_text("按测试页改过")

    # The rest is passed over; the counter opens, and whoever logs in next is led nowhere.
    for number in (4, 5, 6, 7):
        press(page, "下一步" if page.locator("main a.button", has_text="下一步").count() else "跳过这一步")
        expect(main).to_contain_text(f"{number} / 7")
    press(page, "开始营业")
    said(page, "今天开始营业了")
    assert value(station, "SELECT COUNT(*) FROM business_days") == 1
    with station.store.reading() as db:
        assert [person.name for person in staff.staff_list(db)] == ["王站长"]
    page.goto("about:blank")  # a page that learns that nobody is logged in loads anew by itself
    page.context.clear_cookies()
    log_in(page, "王站长", "482913")
    assert not page.url.endswith("/guide")
