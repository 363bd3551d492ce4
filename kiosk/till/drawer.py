"""Counting the drawer. The count is kept before the expected amount is shown, and every count stays: a typed count is
never overwritten, by nobody (lessons.md 9)."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass

from kiosk import audit, ledger, shifts
from kiosk.errors import Refused
from kiosk.ledger import Account
from kiosk.shifts import Day
from kiosk.shifts.actions import counted
from kiosk.storage import Reader, Tx
from kiosk.words import N_

audit.register(
    "drawer.counted",
    N_("点钞 {count_id}：实点 {counted_fen} 分，应有 {expected_fen} 分"),
    count_id=audit.ID,
    business_on=audit.TIME,
    counted_fen=audit.NUMBER,
    expected_fen=audit.NUMBER,
)


@dataclass(frozen=True, slots=True)
class Count:
    """One finished count; amounts in fen, ``pieces`` by denomination in fen."""

    id: int
    business_on: str
    last_entry_no: int
    pieces: dict[int, int]
    counted_fen: int
    expected_fen: int

    @property
    def difference_fen(self) -> int:
        """Counted less expected: positive is over (长款), negative short (短款)."""
        return self.counted_fen - self.expected_fen


def begin(tx: Tx) -> int:
    """Begins a count of the open day's drawer and returns its id. Raises ``Refused('day.none_open')``."""
    today = open_day(tx)
    return tx.insert(
        "cash_counts", business_on=today.business_on, begun_at=tx.now, begun_by_kind=tx.actor.kind,
        begun_by_id=tx.actor.id, last_entry_no=_last_entry_no(tx),
    )  # fmt: skip


def finish(tx: Tx, count_id: int, pieces: Mapping[int, int]) -> Count:
    """Keeps what was counted; only then the expected amount is worked out.

    Raises ``Refused`` with ``count.unknown``, ``count.finished``, ``count.money_moved`` (cash went in or out meanwhile)
    or ``day.count_unreadable``.
    """
    today = open_day(tx)
    row = _row(tx, count_id)
    if row["counted_at"] is not None:
        raise Refused("count.finished", N_("这次点钞已经记下，不能改；要重点请重新开始点钞"), count_id=count_id)
    if row["business_on"] != today.business_on or row["last_entry_no"] != _last_entry_no(tx):
        raise Refused("count.money_moved", N_("点钞期间有收付款，这次点的数没有记；请重新点一遍"), count_id=count_id)
    counted_fen = counted(pieces)
    expected_fen = ledger.balance(tx, Account.DRAWER)
    tx.change(
        "cash_counts", count_id, counted_at=tx.now, counted_fen=counted_fen, expected_fen=expected_fen,
        pieces=json.dumps({str(fen): number for fen, number in sorted(pieces.items(), reverse=True) if number}),
    )  # fmt: skip
    audit.record(
        tx, "drawer.counted", count_id=count_id, business_on=today.business_on, counted_fen=counted_fen,
        expected_fen=expected_fen,
    )  # fmt: skip
    return count(tx, count_id)


def count(db: Reader, count_id: int) -> Count:
    """A finished count; raises ``Refused`` with ``count.unknown`` or ``count.not_finished``."""
    row = _row(db, count_id)
    if row["counted_at"] is None:
        raise Refused("count.not_finished", N_("还没有填写点钞结果；请先逐张点清"), count_id=count_id)
    pieces = {int(fen): number for fen, number in json.loads(row["pieces"]).items()}
    return Count(row["id"], row["business_on"], row["last_entry_no"], pieces, row["counted_fen"], row["expected_fen"])


def standing(db: Reader, count_id: int) -> Count:
    """A finished count by which the open day may be closed or its drawer handed on: no cash has moved since.

    Raises ``Refused`` as ``count`` and ``count.money_moved``.
    """
    found = count(db, count_id)
    today = open_day(db)
    if found.business_on != today.business_on or found.last_entry_no != _last_entry_no(db):
        raise Refused("count.money_moved", N_("点钞之后又有收付款，没有保存；请重新点一遍"), count_id=count_id)
    return found


def counts_on(db: Reader, business_on: str) -> list[Count]:
    """The finished counts of a date, oldest first."""
    rows = db.all(
        "SELECT id FROM cash_counts WHERE business_on = ? AND counted_at IS NOT NULL ORDER BY id", business_on
    )
    return [count(db, row["id"]) for row in rows]


def _row(db: Reader, count_id: int) -> sqlite3.Row:
    row = db.one("SELECT * FROM cash_counts WHERE id = ?", count_id)
    if row is None:
        raise Refused("count.unknown", N_("没有编号为 {count_id} 的点钞，请重新开始点钞"), count_id=count_id)
    return row


def _last_entry_no(db: Reader) -> int:
    """The number of the last entry that moved cash: what goes through wallets meanwhile does not spoil a count."""
    return (
        db.value(
            "SELECT entry_no FROM entries WHERE id = (SELECT MAX(entry_id) FROM postings WHERE account = ?)",
            Account.DRAWER.value,
        )
        or 0
    )


def open_day(db: Reader) -> Day:
    """The open business day; raises ``Refused('day.none_open')``."""
    today = shifts.open_day(db)
    if today is None:
        raise Refused("day.none_open", N_("今天还没有开始营业，或已经日结过了；没有改动任何内容"))
    return today
