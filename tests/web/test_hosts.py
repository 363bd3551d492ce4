"""The station answers under its own names and private addresses, and to nobody who calls it something else."""

import pytest
from flask.testing import FlaskClient

from tests.web.browser import TestStation
from web import create_app
from web.hosts import is_ours, own_names


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1:8080",
        "localhost",
        "192.168.1.20:8080",
        "10.0.0.7",
        "[::1]:8080",
        "[fe80::1]",
        "172.16.9.9",
        "100.64.0.3",
        "LOCALHOST.",
    ],
)
def test_private_address_or_own_name_is_ours(host: str) -> None:
    assert is_ours(host)
    assert all(is_ours(f"{name}:8080") for name in own_names())


@pytest.mark.parametrize(
    "host",
    [
        "",
        "evil.example",
        "8.8.8.8",
        "127.0.0.1.evil.example",
        "localhost:8080:9",
        "a@127.0.0.1",
        "127.0.0.1/x",
        "[::1",
        "2130706433",
        "1.1",
        "localhost evil",
    ],
)
def test_any_other_host_is_not(host: str) -> None:
    assert not is_ours(host)


def test_named_host_is_ours() -> None:
    assert is_ours("kiosk.county.example:443", ("kiosk.county.example",))
    assert not is_ours("x.kiosk.county.example", ("kiosk.county.example",))


@pytest.mark.parametrize("path", ["/log-in", "/", "/api/v1/status", "/static/station.css", "/alive", "/no-such-page"])
def test_request_under_another_name_is_told_nothing(station: TestStation, path: str) -> None:
    client: FlaskClient = create_app(station.store, station.runtime).test_client()
    answer = client.get(path, headers={"Host": "evil.example"})
    assert answer.status_code == 400
    assert station.store.settings.station.name not in answer.text
    assert "set-cookie" not in answer.headers
    with client.get(path, headers={"Host": "192.168.7.7:8080"}) as ours:
        assert ours.status_code != 400
