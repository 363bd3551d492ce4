"""A month with the carriers and the county's monthly form, by API: the same figures as on their pages and papers."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from flask import Response
from marshmallow import fields

from kiosk import clock
from kiosk.assessment.monthly_form import BOXES, JUDGED, monthly_form
from kiosk.people.rights import Right
from kiosk.reports.reconciliation import CarrierMonth, Side, reconcile
from kiosk.words import say
from web.api.day_records import WhichMonth
from web.api.fields import Told, said
from web.api.once import said as answer
from web.api.operation import Room
from web.station import station

room = Room("carrier_accounts", "A month with each carrier, both sides; and the county's monthly form, filled in.")


class SideTold(Told):
    """One side's figures."""

    pieces = said(fields.Integer, doc="taken in")
    delivery_fee_fen = said(fields.Integer, doc="what the carrier pays for them")
    outbound = said(fields.Integer, doc="pieces sent")
    freight_fen = said(fields.Integer, doc="freight that the carrier gets for them")
    collected_fen = said(fields.Integer, doc="cash on delivery and freight collected for the carrier")
    fines_fen = said(fields.Integer)
    net_fen = said(fields.Integer, doc="what the carrier owes the station; negative the other way round")


class CarrierMonthTold(Told):
    """A month with one carrier."""

    carrier = said()
    ours = fields.Nested(SideTold, required=True)
    theirs = fields.Nested(SideTold, required=True, allow_none=True, metadata={"description": "null: not entered yet"})
    agrees = said(fields.Boolean)
    unpriced = said(fields.Integer, doc="pieces of days for which no fee was agreed; nothing is counted for them")
    returned = said(fields.Integer, doc="of the pieces taken in, how many went back")
    paid_fen = said(fields.Integer, doc="what the station paid the carrier in that month")
    statement_id = said(fields.Integer, may_be_null=True, doc="the entry of the carrier's sheet")


class CarrierMonthsTold(Told):
    """Every carrier with which anything happened."""

    month = said()
    items = fields.List(fields.Nested(CarrierMonthTold), required=True)


class BoxTold(Told):
    """One box of the form."""

    name = said()
    label = said(doc="in words")
    text = said(doc="'' for what the county judges")
    is_judged = said(fields.Boolean, doc="whether the county writes it")


class MonthlyFormTold(Told):
    """The form of one month."""

    month = said()
    turnover_fen = said(fields.Integer, doc="of the month, from frozen daily reports")
    total_fen = said(fields.Integer, doc="since the beginning, up to that month's end")
    reported_days = said(fields.Integer)
    boxes = fields.List(fields.Nested(BoxTold), required=True)


@room.reads("/reconciliation", CarrierMonthsTold, rights=[Right.READ], asks=WhichMonth)
def show_reconciliation(asked: dict[str, Any]) -> Response:
    """Each carrier's month: the station's figures beside those of the carrier's own sheet."""
    month = asked["month"] or _this_month()
    with station().store.reading(snapshot=True) as db:
        return answer({"month": month, "items": [_told(one) for one in reconcile(db, month)]})


@room.reads("/monthly-form", MonthlyFormTold, rights=[Right.READ], asks=WhichMonth)
def show_monthly_form(asked: dict[str, Any]) -> Response:
    """The county's form of a month, with what the station knows in its boxes."""
    month = asked["month"] or _this_month()
    with station().store.reading(snapshot=True) as db:
        form = monthly_form(db, month)
    boxes = [
        {"name": name, "label": say(label), "text": form.boxes[name], "is_judged": name in JUDGED}
        for name, label in BOXES
    ]
    return answer({
        "month": month, "turnover_fen": form.turnover_fen, "total_fen": form.total_fen, "reported_days": form.reported,
        "boxes": boxes,
    })  # fmt: skip


def _this_month() -> str:
    return clock.local_date(station().settings.station.zone).isoformat()[:7]


def _told(one: CarrierMonth) -> dict[str, Any]:
    return {
        "carrier": one.carrier, "ours": _side(one.ours), "theirs": None if one.theirs is None else _side(one.theirs),
        "agrees": one.agrees, "unpriced": one.unpriced, "returned": one.returned, "paid_fen": one.paid_fen,
        "statement_id": one.statement.entry_id if one.statement else None,
    }  # fmt: skip


def _side(side: Side) -> dict[str, int]:
    return asdict(side) | {"net_fen": side.net_fen}
