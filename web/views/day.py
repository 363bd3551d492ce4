"""The business day: opened with the change in the drawer, counted before anything is said of what should be there, and
closed."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from kiosk import clock, money, shifts
from kiosk.counter import close_day, open_day
from kiosk.errors import Refused
from kiosk.people import staff
from kiosk.people.rights import Right
from kiosk.reports import envelope
from kiosk.reports import store as reports
from kiosk.reports.open_words import OPEN_WORDS
from kiosk.shifts import REASON_WORDS
from kiosk.storage import Tx
from kiosk.till import drawer
from kiosk.words import N_
from web import acts
from web.acts import Done
from web.routes import act, page
from web.station import station

day = Blueprint("day", __name__)


@page(day, "/day", N_("日结"), key="F10", hint=N_("营业情况、备用金、点钞和日结"))
def today() -> ResponseReturnValue:
    zone = station().settings.station.zone
    with station().store.reading() as db:
        found = shifts.open_day(db)
        facts = {
            "day": found,
            "opened_by": staff.name_of(db, "staff", found.opened_by) if found else "",
            "is_old": found is not None and found.business_on < clock.local_date(zone).isoformat(),
            "has_cash": found is not None
            and db.value("SELECT 1 FROM entries WHERE business_on = ? AND kind <> 'float'", found.business_on),
            "stays_open": close_day.what_stays_open(db),
            "last": shifts.days(db, limit=8),
        }
    return render_template("day/today.html", stays_words=OPEN_WORDS, reason_words=REASON_WORDS, **facts)


@act(day, "/day/open")
def start() -> ResponseReturnValue:
    def do(tx: Tx) -> Done:
        text = request.form.get("float", "").strip()
        opened = open_day.open_day(tx, money.parse(text) if text else None)
        return Done(url_for("day.today"), N_("已开始营业，营业日 {business_on}"), {"business_on": opened.business_on})

    return acts.run(do, again=today)


@act(day, "/day/count", right=Right.CLOSE_DAY)
def begin() -> ResponseReturnValue:
    def do(tx: Tx) -> Done:
        return Done(url_for("day.count", count_id=close_day.begin_count(tx)))

    return acts.run(do, again=today)


@page(day, "/day/count/<int:count_id>", N_("点钞"), right=Right.CLOSE_DAY)
def count(count_id: int) -> ResponseReturnValue:
    with station().store.reading() as db:
        if shifts.open_day(db) is None:
            return redirect(url_for("day.today"), 303)
        stays_open = close_day.what_stays_open(db)
        try:
            counted = drawer.count(db, count_id)
        except Refused as refused:
            if refused.code != "count.not_finished":
                raise
            return render_template("day/count.html", count_id=count_id, pieces=shifts.PIECES_FEN)
    return render_template(
        "day/counted.html", count=counted, reasons=REASON_WORDS, stays_open=stays_open, stays_words=OPEN_WORDS
    )


@act(day, "/day/count/<int:count_id>/finish", right=Right.CLOSE_DAY)
def finish(count_id: int) -> ResponseReturnValue:
    def do(tx: Tx) -> Done:
        close_day.finish_count(tx, count_id, _pieces())
        return Done(url_for("day.count", count_id=count_id))

    return acts.run(do, again=lambda: count(count_id))


@act(day, "/day/close/<int:count_id>", right=Right.CLOSE_DAY)
def close(count_id: int) -> ResponseReturnValue:
    envelope.be_ready(station().store.secrets)

    def do(tx: Tx) -> Done:
        closed = close_day.close_day(tx, count_id=count_id, reason=request.form.get("reason", ""))
        facts = {"business_on": closed.day.business_on, "report_no": closed.report.report_no}
        place = url_for("reports.one_report", report_id=closed.report.id)
        return Done(place, N_("{business_on} 已日结，日报 {report_no} 已定稿并等待上报"), facts)

    return acts.run(do, again=lambda: count(count_id))


def _pieces() -> dict[int, int]:
    pieces = {}
    for fen in shifts.PIECES_FEN:
        text = request.form.get(f"piece_{fen}", "").strip() or "0"
        if not (text.isascii() and text.isdigit() and len(text) <= 6):
            raise Refused(
                "day.count_unreadable", N_("面额 {piece} 的张数不对，请重新点；已填的都保留着"), piece=money.yuan(fen)
            )
        pieces[fen] = int(text)
    return pieces


def report_of(business_on: str) -> int | None:
    """The id of a date's last report, for the list of days."""
    with station().store.reading() as db:
        found = reports.latest(db, business_on)
    return found.id if found else None


@day.app_context_processor
def _report_of_a_day() -> dict[str, object]:
    return {"report_of": report_of}
