"""Reads fee versions."""

from __future__ import annotations

import json
import sqlite3
from functools import lru_cache

from kiosk.fees.model import FeeItem, FeeVersion
from kiosk.storage import Reader


def current(db: Reader, business_on: str) -> FeeVersion | None:
    """The version in force on a business date: the latest published one whose date has come; None when none is."""
    row = db.one(
        "SELECT * FROM fee_versions WHERE effective_on <= ? ORDER BY effective_on DESC, number DESC LIMIT 1",
        business_on,
    )
    return None if row is None else _of(row)


def version(db: Reader, version_id: int) -> FeeVersion | None:
    """The version of this id."""
    row = db.one("SELECT * FROM fee_versions WHERE id = ?", version_id)
    return None if row is None else _of(row)


def versions(db: Reader) -> list[FeeVersion]:
    """Every version, newest first."""
    return [_of(row) for row in db.all("SELECT * FROM fee_versions ORDER BY number DESC")]


def _of(row: sqlite3.Row) -> FeeVersion:
    return FeeVersion(
        row["id"], row["number"], row["effective_on"], row["basis"], row["approver"], row["published_at"], row["hash"],
        _items(row["items"]),
    )  # fmt: skip


@lru_cache(maxsize=16)
def _items(written: str) -> tuple[FeeItem, ...]:
    return tuple(FeeItem(**item) for item in json.loads(written))
