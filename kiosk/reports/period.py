"""The report of a week, a month, a half-year or any other span: summed from the frozen reports of its closed days, frozen
with number, hash and time, and queued. A day that is not closed is named as missing, never guessed; when it is closed later,
or a closed day is corrected, the frozen reports that hold it get a further revision that names what it replaces."""

from __future__ import annotations

import json
from datetime import date

from kiosk import audit, clock, shifts
from kiosk.reports import definitions, envelope, store, sums, trade
from kiosk.reports.model import PERIOD_FORMAT, SUM_NAMES, Content, Report
from kiosk.reports.periods import REGULAR, Kind, Period, due_on, holding
from kiosk.reports.queueing import queue_report
from kiosk.shifts.closings import standing_between
from kiosk.storage import Reader, Tx
from kiosk.storage.numbers import document_no


def freeze_period(tx: Tx, period: Period) -> Report:
    """Freezes the report of a period and returns it: revision 0, or the next one, which replaces the one before.

    Queue it in the same transaction (``queueing.queue_report``). ValueError for a day: ``daily`` freezes that.
    """
    if period.kind == Kind.DAY:
        raise ValueError("a day is frozen as it is closed")
    before = store.latest_of(tx, period)
    report_no = document_no(tx, period.letter, period.last_on)
    content = period_content(tx, period, report_no=report_no, before=before, frozen_at=tx.now)
    written = envelope.canonical(content)
    frozen = store.insert(
        tx, report_no, period.form, period.last_on, content["revision"],
        (before.supplements_id or before.id) if before else None, written, envelope.digest(written),
    )  # fmt: skip
    audit.record(
        tx, "report.period_frozen", report_id=frozen.id, report_no=report_no, kind=str(period.kind),
        first_on=period.first_on, business_on=period.last_on, revision=frozen.revision, hash=frozen.hash,
    )  # fmt: skip
    return frozen


def revise_holding(tx: Tx, business_on: str) -> list[Report]:
    """The next revision of each frozen week, month and half-year that holds a date whose report is new, queued; call it
    in the transaction that closed or corrected the day. An ad hoc report stays: it tells how things stood when it was
    asked for."""
    revised = []
    for kind in REGULAR:
        period = holding(kind, date.fromisoformat(business_on))
        if store.latest_of(tx, period) is not None:
            report = freeze_period(tx, period)
            queue_report(tx, report)
            revised.append(report)
    return revised


def is_unchanged(db: Reader, period: Period, before: Report) -> bool:
    """Whether a report frozen now would be made of the same days as the one before."""
    now = {report.business_on: report.report_no for report in _days(db, period)}
    said = json.loads(before.content)
    open_now = [one for one in _missing(db, period, now, period.last_on) if one["why"] == "open"]
    open_then = [one for one in said["missing"] if one["why"] == "open"]
    return now == _numbers(said) and open_now == open_then


def period_content(
    db: Reader,
    period: Period,
    *,
    report_no: str = "",
    before: Report | None = None,
    frozen_at: str | None = None,
) -> Content:
    """A period's figures as JSON, from the latest report of each closed day. Without number and ``frozen_at`` the figures
    so far, of which nothing is frozen."""
    days = _days(db, period)
    return content_from(db, period, days, report_no=report_no, before=before, frozen_at=frozen_at)


def content_from(
    db: Reader, period: Period, reports: list[Report], *, report_no: str, before: Report | None, frozen_at: str | None
) -> Content:  # fmt: skip
    """The content that these daily reports make; what is checked later is made anew from the reports it names."""
    station = db.settings.station
    days = [json.loads(report.content) for report in reports]
    numbers = {report.business_on: report.report_no for report in reports}
    due = due_on(db.settings, period)
    today = clock.local_date(station.zone, clock.read(frozen_at) if frozen_at else clock.now())
    begins_on = begins(db)
    first = store.report(db, before.supplements_id or before.id) if before else None
    said = _numbers(json.loads(before.content)) if before else {}
    changed = {on for on in {*said, *numbers} if before and said.get(on) != numbers.get(on)}
    return {
        "form": period.content_form,
        "format": PERIOD_FORMAT,
        "kind": str(period.kind),
        "period": period.code,
        "first_on": period.first_on,
        "last_on": period.last_on,
        "business_on": period.last_on,
        "report_no": report_no,
        "revision": before.revision + 1 if before else 0,
        "supplements": first.report_no if first else None,
        "replaces": before.report_no if before else None,
        "changed_on": sorted(changed),
        "station": {"code": station.code, "name": station.name},
        "frozen_at": frozen_at,
        "is_clock_driven": clock.driven() is not None,
        "due_on": due.isoformat() if due else None,
        "is_late": _is_late(first) if first else due is not None and today > due,
        "definitions": definitions.EDITION,
        "counting_rules": sums.counting_rules(days) or [db.settings.reports.counting_rule],
        "overdue_days": days[-1]["overdue_days"] if days else db.settings.parcels.overdue_days,
        "begins_on": begins_on if begins_on and period.holds(begins_on) else None,
        "days_closed": len(days),
        "minutes_open": sums.minutes_open(days),
        "days": [
            {"business_on": day["business_on"], "report_no": day["report_no"], "revision": day["revision"],
             "format": day["format"], **{name: day["totals"][name] for name in SUM_NAMES}}
            for day in days
        ],
        "missing": _missing(db, period, numbers, today.isoformat()),
        "services": sums.services(days),
        "totals": sums.totals(days),
        "parcels": sums.parcels(days, store.last_opened(db, numbers)),
        "counts": sums.counts(days),
        "unknown_on": sums.unknown_on(days),
        "trade": trade.told(db, trade.rows_of(db, period.first_on, period.last_on, list(numbers))),
    }  # fmt: skip


def begins(db: Reader) -> str | None:
    """The station's first business date: no earlier date is missing."""
    return db.value("SELECT MIN(business_on) FROM business_days")


def _days(db: Reader, period: Period) -> list[Report]:
    return store.latest_daily(db, period.first_on, period.last_on)


def _is_late(first: Report) -> bool:
    """A revision is as late as the first report was: who corrects a report that came in time has not missed its date."""
    return bool(json.loads(first.content)["is_late"])


def _numbers(content: Content) -> dict[str, str]:
    return {day["business_on"]: day["report_no"] for day in content["days"]}


def _missing(db: Reader, period: Period, closed: dict[str, str], today: str) -> list[dict[str, str | None]]:
    """The dates of a period, up to today, that no closed day stands for: not closed yet, or not opened, with the reason
    entered."""
    begins_on = begins(db)
    standing = {day.business_on for day in shifts.days_between(db, period.first_on, period.last_on)}
    told = [one for one in standing_between(db, period.first_on, period.last_on) if one.from_time is None]
    missing: list[dict[str, str | None]] = []
    for on in period.dates():
        if on in closed or begins_on is None or on < begins_on or (on > today and on not in standing):
            continue
        reason = next((str(one.reason) for one in told if one.from_on <= on <= one.to_on), None)
        missing.append({"business_on": on, "why": "open" if on in standing else "not_opened", "closing": reason})
    return missing
