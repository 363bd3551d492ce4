"""Which column means what, and what each row says by it. A row is judged whole: every fault of every row is told at once, so
that a list is put right in one go."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from kiosk.codes import (
    CodeKind,
    PhoneEntry,
    Recognised,
    ShelfPlace,
    carriers,
    parse_old_code,
    parse_phone,
    parse_shelf,
    recognise,
    waybill_of,
)
from kiosk.errors import Refused
from kiosk.parcel_lists.heads import is_phone, meaning
from kiosk.parcel_lists.model import BAD, FIELD_WORDS, PAYMENT, Fault, Field, Grid, Line, Purpose
from kiosk.parcels import store as parcels
from kiosk.parcels.model import IN_STOCK, ParcelState
from kiosk.parcels.names import clean_hint
from kiosk.storage import Reader
from kiosk.words import N_

#: What stands where a waybill should: the counter's own words ask for another scan, and nothing is scanned here.
_NO_WAYBILL = {
    CodeKind.PHONE: N_("这一格是电话号码，不是运单号；请核对，或在下面换一列"),
    CodeKind.PHONE_TAIL: N_("这一格是手机尾号，不是运单号；请核对，或在下面换一列"),
    CodeKind.PICKUP_CODE: N_("这一格是取件码，不是运单号；请核对，或在下面换一列"),
    CodeKind.ID_NUMBER: N_("这一格是身份证号，没有读取；本站不记身份证号，请从文件里删掉"),
    CodeKind.PAYMENT_CODE: BAD[PAYMENT],
}
T = TypeVar("T")
#: Field → which column, counted from 0.
Columns = Mapping[Field, int]


@dataclass(frozen=True, slots=True)
class Plan:
    """What would become of a list: lines in the order of the file, every fault."""

    lines: tuple[Line, ...]
    faults: tuple[Fault, ...]

    @property
    def new(self) -> tuple[Line, ...]:
        """The lines that the station doesn't know yet."""
        return tuple(line for line in self.lines if not line.standing)

    @property
    def known(self) -> tuple[Line, ...]:
        """The lines whose parcels are here or noted already; they are passed over, not changed."""
        return tuple(line for line in self.lines if line.standing)


def guess(grid: Grid, remembered: Mapping[str, str] | None = None) -> dict[Field, int]:
    """The columns as they were chosen for this carrier before, else as their heads say, else by what stands in them."""
    found: dict[Field, int] = {}
    for name, head in (remembered or {}).items():
        if name in list(Field) and head in grid.heads:
            found[Field(name)] = grid.heads.index(head)
    if Field.WAYBILL in found:
        return found
    for at, head in enumerate(grid.heads):
        field = meaning(head)
        if field is not None and at not in found.values():
            found.setdefault(field, at)
    for field, is_one in ((Field.PHONE, is_phone), (Field.WAYBILL, _is_waybill)):
        if field not in found:
            counts = {
                at: sum(is_one(row.cells[at]) for row in grid.rows)
                for at in range(len(grid.heads)) if at not in found.values()
            }  # fmt: skip
            best = max(counts, key=lambda at: counts[at], default=None)
            if best is not None and counts[best] * 2 >= len(grid.rows):
                found[field] = best
    return found


def read_columns(grid: Grid, chosen: Mapping[str, str]) -> dict[Field, int]:
    """Columns as a form tells them (field → number of the column, '' for none). Refused ``list.no_waybill_column``,
    ``list.column_twice``, ``list.column_unknown``."""
    found: dict[Field, int] = {}
    for field in Field:
        text = chosen.get(field.value, "")
        if not text:
            continue
        if not (text.isascii() and text.isdigit() and len(text) <= 2 and int(text) < len(grid.heads)):
            raise Refused("list.column_unknown", N_("没有这一列，没有导入；请重新选"))
        if int(text) in found.values():
            raise Refused("list.column_twice", N_("同一列不能当两样用，没有导入；请重新选"))
        found[field] = int(text)
    if Field.WAYBILL not in found:
        raise Refused("list.no_waybill_column", N_("还没有说哪一列是运单号，没有导入"))
    return found


