"""What a real day leaves of problems: a parcel that looked damaged, photographed by a phone that was never used."""

from __future__ import annotations

from kiosk.counter import photo_pairing, set_aside
from kiosk.counter.undo import undo_parcel
from kiosk.storage import Actor, Store


def a_parcel_looked_damaged(store: Store, operator: Actor) -> None:
    """Set aside, a phone paired for a photo; then it was only dust and the parcel waits on its shelf as before."""
    with store.transaction(operator) as tx:
        here = tx.value("SELECT MAX(id) FROM parcels WHERE state = 'on_shelf'")
        set_aside.mark_problem(tx, here, "damaged")
        paired, _token = photo_pairing.begin_pairing(tx, here)
        photo_pairing.end_pairing(tx, paired.id)
        undo_parcel(tx, here)
