"""Pays a supplier what is owed: every due since the last settlement in one sum, a line of a ticket that pays out, and a
slip for the farmer to sign. It becomes money as its ticket is settled."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

from kiosk import audit, money, shifts
from kiosk.consignment import store, suppliers
from kiosk.errors import Refused
from kiosk.storage import Reader, Tx
from kiosk.storage.numbers import document_no
from kiosk.words import N_, say

CASE = "settlement"
LETTER = "GS"
STATE_WORDS = {"recorded": N_("在单上"), "paid": N_("已付给货主"), "cancelled": N_("已取消")}


@dataclass(frozen=True, slots=True)
class Settlement:
    """One sum paid, or about to be paid, to one supplier."""

    id: int
    state: str
    supplier_id: int
    amount_fen: int
    document_no: str | None
    slip_id: int | None
    recorded_on: str
    paid_on: str | None

    @classmethod
    def of(cls, row: sqlite3.Row) -> Settlement:
        return cls(**{name: row[name] for name in cls.__slots__})


audit.register(
    "settlement.recorded", N_("结算 {settlement_id}：应付供货人 {supplier_id} 共 {amount_fen} 分"),
    settlement_id=audit.ID, supplier_id=audit.ID, amount_fen=audit.NUMBER,
)  # fmt: skip
audit.register(
    "settlement.paid", N_("结算 {settlement_id} 已付，结算单 {number}：{amount_fen} 分"),
    settlement_id=audit.ID, supplier_id=audit.ID, number=audit.CODE, amount_fen=audit.NUMBER, business_on=audit.TIME,
)  # fmt: skip
audit.register(
    "settlement.cancelled", N_("取消结算 {settlement_id}"), settlement_id=audit.ID, business_on=audit.TIME
)  # fmt: skip


def record(tx: Tx, supplier_id: int) -> Settlement:
    """Gathers everything that is owed to a supplier. Raises ``Refused`` with ``settlement.under_way`` (one stands on a
    ticket already) or ``settlement.nothing_owed``, which says how much is owed."""
    suppliers.supplier(tx, supplier_id)
    standing = tx.one("SELECT id FROM settlements WHERE supplier_id = ? AND state = 'recorded'", supplier_id)
    if standing is not None:
        raise Refused(
            "settlement.under_way", N_("这个供货人的货款已在一张没收完的单上结算；没有重复结算，请先办完那张单"),
            settlement_id=standing["id"],
        )  # fmt: skip
    dues = store.open_dues(tx, supplier_id)
    amount_fen = sum(due["amount_fen"] for due in dues)
    if amount_fen <= 0:
        raise Refused(
            "settlement.nothing_owed", N_("应付这个供货人 {amount}，没有可付的货款；没有改动"),
            amount=money.yuan(amount_fen), owed_fen=amount_fen,
        )  # fmt: skip
    settlement_id = tx.insert(
        "settlements", state="recorded", supplier_id=supplier_id, amount_fen=amount_fen,
        recorded_on=shifts.ensure_open(tx).business_on, recorded_at=tx.now, recorded_by_kind=tx.actor.kind,
        recorded_by_id=tx.actor.id,
    )  # fmt: skip
    for due in dues:
        tx.change("consignor_dues", due["id"], settlement_id=settlement_id)
    audit.record(
        tx, "settlement.recorded", settlement_id=settlement_id, supplier_id=supplier_id, amount_fen=amount_fen
    )  # fmt: skip
    return settlement(tx, settlement_id)


def pay(tx: Tx, settlement_id: int) -> Settlement:
    """The sum has been paid (called as the ticket is settled); gives it its number. The slip is the caller's."""
    found = _in(tx, settlement_id, "recorded")
    business_on = shifts.ensure_open(tx).business_on
    number = document_no(tx, LETTER, business_on)
    tx.change(
        "settlements", settlement_id, state="paid", document_no=number, paid_on=business_on, paid_at=tx.now
    )  # fmt: skip
    tx.execute(
        "UPDATE consignment_sales SET state = 'paid_out' WHERE state = 'sold' AND id IN"
        " (SELECT sale_id FROM consignor_dues WHERE settlement_id = ? AND kind = 'sale')",
        settlement_id,
    )
    audit.record(
        tx, "settlement.paid", settlement_id=settlement_id, supplier_id=found.supplier_id, number=number,
        amount_fen=found.amount_fen, business_on=business_on,
    )  # fmt: skip
    return settlement(tx, settlement_id)


def cancel(tx: Tx, settlement_id: int) -> None:
    """Taken off its ticket before it was paid: everything is owed as before."""
    _cancel(tx, settlement_id, "recorded")


def take_back(tx: Tx, settlement_id: int) -> None:
    """The money came back: everything is owed again."""
    _cancel(tx, settlement_id, "paid")
    tx.execute(
        "UPDATE consignment_sales SET state = 'sold' WHERE state = 'paid_out' AND id IN (SELECT sale_id FROM consignor_dues"
        " WHERE kind = 'sale' AND settlement_id IS NULL)"
    )


def settlement(db: Reader, settlement_id: int) -> Settlement:
    """The settlement of this id; raises ``Refused('settlement.unknown')``."""
    row = db.one("SELECT * FROM settlements WHERE id = ?", settlement_id)
    if row is None:
        raise Refused(
            "settlement.unknown", N_("没有编号为 {settlement_id} 的结算，请核对编号"), settlement_id=settlement_id
        )  # fmt: skip
    return Settlement.of(row)


def settlements(db: Reader, supplier_id: int | None = None, limit: int = 100) -> list[Settlement]:
    """Settlements, newest first."""
    rows = db.all(
        "SELECT * FROM settlements WHERE (:supplier IS NULL OR supplier_id = :supplier) ORDER BY id DESC LIMIT :limit",
        supplier=supplier_id, limit=limit,
    )  # fmt: skip
    return [Settlement.of(row) for row in rows]


def dues_of(db: Reader, settlement_id: int) -> list[sqlite3.Row]:
    """What a settlement pays, oldest first."""
    return db.all("SELECT * FROM consignor_dues WHERE settlement_id = ? ORDER BY id", settlement_id)


def _cancel(tx: Tx, settlement_id: int, state: str) -> None:
    _in(tx, settlement_id, state)
    business_on = shifts.ensure_open(tx).business_on
    tx.change("settlements", settlement_id, state="cancelled", cancelled_on=business_on)
    tx.execute("UPDATE consignor_dues SET settlement_id = NULL WHERE settlement_id = ?", settlement_id)
    audit.record(tx, "settlement.cancelled", settlement_id=settlement_id, business_on=business_on)


def _in(tx: Tx, settlement_id: int, state: str) -> Settlement:
    found = settlement(tx, settlement_id)
    if found.state != state:
        raise Refused(
            "settlement.too_far", N_("结算 {settlement_id} 已是「{state}」，不能这样改；没有改动"),
            settlement_id=settlement_id, state=say(STATE_WORDS[found.state]), now=found.state,
        )  # fmt: skip
    return found
