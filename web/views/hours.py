"""Opening hours of a month, from the acts that opened and closed each day, and the closings that explain the rest."""

from __future__ import annotations

from datetime import date, timedelta

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from kiosk import clock
from kiosk.counter import closings as acts_on_closings
from kiosk.counter import day_sheets
from kiosk.errors import Refused
from kiosk.people.rights import Right
from kiosk.reports import hours as opening_hours
from kiosk.reports.hours import read_month
from kiosk.shifts.closings import CLOSING_WORDS, standing_between
from kiosk.storage import Tx
from kiosk.words import N_
from web import acts
from web.acts import Done
from web.routes import act, page
from web.station import station

hours = Blueprint("hours", __name__)


@page(hours, "/hours", N_("营业时间"), place="more", hint=N_("每天几点到几点营业，每周几天，停业登记"))
def month() -> ResponseReturnValue:
    shown = asked_month()
    first, last = read_month(shown)
    today = clock.local_date(station().settings.station.zone)
    with station().store.reading() as db:
        found = opening_hours.month_of(db, shown, clock.stamp())
        later = max(last, today + timedelta(days=60))
        closings = standing_between(db, first.isoformat(), later.isoformat())
    return render_template(
        "hours/month.html", month=found, closings=closings, closing_words=CLOSING_WORDS, today=today.isoformat(),
        rules=station().settings.hours, before=_other(first, -1), after=_other(last, 1) if last < today else None,
    )  # fmt: skip


@act(hours, "/hours/closings", right=Right.CLOSE_DAY)
def enter_closing() -> ResponseReturnValue:
    def do(tx: Tx) -> Done:
        form = request.form
        made = acts_on_closings.enter_closing(
            tx, form.get("from_on", "").strip(), form.get("to_on", "").strip() or form.get("from_on", "").strip(),
            form.get("reason", ""), form.get("from_time", "").strip() or None, form.get("to_time", "").strip() or None,
        )  # fmt: skip
        return Done(
            url_for("hours.month", month=made.from_on[:7]), N_("已登记停业 {from_on}"), {"from_on": made.from_on}
        )

    return acts.run(do, again=month)


@act(hours, "/hours/closings/<int:closing_id>/withdraw", right=Right.CLOSE_DAY)
def withdraw_closing(closing_id: int) -> ResponseReturnValue:
    def do(tx: Tx) -> Done:
        made = acts_on_closings.withdraw_closing(tx, closing_id)
        return Done(url_for("hours.month", month=made.from_on[:7]), N_("已撤回停业登记"))

    return acts.run(do, again=month)


@act(hours, "/hours/print", right=Right.CLOSE_DAY)
def print_sheet() -> ResponseReturnValue:
    def do(tx: Tx) -> Done:
        slip_id, _ = day_sheets.print_hours(tx, request.form.get("month", ""))
        return Done(url_for("prints.one", slip_id=slip_id))

    return acts.run(do, again=month)


def asked_month() -> str:
    """The month that the address names, this month for anything else."""
    asked = request.args.get("month", "")
    try:
        read_month(asked)
    except Refused:
        return clock.local_date(station().settings.station.zone).isoformat()[:7]
    return asked


def _other(day: date, days: int) -> str:
    return (day + timedelta(days=days)).isoformat()[:7]
