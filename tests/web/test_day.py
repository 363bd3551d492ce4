"""The pages of the day with their unhappy paths: opened by denomination, handed on by PIN, closed with its wallets,
corrected; its hours; the owner's month for the owner's eyes."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import Page, expect

from kiosk import clock, outbox
from kiosk.counter.close_day import close_day
from kiosk.counter.open_day import open_day
from kiosk.storage import Actor
from tests.web.browser import PEOPLE, TestStation
from tests.web.browser import log_in as log_in_by_hand
from tests.web.counter import make_counter, said, value
from tests.web.forms import hidden, log_in, send
from web import create_app
from web.server import Server

MANAGER, OPERATOR = "王站长", "李柜员"


@pytest.fixture
def station(tmp_path: Path):
    found = make_counter(tmp_path)
    yield found
    found.close()


@pytest.fixture
def client(station: TestStation) -> FlaskClient:
    found = create_app(station.store, station.runtime).test_client()
    log_in(found, station, OPERATOR)
    return found


def now_works(client: FlaskClient, station: TestStation, name: str) -> None:
    """Somebody else logs in at the desk."""
    send(client, "/day", "/log-out")
    assert log_in(client, station, name).status_code == 303


def counted(client: FlaskClient, begin: str, **pieces: str) -> str:
    """Counts the drawer; returns the place of what follows."""
    place = send(client, "/day", begin).headers["Location"]
    send(client, place, place + "/finish", **pieces)
    return place


def act(station: TestStation, do, *args, at: str | None = None, **facts):
    actor = Actor("staff", station.staff_ids[MANAGER], "manager", MANAGER, 1)
    with station.store.transaction(actor) as tx:
        if at is not None:
            tx.now = at
        return do(tx, *args, **facts)


def days_ago(days: float) -> str:
    return clock.stamp(clock.now() - timedelta(days=days))


def test_day_is_opened_by_denomination_and_says_who_answers(client, station):
    assert "点到" in client.get("/day").text
    page = said(client, send(client, "/day", "/day/open", piece_10000="2", piece_50="3"))
    assert "￥201.50" in page and OPERATOR in page
    assert send(client, "/day", "/day/open", piece_10000="zwei").status_code == 422
    assert value(station, "SELECT float_fen FROM business_days") == 201_50


def test_operator_is_never_told_what_should_be_there(client, station):
    said(client, send(client, "/day", "/day/open", piece_10000="1", piece_1000="2"))
    said(client, send(client, "/day", "/day/open", piece_10000="1", piece_1000="3"))
    for path in ("/day", "/hours", "/reports", "/more", "/"):
        text = client.get(path).text
        assert "应有现金" not in text, path
    now_works(client, station, MANAGER)
    assert "应有现金" in client.get("/day").text


def test_drawer_is_handed_on_by_the_pin_of_who_takes_it(client, station):
    send(client, "/day", "/day/open", piece_10000="1")
    place = counted(client, "/day/hand-over", piece_5000="1")
    page = client.get(place).text
    assert "-￥50.00" in page and MANAGER in page
    assert f"> {OPERATOR}" not in page.partition("接班的人")[2], "nobody hands a drawer to oneself"
    to = {"to": station.staff_ids[MANAGER], "reason": "wrong_change"}
    assert "请选接班的人" in send(client, place, place + "/take", reason="wrong_change").text
    wrong = send(client, place, place + "/take", pin="000000", **to)
    assert wrong.status_code == 422 and "还可以试 4 次" in wrong.text
    assert "checked" in wrong.text, "what was chosen stays"
    page = said(client, send(client, place, place + "/take", pin=PEOPLE[MANAGER][1], **to))
    assert f"抽屉已交给 {MANAGER}" in page and "短款" in page
    assert (
        value(station, "SELECT party FROM postings WHERE account = 'over_short'")
        == f"staff:{station.staff_ids[OPERATOR]}"
    )
    assert client.get(place).status_code == 200
    again = counted(client, "/day/hand-over", piece_5000="1")
    others = {"to": station.staff_ids[OPERATOR], "pin": PEOPLE[OPERATOR][1]}
    assert f"抽屉现在由 {MANAGER} 负责" in send(client, again, again + "/take", **others).text


def test_hand_over_without_a_reason_keeps_the_count(client, station):
    send(client, "/day", "/day/open", piece_10000="1")
    place = counted(client, "/day/hand-over")
    answer = send(client, place, place + "/take", to=station.staff_ids[MANAGER], pin=PEOPLE[MANAGER][1])
    assert answer.status_code == 422 and "请选择原因" in answer.text and "-￥100.00" in answer.text


def test_second_desk_that_closes_a_closed_day_is_told_so(client, station):
    send(client, "/day", "/day/open")
    first, late = counted(client, "/day/count"), counted(client, "/day/count")
    forms = {name: hidden(client.get(late).text, name) for name in ("csrf_token", "_key")}
    send(client, first, first.replace("/count/", "/close/"))
    for path in (late.replace("/count/", "/close/"), late.replace("/count/", "/hand-over/") + "/finish"):
        answer = client.post(path, data=forms, headers={"Sec-Fetch-Site": "same-origin"})
        assert answer.status_code == 422 and "已经日结过了" in answer.text and "最近的营业日" in answer.text
    assert client.get(late).status_code == 303


def test_x_slip_is_shown_and_holds_no_cash(client):
    send(client, "/day", "/day/open", piece_10000="1")
    page = client.get(send(client, "/day", "/day/x").headers["Location"]).text
    assert "营业小结" in page and "100.00" not in page


def test_closing_is_entered_and_withdrawn(client):
    today = clock.local_date().isoformat()
    send(client, "/day", "/day/open")
    wrong = send(client, "/hours", "/hours/closings", from_on=today, from_time="14:00", reason="network")
    assert wrong.status_code == 422 and "14:00" in wrong.text
    page = said(
        client,
        send(client, "/hours", "/hours/closings", from_on=today, from_time="14:00", to_time="15:00", reason="network"),
    )
    assert "断网 14:00–15:00" in page.replace("\n", "")
    page = said(client, send(client, "/hours", "/hours/closings/1/withdraw"))
    assert "没有登记停业" in page
    assert client.get("/hours?month=drop").status_code == 200
    assert "营业时间表" in client.get(send(client, "/hours", "/hours/print", month=today[:7]).headers["Location"]).text


def test_closed_day_is_corrected_by_the_manager_alone(client, station):
    act(station, open_day, at=days_ago(1))
    act(station, close_day, pieces={}, at=days_ago(1))
    assert client.get("/reports/1/correct").status_code == 403
    now_works(client, station, MANAGER)
    assert client.get("/reports/99/correct").status_code == 404
    fields = {"reason": "not_recorded", "voucher": "R17", "count:bill:water": "1", "amount:bill:water": "35"}
    wrong = send(client, "/reports/1/correct", "/reports/1/correct", **fields | {"count:bill:water": "1.5"})
    assert wrong.status_code == 422 and "1.5" in wrong.text and "R17" in wrong.text
    page = said(client, send(client, "/reports/1/correct", "/reports/1/correct", **fields))
    assert "第 1 次补充" in page and "+35.00" in page and "R17" in page
    assert "更正 F" in page
    first = client.get("/reports/1").text
    assert "这次更正了什么" not in first and "各次定稿" in first
    assert client.get("/reports").text.count("等待上报") == 2


def test_clock_years_ahead_is_put_right_by_the_manager(client, station):
    far = days_ago(-3000)
    act(station, open_day, at=far)
    assert "在将来" in client.get("/day").text
    act(station, close_day, pieces={}, at=far)
    page = client.get("/day").text
    assert "时钟不可信" in page and "确认现在的时间" not in page
    assert send(client, "/day", "/day/clock", reason="battery").status_code == 403
    now_works(client, station, MANAGER)
    assert send(client, "/day", "/day/clock").status_code == 422
    said(client, send(client, "/day", "/day/clock", reason="battery"))
    said(client, send(client, "/day", "/day/open"))
    assert (
        value(station, "SELECT business_on FROM business_days WHERE state = 'open'") == clock.local_date().isoformat()
    )


def test_owners_month_is_the_managers_alone(client, station):
    assert client.get("/owner").status_code == 403
    assert "经营情况" not in client.get("/more").text
    now_works(client, station, MANAGER)
    page = client.get("/owner?month=2026-03").text
    assert "<svg" in page and "2026-03-31 ￥0.00" in page
    assert "style=" not in page.partition("<main")[2]
    assert "经营情况" in client.get("/more").text


def test_report_says_by_itself_that_the_county_has_it(page: Page, server: Server, station: TestStation):
    act(station, open_day, at=days_ago(1))
    closed = act(station, close_day, pieces={}, at=days_ago(1))
    log_in_by_hand(page, MANAGER)
    page.goto(f"/reports/{closed.report.id}")
    expect(page.locator("main .badge.warn", has_text="等待上报")).to_be_visible()
    act(station, outbox.acknowledge, closed.message_id, "C-20261122-000007")
    expect(page.locator("main .badge.ok", has_text="已确认")).to_be_visible()
    expect(page.locator("main")).to_contain_text("C-20261122-000007")


def test_a_button_keeps_the_keyboard_when_the_page_changes_under_it(page: Page, station: TestStation):
    act(station, open_day, pieces={100_00: 1})
    log_in_by_hand(page, MANAGER)
    page.goto("/day")
    button = page.locator("main form[action='/day/hand-over'] button")
    page.evaluate(  # in one go: the page may be swapped at any moment
        "() => { const e = document.querySelector(`main form[action='/day/hand-over'] button`);"
        " e.dataset.before = 'yes'; e.focus(); }"
    )
    page.evaluate("() => document.dispatchEvent(new Event('visibilitychange'))")  # as when its tab is looked at again
    page.wait_for_function("() => !document.querySelector('[data-before]')")
    expect(button).to_be_focused()
    button.press("Enter")
    page.wait_for_url("**/day/hand-over/*")


def test_drawer_is_handed_on_with_the_keyboard_alone(page: Page, server: Server, station: TestStation):
    act(station, open_day, pieces={100_00: 1})
    log_in_by_hand(page, MANAGER)
    page.goto("/day")
    page.locator("main form[action='/day/hand-over'] button").press("Enter")
    page.wait_for_url("**/day/hand-over/*")
    page.evaluate("() => document.addEventListener('station:swapped', () => { window.swapped = true; })")
    page.keyboard.type("1")
    expect(page.locator("[data-sum]")).to_have_text("￥100.00")
    page.evaluate("() => document.dispatchEvent(new Event('visibilitychange'))")  # the page is swapped under the count
    page.wait_for_function("() => window.swapped")
    expect(page.locator("[data-sum]")).to_have_text("￥100.00")
    page.keyboard.press("Enter")
    page.locator("[name=to]").first.press("Space")
    page.locator("main [name=pin]").fill(PEOPLE[OPERATOR][1])
    page.keyboard.press("Enter")
    expect(page.locator(".said")).to_contain_text(f"抽屉已交给 {OPERATOR}")
    assert value(station, "SELECT to_staff_id FROM drawer_hand_overs") == station.staff_ids[OPERATOR]
    expect(page.locator("main")).to_contain_text(OPERATOR)
