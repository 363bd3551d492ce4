"""The county's warehouse says what comes: typed with a fault, put right, one dropped, the others checked off by the scan."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from kiosk import clock
from kiosk.check import problems
from kiosk.counter.open_batch import open_batch
from tests.web.browser import TestStation, log_in, type_as_scanner
from tests.web.counter import MANAGER, make_counter, value
from tests.web.stories.board import press, said

FIRST, SECOND, THIRD = "YT8962646785389", "YT8962646785390", "YT8962646785391"


@pytest.fixture
def station(tmp_path: Path) -> Iterator[TestStation]:
    found = make_counter(tmp_path)
    with found.store.transaction(MANAGER) as tx:
        open_batch(tx, carrier="YTO", shelf="3-1", desk_id=1)
    yield found
    assert list(problems(found.store)) == []
    found.close()


def test_announced_parcels_are_put_right_dropped_and_checked_off(station: TestStation, page: Page) -> None:
    today = clock.local_date(station.store.settings.station.zone).isoformat()
    log_in(page, path="/expected")
    lines = page.locator("[name=lines]")
    lines.fill(f"{FIRST} 1234 张三\n{FIRST}\n{THIRD}")
    page.locator("[name=due_on]").fill(today)
    press(page, "登记")
    said(page, "第 2 行不能登记.*一件也没有登记", "refused")
    assert value(station, "SELECT COUNT(*) FROM parcels") == 0
    lines.fill(lines.input_value().replace(f"\n{FIRST}\n", f"\n{SECOND}\n"))
    press(page, "登记")
    said(page, "登记了 3 件待到件")
    rows = page.locator("main tbody tr")
    expect(rows).to_have_count(3)
    expect(rows.first).to_contain_text(f"县里的仓库 {today}", use_inner_text=True)
    rows.first.locator("summary").click()
    press(rows.first, "取消这一件")
    said(page, "已取消这一件", "attention")

    page.goto("/intake")
    type_as_scanner(page, FIRST)
    said(page, "这是待到件，还有 1 件没到")
    expect(page.locator(".next")).to_contain_text("张** ****1234")
    type_as_scanner(page, THIRD)
    expect(page.locator(".next")).to_contain_text(THIRD)
    said(page, r"上架到 [0-9-]+$")
    type_as_scanner(page, SECOND)
    said(page, "这是待到件，要来的都到齐了")
    assert value(station, "SELECT group_concat(state) FROM (SELECT state FROM parcels ORDER BY id)") == (
        "on_shelf,on_shelf,undone,on_shelf"
    )
