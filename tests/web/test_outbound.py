"""The pages of sending: the form with its ticks, the courier's list, one parcel, the log of what was refused; what is
said, what is kept, what is left as it was."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from kiosk.check import problems
from kiosk.printing import jobs
from tests.services.outbound_bench import WAYBILLS, ZTO
from tests.web.browser import TestStation
from tests.web.counter import MANAGER, come_out, make_counter, said, value
from tests.web.forms import log_in, send
from web import create_app

FORM = {
    "service": "YTO/province", "item_kind": "food", "item": "腊肉", "quantity": "1", "weight": "2300",
    "paid_by": "sender", "sender_name": "赵大嫂", "sender_phone": "19900001234", "recipient_name": "赵小妹",
    "recipient_phone": "19900005678", "recipient_address": "省城幸福路 1 号", "id_document": "resident_id",
    "content_inspected": "1",
}  # fmt: skip


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
    return found


def pay(client: FlaskClient, station: TestStation, given: str = "100") -> str:
    ticket_id = value(station, "SELECT open_ticket_id FROM desks")
    return said(client, send(client, "/ticket", f"/tickets/{ticket_id}/settle", given=given))


def accepted(client: FlaskClient, station: TestStation, **fields: str) -> int:
    """A parcel that was paid for; its id."""
    said(client, send(client, "/outbound/new", "/outbound/new", **FORM | fields))
    pay(client, station)
    return value(station, "SELECT MAX(id) FROM outbound_parcels")


def test_form_puts_the_parcel_on_the_ticket_and_the_payment_prints_its_sticker(client, station):
    page = said(client, send(client, "/outbound/new", "/outbound/new", **FORM))
    assert "￥12.00" in page and "赵**" in page and "赵小妹" not in page
    pay(client, station)
    assert value(station, "SELECT state FROM outbound_parcels") == "accepted"
    page = client.get("/outbound/1").text
    for words in ("待交快递员", "居民身份证", "王站长", "2300", "按价目：省内", "赵**"):
        assert words in page, words
    assert "赵大嫂" not in page and "19900001234" not in page
    assert "OB2" in client.get("/outbound").text
    answer = send(client, "/outbound/1", "/outbound/1/label")
    assert answer.status_code == 422, "the first still waits"
    come_out(station)
    said(client, send(client, "/outbound/1", "/outbound/1/label"))


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"id_document": ""}, "没有勾选核对了哪种证件"),
        ({"content_inspected": ""}, "已开箱验视"),
        ({"weight": "2.3"}, "整数克"),
        ({"weight": ""}, "整数克"),
        ({"quantity": "多"}, "数量应是整数"),
        ({"freight": "十块"}, "看不懂"),
        ({"service": "JTSD/"}, "请选去向按价目表算"),
        ({"service": ""}, "没有这个快递公司代码"),
        ({"sender_phone": "1234"}, "只有尾号不够"),
        ({"recipient_address": ""}, "请填收件地址"),
        ({"item": "11010519491231002X"}, "像是身份证号"),
        ({"premium": "2"}, "没有填声明价值"),
    ],
)
def test_what_is_missing_is_said_and_what_was_typed_is_kept(client, station, fields, words):
    answer = send(client, "/outbound/new", "/outbound/new", **FORM | fields)
    assert answer.status_code == 422
    assert words in answer.text
    assert 'value="赵大嫂"' in answer.text
    assert value(station, "SELECT COUNT(*) FROM outbound_parcels") == 0
    assert value(station, "SELECT COUNT(*) FROM tickets") == 0


def test_prohibited_goods_are_refused_on_the_page_and_stand_in_the_log(client, station):
    answer = send(client, "/outbound/new", "/outbound/new", **FORM | {"item": "鞭炮"})
    assert answer.status_code == 422
    assert "爆炸物品" in answer.text and "已记入拒收登记" in answer.text
    page = client.get("/outbound/refusals").text
    assert "疑似禁寄物品" in page and "鞭炮" in page and "王站长" in page
    form = {"reason": "inspection_refused", "action": "returned", "item": "纸箱"}
    assert "拒绝开箱验视" in said(client, send(client, "/outbound/refusals", "/outbound/refusals", **form))
    answer = send(client, "/outbound/refusals", "/outbound/refusals", **form | {"reason": "mood"})
    assert answer.status_code == 422 and 'value="纸箱"' in answer.text


def test_scale_gives_the_weight_when_it_has_come_to_rest(client, station):
    station.runtime.put_weight("秤", "柜台", 1850, is_stable=False)
    assert "还没稳定" in client.get("/outbound/new").text
    fields = FORM | {"weight": "", "from_scale": "1"}
    answer = send(client, "/outbound/new", "/outbound/new", **fields)
    assert answer.status_code == 422 and "还没有稳定" in answer.text
    station.runtime.put_weight("秤", "柜台", 1850, is_stable=True)
    said(client, send(client, "/outbound/new", "/outbound/new", **fields))
    assert value(station, "SELECT weight_grams || weight_source FROM outbound_parcels") == "1850scale"


def test_courier_takes_a_list_with_its_waybills(client, station):
    first, second = accepted(client, station), accepted(client, station, service="YTO/", freight="9")
    assert "2" in client.get("/outbound").text
    page = said(client, send(client, "/outbound/manifest", "/outbound/manifest/begin", carrier="YTO"))
    assert "先扫我们的标签" in page
    assert value(station, "SELECT mode FROM desks") == "outbound"
    page = said(client, send(client, "/outbound/manifest", "/outbound/manifest/1/parcels", outbound_id=first))
    assert "请扫这一件的面单" in page
    answer = send(client, "/outbound/manifest", "/outbound/manifest/1/waybill", waybill_no=ZTO)
    assert answer.status_code == 422 and "单号像" in answer.text and "面单上就是这个号" in answer.text
    answer = send(client, "/outbound/manifest", "/outbound/manifest/1/give")
    assert answer.status_code == 422 and "没有运单号" in answer.text
    said(client, send(client, "/outbound/manifest", "/outbound/manifest/1/waybill", waybill_no=WAYBILLS[0]))
    assert send(client, "/outbound/manifest", "/outbound/manifest/1/waybill", waybill_no="x").status_code == 422
    said(client, send(client, "/outbound/manifest", "/outbound/manifest/1/parcels", outbound_id=second))
    said(client, send(client, "/outbound/manifest", "/outbound/manifest/1/parcels", outbound_id=second, take_off="1"))
    page = said(client, send(client, "/outbound/manifest", "/outbound/manifest/1/give", courier="周师傅"))
    for words in ("已交接 1 件", "周师傅", "寄件交接清单", "签收", WAYBILLS[0]):
        assert words in page, words
    assert value(station, "SELECT mode FROM desks") == "home"
    assert "MF2" in client.get("/outbound/manifests").text
    assert "今天交给" in client.get("/outbound").text
    said(client, send(client, "/outbound/manifests/1", "/outbound/manifests/1/take-back"))
    assert value(station, "SELECT state FROM outbound_parcels WHERE id = ?", first) == "accepted"
    assert send(client, "/outbound/manifests/1", "/outbound/manifests/1/take-back").status_code == 422


def test_list_is_left_and_found_again_and_dropped(client, station):
    accepted(client, station)
    send(client, "/outbound/manifest", "/outbound/manifest/begin", carrier="YTO")
    said(client, send(client, "/outbound/manifest", "/outbound/manifest/leave"))
    assert value(station, "SELECT open_manifest_id FROM desks") is None
    assert "1 件在等" in client.get("/outbound/manifest").text
    said(client, send(client, "/outbound/manifest", "/outbound/manifest/begin", carrier="YTO"))
    client.get("/")
    assert value(station, "SELECT mode FROM desks") == "home", "another counter page ends the list's scans"
    client.get("/outbound/manifest")
    assert value(station, "SELECT mode FROM desks") == "outbound"
    said(client, send(client, "/outbound/manifest", "/outbound/manifest/1/drop"))
    assert value(station, "SELECT state FROM outbound_manifests") == "dropped"


def test_paper_of_a_list_is_printed_again(client, station):
    sent = accepted(client, station)
    said(client, send(client, f"/outbound/{sent}", f"/outbound/{sent}/waybill", waybill_no=WAYBILLS[0]))
    send(client, "/outbound/manifest", "/outbound/manifest/begin", carrier="YTO")
    assert send(client, "/outbound/manifests/1", "/outbound/manifests/1/print").status_code == 422
    send(client, "/outbound/manifest", "/outbound/manifest/1/parcels", outbound_id=sent)
    send(client, "/outbound/manifest", "/outbound/manifest/1/give")
    with station.store.transaction(MANAGER) as tx:
        for job in jobs.tray(tx):
            jobs.finish(tx, job.id, "confirmed")
    said(client, send(client, "/outbound/manifests/1", "/outbound/manifests/1/print"))


def test_waybill_is_noted_on_the_parcels_page_and_taken_off(client, station):
    sent = accepted(client, station)
    place = f"/outbound/{sent}"
    answer = send(client, place, f"{place}/waybill", waybill_no=ZTO)
    assert answer.status_code == 422 and "面单上就是这个号" in answer.text
    said(client, send(client, place, f"{place}/waybill", waybill_no=ZTO, is_sure="1"))
    assert ZTO in client.get(place).text
    said(client, send(client, place, f"{place}/waybill", take_off="1"))
    assert value(station, "SELECT waybill_no FROM outbound_parcels") is None


def test_parcel_goes_back_to_its_sender_over_the_ticket(client, station):
    sent = accepted(client, station)
    page = said(client, send(client, f"/outbound/{sent}", f"/outbound/{sent}/return", reason="customer_withdrew"))
    assert "￥12.00" in page
    answer = send(client, f"/outbound/{sent}", f"/outbound/{sent}/return", reason="customer_withdrew")
    assert answer.status_code == 422
    pay(client, station, "0")
    assert value(station, "SELECT state FROM outbound_parcels") == "returned"
    free = accepted(client, station, paid_by="recipient")
    said(client, send(client, f"/outbound/{free}", f"/outbound/{free}/return", reason="customer_withdrew"))
    assert value(station, "SELECT state FROM outbound_parcels WHERE id = ?", free) == "returned"


def test_people_are_shown_once_and_recorded_and_denied_to_an_inspector(client, station):
    sent = accepted(client, station)
    answer = send(client, f"/outbound/{sent}", f"/outbound/{sent}/unmask")
    assert "19900005678" in answer.text and "幸福路" in answer.text
    assert answer.headers["Cache-Control"] == "no-store"
    assert value(station, "SELECT COUNT(*) FROM audit WHERE action = 'outbound.unmasked'") == 1
    other = create_app(station.store, station.runtime).test_client()
    log_in(other, station, "周检查")
    denied = send(other, "/more", f"/outbound/{sent}/unmask")
    assert denied.status_code in (403, 422) and "幸福路" not in denied.text
    assert value(station, "SELECT COUNT(*) FROM audit WHERE action = 'outbound.unmask_denied'") == 1
    assert other.get(f"/outbound/{sent}").status_code == 200
    assert "拒收登记" in other.get("/outbound/refusals").text


def test_codes_of_our_own_lead_to_their_pages(client, station):
    sent = accepted(client, station)
    assert client.get(f"/outbound/scanned?parcel={sent}").headers["Location"] == f"/outbound/{sent}"
    assert client.get("/outbound/scanned?manifest=7").headers["Location"] == "/outbound/manifests/7"
    assert client.get("/outbound/99").status_code in (404, 422)
    assert client.get("/outbound/manifests/99").status_code in (404, 422)
