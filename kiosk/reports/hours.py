"""When the station was open, from the acts themselves: days opened and closed, and, where a day was closed late or opened
the evening before, its first and last business on its own date. Nothing is typed in; closings explain the rest."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from kiosk import clock, shifts
from kiosk.errors import Refused
from kiosk.shifts import Day
from kiosk.shifts.closings import Closing, standing_between
from kiosk.storage import Reader
from kiosk.words import N_

_MONTH = re.compile(r"(20\d\d)-(0[1-9]|1[0-2])", re.ASCII)


@dataclass(frozen=True, slots=True)
class OpenHours:
    """One calendar date. ``from_time`` and ``to_time`` are the station's clock, None when it was not open; ``minutes``
    are those between them less the hours of a closing."""

    on: str
    from_time: str | None
    to_time: str | None
    minutes: int
    is_open_now: bool
    is_closed_late: bool
    is_long_enough: bool
    keeps_hours: bool  # open by the hour and until the hour that the county sets
    closings: tuple[Closing, ...]
    is_excused: bool  # a closing covers the whole day

    @property
    def was_open(self) -> bool:
        """True for a date with business."""
        return self.from_time is not None


@dataclass(frozen=True, slots=True)
class Week:
    """One week, Monday to Sunday, as far as it has passed: days open, and days with a closing for all of them."""

    from_on: str
    to_on: str
    days_open: int
    days_excused: int
    is_over: bool
    is_enough: bool


@dataclass(frozen=True, slots=True)
class MonthOfHours:
    """The opening hours of a month up to today, and the weeks that end in it."""

    month: str
    days: tuple[OpenHours, ...]
    weeks: tuple[Week, ...]
    days_open: int
    minutes: int
    days_long_enough: int
    days_unexplained: int


def month_of(db: Reader, month: str, now: str) -> MonthOfHours:
    """The hours of a month (``2026-11``). Raises ``Refused('hours.month_wrong')``."""
    first, last = read_month(month)
    today = clock.local_date(db.settings.station.zone, clock.read(now))
    begins = _first_business(db)
    monday = first - timedelta(days=first.weekday())
    all_days = between(db, monday, min(last, today), now)
    shown = [day for day in all_days if day.on >= first.isoformat() and begins and day.on >= begins]
    weeks = []
    while monday <= last:
        sunday = monday + timedelta(days=6)
        if first <= sunday <= last and monday <= today and begins is not None and sunday.isoformat() >= begins:
            weeks.append(_week(db, monday, sunday, today, all_days))
        monday += timedelta(days=7)
    return MonthOfHours(
        month, tuple(shown), tuple(weeks), sum(day.was_open for day in shown), sum(day.minutes for day in shown),
        sum(day.is_long_enough for day in shown),
        sum(not day.was_open and not day.is_excused and day.on < today.isoformat() for day in shown),
    )  # fmt: skip


def read_month(month: str) -> tuple[date, date]:
    """The first and the last day of a month (``2026-11``). Raises ``Refused('hours.month_wrong')``."""
    found = _MONTH.fullmatch(month)
    if found is None:
        raise Refused("hours.month_wrong", N_("月份应写成 2026-11 这样"))
    first = date(int(found[1]), int(found[2]), 1)
    return first, _next_month(first) - timedelta(days=1)


def between(db: Reader, first: date, last: date, now: str) -> list[OpenHours]:
    """The hours of every date of a span, oldest first."""
    if last < first:
        return []
    days = {day.business_on: day for day in shifts.days_between(db, first.isoformat(), last.isoformat())}
    closings = standing_between(db, first.isoformat(), last.isoformat())
    found = []
    for number in range((last - first).days + 1):
        on = first + timedelta(days=number)
        told = tuple(one for one in closings if one.from_on <= on.isoformat() <= one.to_on)
        found.append(_of_date(db, on, days.get(on.isoformat()), told, now))
    return found


def today_so_far(db: Reader, now: str) -> OpenHours:
    """The hours of today's calendar date, for the compliance clock."""
    today = clock.local_date(db.settings.station.zone, clock.read(now))
    return between(db, today, today, now)[0]


