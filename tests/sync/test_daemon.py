"""The sync process as a process: acknowledges, waits, survives its own death, ends when it should."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk import outbox
from kiosk.devices import Fault, Lamp, LampState, Runtime
from kiosk.storage import Store
from tests.sync import scripted
from tests.sync.scripted import ScriptedCentre
from tests.sync.station import daemon, eventually, message, open_station, queue, write_settings


@pytest.fixture
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("KIOSK_RUNTIME", str(tmp_path / "runtime"))
    monkeypatch.delenv("KIOSK_COUNTY_ADDRESS", raising=False)
    return tmp_path / "state"


@pytest.fixture
def stores() -> Iterator[list[Store]]:
    opened: list[Store] = []
    yield opened
    for store in opened:
        store.close()


def lamp(state: Path) -> Lamp | None:
    runtime = Runtime.open(state)
    try:
        return next((found for found in runtime.lamps() if found.device == "county"), None)
    finally:
        runtime.close()


def is_beating(state: Path) -> bool:
    runtime = Runtime.open(state)
    try:
        return "sync" in runtime.heartbeats()
    finally:
        runtime.close()


def test_new_message_leaves_soon(state: Path, stores: list[Store]) -> None:
    with ScriptedCentre() as centre:
        stores.append(store := open_station(state, centre.address, longest=600))
        with daemon(state) as process:
            eventually(lambda: is_beating(state))
            queued = queue(store)
            done = eventually(lambda: message(store, queued).acknowledgement_no)
            assert done == "C-1"
            eventually(lambda: (found := lamp(state)) and found.state is LampState.OK)
            process.send_signal(signal.SIGTERM)
            assert process.wait(60) == 0


def test_backlog_drains_in_order(state: Path, stores: list[Store]) -> None:
    with ScriptedCentre() as centre:
        stores.append(store := open_station(state, centre.address))
        ids = [queue(store, subject_id=number) for number in range(31)]
        with daemon(state):
            eventually(lambda: message(store, ids[-1]).state == "acknowledged")
        assert [envelope.decode() for envelope in centre.envelopes] == [message(store, i).envelope for i in ids]


@pytest.mark.lesson(6)
def test_without_an_address_it_waits_and_says_so(state: Path, stores: list[Store]) -> None:
    stores.append(store := open_station(state, ""))
    queued = queue(store)
    with daemon(state, stderr=subprocess.PIPE) as process:
        shown = eventually(lambda: lamp(state))
        assert (shown.state, shown.reason) == (LampState.ABSENT, "county_no_address")
        process.send_signal(signal.SIGINT)
        assert process.wait(60) == 0
        assert process.stderr is not None
        assert process.stderr.read().count("address") == 1
    assert message(store, queued).state == "waiting"


def test_address_of_the_demonstration_is_taken_where_settings_name_none(state: Path, stores: list[Store]) -> None:
    with ScriptedCentre() as centre:
        stores.append(store := open_station(state, ""))
        queued = queue(store)
        with daemon(state, environment={"KIOSK_COUNTY_ADDRESS": centre.address}):
            eventually(lambda: message(store, queued).state == "acknowledged")


@pytest.mark.lesson(6)
def test_line_that_comes_back_is_used_without_being_told(state: Path, stores: list[Store]) -> None:
    with ScriptedCentre() as gone:
        port = gone.port
    stores.append(store := open_station(state, f"http://127.0.0.1:{port}", longest=0.2))
    queued = queue(store)
    with daemon(state):
        eventually(lambda: message(store, queued).attempts >= 3)
        assert message(store, queued).state in ("waiting", "in_flight")
        shown = eventually(lambda: (found := lamp(state)) and found.reason == "county_unreachable" and found)
        assert shown.state is LampState.PROBLEM
        with ScriptedCentre(port=port):
            eventually(lambda: message(store, queued).state == "acknowledged")


def test_person_who_asks_to_try_now_ends_the_pause(state: Path, stores: list[Store]) -> None:
    with ScriptedCentre(scripted.reply(404, "")) as centre:
        stores.append(store := open_station(state, centre.address, pause=600, longest=600))
        queued = queue(store)
        with daemon(state):
            eventually(lambda: (found := lamp(state)) and found.reason == "county_wrong_address")
            runtime = Runtime.open(state)
            asked = runtime.send_command("county", Fault.RETRY)
            eventually(lambda: message(store, queued).state == "acknowledged")
            assert runtime.command(asked).outcome == "done"  # type: ignore[union-attr]
            runtime.close()


@pytest.mark.lesson(4)
def test_two_daemons_send_each_message_once(state: Path, stores: list[Store]) -> None:
    with ScriptedCentre() as centre:
        stores.append(store := open_station(state, centre.address))
        with daemon(state), daemon(state):
            eventually(lambda: is_beating(state))
            ids = [queue(store, subject_id=number) for number in range(20)]
            eventually(lambda: all(message(store, i).state == "acknowledged" for i in ids))
        assert len(centre.envelopes) == 20
        assert centre.busiest == 1


@pytest.mark.lesson(2)
def test_killed_between_sending_and_storing_it_is_sent_again(state: Path, stores: list[Store]) -> None:
    with ScriptedCentre(scripted.silent(60)) as centre:
        stores.append(store := open_station(state, centre.address, timeout_seconds=3))
        queued = queue(store)
        with daemon(state) as process:
            centre.wait_for(1)  # the centre has it, and has not answered yet
            process.kill()
            process.wait()
        assert message(store, queued).state == "in_flight"
        with daemon(state):
            eventually(lambda: message(store, queued).state == "acknowledged")
        assert centre.envelopes[0] == centre.envelopes[1]
        assert message(store, queued).acknowledgement_no == "C-1"
        with store.reading() as db:
            assert outbox.summary(db).waiting == 0


def test_it_ends_at_once_though_the_centre_says_nothing(state: Path, stores: list[Store]) -> None:
    with ScriptedCentre(scripted.silent(120)) as centre:
        stores.append(store := open_station(state, centre.address, timeout_seconds=120))
        queued = queue(store)
        with daemon(state) as process:
            centre.wait_for(1)
            process.send_signal(signal.SIGTERM)
            assert process.wait(60) == 0
        assert message(store, queued).state == "waiting", "no lease is left behind"
    assert centre.played_out == 0


def test_it_ends_with_its_parent(state: Path, stores: list[Store]) -> None:
    stores.append(open_station(state, ""))
    reading, writing = os.pipe()
    with daemon(state, "--parent-pipe", str(reading), pass_fds=(reading,)) as process:
        os.close(reading)
        eventually(lambda: is_beating(state))
        os.close(writing)
        assert process.wait(60) == 0


def test_runtime_that_vanishes_comes_back_with_its_lamp(state: Path, stores: list[Store], tmp_path: Path) -> None:
    stores.append(open_station(state, ""))
    with daemon(state):
        eventually(lambda: lamp(state))
        for part in (tmp_path / "runtime").iterdir():
            part.unlink()
        eventually(lambda: lamp(state))


@pytest.mark.parametrize(("row", "code"), [('address = "gopher://x"', 3), ("adress = 1", 3)])
def test_wrong_settings_end_it_with_their_code(state: Path, row: str, code: int) -> None:
    write_settings(state, "")
    (state / "station.toml").write_text(f"[county]\n{row}\n", "utf-8")
    with daemon(state, stderr=subprocess.PIPE) as process:
        assert process.wait(60) == code
        assert process.stderr is not None
        said = process.stderr.read()
        assert "station.toml" in said and "Traceback" not in said


def test_damaged_database_ends_it_with_its_code(state: Path) -> None:
    write_settings(state, "")
    (state / "kiosk.db").write_bytes(b"no database at all" * 1000)
    with daemon(state, stderr=subprocess.PIPE) as process:
        assert process.wait(60) == 5
        assert process.stderr is not None
        assert "Traceback" not in process.stderr.read()


def test_memory_stays_small(state: Path, stores: list[Store]) -> None:
    with ScriptedCentre() as centre:
        stores.append(store := open_station(state, centre.address))
        ids = [queue(store, subject_id=number) for number in range(30)]
        with daemon(state) as process:
            eventually(lambda: message(store, ids[-1]).state == "acknowledged")
            rows = Path(f"/proc/{process.pid}/smaps_rollup").read_text().splitlines()
    pss = next(int(row.split()[1]) for row in rows if row.startswith("Pss:"))
    assert pss < 55 * 1024
