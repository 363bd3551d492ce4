"""What stands beside the business day by API: its hand-overs, wallets and open cases, the X slip, closings, corrections,
opening hours, the owner's month. In the room of ``days``."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from flask import Response
from marshmallow import fields

from kiosk import clock, ledger, shifts
from kiosk.counter import closings, day_sheets
from kiosk.counter.correct_day import correct_day
from kiosk.counter.open_cases import case_view, open_cases
from kiosk.errors import Refused
from kiosk.ledger import Account
from kiosk.money import LIMIT_FEN
from kiosk.people.rights import Right, may
from kiosk.reports import envelope, hours, owner
from kiosk.reports.corrections import MOST_COUNT, Change, RowChange
from kiosk.reports.figures import corrections_of
from kiosk.reports.model import CORRECTION_WORDS, FIGURE_COLUMNS, SERVICE_ROWS
from kiosk.shifts import wallets
from kiosk.shifts.closings import CLOSING_WORDS, Closing, standing_between
from kiosk.storage import Reader, Tx
from kiosk.till.debts import debt_view
from kiosk.words import N_, say
from web.api.days import DayTold, HandOverTold, hand_over_told, room, told
from web.api.door import caller
from web.api.fields import Asked, BusinessDate, Inner, Items, Text, Told, Whole, Word, instant, said
from web.api.lists import list_of
from web.api.once import Done, once
from web.api.once import said as answer
from web.station import station

_MONTH = r"20[0-9]{2}-(0[1-9]|1[0-2])"
_TIME = r"([01][0-9]|2[0-3]):[0-5][0-9]"


class WhichDay(Asked):
    """Of which day."""

    business_on = BusinessDate(doc="the open day when not given, else the last one")


class WhichMonth(Asked):
    """Of which month."""

    month = Text(7, pattern=_MONTH, doc="`2026-11`; the present one when not given")


class WhichDates(Asked):
    """Which span of dates."""

    from_on = BusinessDate(required=True)
    to_on = BusinessDate(required=True)


class MonthToPrint(Asked):
    """Of which month."""

    month = Text(7, pattern=_MONTH, required=True, doc="`2026-11`")


class ClosingToEnter(Asked):
    """Whole days, or some hours of one day, on which the station is not open."""

    from_on = BusinessDate(required=True)
    to_on = BusinessDate(load_default=None, allow_none=True, doc="the same day when not given")
    from_time = Text(5, pattern=_TIME, load_default=None, allow_none=True, doc="`14:00`, the station's clock")
    to_time = Text(5, pattern=_TIME, load_default=None, allow_none=True)
    reason = Word(list(CLOSING_WORDS), required=True)


class RowToChange(Asked):
    """What is added to one row of the report; negative: taken away."""

    service_type = Word(sorted({service for service, _ in SERVICE_ROWS}), required=True)
    kind = Word(sorted({kind for _, kind in SERVICE_ROWS}), load_default="")
    txn_count = Whole(-MOST_COUNT, MOST_COUNT, load_default=0)
    txn_amount_fen = Whole(-LIMIT_FEN, LIMIT_FEN, load_default=0)
    commission_fen = Whole(-LIMIT_FEN, LIMIT_FEN, load_default=0)
    service_fee_fen = Whole(-LIMIT_FEN, LIMIT_FEN, load_default=0)


ParcelsToChange = Asked.from_dict(
    {name: Whole(-MOST_COUNT, MOST_COUNT, load_default=0, doc="added to this figure") for name in FIGURE_COLUMNS},
    name="ParcelsToChange",
)


class DayToCorrect(Asked):
    """Signed changes of the report of a closed day."""

    business_on = BusinessDate(required=True)
    reason = Word(list(CORRECTION_WORDS), required=True)
    voucher = Text(40, shortest=1, required=True, doc="number of the paper that shows it: letters, digits, hyphens")
    rows = Items(Inner(RowToChange), len(SERVICE_ROWS), load_default=list)
    parcels = Inner(ParcelsToChange, load_default=None, allow_none=True)


class ClosingTold(Told):
    """A closing."""

    id = said(fields.Integer)
    from_on = said()
    to_on = said()
    from_time = said(may_be_null=True)
    to_time = said(may_be_null=True)
    reason = said()
    withdrawn_at = instant(may_be_null=True)


class OpenCaseTold(Told):
    """One unfinished case."""

    kind = said()
    id = said(fields.Integer)
    label = said()
    stage = said()
    since_on = said(may_be_null=True)
    amount_fen = said(fields.Integer, may_be_null=True)


class WalletTold(Told):
    """A wallet as it was compared."""

    wallet = said()
    moved_fen = said(fields.Integer, doc="in less out of the day, by the book")
    balance_fen = said(fields.Integer)
    seen_fen = said(fields.Integer, may_be_null=True)
    difference_reason = said(may_be_null=True)


class DayDetails(DayTold):
    """A day with all that stands beside it. `expected_now_fen` is told to a manager only."""

    holder_staff_id = said(fields.Integer, may_be_null=True, doc="who answers for the drawer")
    expected_now_fen = said(fields.Integer, may_be_null=True)
    hand_overs = fields.List(fields.Nested(HandOverTold), required=True)
    wallets = fields.List(fields.Nested(WalletTold), required=True)
    closings = fields.List(fields.Nested(ClosingTold), required=True)
    corrections = said(fields.List, cls_or_instance=fields.Dict())
    open_cases = fields.List(fields.Nested(OpenCaseTold), required=True)


class SlipTold(Told):
    """A slip that was issued."""

    slip_id = said(fields.Integer)
    print_job_id = said(fields.Integer, may_be_null=True)


class DayCorrected(SlipTold):
    """A supplement."""

    report_no = said()
    report_hash = said()
    revision = said(fields.Integer)


class OpenHoursTold(Told):
    """One calendar date."""

    on = said()
    from_time = said(may_be_null=True)
    to_time = said(may_be_null=True)
    minutes = said(fields.Integer)
    is_long_enough = said(fields.Boolean)
    keeps_hours = said(fields.Boolean, doc="open from and to the hours that the county sets")
    is_closed_late = said(fields.Boolean)
    is_excused = said(fields.Boolean, doc="a closing covers the whole day")


class WeekTold(Told):
    """One week, Monday to Sunday."""

    from_on = said()
    to_on = said()
    days_open = said(fields.Integer)
    days_excused = said(fields.Integer)
    is_over = said(fields.Boolean)
    is_enough = said(fields.Boolean)


class HoursTold(Told):
    """The opening hours of a month."""

    month = said()
    days = fields.List(fields.Nested(OpenHoursTold), required=True)
    weeks = fields.List(fields.Nested(WeekTold), required=True)
    days_open = said(fields.Integer)
    minutes = said(fields.Integer)
    days_long_enough = said(fields.Integer)
    days_unexplained = said(fields.Integer)


class OwnerMonthTold(Told):
    """The owner's view of a month; amounts in fen."""

    month = said()
    takings = said(fields.Dict, doc="money that came in, by method of payment; what was put on account is not in it")
    takings_fen = said(fields.Integer)
    paid_out = said(fields.Dict, doc="money that villagers got, by method of payment")
    debts_made_fen = said(fields.Integer, doc="put on account in the month")
    debts_settled_fen = said(fields.Integer, doc="repaid or set off in the month")
    purchases_advanced_fen = said(fields.Integer, doc="what the station has paid shops and customers still owe, now")
    earned = said(fields.Dict, doc="by service: fee_fen, commission_fen")
    others = said(fields.Dict, doc="other income, positive, by account")
    result_fen = said(fields.Integer)
    owner_put_in_fen = said(fields.Integer)
    owner_took_out_fen = said(fields.Integer)
    owed_to_consignors = said(fields.Dict)
    owed_to_carriers = said(fields.Dict)
    held = said(fields.Dict)
    debts = said(fields.List, cls_or_instance=fields.Dict())
    over_short = said(fields.List, cls_or_instance=fields.Dict())
    by_day = said(fields.List, cls_or_instance=fields.Dict())
    by_month = said(fields.List, cls_or_instance=fields.Dict())


