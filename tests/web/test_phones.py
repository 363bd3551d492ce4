"""The door for phones: a paired phone sends photos of one parcel, and nothing else of the station can be reached through it."""

from __future__ import annotations

import io
import ipaddress
import re
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image

from kiosk.check import problems
from kiosk.counter import photo_pairing
from kiosk.settings import load
from tests.web.browser import TestStation, make_station, serving
from tests.web.counter import MANAGER, arrive, said, value
from tests.web.forms import hidden, log_in, send
from web import create_app
from web.phones import LARGEST_FORM_BYTES, create_phone_app, own_address
from web.station import EXTENSION

HERE = '[photos]\nlisten = "127.0.0.1"\nport = 0\n'


@pytest.fixture
def station(tmp_path: Path) -> Iterator[TestStation]:
    found = make_station(tmp_path, HERE)
    yield found
    assert list(problems(found.store)) == []
    found.close()


@pytest.fixture
def counter(station: TestStation) -> Flask:
    return create_app(station.store, station.runtime)


@pytest.fixture
def door(counter: Flask) -> Flask:
    return create_phone_app(counter.extensions[EXTENSION])


@pytest.fixture
def token(station: TestStation) -> str:
    parcel_id = arrive(station)
    with station.store.transaction(MANAGER) as tx:
        return photo_pairing.begin_pairing(tx, parcel_id)[1]


def photo(size: tuple[int, int] = (300, 400)) -> tuple[io.BytesIO, str]:
    out = io.BytesIO()
    Image.new("RGB", size, "brown").save(out, "JPEG")
    out.seek(0)
    return out, "photo.jpg"


def begin(phone: FlaskClient, token: str):
    page = phone.get(f"/phone/{token}").text
    return phone.post(f"/phone/{token}/begin", data={"csrf_token": hidden(page, "csrf_token")})


def deliver(phone: FlaskClient, **fields: object):
    page = phone.get("/phone").text
    return phone.post("/phone/send", data={"csrf_token": hidden(page, "csrf_token")} | fields)


def test_door_knows_the_phones_pages_and_not_one_more(counter: Flask, door: Flask, token: str) -> None:
    assert {rule.endpoint.split(".")[0] for rule in door.url_map.iter_rules()} == {"phone"}
    client, knocked = door.test_client(), 0
    for rule in counter.url_map.iter_rules():
        if rule.endpoint.startswith("phone."):
            continue
        path = re.sub(r"<[^>]+>", "1", rule.rule)
        if path.count("/") == 2 and path.startswith("/phone/"):
            continue
        for method in (rule.methods or set()) & {"GET", "POST"}:
            answer, knocked = client.open(path, method=method), knocked + 1
            assert answer.status_code in (400, 404, 405, 422), f"{method} {path}: {answer.status_code}"
            assert "枫林" not in answer.text or answer.status_code == 422
    assert knocked > 300


def test_phone_sends_photos_of_one_parcel_with_the_key_that_only_it_has(station, door, token) -> None:
    phone, other = door.test_client(), door.test_client()
    assert "不能再传照片" in phone.get("/phone").text
    assert begin(phone, token).status_code == 303
    assert "已经被一部手机用过了" in begin(other, token).text
    assert begin(other, "no-such-token").status_code == 422
    assert "不能再传照片" in other.get("/phone").text
    answer = deliver(phone, photo=photo((3000, 4000)))
    assert answer.status_code == 303 and "照片已保存" in phone.get(answer.headers["Location"]).text
    assert value(station, "SELECT bytes FROM attachments") <= 200_000
    refused = deliver(phone, photo=(io.BytesIO(b"no picture"), "x.jpg"))
    assert refused.status_code == 422 and "不是能打开的照片" in refused.text and "已有 1 张" in refused.text
    assert "还没有拍照片" in deliver(phone).text
    for _ in range(5):
        deliver(phone, photo=photo())
    assert "照片够了" in phone.get("/phone").text
    assert value(station, "SELECT COUNT(*) FROM attachments") == 6
    cookie = phone.get_cookie("phone")
    assert cookie is not None and cookie.http_only and cookie.same_site == "Strict"


