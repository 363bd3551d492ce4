"""All SQL that reads sales and what is owed for them."""

from __future__ import annotations

import sqlite3

from kiosk.consignment.model import OWED, Sale, SaleLot
from kiosk.errors import Refused
from kiosk.storage import Reader
from kiosk.words import N_


def sale(db: Reader, sale_id: int) -> Sale:
    """The sale of this id; raises ``Refused('consignment.unknown')``."""
    row = db.one("SELECT * FROM consignment_sales WHERE id = ?", sale_id)
    if row is None:
        raise Refused("consignment.unknown", N_("没有编号为 {sale_id} 的代销，请核对编号"), sale_id=sale_id)
    return Sale.of(row)


def parts_of(db: Reader, sale_id: int) -> list[SaleLot]:
    """What a sale takes from which lots; nothing for one without stock."""
    rows = db.all("SELECT lot_id, quantity, cost_fen FROM sale_lots WHERE sale_id = ? ORDER BY id", sale_id)
    return [SaleLot(*row) for row in rows]


def owed_sales(db: Reader) -> list[Sale]:
    """Sold goods of others, not paid out to the supplier, oldest first."""
    marks = ", ".join("?" * len(OWED))
    rows = db.all(
        f"SELECT * FROM consignment_sales WHERE state IN ({marks}) AND ownership = 'consignment' ORDER BY id",
        *sorted(OWED),
    )
    return [Sale.of(row) for row in rows]


def owed_fen(db: Reader, supplier_id: int | None = None) -> int:
    """What the station owes to its suppliers, or to one; negative where one was paid for goods that came back."""
    whose, params = ("", ()) if supplier_id is None else (" AND d.supplier_id = ?", (supplier_id,))
    found: int = db.value(f"SELECT COALESCE(SUM(d.amount_fen), 0) {_UNPAID}{whose}", *params)
    return found


def owed_by_supplier(db: Reader) -> dict[int | None, int]:
    """What is owed to each supplier; None for sales made before suppliers were kept. Settled ones are left out."""
    rows = db.all(f"SELECT d.supplier_id, SUM(d.amount_fen) AS fen {_UNPAID} GROUP BY d.supplier_id HAVING fen <> 0")
    return {row[0]: row[1] for row in rows}


def open_dues(db: Reader, supplier_id: int) -> list[sqlite3.Row]:
    """What no settlement has taken yet, oldest first."""
    return db.all(
        "SELECT * FROM consignor_dues WHERE supplier_id = ? AND settlement_id IS NULL ORDER BY id", supplier_id
    )


def sales(db: Reader, *, product_id: int | None = None, supplier_id: int | None = None, limit: int = 100) -> list[Sale]:
    """Sales, newest first."""
    rows = db.all(
        "SELECT * FROM consignment_sales WHERE (:product IS NULL OR product_id = :product)"
        " AND (:supplier IS NULL OR supplier_id = :supplier) ORDER BY id DESC LIMIT :limit",
        product=product_id, supplier=supplier_id, limit=limit,
    )  # fmt: skip
    return [Sale.of(row) for row in rows]


def by_phone(db: Reader, phone_hash: str) -> list[Sale]:
    """A supplier's sales, newest first."""
    rows = db.all(
        "SELECT * FROM consignment_sales WHERE phone_hash = :hash OR supplier_id IN"
        " (SELECT id FROM suppliers WHERE phone_hash = :hash) ORDER BY id DESC",
        hash=phone_hash,
    )
    return [Sale.of(row) for row in rows]


#: Dues that stand: no settlement has them, or one that is not paid (yet).
_UNPAID = (
    "FROM consignor_dues d LEFT JOIN settlements s ON s.id = d.settlement_id"
    " WHERE (d.settlement_id IS NULL OR s.state <> 'paid')"
)
