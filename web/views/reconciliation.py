"""对账: a month with each carrier, our figures beside the carrier's sheet, and the sheet on paper. What the carrier says, its
fines and the fees agreed are entered in their registers; nothing is entered here."""

from __future__ import annotations

from datetime import timedelta

from flask import Blueprint, Response, render_template, url_for
from flask.typing import ResponseReturnValue

from kiosk import clock, registers
from kiosk.codes import carriers
from kiosk.people.rights import Right
from kiosk.printing.pdf import render_pdf
from kiosk.reports.hours import read_month
from kiosk.reports.reconciliation import COLUMNS, FINES, STATEMENTS, TERMS, reconcile, reconcile_one
from kiosk.reports.reconciliation_sheet import NET, STATE_WORDS, compose
from kiosk.storage import Reader
from kiosk.words import N_, current_locale, use_locale
from web.routes import page, part
from web.station import station
from web.views.hours import asked_month

reconciliation = Blueprint("reconciliation", __name__)
REGISTERS = (TERMS, FINES, STATEMENTS)


@page(
    reconciliation,
    "/reconciliation",
    N_("快递对账"),
    right=Right.READ,
    place="more",
    hint=N_("每家快递每月：派费、运费、代收款、罚款，和快递公司的单子对"),
)
def month() -> ResponseReturnValue:
    asked = asked_month()
    first, last = read_month(asked)
    with station().store.reading(snapshot=True) as db:
        found = reconcile(db, asked)
        links = register_links(db, *REGISTERS)
    return render_template(
        "reconciliation/month.html", month=asked, found=found, columns=COLUMNS, net=NET, state_words=STATE_WORDS,
        before=(first - timedelta(days=1)).isoformat()[:7], after=(last + timedelta(days=1)).isoformat()[:7],
        is_latest=last >= clock.local_date(station().settings.station.zone), links=links,
        names={one.carrier: carriers.find(one.carrier).name() for one in found},
        papers={one.carrier: url_for("reconciliation.paper", month=asked, carrier=one.carrier) for one in found},
    )  # fmt: skip


@part(reconciliation, "/reconciliation/<string:month>/<string:carrier>.pdf")
def paper(month: str, carrier: str) -> ResponseReturnValue:
    """The 对账单 of one carrier on A4, in the station's language."""
    before = current_locale()
    use_locale(station().settings.station.locale)
    try:
        with station().store.reading(snapshot=True) as db:
            sheet = compose(db, reconcile_one(db, month, carrier))
    finally:
        use_locale(before)
    return as_pdf(render_pdf(sheet), sheet.number)


def register_links(db: Reader, *codes: str) -> list[dict[str, str]]:
    """Name and address of the registers of these codes that the station keeps."""
    kept = registers.registers(db)
    return [{"title": kept[code].title(), "href": f"/registers/{code}"} for code in codes if code in kept]


def as_pdf(content: bytes, name: str) -> Response:
    """A PDF to be looked at; kept by no cache."""
    headers = {"Cache-Control": "no-store", "Content-Disposition": f'inline; filename="{name}.pdf"'}
    return Response(content, mimetype="application/pdf", headers=headers)
