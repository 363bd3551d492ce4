"""Reads fee versions and the draft."""

from __future__ import annotations

import json
import sqlite3
from functools import lru_cache

from kiosk.fees.model import Draft, FeeItem, FeeVersion
from kiosk.storage import Reader


def current(db: Reader, business_on: str) -> FeeVersion | None:
    """The version in force on a business date: the latest published one whose date has come; None when none is."""
    row = db.one(
        "SELECT * FROM fee_versions WHERE effective_on <= ? ORDER BY effective_on DESC, number DESC LIMIT 1",
        business_on,
    )
    return None if row is None else _of(row)


def upcoming(db: Reader, business_on: str) -> list[FeeVersion]:
    """The published versions that will come into force after a business date, in the order in which they will. One that
    a later version of the same date has replaced never will, and is left out."""
    rows = db.all(
        "SELECT * FROM fee_versions v WHERE effective_on > ? AND NOT EXISTS (SELECT 1 FROM fee_versions later"
        " WHERE later.effective_on = v.effective_on AND later.number > v.number) ORDER BY effective_on",
        business_on,
    )
    return [_of(row) for row in rows]


def version(db: Reader, version_id: int) -> FeeVersion | None:
    """The version of this id."""
    row = db.one("SELECT * FROM fee_versions WHERE id = ?", version_id)
    return None if row is None else _of(row)


def numbered(db: Reader, number: int) -> FeeVersion | None:
    """The version of this number."""
    row = db.one("SELECT * FROM fee_versions WHERE number = ?", number)
    return None if row is None else _of(row)


def versions(db: Reader) -> list[FeeVersion]:
    """Every version, newest first."""
    return [_of(row) for row in db.all("SELECT * FROM fee_versions ORDER BY number DESC")]


def open_draft(db: Reader) -> Draft | None:
    """The draft that is being written; None when nobody writes one."""
    row = db.one("SELECT * FROM fee_drafts WHERE state = 'open'")
    if row is None:
        return None
    return Draft(
        row["id"], row["revision"], json.loads(row["content"]), row["begun_at"], row["changed_at"],
        row["changed_by_kind"], row["changed_by_id"],
    )  # fmt: skip


def _of(row: sqlite3.Row) -> FeeVersion:
    return FeeVersion(
        row["id"], row["number"], row["effective_on"], row["basis"], row["approver"], row["published_at"], row["hash"],
        _items(row["items"]), row["published_by_kind"], row["published_by"],
    )  # fmt: skip


@lru_cache(maxsize=16)
def _items(written: str) -> tuple[FeeItem, ...]:
    return tuple(FeeItem(**item) for item in json.loads(written))
