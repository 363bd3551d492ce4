"""The pages of convenience services are made from data: a service that a county adds goes its whole way without code."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from kiosk.conveniences import check, services
from kiosk.till import check as till_check
from tests.services.convenience_bench import PAGES, in_days, train
from tests.services.test_conveniences_data import OWN
from tests.web.browser import TestStation
from tests.web.counter import make_counter, said, value
from tests.web.forms import log_in, send
from web import create_app

TRAIN = {f"f_{code}": text for code, text in train()["values"].items()}
CLINIC = {
    "f_hospital": "县医院", "f_department": "眼科", "f_visit_on": in_days(1), "f_half_day": "上午", "f_patient": "欧阳",
}  # fmt: skip


@pytest.fixture
def station(tmp_path: Path) -> Iterator[TestStation]:
    found = make_counter(tmp_path)
    yield found
    with found.store.reading() as db:
        wrong = [str(problem) for room in (check, till_check) for problem in room.problems(db)]
    assert wrong == []
    found.close()


@pytest.fixture
def client(station: TestStation) -> FlaskClient:
    found = create_app(station.store, station.runtime).test_client()
    log_in(found, station, "王站长")
    return found


def recorded(client: FlaskClient, code: str = "train", **fields: str):
    place = f"/conveniences/new/{code}"
    return send(client, place, place, **fields)


def settled(client: FlaskClient, station: TestStation, given: str) -> str:
    ticket = value(station, "SELECT MAX(id) FROM tickets")
    said(client, send(client, "/ticket", f"/tickets/{ticket}/settle", given=given))
    return f"/conveniences/{value(station, 'SELECT MAX(id) FROM conveniences')}"


def test_every_offered_service_has_its_page_and_small_cash_has_none(client):
    text = client.get("/conveniences").text
    for code in ("train", "flight", "hotel", "clinic", "loan", "insurance", "job", "tourism", "print", "info"):
        assert f"/conveniences/new/{code}" in text
        assert client.get(f"/conveniences/new/{code}").status_code == 200
    assert "/conveniences/new/withdrawal" not in text
    answer = client.get("/conveniences/new/withdrawal")
    assert answer.status_code == 422 and "合作协议" in answer.text
    assert client.get("/conveniences/new/moon").status_code in (404, 422)


def test_ticket_is_recorded_paid_bought_and_its_slip_printed(client, station):
    page = said(client, recorded(client, **TRAIN))
    assert "￥1308.00" in page and "便民 火车票汽车票" in page
    case = settled(client, station, "1308")
    text = client.get("/conveniences").text
    assert "去办" in text and in_days(3) in text and "长沙 北京 G80" in text and "张建国" not in text
    assert send(client, case, f"{case}/done", paid_from="wechat").status_code == 422
    page = said(client, send(client, case, f"{case}/done", f_order_no="E123", paid_from="wechat"))
    assert "E123" in page and "已办成" in page
    said(client, send(client, case, f"{case}/print"))
    assert value(station, "SELECT COUNT(*) FROM slips WHERE template = 'convenience_slip'") == 1
    assert case in client.get("/conveniences?state=done").text
    assert "没有还没办完的" in client.get("/conveniences").text


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"f_departs_on": in_days(-1)}, "已经过去了"),
        ({"f_passenger": ""}, "请填"),
        ({"f_passenger": "11010519491231002X"}, "身份证"),
        ({"f_train_no": "G80" * 5}, "最多"),
        ({"f_seat": "驾驶座"}, "列表"),
        ({"f_price": "一百"}, "看不懂"),
        ({"f_phone": "12"}, "手机号"),
    ],
)
def test_wrong_field_is_said_and_everything_typed_is_kept(client, station, changed, words):
    answer = recorded(client, **(TRAIN | changed))
    assert answer.status_code == 422 and words in answer.text
    assert 'value="长沙"' in answer.text
    assert value(station, "SELECT COUNT(*) FROM conveniences") == 0


def test_clinic_wants_consent_of_its_own(client, station):
    answer = recorded(client, "clinic", **CLINIC)
    assert answer.status_code == 422 and "单独同意" in answer.text
    said(client, recorded(client, "clinic", consent="1", **CLINIC))
    case = settled(client, station, "0")
    assert "已取得" in client.get(case).text


def test_what_failed_is_given_back_and_a_free_one_may_be_dropped(client, station):
    said(client, recorded(client, **TRAIN))
    case = settled(client, station, "1308")
    assert send(client, case, f"{case}/drop").status_code == 422
    said(client, send(client, case, f"{case}/fail", reason="sold_out"))
    said(client, send(client, case, f"{case}/refund", reason="not_available"))
    settled(client, station, "0")
    assert value(station, "SELECT state FROM conveniences") == "refunded"
    said(client, recorded(client, "clinic", consent="1", **CLINIC))
    free = settled(client, station, "0")
    assert "没有收过钱" in said(client, send(client, free, f"{free}/drop"))


def test_pages_printed_are_done_at_once(client, station):
    said(client, recorded(client, "print", **{f"f_{code}": text for code, text in PAGES["values"].items()}))
    case = settled(client, station, "7")
    assert "已办成" in client.get(case).text


def test_full_content_is_shown_once_and_not_to_an_inspector(client, station):
    said(client, recorded(client, **TRAIN))
    case = settled(client, station, "1308")
    assert "13812345678" not in client.get(case).text
    answer = send(client, case, f"{case}/unmask")
    assert "13812345678" in answer.text and "张建国" in answer.text and answer.headers["Cache-Control"] == "no-store"
    inspector = client.application.test_client()
    log_in(inspector, station, "周检查")
    assert "看完整内容" not in inspector.get(case).text
    assert "/conveniences/new/train" not in inspector.get("/conveniences").text
    assert inspector.get("/conveniences/new/train").status_code == 403


@pytest.mark.obligation("NORM-20", place="/conveniences", reads="a service that the county has added by its own data")
def test_county_adds_a_service_and_it_goes_its_whole_way_on_the_pages(client, station):
    (station.state / services.FILE).write_text(OWN, "utf-8")
    assert "社保代办" in client.get("/conveniences").text
    page = client.get("/conveniences/new/social_insurance").text
    for label in ("年度", "参保人姓名", "金额"):
        assert label in page
    assert "回单号" not in page, "asked with the result"
    wrong = recorded(client, "social_insurance", f_year="2026", f_person="张三", f_amount="1000.01")
    assert wrong.status_code == 422 and "1000.00" in wrong.text
    said(client, recorded(client, "social_insurance", f_year="2026", f_person="张三", f_amount="400"))
    case = settled(client, station, "400")
    said(client, send(client, case, f"{case}/done", f_receipt_no="H7", paid_from="owner"))
    assert "H7" in client.get(case).text
    assert value(station, "SELECT SUM(amount_fen) FROM postings WHERE account = 'held_for_services'") == 0


def test_case_that_is_not_there_is_said(client):
    assert client.get("/conveniences/99").status_code == 404


def test_mistake_in_the_countys_own_data_is_named_on_the_page(client, station):
    (station.state / services.FILE).write_text(OWN.replace('type = "choice"', 'type = "list"'), "utf-8")
    answer = client.get("/conveniences")
    assert answer.status_code == 500
    assert services.FILE in answer.text and "services[1].fields[1].type" in answer.text
