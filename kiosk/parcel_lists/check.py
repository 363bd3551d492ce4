"""What must hold of lists: each brought as many parcels as it says, and one that was called back awaits nothing."""

from __future__ import annotations

from collections.abc import Iterator

from kiosk.storage import Reader
from kiosk.storage.problem import Problem


def problems(db: Reader) -> Iterator[Problem]:
    """Every list that contradicts its parcels."""
    for row in db.all(
        "SELECT l.id, l.pieces, (SELECT COUNT(*) FROM parcel_list_items i WHERE i.list_id = l.id) AS found"
        " FROM parcel_lists l WHERE l.pieces <> (SELECT COUNT(*) FROM parcel_list_items i WHERE i.list_id = l.id)"
    ):
        yield Problem("parcel_list.pieces_off", "parcel_list", row["id"], f"{row['pieces']} <> {row['found']}")
    for row in db.all(
        "SELECT DISTINCT l.id FROM parcel_lists l JOIN parcel_list_items i ON i.list_id = l.id"
        " JOIN parcels p ON p.id = i.parcel_id WHERE l.dropped_at IS NOT NULL AND p.state = 'expected'"
    ):
        yield Problem("parcel_list.dropped_and_awaited", "parcel_list", row["id"])