def test_door_asks_for_the_forms_own_token_and_for_small_forms(door, token) -> None:
    phone = door.test_client()
    assert phone.post(f"/phone/{token}/begin").status_code == 422, "no CSRF token: nothing is claimed"
    assert begin(phone, token).status_code == 303
    large = {"csrf_token": "x" * (LARGEST_FORM_BYTES + 1)}
    assert phone.post(f"/phone/{token}/begin", data=large).status_code == 422
    form = hidden(phone.get("/phone").text, "csrf_token")
    # Made here: Flask's client leaves its temporary file open with a large body.
    head = f'--x\r\nContent-Disposition: form-data; name="csrf_token"\r\n\r\n{form}\r\n--x\r\n'
    head += 'Content-Disposition: form-data; name="photo"; filename="x.jpg"\r\n\r\n'
    body = head.encode() + b"\0" * 15_300_000 + b"\r\n--x--\r\n"
    answer = phone.post("/phone/send", data=body, content_type="multipart/form-data; boundary=x")
    assert answer.status_code == 422 and "超过 15 MB" in answer.text and "传照片" in answer.text, "it may try again"


@pytest.mark.parametrize(
    ("host", "peer", "status"),
    [
        ("192.168.1.20:8090", "192.168.1.77", 422),
        ("[fe80::1]:8090", "fe80::2%eth0", 422),
        ("station.example.com", "192.168.1.77", 403),
        ("8.8.8.8", "192.168.1.77", 403),
        ("192.168.1.20:8090", "8.8.8.8", 403),
        ("192.168.1.20:8090", "nobody", 403),
    ],
)
def test_door_answers_only_phones_beside_the_counter(door, host: str, peer: str, status: int) -> None:
    answer = door.test_client().get("/phone", headers={"Host": host}, environ_overrides={"REMOTE_ADDR": peer})
    assert answer.status_code == status, "422: it is over, in words; 403: nothing"


def test_answers_of_the_door_carry_the_policy_and_no_script(door, token) -> None:
    answer = door.test_client().get(f"/phone/{token}")
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert "<script" not in answer.text and answer.headers["Cache-Control"] == "private, no-cache"
    assert door.test_client().get("/phone/style.css").mimetype == "text/css"


def test_qr_holds_the_address_of_the_door_which_really_listens(station, tmp_path) -> None:
    parcel_id = arrive(station)
    with serving(station) as server:
        base = server.phones.base()
        assert base.startswith("http://127.0.0.1:") and base != server.url.rstrip("/")
        client = server.app.test_client()
        log_in(client, station, "王站长")
        page = said(client, send(client, f"/parcels/{parcel_id}", f"/parcels/{parcel_id}/phone")) or ""
        found = re.search(rf"{base}/phone/[\w-]+", page)
        assert found, page[:2000]
        with urllib.request.urlopen(found[0], timeout=10) as answer:
            assert "给一件快件拍照" in answer.read().decode()
        with pytest.raises(urllib.error.HTTPError, match="404"):
            urllib.request.urlopen(f"{base}/log-in", timeout=10)
    assert server.phones.base() == "", "a door that is closed has no address"


def test_door_that_cannot_be_opened_is_said_and_the_counter_opens_all_the_same(tmp_path) -> None:
    station = make_station(tmp_path, '[photos]\nlisten = "192.0.2.77"\nport = 0\n')
    parcel_id = arrive(station)
    with serving(station) as server:
        client = server.app.test_client()
        log_in(client, station, "王站长")
        page = client.get(send(client, f"/parcels/{parcel_id}", f"/parcels/{parcel_id}/phone").headers["Location"]).text
        assert "手机现在连不上本站" in page and "选照片文件" in page
    assert value(station, "SELECT COUNT(*) FROM photo_pairings") == 0
    station.close()


def test_door_is_closed_only_after_its_loop_was_woken(station, monkeypatch: pytest.MonkeyPatch) -> None:
    with serving(station) as server:
        door = server.phones
        wake = door._wsgi.pull_trigger

        def late() -> None:
            wake()  # as if the second were over
            door._thread.join(0.3)
            wake()

        monkeypatch.setattr(door._wsgi, "pull_trigger", late)
    assert not door._thread.is_alive()


def test_own_address_is_of_the_local_network_or_none() -> None:
    found = own_address()
    assert found == "" or not ipaddress.ip_address(found).is_global


@pytest.mark.parametrize("wrong", ["0.0.0.0", "8.8.8.8", "router", "::"])
def test_only_an_address_that_nobody_outside_can_call_may_be_named(tmp_path, wrong: str) -> None:
    from kiosk.errors import ConfigurationError

    (tmp_path / "station.toml").write_text(f'[photos]\nlisten = "{wrong}"\n', "utf-8")
    with pytest.raises(ConfigurationError) as caught:
        load(tmp_path)
    assert caught.value.facts["key"] == "photos.listen"
