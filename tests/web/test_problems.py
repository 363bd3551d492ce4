"""The pages of problem parcels: the list, the parcel's page with its story, lost and found, the wrong person, photos from
this computer and from a phone that is paired once."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from PIL import Image

from kiosk.check import problems
from kiosk.counter.hand_over import hand_over_one
from tests.web.browser import TestStation
from tests.web.counter import MANAGER, arrive, make_counter, said, value
from tests.web.forms import log_in, send
from web import create_app

ZTO = "73610555582883"


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


@pytest.fixture
def parcel(station: TestStation) -> int:
    arrive(station, ZTO)
    return int(value(station, "SELECT MAX(id) FROM parcels"))


def collect(station: TestStation, parcel_id: int) -> None:
    with station.store.transaction(MANAGER) as tx:
        hand_over_one(tx, parcel_id, "code")


def photo() -> tuple[io.BytesIO, str]:
    out = io.BytesIO()
    Image.new("RGB", (300, 400), "brown").save(out, "JPEG")
    out.seek(0)
    return out, "photo.jpg"


def test_list_says_that_nothing_is_open_and_then_what_is(client, parcel):
    assert "没有待处理的问题件" in client.get("/problems").text
    page = said(
        client,
        send(client, f"/parcels/{parcel}", f"/parcels/{parcel}/set-aside", **{"as": "problem", "reason": "damaged"}),
    )
    assert "有一个问题待处理：破损" in page and "王站长 把它列为问题件：破损" in page
    page = client.get("/problems?kind=damaged").text
    assert "破损 1" in page and f"/parcels/{parcel}" in page
    assert "撤销问题件登记" in client.get(f"/parcels/{parcel}").text
    said(client, send(client, f"/parcels/{parcel}", f"/parcels/{parcel}/undo"))
    assert "登记错了，已撤销" in client.get("/problems?state=closed").text


def test_lost_parcel_is_settled_reopened_and_found(client, parcel, station):
    here = f"/parcels/{parcel}"
    page = said(client, send(client, here, f"{here}/lose"))
    assert "已登记丢失" in page and "王站长 登记它丢失了" in page
    answer = send(client, here, "/problems/1/settle", resolution="compensated")
    assert answer.status_code == 422 and "还没有付过赔付" in answer.text
    assert "这个问题已了结" in said(client, send(client, here, "/problems/1/settle", resolution="settled"))
    assert "已重新打开" in said(client, send(client, here, "/problems/1/reopen"))
    page = said(client, send(client, here, f"{here}/find-again"))
    assert "找到了，取件码不变" in page and "等人来取" in page
    answer = send(client, here, f"{here}/find-again")
    assert answer.status_code == 422 and value(station, "SELECT state FROM parcels") == "on_shelf"


def test_wrong_person_is_shown_only_on_a_page_that_keeps_nothing(client, parcel, station):
    here = f"/parcels/{parcel}"
    collect(station, parcel)
    page = said(client, send(client, here, f"{here}/wrong-person", who="穿蓝衣服的"))
    assert "错给了别人" in page and "穿蓝衣服的" not in page
    answer = send(client, here, f"{here}/wrong-person/show")
    assert "穿蓝衣服的" in answer.text and answer.headers["Cache-Control"] == "no-store"
    assert "已登记为错给了别人" in send(client, here, f"{here}/wrong-person").text
    page = said(client, send(client, here, f"{here}/recover", is_damaged="1"))
    assert "已追回" in page and "问题件" in page
    page = said(client, send(client, here, f"{here}/undo"))
    assert "它还在别人那里" in page


def test_photo_from_this_computer_is_kept_small_and_shown(client, parcel):
    here = f"/parcels/{parcel}"
    page = said(client, send(client, here, f"{here}/photo", photo=photo()))
    assert "照片已保存" in page and "照片 1" in page
    assert client.get("/attachments/1").mimetype == "image/jpeg"
    answer = send(client, here, f"{here}/photo", photo=(io.BytesIO(b"no picture"), "x.jpg"))
    assert answer.status_code == 422 and "不是能打开的照片" in answer.text


def test_phone_is_paired_once_and_sends_photos_of_that_parcel_only(client, parcel, station):
    page = send(client, f"/parcels/{parcel}", f"/parcels/{parcel}/phone").text
    token = re.search(r"/phone/([\w-]+)", page)[1]
    assert "手机连不上这个地址" in page
    phone = create_app(station.store, station.runtime).test_client()
    other = create_app(station.store, station.runtime).test_client()
    assert "不能再传照片" in phone.get("/phone").text
    answer = send(phone, f"/phone/{token}", f"/phone/{token}/begin")
    assert answer.status_code == 303
    assert "已有 0 张" in phone.get("/phone").text
    assert "已经被一部手机用过了" in send(other, f"/phone/{token}", f"/phone/{token}/begin").text
    assert "照片已保存" in said(phone, send(phone, "/phone", "/phone/send", photo=photo()))
    answer = send(phone, "/phone", "/phone/send", photo=(io.BytesIO(b"no picture"), "x.jpg"))
    assert answer.status_code == 422 and "不是能打开的照片" in answer.text and "已有 1 张" in answer.text
    assert phone.get(f"/parcels/{parcel}").status_code in (302, 303)
    said(client, send(client, f"/parcels/{parcel}", f"/parcels/{parcel}/phone/end"))
    assert "这次拍照已经结束" in phone.get("/phone").text
    assert value(station, "SELECT COUNT(*) FROM attachments") == 1


def test_inspector_sees_the_list_and_changes_nothing(client, parcel, station):
    said(client, send(client, f"/parcels/{parcel}", f"/parcels/{parcel}/lose"))
    inspector = create_app(station.store, station.runtime).test_client()
    log_in(inspector, station, "周检查")
    assert "丢失" in inspector.get("/problems").text
    assert send(inspector, f"/parcels/{parcel}", f"/parcels/{parcel}/find-again").status_code == 403
