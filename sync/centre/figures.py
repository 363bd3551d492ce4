"""What the lists show of a report: period, number and sums. Read from signed content, but from whatever version of the
station's program: what is not there, or not of its kind, is shown as missing and never as 0."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

DATE = re.compile(r"\d{4}-\d\d-\d\d")
LONGEST_TEXT = 40
#: A sum beyond this is a defect of the sender, and would not fit the page.
LARGEST_FEN = 10**13
#: More days off in one report are no closing of a station that reports.
MOST_DAYS_OFF = 400


@dataclass(frozen=True, slots=True)
class Figures:
    """None: the report does not say. ``days_off`` are whole days with the reason why the station was closed."""

    topic: str | None
    station_name: str | None
    first_on: str | None
    business_on: str | None
    report_no: str | None
    revision: int | None
    supplements: str | None
    is_late: bool
    closed_at: str | None
    made_at: str | None
    txn_count: int | None
    txn_amount_fen: int | None
    commission_fen: int | None
    service_fee_fen: int | None
    days_off: tuple[tuple[str, str], ...]


def figures(payload: str) -> Figures:
    """The figures of one report, from its stored payload."""
    said = _object(json.loads(payload))
    return figures_of(said.get("topic"), said.get("made_at"), _object(said.get("content")))


def figures_of(topic: Any, made_at: Any, content: dict[str, Any]) -> Figures:
    """The figures of a report that was read already."""
    totals = _object(content.get("totals"))
    business_on = _date(content.get("business_on"))
    return Figures(
        _text(topic),
        _text(_object(content.get("station")).get("name")),
        _date(content.get("first_on")) or business_on,
        business_on,
        _text(content.get("report_no")),
        _whole(content.get("revision")),
        _text(content.get("supplements")),
        content.get("is_late") is True,
        _text(content.get("closed_at")),
        _text(made_at),
        _whole(totals.get("txn_count")),
        _whole(totals.get("txn_amount_fen")),
        _whole(totals.get("commission_fen")),
        _whole(totals.get("service_fee_fen")),
        _days_off(content, business_on),
    )


def _days_off(content: dict[str, Any], business_on: str | None) -> tuple[tuple[str, str], ...]:
    """Whole days off: the closings of a day, and in a report of a period the days without one for which it says why."""
    found: dict[str, str] = {}
    for closing in _list(content.get("closings")):
        if closing.get("from_time") is not None:
            continue  # some hours only
        first = _date(closing.get("from_on")) or _date(closing.get("business_on")) or business_on
        last = _date(closing.get("to_on")) or first
        if first and last:
            day = date.fromisoformat(first)
            count = (date.fromisoformat(last) - day).days + 1
            for number in range(min(count, MOST_DAYS_OFF - len(found))):
                found[(day + timedelta(days=number)).isoformat()] = _text(closing.get("reason")) or "other"
    for missing in _list(content.get("missing")):
        on, reason = _date(missing.get("business_on")), _text(missing.get("closing"))
        if on and reason and len(found) < MOST_DAYS_OFF:
            found[on] = reason
    return tuple(found.items())


def _list(value: Any) -> list[dict[str, Any]]:
    return [_object(item) for item in value] if isinstance(value, list) else []


def _object(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _date(value: Any) -> str | None:
    if not isinstance(value, str) or not DATE.fullmatch(value):
        return None
    try:
        return date.fromisoformat(value).isoformat()
    except ValueError:
        return None


def _text(value: Any) -> str | None:
    if not isinstance(value, str) or not value or not value.isprintable() or len(value) > LONGEST_TEXT:
        return None
    return value


def _whole(value: Any) -> int | None:
    fits = isinstance(value, int) and not isinstance(value, bool) and abs(value) <= LARGEST_FEN
    return value if fits else None
