"""The one way by which anything is queued for the county: the next sequence number, the station's present key, the outbox."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kiosk import outbox
from kiosk.reports import envelope
from kiosk.storage import Reader, Tx


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


def current_secret(db: Reader) -> str:
    """The name of the secret that signs now; it changes in the transaction that tells the county."""
    return db.value("SELECT secret FROM station_keys ORDER BY id DESC LIMIT 1") or envelope.KEY
