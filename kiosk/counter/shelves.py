"""Shelves made known before the first parcel lies there, so that labels can be printed and intake goes on in their order."""

from __future__ import annotations

from kiosk.codes import ShelfPlace
from kiosk.parcels import places
from kiosk.people.rights import Right, require
from kiosk.storage import Tx


def add_shelf(tx: Tx, shelf: str, layer: int, note: str = "") -> ShelfPlace:
    """Adds one layer of a shelf; does nothing when it is known. Refused ``shelf.unreadable``, ``staff.not_allowed``."""
    require(tx.actor, Right.MANAGE)
    return places.add_shelf(tx, shelf, layer, note)
