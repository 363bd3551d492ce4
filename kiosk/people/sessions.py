"""Who works at which desk. The browser holds a random key; the database its hash, the person, the desk and the lock."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from kiosk import audit, ids
from kiosk.people.model import Staff
from kiosk.storage import Actor, Reader, Tx


@dataclass(frozen=True, slots=True)
class Session:
    id: int
    staff: Staff
    desk_id: int | None
    is_locked: bool
    last_seen_at: str

    @property
    def actor(self) -> Actor:
        """The person as the actor of a transaction."""
        return Actor("staff", self.staff.id, self.staff.role, self.staff.name, self.desk_id)


_SELECT = (
    "SELECT s.id AS session_id, s.desk_id, s.locked_at, s.last_seen_at, p.* FROM staff_sessions s"
    " JOIN staff p ON p.id = s.staff_id WHERE s.ended_at IS NULL AND p.is_active = 1 AND "
)


def begin(tx: Tx, staff_id: int, desk_id: int | None) -> str:
    """Begins a session and returns its key. Whoever worked at this desk before is logged out: one operator a desk."""
    if desk_id is not None:
        tx.execute("UPDATE staff_sessions SET ended_at = ? WHERE desk_id = ? AND ended_at IS NULL", tx.now, desk_id)
    key = ids.token()
    tx.insert(
        "staff_sessions", key_hash=_hash(key), staff_id=staff_id, desk_id=desk_id, begun_at=tx.now, last_seen_at=tx.now
    )
    audit.record(tx, "staff.logged_in", staff_id=staff_id)
    return key


def find(db: Reader, key: str) -> Session | None:
    """The running session of this key."""
    row = db.one(_SELECT + "s.key_hash = ?", _hash(key))
    return None if row is None else _session(row)


def at_desk(db: Reader, desk_id: int) -> Session | None:
    """Who works at the desk now; None when nobody is logged in or the desk is locked."""
    row = db.one(_SELECT + "s.desk_id = ? AND s.locked_at IS NULL ORDER BY s.id DESC LIMIT 1", desk_id)
    return None if row is None else _session(row)


def touch(tx: Tx, session_id: int) -> None:
    """Remembers that the person is still there (called at most once a minute)."""
    tx.change("staff_sessions", session_id, last_seen_at=tx.now)


def lock(tx: Tx, session_id: int) -> None:
    """Locks the desk over the same page; does nothing when it is locked."""
    tx.execute("UPDATE staff_sessions SET locked_at = ? WHERE id = ? AND locked_at IS NULL", tx.now, session_id)


def unlock(tx: Tx, session_id: int) -> None:
    """Opens the locked desk again; the PIN was checked by the door."""
    tx.execute("UPDATE staff_sessions SET locked_at = NULL, last_seen_at = ? WHERE id = ?", tx.now, session_id)


def end(tx: Tx, session: Session) -> None:
    """Logs out."""
    tx.change("staff_sessions", session.id, ended_at=tx.now)
    audit.record(tx, "staff.logged_out", staff_id=session.staff.id)


def _session(row) -> Session:  # type: ignore[no-untyped-def]
    return Session(row["session_id"], Staff.of(row), row["desk_id"], row["locked_at"] is not None, row["last_seen_at"])


def _hash(key: str) -> str:
    return hashlib.sha256(key.encode("utf-8")).hexdigest()
