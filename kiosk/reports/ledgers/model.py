"""What a ledger (台账) is: one declaration of its columns, filters and places in the database, from which its page, its
JSON, its XLSX and CSV and its printed form all come. So a column can't be masked in one of them and bare in another."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from kiosk import audit
from kiosk.errors import Refused
from kiosk.storage import Reader
from kiosk.words import N_

#: A year and its leap day: what a book of ledgers holds, and what a page may sum up while somebody waits.
MOST_DAYS = 366
LONGEST_TEXT = 40
#: More than this on paper is a pile that nobody reads; the workbook takes it.
MOST_PRINTED = 3000


class Kind(StrEnum):
    """How a column's values are written."""

    TEXT = "text"  # what was written: names of goods, platforms, document numbers
    WORD = "word"  # a stored state or code of ours, put into words
    DATE = "date"  # a business date
    INSTANT = "instant"  # an instant, shown on the station's clock
    FEN = "fen"  # an amount
    NUMBER = "number"  # a count or a measure
    PERSON = "person"  # a personal value: masked, or 已删除


#: Puts the raw values of a column into words; made once for a page or file, so that it may keep what it looked up.
Reading = Callable[[Reader], Callable[[Any], str]]
#: Code → name of what a station's data names: carriers, billers, services, platforms.
Names = Callable[[Reader], Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class Column:
    """One column. ``sql`` gives its raw value from the ledger's source; ``mask`` is the rule for a personal one (``name``,
    ``phone``, ``account``, ``waybill``, ``hidden``; '' as it is); ``width`` counts half-width characters; ``has_total``: summed in the last row. On a page it
    stands under the column named by ``under``, so that a wide ledger fits a small screen."""

    name: str
    title: str
    sql: str
    kind: Kind = Kind.TEXT
    width: int = 12
    words: Mapping[Any, str] | None = None
    reading: Reading | None = None
    mask: str = ""
    has_total: bool = False
    under: str = ""

    @property
    def is_number(self) -> bool:
        """Whether it stands to the right."""
        return self.kind in (Kind.FEN, Kind.NUMBER)


@dataclass(frozen=True, slots=True)
class Ledger:
    """One ledger. ``source`` is what stands after FROM, ``on`` the business date by which rows are filtered and ordered,
    ``key`` a number that tells rows of one date apart and leads to the case. ``states`` are what may be asked for: name →
    (words, condition, in which ``:today`` is known). ``texts`` are searched by text and hold nothing personal; ``named`` are codes that are searched by their names. ``by`` is the pair of columns (kind,
    id) of whoever did it. ``is_erased`` is true where the person was erased. ``place`` gives the page of a row's case."""

    form: str
    title: str
    about: str
    source: str
    on: str
    key: str
    columns: tuple[Column, ...]
    where: str = "1"
    states: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    texts: tuple[str, ...] = ()
    named: tuple[tuple[str, Names], ...] = ()
    tail: str = ""
    by: tuple[str, str] | None = None
    is_erased: str = "0"
    place: str = "''"

    def column(self, name: str) -> Column:
        """The column of this name; KeyError."""
        return next(column for column in self.columns if column.name == name)

    @property
    def totals(self) -> tuple[Column, ...]:
        """The columns that are summed."""
        return tuple(column for column in self.columns if column.has_total)

    @property
    def has_places(self) -> bool:
        """Whether a row leads to the page of its case."""
        return self.place != "''"

    @property
    def has_persons(self) -> bool:
        """Whether anything in it is masked."""
        return any(column.kind is Kind.PERSON for column in self.columns)


@dataclass(frozen=True, slots=True)
class Filters:
    """What is asked for, checked: business dates from and to (both included), '' or None for what is not narrowed."""

    from_on: str
    to_on: str
    state: str = ""
    operator_id: int | None = None
    text: str = ""
    tail: str = ""


def filters(
    ledger: Ledger,
    *,
    today: date,
    month: str = "",
    from_on: str = "",
    to_on: str = "",
    state: str = "",
    operator_id: int | None = None,
    text: str = "",
    tail: str = "",
) -> Filters:
    """Checks what was asked for; without a month or dates it is the month of ``today``.

    Refused ``ledger.dates_unreadable``, ``ledger.dates_reversed``, ``ledger.range_too_long``, ``ledger.state_unknown``,
    ``ledger.tail_unreadable``, ``ledger.text_too_long``.
    """
    first, last = _dates(today, month.strip(), from_on.strip(), to_on.strip())
    if state and state not in ledger.states:
        raise Refused(
            "ledger.state_unknown", N_("这本台账没有「{state}」这种状态，请重新选择"), state=state[:20],
            known=", ".join(ledger.states),
        )  # fmt: skip
    tail, text = tail.strip(), text.strip()
    if tail and not (len(tail) == 4 and tail.isascii() and tail.isdigit()):
        raise Refused("ledger.tail_unreadable", N_("手机尾号是 4 位数字，请重新填写"))
    if len(text) > LONGEST_TEXT:
        raise Refused("ledger.text_too_long", N_("查找的文字最多 {most} 个字，请改短"), most=LONGEST_TEXT)
    return Filters(first.isoformat(), last.isoformat(), state, operator_id, text, tail)


def _dates(today: date, month: str, from_on: str, to_on: str) -> tuple[date, date]:
    try:
        if from_on or to_on:
            first = date.fromisoformat(from_on) if from_on else date.fromisoformat(to_on).replace(day=1)
            last = date.fromisoformat(to_on) if to_on else max(today, first)
        else:
            first = date.fromisoformat(f"{month}-01") if month else today.replace(day=1)
            last = (first.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
    except (ValueError, OverflowError):  # the last month of all has no next one
        raise Refused("ledger.dates_unreadable", N_("日期要写成 2026-11-22 这样，并且真有这一天；请重新选择")) from None
    if last < first:
        raise Refused(
            "ledger.dates_reversed", N_("开始日期 {first} 晚于结束日期 {last}，请对调"), first=first.isoformat(),
            last=last.isoformat(),
        )  # fmt: skip
    if (last - first).days >= MOST_DAYS:
        raise Refused(
            "ledger.range_too_long", N_("一次最多看或导出一年（{most} 天），请把日期改短，分几次"), most=MOST_DAYS
        )
    return first, last


audit.register(
    "ledger.exported",
    N_("导出台账 {form}：{from_on} 至 {to_on}，{rows} 行，{file_format}，个人信息已遮盖"),
    form=audit.CODE,
    from_on=audit.TIME,
    to_on=audit.TIME,
    rows=audit.NUMBER,
    file_format=audit.ENUM,
)
audit.register(
    "ledger.exported_in_full",
    N_("导出台账 {form}（含完整个人信息）：{from_on} 至 {to_on}，{rows} 行，{file_format}"),
    form=audit.CODE,
    from_on=audit.TIME,
    to_on=audit.TIME,
    rows=audit.NUMBER,
    file_format=audit.ENUM,
)
audit.register("ledger.export_denied", N_("想导出台账 {form} 的完整个人信息，没有权限，没有导出"), form=audit.CODE)
