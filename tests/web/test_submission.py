"""The page 上报: what it says of each message, what a person does about one, and what a refusal leaves."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import pypdfium2
import pytest
import zxingcpp
from flask.testing import FlaskClient

from kiosk import outbox, shifts
from kiosk.check import problems
from kiosk.counter.close_day import close_day
from kiosk.devices import LampState
from kiosk.outbox import enrolment
from kiosk.reports import qr_parts
from tests.web.browser import TestStation, make_station
from tests.web.counter import MANAGER, said
from tests.web.forms import log_in, send
from web import create_app


@pytest.fixture
def station(tmp_path: Path) -> Iterator[TestStation]:
    found = make_station(tmp_path, '[county]\naddress = "https://county.example/"\n')
    yield found
    found.close()


@pytest.fixture
def client(station: TestStation) -> FlaskClient:
    found = create_app(station.store, station.runtime).test_client()
    log_in(found, station, "王站长")
    return found


def close(station: TestStation) -> int:
    with station.store.transaction(MANAGER) as tx:
        shifts.ensure_open(tx)
    with station.store.transaction(MANAGER) as tx:
        return close_day(tx, pieces={}, reason="unexplained").message_id


def refuse(station: TestStation, message_id: int, code: str = "report.incomplete", highest: int | None = None) -> None:
    with station.store.transaction(MANAGER) as tx:
        outbox.refuse(tx, message_id, "没有收下", code=code, highest_sequence=highest)


def message(station: TestStation, message_id: int) -> outbox.Message:
    with station.store.reading() as db:
        found = outbox.find(db, message_id)
        assert found is not None
        return found


def test_empty_station_says_so_and_a_stranger_message_is_not_there(client: FlaskClient) -> None:
    assert "还没有上报" in client.get("/submission").text
    assert client.get("/submission/99").status_code == 404


def test_list_says_state_number_reason_lamp_and_clock(client: FlaskClient, station: TestStation) -> None:
    ids = [close(station) for _ in range(3)]
    refuse(station, ids[0])
    with station.store.transaction(MANAGER) as tx:
        outbox.hand_over(tx, ids[1], "folder", "a.jws", 3)
    station.runtime.beat("sync")
    station.runtime.set_lamp(
        "county", "county", LampState.PROBLEM, "county_unreachable", process="sync", clock_seconds=3660
    )
    text = client.get("/submission").text
    for words in (
        "被退回",
        "没有收下",
        "已交出，等回执",
        "等待上报",
        "有问题",
        "连不上县中心",
        "县中心快 61 分钟",
        "请核对本机时间",
    ):
        assert words in text
    refused = client.get("/submission?state=refused").text
    assert "没有收下" in refused and "已交出，等回执</span>" not in refused


def test_number_typed_wrong_is_refused_with_what_was_typed_and_taken_back(
    client: FlaskClient, station: TestStation
) -> None:
    sent = close(station)
    place = f"/submission/{sent}"
    again = send(client, place, f"{place}/number", number="回执 七")
    assert again.status_code == 422 and "回执 七" in again.text and "没有登记" in again.text
    assert "回执号 C-7 已登记" in said(client, send(client, place, f"{place}/number", number=" c-7 "))
    assert message(station, sent).acknowledgement_no == "C-7"
    assert "人工登记" in client.get(place).text
    assert "C-7" in client.get("/reports").text
    send(client, place, f"{place}/withdraw")
    assert message(station, sent).state == "waiting" and "已收回" in client.get(place).text
    with station.store.reading():
        assert list(problems(station.store)) == []


def test_refused_message_is_sent_again_anew_or_replaced(client: FlaskClient, station: TestStation) -> None:
    first, second = close(station), close(station)
    refuse(station, first)
    refuse(station, second)
    send(client, f"/submission/{first}", f"/submission/{first}/again")
    assert message(station, first).state == "waiting"
    send(client, f"/submission/{second}", f"/submission/{second}/anew")
    page = client.get(f"/submission/{second}").text
    assert "已由新的代替" in page and "序号 3" in page
    assert send(client, f"/submission/{first}", f"/submission/{second}/anew").status_code == 422


def test_station_restored_from_a_back_up_goes_on(client: FlaskClient, station: TestStation) -> None:
    assert send(client, "/submission", "/submission/restored").status_code == 422
    sent = close(station)
    refuse(station, sent, "report.station_restored", 40)
    assert "从序号 41 接着报" in client.get("/submission").text
    send(client, "/submission", "/submission/restored")
    with station.store.reading() as db:
        assert outbox.messages(db)[0].sequence == 41
        assert outbox.summary(db).refused == 0


@pytest.mark.obligation(
    "LY-23", "TC-19", place="/submission", reads="each report with the county's number, or why it was refused"
)
def test_codes_on_page_slip_and_a4_are_the_envelope(client: FlaskClient, station: TestStation) -> None:
    sent = close(station)
    text = client.get(f"/submission/{sent}").text
    parts = qr_parts.parts_of(message(station, sent).envelope)
    assert text.count("slip-qr") == len(parts)
    answer = client.get(f"/submission/{sent}/codes.pdf")
    assert answer.mimetype == "application/pdf"
    page = pypdfium2.PdfDocument(io.BytesIO(answer.data))[0]
    found = [code.text for code in zxingcpp.read_barcodes(page.render(scale=3).to_pil())]
    assert qr_parts.join(found) == message(station, sent).envelope
    send(client, f"/submission/{sent}", f"/submission/{sent}/print")
    with station.store.reading() as db:
        assert db.value("SELECT COUNT(*) FROM slips WHERE template = 'submission_codes'") == 1, "one paper a message"


def test_code_of_the_county_is_asked_with_and_a_newer_one_takes_its_place(
    client: FlaskClient, station: TestStation
) -> None:
    wrong = send(client, "/submission", "/submission/enrol", code="ACDE 346")
    assert wrong.status_code == 422 and "ACDE 346" in wrong.text
    for code in ("acde-3467", "ＡＣＤＥ３４６９"):
        send(client, "/submission", "/submission/enrol", code=code)
    with station.store.reading() as db:
        asked = enrolment.asked(db)
        assert asked is not None and asked.code == "ACDE3469"
        assert db.value("SELECT COUNT(*) FROM enrolments WHERE state = 'replaced'") == 1
    assert "正在送去县中心" in client.get("/submission").text
    assert [c.command for c in station.runtime.take_commands("county")] == ["retry"] * 2


def test_key_is_changed_only_on_purpose(client: FlaskClient, station: TestStation) -> None:
    assert send(client, "/submission", "/submission/key").status_code == 422
    send(client, "/submission", "/submission/key", sure="on")
    with station.store.reading() as db:
        assert [m.topic for m in outbox.messages(db)] == ["key.rotated"]
    assert "换过密钥" in client.get("/submission").text


def test_operator_types_numbers_but_neither_releases_nor_enrols(client: FlaskClient, station: TestStation) -> None:
    sent = close(station)
    refuse(station, sent)
    other = create_app(station.store, station.runtime).test_client()
    log_in(other, station)
    page = other.get(f"/submission/{sent}").text
    assert "登记回执号" in page and "重新上报</button>" not in page
    for path in (f"/submission/{sent}/again", "/submission/enrol", "/submission/key", "/submission/restored"):
        assert send(other, f"/submission/{sent}", path).status_code == 403
