"""The sync process: one thread sends, one asks the county for its messages, the main thread gives signs of life, shows the
lamp and waits for the end.

They share uplink and downlink and nothing else. It ends on SIGTERM or SIGINT and when the pipe of the parent closes; a POST
under way is then cut off, and what had not been answered is sent again by the next uploader. Signals are blocked and
waited for instead of handled: a handler that sets an event may find its lock held by the very thread it interrupts.
"""

from __future__ import annotations

import contextlib
import logging
import signal
import threading
import time

from kiosk.devices import Fault, LampState, Notice, Runtime, Watch
from kiosk.devices.model import BEAT_EVERY_SECONDS
from kiosk.errors import KioskError
from kiosk.storage import Store
from sync.downlink import Asked, Downlink
from sync.parent import end_with
from sync.uplink import CountyLamp, Uplink

log = logging.getLogger("sync")

PROCESS = "sync"
#: Name and kind of the lamp, and the name by which a person's "try now" reaches this process.
COUNTY = "county"
#: Name and kind of the lamp that says how the last question for messages went.
MESSAGES = "county_messages"
LOOK_EVERY_SECONDS = 0.2
#: Between two messages of a backlog: the counter's transactions come first.
BREATH_SECONDS = 0.02
FAREWELL_SECONDS = 3.0
_ENDS = {signal.SIGTERM, signal.SIGINT}


class Daemon:
    """The process of one state folder."""

    def __init__(self, store: Store, runtime: Runtime) -> None:
        self._store = store
        self._runtime = runtime
        self._stop = threading.Event()
        self._wake = threading.Event()
        self._ask_now = threading.Event()
        self._is_runtime_out = False
        self._lamp: CountyLamp | None = None
        self._asked: Asked | None = None
        with self._despite_runtime():
            runtime.beat(PROCESS)  # before the first lamp: one of a process that has never beaten counts as unknown
        self._uplink = Uplink(store, self._show)
        self._downlink = Downlink(store, self._show_asked)

    def run(self, parent_pipe: int | None = None) -> int:
        """Works until told to end; returns the exit code. Call it in the main thread."""
        signal.pthread_sigmask(signal.SIG_BLOCK, _ENDS)
        sender = threading.Thread(target=self._send, name="uplink", daemon=True)
        sender.start()
        listener = threading.Thread(target=self._listen, name="downlink", daemon=True)
        listener.start()
        end_with(parent_pipe)
        while True:
            self._give_sign()
            if signal.sigtimedwait(_ENDS, BEAT_EVERY_SECONDS) is not None:
                break
            if not (sender.is_alive() and listener.is_alive()):
                return 1
        self._stop.set()
        self._uplink.hang_up()
        self._downlink.hang_up()
        sender.join(FAREWELL_SECONDS)
        listener.join(FAREWELL_SECONDS)
        if not (sender.is_alive() or listener.is_alive()):  # else it hangs in a name look-up, which nothing can end
            self._uplink.close()
            self._downlink.close()
            self._store.close()
            self._runtime.close()
        return 0

    def _send(self) -> None:
        watch = Watch(self._store.path)
        is_fresh, failed = True, False
        while not self._stop.is_set():
            try:
                if is_fresh:
                    self._uplink.try_again()
                    is_fresh = False
                wait = self._uplink.turn()
                failed = False
            except Exception:  # noqa: BLE001 - the outermost turn: whatever it was, the next turn may do better
                if not failed:
                    log.exception("a turn of the uplink failed; messages stay where they are")
                failed = True
                wait = self._store.settings.county.pause_seconds
            is_fresh = self._rest(watch, wait, watching=not failed) or is_fresh
        watch.close()

    def _listen(self) -> None:
        failed = False
        while not self._stop.is_set():
            try:
                wait = self._downlink.turn()
                failed = False
            except Exception:  # noqa: BLE001 - the outermost turn: what the county has is asked for again
                if not failed:
                    log.exception("a turn of the downlink failed; what the county has for us stays with it")
                failed = True
                wait = self._store.settings.county.pause_seconds
            until = time.monotonic() + wait
            while not self._stop.is_set() and time.monotonic() < until and not self._ask_now.is_set():
                self._stop.wait(min(LOOK_EVERY_SECONDS, max(0.0, until - time.monotonic())))
            if self._ask_now.is_set():
                self._ask_now.clear()
                self._downlink.ask_again()

    def _rest(self, watch: Watch, seconds: float, *, watching: bool) -> bool:
        """Waits, but no longer than until somebody has committed; returns True when a person asked to try now."""
        until = time.monotonic() + max(seconds, BREATH_SECONDS)
        while not self._stop.is_set():
            if self._wake.is_set():
                self._wake.clear()
                return True
            if watching and not self._uplink.is_pausing and watch.look() is not Notice.NOTHING:
                return False
            remaining = until - time.monotonic()
            if remaining <= 0:
                return False
            self._stop.wait(min(LOOK_EVERY_SECONDS, remaining))
        return False

    # Signs of life ---------------------------------------------------------------------------------------------------

    def _show(self, lamp: CountyLamp) -> None:
        self._lamp = lamp
        self._tell()

    def _show_asked(self, asked: Asked) -> None:
        self._asked = asked
        self._tell()

    def _give_sign(self) -> None:
        with self._despite_runtime():
            self._runtime.beat(PROCESS)
            for command in self._runtime.take_commands(COUNTY):
                wanted = command.command is Fault.RETRY
                self._runtime.answer_command(command.id, "done" if wanted else "unknown_command")
                if wanted:
                    self._wake.set()
                    self._ask_now.set()
        self._tell()  # each time anew: runtime.db may have vanished with the lamp in it

    def _tell(self) -> None:
        lamp = self._lamp
        if lamp is not None:
            with self._despite_runtime():
                self._runtime.set_lamp(COUNTY, COUNTY, lamp.state, lamp.reason, process=PROCESS, **lamp.facts)
        asked = self._asked
        if asked is not None:
            state = LampState.PROBLEM if asked.reason else LampState.OK
            with self._despite_runtime():
                self._runtime.set_lamp(MESSAGES, MESSAGES, state, asked.reason, process=PROCESS, asked_at=asked.at)

    @contextlib.contextmanager
    def _despite_runtime(self):  # type: ignore[no-untyped-def]
        """A lamp that cannot be set must never stop a report: said once, and again when it is over."""
        try:
            yield
            if self._is_runtime_out:
                log.info("runtime.db can be written again")
            self._is_runtime_out = False
        except KioskError as error:
            if not self._is_runtime_out:
                log.warning("%s", error)
            self._is_runtime_out = True
