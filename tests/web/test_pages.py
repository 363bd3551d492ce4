"""The pages about the station itself: home, devices, prints, fees, records, people."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from kiosk import fees
from kiosk.devices import Fault
from kiosk.people import staff
from kiosk.printing import jobs, printer_page, slips
from kiosk.printing.profile import PROFILES
from kiosk.storage import Actor
from tests.web.browser import TestStation, make_station
from tests.web.forms import log_in, send
from web import create_app

DEVICES = """
[[devices]]
name = "扫码枪"
kind = "scanner"
driver = "simulated"
desk = "柜台"
[[devices]]
name = "小票机"
kind = "printer"
driver = "simulated"
desk = "柜台"
"""


@pytest.fixture
def station(tmp_path: Path) -> Iterator[TestStation]:
    found = make_station(tmp_path, DEVICES)
    found.runtime.beat("devices")
    yield found
    found.close()


@pytest.fixture
def client(station: TestStation) -> FlaskClient:
    found = create_app(station.store, station.runtime).test_client()
    log_in(found, station, "王站长")
    return found


def _job(station: TestStation) -> int:
    with station.store.transaction(Actor("staff", 1, "manager", "王站长", 1)) as tx:
        facts = printer_page.facts(PROFILES["58mm-gb"], "小票机", "2026-11-22 08:24")
        return jobs.queue(tx, slips.freeze(tx, printer_page.TEMPLATE, facts, {}, "device", 1), "小票机")


def _state(station: TestStation, job_id: int) -> str:
    with station.store.reading() as db:
        return jobs.find(db, job_id).state.value


def test_a_lamp_that_is_not_ok_says_what_to_do(client: FlaskClient, station: TestStation) -> None:
    station.runtime.set_lamp("小票机", "paper", "problem", "paper_end")
    text = client.get("/devices").text
    assert "打印纸用完了" in text
    assert "换上新纸" in text
    strip = client.get("/strip").text
    assert "▲" in strip
    assert "缺纸" in strip


def test_a_lamp_that_nobody_set_is_unknown_and_a_kind_without_a_device_absent(
    client: FlaskClient, station: TestStation, tmp_path: Path
) -> None:
    assert "不明" in client.get("/strip").text
    bare = make_station(tmp_path / "bare")
    other = create_app(bare.store, bare.runtime).test_client()
    log_in(other, bare)
    assert "未接" in other.get("/strip").text
    assert "不明" not in other.get("/strip").text
    bare.close()


def test_a_fault_button_tells_the_simulated_device(client: FlaskClient, station: TestStation) -> None:
    station.runtime.announce("小票机", "127.0.0.1:9100", kind="printer", faults=[Fault.PAPER_OUT])
    assert "纸用完" in client.get("/devices").text
    send(client, "/more", "/devices/小票机/command", command="paper_out")
    assert [command.command for command in station.runtime.take_commands("小票机")] == [Fault.PAPER_OUT]
    assert send(client, "/more", "/devices/小票机/command", command="rm -rf").status_code == 404
    assert send(client, "/more", "/devices/没有/command", command="retry").status_code == 404


def test_typing_a_code_where_no_simulated_scanner_runs_is_said(client: FlaskClient) -> None:
    answer = send(client, "/more", "/devices/扫码枪/type", code="YT8962646785389")
    assert answer.status_code == 503
    assert "没有正在运行的模拟扫码枪" in answer.text


def test_the_test_page_is_printed_once_and_a_no_settles_it(client: FlaskClient, station: TestStation) -> None:
    assert send(client, "/devices/小票机/test", "/devices/小票机/test").status_code == 303
    with station.store.reading() as db:
        assert [job.printer for job in jobs.tray(db)] == ["小票机"]
    looks = {"width": "80", "cutter": "yes", "drawer": "2"}
    answers = looks | {key: "yes" for key, _ in printer_page.QUESTIONS}
    place = "/devices/小票机/test"
    assert "用打印机里的字，打得快" in client.get(place).text
    assert send(client, place, "/devices/小票机/fit", **answers | {"hanzi": "no"}).status_code == 303
    assert "画成图打" in client.get(place).text


def test_a_job_in_doubt_is_asked_and_both_answers_work(client: FlaskClient, station: TestStation) -> None:
    job_id = _job(station)
    with station.store.transaction() as tx:
        jobs.finish(tx, job_id, "unknown", "interrupted")
    text = client.get("/prints").text
    assert "出纸了吗" in text
    assert "设备程序在打印这张单子时中断" in text
    assert "1 张单子不知道出没出纸" in client.get("/").text
    send(client, "/prints", f"/prints/{job_id}/answer", came_out="no")
    assert _state(station, job_id) == "waiting"
    with station.store.transaction() as tx:
        jobs.finish(tx, job_id, "unknown", "interrupted")
    send(client, "/prints", f"/prints/{job_id}/answer", came_out="yes")
    assert _state(station, job_id) == "confirmed"
    again = send(client, "/staff", f"/prints/{job_id}/answer", came_out="yes")
    assert again.status_code == 422
    assert "已经有了结果" in again.text


def test_a_waiting_job_is_cancelled_unless_it_is_under_way(client: FlaskClient, station: TestStation) -> None:
    job_id = _job(station)
    station.runtime.job_begun(job_id, "小票机")
    assert "来不及取消" in send(client, "/staff", f"/prints/{job_id}/cancel").text
    station.runtime.job_over(job_id)
    send(client, "/prints", f"/prints/{job_id}/cancel")
    assert _state(station, job_id) == "cancelled"


def test_a_slip_is_shown_as_it_reads_and_reprinted_with_its_mark(client: FlaskClient, station: TestStation) -> None:
    job_id = _job(station)
    with station.store.transaction() as tx:
        jobs.finish(tx, job_id, "confirmed")
        slip_id = jobs.find(tx, job_id).slip_id
    assert "打印机测试页" in client.get(f"/prints/slips/{slip_id}").text
    send(client, f"/prints/slips/{slip_id}", f"/prints/slips/{slip_id}/reprint")
    assert "补打 1" in client.get(f"/prints/slips/{slip_id}").text
    assert client.get("/prints/slips/999").status_code == 404


def test_the_fee_list_says_what_is_in_force_and_keeps_the_old_ones(client: FlaskClient, station: TestStation) -> None:
    assert "还没有公示价目表" in client.get("/fees").text
    document = {
        "effective_on": "2026-01-01", "basis": "村务会议", "approver": "村委会",
        "items": [{"code": "bill.service", "name_zh": "代缴费用", "service": "bill", "unit": "笔", "rule": "fixed_per_unit",
                   "amount": "1.00"}],
    }  # fmt: skip
    for effective_on in ("2026-01-01", "2026-02-01", "2999-01-01"):
        with station.store.transaction(Actor("staff", 1, "manager")) as tx:
            fees.publish(tx, document | {"effective_on": effective_on})
    text = client.get("/fees").text
    assert "第 2 版" in text
    assert "正在执行" in text
    assert "￥1.00" in text
    assert "已被新版代替" in client.get("/fees/1").text
    assert "还没到执行日期" in client.get("/fees/3").text
    assert client.get("/fees/4").status_code == 404


def test_records_are_sentences_by_name_and_can_be_narrowed(client: FlaskClient, station: TestStation) -> None:
    assert "人员 王站长 登录" in client.get("/audit").text
    assert "角色 柜员" in client.get("/audit?room=staff").text
    assert "没有符合的记录" in client.get("/audit?room=parcel").text
    mine = f"staff-{station.staff_ids['李柜员']}"
    assert "没有符合的记录" in client.get(f"/audit?who={mine}").text
    for _ in range(60):
        with station.store.transaction(Actor("staff", 1, "manager")) as tx:
            staff.reset_pin(tx, station.staff_ids["李柜员"], "735194")
    log_in(client, station, "王站长")
    first = client.get("/audit").text
    assert "更早的" in first
    assert client.get("/audit?room=';--&who=x-y&before=abc").status_code == 200


def test_the_last_manager_cannot_be_sent_away_or_made_less(client: FlaskClient, station: TestStation) -> None:
    mine = station.staff_ids["王站长"]
    answer = send(client, "/staff", f"/staff/{mine}/role", role="operator")
    assert answer.status_code == 422
    assert "最后一位站长" in answer.text
    assert send(client, "/staff", f"/staff/{mine}/leave").status_code == 422
    assert send(client, "/staff", f"/staff/{mine}/pin").status_code == 422


def test_a_person_who_left_is_gone_from_the_door(client: FlaskClient, station: TestStation) -> None:
    send(client, "/staff", f"/staff/{station.staff_ids['李柜员']}/leave")
    assert "李柜员" not in client.get("/staff").text.split("</table>")[0]
    other = create_app(station.store, station.runtime).test_client()
    assert "李柜员" not in other.get("/log-in").text


_CUT_PARAGRAPH = re.compile(r"<p\b[^>]*>(?:(?!</p>).)*?<(?:form|div|dl|ul|ol|table|details|section)\b", re.DOTALL)
_TEMPLATES = Path(__file__).resolve().parents[2] / "web" / "templates"


@pytest.mark.parametrize("folder", [_TEMPLATES, _TEMPLATES.parents[1] / "sync" / "centre" / "templates"])
def test_no_paragraph_holds_what_ends_it_in_a_browser(folder: Path) -> None:
    """A form in a paragraph closes it: its button then stands outside its row, as a column of the page's head."""
    templates = sorted(folder.rglob("*.html"))
    assert templates
    assert [
        f"{one.name}: {found[0][:80]}" for one in templates for found in _CUT_PARAGRAPH.finditer(one.read_text("utf-8"))
    ] == []
