"""What the county says, on the pages: read by each for himself, done by the manager, shown to villagers, never believed without
its key."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

import pytest
from flask.testing import FlaskClient

from kiosk import fees
from kiosk.inbox import keys, store
from kiosk.people import tokens
from sync.downlink import _park_failed, take
from tests.services.county_bench import FEES, NOTICE, PARCELS, PHONE, RANKING, County
from tests.web.browser import TestStation
from tests.web.counter import MANAGER, make_counter, said
from tests.web.forms import hidden, log_in, send
from web import create_app


@pytest.fixture
def station(tmp_path: Path) -> Iterator[TestStation]:
    found = make_counter(tmp_path)
    yield found
    found.close()


@pytest.fixture
def county(station: TestStation) -> County:
    return County(station.store)


def client_of(station: TestStation, name: str = "王站长") -> FlaskClient:
    found = create_app(station.store, station.runtime).test_client()
    log_in(found, station, name)
    return found


@pytest.fixture
def client(station: TestStation) -> FlaskClient:
    return client_of(station)


def badge(client: FlaskClient) -> str:
    """What the strip says of the county's letters; '' for nothing."""
    cell = re.search(r'class="cell letters".*?<b>(.*?)</b>', client.get("/messages").text, re.DOTALL)
    return re.sub("<[^>]*>", "", cell[1]) if cell else ""


@pytest.mark.obligation("JX-21", place="/messages", reads="the county's notices and policies, and who has read them")
def test_letter_is_unread_until_each_has_read_it(client: FlaskClient, station: TestStation, county: County) -> None:
    county.said()
    letter = county.said("ranking", RANKING)
    assert badge(client) == "2"
    page = f"/messages/{letter.id}"
    assert "记下了" in said(client, send(client, page, page + "/read"))
    shown = client.get("/messages").text
    assert badge(client) == "1"
    assert shown.count("没看</span>") == 1
    assert "王站长" in client.get(page).text
    ids = hidden(shown, "message_id")
    assert "1 条标为看过" in said(client, send(client, "/messages", "/messages/read", message_id=ids))
    assert badge(client) == ""
    assert badge(client_of(station, "李柜员")) == "2"


def test_whatever_a_letter_says_is_text_on_every_page(client: FlaskClient, county: County) -> None:
    letter = county.said(content=NOTICE | {"title": "<script>alert(1)</script>", "body": "{{ 7*7 }}\n<img src=x>"})
    for path in ("/messages", f"/messages/{letter.id}"):
        text = client.get(path).text
        assert "<script>alert" not in text
        assert "<img src=x>" not in text
        assert "&lt;script&gt;" in text


def test_notice_goes_on_the_villagers_screen_and_off_again(
    client: FlaskClient, station: TestStation, county: County
) -> None:
    letter = county.said()
    page = f"/messages/{letter.id}"
    with station.store.transaction(MANAGER) as tx:
        token = tokens.create_token(tx, "顾客屏", "screen")
    screen = create_app(station.store, station.runtime).test_client()
    form = {"csrf_token": hidden(screen.get("/display").text, "csrf_token"), "token": token, "desk_id": "1"}
    screen.post("/display/bind", data=form, headers={"Sec-Fetch-Site": "same-origin"})
    assert NOTICE["title"] not in screen.get("/display").text
    assert "开始显示" in said(client, send(client, page, page + "/display", shown="1"))
    assert NOTICE["title"] in screen.get("/display/part").text
    assert "不再显示" in said(client, send(client, page, page + "/display", shown="0"))
    assert NOTICE["title"] not in screen.get("/display").text
    operator = client_of(station, "李柜员")
    assert "也放上顾客屏" not in operator.get(page).text
    assert send(operator, page, page + "/display", shown="1").status_code == 403


def test_proposal_is_compared_and_becomes_a_draft(client: FlaskClient, station: TestStation, county: County) -> None:
    letter = county.said("fees.proposed", FEES)
    page = f"/messages/{letter.id}"
    text = client.get(page).text
    assert "≠ 改动" in text
    assert "县里没有提到" in text
    assert "每单 ￥4.00" in text
    answer = send(client, page, page + "/draft", how="merged")
    assert answer.headers["Location"].startswith("/fees/draft")
    assert "草稿已照县里的建议建好" in said(client, answer)
    with station.store.reading() as db:
        draft = fees.open_draft(db)
        assert draft is not None
        assert {item["code"] for item in draft.content["items"]} > {"purchase"}
        assert fees.current(db, "2026-11-22").number == 1
    refused = send(client, page, page + "/draft", how="whole")
    assert (refused.status_code, "已有一份价目草稿没有写完" in refused.text) == (422, True)
    assert "已建草稿" in client.get("/messages").text


