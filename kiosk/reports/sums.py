"""The figures of several days together, from the frozen contents of their reports and nothing else. Pure, and in whole
numbers: the days add up to the period to the fen because the period is that sum."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from kiosk.reports.model import COUNT_COLUMNS, SERVICE_ROWS, SUM_NAMES, Content

#: Of the day.
FLOWS = ("received", "handed_over", "returned", "outbound")
#: At the end of the day.
LEVELS = ("in_stock", "overdue", "problem")


def services(days: Sequence[Content]) -> list[dict[str, Any]]:
    """One row a service type, always all."""
    sums = {place: dict.fromkeys(SUM_NAMES, 0) for place in SERVICE_ROWS}
    for day in days:
        for row in day["services"]:
            place = sums.setdefault((row["service_type"], row["kind"]), dict.fromkeys(SUM_NAMES, 0))
            for name in SUM_NAMES:
                place[name] += row[name]
    return [{"service_type": service, "kind": kind, **figures} for (service, kind), figures in sums.items()]


def totals(days: Sequence[Content]) -> dict[str, int]:
    """The sums over all service types."""
    return {name: sum(day["totals"][name] for day in days) for name in SUM_NAMES}


def parcels(days: Sequence[Content], last_on: str | None = None) -> dict[str, int | None]:
    """What came and went together; what lay here at the end of the last day, None when there is no day. ``last_on`` names
    that day where it is another one than the last date (``store.last_opened``)."""
    found: dict[str, int | None] = {name: sum(day["parcels"][name] for day in days) for name in FLOWS}
    named = [day for day in days if last_on is not None and day["business_on"] == last_on]
    last = (named or days)[-1] if days else None
    return found | {name: last["parcels"][name] if last else None for name in LEVELS}


def counts(days: Sequence[Content]) -> dict[str, int | None]:
    """What registers and visits counted; None for a column that no day knows."""
    found: dict[str, int | None] = {}
    for name in COUNT_COLUMNS:
        known = [day["counts"][name] for day in days if day.get("counts", {}).get(name) is not None]
        found[name] = sum(known) if known else None
    return found


def unknown_on(days: Sequence[Content]) -> list[str]:
    """The days whose reports an older version made: they have no counts and no hours, which is not 0 but unknown."""
    return [day["business_on"] for day in days if "counts" not in day]


def minutes_open(days: Sequence[Content]) -> int:
    """How long the station was open on the days that say it."""
    return sum(day["hours"]["minutes"] for day in days if "hours" in day)


def counting_rules(days: Sequence[Content]) -> list[str]:
    """By which rules they were counted, in the order in which these were in force."""
    return list(dict.fromkeys(day["counting_rule"] for day in days))
