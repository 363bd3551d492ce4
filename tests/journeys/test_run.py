"""``kiosk run`` as a person starts and stops it: what it refuses in words, and that nothing of it is left behind."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from kiosk.cli import running
from kiosk.people import sessions
from tests.journeys.station import SCANNER, Station, free_port, wait_gone

WAYBILL = "YT8962646785389"
#: Generous: a loaded machine is slow, a process that ignores its signal never ends.
SECONDS = 25.0


def until(what, seconds=SECONDS):
    """What ``what`` gives once it gives something."""
    end = time.monotonic() + seconds
    while not (answer := what()):
        assert time.monotonic() < end, "never happened"
        time.sleep(0.05)
    return answer


def is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


# What does not start -------------------------------------------------------------------------------------------------


@pytest.fixture
def prepared(tmp_path: Path) -> Station:
    station = Station(tmp_path).prepare()
    station.port = free_port()
    return station


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("[statoin]\nname = 'x'", "statoin"),
        ("[parcels]\noverdue_days = 'three'", "parcels.overdue_days"),
        ("[[devices]]\nname = 'a'\nkind = 'scanner'\ndriver = 'simulated'\ncolour = 'red'", "devices[1].colour"),
    ],
)
def test_run_with_a_wrong_setting_ends_with_3_and_names_file_and_key(prepared: Station, text: str, named: str) -> None:
    (prepared.state / "station.toml").write_text(text, "utf-8")
    said = prepared.kiosk("run")
    assert (said.returncode, said.stdout) == (3, "")
    assert str(prepared.state / "station.toml") in said.stderr
    assert named in said.stderr


def test_run_with_a_wrong_register_of_the_county_ends_with_3_and_names_it(prepared: Station) -> None:
    (prepared.state / "registers").mkdir()
    (prepared.state / "registers" / "wells.toml").write_text('code = "wells"\nname = "水井', "utf-8")
    said = prepared.kiosk("run")
    assert (said.returncode, said.stdout) == (3, "")
    assert str(prepared.state / "registers" / "wells.toml") in said.stderr and "Traceback" not in said.stderr


def test_run_with_a_wrong_option_of_a_device_ends_with_3_and_names_it(prepared: Station) -> None:
    (prepared.state / "station.toml").write_text(
        "[[devices]]\nname = '枪'\nkind = 'scanner'\ndriver = 'simulated'\noptions = { suffix = 'bell' }", "utf-8"
    )
    said = prepared.kiosk("run")
    assert said.returncode == 3
    assert "devices.枪.options.suffix" in said.stderr
    assert is_free(prepared.port)


@pytest.mark.lesson(25)
def test_run_on_a_broken_database_ends_with_5_and_leaves_it_as_it_is(prepared: Station) -> None:
    broken = b"no database" * 2000
    (prepared.state / "kiosk.db").write_bytes(broken)
    said = prepared.kiosk("run")
    assert (said.returncode, said.stdout) == (5, "")
    assert "kiosk.db" in said.stderr
    assert "Traceback" not in said.stderr
    assert (prepared.state / "kiosk.db").read_bytes() == broken


def test_run_on_a_taken_port_ends_with_2_and_names_it(prepared: Station) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        prepared.port = other.getsockname()[1]
        said = prepared.kiosk("run")
    assert (said.returncode, said.stdout) == (2, "")
    assert str(prepared.port) in said.stderr


@pytest.mark.parametrize("port", ["0", "65536", "http", ""])
def test_run_on_a_port_that_is_none_ends_with_2(prepared: Station, port: str) -> None:
    prepared.extra["PORT"] = port
    said = prepared.kiosk("run")
    assert (said.returncode, said.stdout) == (2, "")
    assert "PORT" in said.stderr


# A running station ---------------------------------------------------------------------------------------------------


@pytest.fixture
def station(tmp_path: Path):
    with Station(tmp_path) as started:
        yield started


def test_words_about_a_running_station(station: Station, tmp_path: Path) -> None:
    pid = station.pids()["run"]
    facts = json.loads(station.kiosk("status", "--json").stdout)
    assert facts["running_pid"] == pid
    assert set(facts["processes"]) == {"web", "devices", "sync"}
    assert facts["devices"][SCANNER].startswith("ok")
    copy = tmp_path / "copy.zip"
    assert station.kiosk("backup", str(copy)).returncode == 0
    for words in (("run",), ("restore", str(copy))):
        said = station.kiosk(*words)
        assert (said.returncode, said.stdout) == (2, "")
        assert str(pid) in said.stderr
    assert station.check() == []


def test_code_given_to_kiosk_scan_reaches_the_desk(station: Station) -> None:
    with station.store() as store, store.transaction() as tx:
        sessions.begin(tx, station.members["operator"].id, 1)
    said = station.kiosk("scan", WAYBILL)
    assert said.returncode == 0
    assert SCANNER in said.stdout
    assert WAYBILL not in said.stdout  # what a lens sees may be a payment code

    def taken() -> object:
        with station.store() as store, store.reading() as db:
            return db.one("SELECT * FROM desk_scans")

    row = until(taken)
    assert row["desk_id"] == 1
    wrong = station.kiosk("scan", WAYBILL, "--device", "没有这把枪")
    assert wrong.returncode == 2
    assert "没有这把枪" in wrong.stderr
    assert station.kiosk("scan", "X" * 5000).returncode == 2
    with station.runtime() as runtime:
        runtime.send_command(SCANNER, "unplug")
        until(lambda: not runtime.announcement(SCANNER).address)
    assert "拔掉" in station.kiosk("scan", WAYBILL).stderr


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_signal_to_the_head_ends_every_process_and_frees_the_port(station: Station, number: signal.Signals) -> None:
    pids = station.pids()
    os.kill(pids["run"], number)
    assert station.processes["run"].wait(SECONDS) == 0
    for pid in pids.values():
        wait_gone(pid)
    assert is_free(station.port)
    assert "Traceback" not in station.said(500)
    assert station.kiosk("status").returncode == 0


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGHUP])
def test_signal_of_a_terminal_to_all_processes_ends_them_in_order(station: Station, number: signal.Signals) -> None:
    pids = station.pids()
    os.killpg(pids["run"], number)
    assert station.processes["run"].wait(SECONDS) == 0
    for pid in pids.values():
        wait_gone(pid)
    said = station.said(500)
    assert "Traceback" not in said
    assert "starts again" not in said  # nobody died before the head had asked


def start_ignoring(station: Station, number: signal.Signals) -> Station:
    before = signal.signal(number, signal.SIG_IGN)
    try:
        return station.start()
    finally:
        signal.signal(number, before)


def test_station_in_the_background_of_a_script_is_ended_by_an_interrupt(tmp_path: Path) -> None:
    station = start_ignoring(Station(tmp_path), signal.SIGINT)  # what a shell does for `kiosk run &`
    try:
        os.kill(station.wait_ready().pids()["run"], signal.SIGINT)
        assert station.processes["run"].wait(SECONDS) == 0
    finally:
        station.stop()


def test_station_under_nohup_outlives_its_terminal(tmp_path: Path) -> None:
    station = start_ignoring(Station(tmp_path), signal.SIGHUP)
    try:
        pids = station.wait_ready().pids()
        os.killpg(pids["run"], signal.SIGHUP)
        with pytest.raises(subprocess.TimeoutExpired):
            station.processes["run"].wait(2)
        assert station.pids() == pids
    finally:
        station.stop()


def test_setting_that_became_wrong_ends_the_station_with_3_when_a_process_meets_it(station: Station) -> None:
    pids = station.pids()
    with (station.state / "station.toml").open("a", encoding="utf-8") as handle:
        handle.write("[nonsense]\nx = 1\n")
    os.kill(pids["devices"], signal.SIGKILL)
    assert station.processes["run"].wait(SECONDS) == 3
    for pid in pids.values():
        wait_gone(pid)
    assert "nonsense" in station.said()


@pytest.mark.parametrize(("code", "given"), [(2, 2), (3, 3), (5, 0), (1, 0), (0, 0)])
def test_only_a_wrong_command_line_or_setting_is_not_tried_again(code: int, given: int) -> None:
    child = running.Child("child", [sys.executable, "-c", f"raise SystemExit({code})"])
    family = running.Family([child])
    assert family._look_after(child) == 0
    child.process.wait()
    assert family._look_after(child) == given
    assert child.process is None
    family.stop()
