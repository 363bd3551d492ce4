"""Invariants of what goes upstream, and of the money that services hold: each closed day has its report, each report is as
frozen, fits what was written that day, and was queued as it is; held money is that of the open cases."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict

from kiosk import ledger, outbox
from kiosk.bills import check as bills
from kiosk.consignment import check as consignment
from kiosk.errors import Refused
from kiosk.ledger import Account
from kiosk.purchases import check as purchases
from kiosk.reports import check_periods, envelope, station_keys, trade
from kiosk.reports.figures import daily_figures
from kiosk.reports.model import DAILY, SUBJECT, SUM_NAMES, TOPIC_OF, Content, Report
from kiosk.storage import Reader
from kiosk.storage.problem import Problem

#: Reports whose parcels are counted anew; older ones are held by hash and audit, since counting them takes ever longer.
RECENT = 62


def problems(db: Reader) -> Iterator[Problem]:
    """Every broken invariant of reports, and of purchases, consignment and bills below them."""
    for room in (purchases, consignment, bills):
        yield from room.problems(db)
    keys = [(key.sequence, key.public_key) for key in station_keys.rotations(db)]
    keys.append((0, envelope.public_jwk(db.secrets)))
    audited = {
        facts["report_id"]: (facts["report_no"], facts["business_on"], facts["revision"], facts["hash"])
        for (text,) in db.all("SELECT facts FROM audit WHERE action IN ('report.frozen', 'report.period_frozen')")
        for facts in [json.loads(text)]
    }
    rows = db.all("SELECT * FROM reports ORDER BY form <> ?, id DESC", DAILY)
    for number, row in enumerate(rows):
        report = Report.of(row)
        told = audited.pop(report.id, None)
        if envelope.digest(report.content) != report.hash:
            yield Problem("report.changed", "report", report.id, "content is not that of its hash")
            continue
        if told != (report.report_no, report.business_on, report.revision, report.hash):
            yield Problem("report.not_as_audited", "report", report.id)
        if report.form == DAILY:
            yield from _content(db, report, number < RECENT)
        else:
            yield from check_periods.content(db, report)
        yield from _messages(db, report, keys)
    for report_id in audited:
        yield Problem("report.missing", "report", report_id)
    for row in db.all(
        "SELECT id, business_on FROM business_days WHERE state = 'closed' AND business_on NOT IN"
        " (SELECT business_on FROM reports WHERE form = ? AND revision = 0)",
        DAILY,
    ):
        yield Problem("report.missing", "business_day", row["id"], row["business_on"])
    yield from _corrections(db)
    yield from check_periods.problems(db)
    for case_kind, case_id in trade.standing_wrong(db):
        yield Problem("trade.differs", case_kind, case_id)
    for row in db.all(
        "SELECT id FROM outbox WHERE topic IN (SELECT value FROM json_each(?))"
        " AND subject_id NOT IN (SELECT id FROM reports)",
        json.dumps(list(TOPIC_OF.values())),
    ):
        yield Problem("report.message_without_report", "message", row["id"])


def _content(db: Reader, report: Report, is_recent: bool) -> Iterator[Problem]:
    """The report is what the written facts of its date give, and what the ledger earned that day."""
    content: Content = json.loads(report.content)
    named = (content["report_no"], content["business_on"], content["revision"])
    day = db.one("SELECT * FROM business_days WHERE business_on = ? AND state = 'closed'", report.business_on)
    if named != (report.report_no, report.business_on, report.revision) or day is None:
        yield Problem("report.wrong_day", "report", report.id)
        return
    if (content["opened_at"], content["closed_at"]) != (day["opened_at"], day["closed_at"]):
        yield Problem("report.wrong_day", "report", report.id, "times differ")
    figures = daily_figures(
        db, report.business_on, content["overdue_days"], with_parcels=is_recent, revision=report.revision,
        counting_rule=content["counting_rule"],
    )  # fmt: skip
    rows = {
        (row.service, row.kind): [row.txn_count, row.txn_amount_fen, row.commission_fen, row.service_fee_fen]
        for row in figures.services
    }
    told = {(row["service_type"], row["kind"]): [row[name] for name in SUM_NAMES] for row in content["services"]}
    if told != rows or content["totals"] != figures.totals:
        yield Problem("report.differs", "report", report.id, "services")
    if is_recent and content["parcels"] != asdict(figures.parcels):
        yield Problem("report.differs", "report", report.id, "parcels")
    if is_recent and "counts" in content and _differ(content["counts"], figures.counts):
        yield Problem("report.differs", "report", report.id, "counts")
    if report.revision:  # what a supplement changes is no money: the first report is held against the ledger
        return
    for name, account in (("service_fee_fen", Account.FEE_INCOME), ("commission_fen", Account.COMMISSION)):
        earned = -ledger.moved(db, report.business_on, account)
        if figures.totals[name] != earned:
            yield Problem(
                "report.not_the_ledger", "report", report.id, f"{name} {figures.totals[name]}, ledger {earned}"
            )


def _differ(told: Mapping[str, int | None], counted: Mapping[str, int | None]) -> bool:
    """What a register that came or went since would count is no difference: it was unknown then, or is now."""
    return any(
        told[name] != counted.get(name) for name in told if told[name] is not None and counted.get(name) is not None
    )


def _corrections(db: Reader) -> Iterator[Problem]:
    """Each supplement has what it corrects, each correction its supplement, and all is as it was recorded."""
    audited = {
        facts["correction_id"]: facts
        for (text,) in db.all("SELECT facts FROM audit WHERE action = 'day.corrected'")
        for facts in [json.loads(text)]
    }
    names = (
        "business_on", "revision", "service", "kind", "txn_count", "txn_amount_fen", "commission_fen",
        "service_fee_fen", "reason", "voucher",
    )  # fmt: skip
    for row in db.all("SELECT * FROM day_corrections"):
        told = audited.pop(row["id"], None)
        parcels = sum(map(abs, json.loads(row["parcels"]).values()))
        if told is None or told["parcels"] != parcels or any(told[name] != row[name] for name in names):
            yield Problem("correction.not_as_audited", "day_correction", row["id"])
    for correction_id in audited:
        yield Problem("correction.not_as_audited", "day_correction", correction_id, "is missing")
    for row in db.all(
        "SELECT business_on, revision FROM day_corrections EXCEPT SELECT business_on, revision FROM reports WHERE form = ?",
        DAILY,
    ):
        yield Problem("correction.without_report", "business_day", row["business_on"], f"revision {row['revision']}")
    for row in db.all(
        "SELECT business_on, revision FROM reports WHERE form = ? AND revision > 0"
        " EXCEPT SELECT business_on, revision FROM day_corrections",
        DAILY,
    ):
        yield Problem("report.corrects_nothing", "business_day", row["business_on"], f"revision {row['revision']}")


def _messages(db: Reader, report: Report, keys: Sequence[tuple[int, str]]) -> Iterator[Problem]:
    """One message, or several after a restore: each says what the report says, under the key of its sequence number."""
    sent = [
        message
        for message in outbox.of_subject(db, SUBJECT, report.supplements_id or report.id)
        if json.loads(outbox.payload(db, message.id))["subject"]["id"] == report.id
    ]
    if not sent:
        yield Problem("report.not_queued", "report", report.id, "no message")
    for message in sent:
        public_key = next(key for after, key in keys if message.sequence > after)
        try:
            opened = envelope.verify(message.envelope, public_key)
        except Refused as refused:
            yield Problem("report.envelope_wrong", "message", message.id, refused.code)
            continue
        same = opened.content == json.loads(report.content) and opened.subject.get("hash") == report.hash
        if not same or opened.hash != message.hash or opened.sequence != message.sequence:
            yield Problem("report.message_differs", "message", message.id)