@pytest.mark.obligation(
    "JX-16", place="/messages", reads="which days' reports the county misses and what became of them"
)
def test_requested_days_parcels_and_parked_letters_say_what_became_of_them(client: FlaskClient, county: County) -> None:
    days = county.said("day.requested", {"business_on": ["2024-05-01"]})
    assert "这一天没有营业，没有日报" in client.get(f"/messages/{days.id}").text
    parcels = county.said("parcels.expected", {"items": [*PARCELS["items"], {"waybill": "?"}]})
    shown = client.get(f"/messages/{parcels.id}").text
    assert "2 件" in shown
    assert "第 3 行 运单号读不出" in shown
    assert PHONE not in shown
    unknown = county.said("policy.unheard_of", {"phone": PHONE})
    shown = client.get(f"/messages/{unknown.id}").text
    assert "本版本不认识这种消息" in shown
    assert "再试一次" not in shown
    shown = client.get("/messages").text
    assert "没能照办 1" in shown
    assert badge(client) == "▲ 3"
    said(client, send(client, f"/messages/{unknown.id}", f"/messages/{unknown.id}/read"))
    assert badge(client) == "2", "whoever knows it is not warned for ever"
    assert client.get("/messages/999").status_code == 404


@pytest.mark.obligation(
    "LY-18",
    "LY-19",
    place="/messages",
    reads="the station's place and turnover of the month, and how long it has been the last",
)
def test_last_place_is_marked_from_the_first_month_on(client: FlaskClient, county: County) -> None:
    letter = county.said("ranking", RANKING | {"place": 40, "last_place_months": 1})
    shown = client.get("/messages").text
    assert "2026-10 第 40 名，共 40 个站" in shown
    assert "连续 1 个月最后一名" in shown
    assert "连续三个月最后一名要退出" in client.get(f"/messages/{letter.id}").text


def test_parked_letter_is_tried_again(client: FlaskClient, station: TestStation, county: County) -> None:
    _park_failed(station.store, county.envelope("ranking", RANKING))
    page = f"/messages/{county.last().id}"
    assert "本站程序出错" in client.get(page).text
    assert "这次照办了" in said(client, send(client, page, page + "/try-again"))
    assert county.last().state == "applied"
    assert send(client, page, page + "/try-again").status_code == 422


def test_what_was_turned_away_is_shown_until_the_manager_has_asked(
    client: FlaskClient, station: TestStation, county: County
) -> None:
    take(station.store, county.envelope(seed=b"x" * 32))
    shown = client.get("/messages").text
    assert "签名不是县中心的" in shown
    assert badge(client) == "▲ 0"
    assert "记下了" in said(client, send(client, "/messages", "/messages/turned-away/1/seen"))
    assert "签名不是县中心的" not in client.get("/messages").text
    take(station.store, county.envelope(seed=b"x" * 32))
    operator = client_of(station, "李柜员")
    shown = operator.get("/messages").text
    assert "签名不是县中心的" in shown
    assert "问过了" not in shown
    assert send(operator, "/messages", "/messages/turned-away/2/seen").status_code == 403


def test_typed_key_is_pinned_after_its_thumbprint_was_compared(client: FlaskClient, station: TestStation) -> None:
    county = County(station.store, pinned=False)
    assert "还没有登记县中心的公钥" in client.get("/messages").text
    assert "这不是 Ed25519 公钥" in client.get("/messages/key?public_key=abc").text
    shown = client.get("/messages/key", query_string={"public_key": county.public_key}).text
    assert county.thumbprint in shown
    wrong = send(client, "/messages/key", "/messages/key", public_key=county.public_key, thumbprint="x")
    assert wrong.status_code == 422
    page = "/messages/key?" + urlencode({"public_key": county.public_key})
    done = send(client, page, "/messages/key", public_key=county.public_key, thumbprint=county.thumbprint)
    assert "已登记县中心的公钥" in said(client, done)
    with station.store.reading() as db:
        key = keys.current(db)
        assert key is not None
        assert (key.thumbprint, key.how) == (county.thumbprint, "typed")
        assert store.last_sequence(db) == 0
    assert client_of(station, "李柜员").get("/messages/key").status_code == 403
