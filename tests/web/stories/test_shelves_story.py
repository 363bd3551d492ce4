"""Shelves at the counter: a rack is planned, its label locks the row at intake, the next place follows when it is full, a box
is moved by two scans, and a count of everything finds what is missing, too much and in the wrong place."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from kiosk.check import problems
from kiosk.counter.open_batch import open_batch
from tests.web.browser import TestStation, log_in, type_as_scanner
from tests.web.counter import MANAGER, make_counter, value
from tests.web.stories.board import press, said

BOXES = tuple(f"YT74602666{n:05d}" for n in (801, 802, 803, 804))
STRANGER, OTHER = "JT5261988016802", "JT5261988016803"


@pytest.fixture
def station(tmp_path: Path) -> Iterator[TestStation]:
    found = make_counter(tmp_path)
    yield found
    assert list(problems(found.store)) == []
    found.close()


def places(station: TestStation) -> list[str]:
    with station.store.reading() as db:
        return [row[0] for row in db.all("SELECT shelf || '-' || layer FROM parcels ORDER BY id")]


def papers(station: TestStation, template: str) -> int:
    return int(value(station, "SELECT COUNT(*) FROM slips WHERE template = ?", template))


#: The same code twice within 2.5 seconds is one scan: each is scanned once here, as waybill or as pickup code.
def test_shelves_are_planned_locked_filled_moved_and_counted(station: TestStation, page: Page) -> None:
    log_in(page, "王站长", path="/shelves")

    # A rack of four layers for two parcels each, and the labels for its edges.
    form = page.locator("#add-shelf")
    form.locator("[name=shelf]").fill("O1")
    form.locator("[name=capacity]").fill("2")
    press(page, "添加")
    said(page, "货架名只能是", "refused")
    expect(form.locator("[name=capacity]")).to_have_value("2")
    form.locator("[name=shelf]").fill("3")
    press(page, "添加")
    said(page, "添加了 4 层")
    press(page, "打标签")
    said(page, "4 张货架标签已送去打印")

    # Two fill the first place, the third goes to the next; a label locks its row, full or not.
    with station.store.transaction(MANAGER) as tx:
        open_batch(tx, carrier="YTO", shelf="3-1", print_mode="at_once", desk_id=1)
    page.goto("/intake")
    for box in BOXES[:3]:
        type_as_scanner(page, box)
        expect(page.locator(".next")).to_contain_text(box)
    type_as_scanner(page, "~SH:3-1")
    said(page, "锁定 3-1")
    type_as_scanner(page, BOXES[3])
    expect(page.locator(".next")).to_contain_text(BOXES[3])
    assert places(station) == ["3-1", "3-1", "3-2", "3-1"]
    page.goto("/shelves")
    expect(page.locator(".slot.over")).to_contain_text("3 / 2")
    expect(page.locator(".slot.over")).to_contain_text("超出")

    # Too many on 3-1: one is moved by two scans, its code stays, its paper is printed anew.
    press(page, "移库")
    expect(page.locator("main")).to_contain_text("先扫要放到的货架标签")
    type_as_scanner(page, OTHER)
    said(page, "还不知道要移到哪里", "refused")
    before = papers(station, "intake_slip")
    codes = [str(value(station, "SELECT pickup_code FROM parcels WHERE id = ?", n)) for n in (1, 2, 3)]
    type_as_scanner(page, "~SH:3-4")
    said(page, "移到 3-4：请扫")
    type_as_scanner(page, f"~PK:{codes[0]}")
    said(page, f"{codes[0]} 移到 3-4，取件码不变")
    assert value(station, "SELECT pickup_code FROM parcels WHERE id = 1") == codes[0] and places(station)[0] == "3-4"
    assert papers(station, "intake_slip") == before + 1

    # Everything is scanned: two lie elsewhere, one is nobody's, one is not there.
    page.goto("/shelf-counts")
    press(page, "开始盘点")
    said(page, "盘点开始", "attention")
    page.locator("#typed [name=shelf]").fill("3-1")
    press(page, "记下")
    said(page, "正在盘 3-1：账上 2 件")
    for code, words, tone in (
        (f"~PK:{codes[1]}", "盘到", "done"),
        (STRANGER, "这个运单没有入过库", "attention"),
        ("~SH:9-9", "本站没有货架 9-9", "refused"),
        (f"~PK:{codes[2]}", "放错了：.*应在 3-2", "attention"),
    ):
        type_as_scanner(page, code)
        said(page, words, tone)
    page.locator("#typed [name=code]").fill(BOXES[0])
    press(page, "记下")
    said(page, "放错了：.*应在 3-4，现在在 3-1", "attention")
    press(page, "看结果")
    expect(page.locator("main")).to_contain_text("还没扫到的")
    press(page, "没扫到的 1 件算没找到")
    said(page, "没找到 1 件，放错 2 件，多出 1 件", "attention")
    press(page, "全部改到现在的位置")
    said(page, "2 件已移库，取件码不变")
    press(page, "找到了")
    said(page, "找到了")
    page.locator("form[id^=in-] button").click()
    said(page, "已入库，取件码 3-1-")
    assert places(station) == ["3-1"] * 5
    assert papers(station, "shelf_count") == 1
