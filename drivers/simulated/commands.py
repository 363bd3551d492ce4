"""Cuts a stream of ESC/POS bytes into text and commands, whatever the pieces in which it comes.

The lengths of arguments are those of the manuals in hardware.md §1.5–§1.10. An unknown command is passed on as such
with its two bytes, and what follows is read as text: as on a real printer, the damage is visible.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

#: Prefix and letter → count of argument bytes.
FIXED: dict[bytes, int] = {
    b"\x1b@": 0, b"\x1ba": 1, b"\x1b!": 1, b"\x1bE": 1, b"\x1bG": 1, b"\x1b-": 1, b"\x1bd": 1, b"\x1bJ": 1,
    b"\x1b2": 0, b"\x1b3": 1, b"\x1bt": 1, b"\x1bR": 1, b"\x1b$": 2, b"\x1b\\": 2, b"\x1bp": 3, b"\x1bB": 2,
    b"\x1bM": 1, b"\x1b ": 1, b"\x1b{": 1, b"\x1bV": 1, b"\x1b9": 1, b"\x1b=": 1, b"\x1bc": 2, b"\x1br": 1,
    b"\x1bi": 0, b"\x1bm": 0,
    b"\x1d!": 1, b"\x1dB": 1, b"\x1dh": 1, b"\x1dw": 1, b"\x1dH": 1, b"\x1df": 1, b"\x1da": 1, b"\x1dL": 2,
    b"\x1dW": 2, b"\x1dP": 2, b"\x1dr": 1, b"\x1dI": 1, b"\x1db": 1, b"\x1d/": 1, b"\x1d:": 0, b"\x1d^": 3,
    b"\x1c&": 0, b"\x1c.": 0, b"\x1cS": 2, b"\x1cW": 1, b"\x1c!": 1, b"\x1c-": 1, b"\x1cC": 1, b"\x1cp": 2,
    b"\x10\x04": 1, b"\x10\x05": 1,
}  # fmt: skip
#: Their lengths stand in their own arguments.
VARIABLE = frozenset({b"\x1dV", b"\x1dv", b"\x1dk", b"\x1d(", b"\x1d*", b"\x1b*", b"\x1bD", b"\x10\x14"})
STATUS = b"\x10\x04"
_PREFIXES = frozenset({0x1B, 0x1D, 0x1C, 0x10})
_FEED_AND_CUT = frozenset({65, 66, 97, 98, 103, 104})
#: DLE DC4 function → count of bytes after it.
_REAL_TIME = {1: 2, 2: 2, 3: 5, 7: 1, 8: 7}


@dataclass(frozen=True, slots=True)
class Text:
    """Bytes to print; a Hanzi may be cut between two of these."""

    raw: bytes

    @property
    def length(self) -> int:
        """Bytes on the wire."""
        return len(self.raw)


@dataclass(frozen=True, slots=True)
class Control:
    """One control byte: line feed, return, tab …"""

    byte: int
    length = 1


@dataclass(frozen=True, slots=True)
class Command:
    """Prefix and letter with the arguments; ``is_known`` is False for what no manual of ours has."""

    name: bytes
    argument: bytes
    is_known: bool = True

    @property
    def length(self) -> int:
        """Bytes on the wire."""
        return len(self.name) + len(self.argument)


Token = Text | Control | Command


class CommandReader:
    """Holds back the bytes of a command that isn't whole yet."""

    def __init__(self) -> None:
        self._held = bytearray()

    @property
    def is_inside(self) -> bool:
        """True while a command is begun and not whole."""
        return bool(self._held)

    def feed(self, data: bytes) -> Iterator[Token]:
        """The tokens that these bytes complete, one by one: what is asked in between sees only what came before."""
        self._held += data
        while self._held:
            length = _length(self._held)
            if length is None:
                return
            raw = bytes(self._held[:length])
            del self._held[:length]
            yield _token(raw)

    def forget(self) -> None:
        """The power was off."""
        self._held.clear()


def _token(raw: bytes) -> Token:
    if raw[0] in _PREFIXES and len(raw) >= 2:
        name = raw[:2]
        return Command(name, raw[2:], name in FIXED or name in VARIABLE)
    return Text(raw) if raw[0] >= 0x20 else Control(raw[0])


def _length(held: bytearray) -> int | None:
    """The length of the token at the start; None when more bytes are needed to know or have it."""
    first = held[0]
    if first not in _PREFIXES:
        if first < 0x20:
            return 1
        return next((place for place, byte in enumerate(held) if byte < 0x20), len(held))
    if len(held) < 2:
        return None
    name = bytes(held[:2])
    if name in FIXED:
        wanted: int | None = 2 + FIXED[name]
    elif name in VARIABLE:
        wanted = _variable(name, held)
    else:
        wanted = 2
    return wanted if wanted is not None and len(held) >= wanted else None


def _variable(name: bytes, held: bytearray) -> int | None:
    def number(place: int) -> int:
        return held[place] + 256 * held[place + 1]

    if name == b"\x1dV":  # 1D 56 m [n]
        return None if len(held) < 3 else 4 if held[2] in _FEED_AND_CUT else 3
    if name == b"\x1dv":  # 1D 76 30 m xL xH yL yH d…
        return None if len(held) < 8 else 8 + number(4) * number(6)
    if name == b"\x1dk":  # 1D 6B m d… 00  |  1D 6B m n d…
        if len(held) < 4:
            return None
        if held[2] >= 65:
            return 4 + held[3]
        end = held.find(0, 3)
        return None if end < 0 else end + 1
    if name == b"\x1d(":  # 1D 28 letter pL pH d…
        return None if len(held) < 5 else 5 + number(3)
    if name == b"\x1d*":  # 1D 2A x y d…
        return None if len(held) < 4 else 4 + held[2] * held[3] * 8
    if name == b"\x1b*":  # 1B 2A m nL nH d…
        return None if len(held) < 5 else 5 + number(3) * (3 if held[2] >= 32 else 1)
    if name == b"\x1bD":  # 1B 44 n… 00
        end = held.find(0, 2)
        return None if end < 0 else end + 1
    return None if len(held) < 3 else 3 + _REAL_TIME.get(held[2], 0)  # 10 14 fn …
