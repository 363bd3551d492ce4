"""Who agreed to the station, and who has not: heard and seen at intake, listed for the courier, asked, noted, taken back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from kiosk.check import problems
from kiosk.counter.expect import expect_parcels, read_lines
from kiosk.counter.open_batch import open_batch
from tests.web.browser import TestStation, log_in, type_as_scanner
from tests.web.counter import MANAGER, make_counter, value
from tests.web.stories.board import press, said

KNOWN, BARE, NOBODYS = "YT8962646785389", "YT8962646785390", "YT8962646785391"
FULL = "13812341234"


@pytest.fixture
def station(tmp_path: Path) -> Iterator[TestStation]:
    found = make_counter(tmp_path)
    with found.store.transaction(MANAGER) as tx:
        expect_parcels(tx, read_lines(f"{KNOWN} {FULL} 张建国"))
        open_batch(tx, carrier="YTO", shelf="3-1", desk_id=1)
    yield found
    assert list(problems(found.store)) == []
    found.close()


def test_who_has_not_agreed_is_heard_listed_asked_and_may_take_it_back(station: TestStation, page: Page) -> None:
    log_in(page, "王站长", path="/intake")
    expect(page.locator("#strip .mode")).to_have_text("入库")
    standing = page.locator(".next .badge").last

    # Red is heard: attention, not done. Amber is only seen. A phone typed later can make it red.
    type_as_scanner(page, KNOWN)
    said(page, "上架到 .*未同意放站点", "attention")
    expect(standing).to_have_text("■ 未同意")
    type_as_scanner(page, BARE)
    said(page, "上架到 [0-9-]+$")
    expect(standing).to_have_text("▲ 无法判断")
    page.locator(".next [name=phone]").fill("19900005678")
    press(page, "记下")
    said(page, "已记下收件人.*未同意放站点", "attention")
    type_as_scanner(page, NOBODYS)
    said(page, "上架到 [0-9-]+$")
    expect(page.locator("main")).to_contain_text("未同意 2")

    # The list for the courier who stands there.
    press(page, "打这一批的未同意清单")
    said(page, "未同意 2 件，无法判断 1 件，清单已送去打印")
    expect(page.locator(".paper")).to_contain_text(KNOWN)

    # Asked by phone: one for good, one for this parcel alone; of nobody's parcel only this one can be said.
    page.goto("/consents")
    expect(page.locator("#strip .mode")).to_have_text("入库")
    rows = page.locator("#agree tbody tr")
    expect(rows).to_have_count(3)
    expect(rows.nth(2).locator("button")).to_have_count(1)
    page.locator("select[form=agree]").select_option("phone")
    press(rows.nth(0), "以后的都同意")
    said(page, "记下了：以后的都同意")
    expect(rows).to_have_count(2)
    press(rows.nth(0), "同意这一件")
    said(page, "这一件同意放站点")
    assert value(station, "SELECT group_concat(how) FROM (SELECT how FROM consents ORDER BY id)") == "phone,oral"

    # A caller: a tail is nobody; the whole number finds what he said, and he takes it back.
    page.goto("/consents/given")
    page.locator("[name=phone]").fill("1234")
    press(page, "以后的都同意")
    said(page, "要填完整的手机号", "refused")
    page.locator("[name=phone]").fill(FULL)
    press(page, "找出来撤回")
    expect(page.locator("main tbody tr")).to_have_count(1)
    press(page.locator("form[id^=withdraw]"), "撤回同意")
    said(page, "已撤回", "attention")
    expect(page.locator("main tbody")).to_contain_text("当面撤回")
    assert FULL not in page.url

    # Collected by its code: that counts for this one, and only as long as it was collected.
    page.goto("/find?q=1234")
    expect(page.locator(".pickup")).to_contain_text("■ 未同意")
    page.locator(".who [name=method]").select_option("code")
    page.keyboard.press("Enter")
    expect(page.locator(".results")).to_contain_text("✓")
    page.goto("/parcels/1")
    expect(page.locator("main")).to_contain_text("凭取件码取走，算是同意过这一件")
    press(page, "撤销出库")
    expect(page.locator("main")).to_contain_text("■ 未同意")
