"""An .xlsx as rows of text. It is a ZIP that a stranger made: looked at from outside first (how much would it unpack to,
does it define entities), then read as a stream, and never computed."""

from __future__ import annotations

import io
import re
import warnings
import zipfile
import zlib
from collections.abc import Iterator
from datetime import date, datetime, time
from typing import Any
from xml.etree.ElementTree import ParseError

from kiosk.errors import Refused
from kiosk.parcel_lists.model import MOST_COLUMNS, MOST_ROWS
from kiosk.words import N_

#: Two thousand rows of thirty columns unpack to two megabytes.
LARGEST_UNPACKED_BYTES = 12_000_000
MOST_PARTS = 300
#: Integers beyond it are rounded in a workbook, whose numbers are doubles.
_LAST_EXACT = 10**15
_ENTITIES = re.compile(rb"<!\s*(DOCTYPE|ENTITY)", re.IGNORECASE)
_BEGINNINGS = (b"<", b"\0<", b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")
_BROKEN = (
    zipfile.BadZipFile, zlib.error, ParseError, KeyError, ValueError, TypeError, AttributeError, IndexError, EOFError,
    OverflowError, RuntimeError, RecursionError, OSError, AssertionError,
)  # fmt: skip


def rows(content: bytes) -> list[tuple[int, list[str]]]:
    """The rows of the first sheet that has any, numbered as the table program shows them. Refused ``list.unpacks_too_large``,
    ``list.unreadable``."""
    try:
        _look_from_outside(content)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of styles and extensions that it leaves out
            return _read(content)
    except _BROKEN as error:
        raise Refused("list.unreadable", N_("读不懂这个文件，没有导入；请另存为 .xlsx 或 CSV 再选")) from error


def _look_from_outside(content: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = archive.infolist()
        # zipfile never unpacks more of a part than is said here, so what is said is what is counted.
        if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > LARGEST_UNPACKED_BYTES:
            raise Refused(
                "list.unpacks_too_large", N_("这个表格解开后太大，不像一张清单；没有读取，请只留下清单那一页另存")
            )  # fmt: skip
        for part in parts:
            inside = archive.read(part)
            # The book itself names the parts that are read: what begins as XML is XML, whatever it is called.
            if not part.filename.endswith((".xml", ".rels")) and not inside.lstrip().startswith(_BEGINNINGS):
                continue
            if inside[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\0" in inside[:64] or _ENTITIES.search(inside):
                raise Refused("list.unreadable", N_("读不懂这个文件，没有导入；请另存为 .xlsx 或 CSV 再选"))


def _read(content: bytes) -> list[tuple[int, list[str]]]:
    from openpyxl import load_workbook  # half a second on the smallest machine: only who imports a list pays for it

    book = load_workbook(io.BytesIO(content), read_only=True, data_only=False, keep_links=False)
    try:
        for sheet in book.worksheets:
            found = list(_filled(sheet))
            if found:
                return found
        return []
    finally:
        book.close()


def _filled(sheet: Any) -> Iterator[tuple[int, list[str]]]:
    found = 0
    lines = sheet.iter_rows(max_row=MOST_ROWS * 2, max_col=MOST_COLUMNS)
    for number, cells in enumerate(lines, start=1):
        texts = [_text(cell) for cell in cells]
        if any(texts):
            found += 1
            yield number, texts
        if found > MOST_ROWS + 40:
            return


def _text(cell: Any) -> str:
    value = cell.value
    match value:
        case None:
            return ""
        case bool():
            return str(value)
        case _ if cell.data_type == "f":
            return "\x01formula"
        case _ if cell.data_type == "e":
            return "\x01error"
        case int() | float():
            if value != value or abs(value) >= _LAST_EXACT or value != int(value):
                return "\x01rounded"
            return str(int(value))
        case datetime() | date() | time():
            return value.isoformat()
        case str():
            return value
    return "\x01formula"  # an array formula or a table of data comes as an object
