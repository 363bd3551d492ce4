"""Pictures of what the county asks and is told: the compliance page and the reports."""

from __future__ import annotations

from datetime import date, timedelta

from playwright.sync_api import Page

from kiosk import clock
from kiosk.counter.freeze_period import freeze_period
from kiosk.reports import envelope, store
from kiosk.reports.periods import Period, half_year_of, span
from kiosk.storage import Actor, Store
from tests.web.shots import Shot, row

_DAILY = "SELECT MAX(id) FROM reports WHERE form = 'F1'"
_SPAN = "SELECT MAX(id) FROM reports WHERE form LIKE 'F1A:%'"


def _last_days(today: date) -> Period:
    return span(today - timedelta(days=12), today - timedelta(days=1))


def _freeze(station: Store, actor: Actor) -> None:
    """The demonstration's days as one report, frozen once."""
    envelope.be_ready(station.secrets)
    period = _last_days(clock.local_date(station.settings.station.zone))
    with station.transaction(actor) as tx:
        if store.latest_of(tx, period) is None:
            freeze_period(tx, period)


def _opened(page: Page) -> None:
    page.evaluate("() => document.querySelectorAll('details.measure').forEach(one => { one.open = true; })")


SHOTS: dict[str, tuple[Shot, ...]] = {
    "reports.all_reports": (
        Shot("/reports", "reports"),
        Shot("/reports?kind=month", "reports-month"),
        Shot("/reports?kind=ad_hoc", "reports-ad-hoc", before=_freeze),
    ),
    "reports.one_report": (
        Shot(row("/reports/{}", _DAILY), "report"),
        Shot(row("/reports/{}", _SPAN), "report-span", before=_freeze),
    ),
    "reports.so_far": (
        Shot(lambda db: f"/reports/periods/half_year/{half_year_of(clock.local_date()).code}", "report-so-far"),
    ),
    "reports.correction": (Shot(row("/reports/{}/correct", _DAILY), "report-correct"),),
    "compliance.all_measures": (
        Shot("/compliance", "compliance", sees=(".measures .value",)),
        Shot("/compliance", "compliance-evidence", then=_opened),
    ),
}
