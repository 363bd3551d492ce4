"""What a scan is and what it would do, by API: looks before anybody acts, changes nothing, keeps nothing."""

from __future__ import annotations

from typing import Any

from flask import Response
from marshmallow import fields

from kiosk.codes import CodeKind
from kiosk.counter.scan_decision import ScanAction
from kiosk.counter.what_would import what_would
from kiosk.people import desks
from kiosk.people.rights import Right, may
from kiosk.words import say
from web.api.door import caller
from web.api.fields import Asked, Text, Told, Word, said
from web.api.once import said as answer
from web.api.operation import Room
from web.api.parcel_shapes import LONGEST_SCAN, ParcelTold, PersonTold, told
from web.station import station

room = Room("scans", "What a scanned code is.")


class ScanAsked(Asked):
    """A code as scanned or typed."""

    code = Text(LONGEST_SCAN, shortest=1, required=True)
    desk = Text(20, load_default=None, allow_none=True, doc="as if scanned at this desk; else as on the home page")


class CandidateTold(Told):
    """A carrier that a number may belong to."""

    carrier = said()
    confidence = said(doc="`H` its own prefix, `M` mostly, `L` shared by several")


class ScanRefusal(Told):
    """Why the scan would do nothing, or what had happened before."""

    code = said()
    message = said()


class ScanTold(Told):
    """What the code is, and what the same scan at the desk would do."""

    kind = Word(list(CodeKind), required=True)
    action = Word(list(ScanAction), required=True)
    waybill_no = said(doc="`''` for anything else")
    parcel = fields.Nested(ParcelTold, required=True, allow_none=True)
    candidates = fields.List(fields.Nested(CandidateTold), required=True)
    people = fields.List(fields.Nested(PersonTold), required=True)
    refusal = fields.Nested(ScanRefusal, required=True, allow_none=True)


@room.looks_up("/scans", ScanTold, rights=[Right.READ, Right.BATCH], asks=ScanAsked)
def look_at_scan(asked: dict[str, Any]) -> Response:
    """Recognises a code and looks it up; changes nothing.

    `action` names what the same scan at the desk would do. Of a payment code or an ID number only the kind is told. A
    courier's token is told whether a waybill is here, but nothing of what a pickup code, phone or name leads to.
    """
    with station().store.reading(snapshot=True) as db:
        desk = desks.desk_named(db, asked["desk"]) if asked["desk"] else None
        would = what_would(db, desk, asked["code"])
        sees_all = may(caller(), Right.READ) or would.kind in (CodeKind.WAYBILL, CodeKind.BOOK)
        parcel = would.parcel if sees_all else None
        people = would.people if may(caller(), Right.READ) else ()
        body = {
            "kind": would.kind.value,
            "action": would.action.value,
            "waybill_no": would.waybill_no,
            "parcel": told(parcel) if parcel is not None else None,
            "candidates": [
                {"carrier": candidate.carrier, "confidence": candidate.confidence} for candidate in would.candidates
            ],
            "people": [
                {
                    "parcel_ids": list(person.parcel_ids), "masked_name": person.masked_name,
                    "masked_phone": person.masked_phone, "is_unclear": person.is_unclear,
                }
                for person in people
            ],
            "refusal": None,
        }  # fmt: skip
        if would.refused is not None and sees_all:
            refused = would.refused
            body["refusal"] = {"code": refused.code, "message": say(refused.message, **refused.facts)}
    return answer(body)
