"""Start-up to the first page, memory of each process, syncs of the disk for one hand-over."""

from __future__ import annotations

import re
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Protocol

from tests.benchmarks.measure import Act, Times, pss_kb
from tests.benchmarks.table import Figures, Row
from tests.benchmarks.wire import Wire
from tests.benchmarks.yardsticks import Bare
from tests.journeys.client import BASE
from tests.journeys.station import Station, wait_gone


class Closable(Protocol):
    """A device that stands beside a station."""

    def close(self) -> None: ...


#: What each may take when idle, in MB (performance.md).
MEMORY_MB = {"web": 65, "devices": 50, "sync": 55}
STARTS = 5
HAND_OVERS = 50
SETTLED_SECONDS = 4.0


@contextmanager
def ended(station: Station, *beside: Closable) -> Iterator[None]:
    """Ends a station and what stands beside it, however the measuring ends; what it said is told where that failed."""
    with ExitStack() as at_the_end, ExitStack() as failed:
        for one in beside:
            at_the_end.callback(one.close)
        at_the_end.callback(station.kill_all)
        failed.callback(lambda: print(station.said()))
        yield
        failed.pop_all()


def start_up(figures: Figures, station: Station, raw_path: Path, size: str) -> None:
    """From the start of the web process to its first page, beside F's first answer. Leaves the web process running."""
    ours, theirs = Times("web"), Times("F")
    for _ in range(STARTS):
        with Bare(raw_path) as bare:
            theirs.each.append(bare.first_answer_seconds)
        if "web" in station.processes:
            pid = station.processes["web"].pid
            station.processes["web"].terminate()
            station.processes.pop("web").wait(20)
            wait_gone(pid)
        begun = time.perf_counter()
        station.start_one("web")
        _first_page(station.port)
        ours.each.append(time.perf_counter() - begun)
    row = Row("start-up to first page", size, ours, theirs, "F's first answer", "≤ 2 × F")
    row.is_reached = (row.ratio or 0) <= 2
    figures.add(row)


def _first_page(port: int) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until:
        try:
            wire = Wire(port)
            status, _ = wire.ask("GET", "/log-in")
            wire.close()
        except OSError:
            time.sleep(0.005)
            continue
        assert status == 200, status
        return
    raise AssertionError("no first page")


def memory(figures: Figures, station: Station, size: str) -> None:
    """The share of memory of each process of a station that has done nothing yet."""
    time.sleep(SETTLED_SECONDS)
    pids = station.pids()
    for name, limit in MEMORY_MB.items():
        mb = pss_kb(pids[name]) / 1000
        figures.add(
            Row(f"memory of {name}, idle", size, asked=f"≤ {limit} MB", is_reached=mb <= limit, words=f"{mb:.0f} MB")
        )


def syncs(figures: Figures, station: Station, numbers: list[int], size: str) -> None:
    """How often the web process asks the disk to keep what it has, for one hand-over."""
    wire = Wire(station.port, {"Authorization": f"Bearer {station.tokens['operator']}"})

    def hand_over(turn: int) -> None:
        wire.json(f"{BASE}/parcels/{numbers[turn]}/hand-over", {"method": "code"}, 200, key=f"sync-{numbers[turn]}")

    counted(
        figures, Row("syncs per hand-over, API", size), station.pids()["web"], station.folder, hand_over, HAND_OVERS
    )
    wire.close()


def counted(figures: Figures, row: Row, pid: int, folder: Path, act: Act, times: int) -> None:
    """Adds the row with the syncs that a process does for each of so many acts, counted by strace; one is asked for."""
    strace = shutil.which("strace")
    if strace is None:
        figures.notes.append(f"{row.what} were not counted: strace is not installed")
        return
    log = folder / "syncs.txt"
    tracer = subprocess.Popen(
        [strace, "-f", "-p", str(pid), "-e", "trace=fsync,fdatasync,sync_file_range,msync,sync", "-o", str(log)],
        stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert tracer.stderr is not None
    if "attached" not in tracer.stderr.readline():
        tracer.kill()
        tracer.wait()
        tracer.stderr.close()
        figures.notes.append(f"{row.what} were not counted: this machine lets nobody trace a process")
        return
    for turn in range(times):
        act(turn)
    tracer.send_signal(signal.SIGINT)
    tracer.wait(20)
    tracer.stderr.close()
    found = re.findall(r"\b(?:fsync|fdatasync|sync_file_range|msync|sync)\(", log.read_text("ascii", "replace"))
    each = len(found) / times
    row.asked, row.is_reached, row.words, row.is_alarm = "1", each == 1, f"{each:.2f}", each >= 2
    figures.add(row)
