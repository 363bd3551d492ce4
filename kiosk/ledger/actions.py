"""Writes entries. A posted entry is never changed; what was wrong is reversed by a new entry that names it."""

from __future__ import annotations

from collections.abc import Iterable

from kiosk import audit
from kiosk.ledger.model import Account, Posting
from kiosk.storage import Tx
from kiosk.storage.numbers import next_number


def post(
    tx: Tx,
    kind: str,
    business_on: str,
    subject_kind: str,
    subject_id: int,
    postings: Iterable[Posting],
    *,
    reverses_id: int | None = None,
) -> int:
    """Posts a balanced entry and returns its id. Postings of 0 fen are left out.

    Raises ValueError when the postings don't sum to zero or fewer than two are left: a programming error, refused by
    the database too.
    """
    lines = [posting for posting in postings if posting.amount_fen]
    if len(lines) < 2 or sum(posting.amount_fen for posting in lines) != 0:
        raise ValueError(f"entry {kind} of {subject_kind} {subject_id} does not balance: {lines}")
    entry_no = next_number(tx, "entry")
    entry_id = tx.insert(
        "entries", entry_no=entry_no, business_on=business_on, kind=kind, subject_kind=subject_kind, subject_id=subject_id,
        reverses_id=reverses_id, at=tx.now, actor_kind=tx.actor.kind, actor_id=tx.actor.id,
    )  # fmt: skip
    tx.connection.executemany(
        "INSERT INTO postings (entry_id, line_no, account, amount_fen, service, party) VALUES (?, ?, ?, ?, ?, ?)",
        [
            (entry_id, number, line.account.value, line.amount_fen, line.service, line.party)
            for number, line in enumerate(lines, 1)
        ],
    )
    tx.execute("UPDATE entries SET posted = 1 WHERE id = ?", entry_id)
    audit.record(
        tx, "entry.posted", entry_no=entry_no, kind=kind, entry_id=entry_id, subject_kind=subject_kind,
        subject_id=subject_id, sum_fen=sum(line.amount_fen for line in lines if line.amount_fen > 0),
    )  # fmt: skip
    return entry_id


def reverse(tx: Tx, entry_id: int, business_on: str, kind: str = "reversal") -> int:
    """Posts the opposite of an entry as a new one on the open business date; a second reversal is refused by the
    database (``reverses_id`` is unique)."""
    entry = tx.one("SELECT subject_kind, subject_id FROM entries WHERE id = ? AND posted = 1", entry_id)
    if entry is None:
        raise KeyError(f"entry {entry_id}")
    rows = tx.all(
        "SELECT account, amount_fen, service, party FROM postings WHERE entry_id = ? ORDER BY line_no", entry_id
    )
    opposite = [Posting(Account(row["account"]), -row["amount_fen"], row["service"], row["party"]) for row in rows]
    return post(tx, kind, business_on, entry["subject_kind"], entry["subject_id"], opposite, reverses_id=entry_id)
