"""What every page and every act has: headers, error pages, one effect for one form."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from flask import Blueprint
from flask.testing import FlaskClient

from kiosk.errors import Refused
from kiosk.people import staff
from kiosk.people.rights import Right
from tests.web.browser import TestStation
from tests.web.forms import hidden, log_in, send
from web import create_app, routes
from web.acts import Done, run
from web.routes import PAGES


@pytest.fixture
def client(station: TestStation) -> FlaskClient:
    found = create_app(station.store, station.runtime).test_client()
    log_in(found, station, "王站长")
    return found


def pages() -> list[str]:
    return sorted(page.rule for page in PAGES.values() if "<" not in page.rule)


def test_no_page_has_script_or_style_inline_and_each_has_the_policy(client: FlaskClient) -> None:
    for path in pages():
        answer = client.get(path)
        assert answer.status_code in (200, 303), path
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
        assert "unsafe" not in answer.headers["Content-Security-Policy"]
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert not re.search(r"<script(?![^>]*\ssrc=)|<style|\sstyle=|\son[a-z]+=|javascript:", answer.text), path


def test_static_files_are_kept_only_under_their_own_hash(client: FlaskClient) -> None:
    url = re.search(r'href="(/static/station\.css\?v=[0-9a-f]+)"', client.get("/more").text)[1]
    with client.get(url) as kept, client.get("/static/station.css") as other:
        assert "immutable" in kept.headers["Cache-Control"]
        assert "immutable" not in other.headers["Cache-Control"]


def test_a_view_that_nobody_registered_is_not_served(station: TestStation) -> None:
    app = create_app(station.store, station.runtime)
    app.add_url_rule("/forgotten", "forgotten", lambda: "secret")
    client = app.test_client()
    log_in(client, station, "王站长")
    assert client.get("/forgotten").status_code == 404


def test_every_route_is_a_page_an_act_or_a_part(station: TestStation) -> None:
    app = create_app(station.store, station.runtime)
    for rule in app.url_map.iter_rules():
        if rule.endpoint != "static" and not rule.endpoint.startswith("api"):
            assert hasattr(app.view_functions[rule.endpoint], "access"), rule


def test_every_form_key_is_another(client: FlaskClient) -> None:
    keys = re.findall(r'name="_key" value="([^"]+)"', client.get("/staff").text)
    assert len(keys) == len(set(keys)) > 3


def test_a_form_sent_twice_has_one_effect_and_leads_to_the_same_page(client: FlaskClient, station: TestStation) -> None:
    text = client.get("/staff").text
    form = {
        "csrf_token": hidden(text, "csrf_token"),
        "_key": hidden(text, "_key"),
        "name": "赵新人",
        "role": "operator",
    }
    first, second = client.post("/staff/add", data=form), client.post("/staff/add", data=form)
    assert first.location == second.location
    assert first.status_code == second.status_code == 303
    page = client.get(second.location).text
    assert "添加了 赵新人" in page
    assert re.search(r"data-secret>\d{6}<", page), "a lost reply loses no PIN"
    with station.store.reading() as db:
        assert [person.name for person in staff.staff_list(db)].count("赵新人") == 1


def test_a_form_sent_again_with_other_content_is_explained_and_kept(client: FlaskClient, station: TestStation) -> None:
    text = client.get("/staff").text
    form = {
        "csrf_token": hidden(text, "csrf_token"),
        "_key": hidden(text, "_key"),
        "name": "赵新人",
        "role": "operator",
    }
    client.post("/staff/add", data=form)
    other = client.post("/staff/add", data=form | {"name": "钱新人"})
    assert other.status_code == 422
    assert "已经提交并保存过" in other.text
    assert 'value="钱新人"' in other.text
    assert form["_key"] not in other.text, "sending it once more is another act"


def test_a_refused_form_keeps_what_was_typed_and_its_key(client: FlaskClient) -> None:
    answer = send(client, "/staff", "/staff/add", name="李柜员", role="inspector")
    assert answer.status_code == 422
    assert "已有一位「李柜员」" in answer.text
    assert 'value="李柜员"' in answer.text
    assert 'value="inspector" selected' in answer.text


def test_a_secret_is_shown_to_its_own_session_only_and_until_it_is_noted(
    client: FlaskClient, station: TestStation
) -> None:
    location = send(client, "/staff", f"/staff/{station.staff_ids['李柜员']}/pin").location
    assert re.search(r"data-secret>\d{6}<", client.get(location).text)
    with station.store.reading() as db:
        kept = db.value("SELECT answer FROM answers ORDER BY rowid DESC LIMIT 1")
    secret = re.search(r"data-secret>(\d{6})<", client.get(location).text)[1]
    assert secret not in kept
    other = create_app(station.store, station.runtime).test_client()
    log_in(other, station, "王站长")
    assert "data-secret" not in other.get(location).text


def _broken(station: TestStation, error: Exception) -> FlaskClient:
    app = create_app(station.store, station.runtime)
    blueprint = Blueprint("broken", __name__)

    def look() -> str:
        raise error

    routes.part(blueprint, "/broken", right=Right.READ)(look)

    def do() -> object:
        return run(lambda tx: _fail(tx, error))

    routes.act(blueprint, "/broken/do")(do)
    app.register_blueprint(blueprint)
    client = app.test_client()
    log_in(client, station, "王站长")
    return client


def _fail(tx, error: Exception) -> Done:  # type: ignore[no-untyped-def]
    staff.add_staff(tx, "半途", "operator")
    raise error


def test_a_fault_shows_a_page_with_the_next_step_and_keeps_nothing_half_done(
    station: TestStation, caplog: pytest.LogCaptureFixture
) -> None:
    client = _broken(station, ZeroDivisionError("x"))
    answer = client.get("/broken")
    assert answer.status_code == 500
    assert "程序出错了" in answer.text
    assert "ZeroDivisionError" not in answer.text
    assert send(client, "/staff", "/broken/do").status_code == 500
    with station.store.reading() as db:
        assert "半途" not in [person.name for person in staff.staff_list(db)]
    assert client.get("/more").status_code == 200


def test_a_refusal_without_a_form_has_a_page_and_a_script_gets_its_code(station: TestStation) -> None:
    client = _broken(station, Refused("thing.unknown", "没有 {name}；什么也没有改", name="这个<b>"))
    answer = client.get("/broken")
    assert answer.status_code == 404
    assert "没有 这个&lt;b&gt;" in answer.text
    answer = client.get("/broken", headers={"X-Requested-With": "fetch"})
    assert answer.json["code"] == "thing.unknown"
    assert answer.json["message"].startswith("没有 这个<b>")


def test_an_unknown_address_and_the_address_of_a_form_lead_somewhere(client: FlaskClient) -> None:
    answer = client.get("/no/such/page")
    assert answer.status_code == 404
    assert "没有这个页面" in answer.text
    assert client.get("/staff/add").location == "/staff"
    assert client.get("/desk/scan").location == "/"
    assert client.post("/staff").status_code == 405


def test_too_large_a_form_is_refused_in_words(client: FlaskClient) -> None:
    assert client.post("/staff/add", data={"name": "x" * 2_000_000}).status_code == 413


def test_pages_have_names_that_are_theirs_alone() -> None:
    keys = [page.key for page in PAGES.values() if page.key]
    assert len(keys) == len(set(keys))
    assert not set(keys) & {"F5", "F11", "F12"}


def test_templates_hold_no_text_that_is_not_marked() -> None:
    """Chinese outside ``_()`` would stay Chinese on an English page."""
    for path in (Path(routes.__file__).parent / "templates").rglob("*.html"):
        bare = re.sub(r"\{#.*?#\}|\{\{.*?\}\}|\{%.*?%\}", "", path.read_text("utf-8"), flags=re.DOTALL)
        assert not re.search(r"[\u4e00-\u9fff]", bare.replace("中文", "")), path
