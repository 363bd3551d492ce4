"""One station a state folder: a lock file that names the pid of the process that runs it."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path
from types import TracebackType

from kiosk.errors import Refused
from kiosk.words import N_

NAME = "kiosk.pid"


class StationLock:
    """Held while the station runs or is being restored; the kernel drops it when the process ends, however it ends.

    Raises ``Refused('station.running')`` with the pid when somebody else holds it.
    """

    def __init__(self, state: Path) -> None:
        self.path = state / NAME
        self._descriptor = -1

    def __enter__(self) -> StationLock:
        self._descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            pid = os.read(self._descriptor, 20).decode("ascii", "replace").strip()
            os.close(self._descriptor)
            raise Refused(
                "station.running", N_("本站已在运行（进程 {pid}），请先停止它；没有改动任何内容"), pid=pid or "?"
            ) from None
        os.ftruncate(self._descriptor, 0)
        os.pwrite(self._descriptor, f"{os.getpid()}\n".encode(), 0)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        os.ftruncate(self._descriptor, 0)
        os.close(self._descriptor)


def running_pid(state: Path) -> int | None:
    """The pid of the process that runs this station, or None."""
    try:
        descriptor = os.open(state / NAME, os.O_RDWR | os.O_CLOEXEC)
    except FileNotFoundError:
        return None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        text = os.pread(descriptor, 20, 0).decode("ascii", "replace").strip()
        return int(text) if text.isdigit() else None
    finally:
        os.close(descriptor)
    return None
