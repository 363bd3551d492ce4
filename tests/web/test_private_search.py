"""Somebody's number that is typed into the search box gets into no address."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from tests.web.browser import PEOPLE, TestStation
from tests.web.browser import log_in as log_in_page
from tests.web.counter import arrive, make_counter
from tests.web.forms import log_in, send
from web import create_app


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


@pytest.mark.obligation("TC-35", "CUO-20", place="/find", reads="a full number that was searched stands in no address")
@pytest.mark.parametrize(
    "typed", ["19900001234", "199 0000 1234", "+86 199 0000 1234", "8619900001234", "86 199-0000-1234"]
)
def test_full_number_is_found_under_a_random_name(client: FlaskClient, station: TestStation, typed: str) -> None:
    arrive(station)
    answer = send(client, "/", "/find", q=typed)
    assert answer.status_code == 303
    assert "1234" not in answer.location
    page = client.get(answer.location).text
    assert "张**" in page
    assert "19900001234" not in page.replace(" ", "")


def test_number_that_could_be_a_waybills_too_stands_in_no_address(client: FlaskClient) -> None:
    assert "1234" not in send(client, "/", "/find", q="8619900001234").location


def test_what_names_nobody_stays_in_the_address(client: FlaskClient, station: TestStation) -> None:
    arrive(station)
    for typed in ("1234", "zjg", "YT8962646785389"):
        answer = send(client, "/", "/find", q=typed)
        assert answer.location == f"/find?q={typed}"
        assert "张**" in client.get(answer.location).text
    assert send(client, "/", "/find", q=" ").location == "/find"


def test_payment_code_is_named_and_kept_nowhere(client: FlaskClient) -> None:
    answer = send(client, "/", "/find", q="135112298638468293")
    page = client.get(answer.location).text
    assert "付款码" in page
    assert "135112298638468293" not in answer.location + page
    moved = client.get("/find?q=135112298638468293&asked=1")
    assert moved.location == "/find?asked=1&refused=payment_code"
    assert "付款码" in client.get(moved.location).text


def test_payment_code_among_words_is_named_too(client: FlaskClient) -> None:
    answer = send(client, "/", "/find", q="找 135112298638468293 这个")
    page = client.get(answer.location).text
    assert "付款码" in page
    assert "135112298638468293" not in answer.location + page


def test_forgotten_or_foreign_search_asks_again(client: FlaskClient, station: TestStation) -> None:
    arrive(station)
    place = send(client, "/", "/find", q="19900001234").location
    assert "请再输一遍" in client.get("/find?s=gone").text
    other = create_app(station.store, station.runtime).test_client()
    log_in(other, station, "王站长")
    assert "张**" not in other.get(place).text


def test_search_box_works_in_a_browser(station: TestStation, browser) -> None:
    from tests.web.browser import open_context, serving

    arrive(station)
    with serving(station) as server:
        context = open_context(browser, server.url)
        page = context.new_page()
        log_in_page(page, "李柜员", PEOPLE["李柜员"][1])
        page.fill("#search", "19900001234")
        page.press("#search", "Enter")
        page.wait_for_selector("text=张**")
        assert "1234" not in page.url
        context.close()
