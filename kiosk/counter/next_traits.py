"""What the operator said is special about the parcel that is scanned next at a desk: a key or a command card before the
scan, because the place is allotted with the scan. It holds for one parcel and stands in the desk's row."""

from __future__ import annotations

from dataclasses import replace

from kiosk.codes import ShelfPlace
from kiosk.errors import Refused
from kiosk.parcels import store
from kiosk.parcels import traits as room
from kiosk.parcels.allotment import is_meant_for
from kiosk.parcels.model import IN_STOCK
from kiosk.parcels.traits import Trait
from kiosk.people import desks
from kiosk.people.model import Desk
from kiosk.people.rights import Right, require
from kiosk.storage import Reader, Tx
from kiosk.words import N_

_KEY = "special"


def said_at(desk: Desk | None) -> frozenset[Trait]:
    """What was said of the desk's next parcel."""
    return room.read(desk.last_act.get(_KEY, ())) if desk is not None else room.NOTHING


def without(desk: Desk | None) -> Desk | None:
    """The desk as it is once the parcel has come: nothing is said of the one after it."""
    if desk is None or _KEY not in desk.last_act:
        return desk
    return replace(desk, last_act={name: value for name, value in desk.last_act.items() if name != _KEY})


def toggle_next(tx: Tx, desk_id: int, trait: str) -> frozenset[Trait]:
    """Says of the next parcel at this desk that it is so, or not so after all. Refused ``trait.unknown``,
    ``intake.no_batch``, ``staff.not_allowed``."""
    require(tx.actor, Right.BATCH)
    desk = desks.desk(tx, desk_id)
    if desk.open_batch_id is None:
        raise Refused("intake.no_batch", N_("还没有开始入库批次，没有入库；请先选快递公司开始一批"))
    (wanted,) = room.read([trait])
    now = room.toggled(said_at(desk), wanted)
    desks.set_desk(tx, desk_id, last_act={**desk.last_act, _KEY: sorted(now)})
    return now


def note_traits(tx: Tx, parcel_id: int, traits: list[str]) -> bool:
    """Notes what is special about a parcel that lies here; returns whether its place is meant for such parcels.

    Refused ``trait.*``, ``parcel.not_here_for_traits``, ``staff.not_allowed``."""
    require(tx.actor, Right.BATCH)
    row = store.parcel(tx, parcel_id)
    if row["state"] not in IN_STOCK:
        raise Refused("parcel.not_here_for_traits", N_("这件已经不在库，特点没有记下"), parcel_id=parcel_id)
    found = room.read(traits)
    room.note(tx, parcel_id, found)
    return suits_its_place(tx, parcel_id)


def suits_its_place(db: Reader, parcel_id: int) -> bool:
    """Whether a parcel lies where such parcels are meant to lie."""
    row = store.parcel(db, parcel_id)
    if row["shelf"] is None:
        return True
    return is_meant_for(db, ShelfPlace(row["shelf"], row["layer"]), room.wish(room.of(db, parcel_id)))
