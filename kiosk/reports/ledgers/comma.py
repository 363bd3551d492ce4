"""A ledger as CSV: UTF-8 with a byte order mark, by which Excel and WPS know it for Chinese, and CRLF. A text that a sheet
would run as a formula gets a leading apostrophe; a number stays a number."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from typing import IO

from kiosk.reports.ledgers.cells import Cell, Fen, shown
from kiosk.reports.ledgers.model import Column
from kiosk.words import say

#: What makes a formula of a cell in Excel, WPS or LibreOffice; the full-width signs do so where an input method is at home.
STARTS = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")


def write(file: IO[bytes], *, columns: Sequence[Column], rows: Iterable[Sequence[Cell]], totals: Sequence[Cell]) -> int:
    """Writes titles, rows and totals into ``file``; returns how many rows there were."""
    text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="", write_through=True)
    out = csv.writer(text, lineterminator="\r\n")
    out.writerow([guarded(say(title)) for title in ("序号", *(column.title for column in columns))])
    count = 0
    for count, row in enumerate(rows, start=1):
        out.writerow([count, *map(plain, row)])
    out.writerow([plain(cell) for cell in totals])
    text.flush()
    text.detach()
    return count


def plain(cell: Cell) -> str:
    """A cell as CSV has it: amounts in yuan without a sign of currency, dates as ISO writes them, text made harmless."""
    if isinstance(cell, Fen):
        return str(cell)
    return guarded(cell) if isinstance(cell, str) else shown(cell)


def guarded(text: str) -> str:
    """The text with an apostrophe before it if it would begin a formula."""
    return "'" + text if text.startswith(STARTS) else text
