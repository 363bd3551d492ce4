"""Reads business days."""

from __future__ import annotations

from kiosk.shifts.model import Day
from kiosk.storage import Reader


def open_day(db: Reader) -> Day | None:
    """The open business day; one is open or none."""
    row = db.one("SELECT * FROM business_days WHERE state = 'open'")
    return None if row is None else Day.of(row)


def day(db: Reader, business_on: str) -> Day | None:
    """The business day of this date."""
    row = db.one("SELECT * FROM business_days WHERE business_on = ?", business_on)
    return None if row is None else Day.of(row)


def last_day(db: Reader) -> Day | None:
    """The latest business day there is."""
    row = db.one("SELECT * FROM business_days ORDER BY business_on DESC LIMIT 1")
    return None if row is None else Day.of(row)


def days(db: Reader, limit: int = 60, before: str = "9999-99-99") -> list[Day]:
    """Business days, newest first, earlier than ``before``."""
    rows = db.all("SELECT * FROM business_days WHERE business_on < ? ORDER BY business_on DESC LIMIT ?", before, limit)
    return [Day.of(row) for row in rows]
