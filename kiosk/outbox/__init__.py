"""Messages for the county centre, in the transaction of the act that made them. Content and signature are frozen; only
the state moves: waiting → in flight → acknowledged, or refused and parked for a person. Nothing is ever deleted."""

from __future__ import annotations

import re
import sqlite3
from dataclasses import dataclass
from datetime import timedelta

from kiosk import audit, clock
from kiosk.storage import Reader, Tx
from kiosk.storage.numbers import next_number
from kiosk.words import N_

ACKNOWLEDGEMENT = re.compile(r"[A-Za-z0-9-]{1,40}")

audit.register(
    "message.queued", N_("消息 {sequence} 等待上报：{topic}"), sequence=audit.NUMBER, topic=audit.ENUM, hash=audit.HASH
)
audit.register(
    "message.acknowledged",
    N_("消息 {sequence} 已由县中心确认，回执号 {number}"),
    sequence=audit.NUMBER,
    number=audit.CODE,
)
audit.register("message.refused", N_("消息 {sequence} 被县中心退回"), sequence=audit.NUMBER)


@dataclass(frozen=True, slots=True)
class Message:
    """One message as the uplink and the pages see it."""

    id: int
    sequence: int
    topic: str
    subject_kind: str
    subject_id: int
    envelope: str
    hash: str
    state: str
    attempts: int
    next_try_at: str
    acknowledgement_no: str | None
    acknowledged_at: str | None
    reason: str | None
    created_at: str


@dataclass(frozen=True, slots=True)
class Summary:
    """What the status strip says: how many wait, how many were refused, when and under which number it last went."""

    waiting: int
    refused: int
    last_acknowledged_at: str | None
    last_acknowledgement_no: str | None


_COLUMNS = (
    "id, sequence, topic, subject_kind, subject_id, envelope, hash, state, attempts, next_try_at, acknowledgement_no,"
    " acknowledged_at, reason, created_at"
)


def next_sequence(tx: Tx) -> int:
    """The gapless sequence number of the station's next message; it stands inside the signed content."""
    return next_number(tx, "outbox")


def queue(
    tx: Tx, sequence: int, topic: str, subject_kind: str, subject_id: int, payload: str, envelope: str, digest: str
) -> int:
    """Queues signed content and returns the message's id. ``digest`` is the SHA-256 of the canonical payload."""
    message_id = tx.insert(
        "outbox", sequence=sequence, topic=topic, subject_kind=subject_kind, subject_id=subject_id, payload=payload,
        envelope=envelope, hash=digest, created_at=tx.now, next_try_at=tx.now,
    )  # fmt: skip
    audit.record(tx, "message.queued", sequence=sequence, topic=topic, hash=digest)
    return message_id


def lease(tx: Tx, owner: str, seconds: int) -> Message | None:
    """Takes the next due message for one uploader, or None.

    A message is due when it waits and its time has come, or when it was in flight and its lease has run out (the
    uploader died: it is sent again, the centre knows it). Order is kept per subject: a message is not due while an
    earlier one of the same subject is neither acknowledged nor refused. While another uploader holds a running lease
    nothing is given: exactly one sends. A lease that runs longer than one taken now would was taken before the clock was
    set back, and has run out.
    """
    until = clock.stamp(clock.read(tx.now) + timedelta(seconds=seconds))
    if tx.value(
        "SELECT 1 FROM outbox WHERE state = 'in_flight' AND lease_until_at > ? AND lease_until_at <= ?"
        " AND lease_owner <> ? LIMIT 1",
        tx.now,
        until,
        owner,
    ):
        return None
    row = tx.one(
        f"SELECT {_COLUMNS} FROM outbox o WHERE ((state = 'waiting' AND next_try_at <= :now)"
        " OR (state = 'in_flight' AND (lease_until_at <= :now OR lease_until_at > :until OR lease_owner = :owner)))"
        " AND NOT EXISTS (SELECT 1 FROM outbox e WHERE e.state IN ('waiting', 'in_flight') AND e.sequence < o.sequence"
        " AND e.subject_kind = o.subject_kind AND e.subject_id = o.subject_id)"
        " ORDER BY sequence LIMIT 1",
        now=tx.now,
        owner=owner,
        until=until,
    )
    if row is None:
        return None
    tx.execute(
        "UPDATE outbox SET state = 'in_flight', lease_owner = ?, lease_until_at = ?, attempts = attempts + 1 WHERE id = ?",
        owner,
        until,
        row["id"],
    )
    return _message(tx.one(f"SELECT {_COLUMNS} FROM outbox WHERE id = ?", row["id"]))


