"""The pages of overdue parcels and of parcels on their way: what is said, what is kept, what a refusal leaves."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from kiosk import clock, shifts
from kiosk.check import problems
from kiosk.codes import recognise
from kiosk.counter import remind
from kiosk.counter.check_in import check_in
from kiosk.counter.scan_decision import decide
from kiosk.counter.set_aside import mark_to_return
from kiosk.parcels import expected, intake
from kiosk.words import say
from tests.web.browser import TestStation, make_station
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
    assert "张** 尾号 **34：1 件（已放 2 天）" in page
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
    by = {"kind": "return", "carrier": "YTO", "receiver": "周师傅"}
    listed = said(client, send(client, "/overdue/returns", "/manifests/begin", **by))
    assert "还要拿的 1 件" in listed and "周师傅" in listed
    page = client.get("/overdue/returns").text
    assert 'name="receiver"' in page and '<option value="周师傅">' in page, "who comes for a carrier is remembered"
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
    scanned = recognise(ZTO)
    with station.store.reading() as db:
        refused = decide(db, None, scanned).refused
    assert refused.code == "parcel.is_expected"
    assert "中通" in (words := say(refused.message, **refused.facts)) and "请先按 F1 开始一批" in words
    came = arrive(station, ZTO)
    assert "还有 1 件没到" in client.get("/expected").text
    late = send(client, "/expected", f"/expected/{came}/drop")
    assert late.status_code == 422
    other = value(station, "SELECT id FROM parcels WHERE waybill_no = ?", YTO)
    assert "已取消这一件" in said(client, send(client, "/expected", f"/expected/{other}/drop"))
    assert list(problems(station.store)) == []


def test_each_refusal_says_why_and_keeps_what_was_typed(client, station) -> None:
    parcel_id = arrive(station, YTO)
    wait(station, 2)
    said(client, send(client, "/overdue/calls", "/overdue/calls", parcel_id=parcel_id, outcome="not_reached"))
    told = value(station, "SELECT MAX(id) FROM notices")
    paper = value(station, "SELECT MIN(id) FROM notices WHERE channel = 'paper'")
    said(client, send(client, "/expected", "/expected/add", lines=ZTO))
    many = "\n".join(f"YT{n:013d}" for n in range(201))
    for path, form, words in (
        ("/overdue/calls", {"outcome": "reached"}, "没有要通知的快件"),
        ("/overdue/calls", {"outcome": "perhaps", "parcel_id": parcel_id}, "请选「打通了」或「没打通」"),
        ("/overdue/calls", {"outcome": "reached", "parcel_id": 99}, "没有"),
        (f"/overdue/told/{paper}/take-back", {}, "不是手工记下的通知"),
        ("/overdue/told/999/take-back", {}, "没有"),
        ("/overdue/group-text", {}, "没有要通知的快件"),
        ("/overdue/to-return", {}, "还没有勾选快件"),
        ("/overdue/returns/print", {}, "没有待退的件，没有打印拣货单"),
        (f"/overdue/returns/{parcel_id}/put-back", {}, "这一步用不上"),
        ("/expected/add", {"lines": "  "}, "还没有填运单号"),
        ("/expected/add", {"lines": many}, "一次最多登记 200 件"),
        ("/expected/add", {"lines": ZTO}, "这件已在待到件里"),
        ("/expected/add", {"lines": YTO}, "第 1 行不能登记"),
        ("/expected/add", {"lines": "11010519491231002X"}, "第 1 行不能登记"),
        ("/expected/add", {"lines": "YT8962646785390", "source": "a dream"}, "请选是谁说要来的"),
        ("/expected/add", {"lines": "YT8962646785390", "due_on": "2020-01-01"}, "哪天到要填今天起 60 天以内的日期"),
        ("/expected/add", {"lines": "YT8962646785390", "due_on": "soon"}, "哪天到要填"),
        (f"/expected/{parcel_id}/drop", {}, "这一步用不上"),
    ):  # fmt: skip
        answer = send(client, "/overdue/calls", path, **form)
        assert answer.status_code in (404, 409, 422) and words in answer.text, (path, form, answer.text[:500])
    assert value(station, "SELECT COUNT(*) FROM parcels") == 2
    with station.store.transaction(MANAGER) as tx:  # the report of that day has been made meanwhile
        tx.execute("UPDATE notices SET business_on = '2026-01-01' WHERE id = ?", told)
    late = send(client, "/overdue/calls", f"/overdue/told/{told}/take-back")
    assert late.status_code == 422 and "这不是今天记下的" in late.text
    with station.store.transaction(MANAGER) as tx:
        tx.execute("UPDATE notices SET business_on = (SELECT business_on FROM business_days) WHERE id = ?", told)


def test_young_parcel_is_not_sent_back_and_inspector_reads_only(client, station) -> None:
    young = arrive(station, ZTO)
    answer = send(client, "/overdue?days=0", "/overdue/to-return", parcel_id=young)
    assert "放了还不到 7 天" in said(client, answer)
    assert value(station, "SELECT state FROM parcels") == "on_shelf"
    reader = create_app(station.store, station.runtime).test_client()
    log_in(reader, station, "周检查")
    assert reader.get("/overdue").status_code == 200
    assert "列为待退" not in reader.get("/overdue").text
    assert send(reader, "/overdue", "/overdue/to-return", parcel_id=young).status_code == 403


def test_announcement_keeps_who_said_so_for_which_day_and_what_is_late(client, station) -> None:
    today = clock.local_date(station.store.settings.station.zone)
    with station.store.transaction(MANAGER) as tx:
        person = intake.recipient(tx, None, "1234", "张三")
        expected.note_expected(
            tx, shifts.ensure_open(tx).business_on, recognise(YTO), person, source=expected.Source.STATION,
            due_on=today - timedelta(days=2),
        )  # fmt: skip
    page = said(
        client, send(client, "/expected", "/expected/add", lines=ZTO, source="county", due_on=today.isoformat())
    )
    assert "1 件该到没到" in page and "别的站点" in page and "县里的仓库" in page
    assert "还有 2 件没到" in page
    said(client, send(client, "/intake", "/intake/begin", carrier="YTO"))
    told = said(client, send(client, "/intake", "/intake/parcels", waybill_no=YTO))
    assert "这是待到件，还有 1 件没到" in told
    assert "1 件该到没到" not in client.get("/expected").text
    assert f"王站长 登记了这件要来（别的站点 说的 · {today - timedelta(days=2)} 要到）" in client.get("/parcels/1").text


def test_pick_list_goes_shelf_by_shelf_with_and_without_a_printer(client, station, tmp_path: Path) -> None:
    for waybill, shelf in ((YTO, "3-2"), (ZTO, "2-1")):
        arrive(station, waybill, shelf=shelf)
    wait(station)
    said(client, send(client, "/overdue", "/overdue/to-return", parcel_id=[1, 2]))
    assert "拣货单已送去打印" in said(client, send(client, "/overdue/returns", "/overdue/returns/print"))
    slip_id = value(station, "SELECT slip_id FROM print_jobs ORDER BY id DESC LIMIT 1")
    text = re.sub("<[^>]*>", " ", client.get(f"/prints/slips/{slip_id}").text)
    assert text.index("货架 2-1") < text.index("货架 3-2")
    bare = make_station(tmp_path / "bare")
    with bare.store.transaction(MANAGER) as tx:
        parcel_id = check_in(tx, waybill=YTO, desk_id=1).parcel_id
        mark_to_return(tx, parcel_id, "refused")
    other = create_app(bare.store, bare.runtime).test_client()
    log_in(other, bare)
    page = said(other, send(other, "/overdue/returns", "/overdue/returns/print"))
    assert "没有打印机，请照着屏幕拿" in page and "退件拣货单" in page
    bare.close()
