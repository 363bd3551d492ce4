"""One simple day as an operator works it: a real browser, scans through a pty as a serial scanner sends them, slips over
TCP to a printer that the test plays, the report to a centre process that answers with its number."""

from __future__ import annotations

import json
import os
import pty
import re
import time
import tty
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.printer import TcpPrinter
from tests.journeys.station import DESK, Station
from tests.web.browser import chromium, open_context

CARRIERS = {
    "YTO": "YT8962646785{:03d}",
    "ZTO": "7361055558{:04d}",
    "STO": "77302772803{:04d}",
    "YD": "46343140994{:04d}",
    "JTSD": "JT52619880{:05d}",
    "SF": "SF10235744{:05d}",
    "JD": "JDVA114088{:05d}",
    "YZPY": "986040199{:04d}",
}
#: What a hand puts before the lens by mistake, and what the page says to it.
WRONG = {
    "135112298638468293": "付款码",
    "11010519491231002X": "身份证",
    "13800138000": "手机号",
    "6901234567892": "商品",
    "https://example.org/t?x=1": "",
}


class SerialScanner:
    """A scanner on a serial line: the test writes what the scanner would, carriage return at the end."""

    def __init__(self) -> None:
        self.master, slave = pty.openpty()
        tty.setraw(slave)
        self.path = os.ttyname(slave)
        self._slave = slave

    def read(self, code: str) -> None:
        os.write(self.master, code.encode() + b"\r")

    def close(self) -> None:
        os.close(self.master)
        os.close(self._slave)

    @property
    def device(self) -> dict[str, object]:
        return {"name": "扫码枪", "kind": "scanner", "driver": "serial", "desk": DESK, "options": {"port": self.path}}


