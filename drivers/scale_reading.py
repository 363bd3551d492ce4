"""What one frame of a scale says, and when a weight has come to rest: pure, no clock, no port.

A weight is whole grams, computed with whole numbers. A scale's own word "stable" is never enough: it means different
things on different makes (hardware.md §4.1), so a weight is believed after it has stood still by our own count as well.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum


class Standing(StrEnum):
    """What the frame says about its weight. ``unsaid``: the format has no word for it."""

    STEADY = "steady"
    MOVING = "moving"
    UNSAID = "unsaid"
    OVER = "over"
    UNDER = "under"
    #: A whole frame that tells something else, such as the tare alone.
    ASIDE = "aside"


@dataclass(frozen=True, slots=True)
class Reading:
    """One frame. ``grams`` is None where it names no weight, below zero for less than nothing."""

    grams: int | None
    standing: Standing


#: Units in micrograms, so that a pound is a whole number too.
_MICROGRAMS = {
    "kg": 10**9, "g": 10**6, "t": 10**12, "lb": 453_592_370, "jin": 5 * 10**8, "sj": 5 * 10**8, "斤": 5 * 10**8,
}  # fmt: skip
UNITS = ("kg", "g", "jin", "lb", "t")
_NUMBER = re.compile(r"(\d{1,8})(?:\.(\d{0,5}))?", re.ASCII)


def grams_of(text: str, unit: str, decimals: int = 0) -> int | None:
    """The weight in whole grams, half-up: digits with a point, or with so many ``decimals`` counted from the right.

    None for what is no number or no unit.
    """
    read = _NUMBER.fullmatch(text)
    micrograms = _MICROGRAMS.get(unit.lower())
    if read is None or micrograms is None:
        return None
    fraction = read[2] or ""
    divisor = 10 ** (len(fraction) + decimals) * 10**6
    return (2 * int(read[1] + fraction) * micrograms + divisor) // (2 * divisor)


class Rest:
    """Counts equal readings: a weight has come to rest after ``readings`` of them that span ``seconds``.

    Frames that come in one burst span no time, and a gap begins the count afresh.
    """

    GAP_SECONDS = 1.5

    def __init__(self, readings: int, seconds: float) -> None:
        self.readings = readings
        self.seconds = seconds
        self._grams: int | None = None
        self._count = 0
        self._since = self._last = 0.0

    def forget(self) -> None:
        """Nothing that came before counts any more."""
        self._grams = None

    def take(self, grams: int, at: float) -> bool:
        """Whether this weight, read at the monotonic time ``at``, has come to rest."""
        if grams != self._grams or at - self._last > self.GAP_SECONDS:
            self._grams, self._count, self._since = grams, 0, at
        self._count += 1
        self._last = at
        return self._count >= self.readings and at - self._since >= self.seconds
