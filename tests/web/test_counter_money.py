"""The pages of tickets, payment, the day and its report, with their unhappy paths: what is said, what is kept, what is
left as it was."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from kiosk import outbox
from kiosk.check import problems
from tests.web.browser import TestStation, make_station
from tests.web.counter import come_out, make_counter, said, value
from tests.web.forms import log_in, send
from web import create_app

BILL = {"biller": "power-demo", "account_no": "6029023500", "amount": "50", "bill_period": "2026-11"}
BUY = {"item_name": "水泵", "quantity": "1", "amount": "100", "paid_by": "customer", "customer_name": "张建国"}


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


# Money ---------------------------------------------------------------------------------------------------------------


def test_three_services_stand_on_one_ticket_and_one_may_be_taken_off(client, station):
    said(client, send(client, "/purchases/new", "/purchases/new", **BUY))
    said(client, send(client, "/bills/new", "/bills/new", **BILL))
    sale = {"item_name": "土鸡蛋", "quantity": "40", "unit": "个", "amount": "60", "supplier_name": "杨大山"}
    page = said(client, send(client, "/consignment/new", "/consignment/new", **sale))
    assert "￥213.00" in page
    page = said(client, send(client, "/ticket", "/tickets/lines/3/remove"))
    assert "￥153.00" in page


@pytest.mark.parametrize(
    ("page", "fields", "words"),
    [
        ("/purchases/new", BUY | {"amount": "一百"}, "金额"),
        ("/purchases/new", BUY | {"quantity": "半"}, "数量"),
        ("/purchases/new", BUY | {"item_name": " "}, "品名"),
        ("/bills/new", BILL | {"account_no": "12"}, "户号"),
        ("/bills/new", BILL | {"biller": "mobile-demo", "account_no": "19900001234"}, "两次"),
        ("/consignment/new", {"item_name": "蜂蜜", "quantity": "1", "amount": "60", "supplier_name": ""}, "货主"),
    ],
)
def test_wrong_field_is_said_and_everything_typed_is_kept(client, station, page, fields, words):
    answer = send(client, page, page, **fields)
    assert answer.status_code == 422
    assert words in answer.text
    kept = fields.get("item_name") or fields.get("account_no")
    assert f'value="{kept}"' in answer.text
    assert value(station, "SELECT COUNT(*) FROM ticket_lines") == 0


def test_same_account_and_period_again_is_asked(client, station):
    said(client, send(client, "/bills/new", "/bills/new", **BILL))
    answer = send(client, "/bills/new", "/bills/new", **BILL)
    assert answer.status_code == 422
    assert "村民确认要再缴一次" in answer.text
    said(client, send(client, "/bills/new", "/bills/new", pays_again="1", **BILL))
    assert value(station, "SELECT COUNT(*) FROM ticket_lines") == 2


def test_fee_that_nobody_published_is_not_charged(tmp_path: Path):
    bare = make_station(tmp_path / "bare")
    found = create_app(bare.store, bare.runtime).test_client()
    log_in(found, bare, "王站长")
    assert "还没有公示收费标准" in found.get("/purchases/new").text
    answer = send(found, "/purchases/new", "/purchases/new", **BUY)
    assert answer.status_code == 422
    assert "没有公示" in answer.text
    bare.close()


def test_too_little_cash_is_said_to_the_fen_and_the_receipt_comes_once(client, station):
    said(client, send(client, "/purchases/new", "/purchases/new", **BUY))
    answer = send(client, "/ticket", "/tickets/1/settle", given="100")
    assert answer.status_code == 422
    assert "3.00" in answer.text
    assert 'value="100"' in answer.text
    page = said(client, send(client, "/ticket", "/tickets/1/settle", given="110"))
    assert "找零 ￥7.00" in page
    number = value(station, "SELECT receipt_no FROM tickets")
    assert number in page
    assert value(station, "SELECT COUNT(*) FROM print_jobs") == 1
    come_out(station)
    said(client, send(client, "/tickets/1", "/slips/1/reprint", next="/tickets/1"))
    assert value(station, "SELECT MAX(copy_no) FROM print_jobs") == 1
    assert client.get(f"/receipt?no={number}").headers["Location"].endswith("/tickets/1")
    assert "没有这张收据" in client.get("/receipt?no=R1").text
    assert number in client.get("/tickets").text


def test_settled_ticket_is_voided_with_money_back_and_an_open_one_without(client, station):
    said(client, send(client, "/purchases/new", "/purchases/new", **BUY))
    said(client, send(client, "/ticket", "/tickets/1/settle", given="103"))
    page = said(client, send(client, "/tickets/1", "/tickets/1/void", reason="mistake"))
    assert "请退给村民现金 ￥103.00" in page
    said(client, send(client, "/purchases/new", "/purchases/new", **BUY))
    assert "没有收款" in said(client, send(client, "/ticket", "/tickets/2/void", reason="mistake"))
    assert value(station, "SELECT SUM(amount_fen) FROM postings WHERE account = 'drawer'") == 0


def test_refused_void_comes_back_to_its_ticket_with_the_sentence_and_the_reason(client, station):
    said(client, send(client, "/purchases/new", "/purchases/new", **BUY))
    answer = send(client, "/ticket", "/tickets/1/void", reason="")  # nothing was chosen
    assert answer.status_code == 422 and "请从列表中选择作废" in answer.text
    assert "￥103.00" in answer.text and '<details id="drop" open' in answer.text
    said(client, send(client, "/ticket", "/tickets/1/settle", given="103"))
    said(client, send(client, "/tickets/1", "/tickets/1/refund", line="1", reason="mistake"))
    said(client, send(client, "/ticket", "/tickets/2/settle"))
    answer = send(client, "/tickets/1", "/tickets/1/void", reason="customer_withdrew")
    assert answer.status_code == 422 and "不能整单作废" in answer.text
    assert value(station, "SELECT receipt_no FROM tickets WHERE id = 1") in answer.text
    assert '<details id="void" open' in answer.text and 'value="customer_withdrew" aria-pressed="true"' in answer.text
    assert '<details id="refund" open' not in answer.text


# The day and its report ----------------------------------------------------------------------------------------------


def count(client: FlaskClient, **pieces: str):
    place = send(client, "/day", "/day/count").headers["Location"]
    return place, send(client, place, place + "/finish", **pieces)


def test_day_is_opened_counted_closed_and_reported(client, station):
    assert send(client, "/day", "/day/open", float="两百").status_code == 422
    said(client, send(client, "/day", "/day/open", float="200"))
    said(client, send(client, "/purchases/new", "/purchases/new", **BUY))
    said(client, send(client, "/ticket", "/tickets/1/settle", given="103"))
    place, wrong = count(client, piece_10000="三")
    assert wrong.status_code == 422
    assert "￥303" not in client.get(place).text
    answer = send(client, place, place + "/finish", piece_10000="3")
    page = client.get(answer.headers["Location"]).text
    assert "￥303.00" in page
    assert "短款" in page
    close = place.replace("/day/count", "/day/close")
    assert send(client, place, close).status_code == 422
    page = said(client, send(client, place, close, reason="unexplained"))
    assert "已日结" in page
    assert "等待上报" in page
    assert client.get(place).status_code == 303
    assert "短款" in client.get("/day").text
    assert value(station, "SELECT report_no FROM reports") in client.get("/reports").text


def test_money_taken_while_counting_voids_the_count(client, station):
    said(client, send(client, "/purchases/new", "/purchases/new", **BUY))
    place = send(client, "/day", "/day/count").headers["Location"]
    said(client, send(client, "/ticket", "/tickets/1/settle", given="103"))
    answer = send(client, place, place + "/finish", piece_10000="1")
    assert answer.status_code == 422
    assert "点钞期间有收付款" in answer.text


def test_refused_report_is_shown_with_its_reason_and_sent_again_by_the_manager(client, station):
    said(client, send(client, "/day", "/day/open"))
    place, answer = count(client)
    said(client, send(client, place, place.replace("/day/count", "/day/close")))
    with station.store.transaction() as tx:
        outbox.refuse(tx, 1, "<script>站点未登记")
    page = client.get("/reports/1").text
    assert "被退回" in page
    assert "&lt;script&gt;站点未登记" in page
    said(client, send(client, "/reports/1", "/messages/1/release"))
    assert value(station, "SELECT state FROM outbox") == "waiting"
    assert client.get("/reports/99").status_code == 404
