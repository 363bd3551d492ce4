"""A scale on a serial port: keeps the newest weight in runtime.db, and says whether it stands still.

A weight is shown as stable only when our own count agrees with the scale's word; a scale that falls silent, talks noise,
is out of its range or unplugged has no weight at all from that moment. It is asked only with what settings name, and
nothing is ever sent to find out what hangs on a port (hardware.md §4.1).
"""

from __future__ import annotations

import select
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

import serial

from drivers.health import Health, Pause
from drivers.options import Options
from drivers.ports import UNPLUGGED, Line, open_port, translated
from drivers.scale_frames import FRAMERS, Framer
from drivers.scale_reading import UNITS, Reading, Rest, Standing
from kiosk.devices import LampState, Runtime
from kiosk.errors import DeviceAbsent, DriverError, Garbled, Silent
from kiosk.words import N_

LOOK_SECONDS = 0.1
#: The same weight is said again so often, well within the life of a weight; a moving one no more often than that.
AGAIN_SECONDS = 1.0
MOVING_SECONDS = 0.1
#: A reader that was away for longer finds old weights waiting, and takes none of them for what lies there now.
AWAY_SECONDS = 1.0
READ_BYTES = 4096


@dataclass(frozen=True, slots=True)
class ScaleManner:
    """How one scale speaks. Options: ``protocol`` (a key of FRAMERS), ``request``, ``unit`` for formats without one,
    ``poll_ms``, ``settle_readings``, ``settle_ms``, ``silence_seconds`` (connected means a valid frame within this time, again
    and again), ``capacity_grams`` (0: the scale says itself when it is too much)."""

    protocol: str
    request: str
    unit: str
    poll_seconds: float
    settle_readings: int
    settle_seconds: float
    silence_seconds: float
    capacity_grams: int

    @classmethod
    def from_options(cls, options: Options, usual: str = "") -> ScaleManner:
        """Raises ``ConfigurationError`` for a protocol that nobody knows, and when none is named and there is no usual one."""
        protocol = options.text("protocol", usual, choices=("", *FRAMERS))
        if not protocol:
            raise options.wrong("protocol")
        requests = FRAMERS[protocol].REQUESTS
        return cls(
            protocol,
            options.text("request", requests[0], choices=requests),
            options.text("unit", "kg", choices=UNITS),
            options.number("poll_ms", 200, 50, 2000) / 1000,
            options.whole("settle_readings", 3, 2, 20),
            options.number("settle_ms", 400, 0, 5000) / 1000,
            options.number("silence_seconds", 3, 0.2, 30),
            options.whole("capacity_grams", 0, 0, 100_000_000),
        )

    def framer(self) -> Framer:
        """A framer of its own for one line."""
        return FRAMERS[self.protocol](self.unit, self.request)


