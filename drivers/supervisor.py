"""Keeps the drivers running: one thread each, begun again after a pause when it fails, a heartbeat while all is well.

A missing device never ends the process; only a signal, the end of the parent or a setting that is wrong does.
"""

from __future__ import annotations

import fcntl
import logging
import os
import select
import threading
import time
from collections.abc import Sequence
from pathlib import Path

from drivers.health import Pause
from drivers.registry import Driver
from kiosk.devices import LampState, Runtime
from kiosk.devices.model import BEAT_EVERY_SECONDS
from kiosk.errors import DatabaseError, KioskError
from kiosk.printing import jobs
from kiosk.settings import Settings
from kiosk.storage import Store
from kiosk.words import N_

log = logging.getLogger("drivers")

PROCESS = "devices"
LOCK = "devices.lock"
#: How often the parent's pipe is looked at.
LOOK_SECONDS = 0.25
LAST_WORDS_SECONDS = 4.0


class AlreadyRunning(KioskError):
    """Another devices process of this station holds the scanners and printers."""


class Supervisor:
    """Runs the drivers of one station until ``stop`` is set."""

    def __init__(self, settings: Settings, store: Store, runtime: Runtime, drivers: Sequence[Driver]) -> None:
        self.settings = settings
        self.store = store
        self.runtime = runtime
        self.drivers = drivers
        self.stop = threading.Event()

    def run(self, parent_pipe: int | None = None) -> None:
        """Blocks until told to stop, or until the pipe whose other end the parent holds is closed."""
        lock = take_lock(self.runtime.folder)
        try:
            self._begin()
            threads = [threading.Thread(target=self._keep, args=(one,), name=one.name) for one in self.drivers]
            for thread in threads:
                thread.daemon = True
                thread.start()
            self._watch_over(parent_pipe)
            until = time.monotonic() + LAST_WORDS_SECONDS
            for thread in threads:
                thread.join(max(0.0, until - time.monotonic()))
        finally:
            os.close(lock)

    def _begin(self) -> None:
        """Puts jobs in doubt that were under way when the last devices process ended, and shows every lamp as unknown."""
        is_progress_kept = PROCESS in self.runtime.heartbeats()
        begun = [progress.job_id for progress in self.runtime.jobs_under_way()]
        printers = [device.name for device in self.settings.devices if device.kind == "printer"]
        with self.store.transaction() as tx:
            doubtful = jobs.recover(tx, begun, progress_kept=is_progress_kept)
            for job in jobs.tray(tx):
                if job.state == jobs.JobState.WAITING and job.printer not in printers:
                    jobs.finish(tx, job.id, "failed", "no_printer")
        for job_id in begun:
            self.runtime.job_over(job_id)
        if doubtful:
            log.warning("print jobs in doubt: %s", doubtful)
        self.runtime.keep_lamps([device.name for device in self.settings.devices], process=PROCESS)
        for device in self.settings.devices:
            for kind in ("printer", "paper") if device.kind == "printer" else (device.kind,):
                self.runtime.set_lamp(device.name, kind, LampState.UNKNOWN, "starting")
        self.runtime.beat(PROCESS)

    def _keep(self, driver: Driver) -> None:
        """One driver's thread, for as long as the process lives."""
        pause = Pause.doubling(0.5, 30.0)
        while not self.stop.is_set():
            begun = time.monotonic()
            try:
                driver.run(self.stop)
            except Exception:  # the outermost turn of a daemon loop
                log.exception("%s: driver failed, it is begun again", driver.name)
                self._show_restart(driver)
            if time.monotonic() - begun > 60:
                pause.worked()
            self.stop.wait(pause.next())

    def _show_restart(self, driver: Driver) -> None:
        device = self.settings.device(driver.name)
        if device is not None:
            try:
                self.runtime.set_lamp(device.name, device.kind, LampState.PROBLEM, "restarting")
            except DatabaseError as error:
                log.error("%s", error)

    def _watch_over(self, parent_pipe: int | None) -> None:
        beat_at = 0.0
        is_silent = False
        while not self.stop.is_set():
            if time.monotonic() >= beat_at:
                beat_at = time.monotonic() + BEAT_EVERY_SECONDS
                try:
                    self.runtime.beat(PROCESS)
                    is_silent = False
                except DatabaseError as error:
                    if not is_silent:
                        log.error("no heartbeat: %s", error)
                    is_silent = True
            if parent_pipe is None:
                self.stop.wait(LOOK_SECONDS)
            elif is_closed(parent_pipe, LOOK_SECONDS):
                log.info("the parent has ended")
                self.stop.set()


def take_lock(folder: Path) -> int:
    """Locks the devices of a station for this process; the lock goes with the process. Raises ``AlreadyRunning``."""
    lock = os.open(folder / LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        holder = os.read(lock, 20).decode("ascii", "replace").strip()
        os.close(lock)
        raise AlreadyRunning(N_("设备服务已经在运行（进程 {pid}）"), pid=holder) from error
    os.ftruncate(lock, 0)
    os.write(lock, f"{os.getpid()}\n".encode())
    return lock


def is_closed(pipe: int, patience_seconds: float) -> bool:
    """Whether the other end of a pipe is closed; waits that long for it. What comes through it is ignored."""
    readable, _, _ = select.select([pipe], [], [], patience_seconds)
    return bool(readable) and not os.read(pipe, 4096)
