"""A station whose days are closed one after another, and its reports held against their published schemas."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any

import jsonschema

from kiosk.counter.correct_day import Corrected, correct_day
from kiosk.counter.freeze_period import freeze_period
from kiosk.counter.open_day import open_day
from kiosk.reports import schemas, store
from kiosk.reports.corrections import Change, RowChange
from kiosk.reports.model import SUM_NAMES, Report
from kiosk.reports.periods import Period
from tests.services.counter_bench import Bench
from tests.services.test_drawer_and_wallets import sell

#: A Monday.
MONDAY = date(2026, 10, 5)


def at(on: date | str, hour: int = 12) -> str:
    """An hour of a date at the station, as stored."""
    return f"{on}T{hour - 8:02d}:00:00.000000Z"


class Reporting(Bench):
    """``Bench`` with days and reports."""

    def day(self, on: date, *amounts_fen: int) -> Report:
        """A day with these sales, closed on its own evening."""
        self.act(open_day, at=at(on, 9))
        for fen in amounts_fen:
            sell(self, fen, at(on))
        return self.close(at=at(on, 18)).report

    def correct(self, on: date, *rows: RowChange, when: str | None = None, **parcels: int) -> Corrected:
        return self.act(correct_day, on.isoformat(), Change("not_recorded", "R1", rows, parcels), at=when)

    def freeze(self, period: Period, when: str | None = None) -> Report:
        """Freezes it on the day after it ends."""
        later = date.fromisoformat(period.last_on) + timedelta(days=1)
        return self.act(freeze_period, period, at=when or at(later)).report

    def latest(self, period: Period) -> dict[str, Any]:
        with self.store.reading() as db:
            found = store.latest_of(db, period)
        assert found is not None
        return self.content(found)

    def content(self, report: Report) -> dict[str, Any]:
        """What a report holds, as its published schema has it."""
        content = json.loads(report.content)
        described = schemas.schema(schemas.name_for(content))
        jsonschema.Draft202012Validator(described).validate(content)
        return content

    def every_report(self) -> list[Report]:
        with self.store.reading() as db:
            return store.list_reports(db, limit=1000)


def four(content: dict[str, Any]) -> tuple[int, ...]:
    """The totals: count, amount, commission, fee."""
    return tuple(content["totals"][name] for name in SUM_NAMES)
