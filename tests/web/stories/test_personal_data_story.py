"""A villager asks at the counter what is kept of them: recognised by code and phone only, told, put right, printed, erased as far
as may be; afterwards a reprint says so and the log names nobody."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from kiosk.check import problems
from kiosk.counter.hand_over import hand_over_one
from tests.web.browser import TestStation, log_in
from tests.web.counter import MANAGER, arrive, come_out, make_counter, value
from tests.web.stories.board import press, said

PHONE, NAME, RIGHT_NAME = "19900001234", "张建国", "张建业"


@pytest.fixture
def station(tmp_path: Path) -> Iterator[TestStation]:
    found = make_counter(tmp_path)
    yield found
    assert list(problems(found.store)) == []
    found.close()


def ask(page: Page, code: str, phone: str) -> None:
    page.locator("[name=number]").fill(code)
    page.locator("[name=phone]").fill(phone)
    press(page, "核对并查询")


def test_person_is_recognised_told_put_right_and_erased(station: TestStation, page: Page) -> None:
    gone = arrive(station)
    with station.store.transaction(MANAGER) as tx:
        hand_over_one(tx, gone, "code")
    arrive(station, "YT8962646785390")  # the same person's, still on its shelf
    come_out(station)
    code = value(station, "SELECT pickup_code FROM parcels WHERE id = ?", gone)
    slip_id = value(station, "SELECT MIN(id) FROM slips")
    log_in(page, "王站长", path="/personal-data")
    main = page.locator("main")

    # Nobody is told anything for a tail, or for a number that is not theirs.
    ask(page, code, "1234")
    said(page, "请填完整手机号", "refused")
    ask(page, code, "19900009999")
    said(page, "对不上", "refused")
    expect(page.locator("[name=number]")).to_have_value(code)
    ask(page, code, PHONE)
    for words in (PHONE, NAME, "保存到", "办完以前一直保存"):
        expect(main).to_contain_text(words)
    assert PHONE not in page.url

    # Put right, on paper, erased; what is still on its shelf stays, with the reason.
    first = main.locator("section", has=page.locator("dd", has_text=NAME)).first
    first.locator("[name=field]").select_option("name_hint")
    first.locator("[name=value]").fill(RIGHT_NAME)
    press(first, "更正")
    said(page, "已更正")
    expect(main).to_contain_text(RIGHT_NAME)
    press(page, "打印查询回执")
    said(page, "查询回执已送去打印")
    press(page, "删除能删的")
    assert "/erase" not in page.url, "the box is not ticked"
    page.locator("[name=sure]").check()
    press(page, "删除能删的")
    said(page, "已删除 1 笔；1 笔", "attention")
    expect(main).to_contain_text("还没有办完")

    # The old slip shows nobody, the list of requests names nobody.
    page.goto(f"/prints/slips/{slip_id}")
    expect(main).to_contain_text("个人信息已按规定删除")
    page.goto("/personal-data")
    expect(main).to_contain_text("删除 1 笔，保留 1 笔")
    for path in ("/personal-data", "/audit?room=person"):
        page.goto(path)
        for told in (PHONE, NAME, RIGHT_NAME):
            expect(main).not_to_contain_text(told)

    # The terms: within what the law leaves.
    page.goto("/personal-data/terms")
    money = page.locator("#term-money")
    money.locator("[name=days]").fill("30")
    press(money, "改")
    said(page, "应在 1096 到 3653 天之间", "refused")
    number = page.locator("#term-parcel_number")
    number.locator("[name=days]").fill("60")
    press(number, "改")
    said(page, "保存期限已改为 60 天")
    expect(main).to_contain_text("王站长")
