"""A message for the county as it is stored, and the states that SQL asks for by name."""

from __future__ import annotations

import re
from dataclasses import dataclass

from kiosk.words import N_

ACKNOWLEDGEMENT = re.compile(r"[A-Za-z0-9-]{1,40}")

#: ``lease_owner`` of a message in flight on a road that has no answer of its own: it is waited for, by nobody's process.
ON_ROAD = "road:"

#: No road is waited for longer than this; a lease beyond it was taken before the clock was set back.
LONGEST_ON_ROAD_DAYS = 30

#: Refused, and neither replaced by a later message of its subject nor, of a new key, by an enrolment with a code.
IS_STANDING_REFUSED = (
    "o.state = 'refused' AND NOT EXISTS (SELECT 1 FROM outbox l WHERE l.subject_kind = o.subject_kind"
    " AND l.subject_id = o.subject_id AND l.topic = o.topic AND l.sequence > o.sequence)"
    " AND NOT (o.topic = 'key.rotated' AND EXISTS (SELECT 1 FROM enrolments e JOIN station_keys k"
    " ON k.thumbprint = e.thumbprint WHERE e.state = 'enrolled' AND k.sequence >= o.sequence))"
)

#: What has not ended. A question about one of these states asks this first, in these very words: only then is it answered by
#: the index of open messages; without it every message of all years is read, under the lock of who writes.
IS_OPEN = "state IN ('waiting', 'in_flight')"

IS_SENDING = f"(state = 'in_flight' AND lease_owner NOT LIKE '{ON_ROAD}%')"


ROAD_WORDS = {
    "https": N_("网络"), "folder": N_("优盘或共享文件夹"), "mail": N_("邮件"), "phone": N_("电话或微信群"),
}  # fmt: skip


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


COLUMNS = (
    "id, sequence, topic, subject_kind, subject_id, envelope, hash, state, attempts, next_try_at, acknowledgement_no,"
    " acknowledged_at, reason, created_at"
)
