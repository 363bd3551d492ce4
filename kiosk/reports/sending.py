"""The one way by which anything is queued for the county: the next sequence number, the station's present key, the outbox."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from kiosk import outbox
from kiosk.errors import Refused
from kiosk.reports import envelope
from kiosk.storage import Reader, Tx
from kiosk.words import N_

#: A new key is told by the old one, so this message is never signed anew: the key is enrolled by a code instead.
KEY_TOPIC = "key.rotated"
#: What a centre says of a number under which it has something else.
RESTORED_CODES = frozenset({"report.station_restored", "report.sequence_taken"})


def send(tx: Tx, topic: str, content: Mapping[str, Any], *, subject: Mapping[str, Any], order_id: int) -> int:
    """Signs content (JSON without floats) and queues it; returns the message's id.

    ``subject`` is ``{kind, id, number, hash}`` of what it is about. Messages of one ``subject["kind"]`` and ``order_id``
    leave in their order: the revisions of a report stand under the id of the first one.
    """
    sequence = outbox.next_sequence(tx)
    signed = envelope.sign(
        tx.secrets, station=tx.settings.station.code, sequence=sequence, topic=topic, subject=subject, made_at=tx.now,
        content=content, secret=current_secret(tx),
    )  # fmt: skip
    return outbox.queue(
        tx, sequence, topic, str(subject["kind"]), order_id, signed.payload, signed.envelope, signed.hash
    )  # fmt: skip


def send_anew(tx: Tx, message_id: int) -> int:
    """Sends what a message says once more under a new number, signed now; returns the new message's id.

    Refused ``message.not_refused`` unless the county refused it and nothing took its place.
    """
    standing = {message.id: message for message, _code, _highest in outbox.standing_refusals(tx)}
    message = standing.get(message_id)
    if message is None or message.topic == KEY_TOPIC:
        raise Refused("message.not_refused", N_("这条消息没有被退回，或已经有新的代替它；没有改动"))
    said = json.loads(outbox.payload(tx, message_id))
    return send(tx, message.topic, said["content"], subject=said["subject"], order_id=message.subject_id)


def restored_to(db: Reader) -> int | None:
    """The highest number that the centre has of this station, where it refused messages because it has other content under
    theirs: the station was restored from an old back-up. None when nothing of the kind stands."""
    named = [
        highest
        for message, code, highest in outbox.standing_refusals(db)
        if code in RESTORED_CODES and highest is not None and message.topic != KEY_TOPIC
    ]
    return max(named, default=None)


def go_on_after(tx: Tx, highest_sequence: int) -> list[int]:
    """After a restore: the next number comes after what the centre has, and every message that stands refused for its number
    goes anew with the same content, but for one that tells of a key. Returns the ids of the new messages."""
    outbox.skip_to(tx, highest_sequence)
    refused = [message for message, code, _highest in outbox.standing_refusals(tx) if code in RESTORED_CODES]
    return [send_anew(tx, message.id) for message in refused if message.topic != KEY_TOPIC]


def current_secret(db: Reader) -> str:
    """The name of the secret that signs now; it changes in the transaction that tells the county."""
    return db.value("SELECT secret FROM station_keys ORDER BY id DESC LIMIT 1") or envelope.KEY


def known_secret(db: Reader) -> str:
    """The name of the newest secret of which the county is known to have the public key, by its message or by a one-time code.
    It signs questions, which stand in no sequence: while the message about a new key is on its way, the centre knows only
    the old one; once the new one was enrolled by a code, it knows only that."""
    sql = (
        "SELECT k.secret FROM station_keys k JOIN outbox o ON o.sequence = k.sequence WHERE o.state = 'acknowledged'"
        " OR EXISTS (SELECT 1 FROM enrolments e WHERE e.state = 'enrolled' AND e.thumbprint = k.thumbprint)"
        " ORDER BY k.id DESC LIMIT 1"
    )
    return db.value(sql) or envelope.KEY
