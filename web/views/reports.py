"""Daily reports: the list with what became of each on its way to the county, and one report as it was frozen."""

from __future__ import annotations

import json

from flask import Blueprint, abort, render_template, url_for
from flask.typing import ResponseReturnValue

from kiosk import outbox
from kiosk.people.rights import Right
from kiosk.reports import store
from kiosk.reports.model import COUNTING_WORDS, PARCEL_COLUMNS, SUBJECT, row_name
from kiosk.storage import Tx
from kiosk.words import N_
from web import acts
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
        found = [(report, json.loads(report.content), _message(db, report.id)) for report in store.reports(db)]
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
        messages = outbox.of_subject(db, SUBJECT, report_id)
    return render_template(
        "reports/one.html", report=report, content=json.loads(report.content), messages=messages, states=STATES,
        badges=BADGES, row_name=row_name, parcel_columns=PARCEL_COLUMNS, counting_words=COUNTING_WORDS,
        county=station().settings.county.address,
    )  # fmt: skip


@act(reports, "/messages/<int:message_id>/release", right=Right.MANAGE)
def send_again(message_id: int) -> ResponseReturnValue:
    def do(tx: Tx) -> Done:
        outbox.release(tx, message_id)
        return Done(url_for("reports.all_reports"), N_("已重新排队上报"))

    return acts.run(do)


def _message(db, report_id: int) -> outbox.Message | None:  # type: ignore[no-untyped-def]
    found = outbox.of_subject(db, SUBJECT, report_id)
    return found[-1] if found else None