def _of_date(db: Reader, on: date, day: Day | None, closings: tuple[Closing, ...], now: str) -> OpenHours:
    rules, zone = db.settings.hours, clock.zone(db.settings.station.zone)
    is_excused = any(one.from_time is None for one in closings)
    midnight = datetime.combine(on, time(), zone)
    span = _span(db, day, midnight, now) if day is not None else None
    if span is None or day is None:
        return OpenHours(on.isoformat(), None, None, 0, False, False, False, False, closings, is_excused)
    begins, ends = span
    minutes = int((ends - begins).total_seconds() // 60) - sum(
        _overlap(begins, ends, datetime.combine(on, time.fromisoformat(one.from_time), zone),
                 datetime.combine(on, time.fromisoformat(one.to_time), zone))
        for one in closings if one.from_time is not None and one.to_time is not None
    )  # fmt: skip
    from_time, to_time = f"{begins.astimezone(zone):%H:%M}", f"{ends.astimezone(zone):%H:%M}"
    return OpenHours(
        on.isoformat(), from_time, to_time, max(minutes, 0), day.state == "open" and _is_within(now, midnight),
        day.is_closed_late, minutes >= rules.least_hours * 60,
        from_time <= _padded(rules.open_from) and to_time >= _padded(rules.open_to), closings, is_excused,
    )  # fmt: skip


def _span(db: Reader, day: Day, midnight: datetime, now: str) -> tuple[datetime, datetime] | None:
    """From when to when a day was open on its own date; None when nothing happened on it."""
    opens_here = _is_within(day.opened_at, midnight)
    is_known = day.closed_at is not None and _is_within(day.closed_at, midnight)
    is_running = day.state == "open" and _is_within(now, midnight)
    # The acts of a day are read only where its own hours don't say it: a day of a thousand parcels has many.
    first, last = (None, None) if opens_here and (is_known or is_running) else _acts(db, day.business_on, midnight)
    begins = clock.read(day.opened_at) if opens_here else first
    if is_known and day.closed_at is not None:
        ends: datetime | None = clock.read(day.closed_at)
    elif is_running:
        ends = clock.read(now)
    else:  # closed late, or not yet: open as long as business was done
        ends = last or begins
    return (begins, ends) if begins is not None and ends is not None and begins <= ends else None


def _acts(db: Reader, business_on: str, midnight: datetime) -> tuple[datetime | None, datetime | None]:
    """The first and last business of a business date that was done on its calendar date."""
    low, high = clock.stamp(midnight), clock.stamp(midnight + timedelta(days=1))
    row = db.one(
        "SELECT MIN(at), MAX(at) FROM (SELECT at FROM entries WHERE business_on = :on AND kind <> 'over_short'"
        " UNION ALL SELECT at FROM parcel_events WHERE business_on = :on"
        " UNION ALL SELECT settled_at FROM tickets WHERE settled_on = :on) WHERE at >= :low AND at < :high",
        on=business_on,
        low=low,
        high=high,
    )
    assert row is not None  # noqa: S101 - an aggregate always has a row
    return (clock.read(row[0]), clock.read(row[1])) if row[0] else (None, None)


def _week(db: Reader, monday: date, sunday: date, today: date, days: list[OpenHours]) -> Week:
    inside = [day for day in days if monday.isoformat() <= day.on <= sunday.isoformat()]
    opened = sum(day.was_open for day in inside)
    excused = sum(day.is_excused and not day.was_open for day in inside)
    least = db.settings.hours.least_days_per_week
    return Week(monday.isoformat(), sunday.isoformat(), opened, excused, sunday < today, opened >= least)


def _first_business(db: Reader) -> str | None:
    return db.value("SELECT business_on FROM business_days ORDER BY id LIMIT 1")


def _is_within(at: str, midnight: datetime) -> bool:
    return midnight <= clock.read(at) < midnight + timedelta(days=1)


def _overlap(a: datetime, b: datetime, c: datetime, d: datetime) -> int:
    return max(0, int((min(b, d) - max(a, c)).total_seconds() // 60))


def _padded(text: str) -> str:
    return text.rjust(5, "0")


def _next_month(first: date) -> date:
    return date(first.year + first.month // 12, first.month % 12 + 1, 1)
