"""A ledger as a workbook that Excel and WPS open: rows go to the disk as they come (XlsxWriter's constant_memory), text is
always a string, so that ``=cmd`` stays five characters, amounts are numbers and dates are dates."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import IO

from kiosk.reports.ledgers.cells import Cell, Fen
from kiosk.reports.ledgers.model import Column, Kind
from kiosk.words import say

MONEY, DATE, INSTANT, WHOLE = "#,##0.00", "yyyy-mm-dd", "yyyy-mm-dd hh:mm", "0"
_FORMATS = {Kind.FEN: MONEY, Kind.DATE: DATE, Kind.INSTANT: INSTANT, Kind.NUMBER: WHOLE}
#: What Excel and WPS take in one sheet, less head and totals.
MOST_ROWS = 1_048_000
HEAD_ROWS = 3


def write(
    file: IO[bytes],
    folder: Path,
    *,
    title: str,
    notes: str,
    columns: Sequence[Column],
    rows: Iterable[Sequence[Cell]],
    totals: Sequence[Cell],
) -> int:
    """Writes the workbook into ``file`` and returns how many rows it has; ``folder`` holds the rows meanwhile.

    Two lines of head, the titles (frozen, repeated on each printed page), the rows, the totals.
    """
    import xlsxwriter  # only who exports pays for it

    book = xlsxwriter.Workbook(
        file, {"constant_memory": True, "tmpdir": str(folder), "strings_to_formulas": False, "strings_to_urls": False}
    )
    plain = {"font_name": "宋体", "font_size": 10, "valign": "vcenter"}
    formats = {kind: book.add_format(plain | {"num_format": shape}) for kind, shape in _FORMATS.items()}
    text = book.add_format(plain | {"num_format": "@"})
    strong = book.add_format(plain | {"bold": True, "border": 1, "bg_color": "#E4ECF6", "text_wrap": True})
    sums = {
        kind: book.add_format(plain | {"num_format": shape, "bold": True, "top": 1}) for kind, shape in _FORMATS.items()
    }
    bold = book.add_format(plain | {"bold": True, "top": 1})
    sheet = book.add_worksheet(_sheet_name(title))
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(HEAD_ROWS - 1)
    sheet.set_footer("&C&P / &N")
    sheet.freeze_panes(HEAD_ROWS, 0)
    for place, column in enumerate(columns, start=1):
        sheet.set_column(place, place, column.width)
    sheet.set_column(0, 0, 7)
    sheet.write_string(0, 0, title, book.add_format(plain | {"bold": True, "font_size": 14}))
    lines = -(-width_of(notes) * 11 // (10 * (7 + sum(column.width for column in columns))))
    if lines > 1:  # one line would be cut at the edge of the paper
        sheet.set_row(1, 15 * lines)
        sheet.merge_range(1, 0, 1, len(columns), "", book.add_format(plain | {"text_wrap": True}))
    sheet.write_string(1, 0, notes, book.add_format(plain | {"text_wrap": lines > 1}))
    for place, words in enumerate((say("序号"), *(say(column.title) for column in columns))):
        sheet.write_string(HEAD_ROWS - 1, place, words, strong)
    count = 0
    for count, row in enumerate(rows, start=1):
        line = HEAD_ROWS - 1 + count
        sheet.write_number(line, 0, count, formats[Kind.NUMBER])
        for place, (column, cell) in enumerate(zip(columns, row, strict=True), start=1):
            _put(sheet, line, place, cell, formats.get(column.kind, text), text)
    last = HEAD_ROWS + count
    for place, (column, cell) in enumerate(zip((None, *columns), totals, strict=True)):
        _put(sheet, last, place, cell, sums.get(column.kind, bold) if column else bold, bold)
    book.close()
    return count


def _put(sheet, line: int, place: int, cell: Cell, shape, text) -> None:  # type: ignore[no-untyped-def]
    """One cell by its own type: what is text stays text, whatever it looks like."""
    match cell:
        case None:
            sheet.write_blank(line, place, None, shape)
        case str():
            sheet.write_string(line, place, cell, text)
        case datetime() | date():
            sheet.write_datetime(line, place, cell, shape)
        case Fen() | int():
            sheet.write_number(line, place, cell, shape)


def _sheet_name(title: str) -> str:
    kept = "".join(character for character in title if character not in "[]:*?/\\'")
    return kept[:31] or "1"


def width_of(text: str) -> int:
    """How many half-width characters a text is wide: a Chinese character counts two."""
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)
