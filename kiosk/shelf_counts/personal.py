"""What this room keeps of people: the numbers of parcels that lay here and never came in, until the term of persons."""

from __future__ import annotations

from kiosk import vault
from kiosk.retention.kinds import Kind, Line, declare
from kiosk.retention.terms import PERSON
from kiosk.shelf_counts.model import CASE
from kiosk.storage import Reader, Tx
from kiosk.words import N_


def forget_count(tx: Tx, count_id: int, rule: str) -> int:
    """Takes the numbers of what never came in out of a count; returns how many. Inside an erasing transaction."""
    gone = tx.execute(
        "UPDATE shelf_count_finds SET waybill_no = NULL WHERE count_id = ? AND waybill_no IS NOT NULL", count_id
    ).rowcount
    if gone:
        vault.record_erasure(tx, CASE, count_id, ["waybill_no"], rule)
    return gone


def _due(db: Reader, before_on: str, after_id: int, limit: int) -> list[int]:
    rows = db.all(
        "SELECT c.id FROM shelf_counts c WHERE c.id > ? AND c.ended_on < ? AND EXISTS (SELECT 1 FROM shelf_count_finds f"
        " WHERE f.count_id = c.id AND f.waybill_no IS NOT NULL) ORDER BY c.id LIMIT ?",
        after_id,
        before_on,
        limit,
    )
    return [row["id"] for row in rows]


declare(
    Kind(
        CASE, N_("快件盘点"), "shelf_counts", "c.begun_at", fields={},
        lines=(Line(vault.WHOLE, PERSON, forget_count, due=_due),), ended="c.ended_on", classes=("parcel",),
    )
)  # fmt: skip
