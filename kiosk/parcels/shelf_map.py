"""The map of the shelves: what each place holds and is for, how full it is, and what lies there. Changed by the manager;
the fill is counted from the parcels whenever it is asked for, so it can't drift."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass

from kiosk import audit
from kiosk.codes import ShelfPlace, clean_text
from kiosk.errors import Refused
from kiosk.parcels.model import IN_STOCK_SQL
from kiosk.storage import Reader, Tx
from kiosk.words import N_

CLASS_WORDS: Mapping[str, str] = {
    "general": N_("普通"),
    "fresh": N_("生鲜"),
    "fragile": N_("易碎"),
    "valuable": N_("贵重"),
}
SIZE_WORDS: Mapping[str, str] = {"any": N_("不限大小"), "small": N_("小件"), "large": N_("大件")}
MOST_CAPACITY = 9999
#: From here on a place is shown as nearly full.
NEARLY_FULL_PERCENT = 85

audit.register(
    "shelf.planned",
    N_("货架 {shelf}-{layer} 改为：容量 {capacity}，{shelf_class}，{size_class}，{is_resting}"),
    shelf=audit.CODE, layer=audit.NUMBER, capacity=audit.NUMBER, shelf_class=audit.ENUM, size_class=audit.ENUM,
    is_resting=audit.ENUM,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class PlacePlan:
    """What a place is for. ``capacity`` None: as many as the settings say. ``is_resting``: takes nothing new."""

    capacity: int | None = None
    shelf_class: str = "general"
    size_class: str = "any"
    is_resting: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True)
class MappedPlace:
    """One layer of a shelf with its plan and what lies there."""

    place: ShelfPlace
    plan: PlacePlan
    capacity: int
    in_stock: int

    @property
    def percent(self) -> int:
        """How full it is; over 100 when more lies there than it is meant for."""
        return self.in_stock * 100 // self.capacity

    @property
    def free(self) -> int:
        """How many more it is meant to take."""
        return max(0, self.capacity - self.in_stock)

    @property
    def fill(self) -> str:
        """'empty', 'some', 'nearly_full', 'full' or 'over'."""
        if self.in_stock > self.capacity:
            return "over"
        if self.in_stock == self.capacity:
            return "full"
        if self.percent >= NEARLY_FULL_PERCENT:
            return "nearly_full"
        return "some" if self.in_stock else "empty"


def the_map(db: Reader) -> list[MappedPlace]:
    """Every place, in the order in which intake goes through them; one walk through the index of the stock."""
    taken = {
        (row["shelf"], row["layer"]): row["taken"]
        for row in db.all(
            f"SELECT shelf, layer, COUNT(*) AS taken FROM parcels WHERE {IN_STOCK_SQL} GROUP BY shelf, layer"
        )
    }
    rows = db.all("SELECT * FROM shelves ORDER BY position")
    return [_mapped(db, row, taken.get((row["shelf"], row["layer"]), 0)) for row in rows]


def mapped_place(db: Reader, place: ShelfPlace) -> MappedPlace:
    """One place with its fill. Refused ``shelf.unknown``."""
    row = db.one("SELECT * FROM shelves WHERE shelf = ? AND layer = ?", place.shelf, place.layer)
    if row is None:
        raise Refused("shelf.unknown", N_("本站没有货架 {place}；请核对标签，或在「货架」页添加"), place=str(place))
    taken = db.value(
        f"SELECT COUNT(*) FROM parcels WHERE shelf = ? AND layer = ? AND {IN_STOCK_SQL}", place.shelf, place.layer
    )
    return _mapped(db, row, taken)


def lying_at(db: Reader, place: ShelfPlace, limit: int = 500) -> list[sqlite3.Row]:
    """The parcels at a place, in the order of their codes' coming."""
    return db.all(
        f"SELECT * FROM parcels WHERE shelf = ? AND layer = ? AND {IN_STOCK_SQL} ORDER BY id LIMIT ?",
        place.shelf,
        place.layer,
        limit,
    )


def plan(tx: Tx, place: ShelfPlace, wanted: PlacePlan) -> MappedPlace:
    """Says what a place is for. Refused ``shelf.unknown``, ``shelf.capacity_unreadable``, ``shelf.class_unknown``."""
    before = mapped_place(tx, place)
    if wanted.capacity is not None and not 1 <= wanted.capacity <= MOST_CAPACITY:
        raise Refused(
            "shelf.capacity_unreadable",
            N_("容量要在 1 到 {most} 之间，没有保存；不填就按设置里的算"),
            most=MOST_CAPACITY,
        )
    if wanted.shelf_class not in CLASS_WORDS or wanted.size_class not in SIZE_WORDS:
        raise Refused("shelf.class_unknown", N_("请从列表中选择货架的类别和大小；没有保存"))
    columns = (
        wanted.capacity,
        wanted.shelf_class,
        wanted.size_class,
        int(wanted.is_resting),
        clean_text(wanted.note, 40),
    )
    old = before.plan
    if columns != (old.capacity, old.shelf_class, old.size_class, int(old.is_resting), old.note):
        tx.execute(
            "UPDATE shelves SET capacity = ?, shelf_class = ?, size_class = ?, is_resting = ?, note = ?"
            " WHERE shelf = ? AND layer = ?",
            *columns,
            place.shelf,
            place.layer,
        )
        audit.record(
            tx, "shelf.planned", shelf=place.shelf, layer=place.layer, capacity=wanted.capacity,
            shelf_class=wanted.shelf_class, size_class=wanted.size_class, is_resting="yes" if wanted.is_resting else "no",
        )  # fmt: skip
    return mapped_place(tx, place)


def _mapped(db: Reader, row: sqlite3.Row, taken: int) -> MappedPlace:
    written = PlacePlan(
        row["capacity"], row["shelf_class"], row["size_class"], bool(row["is_resting"]), row["note"]
    )  # fmt: skip
    capacity = row["capacity"] or db.settings.parcels.slots_per_layer
    return MappedPlace(ShelfPlace(row["shelf"], row["layer"]), written, capacity, taken)
