"""Messages for the county centre, in the transaction of the act that made them. Content and signature are frozen; only
the state moves: waiting → in flight → acknowledged, or refused and parked for a person. Nothing is ever deleted."""

from __future__ import annotations

import re
import sqlite3
from dataclasses import dataclass
from datetime import timedelta

from kiosk import audit, clock
from kiosk.storage import Reader, Tx
from kiosk.storage.numbers import last_number, next_number, skip_numbers
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
audit.register(
    "message.numbers_skipped",
    N_("从备份恢复后接着县中心已有的序号往下编：跳过 {first} 到 {last}"),
    first=audit.NUMBER,
    last=audit.NUMBER,
)
audit.register("message.released", N_("消息 {sequence} 重新排队上报"), sequence=audit.NUMBER)
audit.register(
    "message.handed_over", N_("消息 {sequence} 已交出（{road}），等回执"), sequence=audit.NUMBER, road=audit.ENUM
)

#: ``lease_owner`` of a message in flight on a road that has no answer of its own: it is waited for, by nobody's process.
ON_ROAD = "road:"
#: No road is waited for longer than this; a lease beyond it was taken before the clock was set back.
LONGEST_ON_ROAD_DAYS = 30
_IS_STANDING_REFUSED = (
    "o.state = 'refused' AND NOT EXISTS (SELECT 1 FROM outbox l WHERE l.subject_kind = o.subject_kind"
    " AND l.subject_id = o.subject_id AND l.topic = o.topic AND l.sequence > o.sequence)"
)
_IS_SENDING = f"(state = 'in_flight' AND lease_owner NOT LIKE '{ON_ROAD}%')"


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
    """What the status strip says: how many wait (``handed_over`` of them left and have no answer yet), how many were
    refused and not replaced, when and under which number it last went."""

    waiting: int
    refused: int
    last_acknowledged_at: str | None
    last_acknowledgement_no: str | None
    handed_over: int = 0


