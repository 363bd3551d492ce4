"""Shelves made known before the first parcel lies there and planned: what each place holds and is for. Intake goes through
them in the order of their adding."""

from __future__ import annotations

from kiosk.codes import ShelfPlace, parse_shelf
from kiosk.errors import Refused
from kiosk.parcels import places, shelf_map
from kiosk.parcels.shelf_map import MappedPlace, PlacePlan
from kiosk.people.rights import Right, require
from kiosk.storage import Tx
from kiosk.words import N_

#: Layers of one shelf that are added at once; a rack has no more.
MOST_LAYERS = 20


def add_shelf(tx: Tx, shelf: str, layer: int, note: str = "") -> ShelfPlace:
    """Adds one layer of a shelf; does nothing when it is known. Refused ``shelf.unreadable``, ``staff.not_allowed``."""
    require(tx.actor, Right.MANAGE)
    return places.add_shelf(tx, shelf, layer, note)


def add_layers(tx: Tx, shelf: str, first: int, last: int, plan: PlacePlan) -> list[ShelfPlace]:
    """Adds the layers ``first`` to ``last`` of a shelf with one plan; those that are known keep their own.

    Refused ``shelf.layers_unreadable``, ``shelf.unreadable``, as ``plan_shelf``."""
    require(tx.actor, Right.MANAGE)
    if not 0 <= first <= last <= 99 or last - first >= MOST_LAYERS:
        raise Refused(
            "shelf.layers_unreadable",
            N_("层号要从小到大，一次最多 {most} 层，没有添加；例如 1 到 5"),
            most=MOST_LAYERS,
        )
    added = []
    for layer in range(first, last + 1):
        known = tx.value("SELECT COUNT(*) FROM shelves")
        place = places.add_shelf(tx, shelf, layer)
        if tx.value("SELECT COUNT(*) FROM shelves") > known:
            shelf_map.plan(tx, place, plan)
            added.append(place)
    return added


def plan_shelf(tx: Tx, place: ShelfPlace | str, plan: PlacePlan) -> MappedPlace:
    """Says how much a place holds and what it is for; what lies there stays. Refused ``shelf.unreadable``,
    ``shelf.unknown``, ``shelf.capacity_unreadable``, ``shelf.class_unknown``, ``staff.not_allowed``."""
    require(tx.actor, Right.MANAGE)
    return shelf_map.plan(tx, parse_shelf(place) if isinstance(place, str) else place, plan)
