"""The list that an intake batch ends with: what the courier declared against what was scanned, each waybill with the code
under which it lies. Made with the batch's end in one transaction, numbered, and signed whenever the courier signs."""

from __future__ import annotations

from kiosk import shifts
from kiosk.manifests import actions, store
from kiosk.manifests.model import Manifest, ManifestKind
from kiosk.manifests.slips import Line
from kiosk.parcels import batches
from kiosk.parcels.model import ParcelState
from kiosk.printing.model import ColumnBlank
from kiosk.storage import Tx

#: What a paper can name; of a larger batch it names the first ones and counts all.
MOST_NAMED = 1000


def make_intake_list(tx: Tx, batch_id: int, *, replaces_id: int | None = None) -> Manifest | None:
    """The list of a batch that has ended; the one it has, when it has one. None for the opening stock, which no courier
    brought, and for a batch of nothing of which nothing was declared."""
    there = store.of_batch(tx, batch_id)
    if there is not None:
        return there
    batch = batches.batch(tx, batch_id)
    if batch.is_open or batch.is_opening_stock or not (batch.counted or batch.declared):
        return None
    business_on = shifts.ensure_open(tx).business_on
    found = actions.open_list(
        tx, business_on, ManifestKind.INTAKE, carrier=batch.carrier, receiver=batches.courier_of(tx, batch_id),
        declared=batch.declared, batch_id=batch_id, replaces_id=replaces_id,
    )  # fmt: skip
    rows = tx.all(
        "SELECT id, pickup_code, carrier FROM parcels WHERE batch_id = ? AND state <> ? ORDER BY id",
        batch_id,
        ParcelState.UNDONE,
    )
    lines = [
        Line(
            row["pickup_code"] or "",
            row["carrier"],
            blanks={"waybill": ColumnBlank("parcels", row["id"], "waybill_no")},
        )
        for row in rows
    ]
    return actions.close(tx, business_on, found.id, lines)
