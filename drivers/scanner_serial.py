"""A scanner on a serial port or USB virtual port (COM mode): no keyboard layout, no input method, Chinese possible.

Options: ``port`` (a stable name: /dev/serial/by-id/… or by-path/…), the line's (``drivers.ports.Line``), ``idle_ms``,
``encoding`` auto | utf-8 | gb18030, ``strip_stx_etx``, ``ending`` auto | suffix | idle, and those of ``drivers.scanner.ScanRoad``.
"""

from __future__ import annotations

import select
import threading
import time
from collections.abc import Callable

import serial

from drivers.framing import ByteFramer, Endings, Outcome
from drivers.health import Health, Pause
from drivers.options import Options
from drivers.ports import UNPLUGGED, Line, open_port, translated
from drivers.scanner import ENDINGS, ScanRoad
from kiosk.devices import LampState, Runtime
from kiosk.errors import DeviceAbsent, DriverError
from kiosk.words import N_

LOOK_SECONDS = 0.2


class SerialScanner:
    """Owns one port. ``find`` names the port each time it is opened (a simulated scanner's changes), '' for none."""

    def __init__(
        self, runtime: Runtime, device: str, desk: str, options: Options, find: Callable[[], str] | None = None
    ) -> None:
        self.name = device
        self.health = Health(runtime, device, "scanner")
        self.line = Line.from_options(options)
        self.framer = ByteFramer(
            idle_seconds=options.number("idle_ms", 100, 10, 2000) / 1000,
            endings=Endings(options.text("ending", "auto", choices=ENDINGS)),
            encoding=options.text("encoding", "auto", choices=("auto", "utf-8", "gb18030")),
            strips_stx_etx=options.flag("strip_stx_etx", True),
        )
        self.road = ScanRoad.from_options(runtime, device, desk, self.health, options)
        if find is None:
            path = options.needed_text("port")
            find = lambda: path  # noqa: E731
        self.find = find
        self._silent_for = 0.0
        self._pause = Pause.doubling(0.5, 5.0)

    def run(self, stop: threading.Event) -> None:
        """Reads until told to stop; an unplugged scanner is waited for."""
        while not stop.is_set():
            try:
                self._read(stop)
            except DriverError as error:
                if stop.is_set():
                    return
                self.health.failed(error)
                stop.wait(self._pause.next())

    def _read(self, stop: threading.Event) -> None:
        path = self.find()
        if not path:
            raise DeviceAbsent(N_("{path} 没有接上"), path=self.name)
        port = open_port(path, self.line, timeout_seconds=LOOK_SECONDS)
        try:
            self._pause.worked()
            self.health.show(LampState.OK)
            while not stop.is_set():
                for outcome in self._wait(port):
                    self.road.take(outcome)
        except UNPLUGGED as error:
            raise translated(error, path) from error
        finally:
            self.framer.forget()
            port.close()

    def _wait(self, port: serial.Serial) -> list[Outcome]:
        """The scans that the next bytes, or their absence, have ended."""
        patience = self.framer.idle_seconds if self.framer.is_pending else LOOK_SECONDS
        begun = time.monotonic()
        readable, _, _ = select.select([port.fileno()], [], [], patience)
        if readable:
            self._silent_for = 0.0
            return self.framer.feed(port.read(max(1, port.in_waiting)))
        self._silent_for += time.monotonic() - begun
        return self.framer.silence(self._silent_for)
