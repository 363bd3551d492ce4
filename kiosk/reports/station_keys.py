"""Which key signs for the station. The first one is made on its first start; a new one takes its place in the transaction
that tells the county, in a message under the old one. What was signed before stays as it is, so the centre reads a message
by the key of its sequence."""

from __future__ import annotations

import json
from dataclasses import dataclass

from kiosk import audit, ids
from kiosk.reports import envelope, sending, signing
from kiosk.storage import Reader, Tx
from kiosk.words import N_

SUBJECT = "key"

audit.register(
    "key.rotated",
    N_("本站换了签名密钥，从消息 {sequence} 之后起用"),
    key_id=audit.ID,
    sequence=audit.NUMBER,
    message_id=audit.ID,
)


@dataclass(frozen=True, slots=True)
class StationKey:
    """A key that took the place of another: in force from after ``sequence`` on."""

    id: int
    thumbprint: str
    public_key: str
    sequence: int
    made_at: str


def current_seed(db: Reader) -> bytes:
    """The secret of the key that signs now."""
    return db.secrets.key_cached(sending.current_secret(db))


def public_jwk(db: Reader) -> str:
    """The public key that signs now, as JWK in JSON."""
    return signing.public_key_of(current_seed(db))


def thumbprint(db: Reader) -> str:
    """The thumbprint of the key that signs now: short enough to be read out on the phone and compared."""
    return signing.thumbprint(public_jwk(db))


def rotations(db: Reader) -> list[StationKey]:
    """Every key after the first, the newest first."""
    rows = db.all("SELECT id, thumbprint, public_key, sequence, made_at FROM station_keys ORDER BY id DESC")
    return [StationKey(*tuple(row)) for row in rows]


def rotate(tx: Tx) -> StationKey:
    """Makes a new key and queues the message that tells the county, signed by the old one; returns the new key.

    The secret lies on the disk before the row names it. A transaction that is rolled back leaves a secret that nothing
    names.
    """
    secret = f"{envelope.KEY}-{ids.token(8).lower()}"
    public_key = signing.public_key_of(tx.secrets.key_cached(secret))
    mark = signing.thumbprint(public_key)
    told = {"key": {"jwk": json.loads(public_key)}, "thumbprint": mark}
    key_id = 1 + (tx.value("SELECT MAX(id) FROM station_keys") or 0)
    subject = {"kind": SUBJECT, "id": key_id, "number": "", "hash": envelope.digest(envelope.canonical(told))}
    message_id = sending.send(tx, sending.KEY_TOPIC, told, subject=subject, order_id=key_id)
    sequence = tx.value("SELECT sequence FROM outbox WHERE id = ?", message_id)
    inserted = tx.insert(
        "station_keys", secret=secret, thumbprint=mark, public_key=public_key, sequence=sequence, made_at=tx.now,
        made_by_kind=tx.actor.kind, made_by_id=tx.actor.id,
    )  # fmt: skip
    audit.record(tx, "key.rotated", key_id=inserted, sequence=sequence, message_id=message_id)
    return StationKey(inserted, mark, public_key, sequence, tx.now)
