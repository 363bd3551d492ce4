"""Reads of shelf counts. The stock is walked once, through its own index, when a count is closed or its missing are asked
for; a scan costs look-ups in an index only, whatever the history."""

from __future__ import annotations

import sqlite3

from kiosk.codes import ShelfPlace
from kiosk.errors import Refused
from kiosk.parcels.model import IN_STOCK_SQL, EventKind
from kiosk.shelf_counts.model import Figures, Find, FindKind, ShelfCount
from kiosk.storage import Reader
from kiosk.words import N_

#: A parcel that one of these happened to was in somebody's hands: where it lies now says nothing about the count.
IN_HANDS = (
    EventKind.CHECKED_IN, EventKind.RELOCATED, EventKind.HAND_OVER_UNDONE, EventKind.PASSING_ON_UNDONE,
    EventKind.DOOR_DELIVERY_UNDONE, EventKind.RETURN_UNDONE, EventKind.FOUND_AGAIN, EventKind.RECOVERED,
)  # fmt: skip
_HANDS_SQL = ", ".join(f"'{kind.value}'" for kind in IN_HANDS)
#: A correction of the place is a move by another name.
_MOVED_SQL = (
    "(EXISTS (SELECT 1 FROM parcel_events e WHERE e.parcel_id = p.id AND e.audit_seq > ? AND"
    f" (e.kind IN ({_HANDS_SQL}) OR (e.kind = 'corrected' AND json_extract(e.detail, '$.shelf') IS NOT NULL)))"
    # Out on a round to the doors, or brought back from one meanwhile: nobody can say on which side of the counting.
    " OR EXISTS (SELECT 1 FROM manifest_items i JOIN manifests m ON m.id = i.manifest_id WHERE i.subject_kind = 'parcel'"
    " AND i.subject_id = p.id AND m.kind = 'door' AND m.state = 'signed' AND (i.holds = 1 OR i.ended_at >= ?)))"
)
_NOT_SEEN_SQL = (
    f"FROM parcels p INDEXED BY places_in_stock WHERE p.{IN_STOCK_SQL} AND (? = '' OR p.shelf = ?)"
    " AND NOT EXISTS (SELECT 1 FROM shelf_count_finds f WHERE f.count_id = ? AND f.parcel_id = p.id)"
)


def count(db: Reader, count_id: int) -> ShelfCount:
    """The count of this id; Refused ``shelf_count.unknown``."""
    row = db.one("SELECT * FROM shelf_counts WHERE id = ?", count_id)
    if row is None:
        raise Refused("shelf_count.unknown", N_("没有编号为 {count_id} 的快件盘点，请核对"), count_id=count_id)
    return ShelfCount.of(row)


def under_way(db: Reader) -> ShelfCount | None:
    """The count that goes on, if any: one at a time, and every desk may scan for it."""
    row = db.one("SELECT * FROM shelf_counts WHERE state = 'counting'")
    return None if row is None else ShelfCount.of(row)


def counts(db: Reader, before_id: int = 2**63 - 1, limit: int = 30) -> list[ShelfCount]:
    """Counts, newest first."""
    return [
        ShelfCount.of(row)
        for row in db.all("SELECT * FROM shelf_counts WHERE id < ? ORDER BY id DESC LIMIT ?", before_id, limit)
    ]


def find(db: Reader, find_id: int) -> Find:
    """One find; Refused ``shelf_count.find_unknown``."""
    row = db.one("SELECT * FROM shelf_count_finds WHERE id = ?", find_id)
    if row is None:
        raise Refused("shelf_count.find_unknown", N_("没有这条盘点记录，没有改动；请刷新页面再看"), find_id=find_id)
    return Find.of(row)


def finds(db: Reader, count_id: int, kind: FindKind, *, after_id: int = 0, limit: int = 200) -> list[Find]:
    """Finds of one kind, in the order of finding."""
    rows = db.all(
        "SELECT * FROM shelf_count_finds WHERE count_id = ? AND kind = ? AND id > ? ORDER BY id LIMIT ?",
        count_id, kind.value, after_id, limit,
    )  # fmt: skip
    return [Find.of(row) for row in rows]


