"""移库 of several parcels: scan the place, then every box that goes there; or tick them on a page. Each is moved by itself
with its own label; the pickup code stays, the villager holds it."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from kiosk.codes import Recognised, ShelfPlace, parse_shelf
from kiosk.counter import last_acts
from kiosk.counter.correct import relocate
from kiosk.counter.scanned_parcel import scanned_parcel
from kiosk.errors import Refused
from kiosk.notices.actions import UnderWay
from kiosk.parcels import places, refusals, store
from kiosk.parcels.model import GONE
from kiosk.people import desks
from kiosk.people.rights import Right, require
from kiosk.storage import Tx
from kiosk.words import N_, say

MODE = "relocate"
MOST_AT_ONCE = 60
#: Moves of a desk that 撤销 carries back one by one: parcel, the place where it was, and where it was put. A pile of
#: its own beside the desk's: it begins anew with the mode, so that 撤销 never carries back what was moved this morning.
KEPT, _PILE = 12, "moves"


@dataclass(frozen=True, slots=True)
class Moved:
    """What became of one parcel, or of the place scanned. ``message`` is marked, ``facts`` fill it."""

    code: str
    message: str
    facts: dict[str, Any] = field(default_factory=dict)
    parcel_id: int | None = None
    is_moved: bool = False

    def __str__(self) -> str:
        return say(self.message, **self.facts)


def begin(tx: Tx, *, desk_id: int) -> None:
    """The desk moves parcels now: a shelf's label says where to, each box scanned goes there."""
    require(tx.actor, Right.BATCH)
    desks.set_desk(tx, desk_id, mode=MODE, open_parcel_id=None, at_place="")
    _keep(tx, desk_id, [])


def leave(tx: Tx, *, desk_id: int) -> None:
    """The desk serves again."""
    if desks.desk(tx, desk_id).mode == MODE:
        desks.set_desk(tx, desk_id, mode="home", at_place="")


def move_place(tx: Tx, shelf: str, *, desk_id: int) -> Moved:
    """What is scanned next at the desk goes to this place, which is made known. Refused ``shelf.unreadable``,
    ``staff.not_allowed``."""
    require(tx.actor, Right.BATCH)
    place = places.know(tx, parse_shelf(shelf))
    desks.set_desk(tx, desk_id, at_place=str(place))
    return Moved("relocate.place_set", N_("移到 {place}：请扫要放过来的快件"), {"place": str(place)})


def move_scan(tx: Tx, recognised: Recognised, *, desk_id: int, under_way: UnderWay | None = None) -> Moved:
    """The box scanned goes to the desk's place.

    Refused ``relocate.no_place``, ``parcel.not_found``, ``scan.which_piece``, ``parcel.already_handed_over`` and the like,
    ``staff.not_allowed``."""
    require(tx.actor, Right.BATCH)
    at = desks.desk(tx, desk_id).at_place
    if not at:
        raise Refused("relocate.no_place", N_("还不知道要移到哪里，没有移动；请先扫货架标签，再扫快件"))
    row = scanned_parcel(tx, recognised)
    if row is None:
        raise Refused("parcel.not_found", N_("这个运单不在库，也没有来过；要入库请按 F1 或扫“入库”指令码"))
    if row["state"] in GONE:
        raise refusals.gone(tx, row)
    moved = _move(tx, row["id"], parse_shelf(at), desk_id, under_way)
    if moved.is_moved:
        before = [*desks.desk(tx, desk_id).last_act.get(_PILE, ()), f"{row['id']}:{_written(moved)}"][-KEPT:]
        _keep(tx, desk_id, before)
        last_acts.remember_here(tx, last_acts.MOVE, [row["id"]], _written(moved), desk_id)
    return moved


def undo_move(tx: Tx, *, desk_id: int, under_way: UnderWay | None = None) -> Moved:
    """Carries back what was scanned last in this mode; called again, the one before it. A parcel that left or was moved
    on since is passed over. Refused ``undo.nothing``, ``staff.not_allowed``."""
    require(tx.actor, Right.BATCH)
    pile = list(desks.desk(tx, desk_id).last_act.get(_PILE, ()))
    while pile:
        parcel_id, _, written = pile.pop().partition(":")
        row = store.parcel(tx, int(parcel_id))
        before = came_from(row, written)
        if not before:
            continue
        _keep(tx, desk_id, pile)
        return replace(
            _move(tx, row["id"], parse_shelf(before), desk_id, under_way),
            code="relocate.undone", message=N_("{pickup_code} 放回 {place}，取件码不变"),
        )  # fmt: skip
    raise Refused("undo.nothing", N_("这个柜台没有可以撤销的上一步；要更正请打开快件页面"))


def came_from(row: sqlite3.Row, written: str) -> str:
    """The place to which an undo carries a parcel back that was moved (``1-1>3-2``); ``''`` when it left since, or lies
    elsewhere by now: somebody carried it on, or back."""
    before, _, to = written.partition(">")
    return before if row["state"] not in GONE and f"{row['shelf']}-{row['layer']}" == to else ""


def _written(moved: Moved) -> str:
    return f"{moved.facts['from']}>{moved.facts['place']}"


def _keep(tx: Tx, desk_id: int, pile: list[str]) -> None:
    desks.set_desk(tx, desk_id, last_act={**desks.desk(tx, desk_id).last_act, _PILE: pile})


def relocate_many(
    tx: Tx,
    parcel_ids: Sequence[int],
    shelf: str | ShelfPlace,
    *,
    desk_id: int | None = None,
    under_way: UnderWay | None = None,
) -> tuple[Moved, ...]:
    """Moves every parcel that may be; one that may not stays as it is and says why.

    Refused for all of them: ``relocate.nothing_ticked``, ``relocate.too_many``, ``shelf.unreadable``,
    ``staff.not_allowed``."""
    require(tx.actor, Right.BATCH)
    place = parse_shelf(shelf) if isinstance(shelf, str) else shelf
    ids = list(dict.fromkeys(parcel_ids))
    if not ids:
        raise Refused("relocate.nothing_ticked", N_("没有勾选快件，没有移动；请先勾选"))
    if len(ids) > MOST_AT_ONCE:
        raise Refused("relocate.too_many", N_("一次最多移 {most} 件，没有移动；请分几次"), most=MOST_AT_ONCE)
    done = []
    for parcel_id in ids:
        try:
            done.append(_move(tx, parcel_id, place, desk_id, under_way))
        except Refused as refused:
            # Every check comes before the first row is written, so a refused one has left nothing behind.
            done.append(Moved(refused.code, refused.message, dict(refused.facts), parcel_id))
    if moved := [one for one in done if one.is_moved and one.parcel_id is not None]:
        before = ",".join(map(_written, moved))
        last_acts.remember_here(tx, last_acts.MOVE, [one.parcel_id for one in moved if one.parcel_id], before, desk_id)
    return tuple(done)


def _move(tx: Tx, parcel_id: int, place: ShelfPlace, desk_id: int | None, under_way: UnderWay | None) -> Moved:
    before = store.parcel(tx, parcel_id)
    if before["state"] in GONE:
        raise refusals.gone(tx, before)
    facts = {"pickup_code": before["pickup_code"], "place": str(place), "from": f"{before['shelf']}-{before['layer']}"}
    if not relocate(tx, parcel_id, place, desk_id=desk_id, under_way=under_way).fields:
        return Moved("relocate.is_there", N_("{pickup_code} 已经在 {place}，没有再移"), facts, parcel_id)
    return Moved("parcel.relocated", N_("{pickup_code} 移到 {place}，取件码不变"), facts, parcel_id, is_moved=True)
