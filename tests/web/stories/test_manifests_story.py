"""交接清单 at the counter: the courier who brought one parcel too few signs for it with the mouse and leaves, his list is found
by its bar code and had as A4; the one who takes returns signs with a finger and leaves half of it behind."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from kiosk.check import problems
from kiosk.counter import set_aside
from kiosk.counter.check_in import check_in
from kiosk.counter.open_batch import open_batch
from tests.web.browser import TestStation, log_in, type_as_scanner
from tests.web.counter import MANAGER, arrive, make_counter, value
from tests.web.stories.board import ink, press, said, sign_by_finger, sign_by_mouse

CAME, BACK, LEFT, KEPT = (f"YT74602666{n:05d}" for n in (701, 702, 703, 704))
JITU = "JT5261988016701"


@pytest.fixture
def station(tmp_path: Path) -> Iterator[TestStation]:
    found = make_counter(tmp_path)
    with found.store.transaction(MANAGER) as tx:
        batch = open_batch(tx, carrier="YTO", courier="欧阳䶮𠮷师傅", declared=2, desk_id=1)
        check_in(tx, waybill=CAME, batch_id=batch.id, phone="4321", desk_id=1)
    yield found
    assert list(problems(found.store)) == []
    found.close()


def test_lists_are_counted_signed_found_again_and_taken_back(station: TestStation, page: Page) -> None:
    log_in(page, "王站长", path="/intake")

    # One of two came. Both say so, and the courier may go.
    press(page, "本批结束")
    press(page, "去签收")
    expect(page.locator("#sign-1")).to_contain_text("少 1 件")
    press(page, "签好了")
    said(page, "签字板上还没有字", "refused")
    sign_by_mouse(page)
    press(page, "重签")
    assert ink(page) == 0
    sign_by_mouse(page)
    press(page, "签好了")
    said(page, "应到 2 件，实到 1 件，少 1 件", "refused")
    page.wait_for_function("() => document.querySelector('[name=signature]').value.startsWith('data:image/png')")
    page.wait_for_function(
        "() => document.querySelector('canvas').getContext('2d').getImageData(0,0,900,280).data.some(v => v)"
    )
    page.locator("[name=accepts_difference]").check()
    press(page, "签好了")
    said(page, "已签收")
    expect(page.locator(".paper")).to_contain_text("双方确认差额：少 1 件")
    form = page.request.get("/manifests/1/a4.pdf")
    assert form.headers["content-type"] == "application/pdf" and form.body().startswith(b"%PDF-")
    assert value(station, "SELECT how FROM manifest_signatures") == "screen"

    # Its bar code opens it wherever the operator is.
    page.goto("/")
    type_as_scanner(page, f"~MF:{value(station, 'SELECT manifest_no FROM manifests')}")
    expect(page).to_have_url(re.compile(r"/manifests/1$"))
    type_as_scanner(page, "~MF:MI20200101-0001")
    said(page, "没有编号为", "refused")

    # The courier takes returns: only what was set aside, and only his own.
    back, left, other, _kept = (arrive(station, code) for code in (BACK, LEFT, JITU, KEPT))
    with station.store.transaction(MANAGER) as tx:
        for parcel_id in (back, left, other):
            set_aside.mark_to_return(tx, parcel_id, "overdue")
    page.goto("/manifests")
    page.locator("#begin-return select").select_option("YTO")
    press(page, "开始退件")
    expect(page.locator("main")).to_contain_text("还要拿的 2 件")
    page.keyboard.press("F9")
    said(page, "清单上还没有件", "refused")
    for code, words, tone in (
        (KEPT, "没有列入待退", "refused"),
        (JITU, "不能交给圆通速递", "refused"),
        (BACK, "放进退件交接清单了", "done"),
        (LEFT, "放进退件交接清单了", "done"),
    ):
        type_as_scanner(page, code)
        said(page, words, tone)
    expect(page.locator("main")).not_to_contain_text("还要拿的")
    page.locator("[name=declared]").fill("3")
    page.keyboard.press("F9")
    said(page, "共 2 件，请对方签收")
    sign_by_finger(page)
    assert ink(page) > 200
    page.locator("[name=accepts_difference]").check()
    press(page, "签好了")
    said(page, "2 件已退回快递公司")

    # He left one behind; then the whole list was a mistake.
    row = page.locator("tr", has_text=LEFT[-4:])
    row.locator("summary").click()
    press(row, "收回这一件")
    said(page, "已收回这一件", "attention")
    assert value(station, "SELECT state FROM parcels WHERE id = ?", left) == "to_return"
    assert value(station, "SELECT state FROM parcels WHERE id = ?", back) == "returned"
    page.locator("summary", has_text="对方没拿走").click()
    press(page, "撤销这次交接")
    said(page, "件都还在原来的货架上", "attention")
    assert value(station, "SELECT state FROM parcels WHERE id = ?", back) == "to_return"
