"""A phone that may send photos of one parcel for ten minutes. What the QR holds is good once: the first phone that opens it
gets a key of its own, and only hashes of both are kept. A pairing opens nothing else."""

from __future__ import annotations

import hashlib
import sqlite3
from dataclasses import dataclass
from datetime import timedelta

from kiosk import audit, clock, ids
from kiosk.errors import Refused
from kiosk.parcels import store
from kiosk.storage import Reader, Tx
from kiosk.words import N_

LIVES = timedelta(minutes=10)
#: Hashes that open nothing any more; who photographed what stands in the audit.
KEPT = timedelta(days=30)

audit.register(
    "photo_pairing.begun", N_("手机拍照配对 {pairing_id}：快件 {parcel_id}"), pairing_id=audit.ID, parcel_id=audit.ID
)
audit.register("photo_pairing.claimed", N_("手机用上了拍照配对 {pairing_id}"), pairing_id=audit.ID)
audit.register("photo_pairing.ended", N_("拍照配对 {pairing_id} 结束"), pairing_id=audit.ID)


@dataclass(frozen=True, slots=True)
class Pairing:
    """Which parcel a phone may photograph, until when, and who let it."""

    id: int
    parcel_id: int
    begun_by_id: int
    expires_at: str
    claimed_at: str | None
    ended_at: str | None

    @classmethod
    def of(cls, row: sqlite3.Row) -> Pairing:
        return cls(**{name: row[name] for name in cls.__slots__})


def begin(tx: Tx, parcel_id: int) -> tuple[Pairing, str]:
    """Lets a phone photograph this parcel; an earlier pairing of the parcel ends. Returns the pairing and what its QR
    holds, which is shown once. The caller has looked at the right of the one at the counter."""
    store.parcel(tx, parcel_id)
    for row in tx.all("SELECT * FROM photo_pairings WHERE parcel_id = ? AND ended_at IS NULL", parcel_id):
        end(tx, row["id"])
    token = ids.token(18)
    pairing_id = tx.insert(
        "photo_pairings", parcel_id=parcel_id, token_hash=_hash(token), begun_at=tx.now, begun_by_id=tx.actor.id,
        expires_at=clock.stamp(clock.read(tx.now) + LIVES),
    )  # fmt: skip
    audit.record(tx, "photo_pairing.begun", pairing_id=pairing_id, parcel_id=parcel_id)
    return _find(tx, pairing_id), token


def claim(tx: Tx, token: str) -> str:
    """The phone opens the QR's address: returns its key, by which it sends. Refused ``pairing.used``,
    ``pairing.over`` (also for a code that never was)."""
    row = tx.one("SELECT * FROM photo_pairings WHERE token_hash = ?", _hash(token))
    if row is None:
        raise _over()
    _require_alive(tx, Pairing.of(row))
    if row["claimed_at"] is not None:
        raise Refused("pairing.used", N_("这个二维码已经被一部手机用过了；请在柜台重新生成一个"))
    key = ids.token(18)
    tx.change("photo_pairings", row["id"], key_hash=_hash(key), claimed_at=tx.now)
    audit.record(tx, "photo_pairing.claimed", pairing_id=row["id"])
    return key


def of_key(db: Reader, key: str, now: str) -> Pairing:
    """The pairing of a phone's key; Refused ``pairing.over``."""
    row = db.one("SELECT * FROM photo_pairings WHERE key_hash = ?", _hash(key)) if key else None
    if row is None:
        raise _over()
    found = Pairing.of(row)
    if found.ended_at is not None or now >= found.expires_at:
        raise _over()
    return found


def alive(db: Reader, parcel_id: int, now: str) -> Pairing | None:
    """The pairing under which photos of a parcel may come in now."""
    row = db.one(
        "SELECT * FROM photo_pairings WHERE parcel_id = ? AND ended_at IS NULL AND expires_at > ? ORDER BY id DESC",
        parcel_id,
        now,
    )
    return Pairing.of(row) if row is not None else None


def end(tx: Tx, pairing_id: int) -> None:
    """No more photos by this pairing; does nothing when it has ended."""
    if _find(tx, pairing_id).ended_at is None:
        tx.change("photo_pairings", pairing_id, ended_at=tx.now)
        audit.record(tx, "photo_pairing.ended", pairing_id=pairing_id)


def forget_old(tx: Tx) -> int:
    """Ends what has run out and deletes what ended a month ago (chores), at most 500 a turn; returns how many."""
    tx.execute("UPDATE photo_pairings SET ended_at = expires_at WHERE ended_at IS NULL AND expires_at <= ?", tx.now)
    return tx.execute(
        "DELETE FROM photo_pairings WHERE id IN (SELECT id FROM photo_pairings WHERE ended_at < ? LIMIT 500)",
        clock.stamp(clock.read(tx.now) - KEPT),
    ).rowcount


def _find(db: Reader, pairing_id: int) -> Pairing:
    row = db.one("SELECT * FROM photo_pairings WHERE id = ?", pairing_id)
    if row is None:
        raise _over()
    return Pairing.of(row)


def _require_alive(tx: Tx, found: Pairing) -> None:
    if found.ended_at is not None or tx.now >= found.expires_at:
        raise _over()


def _over() -> Refused:
    return Refused("pairing.over", N_("这次拍照已经结束（一个二维码十分钟有效）；请在柜台重新生成一个"))


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8")).hexdigest()
