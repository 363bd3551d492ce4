"""Takes times side by side: the thing and its yardstick in alternating batches of the same minute, so that a busy machine
slows both. CPU is that of the process which does the work, client not counted."""

from __future__ import annotations

import contextlib
import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

#: One act; the number counts up over all batches.
Act = Callable[[int], object]
CpuClock = Callable[[], float]


@dataclass
class Times:
    """What was measured of one thing, in seconds."""

    name: str
    each: list[float] = field(default_factory=list)
    cpu: float = 0.0

    @property
    def median(self) -> float:
        """The middle one."""
        return statistics.median(self.each)

    @property
    def p99(self) -> float:
        """All but one in a hundred are quicker."""
        ordered = sorted(self.each)
        return ordered[min(len(ordered) - 1, int(len(ordered) * 0.99))]

    @property
    def cpu_each(self) -> float:
        """CPU of the working process for one act."""
        return self.cpu / max(1, len(self.each))


@dataclass(frozen=True)
class Runner:
    """A thing to be measured: its name, one act, and the CPU clock of the process that does it."""

    name: str
    act: Act
    cpu: CpuClock = time.process_time


def alternate(*runners: Runner, batches: int, size: int) -> list[Times]:
    """Runs ``batches`` of ``size`` acts of each in turn, after a short batch of each to warm up."""
    found = [Times(runner.name) for runner in runners]
    numbers = [0] * len(runners)
    for batch in range(batches + 1):
        for place, runner in enumerate(runners):
            count = size if batch else max(3, size // 5)
            cpu = runner.cpu()
            each = []
            for _ in range(count):
                begun = time.perf_counter()
                runner.act(numbers[place])
                each.append(time.perf_counter() - begun)
                numbers[place] += 1
            if batch:
                found[place].each += each
                found[place].cpu += runner.cpu() - cpu
    return found


def cpu_of(pid: int) -> CpuClock:
    """The CPU clock of another process: the scheduler's nanoseconds over its living threads."""

    def clock() -> float:
        total = 0
        for task in Path(f"/proc/{pid}/task").iterdir():
            with contextlib.suppress(OSError):
                total += int((task / "schedstat").read_text("ascii").split()[0])
        return total / 1e9

    return clock


def pss_kb(pid: int) -> int:
    """The proportional share of memory of a process, in kB: shared pages count once over all who share them."""
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text("ascii").splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1])
    raise OSError("no Pss in smaps_rollup")


@contextlib.contextmanager
def said(what: str) -> Iterator[None]:
    """Says on stderr what goes on and how long it took."""
    import sys

    begun = time.perf_counter()
    print(f"{what} …", end=" ", file=sys.stderr, flush=True)
    yield
    print(f"{time.perf_counter() - begun:.1f} s", file=sys.stderr, flush=True)
