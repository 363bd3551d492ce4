"""Transfer: parcels are ticked for another station and signed away; a round goes to the doors, one is delivered, one comes back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from kiosk.check import problems
from kiosk.counter.hand_over import hand_over_one
from tests.web.browser import TestStation, log_in
from tests.web.counter import MANAGER, arrive, make_counter, value
from tests.web.stories.board import press, said, sign_by_finger

ONWARD = ("YT7460266600901", "YT7460266600902", "YT7460266600903")
DOOR = ("YT7460266600904", "YT7460266600905")
OTHERS, OWED = "YT7460266600906", "YT7460266600907"


@pytest.fixture
def station(tmp_path: Path) -> Iterator[TestStation]:
    found = make_counter(tmp_path)
    yield found
    assert list(problems(found.store)) == []
    found.close()


def state(station: TestStation, parcel_id: int) -> str:
    return str(value(station, "SELECT state FROM parcels WHERE id = ?", parcel_id))


def test_parcels_are_passed_on_and_taken_to_doors(station: TestStation, page: Page) -> None:
    onward = [arrive(station, code, phone=f"1990000{n}111", shelf="3-1") for n, code in enumerate(ONWARD)]
    door = [arrive(station, code, phone="19900005678", name_hint="欧阳䶮") for code in DOOR]
    arrive(station, OTHERS, phone="19900004321", name_hint="钱大有")
    arrive(station, OWED, phone="13800004321", name_hint="赵小妹", cod_fen=100_00)  # type: ignore[arg-type]
    log_in(page, "王站长", path="/manifests")

    # To the next village: two are ticked on their shelf; one of them is collected before anybody signs.
    press(page, "开始转交")
    said(page, "还没有填交给谁", "refused")
    page.locator("#begin-transfer [name=receiver]").fill("河东村服务站")
    press(page, "开始转交")
    press(page, "把勾选的放进清单")
    said(page, "没有勾选快件", "refused")
    page.get_by_role("link", name="货架 3").click()
    expect(page.locator("[name=parcel_id]")).to_have_count(3)
    for parcel_id in onward[:2]:
        page.locator(f"form[id^=choose] input[value='{parcel_id}']").check()
    press(page, "把勾选的放进清单")
    said(page, "2 件放进清单了")
    page.keyboard.press("F9")
    said(page, "共 2 件，请对方签收")
    with station.store.transaction(MANAGER) as tx:
        hand_over_one(tx, onward[0], "code", desk_id=None)
    press(page, "在纸上签了")
    said(page, "已有变动", "refused")
    page.locator("summary", has_text="清单不对").click()
    press(page, "作废这张，重开一张")
    said(page, "重开的一张", "attention")
    page.keyboard.press("F9")
    said(page, "共 1 件")
    press(page, "在纸上签了")
    said(page, "1 件已转交")
    assert [state(station, one) for one in onward] == ["handed_over", "passed_on", "on_shelf"]

    # To the doors: everything of one person by the tail; what is owed at the counter stays.
    page.goto("/manifests")
    page.locator("#begin-door [name=receiver]").fill("赵送货")
    press(page, "开始装车")
    code = page.locator("[name=code]")
    for typed, words, tone in (
        ("4321", "有 2 位符合", "refused"),
        (OWED, "代收货款或到付运费", "refused"),
        ("5678", "2 件放进清单了", "done"),
    ):
        code.fill(typed)
        press(page, "放进清单")
        said(page, words, tone)
    page.keyboard.press("F9")
    sign_by_finger(page)
    press(page, "签好了")
    said(page, "2 件出发")
    press(page, "送到了")
    said(page, "已登记送到")
    page.locator("summary", has_text="对方没拿走").click()
    press(page, "撤销这次交接")
    said(page, "已有件送到了", "refused")
    page.locator("summary", has_text="这一趟结束了").click()
    press(page, "其余都带回来了")
    said(page, "带回 1 件", "attention")
    assert [state(station, one) for one in door] == ["door_delivered", "on_shelf"]
