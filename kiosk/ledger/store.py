"""Reads balances; only posted entries count. Sums stand in ``account_balances``, kept by the trigger that posts."""

from __future__ import annotations

from kiosk.ledger.model import Account
from kiosk.storage import Reader


def balance(db: Reader, account: Account, party: str | None = None) -> int:
    """The balance in fen, debit positive; of one party's share of the account if one is named."""
    whose, params = ("", ()) if party is None else (" AND party = ?", (party,))
    return db.value(
        f"SELECT COALESCE(SUM(fen), 0) FROM account_balances WHERE account = ?{whose}", account.value, *params
    )


def by_party(db: Reader, account: Account) -> dict[str, int]:
    """The balance in fen of every party of an account; settled ones (0) are left out."""
    rows = db.all("SELECT party, fen FROM account_balances WHERE account = ? AND fen <> 0", account.value)
    return {row[0]: row[1] for row in rows}


def balances(db: Reader) -> dict[str, int]:
    """The balance in fen of every account that was ever used."""
    return {row[0]: row[1] for row in db.all("SELECT account, SUM(fen) FROM account_balances GROUP BY account")}


def moved(db: Reader, business_on: str, account: Account) -> int:
    """What the entries of one business date moved on an account, in fen, debit positive."""
    return db.value(
        "SELECT COALESCE(SUM(p.amount_fen), 0) FROM entries e JOIN postings p ON p.entry_id = e.id"
        " WHERE e.business_on = ? AND e.posted = 1 AND p.account = ?",
        business_on,
        account.value,
    )
