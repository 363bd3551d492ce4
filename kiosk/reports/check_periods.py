"""Invariants of the reports of longer periods: each is the sum of the daily reports that it names, no number is missing, and
the last one of a period is made of the last reports of its days."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator

from kiosk.reports import store, sums, trade
from kiosk.reports.model import DAILY, SUM_NAMES, Content, Report
from kiosk.reports.periods import Kind, of_form
from kiosk.storage import Reader, numbers
from kiosk.storage.problem import Problem


def content(db: Reader, report: Report) -> Iterator[Problem]:
    """One report against the daily reports it names."""
    said: Content = json.loads(report.content)
    period = report.period
    named = (said["report_no"], said["form"], said["period"], said["first_on"], said["last_on"], said["revision"])
    if named != (
        report.report_no, period.content_form, period.code, period.first_on, period.last_on, report.revision
    ):  # fmt: skip
        yield Problem("report.wrong_period", "report", report.id)
        return
    days = []
    for told in said["days"]:
        found = store.by_number(db, told["report_no"])
        if found is None or (found.form, found.business_on, found.revision) != (
            DAILY, told["business_on"], told["revision"]
        ):  # fmt: skip
            yield Problem("report.day_unknown", "report", report.id, told["report_no"])
            return
        day = json.loads(found.content)
        if {name: told[name] for name in SUM_NAMES} != day["totals"]:
            yield Problem("report.not_the_sum", "report", report.id, told["business_on"])
        days.append(day)
    last_on = store.last_opened(db, [day["business_on"] for day in days])
    wanted = {
        "services": sums.services(days), "totals": sums.totals(days), "parcels": sums.parcels(days, last_on),
        "counts": sums.counts(days), "minutes_open": sums.minutes_open(days), "unknown_on": sums.unknown_on(days),
        "days_closed": len(days),
    }  # fmt: skip
    for name, figures in wanted.items():
        if said[name] != figures:
            yield Problem("report.not_the_sum", "report", report.id, name)
    rows = trade.rows_of(db, period.first_on, period.last_on, [day["business_on"] for day in days])
    told_now = trade.told(db, rows)
    if any(said["trade"][name] != told_now[name] for name in ("totals", "rest")) or _rows(said["trade"]) != _rows(
        told_now
    ):
        yield Problem("report.not_the_sum", "report", report.id, "trade")


def problems(db: Reader) -> Iterator[Problem]:
    """What no single report shows: numbers without a gap, revisions that follow one another, none that is behind its
    days."""
    by_letter: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    last: dict[tuple[str, str], Report] = {}
    for row in db.all("SELECT * FROM reports ORDER BY form, business_on, revision"):
        report = Report.of(row)
        by_letter[report.period.letter][report.business_on].append(report.report_no)
        if report.form == DAILY:
            continue
        place = (report.form, report.business_on)
        before = last.get(place)
        said = json.loads(report.content)
        if (report.revision, said["replaces"]) != (
            (before.revision + 1, before.report_no) if before else (0, None)
        ):  # fmt: skip
            yield Problem("report.replaces_nothing", "report", report.id)
        last[place] = report
    for letter in sorted({of_form(form, "2026-01-01").letter for form in ("F1", "F1W", "F1M", "F1H")} | {"FA"}):
        for business_on, why in numbers.gaps(db, letter, by_letter.get(letter, {})):
            yield Problem("report.number_gap", "business_day", business_on, why)
    for report in last.values():
        if report.kind != Kind.AD_HOC and not _is_up_to_date(db, report):
            yield Problem("report.behind_its_days", "report", report.id)


def _is_up_to_date(db: Reader, report: Report) -> bool:
    now = {one.business_on: one.report_no for one in store.latest_daily(db, report.first_on, report.business_on)}
    return now == {day["business_on"]: day["report_no"] for day in json.loads(report.content)["days"]}


def _rows(told: Content) -> list[Content]:
    """The rows without the platforms' names, which a county may have worded anew."""
    return [{name: value for name, value in row.items() if name != "platform_name"} for row in told["rows"]]
