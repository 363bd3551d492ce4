"""撤销: whatever the operator did by mistake at this desk comes back by one button or one scan of the mat, act by act; what cannot
says why, and the parcel's page tells the whole story, mistakes and all."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from kiosk.check import problems
from kiosk.counter.hand_over import hand_over_one
from kiosk.storage import Actor
from tests.web.browser import TestStation, log_in, make_station, type_as_scanner
from tests.web.counter import MANAGER, PRINTER, arrive, value
from tests.web.stories.board import press, said

ONE, TWO = "YT7460266600921", "YT7460266600922"
#: The mat's card is scanned three times in a second; a person takes the seconds that the station asks for.
SCANS_AGAIN = "[counter]\nsame_code_seconds = 0\n"
PROGRAM = Actor("token", 1, "manager", "系统", None)


@pytest.fixture
def station(tmp_path: Path) -> Iterator[TestStation]:
    found = make_station(tmp_path, SCANS_AGAIN + PRINTER)
    yield found
    assert list(problems(found.store)) == []
    found.close()


def test_every_slip_of_the_finger_comes_back(station: TestStation, page: Page) -> None:
    def state(parcel_id: int) -> str:
        return str(value(station, "SELECT state || ' ' || shelf FROM parcels WHERE id = ?", parcel_id))

    def undo_by_scan(words: str, tone: str = "done") -> None:
        type_as_scanner(page, "~CMD:undo")
        said(page, words, tone)

    one = arrive(station, ONE, shelf="1-1")
    log_in(page, "王站长", path=f"/parcels/{one}")

    # On the parcel's page: set aside, for good or to go back, and put back.
    page.locator("summary", has_text="问题件 / 待退").click()
    page.locator("select[name=reason]").first.select_option("damaged")
    press(page, "登记为问题件")
    said(page, "不会再直接出库", "attention")
    press(page, "撤销问题件登记")
    said(page, "已撤销问题件登记", "attention")
    assert state(one) == "on_shelf 1"

    # By the mat: a consent noted for the wrong one, a move, a loss, a hand-over; act by act, the last first.
    page.locator("summary", has_text="收件人同意放站点").click()
    press(page.locator(f"#consent-{one}"), "同意这一件")
    said(page, "记下了")
    page.goto("/shelves/1/1")
    page.locator("[name=parcel_id]").first.check()
    page.locator("#move [name=to]").fill("3-2")
    press(page, "把勾选的移过去")
    said(page, "移到 3-2")
    assert state(one) == "on_shelf 3"
    page.goto(f"/parcels/{one}")
    page.locator("summary", has_text="找不到这件？").click()
    press(page, "登记丢失")
    said(page, "已登记丢失", "attention")
    undo_by_scan("已撤销丢失登记")
    undo_by_scan("已放回原来的货架")
    assert state(one) == "on_shelf 1"
    undo_by_scan("已撤销刚才记下的「同意放站点」")
    page.goto("/find?q=1234")
    press(page, "勾选的一起出库")
    said(page, "已出库 1 件")
    press(page, "撤销刚才的出库")
    said(page, "已撤销出库", "attention")
    assert state(one) == "on_shelf 1"

    # What cannot come back says why: something followed, nothing is left, another desk's act.
    two = arrive(station, TWO)
    with station.store.transaction(PROGRAM) as tx:
        hand_over_one(tx, two, "code")
    undo_by_scan("已被取走|没有改动", "refused")
    with station.store.transaction(MANAGER) as tx:
        hand_over_one(tx, one, "code")
        tx.execute("UPDATE desks SET last_act = '{}'")
    undo_by_scan("没有可以撤销的上一步", "refused")

    # The story tells all of it, and the parcel's own page still takes its last act back.
    page.goto(f"/parcels/{one}")
    story = page.locator(".story")
    for words in ("撤销了上一步登记", "移到 3-2", "移到 1-1", "撤销了丢失登记", "撤销了出库"):
        expect(story).to_contain_text(words)
    press(page, "撤销出库")
    said(page, "已撤销出库", "attention")
    assert state(one) == "on_shelf 1"
