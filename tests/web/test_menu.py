"""The page 更多: every page stands in a group that was chosen for it, once, and none can be lost."""

from __future__ import annotations

from dataclasses import replace

from tests.web.counter import make_counter
from tests.web.forms import log_in
from web import create_app, menu
from web.routes import PAGES
from web.views import blueprints


def test_every_page_of_the_menu_has_its_group_once():
    blueprints()
    named = [endpoint for _heading, endpoints in menu.GROUPS.values() for endpoint in endpoints]
    assert sorted(named) == sorted(page.endpoint for page in PAGES.values() if page.place == "more")


def test_page_without_a_group_stands_in_the_last_one_and_an_empty_group_nowhere():
    blueprints()
    known = PAGES["reports.all_reports"]
    stray = replace(known, endpoint="stray.page")
    found = menu.grouped([stray, known])
    assert [(name, [page.endpoint for page in shown]) for name, _heading, shown in found] == [
        ("county", ["reports.all_reports"]),
        ("station", ["stray.page"]),
    ]


def test_manager_sees_every_group_with_its_pages(tmp_path):
    station = make_counter(tmp_path / "station")
    client = create_app(station.store, station.runtime).test_client()
    log_in(client, station, "王站长")
    page = client.get("/more").text
    station.close()
    for name, (heading, _endpoints) in menu.GROUPS.items():
        assert f'href="#{name}"' in page and f'id="{name}"' in page and heading in page
    assert page.index('id="county"') < page.index('href="/registers"') < page.index('id="goods"')
