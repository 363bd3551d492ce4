"""Bytes of a courier's file as text in cells: CSV as Excel, WPS and couriers' systems write it, or a workbook. Whatever is
no such file is refused in words; nothing of a file is ever run, fetched or unpacked to disk."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence

from kiosk.codes import CodeKind, holds_payment_code, recognise
from kiosk.codes.waybill import is_waybill_shape
from kiosk.errors import Refused
from kiosk.parcel_lists import workbook
from kiosk.parcel_lists.heads import UNWANTED, is_phone, meaning
from kiosk.parcel_lists.model import BAD, LARGEST_TEXT_BYTES, LONGEST_CELL, MOST_COLUMNS, MOST_ROWS, PAYMENT, Grid, Row
from kiosk.words import N_, say

#: A list of two thousand rows as a workbook is a quarter of a megabyte.
LARGEST_FILE_BYTES = 2_000_000
_DELIMITERS = ",\t;|"
# Excel's trick to keep a long number a text: ="73610555582883"
_QUOTED = re.compile(r'="(.*)"')
_SCIENTIFIC = re.compile(r"[0-9](?:\.[0-9]+)?E\+?[0-9]{2}", re.IGNORECASE)
_LIKELY = re.compile(r"[0-9A-Za-z*+()#. -]{4,40}")
_ERRORS = frozenset({"#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NUM!", "#NULL!"})


def read_file(content: bytes) -> Grid:
    """The list in a file. Refused ``list.empty``, ``list.too_large``, ``list.too_many_rows``, ``list.too_much_text``,
    ``list.old_workbook``, ``list.unreadable``, ``list.no_table``."""
    if len(content) > LARGEST_FILE_BYTES:
        raise Refused(
            "list.too_large", N_("文件超过 {most} MB，没有读取；一张清单最多 {rows} 行，请分开导出"),
            most=LARGEST_FILE_BYTES // 1_000_000, rows=MOST_ROWS,
        )  # fmt: skip
    if not content.strip():
        raise Refused("list.empty", N_("没有选文件，或文件是空的；没有导入"))
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        raise Refused("list.old_workbook", N_("这是旧版 .xls 或加了密码的表格，读不了；请另存为 .xlsx 或 CSV 再选"))
    rows = workbook.rows(content) if content.startswith(b"PK") else _rows_of_text(content)
    return grid(rows)


def grid(rows: Iterable[tuple[int, Sequence[str]]]) -> Grid:
    """Numbered rows as a list: heads found, empty rows and columns of no use left out. Refused as ``read_file``."""
    filled = []
    for number, cells in rows:
        cleaned = [clean(cell) for cell in cells[:MOST_COLUMNS]]
        if any(cleaned):
            filled.append((number, cleaned))
        if len(filled) > MOST_ROWS + 20:  # a few lines of title may stand above the heads
            break
    top, heads_row = _heads(filled)
    del filled[:top]
    if not filled:
        raise Refused("list.empty", N_("没有选文件，或文件是空的；没有导入"))
    if len(filled) > MOST_ROWS:
        raise Refused("list.too_many_rows", N_("清单超过 {rows} 行，没有导入；请分成几个文件"), rows=MOST_ROWS)
    width = max(len(cells) for _number, cells in filled)
    columns = []
    for at in range(width):
        head = heads_row[at] if at < len(heads_row) else ""
        head = "" if head in BAD or re.search(r"[0-9]{4}", head) else head  # a number of a person is no head
        values = [cells[at] if at < len(cells) else "" for _number, cells in filled]
        if _may_be_of_use(head, values):
            columns.append((head or say(N_("第 {n} 列"), n=at + 1), values))
    if not columns:
        raise Refused("list.no_table", N_("没有找到单号、电话这样的列，没有导入；请核对文件"))
    found = Grid(
        tuple(head[:LONGEST_CELL] for head, _values in columns),
        tuple(Row(number, tuple(values[at] for _h, values in columns)) for at, (number, _c) in enumerate(filled)),
    )
    if len(found.text().encode("utf-8", "surrogatepass")) > LARGEST_TEXT_BYTES:
        raise Refused("list.too_much_text", N_("清单里的字太多，没有读取；请只留下单号、电话、姓名这几列再导出"))
    return found


def clean(text: str) -> str:
    """A cell as a person sees it: no quoting tricks, no invisible characters; a spoilt one as its mark."""
    if text in BAD:
        return text
    text = "".join(c for c in text if c.isprintable()).strip().removeprefix("'")
    if quoted := _QUOTED.fullmatch(text):
        text = quoted[1].strip()
    if text.startswith("=") or (text[:1] in "+-@" and "(" in text and not re.fullmatch(r"[+0-9() -]+", text)):
        return "\x01formula"
    if text in _ERRORS:
        return "\x01error"
    if _SCIENTIFIC.fullmatch(text):
        return "\x01rounded"
    if holds_payment_code(text):
        return PAYMENT
    return text if len(text) <= LONGEST_CELL else "\x01long"


def _heads(rows: list[tuple[int, list[str]]]) -> tuple[int, list[str]]:
    """How many rows stand above the list, and the heads in them: the first of the top twenty in which a cell means a field,
    before any waybill. Of heads in two lines (收件人 over 姓名 and 电话) the lower one counts where it says anything."""
    for at, (_number, cells) in enumerate(rows[:20]):
        if any(map(meaning, cells)):
            heads, below = list(cells), at + 1
            while below < len(rows) and any(map(meaning, rows[below][1])) and not _has_waybill(rows[below][1]):
                lower = rows[below][1]
                width = max(len(heads), len(lower))
                heads, lower = heads + [""] * (width - len(heads)), lower + [""] * (width - len(lower))
                heads = [low or high for low, high in zip(lower, heads, strict=True)]
                below += 1
            return below, heads
        if _has_waybill(cells):
            while at and _is_of_a_parcel(rows[at - 1][1]):
                at -= 1  # its number was spoilt: it is told of, and never taken for heads
            return at, rows[at - 1][1] if at else []
    return (1, rows[0][1]) if len(rows) > 1 and not _is_of_a_parcel(rows[0][1]) else (0, [])


def _is_of_a_parcel(cells: list[str]) -> bool:
    """Whether a row that bears no waybill is one of the list all the same: a phone stands in it, beside something else."""
    return sum(map(bool, cells)) > 1 and any(map(is_phone, cells))


def _has_waybill(cells: list[str]) -> bool:
    return any(cell not in BAD and is_waybill_shape(cell.upper()) and any(map(str.isdigit, cell)) for cell in cells)


def _may_be_of_use(head: str, values: list[str]) -> bool:
    """Addresses, goods and papers of identity are not even shown: what isn't needed is not kept."""
    if any(word in head for word in UNWANTED):
        return False
    filled = [value for value in values if value]
    if not filled or any(value not in BAD and recognise(value).kind is CodeKind.ID_NUMBER for value in filled):
        return False
    if meaning(head):
        return True
    # Numbers of orders look like payment codes, and nobody needs them here: such a column counts for nothing.
    likely = sum(
        value != PAYMENT and (value in BAD or len(value) <= 8 or _LIKELY.fullmatch(value) is not None)
        for value in filled
    )
    return likely * 2 >= len(filled)


def _rows_of_text(content: bytes) -> list[tuple[int, list[str]]]:
    text = _decoded(content)
    if text.lstrip()[:1] == "<":
        raise Refused("list.no_text", N_("这个文件其实是网页，不是表格；请用表格软件打开，另存为 .xlsx 或 CSV"))
    first = next((line for line in text.splitlines() if line.strip()), "")
    delimiter = max(_DELIMITERS, key=first.count)
    try:
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
        rows = []
        for cells in reader:
            rows.append((reader.line_num, cells))
            if len(rows) > MOST_ROWS * 2:
                break
    except csv.Error as error:
        raise _unreadable() from error
    return rows


def _decoded(content: bytes) -> str:
    """UTF-8 and UTF-16 by their marks, else UTF-8 if it is that, else GB18030, which Chinese Excel writes."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings = ["utf-16"]
    else:
        encodings = ["utf-8-sig", "gb18030"]
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise _unreadable()


def _unreadable() -> Refused:
    return Refused("list.unreadable", N_("读不懂这个文件，没有导入；请另存为 .xlsx 或 CSV 再选"))
