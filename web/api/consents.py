"""Consent by API: what was said and withdrawn, who lies here without having agreed, the courier's list."""

from __future__ import annotations

from typing import Any

from flask import Response
from marshmallow import fields

from kiosk.consents import store
from kiosk.consents.model import Colour, Consent, How, Scope, WithdrawnHow
from kiosk.counter import consent, consent_list
from kiosk.counter.consent import show_consent
from kiosk.errors import Refused
from kiosk.people.rights import Right
from kiosk.storage import Reader, Tx
from kiosk.words import N_
from web.api.fields import LARGEST_ID, Asked, Text, Told, Whole, Word, instant, row_id, said
from web.api.lists import Page, list_of, page
from web.api.once import Done, once
from web.api.once import said as answer
from web.api.operation import PREFIX, Room
from web.station import station

room = Room("consents", "Who lets parcels be left at the station, and who lies here without having agreed.")
ID = f"<int(min=1, max={LARGEST_ID}):consent_id>"


class WhichConsents(Page):
    """Filters of the list."""

    scope = Word(list(Scope))
    parcel_id = Whole(1, LARGEST_ID, is_query=True, doc="only what was said for this parcel alone")


class WhichParcels(Asked):
    """Filters of the list; oldest first."""

    batch_id = Whole(1, LARGEST_ID, is_query=True)
    carrier = Text(40, load_default=None, allow_none=True)
    colour = Word([Colour.RED, Colour.AMBER])
    after = Whole(0, LARGEST_ID, is_query=True, load_default=0, doc="only parcels after this id")


class NewConsent(Asked):
    """Who agrees: the recipient of a parcel, or whoever has a full phone (standing only)."""

    parcel_id = row_id(load_default=None, allow_none=True)
    phone = Text(60, load_default=None, allow_none=True, doc="in place of a parcel")
    scope = Word(list(Scope), load_default=Scope.THIS_PARCEL)
    how = Word(list(How), required=True)


class Withdrawal(Asked):
    """How it was taken back."""

    how = Word(list(WithdrawnHow), required=True, doc="`mistake`: nobody had agreed")


class CourierListWanted(Asked):
    """Whose list: a batch's, or all that lies here of a carrier."""

    batch_id = row_id(load_default=None, allow_none=True)
    carrier = Text(40, load_default="")


class ConsentTold(Told):
    """A consent, masked."""

    id = said(fields.Integer)
    scope = Word(list(Scope), required=True)
    how = Word(list(How), required=True)
    parcel_id = said(fields.Integer, may_be_null=True)
    masked_phone = said(doc="`''` once the person was erased")
    given_at = instant()
    withdrawn_at = instant(may_be_null=True)
    withdrawn_how = said(may_be_null=True)


class StandsTold(Told):
    """A parcel in stock whose recipient has not agreed."""

    parcel_id = said(fields.Integer)
    colour = Word([Colour.RED, Colour.AMBER], required=True, doc="`amber`: a bare tail, nobody can tell")
    pickup_code = said()
    waybill_no = said()
    carrier = said()


class CourierListTold(Told):
    """The list as it was made."""

    slip_id = said(fields.Integer)
    red = said(fields.Integer)
    amber = said(fields.Integer)
    print_job_id = said(fields.Integer, may_be_null=True)


@room.reads("/consents", list_of(ConsentTold), rights=[Right.READ], asks=WhichConsents)
def list_consents(asked: dict[str, Any]) -> Response:
    """Consents that fit every filter, newest first."""
    with station().store.reading() as db:
        rows, following = store.page(
            db, scope=asked["scope"], parcel_id=asked["parcel_id"], before_id=asked["before"], limit=asked["limit"]
        )
        items = [_told(db, row) for row in rows]
    return answer(page(items, asked, following))


@room.reads("/consents/missing", list_of(StandsTold), rights=[Right.READ], asks=WhichParcels)
def list_parcels_without_consent(asked: dict[str, Any]) -> Response:
    """Parcels in stock that are not green, oldest first, at most 300; go on with `after`."""
    with station().store.reading() as db:
        found = consent_list.not_agreed(
            db, batch_id=asked["batch_id"], carrier=asked["carrier"], colour=asked["colour"], after_id=asked["after"]
        )
    items = [
        {
            "parcel_id": one.row["id"], "colour": one.colour.value, "pickup_code": one.row["pickup_code"],
            "waybill_no": one.row["waybill_no"] or "", "carrier": one.row["carrier"],
        }
        for one in found
    ]  # fmt: skip
    return answer({"items": items, "next": None})


@room.acts("/consents", ConsentTold, rights=[Right.SERVE], asks=NewConsent, status=201, may_fail=(404,))
def give_consent(asked: dict[str, Any]) -> Response:
    """Notes that somebody agrees; gives the one that counts already when there is one.

    422 `consent.person_unknown`: a bare tail is nobody's, only `this_parcel` can be noted.
    """

    def act(tx: Tx) -> Done:
        if asked["parcel_id"] is not None:
            found = consent.give_consent(tx, asked["parcel_id"], asked["scope"], asked["how"])
        elif asked["phone"]:
            found = consent.give_standing(tx, asked["phone"], asked["how"])
        else:
            raise Refused("consent.parcel_missing", N_("没有说是哪一件；没有记下"))
        return Done(201, _told(tx, found), f"{PREFIX}/consents?parcel_id={found.parcel_id or ''}")

    return once(act)


@room.acts(f"/consents/{ID}/withdraw", ConsentTold, rights=[Right.SERVE], asks=Withdrawal, may_fail=(404,))
def withdraw_consent(asked: dict[str, Any], consent_id: int) -> Response:
    """Ends a consent; how it was given stays. 422 `consent.withdrawn_before`."""
    return once(lambda tx: Done(200, _told(tx, consent.withdraw_consent(tx, consent_id, asked["how"]))))


@room.acts(
    "/consents/lists", CourierListTold, rights=[Right.SERVE], asks=CourierListWanted, status=201, may_fail=(404,)
)
def make_courier_list(asked: dict[str, Any]) -> Response:
    """Freezes and prints what a courier brought without consent. 422 `consent.list_empty`, `consent.list_whose`."""

    def act(tx: Tx) -> Done:
        made = consent_list.make_courier_list(tx, batch_id=asked["batch_id"], carrier=asked["carrier"])
        body = {"slip_id": made.slip_id, "red": made.red, "amber": made.amber, "print_job_id": made.job_id}
        return Done(201, body, f"{PREFIX}/consents/missing")

    return once(act)


def _told(db: Reader, found: Consent) -> dict[str, Any]:
    shown = show_consent(db, found)
    return {
        "id": found.id, "scope": found.scope.value, "how": found.how.value, "parcel_id": found.parcel_id,
        "masked_phone": shown.masked_phone, "given_at": found.given_at, "withdrawn_at": found.withdrawn_at,
        "withdrawn_how": found.withdrawn_how.value if found.withdrawn_how else None,
    }  # fmt: skip
