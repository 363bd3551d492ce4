"""Freezes the report of a week, a month, a half-year or any other span and queues it for the county, in one transaction: by
a person, or by the clock as soon as its last day is closed."""

from __future__ import annotations

from dataclasses import dataclass

from kiosk import clock
from kiosk.errors import Refused
from kiosk.people.rights import Right, require
from kiosk.reports import due, envelope, period, store
from kiosk.reports.model import Report
from kiosk.reports.periods import Kind, Period
from kiosk.reports.queueing import queue_report
from kiosk.storage import Store, Tx
from kiosk.words import N_


@dataclass(frozen=True, slots=True)
class FrozenPeriod:
    """What it did."""

    report: Report
    message_id: int


def freeze_period(tx: Tx, wanted: Period) -> FrozenPeriod:
    """Freezes a period's report by hand; one that is frozen already gets its next revision if its days have changed.

    Refused ``staff.not_allowed``, ``report.period_is_a_day``, ``report.period_not_over`` (a date of it has yet to come or
    to be closed), ``report.period_before_start``, ``report.period_unchanged``.
    """
    require(tx.actor, Right.CLOSE_DAY)
    return freeze_by_station(tx, wanted)


def freeze_by_station(tx: Tx, wanted: Period) -> FrozenPeriod:
    """``freeze_period`` for whoever owns the machine; refused as that is, but for the right."""
    if wanted.kind == Kind.DAY:
        raise Refused("report.period_is_a_day", N_("日报在日结时自动定稿，不用另做"))
    state = due.state_of(tx, wanted, tx.now)
    is_pressing = wanted.kind == Kind.AD_HOC or (state.days_left is not None and state.days_left <= 0)
    if not state.is_over or (state.open_on and not is_pressing):
        raise Refused(
            "report.period_not_over",
            N_("{period} 还没有结束，或有营业日没有日结；没有定稿，请日结后再做"),
            period=wanted.name(),
            open_on="、".join(state.open_on),
        )
    begins_on = period.begins(tx)
    if begins_on is None or wanted.last_on < begins_on:
        raise Refused("report.period_before_start", N_("{period}本站还没有开始营业；没有做报表"), period=wanted.name())
    if state.report is not None and period.is_unchanged(tx, wanted, state.report):
        raise Refused(
            "report.period_unchanged",
            N_("{period} 已经定稿（{report_no}），之后没有变化；没有另做"),
            period=wanted.name(),
            report_no=state.report.report_no,
        )
    report = period.freeze_period(tx, wanted)
    return FrozenPeriod(report, queue_report(tx, report))


def freeze_due(store_: Store) -> int:
    """Freezes every period that is ready, each in a transaction of its own; returns how many."""
    with store_.reading() as db:
        ready = due.waiting(db, clock.stamp())
    if ready:
        envelope.be_ready(store_.secrets)
    done = 0
    for wanted in ready:
        with store_.transaction() as tx:
            if store.latest_of(tx, wanted) is None and due.state_of(tx, wanted, tx.now).is_ready:
                queue_report(tx, period.freeze_period(tx, wanted))
                done += 1
    return done
