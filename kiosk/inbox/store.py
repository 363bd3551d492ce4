"""All SQL of the county's messages, who has read them, and what was turned away."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from kiosk import clock
from kiosk.errors import Refused
from kiosk.inbox.message import envelope_of
from kiosk.inbox.topics import RANKING, Announcement, Content, Ranking, read
from kiosk.storage import Reader
from kiosk.words import N_

#: A message that nobody has read by then is no news any more: it stays in the list and leaves the badge.
NEWS_DAYS = 60


@dataclass(frozen=True, slots=True)
class Message:
    """One message and what became of it. ``content`` is None where it was not kept or this version can't read it."""

    id: int
    sequence: int
    topic: str
    made_at: str
    key_id: int
    received_at: str
    state: str
    settled_at: str
    reason: str
    outcome: Mapping[str, Any]
    on_display_at: str | None
    draft_id: int | None
    payload: str | None
    hash: str | None
    envelope: str | None
    content: Content | None


@dataclass(frozen=True, slots=True)
class TurnedAway:
    """What was not taken: why, the number that it claimed (0: unreadable), how often it came."""

    id: int
    reason: str
    sequence: int
    first_at: str
    last_at: str
    times: int
    ended: str | None
    ended_at: str | None


def last_sequence(db: Reader) -> int:
    """The last message that is here; none before it is missing. 0 before the first."""
    return int(db.value("SELECT COALESCE(MAX(sequence), 0) FROM county_messages"))


def kept_hash(db: Reader, sequence: int) -> str | None:
    """The hash of a message that is here; None where it was not kept."""
    found: str | None = db.value("SELECT hash FROM county_messages WHERE sequence = ?", sequence)
    return found


def message(db: Reader, message_id: int) -> Message:
    """The message of this id; Refused ``message.unknown``."""
    row = db.one("SELECT * FROM county_messages WHERE id = ?", message_id)
    if row is None:
        raise Refused("message.unknown", N_("没有编号为 {message_id} 的县里消息"), message_id=message_id)
    return _message(row)


def messages(db: Reader, *, topic: str = "", state: str = "", before_id: int = 2**62, limit: int = 50) -> list[Message]:
    """Messages, newest first."""
    rows = db.all(
        "SELECT * FROM county_messages WHERE id < ? AND (? = '' OR topic = ?) AND (? = '' OR state = ?)"
        " ORDER BY id DESC LIMIT ?",
        before_id, topic, topic, state, state, limit,
    )  # fmt: skip
    return [_message(row) for row in rows]


def topics_here(db: Reader) -> set[str]:
    """The topics of which there is a message."""
    return {row[0] for row in db.all("SELECT DISTINCT topic FROM county_messages")}


def parked(db: Reader, limit: int = 100) -> list[tuple[int, str]]:
    """Number and reason of what is parked now, oldest first: what the county is told with each poll."""
    rows = db.all(
        "SELECT sequence, reason FROM county_messages WHERE state = 'parked' ORDER BY sequence DESC LIMIT ?", limit
    )
    return [(row["sequence"], row["reason"]) for row in reversed(rows)]


def count_parked(db: Reader) -> int:
    """How many are parked now."""
    return int(db.value("SELECT COUNT(*) FROM county_messages WHERE state = 'parked'"))


def count_parked_unread(db: Reader, staff_id: int) -> int:
    """How many are parked that this person has not marked as read: he knows of the others, and so does the county."""
    return int(
        db.value(
            "SELECT COUNT(*) FROM county_messages m WHERE m.state = 'parked' AND NOT EXISTS (SELECT 1 FROM county_reads r"
            " WHERE r.message_id = m.id AND r.staff_id = ?)",
            staff_id,
        )
    )


def count_unread(db: Reader, staff_id: int, now: str) -> int:
    """How many messages of the last weeks this person has not marked as read."""
    since = clock.stamp(clock.read(now) - timedelta(days=NEWS_DAYS))
    return int(
        db.value(
            "SELECT COUNT(*) FROM county_messages m WHERE m.received_at >= ? AND NOT EXISTS (SELECT 1 FROM county_reads r"
            " WHERE r.message_id = m.id AND r.staff_id = ?)",
            since,
            staff_id,
        )
    )


def read_by(db: Reader, staff_id: int) -> set[int]:
    """The messages that this person has marked as read."""
    return {row[0] for row in db.all("SELECT message_id FROM county_reads WHERE staff_id = ?", staff_id)}


def readers(db: Reader, message_id: int) -> list[tuple[int, str]]:
    """Who has read a message, and when."""
    rows = db.all("SELECT staff_id, read_at FROM county_reads WHERE message_id = ? ORDER BY read_at", message_id)
    return [(row["staff_id"], row["read_at"]) for row in rows]


def turned_away(db: Reader, *, with_ended: bool = False, limit: int = 50) -> list[TurnedAway]:
    """What was turned away and nobody has seen yet, the latest first."""
    rows = db.all(
        "SELECT id, reason, sequence, first_at, last_at, times, ended, ended_at FROM county_turned_away"
        " WHERE ? = 1 OR ended IS NULL ORDER BY last_at DESC LIMIT ?",
        int(with_ended),
        limit,
    )
    return [TurnedAway(*tuple(row)) for row in rows]


def count_turned_away(db: Reader) -> int:
    """How much was turned away that nobody has seen yet."""
    return int(db.value("SELECT COUNT(*) FROM county_turned_away WHERE ended IS NULL"))


def on_display(db: Reader, today: str) -> list[tuple[Message, Announcement]]:
    """The announcements that villagers are shown today, the latest first."""
    # What has ended stays marked as shown; it must not crowd out one that has not.
    rows = db.all(
        "SELECT * FROM county_messages WHERE on_display_at IS NOT NULL"
        " AND COALESCE(NULLIF(json_extract(payload, '$.content.valid_until'), ''), ?) >= ? ORDER BY on_display_at DESC",
        today,
        today,
    )
    shown = (_message(row) for row in rows)
    return [(one, one.content) for one in shown if isinstance(one.content, Announcement)]


def rankings(db: Reader, limit: int = 12) -> list[Ranking]:
    """The station's places as the county told them, the latest month first; a later message of a month counts."""
    found: dict[str, Ranking] = {}
    for one in messages(db, topic=RANKING, state="applied", limit=limit * 2):
        if isinstance(one.content, Ranking):
            found.setdefault(one.content.month, one.content)
    return sorted(found.values(), key=lambda ranking: ranking.month, reverse=True)[:limit]


def _message(row: sqlite3.Row) -> Message:
    payload = row["payload"]
    envelope = envelope_of(row["header"], payload, row["signature"]) if payload is not None else None
    return Message(
        row["id"], row["sequence"], row["topic"], row["made_at"], row["key_id"], row["received_at"], row["state"],
        row["settled_at"] or "", row["reason"] or "", json.loads(row["outcome"]), row["on_display_at"], row["draft_id"],
        payload, row["hash"], envelope, _content(row["topic"], payload),
    )  # fmt: skip


def _content(topic: str, payload: str | None) -> Content | None:
    if payload is None:
        return None
    try:
        return read(topic, json.loads(payload)["content"])
    except Refused:
        return None
