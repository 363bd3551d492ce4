"""What a courier's list is made of: cells as text, the fields that a column can mean, faults by row, and the record that
a list was taken in. No row of these tables names anybody."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from kiosk import audit
from kiosk.codes import PhoneEntry, Recognised, ShelfPlace
from kiosk.errors import Refused
from kiosk.words import N_, say

CASE = "parcel_list"
#: A file; more is a month's record and no list of what comes today.
MOST_ROWS = 2_000
#: One transaction holds the station's only writer (architecture.md §1.4); a longer list is taken in several turns.
ROWS_A_TURN = 500
MOST_COLUMNS = 60
LONGEST_CELL = 60
#: A list as text; two thousand rows with phone and name are a third of it.
LARGEST_TEXT_BYTES = 300_000


class Field(StrEnum):
    """What a column can mean."""

    WAYBILL = "waybill"
    PHONE = "phone"
    NAME = "name"
    CARRIER = "carrier"
    SHELF = "shelf"
    PICKUP_CODE = "pickup_code"


FIELD_WORDS: Mapping[Field, str] = {
    Field.WAYBILL: N_("运单号"),
    Field.PHONE: N_("手机号"),
    Field.NAME: N_("姓名"),
    Field.CARRIER: N_("快递公司"),
    Field.SHELF: N_("货架-层"),
    Field.PICKUP_CODE: N_("取件码"),
}


class Purpose(StrEnum):
    """What the rows become."""

    EXPECTED = "expected"  # parcels on their way, which intake checks off
    OPENING_STOCK = "opening_stock"  # parcels that lie here already, with the code that they bear


PURPOSE_WORDS: Mapping[Purpose, str] = {
    Purpose.EXPECTED: N_("待到件（到站扫码核销）"),
    Purpose.OPENING_STOCK: N_("已在架上（原取件码不变）"),
}


@dataclass(frozen=True, slots=True, repr=False)
class Row:
    """One row of the file; ``number`` as the table program shows it. A cell that cannot be believed bears a mark from
    ``BAD`` instead of a text."""

    number: int
    cells: tuple[str, ...]


#: What stands in the place of a number that a customer could be paying with: it is neither shown nor carried on.
PAYMENT = "\x01payment"
#: Cells whose value was spoilt or is no value, by the mark that stands in their place.
BAD: Mapping[str, str] = {
    "\x01formula": N_("这一格是公式，程序不计算公式；请在表格里复制后“只粘贴数值”"),
    "\x01rounded": N_("这一格被表格软件变成了科学计数或丢了末位；请把这一列设成“文本”，从快递公司系统重新导出"),
    "\x01long": N_("这一格太长，不是单号、电话或姓名"),
    "\x01error": N_("这一格是表格软件的错误值"),
    PAYMENT: N_("这一格像付款码，没有读取；请核对后再导入"),
}


@dataclass(frozen=True, slots=True, repr=False)
class Grid:
    """A file as text: heads of its columns and its rows. Only columns that can be of use are in it."""

    heads: tuple[str, ...]
    rows: tuple[Row, ...]

    def text(self) -> str:
        """The list as one text, to be carried through the preview: nothing of it is stored meanwhile."""
        return json.dumps(
            [list(self.heads), [[row.number, *row.cells] for row in self.rows]], ensure_ascii=False, separators=(",", ":")
        )  # fmt: skip

    @classmethod
    def of_text(cls, text: str) -> Grid:
        """What ``text`` made. Refused ``list.preview_lost`` for anything else."""
        try:
            if len(text) > LARGEST_TEXT_BYTES:
                raise ValueError
            heads, rows = json.loads(text)
            found = cls(
                tuple(map(_cell, heads)), tuple(Row(int(number), tuple(map(_cell, cells))) for number, *cells in rows)
            )
            if len(found.rows) > MOST_ROWS or any(len(row.cells) != len(found.heads) for row in found.rows):
                raise ValueError
        except (ValueError, TypeError, OverflowError, RecursionError) as error:
            raise Refused("list.preview_lost", N_("预览的内容不完整，没有导入；请重新选一次文件")) from error
        return found


def _cell(value: object) -> str:
    if not isinstance(value, str) or len(value) > LONGEST_CELL:
        raise ValueError
    return value


@dataclass(frozen=True, slots=True)
class Fault:
    """Why one row cannot be taken. ``field`` is '' for the row as a whole."""

    row: int
    field: str
    code: str
    message: str
    facts: Mapping[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return say(self.message, **self.facts)


@dataclass(frozen=True, slots=True, repr=False)
class Line:
    """One row that can be taken. ``standing`` says that the station knows the parcel already: '', 'expected', 'in_stock'."""

    row: int
    recognised: Recognised
    phone: PhoneEntry | None
    name: str
    carrier: str
    place: ShelfPlace | None
    pickup_code: str
    standing: str


@dataclass(frozen=True, slots=True)
class TakenList:
    """A list that was taken in: how many parcels, how many of them are still awaited."""

    id: int
    purpose: Purpose
    carrier: str
    pieces: int
    skipped: int
    awaited: int
    arrived: int
    taken_at: str
    taken_on: str
    taken_by_kind: str
    taken_by_id: int
    dropped_at: str | None


audit.register(
    "parcel_list.taken", N_("导入清单 {list_id}（{purpose}）：{pieces} 件，略过已有的 {skipped} 件"),
    list_id=audit.ID, purpose=audit.ENUM, carrier=audit.CODE, pieces=audit.NUMBER, skipped=audit.NUMBER,
)  # fmt: skip
audit.register(
    "parcel_list.dropped", N_("撤销导入清单 {list_id}：{pieces} 件不再等待"), list_id=audit.ID, pieces=audit.NUMBER
)
