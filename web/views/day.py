"""The business day: opened with the change in the drawer, handed on, counted before anything is said of what should be
there, and closed."""

from __future__ import annotations

from datetime import timedelta

from flask import Blueprint, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from kiosk import clock, ledger, money, shifts
from kiosk.counter import close_day, day_sheets, open_day
from kiosk.counter.hand_drawer import hand_drawer
from kiosk.counter.open_cases import MOST_LISTED, open_cases
from kiosk.errors import Refused
from kiosk.ledger import Account
from kiosk.people import door, staff
from kiosk.people.rights import ROLES, Right, may
from kiosk.reports import envelope, hours
from kiosk.reports import store as reports
from kiosk.reports.open_words import OPEN_WORDS
from kiosk.shifts import REASON_WORDS, clock_trust, wallets
from kiosk.storage import Reader, Tx
from kiosk.till import drawer
from kiosk.words import N_
from web import acts, day_forms
from web.acts import Done
from web.places_of_cases import place_of
from web.routes import act, page
from web.row_ids import row_id
from web.station import actor, session, station

day = Blueprint("day", __name__)


@page(day, "/day", N_("日结"), key="F10", hint=N_("营业情况、备用金、交接班、点钞和日结"))
def today() -> ResponseReturnValue:
    zone = station().settings.station.zone
    with station().store.reading() as db:
        found = shifts.open_day(db)
        facts = {
            "day": found,
            "opened_by": staff.name_of(db, found.opened_by_kind, found.opened_by) if found else "",
            "holder": _holder(db),
            "hand_overs": _hand_overs(db),
            "is_old": found is not None and found.business_on < clock.local_date(zone).isoformat(),
            "is_ahead": found is not None and found.business_on > _month_ahead(zone),
            "has_cash": found is not None and shifts.has_cash(db, found.business_on),
            "so_far": hours.today_so_far(db, clock.stamp()),
            "doubt": "" if found else clock_trust.doubt(db, clock.stamp()),
            "expected_fen": ledger.balance(db, Account.DRAWER) if found and may(actor(), Right.MANAGE) else None,
            "cases": open_cases(db),
            "last": shifts.days(db, limit=8),
        }
    return render_template(
        "day/today.html", stays_words=OPEN_WORDS, reason_words=REASON_WORDS, clock_reasons=clock_trust.CLOCK_REASONS,
        pieces=shifts.PIECES_FEN, most=MOST_LISTED, place_of=place_of, rules=station().settings.hours, now=clock.stamp(),
        **facts,
    )  # fmt: skip


@act(day, "/day/open")
def start() -> ResponseReturnValue:
    def do(tx: Tx) -> Done:
        text = request.form.get("float", "").strip()
        counted = day_forms.pieces() if day_forms.has_pieces() else None
        before = ledger.balance(tx, Account.DRAWER)
        opened = open_day.open_day(tx, money.parse(text) if text else None, pieces=counted)
        facts = {"business_on": opened.business_on}
        if not text and counted is None:
            return Done(url_for("day.today"), N_("已开始营业，营业日 {business_on}"), facts)
        moved = opened.float_fen - before
        facts |= {"sum": money.yuan(opened.float_fen), "moved": money.yuan(abs(moved))}
        words = (
            _FLOAT_PUT_IN if moved > 0 else _FLOAT_TAKEN_OUT if moved else N_("已开始营业 {business_on}，备用金 {sum}")
        )
        return Done(url_for("day.today"), words, facts)

    return acts.run(do, again=today)


_FLOAT_PUT_IN = N_("已开始营业 {business_on}，备用金 {sum}；比账上多的 {moved} 记为站长放入")
_FLOAT_TAKEN_OUT = N_("已开始营业 {business_on}，备用金 {sum}；比账上少的 {moved} 记为站长取出")


@act(day, "/day/clock", right=Right.MANAGE)
def accept_clock() -> ResponseReturnValue:
    def do(tx: Tx) -> Done:
        open_day.accept_clock(tx, request.form.get("reason", ""))
        return Done(url_for("day.today"), N_("已记下：现在的时间是对的。可以开始营业了"))

    return acts.run(do, again=today)


@act(day, "/day/x", right=Right.CLOSE_DAY)
def take_x() -> ResponseReturnValue:
    def do(tx: Tx) -> Done:
        slip_id, _ = day_sheets.take_x(tx)
        return Done(url_for("prints.one", slip_id=slip_id))

    return acts.run(do, again=today)


# Counting and closing -------------------------------------------------------------------------------------------------


@act(day, "/day/count", right=Right.CLOSE_DAY)
def begin() -> ResponseReturnValue:
    def do(tx: Tx) -> Done:
        return Done(url_for("day.count", count_id=close_day.begin_count(tx)))

    return acts.run(do, again=today)


@page(day, "/day/count/<int:count_id>", N_("点钞"), right=Right.CLOSE_DAY)
def count(count_id: int) -> ResponseReturnValue:
    with station().store.reading() as db:
        found = shifts.open_day(db)
        if found is None:
            return _no_day()
        counted = _finished(db, count_id)
        if counted is None:
            return render_template(
                "day/count.html", finish=url_for("day.finish", count_id=count_id), pieces=shifts.PIECES_FEN
            )
        facts = {"cases": open_cases(db), "wallets": wallets.figures_of(db, found.business_on)}
    return render_template(
        "day/counted.html", count=counted, reasons=REASON_WORDS, stays_words=OPEN_WORDS, most=MOST_LISTED,
        place_of=place_of, wallet_words=wallets.WALLET_WORDS, wallet_reasons=wallets.WALLET_REASONS, **facts,
    )  # fmt: skip


