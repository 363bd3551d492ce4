"""All SQL of bills."""

from __future__ import annotations

from kiosk.bills.model import COUNTS_AS_PAID, HOLDS_MONEY, Bill
from kiosk.errors import Refused
from kiosk.storage import Reader
from kiosk.words import N_


def bill(db: Reader, bill_id: int) -> Bill:
    """The bill of this id; raises ``Refused('bill.unknown')``."""
    row = db.one("SELECT * FROM bills WHERE id = ?", bill_id)
    if row is None:
        raise Refused("bill.unknown", N_("没有编号为 {bill_id} 的缴费，请核对编号"), bill_id=bill_id)
    return Bill.of(row)


def same_account(db: Reader, biller: str, account_hash: str, bill_period: str) -> Bill | None:
    """The latest bill of this account and period that counts as paid."""
    marks = ", ".join("?" * len(COUNTS_AS_PAID))
    row = db.one(
        f"SELECT * FROM bills WHERE account_hash = ? AND bill_period = ? AND biller = ? AND state IN ({marks})"
        " ORDER BY state IN ('submitted', 'unconfirmed') DESC, id DESC LIMIT 1",
        account_hash,
        bill_period,
        biller,
        *sorted(COUNTS_AS_PAID),
    )
    return None if row is None else Bill.of(row)


def by_account(db: Reader, account_hash: str) -> list[Bill]:
    """The bills of one account, newest first."""
    return [Bill.of(row) for row in db.all("SELECT * FROM bills WHERE account_hash = ? ORDER BY id DESC", account_hash)]


def open_bills(db: Reader) -> list[Bill]:
    """Bills for which the station holds money, oldest first."""
    marks = ", ".join("?" * len(HOLDS_MONEY))
    rows = db.all(f"SELECT * FROM bills WHERE state IN ({marks}) ORDER BY id", *sorted(HOLDS_MONEY))
    return [Bill.of(row) for row in rows]


def held_fen(db: Reader) -> int:
    """What the station holds of villagers' money for bills, in fen."""
    marks = ", ".join("?" * len(HOLDS_MONEY))
    return db.value(f"SELECT COALESCE(SUM(amount_fen), 0) FROM bills WHERE state IN ({marks})", *sorted(HOLDS_MONEY))
