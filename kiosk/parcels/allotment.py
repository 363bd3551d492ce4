"""Where the next parcel goes, next-fit: on at the place where the last one went while that has room and takes what the
parcel is, else the next place that does. A hint only: a full station still takes every parcel, and a row that the
operator locked by its label takes everything but what asks for a class of its own."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

from kiosk.codes import ShelfPlace
from kiosk.parcels.model import IN_STOCK_SQL
from kiosk.parcels.traits import Wish
from kiosk.storage import Reader

PLAIN = Wish("general", "")
#: How well a place suits: made for it, takes it, takes it for want of better.
_MADE_FOR, _TAKES, _AT_A_PINCH = range(3)


@dataclass(frozen=True, slots=True)
class Where:
    """The place allotted. ``moves_on``: the batch goes on from here; not so for a parcel that is set apart for what it is.
    ``is_over``: more lies there than it is meant for; ``is_misfit``: it is not meant for what the parcel is."""

    place: ShelfPlace
    moves_on: bool = True
    is_over: bool = False
    is_misfit: bool = False


def next_place(db: Reader, start: ShelfPlace, wish: Wish = PLAIN, *, is_locked: bool = False) -> Where:
    """The place for a parcel that asks for ``wish``, beginning at ``start``; never refuses."""
    here = db.one("SELECT * FROM shelves WHERE shelf = ? AND layer = ?", start.shelf, start.layer)
    suits = _suits(here, wish)
    if is_locked and (wish == PLAIN or (suits is not None and suits < _AT_A_PINCH)):
        return Where(start, is_over=_is_over(db, here, start))
    if suits == _MADE_FOR and not _rests(here) and _has_room(db, here, start):
        return Where(start)
    rows = db.all("SELECT * FROM shelves ORDER BY position")
    at = next((i for i, row in enumerate(rows) if _place(row) == start), -1)
    ring = (rows[at:] + rows[:at]) if at >= 0 else rows
    ranked = [(rank, row) for row in ring if not row["is_resting"] and (rank := _suits(row, wish)) is not None]
    ranked.sort(key=lambda found: found[0])  # stable: next-fit within a rank
    if is_locked:
        ranked = [found for found in ranked if found[0] < _AT_A_PINCH]
    for rank, row in ranked:
        if _has_room(db, row, _place(row)):
            # What is special is set apart and the others go on where they were; so does a locked row.
            goes_on = not is_locked and (wish == PLAIN or _place(row) == start)
            return Where(_place(row), goes_on, is_misfit=rank == _AT_A_PINCH)
    # Nothing has room: it lies with its like, if there are such places, else where the operator stands.
    like = next((_place(row) for rank, row in ranked if rank < _AT_A_PINCH), start)
    if wish == PLAIN or like == start:
        is_misfit = wish != PLAIN and suits in (None, _AT_A_PINCH)
        return Where(start, is_over=_is_over(db, here, start), is_misfit=is_misfit)
    return Where(like, moves_on=False, is_over=True)


def is_meant_for(db: Reader, place: ShelfPlace, wish: Wish) -> bool:
    """Whether the place takes such parcels by its plan."""
    row = db.one("SELECT * FROM shelves WHERE shelf = ? AND layer = ?", place.shelf, place.layer)
    rank = _suits(row, wish)
    return rank is not None and rank < _AT_A_PINCH


def _suits(row: sqlite3.Row | None, wish: Wish) -> int | None:
    """How well a place suits, None when it doesn't: nothing plain is put among the fresh or the valuable, nothing of
    the usual size into a small compartment. A place that nobody has planned yet takes everything."""
    if row is None:
        return _MADE_FOR
    size = row["size_class"]
    if wish.size:
        fit = _MADE_FOR if size == wish.size else _TAKES if size == "any" else None
    else:
        fit = _MADE_FOR if size == "any" else _TAKES if size == "large" else None
    if fit is None or row["shelf_class"] == wish.shelf_class:
        return fit
    return _AT_A_PINCH if row["shelf_class"] == "general" else None


def _rests(row: sqlite3.Row | None) -> bool:
    return row is not None and bool(row["is_resting"])


def _has_room(db: Reader, row: sqlite3.Row | None, place: ShelfPlace) -> bool:
    limit = (row["capacity"] if row is not None else None) or db.settings.parcels.slots_per_layer
    taken = db.value(
        f"SELECT COUNT(*) FROM (SELECT 1 FROM parcels WHERE shelf = ? AND layer = ? AND {IN_STOCK_SQL} LIMIT ?)",
        place.shelf,
        place.layer,
        limit,
    )
    return bool(taken < limit)


def _is_over(db: Reader, row: sqlite3.Row | None, place: ShelfPlace) -> bool:
    """Whether it is worth a word: somebody said how much this place holds, and that is reached."""
    return row is not None and row["capacity"] is not None and not _has_room(db, row, place)


def _place(row: sqlite3.Row) -> ShelfPlace:
    return ShelfPlace(row["shelf"], row["layer"])
