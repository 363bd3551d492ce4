"""All SQL of frozen reports."""

from __future__ import annotations

from kiosk.reports.model import DAILY, Report
from kiosk.storage import Reader, Tx


def insert(
    tx: Tx, report_no: str, business_on: str, revision: int, supplements_id: int | None, content: str, digest: str
) -> Report:
    """Adds a frozen report and returns it."""
    report_id = tx.insert(
        "reports", report_no=report_no, form=DAILY, business_on=business_on, revision=revision,
        supplements_id=supplements_id, content=content, hash=digest, frozen_at=tx.now, frozen_by_kind=tx.actor.kind,
        frozen_by_id=tx.actor.id,
    )  # fmt: skip
    return Report.of(tx.one("SELECT * FROM reports WHERE id = ?", report_id))


def latest(db: Reader, business_on: str) -> Report | None:
    """The last revision of a date's daily report."""
    row = db.one(
        "SELECT * FROM reports WHERE form = ? AND business_on = ? ORDER BY revision DESC LIMIT 1", DAILY, business_on
    )
    return None if row is None else Report.of(row)


def report(db: Reader, report_id: int) -> Report | None:
    """The report of this id."""
    row = db.one("SELECT * FROM reports WHERE id = ?", report_id)
    return None if row is None else Report.of(row)


def reports(db: Reader, limit: int = 60, before_id: int = 2**62) -> list[Report]:
    """Reports, newest first."""
    rows = db.all("SELECT * FROM reports WHERE id < ? ORDER BY id DESC LIMIT ?", before_id, limit)
    return [Report.of(row) for row in rows]


def of_date(db: Reader, business_on: str) -> list[Report]:
    """Every revision of a date's daily report, the first one first."""
    rows = db.all("SELECT * FROM reports WHERE form = ? AND business_on = ? ORDER BY revision", DAILY, business_on)
    return [Report.of(row) for row in rows]
