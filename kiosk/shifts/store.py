"""Reads business days. They stand in the order in which they were opened: a clock that was wrong dates one wrongly, and
the next one may bear an earlier date (``clock_trust``)."""

from __future__ import annotations

from kiosk.ledger import Account
from kiosk.shifts.model import Acceptance, Day, HandOver
from kiosk.storage import Reader, Tx


def open_day(db: Reader) -> Day | None:
    """The open business day; one is open or none. An act with several lines asks for each: read once a transaction."""
    return db.kept("business_days", lambda: _open_day(db)) if isinstance(db, Tx) else _open_day(db)


def _open_day(db: Reader) -> Day | None:
    row = db.one("SELECT * FROM business_days WHERE state = 'open'")
    return None if row is None else Day.of(row)


def day(db: Reader, business_on: str) -> Day | None:
    """The business day of this date."""
    row = db.one("SELECT * FROM business_days WHERE business_on = ?", business_on)
    return None if row is None else Day.of(row)


def last_day(db: Reader) -> Day | None:
    """The business day that was opened last."""
    row = db.one("SELECT * FROM business_days ORDER BY id DESC LIMIT 1")
    return None if row is None else Day.of(row)


def was_closed_since(db: Reader, at: str) -> bool:
    """Whether a day was closed after this instant: then what was done at it is in a report. After a close it is not, though
    the calendar still shows the same date."""
    return bool(db.value("SELECT EXISTS (SELECT 1 FROM business_days WHERE closed_at >= ?)", at))


def days(db: Reader, limit: int = 60, before: str = "9999-99-99") -> list[Day]:
    """Business days, newest first, earlier than ``before``."""
    rows = db.all("SELECT * FROM business_days WHERE business_on < ? ORDER BY business_on DESC LIMIT ?", before, limit)
    return [Day.of(row) for row in rows]


def days_between(db: Reader, first_on: str, last_on: str) -> list[Day]:
    """Business days of a span of dates, oldest first."""
    rows = db.all(
        "SELECT * FROM business_days WHERE business_on BETWEEN ? AND ? ORDER BY business_on", first_on, last_on
    )
    return [Day.of(row) for row in rows]


def hand_overs_on(db: Reader, business_on: str) -> list[HandOver]:
    """The hand-overs of the drawer on a date, oldest first."""
    return [
        HandOver.of(row)
        for row in db.all("SELECT * FROM drawer_hand_overs WHERE business_on = ? ORDER BY id", business_on)
    ]


def hand_over(db: Reader, hand_over_id: int) -> HandOver | None:
    """The hand-over of this id."""
    row = db.one("SELECT * FROM drawer_hand_overs WHERE id = ?", hand_over_id)
    return None if row is None else HandOver.of(row)


def holder(db: Reader, found: Day) -> int | None:
    """The person who answers for the drawer of a day: who took it over last, else who counted its float, else who
    opened the day; None when only programs did."""
    taken = db.value(
        "SELECT to_staff_id FROM drawer_hand_overs WHERE business_on = ? ORDER BY id DESC LIMIT 1", found.business_on
    )
    if taken is not None:
        return int(taken)
    if found.float_by_kind == "staff" and found.float_by is not None:
        return found.float_by
    return found.opened_by if found.opened_by_kind == "staff" else None


def acceptance_after(db: Reader, day_id: int) -> Acceptance | None:
    """The last acceptance of the clock after this day, if there is one."""
    row = db.one("SELECT * FROM clock_acceptances WHERE after_day_id = ? ORDER BY id DESC LIMIT 1", day_id)
    return None if row is None else Acceptance.of(row)


def has_cash(db: Reader, business_on: str) -> bool:
    """True once cash went in or out on a date, the float left out."""
    return bool(
        db.value(
            "SELECT 1 FROM entries e JOIN postings p ON p.entry_id = e.id WHERE e.business_on = ? AND e.kind <> 'float'"
            " AND p.account = ? LIMIT 1",
            business_on,
            Account.DRAWER.value,
        )
    )
