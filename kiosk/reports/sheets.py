"""A report as an A4 form: what it is, plots of its days and services, its tables with what each number means, places to
sign. Made of the same tables as its files; pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kiosk.printing.sheet import Column, Facts, Paragraph, Part, Plot, Sheet, Signature, Signatures
from kiosk.printing.sheet import Table as SheetTable
from kiosk.reports.chart import every_date
from kiosk.reports.files import head_of, title_of
from kiosk.reports.ledgers.cells import Cell, Fen, shown
from kiosk.reports.tables import Table, missing_by_reason, tables_of
from kiosk.words import N_, say

#: Bars of more days than this are too thin to be told apart on paper.
_MOST_BARS = 92


def report_sheet(view: Mapping[str, Any], locale: str | None = None) -> Sheet:
    """The report on large paper."""
    station = view["content"]["station"]
    issuer = f"{station['name']} {station['code']}"
    said = {issuer, view["report_no"], view["hash"]}  # stand above and below all pages
    parts: list[Part] = [Facts(tuple(pair for pair in head_of(view, locale) if pair[1] not in said))]
    if not view["is_frozen"]:
        parts.append(Paragraph(say(N_("还没有定稿：到现在为止的数字，只供查看"), locale), bold=True))
    parts += [Paragraph(text) for text in view["changed"]]
    parts += plots(view, locale)
    for table in tables_of(view, locale):
        parts += _missing(view, table) if table.name == "missing" else _table(table)
    places = (
        Signature(say(N_("制表"), locale)),
        Signature(say(N_("站长"), locale)),
        Signature(say(N_("县中心"), locale)),
    )
    parts.append(Signatures(places))
    foot = say(N_("校验 {hash}"), locale, hash=view["hash"]) if view["hash"] else ""
    number = view["report_no"] or ""
    return Sheet(title_of(view, locale), issuer, number, number, tuple(parts), foot)


def plots(view: Mapping[str, Any], locale: str | None = None) -> list[Part]:
    """The amounts of the days, where there are several and something was turned over."""
    days = every_date({str(on): amount for on, _count, amount, _income in view["by_day"]}, _MOST_BARS)
    if not 1 < len(days) <= _MOST_BARS or not any(amount for _on, amount in days):
        return []
    bars = tuple((on[5:], amount, shown(Fen(amount))) for on, amount in days)
    return [Plot(say(N_("每天金额（元）"), locale), bars)]


def _missing(view: Mapping[str, Any], table: Table) -> list[Part]:
    """One line a reason: a station that was shut for a month shall not fill a page with it."""
    return [Paragraph(table.title, bold=True), *(Paragraph(f"{why} {days}") for why, days in missing_by_reason(view))]


def _table(table: Table) -> list[Part]:
    wide = [max(1, min(12, column.width // 5)) for column in table.columns]
    columns = tuple(
        Column(column.title, share, "right" if column.is_number else "left")
        for column, share in zip(table.columns, wide, strict=True)
    )  # fmt: skip
    rows = tuple(tuple(_text(cell) for cell in row) for row in (*table.rows, *table.totals))
    made: list[Part] = [Paragraph(table.title, bold=True), SheetTable(columns, rows, sum_rows=len(table.totals))]
    return [*made, Paragraph(table.note)] if table.note else made


def _text(cell: Cell) -> str:
    return str(cell) if isinstance(cell, Fen) else shown(cell)
