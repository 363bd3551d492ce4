"""The pages of personal data: somebody asks with a code and a phone, sees, corrects, prints, erases; the manager sets terms."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from kiosk.counter.hand_over import hand_over_one
from tests.web.browser import TestStation
from tests.web.counter import MANAGER, arrive, make_counter, said, value
from tests.web.forms import log_in, send
from web import create_app

PHONE = "19900001234"


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


def asked(client: FlaskClient, station: TestStation, phone: str = PHONE):
    """The answer to somebody who asks with the code of a parcel that left."""
    parcel_id = arrive(station)
    with station.store.transaction(MANAGER) as tx:
        hand_over_one(tx, parcel_id, "code")
    code = value(station, "SELECT pickup_code FROM parcels WHERE id = ?", parcel_id)
    return send(client, "/personal-data", "/personal-data/ask", paper="pickup_code", number=code, phone=phone)


def test_person_is_told_corrects_prints_and_is_erased(client: FlaskClient, station: TestStation):
    answer = asked(client, station)
    assert answer.status_code == 303 and PHONE not in answer.headers["Location"]
    page = client.get(answer.headers["Location"]).text
    assert PHONE in page and "张建国" in page and "保存到" in page
    fixed = send(
        client, "/personal-data/1", "/personal-data/1/correct", case="parcel-1", field="name_hint", value="张建业"
    )  # fmt: skip
    assert "已更正" in said(client, fixed)
    wrong = send(
        client, "/personal-data/1", "/personal-data/1/correct", case="parcel-1", field="phone", value="1990000"
    )
    assert wrong.status_code == 422 and 'name="value" value="1990000"' in wrong.text
    assert "已送去打印" in said(client, send(client, "/personal-data/1", "/personal-data/1/print"))
    unsure = send(client, "/personal-data/1", "/personal-data/1/erase")
    assert unsure.status_code == 422 and "没有删除" in unsure.text and PHONE in unsure.text
    gone = said(client, send(client, "/personal-data/1", "/personal-data/1/erase", sure="on"))
    assert "已删除 1 笔" in gone
    assert value(station, "SELECT erased_at FROM parcels WHERE id = 1") is not None
    over = client.get("/personal-data/1").text
    assert "一刻钟" in over and PHONE not in over
    log = client.get("/personal-data").text
    assert "已更正" in log and "删除 1 笔" in log and "张建" not in log
    listed = client.get("/personal-data/terms").text
    assert "本人要求" in listed
    stored = value(station, "SELECT group_concat(answer) FROM answers")
    assert PHONE not in stored and "张建" not in stored


def test_slip_of_what_is_kept_is_for_who_may_see_full_numbers(client: FlaskClient, station: TestStation):
    asked(client, station)
    send(client, "/personal-data/1", "/personal-data/1/print")
    slip = value(station, "SELECT slip_id FROM data_requests WHERE id = 1")
    assert PHONE in client.get(f"/prints/slips/{slip}").text
    reader = create_app(station.store, station.runtime).test_client()
    log_in(reader, station, "周检查")
    denied = reader.get(f"/prints/slips/{slip}")
    assert denied.status_code == 403 and PHONE not in denied.text


def test_who_is_not_recognised_sees_why_and_it_is_noted(client: FlaskClient, station: TestStation):
    answer = asked(client, station, "19900009999")
    assert answer.status_code == 422 and "对不上" in answer.text
    assert value(station, "SELECT COUNT(*) FROM audit WHERE action = 'person.request_refused'") == 1
    assert "没有核对上" in client.get("/audit?room=person").text


def test_manager_sets_how_long_things_are_kept(client: FlaskClient, station: TestStation):
    done = send(client, "/personal-data/terms", "/personal-data/terms/parcel_number", days="60")
    assert "60 天" in said(client, done)
    refused = send(client, "/personal-data/terms", "/personal-data/terms/money", days="30")
    assert refused.status_code == 422 and "电子商务法" in refused.text
    assert send(client, "/personal-data/terms", "/personal-data/terms/money", days="viel").status_code == 422
    refused = send(client, "/personal-data/terms", "/personal-data/terms/parcel_number", days="9x")
    assert refused.status_code == 422 and refused.text.count('value="9x"') == 1
    assert "王站长" in client.get("/personal-data/terms").text
