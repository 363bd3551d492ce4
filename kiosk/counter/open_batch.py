"""Begins an intake batch; at a desk it becomes the open one and the desk takes parcels in."""

from __future__ import annotations

from kiosk import shifts
from kiosk.codes import ShelfPlace, parse_shelf
from kiosk.counter.last_acts import desk_id_of, desk_of
from kiosk.parcels import batches
from kiosk.parcels.batches import Batch
from kiosk.people import desks
from kiosk.people.rights import Right, require
from kiosk.storage import Tx


def open_batch(
    tx: Tx,
    *,
    carrier: str = "",
    courier: str = "",
    declared: int | None = None,
    shelf: ShelfPlace | str | None = None,
    print_mode: str | None = None,
    waits_for_phone: bool = False,
    is_opening_stock: bool = False,
    desk_id: int | None = None,
) -> Batch:
    """Begins a batch of one carrier ('' for several) at a place (``'3-2'``; where the last batch stopped when None).

    ``print_mode`` is ``at_once``, ``batch_end`` or ``never`` (the settings' when None); ``waits_for_phone`` keeps each
    slip back until a phone was typed or the next parcel is scanned. Refused ``staff.not_allowed``, ``carrier.unknown``,
    ``batch.declared_unreadable``, ``batch.print_mode_unknown``, ``shelf.unreadable``, ``desk.unknown``.
    """
    require(tx.actor, Right.BATCH)
    desk = desk_of(tx, desk_id_of(tx, desk_id))
    business_on = shifts.ensure_open(tx).business_on
    place = parse_shelf(shelf) if isinstance(shelf, str) and shelf else shelf or None
    batch = batches.open_batch(
        tx, business_on, carrier=carrier, courier=courier, declared=declared, place=place, print_mode=print_mode,
        waits_for_phone=waits_for_phone, is_opening_stock=is_opening_stock, desk_id=desk.id if desk else None,
    )  # fmt: skip
    if desk is not None:
        desks.set_desk(tx, desk.id, open_batch_id=batch.id, mode="intake", open_parcel_id=None)
    return batch
