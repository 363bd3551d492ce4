"""Says how a device is, once: the lamp in runtime.db, the first failure in the log, silence for its repeats, the
recovery again. Every driver speaks through this, so that a missing printer does not fill the disk with log lines."""

from __future__ import annotations

import logging
from typing import Any

from kiosk.devices import LampState, Runtime
from kiosk.errors import DeviceAbsent, DeviceBusy, DriverError, Garbled, PaperOut, Silent

log = logging.getLogger("drivers")


class Health:
    """Lamps and log of one device. ``kinds`` are its lamps; the first one is the device's own."""

    def __init__(self, runtime: Runtime, device: str, *kinds: str) -> None:
        self.runtime = runtime
        self.device = device
        self.kinds = kinds
        self._logged = ""

    def show(self, state: LampState, reason: str = "", kind: str | None = None, **facts: Any) -> None:
        """Sets one lamp (the device's own when no kind is named) and logs what is new about it."""
        kind = kind or self.kinds[0]
        if self.runtime.set_lamp(self.device, kind, state, reason, **facts) and kind == self.kinds[0]:
            self._log(state, reason)

    def show_all(self, state: LampState, reason: str = "", **facts: Any) -> None:
        """Sets every lamp of the device: who is not there has no paper state either."""
        for kind in self.kinds:
            self.show(state, reason, kind, **facts)

    def failed(self, error: DriverError) -> None:
        """Translates an error into lamps."""
        reason = reason_of(error)
        state = LampState.PROBLEM if isinstance(error, DeviceBusy | PaperOut | Garbled) else LampState.ABSENT
        self.show_all(LampState.UNKNOWN if isinstance(error, Silent) else state, reason)

    def _log(self, state: LampState, reason: str) -> None:
        if state in (LampState.PROBLEM, LampState.ABSENT):
            if reason != self._logged:
                log.warning("%s: %s (%s)", self.device, reason or state.value, state.value)
            self._logged = reason
        elif self._logged:
            log.info("%s: recovered from %s", self.device, self._logged)
            self._logged = ""


def reason_of(error: DriverError) -> str:
    """The key in ``kiosk.devices.REASONS`` for an error of a driver."""
    named = error.facts.get("reason")
    if isinstance(named, str):
        return named
    for kind, reason in _REASONS.items():
        if isinstance(error, kind):
            return reason
    return "error"


_REASONS: dict[type[DriverError], str] = {
    DeviceAbsent: "unplugged",
    DeviceBusy: "busy",
    PaperOut: "paper_end",
    Garbled: "garbled_scans",
    Silent: "no_reply",
}


class Pause:
    """The pause before the next try: grows along ``steps`` (or doubles between two bounds) until something worked."""

    def __init__(self, *steps: float) -> None:
        self.steps = steps
        self._tries = 0

    @classmethod
    def doubling(cls, first: float, longest: float) -> Pause:
        """``first``, twice that, … up to ``longest``."""
        steps = [first]
        while steps[-1] * 2 < longest:
            steps.append(steps[-1] * 2)
        return cls(*steps, longest)

    def next(self) -> float:
        """The seconds to wait now."""
        step = self.steps[min(self._tries, len(self.steps) - 1)]
        self._tries += 1
        return step

    def worked(self) -> None:
        """The next failure begins with the shortest pause again."""
        self._tries = 0
