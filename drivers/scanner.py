"""The road of a scan from its frame to runtime.db, the same for every kind of scanner.

Recognised first, written afterwards: a payment code or an ID number is kind and length before anything is written or
logged. The last text is held in memory for the length of a trigger bounce and no longer than the next scan.
"""

from __future__ import annotations

import logging
import queue
import threading
import time
from collections.abc import Callable

from drivers.framing import Frame, Outcome, Spoilt
from drivers.health import Health
from drivers.options import Options
from kiosk.codes import recognise
from kiosk.codes.kinds import CodeKind, Recognised
from kiosk.codes.normal import AIM
from kiosk.devices import LampState, Runtime

log = logging.getLogger("drivers")

BOUNCE_SECONDS = 0.3
ENDINGS = ("auto", "suffix", "idle")
#: What some scanners type when they have read nothing (hardware.md §3).
NO_READ = ("%%NoRead", "NoRead", "NOREAD")
#: What the operator is told of a scan that was dropped; the others happen and are only scanned again.
LAMPS = {"half_frame": "half_scans", "garbled": "garbled_scans", "foreign_key": "wrong_layout", "alt_code": "alt_codes"}
#: Kinds whose text the devices page may show; a phone, a badge or what nobody could sort stays a length.
SHOWN = frozenset(
    {CodeKind.WAYBILL, CodeKind.GOODS, CodeKind.BOOK, CodeKind.SHELF, CodeKind.COMMAND, CodeKind.PICKUP_CODE}
)


class ScanRoad:
    """Takes the frames of one scanner and puts its scans before its desk."""

    def __init__(
        self, runtime: Runtime, device: str, desk: str, health: Health, *,
        bounce_seconds: float = BOUNCE_SECONDS, no_read: tuple[str, ...] = NO_READ, has_aim: bool = False,
        now: Callable[[], float] = time.monotonic,
    ) -> None:  # fmt: skip
        self.runtime = runtime
        self.device = device
        self.desk = desk
        self.health = health
        self.bounce_seconds = bounce_seconds
        self.no_read = frozenset(no_read)
        self.has_aim = has_aim
        self._now = now
        self._last_text = ""
        self._last_at = float("-inf")

    @classmethod
    def from_options(cls, runtime: Runtime, device: str, desk: str, health: Health, options: Options) -> ScanRoad:
        """Options: ``bounce_ms``, ``no_read`` (texts that mean "nothing read"), ``aim_prefix`` (the scanner was told to
        send the AIM identifier before each code: it is taken away)."""
        return cls(
            runtime, device, desk, health,
            bounce_seconds=options.number("bounce_ms", BOUNCE_SECONDS * 1000, 0, 5000) / 1000,
            no_read=options.texts("no_read", NO_READ),
            has_aim=options.flag("aim_prefix", False),
        )  # fmt: skip

    def take(self, outcome: Outcome, at: float | None = None) -> str | None:
        """Puts a whole scan into runtime.db and returns its ``scan_id``; None for what was dropped (traced).

        ``at`` is when the frame ended (monotonic), if that isn't now.
        """
        if isinstance(outcome, Spoilt):
            return self._drop(outcome)
        if outcome.text in self.no_read:
            return self._trace("no_read", "", len(outcome.text))
        if self._is_bounce(outcome, self._now() if at is None else at):
            return self._trace("bounce", "", len(outcome.text))
        recognised = recognise(outcome.text, has_aim=self.has_aim)
        looks_aim = recognised.kind is CodeKind.UNREADABLE and AIM.match(outcome.text) is not None
        return self._put(recognised, "aim_prefix" if looks_aim else "", outcome.ending)

    def _put(self, recognised: Recognised, wrong: str, ending: str) -> str:
        scan_id = self.runtime.put_scan(self.device, self.desk, recognised)
        self._trace(
            recognised.kind.value, recognised.text if recognised.kind in SHOWN else "", recognised.length, ending
        )
        self.health.show(LampState.PROBLEM if wrong else LampState.OK, wrong)
        log.debug("%s: %s, %d characters", self.device, recognised.kind.value, recognised.length)
        return scan_id

    def _is_bounce(self, frame: Frame, at: float) -> bool:
        """The same code again within the bounce time, from this device: a trigger that was let go badly."""
        bounced = frame.text == self._last_text and at - self._last_at < self.bounce_seconds
        self._last_text, self._last_at = frame.text, at
        return bounced

    def _drop(self, spoilt: Spoilt) -> None:
        if spoilt.why in LAMPS:
            self.health.show(LampState.PROBLEM, LAMPS[spoilt.why])
        log.info("%s: scan dropped: %s, %d long", self.device, spoilt.why, spoilt.length)
        return self._trace(spoilt.why, "", spoilt.length)

    def _trace(self, what: str, text: str, length: int, ending: str = "") -> None:
        self.runtime.put_trace(self.device, what, text, length, ending)


class ScanQueue:
    """Lets a reader read on while its last scan is being written.

    The kernel keeps only some 64 events for a keyboard scanner, ten characters: a reader that waits for a write meanwhile
    loses the next scan (seen in a virtual machine). One thread, which ends with ``close``; its error is raised to the
    reader.
    """

    def __init__(self, road: ScanRoad) -> None:
        self._road = road
        self._frames: queue.SimpleQueue[tuple[Outcome, float] | None] = queue.SimpleQueue()
        self._error: Exception | None = None
        self._thread = threading.Thread(target=self._work, name=f"{road.device} scans", daemon=True)
        self._thread.start()

    def put(self, outcome: Outcome) -> None:
        """Hands a frame over. Raises what the thread has failed with."""
        if self._error is not None:
            raise self._error
        self._frames.put((outcome, time.monotonic()))

    def close(self) -> None:
        """Ends the thread once everything is written."""
        self._frames.put(None)
        self._thread.join()

    def _work(self) -> None:
        while (frame := self._frames.get()) is not None:
            try:
                self._road.take(*frame)
            except Exception as error:
                log.exception("%s: scan not written", self._road.device)
                self._error = error
