"""Daily reports: the list with what became of each on its way to the county, one report as it was frozen, and the
correction of a closed day as a numbered supplement."""

from __future__ import annotations

import json

from flask import Blueprint, abort, render_template, request, url_for
from flask.typing import ResponseReturnValue

from kiosk import outbox
from kiosk.counter.correct_day import correct_day
from kiosk.people.rights import Right
from kiosk.reports import envelope, store
from kiosk.reports.corrections import Change, RowChange
from kiosk.reports.daily import message_of
from kiosk.reports.model import CORRECTION_WORDS, COUNTING_WORDS, PARCEL_COLUMNS, SERVICE_ROWS, row_name
from kiosk.shifts.closings import CLOSING_WORDS
from kiosk.storage import Tx
from kiosk.words import N_
from web import acts, day_forms
from web.acts import Done
from web.routes import act, page
from web.station import station

reports = Blueprint("reports", __name__)
STATES = {
    "waiting": N_("等待上报"),
    "in_flight": N_("正在上报"),
    "acknowledged": N_("已确认"),
    "refused": N_("被退回"),
}
BADGES = {"waiting": "warn", "in_flight": "warn", "acknowledged": "ok", "refused": "problem"}


@page(reports, "/reports", N_("日报"), place="more", hint=N_("每天的日报，有没有报到县中心，回执号"))
def all_reports() -> ResponseReturnValue:
    with station().store.reading() as db:
        found = [(report, json.loads(report.content), message_of(db, report)) for report in store.reports(db)]
        sent = outbox.summary(db)
    return render_template(
        "reports/list.html", found=found, sent=sent, states=STATES, badges=BADGES,
        county=station().settings.county.address,
    )  # fmt: skip


@page(reports, "/reports/<int:report_id>", N_("日报详情"))
def one_report(report_id: int) -> ResponseReturnValue:
    with station().store.reading() as db:
        report = store.report(db, report_id)
        if report is None:
            abort(404)
        message = message_of(db, report)
        others = store.of_date(db, report.business_on)
    return render_template(
        "reports/one.html", report=report, content=json.loads(report.content), message=message, states=STATES,
        badges=BADGES, row_name=row_name, parcel_columns=PARCEL_COLUMNS, counting_words=COUNTING_WORDS,
        county=station().settings.county.address, others=others, correction_words=CORRECTION_WORDS,
        closing_words=CLOSING_WORDS,
    )  # fmt: skip


@page(reports, "/reports/<int:report_id>/correct", N_("更正日报"), right=Right.MANAGE)
def correction(report_id: int) -> ResponseReturnValue:
    with station().store.reading() as db:
        report = store.report(db, report_id)
        if report is None:
            abort(404)
        latest = store.latest(db, report.business_on) or report
    return render_template(
        "reports/correct.html", report=report, latest=latest, content=json.loads(latest.content), row_name=row_name,
        parcel_columns=PARCEL_COLUMNS, reasons=CORRECTION_WORDS,
    )  # fmt: skip


@act(reports, "/reports/<int:report_id>/correct", right=Right.MANAGE)
def correct(report_id: int) -> ResponseReturnValue:
    envelope.be_ready(station().store.secrets)

    def do(tx: Tx) -> Done:
        report = store.report(tx, report_id)
        if report is None:
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
    parcels = {name: day_forms.signed_count(f"parcels:{name}") for name in PARCEL_COLUMNS}
    return Change(request.form.get("reason", ""), request.form.get("voucher", ""), rows, parcels)


@act(reports, "/messages/<int:message_id>/release", right=Right.MANAGE)
def send_again(message_id: int) -> ResponseReturnValue:
    def do(tx: Tx) -> Done:
        outbox.release(tx, message_id)
        return Done(url_for("reports.all_reports"), N_("已重新排队上报"))

    return acts.run(do)
