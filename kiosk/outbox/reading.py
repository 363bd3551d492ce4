"""What pages and the uplink read of the outbox. Changes nothing."""

from __future__ import annotations

import sqlite3
from datetime import timedelta

from kiosk import clock
from kiosk.outbox.model import (
    COLUMNS,
    IS_OPEN,
    IS_SENDING,
    IS_STANDING_REFUSED,
    LONGEST_ON_ROAD_DAYS,
    ON_ROAD,
    Handover,
    Message,
    Summary,
)
from kiosk.storage import Reader


def standing_refusals(db: Reader) -> list[tuple[Message, str, int | None]]:
    """Every refused message that no later one replaced, oldest first: with the code and the highest number of its last
    refusal."""
    rows = db.all(
        "SELECT o.id, (SELECT r.code FROM refusals r WHERE r.message_id = o.id ORDER BY r.id DESC LIMIT 1) AS code,"
        " (SELECT r.highest_sequence FROM refusals r WHERE r.message_id = o.id ORDER BY r.id DESC LIMIT 1) AS highest"
        f" FROM outbox o WHERE {IS_STANDING_REFUSED} ORDER BY o.sequence"
    )
    return [(there(db, row["id"]), row["code"] or "", row["highest"]) for row in rows]


def find(db: Reader, message_id: int) -> Message | None:
    """The message of this id."""
    row = db.one(f"SELECT {COLUMNS} FROM outbox WHERE id = ?", message_id)
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
        f"SELECT {COLUMNS} FROM outbox WHERE {IS_OPEN} AND state = 'in_flight' AND lease_owner = ? ORDER BY sequence",
        ON_ROAD + road,
    )
    return [_message(row) for row in rows]


def refused_on_road(db: Reader, road: str) -> list[Message]:
    """What left by this road and was refused there, the newest 100: an answer that says so is written over when the county
    has set right what was wrong on its side."""
    rows = db.all(
        f"SELECT {COLUMNS} FROM outbox WHERE state = 'refused'"
        " AND EXISTS (SELECT 1 FROM handovers h WHERE h.message_id = outbox.id AND h.road = ?)"
        " ORDER BY sequence DESC LIMIT 100",
        road,
    )
    return [_message(row) for row in rows]


def is_on_road(db: Reader, message_id: int) -> bool:
    """Whether the message left by a road that answers later, and has no answer."""
    owner = db.value("SELECT lease_owner FROM outbox WHERE id = ? AND state = 'in_flight'", message_id)
    return str(owner or "").startswith(ON_ROAD)


def replaced_by(db: Reader, message: Message) -> Message | None:
    """The newest later message of the same subject: a refused report whose correction went instead."""
    row = db.one(
        f"SELECT {COLUMNS} FROM outbox WHERE subject_kind = ? AND subject_id = ? AND topic = ? AND sequence > ?"
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
        f"SELECT {COLUMNS} FROM outbox WHERE sequence < ?{among} ORDER BY sequence DESC LIMIT ?",
        before_sequence,
        *states,
        limit,
    )
    return [_message(row) for row in rows]


def of_subject(db: Reader, subject_kind: str, subject_id: int) -> list[Message]:
    """The messages about one subject, oldest first."""
    rows = db.all(
        f"SELECT {COLUMNS} FROM outbox WHERE subject_kind = ? AND subject_id = ? ORDER BY sequence",
        subject_kind,
        subject_id,
    )
    return [_message(row) for row in rows]


def last_about(db: Reader, subject_kind: str, subject_id: int, about_id: int) -> Message | None:
    """The newest message of a subject whose content is about this id: a revision among those of its period, as it was sent
    last."""
    row = db.one(
        f"SELECT {COLUMNS} FROM outbox WHERE subject_kind = ? AND subject_id = ?"
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
        f" WHERE {IS_OPEN} AND (state = 'waiting' OR {IS_SENDING} OR (state = 'in_flight' AND lease_until_at <= ?))",
        clock.stamp(now),
    ) or db.value(
        f"SELECT ? FROM outbox WHERE {IS_OPEN} AND state = 'in_flight' AND lease_until_at > ? LIMIT 1",
        clock.stamp(now),
        clock.stamp(now + timedelta(days=LONGEST_ON_ROAD_DAYS + 1)),
    )


def summary(db: Reader) -> Summary:
    """What the status strip shows. What was refused and replaced by a later revision needs nobody any more."""
    waiting = db.value(f"SELECT COUNT(*) FROM outbox WHERE {IS_OPEN}")
    handed_over = waiting and db.value(
        f"SELECT COUNT(*) FROM outbox WHERE {IS_OPEN} AND state = 'in_flight' AND lease_owner LIKE '{ON_ROAD}%'"
    )
    refused = db.value(f"SELECT COUNT(*) FROM outbox o WHERE {IS_STANDING_REFUSED}")
    last = db.one(
        "SELECT acknowledged_at, acknowledgement_no FROM outbox WHERE state = 'acknowledged' ORDER BY sequence DESC LIMIT 1"
    )
    return Summary(
        waiting, refused, last["acknowledged_at"] if last else None, last["acknowledgement_no"] if last else None,
        handed_over,
    )  # fmt: skip


def there(db: Reader, message_id: int) -> Message:
    found = find(db, message_id)
    assert found is not None  # noqa: S101 - the callers select by an id they hold
    return found


def _message(row: sqlite3.Row) -> Message:
    return Message(*tuple(row))
