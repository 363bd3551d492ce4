"""Every process of a demonstration goes by the clock that is driven, and none of a real station starts with one."""

from __future__ import annotations

import os
import subprocess
import sys
import urllib.request
from datetime import timedelta
from pathlib import Path

import pytest

from kiosk import clock, settings
from kiosk.settings import DEMO_MARK
from kiosk.settings.driven_clock import MARK, VARIABLE
from kiosk.storage import open_store
from tests.driven import Hands
from tests.journeys.station import free_port
from tests.sync.county import Signer, centre_process
from tests.sync.station import eventually, process

PROCESSES = (
    ("kiosk", "run"), ("kiosk", "chores"), ("web",), ("drivers", "run"), ("sync",), ("sync.centre", "stations"),
)  # fmt: skip


@pytest.fixture
def hands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Hands:
    found = Hands(tmp_path / "clock.json")
    found.write(offset_seconds=30 * 86400, speed=1, from_at=clock.stamp(clock.machine_now()))
    monkeypatch.setenv(VARIABLE, str(found.file))
    return found


@pytest.mark.parametrize("words", PROCESSES, ids=" ".join)
def test_process_without_demo_that_finds_the_variable_ends_with_3(
    hands: Hands, tmp_path: Path, words: tuple[str, ...]
) -> None:
    state = tmp_path / "state"
    environment = os.environ | {"KIOSK_STATE": str(state), "KIOSK_CENTRE_STATE": str(state), "PORT": str(free_port())}
    ended = subprocess.run(
        [sys.executable, "-m", *words], env=environment, capture_output=True, text=True, timeout=60, check=False
    )
    assert ended.returncode == 3, ended.stderr
    assert VARIABLE in ended.stderr
    assert "--demo" in ended.stderr
    assert not state.exists()


def read(address: str) -> str:
    with urllib.request.urlopen(address, timeout=10) as answer:
        return answer.read().decode()


def test_pages_and_chores_go_by_the_same_clock_as_it_is_moved(hands: Hands, tmp_path: Path) -> None:
    state, port = tmp_path / "state", free_port()
    state.mkdir()
    (state / DEMO_MARK).write_text('{"is_ready": true, "pins": {}}')
    open_store(state, settings.load(state)).close()
    words = ("--demo", "--state", str(state), "--port", str(port))
    with process("web", *words, environment={"KIOSK_RUNTIME": str(tmp_path / "runtime")}):
        page = eventually(lambda: _answer(f"http://127.0.0.1:{port}/"))
        assert MARK in page
    hands.write(offset_seconds=60 * 86400, speed=1, from_at=clock.stamp(clock.machine_now()))
    subprocess.run(
        [sys.executable, "-m", "kiosk", "--demo", "chores"], env=os.environ | {"KIOSK_STATE": str(state)},
        capture_output=True, timeout=60, check=True,
    )  # fmt: skip
    store = open_store(state, settings.load(state))
    with store.reading() as db:
        last = clock.read(db.value("SELECT MAX(last_run_at) FROM chores"))
    store.close()
    assert timedelta(days=59) < last - clock.machine_now() < timedelta(days=61)


def _answer(address: str) -> str:
    try:
        return read(address)
    except OSError:
        return ""


def test_centre_of_a_demonstration_receives_by_the_driven_clock(hands: Hands, tmp_path: Path) -> None:
    signed = Signer.make(tmp_path / "station", "demo-001").report()
    with centre_process(tmp_path / "centre", "--trust-first", before=("--demo",)) as (address, _started):
        assert MARK in read(address + "/")
        asked = urllib.request.Request(
            address + "/api/v1/reports", signed.envelope.encode(), {"Content-Type": "application/jose"}
        )
        with urllib.request.urlopen(asked, timeout=20) as answer:
            number = answer.read().decode()
    ahead = (clock.machine_now() + timedelta(days=30)).date()
    assert any(f"{day:%Y-%m-%d}T" in number for day in (ahead, ahead - timedelta(days=1), ahead + timedelta(days=1)))
