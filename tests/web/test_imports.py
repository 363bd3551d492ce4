"""The pages of a courier's list: looked at first, taken whole or not at all, nothing kept of the file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from kiosk.check import problems
from kiosk.counter.take_list import take_list
from kiosk.errors import Refused
from kiosk.parcel_lists import guess, read_file
from kiosk.parcel_lists.model import ROWS_A_TURN, Purpose
from kiosk.words import say
from tests.web.browser import TestStation
from tests.web.counter import MANAGER, arrive, make_counter, said, value
from tests.web.forms import hidden, log_in
from web import create_app
from web.views.imports import _called_back

ZTO, YTO = "73610555582883", "YT8962646785389"
GOOD = f"运单号,收件人,电话,地址\n{ZTO},张三,13812341234,枫林村\n{YTO},李,1234,枫林村\n"


@pytest.fixture
def station(tmp_path: Path) -> Iterator[TestStation]:
    found = make_counter(tmp_path)
    yield found
    assert list(problems(found.store)) == []
    found.close()


@pytest.fixture
def client(station: TestStation) -> FlaskClient:
    found = create_app(station.store, station.runtime).test_client()
    log_in(found, station)
    return found


def choose(client: FlaskClient, content: bytes, **fields: str):
    """Sends a file as a browser does. The body is made here: Flask's client leaves its temporary file open with large ones."""
    page = client.get("/imports").text
    form = {"csrf_token": hidden(page, "csrf_token"), "_key": hidden(page, "_key"), **fields}
    parts = [f'--x\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{text}\r\n' for name, text in form.items()]
    head = '--x\r\nContent-Disposition: form-data; name="file"; filename="list.csv"\r\n\r\n'
    body = ("".join(parts) + head).encode() + content + b"\r\n--x--\r\n"
    return client.post("/imports/preview", data=body, content_type="multipart/form-data; boundary=x")


def again(client: FlaskClient, path: str, page: str, **fields: str):
    import html

    form = {name: hidden(page, name) for name in ("csrf_token", "_key")}
    form["grid"] = html.unescape(hidden(page, "grid"))
    return client.post(path, data=form | fields, content_type="multipart/form-data")


def test_list_is_shown_before_it_is_taken_and_phones_are_masked(client, station):
    page = choose(client, GOOD.encode("gb18030"), carrier="ZTO").text
    assert "新 2 件" in page and "138****1234" in page and "导入这 2 件" in page
    assert "枫林村" not in hidden(page, "grid"), "an address goes nowhere"
    assert value(station, "SELECT COUNT(*) FROM parcels") == 0
    done = said(client, again(client, "/imports/take", page, carrier="ZTO", column_waybill="0", column_phone="2"))
    assert "导入了 2 件" in done and "还有 2 件没到" in done and "快递员到了，开始入库" in done
    assert value(station, "SELECT COUNT(*) FROM parcels WHERE state = 'expected'") == 2


def test_second_press_of_the_same_form_takes_the_list_once(client, station):
    page = choose(client, GOOD.encode()).text
    for _press in range(2):
        assert again(client, "/imports/take", page, column_waybill="0").status_code == 303
    assert value(station, "SELECT COUNT(*) FROM parcel_lists") == 1


def test_faults_are_told_by_row_and_there_is_no_button(client, station):
    page = choose(client, f"单号,电话\n{ZTO},12345\n,1234\n12-3,1234\n".encode()).text
    assert "第 2 行" in page and "第 3 行" in page and "有错 3 处" in page
    assert "这一格不是运单号" in page and "请再扫" not in page, "nothing was scanned here"
    assert "导入这" not in page
    answer = again(client, "/imports/take", page, column_waybill="0", column_phone="1")
    assert answer.status_code == 422 and "整张清单都没有导入" in answer.text and "第 3 行" in answer.text
    assert value(station, "SELECT COUNT(*) FROM parcels") == 0


def test_other_columns_are_chosen_and_the_list_is_looked_at_anew(client):
    page = choose(client, f"甲,乙\n12345678,{ZTO}\n".encode()).text
    page = again(client, "/imports/preview", page, column_waybill="1").text
    assert ZTO in page and "新 1 件" in page
    for fields in ({}, {"column_waybill": "9"}, {"column_waybill": "1", "column_phone": "1"}):
        answer = again(client, "/imports/preview", page, **fields)
        assert answer.status_code == 200 and "没有导入" in answer.text


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "文件是空的"),
        (b"PK\x03\x04x", "读不懂这个文件"),
        (b"\xd0\xcf\x11\xe0", "旧版 .xls"),
        (b"x" * 2_000_001, "超过 2 MB"),
    ],
)
def test_file_that_is_no_list_is_explained(client, content, words):
    answer = choose(client, content)
    assert answer.status_code == 422 and words in answer.text


def test_file_of_a_hundred_megabytes_is_turned_away_unread(client):
    answer = choose(client, b"x" * 3_000_000)
    assert answer.status_code == 413 and "内容太大" in answer.text


def test_preview_that_was_tampered_with_is_refused(client):
    page = choose(client, GOOD.encode()).text
    form = {name: hidden(page, name) for name in ("csrf_token", "_key")}
    for grid in ("", "[]", '[["a"],[[1,"x","y"]]]', "x" * 310_000):
        answer = client.post("/imports/take", data=form | {"grid": grid}, content_type="multipart/form-data")
        assert answer.status_code == 422 and "没有导入" in answer.text


def test_list_is_called_back_on_its_page(client, station):
    from tests.web.forms import send

    page = choose(client, GOOD.encode(), carrier="ZTO").text
    again(client, "/imports/take", page, carrier="ZTO", column_waybill="0")
    arrive(station, ZTO)
    assert "1 件不再等待" in said(client, send(client, "/imports/1", "/imports/1/drop"))
    assert "已撤销" in client.get("/imports").text
    assert send(client, "/imports", "/imports/1/drop").status_code == 422
    assert client.get("/imports/99").status_code == 404


def test_long_list_is_taken_in_turns_and_once(client, station):
    rows = "".join(f"YT{8962646000000 + number}\n" for number in range(ROWS_A_TURN + 1))
    page = choose(client, f"单号\n{rows}".encode()).text
    assert "导入这 501 件" in page
    for _press in range(2):
        done = again(client, "/imports/take", page, column_waybill="0")
        assert "导入了 501 件，记成 2 张清单" in said(client, done)
    assert value(station, "SELECT group_concat(pieces) FROM parcel_lists") == "500,1"


@pytest.mark.parametrize("purpose", list(Purpose))
def test_turns_before_one_that_failed_are_called_back_or_told_of(client, station, purpose):
    grid = read_file(f"单号,取件码\n{ZTO},3-2-1005\n".encode())
    with station.store.transaction(MANAGER) as tx:
        made = [take_list(tx, grid, guess(grid), purpose)]
    refused = Refused("list.row_refused", "第 {row} 行没有办成", row=501)
    with client:
        client.get("/imports")  # whose session acts
        told = _called_back(refused, made)
    if purpose is Purpose.EXPECTED:
        assert told is refused
        assert value(station, "SELECT state FROM parcels") == "undone"
    else:
        assert told.code == refused.code and "前面 1 件已经导入" in say(told.message, **told.facts)
        assert value(station, "SELECT state FROM parcels") == "on_shelf"
