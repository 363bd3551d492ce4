"""Writes down what a scale sends, and reads it again with every framer: how an unknown scale becomes a known one.

Documents lie, so the bytes are looked at first (hardware.md §6). Nothing is sent unless the installer says what. The file
is text, one line for each piece of bytes: milliseconds since the beginning, then the bytes in hex.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from drivers.ports import UNPLUGGED, Line, open_port, translated
from drivers.scale_frames import FRAMERS
from drivers.scale_reading import Reading

LOOK_SECONDS = 0.1
ASK_EVERY_SECONDS = 0.5
MOST_BYTES = 1_000_000


@dataclass(frozen=True, slots=True)
class Piece:
    """Bytes that came together, and when."""

    after_ms: int
    data: bytes


@dataclass(frozen=True, slots=True)
class Fit:
    """What one format makes of a capture."""

    protocol: str
    readings: tuple[Reading, ...]


def capture(path: str, line: Line, seconds: float, request: bytes = b"") -> Iterator[Piece]:
    """What comes from a port within some seconds, no more than a megabyte; raises ``DriverError`` as any opener does."""
    port = open_port(path, line, timeout_seconds=LOOK_SECONDS)
    begun = time.monotonic()
    ask_at, left = begun, MOST_BYTES
    try:
        while left > 0 and (now := time.monotonic()) < begun + seconds:
            if request and now >= ask_at:
                ask_at = now + ASK_EVERY_SECONDS
                port.write(request)
            data = port.read(min(left, max(1, port.in_waiting)))
            if data:
                left -= len(data)
                yield Piece(int((time.monotonic() - begun) * 1000), data)
    except UNPLUGGED as error:
        raise translated(error, path) from error
    finally:
        port.close()


def written(pieces: Iterable[Piece]) -> str:
    """A capture as the text of its file."""
    return "".join(f"{piece.after_ms} {piece.data.hex(' ')}\n" for piece in pieces)


def read_capture(file: Path) -> list[Piece]:
    """The pieces of a file; blank lines and those that begin with # say nothing. Raises ValueError, OSError."""
    lines = (line.strip() for line in file.read_text("utf-8").splitlines())
    found = []
    for line in lines:
        if line and not line.startswith("#"):
            after, _, content = line.partition(" ")
            found.append(Piece(int(after), bytes.fromhex(content)))
    return found


def replay(pieces: Iterable[Piece], unit: str = "kg") -> list[Fit]:
    """Every format that finds a frame in it, the one with the most first."""
    pieces = list(pieces)
    fits = []
    for protocol, kind in FRAMERS.items():
        framer = kind(unit)
        readings = tuple(reading for piece in pieces for reading in framer.feed(piece.data))
        if readings:
            fits.append(Fit(protocol, readings))
    return sorted(fits, key=lambda fit: len(fit.readings), reverse=True)
