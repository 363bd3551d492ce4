"""The business day by API: open, count, hand the drawer on, close, and the report that the close froze. What stands
beside the day (hours, closings, corrections, the owner's month) is in ``day_records``, in the same room."""

from __future__ import annotations

import json
from typing import Any

from flask import Response
from marshmallow import fields

from kiosk import shifts
from kiosk.counter import close_day as counting
from kiosk.counter.close_day import close_day
from kiosk.counter.hand_drawer import hand_drawer
from kiosk.counter.open_day import accept_clock, open_day
from kiosk.errors import Refused
from kiosk.money import LIMIT_FEN
from kiosk.people import door as people_door
from kiosk.people.rights import Right
from kiosk.reports import envelope
from kiosk.reports.daily import content_of, daily_report, message_of
from kiosk.reports.figures import daily_figures
from kiosk.reports.model import Report
from kiosk.shifts import PIECES_FEN, REASON_WORDS, Day, clock_trust
from kiosk.shifts.wallets import WALLET_REASONS, WALLET_WORDS, Seen
from kiosk.storage import Actor, Reader, Tx
from kiosk.words import N_
from web.api.fields import LARGEST_ID, Asked, BusinessDate, Inner, Text, Told, Whole, Word, fen, instant, said
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
    pieces = Inner(
        Pieces, load_default=None, allow_none=True, metadata={"description": "the same, counted by denomination in fen"}
    )


class WalletSeen(Asked):
    """What a wallet shows as its takings of the day."""

    seen_fen = Whole(-LIMIT_FEN, LIMIT_FEN, load_default=None, allow_none=True, doc="null: nobody could look")
    reason = Word(list(WALLET_REASONS), load_default=None, doc="of a difference, or of not having looked")


Wallets = Asked.from_dict(
    {wallet: Inner(WalletSeen, metadata={"description": f"the wallet {wallet}"}) for wallet in WALLET_WORDS},
    name="Wallets",
)


class DayToClose(Asked):
    """The cash, counted: by a count that was finished before, or by pieces counted just now."""

    pieces = Inner(
        Pieces, load_default=None, allow_none=True, metadata={"description": "notes and coins by denomination in fen"}
    )
    count_id = Whole(1, LARGEST_ID, load_default=None, allow_none=True, doc="of a finished count, instead of pieces")
    reason = Word(
        list(REASON_WORDS), load_default=None,
        doc="of a difference; `unexplained` when not given with pieces, asked for with a count",
    )  # fmt: skip
    wallets = Inner(
        Wallets, load_default=None, allow_none=True,
        metadata={"description": "what each wallet that moved today shows; all of them with a count"},
    )  # fmt: skip


class CountToFinish(Asked):
    """What was counted."""

    pieces = Inner(Pieces, required=True, metadata={"description": "notes and coins by denomination in fen"})


class DrawerToHandOver(Asked):
    """Who takes the drawer, and what was counted."""

    pieces = Inner(
        Pieces, load_default=None, allow_none=True, metadata={"description": "notes and coins by denomination in fen"}
    )
    count_id = Whole(1, LARGEST_ID, load_default=None, allow_none=True, doc="of a finished count, instead of pieces")
    reason = Word(list(REASON_WORDS), load_default=None, doc="of a difference")
    to_staff_id = Whole(1, LARGEST_ID, required=True, doc="who takes it")
    to_pin = Text(8, required=True, doc="the PIN of the one who takes it")
    from_pin = Text(
        8, load_default="", doc="the PIN of the one who answers for the drawer; a manager's token needs none"
    )


class ClockToAccept(Asked):
    """Why the clock was wrong before."""

    reason = Word(list(clock_trust.CLOCK_REASONS), required=True)


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


class CountBegun(Told):
    """A count that has begun. What should be there is not told before it is finished."""

    count_id = said(fields.Integer)


class CountTold(CountBegun):
    """A finished count."""

    business_on = said()
    counted_fen = said(fields.Integer)
    expected_fen = said(fields.Integer)
    difference_fen = said(fields.Integer)


class HandOverTold(Told):
    """The drawer passed from one person to another."""

    id = said(fields.Integer)
    business_on = said()
    from_staff_id = said(fields.Integer, may_be_null=True, doc="null: nobody answered for it")
    to_staff_id = said(fields.Integer)
    counted_fen = said(fields.Integer)
    expected_fen = said(fields.Integer)
    difference_fen = said(fields.Integer)
    difference_reason = said(may_be_null=True)
    handed_at = instant()


class DrawerHandedOver(HandOverTold):
    """A hand-over that has just been made."""

    slip_id = said(fields.Integer)
    print_job_id = said(fields.Integer, may_be_null=True)


