"""The whole road with real processes: a day is closed at a station, its report reaches the centre, the number comes home."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import threading
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk import outbox, shifts
from kiosk.counter.close_day import close_day
from kiosk.devices import LampState, Runtime
from kiosk.reports import envelope
from kiosk.storage import Store
from sync.centre.reports import Received
from tests.sync import scripted
from tests.sync.county import Centre, Signer, centre_process
from tests.sync.scripted import ScriptedCentre
from tests.sync.station import ROOT, daemon, eventually, message, open_station, write_settings


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


def close_a_day(store: Store) -> int:
    with store.transaction() as tx:
        shifts.ensure_open(tx)
    with store.transaction() as tx:
        return close_day(tx, pieces={}).message_id


def kiosk_centre(*arguments: str, given: str = "") -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "sync.centre", *arguments]
    return subprocess.run(command, input=given, capture_output=True, text=True, env=environment, timeout=60)


def page_of(address: str) -> str:
    with urllib.request.urlopen(address + "/", timeout=60) as answer:
        return str(answer.read().decode())


@pytest.mark.obligation(
    "LY-23", "TC-19", "NORM-04", place="/reports", reads="the report frozen at the close, with the county's number"
)
def test_closed_day_comes_back_acknowledged(state: Path, stores: list[Store], tmp_path: Path) -> None:
    with centre_process(tmp_path / "centre", "--trust-first") as (address, _):
        stores.append(store := open_station(state, address, longest=600))
        with daemon(state):
            queued = close_a_day(store)
            number = eventually(lambda: message(store, queued).acknowledgement_no)
            assert re.fullmatch(r"C-\d{8}-000001", number)
            runtime = Runtime.open(state)
            eventually(lambda: any(lamp.state is LampState.OK for lamp in runtime.lamps() if lamp.device == "county"))
            runtime.close()
        page = page_of(address)
    assert number in page and "￥0.00" in page and store.settings.station.name in page
    with store.reading() as db:
        assert outbox.summary(db).last_acknowledgement_no == number


def test_station_is_refused_until_a_person_has_enrolled_it(state: Path, stores: list[Store], tmp_path: Path) -> None:
    folder = tmp_path / "centre"
    with centre_process(folder) as (address, _):
        stores.append(store := open_station(state, address))
        queued = close_a_day(store)
        with daemon(state):
            runtime = Runtime.open(state)
            eventually(lambda: any(lamp.reason == "county_key_refused" for lamp in runtime.lamps()))
            runtime.close()
            assert message(store, queued).state in ("waiting", "in_flight")
            key = tmp_path / "station.jwk"
            key.write_text(envelope.public_jwk(store.secrets))
            enrolled = kiosk_centre("enrol", store.settings.station.code, str(key), "--state", str(folder))
            assert enrolled.returncode == 0, enrolled.stderr
            eventually(lambda: message(store, queued).state == "acknowledged")


@pytest.mark.lesson(2)
def test_reply_lost_on_the_way_leaves_one_record_and_one_number(
    state: Path, stores: list[Store], tmp_path: Path
) -> None:
    with centre_process(tmp_path / "centre", "--trust-first") as (address, _):
        with ScriptedCentre(*[forward(address, loses=True)] * 3, *[forward(address)] * 3) as line:
            stores.append(store := open_station(state, line.address))
            queued = close_a_day(store)
            with daemon(state):
                number = eventually(lambda: message(store, queued).acknowledgement_no)
            assert len(line.envelopes) == 4
            assert len(set(line.envelopes)) == 1
        (kept,) = reports_at(tmp_path / "centre")
    assert kept.acknowledgement_no == number


def forward(address: str, *, loses: bool = False) -> scripted.Act:
    """Hands the report on to the real centre, and loses its answer or brings it back."""

    def act(line: object, body: bytes, number: str) -> None:
        headers = {"Content-Type": "application/jose"}
        asked = urllib.request.Request(address + "/api/v1/reports", data=body, headers=headers)
        with urllib.request.urlopen(asked, timeout=60) as answer:
            said = answer.read()
        if not loses:
            scripted.reply(200, said)(line, body, number)  # type: ignore[arg-type]

    return act


def reports_at(folder: Path) -> list[Received]:
    centre = Centre(folder)
    try:
        return centre.reports()
    finally:
        centre.close()


def test_refused_report_is_parked_and_later_ones_go_on(state: Path, stores: list[Store], tmp_path: Path) -> None:
    """The station was restored from an old back-up: its sequence 1 says something else than the centre has."""
    folder = tmp_path / "centre"
    with centre_process(folder, "--trust-first") as (address, _):
        stores.append(store := open_station(state, address))
        was = Signer(store.settings.station.code, store.secrets).report(1)
        post(address, was.envelope)
        first, second = close_a_day(store), close_a_day(store)
        with daemon(state):
            eventually(lambda: message(store, second).state == "acknowledged")
        assert message(store, first).state == "refused"
        assert "report.station_restored" in (message(store, first).reason or "")
        assert "多半是用旧备份恢复过" in page_of(address)


def post(address: str, text: str) -> int:
    headers = {"Content-Type": "application/jose"}
    asked = urllib.request.Request(address + "/api/v1/reports", data=text.encode(), headers=headers)
    with urllib.request.urlopen(asked, timeout=60) as answer:
        return int(answer.status)


def test_centre_killed_again_and_again_loses_and_doubles_nothing(
    state: Path, stores: list[Store], tmp_path: Path
) -> None:
    folder = tmp_path / "centre"
    with centre_process(folder, "--trust-first") as (address, first):
        port = int(address.rsplit(":", 1)[1])
        stores.append(store := open_station(state, address))
        ids = [close_a_day(store) for _ in range(25)]
        with daemon(state):
            eventually(lambda: message(store, ids[0]).state == "acknowledged")
            first.kill()
            first.wait()
            for _ in range(3):
                with centre_process(folder, "--trust-first", port=port) as (_, again):
                    done = acknowledged(store, ids)
                    eventually(lambda done=done: acknowledged(store, ids) > min(done, len(ids) - 1))
                    again.kill()
                    again.wait()
            with centre_process(folder, "--trust-first", port=port):
                eventually(lambda: acknowledged(store, ids) == len(ids))
    kept = {report.sequence: report.acknowledgement_no for report in reports_at(folder)}
    assert kept == {message(store, i).sequence: message(store, i).acknowledgement_no for i in ids}
    assert sorted(int(number[-6:]) for number in kept.values()) == list(range(1, 26))


def acknowledged(store: Store, ids: list[int]) -> int:
    return sum(message(store, i).state == "acknowledged" for i in ids)


def test_centre_takes_several_stations_at_once(tmp_path: Path) -> None:
    with centre_process(tmp_path / "centre", "--trust-first") as (address, _):
        signers = [Signer.make(tmp_path / f"s{number}", f"demo-{number}") for number in range(4)]

        def send(signer: Signer) -> None:
            for sequence in range(1, 11):
                assert post(address, signer.report(sequence).envelope) == 201

        threads = [threading.Thread(target=send, args=(signer,)) for signer in signers]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert len(reports_at(tmp_path / "centre")) == 40


# The command -----------------------------------------------------------------------------------------------------------


def test_key_is_enrolled_once_and_replaced_only_on_purpose(tmp_path: Path) -> None:
    folder = str(tmp_path / "centre")
    first, second = (Signer.make(tmp_path / name, "demo-001").public_key for name in ("a", "b"))
    assert kiosk_centre("enrol", "demo-001", first, "--state", folder).returncode == 0
    assert kiosk_centre("enrol", "demo-001", "-", "--state", folder, given=first).returncode == 0
    refused = kiosk_centre("enrol", "demo-001", second, "--state", folder)
    assert refused.returncode == 2 and "--replace" in refused.stderr
    assert kiosk_centre("enrol", "demo-001", second, "--replace", "--state", folder).returncode == 0
    listed = kiosk_centre("stations", "--state", folder).stdout
    assert envelope.thumbprint(second) in listed and envelope.thumbprint(first) not in listed


@pytest.mark.parametrize(
    ("station", "key"),
    [("demo-001", "{}"), ("demo-001", "{not json"), ("demo-001", "no-such-file"), ("坏 站点", "{}"),
     ("demo-001", '{"kty":"OKP","crv":"Ed25519","x":"c2hvcnQ"}'), ("demo-001", '{"kty":"RSA","n":"AQ","e":"AQ"}')],
)  # fmt: skip
def test_key_that_is_none_is_not_enrolled(tmp_path: Path, station: str, key: str) -> None:
    ended = kiosk_centre("enrol", station, key, "--state", str(tmp_path / "centre"))
    assert ended.returncode == 2
    assert "没有登记" in ended.stderr and "Traceback" not in ended.stderr


def test_port_that_is_taken_is_said(tmp_path: Path) -> None:
    with ScriptedCentre() as other:
        ended = kiosk_centre("run", "--port", str(other.port), "--state", str(tmp_path / "centre"))
    assert ended.returncode == 3
    assert str(other.port) in ended.stderr and "Traceback" not in ended.stderr


def test_damaged_database_is_said(tmp_path: Path) -> None:
    (tmp_path / "centre.db").write_bytes(b"no database at all" * 1000)
    ended = kiosk_centre("run", "--port", "0", "--state", str(tmp_path))
    assert ended.returncode == 5 and "Traceback" not in ended.stderr


def test_centre_ends_with_its_parent_and_on_sigterm(tmp_path: Path) -> None:
    with centre_process(tmp_path / "centre") as (_, process):
        process.send_signal(signal.SIGTERM)
        assert process.wait(60) == 0
    reading, writing = os.pipe()
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "sync.centre", "run", "--port", "0", "--state", str(tmp_path / "centre")]
    child = subprocess.Popen(
        [*command, "--parent-pipe", str(reading)], pass_fds=(reading,), stdout=subprocess.PIPE, env=environment
    )
    with child:
        os.close(reading)
        assert child.stdout is not None and child.stdout.readline()
        os.close(writing)
        assert child.wait(60) == 0


def test_settings_are_read_by_the_station_alone(state: Path) -> None:
    """A centre on this machine needs no certificate; anywhere else the station insists on TLS."""
    from kiosk import settings
    from kiosk.errors import ConfigurationError

    write_settings(state, "http://centre.example/")
    with pytest.raises(ConfigurationError):
        settings.load(state)
