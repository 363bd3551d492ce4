"""The spans of dates that a report is about: a day, a week from Monday to Sunday, a month, a half-year, any other span. Pure
arithmetic; a span is written in one way in addresses and papers, and in one way in the column ``reports.form``."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from kiosk.errors import Refused
from kiosk.settings import Settings
from kiosk.words import N_, say

DAILY = "F1"
LONGEST_DAYS = 366


class Kind(StrEnum):
    """How long a report reaches."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    HALF_YEAR = "half_year"
    AD_HOC = "ad_hoc"


KIND_WORDS: Mapping[Kind, str] = {
    Kind.DAY: N_("日报"),
    Kind.WEEK: N_("周报"),
    Kind.MONTH: N_("月报"),
    Kind.HALF_YEAR: N_("半年报"),
    Kind.AD_HOC: N_("临时报表"),
}
#: Those that come round by themselves.
REGULAR = (Kind.WEEK, Kind.MONTH, Kind.HALF_YEAR)
_FORMS: Mapping[Kind, str] = {
    Kind.DAY: DAILY, Kind.WEEK: "F1W", Kind.MONTH: "F1M", Kind.HALF_YEAR: "F1H", Kind.AD_HOC: "F1A",
}  # fmt: skip
_LETTERS: Mapping[Kind, str] = {
    Kind.DAY: "F", Kind.WEEK: "FW", Kind.MONTH: "FM", Kind.HALF_YEAR: "FH", Kind.AD_HOC: "FA",
}  # fmt: skip
_WEEK = re.compile(r"(20\d\d)-W(0[1-9]|[1-4]\d|5[0-3])", re.ASCII)
_MONTH = re.compile(r"(20\d\d)-(0[1-9]|1[0-2])", re.ASCII)
_HALF = re.compile(r"(20\d\d)-H([12])", re.ASCII)
_DAY = re.compile(r"20\d\d-\d\d-\d\d", re.ASCII)


@dataclass(frozen=True, slots=True)
class Period:
    """The dates from ``first_on`` to ``last_on``, both within."""

    kind: Kind
    first_on: str
    last_on: str

    @property
    def form(self) -> str:
        """As in the column ``reports.form``; an ad hoc one says where it begins, since many may end on one date."""
        form = _FORMS[self.kind]
        return f"{form}:{self.first_on}" if self.kind == Kind.AD_HOC else form

    @property
    def content_form(self) -> str:
        """As inside the report."""
        return _FORMS[self.kind]

    @property
    def letter(self) -> str:
        """With which its document numbers begin."""
        return _LETTERS[self.kind]

    @property
    def code(self) -> str:
        """As in addresses: ``2026-11-22``, ``2026-W47``, ``2026-11``, ``2026-H2``, ``2026-11-01_2026-11-15``."""
        first = date.fromisoformat(self.first_on)
        match self.kind:
            case Kind.DAY:
                return self.first_on
            case Kind.WEEK:
                year, week, _ = first.isocalendar()
                return f"{year}-W{week:02d}"
            case Kind.MONTH:
                return self.first_on[:7]
            case Kind.HALF_YEAR:
                return f"{first.year}-H{1 if first.month == 1 else 2}"
        return f"{self.first_on}_{self.last_on}"

    def name(self, locale: str | None = None) -> str:
        """As people read it."""
        first = date.fromisoformat(self.first_on)
        match self.kind:
            case Kind.DAY:
                return self.first_on
            case Kind.WEEK:
                year, week, _ = first.isocalendar()
                return say(
                    N_("{year} 年第 {week} 周（{first} 至 {last}）"), locale, year=year, week=week,
                    first=self.first_on[5:], last=self.last_on[5:],
                )  # fmt: skip
            case Kind.MONTH:
                return say(N_("{year} 年 {month} 月"), locale, year=first.year, month=first.month)
            case Kind.HALF_YEAR:
                words = N_("{year} 年上半年") if first.month == 1 else N_("{year} 年下半年")
                return say(words, locale, year=first.year)
        return say(N_("{first} 至 {last}"), locale, first=self.first_on, last=self.last_on)

    def dates(self) -> Iterator[str]:
        """Every date, the first one first."""
        first = date.fromisoformat(self.first_on)
        for number in range((date.fromisoformat(self.last_on) - first).days + 1):
            yield (first + timedelta(days=number)).isoformat()

    def holds(self, on: str) -> bool:
        """True for a date within."""
        return self.first_on <= on <= self.last_on


