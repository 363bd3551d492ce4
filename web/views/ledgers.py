"""The ledgers (台账): the list of them, one with its filters and totals, its printed form, and the file that is taken out
and recorded. What stands in a column is decided in ``kiosk.reports.ledgers`` and nowhere here."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import Blueprint, Response, abort, g, make_response, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue

from kiosk import clock
from kiosk.errors import Refused
from kiosk.people import staff
from kiosk.people.rights import Right
from kiosk.reports.ledgers import LEDGERS, export, rows
from kiosk.reports.ledgers.cells import Cells, shown
from kiosk.reports.ledgers.export import FileFormat
from kiosk.reports.ledgers.model import MOST_PRINTED, Column, Filters, Ledger, filters
from kiosk.reports.ledgers.registers import find
from kiosk.storage import Reader
from kiosk.words import N_
from web.routes import act, page, part
from web.row_ids import row_id
from web.station import actor, station

ledgers = Blueprint("ledgers", __name__)
PAGE = 50


@page(
    ledgers,
    "/ledgers",
    N_("台账"),
    place="more",
    hint=N_("代购、代销、收寄、缴费、便民、购销各本台账：查看、打印、导出"),
)
def all_ledgers() -> ResponseReturnValue:
    return render_template("ledgers/all.html", ledgers=LEDGERS.values())


@page(ledgers, "/ledgers/<string:form>", N_("台账明细"))
def one_ledger(form: str) -> ResponseReturnValue:
    found = _ledger(form)
    asked, refused = _asked(found)
    if refused is not None and g.get("refused") is None:
        g.refused = refused
    with station().store.reading(snapshot=True) as db:
        after = _place(request.values.get("after", ""))
        seen, more = rows.page(db, found, asked, after=after, limit=PAGE)
        lines = lines_of(db, found, seen)
        summed = rows.totals(db, found, asked)
        people = staff.staff_list(db, with_left=True) if found.by else []
    return render_template(
        "ledgers/one.html", ledger=found, asked=asked, heads=heads(found), lines=lines, summed=summed, people=people,
        totals=[(column, shown(cell)) for column, cell in _totals(found, summed)], query=_query(asked),
        after="{}.{}".format(*more) if more else "", is_first=after is None,
        months=_months(),
    )  # fmt: skip


@part(ledgers, "/ledgers/<string:form>/paper")
def on_paper(form: str) -> ResponseReturnValue:
    """All rows of the filters as A4, for the wall folder: titles on each sheet, totals, places to sign."""
    found = _ledger(form)
    asked, refused = _asked(found)
    if refused is not None:
        raise refused
    with station().store.reading(snapshot=True) as db:
        summed = rows.totals(db, found, asked)
        if summed[rows.ROWS] > MOST_PRINTED:
            raise Refused(
                "ledger.too_many_on_paper", N_("这段日期有 {count} 行，一次最多打印 {most} 行；请把日期改短，或导出表格"),
                count=summed[rows.ROWS], most=MOST_PRINTED,
            )  # fmt: skip
        lines = lines_of(db, found, rows.every(db, found, asked))
        notes = export.notes(db, found, asked, in_full=False)
    return render_template(
        "ledgers/paper.html", ledger=found, notes=notes, heads=heads(found), lines=lines, count=summed[rows.ROWS],
        totals=[(column, shown(cell)) for column, cell in _totals(found, summed)],
        back=url_for("ledgers.one_ledger", form=found.form, **_query(asked)),
    )  # fmt: skip


@act(ledgers, "/ledgers/<string:form>/export", right=Right.READ)
def take_out(form: str) -> ResponseReturnValue:
    """Answers with the file; a refusal shows the ledger again with the reason."""
    found = _ledger(form)
    try:
        asked, refused = _asked(found)
        if refused is not None:
            raise refused
        return _file(found, asked)
    except Refused as error:
        g.refused = error
        return make_response(one_ledger(form), 403 if error.code == "staff.not_allowed" else 422)


def _file(found: Ledger, asked: Filters) -> Response:
    in_full = request.form.get("full") == "1"
    file_format = FileFormat.CSV if request.form.get("as") == "csv" else FileFormat.XLSX
    # Bare numbers stay in memory; what is masked may be long, and lies on the disk for the moment.
    folder = station().runtime.folder if in_full else station().store.state
    try:
        made = export.export(station().store, actor(), found, asked, file_format, folder, in_full=in_full)
    except Refused as error:
        if error.code == "staff.not_allowed":
            export.remember_denied(station().store, actor(), found)
        raise
    answer = send_file(made.file, made.media_type, as_attachment=True, download_name=made.name, max_age=None)
    answer.content_length = made.size
    answer.headers["Cache-Control"] = "no-store"
    return answer


def heads(found: Ledger) -> list[tuple[Column, list[Column]]]:
    """The columns side by side on a page, each with those that stand under it."""
    return [
        (column, [other for other in found.columns if other.under == column.name])
        for column in found.columns
        if not column.under
    ]


def lines_of(db: Reader, found: Ledger, seen: Any) -> list[dict[str, Any]]:
    """Rows as the templates show them: the text of every column, and the page of the case."""
    cells = Cells(db, found)
    return [
        {
            "key": row["key_"],
            "on": row["on_"],
            "href": row["place_"],
            "texts": {column.name: shown(cells.cell(column, row)) for column in found.columns},
        }
        for row in seen
    ]


def _totals(found: Ledger, summed: dict[str, int]) -> list[tuple[Column, Any]]:
    line = export.totals_line(found, summed)[1:]
    return [(column, cell) for column, cell in zip(found.columns, line, strict=True) if column.has_total]


def _ledger(form: str) -> Ledger:
    try:
        with station().store.reading() as db:
            return find(db, form)
    except Refused:
        abort(404)


def _asked(found: Ledger) -> tuple[Filters, Refused | None]:
    """The filters as they came, in the address or in the form; the month's, with the reason, when they can't be read."""
    today = clock.local_date(station().settings.station.zone)
    given = request.values
    try:
        asked = filters(
            found, today=today, month=given.get("month", ""), from_on=given.get("from", ""), to_on=given.get("to", ""),
            state=given.get("state", ""), operator_id=row_id(given.get("who", "")) or None, text=given.get("text", ""),
            tail=given.get("tail", ""),
        )  # fmt: skip
    except Refused as refused:
        return filters(found, today=today), refused
    return asked, None


def _place(text: str) -> tuple[str, int] | None:
    on, _, key = text.partition(".")
    return (on, row_id(key)) if row_id(key) and len(on) == 10 else None


def _months() -> list[str]:
    """This month and the one before, as a page offers them."""
    first = clock.local_date(station().settings.station.zone).replace(day=1)
    return [(first - timedelta(days=1)).strftime("%Y-%m"), first.strftime("%Y-%m")]


def _query(asked: Filters) -> dict[str, str]:
    """The filters as parameters of an address."""
    found = {
        "from": asked.from_on, "to": asked.to_on, "state": asked.state, "who": str(asked.operator_id or ""),
        "text": asked.text, "tail": asked.tail,
    }  # fmt: skip
    return {name: value for name, value in found.items() if value}
