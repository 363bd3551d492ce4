"""A scanner that pretends to be a keyboard, read beneath the desktop: grabbed, so that nothing it reads is typed into a
window or passes an input method.

Only a device named in settings is ever grabbed; a wrong match would take the worker's keyboard away. The kernel gives a
grabbed device back when its descriptor closes, so a crash frees it. Options: ``device`` (/dev/input/by-id/… or, for two
scanners without serial numbers, by-path/…) or ``phys``; ``idle_ms``; ``strip_stx_etx``; ``ending`` auto | suffix | idle;
and those of ``drivers.scanner.ScanRoad``.
"""

from __future__ import annotations

import errno
import select
import threading
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Protocol

from drivers import keymap
from drivers.framing import Endings, KeyDecoder, Outcome
from drivers.health import Health, Pause
from drivers.options import Options
from drivers.scanner import ENDINGS, ScanQueue, ScanRoad
from kiosk.devices import LampState, Runtime
from kiosk.errors import ConfigurationError, DeviceAbsent, DeviceBusy, DriverError
from kiosk.words import N_

LOOK_SECONDS = 0.2
#: A key held down while we grab would look stuck to the desktop for ever.
KEYS_UP_WITHIN_SECONDS = 2.0


class Event(Protocol):
    """One kernel event, as evdev gives it."""

    type: int
    code: int
    value: int

    def timestamp(self) -> float: ...


class Input(Protocol):
    """What is needed of an input device: ``evdev.InputDevice``, or a test's own."""

    path: str
    phys: str

    def fileno(self) -> int: ...
    def active_keys(self) -> list[int]: ...
    def capabilities(self) -> dict[int, list]: ...
    def grab(self) -> None: ...
    def read(self) -> Iterable[Event]: ...
    def close(self) -> None: ...


class Inputs:
    """The kernel's input devices. evdev is imported when the first one is looked for."""

    def open(self, path: str) -> Input:
        """Opens one node, read-only. Raises OSError."""
        from evdev import InputDevice

        return InputDevice(path, readonly=True)

    def paths(self) -> list[str]:
        """Every event node that may be read."""
        from evdev import list_devices

        return list_devices(writable=False)


class EvdevScanner:
    """Owns one keyboard scanner, with a decoder of its own."""

    def __init__(
        self, runtime: Runtime, device: str, desk: str, options: Options, inputs: Inputs | None = None
    ) -> None:
        self.name = device
        self.health = Health(runtime, device, "scanner")
        self.path = options.text("device")
        self.phys = options.text("phys")
        if bool(self.path) == bool(self.phys):
            raise ConfigurationError(
                N_("{file} 的配置项 {key}：device 和 phys 必须且只能写一个"),
                file=options.source, key=f"devices.{device}.options",
            )  # fmt: skip
        self.decoder = KeyDecoder(
            idle_seconds=options.number("idle_ms", 120, 10, 2000) / 1000,
            strips_stx_etx=options.flag("strip_stx_etx", True),
            endings=Endings(options.text("ending", "auto", choices=ENDINGS)),
        )
        self.road = ScanRoad.from_options(runtime, device, desk, self.health, options)
        self.inputs = inputs or Inputs()
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
        source = self._find()
        scans = ScanQueue(self.road)
        try:
            self._grab(source, stop)
            self._pause.worked()
            self.health.show(LampState.OK)
            while not stop.is_set():
                for outcome in self._wait(source):
                    scans.put(outcome)
        except OSError as error:
            raise _translated(error, source.path) from error
        finally:
            self.decoder.forget()
            source.close()
            scans.close()

    def _find(self) -> Input:
        """The listed device, opened; by-id and by-path links may dangle for a moment at plug and unplug."""
        wanted = [self.path] if self.path else self.inputs.paths()
        last: OSError = OSError(errno.ENOENT, "no such device")
        for path in wanted:
            try:
                source = self.inputs.open(str(Path(path).resolve()) if self.path else path)
            except OSError as error:
                last = error
                continue
            if (not self.phys or source.phys == self.phys) and _is_keyboard(source):
                return source
            source.close()
        raise _translated(last, self.path or self.phys) from last

    def _grab(self, source: Input, stop: threading.Event) -> None:
        until = time.monotonic() + KEYS_UP_WITHIN_SECONDS
        while source.active_keys() and not stop.is_set():
            if time.monotonic() > until:
                raise DeviceBusy(N_("{path} 有一个键一直按着"), path=source.path)
            stop.wait(0.05)
        source.grab()

    def _wait(self, source: Input) -> list[Outcome]:
        """The scans that the next events, or their absence, have ended."""
        patience = self.decoder.idle_seconds if self.decoder.is_pending else LOOK_SECONDS
        begun = time.monotonic()
        readable, _, _ = select.select([source.fileno()], [], [], patience)
        if not readable:
            self._silent_for += time.monotonic() - begun
            return self.decoder.silence(self._silent_for)
        self._silent_for = 0.0
        return [
            outcome
            for event in source.read()
            for outcome in self.decoder.feed(event.type, event.code, event.value, event.timestamp())
        ]


def _is_keyboard(source: Input) -> bool:
    """A scanner shows several nodes; the one that types has letters and Enter."""
    keys = set(source.capabilities().get(keymap.EV_KEY, []))
    return keys >= keymap.LETTERS and keymap.ENTER in keys


def _translated(error: OSError, path: str) -> DriverError:
    if error.errno == errno.EBUSY:
        return DeviceBusy(N_("{path} 被别的程序占用"), path=path)
    if error.errno in (errno.EACCES, errno.EPERM):
        return DeviceAbsent(N_("没有使用 {path} 的权限"), path=path, reason="no_permission")
    return DeviceAbsent(N_("{path} 没有接上"), path=path)
