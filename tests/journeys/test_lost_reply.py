"""The reply is lost after the commit, the sender tries again: one effect, and the first answer. On the pages and in the
API, through a road that breaks the connection when the answer begins to come."""

import sqlite3
from urllib.parse import urlsplit

import httpx
import pytest

from tests.journeys.lossy import LossyRoad
from tests.journeys.pages import PageClient
from tests.journeys.station import Station


@pytest.fixture(scope="module")
def station(tmp_path_factory):
    with Station(tmp_path_factory.mktemp("lost"), changes={"parcels": {"slip_at_intake": "never"}}) as started:
        yield started
        assert started.check() == []


@pytest.fixture
def road(station):
    with LossyRoad(station.port) as found:
        yield found


@pytest.fixture
def clerk(station, road):
    with PageClient(road.port) as client:
        client.log_in(station.members["operator"])
        yield client


def _count(station, sql):
    db = sqlite3.connect(station.state / "kiosk.db")
    try:
        return db.execute(sql).fetchone()[0]
    finally:
        db.close()


def _api_twice(station, road, path, body, key):
    """The answer to the second try, after the first one's was lost."""
    with station.api(port=road.port) as api:
        road.lose_next()
        with pytest.raises(ConnectionError):
            api.post(path, body, key=key)
        reply = api.post(path, body, key=key)
    assert road.lost == 1
    assert reply.is_done, reply
    assert reply.headers["idempotency-replayed"] == "true"
    return reply.body


def _form_twice(road, clerk, fields, action, **typed):
    """Where the second try led to, after the first one's answer was lost."""
    road.lose_next()
    with pytest.raises(httpx.TransportError):
        clerk.send(fields, action, **typed)
    answer = clerk.send(fields, action, **typed)
    assert road.lost == 1
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


@pytest.mark.lesson(2)
def test_parcel_whose_reply_is_lost_is_taken_in_once(station, road):
    answer = _api_twice(station, road, "/parcels", {"waybill_no": "YT1000000000001"}, "parcel")
    with station.api() as api:
        found = api.get("/parcels?waybill_no=YT1000000000001").expect()["items"]
    assert [(item["id"], item["pickup_code"]) for item in found] == [(answer["id"], answer["pickup_code"])]


def test_hand_over_whose_reply_is_lost_happens_once(station, road):
    with station.api() as api:
        parcel = api.post("/parcels", {"waybill_no": "YT1000000000002"}).expect(201)["id"]
    answer = _api_twice(station, road, f"/parcels/{parcel}/hand-over", {"method": "code"}, "hand-over")
    assert answer["state"] == "handed_over"
    sql = f"SELECT COUNT(*) FROM parcel_events WHERE parcel_id = {parcel} AND kind = 'handed_over'"
    assert _count(station, sql) == 1


@pytest.mark.lesson(2)
def test_payment_whose_reply_is_lost_is_taken_once(station, road):
    line = {"service": "purchase", "item_name": "雨靴", "amount_fen": 100_00, "paid_by": "customer"}
    with station.api() as api:
        ticket = api.post("/tickets", {"lines": [line]}).expect(201)
    before = _count(station, "SELECT COUNT(*) FROM entries")
    answer = _api_twice(station, road, f"/tickets/{ticket['id']}/settle", {"given_fen": 200_00}, "settle")
    assert answer["change_fen"] == 200_00 - ticket["total_fen"]
    assert _count(station, "SELECT COUNT(*) FROM entries") == before + 1
    assert _count(station, f"SELECT COUNT(*) FROM slips WHERE document_no = '{answer['receipt_no']}'") == 1


def test_close_whose_reply_is_lost_closes_one_day(station, road):
    with station.api() as api:
        api.post("/parcels", {"waybill_no": "YT1000000000003"}).expect(201)
    before = _count(station, "SELECT COUNT(*) FROM reports")
    answer = _api_twice(station, road, "/days/close", {"pieces": {"10000": 1}}, "close")
    assert answer["state"] == "closed"
    assert _count(station, "SELECT COUNT(*) FROM reports") == before + 1
    assert _count(station, "SELECT COUNT(*) FROM business_days WHERE state = 'open'") == 0


def test_parcel_typed_on_the_page_is_taken_in_once(station, road, clerk):
    clerk.send(clerk.form("/intake", "/intake/begin"), "/intake/begin", carrier="YTO", declared="3")
    fields = clerk.form("/intake", "/intake/parcels")
    location = _form_twice(road, clerk, fields, "/intake/parcels", waybill_no="YT1000000000004")
    assert _count(station, "SELECT COUNT(*) FROM parcels WHERE waybill_no = 'YT1000000000004'") == 1
    assert "上架到" in clerk.get(location).text


def test_hand_over_on_the_page_happens_once(station, road, clerk):
    with station.api() as api:
        body = {"waybill_no": "YT1000000000005", "phone": "13800138765"}
        parcel = api.post("/parcels", body).expect(201)["id"]
    fields = clerk.form("/find?q=8765", "/hand-over")
    assert ("parcel_id", str(parcel)) in fields
    location = _form_twice(road, clerk, fields, "/hand-over")
    sql = f"SELECT COUNT(*) FROM parcel_events WHERE parcel_id = {parcel} AND kind = 'handed_over'"
    assert _count(station, sql) == 1
    assert urlsplit(location).path.startswith("/")


@pytest.mark.lesson(3)
def test_same_page_form_pressed_twice_pays_once(station, road, clerk):
    page = "/purchases/new"
    location = clerk.send(
        clerk.form(page, page), page, item_name="化肥", quantity="1", amount="80.00", paid_by="customer"
    ).headers["location"]
    with station.api("manager") as api:
        ticket = api.get("/tickets").expect()["items"][0]["id"]
    fields = clerk.form(location, f"/tickets/{ticket}/settle")
    _form_twice(road, clerk, fields, f"/tickets/{ticket}/settle", given="100")
    third = clerk.send(fields, f"/tickets/{ticket}/settle", given="100")
    assert third.status_code == 303
    sql = f"SELECT COUNT(*) FROM entries WHERE subject_kind = 'ticket' AND subject_id = {ticket}"
    assert _count(station, sql) == 1
