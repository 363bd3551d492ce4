"""Invariants of business days: in the order in which they were opened, at most one open, closed ones and hand-overs with
the sums that the ledger gives, each difference apart and to whom it belongs."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator

from kiosk import clock
from kiosk.ledger import Account
from kiosk.shifts.actions import PIECES_FEN
from kiosk.storage import Reader
from kiosk.storage.problem import Problem


def problems(db: Reader) -> Iterator[Problem]:
    """Days that overlap or lack an end, counts that do not add up, expected cash that is not the ledger's, hand-overs,
    wallets, closings and accepted clocks that are not as they were recorded."""
    rows = db.all("SELECT * FROM business_days ORDER BY id")
    yield from _order(db, rows)
    yield from _drawer(db, rows)
    for row in db.all(
        "SELECT id, business_on FROM entries WHERE business_on NOT IN (SELECT business_on FROM business_days)"
    ):
        yield Problem("day.entry_without_day", "entry", row["id"], row["business_on"])
    yield from _audited_days(db, rows)
    yield from _hand_overs(db)
    yield from _over_short(db)
    yield from _rest(db)


def _order(db: Reader, rows: list[sqlite3.Row]) -> Iterator[Problem]:
    accepted = {
        row["after_day_id"]: row["accepted_at"] for row in db.all("SELECT * FROM clock_acceptances ORDER BY id")
    }
    for earlier, later in zip(rows, rows[1:], strict=False):
        until = accepted.get(earlier["id"], earlier["closed_at"])
        # A clock may be set back by a few minutes: ``clock.is_believable`` lets it open a day.
        if earlier["state"] != "closed" or not clock.is_believable(clock.read(later["opened_at"]), until):
            yield Problem("day.overlaps", "business_day", later["id"], f"after {earlier['business_on']}")


def _drawer(db: Reader, rows: list[sqlite3.Row]) -> Iterator[Problem]:
    drawer = 0
    for row in rows:
        moved, difference = db.one(
            "SELECT COALESCE(SUM(p.amount_fen), 0), COALESCE(SUM(CASE WHEN e.kind = 'over_short'"
            " AND e.subject_kind = 'business_day' THEN p.amount_fen END), 0)"
            " FROM entries e JOIN postings p ON p.entry_id = e.id WHERE e.business_on = ? AND p.account = ?",
            row["business_on"],
            Account.DRAWER.value,
        )
        drawer += moved
        if _float_differs(row):
            yield Problem("day.float_wrong", "business_day", row["id"], f"float {row['float_fen']}")
        if row["state"] != "closed":
            continue
        pieces = {int(fen): count for fen, count in json.loads(row["counted_pieces"] or "{}").items()}
        if set(pieces) - set(PIECES_FEN) or sum(fen * count for fen, count in pieces.items()) != row["counted_fen"]:
            yield Problem("day.count_wrong", "business_day", row["id"], f"counted {row['counted_fen']}")
        if drawer != row["counted_fen"] or drawer - difference != row["expected_fen"]:
            yield Problem(
                "day.drawer_wrong", "business_day", row["id"], f"ledger {drawer}, counted {row['counted_fen']}"
            )


def _float_differs(row: sqlite3.Row) -> bool:
    if row["float_pieces"] is None:
        return False
    pieces = json.loads(row["float_pieces"])
    return sum(int(fen) * count for fen, count in pieces.items()) != row["float_fen"]


def _audited_days(db: Reader, rows: list[sqlite3.Row]) -> Iterator[Problem]:
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


def _hand_overs(db: Reader) -> Iterator[Problem]:
    """Each hand-over is its count, its difference an entry to whom who left, and follows the one before it."""
    names = ("business_on", "from_staff_id", "to_staff_id", "counted_fen", "expected_fen")
    audited = _facts(db, "drawer.handed_over", "hand_over_id")
    holders: dict[str, int] = {}
    for row in db.all("SELECT * FROM drawer_hand_overs ORDER BY id"):
        told = audited.pop(row["id"], None)
        if told is None or any(told[name] != row[name] for name in names):
            yield Problem("drawer.hand_over_not_as_audited", "drawer_hand_over", row["id"])
        if holders.get(row["business_on"], row["from_staff_id"]) != row["from_staff_id"]:
            yield Problem("drawer.hand_over_wrong_order", "drawer_hand_over", row["id"])
        holders[row["business_on"]] = row["to_staff_id"]
        count = db.one("SELECT * FROM cash_counts WHERE id = ?", row["count_id"])
        same = count is not None and (count["counted_fen"], count["expected_fen"], count["business_on"]) == (
            row["counted_fen"], row["expected_fen"], row["business_on"],
        )  # fmt: skip
        moved = db.one(
            "SELECT SUM(CASE WHEN p.account = ? THEN p.amount_fen END), MAX(CASE WHEN p.account = ? THEN p.party END)"
            " FROM entries e JOIN postings p ON p.entry_id = e.id WHERE e.kind = 'over_short'"
            " AND e.subject_kind = 'cash_count' AND e.subject_id = ? AND e.id = ?",
            Account.DRAWER.value, Account.OVER_SHORT.value, row["count_id"], row["entry_id"],
        )  # fmt: skip
        difference = row["counted_fen"] - row["expected_fen"]
        party = "" if row["from_staff_id"] is None else f"staff:{row['from_staff_id']}"
        if not same or (moved[0] or 0) != difference or (difference and moved[1] != party):
            yield Problem("drawer.hand_over_differs", "drawer_hand_over", row["id"], f"difference {difference}")
    for hand_over_id in audited:
        yield Problem("drawer.hand_over_not_as_audited", "drawer_hand_over", hand_over_id, "is missing")


def _over_short(db: Reader) -> Iterator[Problem]:
    """Over and short comes from closes and hand-overs alone."""
    for row in db.all(
        "SELECT DISTINCT e.id FROM entries e JOIN postings p ON p.entry_id = e.id WHERE p.account = ?"
        " AND NOT (e.kind = 'over_short' AND (e.subject_kind = 'business_day'"
        " OR e.id IN (SELECT entry_id FROM drawer_hand_overs)))",
        Account.OVER_SHORT.value,
    ):
        yield Problem("drawer.over_short_of_nothing", "entry", row["id"])


def _rest(db: Reader) -> Iterator[Problem]:
    wallets = {
        (facts["business_on"], facts["wallet"]): (facts["moved_fen"], facts["seen_fen"], facts["reason"])
        for facts in _every(db, "wallet.compared")
    }
    for row in db.all("SELECT * FROM wallet_counts"):
        told = wallets.pop((row["business_on"], row["wallet"]), None)
        if told != (row["moved_fen"], row["seen_fen"], row["difference_reason"] or ""):
            yield Problem("day.wallet_not_as_audited", "wallet_count", row["id"])
        moved = db.value(
            "SELECT COALESCE(SUM(p.amount_fen), 0) FROM entries e JOIN postings p ON p.entry_id = e.id"
            " WHERE e.business_on = ? AND p.account = ?",
            row["business_on"],
            row["wallet"],
        )
        if moved != row["moved_fen"]:
            yield Problem("day.wallet_differs", "wallet_count", row["id"], f"ledger {moved}")
    for business_on, wallet in wallets:
        yield Problem("day.wallet_not_as_audited", "wallet_count", business_on, f"{wallet} is missing")
    entered, withdrawn = _facts(db, "closing.entered", "closing_id"), _facts(db, "closing.withdrawn", "closing_id")
    for row in db.all("SELECT * FROM closings"):
        told = entered.pop(row["id"], None)
        same = told is not None and all(told[name] == row[name] for name in ("from_on", "to_on", "reason"))
        if not same or (row["withdrawn_at"] is not None) != (row["id"] in withdrawn):
            yield Problem("closing.not_as_audited", "closing", row["id"])
    for closing_id in entered:
        yield Problem("closing.not_as_audited", "closing", closing_id, "is missing")
    accepted = _facts(db, "clock.accepted", "acceptance_id")
    for row in db.all("SELECT * FROM clock_acceptances"):
        told = accepted.pop(row["id"], None)
        if told is None or (told["last_at"], told["reason"]) != (row["last_at"], row["reason"]):
            yield Problem("clock.not_as_audited", "clock_acceptance", row["id"])
    for acceptance_id in accepted:
        yield Problem("clock.not_as_audited", "clock_acceptance", acceptance_id, "is missing")


def _facts(db: Reader, action: str, name: str) -> dict[int, dict[str, object]]:
    return {facts[name]: facts for facts in _every(db, action)}  # type: ignore[misc]


def _every(db: Reader, action: str) -> Iterator[dict[str, object]]:
    for (text,) in db.all("SELECT facts FROM audit WHERE action = ?", action):
        yield json.loads(text)
