"""The guide of a first day and the command cards: every step passes, with and without devices."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pypdfium2
import pytest
import zxingcpp
from flask.testing import FlaskClient

from kiosk.check import problems
from kiosk.counter.commands import COMMANDS
from tests.web.browser import TestStation, make_station
from tests.web.counter import said, value
from tests.web.forms import log_in, send
from web import create_app
from web.views.guide import STEPS

DEVICES = """
[[devices]]
name = "小票机"
kind = "printer"
driver = "simulated"

[[devices]]
name = "扫码枪"
kind = "scanner"
driver = "simulated"
"""


@pytest.fixture
def station(tmp_path: Path) -> Iterator[TestStation]:
    found = make_station(tmp_path, DEVICES)
    yield found
    assert list(problems(found.store)) == []
    found.close()


@pytest.fixture
def client(station: TestStation) -> FlaskClient:
    found = create_app(station.store, station.runtime).test_client()
    log_in(found, station)
    return found


def codes(pdf: bytes) -> list[str]:
    return [
        code.text
        for page in pypdfium2.PdfDocument(pdf)
        for code in zxingcpp.read_barcodes(page.render(scale=3).to_pil().convert("L"))
    ]


def test_each_step_can_be_skipped_to_the_next_and_gone_back_to(client):
    keys = list(STEPS)
    assert "开站引导" in client.get("/guide").text
    for before, key, after in zip([None, *keys], keys, [*keys[1:], None], strict=False):
        page = client.get(f"/guide/{key}").text
        assert after is None or f"/guide/{after}" in page
        assert before is None or f"/guide/{before}" in page
    assert client.get("/guide/else").status_code == 404


def test_last_step_opens_the_counter_and_says_so_once(client, station):
    assert value(station, "SELECT COUNT(*) FROM business_days") == 0
    assert "今天开始营业了" in said(client, send(client, "/guide/open", "/guide/open"))
    assert "今天已经营业" in client.get("/guide/open").text
    assert value(station, "SELECT COUNT(*) FROM business_days") == 1


def test_scan_step_shows_the_bytes_that_came(client, station):
    scanner = next(device for device in station.store.settings.devices if device.kind == "scanner")
    page = client.get("/guide/scan").text
    assert "还没有收到" in page and "<svg" in page
    station.runtime.put_trace(scanner.name, "command", "~CMD:test", 9)
    assert "7E 43 4D 44 3A 74 65 73 74" in client.get("/guide/scan").text


def test_answers_about_the_printer_become_what_to_set(client):
    page = client.get("/guide/print?cutter=yes&drawer=no&wide=yes&hanzi=no").text
    for line in ("has_cutter = true", "drawer_pin = 0", "80mm-gb", "text_mode"):
        assert line in page


def test_sheet_for_the_scanner_bears_the_test_and_the_setting(client):
    assert set(codes(client.get("/guide/scanner.pdf").data)) == {"~CMD:test", "VSUFCR."}


def test_every_command_stands_on_the_mat_and_is_read_from_it(client):
    found = codes(client.get("/command-card.pdf").data)
    assert set(found) == {f"~CMD:{command}" for command in COMMANDS if command != "test"}
    assert len(found) == len(set(found))


def test_cards_are_printed_on_receipt_paper_and_the_page_shows_what_each_desk_does(client, station):
    page = client.get("/command-card").text
    assert "撤销上一件" in page and "待命" in page
    assert "指令卡已送去打印" in said(client, send(client, "/command-card", "/command-card/print"))
    assert value(station, "SELECT COUNT(*) FROM slips WHERE template = 'command_card'") == 1
