"""Stops a process in mid-stride and looks whether it is inside a write, then kills it or lets it run on.

SQLite's writer of a WAL database holds a POSIX lock on byte 120 of the ``-shm`` file from BEGIN IMMEDIATE to the end of
COMMIT. A stopped process cannot let it go, so what ``/proc/locks`` says between SIGSTOP and SIGKILL is how the process
died, and no guess.
"""

from __future__ import annotations

import contextlib
import os
import random
import signal
import time
from collections.abc import Iterable
from pathlib import Path

WRITER_BYTE = "120"


def writers(database: Path) -> set[int]:
    """The pids that are inside a write transaction on this database."""
    facts = Path(f"{database}-shm").stat()
    place = f"{os.major(facts.st_dev):02x}:{os.minor(facts.st_dev):02x}:{facts.st_ino}"
    found = set()
    for line in Path("/proc/locks").read_text("ascii").splitlines():
        words = line.split()
        if words[1] == "POSIX" and words[3] == "WRITE" and words[5] == place and words[6] == WRITER_BYTE == words[7]:
            found.add(int(words[4]))
    return found


def freeze(pids: Iterable[int]) -> None:
    """Stops the processes; returns when every thread of each has come to a halt (or hangs in a sync of the disk)."""
    stopped = list(pids)
    for pid in stopped:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGSTOP)
    until = time.monotonic() + 2
    for pid in stopped:
        while time.monotonic() < until and not _is_halted(pid):
            time.sleep(0.0005)


def thaw(pids: Iterable[int]) -> None:
    """Lets them go on."""
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGCONT)


def kill_frozen(
    pids: Iterable[int], database: Path, chance: random.Random, *, is_aimed: bool, tries: int = 300
) -> bool:
    """Kills the processes together and says whether one of them was inside a write.

    Aimed: they are stopped again and again until one is; the moment within the write is still anybody's guess.
    """
    pids = list(pids)
    is_writing = False
    for turn in range(tries if is_aimed else 1):
        freeze(pids)
        is_writing = bool(writers(database) & set(pids))
        if is_writing or turn == (tries if is_aimed else 1) - 1:
            break
        thaw(pids)
        time.sleep(chance.uniform(0.0, 0.006))
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    return is_writing


def _is_halted(pid: int) -> bool:
    try:
        tasks = list(Path(f"/proc/{pid}/task").iterdir())
        states = [(task / "stat").read_text("ascii", "replace").rpartition(")")[2].split()[0] for task in tasks]
    except OSError:
        return True
    return all(state in "TtDZX" for state in states)