def recent(db: Reader, count_id: int, limit: int = 8) -> list[Find]:
    """The last finds, newest first."""
    rows = db.all("SELECT * FROM shelf_count_finds WHERE count_id = ? ORDER BY id DESC LIMIT ?", count_id, limit)
    return [Find.of(row) for row in rows]


def of_parcel(db: Reader, count_id: int, parcel_id: int) -> Find | None:
    """The parcel's find in this count."""
    row = db.one("SELECT * FROM shelf_count_finds WHERE count_id = ? AND parcel_id = ?", count_id, parcel_id)
    return None if row is None else Find.of(row)


def of_waybill(db: Reader, count_id: int, waybill_no: str, piece_index: int) -> Find | None:
    """The find of a number that never came in."""
    row = db.one(
        "SELECT * FROM shelf_count_finds WHERE count_id = ? AND waybill_no = ? AND piece_index = ?",
        count_id,
        waybill_no,
        piece_index,
    )
    return None if row is None else Find.of(row)


def by_kind(db: Reader, count_id: int) -> dict[str, int]:
    """How many finds of each kind there are so far."""
    rows = db.all("SELECT kind, COUNT(*) FROM shelf_count_finds WHERE count_id = ? GROUP BY kind", count_id)
    return {row[0]: row[1] for row in rows}


def seen_at(db: Reader, count_id: int, place: ShelfPlace) -> tuple[int, int]:
    """How many of what the book has at a place were scanned there, and how many besides: misplaced ones and surplus, as
    long as nobody has moved them here or taken them in."""
    row = db.all(
        "SELECT COUNT(*) AS seen, COALESCE(SUM(kind = 'found' OR answer <> ''), 0) AS found FROM shelf_count_finds"
        " WHERE count_id = ? AND shelf = ? AND layer = ?",
        count_id, place.shelf, place.layer,
    )[0]  # fmt: skip
    return row["found"], row["seen"] - row["found"]


def counted_places(db: Reader, count_id: int) -> dict[str, int]:
    """Place → how many were scanned there."""
    rows = db.all(
        "SELECT shelf, layer, COUNT(*) AS seen FROM shelf_count_finds WHERE count_id = ? AND shelf IS NOT NULL"
        " AND kind <> 'missing' GROUP BY shelf, layer",
        count_id,
    )
    return {str(ShelfPlace(row["shelf"], row["layer"])): row["seen"] for row in rows}


def not_seen(db: Reader, standing: ShelfCount, limit: int) -> list[sqlite3.Row]:
    """Parcels that were here when the count began, are here now and nobody has scanned, by place: the missing, were it
    closed now. Not those that were in somebody's hands meanwhile."""
    return db.all(
        f"SELECT p.* {_NOT_SEEN_SQL} AND NOT {_MOVED_SQL} ORDER BY p.shelf, p.layer, p.id LIMIT ?",
        standing.scope, standing.scope, standing.id, standing.begun_seq, standing.begun_at, limit,
    )  # fmt: skip


def count_not_seen(db: Reader, standing: ShelfCount) -> tuple[int, int]:
    """How many would be missing were the count closed now, and how many were moved meanwhile."""
    row = db.one(
        f"SELECT COUNT(*) AS all_of_them, COALESCE(SUM({_MOVED_SQL}), 0) AS moved {_NOT_SEEN_SQL}",
        standing.begun_seq, standing.begun_at, standing.scope, standing.scope, standing.id,
    )  # fmt: skip
    return row["all_of_them"] - row["moved"], row["moved"]


def figures(db: Reader, standing: ShelfCount) -> Figures:
    """How the count stands: as frozen, or were it closed now."""
    if standing.figures is not None:
        return standing.figures
    kinds = by_kind(db, standing.id)
    missing, moved = count_not_seen(db, standing) if standing.is_open else (0, 0)
    return Figures(
        kinds.get("found", 0), kinds.get("wrong_slot", 0), kinds.get("gone", 0), kinds.get("unknown", 0), missing, moved
    )