def until(found: Callable[[], object], seconds: float = 30) -> object:
    """What ``found`` gives once it gives something."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        value = found()
        if value:
            return value
        time.sleep(0.05)
    raise AssertionError("it never came")


def said(page: Page, words: str) -> None:
    expect(page.locator("#said")).to_contain_text(words)


def sees_code(page: Page, before: str) -> str:
    """The huge code once it is another one than ``before``."""
    huge = page.locator("[data-next-code]")
    expect(huge).not_to_have_text(before or " ")
    return huge.inner_text()


@pytest.mark.timeout(420)
def test_simple_day_from_the_first_parcel_to_the_acknowledged_report(tmp_path: Path, centre: str) -> None:
    scanner, printer = SerialScanner(), TcpPrinter()
    changes = {"county": {"address": centre, "pause_seconds": 0.5, "longest_pause_seconds": 1.0}}
    station = Station(tmp_path, devices=[scanner.device, printer.device("小票机", DESK)], changes=changes)
    try:
        with station, chromium() as browser:
            context = open_context(browser, station.url)
            page = context.new_page()
            faults: list[str] = []
            page.on("pageerror", lambda error: faults.append(str(error)))
            member = station.members["manager"]
            page.goto("/")
            page.locator("label.tile", has_text=member.name).click()
            page.locator("input[name=pin]").fill(member.pin)
            page.keyboard.press("Enter")
            page.wait_for_selector("nav.keys")
            _open_the_day(page)
            codes = _take_in(page, scanner)
            until(lambda: len(printer.papers) >= len(codes))
            _hand_over(page, scanner, codes)
            _take_money(page)
            until(lambda: any("代购".encode("gb18030") in paper for paper in printer.papers))
            _close_the_day(page)
            _acknowledged(page, station, centre)
            context.close()
            assert faults == []
            assert station.check() == []
            _nothing_secret_was_kept(station)
    finally:
        scanner.close()
        printer.close()


def _open_the_day(page: Page) -> None:
    page.keyboard.press("F10")
    page.locator("input[name=piece_10000]").fill("2")
    expect(page.locator("[data-sum]")).to_have_text("￥200.00")
    page.get_by_role("button", name="开始营业").click()
    said(page, "已开始营业")


def _take_in(page: Page, scanner: SerialScanner) -> dict[str, tuple[str, str]]:
    """Thirty parcels of eight carriers; waybill → (code, tail)."""
    codes: dict[str, tuple[str, str]] = {}
    shown = ""
    counts = dict.fromkeys(CARRIERS, 4) | {"SF": 3, "YZPY": 3}
    assert sum(counts.values()) == 30
    for turn, (carrier, shape) in enumerate(CARRIERS.items()):
        page.keyboard.press("F1")
        page.locator("#begin-form").wait_for()
        page.locator(f"label.tile:has(input[value={carrier}])").click()
        page.locator("input[name=courier]").fill("李师傅")
        page.locator("input[name=declared]").fill(str(counts[carrier]))
        page.get_by_role("button", name="开始扫码").click()
        page.get_by_text("对着面单上的条码扫就行").wait_for()
        for number in range(counts[carrier]):
            waybill = shape.format(100 + number)
            scanner.read(waybill)
            shown = sees_code(page, shown)
            tail = f"{1000 + (turn * 4 + number) % 9}"
            page.locator("#search").fill(tail)
            page.keyboard.press("Enter")
            said(page, "已记下收件人")
            codes[waybill] = (shown, tail)
        if carrier == "YTO":
            _wrong_codes(page, scanner, codes)
        page.get_by_role("button", name="本批结束").click()
        said(page, f"共入库 {counts[carrier]} 件")
    assert len({code for code, _tail in codes.values()}) == 30, "a pickup code was given twice"
    return codes


def _wrong_codes(page: Page, scanner: SerialScanner, codes: dict[str, tuple[str, str]]) -> None:
    first = next(iter(codes))
    time.sleep(2.6)  # the same code within 2.5 s is only 已扫
    scanner.read(first)
    said(page, "已在库")
    said(page, codes[first][0])
    count = page.locator(".count").inner_text()
    for code, words in WRONG.items():
        scanner.read(code)
        if words:
            said(page, words)
    expect(page.get_by_text(re.compile("非运单 [45]"))).to_be_visible()
    assert page.locator(".count").inner_text() == count, "a wrong code was taken in"
    # A wrong parcel is taken back at once, and its number may come again.
    scanner.read("YT8962646785999")
    shown = sees_code(page, codes[list(codes)[-1]][0])
    page.get_by_role("button", name="撤销上一件").click()
    said(page, f"已撤销入库：{shown}")
    assert page.locator(".count").inner_text() == count


def _hand_over(page: Page, scanner: SerialScanner, codes: dict[str, tuple[str, str]]) -> None:
    by_tail: dict[str, list[str]] = {}
    for waybill, (_code, tail) in codes.items():
        by_tail.setdefault(tail, []).append(waybill)
    # Several at once, by the tail.
    page.keyboard.press("F2")
    page.locator("#search").fill("1000")
    page.keyboard.press("Enter")
    expect(page.locator("form.person input[name=parcel_id]")).to_have_count(len(by_tail["1000"]))
    page.locator("h1").first.click()
    page.keyboard.press("Enter")
    said(page, f"已出库 {len(by_tail['1000'])} 件")
    # By the pickup code of the notice, then each waybill at once while its person is open.
    code, waybill = codes[by_tail["1001"][0]][0], by_tail["1001"][1]
    scanner.read(f"~PK:{code}")
    page.locator("form.person").wait_for()
    expect(page.locator("form.person")).to_contain_text(code)
    scanner.read(waybill)
    said(page, "取件成功")
    # By another person.
    page.goto("/find?q=1002")
    page.locator("input[name=who][value=another]").check()
    page.locator("input[name=collected_by]").fill("赵大嫂")
    page.locator("select[name=relation]").select_option("neighbour")
    page.locator("[data-enter]").click()
    said(page, f"已出库 {len(by_tail['1002'])} 件")
    # A second pick-up is loud: when, and under which operator.
    gone = by_tail["1002"][0]
    time.sleep(2.6)
    scanner.read(f"~PK:{codes[gone][0]}")
    said(page, "取走")
    said(page, "王站长")


def _take_money(page: Page) -> None:
    page.keyboard.press("F4")
    page.locator("input[name=item_name]").fill("自吸水泵")
    page.locator("input[name=amount]").fill("168.00")
    page.locator("input[name=customer_name]").fill("张建国")
    page.get_by_role("button", name="加入本单").click()
    said(page, "￥173.04")
    page.keyboard.press("F7")
    page.locator("select[name=biller]").select_option("power-demo")
    page.locator("input[name=account_no]").fill("6029023500")
    page.locator("input[name=amount]").fill("50")
    page.get_by_role("button", name="加入本单").click()
    said(page, "￥50.00")
    expect(page.locator(".owed .huge")).to_have_text("￥223.04")
    page.locator("#given").fill("200")
    page.locator("#settle-form button[type=submit]").click()
    said(page, "23.04")
    assert page.locator("#given").input_value() == "200", "what was typed is lost by an error"
    page.locator("#given").fill("230")
    page.locator("#settle-form button[type=submit]").dblclick()
    said(page, "找零 ￥6.96")


def _close_the_day(page: Page) -> None:
    page.keyboard.press("F10")
    page.get_by_role("button", name=re.compile("点钞")).click()
    page.get_by_role("button", name="点完了").wait_for()
    shown = re.search(r"(?<![\w.-])423", page.content())  # an instant's fraction may hold any digits
    assert not shown, "the expected amount is shown before the count"
    for piece, count in {100_00: 4, 20_00: 1, 1_00: 3}.items():
        page.locator(f"input[name=piece_{piece}]").fill(str(count))
    expect(page.locator("[data-sum]")).to_have_text("￥423.00")
    page.get_by_role("button", name="点完了").click()
    closing = page.locator("form[id^=close-form-]")
    expect(closing).to_contain_text("￥423.04")
    page.locator("input[name=reason][value=wrong_change]").check()
    closing.locator("button.main").click()
    said(page, "已日结")


def _acknowledged(page: Page, station: Station, centre: str) -> None:
    def number() -> str | None:
        with station.store() as store, store.reading() as db:
            return db.value("SELECT acknowledgement_no FROM outbox WHERE state = 'acknowledged'")

    acknowledged = str(until(number))
    page.reload()
    expect(page.locator("main")).to_contain_text(acknowledged)
    expect(page.locator("#strip .sent b")).to_have_text("0")
    with station.store() as store, store.reading() as db:
        content = json.loads(db.value("SELECT content FROM reports"))
    assert content["parcels"]["received"] == 30
    assert content["totals"] == {
        "txn_count": 2, "txn_amount_fen": 218_00, "commission_fen": 0, "service_fee_fen": 5_04,
    }  # fmt: skip
    page.goto(centre + "/")
    expect(page.locator("body")).to_contain_text(acknowledged)
    expect(page.locator("body")).to_contain_text("218.00")


def _nothing_secret_was_kept(station: Station) -> None:
    secrets = [code.encode() for code in ("135112298638468293", "11010519491231002X")]
    files = [path for folder in (station.state, station.runtime_folder) for path in folder.rglob("*") if path.is_file()]
    assert any(b"YT8962646785100" in path.read_bytes() for path in files), "the control: a waybill is found"
    for path in files:
        content = path.read_bytes()
        assert not any(secret in content for secret in secrets), path.name
