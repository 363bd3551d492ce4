"""Invariants of lists, proved from the rows: numbers without a gap, pieces as many as the paper says, nothing on two lists,
a signature under what is signed, and each piece that left by a list is on it as left."""

from __future__ import annotations

import json
from collections.abc import Iterator

from kiosk.manifests.model import SERIES
from kiosk.storage import Reader
from kiosk.storage.numbers import gaps
from kiosk.storage.problem import Problem


def problems(db: Reader) -> Iterator[Problem]:
    """Everything about lists, their pieces and signatures that doesn't hold."""
    yield from _numbers(db)
    yield from _pieces(db)
    yield from _signatures(db)
    yield from _events(db)
    yield from _recorded(db)


def _numbers(db: Reader) -> Iterator[Problem]:
    """The numbers of each kind and business date: 1, 2, 3 … without a gap, as many as were given."""
    for kind, letter in SERIES.items():
        found: dict[str, list[str]] = {}
        for row in db.all(
            "SELECT manifest_no, closed_on FROM manifests WHERE kind = ? AND closed_on IS NOT NULL", kind
        ):
            found.setdefault(row[1], []).append(row[0])
        for business_on, what in gaps(db, letter, found):
            yield Problem("manifest.number_gap", "business_day", business_on, what)


def _pieces(db: Reader) -> Iterator[Problem]:
    """A closed list has as many pieces as were on it, and as its paper names; a finished one holds nothing, but for a
    door round that is out."""
    for row in db.all(
        "SELECT m.id, m.kind, m.state, m.pieces, m.closed_at, COUNT(i.id) AS on_it, COALESCE(SUM(i.holds), 0) AS held,"
        " COALESCE(SUM(i.outcome = 'left'), 0) AS went, COALESCE(SUM(i.outcome IN ('delivered', 'brought_back')), 0)"
        " AS told, json_array_length(s.facts, '$.lines') AS named FROM manifests m LEFT JOIN manifest_items i"
        " ON i.manifest_id = m.id LEFT JOIN slips s ON s.id = m.slip_id GROUP BY m.id"
    ):
        is_listed = row["kind"] != "intake"
        wrong = row["closed_at"] is not None and (
            row["named"] != row["pieces"] or (is_listed and row["on_it"] != row["pieces"])
        )
        wrong |= row["state"] in ("open", "closed") and bool(row["went"] + row["told"] or row["held"] != row["on_it"])
        wrong |= row["state"] == "void" and bool(row["held"] + row["went"])
        wrong |= row["state"] == "signed" and row["kind"] != "door" and bool(row["held"] + row["told"])
        wrong |= row["kind"] == "door" and bool(row["went"])
        if wrong:
            yield Problem("manifest.list_wrong", "manifest", row["id"], f"{row['on_it']} on it, {row['held']} held")
    for row in db.all(
        "SELECT MIN(manifest_id), COUNT(*) FROM manifest_items WHERE holds = 1 GROUP BY subject_kind, subject_id"
        " HAVING COUNT(*) > 1"
    ):
        yield Problem("manifest.piece_twice", "manifest", row[0], f"on {row[1]} lists")
    for row in db.all(
        "SELECT d.id FROM desks d LEFT JOIN manifests m ON m.id = d.open_list_id WHERE d.open_list_id IS NOT NULL"
        " AND m.state IS NOT 'open'"
    ):
        yield Problem("desk.list_not_open", "desk", row[0])


def _signatures(db: Reader) -> Iterator[Problem]:
    """What is signed has a signature, and each belongs to a list that was closed; the difference is that of the list."""
    for row in db.all(
        "SELECT m.id FROM manifests m LEFT JOIN manifest_signatures s ON s.case_kind = 'manifest' AND s.case_id = m.id"
        " WHERE (m.state = 'signed' AND s.id IS NULL) OR (s.id IS NOT NULL AND (m.state NOT IN ('signed', 'void')"
        " OR s.difference <> CASE WHEN m.declared IS NULL THEN 0 ELSE m.pieces - m.declared END))"
    ):
        yield Problem("manifest.signature_wrong", "manifest", row[0])
    for row in db.all(
        "SELECT s.id FROM manifest_signatures s LEFT JOIN manifests m ON s.case_kind = 'manifest' AND m.id = s.case_id"
        " LEFT JOIN outbound_manifests o ON s.case_kind = 'outbound_manifest' AND o.id = s.case_id"
        " LEFT JOIN attachments a ON a.id = s.attachment_id AND a.case_kind = s.case_kind AND a.case_id = s.case_id"
        " WHERE COALESCE(m.closed_at, o.given_at) IS NULL OR (s.attachment_id IS NOT NULL AND a.id IS NULL)"
    ):
        yield Problem("manifest.signature_of_nothing", "manifest_signature", row[0])


def _events(db: Reader) -> Iterator[Problem]:
    """A parcel that left by a list stands on it as left or delivered, and the other way round."""
    gone = {
        (row[0], row[1])
        for row in db.all(
            "SELECT json_extract(e.detail, '$.manifest_id'), e.parcel_id FROM parcel_events e WHERE e.kind IN"
            " ('returned', 'passed_on', 'door_delivered') AND json_extract(e.detail, '$.manifest_id') IS NOT NULL"
            " AND NOT EXISTS (SELECT 1 FROM parcel_events u WHERE u.parcel_id = e.parcel_id AND u.step > e.step AND"
            " u.kind IN ('return_undone', 'passing_on_undone', 'door_delivery_undone'))"
        )
    }
    told = {
        (row[0], row[1])
        for row in db.all(
            "SELECT manifest_id, subject_id FROM manifest_items WHERE subject_kind = 'parcel'"
            " AND outcome IN ('left', 'delivered')"
        )
    }
    for manifest_id, parcel_id in sorted(gone ^ told):
        yield Problem("manifest.piece_differs", "manifest", manifest_id, f"parcel {parcel_id}")


def _recorded(db: Reader) -> Iterator[Problem]:
    """Every list and signature has the record with which it was written."""
    closed = {
        facts["manifest_id"]: (facts["manifest_no"], facts["kind"], facts["pieces"], facts.get("declared"))
        for facts in _facts(db, "manifest.closed")
    }
    for row in db.all("SELECT id, manifest_no, kind, pieces, declared FROM manifests WHERE closed_at IS NOT NULL"):
        if closed.pop(row["id"], None) != (row["manifest_no"], row["kind"], row["pieces"], row["declared"]):
            yield Problem("manifest.list_not_as_audited", "manifest", row["id"])
    for manifest_id in closed:
        yield Problem("manifest.list_not_as_audited", "manifest", manifest_id)
    signed = {
        (facts["case_kind"], facts["case_id"]): (facts["how"], facts["difference"])
        for facts in _facts(db, "manifest.signed")
    }
    for row in db.all("SELECT id, case_kind, case_id, how, difference FROM manifest_signatures"):
        if signed.pop((row["case_kind"], row["case_id"]), None) != (row["how"], row["difference"]):
            yield Problem("manifest.signature_not_as_audited", "manifest_signature", row["id"])
    for case_kind, case_id in signed:
        yield Problem("manifest.signature_not_as_audited", case_kind, case_id)


def _facts(db: Reader, action: str) -> Iterator[dict]:
    for (text,) in db.connection.execute("SELECT facts FROM audit WHERE action = ?", (action,)):
        yield json.loads(text)
