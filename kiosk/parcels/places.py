"""Shelves and layers, and where the next parcel goes: on at the place where the last one went, until as many lie
there as the settings think a layer holds; then the next place with room. A hint only: a full station still takes
every parcel."""

from __future__ import annotations

from dataclasses import dataclass

from kiosk import audit
from kiosk.codes import ShelfPlace, clean_text, shelf_place
from kiosk.parcels.model import IN_STOCK_SQL
from kiosk.storage import Reader, Tx


@dataclass(frozen=True, slots=True)
class Shelf:
    """One layer of a shelf with what lies there."""

    place: ShelfPlace
    note: str
    in_stock: int


def first_place(db: Reader) -> ShelfPlace:
    """Where intake begins: where the last batch stopped, else the place that the settings name."""
    row = db.one("SELECT shelf, layer FROM intake_batches ORDER BY id DESC LIMIT 1")
    if row is not None:
        return ShelfPlace(row["shelf"], row["layer"])
    return shelf_place(db.settings.parcels.first_shelf, db.settings.parcels.first_layer)


def next_place(db: Reader, start: ShelfPlace) -> ShelfPlace:
    """``start`` if it has room, else the next place of the station that has, else ``start`` all the same."""
    if _has_room(db, start):
        return start
    places = [ShelfPlace(row["shelf"], row["layer"]) for row in db.all("SELECT * FROM shelves ORDER BY position")]
    here = places.index(start) if start in places else -1
    for place in places[here + 1 :] + places[: max(here, 0)]:
        if _has_room(db, place):
            return place
    return start


def add_shelf(tx: Tx, shelf: str, layer: int, note: str = "") -> ShelfPlace:
    """Makes a place known, in the order of adding; does nothing when it is. Refused ``shelf.unreadable``."""
    place = shelf_place(shelf, layer)
    cursor = tx.execute(
        "INSERT INTO shelves (shelf, layer, position, note) VALUES (?, ?,"
        " (SELECT COALESCE(MAX(position), 0) + 1 FROM shelves), ?) ON CONFLICT (shelf, layer) DO NOTHING",
        place.shelf,
        place.layer,
        clean_text(note, 40),
    )
    if cursor.rowcount:
        audit.record(tx, "shelf.added", shelf=place.shelf, layer=place.layer)
    return place


def know(tx: Tx, place: ShelfPlace) -> ShelfPlace:
    """The place, made known if somebody uses it for the first time."""
    if tx.value("SELECT 1 FROM shelves WHERE shelf = ? AND layer = ?", place.shelf, place.layer) is None:
        add_shelf(tx, place.shelf, place.layer)
    return place


def shelves(db: Reader) -> list[Shelf]:
    """Every place with the number of parcels there."""
    rows = db.all(
        "SELECT s.*, (SELECT COUNT(*) FROM parcels p WHERE p.shelf = s.shelf AND p.layer = s.layer"
        f" AND p.{IN_STOCK_SQL}) AS in_stock FROM shelves s ORDER BY s.position"
    )
    return [Shelf(ShelfPlace(row["shelf"], row["layer"]), row["note"], row["in_stock"]) for row in rows]


def _has_room(db: Reader, place: ShelfPlace) -> bool:
    limit = db.settings.parcels.slots_per_layer
    taken = db.value(
        f"SELECT COUNT(*) FROM (SELECT 1 FROM parcels WHERE shelf = ? AND layer = ? AND {IN_STOCK_SQL} LIMIT ?)",
        place.shelf,
        place.layer,
        limit,
    )
    return taken < limit
