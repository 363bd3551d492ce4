"""月度考核表 (F9): the county's monthly form with what the station knows already in it, on a page and on A4."""

from __future__ import annotations

from datetime import timedelta

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from kiosk import clock
from kiosk.assessment.monthly_form import BOXES, JUDGED, SIGNED_BY, TITLE, compose
from kiosk.assessment.monthly_form import monthly_form as filled
from kiosk.printing.pdf import render_pdf
from kiosk.reports.hours import read_month
from kiosk.words import N_, current_locale, use_locale
from web.routes import page, part
from web.station import station
from web.views.hours import asked_month
from web.views.reconciliation import as_pdf, register_links

monthly_form = Blueprint("monthly_form", __name__)


@page(
    monthly_form,
    "/monthly-form",
    N_("月度考核表"),
    place="more",
    hint=N_("县里每月考核用的表：本站的数已填好，打印给考核人填"),
)
def form() -> ResponseReturnValue:
    asked = asked_month()
    first, last = read_month(asked)
    with station().store.reading(snapshot=True) as db:
        found = filled(db, asked)
        links = register_links(db, "assessments")
    return render_template(
        "monthly_form/one.html", form=found, boxes=BOXES, judged=JUDGED, signed_by=SIGNED_BY, title=TITLE, links=links,
        before=(first - timedelta(days=1)).isoformat()[:7], after=(last + timedelta(days=1)).isoformat()[:7],
        is_latest=last >= clock.local_date(station().settings.station.zone),
    )  # fmt: skip


@part(monthly_form, "/monthly-form/<string:month>.pdf")
def paper(month: str) -> ResponseReturnValue:
    """The form on A4, in the station's language."""
    before = current_locale()
    use_locale(station().settings.station.locale)
    try:
        with station().store.reading(snapshot=True) as db:
            sheet = compose(db, filled(db, month))
    finally:
        use_locale(before)
    return as_pdf(render_pdf(sheet), f"F9-{month}")
