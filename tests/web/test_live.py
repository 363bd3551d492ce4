"""Scans on the page, in a real browser: from a device, from a keyboard scanner; lock, keys, clicks, tabs, streams."""

from __future__ import annotations

import re
import socket
import time
from collections.abc import Callable
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Browser, Page, expect

from kiosk import shifts
from kiosk.codes import recognise
from kiosk.counter import check_in, desk_scans, open_batch
from kiosk.people import sessions, staff
from kiosk.storage import Actor
from tests.web.browser import PEOPLE, TestStation, log_in, open_context, type_as_scanner
from web.hub import MOST_STREAMS
from web.server import Server

WAYBILL = "YT8962646785389"


def scan(station: TestStation, code: str, desk: str = "柜台") -> str:
    """A scan as the devices process puts it."""
    return station.runtime.put_scan("扫码枪", desk, recognise(code))


def eventually(what: Callable[[], object], seconds: float = 10.0) -> object:
    until = time.monotonic() + seconds
    while not (found := what()):
        assert time.monotonic() < until, what
        time.sleep(0.02)
    return found


def operator(station: TestStation) -> Actor:
    """The operator away from the desk, so that nothing that is made ready changes the desk's mode."""
    return Actor("staff", station.staff_ids["李柜员"], "operator", "李柜员")


def in_stock(station: TestStation, *numbers: str, phone: str = "13812341234") -> None:
    with station.store.transaction(operator(station)) as tx:
        batch = open_batch.open_batch(tx, carrier="YTO", courier="周师傅", print_mode="never")
        for number in numbers:
            check_in.check_in(tx, waybill=number, batch_id=batch.id, phone=phone, name_hint="张三")


def outcomes(station: TestStation) -> list[desk_scans.ScanOutcome]:
    with station.store.reading() as db:
        return desk_scans.recent(db, 1)


def tones(page: Page) -> None:
    """Keeps the names of the tones that are played from now on."""
    page.evaluate("() => { window.heard = []; document.addEventListener('station:tone', e => heard.push(e.detail)); }")


def test_a_scan_opens_its_person_on_the_page_with_a_tone(page: Page, station: TestStation) -> None:
    in_stock(station, WAYBILL)
    log_in(page)
    tones(page)
    scan(station, WAYBILL)
    expect(page.locator("main")).to_contain_text("138****1234")
    assert page.url.endswith("/find")
    expect(page.locator("#said")).to_contain_text("在库 1 件")
    assert page.evaluate("window.heard") == ["done"]
    page.reload()
    expect(page.locator("main")).to_contain_text("138****1234")


def test_two_quick_scans_are_two_acts_in_their_order(page: Page, station: TestStation) -> None:
    in_stock(station, WAYBILL, "YT8962646785390")
    log_in(page)
    scan(station, WAYBILL)
    scan(station, "YT8962646785390")  # its person is open by then: handed over at once
    eventually(lambda: len(outcomes(station)) == 2)
    assert [outcome.code for outcome in reversed(outcomes(station))] == ["person.opened", "parcel.handed_over"]


def test_a_scan_at_a_desk_without_anybody_is_refused_and_never_done_later(
    page: Page, station: TestStation, server: Server
) -> None:
    in_stock(station, WAYBILL)
    scan(station, WAYBILL)
    eventually(lambda: outcomes(station))
    assert outcomes(station)[0].code == "desk.nobody"
    log_in(page)
    page.wait_for_timeout(500)
    assert [outcome.code for outcome in outcomes(station)] == ["desk.nobody"]


def test_a_scan_does_not_take_away_what_somebody_types(page: Page, station: TestStation) -> None:
    in_stock(station, WAYBILL)
    log_in(page, path="/purchases/new")
    page.locator("[name=item_name]").type("水泵", delay=80)
    scan(station, WAYBILL)
    expect(page.locator("#said")).to_contain_text("在库 1 件")
    assert page.url.endswith("/purchases/new")
    expect(page.locator("[name=item_name]")).to_have_value("水泵")
    page.locator("#said a").click()
    expect(page.locator("main")).to_contain_text("138****1234")


@pytest.mark.lesson(12, 14)
def test_a_keyboard_scanner_goes_to_the_desk_and_not_into_the_field(page: Page, station: TestStation) -> None:
    in_stock(station, WAYBILL)
    log_in(page, path="/purchases/new")
    field = page.locator("[name=item_name]")
    field.type("水泵", delay=80)
    page.wait_for_timeout(120)
    type_as_scanner(page, WAYBILL)
    expect(page.locator("#said")).to_contain_text("在库 1 件")
    expect(field).to_have_value("水泵")
    assert page.url.endswith("/purchases/new"), "its Enter sends no form"


def test_a_keyboard_scanner_without_a_focused_field_leaves_the_search_box_empty(
    page: Page, station: TestStation
) -> None:
    in_stock(station, WAYBILL)
    log_in(page)
    type_as_scanner(page, WAYBILL)
    expect(page.locator("main")).to_contain_text("138****1234")
    expect(page.locator("#search")).to_have_value("")


