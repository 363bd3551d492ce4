"""The compliance clock (domain.md §5.6): every measure by its name, in the order in which pages list them, for what is known
without a county's profile. A profile that scores them asks here and counts nothing itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from kiosk.assessment import opening, registered, reported, trade, waiting
from kiosk.assessment.model import Measure, Moment
from kiosk.storage import Reader
from kiosk.words import N_

Ask = Callable[[Reader, Moment], Measure]

#: What an inspector asks about, and the measures under it.
SECTIONS: Mapping[str, tuple[Ask, ...]] = {
    N_("营业"): (opening.hours_today, opening.days_this_week, reported.days_unexplained),
    N_("上报"): (
        reported.daily_report, reported.earlier_reports, reported.weekly_report, reported.monthly_report,
    ),
    N_("业务量"): (trade.month_turnover, trade.half_year_count),
    N_("投诉和登记簿"): (
        registered.complaints_open, registered.other_clocks, registered.inspections_this_month,
        registered.posts_this_month, registered.trainings_this_half_year, registered.assets_with_open_repair,
    ),
    N_("快件和货品"): (
        waiting.parcels_overdue, waiting.parcels_not_told, waiting.parcels_not_agreed, waiting.stocktake_this_month,
    ),
}  # fmt: skip
MEASURES: Mapping[str, Ask] = {ask.__name__: ask for asks in SECTIONS.values() for ask in asks}
#: What the first page shows each time it is opened: only what is read by an index in a fraction of a millisecond, and
#: nothing that stands there already.
AT_A_GLANCE: tuple[Ask, ...] = (
    opening.hours_today, opening.days_this_week, reported.daily_report, reported.weekly_report,
    reported.monthly_report, registered.complaints_open, registered.other_clocks, waiting.parcels_overdue, waiting.stocktake_this_month,
)  # fmt: skip


def measure(db: Reader, name: str, now: str | None = None) -> Measure:
    """The measure of this name. KeyError for a name that is none."""
    return MEASURES[name](db, Moment.of(db, now))


def by_section(db: Reader, now: str | None = None) -> dict[str, list[Measure]]:
    """Every measure under the marked name of its section."""
    moment = Moment.of(db, now)
    return {section: [ask(db, moment) for ask in asks] for section, asks in SECTIONS.items()}


def at_a_glance(db: Reader, now: str | None = None) -> list[Measure]:
    """The measures of the first page."""
    moment = Moment.of(db, now)
    return [ask(db, moment) for ask in AT_A_GLANCE]
