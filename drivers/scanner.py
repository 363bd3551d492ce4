"""The road of a scan from its frame to runtime.db, the same for every kind of scanner.

Recognised first, written afterwards: a payment code or an ID number is kind and length before anything is written or
logged. The last text is held in memory for the length of a trigger bounce and no longer than the next scan.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable

from drivers.framing import Endings, Frame, Outcome, Spoilt
from drivers.health import Health
from drivers.options import Options
from kiosk.codes import recognise
from kiosk.codes.kinds import CodeKind, Recognised
from kiosk.devices import LampState, Runtime

log = logging.getLogger("drivers")

BOUNCE_SECONDS = 0.3
#: What some scanners type when they have read nothing (hardware.md §3).
NO_READ = ("%%NoRead", "NoRead", "NOREAD")
#: Kinds whose text the devices page may show; a phone, a badge or what nobody could sort stays a length.
SHOWN = frozenset(
    {CodeKind.WAYBILL, CodeKind.GOODS, CodeKind.BOOK, CodeKind.SHELF, CodeKind.COMMAND, CodeKind.PICKUP_CODE}
)


class ScanRoad:
    """Takes the frames of one scanner and puts its scans before its desk."""

    def __init__(
        self, runtime: Runtime, device: str, desk: str, health: Health, *, ending: str = "auto",
        bounce_seconds: float = BOUNCE_SECONDS, no_read: tuple[str, ...] = NO_READ,
        now: Callable[[], float] = time.monotonic,
    ) -> None:  # fmt: skip
        self.runtime = runtime
        self.device = device
        self.desk = desk
        self.health = health
        self.endings = Endings(ending)
        self.bounce_seconds = bounce_seconds
        self.no_read = frozenset(no_read)
        self._now = now
        self._last_text = ""
        self._last_at = float("-inf")

    @classmethod
    def from_options(cls, runtime: Runtime, device: str, desk: str, health: Health, options: Options) -> ScanRoad:
        """Options: ``ending`` auto | suffix | idle, ``bounce_ms``, ``no_read`` (texts that mean "nothing read")."""
        return cls(
            runtime, device, desk, health,
            ending=options.text("ending", "auto", choices=("auto", "suffix", "idle")),
            bounce_seconds=options.number("bounce_ms", BOUNCE_SECONDS * 1000, 0, 5000) / 1000,
            no_read=options.texts("no_read", NO_READ),
        )  # fmt: skip

    def take(self, outcome: Outcome) -> str | None:
        """Puts a whole scan into runtime.db and returns its ``scan_id``; None for what was dropped (traced)."""
        if isinstance(outcome, Spoilt):
            return self._drop(outcome)
        if not self.endings.is_whole(outcome.ending):
            self.health.show(LampState.PROBLEM, "half_scans")
            return self._trace("half_frame", "", len(outcome.text))
        if outcome.text in self.no_read:
            return self._trace("no_read", "", len(outcome.text))
        if self._is_bounce(outcome):
            return self._trace("bounce", "", len(outcome.text))
        return self._put(recognise(outcome.text))

    def _put(self, recognised: Recognised) -> str:
        scan_id = self.runtime.put_scan(self.device, self.desk, recognised)
        self._trace(recognised.kind.value, recognised.text if recognised.kind in SHOWN else "", recognised.length)
        self.health.show(LampState.OK)
        log.debug("%s: %s, %d characters", self.device, recognised.kind.value, recognised.length)
        return scan_id

    def _is_bounce(self, frame: Frame) -> bool:
        """The same code again within the bounce time, from this device: a trigger that was let go badly."""
        now = self._now()
        bounced = frame.text == self._last_text and now - self._last_at < self.bounce_seconds
        self._last_text, self._last_at = frame.text, now
        return bounced

    def _drop(self, spoilt: Spoilt) -> None:
        if spoilt.why == "garbled":
            self.health.show(LampState.PROBLEM, "garbled_scans")
        log.info("%s: scan dropped: %s, %d long", self.device, spoilt.why, spoilt.length)
        return self._trace(spoilt.why, "", spoilt.length)

    def _trace(self, what: str, text: str, length: int) -> None:
        self.runtime.put_trace(self.device, what, text, length)
