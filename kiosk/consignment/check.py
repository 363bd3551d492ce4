"""Invariants of consignment sales: the ledger owes what sold goods owe, and each case is as its line and record say."""

from __future__ import annotations

from collections.abc import Iterator

from kiosk import ledger
from kiosk.consignment.store import owed_fen
from kiosk.ledger import Account
from kiosk.storage import Reader
from kiosk.storage.problem import Problem


def problems(db: Reader) -> Iterator[Problem]:
    """Money owed that no sale explains, and sales that differ from what was charged for them."""
    book, owed = -ledger.balance(db, Account.OWED_TO_CONSIGNORS), owed_fen(db)
    if book != owed:
        yield Problem(
            "consignment.owed_differs", "ledger", Account.OWED_TO_CONSIGNORS.value, f"book {book}, sold {owed}"
        )
    for row in db.all(
        "SELECT s.id FROM consignment_sales s LEFT JOIN ticket_lines l ON l.id = (SELECT MAX(id) FROM ticket_lines"
        " WHERE case_kind = 'consignment_sale' AND case_id = s.id) LEFT JOIN tickets t ON t.id = l.ticket_id"
        " WHERE l.id IS NULL OR l.principal_fen <> s.amount_fen"
        " OR (l.state IN ('done', 'reversed')) <> (s.sold_on IS NOT NULL)"
        " OR s.sold_on IS NOT NULL AND (s.commission_fen <> l.commission_fen OR s.sold_on IS NOT t.settled_on)"
        " OR (l.state IN ('removed', 'reversed')) <> (s.state = 'cancelled')"
    ):
        yield Problem("consignment.differs_from_line", "consignment_sale", row["id"])
    for row in db.all(
        "SELECT s.id FROM consignment_sales s WHERE NOT EXISTS (SELECT 1 FROM audit a WHERE"
        " a.action = 'consignment.recorded' AND json_extract(a.facts, '$.sale_id') = s.id"
        " AND json_extract(a.facts, '$.amount_fen') = s.amount_fen)"
    ):
        yield Problem("consignment.not_as_audited", "consignment_sale", row["id"])