@act(day, "/day/count/<int:count_id>/finish", right=Right.CLOSE_DAY)
def finish(count_id: int) -> ResponseReturnValue:
    def do(tx: Tx) -> Done:
        close_day.finish_count(tx, count_id, day_forms.pieces())
        return Done(url_for("day.count", count_id=count_id))

    return acts.run(do, again=lambda: count(count_id))


@act(day, "/day/close/<int:count_id>", right=Right.CLOSE_DAY)
def close(count_id: int) -> ResponseReturnValue:
    envelope.be_ready(station().store.secrets)

    def do(tx: Tx) -> Done:
        closed = close_day.close_day(
            tx, count_id=count_id, reason=request.form.get("reason", ""), seen=day_forms.seen()
        )
        facts = {"business_on": closed.day.business_on, "report_no": closed.report.report_no}
        place = url_for("reports.one_report", report_id=closed.report.id)
        return Done(place, N_("{business_on} 已日结，日报 {report_no} 已定稿并等待上报"), facts)

    return acts.run(do, again=lambda: count(count_id))


# 交接班 ---------------------------------------------------------------------------------------------------------------


@act(day, "/day/hand-over", right=Right.CLOSE_DAY)
def begin_hand_over() -> ResponseReturnValue:
    def do(tx: Tx) -> Done:
        return Done(url_for("day.hand_over", count_id=close_day.begin_count(tx)))

    return acts.run(do, again=today)


@page(day, "/day/hand-over/<int:count_id>", N_("交接班"), right=Right.CLOSE_DAY)
def hand_over(count_id: int) -> ResponseReturnValue:
    with station().store.reading() as db:
        if shifts.open_day(db) is None:
            return _no_day()
        counted = _finished(db, count_id)
        if counted is None:
            return render_template(
                "day/count.html", finish=url_for("day.finish_hand_over", count_id=count_id), pieces=shifts.PIECES_FEN
            )
        holder = _holder(db)
        people = [
            person
            for person in staff.staff_list(db)
            if Right.CLOSE_DAY in ROLES[person.role] and (holder is None or person.id != holder[0])
        ]
    return render_template("day/hand_over.html", count=counted, reasons=REASON_WORDS, holder=holder, people=people)


@act(day, "/day/hand-over/<int:count_id>/finish", right=Right.CLOSE_DAY)
def finish_hand_over(count_id: int) -> ResponseReturnValue:
    def do(tx: Tx) -> Done:
        close_day.finish_count(tx, count_id, day_forms.pieces())
        return Done(url_for("day.hand_over", count_id=count_id))

    return acts.run(do, again=lambda: hand_over(count_id))


@act(day, "/day/hand-over/<int:count_id>/take", right=Right.CLOSE_DAY)
def take(count_id: int) -> ResponseReturnValue:
    """The one who takes the drawer confirms by PIN; it is checked before the transaction, and a wrong one is counted."""

    def do(tx: Tx) -> Done:
        # A second click finds its answer before anybody's PIN is asked for again.
        handed = hand_drawer(tx, taker, count_id=count_id, reason=request.form.get("reason", ""))
        facts = {"name": taker.name, "sum": money.yuan(handed.hand_over.counted_fen)}
        return Done(url_for("day.today"), N_("抽屉已交给 {name}，实点 {sum}；单子已排队打印"), facts)

    try:
        taker = door.confirm(station().store, _taker(), request.form.get("pin", ""))
    except Refused as refused:
        return acts.refuse(refused, lambda: hand_over(count_id))
    return acts.run(do, again=lambda: hand_over(count_id))


def _taker() -> int:
    chosen = row_id(request.form.get("to", ""))
    if not chosen:
        raise Refused("drawer.taker_missing", N_("请选接班的人；没有交接，点的数保留着"))
    if chosen == session().staff.id and request.form.get("pin", "") == "":
        raise Refused("drawer.taker_missing", N_("请接班的人输入自己的 PIN；没有交接，点的数保留着"))
    return chosen


def _no_day() -> ResponseReturnValue:
    """The day of this count is closed: its page leads to the day's, and a refusal is said there and not lost on the way."""
    return redirect(url_for("day.today"), 303) if g.get("refused") is None else today()


def _finished(db: Reader, count_id: int) -> drawer.Count | None:
    try:
        return drawer.count(db, count_id)
    except Refused as refused:
        if refused.code != "count.not_finished":
            raise
        return None


def _holder(db: Reader) -> tuple[int, str] | None:
    """Who answers for the drawer now: id and name."""
    found = shifts.open_day(db)
    holder = shifts.holder(db, found) if found is not None else None
    return None if holder is None else (holder, staff.name_of(db, "staff", holder))


def _hand_overs(db: Reader) -> list[dict[str, object]]:
    found = shifts.open_day(db)
    made = shifts.hand_overs_on(db, found.business_on) if found is not None else []
    return [
        {
            "at": one.handed_at, "difference_fen": one.difference_fen, "reason": one.difference_reason,
            "counted_fen": one.counted_fen, "to": staff.name_of(db, "staff", one.to_staff_id),
            "leaver": staff.name_of(db, "staff", one.from_staff_id) if one.from_staff_id else "",
        }
        for one in made
    ]  # fmt: skip


def _month_ahead(zone: str) -> str:
    return (clock.local_date(zone) + timedelta(days=clock_trust.MOST_DAYS_AHEAD)).isoformat()


def report_of(business_on: str) -> int | None:
    """The id of a date's last report, for the list of days."""
    with station().store.reading() as db:
        found = reports.latest(db, business_on)
    return found.id if found else None


@day.app_context_processor
def _report_of_a_day() -> dict[str, object]:
    return {"report_of": report_of}
