"""Reports of every period: the list with what became of each on its way to the county, one report as it was frozen or the
figures so far, freezing by hand, and the correction of a closed day as a numbered supplement."""

from __future__ import annotations

import json
from typing import Any

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from kiosk import clock, outbox
from kiosk.counter.correct_day import correct_day
from kiosk.counter.freeze_period import freeze_period
from kiosk.counter.print_report import print_report
from kiosk.people.rights import Right
from kiosk.reports import chart, due, envelope, store
from kiosk.reports.corrections import Change, RowChange
from kiosk.reports.files import head_of
from kiosk.reports.ledgers.cells import Cell, Fen, shown
from kiosk.reports.model import CORRECTION_WORDS, COUNT_COLUMNS, FIGURE_COLUMNS, PARCEL_COLUMNS, SERVICE_ROWS, row_name
from kiosk.reports.period import begins
from kiosk.reports.period_view import period_view, report_view_of
from kiosk.reports.period_words import SUM_WORDS
from kiosk.reports.periods import KIND_WORDS, REGULAR, Kind, Period, read_period
from kiosk.reports.queueing import message_of
from kiosk.reports.tables import missing_by_reason, tables_of
from kiosk.storage import Tx
from kiosk.words import N_
from web import acts, day_forms
from web.acts import Done
from web.routes import act, page, part
from web.row_ids import row_id
from web.station import station

reports = Blueprint("reports", __name__)
STATES = {
    "waiting": N_("等待上报"),
    "in_flight": N_("正在上报"),
    "acknowledged": N_("已确认"),
    "refused": N_("被退回"),
}
BADGES = {"waiting": "warn", "in_flight": "warn", "acknowledged": "ok", "refused": "problem"}
PAGE = 40
#: Dates that a plot shows one beside the other.
MOST_BARS = 200


@page(
    reports, "/reports", N_("报表"), place="more", hint=N_("日报、周报、月报、半年报：有没有报到县中心，回执号，打印和导出"),
)  # fmt: skip
def all_reports() -> ResponseReturnValue:
    asked = request.args.get("kind", "")
    kind = Kind(asked) if asked in set(Kind) else Kind.DAY
    now, before_id = clock.stamp(), row_id(request.args.get("before", "")) or 2**62
    with station().store.reading() as db:
        rows = store.list_reports(db, kind, PAGE + 1, before_id)
        found = [(report, json.loads(report.content), message_of(db, report)) for report in rows[:PAGE]]
        states = []
        if kind in REGULAR and before_id == 2**62:
            begun = begins(db)
            both = (due.previous(db, kind, now), due.current(db, kind, now))
            states = [one for one in both if begun is not None and begun <= one.period.last_on]
    return render_template(
        "reports/list.html", found=found, kind=kind, kinds=KIND_WORDS, states=STATES, badges=BADGES, standing=states,
        more=rows[PAGE - 1].id if len(rows) > PAGE else None, is_first=before_id == 2**62,
        is_sent=station().settings.county.road != "https" or bool(station().settings.county.address),
    )  # fmt: skip


@page(reports, "/reports/<int:report_id>", N_("报表详情"))
def one_report(report_id: int) -> ResponseReturnValue:
    with station().store.reading() as db:
        report = store.report(db, report_id)
        if report is None:
            abort(404)
        view, message = report_view_of(db, report), message_of(db, report)
        latest = store.latest_of(db, report.period) or report
    return _shown(view, report=report, message=message, latest=latest)


@page(reports, "/reports/periods/<string:kind>/<string:code>", N_("到现在的数字"))
def so_far(kind: str, code: str) -> ResponseReturnValue:
    """The figures of a period that is not frozen; a frozen one is shown as its latest report."""
    period = _period(kind, code)
    with station().store.reading(snapshot=True) as db:
        report = store.latest_of(db, period)
        if report is not None:
            return redirect(url_for("reports.one_report", report_id=report.id), 303)
        if period.kind == Kind.DAY:
            abort(404)
        view, state = period_view(db, period), due.state_of(db, period, clock.stamp())
    return _shown(view, state=state)


@part(reports, "/reports/ad-hoc")
def ad_hoc() -> ResponseReturnValue:
    """Leads to the figures of any span of dates."""
    code = f"{request.args.get('from', '').strip()}_{request.args.get('to', '').strip()}"
    if code == "_":
        return redirect(url_for("reports.all_reports", kind=Kind.AD_HOC), 303)
    return redirect(url_for("reports.so_far", kind=Kind.AD_HOC, code=code), 303)


