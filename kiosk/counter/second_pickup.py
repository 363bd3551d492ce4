"""Remembers a second pick-up. The act itself was refused and rolled back; that somebody came is a fact all the same,
written by the entry point in a transaction of its own (architecture.md §6)."""

from __future__ import annotations

from kiosk import shifts
from kiosk.errors import Refused
from kiosk.parcels import actions, store
from kiosk.parcels.model import HandOverMethod
from kiosk.storage import Tx

#: The refusals that mean: somebody came for a parcel that had left.
SECOND_PICKUP = "parcel.already_handed_over"


def remember_second_pickup(tx: Tx, parcel_id: int, method: HandOverMethod | str) -> None:
    """Adds the event ``second_pickup_tried`` to a parcel that has left; does nothing for any other."""
    try:
        how = HandOverMethod(method)
    except ValueError:
        how = HandOverMethod.CODE
    actions.second_pickup_tried(tx, shifts.ensure_open(tx).business_on, store.parcel(tx, parcel_id), how)


def is_second_pickup(refused: Refused) -> bool:
    """Whether this refusal is to be remembered with ``remember_second_pickup`` (its facts name the parcel)."""
    return refused.code == SECOND_PICKUP
