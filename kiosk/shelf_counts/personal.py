"""What this room keeps of people: the number of a parcel that lay here and never came in, until the term of persons."""

from __future__ import annotations

from kiosk import vault
from kiosk.retention.kinds import Kind, Line, declare
from kiosk.retention.terms import PERSON
from kiosk.shelf_counts.model import FIND_CASE
from kiosk.storage import Reader, Tx
from kiosk.words import N_

_ENDED = "(SELECT k.ended_on FROM shelf_counts k WHERE k.id = c.count_id)"


def forget_find(tx: Tx, find_id: int, rule: str) -> int:
    """Takes the number out of a find; returns how many that were. Inside an erasing transaction."""
    gone = tx.execute(
        "UPDATE shelf_count_finds SET waybill_no = NULL WHERE id = ? AND waybill_no IS NOT NULL", find_id
    ).rowcount
    if gone:
        vault.record_erasure(tx, FIND_CASE, find_id, ["waybill_no"], rule)
    return gone


def _due(db: Reader, before_on: str, after_id: int, limit: int) -> list[int]:
    """By the index that holds the numbers alone: most finds have none."""
    rows = db.all(
        f"SELECT c.id FROM shelf_count_finds c WHERE c.waybill_no IS NOT NULL AND c.id > ? AND {_ENDED} < ?"
        " ORDER BY c.id LIMIT ?",
        after_id,
        before_on,
        limit,
    )
    return [row["id"] for row in rows]


declare(
    Kind(
        FIND_CASE, N_("盘点多出的快件"), "shelf_count_finds", "c.at", fields={},
        lines=(Line(vault.WHOLE, PERSON, forget_find, due=_due),), columns=("waybill_no",), ended=_ENDED,
        classes=("parcel",),
    )
)  # fmt: skip
