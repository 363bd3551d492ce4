"""The mat of command cards: what is printed is decoded from its picture, and each card, scanned at the counter, really does what
stands above it; what it can't do it says."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import pypdfium2
import pytest
from playwright.sync_api import Page, expect
from pyzbar import pyzbar

from kiosk.check import problems
from kiosk.counter.command_paper import TEST
from kiosk.counter.commands import COMMANDS
from kiosk.counter.open_batch import open_batch
from tests.web.browser import PEOPLE, TestStation, log_in, type_as_scanner
from tests.web.counter import MANAGER, come_out, make_counter, value
from tests.web.stories.board import press, said

PARCEL = "YT8962646785389"


@pytest.fixture
def station(tmp_path: Path) -> Iterator[TestStation]:
    found = make_counter(tmp_path)
    yield found
    assert list(problems(found.store)) == []
    found.close()


def cards(pdf: bytes) -> dict[str, str]:
    """The codes of the printed mat as zbar reads them from its picture, by the command that they are for."""
    found = [
        code.data.decode()
        for sheet in pypdfium2.PdfDocument(io.BytesIO(pdf))
        for code in pyzbar.decode(sheet.render(scale=3).to_pil().convert("L"))
    ]
    assert len(found) == len(set(found))
    return {code.removeprefix("~CMD:"): code for code in found}


def test_each_card_of_the_printed_mat_does_what_it_says(station: TestStation, page: Page) -> None:
    log_in(page, path="/command-card")
    press(page, "用小票打印机打")
    said(page, "指令卡已送去打印")
    card = cards(page.request.get("/command-card.pdf").body())
    assert set(card) == set(COMMANDS) - {TEST}
    main, mode = page.locator("main"), "SELECT mode FROM desks"

    def scan(command: str) -> None:
        type_as_scanner(page, card[command])

    # At a desk with nothing under way: said, and nothing is done.
    page.goto("/")
    for command, words in (("undo", "没有"), ("reprint", "没有打印过"), ("close_batch", "没有正在入库的批次")):
        scan(command)
        said(page, words, "refused")

    # Intake: traits for the next one, a parcel, its slip once more, taken back, the batch's end.
    scan("intake")
    said(page, "请先选快递公司", "attention")
    page.wait_for_url("**/intake")
    with station.store.transaction(MANAGER) as tx:
        batch_id = open_batch(tx, carrier="YTO", shelf="3-1", desk_id=1).id
    for command, words in (
        ("small", "小件"),
        ("large", "大件"),
        ("fresh", "生鲜"),
        ("fragile", "易碎"),
        ("valuable", "贵重"),
    ):
        scan(command)
        said(page, f"下一件：.*{words}")
    type_as_scanner(page, PARCEL)
    expect(main).to_contain_text(PARCEL[-4:])
    come_out(station)
    scan("reprint")
    said(page, "已补打上一张单子")
    scan("undo")
    expect(page.locator("#said")).to_contain_text("撤销")
    assert value(station, "SELECT state FROM parcels") == "undone"
    scan("close_batch")
    said(page, "本批结束")
    assert value(station, "SELECT closed_at FROM intake_batches WHERE id = ?", batch_id)

    # Modes and pages.
    for command, where, is_now in (
        ("hand_over", "/find", "hand_over"), ("shelf_count", "/shelf-counts/now", "shelf_count"),
        ("relocate", "/relocate", "relocate"), ("home", "/", "home"), ("outbound", "/outbound/new", None),
        ("ticket", "/ticket", None), ("close_day", "/day", None), ("help", "/more", None),
    ):  # fmt: skip
        if page.locator("body[data-counter]").count() == 0:
            page.goto("/")  # a scan leads on from a counter's page only: elsewhere something may be half typed
        scan(command)
        page.wait_for_url(lambda url, where=where: url.split("?")[0].endswith(where))
        assert is_now is None or value(station, mode) == is_now

    # The lock comes over the page, and the page is there again after the PIN.
    scan("lock")
    expect(page.locator("#lock")).to_be_visible()
    scan("home")
    assert page.locator("#lock").is_visible(), "no card opens a locked desk"
    page.locator("#lock [name=pin]").fill(PEOPLE["李柜员"][1])
    page.keyboard.press("Enter")
    expect(page.locator("#lock")).to_be_hidden()
    assert page.url.endswith("/more")
