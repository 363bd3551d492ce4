"""A report as something to take along: A4 form, workbook, CSV, the exact bytes that were frozen and go to the county, and the
signed envelope in which they go. No report names a person, so none of these is recorded as a look at one."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, abort, request
from flask.typing import ResponseReturnValue

from kiosk.printing.pdf import render_pdf
from kiosk.reports import files, store
from kiosk.reports.period_view import period_view, report_view_of
from kiosk.reports.periods import read_period
from kiosk.reports.queueing import message_of
from kiosk.reports.sheets import report_sheet
from web.routes import part
from web.station import station

report_files = Blueprint("report_files", __name__)
_ENDINGS = ("pdf", "xlsx", "csv")


@part(report_files, "/reports/<int:report_id>/file.<string:ending>")
def taken(report_id: int, ending: str) -> ResponseReturnValue:
    """A frozen report as ``pdf``, ``xlsx`` or ``csv``, in the station's language as all its paper."""
    with station().store.reading() as db:
        report = store.report(db, report_id)
        if report is None or ending not in _ENDINGS:
            abort(404)
        view = report_view_of(db, report, _locale())
    return _made(view, ending)


@part(report_files, "/reports/periods/<string:kind>/<string:code>/file.<string:ending>")
def taken_so_far(kind: str, code: str, ending: str) -> ResponseReturnValue:
    """The figures so far, marked as not frozen."""
    with station().store.reading(snapshot=True) as db:
        if ending not in _ENDINGS:
            abort(404)
        view = period_view(db, read_period(kind, code), _locale())
    if view is None:
        abort(404)
    return _made(view, ending)


@part(report_files, "/reports/<int:report_id>/content.json")
def content(report_id: int) -> ResponseReturnValue:
    """The report exactly as it was frozen: SHA-256 of these bytes is its hash."""
    with station().store.reading() as db:
        report = store.report(db, report_id)
    if report is None:
        abort(404)
    answer = _file(report.content.encode("utf-8"), f"{report.report_no}.json", "application/json", is_file=True)
    answer.set_etag(report.hash)
    return answer


@part(report_files, "/reports/<int:report_id>/envelope.jws")
def envelope(report_id: int) -> ResponseReturnValue:
    """The signed envelope that goes to the county, byte for byte."""
    with station().store.reading() as db:
        report = store.report(db, report_id)
        message = message_of(db, report) if report is not None else None
    if report is None or message is None:
        abort(404)
    return _file(message.envelope.encode("ascii"), f"{report.report_no}.jws", "application/jose", is_file=True)


def _made(view: dict[str, Any], ending: str) -> Response:
    name = files.name_of(view, ending)
    match ending:
        case "xlsx":
            return _file(files.workbook(view, _locale()), name, files.XLSX, is_file=True)
        case "csv":
            return _file(files.comma(view, _locale()), name, "text/csv; charset=utf-8", is_file=True)
    made = render_pdf(report_sheet(view, _locale()))
    return _file(made, name, "application/pdf", is_file=request.args.get("as") == "file")


def _file(body: bytes, name: str, media_type: str, *, is_file: bool) -> Response:
    how = "attachment" if is_file else "inline"
    headers = {"Cache-Control": "no-store", "Content-Disposition": f'{how}; filename="{name}"'}
    return Response(body, content_type=media_type, headers=headers)


def _locale() -> str:
    return station().settings.station.locale
