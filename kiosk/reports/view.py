"""A day and its report as pages and API show them: JSON-ready, in words."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from kiosk import shifts
from kiosk.reports import store
from kiosk.reports.daily import content_of, message_of
from kiosk.reports.figures import daily_figures
from kiosk.reports.model import COUNTING_WORDS, PARCEL_COLUMNS, Content, Report, row_name
from kiosk.shifts import REASON_WORDS, Day
from kiosk.storage import Reader
from kiosk.till import store as tickets
from kiosk.words import say


def day_view(db: Reader, business_on: str | None = None, locale: str | None = None) -> dict[str, Any] | None:
    """A business day, the open one when none is named; None when there is none.

    What should be in the drawer is not in it before the day is closed: it is counted first.
    """
    day = shifts.open_day(db) if business_on is None else shifts.day(db, business_on)
    if day is None:
        return None
    report = store.latest(db, day.business_on)
    return {
        "business_on": day.business_on,
        "state": day.state,
        "opened_at": day.opened_at,
        "closed_at": day.closed_at,
        "is_after_hours": day.is_after_hours,
        "is_closed_late": day.is_closed_late,
        "float_fen": day.float_fen,
        "counted_fen": day.counted_fen,
        "expected_fen": day.expected_fen,
        "difference_fen": day.difference_fen,
        "difference_reason": day.difference_reason,
        "difference_reason_words": (
            say(REASON_WORDS.get(day.difference_reason, day.difference_reason), locale) if day.difference_reason else ""
        ),
        "pieces": {int(fen): count for fen, count in (day.counted_pieces or {}).items()},
        "open_ticket_ids": [ticket.id for ticket in tickets.unsettled(db)] if day.state == "open" else [],
        "receipts": len(tickets.settled_on(db, day.business_on)),
        "report_no": report.report_no if report else None,
    }


def report_view(db: Reader, business_on: str, locale: str | None = None) -> dict[str, Any] | None:
    """The daily report of a date: the frozen one with its acknowledgement, or the figures so far; None for a date on
    which the station was not open."""
    day = shifts.day(db, business_on)
    if day is None:
        return None
    report = store.latest(db, business_on)
    content = json.loads(report.content) if report else _so_far(db, day)
    return {
        "business_on": business_on,
        "is_frozen": report is not None,
        "report_no": report.report_no if report else None,
        "revision": report.revision if report else None,
        "hash": report.hash if report else None,
        "frozen_at": report.frozen_at if report else None,
        "content": content,
        "rows": [
            {**row, "name": say(row_name(row["service_type"], row["kind"]), locale)} for row in content["services"]
        ],
        "parcels": [
            {"column": name, "name": say(words, locale), "count": content["parcels"][name]}
            for name, words in PARCEL_COLUMNS.items()
        ],
        "counting_rule": say(COUNTING_WORDS[content["counting_rule"]], locale),
        "submission": _submission(db, report) if report else None,
    }


def _so_far(db: Reader, day: Day) -> Content:
    return content_of(db, day, daily_figures(db, day.business_on), "", 0)


def _submission(db: Reader, report: Report) -> dict[str, Any] | None:
    found = message_of(db, report)
    if found is None:
        return None
    message = asdict(found)
    names = ("sequence", "state", "attempts", "next_try_at", "acknowledgement_no", "acknowledged_at", "reason")
    return {name: message[name] for name in names}
