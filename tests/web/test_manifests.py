"""The pages of lists: begun, filled, closed, signed on the board or on paper, taken as A4; what is said and what is kept."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from pypdfium2 import PdfDocument

from kiosk.check import problems
from kiosk.codes import recognise
from kiosk.counter import set_aside
from tests.services.manifest_bench import drawn
from tests.services.outbound_bench import WAYBILLS
from tests.services.parcel_bench import YTO, ZTO
from tests.web.browser import TestStation
from tests.web.counter import MANAGER, arrive, make_counter, said, value
from tests.web.forms import log_in, send
from tests.web.test_outbound import accepted
from web import create_app
from web.scans import ScanTaker
from web.station import EXTENSION


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


def to_return(station: TestStation, waybill: str = YTO) -> int:
    parcel_id = arrive(station, waybill)
    with station.store.transaction(MANAGER) as tx:
        set_aside.mark_to_return(tx, parcel_id, "overdue")
    return parcel_id


def text_of(answer) -> str:
    """The words of a PDF, page after page."""
    assert answer.mimetype == "application/pdf" and answer.data[:5] == b"%PDF-", answer.text[:400]
    document = PdfDocument(io.BytesIO(answer.data))
    return "\n".join(document[number].get_textpage().get_text_range() for number in range(len(document)))


def batch(client, declared: str = "2") -> str:
    """A batch of one parcel that has ended; the page of its list."""
    said(client, send(client, "/intake", "/intake/begin", carrier="YTO", courier="周䶮师傅", declared=declared))
    said(client, send(client, "/intake", "/intake/parcels", waybill_no=YTO, phone="1234"))
    told = said(client, send(client, "/intake", "/intake/end"))
    line = told.partition('id="said"')[2].partition("</p>")[0]
    assert 'href="/manifests/1"' in line and "去签收" in line, "where to sign stands beside what was said"
    assert "相差" not in line and ("少 1 件" in line) == (declared == "2")
    return "/manifests/1"


@pytest.mark.obligation("JX-27", place="/manifests", reads="到件清单的应到与实到、双方确认的差额、屏幕签字和 A4 清单")
def test_courier_signs_the_difference_on_the_board_and_the_list_is_had_as_a4(client, station):
    place = batch(client)
    page = client.get(place).text
    for words in ("到件交接清单", "应到 2 件", "少 1 件", "周䶮师傅", "双方确认差额", "待签收"):
        assert words in page, words
    refused = send(client, place, f"{place}/sign", how="screen", signature=drawn())
    assert refused.status_code == 422 and "应到 2 件，实到 1 件，少 1 件" in refused.text
    assert "1 张到件清单等快递员签收" in client.get("/").text
    day = client.get("/day").text
    assert "等快递员签收的到件清单" in day and f'href="{place}"' in day
    done = said(client, send(client, place, f"{place}/sign", how="screen", signature=drawn(), accepts_difference="1"))
    assert "已签收" in done and "在屏幕上签字" in done and "看签字" in done
    assert "等快递员签收" not in client.get("/").text + client.get("/day").text
    picture = client.get("/attachments/1")
    assert picture.data[:2] == b"\xff\xd8"
    words = text_of(client.get(f"{place}/a4.pdf"))
    for part in ("到件交接清单", YTO, "周䶮师傅", "双方确认差额：少 1 件", "在屏幕上签字"):
        assert part in words, part
    assert value(station, "SELECT COUNT(*) FROM audit WHERE action = 'attachment.shown'") == 2


def test_card_that_ends_a_batch_offers_its_list_as_the_button_does(client, station):
    said(client, send(client, "/intake", "/intake/begin", carrier="YTO", declared="2"))
    for code in (YTO, "~CMD:close_batch"):
        station.runtime.put_scan("wedge", "柜台", recognise(code))
        ScanTaker(client.application.extensions[EXTENSION]).take_waiting()
    line = client.get("/intake").text.partition('id="said"')[2].partition("</p>")[0]
    assert "本批结束：入库 1 件" in line and 'href="/manifests/1"' in line


def test_board_left_white_is_no_signature_and_paper_is_one(client, station):
    place = batch(client, "1")
    for signature in ("", drawn(0)):
        refused = send(client, place, f"{place}/sign", how="screen", signature=signature)
        assert refused.status_code == 422 and "签字板上还没有字" in refused.text
    assert send(client, place, f"{place}/sign", how="screen", signature="data:,x").status_code == 422
    assert "在纸上签字" in said(client, send(client, place, f"{place}/sign", how="paper"))
    assert send(client, place, f"{place}/sign", how="paper").status_code == 422
    assert value(station, "SELECT how FROM manifest_signatures") == "paper"


def test_return_is_fetched_listed_signed_and_taken_back(client, station):
    parcel_id = to_return(station)
    assert "1 件待退" in client.get("/manifests").text
    page = said(client, send(client, "/manifests", "/manifests/begin", kind="return", carrier="YTO"))
    assert "还要拿的 1 件" in page and "圆通速递" in page
    page = said(client, send(client, "/manifests/making", "/manifests/making/1/all"))
    assert "1 件放进清单了" in page
    said(client, send(client, "/manifests/making", "/manifests/making/1/take-off", parcel_id=parcel_id))
    refused = send(client, "/manifests/making", "/manifests/making/1/close")
    assert refused.status_code == 422 and "清单上还没有件" in refused.text
    said(client, send(client, "/manifests/making", "/manifests/making/1/parcels", code=YTO, note="damaged"))
    for declared in ("两", "9" * 20):
        refused = send(client, "/manifests/making", "/manifests/making/1/close", declared=declared)
        assert refused.status_code == 422 and "件数应是整数" in refused.text
    page = said(client, send(client, "/manifests/making", "/manifests/making/1/close"))
    assert "请对方签收" in page and "外包装破损" in page
    assert (
        value(
            station, "SELECT COUNT(*) FROM print_jobs j JOIN slips s ON s.id = j.slip_id WHERE s.template = 'manifest'"
        )
        == 1
    )
    said(client, send(client, "/manifests/1", "/manifests/1/sign", how="screen", signature=drawn()))
    assert value(station, "SELECT state FROM parcels") == "returned"
    assert "外包装破损" in text_of(client.get("/manifests/1/a4.pdf"))
    assert "收回" in said(client, send(client, "/manifests/1", "/manifests/1/take-back", parcel_id=parcel_id))
    assert value(station, "SELECT state FROM parcels") == "to_return"
    assert "作废" in said(client, send(client, "/manifests/1", "/manifests/1/void"))
    assert "已作废" in client.get("/manifests?kind=return").text


def test_door_round_is_told_piece_by_piece(client, station):
    first, second = arrive(station, YTO), arrive(station, ZTO)
    assert send(client, "/manifests", "/manifests/begin", kind="door", receiver="").status_code == 422
    said(client, send(client, "/manifests", "/manifests/begin", kind="door", receiver="赵送货"))
    for code in (YTO, ZTO):
        said(client, send(client, "/manifests/making", "/manifests/making/1/parcels", code=code))
    refused = send(client, "/manifests/making", "/manifests/making/1/parcels", code="YT0000000000000")
    assert refused.status_code == 422 and "没有这个快件" in refused.text and 'value="YT0000000000000"' in refused.text
    said(client, send(client, "/manifests/making", "/manifests/making/1/close", declared="2"))
    said(client, send(client, "/manifests/1", "/manifests/1/sign", how="paper"))
    assert "收件人签字" in text_of(client.get("/manifests/1/a4.pdf"))
    for page in ("/find?q=1234", f"/parcels/{first}", "/shelves/1/1"):
        assert "送货上门途中" in client.get(page).text, page
    assert "在送的 2 件" in client.get("/manifests/1").text and "逐件登记" in client.get("/manifests").text
    said(client, send(client, "/manifests/1", "/manifests/1/tell", parcel_id=first, outcome="delivered"))
    again = send(client, "/manifests/1", "/manifests/1/tell", parcel_id=first, outcome="brought_back")
    assert again.status_code == 422
    said(client, send(client, "/manifests/1", "/manifests/1/end-round"))
    assert value(station, "SELECT state FROM parcels WHERE id = ?", second) == "on_shelf"
    said(client, send(client, "/manifests/1", "/manifests/1/take-back", parcel_id=first))
    said(client, send(client, "/manifests/1", "/manifests/1/tell", parcel_id=first, outcome="brought_back"))


def test_parcels_are_ticked_or_named_by_their_person_and_the_page_stays_where_it_is(client, station):
    first, second = arrive(station, YTO, shelf="1-1"), arrive(station, ZTO, shelf="3-1")
    said(client, send(client, "/manifests", "/manifests/begin", kind="door", receiver="赵送货"))
    refused = send(client, "/manifests/making", "/manifests/making/1/chosen")
    assert refused.status_code == 422 and "没有勾选快件" in refused.text
    back = client.get("/manifests/making/1/chosen")
    assert back.headers["Location"] == "/manifests/making", "what a refused page reads again is the counting"
    page = client.get("/manifests/making?shelf=3").text
    assert page.count('name="parcel_id"') == 1 and "全部 2" in page and "货架 1 · 1" in page
    page = said(client, send(client, "/manifests/making", "/manifests/making/1/chosen", parcel_id=[second, 999]))
    assert "1 件放进清单了，1 件没有放：没有编号为 999 的快件" in page
    page = said(client, send(client, "/manifests/making", "/manifests/making/1/parcels", code="1234"))
    assert "放进清单了" in page and value(station, "SELECT COUNT(*) FROM manifest_items") == 2
    said(client, send(client, "/manifests/making", "/manifests/making/1/take-off", parcel_id=first))
    assert "货架 1 的 1 件全放进" in client.get("/manifests/making?shelf=1").text
    said(client, send(client, "/manifests/making", "/manifests/making/1/chosen", shelf="1", every="1"))
    assert value(station, "SELECT COUNT(*) FROM manifest_items WHERE holds = 1") == 2


def test_several_are_ticked_among_all_parcels_and_begin_a_list(client, station):
    first, second = arrive(station, YTO), arrive(station, ZTO)
    assert client.get("/parcels").text.count('name="parcel_id"') == 2
    refused = send(client, "/parcels", "/parcels/listed", kind="door", parcel_id=[first])
    assert refused.status_code == 422 and "还没有填交给谁" in refused.text
    assert f'value="{first}" checked' in refused.text
    refused = send(client, "/parcels", "/parcels/listed", kind="transfer", receiver="河东服务站")
    assert refused.status_code == 422 and "没有勾选快件" in refused.text
    assert value(station, "SELECT COUNT(*) FROM manifests") == 0, "nothing was begun for nothing"
    page = said(
        client, send(client, "/parcels", "/parcels/listed", kind="door", receiver="赵送货", parcel_id=[first, second])
    )
    assert "2 件放进清单了" in page and "送货上门清单 · 赵送货" in page
    page = client.get("/parcels").text
    assert "在送货清单上" in page and 'name="parcel_id"' not in page


def test_signature_comes_back_with_the_form_that_was_refused(client, station):
    place = batch(client)
    refused = send(client, place, f"{place}/sign", how="screen", signature=drawn())
    assert refused.status_code == 422 and f'value="{drawn()}"' in refused.text
    refused = send(client, place, f"{place}/sign", how="screen", signature=drawn(0), accepts_difference="1")
    assert refused.status_code == 422 and drawn(0) not in refused.text, "a board that was left white stays white"


def test_lists_to_be_signed_are_found_when_there_are_many(client, station):
    for number in range(8):
        said(client, send(client, "/intake", "/intake/begin", carrier="YTO"))
        said(client, send(client, "/intake", "/intake/parcels", waybill_no=f"YT896264678540{number}", phone="1234"))
        said(client, send(client, "/intake", "/intake/end"))
    page = client.get("/manifests").text
    assert page.count("去签收") == 6 and "更早的待签收清单" in page
    page = client.get("/manifests?state=closed").text
    assert page.count("待签收</span>") == 8 and "没有办完的" not in page


def test_list_is_made_anew_left_and_given_up(client, station):
    arrive(station)
    said(client, send(client, "/manifests", "/manifests/begin", kind="transfer", receiver="河东服务站"))
    said(client, send(client, "/manifests/making", "/manifests/making/1/parcels", code=YTO))
    send(client, "/manifests/making", "/manifests/leave")
    assert value(station, "SELECT open_list_id FROM desks") is None
    assert "开一张新的" in client.get("/manifests/making").text, "without an open list the book is shown"
    send(client, "/manifests", "/manifests/1/go-on")
    said(client, send(client, "/manifests/making", "/manifests/making/1/close"))
    assert "重开的一张" in said(client, send(client, "/manifests/1", "/manifests/1/renew"))
    assert value(station, "SELECT replaces_id FROM manifests WHERE id = 2") == 1
    assert "河东服务站" in client.get("/manifests/making").text
    said(client, send(client, "/manifests/making", "/manifests/2/void"))
    assert client.get("/manifests/2/a4.pdf").status_code == 422
    assert client.get("/manifests/99").status_code in (404, 422)


def test_paper_of_an_intake_list_is_printed_when_asked_for_and_again(client, station):
    place = batch(client, "1")
    count = "SELECT COUNT(*) FROM print_jobs j JOIN slips s ON s.id = j.slip_id WHERE s.template = 'manifest'"
    assert value(station, count) == 0
    assert "已送去打印" in said(client, send(client, place, f"{place}/print"))
    assert send(client, place, f"{place}/print").status_code == 422, "the first still waits"
    assert value(station, count) == 1


def test_outbound_list_is_signed_and_had_as_a4(client, station):
    outbound_id = accepted(client, station, recipient_name="赵䶮小妹")
    send(client, "/outbound/manifest", "/outbound/manifest/begin", carrier="YTO")
    said(client, send(client, "/outbound/manifest", "/outbound/manifest/1/parcels", outbound_id=outbound_id))
    assert client.get("/outbound/manifests/1/a4.pdf").status_code == 422
    assert send(client, "/outbound/manifest", "/outbound/manifests/1/sign", how="paper").status_code == 422
    said(client, send(client, "/outbound/manifest", "/outbound/manifest/1/waybill", waybill_no=WAYBILLS[0]))
    said(client, send(client, "/outbound/manifest", "/outbound/manifest/1/give", courier="周师傅"))
    place = "/outbound/manifests/1"
    assert "签字板" in client.get(place).text
    assert send(client, place, f"{place}/sign", how="screen").status_code == 422
    page = said(client, send(client, place, f"{place}/sign", how="screen", signature=drawn()))
    assert "在屏幕上签字" in page and "签字板" not in page
    words = text_of(client.get(f"{place}/a4.pdf"))
    for part in ("寄件交接清单", WAYBILLS[0], "周师傅", "2300 克", "在屏幕上签字"):
        assert part in words, part
    assert value(station, "SELECT case_kind FROM attachments") == "outbound_manifest"


def test_inspector_reads_lists_without_the_signature_and_changes_none(client, station):
    place = batch(client, "1")
    said(client, send(client, place, f"{place}/sign", how="screen", signature=drawn()))
    reader = create_app(station.store, station.runtime).test_client()
    log_in(reader, station, "周检查")
    assert "看签字" not in reader.get(place).text
    before = value(station, "SELECT COUNT(*) FROM audit WHERE action = 'attachment.shown'")
    assert "在屏幕上签字" in text_of(reader.get(f"{place}/a4.pdf"))
    assert value(station, "SELECT COUNT(*) FROM audit WHERE action = 'attachment.shown'") == before
    assert reader.get("/manifests/making").status_code == 403
