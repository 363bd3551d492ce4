"""The pages of consent: colour at intake in shape and word, noted and withdrawn, the courier's list and its A4."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from kiosk.check import problems
from tests.services.parcel_bench import YTO, ZTO
from tests.web.browser import TestStation, make_station
from tests.web.counter import make_counter, said, value
from tests.web.forms import log_in, send
from tests.web.test_manifests import text_of
from web import create_app

FULL = "13812341234"


@pytest.fixture
def station(tmp_path: Path) -> Iterator[TestStation]:
    found = make_counter(tmp_path)
    yield found
    assert list(problems(found.store)) == []
    found.close()


@pytest.fixture
def client(station: TestStation) -> FlaskClient:
    found = create_app(station.store, station.runtime).test_client()
    log_in(found, station, "王站长")
    said(found, send(found, "/intake", "/intake/begin", carrier="YTO", courier="周师傅"))
    return found


def test_intake_shows_shape_and_word_and_how_many_have_not_agreed(client):
    page = said(client, send(client, "/intake", "/intake/parcels", waybill_no=YTO, phone=FULL))
    assert "■</span> 未同意" in page
    assert "未同意 1" in page
    page = said(client, send(client, "/intake", "/intake/parcels", waybill_no=ZTO, phone="5678"))
    assert "▲</span> 无法判断" in page
    said(client, send(client, "/parcels/1", "/parcels/1/consent", scope="standing", how="phone", next="/parcels/1"))
    page = client.get("/parcels/1").text
    assert "●</span> 已同意" in page
    assert "未同意 0" in client.get("/intake").text


def test_consent_is_noted_listed_and_withdrawn(client, station):
    said(client, send(client, "/intake", "/intake/parcels", waybill_no=YTO, phone="5678"))
    page = client.get("/consents").text
    assert "无法判断" in page
    assert "以后的都同意</button>" not in page, "a bare tail is nobody's"
    refused = send(client, "/consents", "/parcels/1/consent", scope="standing", how="oral")
    assert refused.status_code == 422
    page = said(client, send(client, "/consents", "/parcels/1/consent", scope="this_parcel", how="pickup_code"))
    assert "在库的件都同意了" in page
    again = send(client, "/parcels/1", "/parcels/1/consent", scope="this_parcel", how="oral")
    assert "没有重复记" in said(client, again)
    page = said(client, send(client, "/consents/given", "/consents/1/withdraw", how="oral"))
    assert "当面撤回" in page
    assert send(client, "/consents/given", "/consents/1/withdraw", how="oral").status_code == 422


def test_caller_agrees_for_good_and_takes_it_back_without_the_number_in_an_address(client, station):
    answer = send(client, "/consents/given", "/consents/phone", phone=FULL, how="phone", what="give")
    assert FULL not in answer.headers["Location"]
    assert "138****1234" in said(client, answer)
    answer = send(client, "/consents/given", "/consents/phone", phone=FULL, what="find")
    assert answer.headers["Location"].endswith("only=1")
    said(client, send(client, "/consents/given", "/consents/1/withdraw", how="phone"))
    assert send(client, "/consents/given", "/consents/phone", phone=FULL, what="find").status_code == 422
    wrong = send(client, "/consents/given", "/consents/phone", phone="1381234", how="phone", what="give")
    assert wrong.status_code == 422 and 'value="1381234"' in wrong.text
    assert 'value="phone" selected' in wrong.text
    assert value(station, "SELECT COUNT(*) FROM consents") == 1


def test_couriers_list_is_made_shown_and_taken_as_a4(client):
    assert send(client, "/consents", "/consents/lists", carrier="YTO").status_code == 422
    said(client, send(client, "/intake", "/intake/parcels", waybill_no=YTO, phone=FULL))
    answer = send(client, "/consents", "/consents/lists", carrier="YTO")
    page = said(client, answer)
    assert "未同意清单" in page
    assert YTO in page
    place = answer.headers["Location"].split("?")[0]
    text = text_of(client.get(place + "/a4.pdf"))
    assert "问的结果" in text
    assert client.get("/consents/lists/999").status_code in (404, 422)
    assert client.get("/consents/lists/1").status_code in (200, 422)


def test_inspector_reads_and_notes_nothing(station, client):
    reader = create_app(station.store, station.runtime).test_client()
    log_in(reader, station, "周检查")
    assert reader.get("/consents").status_code == 200
    assert "打未同意清单" not in reader.get("/consents").text


def test_each_refusal_says_why_and_nothing_is_noted(client, station):
    said(client, send(client, "/intake", "/intake/parcels", waybill_no=YTO, phone="5678"))
    said(client, send(client, "/intake", "/intake/parcels", waybill_no=ZTO))
    said(client, send(client, "/intake", "/undo", next="/intake"))
    for path, form, words in (
        ("/parcels/1/consent", {"scope": "standing", "how": "oral"}, "只有尾号认不出是哪一家"),
        ("/parcels/1/consent", {"scope": "this_parcel"}, "请选择是怎么同意的"),
        ("/parcels/1/consent", {"scope": "for ever", "how": "oral"}, "同意的范围只能是"),
        ("/parcels/2/consent", {"scope": "this_parcel", "how": "oral"}, "这件没有在站点"),
        ("/parcels/99/consent", {"scope": "this_parcel", "how": "oral"}, "没有"),
        ("/consents/phone", {"phone": "5678", "how": "oral", "what": "give"}, "要填完整的手机号"),
        ("/consents/phone", {"phone": "18412345678-1234", "how": "oral", "what": "give"}, "要填完整的手机号"),
        ("/consents/phone", {"phone": FULL, "what": "give"}, "请选择是怎么同意的"),
        ("/consents/phone", {"phone": FULL, "what": "find"}, "没有有效的「以后的都同意」"),
        ("/consents/99/withdraw", {"how": "oral"}, "没有编号为 99 的同意记录"),
        ("/consents/lists", {}, "请选择是哪一批，或哪家快递公司"),
        ("/consents/lists", {"carrier": "ZTO"}, "没有未同意的件"),
    ):  # fmt: skip
        answer = send(client, "/consents", path, **form)
        assert answer.status_code in (404, 422) and words in answer.text, (path, form)
    assert value(station, "SELECT COUNT(*) FROM consents") == 0
    reader = create_app(station.store, station.runtime).test_client()
    log_in(reader, station, "周检查")
    assert send(reader, "/consents", "/parcels/1/consent", scope="this_parcel", how="oral").status_code == 403


def test_pickup_code_is_evidence_and_another_persons_say_is_taken_back(client, station):
    said(client, send(client, "/intake", "/intake/parcels", waybill_no=YTO, phone=FULL))
    said(client, send(client, "/parcels/1", "/parcels/1/consent", scope="this_parcel", how="oral"))
    page = said(client, send(client, "/parcels/1", "/parcels/1/correct", phone="13900005678"))
    assert "■</span> 未同意" in page, "who agreed was somebody else"
    assert value(station, "SELECT withdrawn_how FROM consents") == "mistake"
    said(client, send(client, "/parcels/1", "/parcels/1/consent", scope="this_parcel", how="oral"))
    said(client, send(client, "/parcels/1", "/parcels/1/correct", name_hint="张三"))
    assert "●</span> 已同意" in client.get("/parcels/1").text, "a name beside the same phone changes nobody"


def test_station_without_a_printer_keeps_the_list_for_a4(tmp_path):
    bare = make_station(tmp_path / "bare")
    client = create_app(bare.store, bare.runtime).test_client()
    log_in(client, bare, "王站长")
    said(client, send(client, "/intake", "/intake/begin", carrier="YTO"))
    said(client, send(client, "/intake", "/intake/parcels", waybill_no=YTO, phone=FULL))
    answer = send(client, "/consents", "/consents/lists", carrier="YTO")
    page = said(client, answer)
    assert "没有打印机，可以用 A4" in page and YTO in page
    place = answer.headers["Location"].split("?")[0]
    assert client.get(place + "/a4.pdf").data.startswith(b"%PDF")
    assert send(client, place, place + "/print").status_code == 422
    bare.close()