@act(reports, "/reports/periods/<string:kind>/<string:code>/freeze", right=Right.CLOSE_DAY)
def freeze(kind: str, code: str) -> ResponseReturnValue:
    envelope.be_ready(station().store.secrets)
    period = _period(kind, code)

    def do(tx: Tx) -> Done:
        made = freeze_period(tx, period)
        facts = {"report_no": made.report.report_no}
        return Done(url_for("reports.one_report", report_id=made.report.id), N_("{report_no} 已定稿并等待上报"), facts)

    return acts.run(do)


@act(reports, "/reports/<int:report_id>/print", right=Right.CLOSE_DAY)
def print_slip(report_id: int) -> ResponseReturnValue:
    def do(tx: Tx) -> Done:
        slip_id, _ = print_report(tx, report_id)
        return Done(url_for("prints.one", slip_id=slip_id))

    return acts.run(do)


@page(reports, "/reports/<int:report_id>/correct", N_("更正日报"), right=Right.MANAGE)
def correction(report_id: int) -> ResponseReturnValue:
    with station().store.reading() as db:
        report = store.report(db, report_id)
        if report is None or report.kind != Kind.DAY:
            abort(404)
        latest = store.latest(db, report.business_on) or report
    content = json.loads(latest.content)
    return render_template(
        "reports/correct.html", report=report, latest=latest, content=content, row_name=row_name,
        parcel_columns=PARCEL_COLUMNS, count_columns=COUNT_COLUMNS, counts=content.get("counts") or {},
        reasons=CORRECTION_WORDS,
    )  # fmt: skip


@act(reports, "/reports/<int:report_id>/correct", right=Right.MANAGE)
def correct(report_id: int) -> ResponseReturnValue:
    envelope.be_ready(station().store.secrets)

    def do(tx: Tx) -> Done:
        report = store.report(tx, report_id)
        if report is None or report.kind != Kind.DAY:
            abort(404)
        made = correct_day(tx, report.business_on, _change())
        facts = {"report_no": made.report.report_no, "business_on": report.business_on}
        place = url_for("reports.one_report", report_id=made.report.id)
        return Done(place, N_("{business_on} 的更正 {report_no} 已定稿并等待上报"), facts)

    return acts.run(do, again=lambda: correction(report_id))


def _change() -> Change:
    rows = [
        RowChange(
            service, kind, day_forms.signed_count(f"count:{service}:{kind}"), day_forms.signed_fen(f"amount:{service}:{kind}"),
            day_forms.signed_fen(f"commission:{service}:{kind}"), day_forms.signed_fen(f"fee:{service}:{kind}"),
        )
        for service, kind in SERVICE_ROWS
    ]  # fmt: skip
    parcels = {name: day_forms.signed_count(f"parcels:{name}") for name in FIGURE_COLUMNS}
    return Change(request.form.get("reason", ""), request.form.get("voucher", ""), rows, parcels)


@act(reports, "/messages/<int:message_id>/release", right=Right.MANAGE)
def send_again(message_id: int) -> ResponseReturnValue:
    def do(tx: Tx) -> Done:
        outbox.release(tx, message_id)
        return Done(url_for("reports.all_reports"), N_("已重新排队上报"))

    return acts.run(do)


def _shown(view: dict[str, Any], **more: Any) -> ResponseReturnValue:
    """A report's page: its plots and tables, and what can be done with it."""
    services = sorted(
        ((row["name"], row["txn_count"], str(row["txn_count"])) for row in view["rows"] if row["txn_count"] > 0),
        key=lambda line: -line[1],
    )  # fmt: skip
    amounts = chart.every_date({str(on): amount_fen for on, _count, amount_fen, _income in view["by_day"]}, MOST_BARS)
    defaults: dict[str, Any] = {"report": None, "message": None, "latest": None, "state": None}
    return render_template(
        "reports/one.html", view=view, head=head_of(view), missing=missing_by_reason(view), tables={table.name: table for table in tables_of(view)}, states=STATES, badges=BADGES,
        by_day=chart.bars(amounts) if len(amounts) > 1 and any(fen for _, fen in amounts) else None,
        by_service=chart.lines(services) if len(services) > 1 else None, text=_text, sums=SUM_WORDS,
        **defaults | more,
    )  # fmt: skip


def _text(cell: Cell) -> str:
    """A cell of a table as the page shows it; its head says already that it is yuan."""
    return str(cell) if isinstance(cell, Fen) else shown(cell)


def _period(kind: str, code: str) -> Period:
    if kind not in set(Kind):
        abort(404)
    return read_period(kind, code)
