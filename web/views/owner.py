"""The owner's own view of a month: takings, income, what is owed and by whom, differences; a trend drawn by the server."""

from __future__ import annotations

from datetime import timedelta

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from kiosk import clock
from kiosk.ledger import Account
from kiosk.people.rights import Right
from kiosk.reports import chart
from kiosk.reports import owner as figures
from kiosk.reports.hours import read_month
from kiosk.reports.owner_words import ACCOUNT_WORDS, SERVICE_WORDS, party_words
from kiosk.till.payments import METHOD_WORDS
from kiosk.words import N_
from web.routes import page
from web.station import station
from web.views.hours import asked_month

owner = Blueprint("owner", __name__)


@page(
    owner,
    "/owner",
    N_("经营情况"),
    right=Right.MANAGE,
    place="more",
    hint=N_("每月收款、收入、欠款、长短款，只有站长能看"),
)
def month() -> ResponseReturnValue:
    shown = asked_month()
    first, last = read_month(shown)
    with station().store.reading(snapshot=True) as db:
        found = figures.month_of(db, shown)
        parties = {
            party: party_words(db, party) for party, _ in found.owed_to_consignors + found.owed_to_carriers
        }  # fmt: skip
    return render_template(
        "owner/month.html", month=found, days=chart.bars([(point.label, point.takings_fen) for point in found.by_day]),
        months=chart.bars([(point.label, point.takings_fen) for point in found.by_month]), method_words=METHOD_WORDS,
        account_words=ACCOUNT_WORDS, service_words=SERVICE_WORDS, parties=parties,
        before=(first - timedelta(days=1)).isoformat()[:7], after=(last + timedelta(days=1)).isoformat()[:7],
        is_latest=last >= clock.local_date(station().settings.station.zone), over_short=Account.OVER_SHORT.value,
    )  # fmt: skip
