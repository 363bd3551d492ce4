"""All SQL of proxy purchases."""

from __future__ import annotations

from kiosk.errors import Refused
from kiosk.purchases.model import HOLDS_ADVANCE, OPEN_STATES, Purchase
from kiosk.storage import Reader
from kiosk.words import N_


def purchase(db: Reader, purchase_id: int) -> Purchase:
    """The purchase of this id; raises ``Refused('purchase.unknown')``."""
    row = db.one("SELECT * FROM purchases WHERE id = ?", purchase_id)
    if row is None:
        raise Refused("purchase.unknown", N_("没有编号为 {purchase_id} 的代购，请核对编号"), purchase_id=purchase_id)
    return Purchase.of(row)


def open_purchases(db: Reader) -> list[Purchase]:
    """Paid and not finished, oldest first."""
    marks = ", ".join("?" * len(OPEN_STATES))
    rows = db.all(
        f"SELECT * FROM purchases WHERE state IN ({marks}) AND received_on IS NOT NULL ORDER BY id",
        *sorted(OPEN_STATES),
    )
    return [Purchase.of(row) for row in rows]


def held_fen(db: Reader) -> int:
    """What the station holds of customers' advances, in fen."""
    marks = ", ".join("?" * len(HOLDS_ADVANCE))
    return db.value(
        f"SELECT COALESCE(SUM(advance_fen), 0) FROM purchases WHERE received_on IS NOT NULL AND state IN ({marks})",
        *sorted(HOLDS_ADVANCE),
    )


def by_phone(db: Reader, phone_hash: str) -> list[Purchase]:
    """A customer's purchases, newest first."""
    rows = db.all("SELECT * FROM purchases WHERE phone_hash = ? ORDER BY id DESC", phone_hash)
    return [Purchase.of(row) for row in rows]