class ClockAccepted(Told):
    """A clock that was accepted."""

    accepted_at = instant()
    last_at = instant(doc="until when the records of the last day go")
    reason = said()


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
    counted = _pieces(asked)
    return once(lambda tx: Done(200, told(open_day(tx, asked["float_fen"], pieces=counted))))


@room.acts("/days/counts", CountBegun, rights=[Right.CLOSE_DAY], status=201)
def begin_count(asked: dict[str, Any]) -> Response:
    """Begins to count the drawer."""
    return once(lambda tx: Done(201, {"count_id": counting.begin_count(tx)}, f"{PREFIX}/days"))


@room.acts("/days/counts/<int:count_id>/finish", CountTold, rights=[Right.CLOSE_DAY], asks=CountToFinish)
def finish_count(asked: dict[str, Any], count_id: int) -> Response:
    """Keeps what was counted; only then what should be in the drawer is told."""
    pieces = _pieces(asked) or {}

    def act(tx: Tx) -> Done:
        found = counting.finish_count(tx, count_id, pieces)
        body = {
            "count_id": found.id, "business_on": found.business_on, "counted_fen": found.counted_fen,
            "expected_fen": found.expected_fen, "difference_fen": found.difference_fen,
        }  # fmt: skip
        return Done(200, body)

    return once(act)


@room.acts(
    "/days/hand-over", DrawerHandedOver, rights=[Right.CLOSE_DAY], asks=DrawerToHandOver, may_fail=(403, 404, 409)
)
def hand_over_drawer(asked: dict[str, Any]) -> Response:
    """Hands the drawer to another person: counted first, the difference posted to the one who leaves, both confirm."""
    store = station().store
    taker = people_door.confirm(store, asked["to_staff_id"], asked["to_pin"])
    leaver = _leaver(asked["from_pin"])

    def act(tx: Tx) -> Done:
        done = hand_drawer(
            tx, taker, count_id=asked["count_id"], pieces=_pieces(asked), reason=asked["reason"] or "", leaver=leaver
        )
        body = hand_over_told(done.hand_over) | {"slip_id": done.slip_id, "print_job_id": done.print_job_id}
        return Done(200, body)

    return once(act)


def _leaver(pin: str) -> Actor | None:
    """Who answers for the drawer now, confirmed by PIN; None where none was given."""
    if not pin:
        return None
    with station().store.reading() as db:
        today = shifts.open_day(db)
        holder = shifts.holder(db, today) if today is not None else None
    return people_door.confirm(station().store, holder, pin) if holder is not None else None


@room.acts("/days/clock", ClockAccepted, rights=[Right.MANAGE], asks=ClockToAccept)
def accept_the_clock(asked: dict[str, Any]) -> Response:
    """Says that the present time is right although the last day was opened or closed later than that; kept as a row."""

    def act(tx: Tx) -> Done:
        made = accept_clock(tx, asked["reason"])
        return Done(200, {"accepted_at": made.accepted_at, "last_at": made.last_at, "reason": made.reason})

    return once(act)


@room.acts("/days/close", DayClosed, rights=[Right.CLOSE_DAY], asks=DayToClose, may_fail=(404, 409))
def end_day(asked: dict[str, Any]) -> Response:
    """Closes the open day: keeps the count and its difference, freezes the daily report and queues it for the county."""
    envelope.be_ready(station().store.secrets)
    pieces = _pieces(asked)
    seen = {
        wallet: Seen(told_of["seen_fen"], told_of["reason"] or "")
        for wallet, told_of in (asked["wallets"] or {}).items()
    }

    def act(tx: Tx) -> Done:
        done = close_day(tx, count_id=asked["count_id"], pieces=pieces, reason=asked["reason"] or "", seen=seen)
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


def _pieces(asked: dict[str, Any]) -> dict[int, int] | None:
    given = asked["pieces"]
    return None if given is None else {int(piece_fen): count for piece_fen, count in given.items() if count}


def hand_over_told(made: shifts.HandOver) -> dict[str, Any]:
    """A hand-over in JSON."""
    return {
        "id": made.id, "business_on": made.business_on, "from_staff_id": made.from_staff_id,
        "to_staff_id": made.to_staff_id, "counted_fen": made.counted_fen, "expected_fen": made.expected_fen,
        "difference_fen": made.difference_fen, "difference_reason": made.difference_reason,
        "handed_at": made.handed_at,
    }  # fmt: skip


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
    last = message_of(db, report)
    if last is None:
        return None
    return {
        "state": last.state, "acknowledgement_no": last.acknowledgement_no, "acknowledged_at": last.acknowledged_at,
        "reason": last.reason,
    }  # fmt: skip
