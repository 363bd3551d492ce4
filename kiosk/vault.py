"""The one deletable place of personal values: phones, names, addresses, account numbers, words typed about a person.
Keyed by the case they belong to (this parcel, this bill), each with its retention class. Append-only rows elsewhere hold
case ids only, so that erasing here erases (architecture.md §1.7)."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence

from kiosk import audit
from kiosk.storage import Reader, Store, Tx
from kiosk.words import N_

#: How long each class is kept is a setting of the station (``kiosk.retention``); these are the classes.
RETENTION_CLASSES = frozenset({"parcel", "money", "clinic", "photo", "station"})
PHOTO = "photo"
#: What of a case an erasure takes: everything, the full phone alone, or pictures and signatures.
WHOLE, NUMBER, PICTURES = "all", "number", "pictures"
ERASED = N_("个人信息已按规定删除")

audit.register(
    "person.erased",
    N_("按规则 {rule} 删除了 {case_kind} {case_id} 的个人信息（{fields} 项）"),
    case_kind=audit.ENUM,
    case_id=audit.ID,
    fields=audit.NUMBER,
    rule=audit.ENUM,
)


def put(tx: Tx, case_kind: str, case_id: int, field: str, value: str, retention_class: str) -> None:
    """Keeps a personal value of a case; a later value of the same field replaces it, with a new salt."""
    if retention_class not in RETENTION_CLASSES:
        raise ValueError(f"unknown retention class {retention_class}")
    tx.execute(
        "INSERT INTO vault (case_kind, case_id, field, value, salt, retention_class, put_at) VALUES (?, ?, ?, ?, ?, ?, ?)"
        " ON CONFLICT (case_kind, case_id, field) DO UPDATE SET value = excluded.value, salt = excluded.salt,"
        " put_at = excluded.put_at",
        case_kind, case_id, field, value, os.urandom(16).hex(), retention_class, tx.now,
    )  # fmt: skip


def get(db: Reader, case_kind: str, case_id: int, field: str) -> str | None:
    """The value, or None when there is none or it was erased."""
    return db.value(
        "SELECT value FROM vault WHERE case_kind = ? AND case_id = ? AND field = ?", case_kind, case_id, field
    )


def remove(tx: Tx, case_kind: str, case_id: int, field: str) -> None:
    """Takes one field back (a correction made before anything depended on it)."""
    tx.execute("DELETE FROM vault WHERE case_kind = ? AND case_id = ? AND field = ?", case_kind, case_id, field)


def proof(db: Reader, case_kind: str, case_id: int, field: str) -> str | None:
    """SHA-256(salt ‖ value): lets a written fact prove which value it meant until the salt dies with the value."""
    row = db.one(
        "SELECT salt, value FROM vault WHERE case_kind = ? AND case_id = ? AND field = ?", case_kind, case_id, field
    )
    if row is None:
        return None
    return hashlib.sha256(bytes.fromhex(row["salt"]) + row["value"].encode("utf-8")).hexdigest()


def erase(tx: Tx, case_kind: str, case_id: int, rule: str, *, part: str = WHOLE) -> int:
    """Deletes every value of a case and records it; returns how many there were. ``part`` ``PICTURES`` leaves all but
    what was photographed or signed.

    Must run inside ``store.transaction(…, erasing=True)``; the caller clears the case's own search columns in the same
    transaction. Does nothing, and records nothing, when there is nothing to erase.
    """
    rows = tx.all(
        "SELECT field FROM vault WHERE case_kind = ? AND case_id = ? AND (? = 0 OR retention_class = ?)",
        case_kind, case_id, int(part == PICTURES), PHOTO,
    )  # fmt: skip
    fields = [row["field"] for row in rows]
    for field in fields:
        remove(tx, case_kind, case_id, field)
    if fields:
        record_erasure(tx, case_kind, case_id, fields, rule, part=part)
    return len(fields)


def record_erasure(
    tx: Tx, case_kind: str, case_id: int, fields: Sequence[str], rule: str, *, part: str = WHOLE
) -> None:
    """Writes down that these fields of a case are gone: in the record of acts, and in the list that a restored back-up
    must go through before it opens (``kiosk.retention.restoring``)."""
    seq = audit.record(
        tx, "person.erased", case_kind=case_kind, case_id=case_id, fields=len(fields), rule=rule
    )  # fmt: skip
    tx.insert(
        "erasures", case_kind=case_kind, case_id=case_id, part=part, fields=",".join(fields), rule=rule, at=tx.now,
        audit_seq=seq,
    )  # fmt: skip


def phone_hash(place: Reader | Store, number: str) -> str:
    """The keyed hash by which parcels of one phone are found; it is as personal as the phone and erased with it."""
    return place.secrets.keyed_hash("phone", number)
