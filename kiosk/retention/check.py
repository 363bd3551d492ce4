"""Invariants of what is kept of people: every value is of a declared kind, every erasure stands in the record and in the list,
nothing that was erased is there again, terms are within the law, and each request was recorded."""

from __future__ import annotations

from collections.abc import Iterator

from kiosk.retention.kinds import kind_of
from kiosk.retention.terms import TERMS
from kiosk.storage import Reader
from kiosk.storage.problem import Problem

_NOT_LISTED = (
    "SELECT a.seq FROM audit a LEFT JOIN erasures e ON e.audit_seq = a.seq"
    " AND e.case_kind = json_extract(a.facts, '$.case_kind') AND e.case_id = json_extract(a.facts, '$.case_id')"
    " AND e.rule = json_extract(a.facts, '$.rule') AND e.at = a.at WHERE a.action = 'person.erased' AND e.id IS NULL"
)
_NOT_RECORDED = "SELECT e.id FROM erasures e LEFT JOIN audit a ON a.seq = e.audit_seq AND a.action = 'person.erased' WHERE a.seq IS NULL"
_CAME_BACK = (
    "SELECT DISTINCT v.case_kind, v.case_id FROM erasures e JOIN vault v ON v.case_kind = e.case_kind AND v.case_id = e.case_id"
    " WHERE v.put_at < e.at AND (e.part = 'all' OR e.part = 'pictures' AND v.retention_class = 'photo'"
    " OR e.part = 'number' AND (v.field = 'phone' OR v.field LIKE '%\\_phone' ESCAPE '\\'))"
)
_TERM_NOT_RECORDED = (
    "SELECT r.id FROM retention_terms r WHERE NOT EXISTS (SELECT 1 FROM audit a WHERE a.action = 'retention.term_set'"
    " AND a.at = r.set_at AND json_extract(a.facts, '$.term') = r.term AND json_extract(a.facts, '$.days') = r.days)"
)
_REQUEST_NOT_RECORDED = (
    "SELECT r.id FROM data_requests r WHERE NOT EXISTS (SELECT 1 FROM audit a WHERE a.action IN ('person.consulted',"
    " 'person.corrected', 'person.erasure_asked') AND json_extract(a.facts, '$.request_id') = r.id AND a.at = r.asked_at)"
)


def problems(db: Reader) -> Iterator[Problem]:
    """What is kept without a rule, what was erased without a line, and what came back."""
    for row in db.all("SELECT DISTINCT case_kind, field, retention_class FROM vault"):
        kind = kind_of(row["case_kind"])
        if kind is None or kind.field_of(row["field"]) is None:
            yield Problem("retention.undeclared", row["case_kind"], "", row["field"])
        elif row["retention_class"] not in kind.classes:
            yield Problem("retention.class_without_rule", row["case_kind"], "", row["retention_class"])
    for row in db.all(_NOT_LISTED):
        yield Problem("retention.not_listed", "audit", row["seq"])
    for row in db.all(_NOT_RECORDED):
        yield Problem("retention.not_recorded", "erasure", row["id"])
    for row in db.all(_CAME_BACK):
        yield Problem("retention.came_back", row["case_kind"], row["case_id"])
    for row in db.all("SELECT id, term, days FROM retention_terms"):
        term = TERMS.get(row["term"])
        if term is None or not term.least <= row["days"] <= term.most:
            yield Problem("retention.term_wrong", "term", row["id"], f"{row['term']} {row['days']}")
    for row in db.all(_TERM_NOT_RECORDED):
        yield Problem("retention.term_not_recorded", "term", row["id"])
    for row in db.all(_REQUEST_NOT_RECORDED):
        yield Problem("data_request.not_recorded", "data_request", row["id"])
