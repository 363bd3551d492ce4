"""The fee list is written, looked at, published: whole or not at all, by the manager, for a day to come."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from kiosk import clock, fees
from kiosk.fees.model import INBOUND_WARNING
from kiosk.words import say
from tests.web.browser import TestStation
from tests.web.counter import make_counter, said, value
from tests.web.forms import hidden, log_in, send
from web import create_app

PUMP = {"service": "convenience", "name_zh": "复印", "code": "convenience.copy", "unit": "页", "rule": "fixed_per_unit"}


def day(ahead: int = 0) -> str:
    return (clock.local_date() + timedelta(days=ahead)).isoformat()


@pytest.fixture
def station(tmp_path: Path) -> Iterator[TestStation]:
    found = make_counter(tmp_path)
    yield found
    found.close()


@pytest.fixture
def client(station: TestStation) -> FlaskClient:
    found = create_app(station.store, station.runtime).test_client()
    log_in(found, station, "王站长")
    return found


def act(client: FlaskClient, page: str, path: str, **fields: Any) -> Any:
    """Sends a form of a draft page, with the revision that the page shows."""
    text = client.get(page).text
    if 'name="revision"' in text:
        fields = {"revision": hidden(text, "revision")} | fields
    return send(client, page, path, **fields)


def begin(client: FlaskClient, **head: str) -> None:
    said(client, send(client, "/fees", "/fees/draft"))
    given = {"effective_on": day(), "basis": "村民约定", "approver": "村民委员会"} | head
    said(client, act(client, "/fees/draft", "/fees/draft", **given))


@pytest.mark.obligation(
    "TC-08", "LY-10", "CUO-11", place="/fees", reads="the list in force, since when, on whose word, every older version"
)
def test_draft_begins_with_what_is_in_force_and_is_published_for_a_day(
    client: FlaskClient, station: TestStation
) -> None:
    begin(client, effective_on=day(1))
    shown = client.get("/fees/draft").text
    assert "代购服务" in shown
    answer = act(
        client, "/fees/draft/items/new", "/fees/draft/items/new", **PUMP, amount="0.5", free_units="2", min="", max="3"
    )
    assert "「复印」已存进草稿" in said(client, answer)
    assert "每页 ￥0.50，前 2 页免费，最高 ￥3.00" in client.get("/fees/draft").text
    check = client.get("/fees/draft/check").text
    assert "＋ 新增" in check
    assert "0.50/页 ×（5 − 免 2）" in check
    assert "￥1.50" in check
    assert "convenience.copy" not in client.get("/fees").text
    published = said(client, act(client, "/fees/draft/check", "/fees/draft/publish"))
    assert "第 2 版已公示" in published
    assert "还没到执行日期" in published
    now = client.get("/fees").text
    assert f"第 2 版已公示，{day(1)} 起执行" in now
    assert "复印" not in now.split("各版")[0]
    assert value(station, "SELECT state FROM fee_drafts") == "published"


def test_what_cannot_be_read_is_kept_named_and_not_published(client: FlaskClient, station: TestStation) -> None:
    begin(client)
    answer = act(client, "/fees/draft/items/new", "/fees/draft/items/new", **PUMP, amount="两毛")
    page = said(client, answer)
    assert "还有 1 处要改" in page
    assert 'value="两毛"' in page
    assert "金额写成 12.50" in page
    check = client.get("/fees/draft/check").text
    assert "改好才能公示" in check
    assert 'id="publish"' not in check
    revision = value(station, "SELECT revision FROM fee_drafts")
    refused = send(client, "/fees/draft", "/fees/draft/publish", revision=revision)
    assert refused.status_code == 422
    assert value(station, "SELECT COUNT(*) FROM fee_versions") == 1


def test_day_that_has_passed_is_refused_and_the_draft_stays(client: FlaskClient, station: TestStation) -> None:
    begin(client, effective_on=day(-1))
    assert "执行日期已经过去" in client.get("/fees/draft/check").text
    refused = act(client, "/fees/draft/check", "/fees/draft/publish")
    assert refused.status_code == 422
    assert day(-1) in refused.text
    assert value(station, "SELECT state FROM fee_drafts") == "open"


def test_second_window_with_an_old_draft_saves_nothing_and_loses_nothing(
    client: FlaskClient, station: TestStation
) -> None:
    begin(client)
    old = hidden(client.get("/fees/draft").text, "revision")
    said(client, act(client, "/fees/draft", "/fees/draft/items/1/remove"))
    before = value(station, "SELECT content FROM fee_drafts")
    refused = send(client, "/fees/draft/items/new", "/fees/draft/items/new", revision=old, **PUMP, amount="0.77")
    assert refused.status_code == 422
    assert "草稿刚被别的窗口改过" in refused.text
    assert 'value="0.77"' in refused.text
    assert value(station, "SELECT content FROM fee_drafts") == before


def test_item_is_changed_and_removed_and_the_draft_thrown_away(client: FlaskClient, station: TestStation) -> None:
    begin(client)
    first = client.get("/fees/draft/items/2").text
    assert 'value="2.00"' in first
    answer = act(
        client, "/fees/draft/items/2", "/fees/draft/items/2", service="parcel", name_zh="上门送件", code="parcel.door_delivery",
        unit="件", rule="tier_by_weight", weight_tiers_up_to=["1000", ""], weight_tiers_fee=["2", "5"], basis="县中心批准",
    )  # fmt: skip
    assert "1 kg 以内 ￥2.00；再多 ￥5.00" in said(client, answer)
    assert "￥5.00" in client.get("/fees/draft/check").text
    said(client, act(client, "/fees/draft", "/fees/draft/items/2/remove"))
    assert "取消，以后不能收" in client.get("/fees/draft/check").text
    assert act(client, "/fees/draft", "/fees/draft/items/90/remove").status_code == 422
    assert client.get("/fees/draft/items/90").status_code == 422
    assert "草稿丢弃了" in said(client, act(client, "/fees/draft", "/fees/draft/discard"))
    assert "现在没有草稿" in client.get("/fees/draft").text
    assert value(station, "SELECT COUNT(*) FROM fee_versions") == 1


def test_percentage_may_be_typed_without_its_sign(client: FlaskClient) -> None:
    begin(client)
    typed = PUMP | {"rule": "percent_of_amount", "percent": "2.5", "free_fen": "10"}
    said(client, act(client, "/fees/draft/items/new", "/fees/draft/items/new", **typed))
    assert "金额的 2.5%，￥10.00 以内的部分免费" in client.get("/fees/draft").text


@pytest.mark.obligation("TC-08", place="/fees", reads="the warning beside any fee on somebody's own parcel")
def test_fee_on_a_parcel_is_warned_of_where_it_is_written_shown_and_printed(client: FlaskClient) -> None:
    warning = say(INBOUND_WARNING, "zh_CN")
    assert warning in client.get("/fees").text
    assert warning in client.get("/posters/fees").text
    begin(client)
    assert warning in client.get("/fees/draft").text
    assert warning in client.get("/fees/draft/items/2").text
    assert warning in client.get("/fees/draft/check").text


def test_operator_and_inspector_read_and_never_write(client: FlaskClient, station: TestStation) -> None:
    begin(client)
    operator = create_app(station.store, station.runtime).test_client()
    log_in(operator, station)
    shown = operator.get("/fees").text
    assert "代购服务" in shown
    assert "草稿" not in shown
    for path in ("/fees/draft", "/fees/draft/check", "/fees/draft/items/1", "/fees/draft/items/new"):
        assert operator.get(path).status_code == 403
    for path in (
        "/fees/draft",
        "/fees/draft/items/new",
        "/fees/draft/items/1",
        "/fees/draft/publish",
        "/fees/draft/discard",
    ):
        assert send(operator, "/fees", path, revision=2).status_code == 403
    assert value(station, "SELECT revision FROM fee_drafts WHERE state = 'open'") == 2


def test_list_is_printed_on_receipt_paper(client: FlaskClient, station: TestStation) -> None:
    page = said(client, send(client, "/fees", "/fees/1/print"))
    assert "收费公示" in page
    assert "前 7 天免费，以后每天 ￥0.50" in page
    assert value(station, "SELECT COUNT(*) FROM print_jobs") == 1
    assert send(client, "/fees", "/fees/7/print").status_code == 404


@pytest.mark.obligation(
    "TC-08", "NORM-08", "NORM-03", "JX-11", place="/posters/fees", reads="the wall board on A4 with its version"
)
def test_wall_board_shows_every_fee_and_the_version_to_come(client: FlaskClient, station: TestStation) -> None:
    shown = client.get("/posters/fees").text
    with station.store.reading() as db:
        version = fees.current(db, day())
    assert [item.name_zh for item in version.items if item.name_zh not in shown] == []
    assert "第 1 版" in shown
    begin(client, effective_on=day(3))
    said(client, act(client, "/fees/draft/check", "/fees/draft/publish"))
    assert f"第 2 版已公示，{day(3)} 起执行" in client.get("/posters/fees").text
    assert "还没到执行日期" in client.get("/posters/fees?number=2").text
    assert client.get("/posters/fees?number=9").status_code == 404


@pytest.mark.obligation(
    "CUO-05",
    "NORM-18",
    "NORM-03",
    place="/posters/services",
    reads="each service with its steps and fee, hours, where to complain",
)
@pytest.mark.obligation("JX-07", place="/posters/services", reads="the service promise")
@pytest.mark.obligation("TC-33", place="/posters/services", reads="how a complaint goes, for the wall")
def test_service_poster_says_what_how_for_how_much_and_where_to_complain(
    client: FlaskClient, station: TestStation
) -> None:
    shown = client.get("/posters/services").text
    for words in (
        "快递代收",
        "寄件",
        "代购",
        "代销",
        "代缴费用",
        "便民服务",
        "金额的 3%，最低 ￥1.00，最高 ￥20.00",
        "服务承诺",
        "投诉",
        "第 1 版",
    ):
        assert words in shown
    assert station.store.settings.station.hours in shown


def test_station_without_fees_has_nothing_to_hang_up(tmp_path: Path) -> None:
    from tests.web.browser import make_station

    bare = make_station(tmp_path / "bare")
    client = create_app(bare.store, bare.runtime).test_client()
    log_in(client, bare, "王站长")
    assert "没有可以贴的" in client.get("/posters/fees").text
    assert "还没有公示收费，不收费" in client.get("/posters/services").text
    assert "第一次公示" not in client.get("/fees/draft/check").text
    said(client, send(client, "/fees", "/fees/draft"))
    assert "至少要有一项" in client.get("/fees/draft/check").text
    bare.close()
