"""The business day by API: open, close with the cash counted, and the report that the close froze."""

from __future__ import annotations

import json
from typing import Any

from flask import Response
from marshmallow import fields

from kiosk import outbox, shifts
from kiosk.counter.close_day import close_day
from kiosk.counter.open_day import open_day
from kiosk.errors import Refused
from kiosk.people.rights import Right
from kiosk.reports import envelope
from kiosk.reports.daily import content_of, daily_report
from kiosk.reports.figures import daily_figures
from kiosk.reports.model import SUBJECT, Report
from kiosk.shifts import PIECES_FEN, REASON_WORDS, Day
from kiosk.storage import Reader, Tx
from kiosk.words import N_
from web.api.fields import Asked, BusinessDate, Inner, Told, Whole, Word, fen, instant, said
from web.api.lists import list_of
from web.api.once import Done, once
from web.api.once import said as answer
from web.api.operation import PREFIX, Room
from web.station import station

room = Room("days", "The business day and its report.")
MOST_PIECES = 100_000

Pieces = Asked.from_dict(
    {
        str(piece_fen): Whole(0, MOST_PIECES, load_default=0, doc=f"how many pieces of {piece_fen} fen")
        for piece_fen in PIECES_FEN
    },
    name="Pieces",
)


class DayToOpen(Asked):
    """How the day begins."""

    float_fen = fen("change that lies in the drawer", load_default=None, allow_none=True)


class DayToClose(Asked):
    """The cash, counted."""

    pieces = Inner(Pieces, required=True, metadata={"description": "notes and coins by denomination in fen"})
    reason = Word(list(REASON_WORDS), load_default=None, doc="of a difference; `unexplained` when not given")


class WhichDays(Asked):
    """Where in the list to read on."""

    limit = Whole(1, 200, is_query=True, load_default=60)
    before = BusinessDate(load_default="9999-12-31")


class WhichReport(Asked):
    """Of which day."""

    business_on = BusinessDate(doc="the open day when not given, else the last one")


class DayTold(Told):
    """A business day. What should be in the drawer is told of closed days only."""

    business_on = said()
    state = said(doc="`open` or `closed`")
    opened_at = instant()
    closed_at = instant(may_be_null=True)
    is_after_hours = said(fields.Boolean)
    is_closed_late = said(fields.Boolean)
    float_fen = said(fields.Integer)
    counted_fen = said(fields.Integer, may_be_null=True)
    expected_fen = said(fields.Integer, may_be_null=True)
    difference_fen = said(fields.Integer, may_be_null=True)
    difference_reason = said(may_be_null=True)


class DayClosed(DayTold):
    """A day that has just been closed."""

    report_no = said()
    report_hash = said()
    slip_id = said(fields.Integer)
    print_job_id = said(fields.Integer, may_be_null=True)
    stays_open = said(fields.Dict, doc="what is unfinished and carried over, by kind")
    open_ticket_ids = fields.List(fields.Integer(), required=True)


class ServiceRowTold(Told):
    """One service type of the day."""

    service_type = said()
    kind = said()
    txn_count = said(fields.Integer)
    txn_amount_fen = said(fields.Integer)
    commission_fen = said(fields.Integer)
    service_fee_fen = said(fields.Integer)


class MessageTold(Told):
    """How far the report has come on its way to the county."""

    state = said(doc="`waiting`, `in_flight`, `acknowledged` or `refused`")
    acknowledgement_no = said(may_be_null=True)
    acknowledged_at = said(may_be_null=True)
    reason = said(may_be_null=True)


class DailyReportTold(Told):
    """The daily report F1. `is_frozen` false: the figures so far of a day that is open."""

    is_frozen = said(fields.Boolean)
    business_on = said()
    report_no = said(may_be_null=True)
    revision = said(fields.Integer)
    hash = said(may_be_null=True, doc="SHA-256 of the frozen content")
    frozen_at = said(may_be_null=True)
    services = fields.List(fields.Nested(ServiceRowTold), required=True)
    totals = said(fields.Dict)
    parcels = said(fields.Dict)
    message = fields.Nested(MessageTold, required=True, allow_none=True)


