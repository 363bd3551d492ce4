"""The reports as pages, paper and files: the same figures on all of them, frozen once, with what became of them."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import openpyxl
import pypdfium2
import pytest
from flask.testing import FlaskClient

from kiosk import clock, outbox
from kiosk.check import problems
from kiosk.counter.add_line import add_line
from kiosk.counter.close_day import close_day
from kiosk.counter.correct_day import correct_day
from kiosk.counter.open_day import open_day
from kiosk.counter.open_ticket import open_ticket
from kiosk.counter.settle import settle
from kiosk.printing import slips
from kiosk.printing.render_text import render_text
from kiosk.purchases.orders import order
from kiosk.reports.corrections import Change, RowChange
from tests.web.browser import TestStation
from tests.web.counter import MANAGER, make_counter, said, value
from tests.web.forms import log_in, send
from web import create_app

BILL = {"biller": "power-demo", "account_no": "0602123456500", "pays_again": True}
WISH = {"item_name": "水泵", "amount_fen": 300_00, "paid_by": "customer"}
MONTH = "/reports/periods/month/2026-03"


def at(text: str) -> str:
    on, time = text.split()
    return clock.stamp(datetime.fromisoformat(f"{on}T{time}").replace(tzinfo=clock.zone("Asia/Shanghai")))


def act(station: TestStation, when: str, do, *args, **facts):
    with station.store.transaction(MANAGER) as tx:
        tx.now = at(when)
        return do(tx, *args, **facts)


@pytest.fixture
def station(tmp_path: Path) -> Iterator[TestStation]:
    """March 2026: two closed days, an order at a shop whose name would be a formula, one complaint."""
    found = make_counter(tmp_path)
    act(found, "2026-03-02 08:30", open_day)
    for fen in (50_00, 30_00):
        ticket = act(found, "2026-03-02 09:00", open_ticket)
        act(found, "2026-03-02 09:00", add_line, ticket, "bill", **BILL | {"amount_fen": fen})
        act(found, "2026-03-02 09:01", settle, ticket, fen)
    act(found, "2026-03-02 18:00", close_day, pieces={5000: 1, 1000: 3})
    act(found, "2026-03-04 08:30", open_day)
    ticket = act(found, "2026-03-04 09:00", open_ticket)
    act(found, "2026-03-04 09:00", add_line, ticket, "purchase", **WISH)
    act(found, "2026-03-04 09:01", settle, ticket, 309_00)
    act(
        found,
        "2026-03-04 10:00",
        order,
        1,
        platform="拼多多",
        online_shop="=cmd|1",
        amount_fen=300_00,
        paid_from="wechat",
    )
    act(found, "2026-03-04 18:00", close_day, pieces={10000: 3, 500: 1, 100: 4}, reason="unexplained")
    yield found
    assert list(problems(found.store)) == []
    found.close()


@pytest.fixture
def client(station: TestStation) -> FlaskClient:
    return at_desk(station, "王站长")


def at_desk(station: TestStation, name: str) -> FlaskClient:
    found = create_app(station.store, station.runtime).test_client()
    log_in(found, station, name)
    return found


def freeze(client: FlaskClient) -> str:
    """The month, frozen by its button; the page of its report."""
    answer = send(client, MONTH, MONTH + "/freeze")
    assert answer.status_code == 303, answer.text[:500]
    return str(answer.headers["Location"]).partition("?")[0]


def words(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page.partition("<main")[2]).split())


@pytest.mark.obligation(
    "JX-16", "JX-17", place="/reports", reads="reports by period, due dates, receipts; any other span on request"
)
def test_month_is_looked_at_frozen_and_acknowledged(client, station):
    shelf = client.get("/reports?kind=month").text
    assert "还没有定稿的月报" in words(shelf)
    so_far = client.get(MONTH)
    assert "还没有定稿" in so_far.text and "380.00" in so_far.text
    place = freeze(client)
    assert client.get(MONTH).headers["Location"] == place  # from now on the frozen one
    page = client.get(place).text
    shown = words(page)
    assert "月报 · 2026 年 3 月" in shown and "等待上报" in shown and "380.00" in shown
    assert "03-03、03-05 至 03-31" in shown  # no report of these days
    assert "笔数 3 金额 ￥380.00" in shown, "the sums stand above everything else"
    assert "<title>2026-03-03 ￥0.00</title>" in page, "bars side by side are days that follow one another"
    assert page.count('<svg class="chart"') == 2 and "style=" not in page.partition("<main")[2]
    assert "每办一单计 1 笔" in shown and "当日入库的快件" in shown  # the rule and what the numbers mean
    message = value(station, "SELECT MAX(id) FROM outbox")
    with station.store.transaction() as tx:
        outbox.acknowledge(tx, message, "HZ-2026-7")
    assert "HZ-2026-7" in client.get(place).text and "HZ-2026-7" in client.get("/reports?kind=month").text
    assert send(client, "/reports", MONTH + "/freeze").status_code in (409, 422)  # nothing has changed since


def test_files_of_a_report_say_what_its_page_says(client, station):
    place = freeze(client)
    book = openpyxl.load_workbook(io.BytesIO(client.get(place + "/file.xlsx").data))
    assert book.sheetnames == ["汇总", "每天", "网购网销", "含义"]
    cells = [cell for sheet in book for line in sheet.iter_rows() for cell in line]
    assert not [cell.coordinate for cell in cells if cell.data_type == "f"]
    assert "=cmd|1" in [cell.value for cell in cells]  # text, never a formula
    sums = next(line for line in book["汇总"].iter_rows(values_only=True) if line[0] == "合计")
    assert sums[1:] == (3, 380, 0, 9)
    days = [line for line in book["每天"].iter_rows(values_only=True) if isinstance(line[0], datetime)]
    assert [(line[0].day, line[2], line[3]) for line in days[:2]] == [(2, 2, 80), (4, 1, 300)]

    text = client.get(place + "/file.csv").data
    assert text.startswith(b"\xef\xbb\xbf") and b"\r\n" in text
    lines = list(csv.reader(io.StringIO(text.decode("utf-8-sig"))))
    assert ["合计", "3", "380.00", "0.00", "9.00"] in lines
    assert not [cell for line in lines for cell in line if cell.startswith(("=", "+", "@"))]

    paper = pypdfium2.PdfDocument(client.get(place + "/file.pdf").data)
    said_there = "".join(sheet.get_textpage().get_text_range() for sheet in paper)
    assert (
        "380.00" in said_there and value(station, "SELECT MAX(report_no) FROM reports WHERE form = 'F1M'") in said_there
    )


def test_exact_bytes_are_those_of_the_hash_and_of_the_envelope(client, station):
    place = freeze(client)
    answer = client.get(place + "/content.json")
    digest = hashlib.sha256(answer.data).hexdigest()
    assert digest == value(station, "SELECT hash FROM reports ORDER BY id DESC") and digest in client.get(place).text
    assert json.loads(answer.data)["totals"]["txn_amount_fen"] == 380_00
    assert answer.headers["ETag"] == f'"{digest}"'
    signed = client.get(place + "/envelope.jws").data.decode()
    assert signed == value(station, "SELECT envelope FROM outbox ORDER BY id DESC")
    assert client.get("/reports/99/content.json").status_code == 404
    assert client.get(place + "/file.exe").status_code == 404


def test_corrected_day_replaces_the_month_and_both_stay(client, station):
    first = freeze(client)
    change = Change("wrong_amount", "A1", [RowChange("bill", "power", txn_amount_fen=-10_00)])
    act(station, "2026-03-05 09:00", correct_day, "2026-03-02", change)
    assert "已被 FM20260331-0002 取代" in words(client.get(first).text)
    second = client.get(MONTH).headers["Location"]
    shown = words(client.get(second).text)
    assert (
        "370.00" in shown
        and "第 1 次补充" in shown
        and "取代 FM20260331-0001" in shown
        and "2026-03-02 的日报有更新" in shown
    )
    assert "380.00" in client.get(first).text  # what stood, stands


def test_slip_of_a_report_bears_the_receipt(client, station):
    place = freeze(client)
    assert "HZ-9" not in said(client, send(client, place, place + "/print"))
    with station.store.transaction() as tx:
        outbox.acknowledge(tx, value(station, "SELECT MAX(id) FROM outbox"), "HZ-9")
    assert "月报" in said(client, send(client, place, place + "/print"))
    with station.store.reading() as db:
        text = render_text(slips.compose(db, db.value("SELECT MAX(id) FROM slips")), 32)
    assert "HZ-9" in text and "380.00" in text and "2026 年 3 月" in text


def test_other_span_is_made_by_its_dates(client, station):
    place = client.get("/reports/ad-hoc?from=2026-03-01&to=2026-03-03").headers["Location"]
    assert "80.00" in client.get(place).text
    assert client.get("/reports/periods/ad_hoc/2026-03-03_2026-03-01").status_code == 422
    assert client.get("/reports/periods/month/2026-13").status_code == 422
    assert client.get("/reports/periods/year/2026").status_code == 404
    assert "FA20260303-0001" in said(client, send(client, place, place + "/freeze"))


def test_inspector_reads_and_takes_but_does_not_freeze(client, station):
    place = freeze(client)
    looking = at_desk(station, "周检查")
    assert looking.get(place).status_code == 200 and looking.get(place + "/file.xlsx").status_code == 200
    page = looking.get("/reports?kind=week").text
    assert "/freeze" not in page and "打印小票" not in looking.get(place).text
    assert send(looking, "/reports", "/reports/periods/week/2026-W10/freeze").status_code == 403


@pytest.mark.obligation("TC-08", "NORM-15", place="/", reads="what the county asks today: hours, days, reports, terms")
def test_first_page_says_calmly_what_the_county_asks(client, station):
    page = client.get("/").text
    glance = page[page.index('class="glance"') : page.index("</a>", page.index('class="glance"'))]
    assert "今天营业" in glance and "本周营业" in glance and "今天日报" in glance and "上月月报" in glance
    shown = words(client.get("/compliance").text)
    for title in ("今天营业时长", "上月的月报", "本月成交额", "投诉和纠纷", "本月盘点", "设备维修", "未通知的件"):
        assert title in shown
    assert "hours.least_hours" in shown and "LY-22" in shown
