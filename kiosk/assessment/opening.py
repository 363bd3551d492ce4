"""Whether the station keeps its hours, from the acts that opened and closed its days (``reports.hours``): today, and the
days of this week."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from kiosk import clock
from kiosk.assessment.model import Evidence, Measure, Moment, Standing, Unit, hours_text
from kiosk.reports import hours
from kiosk.reports.hours import OpenHours
from kiosk.storage import Reader
from kiosk.words import N_

_SOURCE = N_("由开始营业、日结和当天的业务自动得出，不能手填；登记的停业已扣除")


def hours_today(db: Reader, moment: Moment) -> Measure:
    """How long the station has been open today (LY-22: 8 hours a day; TC-21: 8:30–18:30)."""
    found = _week(db, moment)[-1]
    standing, words, facts = _today(db, found, moment)
    return Measure(
        "hours_today", N_("今天营业时长"), standing, words, facts, _SOURCE, f"/hours?month={found.on[:7]}",
        value=found.minutes, unit=Unit.MINUTES, target=db.settings.hours.least_hours * 60, setting="hours.least_hours", short=N_("今天营业"), is_duty=False,
        asked_by=("LY-22", "TC-21"), evidence=(_of_date(found),),
    )  # fmt: skip


def days_this_week(db: Reader, moment: Moment) -> Measure:
    """On how many days of this week, Monday to Sunday, the station was open (LY-21: 5 days a week)."""
    days = _week(db, moment)
    monday = date.fromisoformat(days[0].on)
    least = db.settings.hours.least_days_per_week
    opened = sum(day.was_open for day in days)
    excused = sum(day.is_excused and not day.was_open for day in days)
    left = 6 - moment.today.weekday() + (not days[-1].was_open)
    began = db.value("SELECT business_on FROM business_days ORDER BY id LIMIT 1")
    facts = {"opened": opened, "least": least, "excused": excused, "left": left}
    if opened >= least:
        standing, words = Standing.OK, N_("本周已营业 {opened} 天，够 {least} 天")
    elif began is None or began > monday.isoformat():
        standing, words = Standing.FIGURE, N_("本周营业 {opened} 天；本站这周才开始用本系统")
    elif opened + left >= least:
        standing, words = Standing.DUE, N_("本周已营业 {opened} 天，要满 {least} 天，还剩 {left} 天")
    elif opened + left + excused >= least:
        standing, words = Standing.FIGURE, N_("本周营业 {opened} 天，另有 {excused} 天登记了停业")
    else:
        standing, words = Standing.PROBLEM, N_("本周营业 {opened} 天，到周日也满不了 {least} 天")
    return Measure(
        "days_this_week", N_("本周营业天数"), standing, words, facts, _SOURCE, f"/hours?month={moment.today:%Y-%m}",
        value=opened, unit=Unit.DAYS, target=least, setting="hours.least_days_per_week", short=N_("本周营业"), is_duty=False, asked_by=("LY-21", "TC-21"),
        evidence=tuple(_of_date(day) for day in days),
    )  # fmt: skip


def _week(db: Reader, moment: Moment) -> list[OpenHours]:
    """The days of this week up to today, Monday first; asked once a page."""
    monday = moment.today - timedelta(days=moment.today.weekday())
    return moment.once("week", lambda: hours.between(db, monday, moment.today, moment.now))


def _today(db: Reader, found: OpenHours, moment: Moment) -> tuple[Standing, str, dict[str, str | int]]:
    rules = db.settings.hours
    rest = max(rules.least_hours * 60 - found.minutes, 0)
    facts: dict[str, str | int] = {
        "open": hours_text(found.minutes),
        "least": rules.least_hours,
        "from": rules.open_from,
    }
    if not found.was_open:
        if found.is_excused:
            return Standing.OK, N_("今天登记了停业"), facts
        if moment.at >= rules.open_from.rjust(5, "0"):
            return Standing.WARN, N_("今天还没有营业（应 {from} 开门）"), facts
        return Standing.DUE, N_("今天 {from} 开门"), facts
    if not rest:
        return Standing.OK, N_("今天已营业 {open}，够 {least} 小时"), facts
    if not found.is_open_now:
        return Standing.PROBLEM, N_("今天营业 {open}，不满 {least} 小时"), facts
    here = clock.local(moment.now, db.settings.station.zone)
    until: datetime = here + timedelta(minutes=rest)
    facts["until"] = f"{until:%H:%M}"
    if until.date() != here.date():
        return Standing.PROBLEM, N_("今天营业 {open}，到半夜也不满 {least} 小时"), facts
    if facts["until"] > rules.open_to.rjust(5, "0"):
        return Standing.WARN, N_("今天已营业 {open}，要到 {until} 才满 {least} 小时"), facts
    return Standing.DUE, N_("今天已营业 {open}，到 {until} 满 {least} 小时"), facts


def _of_date(day: OpenHours) -> Evidence:
    path = f"/hours?month={day.on[:7]}"
    if day.was_open:
        facts = {"on": day.on, "from": day.from_time, "to": day.to_time, "open": hours_text(day.minutes)}
        return Evidence(N_("{on} {from}–{to}，共 {open}"), facts, path)
    if day.is_excused:
        return Evidence(N_("{on} 登记停业"), {"on": day.on}, path)
    return Evidence(N_("{on} 没有营业"), {"on": day.on}, path)
