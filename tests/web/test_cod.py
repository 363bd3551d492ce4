"""Cash on delivery on the pages: noted at intake and on the parcel's page, asked for before anything leaves."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from kiosk.check import problems
from tests.web.browser import TestStation
from tests.web.counter import arrive, make_counter, said, value
from tests.web.forms import log_in, send
from web import create_app


@pytest.fixture
def station(tmp_path: Path) -> Iterator[TestStation]:
    found = make_counter(tmp_path)
    yield found
    assert list(problems(found.store)) == []
    found.close()


@pytest.fixture
def client(station: TestStation) -> FlaskClient:
    found = create_app(station.store, station.runtime).test_client()
    log_in(found, station, "王站长")
    return found


def test_money_is_noted_for_the_parcel_just_scanned_and_put_right_with_a_reason(client, station):
    send(client, "/intake", "/intake/begin", carrier="YTO", print_mode="never")
    send(client, "/intake", "/intake/parcels", waybill_no="YT8962646785389", phone="1234")
    page = said(client, send(client, "/intake", "/intake/cod", parcel_id="1", cod="120", freight_collect="8"))
    assert "取件先收 ￥128.00" in page
    answer = send(client, "/intake", "/intake/cod", parcel_id="1", cod="130", freight_collect="8")
    assert answer.status_code == 422 and "要选原因" in answer.text
    said(
        client,
        send(client, "/intake", "/intake/cod", parcel_id="1", cod="130", freight_collect="", reason="typing_error"),
    )
    assert value(station, "SELECT cod_fen || '/' || freight_collect_fen FROM parcels") == "13000/0"
    assert "没有改动" in said(client, send(client, "/intake", "/intake/cod", parcel_id="1", cod="130"))
    assert send(client, "/intake", "/intake/cod", parcel_id="1", cod="很多").status_code == 422


def test_typed_waybill_takes_its_money_with_it(client, station):
    send(client, "/intake", "/intake/begin", carrier="YTO", print_mode="never")
    said(client, send(client, "/intake", "/intake/parcels", waybill_no="YT8962646785389", cod="99.50"))
    assert value(station, "SELECT cod_fen FROM parcels") == 99_50


def test_parcel_that_must_be_paid_goes_over_the_ticket(client, station):
    costs, free = arrive(station, cod_fen=120_00), arrive(station, "YT8962646785390")
    assert "先收 ￥120.00" in client.get("/find?q=1234").text
    answer = send(client, "/find?q=1234", "/hand-over", parcel_id=[costs, free], method="tail", who="self")
    assert answer.headers["Location"].startswith("/ticket")
    page = said(client, answer)
    assert "1 件要先收代收款" in page and "￥120.00" in page
    assert value(station, "SELECT state FROM parcels WHERE id = ?", costs) == "on_shelf"
    ticket_id = value(station, "SELECT open_ticket_id FROM desks")
    answer = send(client, "/ticket", f"/tickets/{ticket_id}/settle", given="100")
    assert answer.status_code == 422 and "还差" in answer.text
    said(client, send(client, "/ticket", f"/tickets/{ticket_id}/settle", given="200"))
    assert value(station, "SELECT state FROM parcels WHERE id = ?", costs) == "handed_over"
    answer = send(client, f"/parcels/{costs}", f"/parcels/{costs}/undo")
    assert answer.status_code == 422 and "作废退款" in answer.text
    said(client, send(client, f"/tickets/{ticket_id}", f"/tickets/{ticket_id}/void", reason="mistake"))
    assert value(station, "SELECT state FROM parcels WHERE id = ?", costs) == "on_shelf"


def test_parcels_page_shows_and_changes_what_must_be_paid(client, station):
    parcel_id = arrive(station)
    place = f"/parcels/{parcel_id}"
    said(client, send(client, place, f"{place}/cod", cod="12.5", freight_collect=""))
    page = client.get(place).text
    assert "￥12.50" in page and "记下取件时要收" in page
    send(client, "/find?q=1234", "/hand-over", parcel_id=parcel_id, method="tail", who="self")
    answer = send(client, place, f"{place}/cod", cod="0", reason="carrier_waived")
    assert answer.status_code == 422 and "先从单上去掉" in answer.text
    said(client, send(client, "/find", "/undo", next="/find"))
    said(client, send(client, place, f"{place}/cod", cod="0", reason="carrier_waived"))
    said(client, send(client, "/find?q=1234", "/hand-over", parcel_id=parcel_id, method="tail", who="self"))
    assert value(station, "SELECT state FROM parcels") == "handed_over"
