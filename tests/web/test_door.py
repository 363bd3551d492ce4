"""First start, log-in, lock-out, lock, unlock, recovery: over HTTP, without a browser."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from kiosk.people import sessions, staff
from tests.web.browser import TestStation, make_station
from tests.web.forms import hidden, log_in, send
from web import create_app
from web.access import local_path


@pytest.fixture
def client(station: TestStation) -> FlaskClient:
    return create_app(station.store, station.runtime).test_client()


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[TestStation]:
    found = make_station(tmp_path, people=False)
    yield found
    found.close()


def test_every_page_asks_for_a_log_in_and_leads_back(client: FlaskClient, station: TestStation) -> None:
    for path in ("/", "/staff", "/audit?room=staff", "/devices", "/prints"):
        answer = client.get(path)
        assert answer.status_code == 303
        assert answer.location.startswith("/log-in")
    assert "next=/audit?room%3Dstaff" in client.get("/audit?room=staff").location.replace("%2F", "/").replace(
        "%3F", "?"
    )
    answer = log_in(client, station, next="/audit?room=staff")
    assert (answer.status_code, answer.location) == (303, "/audit?room=staff")
    assert client.get("/audit?room=staff").status_code == 200


def test_the_cookie_holds_no_more_than_the_key_and_is_kept_from_scripts(
    client: FlaskClient, station: TestStation
) -> None:
    answer = log_in(client, station)
    cookie = next(value for value in answer.headers.getlist("Set-Cookie") if value.startswith("station="))
    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie
    with client.session_transaction() as kept:
        assert set(kept) == {"key", "csrf_token"}


def test_an_empty_station_asks_for_the_manager_and_shows_the_recovery_code_once(empty: TestStation) -> None:
    client = create_app(empty.store, empty.runtime).test_client()
    assert client.get("/").location == "/first-start"
    assert client.get("/log-in").location == "/first-start"
    answer = send(client, "/first-start", "/first-start", name="王站长", pin="482913", pin_again="482913")
    assert answer.status_code == 303
    text = client.get(answer.location).text
    code = re.search(r"data-recovery-code>([\d-]+)<", text)[1]
    assert re.fullmatch(r"\d{4}-\d{4}-\d{4}", code)
    shown = hidden(text, "shown")
    assert client.post(
        "/first-start/recovery-code", data={"csrf_token": hidden(text, "csrf_token"), "shown": shown}
    ).location == ("/log-in")
    assert "data-recovery-code" not in client.get(answer.location).text
    assert client.get("/first-start").location == "/log-in"


def test_a_second_click_on_first_start_finds_the_same_recovery_code(empty: TestStation) -> None:
    client = create_app(empty.store, empty.runtime).test_client()
    text = client.get("/first-start").text
    form = {name: hidden(text, name) for name in ("csrf_token", "_key")}
    form |= {"name": "王站长", "pin": "482913", "pin_again": "482913"}
    first, second = client.post("/first-start", data=form), client.post("/first-start", data=form)
    assert first.location == second.location
    assert "data-recovery-code" in client.get(second.location).text
    with empty.store.reading() as db:
        assert len(staff.staff_list(db)) == 1


def test_first_start_keeps_the_name_when_the_pins_differ(empty: TestStation) -> None:
    client = create_app(empty.store, empty.runtime).test_client()
    answer = send(client, "/first-start", "/first-start", name="王站长", pin="482913", pin_again="482914")
    assert answer.status_code == 422
    assert 'value="王站长"' in answer.text
    assert "482913" not in answer.text


def test_a_wrong_pin_says_how_many_tries_are_left_and_then_until_when_to_wait(
    client: FlaskClient, station: TestStation
) -> None:
    assert "还可以试 4 次" in log_in(client, station, pin="111222").text
    for _ in range(3):
        log_in(client, station, pin="111222")
    answer = log_in(client, station, pin="111222")
    assert answer.status_code == 422
    assert re.search(r"\d\d:\d\d:\d\d 以后再试", answer.text)
    assert "以后再试" in log_in(client, station).text, "the right PIN is refused as well while the person is locked out"
    assert log_in(client, station, "王站长").status_code == 303


def test_demo_pins_are_shown_only_where_the_demo_mark_is(client: FlaskClient, station: TestStation) -> None:
    assert "482913" not in client.get("/log-in").text
    (station.state / "demo.json").write_text('{"pins": {"王站长": "482913", "李柜员": "593827"}}', "utf-8")
    assert "482913" in client.get("/log-in").text
    with station.store.transaction() as tx:
        staff.reset_pin(tx, station.staff_ids["王站长"], "640517")
    shown = client.get("/log-in").text
    assert "482913" not in shown
    assert "593827" in shown


def test_a_locked_desk_shows_its_pin_over_every_page_and_comes_back_to_it(
    client: FlaskClient, station: TestStation
) -> None:
    log_in(client, station, "王站长")
    assert send(client, "/more", "/lock", next="/audit?room=staff").location == "/audit?room=staff"
    locked = client.get("/audit?room=staff")
    assert locked.status_code == 423
    assert "做了什么" not in locked.text
    assert hidden(locked.text, "next") == "/audit?room=staff"
    form = {"csrf_token": hidden(locked.text, "csrf_token"), "next": "/audit?room=staff"}
    wrong = client.post("/unlock", data=form | {"pin": "111222"})
    assert wrong.status_code == 422
    assert "还可以试" in wrong.text
    assert client.post("/unlock", data=form | {"pin": "482913"}).location == "/audit?room=staff"
    assert client.get("/audit?room=staff").status_code == 200


def test_what_was_typed_goes_through_a_locked_desk_and_is_offered_again(
    client: FlaskClient, station: TestStation
) -> None:
    log_in(client, station, "王站长")
    text = client.get("/staff").text
    with station.store.transaction() as tx:
        sessions.lock(tx, tx.value("SELECT MAX(id) FROM staff_sessions"))
    form = {
        "csrf_token": hidden(text, "csrf_token"),
        "_key": hidden(text, "_key"),
        "name": "赵新人",
        "role": "operator",
    }
    locked = client.post("/staff/add", data=form, headers={"Sec-Fetch-Site": "same-origin"})
    assert locked.status_code == 423
    again = client.post(
        "/unlock",
        data={name: hidden(locked.text, name) for name in ("csrf_token", "next", "carried")} | {"pin": "482913"},
    )
    assert "赵新人" in again.text
    assert 'action="/staff/add"' in again.text
    assert "姓名" in again.text
    assert "另有 1 处" in again.text
    assert "<dt>name" not in again.text
    done = client.post("/staff/add", data=form | {"csrf_token": hidden(again.text, "csrf_token")})
    assert done.status_code == 303
    with station.store.reading() as db:
        assert "赵新人" in [person.name for person in staff.staff_list(db)]


def test_what_was_typed_survives_a_session_that_ended_elsewhere(client: FlaskClient, station: TestStation) -> None:
    log_in(client, station, "王站长")
    text = client.get("/staff").text
    with station.store.transaction() as tx:
        tx.execute("UPDATE staff_sessions SET ended_at = ?", tx.now)
    form = {
        "csrf_token": hidden(text, "csrf_token"),
        "_key": hidden(text, "_key"),
        "name": "赵新人",
        "role": "operator",
    }
    asked = client.post("/staff/add", data=form, headers={"Sec-Fetch-Site": "same-origin"})
    assert asked.status_code == 401
    assert "刚才填的内容还在" in asked.text
    again = client.post(
        "/log-in",
        data={name: hidden(asked.text, name) for name in ("csrf_token", "next", "carried")}
        | {"staff_id": station.staff_ids["王站长"], "pin": "482913"},
    )
    assert "赵新人" in again.text
    assert 'action="/staff/add"' in again.text


@pytest.mark.parametrize("code", ["134567890123456789", "1345 6789 0123 4567 89", "2812345678901234567"])
@pytest.mark.parametrize("how", ["locked", "over", "outdated"])
def test_payment_code_is_not_carried_through_the_pin(
    client: FlaskClient, station: TestStation, how: str, code: str
) -> None:
    log_in(client, station, "王站长")
    token = hidden(client.get("/staff").text, "csrf_token")
    with station.store.transaction() as tx:
        if how == "locked":
            sessions.lock(tx, tx.value("SELECT MAX(id) FROM staff_sessions"))
        elif how == "over":
            tx.execute("UPDATE staff_sessions SET ended_at = ?", tx.now)
    form = {"_key": "k", "p1_reference": code, "given": "50"} | ({} if how == "outdated" else {"csrf_token": token})
    asked = client.post("/tickets/1/settle", data=form, headers={"Sec-Fetch-Site": "same-origin"})
    assert code not in asked.text
    if how == "outdated":
        assert 'name="given" value="50"' in asked.text and 'name="p1_reference" value=""' in asked.text
        return
    held = dict(json.loads(hidden(asked.text, "carried"))["fields"])
    assert held == {"_key": "k", "p1_reference": "", "given": "50"}


def test_what_another_site_sends_is_not_carried(client: FlaskClient, station: TestStation) -> None:
    answer = client.post(
        "/staff/add", data={"name": "坏人", "role": "manager"}, headers={"Sec-Fetch-Site": "cross-site"}
    )
    assert answer.status_code == 401
    assert "坏人" not in answer.text


def test_a_form_without_its_token_does_nothing_and_is_offered_again(client: FlaskClient, station: TestStation) -> None:
    log_in(client, station, "王站长")
    fields = {"name": "赵新人", "role": "operator", "_key": "k"}
    answer = client.post("/staff/add", data=fields, headers={"Sec-Fetch-Site": "same-origin"})
    assert "赵新人" in answer.text
    assert client.post("/staff/add", data=fields).status_code == 400
    with station.store.reading() as db:
        assert len(staff.staff_list(db)) == 3


def test_the_recovery_code_gives_the_manager_a_new_pin_and_a_new_code(
    client: FlaskClient, station: TestStation
) -> None:
    fields = {"staff_id": station.staff_ids["王站长"], "pin": "660194", "pin_again": "660194"}
    wrong = send(client, "/recover", "/recover", code="0000-0000-0000", **fields)
    assert wrong.status_code == 422
    assert "恢复码不对" in wrong.text
    right = send(client, "/recover", "/recover", code=station.recovery_code, **fields)
    assert right.status_code == 303
    code = re.search(r"data-recovery-code>([\d-]+)<", client.get(right.location).text)[1]
    assert code != station.recovery_code
    assert log_in(client, station, "王站长", "660194").status_code == 303


def test_logging_out_ends_the_session_and_clears_what_the_browser_kept(
    client: FlaskClient, station: TestStation
) -> None:
    log_in(client, station)
    answer = send(client, "/more", "/log-out")
    assert answer.headers["Clear-Site-Data"] == '"cache"'
    assert client.get("/").location == "/log-in"


def test_a_second_person_at_a_desk_ends_the_first_session(client: FlaskClient, station: TestStation) -> None:
    log_in(client, station)
    other = create_app(station.store, station.runtime).test_client()
    log_in(other, station, "王站长")
    assert client.get("/").location.startswith("/log-in")


@pytest.mark.parametrize(
    "path", ["//evil.example", "/\\evil.example", "https://evil.example/", "javascript:x", "", "\n/"]
)
def test_no_log_in_leads_to_another_site(path: str) -> None:
    assert local_path(path) == "/"


def test_the_language_is_chosen_and_kept(client: FlaskClient, station: TestStation) -> None:
    assert 'lang="zh-CN"' in client.get("/log-in").text
    send(client, "/log-in", "/language", locale="en", next="/log-in")
    assert '<html lang="en"' in client.get("/log-in").text


def test_language_chosen_before_the_log_in_is_the_persons_from_then_on(
    client: FlaskClient, station: TestStation
) -> None:
    send(client, "/log-in", "/language", locale="en", next="/log-in")
    log_in(client, station)
    assert '<html lang="en"' in client.get("/").text
    with station.store.reading() as db:
        locales = {person.name: person.locale for person in staff.staff_list(db)}
    assert (locales["李柜员"], locales["王站长"]) == ("en", "zh_CN")
    send(client, "/more", "/log-out")
    log_in(client, station, "王站长")  # whoever comes next at this browser keeps their own
    assert '<html lang="zh-CN"' in client.get("/").text


def test_an_inspector_reads_and_changes_nothing(client: FlaskClient, station: TestStation) -> None:
    log_in(client, station, "周检查")
    assert client.get("/").location == "/more"
    assert client.get("/audit").status_code == 200
    refused = client.get("/staff")
    assert refused.status_code == 403
    assert "没有这项权限" in refused.text
    answer = send(client, "/more", "/devices/x/command", command="retry")
    assert answer.status_code == 403
