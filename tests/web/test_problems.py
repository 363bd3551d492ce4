"""The pages of problem parcels: the list, the parcel's page with its story, lost and found, the wrong person, photos from
this computer and from a phone that is paired once."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from PIL import Image

from kiosk.check import problems
from kiosk.counter import photo_pairing as pairing
from kiosk.counter.close_day import close_day
from kiosk.counter.hand_over import hand_over_one
from tests.web.browser import TestStation
from tests.web.counter import MANAGER, arrive, make_counter, said, value
from tests.web.forms import log_in, send
from web import create_app
from web.views import parcels, photo_pairing

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
    assert "1 件问题件还没处理完" in client.get("/").text
    day = client.get("/day").text
    assert "没处理完的问题件" in day and f'href="/parcels/{parcel}"' in day
    assert "撤销问题件登记" in client.get(f"/parcels/{parcel}").text
    said(client, send(client, f"/parcels/{parcel}", f"/parcels/{parcel}/undo"))
    assert "登记错了，已撤销" in client.get("/problems?state=closed").text


def test_every_kind_is_listed_resolved_or_sent_back_at_the_parcels_page(client, parcel, station):
    here = f"/parcels/{parcel}"
    for kind, words in parcels.ASIDE_WORDS.items():
        page = said(client, send(client, here, f"{here}/set-aside", **{"as": "problem", "reason": kind}))
        assert f"有一个问题待处理：{words}" in page and "解决了，恢复在库" in page and "转为待退" in page
        assert f"{words} 1" in client.get(f"/problems?kind={kind}").text
        how = "to_return" if kind in ("missort", "refused", "intercept") else "put_back"
        page = said(client, send(client, here, f"{here}/set-aside", **{"as": how, "reason": kind}))
        if how == "to_return":
            assert f"把它列为待退：{words}" in page and "转为待退</button>" not in page
            said(client, send(client, here, f"{here}/set-aside", **{"as": "put_back"}))
    ended = "SELECT COUNT(*) FROM parcel_problems WHERE resolution IN ('put_back', 'to_return')"
    assert value(station, ended) == len(parcels.ASIDE_WORDS) == 9


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


def test_page_says_plainly_that_no_phone_can_reach_the_station(client, parcel, station):
    page = said(client, send(client, f"/parcels/{parcel}", f"/parcels/{parcel}/phone"))
    assert "手机传照片还没有打开" in page and "station.toml" in page and "选照片文件" in page
    assert value(station, "SELECT COUNT(*) FROM photo_pairings") == 0, "a QR that leads nowhere is not made"


def test_counter_that_is_open_under_its_lan_address_shows_the_qr_for_that(client, parcel, station):
    app = client.application
    for address, found in [
        ("http://192.168.1.20:8080/", "http://192.168.1.20:8080"), ("http://127.0.0.1:8080/", ""),
        ("http://[::1]:8080/", ""), ("https://station.lan/", "https://station.lan"),
    ]:  # fmt: skip
        with app.test_request_context(base_url=address):
            assert photo_pairing._base() == found


def test_phone_in_the_counters_own_pages_sees_that_parcel_only(client, parcel, station):
    with station.store.transaction(MANAGER) as tx:
        _pairing, token = pairing.begin_pairing(tx, parcel)
    assert "已经失效" not in client.get(f"/parcels/{parcel}/phone").text
    phone = create_app(station.store, station.runtime).test_client()
    assert send(phone, f"/phone/{token}", f"/phone/{token}/begin").status_code == 303
    page = client.get(f"/parcels/{parcel}/phone").text
    assert "手机已连上" not in page or "已收到 0 张" in page
    assert "照片已保存" in said(phone, send(phone, "/phone", "/phone/send", photo=photo()))
    assert phone.get(f"/parcels/{parcel}").status_code in (302, 303)
    said(client, send(client, f"/parcels/{parcel}", f"/parcels/{parcel}/phone/end"))
    assert "这次拍照已经结束" in phone.get("/phone").text


def test_photo_of_the_wrong_parcel_is_taken_away_on_its_day_only(client, parcel, station):
    here = f"/parcels/{parcel}"
    said(client, send(client, here, f"{here}/photo", photo=photo()))
    page = client.get(f"{here}/photos/1").text
    assert "拍错了，拿掉这张" in page and "/attachments/1" in page
    assert client.get("/parcels/999/photos/1").status_code == 404
    page = said(client, send(client, f"{here}/photos/1", f"{here}/photos/1/drop"))
    assert "这张照片拿掉了" in page and "照片 1" not in page
    assert value(station, "SELECT COUNT(*) FROM vault WHERE field = 'photo-1'") == 0
    assert client.get("/attachments/1").status_code == 422
    answer = send(client, here, f"{here}/photos/1/drop")
    assert answer.status_code == 422 and "已经拿掉" in answer.text
    said(client, send(client, here, f"{here}/photo", photo=photo()))
    with station.store.transaction(MANAGER) as tx:
        close_day(tx, pieces={})
    answer = send(client, here, f"{here}/photos/2/drop")
    assert answer.status_code == 422 and "过了营业日不能拿掉" in answer.text


def test_whoever_collects_may_refuse_and_the_rest_is_handed_over(client, station, parcel):
    other = arrive(station, "YT8962646785389")
    page = client.get("/find?q=1234").text
    assert "您可以当面验收，破损可拒收" in page and "不要了，拒收" in page
    page = said(client, send(client, "/find?q=1234", f"/parcels/{parcel}/at-pickup", said="refused"))
    assert "已拒收，列入待退" in page and "在库 2 件" in page
    page = said(client, send(client, "/find", "/hand-over", parcel_id=str(other), method="tail"))
    assert f"/parcels/{other}/at-pickup" in page, "also with the parcel in hand"
    answer = send(client, "/find", f"/parcels/{other}/at-pickup", said="damaged")
    assert answer.headers["Location"].endswith("#photo")
    assert "请拍外包装照片" in said(client, answer) and value(station, "SELECT kind FROM parcel_problems") == "damaged"
    assert send(client, "/find", f"/parcels/{other}/at-pickup", said="eaten").status_code == 422


def test_standing_proxy_noted_by_mistake_is_ended_at_the_same_page(client, station, parcel):
    other = arrive(station, "YT8962646785389")
    send(
        client,
        "/find?q=1234",
        "/hand-over",
        parcel_id=str(parcel),
        who="another",
        collected_by="李四",
        relation="friend",
        remember="1",
    )
    page = client.get("/find?q=1234").text
    assert "取消 李** 的长期代取" in page and other
    assert "已取消长期代取" in said(client, send(client, "/find?q=1234", "/proxies/1/forget"))
    assert "的长期代取" not in client.get("/find?q=1234").text


def test_inspector_sees_the_list_and_changes_nothing(client, parcel, station):
    said(client, send(client, f"/parcels/{parcel}", f"/parcels/{parcel}/lose"))
    inspector = create_app(station.store, station.runtime).test_client()
    log_in(inspector, station, "周检查")
    assert "丢失" in inspector.get("/problems").text
    assert send(inspector, f"/parcels/{parcel}", f"/parcels/{parcel}/find-again").status_code == 403
