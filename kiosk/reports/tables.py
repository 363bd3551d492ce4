"""A report as tables, made once from what ``period_view`` tells of it: page, A4 form, workbook and CSV all come from these,
so that none of them can say another number. Pure; no table holds a person."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from kiosk.reports.ledgers.cells import Cell, Fen
from kiosk.reports.model import SUM_NAMES
from kiosk.words import N_, say


class Shape(StrEnum):
    """How the values of a column are written."""

    TEXT = "text"
    DATE = "date"
    NUMBER = "number"
    FEN = "fen"


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its title in words, how it is written, and how many half-width characters it needs."""

    title: str
    shape: Shape = Shape.TEXT
    width: int = 12

    @property
    def is_number(self) -> bool:
        """Stands to the right."""
        return self.shape in (Shape.NUMBER, Shape.FEN)


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under titles. ``totals`` are rows of sums below them, ``note`` is a sentence about the whole; ``name`` says for
    programs which table it is."""

    name: str
    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    totals: tuple[tuple[Cell, ...], ...] = ()
    note: str = ""


View = Mapping[str, Any]
#: Beside the columns that a table has, they are what is printed of each of the four sums.
_SUMS: tuple[tuple[str, Shape, int], ...] = (
    (N_("笔数"), Shape.NUMBER, 8), (N_("金额（元）"), Shape.FEN, 14), (N_("佣金（元）"), Shape.FEN, 12),
    (N_("服务费（元）"), Shape.FEN, 12),
)  # fmt: skip
_UNKNOWN = "—"
#: Definitions that stand beside their numbers in a table of their own.
_BESIDE = ("parcels.", "counts.")


def tables_of(view: View, locale: str | None = None) -> list[Table]:
    """Every table of a report that has something in it, in the order in which it is read."""
    made = [
        services(view, locale), days(view, locale), missing(view, locale), parcels(view, locale), counts(view, locale),
        trade(view, locale), definitions(view, locale),
    ]  # fmt: skip
    return [table for table in made if table.rows]


def services(view: View, locale: str | None = None) -> Table:
    """The service types with their four sums."""
    rows = tuple((row["name"], *_sums(row)) for row in view["rows"])
    totals = ((say(N_("合计"), locale), *_sums(view["totals"])),)
    return Table(
        "services", say(N_("各类业务"), locale), _columns(N_("业务类型"), locale, 18), rows, totals,
        "".join(view["counting"]),
    )  # fmt: skip


def days(view: View, locale: str | None = None) -> Table:
    """The closed days of a period, each with the daily report that it was summed from; none for a day's own report."""
    head = (Column(say(N_("日期"), locale), Shape.DATE), Column(say(N_("日报"), locale), Shape.TEXT, 18))
    rows = tuple(
        (date.fromisoformat(day["business_on"]), _named(day, locale), *_sums(day)) for day in view["content"].get("days", ())
    )  # fmt: skip
    totals = ((say(N_("合计"), locale), say(N_("{n} 天"), locale, n=len(rows)), *_sums(view["totals"])),)
    return Table("days", say(N_("每天"), locale), (*head, *_four(locale)), rows, totals)


def missing(view: View, locale: str | None = None) -> Table:
    """The dates of the period that are not in it, and why."""
    columns = (Column(say(N_("日期"), locale), Shape.DATE), Column(say(N_("说明"), locale), Shape.TEXT, 30))
    rows = tuple((date.fromisoformat(day["business_on"]), day["words"]) for day in view["missing"])
    return Table("missing", say(N_("没有日报的日子"), locale), columns, rows)


def missing_by_reason(view: View, locale: str | None = None) -> list[tuple[str, str]]:
    """The same for pages and paper: each reason with its dates, those that follow one another as ``03-06 至 03-31``."""
    spans: dict[str, list[tuple[date, date]]] = {}
    for day in view["missing"]:
        on, told = date.fromisoformat(day["business_on"]), spans.setdefault(day["words"], [])
        if told and on - told[-1][1] == timedelta(days=1):
            told[-1] = (told[-1][0], on)
        else:
            told.append((on, on))
    return [
        (why, say(N_("、"), locale).join(_span(first, last, locale) for first, last in told))
        for why, told in spans.items()
    ]


