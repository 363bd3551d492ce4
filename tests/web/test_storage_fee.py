"""The published fee for keeping a parcel too long, on the pages where it is handed over: shown with the warning only where
one is due, put on the ticket once, at the sum that was shown."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from kiosk import clock, fees
from kiosk.check import problems
from kiosk.counter import parcel_lines
from kiosk.counter.check_in import check_in
from kiosk.counter.close_day import close_day
from kiosk.settings import CONFIG
from tests.web.browser import TestStation
from tests.web.counter import MANAGER, make_counter, said, value
from tests.web.forms import hidden, log_in, send
from web import create_app

WARNING = "可能违反当地规定"


@pytest.fixture
def station(tmp_path: Path) -> Iterator[TestStation]:
    """Two parcels of one person: one has lain here for ten days, one since today."""
    found = make_counter(tmp_path)
    for days, waybill in ((10, "YT8962646785389"), (0, "YT8962646785390")):
        with found.store.transaction(MANAGER) as tx:
            tx.now = clock.stamp(clock.now() - timedelta(days=days))
            check_in(tx, waybill=waybill, phone="19900001234", name_hint="张建国", desk_id=1)
            if days:
                close_day(tx, pieces={})
    yield found
    assert list(problems(found.store)) == []
    found.close()


@pytest.fixture
def client(station: TestStation) -> FlaskClient:
    found = create_app(station.store, station.runtime).test_client()
    log_in(found, station)
    return found


def publish_without_it(station: TestStation) -> None:
    document = tomllib.loads((CONFIG / "fees.demo.toml").read_text("utf-8"))
    document["items"] = [item for item in document["items"] if item["code"] != "parcel.storage"]
    with station.store.transaction(MANAGER) as tx:
        fees.publish(tx, document)


def charged(station: TestStation) -> list[int]:
    with station.store.reading() as db:
        found = db.all("SELECT fee_fen FROM ticket_lines WHERE act = 'charge_storage' AND state = 'pending'")
    return [row["fee_fen"] for row in found]


def test_fee_is_added_while_the_person_stands_at_the_counter(client, station):
    page = client.get("/find?q=1234").text
    assert page.count("加收保管费 ￥1.50") == 1 and WARNING in page  # ten days, seven free, 0.50 each
    shown = {name: hidden(page, name) for name in ("next", "storage_fen_1")}
    page = said(client, send(client, "/find?q=1234", "/parcels/1/storage", **shown))
    assert "保管费 ￥1.50 已加入本单" in page and WARNING in page
    assert "加收保管费" not in page and "勾选的一起出库" in page  # back with the person, who is still to be served
    assert charged(station) == [150]
    assert send(client, "/find", "/parcels/1/storage", **shown).status_code == 422
    assert charged(station) == [150]


def test_fee_is_added_on_the_parcels_own_page(client, station):
    page = client.get("/parcels/1").text
    assert "超期保管费" in page and "￥1.50" in page and "第 1 版" in page and WARNING in page
    page = said(client, send(client, "/parcels/1", "/parcels/1/storage", storage_fen_1="150"))
    assert "超期保管费" not in page and charged(station) == [150]


@pytest.mark.parametrize("way", ["none published", "within its free days", "handed over"])
def test_nothing_is_shown_where_nothing_may_be_charged(client, station, way):
    parcel = "/parcels/2" if way == "within its free days" else "/parcels/1"
    if way == "none published":
        publish_without_it(station)
        assert "保管费" not in client.get("/find?q=1234").text
    if way == "handed over":
        said(client, send(client, "/find?q=1234", "/hand-over", parcel_id="1", method="tail", who="self"))
    page = client.get(parcel).text
    assert "保管费" not in page and WARNING not in page


def test_sum_that_changed_meanwhile_is_refused_with_the_new_one(client, station):
    client.get("/find?q=1234")
    answer = send(client, "/find", "/parcels/1/storage", storage_fen_1="100")
    assert answer.status_code == 422 and "应收服务费 ￥1.50，不是 ￥1.00" in answer.text
    assert charged(station) == []


def test_inspector_sees_no_way_to_charge(client, station):
    other = client.application.test_client()
    log_in(other, station, "周检查")
    assert "保管费" not in other.get("/parcels/1").text
    assert send(other, "/parcels/1", "/parcels/1/storage").status_code == 403
    assert value(station, "SELECT COUNT(*) FROM ticket_lines") == 0


def test_fees_are_read_once_however_many_parcels_a_person_has(station):
    asked: list[str] = []
    with station.store.reading() as db:
        ids = [row["id"] for row in db.all("SELECT id FROM parcels ORDER BY id")]
        db.connection.set_trace_callback(asked.append)
        found = parcel_lines.storages_due(db, ids)
        db.connection.set_trace_callback(None)
    assert len(ids) == 2 and list(found) == ids[:1], "the one of ten days, not the one of today"
    assert len([sql for sql in asked if "fee_versions" in sql]) == 1
