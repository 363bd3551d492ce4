"""Black and white pictures as the printer takes them: rows of whole bytes, the leftmost dot in the highest bit, 1 is
ink. Pictures always span the paper and are cut into pieces of at most 255 rows (hardware.md §1.6)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

TALLEST_PIECE = 255  # rows; cheap printers time out in taller ones


@dataclass(frozen=True, slots=True)
class Bitmap:
    """``rows`` rows of ``row_bytes`` bytes."""

    row_bytes: int
    rows: int
    data: bytes

    def __post_init__(self) -> None:
        if len(self.data) != self.row_bytes * self.rows:
            raise ValueError(f"{len(self.data)} bytes are not {self.rows} rows of {self.row_bytes}")


def blank(row_bytes: int, rows: int) -> Bitmap:
    """White paper."""
    return Bitmap(row_bytes, rows, bytes(row_bytes * rows))


def centred(rows: Iterable[tuple[str, int]], row_bytes: int) -> Bitmap:
    """Rows of ``0``/``1`` with their number of repetitions, in the middle of the paper; they must fit."""
    dots = row_bytes * 8
    data = bytearray()
    count = 0
    for bits, times in rows:
        left = (dots - len(bits)) // 2
        if left < 0:
            raise ValueError(f"{len(bits)} dots do not fit on {dots}")
        row = (int(bits or "0", 2) << (dots - left - len(bits))).to_bytes(row_bytes, "big")
        data += row * times
        count += times
    return Bitmap(row_bytes, count, bytes(data))


def pieces(bitmaps: Iterable[Bitmap]) -> Iterator[Bitmap]:
    """The pictures joined into few pieces, cut between them where that is possible: the head stops at each cut."""
    waiting: list[Bitmap] = []
    height = 0
    for bitmap in bitmaps:
        if waiting and height + bitmap.rows > TALLEST_PIECE:
            yield from _split(_join(waiting))
            waiting, height = [], 0
        waiting.append(bitmap)
        height += bitmap.rows
    if waiting:
        yield from _split(_join(waiting))


def _join(bitmaps: list[Bitmap]) -> Bitmap:
    data = b"".join(bitmap.data for bitmap in bitmaps)
    return Bitmap(bitmaps[0].row_bytes, sum(bitmap.rows for bitmap in bitmaps), data)


def _split(bitmap: Bitmap) -> Iterator[Bitmap]:
    for top in range(0, bitmap.rows, TALLEST_PIECE):
        rows = min(TALLEST_PIECE, bitmap.rows - top)
        start = top * bitmap.row_bytes
        yield Bitmap(bitmap.row_bytes, rows, bitmap.data[start : start + rows * bitmap.row_bytes])
