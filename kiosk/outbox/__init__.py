"""Messages for the county centre, in the transaction of the act that made them. Content and signature are frozen; only
the state moves: waiting → in flight → acknowledged, or refused and parked for a person. Nothing is ever deleted."""

from __future__ import annotations

from datetime import timedelta

from kiosk import audit, clock
from kiosk.outbox.model import (
    ACKNOWLEDGEMENT,
    COLUMNS,
    IS_OPEN,
    IS_SENDING,
    LONGEST_ON_ROAD_DAYS,
    ON_ROAD,
    Handover,
    Message,
    Summary,
)
from kiosk.outbox.reading import (
    find,
    handovers,
    is_on_road,
    last_about,
    messages,
    next_due_at,
    of_subject,
    on_road,
    payload,
    refused_on_road,
    replaced_by,
    standing_refusals,
    summary,
    there,
)
from kiosk.storage import Tx
from kiosk.storage.numbers import last_number, next_number, skip_numbers
from kiosk.words import N_

__all__ = [
    "ACKNOWLEDGEMENT", "ON_ROAD", "Handover", "Message", "Summary", "acknowledge", "find", "hand_over", "handovers",
    "is_on_road", "last_about", "lease", "messages", "next_due_at", "next_sequence", "note_handover", "of_subject",
    "on_road", "payload", "postpone", "queue", "refuse", "refused_on_road", "release", "replaced_by", "send_again", "skip_to",
    "standing_refusals", "summary", "take_back", "try_again",
]  # fmt: skip

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
    until = clock.stamp(clock.read(tx.now) + clock.span(seconds))
    if tx.value(
        f"SELECT 1 FROM outbox WHERE {IS_OPEN} AND {IS_SENDING} AND lease_until_at > ? AND lease_until_at <= ?"
        " AND lease_owner <> ? LIMIT 1",
        tx.now,
        until,
        owner,
    ):
        return None
    row = tx.one(
        f"SELECT {COLUMNS} FROM outbox o WHERE {IS_OPEN} AND ((state = 'waiting' AND next_try_at <= :now)"
        f" OR ({IS_SENDING} AND (lease_until_at <= :now OR lease_until_at > :until OR lease_owner = :owner))"
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
    return there(tx, row["id"])


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
        f" WHERE {IS_OPEN} AND state = 'in_flight' AND lease_owner LIKE '{ON_ROAD}%' AND lease_owner <> ?",
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
    tx.execute(
        f"UPDATE outbox SET next_try_at = ? WHERE {IS_OPEN} AND state = 'waiting' AND next_try_at > ?",
        tx.now,
        later_than,
    )


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
