"""What a program must know of the station before it acts: its state, desks, carriers and billers."""

from __future__ import annotations

from typing import Any

from flask import Response
from marshmallow import fields

import kiosk
from kiosk import clock, outbox, shifts
from kiosk.bills.billers import billers
from kiosk.codes import carriers
from kiosk.people import desks
from kiosk.people.rights import Right
from web.api.fields import Told, instant, said
from web.api.lists import list_of
from web.api.once import said as answer
from web.api.operation import Room
from web.station import station

room = Room("station", "The station itself.")


class StationTold(Told):
    """Which station this is."""

    code = said()
    name = said()
    address = said()
    hours = said()
    phone = said()


class OpenDayTold(Told):
    """The open business day."""

    business_on = said()
    opened_at = instant()
    is_after_hours = said(fields.Boolean)


class UplinkTold(Told):
    """The road to the county centre."""

    has_address = said(fields.Boolean, doc="whether a process sends; by phone a person does")
    waiting = said(fields.Integer)
    refused = said(fields.Integer)
    last_acknowledged_at = said(may_be_null=True)
    last_acknowledgement_no = said(may_be_null=True)


class LampTold(Told):
    """One lamp of one device."""

    device = said()
    kind = said()
    state = said(doc="`ok`, `problem`, `unknown` or `absent`")
    reason = said()


class ScaleTold(Told):
    """What lies on a scale just now. One that is silent, unplugged or out of its range is not in the list."""

    device = said()
    desk = said(doc="empty: it serves every desk")
    grams = said(fields.Integer, doc="below zero: it was not set to zero")
    is_stable = said(fields.Boolean, doc="whether it has come to rest; sell by no other weight")
    age_seconds = said(fields.Float)


class StatusTold(Told):
    """How the station is."""

    version = said()
    now_at = instant()
    station = fields.Nested(StationTold, required=True)
    day = fields.Nested(OpenDayTold, required=True, allow_none=True)
    uplink = fields.Nested(UplinkTold, required=True)
    lamps = fields.List(fields.Nested(LampTold), required=True)
    scales = fields.List(fields.Nested(ScaleTold), required=True)


class DeskTold(Told):
    """A desk. What is open at it is named by id only."""

    id = said(fields.Integer)
    name = said()
    mode = said()
    open_batch_id = said(fields.Integer, may_be_null=True)
    open_ticket_id = said(fields.Integer, may_be_null=True)


class CarrierTold(Told):
    """A carrier that the station knows."""

    code = said()
    name = said()
    hotline = said()


class BillerTold(Told):
    """Whom a bill can be paid to."""

    code = said()
    name = said()
    kind = said()
    account_pattern = said(doc="a regular expression for account numbers, in capitals and without spaces")
    period = said(doc="`required`, `optional` or `none`")
    asks_holder = said(fields.Boolean, doc="the account name must be confirmed before the bill is sent")
    is_read_back = said(fields.Boolean, doc="the number is given twice and read back")
    face_values_fen = fields.List(fields.Integer(), required=True)
    channels = fields.List(fields.String(), required=True)


@room.reads("/status", StatusTold)
def show_status() -> Response:
    """How the station is: its day, what waits for the county, its devices."""
    place = station()
    with place.store.reading() as db:
        day, sent = shifts.open_day(db), outbox.summary(db)
    own = place.settings.station
    open_day = None
    if day is not None:
        open_day = {"business_on": day.business_on, "opened_at": day.opened_at, "is_after_hours": day.is_after_hours}
    uplink = {
        "has_address": place.settings.county.is_reachable, "waiting": sent.waiting, "refused": sent.refused,
        "last_acknowledged_at": sent.last_acknowledged_at, "last_acknowledgement_no": sent.last_acknowledgement_no,
    }  # fmt: skip
    lamps = [
        {"device": lamp.device, "kind": lamp.kind, "state": lamp.state.value, "reason": lamp.reason}
        for lamp in place.runtime.lamps()
    ]
    scales = [
        {name: getattr(one, name) for name in ("device", "desk", "grams", "is_stable", "age_seconds")}
        for one in place.runtime.weights()
    ]
    told = {name: getattr(own, name) for name in ("code", "name", "address", "hours", "phone")}
    return answer(
        {
            "version": kiosk.__version__, "now_at": clock.stamp(), "station": told, "day": open_day, "uplink": uplink,
            "lamps": lamps, "scales": scales,
        }
    )  # fmt: skip


@room.reads("/desks", list_of(DeskTold), rights=[Right.READ])
def list_desks() -> Response:
    """The desks of the station."""
    with station().store.reading() as db:
        items = [
            {name: getattr(desk, name) for name in ("id", "name", "mode", "open_batch_id", "open_ticket_id")}
            for desk in desks.desks(db)
        ]
    return _listed(items)


@room.reads("/carriers", list_of(CarrierTold), rights=[Right.READ, Right.BATCH])
def list_carriers() -> Response:
    """The carriers that a batch or parcel may name, in the order in which buttons show them."""
    return _listed(
        [
            {"code": carrier.code, "name": carrier.name(), "hotline": carrier.hotline}
            for carrier in carriers.known()
        ]
    )  # fmt: skip


@room.reads("/billers", list_of(BillerTold), rights=[Right.READ])
def list_billers() -> Response:
    """Whom bills can be paid to."""
    with station().store.reading() as db:
        return _listed(
            [
                {
                    "code": one.code, "name": one.name, "kind": str(one.kind), "account_pattern": one.account.pattern,
                    "period": one.period, "asks_holder": one.holder, "is_read_back": one.is_number_dictated,
                    "face_values_fen": list(one.face_values_fen), "channels": list(one.channels),
                }
                for one in billers(db).values()
            ]
        )  # fmt: skip


def _listed(items: list[dict[str, Any]]) -> Response:
    return answer({"items": items, "next": None})
