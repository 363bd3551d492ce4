"""Invariants of sending, proved from the rows: each parcel is as its line, record and list say, numbers have no gap, and
the ledger owes each carrier the freight that was taken for it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from kiosk.ledger import Account
from kiosk.storage import Reader
from kiosk.storage.numbers import gaps
from kiosk.storage.problem import Problem


def problems(db: Reader) -> Iterator[Problem]:
    """Everything about outbound parcels, manifests and refusals that doesn't hold."""
    yield from _lines(db)
    yield from _owed(db)
    yield from _numbers(db, "OB", "outbound_parcels", "outbound_no", "accepted_on")
    yield from _numbers(db, "MF", "outbound_manifests", "manifest_no", "given_on")
    yield from _manifests(db)
    yield from _recorded(db)
    yield from _people(db)


def _lines(db: Reader) -> Iterator[Problem]:
    """A parcel is accepted exactly when its line was settled, ended exactly when that line was taken off, voided or
    given back, and its line charges what the parcel says."""
    for row in db.connection.execute(
        "SELECT o.id, o.state, o.accepted_on, o.carrier, o.freight_fen, o.premium_fen, o.paid_by, l.id AS line_id,"
        " l.state AS line_state, l.principal_fen, l.party, l.fee_fen, t.settled_on,"
        " (SELECT COUNT(*) FROM ticket_lines b WHERE b.refunds_line_id = l.id AND b.state = 'done') AS refunds"
        " FROM outbound_parcels o LEFT JOIN ticket_lines l ON l.id = (SELECT MAX(id) FROM ticket_lines"
        " WHERE case_kind = 'outbound' AND case_id = o.id AND act = 'accept') LEFT JOIN tickets t ON t.id = l.ticket_id"
    ):
        carrier_fen = row["freight_fen"] + row["premium_fen"] if row["paid_by"] == "sender" else 0
        party = f"carrier:{row['carrier']}" if carrier_fen else ""
        if row["line_id"] is None or (row["principal_fen"], row["party"]) != (carrier_fen, party):
            yield Problem("outbound.differs_from_line", "outbound", row["id"], f"line {row['line_id']}")
            continue
        is_free = not (carrier_fen or row["fee_fen"])
        is_given_back = row["refunds"] == 1 or (is_free and row["state"] == "returned")
        wanted = {
            "recorded": ("pending", False),
            "accepted": ("done", False),
            "given": ("done", False),
            "cancelled": ("removed", False),
            "returned": ("done", True) if row["line_state"] == "done" else ("reversed", False),
        }[row["state"]]
        if (row["line_state"], is_given_back) != wanted:
            yield Problem("outbound.state_wrong", "outbound", row["id"], f"{row['state']}, line {row['line_state']}")
        if row["line_state"] in ("done", "reversed") and row["settled_on"] != row["accepted_on"]:
            yield Problem("outbound.state_wrong", "outbound", row["id"], f"accepted on {row['accepted_on']}")


def _owed(db: Reader) -> Iterator[Problem]:
    """Per carrier: what the ledger was told of freight is the freight of the parcels that were not given back."""
    taken = {
        f"carrier:{row[0]}": row[1]
        for row in db.all(
            "SELECT carrier, SUM(freight_fen + premium_fen) FROM outbound_parcels WHERE state IN ('accepted', 'given')"
            " AND paid_by = 'sender' GROUP BY carrier"
        )
    }
    book = {
        row[0]: -row[1]
        for row in db.all(
            "SELECT p.party, SUM(p.amount_fen) FROM postings p JOIN entries e ON e.id = p.entry_id"
            " WHERE p.account = ? AND p.service = 'outbound' AND e.posted = 1 GROUP BY p.party",
            Account.OWED_TO_CARRIERS.value,
        )
    }
    for party in sorted(taken.keys() | book.keys()):
        if taken.get(party, 0) != book.get(party, 0):
            yield Problem(
                "outbound.owed_differs", "ledger", party, f"book {book.get(party, 0)}, parcels {taken.get(party, 0)}"
            )


def _numbers(db: Reader, letter: str, table: str, column: str, day_column: str) -> Iterator[Problem]:
    """The numbers of each business date: 1, 2, 3 … without a gap, as many as were given."""
    found: dict[str, list[str]] = {}
    for row in db.all(f"SELECT {column}, {day_column} FROM {table} WHERE {column} IS NOT NULL"):
        found.setdefault(row[1], []).append(row[0])
    for business_on, what in gaps(db, letter, found):
        yield Problem("outbound.number_gap", "business_day", business_on, what)


