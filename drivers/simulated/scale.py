"""A scale that isn't there: speaks the configured protocol on the far end of a pty, with the weight that it is told.

A new weight swings for a moment before it rests, as on a real pan. Options: ``road`` pty, ``begins_with_grams``; those of the
serial driver stand beside them, and its protocol and request are this one's too.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Mapping
from typing import Any

from drivers.options import Options
from drivers.simulated.faults import Commands
from drivers.simulated.plugged import Plugged
from drivers.simulated.roads import PtyRoad
from drivers.simulated.scale_frames import COMPOSE
from kiosk.devices import Fault, Runtime

log = logging.getLogger("drivers")

LOOK_SECONDS = 0.04
#: A speaking scale sends so often; an asked one answers.
EVERY_SECONDS = 0.1
SWING_SECONDS = 0.5
MOST_GRAMS = 999_999
#: No frame in any format, with bytes that begin and end some.
GARBAGE = b"\xff\x02\x00=\r\n\x03\xfe"


class SimulatedScale(Plugged):
    """One pty pair. Its state belongs to its own thread."""

    def __init__(self, runtime: Runtime, device: str, options: Options, protocol: str, request: str) -> None:
        super().__init__(runtime, device)
        options.text("road", "pty", choices=("pty",))
        self.grams = options.whole("begins_with_grams", 0, -MOST_GRAMS, MOST_GRAMS)
        self.compose = COMPOSE[protocol]
        #: What is said to each question; '' of a scale that speaks by itself.
        self.request = request
        self.faults: set[Fault] = set()
        self.road = PtyRoad()
        self._rests_at = 0.0
        self._speaks_at = 0.0
        self._acts = {
            Fault.LOAD: self._load,
            Fault.UNPLUG: self._unplug,
            Fault.RESTORE: self._restore,
            **{fault: self._set(fault) for fault in _KEPT},
        }

    def run(self, stop: threading.Event) -> None:
        """Weighs until told to stop."""
        commands = Commands(self.runtime, self.name, self._acts)
        try:
            self._plug()
            self._is_begun.set()
            while not stop.is_set():
                commands.obey()
                asked = self.road.receive(LOOK_SECONDS, is_full=False) or b""
                if self.request:
                    self._answer(asked)
                elif time.monotonic() >= self._speaks_at:
                    self._speaks_at = time.monotonic() + EVERY_SECONDS
                    self._say(self._frame())
        finally:
            commands.close()
            self.road.pull()
            self._address = ""
            self._announce()

    def _answer(self, asked: bytes) -> None:
        if self.request == "enq":
            if b"\x05" in asked:
                self._say(b"\x06")
            if b"\x11" in asked:
                self._say(self._frame())
        elif self.request.encode("ascii") in asked:
            self._say(self._frame())

    def _say(self, said: bytes) -> None:
        if Fault.NO_REPLY not in self.faults:
            self.road.send(said)

    def _frame(self) -> bytes:
        if Fault.GARBAGE in self.faults:
            return GARBAGE
        is_moving = Fault.UNSTEADY in self.faults or time.monotonic() < self._rests_at
        # What swings shows another weight each time.
        grams = self.grams + (int(time.monotonic() * 1000) % 40 - 20 if is_moving and self.grams else 0)
        frame = self.compose(grams, is_moving, Fault.OVERLOAD in self.faults)
        return frame[: len(frame) // 2] if Fault.HALF_FRAME in self.faults else frame

    def _load(self, arguments: Mapping[str, Any]) -> None:
        grams = arguments["grams"]
        if isinstance(grams, bool) or not isinstance(grams, int) or abs(grams) > MOST_GRAMS:
            raise ValueError("grams")
        self.grams = grams
        self._rests_at = time.monotonic() + SWING_SECONDS

    def _plug(self) -> None:
        self._address = self.road.plug()
        self._announce()

    def _announce(self) -> None:
        self.runtime.announce(
            self.name, self._address, kind="scale", road=self.road.name, faults=(*_KEPT, Fault.UNPLUG, Fault.RESTORE)
        )

    def _unplug(self, _: Mapping[str, Any]) -> None:
        self._address = ""
        self.road.pull()
        self._announce()

    def _restore(self, _: Mapping[str, Any]) -> None:
        self.faults.clear()
        if not self._address:
            self._plug()

    def _set(self, fault: Fault) -> Callable[[Mapping[str, Any]], None]:
        return lambda _: self.faults.add(fault)


#: Each lasts until restored.
_KEPT = (Fault.UNSTEADY, Fault.OVERLOAD, Fault.NO_REPLY, Fault.GARBAGE, Fault.HALF_FRAME)