def told(day: Day) -> dict[str, Any]:
    """A day in JSON."""
    return {
        "business_on": day.business_on, "state": day.state, "opened_at": day.opened_at, "closed_at": day.closed_at,
        "is_after_hours": day.is_after_hours, "is_closed_late": day.is_closed_late, "float_fen": day.float_fen,
        "counted_fen": day.counted_fen, "expected_fen": day.expected_fen, "difference_fen": day.difference_fen,
        "difference_reason": day.difference_reason,
    }  # fmt: skip


@room.acts("/days/open", DayTold, rights=[Right.SERVE], asks=DayToOpen)
def begin_day(asked: dict[str, Any]) -> Response:
    """Opens the business day, or says how much change lay in the drawer at its start. Any first act opens it too."""
    return once(lambda tx: Done(200, told(open_day(tx, asked["float_fen"]))))


@room.acts("/days/close", DayClosed, rights=[Right.CLOSE_DAY], asks=DayToClose)
def end_day(asked: dict[str, Any]) -> Response:
    """Closes the open day: keeps the count and its difference, freezes the daily report and queues it for the county."""
    envelope.be_ready(station().store.secrets)
    pieces = {int(piece_fen): count for piece_fen, count in asked["pieces"].items() if count}

    def act(tx: Tx) -> Done:
        done = close_day(tx, pieces=pieces, reason=asked["reason"] or "")
        body = told(done.day) | {
            "report_no": done.report.report_no, "report_hash": done.report.hash, "slip_id": done.slip_id,
            "print_job_id": done.print_job_id, "stays_open": done.stays_open,
            "open_ticket_ids": list(done.open_ticket_ids),
        }  # fmt: skip
        return Done(200, body)

    return once(act)


@room.reads("/days", list_of(DayTold), rights=[Right.READ], asks=WhichDays)
def list_days(asked: dict[str, Any]) -> Response:
    """Business days, newest first."""
    with station().store.reading() as db:
        found = shifts.days(db, asked["limit"] + 1, asked["before"])
    shown = found[: asked["limit"]]
    following = None
    if len(found) > len(shown):
        following = f"{PREFIX}/days?limit={asked['limit']}&before={shown[-1].business_on}"
    return answer({"items": [told(day) for day in shown], "next": following})


@room.reads("/reports/daily", DailyReportTold, rights=[Right.READ], asks=WhichReport, may_fail=(404,))
def show_daily_report(asked: dict[str, Any]) -> Response:
    """The daily report of a business date, as it was frozen; the figures so far while the day is open."""
    with station().store.reading(snapshot=True) as db:
        return answer(_report(db, asked["business_on"]))


def _report(db: Reader, business_on: str | None) -> dict[str, Any]:
    day = shifts.day(db, business_on) if business_on else shifts.open_day(db) or shifts.last_day(db)
    if day is None:
        raise Refused(
            "report.none", N_("{business_on} 没有营业，也没有日报；请核对日期"), business_on=business_on or ""
        )
    frozen = daily_report(db, day.business_on)
    if frozen is not None:
        facts = {"is_frozen": True, "hash": frozen.hash, "frozen_at": frozen.frozen_at, "message": _message(db, frozen)}
        return json.loads(frozen.content) | facts
    content = content_of(db, day, daily_figures(db, day.business_on), "", 0)
    return content | {"report_no": None, "is_frozen": False, "hash": None, "frozen_at": None, "message": None}


def _message(db: Reader, report: Report) -> dict[str, Any] | None:
    sent = outbox.of_subject(db, SUBJECT, report.id)
    if not sent:
        return None
    last = sent[-1]
    return {
        "state": last.state, "acknowledgement_no": last.acknowledgement_no, "acknowledged_at": last.acknowledged_at,
        "reason": last.reason,
    }  # fmt: skip
