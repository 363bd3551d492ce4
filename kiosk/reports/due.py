"""Which reports are due, and which may be frozen now. A period is ready as soon as none of its days is open and its last date
is over or closed; with a day that is still open it waits until the morning of the date by which the county wants it, and is
then frozen with that day listed as missing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from kiosk import clock, shifts
from kiosk.reports import store
from kiosk.reports.model import DAILY, Report
from kiosk.reports.periods import REGULAR, Kind, Period, due_on, following, holding
from kiosk.storage import Reader

#: Corrections are often made right after the close: the week's report waits for them so long.
SETTLES = timedelta(minutes=15)
#: Older periods are frozen by hand only: a clock that jumps years ahead must not write hundreds of reports.
REACHES = timedelta(days=400)
#: A station that was shut for longer than this has no reports of nothing to give by itself.
SHUT = timedelta(days=92)


@dataclass(frozen=True, slots=True)
class PeriodState:
    """How a period's report stands. ``days_left`` until it is due (negative: too late), ``open_on`` its days that are not
    closed; ``is_over`` when no more business can be dated into it."""

    period: Period
    due_on: date | None
    report: Report | None
    is_over: bool
    is_ready: bool
    days_left: int | None
    open_on: tuple[str, ...]

    @property
    def is_frozen(self) -> bool:
        """True once there is a report."""
        return self.report is not None

    @property
    def is_late(self) -> bool:
        """True for one that is due and not there."""
        return self.report is None and self.days_left is not None and self.days_left < 0


def state_of(db: Reader, period: Period, now: str) -> PeriodState:
    """How a period's report stands at an instant."""
    today = _today(db, now)
    due = due_on(db.settings, period)
    report = store.latest_of(db, period)
    days = shifts.days_between(db, period.first_on, period.last_on)
    open_on = tuple(day.business_on for day in days if day.state == "open")
    last = days[-1] if days else None
    last_is_closed = last is not None and last.business_on == period.last_on and last.state == "closed"
    is_over = today.isoformat() > period.last_on or last_is_closed
    if open_on:
        is_ready = is_over and due is not None and today >= due
    else:
        settled = last is None or last.closed_at is None or clock.read(last.closed_at) + SETTLES <= clock.read(now)
        is_ready = is_over and settled
    left = (due - today).days if due else None
    return PeriodState(period, due, report, is_over, is_ready and report is None, left, open_on)


def waiting(db: Reader, now: str) -> list[Period]:
    """The weeks, months and half-years whose reports can be frozen now and are not, the oldest first.

    From the first day on whose report is of this version; days that an older one closed are summed by hand only.
    """
    today = _today(db, now)
    low, high = (today - REACHES).isoformat(), (today + timedelta(days=1)).isoformat()
    first = _first_of_this_version(db, low, high)
    if first is None:
        return []
    found = []
    for kind in REGULAR:
        period = holding(kind, date.fromisoformat(first))
        frozen = {
            row[0]
            for row in db.all(
                "SELECT business_on FROM reports WHERE form = ? AND business_on >= ?", period.form, period.last_on
            )
        }
        while period.first_on <= today.isoformat():
            is_wanted = period.last_on not in frozen and period.last_on <= high and _was_in_business(db, period)
            if is_wanted and state_of(db, period, now).is_ready:
                found.append(period)
            period = following(period)
    return sorted(found, key=lambda period: (period.last_on, period.first_on))


def current(db: Reader, kind: Kind, now: str) -> PeriodState:
    """How the period that holds today stands."""
    return state_of(db, holding(kind, _today(db, now)), now)


def previous(db: Reader, kind: Kind, now: str) -> PeriodState:
    """How the one before that stands: the report that is due next, or has just been."""
    first = date.fromisoformat(holding(kind, _today(db, now)).first_on)
    return state_of(db, holding(kind, first - timedelta(days=1)), now)


def this_week(db: Reader, now: str) -> PeriodState:
    """The week that runs."""
    return current(db, Kind.WEEK, now)


def last_month(db: Reader, now: str) -> PeriodState:
    """The month whose report is due on the 5th of this one."""
    return previous(db, Kind.MONTH, now)


def _first_of_this_version(db: Reader, low: str, high: str) -> str | None:
    """The first date whose report is of this version."""
    return db.value(
        "SELECT business_on FROM reports WHERE form = ? AND business_on BETWEEN ? AND ? AND revision = 0"
        " AND json_extract(content, '$.format') >= 2 ORDER BY business_on LIMIT 1",
        DAILY, low, high,
    )  # fmt: skip


def _was_in_business(db: Reader, period: Period) -> bool:
    """Whether the station opened in the period, or not long before it: also after it was shut for long and opened again,
    the weeks between have nothing to tell."""
    since = (date.fromisoformat(period.first_on) - SHUT).isoformat()
    return bool(
        db.value("SELECT 1 FROM business_days WHERE business_on BETWEEN ? AND ? LIMIT 1", since, period.last_on)
    )


def _today(db: Reader, now: str) -> date:
    return clock.local_date(db.settings.station.zone, clock.read(now))
