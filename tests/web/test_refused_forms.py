"""What was ticked and typed stands where it stood when a form of lists or shelves is refused."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from tests.web.browser import TestStation
from tests.web.counter import arrive, make_counter, said
from tests.web.forms import log_in, send
from web import create_app

ID_NUMBER = "11010519491231002X"
RESTS = 'name="is_resting" value="1" checked'


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


def test_refused_receiver_stands_in_the_form_that_was_sent(client: FlaskClient) -> None:
    page = send(client, "/manifests", "/manifests/begin", kind="door", receiver=f"老赵{ID_NUMBER}")
    assert page.status_code == 422
    transfer, door = page.text.split('id="begin-transfer"')[1].split('id="begin-door"')
    assert "老赵" not in transfer and "老赵" in door.partition("</form>")[0]


def test_resting_place_is_as_it_was_ticked_when_its_plan_is_refused(client: FlaskClient, station: TestStation) -> None:
    arrive(station, shelf="3-1")
    plan = {"shelf_class": "general", "size_class": "any"}
    refused = send(client, "/shelves/3/1", "/shelves/3/1/plan", **plan, capacity="0", is_resting="1")
    assert refused.status_code == 422 and RESTS in refused.text
    said(client, send(client, "/shelves/3/1", "/shelves/3/1/plan", **plan, capacity="9", is_resting="1"))
    refused = send(client, "/shelves/3/1", "/shelves/3/1/plan", **plan, capacity="0")
    assert RESTS not in refused.text
    other = send(client, "/shelves/3/1", "/shelves/3/1/move", to="?")
    assert other.status_code == 422 and RESTS in other.text, "another form says nothing of it"