@room.reads("/days/details", DayDetails, rights=[Right.READ], asks=WhichDay, may_fail=(404,))
def show_day(asked: dict[str, Any]) -> Response:
    """A business day with its hand-overs, wallets, closings and corrections; what is unfinished while it is open."""
    with station().store.reading(snapshot=True) as db:
        return answer(_details(db, asked["business_on"]))


def _details(db: Reader, business_on: str | None) -> dict[str, Any]:
    day = shifts.day(db, business_on) if business_on else shifts.open_day(db) or shifts.last_day(db)
    if day is None:
        raise Refused("day.none", N_("{business_on} 没有营业；请核对日期"), business_on=business_on or "")
    is_open = day.state == "open"
    expected = ledger.balance(db, Account.DRAWER) if is_open and may(caller(), Right.MANAGE) else None
    compared = [asdict(one) for one in wallets.counts_on(db, day.business_on)]
    if is_open:
        compared = [
            {"wallet": one.wallet, "moved_fen": one.moved_fen, "balance_fen": one.balance_fen, "seen_fen": None,
             "difference_reason": None}
            for one in wallets.figures_of(db, day.business_on)
        ]  # fmt: skip
    return told(day) | {
        "holder_staff_id": shifts.holder(db, day),
        "expected_now_fen": expected,
        "hand_overs": [hand_over_told(made) for made in shifts.hand_overs_on(db, day.business_on)],
        "wallets": compared,
        "closings": [closing_told(one) for one in standing_between(db, day.business_on, day.business_on)],
        "corrections": [asdict(made) for made in corrections_of(db, day.business_on)],
        "open_cases": [case_view(case, say) for cases in open_cases(db).values() for case in cases] if is_open else [],
    }


