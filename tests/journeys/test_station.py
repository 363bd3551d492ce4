"""The station as a family of processes: it starts whole, mends a death, and leaves nothing behind when its head dies."""

import sys
import time

import pytest

from kiosk.cli import running
from tests.journeys.station import SCANNER, Station, wait_gone


@pytest.fixture
def station(tmp_path):
    with Station(tmp_path) as started:
        yield started


def _wait(what, seconds=20.0):
    until = time.monotonic() + seconds
    while not (answer := what()):
        assert time.monotonic() < until, "never happened"
        time.sleep(0.05)
    return answer


def test_station_starts_whole_and_stops_clean(station):
    assert set(station.pids()) == {"run", "web", "devices", "sync"}
    pids = station.pids().values()
    station.stop()
    for pid in pids:
        wait_gone(pid)
    assert station.check() == []


def test_children_end_when_their_head_is_killed(station):
    pids = station.pids()
    station.kill("run")
    station.start().wait_ready()
    assert not set(station.pids().values()) & set(pids.values())


@pytest.mark.parametrize("name", ["web", "devices", "sync"])
def test_killed_process_is_started_again(station, name):
    before = station.pids()
    station.kill(name)
    _wait(lambda: station.pids().get(name, before[name]) != before[name])
    station.wait_ready()
    after = station.pids()
    assert {other: after[other] for other in after if other != name} == {k: v for k, v in before.items() if k != name}
    assert station.check() == []


@pytest.mark.parametrize(("steady_seconds", "deaths"), [(60.0, 3), (-1.0, 1)])
def test_deaths_are_forgotten_once_a_process_has_lived_long(monkeypatch, steady_seconds, deaths):
    monkeypatch.setattr(running, "STEADY_SECONDS", steady_seconds)
    child = running.Child("child", [sys.executable, "-c", ""])
    family = running.Family([child])
    for _ in range(3):
        child.start_at = 0.0
        assert family._look_after(child) == 0
        child.process.wait()
        assert family._look_after(child) == 0
    assert child.deaths == deaths
    family.stop()


def test_second_station_on_the_same_state_is_refused_with_the_pid(station):
    again = station.kiosk("run")
    assert again.returncode == 2
    assert str(station.pids()["run"]) in again.stderr


def test_scan_goes_the_road_of_a_real_scanner(station):
    station.scan("YT1234567890124")
    with station.runtime() as runtime:
        _wait(lambda: [scan for scan in runtime.recent_scans(SCANNER) if scan.text == "YT1234567890124"])