def day_of(on: date) -> Period:
    """One date."""
    return Period(Kind.DAY, on.isoformat(), on.isoformat())


def week_of(on: date) -> Period:
    """The week, Monday to Sunday, that holds a date."""
    monday = on - timedelta(days=on.weekday())
    return Period(Kind.WEEK, monday.isoformat(), (monday + timedelta(days=6)).isoformat())


def month_of(on: date) -> Period:
    """The month that holds a date."""
    return Period(Kind.MONTH, on.replace(day=1).isoformat(), _last_of_month(on).isoformat())


def half_year_of(on: date) -> Period:
    """January to June or July to December."""
    if on.month <= 6:
        return Period(Kind.HALF_YEAR, f"{on.year}-01-01", f"{on.year}-06-30")
    return Period(Kind.HALF_YEAR, f"{on.year}-07-01", f"{on.year}-12-31")


def holding(kind: Kind, on: date) -> Period:
    """The period of a kind that holds a date; ValueError for ad hoc, which none is by itself."""
    makers = {Kind.DAY: day_of, Kind.WEEK: week_of, Kind.MONTH: month_of, Kind.HALF_YEAR: half_year_of}
    if kind not in makers:
        raise ValueError("an ad hoc period is named by its dates")
    return makers[kind](on)


def span(first: date, last: date) -> Period:
    """Any other span. Raises ``Refused('report.period_wrong')`` for one that ends before it begins or is too long."""
    if not 0 <= (last - first).days < LONGEST_DAYS:
        raise Refused(
            "report.period_wrong", N_("日期写反了或太长（最长 {most} 天）；没有做报表，请核对"), most=LONGEST_DAYS
        )
    return Period(Kind.AD_HOC, first.isoformat(), last.isoformat())


def read_period(kind: str, code: str) -> Period:
    """The period that a kind and a code name. Raises ``Refused('report.period_wrong')``."""
    try:
        match kind:
            case Kind.DAY if _DAY.fullmatch(code):
                return day_of(date.fromisoformat(code))
            case Kind.WEEK if found := _WEEK.fullmatch(code):
                return week_of(date.fromisocalendar(int(found[1]), int(found[2]), 1))
            case Kind.MONTH if found := _MONTH.fullmatch(code):
                return month_of(date(int(found[1]), int(found[2]), 1))
            case Kind.HALF_YEAR if found := _HALF.fullmatch(code):
                return half_year_of(date(int(found[1]), 1 if found[2] == "1" else 7, 1))
            case Kind.AD_HOC:
                first, _, last = code.partition("_")
                if _DAY.fullmatch(first) and _DAY.fullmatch(last):
                    return span(date.fromisoformat(first), date.fromisoformat(last))
    except ValueError:
        pass
    raise Refused(
        "report.period_wrong", N_("看不懂「{code}」：周写成 2026-W47，月写成 2026-11，半年写成 2026-H2"), code=code[:30]
    )


def of_form(form: str, last_on: str) -> Period:
    """The period of a stored report. ValueError for a form that is none."""
    last = date.fromisoformat(last_on)
    name, _, first_on = form.partition(":")
    for kind, known in _FORMS.items():
        if name == known:
            return Period(kind, first_on, last_on) if kind == Kind.AD_HOC else holding(kind, last)
    raise ValueError(f"no form {form}")


def due_on(settings: Settings, period: Period) -> date | None:
    """By which date the county wants a period's report; a day's on its own, None for an ad hoc one."""
    last = date.fromisoformat(period.last_on)
    match period.kind:
        case Kind.DAY:
            return last
        case Kind.WEEK:
            return last + timedelta(days=settings.reports.week_due_days)
        case Kind.MONTH:
            return (last + timedelta(days=1)).replace(day=settings.reports.month_due_day)
        case Kind.HALF_YEAR:
            return (last + timedelta(days=1)).replace(day=settings.reports.half_year_due_day)
    return None


def following(period: Period) -> Period:
    """The next one of the same kind; not for ad hoc ones."""
    return holding(period.kind, date.fromisoformat(period.last_on) + timedelta(days=1))


def _last_of_month(on: date) -> date:
    return date(on.year + on.month // 12, on.month % 12 + 1, 1) - timedelta(days=1)
