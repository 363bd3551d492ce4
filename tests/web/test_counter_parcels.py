"""The pages of intake, finding, handing over and one parcel, with their unhappy paths: what is said, what is kept, what
is left as it was."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from kiosk.check import problems
from kiosk.counter.hand_over import hand_over
from tests.web.browser import TestStation
from tests.web.counter import MANAGER, arrive, come_out, make_counter, said, value
from tests.web.forms import log_in, send
from web import create_app


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


def begin(client: FlaskClient, **fields: str):
    return send(client, "/intake", "/intake/begin", **{"carrier": "YTO", "print_mode": "never"} | fields)


# Intake --------------------------------------------------------------------------------------------------------------


def test_batch_that_cannot_begin_keeps_what_was_typed(client, station):
    answer = begin(client, declared="多", courier="李师傅")
    assert answer.status_code == 422
    assert "件数应是整数" in answer.text
    assert 'value="李师傅"' in answer.text
    assert value(station, "SELECT COUNT(*) FROM intake_batches") == 0


def test_typed_waybill_is_taken_in_with_its_tail_and_corrected(client, station):
    begin(client)
    page = said(client, send(client, "/intake", "/intake/parcels", waybill_no="YT8962646785389", phone="1234"))
    assert "上架到" in page
    assert "****1234" in page
    page = said(client, send(client, "/intake", "/intake/phone", parcel_id="1", phone="138****5678", name_hint="李"))
    assert "****5678" in page


def test_waybill_typed_into_the_phone_field_is_the_next_parcel(client, station):
    begin(client)
    said(client, send(client, "/intake", "/intake/parcels", waybill_no="YT8962646785389"))
    page = said(client, send(client, "/intake", "/intake/phone", parcel_id="1", phone="YT8962646785390"))
    assert "上架到" in page
    assert value(station, "SELECT COUNT(*) FROM parcels WHERE phone_tail IS NULL") == 2
    assert send(client, "/intake", "/intake/phone", parcel_id="2", phone="没有").status_code == 422


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("135112298638468293", "付款码"),
        ("11010519491231002X", "身份证"),
        ("13800138000", "手机号"),
        ("6901234567892", "商品"),
    ],
)
def test_number_that_is_something_else_is_refused_and_not_shown_again(client, station, code, words):
    begin(client)
    answer = send(client, "/intake", "/intake/parcels", waybill_no=code)
    assert answer.status_code == 422
    assert words in answer.text
    assert value(station, "SELECT COUNT(*) FROM parcels") == 0


def test_book_is_asked_and_taken_when_the_operator_says_so(client, station):
    begin(client)
    answer = send(client, "/intake", "/intake/parcels", waybill_no="9787115546081")
    assert answer.status_code == 422
    said(client, send(client, "/intake", "/intake/parcels", waybill_no="9787115546081", confirmed="1"))
    assert value(station, "SELECT waybill_no FROM parcels") == "9787115546081"


def test_parcel_without_a_batch_is_refused_on_the_page(client, station):
    begin(client)
    send(client, "/intake", "/intake/end")
    answer = send(client, "/intake", "/intake/parcels", waybill_no="YT8962646785389")
    assert answer.status_code == 422
    assert "没有正在进行的入库" in answer.text


def test_batch_with_a_difference_ends_and_says_it(client, station):
    begin(client, declared="3")
    send(client, "/intake", "/intake/parcels", waybill_no="YT8962646785389")
    page = said(client, send(client, "/intake", "/intake/end"))
    assert "应到 3 件，实收 1 件" in page


def test_unfinished_batch_is_offered_again(client, station):
    begin(client)
    with station.store.transaction(MANAGER) as tx:
        tx.execute("UPDATE desks SET open_batch_id = NULL, mode = 'home'")
    assert "接着扫" in client.get("/intake").text
    said(client, send(client, "/intake", "/intake/resume/1"))
    assert value(station, "SELECT open_batch_id FROM desks") == 1


def test_opening_stock_keeps_its_old_code_and_makes_no_notice(client, station):
    begin(client, is_opening_stock="1")
    page = said(
        client, send(client, "/intake", "/intake/parcels", waybill_no="YT8962646785389", pickup_code="B3-01175")
    )
    assert "B3-01175" in page
    assert value(station, "SELECT COUNT(*) FROM notices") == 0
    assert value(station, "SELECT COUNT(*) FROM print_jobs") == 0


def test_shelf_is_changed_within_the_batch(client, station):
    begin(client)
    assert send(client, "/intake", "/intake/place", shelf="货架").status_code == 422
    said(client, send(client, "/intake", "/intake/place", shelf="5-2"))
    page = said(client, send(client, "/intake", "/intake/parcels", waybill_no="YT8962646785389"))
    assert "5-2-" in page


def test_undo_takes_the_last_parcel_back_and_then_there_is_nothing_left(client, station):
    begin(client)
    send(client, "/intake", "/intake/parcels", waybill_no="YT8962646785389")
    assert "已撤销入库" in said(client, send(client, "/intake", "/undo"))
    assert value(station, "SELECT state FROM parcels") == "undone"
    answer = send(client, "/staff", "/undo")
    assert answer.status_code == 422
    assert "没有可以撤销的上一步" in answer.text


# Find and hand over --------------------------------------------------------------------------------------------------


def test_person_is_found_by_everything_they_may_bring(client, station):
    arrive(station)
    code = value(station, "SELECT pickup_code FROM parcels")
    for text in ("1234", code, "张", "zjg", "YT8962646785389", "19900001234"):
        page = client.get("/find", query_string={"q": text}).text
        assert "张**" in page, text
        assert "19900001234" not in page.replace('value="19900001234"', ""), text
    assert value(station, "SELECT open_parcel_id FROM desks") == 1


def test_what_is_not_here_is_said_with_the_next_step(client, station):
    page = client.get("/find?q=9999").text
    assert "没有找到「9999」" in page
    assert "可以换尾号" in page
    assert "付款码" in client.get("/find?q=135112298638468293", follow_redirects=True).text


def test_tail_of_two_families_is_asked_and_the_chosen_one_opens(client, station):
    arrive(station, name_hint="李秀英", phone="19900006688")
    arrive(station, "ZTO-73610555", name_hint="赵德福", phone="19900016688")
    page = client.get("/find?q=6688").text
    assert "有 2 位符合" in page
    said(client, send(client, "/find?q=6688", "/person/2/open", method="tail"))
    assert "赵**" in client.get("/find").text
    said(client, send(client, "/find", "/person/close"))
    assert "赵**" not in client.get("/find").text


def test_ticked_parcels_go_and_each_has_its_result(client, station):
    first, second = arrive(station), arrive(station, "YT8962646785390")
    with station.store.transaction(MANAGER) as tx:
        hand_over(tx, [first], "code", desk_id=1)
    page = said(
        client, send(client, "/find?q=1234", "/hand-over", parcel_id=[first, second], method="tail", who="self")
    )
    assert "出库 1 件，1 件没有出库" in page
    assert "王站长" in page
    assert value(station, "SELECT COUNT(*) FROM parcel_events WHERE kind = 'second_pickup_tried'") == 1
    assert "已被" in client.get("/find?q=YT8962646785389").text


def test_nothing_ticked_hands_nothing_over(client, station):
    arrive(station)
    answer = send(client, "/find?q=1234", "/hand-over", method="tail", who="self")
    assert answer.status_code == 422
    assert "没有勾选" in answer.text


def test_another_person_must_be_named_and_may_stand_for_good(client, station):
    first, second = arrive(station), arrive(station, "YT8962646785390")
    answer = send(client, "/find?q=1234", "/hand-over", parcel_id=first, who="another")
    assert answer.status_code == 422
    fields = {"who": "another", "collected_by": "赵大嫂", "relation": "neighbour", "remember": "1"}
    said(client, send(client, "/find?q=1234", "/hand-over", parcel_id=first, **fields))
    page = client.get("/find?q=1234").text
    assert "赵**" in page
    assert "赵大嫂" not in page
    said(client, send(client, "/find?q=1234", "/hand-over", parcel_id=second, who="another", proxy_id="1"))
    assert value(station, "SELECT COUNT(*) FROM parcels WHERE state = 'handed_over'") == 2


def test_direct_hand_over_is_chosen_and_left(client, station):
    said(client, send(client, "/find", "/hand-over/mode", mode="hand_over"))
    assert value(station, "SELECT mode FROM desks") == "hand_over"
    assert "直接出库中" in client.get("/find").text
    said(client, send(client, "/find", "/hand-over/mode", mode="home"))
    assert value(station, "SELECT mode FROM desks") == "home"


@pytest.mark.obligation("TC-35", "CUO-20", place="/audit", reads="who looked at a full number, and when")
def test_full_number_is_shown_once_and_recorded_and_denied_to_an_inspector(client, station):
    parcel_id = arrive(station)
    answer = send(client, f"/parcels/{parcel_id}", f"/parcels/{parcel_id}/unmask")
    assert "19900001234" in answer.text
    assert value(station, "SELECT COUNT(*) FROM audit WHERE action = 'parcel.unmasked'") == 1
    assert answer.headers["Cache-Control"] == "no-store"
    other = create_app(station.store, station.runtime).test_client()
    log_in(other, station, "周检查")
    denied = send(other, "/more", f"/parcels/{parcel_id}/unmask")
    assert denied.status_code in (403, 422)
    assert "19900001234" not in denied.text
    assert value(station, "SELECT COUNT(*) FROM audit WHERE action = 'parcel.unmask_denied'") == 1


# One parcel ----------------------------------------------------------------------------------------------------------


def test_parcel_is_put_right_with_a_new_slip_and_the_same_code(client, station):
    parcel_id = arrive(station)
    code = value(station, "SELECT pickup_code FROM parcels")
    place = f"/parcels/{parcel_id}"
    page = said(client, send(client, place, f"{place}/correct", phone="5678", carrier="ZTO", shelf="4-1", name_hint=""))
    assert "已更正" in page
    assert "****5678" in page
    assert (value(station, "SELECT carrier FROM parcels"), value(station, "SELECT pickup_code FROM parcels")) == (
        "ZTO",
        code,
    )
    assert "没有改动" in said(client, send(client, place, f"{place}/correct"))
    assert send(client, place, f"{place}/correct", phone="12").status_code == 422


@pytest.mark.obligation("NORM-08", place="/parcels", reads="a problem parcel with its reason, set aside and put back")
def test_parcel_is_set_aside_and_put_back(client, station):
    parcel_id = arrive(station)
    place = f"/parcels/{parcel_id}"
    said(client, send(client, place, f"{place}/set-aside", **{"as": "problem", "reason": "damaged"}))
    assert value(station, "SELECT state FROM parcels") == "problem"
    page = said(client, send(client, "/find?q=1234", "/hand-over", parcel_id=parcel_id, method="tail", who="self"))
    assert "0 件" in page
    assert value(station, "SELECT state FROM parcels") == "problem"
    said(client, send(client, place, f"{place}/set-aside", **{"as": "put_back"}))
    assert value(station, "SELECT state FROM parcels") == "on_shelf"
    assert send(client, place, f"{place}/set-aside", **{"as": "sold"}).status_code == 422


def test_notice_is_printed_again_as_a_copy(client, station):
    parcel_id = arrive(station)
    assert send(client, f"/parcels/{parcel_id}", "/notices/1/resend").status_code == 422, "the first still waits"
    come_out(station)
    said(client, send(client, f"/parcels/{parcel_id}", "/notices/1/resend"))
    assert value(station, "SELECT MAX(copy_no) FROM print_jobs") == 1


@pytest.mark.obligation(
    "JX-14",
    "JX-27",
    place="/parcels",
    reads="the life of a parcel: when it came, was noticed and collected, and by whom",
)
def test_story_of_a_parcel_names_who_and_when(client, station):
    parcel_id = arrive(station)
    said(client, send(client, "/find?q=1234", "/hand-over", parcel_id=parcel_id, method="known_by_face", who="self"))
    said(client, send(client, f"/parcels/{parcel_id}", f"/parcels/{parcel_id}/undo"))
    page = client.get(f"/parcels/{parcel_id}").text
    for words in ("入库", "出库", "熟人", "撤销了出库", "王站长"):
        assert words in page
    assert client.get("/parcels/999").status_code in (404, 422)
    assert "快件" in client.get("/parcels?state=handed_over").text
