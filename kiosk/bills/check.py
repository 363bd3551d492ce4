"""Invariants of bills: the ledger holds what unfinished bills hold, and each case is as its line and record say."""

from __future__ import annotations

from collections.abc import Iterator

from kiosk import ledger
from kiosk.bills.store import held_fen
from kiosk.ledger import Account
from kiosk.storage import Reader
from kiosk.storage.problem import Problem


def problems(db: Reader) -> Iterator[Problem]:
    """Money held that no bill explains, and bills that differ from what was charged for them."""
    book, held = -ledger.balance(db, Account.HELD_FOR_BILLS), held_fen(db)
    if book != held:
        yield Problem("bill.held_differs", "ledger", Account.HELD_FOR_BILLS.value, f"book {book}, open {held}")
    for row in db.all(
        "SELECT b.id FROM bills b LEFT JOIN ticket_lines l ON l.id = (SELECT MAX(id) FROM ticket_lines"
        " WHERE case_kind = 'bill' AND case_id = b.id) LEFT JOIN tickets t ON t.id = l.ticket_id"
        " WHERE l.id IS NULL OR l.principal_fen <> b.amount_fen OR l.kind <> b.kind"
        " OR (l.state IN ('done', 'reversed')) <> (b.received_on IS NOT NULL)"
        " OR b.received_on IS NOT NULL AND b.received_on IS NOT t.settled_on"
        " OR (l.state = 'removed') <> (b.state = 'cancelled') OR (l.state = 'reversed') <> (b.state = 'refunded')"
    ):
        yield Problem("bill.differs_from_line", "bill", row["id"])
    for row in db.all(
        "SELECT b.id FROM bills b WHERE NOT EXISTS (SELECT 1 FROM audit a WHERE a.action = 'bill.recorded'"
        " AND json_extract(a.facts, '$.bill_id') = b.id AND json_extract(a.facts, '$.kind') = b.kind"
        " AND json_extract(a.facts, '$.amount_fen') = b.amount_fen)"
    ):
        yield Problem("bill.not_as_audited", "bill", row["id"])
