"""Reports of every period by API: the list, one with its words and its way to the county, the exact bytes that were frozen,
the figures so far, freezing by hand; and the schemas of what goes upstream."""

from __future__ import annotations

from typing import Any

from flask import Response
from marshmallow import fields

from kiosk.counter.freeze_period import freeze_period as freeze_by_hand
from kiosk.errors import Refused
from kiosk.people.rights import Right
from kiosk.reports import envelope, schemas, store
from kiosk.reports.model import Report
from kiosk.reports.period_view import period_view, report_view_of
from kiosk.reports.periods import Kind, read_period
from kiosk.reports.queueing import message_of
from kiosk.storage import Reader, Tx
from kiosk.words import N_
from web.api.fields import Told, Word, instant, said
from web.api.lists import Page, list_of, page
from web.api.once import Done, once
from web.api.once import said as answer
from web.api.operation import PREFIX, Room
from web.api.problems import written
from web.station import station

room = Room("reports", "Reports of days, weeks, months, half-years and other spans: frozen once, revised by number.")
_PERIOD = "/reports/periods/<string:kind>/<string:code>"


class WhichReports(Page):
    """Which reports."""

    kind = Word([str(kind) for kind in Kind], doc="of one kind only")


class ReportTold(Told):
    """A frozen report."""

    id = said(fields.Integer)
    report_no = said()
    kind = said(doc="`day`, `week`, `month`, `half_year` or `ad_hoc`")
    period = said(doc="`2026-11-22`, `2026-W47`, `2026-11`, `2026-H2` or `2026-11-01_2026-11-15`")
    first_on = said()
    last_on = said()
    revision = said(fields.Integer)
    hash = said(doc="SHA-256 of the frozen content")
    frozen_at = instant()
    state = said(doc="`waiting`, `in_flight`, `acknowledged` or `refused` on its way to the county", may_be_null=True)
    acknowledgement_no = said(may_be_null=True)


class ReportInWords(Told):
    """A report in words, or the figures so far of a period that is not frozen. `content` is what goes to the county."""

    is_frozen = said(fields.Boolean)
    report_no = said(doc="'' for the figures so far")
    kind = said()
    kind_name = said(doc="in words")
    period = said()
    period_name = said(doc="in words")
    first_on = said()
    last_on = said()
    revision = said(fields.Integer)
    hash = said(may_be_null=True)
    frozen_at = said(may_be_null=True)
    replaces = said(may_be_null=True, doc="number of the revision that this one takes the place of")
    content = said(fields.Dict, doc="see `GET /schemas`")
    header = fields.List(fields.List(fields.String()), required=True, metadata={"description": "label and text"})
    parcels = fields.List(fields.Dict(), required=True)
    counts = fields.List(fields.Dict(), required=True)
    trade = fields.List(fields.Dict(), required=True)
    missing = fields.List(fields.Dict(), required=True)
    counting = fields.List(fields.String(), required=True, metadata={"description": "what counts as one 笔"})
    definitions = fields.List(fields.Dict(), required=True, metadata={"description": "what each number is"})
    changed = fields.List(fields.String(), required=True)
    revisions = fields.List(fields.Dict(), required=True)
    submission = said(fields.Dict, may_be_null=True)


class PeriodFrozen(ReportTold):
    """A report that has just been frozen."""

    message_id = said(fields.Integer)


class SchemaNames(Told):
    """Every schema."""

    items = fields.List(fields.String(), required=True)


class SchemaTold(Told):
    """A JSON Schema, as published."""


@room.reads("/reports", list_of(ReportTold), rights=[Right.READ], asks=WhichReports)
def list_reports(asked: dict[str, Any]) -> Response:
    """Frozen reports, newest first."""
    limit = asked["limit"]
    with station().store.reading(snapshot=True) as db:
        found = store.list_reports(db, asked["kind"], limit + 1, asked["before"] or 2**62)
        items = [_told(db, report) for report in found[:limit]]
    return answer(page(items, asked, found[limit - 1].id if len(found) > limit else None))


@room.reads("/reports/<int:report_id>", ReportInWords, rights=[Right.READ])
def show_report(report_id: int) -> Response:
    """One frozen report in words."""
    with station().store.reading(snapshot=True) as db:
        return answer(_in_words(report_view_of(db, _known(db, report_id))))


@room.reads("/reports/<int:report_id>/content", SchemaTold, rights=[Right.READ])
def show_report_content(report_id: int) -> Response:
    """The frozen content byte by byte: its SHA-256 is the report's hash, which stands in `ETag` too."""
    with station().store.reading() as db:
        report = _known(db, report_id)
    told = written(report.content, 200, "application/json")
    told.set_etag(report.hash)
    return told


@room.reads(_PERIOD, ReportInWords, rights=[Right.READ], may_fail=(404, 422))
def show_period(kind: str, code: str) -> Response:
    """The last revision of a period's report; the figures so far while it is not frozen."""
    with station().store.reading(snapshot=True) as db:
        view = period_view(db, read_period(kind, code))
    if view is None:
        raise Refused("report.none", N_("{business_on} 没有营业，也没有日报；请核对日期"), business_on=code)
    return answer(_in_words(view))


@room.acts(_PERIOD + "/freeze", PeriodFrozen, rights=[Right.CLOSE_DAY], status=201)
def freeze_period(asked: dict[str, Any], kind: str, code: str) -> Response:
    """Freezes the report of a period that is over and queues it for the county; the clock does so by itself for weeks,
    months and half-years."""
    envelope.be_ready(station().store.secrets)
    period = read_period(kind, code)

    def act(tx: Tx) -> Done:
        made = freeze_by_hand(tx, period)
        body = _told(tx, made.report) | {"message_id": made.message_id}
        return Done(201, body, f"{PREFIX}/reports/{made.report.id}")

    return once(act)


@room.reads("/schemas", SchemaNames)
def list_schemas() -> Response:
    """The JSON Schemas of what the station sends to the county: form and format."""
    return answer({"items": list(schemas.names())})


@room.reads("/schemas/<string:name>", SchemaTold)
def show_schema(name: str) -> Response:
    """One JSON Schema (draft 2020-12)."""
    found = schemas.text(name)
    if found is None:
        raise Refused("schema.unknown", N_("没有名为「{name}」的格式说明"), name=name[:30])
    return written(found, 200, "application/json")


def _known(db: Reader, report_id: int) -> Report:
    report = store.report(db, report_id)
    if report is None:
        raise Refused("report.unknown", N_("没有编号为 {report_id} 的报表，请核对编号"), report_id=report_id)
    return report


def _told(db: Reader, report: Report) -> dict[str, Any]:
    message = message_of(db, report)
    return {
        "id": report.id, "report_no": report.report_no, "kind": str(report.kind), "period": report.period.code,
        "first_on": report.first_on, "last_on": report.business_on, "revision": report.revision, "hash": report.hash,
        "frozen_at": report.frozen_at, "state": message.state if message else None,
        "acknowledgement_no": message.acknowledgement_no if message else None,
    }  # fmt: skip


def _in_words(view: dict[str, Any]) -> dict[str, Any]:
    names = ReportInWords().fields
    return {name: value for name, value in view.items() if name in names}
