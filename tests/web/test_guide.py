"""The guide of a first day and the command cards: every step passes, with and without devices."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pypdfium2
import pytest
import zxingcpp
from flask.testing import FlaskClient

from kiosk.check import problems
from kiosk.counter.commands import COMMANDS
from kiosk.people import staff
from kiosk.printing.printer_page import QUESTIONS
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


@pytest.mark.lesson(16)
def test_scan_step_shows_the_bytes_that_came(client, station):
    scanner = next(device for device in station.store.settings.devices if device.kind == "scanner")
    page = client.get("/guide/scan").text
    assert "还没有收到" in page and "<svg" in page
    for ending, bytes_shown, words in (
        ("idle", "74 65 73 74<", "后面没有回车"), ("cr", "74 65 73 74 0D<", "后面有回车，很好"), ("etx", "74 03<", "后面有结束符"),
    ):  # fmt: skip
        station.runtime.put_trace(scanner.name, "command", "~CMD:test", 9, ending)
        page = client.get("/guide/scan").text
        assert "7E 43 4D 44 3A 74 65 73 74" in page
        assert bytes_shown in page and words in page


def answers(*wrong: str, **looks: str) -> dict[str, str]:
    told = {key: "no" if key in wrong else "yes" for key, _question in QUESTIONS}
    return told | {"width": "58", "cutter": "no", "drawer": "0"} | looks


def fitted(station) -> dict:
    return json.loads(value(station, "SELECT options FROM printer_settings ORDER BY id DESC LIMIT 1") or "{}")


def test_answers_about_the_printer_are_kept_and_shown(client, station):
    test, fit = "/devices/小票机/test", "/devices/小票机/fit"
    assert "安装时的设置" in client.get("/guide/print").text
    page = said(client, send(client, test, fit, **answers("hanzi", "ruler", width="80", cutter="yes", drawer="2")))
    assert "改好了" in page and "请再打一张测试页" in page
    assert "画成图打" in page and "48 列" in page and "接了钱箱（2 号脚）" in page and "李柜员 按测试页改过" in page
    assert fitted(station) == {
        "columns": 48, "width_dots": 576, "has_cutter": True, "drawer_pin": 2, "text_mode": "raster",
    }  # fmt: skip
    assert "按测试页改过" in client.get("/guide/print").text
    assert "测试页已排队打印" in said(client, send(client, test, test))
    assert value(station, "SELECT json_extract(facts, '$.columns') FROM slips") == 48, "the test page is of this width"
    again = said(client, send(client, test, fit, **answers("hanzi", width="80", cutter="yes", drawer="2")))
    assert "能改的都已经改过了" in again
    assert "这台打印机可以用了" in said(
        client, send(client, test, fit, **answers(width="80", cutter="yes", drawer="2"))
    )
    assert "恢复成安装时的设置了" in said(client, send(client, test, "/devices/小票机/unfit"))
    assert fitted(station) == {}


def test_answers_that_do_not_do_are_explained_and_stay_on_the_page(client, station):
    test, fit = "/devices/小票机/test", "/devices/小票机/fit"
    missing = answers()
    del missing["codes"]
    for asked, words in (
        (answers("ruler"), "请改选另一种纸宽"),
        (missing, "六问都要答是或否"),
        (answers(width="57"), "请选纸宽"),
        (answers(drawer="x"), "请选纸宽"),
    ):
        answer = send(client, test, fit, **asked)
        assert answer.status_code == 422 and words in answer.text
    assert 'name="hanzi" value="yes" required checked' in answer.text
    assert value(station, "SELECT COUNT(*) FROM printer_settings") == 0
    for name in ("扫码枪", "没有"):
        assert client.get(f"/devices/{name}/test").status_code == 404


def test_two_desks_on_one_printer_and_none_at_all(tmp_path):
    two = make_station(tmp_path / "two", '[counter]\ndesks = ["一号", "二号"]\n' + DEVICES)
    none = make_station(tmp_path / "none")
    for found, words in ((two, "一号、二号"), (none, "没有接打印机")):
        at = create_app(found.store, found.runtime).test_client()
        log_in(at, found)
        assert words in at.get("/guide/print").text
        assert "还没有配置扫码枪" in at.get("/guide/scan").text or found is two
        assert "今天开始营业了" in said(at, send(at, "/guide/open", "/guide/open"))
        found.close()


def test_first_log_in_of_a_fresh_station_leads_into_the_guide_until_it_is_put_off(tmp_path):
    fresh = make_station(tmp_path, people=False)
    with fresh.store.transaction() as tx:
        fresh.staff_ids["王站长"], _code = staff.create_first_manager(tx, "王站长", "482913")
        fresh.staff_ids["李柜员"], _pin = staff.add_staff(tx, "李柜员", "operator", "735194")

    def leads(name: str = "王站长", **more: str) -> str:
        at = create_app(fresh.store, fresh.runtime).test_client()
        return log_in(at, fresh, name, **more).headers["Location"]

    assert leads() == "/guide"
    assert leads("李柜员") == "/", "setting up is the manager's"
    assert leads(next="/parcels") == "/parcels", "whoever wanted something gets there"
    at = create_app(fresh.store, fresh.runtime).test_client()
    log_in(at, fresh, "王站长")
    assert "以后再说" in at.get("/guide").text
    assert "引导先放一放" in said(at, send(at, "/guide", "/guide/later"))
    assert leads() == "/"
    assert "以后再说" not in at.get("/guide").text, "it does not call any more"
    assert list(problems(fresh.store)) == []
    fresh.close()


def test_counter_that_was_opened_calls_for_no_guide(tmp_path):
    fresh = make_station(tmp_path, people=False)
    with fresh.store.transaction() as tx:
        fresh.staff_ids["王站长"], _code = staff.create_first_manager(tx, "王站长", "482913")
    at = create_app(fresh.store, fresh.runtime).test_client()
    assert log_in(at, fresh, "王站长").headers["Location"] == "/guide"
    send(at, "/guide/open", "/guide/open")
    assert log_in(create_app(fresh.store, fresh.runtime).test_client(), fresh, "王站长").headers["Location"] == "/"
    fresh.close()


def test_sheet_for_the_scanner_bears_the_test_and_the_setting(client):
    assert set(codes(client.get("/guide/scanner.pdf").data)) == {"~CMD:test", "VSUFCR."}


def test_sheet_for_the_scanner_comes_on_receipt_paper_where_there_is_a_printer(client, station, tmp_path):
    assert "已送去打印" in said(client, send(client, "/guide/scan", "/guide/scanner-slip"))
    assert value(station, "SELECT template FROM slips") == "scanner_card"
    none = make_station(tmp_path / "none")
    at = create_app(none.store, none.runtime).test_client()
    log_in(at, none)
    assert "scanner-slip" not in at.get("/guide/scan").text
    answer = send(at, "/command-card", "/guide/scanner-slip")  # a page that was open before the printer went
    assert answer.status_code == 422 and "没有小票打印机" in answer.text
    none.close()


def test_every_command_stands_on_the_mat_and_is_read_from_it(client):
    mat = client.get("/command-card.pdf").data
    assert len(pypdfium2.PdfDocument(mat)) == 1, "one mat, one sheet"
    found = codes(mat)
    assert set(found) == {f"~CMD:{command}" for command in COMMANDS if command != "test"}
    assert len(found) == len(set(found))


def test_cards_are_printed_on_receipt_paper_and_the_page_shows_what_each_desk_does(client, station):
    page = client.get("/command-card").text
    assert "撤销上一件" in page and "待命" in page
    assert "指令卡已送去打印" in said(client, send(client, "/command-card", "/command-card/print"))
    assert value(station, "SELECT COUNT(*) FROM slips WHERE template = 'command_card'") == 1