@room.acts("/days/x", SlipTold, rights=[Right.CLOSE_DAY])
def take_x_slip(asked: dict[str, Any]) -> Response:
    """Prints the figures of the open day so far. What should be in the drawer is not on it."""
    return once(lambda tx: Done(200, _slip(*day_sheets.take_x(tx))))


@room.acts("/days/correct", DayCorrected, rights=[Right.MANAGE], asks=DayToCorrect, may_fail=(404, 409))
def correct_closed_day(asked: dict[str, Any]) -> Response:
    """Corrects the report of a closed day by a numbered supplement, queued for the county behind the first report."""
    envelope.be_ready(station().store.secrets)
    rows = [
        RowChange(
            row["service_type"], row["kind"], row["txn_count"], row["txn_amount_fen"], row["commission_fen"],
            row["service_fee_fen"],
        )
        for row in asked["rows"]
    ]  # fmt: skip
    change = Change(asked["reason"], asked["voucher"], rows, asked["parcels"] or {})

    def act(tx: Tx) -> Done:
        made = correct_day(tx, asked["business_on"], change)
        body = _slip(made.slip_id, made.print_job_id) | {
            "report_no": made.report.report_no, "report_hash": made.report.hash, "revision": made.report.revision,
        }  # fmt: skip
        return Done(200, body)

    return once(act)


@room.reads("/days/closings", list_of(ClosingTold), rights=[Right.READ], asks=WhichDates)
def list_closings(asked: dict[str, Any]) -> Response:
    """Closings that touch a span of dates, without the withdrawn ones."""
    with station().store.reading() as db:
        found = standing_between(db, asked["from_on"], asked["to_on"])
    return answer({"items": [closing_told(one) for one in found], "next": None})


