"""A courier's list on the page: faults by row and nothing taken, another column, taken whole once, checked off by a scan at
intake, called back, and the next list of the same carrier read by itself."""

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

ZTO, ZTO_2, ZTO_3 = "73610555582883", "79105030690097", "73610555582999"
FAULTY = f"运单号,收件人电话\n{ZTO},19900001234\n7.36106E+13,19900001235\n{ZTO},12\n"
#: No head says which column is what; both could be waybills.
ODD = f"甲,乙,备注\n10000000{ZTO[8:]},{ZTO},轻放\n10000000{ZTO_2[8:]},{ZTO_2},\n"


@pytest.fixture
def station(tmp_path: Path) -> Iterator[TestStation]:
    found = make_counter(tmp_path)
    yield found
    assert list(problems(found.store)) == []
    found.close()


def choose(page: Page, text: str, encoding: str = "gb18030") -> None:
    content = {"name": "派件.csv", "mimeType": "text/csv", "buffer": text.encode(encoding)}
    page.locator("[name=file]").set_input_files(content)
    page.locator("[name=carrier]").select_option("ZTO")
    press(page, "看一下")


def parcels(station: TestStation) -> int:
    return int(value(station, "SELECT COUNT(*) FROM parcels"))


def test_list_is_looked_at_put_right_taken_once_checked_off_and_called_back(station: TestStation, page: Page) -> None:
    log_in(page, path="/imports")

    # Faults are named by row, and there is nothing to press that would take half of it.
    choose(page, FAULTY)
    main = page.locator("main")
    expect(main).to_contain_text("有错的清单一行也不导")
    for words in ("第 3 行", "科学计数", "第 4 行", "电话"):
        expect(main).to_contain_text(words)
    expect(main.locator("button", has_text="导入这")).to_have_count(0)
    press(page, "换一个文件")

    # The wrong column is chosen: the list is looked at anew, nothing is sent again by the person.
    choose(page, ODD)
    page.locator("[name=column_waybill]").select_option(label="乙")
    press(page, "重新看")
    expect(main).to_contain_text(ZTO)
    expect(main).not_to_contain_text("轻放")
    assert parcels(station) == 0, "a look takes nothing"
    main.locator("button", has_text="导入这 2 件").dblclick()  # a nervous hand: the same list, once
    said(page, "导入了 2 件")
    expect(main).to_contain_text("还有 2 件没到")
    assert parcels(station) == 2

    # Intake checks it off.
    with station.store.transaction(MANAGER) as tx:
        open_batch(tx, carrier="ZTO", shelf="3-1", print_mode="never", desk_id=1)
    page.goto("/intake")
    type_as_scanner(page, ZTO)
    expect(main).to_contain_text(ZTO[-4:])
    page.goto("/imports")
    press(page, "中通快递 · 2 件")
    expect(main).to_contain_text("到了 1 件 · 还有 1 件没到")
    press(page, "没到的不再等")
    said(page, "1 件不再等待")
    expect(main).to_contain_text("已撤销")
    assert value(station, "SELECT group_concat(state) FROM parcels") == "on_shelf,undone"

    # The carrier's next list is read by what was chosen for the first; a parcel that is here already is passed over.
    press(page, "全部清单")
    choose(page, f"乙,甲\n{ZTO_3},1000000012345\n{ZTO},1000000012346\n", "utf-8-sig")
    expect(main).to_contain_text("新 1 件 · 已有 1 件 · 有错 0 处")
    expect(page.locator("[name=column_waybill]")).to_have_value("0")
    expect(main).to_contain_text("已在库，略过")
