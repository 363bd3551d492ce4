"""The hub of live events, the thread that takes scans, the process on its own."""

from __future__ import annotations

import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path

import pytest

from kiosk.codes import recognise
from kiosk.counter import desk_scans
from kiosk.errors import EXIT_CONFIGURATION, EXIT_DATABASE, EXIT_USAGE
from tests.web.browser import TestStation, serving
from web.hub import KEPT_EVENTS, MOST_STREAMS, WAITING_EVENTS, Hub
from web.station import ShownOnce

CHECKOUT = Path(__file__).resolve().parents[2]


def eventually(what: Callable[[], object], seconds: float = 15.0) -> object:
    until = time.monotonic() + seconds
    while not (found := what()):
        assert time.monotonic() < until, what
        time.sleep(0.02)
    return found


def test_an_event_reaches_the_streams_of_its_desk_and_no_other() -> None:
    hub = Hub()
    here, there = hub.open(hub.mark(), 1), hub.open(hub.mark(), 2)
    hub.publish("scan", 1, words="一")
    hub.publish("strip")
    frames, other = here.frames(), there.frames()
    assert next(frames).startswith(b"retry:")
    assert b"event: scan" in next(frames)
    assert b"event: strip" in next(frames)
    next(other)
    assert b"event: strip" in next(other)
    hub.end()
    assert list(frames) == list(other) == []
    assert hub.open_streams == 0


def test_a_stream_that_comes_back_gets_what_it_missed() -> None:
    hub = Hub()
    mark = hub.mark()
    hub.publish("scan", 1, words="一")
    hub.publish("scan", 2, words="二")
    assert [event.data["words"] for event in hub.since(mark, 1)] == ["一"]
    stream = hub.open(mark, 1)
    stream.end()
    assert hub.since(hub.mark(), 1) == []


@pytest.mark.parametrize("mark", ["", "x", "other.1", ".", "....9", "甲.1"])
def test_a_mark_that_is_not_ours_asks_for_everything_afresh(mark: str) -> None:
    hub = Hub()
    hub.publish("strip")
    assert hub.since(mark, 1) is None


def test_a_page_that_missed_too_much_loads_afresh() -> None:
    hub = Hub()
    mark = hub.mark()
    for _ in range(KEPT_EVENTS + 1):
        hub.publish("strip")
    assert hub.since(mark, 1) is None


def test_a_stream_that_cannot_follow_is_ended_and_never_waited_for() -> None:
    hub = Hub()
    stream = hub.open(hub.mark(), 1)
    for _ in range(WAITING_EVENTS + 50):
        hub.publish("strip")
    assert len(list(stream.frames())) <= WAITING_EVENTS + 1
    assert hub.open_streams == 0


def test_no_more_than_sixteen_streams_are_open() -> None:
    hub = Hub()
    streams = [hub.open(hub.mark(), 1) for _ in range(MOST_STREAMS)]
    assert all(streams)
    assert hub.open(hub.mark(), 1) is None
    streams[0].end()
    list(streams[0].frames())
    assert hub.open(hub.mark(), 1) is not None


def test_what_is_shown_once_belongs_to_one_session() -> None:
    shown = ShownOnce()
    ticket = shown.put("7", "482913")
    assert shown.get("7", ticket) == "482913"
    assert shown.get("8", ticket) is None
    shown.forget(ticket)
    assert shown.get("7", ticket) is None


def test_a_scan_that_breaks_the_program_is_said_once_and_the_next_is_taken(
    station: TestStation, caplog: pytest.LogCaptureFixture
) -> None:
    station.runtime.put_scan("枪", "柜台", recognise("YT8962646785389"))
    station.runtime.file.write(lambda db: db.execute("UPDATE scans SET kind = 'no such kind'").close())
    with serving(station) as server:
        eventually(lambda: (server.station.hub.last_said(1) or {}).get("tone") == "trouble")
        station.runtime.put_scan("枪", "柜台", recognise("YT8962646785390"))
        eventually(lambda: _codes(station) == ["desk.nobody"])
        assert station.runtime.take_scans() == []


def test_a_scanner_without_a_desk_is_said_at_every_desk(station: TestStation) -> None:
    with serving(station) as server:
        station.runtime.put_scan("枪", "没有这个柜台", recognise("YT8962646785389"))
        eventually(lambda: (server.station.hub.last_said(None) or {}).get("code") == "scan.no_desk")
        assert _codes(station) == []


def _codes(station: TestStation) -> list[str]:
    with station.store.reading() as db:
        return [outcome.code for outcome in desk_scans.recent(db, 1)]


def _web(state: Path, *words: str, **more: object) -> subprocess.Popen[bytes]:
    environment = os.environ | {"KIOSK_STATE": str(state), "KIOSK_RUNTIME": str(state / "run")}
    command = [sys.executable, "-m", "web", *words]
    return subprocess.Popen(command, env=environment, cwd=CHECKOUT, stderr=subprocess.PIPE, **more)  # type: ignore[call-overload]


def test_the_process_ends_when_its_parents_pipe_closes(tmp_path: Path) -> None:
    reading, writing = os.pipe()
    process = _web(tmp_path / "s", "--port", "0", "--parent-pipe", str(reading), pass_fds=(reading,))
    line = b""
    while b"serving" not in line:
        line = process.stderr.readline()
        assert line, "it ended before it served"
    url = line.decode().split()[-1]
    with urllib.request.urlopen(url + "alive") as answer:
        assert answer.status == 200
    os.close(writing)
    assert process.wait(15) == 0
    process.stderr.close()
    os.close(reading)


def test_a_wrong_port_setting_or_database_has_its_exit_code_and_says_why(tmp_path: Path) -> None:
    state = tmp_path / "s"
    state.mkdir()
    for words, prepare, code in (
        (("--port", "99999"), lambda: None, EXIT_USAGE),
        ((), lambda: (state / "station.toml").write_text("[station]\nnonsense = 1\n"), EXIT_CONFIGURATION),
        ((), lambda: ((state / "station.toml").unlink(), (state / "kiosk.db").write_bytes(b"x" * 8192)), EXIT_DATABASE),
    ):
        prepare()
        process = _web(state, *words)
        _, said = process.communicate(timeout=60)
        assert process.returncode == code, said.decode()
        assert said.strip()


def test_last_sentence_is_said_on_a_later_page_only_while_it_is_fresh(monkeypatch: pytest.MonkeyPatch) -> None:
    hub = Hub()
    hub.say(1, {"tone": "done", "words": "上架到 1-1-2001"})
    assert hub.last_said(1) is not None
    monkeypatch.setattr("web.hub.FRESH_SECONDS", 0.0)
    assert hub.last_said(1) is None
