"""Corrects the report of a closed day: the day stays frozen, what was wrong becomes a numbered supplement, queued for the
county behind the report that it corrects."""

from __future__ import annotations

import json
from dataclasses import dataclass

from kiosk.people.rights import Right, require
from kiosk.reports import corrections
from kiosk.reports.corrections import Change
from kiosk.reports.daily import freeze_daily, queue_daily
from kiosk.reports.day_slips import freeze_correction
from kiosk.reports.model import Report
from kiosk.reports.period import revise_holding
from kiosk.storage import Tx
from kiosk.till import actions as till


@dataclass(frozen=True, slots=True)
class Corrected:
    """What a correction did."""

    report: Report
    message_id: int
    slip_id: int
    print_job_id: int | None
    revised: tuple[Report, ...] = ()  # reports of the week, the month and the half-year that hold the day


def correct_day(tx: Tx, business_on: str, change: Change) -> Corrected:
    """Adds signed changes to the figures of a closed day: revision n of its report, a message and a slip; and the next
    revision of each frozen week, month and half-year that holds the day.

    Moves no money. Raises ``Refused`` with ``staff.not_allowed`` and those of ``reports.corrections.keep``.
    """
    require(tx.actor, Right.MANAGE)
    corrections.keep(tx, business_on, change)
    report = freeze_daily(tx, business_on)
    message_id = queue_daily(tx, report)
    revised = revise_holding(tx, business_on)
    slip_id = freeze_correction(tx, report, json.loads(report.content))
    job_id = till.print_at_desk(tx, slip_id, None)
    return Corrected(report, message_id, slip_id, job_id, tuple(revised))