def test_slow_typing_is_typing(page: Page, station: TestStation) -> None:
    in_stock(station, WAYBILL)
    log_in(page)
    page.keyboard.type("1234", delay=90)
    expect(page.locator("#search")).to_have_value("1234")
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_contain_text("138****1234")
    assert outcomes(station) == []


def test_the_idle_desk_locks_over_the_page_and_the_pin_brings_everything_back(page: Page, station: TestStation) -> None:
    log_in(page, path="/purchases/new")
    page.locator("[name=item_name]").fill("水泵")
    # Nobody has touched anything for longer than the desk waits.
    page.evaluate("localStorage.setItem('active', String(Date.now() - 100 * 86400 * 1000))")
    expect(page.locator("#lock")).to_be_visible()
    eventually(lambda: _is_locked(station))
    page.keyboard.press("Escape")
    expect(page.locator("#lock")).to_be_visible()
    page.locator("#lock [data-pin]").fill("111222")
    page.keyboard.press("Enter")
    expect(page.locator("#lock [data-problem]")).to_contain_text("还可以试 4 次")
    for digit in PEOPLE["李柜员"][1]:
        page.locator(f"#lock [data-digit='{digit}']").click()
    page.locator("#lock button.main").click()
    expect(page.locator("#lock")).to_be_hidden()
    expect(page.locator("[name=item_name]")).to_have_value("水泵")
    assert page.url.endswith("/purchases/new")
    assert not _is_locked(station)


def _is_locked(station: TestStation) -> bool:
    with station.store.reading() as db:
        return db.value("SELECT locked_at FROM staff_sessions ORDER BY id DESC LIMIT 1") is not None


def test_a_desk_locked_elsewhere_locks_its_open_page_and_refuses_scans(page: Page, station: TestStation) -> None:
    in_stock(station, WAYBILL)
    log_in(page)
    with station.store.transaction() as tx:
        sessions.lock(tx, tx.value("SELECT MAX(id) FROM staff_sessions"))
    scan(station, WAYBILL)
    eventually(lambda: outcomes(station))
    assert outcomes(station)[0].code == "desk.locked"
    expect(page.locator("#lock")).to_be_visible()


def test_each_key_on_the_bar_opens_its_page(page: Page) -> None:
    log_in(page)
    bar = [
        (link.get_attribute("data-key"), link.get_attribute("href")) for link in page.locator(".keys [data-key]").all()
    ]
    assert [key for key, _ in bar] == ["F1", "F2", "F3", "F4", "F6", "F7", "F8", "F9", "F10"]
    for key, path in bar:
        expect(page.locator(f".keys [data-key={key}]")).to_contain_text(key)
        page.keyboard.press(key)
        page.wait_for_url(lambda url, path=path: url.endswith(path))


@pytest.mark.lesson(3)
def test_a_double_click_has_one_effect(page: Page, station: TestStation) -> None:
    log_in(page, "王站长", path="/staff")
    page.locator("[name=name]").fill("赵新人")
    page.locator("button.low").dblclick()
    expect(page.locator("[data-secret]")).to_be_visible()
    with station.store.reading() as db:
        assert [person.name for person in staff.staff_list(db)].count("赵新人") == 1


def test_back_and_send_again_has_one_effect(page: Page, station: TestStation) -> None:
    log_in(page, "王站长", path="/staff")
    page.locator("[name=name]").fill("赵新人")
    page.locator("button.low").click()
    pin = page.locator("[data-secret]").inner_text()
    page.go_back()
    page.locator("[name=name]").fill("赵新人")
    page.locator("button.low").click()
    expect(page.locator("[data-secret]")).to_have_text(pin)
    with station.store.reading() as db:
        assert [person.name for person in staff.staff_list(db)].count("赵新人") == 1


def test_the_same_form_in_two_tabs_has_one_effect_each_time_it_is_the_same(page: Page, station: TestStation) -> None:
    log_in(page, "王站长", path="/staff")
    other = page.context.new_page()
    other.goto("/staff")
    for tab in (page, other):
        tab.locator("[name=name]").fill("赵新人")
        tab.locator("button.low").click()
    expect(page.locator("[data-secret]")).to_be_visible()
    expect(other.locator("#said .refused")).to_contain_text("已有一位")
    expect(other.locator("[name=name]")).to_have_value("赵新人")


@pytest.mark.lesson(2)
def test_a_reply_that_is_lost_after_the_commit_is_given_again(page: Page, station: TestStation, server: Server) -> None:
    log_in(page, "王站长", path="/staff")
    form = page.locator("form[action='/staff/add']")
    fields = {name: form.locator(f"[name={name}]").input_value() for name in ("_key", "csrf_token", "role")}
    body = urlencode(fields | {"name": "赵新人"}).encode()
    cookies = "; ".join(f"{cookie['name']}={cookie['value']}" for cookie in page.context.cookies())
    request = (
        f"POST /staff/add HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\nCookie: {cookies}\r\nSec-Fetch-Site: same-origin\r\n"
        f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
    ).encode() + body

    def people() -> list[str]:
        with station.store.reading() as db:
            return [person.name for person in staff.staff_list(db)]

    with socket.create_connection(("127.0.0.1", server.port)) as line:
        line.sendall(request)
        eventually(lambda: "赵新人" in people())  # committed, and the line is cut before a byte of the answer is read
    with socket.create_connection(("127.0.0.1", server.port)) as line:
        line.sendall(request)
        answer = b"".join(iter(lambda: line.recv(65536), b"")).decode()
    assert answer.startswith("HTTP/1.1 303")
    assert people().count("赵新人") == 1
    page.goto(re.search(r"Location: (\S+)", answer)[1])
    expect(page.locator("[data-secret]")).to_be_visible()


