"""Invariants of the outbox: sequence without a gap, content as it was signed, acknowledged ones with a number."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator

from kiosk.outbox import ACKNOWLEDGEMENT, ON_ROAD
from kiosk.storage import Reader
from kiosk.storage.numbers import last_number
from kiosk.storage.problem import Problem


def problems(db: Reader) -> Iterator[Problem]:
    """Gaps, changed content, messages the audit does not know, states without what they need."""
    queued = {
        facts["sequence"]: facts["hash"]
        for (text,) in db.all("SELECT facts FROM audit WHERE action = 'message.queued'")
        for facts in [json.loads(text)]
    }
    handed_over = {tuple(row) for row in db.all("SELECT message_id, road FROM handovers")}
    skipped = {
        first - 1: last
        for first, last in map(tuple, db.all("SELECT first_sequence, last_sequence FROM skipped_sequences"))
    }
    expected = 0
    for row in db.connection.execute("SELECT * FROM outbox ORDER BY sequence"):
        expected = skipped.get(expected, expected) + 1
        if row["sequence"] != expected:
            yield Problem("outbox.sequence_gap", "message", row["id"], f"sequence {row['sequence']}, not {expected}")
            expected = row["sequence"]
        digest = hashlib.sha256(row["payload"].encode("utf-8")).hexdigest()
        if digest != row["hash"] or queued.get(row["sequence"]) != digest:
            yield Problem("outbox.content_changed", "message", row["id"])
        if row["state"] == "acknowledged" and not ACKNOWLEDGEMENT.fullmatch(row["acknowledgement_no"] or ""):
            yield Problem("outbox.acknowledgement_missing", "message", row["id"])
        if row["state"] == "in_flight" and not row["lease_until_at"]:
            yield Problem("outbox.lease_missing", "message", row["id"])
        road = (row["lease_owner"] or "").partition(ON_ROAD)[2]
        if road and (row["id"], road) not in handed_over:
            yield Problem("outbox.handover_missing", "message", row["id"], road)
    expected = skipped.get(expected, expected)
    if expected != last_number(db, "outbox"):
        yield Problem("outbox.sequence_gap", "message", expected, f"{last_number(db, 'outbox')} were given")
    for row in db.all(
        "SELECT o.id, t.number FROM typed_acknowledgements t JOIN outbox o ON o.id = t.message_id"
        " WHERE t.number IS NOT NULL AND o.acknowledgement_no IS NOT t.number"
        " AND NOT EXISTS (SELECT 1 FROM typed_acknowledgements w WHERE w.withdraws_id = t.id)"
    ):
        yield Problem("outbox.typed_number_lost", "message", row["id"], row["number"])
    for row in db.all(
        "SELECT k.id FROM station_keys k LEFT JOIN outbox o ON o.sequence = k.sequence AND o.topic = 'key.rotated'"
        " AND json_extract(o.payload, '$.content.thumbprint') = k.thumbprint WHERE o.id IS NULL"
    ):
        yield Problem("outbox.key_not_told", "key", row["id"])
