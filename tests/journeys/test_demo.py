"""The demonstration as a newcomer starts it: seeded once, true at every hour, never mixed up with a real station, and its
reports come back acknowledged by its own centre."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import sys
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from kiosk import check, clock, settings
from kiosk.cli import demo
from kiosk.cli.lock import StationLock
from kiosk.cli.place import demo_folder, folder_here
from kiosk.errors import Refused
from kiosk.inbox import keys
from kiosk.people import door, staff
from kiosk.storage import Store, open_store
from kiosk.storage.database import DATABASE
from tests.journeys.client import Api
from tests.journeys.station import Station, free_port, wait_gone

DEVICES = ("扫码枪", "小票机")


class Demonstration(Station):
    """What ``kiosk run --demo`` makes in a folder of its own."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder, devices=[{"name": name, "driver": "simulated"} for name in DEVICES])

    def prepare(self) -> Station:
        """Nothing: the demonstration makes everything itself."""
        return self

    def start(self) -> Station:
        """Starts ``kiosk run --demo`` and returns at once."""
        self.port = free_port()
        self.processes["run"] = self._spawn([sys.executable, "-m", "kiosk", "run", "--demo"])
        return self

    def status_json(self) -> dict[str, Any]:
        """What ``kiosk status --json`` says."""
        return json.loads(self.kiosk("status", "--json").stdout)


def until(what: Callable[[], Any], seconds: float = 60.0) -> Any:
    """What ``what`` gives once it gives something."""
    end = time.monotonic() + seconds
    while not (answer := what()):
        assert time.monotonic() < end, "never happened"
        time.sleep(0.1)
    return answer


def counts(store: Store) -> dict[str, int]:
    """Rows of what a seeding makes."""
    tables = ("staff", "parcels", "tickets", "entries", "reports", "fee_versions", "business_days")
    with store.reading() as db:
        return {table: db.value(f"SELECT COUNT(*) FROM {table}") for table in tables}


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demonstration]:
    with Demonstration(tmp_path_factory.mktemp("demo")) as station:
        yield station


def test_pins_are_printed_and_stand_on_the_page_where_one_logs_in(running: Demonstration) -> None:
    told = json.loads((running.state / "demo.json").read_text("utf-8"))
    said = until(lambda: (text := running.said(200)).count("PIN") >= len(told["pins"]) and text)
    assert dict(re.findall(r"示范账号 (\S+)，PIN (\d+)", said)) == told["pins"]
    assert f"http://127.0.0.1:{running.port}/" in said
    with Api(running.port, "") as api:
        page = api.raw("GET", "/log-in").expect(200)
    for name, pin in told["pins"].items():
        assert name in page
        assert pin in page
    assert len(set(told["pins"].values())) == len(told["pins"])


def test_pins_open_the_door_with_the_roles_of_a_station(running: Demonstration) -> None:
    pins = json.loads((running.state / "demo.json").read_text("utf-8"))["pins"]
    with running.store() as store:
        with store.reading() as db:
            people = staff.staff_list(db)
        for person in people:
            assert door.log_in(store, person.id, pins[person.name], None)
    assert {person.role for person in people} == {"manager", "operator", "inspector"}


def test_past_days_are_acknowledged_by_the_demonstrations_own_centre(running: Demonstration) -> None:
    facts = until(lambda: (found := running.status_json())["unsent_reports"] == 0 and found)
    assert facts["last_acknowledgement_no"]
    assert facts["refused_reports"] == 0
    with running.store() as store, store.reading() as db:
        reports = db.value("SELECT COUNT(*) FROM reports")
    assert f"message {reports} acknowledged" in running.said(500)


def test_demonstration_enrols_at_its_own_centre_as_a_station_does(running: Demonstration) -> None:
    def pinned() -> str | None:
        with running.store() as store, store.reading() as db:
            key = keys.current(db)
        return key and key.how

    assert until(pinned) == "enrolment"


@pytest.mark.obligation(
    "JX-12", place="kiosk run --demo", reads="a station to practise on, with invented people and days"
)
def test_demonstration_is_a_sound_station_with_much_to_see(running: Demonstration) -> None:
    assert running.check() == []
    with running.store() as store:
        made = counts(store)
    assert made["parcels"] >= 40
    assert made["reports"] == len(demo.PAST)
    assert running.status_json()["parcels_in_stock"] >= 20


def test_real_start_in_a_demonstrations_folder_is_refused(running: Demonstration, tmp_path: Path) -> None:
    copy = Station(tmp_path)
    copy.state.mkdir()
    shutil.copy(running.state / settings.DEMO_MARK, copy.state)
    copy.port = free_port()
    said = copy.kiosk("run")
    assert (said.returncode, said.stdout) == (2, "")
    assert str(copy.state) in said.stderr


@pytest.mark.parametrize("what", ["a station", "settings"])
def test_demonstration_in_a_real_stations_folder_is_refused_and_changes_nothing(tmp_path: Path, what: str) -> None:
    station = Station(tmp_path)
    station.port = free_port()
    if what == "a station":
        station.prepare()
    else:
        station.state.mkdir()
        (station.state / "station.toml").write_text('[county]\naddress = "https://county.invalid/"\n', "utf-8")
    before = {path: path.read_bytes() for path in station.state.rglob("*") if path.is_file()}
    said = station.kiosk("run", "--demo")
    assert (said.returncode, said.stdout) == (2, "")
    assert str(station.state) in said.stderr
    left = {path for path in station.state.rglob("*") if path.is_file()} - {station.state / "kiosk.pid"}
    assert {path: path.read_bytes() for path in left} == before