class SerialScale:
    """Owns one port. ``find`` names the port each time it is opened (a simulated scale's changes), '' for none."""

    def __init__(
        self, runtime: Runtime, device: str, desk: str, options: Options, manner: ScaleManner | None = None,
        find: Callable[[], str] | None = None,
    ) -> None:  # fmt: skip
        self.name = device
        self.desk = desk
        self.runtime = runtime
        self.health = Health(runtime, device, "scale")
        self.manner = manner or ScaleManner.from_options(options)
        self.framer = self.manner.framer()
        self.line = Line.from_options(options, self.framer.LINE)
        if find is None:
            path = options.needed_text("port")
            find = lambda: path  # noqa: E731
        self.find = find
        self._rest = Rest(self.manner.settle_readings, self.manner.settle_seconds)
        self._pause = Pause.doubling(0.5, 5.0)
        self._valid_at = 0.0
        self._has_noise = False
        self._ask_at = 0.0
        self._written: tuple[int, bool] | None = None
        self._written_at = 0.0
        #: A devices process that was killed may have left a weight.
        self._is_cleared = False

    def run(self, stop: threading.Event) -> None:
        """Weighs until told to stop; a scale that is unplugged, off or silent is waited for."""
        while not stop.is_set():
            try:
                self._listen(stop)
            except DriverError as error:
                if stop.is_set():
                    return
                self.health.failed(error)
                stop.wait(self._pause.next())

    def _listen(self, stop: threading.Event) -> None:
        path = self.find()
        if not path:
            self._forget_weight()
            raise DeviceAbsent(N_("{path} 没有接上"), path=self.name)
        try:
            port = open_port(path, self.line, timeout_seconds=LOOK_SECONDS)
        except DriverError:
            self._forget_weight()
            raise
        try:
            self._start_afresh()
            turned_at = self._valid_at
            while not stop.is_set():
                self._ask(port)
                data = self._wait(port)
                now = time.monotonic()
                if now - turned_at > AWAY_SECONDS:
                    port.reset_input_buffer()
                    self._start_afresh()
                    data = b""
                turned_at = now
                self._hear(port, data, now)
        except UNPLUGGED as error:
            raise translated(error, path) from error
        finally:
            self._forget_weight()
            port.close()

    def _ask(self, port: serial.Serial) -> None:
        question = self.framer.question()
        if question and time.monotonic() >= self._ask_at:
            self._ask_at = time.monotonic() + self.manner.poll_seconds
            port.write(question)

    def _wait(self, port: serial.Serial) -> bytes:
        """The next bytes, ``b''`` when none came while it was worth waiting."""
        patience = min(LOOK_SECONDS, self.manner.poll_seconds) if self.manner.request else LOOK_SECONDS
        readable, _, _ = select.select([port.fileno()], [], [], patience)
        return port.read(min(READ_BYTES, max(1, port.in_waiting))) if readable else b""

    def _hear(self, port: serial.Serial, data: bytes, now: float) -> None:
        readings = self.framer.feed(data)
        self._has_noise = self._has_noise or bool(data)
        answer = self.framer.answer(data)
        if answer:
            port.write(answer)
        for number, reading in enumerate(readings, 1):
            self._take(reading, now, is_newest=number == len(readings))
        if readings:
            self._valid_at, self._has_noise = now, False
            self._pause.worked()
        elif now - self._valid_at > self.manner.silence_seconds:
            if self._has_noise:
                raise Garbled(N_("{path} 送来的内容读不懂"), path=self.name, reason="scale_garbled")
            raise Silent(N_("{path} 没有回答"), path=self.name, reason="scale_silent")

    def _take(self, reading: Reading, now: float, *, is_newest: bool) -> None:
        """Counts a reading; only the newest of those that came together is written."""
        grams, standing = reading.grams, reading.standing
        if grams is not None and 0 < self.manner.capacity_grams < grams:
            grams, standing = None, Standing.OVER
        if standing is Standing.ASIDE:
            self.health.show(LampState.OK)
            return
        if grams is None or standing is Standing.MOVING:
            self._rest.forget()
            is_stable = False
        else:
            is_stable = self._rest.take(grams, now)
        if not is_newest:
            return
        if standing in (Standing.OVER, Standing.UNDER):
            self._forget_weight()
            self.health.show(LampState.PROBLEM, "scale_over" if standing is Standing.OVER else "scale_under")
        elif grams is None:
            # It moves and does not say how much: the last weight is no longer what lies there.
            if self._written is not None:
                self._write(self._written[0], False, now)
            self.health.show(LampState.OK)
        else:
            self._write(grams, is_stable, now)
            self._show(grams, is_stable)

    def _show(self, grams: int, is_stable: bool) -> None:
        """A scale that rests below zero was not set to zero; one that swings through it is being used."""
        if grams >= 0:
            self.health.show(LampState.OK)
        elif is_stable:
            self.health.show(LampState.PROBLEM, "scale_under")

    def _write(self, grams: int, is_stable: bool, now: float) -> None:
        if self._written is not None:
            pause = AGAIN_SECONDS if self._written == (grams, is_stable) else 0.0
            if not is_stable and not self._written[1]:
                pause = max(pause, MOVING_SECONDS)
            if now - self._written_at < pause:
                return
        self.runtime.put_weight(self.name, self.desk, grams, is_stable=is_stable)
        self._written, self._written_at, self._is_cleared = (grams, is_stable), now, False

    def _forget_weight(self) -> None:
        if not self._is_cleared:
            self.runtime.clear_weight(self.name)
        self._written, self._is_cleared = None, True

    def _start_afresh(self) -> None:
        """Nothing that was read before this moment counts."""
        self.framer.forget()
        self._rest.forget()
        self._forget_weight()
        self._valid_at, self._has_noise, self._ask_at = time.monotonic(), False, 0.0