@dataclass(frozen=True, slots=True)
class Handover:
    """How a message left the station: by which road, as what, when and by whom."""

    road: str
    name: str
    handed_at: str
    handed_by_kind: str
    handed_by_id: int


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
    uploader died, or a road has brought no answer for long: it is sent again, the centre knows it). Order is kept per
    subject: a message is not due while an earlier one of the same subject has not left. While another uploader holds a
    running lease nothing is given: exactly one sends. A lease that runs longer than one taken now would was taken before
    the clock was set back, and has run out.
    """
    until = clock.stamp(clock.read(tx.now) + timedelta(seconds=seconds))
    if tx.value(
        f"SELECT 1 FROM outbox WHERE {_IS_SENDING} AND lease_until_at > ? AND lease_until_at <= ?"
        " AND lease_owner <> ? LIMIT 1",
        tx.now,
        until,
        owner,
    ):
        return None
    row = tx.one(
        f"SELECT {_COLUMNS} FROM outbox o WHERE ((state = 'waiting' AND next_try_at <= :now)"
        f" OR ({_IS_SENDING} AND (lease_until_at <= :now OR lease_until_at > :until OR lease_owner = :owner))"
        f" OR (state = 'in_flight' AND lease_owner LIKE '{ON_ROAD}%'"
        " AND (lease_until_at <= :now OR lease_until_at > :farthest)))"
        " AND NOT EXISTS (SELECT 1 FROM outbox e WHERE e.subject_kind = o.subject_kind AND e.subject_id = o.subject_id"
        f" AND e.sequence < o.sequence AND (e.state = 'waiting' OR (e.state = 'in_flight' AND e.lease_owner NOT LIKE '{ON_ROAD}%')))"
        " ORDER BY sequence LIMIT 1",
        now=tx.now,
        owner=owner,
        until=until,
        farthest=clock.stamp(clock.read(tx.now) + timedelta(days=LONGEST_ON_ROAD_DAYS + 1)),
    )
    if row is None:
        return None
    tx.execute(
        "UPDATE outbox SET state = 'in_flight', lease_owner = ?, lease_until_at = ?, attempts = attempts + 1 WHERE id = ?",
        owner,
        until,
        row["id"],
    )
    return _there(tx, row["id"])


def hand_over(tx: Tx, message_id: int, road: str, name: str, days: int, *, owner: str | None = None) -> bool:
    """The message has left by a road that answers later (``folder``, ``mail``, ``phone``), as a file or mail of this name.

    It stays in flight for so many days and is then sent again. Returns False and does nothing for an ``owner`` whose
    lease was taken over, and for a message that is acknowledged or refused meanwhile.
    """
    row = tx.one("SELECT sequence, state, lease_owner FROM outbox WHERE id = ?", message_id)
    if row is None or row["state"] not in ("waiting", "in_flight") or (owner and row["lease_owner"] != owner):
        return False
    until = clock.stamp(clock.read(tx.now) + timedelta(days=min(days, LONGEST_ON_ROAD_DAYS)))
    tx.change("outbox", message_id, state="in_flight", lease_owner=ON_ROAD + road, lease_until_at=until, reason=None)
    note_handover(tx, message_id, road, name)
    return True


def note_handover(tx: Tx, message_id: int, road: str, name: str) -> None:
    """Writes down that the message was given to this road; its state is as it was."""
    tx.insert(
        "handovers", message_id=message_id, road=road, name=name, handed_at=tx.now, handed_by_kind=tx.actor.kind,
        handed_by_id=tx.actor.id,
    )  # fmt: skip
    sequence = tx.value("SELECT sequence FROM outbox WHERE id = ?", message_id)
    audit.record(tx, "message.handed_over", sequence=sequence, road=road)


def take_back(tx: Tx, *, but: str = "") -> None:
    """Messages on a road are due again: the station has got another road (all ``but`` this one), or a person wants what
    has no answer on the stick that is plugged in now."""
    tx.execute(
        "UPDATE outbox SET state = 'waiting', lease_owner = NULL, lease_until_at = NULL, next_try_at = ?"
        f" WHERE state = 'in_flight' AND lease_owner LIKE '{ON_ROAD}%' AND lease_owner <> ?",
        tx.now,
        ON_ROAD + but,
    )


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


def refuse(
    tx: Tx, message_id: int, reason: str, *, code: str = "", highest_sequence: int | None = None
) -> None:  # fmt: skip
    """The centre refused it for good: parked with the reason, for a person; the others go on. ``highest_sequence``: the
    highest number under which it has anything of this station, where it said so."""
    row = tx.one("SELECT sequence, state FROM outbox WHERE id = ?", message_id)
    if row is None or row["state"] not in ("waiting", "in_flight"):
        return
    tx.change("outbox", message_id, state="refused", reason=reason[:300], lease_owner=None, lease_until_at=None)
    tx.insert("refusals", message_id=message_id, code=code[:60], highest_sequence=highest_sequence, refused_at=tx.now)
    audit.record(tx, "message.refused", sequence=row["sequence"])


def standing_refusals(db: Reader) -> list[tuple[Message, str, int | None]]:
    """Every refused message that no later one replaced, oldest first: with the code and the highest number of its last
    refusal."""
    rows = db.all(
        "SELECT o.id, (SELECT r.code FROM refusals r WHERE r.message_id = o.id ORDER BY r.id DESC LIMIT 1) AS code,"
        " (SELECT r.highest_sequence FROM refusals r WHERE r.message_id = o.id ORDER BY r.id DESC LIMIT 1) AS highest"
        f" FROM outbox o WHERE {_IS_STANDING_REFUSED} ORDER BY o.sequence"
    )
    return [(_there(db, row["id"]), row["code"] or "", row["highest"]) for row in rows]


def skip_to(tx: Tx, last: int) -> None:
    """The next message gets the number after ``last``: the centre has those up to it from before this station was restored
    from a back-up. Does nothing when they were given here too."""
    first = 1 + last_number(tx, "outbox")
    if last < first:
        return
    tx.insert(
        "skipped_sequences", first_sequence=first, last_sequence=last, skipped_at=tx.now,
        skipped_by_kind=tx.actor.kind, skipped_by_id=tx.actor.id,
    )  # fmt: skip
    skip_numbers(tx, "outbox", last)
    audit.record(tx, "message.numbers_skipped", first=first, last=last)


def send_again(tx: Tx, message_id: int) -> bool:
    """A refused message, or one that left and has no answer, is due again; False for any other."""
    row = tx.one("SELECT sequence, state, lease_owner FROM outbox WHERE id = ?", message_id)
    is_on_road = row is not None and row["state"] == "in_flight" and row["lease_owner"].startswith(ON_ROAD)
    if row is None or not (row["state"] == "refused" or is_on_road):
        return False
    tx.change("outbox", message_id, state="waiting", next_try_at=tx.now, lease_owner=None, lease_until_at=None)
    audit.record(tx, "message.released", sequence=row["sequence"])
    return True


def release(tx: Tx, message_id: int) -> None:
    """A person sends a refused message again."""
    send_again(tx, message_id)


def find(db: Reader, message_id: int) -> Message | None:
    """The message of this id."""
    row = db.one(f"SELECT {_COLUMNS} FROM outbox WHERE id = ?", message_id)
    return None if row is None else _message(row)


def payload(db: Reader, message_id: int) -> str:
    """What was signed: canonical JSON."""
    return str(db.value("SELECT payload FROM outbox WHERE id = ?", message_id))


def handovers(db: Reader, message_id: int) -> list[Handover]:
    """How often and how the message left by a road without an answer, oldest first."""
    rows = db.all(
        "SELECT road, name, handed_at, handed_by_kind, handed_by_id FROM handovers WHERE message_id = ? ORDER BY id",
        message_id,
    )
    return [Handover(*tuple(row)) for row in rows]


def on_road(db: Reader, road: str) -> list[Message]:
    """What left by this road and has no answer, oldest first."""
    rows = db.all(
        f"SELECT {_COLUMNS} FROM outbox WHERE state = 'in_flight' AND lease_owner = ? ORDER BY sequence", ON_ROAD + road
    )
    return [_message(row) for row in rows]


def replaced_by(db: Reader, message: Message) -> Message | None:
    """The newest later message of the same subject: a refused report whose correction went instead."""
    row = db.one(
        f"SELECT {_COLUMNS} FROM outbox WHERE subject_kind = ? AND subject_id = ? AND topic = ? AND sequence > ?"
        " ORDER BY sequence DESC LIMIT 1",
        message.subject_kind,
        message.subject_id,
        message.topic,
        message.sequence,
    )
    return None if row is None else _message(row)


def messages(
    db: Reader, limit: int = 100, before_sequence: int = 2**62, states: tuple[str, ...] = ()
) -> list[Message]:  # fmt: skip
    """Messages, newest first; only of these states when some are named."""
    among = f" AND state IN ({', '.join('?' * len(states))})" if states else ""
    rows = db.all(
        f"SELECT {_COLUMNS} FROM outbox WHERE sequence < ?{among} ORDER BY sequence DESC LIMIT ?",
        before_sequence,
        *states,
        limit,
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


def last_about(db: Reader, subject_kind: str, subject_id: int, about_id: int) -> Message | None:
    """The newest message of a subject whose content is about this id: a revision among those of its period, as it was sent
    last."""
    row = db.one(
        f"SELECT {_COLUMNS} FROM outbox WHERE subject_kind = ? AND subject_id = ?"
        " AND json_extract(payload, '$.subject.id') = ? ORDER BY sequence DESC LIMIT 1",
        subject_kind,
        subject_id,
        about_id,
    )
    return None if row is None else _message(row)


def next_due_at(db: Reader) -> str | None:
    """When the earliest message may be tried; None when none waits. One that is on a road counts from when its time there
    is over, or was measured by a clock that has been set back since."""
    now = clock.now()
    return db.value(
        "SELECT MIN(CASE state WHEN 'waiting' THEN next_try_at ELSE lease_until_at END) FROM outbox"
        f" WHERE state = 'waiting' OR {_IS_SENDING} OR (state = 'in_flight' AND lease_until_at <= ?)",
        clock.stamp(now),
    ) or db.value(
        "SELECT ? FROM outbox WHERE state = 'in_flight' AND lease_until_at > ? LIMIT 1",
        clock.stamp(now),
        clock.stamp(now + timedelta(days=LONGEST_ON_ROAD_DAYS + 1)),
    )


def summary(db: Reader) -> Summary:
    """What the status strip shows. What was refused and replaced by a later revision needs nobody any more."""
    waiting = db.value("SELECT COUNT(*) FROM outbox WHERE state IN ('waiting', 'in_flight')")
    handed_over = waiting and db.value(
        f"SELECT COUNT(*) FROM outbox WHERE state = 'in_flight' AND lease_owner LIKE '{ON_ROAD}%'"
    )
    refused = db.value(f"SELECT COUNT(*) FROM outbox o WHERE {_IS_STANDING_REFUSED}")
    last = db.one(
        "SELECT acknowledged_at, acknowledgement_no FROM outbox WHERE state = 'acknowledged' ORDER BY sequence DESC LIMIT 1"
    )
    return Summary(
        waiting, refused, last["acknowledged_at"] if last else None, last["acknowledgement_no"] if last else None,
        handed_over,
    )  # fmt: skip


def _there(db: Reader, message_id: int) -> Message:
    found = find(db, message_id)
    assert found is not None  # noqa: S101 - the callers select by an id they hold
    return found


def _message(row: sqlite3.Row) -> Message:
    return Message(*tuple(row))