def judge(db: Reader, grid: Grid, columns: Columns, purpose: Purpose) -> Plan:
    """Every row by its columns: what it would become, or why it can't. Writes nothing."""
    lines: list[Line] = []
    faults: list[Fault] = []
    seen: dict[tuple[str, int], int] = {}
    codes: dict[str, int] = {}
    for row in grid.rows:
        before = len(faults)
        cells = {field: row.cells[at] for field, at in columns.items()}
        for field, cell in cells.items():
            if cell in BAD:
                faults.append(Fault(row.number, FIELD_WORDS[field], f"list.cell_{cell[1:]}", BAD[cell]))

        def read(field: Field, reader: Callable[[str], T], cells=cells, number=row.number) -> T | None:  # noqa: ANN001
            text = cells.get(field, "")
            if text in BAD or (not text and field is not Field.WAYBILL):
                return None
            try:
                return reader(text)
            except Refused as refused:
                faults.append(Fault(number, FIELD_WORDS[field], refused.code, refused.message, refused.facts))
                return None

        recognised = read(Field.WAYBILL, _waybill)
        phone: PhoneEntry | None = read(Field.PHONE, parse_phone)
        name = read(Field.NAME, clean_hint) or ""
        carrier = read(Field.CARRIER, lambda text: carriers.find_by_any_code(text).code) or ""
        place: ShelfPlace | None = read(Field.SHELF, parse_shelf)
        code = cells.get(Field.PICKUP_CODE, "").upper()
        if len(faults) > before or recognised is None:
            continue
        key = (recognised.waybill_no, recognised.piece_index)
        if key in seen:
            faults.append(_same(row.number, Field.WAYBILL, seen[key], "list.waybill_twice"))
            continue
        seen[key] = row.number
        if purpose is Purpose.OPENING_STOCK:
            if not code:
                faults.append(
                    Fault(
                        row.number, FIELD_WORDS[Field.PICKUP_CODE], "list.no_pickup_code", N_("已经在架上的要写取件码")
                    )
                )
                continue
            if code in codes:
                faults.append(_same(row.number, Field.PICKUP_CODE, codes[code], "list.pickup_code_twice"))
                continue
            codes[code] = row.number
        standing = _standing(db, recognised, purpose)
        if code and purpose is Purpose.OPENING_STOCK and not standing and (wrong := _code_fault(db, code)) is not None:
            faults.append(
                Fault(row.number, FIELD_WORDS[Field.PICKUP_CODE], wrong.code, wrong.message, dict(wrong.facts))
            )
            continue
        lines.append(Line(row.number, recognised, phone, name, carrier, place, code, standing))
    return Plan(tuple(lines), tuple(faults))


def _same(row: int, field: Field, first: int, code: str) -> Fault:
    return Fault(row, FIELD_WORDS[field], code, N_("和第 {first} 行是同一个"), {"first": first})


def _standing(db: Reader, recognised: Recognised, purpose: Purpose) -> str:
    states = {row["state"] for row in parcels.by_waybill(db, recognised.waybill_no, recognised.piece_index)}
    if states & IN_STOCK:
        return "in_stock"
    if purpose is Purpose.EXPECTED and ParcelState.EXPECTED in states:
        return "expected"
    return ""


def _code_fault(db: Reader, code: str) -> Refused | None:
    """Why a parcel cannot lie here with this code: unreadable, or another parcel in stock bears it."""
    try:
        code = parse_old_code(code)
    except Refused as refused:
        return refused
    holder = parcels.by_code(db, code)
    if holder is None or holder["state"] not in IN_STOCK:
        return None
    return Refused("pickup_code.in_use", N_("取件码 {pickup_code} 已有在库的快件"), pickup_code=code)


def _waybill(text: str) -> Recognised:
    if not text:
        raise Refused("list.no_waybill", N_("没有运单号"))
    recognised = recognise(text)
    # A column of waybills holds none of books: digits of that look are believed.
    try:
        waybill_of(recognised, book_is_parcel=True)
    except Refused as refused:  # its words are for a scanner in a hand; here somebody looks at a table
        words = _NO_WAYBILL.get(recognised.kind, N_("这一格不是运单号（8 到 40 位字母或数字）；请核对这一格"))
        raise Refused(refused.code, words, **refused.facts) from refused
    return recognised


def _is_waybill(text: Any) -> bool:
    recognised = recognise(text)
    return bool(recognised.waybill_no) and len(text) >= 10
