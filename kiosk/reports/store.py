"""All SQL of frozen reports. ``business_on`` is the last date of what a report is about, ``form`` says how long it reaches."""

from __future__ import annotations

import json
from collections.abc import Iterable

from kiosk.reports.model import DAILY, Report
from kiosk.reports.periods import Kind, Period
from kiosk.storage import Reader, Tx


def insert(
    tx: Tx, report_no: str, form: str, business_on: str, revision: int, supplements_id: int | None, content: str,
    digest: str,
) -> Report:  # fmt: skip
    """Adds a frozen report and returns it."""
    report_id = tx.insert(
        "reports", report_no=report_no, form=form, business_on=business_on, revision=revision,
        supplements_id=supplements_id, content=content, hash=digest, frozen_at=tx.now, frozen_by_kind=tx.actor.kind,
        frozen_by_id=tx.actor.id,
    )  # fmt: skip
    return Report.of(tx.one("SELECT * FROM reports WHERE id = ?", report_id))


def latest(db: Reader, business_on: str) -> Report | None:
    """The last revision of a date's daily report."""
    return _latest(db, DAILY, business_on)


def latest_of(db: Reader, period: Period) -> Report | None:
    """The last revision of a period's report."""
    return _latest(db, period.form, period.last_on)


def revisions_of(db: Reader, period: Period) -> list[Report]:
    """Every revision of a period's report, the first one first."""
    return _revisions(db, period.form, period.last_on)


def report(db: Reader, report_id: int) -> Report | None:
    """The report of this id."""
    row = db.one("SELECT * FROM reports WHERE id = ?", report_id)
    return None if row is None else Report.of(row)


def by_number(db: Reader, report_no: str) -> Report | None:
    """The report that bears this number."""
    row = db.one("SELECT * FROM reports WHERE report_no = ?", report_no)
    return None if row is None else Report.of(row)


def reports(db: Reader, limit: int = 60, before_id: int = 2**62) -> list[Report]:
    """Daily reports, newest first."""
    return list_reports(db, Kind.DAY, limit, before_id)


def list_reports(db: Reader, kind: Kind | str | None = None, limit: int = 60, before_id: int = 2**62) -> list[Report]:
    """Reports of one kind or of all, newest first."""
    if kind is None:
        rows = db.all("SELECT * FROM reports WHERE id < ? ORDER BY id DESC LIMIT ?", before_id, limit)
    else:
        low, high = _forms(Kind(kind))
        rows = db.all(
            "SELECT * FROM reports WHERE form >= ? AND form < ? AND id < ? ORDER BY id DESC LIMIT ?",
            low, high, before_id, limit,
        )  # fmt: skip
    return [Report.of(row) for row in rows]


def of_date(db: Reader, business_on: str) -> list[Report]:
    """Every revision of a date's daily report, the first one first."""
    return _revisions(db, DAILY, business_on)


def latest_daily(db: Reader, first_on: str, last_on: str) -> list[Report]:
    """The last revision of each closed day's report within these dates, the first date first."""
    rows = db.all(
        "SELECT * FROM reports r WHERE form = ? AND business_on BETWEEN ? AND ? AND revision ="
        " (SELECT MAX(revision) FROM reports x WHERE x.form = r.form AND x.business_on = r.business_on)"
        " ORDER BY business_on",
        DAILY, first_on, last_on,
    )  # fmt: skip
    return [Report.of(row) for row in rows]


def last_opened(db: Reader, dates: Iterable[str]) -> str | None:
    """The date of the business day that was opened last of these: after a clock that was ahead it is not the last date."""
    return db.value(
        "SELECT business_on FROM business_days WHERE business_on IN (SELECT value FROM json_each(?))"
        " ORDER BY id DESC LIMIT 1",
        json.dumps(list(dates)),
    )


def _latest(db: Reader, form: str, business_on: str) -> Report | None:
    row = db.one(
        "SELECT * FROM reports WHERE form = ? AND business_on = ? ORDER BY revision DESC LIMIT 1", form, business_on
    )
    return None if row is None else Report.of(row)


def _revisions(db: Reader, form: str, business_on: str) -> list[Report]:
    rows = db.all("SELECT * FROM reports WHERE form = ? AND business_on = ? ORDER BY revision", form, business_on)
    return [Report.of(row) for row in rows]


def _forms(kind: Kind) -> tuple[str, str]:
    """The forms of a kind as a range of texts; an ad hoc one has its first date behind a colon, which ``;`` follows."""
    if kind == Kind.AD_HOC:
        return "F1A", "F1A;"
    form = Period(kind, "", "").form
    return form, form + "\0"