@room.acts("/days/closings", ClosingTold, rights=[Right.CLOSE_DAY], asks=ClosingToEnter, status=201)
def enter_closing(asked: dict[str, Any]) -> Response:
    """Enters a closing, before it or after."""

    def act(tx: Tx) -> Done:
        made = closings.enter_closing(
            tx, asked["from_on"], asked["to_on"] or asked["from_on"], asked["reason"], asked["from_time"],
            asked["to_time"],
        )  # fmt: skip
        return Done(201, closing_told(made))

    return once(act)


@room.acts("/days/closings/<int:closing_id>/withdraw", ClosingTold, rights=[Right.CLOSE_DAY])
def withdraw_closing(asked: dict[str, Any], closing_id: int) -> Response:
    """Withdraws a closing that was entered by mistake."""
    return once(lambda tx: Done(200, closing_told(closings.withdraw_closing(tx, closing_id))))


@room.reads("/days/hours", HoursTold, rights=[Right.READ], asks=WhichMonth)
def show_hours(asked: dict[str, Any]) -> Response:
    """The opening hours of a month up to today, from the acts that opened and closed its days."""
    with station().store.reading(snapshot=True) as db:
        found = hours.month_of(db, asked["month"] or _this_month(db), clock.stamp())
    body = asdict(found)
    for day in body["days"]:
        del day["closings"], day["is_open_now"]
    return answer(body)


@room.acts("/days/hours/print", SlipTold, rights=[Right.CLOSE_DAY], asks=MonthToPrint)
def print_hours(asked: dict[str, Any]) -> Response:
    """Prints the sheet of a month's opening hours."""
    return once(lambda tx: Done(200, _slip(*day_sheets.print_hours(tx, asked["month"]))))


@room.reads("/days/owner", OwnerMonthTold, rights=[Right.MANAGE], asks=WhichMonth)
def show_owner_month(asked: dict[str, Any]) -> Response:
    """The owner's view of a month: takings, income, what is owed and by whom, over and short."""
    with station().store.reading(snapshot=True) as db:
        found = owner.month_of(db, asked["month"] or _this_month(db))
    return answer(
        {
            "month": found.month,
            "takings": dict(found.takings),
            "takings_fen": found.takings_fen,
            "paid_out": dict(found.paid_out),
            "debts_made_fen": found.debts_made_fen,
            "debts_settled_fen": found.debts_settled_fen,
            "purchases_advanced_fen": found.purchases_advanced_fen,
            "earned": {
                row.service: {"fee_fen": row.fee_fen, "commission_fen": row.commission_fen} for row in found.earned
            },
            "others": dict(found.others),
            "result_fen": found.result_fen,
            "owner_put_in_fen": found.owner_put_in_fen,
            "owner_took_out_fen": found.owner_took_out_fen,
            "owed_to_consignors": dict(found.owed_to_consignors),
            "owed_to_carriers": dict(found.owed_to_carriers),
            "held": dict(found.held),
            "debts": [debt_view(one) for one in found.debts],
            "over_short": [asdict(row) | {"sum_fen": row.sum_fen} for row in found.over_short],
            "by_day": [asdict(point) for point in found.by_day],
            "by_month": [asdict(point) for point in found.by_month],
        }
    )


def closing_told(one: Closing) -> dict[str, Any]:
    """A closing in JSON."""
    return {
        "id": one.id, "from_on": one.from_on, "to_on": one.to_on, "from_time": one.from_time, "to_time": one.to_time,
        "reason": one.reason, "withdrawn_at": one.withdrawn_at,
    }  # fmt: skip


def _slip(slip_id: int, print_job_id: int | None) -> dict[str, Any]:
    return {"slip_id": slip_id, "print_job_id": print_job_id}


def _this_month(db: Reader) -> str:
    return clock.local_date(db.settings.station.zone).isoformat()[:7]