def test_eight_tabs_and_twenty_streams_that_vanish_do_not_keep_a_page_waiting(
    page: Page, station: TestStation, server: Server
) -> None:
    in_stock(station, WAYBILL)
    log_in(page)
    tabs = [page, *(page.context.new_page() for _ in range(7))]
    for tab in tabs[1:]:
        tab.goto("/")
        expect(tab.locator("#search")).to_be_visible()
    cookies = "; ".join(f"{cookie['name']}={cookie['value']}" for cookie in page.context.cookies())
    hello = f"GET /events HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\nCookie: {cookies}\r\n\r\n".encode()
    answers = []
    for _ in range(20):
        line = socket.create_connection(("127.0.0.1", server.port))
        line.sendall(hello)
        answers.append(line.recv(64).split(b" ")[1])
        line.close()
    assert b"200" in answers
    assert set(answers) <= {b"200", b"503"}
    assert server.station.hub.open_streams <= MOST_STREAMS
    scan(station, WAYBILL)
    last = tabs[-1]
    expect(last.locator("main")).to_contain_text("138****1234")
    last.locator("main [data-enter]").click()
    expect(last.locator("#said .done")).to_contain_text("已出库")
    eventually(lambda: server.station.hub.open_streams <= 1)


def test_the_seventeenth_stream_is_refused_and_its_page_polls(page: Page, station: TestStation, server: Server) -> None:
    in_stock(station, WAYBILL)
    held = [server.station.hub.open(server.station.hub.mark(), None) for _ in range(MOST_STREAMS)]
    log_in(page)
    page.wait_for_timeout(300)
    scan(station, WAYBILL)
    expect(page.locator("main")).to_contain_text("138****1234")
    for stream in held:
        server.station.hub.leave(stream)


def test_what_another_process_does_shows_on_the_strip(page: Page, station: TestStation) -> None:
    log_in(page)
    expect(page.locator(".cell.day")).to_contain_text("未营业")
    page.wait_for_timeout(1500)  # the stream is open and the thread has looked once
    with station.store.transaction(operator(station)) as tx:
        shifts.ensure_open(tx)
    expect(page.locator(".cell.day")).to_contain_text("今日已营业")


def test_a_page_without_a_strip_bears_what_happens_elsewhere(page: Page, station: TestStation) -> None:
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    log_in(page)
    page.goto("/bills/99")
    expect(page.locator("#strip")).to_have_count(0)
    page.wait_for_timeout(1500)  # the stream is open and the thread has looked once
    with page.expect_response("**/strip") as asked:
        in_stock(station, WAYBILL)
    asked.value.finished()
    page.wait_for_timeout(200)
    assert faults == []


def test_a_station_that_is_away_is_said_and_its_return_too(browser: Browser, station: TestStation) -> None:
    first = Server(station.store, station.runtime)
    first.start()
    context = open_context(browser, first.url)
    page = context.new_page()
    log_in(page)
    eventually(lambda: first.station.hub.open_streams)
    first.stop()
    expect(page.locator("#away")).to_be_visible(timeout=20_000)
    with Server(station.store, station.runtime, first.port):
        expect(page.locator("#away")).to_be_hidden(timeout=20_000)
        in_stock(station, WAYBILL)
        scan(station, WAYBILL)
        expect(page.locator("main")).to_contain_text("138****1234")
        context.close()


def test_five_tones_differ(page: Page) -> None:
    log_in(page)
    assert page.evaluate(
        """async () => {
          const found = new Set();
          const real = AudioContext.prototype.createOscillator;
          for (const name of ["done", "attention", "refused", "already", "trouble"]) {
            const notes = [];
            AudioContext.prototype.createOscillator = function () {
              const tone = real.call(this), start = tone.start.bind(tone);
              tone.start = (at) => { notes.push([tone.type, tone.frequency.value]); start(at); };
              return tone;
            };
            window.playTone(name);
            found.add(JSON.stringify(notes));
          }
          AudioContext.prototype.createOscillator = real;
          return found.size;
        }"""
    ) == 5  # fmt: skip


def test_pages_work_without_script(browser: Browser, server: Server, station: TestStation) -> None:
    in_stock(station, WAYBILL)
    context = browser.new_context(base_url=server.url, java_script_enabled=False)
    found = context.new_page()
    log_in(found)
    found.locator("#search").fill("1234")
    found.locator("#search").press("Enter")
    expect(found.locator("main")).to_contain_text("138****1234")
    found.locator("main [data-enter]").click()
    expect(found.locator("#said")).to_contain_text("已出库")
    context.close()
