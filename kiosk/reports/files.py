"""A report as a file that is taken along: a workbook for Excel and WPS, or CSV. Text is always a string, so that ``=cmd``
stays five characters; amounts are numbers in yuan and dates are dates. Nothing in it names a person."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from kiosk.reports.ledgers.cells import Cell, Fen
from kiosk.reports.ledgers.comma import guarded, plain
from kiosk.reports.ledgers.sheet import DATE, MONEY, WHOLE
from kiosk.reports.tables import Column, Shape, Table, tables_of
from kiosk.words import N_, say

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_FORMATS = {Shape.FEN: MONEY, Shape.DATE: DATE, Shape.NUMBER: WHOLE}
#: Which tables stand on which sheet of a workbook.
_SHEETS: tuple[tuple[str, tuple[str, ...]], ...] = (
    (N_("汇总"), ("services", "parcels", "counts")),
    (N_("每天"), ("days", "missing")),
    (N_("网购网销"), ("trade",)),
    (N_("含义"), ("definitions",)),
)


def title_of(view: Mapping[str, Any], locale: str | None = None) -> str:
    """What stands over a report: its kind and its period."""
    return say(N_("{kind} · {period}"), locale, kind=view["kind_name"], period=view["period_name"])


def name_of(view: Mapping[str, Any], ending: str) -> str:
    """The name of its file: number or, before it is frozen, form and dates."""
    number = view["report_no"] or f"{view['content']['form']}-{view['first_on']}-{view['last_on']}"
    return f"{number}.{ending}"


def workbook(view: Mapping[str, Any], locale: str | None = None) -> bytes:
    """The report as XLSX: what it is and its sums on the first sheet, then days, trade and definitions."""
    import xlsxwriter  # only who takes a file pays for it

    file = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = xlsxwriter.Workbook(file, options)
    form = _Forms(book)
    tables = {table.name: table for table in tables_of(view, locale)}
    for number, (words, names) in enumerate(_SHEETS):
        shown = [tables[name] for name in names if name in tables]
        if not shown:
            continue
        sheet = book.add_worksheet(say(words, locale)[:31])
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.set_footer("&C&P / &N")
        line = _head(sheet, form, view, locale) if number == 0 else 0
        for table in shown:
            line = _table(sheet, form, table, line) + 1
        for place, width in enumerate(_widths(shown)):
            sheet.set_column(place, place, width)
    book.close()
    return file.getvalue()


def _widths(shown: Sequence[Table]) -> list[int]:
    """How wide each column of a sheet is. A long text that ends its line reaches over what is empty beside it and makes no
    column of figures above it wide."""
    needed: dict[int, int] = {}
    for is_last in (False, True):
        for table in shown:
            for place, column in enumerate(table.columns):
                ends = place == len(table.columns) - 1 and column.shape is Shape.TEXT
                if ends is is_last and not (ends and place in needed):
                    needed[place] = max(needed.get(place, 0), column.width)
    return [needed[place] for place in sorted(needed)]


def comma(view: Mapping[str, Any], locale: str | None = None) -> bytes:
    """The report as CSV (UTF-8 with byte order mark, CRLF): its head, then one table below the other, each under its title."""
    file = io.StringIO(newline="")
    out = csv.writer(file, lineterminator="\r\n")
    out.writerow([guarded(title_of(view, locale))])
    for label, text in head_of(view, locale):
        out.writerow([guarded(label), guarded(text)])
    for table in tables_of(view, locale):
        out.writerow([])
        out.writerow([guarded(table.title)])
        out.writerow([guarded(column.title) for column in table.columns])
        out.writerows([plain(cell) for cell in row] for row in (*table.rows, *table.totals))
        if table.note:
            out.writerow([guarded(table.note)])
    return file.getvalue().encode("utf-8-sig")


def head_of(view: Mapping[str, Any], locale: str | None = None) -> list[tuple[str, str]]:
    """What the report says of itself: number and revision, station, hours … the hash and, once it is there, the county's
    receipt."""
    found = []
    if view["report_no"]:
        number = view["report_no"]
        if view["revision"]:
            number += " " + say(N_("第 {n} 次补充"), locale, n=view["revision"])
        found.append((say(N_("编号"), locale), number))
    if view["replaces"]:
        found.append((say(N_("取代"), locale), view["replaces"]))
    found += [(str(label), str(text)) for label, text in view["header"]]
    if view["hash"]:
        found.append((say(N_("校验"), locale), view["hash"]))
    sent = view["submission"] or {}
    if sent.get("acknowledgement_no"):
        found.append((say(N_("县中心回执号"), locale), str(sent["acknowledgement_no"])))
    return found


class _Forms:
    """The formats of a workbook."""

    def __init__(self, book: Any) -> None:
        plain_ = {"font_name": "宋体", "font_size": 10, "valign": "vcenter"}
        self.title = book.add_format(plain_ | {"bold": True, "font_size": 14})
        self.section = book.add_format(plain_ | {"bold": True, "font_size": 11})
        self.head = book.add_format(plain_ | {"bold": True, "border": 1, "bg_color": "#E4ECF6"})
        self.note = book.add_format(plain_ | {"italic": True})
        self.text = book.add_format(plain_ | {"num_format": "@"})
        self.cells = {shape: book.add_format(plain_ | {"num_format": how}) for shape, how in _FORMATS.items()}
        sums = plain_ | {"bold": True, "top": 1}
        self.sum_text = book.add_format(sums)
        self.sums = {shape: book.add_format(sums | {"num_format": how}) for shape, how in _FORMATS.items()}


def _head(sheet: Any, form: _Forms, view: Mapping[str, Any], locale: str | None) -> int:
    sheet.write_string(0, 0, title_of(view, locale), form.title)
    line = 1
    for label, text in head_of(view, locale):
        sheet.write_string(line, 0, label, form.section)
        sheet.write_string(line, 1, text, form.text)
        line += 1
    return line + 1


def _table(sheet: Any, form: _Forms, table: Table, line: int) -> int:
    sheet.write_string(line, 0, table.title, form.section)
    for place, column in enumerate(table.columns):
        sheet.write_string(line + 1, place, column.title, form.head)
    line += 2
    for row in table.rows:
        _row(sheet, table.columns, row, line, form.cells, form.text)
        line += 1
    for row in table.totals:
        _row(sheet, table.columns, row, line, form.sums, form.sum_text)
        line += 1
    if table.note:
        sheet.write_string(line, 0, table.note, form.note)
        line += 1
    return line


def _row(
    sheet: Any, columns: Sequence[Column], row: Sequence[Cell], line: int, shapes: Mapping[Shape, Any], text: Any
) -> None:
    for place, (column, cell) in enumerate(zip(columns, row, strict=True)):
        shape = shapes.get(column.shape, text)
        match cell:
            case None:
                sheet.write_blank(line, place, None, shape)
            case str():
                sheet.write_string(line, place, cell, text)
            case date():
                sheet.write_datetime(line, place, cell, shape)
            case Fen() | int():
                sheet.write_number(line, place, cell, shape)
