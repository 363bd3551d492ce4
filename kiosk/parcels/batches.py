"""Intake batches: what one courier brings at once, of one carrier as a rule. The count that was declared is compared
when the batch is closed; a difference is said and kept, never argued away."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

from kiosk import audit, vault
from kiosk.codes import OTHER, ShelfPlace, about_a_person, carriers
from kiosk.errors import Refused
from kiosk.parcels.model import BATCH_CASE, RETENTION
from kiosk.parcels.places import first_place, know
from kiosk.storage import Reader, Tx
from kiosk.words import N_

PRINT_MODES = ("at_once", "batch_end", "never")
#: More than a van holds is a typing error.
MOST_DECLARED = 9999


@dataclass(frozen=True, slots=True)
class Batch:
    """An intake batch. ``counted`` is what was checked in and not undone; ``carrier`` '' when the courier brings
    several."""

    id: int
    carrier: str
    is_opening_stock: bool
    declared: int | None
    counted: int
    undone: int
    print_mode: str
    waits_for_phone: bool
    place: ShelfPlace
    is_open: bool
    opened_at: str
    opened_on: str
    closed_at: str | None
    desk_id: int | None
    is_place_locked: bool = False  # by its shelf's label: everything goes there until it is scanned again

    @property
    def difference(self) -> int | None:
        """Counted less declared; None when nothing was declared."""
        return None if self.declared is None else self.counted - self.declared

    @classmethod
    def of(cls, row: sqlite3.Row) -> Batch:
        return cls(
            row["id"], row["carrier"], bool(row["is_opening_stock"]), row["declared"], row["checked_in"] - row["undone"],
            row["undone"], row["print_mode"], bool(row["waits_for_phone"]), ShelfPlace(row["shelf"], row["layer"]),
            row["state"] == "open", row["opened_at"], row["opened_on"], row["closed_at"], row["desk_id"],
            bool(row["is_place_locked"]),
        )  # fmt: skip


def batch(db: Reader, batch_id: int) -> Batch:
    """The batch of this id; Refused ``batch.unknown``."""
    row = db.one("SELECT * FROM intake_batches WHERE id = ?", batch_id)
    if row is None:
        raise Refused(
            "batch.unknown", N_("没有编号为 {batch_id} 的入库批次；没有入库，请先开始一批"), batch_id=batch_id
        )
    return Batch.of(row)


def open_batches(db: Reader) -> list[Batch]:
    """Batches that nobody has closed."""
    return [Batch.of(row) for row in db.all("SELECT * FROM intake_batches WHERE state = 'open' ORDER BY id")]


def batches(db: Reader, limit: int = 50, before_id: int = 2**62) -> list[Batch]:
    """Batches, newest first."""
    rows = db.all("SELECT * FROM intake_batches WHERE id < ? ORDER BY id DESC LIMIT ?", before_id, limit)
    return [Batch.of(row) for row in rows]


def courier_of(db: Reader, batch_id: int) -> str:
    """The courier's name as noted, '' for none (or erased)."""
    return vault.get(db, BATCH_CASE, batch_id, "courier") or ""


def open_batch(
    tx: Tx,
    business_on: str,
    *,
    carrier: str = "",
    courier: str = "",
    declared: int | None = None,
    place: ShelfPlace | None = None,
    print_mode: str | None = None,
    waits_for_phone: bool = False,
    is_opening_stock: bool = False,
    desk_id: int | None = None,
) -> Batch:
    """Begins a batch. ``carrier`` in any known spelling, '' or 其他 when the courier brings several.

    Refused ``carrier.unknown``, ``batch.declared_unreadable``, ``batch.print_mode_unknown``, ``shelf.unreadable``.
    """
    code = carriers.find_by_any_code(carrier).code if carrier else ""
    if declared is not None and not 0 <= declared <= MOST_DECLARED:
        raise Refused(
            "batch.declared_unreadable",
            N_("应到件数要在 0 到 {most} 之间，没有开始入库；不清楚可以不填"),
            most=MOST_DECLARED,
        )
    mode = "never" if is_opening_stock else print_mode or tx.settings.parcels.slip_at_intake
    if mode not in PRINT_MODES:
        raise Refused(
            "batch.print_mode_unknown", N_("打印方式只能是 {modes}；没有开始入库"), modes=" / ".join(PRINT_MODES)
        )
    start = know(tx, place or first_place(tx))
    batch_id = tx.insert(
        "intake_batches", carrier="" if code == OTHER else code, is_opening_stock=int(is_opening_stock),
        declared=declared, print_mode=mode, waits_for_phone=int(waits_for_phone), shelf=start.shelf, layer=start.layer,
        opened_at=tx.now, opened_on=business_on, opened_by_kind=tx.actor.kind, opened_by=tx.actor.id, desk_id=desk_id,
    )  # fmt: skip
    name = about_a_person(courier, 20)
    if name:
        vault.put(tx, BATCH_CASE, batch_id, "courier", name, RETENTION)
    audit.record(tx, "batch.opened", batch_id=batch_id, carrier=code, declared=declared)
    return batch(tx, batch_id)


def require_open(found: Batch) -> None:
    """Refused ``batch.closed`` unless the batch is open."""
    if not found.is_open:
        raise Refused("batch.closed", N_("入库批次 {batch_id} 已经结束，没有入库；请开始新的一批"), batch_id=found.id)


def put_down(tx: Tx, batch_id: int, place: ShelfPlace) -> None:
    """The next parcels of the batch go here (chosen on the page, or the last place is full); a lock is kept."""
    know(tx, place)
    tx.change("intake_batches", batch_id, shelf=place.shelf, layer=place.layer)


def lock_row(tx: Tx, batch_id: int, place: ShelfPlace) -> bool:
    """Locks the batch to this place, or unlocks it when it was locked to this very one; returns whether it is locked now."""
    found = batch(tx, batch_id)
    require_open(found)
    is_locked = not (found.is_place_locked and found.place == place)
    put_down(tx, batch_id, place)
    tx.change("intake_batches", batch_id, is_place_locked=int(is_locked))
    return is_locked


def close_batch(tx: Tx, batch_id: int) -> Batch:
    """Ends the batch; does nothing when it has ended."""
    found = batch(tx, batch_id)
    if not found.is_open:
        return found
    tx.change("intake_batches", batch_id, state="closed", closed_at=tx.now)
    audit.record(tx, "batch.closed", batch_id=batch_id, counted=found.counted, declared=found.declared)
    return batch(tx, batch_id)