def acknowledge(tx: Tx, message_id: int, acknowledgement_no: str) -> None:
    """The centre has it under this number. Does nothing when it is acknowledged already; ValueError for a number that
    is not 1–40 letters, digits or hyphens."""
    if not ACKNOWLEDGEMENT.fullmatch(acknowledgement_no):
        raise ValueError("not an acknowledgement number")
    row = tx.one("SELECT sequence, state FROM outbox WHERE id = ?", message_id)
    if row is None or row["state"] == "acknowledged":
        return
    tx.change(
        "outbox", message_id, state="acknowledged", acknowledgement_no=acknowledgement_no, acknowledged_at=tx.now,
        lease_owner=None, lease_until_at=None, reason=None,
    )  # fmt: skip
    audit.record(tx, "message.acknowledged", sequence=row["sequence"], number=acknowledgement_no.upper().lstrip("-"))


def postpone(tx: Tx, message_id: int, owner: str, reason: str, next_try_at: str) -> None:
    """It did not go for now: back to waiting until ``next_try_at``, with the reason shown. Does nothing for an ``owner``
    whose lease ran out and was taken over: that uploader is sending it, and one failure too many would let a third."""
    tx.execute(
        "UPDATE outbox SET state = 'waiting', lease_owner = NULL, lease_until_at = NULL, reason = ?, next_try_at = ?"
        " WHERE id = ? AND state = 'in_flight' AND lease_owner = ?",
        reason[:300],
        next_try_at,
        message_id,
        owner,
    )


def try_again(tx: Tx, later_than: str) -> None:
    """Waiting messages whose next try is later than this are due now: the uploader was started anew, a person asked for
    it, or the clock was set back."""
    tx.execute("UPDATE outbox SET next_try_at = ? WHERE state = 'waiting' AND next_try_at > ?", tx.now, later_than)


def refuse(tx: Tx, message_id: int, reason: str) -> None:
    """The centre refused it for good: parked with the reason, for a person; the others go on."""
    row = tx.one("SELECT sequence, state FROM outbox WHERE id = ?", message_id)
    if row is None or row["state"] not in ("waiting", "in_flight"):
        return
    tx.change("outbox", message_id, state="refused", reason=reason[:300], lease_owner=None, lease_until_at=None)
    audit.record(tx, "message.refused", sequence=row["sequence"])


def release(tx: Tx, message_id: int) -> None:
    """A person sends a refused message again."""
    tx.execute(
        "UPDATE outbox SET state = 'waiting', next_try_at = ? WHERE id = ? AND state = 'refused'", tx.now, message_id
    )


def messages(db: Reader, limit: int = 100, before_sequence: int = 2**62) -> list[Message]:
    """Messages, newest first."""
    rows = db.all(
        f"SELECT {_COLUMNS} FROM outbox WHERE sequence < ? ORDER BY sequence DESC LIMIT ?", before_sequence, limit
    )
    return [_message(row) for row in rows]


def of_subject(db: Reader, subject_kind: str, subject_id: int) -> list[Message]:
    """The messages about one subject, oldest first."""
    rows = db.all(
        f"SELECT {_COLUMNS} FROM outbox WHERE subject_kind = ? AND subject_id = ? ORDER BY sequence",
        subject_kind,
        subject_id,
    )
    return [_message(row) for row in rows]


def next_due_at(db: Reader) -> str | None:
    """When the earliest waiting message may be tried; None when none waits."""
    return db.value(
        "SELECT MIN(CASE state WHEN 'waiting' THEN next_try_at ELSE lease_until_at END) FROM outbox"
        " WHERE state IN ('waiting', 'in_flight')"
    )


def summary(db: Reader) -> Summary:
    """What the status strip shows."""
    waiting = db.value("SELECT COUNT(*) FROM outbox WHERE state IN ('waiting', 'in_flight')")
    refused = db.value("SELECT COUNT(*) FROM outbox WHERE state = 'refused'")
    last = db.one(
        "SELECT acknowledged_at, acknowledgement_no FROM outbox WHERE state = 'acknowledged' ORDER BY sequence DESC LIMIT 1"
    )
    return Summary(
        waiting, refused, last["acknowledged_at"] if last else None, last["acknowledgement_no"] if last else None
    )


def _message(row: sqlite3.Row | None) -> Message:
    assert row is not None  # noqa: S101 - the callers select by an id they hold
    return Message(*tuple(row))
