"""Reads balances; only posted entries count."""

from __future__ import annotations

from kiosk.ledger.model import Account
from kiosk.storage import Reader


def balance(db: Reader, account: Account, party: str | None = None) -> int:
    """The balance in fen, debit positive; of one party's share of the account if one is named."""
    whose, params = ("", ()) if party is None else (" AND p.party = ?", (party,))
    return db.value(
        "SELECT COALESCE(SUM(p.amount_fen), 0) FROM postings p JOIN entries e ON e.id = p.entry_id"
        f" WHERE p.account = ? AND e.posted = 1{whose}",
        account.value,
        *params,
    )


def by_party(db: Reader, account: Account) -> dict[str, int]:
    """The balance in fen of every party of an account; settled ones (0) are left out."""
    rows = db.all(
        "SELECT p.party, SUM(p.amount_fen) AS fen FROM postings p JOIN entries e ON e.id = p.entry_id"
        " WHERE p.account = ? AND e.posted = 1 GROUP BY p.party HAVING fen <> 0",
        account.value,
    )
    return {row[0]: row[1] for row in rows}


def balances(db: Reader) -> dict[str, int]:
    """The balance in fen of every account that was ever used."""
    rows = db.all(
        "SELECT p.account, SUM(p.amount_fen) FROM postings p JOIN entries e ON e.id = p.entry_id WHERE e.posted = 1"
        " GROUP BY p.account"
    )
    return {row[0]: row[1] for row in rows}


def moved(db: Reader, business_on: str, account: Account) -> int:
    """What the entries of one business date moved on an account, in fen, debit positive."""
    return db.value(
        "SELECT COALESCE(SUM(p.amount_fen), 0) FROM entries e JOIN postings p ON p.entry_id = e.id"
        " WHERE e.business_on = ? AND e.posted = 1 AND p.account = ?",
        business_on,
        account.value,
    )
