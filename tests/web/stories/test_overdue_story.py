"""Nine days later: called in vain, called, told in the group; what nobody wants is fetched and goes back on the courier's
signature, and what he does not sign for stays."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from kiosk.check import problems
from tests.web.browser import TestStation, log_in
from tests.web.counter import MANAGER, arrive, make_counter, value
from tests.web.stories.board import press, said, sign_by_mouse
from tests.web.test_overdue import wait

OLD = ("YT8962646785389", "YT8962646785390", "YT8962646785391")


@pytest.fixture
def station(tmp_path: Path) -> Iterator[TestStation]:
    found = make_counter(tmp_path)
    yield found
    with found.store.transaction(MANAGER) as tx:  # they were made old by hand
        tx.execute(
            "UPDATE parcels SET checked_in_on = (SELECT business_on FROM parcel_events e WHERE e.parcel_id = parcels.id"
            " AND e.kind = 'checked_in')"
        )
    assert list(problems(found.store)) == []
    found.close()


def state(station: TestStation, parcel_id: int) -> str:
    return str(value(station, "SELECT state FROM parcels WHERE id = ?", parcel_id))


def test_overdue_parcels_are_called_told_and_sent_back(station: TestStation, page: Page) -> None:
    people = ("张建国", "欧阳䶮", "王小妹")
    old = [
        arrive(station, code, phone=f"1990000{n}234", name_hint=name)
        for n, (code, name) in enumerate(zip(OLD, people, strict=True))
    ]
    wait(station)
    young = arrive(station, "YT8962646785392", phone="19900009999", name_hint="赵六")

    # Calls: in vain stays on the list and is counted; reached goes; noted by mistake comes back.
    log_in(page, "王站长", path="/overdue")
    press(page, "该提醒 3 件")
    callers = page.locator("tr:has(form[id^=call])")
    expect(callers).to_have_count(3)
    expect(callers.first).to_contain_text("滞留提醒")
    press(callers.first, "没打通")
    said(page, "没打通，过后再打", "attention")
    expect(callers.first).to_contain_text("1 次没打通")
    press(callers.first, "打通了")
    said(page, "已记下：打通了")
    expect(callers).to_have_count(2)
    page.locator("summary", has_text="记错了").first.click()
    press(page, "撤销这一条")
    said(page, "提醒又在名单上了", "attention")
    expect(callers).to_have_count(3)

    # The group's text: masked, copied without HTTPS, noted.
    press(page, "发群文字")
    text = page.locator("#group-text")
    expect(text).to_have_value(re.compile(r"欧\*\* 尾号 \*\*34：1 件（已放 9 天）"))
    assert "19900" not in text.input_value() and OLD[0][-4:] not in text.input_value()
    press(page, "复制")
    said(page, "复制好了")
    days = page.locator("label [name=days]")
    days.fill("")
    days.press("Control+v")
    expect(days).to_have_value(re.compile("^【枫林"))  # it is in the clipboard
    press(page, "已经发到群里了")
    said(page, "3 件发到群里了")

    # Back to the carrier: nothing ticked, two ticked, one wanted after all.
    page.goto("/overdue")
    expect(page.locator("[name=parcel_id]")).to_have_count(3)
    press(page, "勾选的列为待退")
    said(page, "还没有勾选快件", "refused")
    for tick in page.locator("[name=parcel_id]").all():
        tick.check()
    press(page, "勾选的列为待退")
    said(page, "3 件已列为待退，请按货架顺序取出来")
    press(page, "打拣货单")
    said(page, "拣货单已送去打印")
    press(page.locator("tr", has_text=OLD[2][-4:]), "不退了")
    said(page, "已恢复在库", "attention")
    assert [state(station, one) for one in (*old, young)] == ["to_return", "to_return", "on_shelf", "on_shelf"]

    # The courier's list: what he has not signed for is still here.
    press(page, "拿齐了，开始交接")
    press(page, "全部放进清单")
    said(page, "2 件放进清单了")
    page.keyboard.press("F9")
    said(page, "共 2 件，请对方签收")
    press(page, "签好了")
    expect(page.locator("#said .said.refused")).to_be_visible()
    assert state(station, old[0]) == "to_return", "nothing leaves unsigned"
    sign_by_mouse(page)
    press(page, "签好了")
    said(page, "2 件已退回快递公司")
    assert [state(station, one) for one in old] == ["returned", "returned", "on_shelf"]
    page.goto("/overdue/returns")
    expect(page.locator("main")).to_contain_text("没有待退的件")
