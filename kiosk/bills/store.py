"""All SQL of bills."""

from __future__ import annotations

from collections.abc import Iterable

from kiosk.bills.model import COUNTS_AS_PAID, HOLDS_MONEY, UNDER_WAY, Bill, Step
from kiosk.errors import Refused
from kiosk.storage import Reader, Tx
from kiosk.words import N_


def bill(db: Reader, bill_id: int) -> Bill:
    """The bill of this id; raises ``Refused('bill.unknown')``."""
    row = db.one("SELECT * FROM bills WHERE id = ?", bill_id)
    if row is None:
        raise Refused("bill.unknown", N_("没有编号为 {bill_id} 的缴费，请核对编号"), bill_id=bill_id)
    return Bill.of(row)


def steps(db: Reader, bill_id: int) -> list[Step]:
    """Every step of a bill in order."""
    rows = db.all(
        "SELECT state, business_on, at, by_kind, by_id FROM bill_steps WHERE bill_id = ? ORDER BY step", bill_id
    )
    return [Step(*tuple(row)) for row in rows]


def take_step(tx: Tx, bill_id: int, state: str, business_on: str) -> None:
    """Writes down that a bill came to a state."""
    step = tx.value("SELECT COALESCE(MAX(step), 0) + 1 FROM bill_steps WHERE bill_id = ?", bill_id)
    tx.insert(
        "bill_steps", bill_id=bill_id, step=step, state=state, business_on=business_on, at=tx.now,
        by_kind=tx.actor.kind, by_id=tx.actor.id,
    )  # fmt: skip


def same_payment(
    db: Reader,
    biller: str,
    account_hash: str,
    bill_period: str,
    amount_fen: int,
    states: Iterable[str] = COUNTS_AS_PAID,
) -> Bill | None:
    """The bill that pays for the same thing: account and period, or without a period account and amount. One that may be
    at the biller comes first, then the latest."""
    wanted = sorted(states)
    marks, under_way = ", ".join("?" * len(wanted)), ", ".join(f"'{state}'" for state in sorted(UNDER_WAY))
    row = db.one(
        "SELECT * FROM bills WHERE account_hash = ? AND bill_period = ? AND biller = ? AND (? <> '' OR amount_fen = ?)"
        f" AND state IN ({marks}) ORDER BY state IN ({under_way}) DESC, id DESC LIMIT 1",
        account_hash,
        bill_period,
        biller,
        bill_period,
        amount_fen,
        *wanted,
    )
    return None if row is None else Bill.of(row)


def by_serial(db: Reader, biller: str, serial_no: str) -> Bill | None:
    """The bill that a biller's serial number belongs to."""
    row = db.one("SELECT * FROM bills WHERE biller = ? AND serial_no = ?", biller, serial_no)
    return None if row is None else Bill.of(row)


def by_account(db: Reader, account_hash: str) -> list[Bill]:
    """The bills of one account, newest first."""
    return [Bill.of(row) for row in db.all("SELECT * FROM bills WHERE account_hash = ? ORDER BY id DESC", account_hash)]


def in_states(db: Reader, states: Iterable[str], *, oldest_first: bool = False, limit: int = 200) -> list[Bill]:
    """Bills in some states."""
    wanted = sorted(states)
    marks = ", ".join("?" * len(wanted))
    order = "ASC" if oldest_first else "DESC"
    rows = db.all(f"SELECT * FROM bills WHERE state IN ({marks}) ORDER BY id {order} LIMIT ?", *wanted, limit)
    return [Bill.of(row) for row in rows]


def older_than(db: Reader, before: int, limit: int, states: Iterable[str]) -> list[Bill]:
    """A page of bills, newest first."""
    wanted = sorted(states)
    marks = ", ".join("?" * len(wanted))
    rows = db.all(
        f"SELECT * FROM bills WHERE id < ? AND state IN ({marks}) ORDER BY id DESC LIMIT ?", before, *wanted, limit
    )
    return [Bill.of(row) for row in rows]


def open_bills(db: Reader) -> list[Bill]:
    """Bills for which the station holds money, oldest first."""
    return in_states(db, HOLDS_MONEY, oldest_first=True, limit=1_000_000)


def open_counts(db: Reader) -> dict[str, int]:
    """How many bills hold money, by state."""
    marks = ", ".join("?" * len(HOLDS_MONEY))
    rows = db.all(
        f"SELECT state, COUNT(*) AS n FROM bills WHERE state IN ({marks}) GROUP BY state", *sorted(HOLDS_MONEY)
    )
    return {row["state"]: row["n"] for row in rows}


def held_fen(db: Reader) -> int:
    """What the station holds of villagers' money for bills, in fen."""
    return sum(bill.amount_fen for bill in open_bills(db))
