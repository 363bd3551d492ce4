"""Invariants of proxy purchases: the ledger holds what open requests hold, and each case is as its line and record say."""

from __future__ import annotations

from collections.abc import Iterator

from kiosk import ledger
from kiosk.ledger import Account
from kiosk.purchases.store import held_fen
from kiosk.storage import Reader
from kiosk.storage.problem import Problem


def problems(db: Reader) -> Iterator[Problem]:
    """Money held that no open request explains, and requests that differ from what was charged for them."""
    book, held = -ledger.balance(db, Account.HELD_FOR_PURCHASES), held_fen(db)
    if book != held:
        yield Problem("purchase.held_differs", "ledger", Account.HELD_FOR_PURCHASES.value, f"book {book}, open {held}")
    for row in db.all(
        "SELECT p.id FROM purchases p LEFT JOIN ticket_lines l ON l.case_kind = 'purchase' AND l.case_id = p.id"
        " AND l.id = (SELECT MAX(id) FROM ticket_lines WHERE case_kind = 'purchase' AND case_id = p.id)"
        " LEFT JOIN tickets t ON t.id = l.ticket_id"
        " WHERE l.id IS NULL OR l.principal_fen <> p.advance_fen OR l.txn_amount_fen <> p.amount_fen"
        " OR (l.state IN ('done', 'reversed')) <> (p.received_on IS NOT NULL) OR p.received_on IS NOT t.settled_on AND"
        " l.state <> 'removed' OR (l.state IN ('removed', 'reversed')) <> (p.state = 'cancelled')"
    ):
        yield Problem("purchase.differs_from_line", "purchase", row["id"])
    for row in db.all(
        "SELECT p.id FROM purchases p WHERE NOT EXISTS (SELECT 1 FROM audit a WHERE a.action = 'purchase.recorded'"
        " AND json_extract(a.facts, '$.purchase_id') = p.id AND json_extract(a.facts, '$.amount_fen') = p.amount_fen"
        " AND json_extract(a.facts, '$.advance_fen') = p.advance_fen AND json_extract(a.facts, '$.paid_by') = p.paid_by)"
    ):
        yield Problem("purchase.not_as_audited", "purchase", row["id"])
