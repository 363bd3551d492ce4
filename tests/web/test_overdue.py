"""The pages of overdue parcels and of parcels on their way: what is said, what is kept, what a refusal leaves."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from kiosk import clock
from kiosk.check import problems
from kiosk.counter import remind
from tests.web.browser import TestStation
from tests.web.counter import MANAGER, arrive, make_counter, said, value
from tests.web.forms import log_in, send
from web import create_app

ZTO, YTO = "73610555582883", "YT8962646785389"


@pytest.fixture
def station(tmp_path: Path) -> Iterator[TestStation]:
    found = make_counter(tmp_path)
    yield found
    found.close()


@pytest.fixture
def client(station: TestStation) -> FlaskClient:
    found = create_app(station.store, station.runtime).test_client()
    log_in(found, station)
    return found


def wait(station: TestStation, days: int = 9) -> None:
    """The clock notes who is to be reminded, so many days later at noon; the parcels are so old today."""
    with station.store.transaction(MANAGER) as tx:
        tx.now = clock.stamp(clock.local(clock.now()).replace(hour=12, minute=0) + timedelta(days=days))
        remind.remind_some(tx)
    with station.store.transaction(MANAGER) as tx:
        then = (clock.local_date(tx.settings.station.zone) - timedelta(days=days)).isoformat()
        tx.execute("UPDATE parcels SET checked_in_on = ?", then)


def test_empty_station_says_so_on_every_page(client: FlaskClient) -> None:
    for path, words in (
        ("/overdue", "没有放这么久的快件"), ("/overdue/calls", "现在没有该提醒的人"),
        ("/overdue/group-text", "没有放这么久的快件"), ("/overdue/returns", "没有待退的件"), ("/expected", "没有在路上的件"),
    ):  # fmt: skip
        assert words in client.get(path).text


def test_person_is_called_in_vain_then_reached_and_the_mistake_taken_back(client, station) -> None:
    parcel_id = arrive(station)
    assert list(problems(station.store)) == []
    wait(station)
    page = client.get("/overdue/calls").text
    assert "张**" in page and "滞留提醒" in page and "19900001234" not in page
    told = said(client, send(client, "/overdue/calls", "/overdue/calls", parcel_id=parcel_id, outcome="not_reached"))
    assert "已记下：没打通" in told and "1 次没打通" in told
    told = said(client, send(client, "/overdue/calls", "/overdue/calls", parcel_id=parcel_id, outcome="reached"))
    assert "已记下：打通了" in told and "现在没有该提醒的人" in told
    last = value(station, "SELECT MAX(id) FROM notices")
    assert "提醒又在名单上了" in said(client, send(client, "/overdue/calls", f"/overdue/told/{last}/take-back"))
    again = send(client, "/overdue/calls", f"/overdue/told/{last}/take-back")
    assert again.status_code == 422 and "已经撤销过了" in again.text
    answer = send(client, "/overdue/calls", "/overdue/calls", outcome="reached")
    assert answer.status_code == 422 and "没有要通知的快件" in answer.text
    assert "电话没打通" in client.get(f"/parcels/{parcel_id}").text


def test_text_for_the_group_is_masked_and_noted(client, station) -> None:
    parcel_id = arrive(station)
    wait(station, 2)
    page = client.get("/overdue/group-text").text
    assert "张** ****1234：1 件（已放 2 天）" in page
    assert "没有放这么久的快件" in client.get("/overdue/group-text?days=5").text
    answer = send(client, "/overdue/group-text", "/overdue/group-text", parcel_id=parcel_id)
    assert "1 件发到群里了" in said(client, answer)
    assert value(station, "SELECT COUNT(*) FROM notices WHERE kind = 'group_text'") == 1


def test_old_parcel_goes_back_by_a_list_and_a_young_one_does_not(client, station) -> None:
    old = arrive(station, YTO)
    wait(station)
    young = arrive(station, ZTO)
    page = client.get("/overdue").text
    assert "可退回" in page and "本站不处理包裹" in page
    nothing = send(client, "/overdue", "/overdue/to-return")
    assert nothing.status_code == 422 and "还没有勾选快件" in nothing.text
    told = said(client, send(client, "/overdue", "/overdue/to-return", parcel_id=[old, young]))
    assert "1 件已列为待退，1 件没有改：放了还不到 7 天" in told
    assert "圆通速递 · 1 件待退" in told and "拿齐了，开始交接" in told
    listed = said(client, send(client, "/overdue/returns", "/manifests/begin", kind="return", carrier="YTO"))
    assert "还要拿的 1 件" in listed
    told = said(client, send(client, "/overdue/returns", f"/overdue/returns/{old}/put-back"))
    assert "已恢复在库" in told
    assert value(station, "SELECT state FROM parcels WHERE id = ?", old) == "on_shelf"


def test_announced_parcels_are_typed_refused_whole_and_dropped(client, station) -> None:
    typed = f"{ZTO} 1234 张三\n{ZTO}"
    refused = send(client, "/expected", "/expected/add", lines=typed)
    assert refused.status_code == 422 and "第 2 行不能登记" in refused.text and typed in refused.text
    assert value(station, "SELECT COUNT(*) FROM parcels") == 0
    told = said(client, send(client, "/expected", "/expected/add", lines=f"{ZTO} 1234 张三\n{YTO}"))
    assert "登记了 2 件待到件" in told and "还有 2 件没到" in told and "张三" not in told
    came = arrive(station, ZTO)
    assert "还有 1 件没到" in client.get("/expected").text
    late = send(client, "/expected", f"/expected/{came}/drop")
    assert late.status_code == 422
    other = value(station, "SELECT id FROM parcels WHERE waybill_no = ?", YTO)
    assert "已取消这一件" in said(client, send(client, "/expected", f"/expected/{other}/drop"))
    assert list(problems(station.store)) == []
