"""All SQL of lists that were taken in, and of the columns each carrier's lists have."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping, Sequence
from typing import Any

from kiosk.errors import Refused
from kiosk.parcel_lists.model import Purpose, TakenList
from kiosk.storage import Reader, Tx
from kiosk.words import N_

_LISTS = """SELECT l.*,
    (SELECT COUNT(*) FROM parcel_list_items i JOIN parcels p ON p.id = i.parcel_id
     WHERE i.list_id = l.id AND p.state = 'expected') AS awaited,
    (SELECT COUNT(*) FROM parcel_list_items i JOIN parcels p ON p.id = i.parcel_id
     WHERE i.list_id = l.id AND p.checked_in_at IS NOT NULL AND p.state NOT IN ('expected', 'undone')) AS arrived
    FROM parcel_lists l"""


def remembered(db: Reader, carrier: str) -> dict[str, str]:
    """Field → head, as the last list of this carrier was read; {} for the first."""
    text = db.value("SELECT columns FROM parcel_list_columns WHERE carrier = ? ORDER BY id DESC LIMIT 1", carrier)
    return dict(json.loads(text)) if text else {}


def remember(tx: Tx, carrier: str, columns: Mapping[str, str]) -> None:
    """Keeps how this carrier's list was read; nothing when it is as before."""
    if dict(columns) == remembered(tx, carrier):
        return
    text = json.dumps(dict(columns), ensure_ascii=False, sort_keys=True)
    tx.insert(
        "parcel_list_columns", carrier=carrier, columns=text, saved_at=tx.now, saved_by_kind=tx.actor.kind,
        saved_by_id=tx.actor.id,
    )  # fmt: skip


def add(tx: Tx, purpose: Purpose, carrier: str, skipped: int, parcel_ids: Sequence[int], business_on: str) -> int:
    """Writes down a list and what it brought."""
    list_id = tx.insert(
        "parcel_lists", purpose=purpose.value, carrier=carrier, pieces=len(parcel_ids), skipped=skipped,
        taken_on=business_on, taken_at=tx.now, taken_by_kind=tx.actor.kind, taken_by_id=tx.actor.id,
    )  # fmt: skip
    for parcel_id in parcel_ids:
        tx.insert("parcel_list_items", list_id=list_id, parcel_id=parcel_id)
    return list_id


def find(db: Reader, list_id: int) -> TakenList:
    """The list; Refused ``list.unknown``."""
    row = db.one(f"{_LISTS} WHERE l.id = ?", list_id)
    if row is None:
        raise Refused("list.unknown", N_("没有编号为 {list_id} 的导入清单"), list_id=list_id)
    return _taken(row)


def newest(db: Reader, before_id: int, limit: int, *, token_id: int | None = None) -> list[TakenList]:
    """Lists, newest first; only those that the program of ``token_id`` sent, when it is named."""
    own, params = (
        ("", ()) if token_id is None else (" AND l.taken_by_kind = 'token' AND l.taken_by_id = ?", (token_id,))
    )
    sql = f"{_LISTS} WHERE l.id < ?{own} ORDER BY l.id DESC LIMIT ?"
    return [_taken(row) for row in db.all(sql, before_id, *params, limit)]


def parcels_of(db: Reader, list_id: int) -> list[sqlite3.Row]:
    """Rows of the parcels that a list brought, in its order."""
    return db.all(
        "SELECT p.* FROM parcel_list_items i JOIN parcels p ON p.id = i.parcel_id WHERE i.list_id = ? ORDER BY i.id",
        list_id,
    )


def mark_dropped(tx: Tx, list_id: int) -> None:
    """The list was called back."""
    tx.change("parcel_lists", list_id, dropped_at=tx.now)


def _taken(row: Any) -> TakenList:
    return TakenList(
        row["id"], Purpose(row["purpose"]), row["carrier"], row["pieces"], row["skipped"], row["awaited"], row["arrived"],
        row["taken_at"], row["taken_on"], row["taken_by_kind"], row["taken_by_id"], row["dropped_at"],
    )  # fmt: skip