def test_second_start_seeds_nothing_and_keeps_the_pins(tmp_path: Path) -> None:
    again = Demonstration(tmp_path)
    again.state.mkdir()
    pins = demo.prepare(again.state)
    mark = (again.state / "demo.json").read_bytes()
    with again.store() as store:
        made = counts(store)
    with again:
        said = until(lambda: (text := again.said(200)).count("示范账号") >= len(pins) and text)
        assert dict(re.findall(r"示范账号 (\S+)，PIN (\d+)", said)) == pins
        assert (again.state / "demo.json").read_bytes() == mark
        with again.store() as store:
            assert counts(store) == made


def test_seeding_that_was_cut_off_begins_again(tmp_path: Path) -> None:
    station = Demonstration(tmp_path)
    station.start()
    pid = station.processes["run"].pid

    def is_under_way() -> bool:
        if not (station.state / "kiosk.db").exists():
            return False
        with station.store() as store:
            return counts(store)["parcels"] > 5

    until(lambda: (station.state / "demo.json").exists() and (station.state / "station.toml").exists())
    until(is_under_way)
    os.kill(pid, signal.SIGKILL)
    station.processes.pop("run").wait()
    wait_gone(pid)
    begun = json.loads((station.state / "demo.json").read_text("utf-8"))
    assert begun["is_ready"] is False, "the control: it was cut off in the middle"
    whole = tmp_path / "whole"
    whole.mkdir()
    for state in (station.state, whole):
        assert set(demo.prepare(state)) == set(begun["pins"])
    store = open_store(whole, settings.load(whole))
    wanted = counts(store)
    store.close()
    with station.store() as store:
        assert counts(store) == wanted
        assert list(check.problems(store)) == []


@pytest.mark.parametrize("at", ["00:01", "01:31", "08:00", "19:30", "23:59"])
def test_demonstration_is_true_at_every_hour(tmp_path: Path, at: str) -> None:
    zone = ZoneInfo("Asia/Shanghai")
    hour, minute = map(int, at.split(":"))
    now = (clock.local(clock.now()) - timedelta(days=1)).replace(hour=hour, minute=minute)
    demo.prepare(tmp_path, now)
    store = open_store(tmp_path, settings.load(tmp_path))
    assert list(check.problems(store)) == []
    with store.reading() as db:
        days = db.all("SELECT business_on, closed_at FROM business_days ORDER BY business_on")
        last = db.value("SELECT MAX(at) FROM audit")
    store.close()
    assert [day["closed_at"] is None for day in days] == [False] * len(demo.PAST) + [True]
    assert days[-1]["business_on"] == now.date().isoformat()
    assert clock.read(last) <= now.astimezone(zone) + timedelta(minutes=1)


def test_each_demonstration_has_pins_of_its_own(tmp_path: Path, running: Demonstration) -> None:
    told = json.loads((running.state / "demo.json").read_text("utf-8"))["pins"]
    state = tmp_path / "other"
    state.mkdir()
    assert set(demo.prepare(state).values()) != set(told.values())


@pytest.fixture
def home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A person's home, and no folder named by the environment."""
    monkeypatch.delenv("KIOSK_STATE", raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    return tmp_path


def make(folder: Path) -> Path:
    folder.mkdir(parents=True)
    (folder / DATABASE).touch()
    return folder


def test_word_without_a_named_folder_means_the_only_station_there_is(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    real, demonstration = settings.state_folder(), demo_folder()
    assert real != demonstration
    with pytest.raises(Refused) as caught:
        folder_here(must_exist=True)
    assert caught.value.code == "station.none"
    make(demonstration)
    assert folder_here(must_exist=True) == demonstration
    assert str(demonstration) in capsys.readouterr().err
    assert folder_here() == real  # who adds the first person of a station means no demonstration
    make(real)
    assert folder_here(must_exist=True) == real
    assert capsys.readouterr().err == ""


def test_word_without_a_named_folder_means_the_station_that_runs(home: Path) -> None:
    real, demonstration = make(settings.state_folder()), make(demo_folder())
    with StationLock(demonstration):
        assert folder_here() == folder_here(must_exist=True) == demonstration
        with StationLock(real):
            assert folder_here() == real


def test_named_folder_is_taken_whatever_runs(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    named = home / "named"
    monkeypatch.setenv("KIOSK_STATE", str(named))
    make(home / ".local" / "share" / "kiosk-demo")
    with StationLock(home / ".local" / "share" / "kiosk-demo"):
        assert folder_here() == demo_folder() == named
        with pytest.raises(Refused):
            folder_here(must_exist=True)


def test_every_process_of_a_demonstration_ends_with_its_head_even_the_centre(tmp_path: Path) -> None:
    station = Demonstration(tmp_path)
    station.state.mkdir()
    demo.prepare(station.state)
    station.start().wait_ready()
    head = station.processes.pop("run")
    listed = Path(f"/proc/{head.pid}/task/{head.pid}/children")
    children = until(lambda: len(found := listed.read_text().split()) == 4 and found)
    head.kill()
    head.wait()
    for pid in children:
        wait_gone(int(pid))
