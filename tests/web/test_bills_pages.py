"""The pages of bills: each step with its unhappy paths, what is said, what stays as it was."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from flask.testing import FlaskClient
from PIL import Image

from kiosk.attachments import check as attachment_check
from kiosk.bills import check as bill_check
from kiosk.till import check as till_check
from tests.web.browser import TestStation
from tests.web.counter import make_counter, said, value
from tests.web.forms import hidden, log_in, send
from web import create_app

BILL = {"biller": "power-demo", "account_no": "6029023500", "amount": "50", "bill_period": "2026-11"}
TOP_UP = {"biller": "mobile-demo", "account_no": "19900001234", "account_again": "199 0000 1234", "amount": "50"}
SENT = {"channel": "wechat", "paid_from": "wechat", "account_holder": "张*国", "holder_confirmed": "1"}


@pytest.fixture
def station(tmp_path: Path) -> Iterator[TestStation]:
    found = make_counter(tmp_path)
    yield found
    with found.store.reading() as db:
        wrong = [str(problem) for room in (bill_check, attachment_check, till_check) for problem in room.problems(db)]
    assert wrong == []
    found.close()


@pytest.fixture
def client(station: TestStation) -> FlaskClient:
    found = create_app(station.store, station.runtime).test_client()
    log_in(found, station, "王站长")
    return found


def somebody(client: FlaskClient, station: TestStation, name: str) -> FlaskClient:
    """Another browser, with somebody else at it."""
    other = client.application.test_client()
    log_in(other, station, name)
    return other


def received(client: FlaskClient, station: TestStation, **fields: str) -> str:
    """The page of a bill whose money was taken."""
    said(client, send(client, "/bills/new", "/bills/new", **(BILL | fields)))
    ticket = value(station, "SELECT MAX(id) FROM tickets")
    said(client, send(client, "/ticket", f"/tickets/{ticket}/settle", given="50"))
    return f"/bills/{value(station, 'SELECT MAX(id) FROM bills')}"


def act(client: FlaskClient, bill: str, what: str, **fields: str) -> Any:
    return send(client, bill, f"{bill}/{what}", **fields)


def photo(size: int = 900, **options: Any) -> io.BytesIO:
    out = io.BytesIO()
    Image.effect_noise((size, size), 90).convert("RGB").save(out, "JPEG", **options)
    out.seek(0)
    return out


def with_photo(client: FlaskClient, bill: str, what: str, content: Any, **fields: str) -> Any:
    text = client.get(bill).text
    data = {name: hidden(text, name) for name in ("csrf_token", "_key")} | fields
    sent = httpx.Request("POST", "http://station", data=data, files={"picture": ("a.jpg", content)})
    headers = {"Sec-Fetch-Site": "same-origin", "Content-Type": sent.headers["Content-Type"]}
    return client.post(f"{bill}/{what}", data=sent.read(), headers=headers)


def waited(client: FlaskClient, which: str) -> str:
    """What the list says under 等了."""
    return re.search(r'<td class="when">([^<]*)</td>', client.get("/bills" + which).text)[1].strip()


def state(station: TestStation) -> str:
    return value(station, "SELECT state FROM bills ORDER BY id DESC")


def test_top_up_is_read_back_before_it_is_taken(client, station):
    answer = send(client, "/bills/new", "/bills/new", **TOP_UP)
    assert answer.status_code == 422
    assert "199 0000 1234" in answer.text and "念给村民听" in answer.text
    assert value(station, "SELECT COUNT(*) FROM bills") == 0
    said(client, send(client, "/bills/new", "/bills/new", is_read_back="1", **TOP_UP))
    again = send(client, "/bills/new", "/bills/new", is_read_back="1", **TOP_UP)
    assert again.status_code == 422 and "再缴一次" in again.text
    assert again.text.count('type="checkbox"') == 2, "what was ticked stays beside what is asked now"


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        (TOP_UP | {"account_again": "19900001235"}, "两次"),
        (TOP_UP | {"amount": "35"}, "面值"),
        (BILL | {"bill_period": "11月"}, "账期"),
        (BILL | {"late_fee": "60"}, "违约金"),
        (BILL | {"months": "两"}, "数量"),
        (BILL | {"balance_before": "欠"}, "金额"),
        (BILL | {"phone": "12"}, "手机号"),
        (BILL | {"customer_name": "11010519491231002X"}, "身份证"),
    ],
)
def test_wrong_field_is_said_and_everything_typed_is_kept(client, station, fields, words):
    answer = send(client, "/bills/new", "/bills/new", **fields)
    assert answer.status_code == 422 and words in answer.text
    assert f'value="{fields["account_no"]}"' in answer.text
    assert value(station, "SELECT COUNT(*) FROM bills") == 0


def test_holder_is_asked_and_shown_large(client, station):
    answer = send(client, "/bills/new", "/bills/new", account_holder="张*国", **BILL)
    assert answer.status_code == 422 and "是不是这个户名" in answer.text and "张*国" in answer.text
    said(client, send(client, "/bills/new", "/bills/new", account_holder="张*国", holder_confirmed="1", **BILL))
    assert value(station, "SELECT is_holder_confirmed FROM bills") == 1


def test_bill_goes_its_whole_way_and_is_found_on_the_list_at_each_step(client, station):
    bill = received(client, station)
    assert "1 笔缴费收了钱还没办完" in client.get("/").text
    assert "去缴" in client.get("/bills").text and "￥50.00" in client.get("/bills").text
    assert waited(client, "") == "0 分钟"
    refused = act(client, bill, "submit", **(SENT | {"holder_confirmed": ""}))
    assert refused.status_code == 422 and "户名" in refused.text and 'value="张*国"' in refused.text
    said(client, act(client, bill, "submit", **SENT))
    assert "记结果" in client.get("/bills").text
    page = said(client, act(client, bill, "unconfirmed"))
    assert "不会再收" in page
    assert "1 笔缴费结果未确认" in client.get("/").text
    assert send(client, "/bills/new", "/bills/new", pays_again="1", **BILL).status_code == 422
    assert "去查" in client.get("/bills").text
    said(client, act(client, bill, "looked-up", how="hotline"))
    assert act(client, bill, "confirm", how="app").status_code == 422
    assert act(client, bill, "confirm", serial_no="S1").status_code == 422
    page = said(client, act(client, bill, "confirm", serial_no="S1", how="app", balance_after="37.7"))
    assert "已缴成" in page and "￥37.70" in page
    assert "没有要办的缴费" in client.get("/bills").text
    assert "S1" in client.get(bill).text and bill in client.get("/bills?state=confirmed").text
    assert waited(client, "?state=all") == "—"  # a waiting time, never a time of the day
    said(client, act(client, bill, "proof"))
    assert value(station, "SELECT COUNT(*) FROM slips WHERE template = 'bill_proof'") == 1


def test_bill_that_failed_is_given_back_on_a_ticket(client, station):
    bill = received(client, station)
    said(client, act(client, bill, "submit", **SENT))
    assert act(client, bill, "fail", reason="rejected", how="app").status_code == 422
    said(client, act(client, bill, "unconfirmed"))
    assert act(client, bill, "refund", reason="mistake").status_code == 422
    assert act(client, bill, "fail", reason="rejected").status_code == 422
    said(client, act(client, bill, "fail", reason="rejected", how="counter"))
    said(client, act(client, bill, "refund", reason="not_available"))
    assert act(client, bill, "refund", reason="not_available").status_code == 422, "it lies on the ticket already"
    ticket = value(station, "SELECT MAX(id) FROM tickets")
    said(client, send(client, "/ticket", f"/tickets/{ticket}/settle", given="0"))
    assert state(station) == "refunded"
    assert value(station, "SELECT COALESCE(SUM(amount_fen), 0) FROM postings WHERE account = 'drawer'") == 0


def test_photo_is_kept_small_and_shown_to_whoever_may(client, station):
    bill = received(client, station)
    said(client, act(client, bill, "submit", **SENT))
    large = photo(2600, quality=95)
    assert len(large.getvalue()) > 1_000_000, "larger than any other form may be"
    said(client, with_photo(client, bill, "confirm", large))
    shown = client.get("/attachments/1")
    assert (shown.mimetype, shown.headers["Cache-Control"]) == ("image/jpeg", "no-store")
    assert len(shown.data) <= 200_000
    assert value(station, "SELECT COUNT(*) FROM audit WHERE action = 'attachment.shown'") == 1
    inspector = somebody(client, station, "周检查")
    assert inspector.get("/attachments/1").status_code == 403
    assert "/attachments/1" not in inspector.get(bill).text


def test_file_that_is_no_photo_is_said(client, station):
    bill = received(client, station)
    said(client, act(client, bill, "submit", **SENT))
    answer = with_photo(client, bill, "confirm", io.BytesIO(b"%PDF-1.7"), serial_no="S1")
    assert answer.status_code == 422 and "照片" in answer.text and 'value="S1"' in answer.text
    assert with_photo(client, bill, "picture", io.BytesIO(b"")).status_code == 422
    said(client, with_photo(client, bill, "picture", photo()))
    assert state(station) == "submitted"


def test_full_account_is_shown_once_and_recorded(client, station):
    bill = received(client, station)
    assert "6029023500" not in client.get(bill).text and "6029023500" not in client.get("/bills").text
    answer = act(client, bill, "unmask")
    assert "6029023500" in answer.text and answer.headers["Cache-Control"] == "no-store"
    inspector = somebody(client, station, "周检查")
    text = inspector.get("/fees").text
    token = {"csrf_token": hidden(text, "csrf_token")} if 'name="csrf_token"' in text else {}
    assert inspector.post(f"{bill}/unmask", data=token, headers={"Sec-Fetch-Site": "same-origin"}).status_code != 200
    assert "已提交" not in inspector.get(bill).text


@pytest.mark.parametrize("place", ["/bills/99", "/attachments/99"])
def test_what_is_not_there_is_said(client, place):
    assert client.get(place).status_code == 404
