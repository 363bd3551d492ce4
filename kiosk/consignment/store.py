"""All SQL of consignment sales."""

from __future__ import annotations

from kiosk.consignment.model import OWED, Sale
from kiosk.errors import Refused
from kiosk.storage import Reader
from kiosk.words import N_


def sale(db: Reader, sale_id: int) -> Sale:
    """The sale of this id; raises ``Refused('consignment.unknown')``."""
    row = db.one("SELECT * FROM consignment_sales WHERE id = ?", sale_id)
    if row is None:
        raise Refused("consignment.unknown", N_("没有编号为 {sale_id} 的代销，请核对编号"), sale_id=sale_id)
    return Sale.of(row)


def owed_sales(db: Reader) -> list[Sale]:
    """Sold and not paid out to the supplier, oldest first."""
    marks = ", ".join("?" * len(OWED))
    rows = db.all(f"SELECT * FROM consignment_sales WHERE state IN ({marks}) ORDER BY id", *sorted(OWED))
    return [Sale.of(row) for row in rows]


def owed_fen(db: Reader) -> int:
    """What the station owes to its suppliers, in fen."""
    marks = ", ".join("?" * len(OWED))
    return db.value(
        f"SELECT COALESCE(SUM(amount_fen - commission_fen), 0) FROM consignment_sales WHERE state IN ({marks})",
        *sorted(OWED),
    )


def by_phone(db: Reader, phone_hash: str) -> list[Sale]:
    """A supplier's sales, newest first."""
    rows = db.all("SELECT * FROM consignment_sales WHERE phone_hash = ? ORDER BY id DESC", phone_hash)
    return [Sale.of(row) for row in rows]
