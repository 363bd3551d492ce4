"""Idempotency: the answer to a key is stored in the act's own transaction and given again for 7 days, so that a lost
reply, a double click or a second tab has one effect. A refusal is not stored and is tried afresh."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from kiosk import clock
from kiosk.errors import Refused
from kiosk.storage.database import Reader, Tx
from kiosk.words import N_

KEPT_DAYS = 7
LONGEST_KEY = 128


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    body: Any


def recall(db: Reader, key: str, owner: str, path: str, body: bytes) -> Answer | None:
    """The stored answer to this key, owner (token or session's staff) and path, or None.

    Raises ``Refused('request.key_reused')`` when the same key came with another body, ``request.key_unreadable`` when
    the key itself is not 1–128 printable ASCII characters.
    """
    if not 0 < len(key) <= LONGEST_KEY or not key.isascii() or not key.isprintable():
        raise Refused(
            "request.key_unreadable", N_("Idempotency-Key 应为 1–128 个可打印的 ASCII 字符；没有记录任何内容")
        )
    row = db.one(
        "SELECT body_hash, status, answer FROM answers WHERE key = ? AND owner = ? AND path = ?", key, owner, path
    )
    if row is None:
        return None
    if row["body_hash"] != _hash(db, body):
        raise Refused(
            "request.key_reused", N_("同一个 Idempotency-Key 用在了不同的内容上；第一次的结果保持不变，请换一个新的键")
        )
    return Answer(row["status"], json.loads(row["answer"]))


def look_up(db: Reader, key: str, owner: str, path: str) -> Answer | None:
    """The stored answer to this key whatever was asked: a page says again what the act before it has done."""
    row = db.one("SELECT status, answer FROM answers WHERE key = ? AND owner = ? AND path = ?", key, owner, path)
    return None if row is None else Answer(row["status"], json.loads(row["answer"]))


def remember(tx: Tx, key: str, owner: str, path: str, body: bytes, status: int, answer: Any) -> None:
    """Keeps a 2xx answer; the body only as a keyed hash, since it may name a person."""
    tx.insert(
        "answers",
        key=key,
        owner=owner,
        path=path,
        body_hash=_hash(tx, body),
        status=status,
        answer=json.dumps(answer, ensure_ascii=False),
        at=tx.now,
    )


def forget_old(tx: Tx) -> int:
    """Deletes answers older than seven days (chores), at most 500 a turn; returns how many."""
    before = clock.stamp(clock.read(tx.now) - timedelta(days=KEPT_DAYS))
    cursor = tx.execute("DELETE FROM answers WHERE rowid IN (SELECT rowid FROM answers WHERE at < ? LIMIT 500)", before)
    return cursor.rowcount


def _hash(db: Reader, body: bytes) -> str:
    return db.secrets.keyed_hash("session", "body:" + body.hex())
