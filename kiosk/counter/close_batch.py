"""Ends an intake batch and prints the slips that were held for its end."""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.counter import paper
from kiosk.counter.intake_manifest import make_intake_list
from kiosk.counter.last_acts import desk_id_of
from kiosk.notices import store as notice_store
from kiosk.parcels import batches, store
from kiosk.parcels.batches import Batch
from kiosk.parcels.model import CASE
from kiosk.people.rights import Right, require
from kiosk.storage import Tx

#: One transaction never holds the lock for longer (architecture.md §1.4): a slip takes half a millisecond to freeze.
AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class ClosedBatch:
    """The batch as it ended, with the list that its courier signs (None for a batch of nothing); ``left`` slips still wait
    for ``print_held`` (chores call ``print_left_over`` besides)."""

    batch: Batch
    printed: int
    left: int
    manifest_id: int | None = None


def close_batch(tx: Tx, batch_id: int, *, desk_id: int | None = None) -> ClosedBatch:
    """Ends the batch, with its difference to the declared count kept on the list that the courier signs; desks that had
    it open have none now.

    Does nothing to a batch that has ended but print what is still held. Refused ``batch.unknown``,
    ``staff.not_allowed``.
    """
    require(tx.actor, Right.BATCH)
    batch = batches.close_batch(tx, batch_id)
    tx.execute("UPDATE desks SET open_batch_id = NULL WHERE open_batch_id = ?", batch_id)
    listed = make_intake_list(tx, batch_id)
    printed, left = print_held(tx, batch_id, desk_id=desk_id)
    return ClosedBatch(batch, printed, left, listed.id if listed is not None else None)


def print_held(tx: Tx, batch_id: int, *, desk_id: int | None = None) -> tuple[int, int]:
    """Prints up to 100 slips that were held for the end of this batch; returns how many, and how many are left."""
    require(tx.actor, Right.BATCH)
    at = desk_id_of(tx, desk_id)
    mine = [notice for notice in notice_store.held(tx, CASE) if _batch_of(tx, notice.subject_id) == batch_id]
    for notice in mine[:AT_ONCE]:
        paper.release(tx, notice, at)
    return len(mine[:AT_ONCE]), len(mine[AT_ONCE:])


def print_left_over(tx: Tx) -> int:
    """Prints up to 100 slips that were held for batches which have ended (chores); returns how many."""
    done = 0
    for notice in notice_store.held(tx, CASE):
        batch_id = _batch_of(tx, notice.subject_id)
        batch = batches.batch(tx, batch_id) if batch_id is not None else None
        if batch is None or not batch.is_open:
            paper.release(tx, notice, batch.desk_id if batch is not None else None)
            done += 1
        if done == AT_ONCE:
            break
    return done


def _batch_of(tx: Tx, parcel_id: int) -> int | None:
    return store.parcel(tx, parcel_id)["batch_id"]