def _manifests(db: Reader) -> Iterator[Problem]:
    for row in db.all(
        "SELECT m.id, m.state, m.pieces, COUNT(o.id) AS on_it, COALESCE(SUM(o.carrier <> m.carrier), 0) AS foreigners,"
        " COALESCE(SUM(o.state = 'given'), 0) AS given, COALESCE(SUM(o.state = 'given' AND o.given_at <> m.given_at), 0)"
        " AS other_times FROM outbound_manifests m LEFT JOIN outbound_parcels o ON o.manifest_id = m.id GROUP BY m.id"
    ):
        wanted = {
            "open": row["given"] == 0 and row["pieces"] == 0,
            "given": row["on_it"] == row["given"] == row["pieces"] and not row["other_times"],
            "taken_back": row["on_it"] == 0,
            "dropped": row["on_it"] == 0,
        }[row["state"]]
        if not wanted or row["foreigners"]:
            yield Problem("manifest.pieces_wrong", "outbound_manifest", row["id"], f"{row['on_it']} on it")
    for row in db.all(
        "SELECT o.id FROM outbound_parcels o LEFT JOIN outbound_manifests m ON m.id = o.manifest_id"
        " WHERE o.manifest_id IS NOT NULL AND m.id IS NULL OR o.state = 'given' AND m.state IS NOT 'given'"
    ):
        yield Problem("outbound.without_manifest", "outbound", row[0])
    for row in db.all(
        "SELECT d.id FROM desks d LEFT JOIN outbound_manifests m ON m.id = d.open_manifest_id"
        " WHERE d.open_manifest_id IS NOT NULL AND m.state IS NOT 'open'"
    ):
        yield Problem("desk.manifest_not_open", "desk", row[0])
    for row in db.all(
        "SELECT MIN(id), COUNT(*) FROM outbound_parcels WHERE waybill_no IS NOT NULL AND state NOT IN"
        " ('cancelled', 'returned') GROUP BY waybill_no HAVING COUNT(*) > 1"
    ):
        yield Problem("outbound.waybill_twice", "outbound", row[0], f"{row[1]} parcels")


def _recorded(db: Reader) -> Iterator[Problem]:
    """Every row has the record with which it was written, with the same sums."""
    names = ("carrier", "weight_grams", "freight_fen", "premium_fen", "paid_by", "id_document")
    recorded = _audited(db, "outbound.recorded", "outbound_id")
    for row in db.connection.execute("SELECT * FROM outbound_parcels"):
        told = recorded.get(row["id"])
        if told is None or any(told[name] != row[name] for name in names):
            yield Problem("outbound.not_as_audited", "outbound", row["id"])
    given = _audited(db, "manifest.given", "manifest_id")
    for row in db.connection.execute("SELECT id, manifest_no, pieces FROM outbound_manifests"):
        told = given.get(row["id"], {"manifest_no": None, "pieces": 0})
        if (told["manifest_no"], told["pieces"]) != (row["manifest_no"], row["pieces"]):
            yield Problem("manifest.not_as_audited", "outbound_manifest", row["id"])
    refused = _audited(db, "outbound.refused", "refusal_id")
    for row in db.connection.execute("SELECT id, reason, category, action FROM outbound_refusals"):
        told = refused.pop(row["id"], None)
        if told is None or (told["reason"], told["category"], told["measure"]) != tuple(row)[1:]:
            yield Problem("outbound.refusal_not_as_audited", "outbound_refusal", row["id"])
    for refusal_id in refused:
        yield Problem("outbound.refusal_not_as_audited", "outbound_refusal", refusal_id)


def _audited(db: Reader, action: str, key: str) -> dict[int, dict[str, Any]]:
    rows = db.connection.execute("SELECT facts FROM audit WHERE action = ?", (action,))
    return {facts[key]: facts for (text,) in rows for facts in [json.loads(text)]}


def _people(db: Reader) -> Iterator[Problem]:
    """The vault holds what a living row needs, and nothing of an erased or unknown one."""
    for row in db.all(
        "SELECT o.id FROM outbound_parcels o WHERE o.erased_at IS NULL AND (SELECT COUNT(*) FROM vault v"
        " WHERE v.case_kind = 'outbound' AND v.case_id = o.id AND v.field IN ('sender_name', 'sender_phone',"
        " 'recipient_name', 'recipient_phone', 'recipient_address', 'item'))"
        # Full phones go first, once it is out of our hands.
        " <> CASE WHEN o.phone_hash IS NULL AND o.state NOT IN ('recorded', 'accepted') THEN 4 ELSE 6 END"
        " OR o.erased_at IS NOT NULL AND COALESCE(o.phone_hash, o.phone_tail, o.waybill_no) IS NOT NULL"
        " UNION SELECT v.case_id FROM vault v LEFT JOIN outbound_parcels o ON o.id = v.case_id"
        " WHERE v.case_kind = 'outbound' AND (o.id IS NULL OR o.erased_at IS NOT NULL)"
    ):
        yield Problem("outbound.people_torn", "outbound", row[0])
