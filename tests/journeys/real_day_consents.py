"""What a real day leaves of consent: somebody called and agreed for good, one parcel's was noted and withdrawn."""

from __future__ import annotations

from kiosk.counter import consent
from kiosk.storage import Actor, Store


def somebody_agrees(store: Store, operator: Actor) -> None:
    """A caller agrees for good; for a parcel that lies here it was a mistake."""
    with store.transaction(operator) as tx:
        consent.give_standing(tx, "13800005678", "phone")
        here = tx.value("SELECT id FROM parcels WHERE state = 'on_shelf' ORDER BY id LIMIT 1")
        given = consent.give_consent(tx, here, "this_parcel", "oral")
        consent.withdraw_consent(tx, given.id, "mistake")
