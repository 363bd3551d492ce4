"""A printer's bad afternoon as the operator sees it: no paper, slips that pile up, which are still wanted, one that nobody
knows of."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from kiosk import clock
from kiosk.check import problems
from kiosk.devices import Fault
from kiosk.printing import jobs, slips
from tests.drivers.bench import printing, queue_note, told
from tests.web.browser import TestStation, log_in
from tests.web.counter import MANAGER, make_counter

PRINTER = "小票机"


@pytest.fixture
def station(tmp_path: Path) -> Iterator[TestStation]:
    found = make_counter(tmp_path)
    with printing(found.store, found.runtime, PRINTER):
        yield found
    assert list(problems(found.store)) == []
    found.close()


def pile_up(station: TestStation, count: int) -> None:
    """Slips that have waited for a quarter of an hour."""
    with station.store.transaction(MANAGER) as tx:
        tx.now = clock.stamp(clock.now() - timedelta(minutes=15))
        for number in range(count):
            slip_id = slips.freeze(tx, "drivers_test_note", {"lines": [f"第{number}张"]}, {}, "test", 1, f"N{number}")
            jobs.queue(tx, slip_id, PRINTER)


def came_out(station: TestStation) -> list[str]:
    return [slip.facts["text"][0] for slip in reversed(station.runtime.sim_slips())]


@pytest.mark.lesson(22)
def test_paper_runs_out_slips_pile_up_and_the_operator_says_which_are_wanted(station: TestStation, page: Page) -> None:
    log_in(page)
    printer, paper = page.locator("#strip .cell.lamp").nth(1), page.locator("#strip .cell.lamp").nth(2)
    expect(printer).to_have_text("打印机 ● 正常", use_inner_text=False)
    told(station.runtime, Fault.PAPER_OUT, PRINTER)
    expect(paper).to_contain_text("▲ 缺纸")
    expect(paper).to_have_class("cell lamp problem")
    paper.click()
    expect(page.locator("main")).to_contain_text("打印纸用完了 — 换上新纸，合上盖子")
    pile_up(station, 8)
    expect(printer).to_contain_text("未打印 8")
    printer.click()
    main = page.locator("main")
    expect(main.locator(".badge", has_text="等打印")).to_have_count(8)
    told(station.runtime, Fault.RESTORE, PRINTER)
    expect(main).to_contain_text("有 8 张没有打，哪些还要？")
    expect(printer).to_contain_text("● 正常")
    for number in (5, 2):
        main.get_by_label(f"N{number}").check()
    queue_note(station.store, PRINTER, "眼前的")
    expect(main.locator("section", has_text="刚打过的").locator("tr")).to_have_count(1)
    expect(main.locator("input[name=job]:checked")).to_have_count(2)
    page.get_by_role("button", name="打印打勾的").click()
    expect(page.locator("#said")).to_contain_text("2 张重新排队打印")
    expect(main).to_contain_text("有 6 张没有打")
    page.get_by_role("button", name="打印打勾的").click()
    expect(page.locator("#said")).to_contain_text("请先在要的单子前面打勾")
    page.get_by_role("button", name="全部不打了").click()
    expect(page.locator("#said")).to_contain_text("6 张不打了，单子本身都还在")
    told(station.runtime, Fault.NO_REPLY, PRINTER)
    queue_note(station.store, PRINTER, "问一声")
    expect(main).to_contain_text("出纸了吗？")
    expect(main).to_contain_text("打印机没有回答")
    expect(printer).to_contain_text("未打印 1")
    expect(printer).to_contain_text("？ 不明")
    page.get_by_role("button", name="出来了").click()
    expect(page.locator("#said")).to_contain_text("记下了：已经出纸")
    told(station.runtime, Fault.RESTORE, PRINTER)
    expect(printer).to_contain_text("打印机")
    expect(main).to_contain_text("没有要处理的单子：该打的都打出来了")
    assert came_out(station) == ["眼前的", "第2张", "第5张", "问一声"]