def _span(first: date, last: date, locale: str | None) -> str:
    if first == last:
        return f"{first:%m-%d}"
    return say(N_("{first} 至 {last}"), locale, first=f"{first:%m-%d}", last=f"{last:%m-%d}")


def parcels(view: View, locale: str | None = None) -> Table:
    """Parcels that came and went, and what lay here at the end, each with what is counted."""
    note = say(N_("滞留：入库满 {n} 天还没取。"), locale, n=view["content"]["overdue_days"])
    return _counted("parcels", say(N_("包裹"), locale), view["parcels"], locale, note)


def counts(view: View, locale: str | None = None) -> Table:
    """What registers and visits count; a dash where the station keeps no such register."""
    return _counted("counts", say(N_("服务和活动"), locale), view["counts"], locale)


def trade(view: View, locale: str | None = None) -> Table:
    """What was bought and sold on platforms (F2): goods, quantity, amount, platform and shop."""
    columns = (
        Column(say(N_("方向"), locale), Shape.TEXT, 8), Column(say(N_("品名"), locale), Shape.TEXT, 22),
        Column(say(N_("数量"), locale), Shape.TEXT, 12), Column(say(N_("笔数"), locale), Shape.NUMBER, 8),
        Column(say(N_("金额（元）"), locale), Shape.FEN, 14), Column(say(N_("平台"), locale), Shape.TEXT, 14),
        Column(say(N_("网店"), locale), Shape.TEXT, 18),
    )  # fmt: skip
    rows = tuple(
        (
            row["direction_name"], row["item_name"], row["quantity_text"], row["count"], Fen(row["amount_fen"]),
            row["platform_name"], row["online_shop"],
        )
        for row in view["trade"]
    )  # fmt: skip
    words = {"bought": N_("网购"), "sold": N_("网销")}
    totals = tuple(
        (say(words[way], locale), say(N_("合计"), locale), "", sums["count"], Fen(sums["amount_fen"]), "", "")
        for way, sums in view["trade_totals"].items()
        if way in words
    )
    return Table("trade", say(N_("网购网销"), locale), columns, rows, totals if rows else ())


def definitions(view: View, locale: str | None = None) -> Table:
    """What each number is, in one sentence each; those of parcels and counts stand beside them already."""
    columns = (Column(say(N_("数字"), locale), Shape.TEXT, 16), Column(say(N_("含义"), locale), Shape.TEXT, 60))
    rows = tuple((one["name"], one["words"]) for one in view["definitions"] if not one["code"].startswith(_BESIDE))
    return Table("definitions", say(N_("各项数字的含义"), locale), columns, rows)


def _counted(name: str, title: str, found: Sequence[Mapping[str, Any]], locale: str | None, note: str = "") -> Table:
    columns = (
        Column(say(N_("项目"), locale), Shape.TEXT, 14), Column(say(N_("数量"), locale), Shape.NUMBER, 10),
        Column(say(N_("含义"), locale), Shape.TEXT, 60),
    )  # fmt: skip
    rows = tuple(
        (row["name"], _UNKNOWN if row["count"] is None else row["count"], row["definition"]) for row in found
    )  # fmt: skip
    return Table(name, title, columns, rows, note=note)


def _columns(first: str, locale: str | None, width: int) -> tuple[Column, ...]:
    return (Column(say(first, locale), Shape.TEXT, width), *_four(locale))


def _four(locale: str | None) -> tuple[Column, ...]:
    return tuple(Column(say(title, locale), shape, width) for title, shape, width in _SUMS)


def _sums(row: Mapping[str, int]) -> tuple[Cell, ...]:
    count, *amounts = (row[name] for name in SUM_NAMES)
    return (count, *map(Fen, amounts))


def _named(day: Mapping[str, Any], locale: str | None) -> str:
    """The number of a day's report, with its revision if it was corrected."""
    number = str(day["report_no"])
    if not day["revision"]:
        return number
    return f"{number} {say(N_('第 {n} 次补充'), locale, n=day['revision'])}"
