"""What the list shows of a report: date, number and sums. Read from signed content, but from whatever version of the
station's program: what is not there, or not of its kind, is shown as missing and never as 0."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

DATE = re.compile(r"\d{4}-\d\d-\d\d")
LONGEST_TEXT = 40
#: A sum beyond this is a defect of the sender, and would not fit the page.
LARGEST_FEN = 10**13


@dataclass(frozen=True, slots=True)
class Figures:
    """None: the report does not say."""

    station_name: str | None
    business_on: str | None
    report_no: str | None
    revision: int | None
    is_late: bool
    txn_count: int | None
    txn_amount_fen: int | None
    commission_fen: int | None
    service_fee_fen: int | None


def figures(payload: str) -> Figures:
    """The figures of one report, from its stored payload."""
    said = json.loads(payload)
    content = said.get("content") if isinstance(said, dict) else None
    content = content if isinstance(content, dict) else {}
    totals = content.get("totals")
    totals = totals if isinstance(totals, dict) else {}
    station = content.get("station")
    business_on = _text(content.get("business_on"))
    return Figures(
        _text(station.get("name")) if isinstance(station, dict) else None,
        business_on if business_on and DATE.fullmatch(business_on) else None,
        _text(content.get("report_no")),
        _whole(content.get("revision")),
        content.get("is_late") is True,
        _whole(totals.get("txn_count")),
        _whole(totals.get("txn_amount_fen")),
        _whole(totals.get("commission_fen")),
        _whole(totals.get("service_fee_fen")),
    )


def _text(value: Any) -> str | None:
    if not isinstance(value, str) or not value or not value.isprintable() or len(value) > LONGEST_TEXT:
        return None
    return value


def _whole(value: Any) -> int | None:
    fits = isinstance(value, int) and not isinstance(value, bool) and abs(value) <= LARGEST_FEN
    return value if fits else None
