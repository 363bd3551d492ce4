"""A scanner that isn't there: owns the far end of a pty and types into it what its inlet (a FIFO in memory) is given.

The serial driver opens the near end like any USB virtual port. Options: ``road`` pty, ``suffix`` cr | lf | crlf | tab |
etx | none, ``sends`` utf-8 | gb18030; the serial driver's own options stand beside them.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import logging
import os
import select
import threading
import time
import tty
from collections.abc import Mapping
from typing import Any

from drivers.options import Options
from drivers.simulated.faults import Commands
from drivers.simulated.plugged import Plugged
from kiosk.devices import Fault, Runtime

log = logging.getLogger("drivers")

SUFFIXES = {"cr": b"\r", "lf": b"\n", "crlf": b"\r\n", "tab": b"\t", "etx": b"\x03", "none": b""}
LOOK_SECONDS = 0.05
DOUBLE_AFTER_SECONDS = 0.08
LATE_SECONDS = 1.2
#: Neither UTF-8 nor GB18030, and no control byte that would end a frame.
GARBAGE = b"\xff\xfe\xff\x80\xff"


class SimulatedScanner(Plugged):
    """One pty pair and one inlet."""

    def __init__(self, runtime: Runtime, device: str, options: Options) -> None:
        super().__init__(runtime, device)
        self.road = options.text("road", "pty", choices=("pty",))
        self.suffix = SUFFIXES[options.text("suffix", "cr", choices=tuple(SUFFIXES))]
        self.encoding = options.text("sends", "utf-8", choices=("utf-8", "gb18030"))
        self.faults: dict[Fault, Mapping[str, Any]] = {}
        self._far = self._near = -1
        # A device's name may hold characters that a file name can't.
        self.inlet = runtime.folder / f"inlet-{hashlib.sha256(device.encode()).hexdigest()[:12]}"
        self._acts = {
            Fault.UNPLUG: self._unplug,
            Fault.RESTORE: self._restore,
            **{fault: self._keep(fault) for fault in _KEPT},
        }

    def run(self, stop: threading.Event) -> None:
        """Types what comes through the inlet until told to stop."""
        inlet = self._open_inlet()
        commands = Commands(self.runtime, self.name, self._acts)
        try:
            self._plug()
            self._is_begun.set()
            held = b""
            while not stop.is_set():
                readable, _, _ = select.select([inlet], [], [], LOOK_SECONDS)
                if readable:
                    held += os.read(inlet, 65536)
                    *lines, held = held.split(b"\n")
                    for line in lines:
                        self._type(_code(line), stop)
                commands.obey()
        finally:
            commands.close()
            os.close(inlet)
            self.inlet.unlink(missing_ok=True)
            self._pull()

    def _type(self, code: str, stop: threading.Event) -> None:
        if not self._address or Fault.NO_REPLY in self.faults:
            log.info("%s: reads nothing just now", self.name)
            return
        late = self.faults.pop(Fault.LATE_REPLY, None)
        if late is not None:
            stop.wait(float(late.get("seconds", LATE_SECONDS)))
        content = code.encode(self.encoding, "replace")
        if self.faults.pop(Fault.GARBAGE, None) is not None:
            content = GARBAGE
        if self.faults.pop(Fault.HALF_FRAME, None) is not None:
            self._send(content[: max(1, len(content) // 2)])
            return
        self._send(content + self.suffix)
        if self.faults.pop(Fault.DOUBLE_SCAN, None) is not None:
            stop.wait(DOUBLE_AFTER_SECONDS)
            self._send(content + self.suffix)

    def _send(self, content: bytes) -> None:
        """Writes to the far end; what nobody has read for two seconds is lost, as with a real scanner."""
        until = time.monotonic() + 2
        while content and time.monotonic() < until:
            _, writable, _ = select.select([], [self._far], [], 0.2)
            if writable:
                with contextlib.suppress(BlockingIOError):
                    content = content[os.write(self._far, content) :]

    def _open_inlet(self) -> int:
        self.inlet.unlink(missing_ok=True)
        os.mkfifo(self.inlet, 0o600)
        # Read and write: a FIFO without a writer would otherwise be readable for ever.
        return os.open(self.inlet, os.O_RDWR | os.O_NONBLOCK | os.O_CLOEXEC)

    def _plug(self) -> None:
        self._far, self._near = os.openpty()
        tty.setraw(self._near)
        os.set_blocking(self._far, False)
        self._address = os.ttyname(self._near)
        self._announce()

    def _pull(self) -> None:
        self._address = ""
        for end in (self._near, self._far):
            if end >= 0:
                with contextlib.suppress(OSError):
                    os.close(end)
        self._near = self._far = -1
        self._announce()

    def _announce(self) -> None:
        self.runtime.announce(
            self.name, self._address, kind="scanner", road=self.road, inlet=str(self.inlet),
            faults=(*_KEPT, Fault.UNPLUG, Fault.RESTORE),
        )  # fmt: skip

    def _unplug(self, _: Mapping[str, Any]) -> None:
        if self._address:
            self._pull()

    def _restore(self, _: Mapping[str, Any]) -> None:
        self.faults.clear()
        if not self._address:
            self._plug()

    def _keep(self, fault: Fault) -> Any:
        def act(arguments: Mapping[str, Any]) -> None:
            float(arguments.get("seconds", 0))
            self.faults[fault] = arguments

        return act


#: Each spoils the next scan; silence lasts until restored.
_KEPT = (Fault.NO_REPLY, Fault.LATE_REPLY, Fault.GARBAGE, Fault.HALF_FRAME, Fault.DOUBLE_SCAN)


def _code(line: bytes) -> str:
    try:
        code = json.loads(line)
    except ValueError:
        return ""
    return code if isinstance(code, str) else ""
