"""Shelves and layers as the station knows them. What a place is for and how full it is stands in ``shelf_map``, where the
next parcel goes in ``allotment``."""

from __future__ import annotations

from kiosk import audit
from kiosk.codes import ShelfPlace, clean_text, shelf_place
from kiosk.storage import Reader, Tx


def first_place(db: Reader) -> ShelfPlace:
    """Where intake begins: where the last batch stopped, else the place that the settings name."""
    row = db.one("SELECT shelf, layer FROM intake_batches ORDER BY id DESC LIMIT 1")
    if row is not None:
        return ShelfPlace(row["shelf"], row["layer"])
    return shelf_place(db.settings.parcels.first_shelf, db.settings.parcels.first_layer)


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
