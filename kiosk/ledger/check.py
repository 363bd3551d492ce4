"""Invariants of the ledger, proved from the rows and not from the guards that should have kept them."""

from __future__ import annotations

import json
from collections.abc import Iterator

from kiosk.ledger.model import Account
from kiosk.storage import Reader
from kiosk.storage.problem import Problem


def problems(db: Reader) -> Iterator[Problem]:
    """Unbalanced or draft entries, gaps in entry numbers, unknown accounts, wrong reversals."""
    for row in db.all(
        "SELECT e.id, COUNT(p.line_no) AS lines, COALESCE(SUM(p.amount_fen), 0) AS total, MAX(p.line_no) AS top,"
        " e.posted FROM entries e LEFT JOIN postings p ON p.entry_id = e.id GROUP BY e.id"
        " HAVING lines < 2 OR total <> 0 OR top <> lines OR e.posted <> 1"
    ):
        yield Problem(
            "ledger.unbalanced",
            "entry",
            row["id"],
            f"{row['lines']} postings, sum {row['total']}, posted {row['posted']}",
        )
    top, count, given = db.one(
        "SELECT COALESCE(MAX(entry_no), 0), COUNT(*), (SELECT COALESCE(MAX(last), 0) FROM numbers WHERE series = 'entry')"
        " FROM entries"
    )
    if not top == count == given:
        yield Problem("ledger.number_gap", "entry", top, f"{count} entries, last number {top}, {given} given")
    known = {account.value for account in Account}
    for row in db.all("SELECT DISTINCT account, entry_id FROM postings"):
        if row["account"] not in known:
            yield Problem("ledger.unknown_account", "entry", row["entry_id"], row["account"])
    rows = db.all(
        "SELECT account, party, SUM(fen) AS kept, SUM(moved) AS moved FROM ("
        " SELECT account, party, fen, 0 AS moved FROM account_balances UNION ALL"
        " SELECT p.account, p.party, 0, p.amount_fen FROM postings p JOIN entries e ON e.id = p.entry_id AND e.posted = 1)"
        " GROUP BY account, party HAVING SUM(fen) <> SUM(moved)"
    )
    for row in rows:
        detail = f"{row['party']} kept {row['kept']}, moved {row['moved']}"
        yield Problem("ledger.balance_wrong", "ledger", row["account"], detail)
    for row in db.all("SELECT DISTINCT entry_id FROM postings WHERE entry_id NOT IN (SELECT id FROM entries)"):
        yield Problem("ledger.orphan_posting", "entry", row["entry_id"])
    for row in db.all(
        "SELECT e.id FROM entries e JOIN entries o ON o.id = e.reverses_id WHERE"
        " (SELECT group_concat(account || -amount_fen || service || party) FROM (SELECT * FROM postings WHERE entry_id = e.id ORDER BY line_no))"
        " IS NOT (SELECT group_concat(account || amount_fen || service || party) FROM (SELECT * FROM postings WHERE entry_id = o.id ORDER BY line_no))"
    ):
        yield Problem("ledger.wrong_reversal", "entry", row["id"])
    audited = {
        facts["entry_id"]: (
            facts["entry_no"],
            facts["kind"],
            facts["subject_kind"],
            facts["subject_id"],
            facts["sum_fen"],
        )
        for (text,) in db.connection.execute("SELECT facts FROM audit WHERE action = 'entry.posted'")
        for facts in [json.loads(text)]
    }
    for row in db.connection.execute(
        "SELECT e.id, e.entry_no, e.kind, e.subject_kind, e.subject_id,"
        " (SELECT SUM(amount_fen) FROM postings p WHERE p.entry_id = e.id AND amount_fen > 0) FROM entries e"
    ):
        if audited.pop(row[0], None) != tuple(row)[1:]:
            yield Problem("ledger.not_as_audited", "entry", row[0])
    for entry_id in audited:
        yield Problem("ledger.entry_missing", "entry", entry_id)
