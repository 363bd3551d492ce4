"""Whether the station does what the county asks of it, by API: every measure with its figure, its target and its evidence; and the slip of a
report, for who shows it."""

from __future__ import annotations

from typing import Any

from flask import Response
from marshmallow import fields

from kiosk.assessment import measures
from kiosk.assessment.model import Measure
from kiosk.counter.print_report import print_report
from kiosk.people.rights import Right
from kiosk.storage import Tx
from kiosk.words import say
from web.api.day_records import SlipTold
from web.api.fields import Told, said
from web.api.once import Done, once
from web.api.once import said as answer
from web.api.operation import Room
from web.station import station

room = Room(
    "compliance", "What the county asks of the station, and how it stands: figures with their evidence, no scores."
)


class EvidenceTold(Told):
    """One thing behind a figure."""

    words = said()
    facts = said(fields.Dict)
    page = said(doc="address of the page on which it stands, '' for none")


class MeasureTold(Told):
    """One measure."""

    name = said(doc="stays the same for ever")
    section = said(doc="in words")
    title = said(doc="in words")
    standing = said(doc="`problem`, `warn`, `due` (still in time), `ok` or `figure` (nothing that could be missed)")
    words = said(doc="how it stands, in a sentence")
    facts = said(fields.Dict, doc="the figures in that sentence")
    value = said(fields.Integer, may_be_null=True)
    unit = said(doc="`count`, `days`, `minutes`, `fen` or `done` (1 or 0)")
    target = said(fields.Integer, may_be_null=True, doc="null: no setting asks for one")
    setting = said(doc="the setting that gives the target")
    source = said(doc="what was counted, in words")
    asked_by = fields.List(fields.String(), required=True)
    page = said()
    evidence = fields.List(fields.Nested(EvidenceTold), required=True)


class ComplianceTold(Told):
    """Every measure."""

    items = fields.List(fields.Nested(MeasureTold), required=True)


@room.reads("/compliance", ComplianceTold, rights=[Right.READ])
def show_compliance() -> Response:
    """Every measure that needs no county profile, with its evidence."""
    with station().store.reading(snapshot=True) as db:
        found = measures.by_section(db)
    return answer({"items": [_told(section, one) for section, some in found.items() for one in some]})


@room.acts("/reports/<int:report_id>/print", SlipTold, rights=[Right.CLOSE_DAY])
def print_report_slip(asked: dict[str, Any], report_id: int) -> Response:
    """Prints the slip of a frozen report, with the county's receipt once there is one."""

    def act(tx: Tx) -> Done:
        slip_id, job_id = print_report(tx, report_id)
        return Done(200, {"slip_id": slip_id, "print_job_id": job_id})

    return once(act)


def _told(section: str, one: Measure) -> dict[str, Any]:
    return {
        "name": one.name,
        "section": say(section),
        "title": say(one.title),
        "standing": one.standing.value,
        "words": say(one.words, **one.facts),
        "facts": dict(one.facts),
        "value": one.value,
        "unit": one.unit.value,
        "target": one.target,
        "setting": one.setting,
        "source": say(one.source),
        "asked_by": list(one.asked_by),
        "page": one.path,
        "evidence": [
            {"words": say(thing.words, **thing.facts), "facts": dict(thing.facts), "page": thing.path}
            for thing in one.evidence
        ],
    }
