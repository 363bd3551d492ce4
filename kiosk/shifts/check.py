"""Invariants of business days: in order, at most one open, closed ones with the sums that the ledger gives."""

from __future__ import annotations

import json
from collections.abc import Iterator

from kiosk.ledger import Account
from kiosk.shifts.actions import PIECES_FEN
from kiosk.storage import Reader
from kiosk.storage.problem import Problem


def problems(db: Reader) -> Iterator[Problem]:
    """Days that overlap or lack an end, counts that do not add up, expected cash that is not the ledger's."""
    rows = db.all("SELECT * FROM business_days ORDER BY business_on")
    for earlier, later in zip(rows, rows[1:], strict=False):
        if earlier["state"] != "closed" or earlier["closed_at"] > later["opened_at"]:
            yield Problem("day.overlaps", "business_day", later["id"], f"after {earlier['business_on']}")
    drawer = 0
    for row in rows:
        moved, difference = db.one(
            "SELECT COALESCE(SUM(p.amount_fen), 0), COALESCE(SUM(CASE WHEN e.kind = 'over_short' THEN p.amount_fen END), 0)"
            " FROM entries e JOIN postings p ON p.entry_id = e.id WHERE e.business_on = ? AND p.account = ?",
            row["business_on"],
            Account.DRAWER.value,
        )
        drawer += moved
        if row["state"] != "closed":
            continue
        pieces = {int(fen): count for fen, count in json.loads(row["counted_pieces"] or "{}").items()}
        if set(pieces) - set(PIECES_FEN) or sum(fen * count for fen, count in pieces.items()) != row["counted_fen"]:
            yield Problem("day.count_wrong", "business_day", row["id"], f"counted {row['counted_fen']}")
        if drawer != row["counted_fen"] or drawer - difference != row["expected_fen"]:
            yield Problem(
                "day.drawer_wrong", "business_day", row["id"], f"ledger {drawer}, counted {row['counted_fen']}"
            )
    for row in db.all(
        "SELECT id, business_on FROM entries WHERE business_on NOT IN (SELECT business_on FROM business_days)"
    ):
        yield Problem("day.entry_without_day", "entry", row["id"], row["business_on"])
    for row in rows:
        facts = db.value(
            "SELECT facts FROM audit WHERE action = 'day.closed' AND json_extract(facts, '$.day_id') = ?", row["id"]
        )
        told = json.loads(facts) if facts else None
        if row["state"] == "closed" and (
            told is None
            or (told["counted_fen"], told["expected_fen"], told["business_on"])
            != (row["counted_fen"], row["expected_fen"], row["business_on"])
        ):
            yield Problem("day.not_as_audited", "business_day", row["id"])
