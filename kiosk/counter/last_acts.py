"""What a desk can take back, and how its open person was checked. Stands in the desk's row, so that 撤销上一件 does the
same in every tab and after a restart; ids and enums only."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from kiosk.people import desks
from kiosk.people.model import Desk
from kiosk.storage import Reader, Tx

#: So many acts back can be undone one by one; older ones are corrected on the parcel's page.
KEPT = 12
CHECK_IN = "check_in"
HAND_OVER = "hand_over"
#: A parcel that must be paid first was asked for: its line stands on the ticket.
COLLECT = "pay_first"
#: Set aside, put back, lost, found, with the wrong person, recovered, announced; ``more`` are the steps of the events, in the
#: order of the parcels.
MARK = "mark"
#: Moved to another place; ``more`` are the places before and after (``1-1>3-2``), in the order of the parcels.
MOVE = "relocate"
#: A consent was noted; ``more`` is its id.
CONSENT = "agree"
#: Put on a list of what leaves; ``more`` is the list's id.
LISTED = "list"
_LETTERS = {act[0]: act for act in (CHECK_IN, HAND_OVER, COLLECT, MARK, MOVE, CONSENT, LISTED)}


def desk_of(db: Reader, desk_id: int | None) -> Desk | None:
    """The desk, or None for a program without one."""
    return None if desk_id is None else desks.desk(db, desk_id)


def desk_id_of(tx: Tx, desk_id: int | None) -> int | None:
    """The desk named, else the one at which the actor works."""
    return tx.actor.desk_id if desk_id is None else desk_id


@dataclass(frozen=True, slots=True)
class Act:
    """One act of the pile. Written as ``c:12``, ``h:13,14`` or ``m:15:7``: the pile is read and written with every scan."""

    act: str
    parcel_ids: tuple[int, ...]
    more: str = ""

    def written(self) -> str:
        text = f"{self.act[0]}:{','.join(map(str, self.parcel_ids))}"
        return f"{text}:{self.more}" if self.more else text

    @classmethod
    def read(cls, text: str) -> Act:
        letter, ids, *more = text.split(":")
        return cls(_LETTERS[letter], tuple(map(int, ids.split(","))) if ids else (), more[0] if more else "")


def remember(tx: Tx, desk: Desk | None, act: str, parcel_ids: Iterable[int], more: str = "", **columns: Any) -> None:
    """Puts an act on top of the desk's pile and sets further columns of the desk with it."""
    if desk is None:
        return
    acts = [*desk.last_act.get("acts", ()), Act(act, tuple(parcel_ids), more).written()][-KEPT:]
    desks.set_desk(tx, desk.id, last_act={**desk.last_act, "acts": acts}, **columns)


def remember_here(tx: Tx, act: str, parcel_ids: Iterable[int], more: str = "", desk_id: int | None = None) -> None:
    """``remember`` at the desk named, else the one at which the actor works; a program has none and leaves nothing."""
    remember(tx, desk_of(tx, desk_id_of(tx, desk_id)), act, parcel_ids, more)


def latest_first(desk: Desk) -> Iterator[Act]:
    """The desk's pile from its top."""
    return map(Act.read, reversed(desk.last_act.get("acts", ())))


def last(desk: Desk) -> Act | None:
    """The act that 撤销上一件 would take back."""
    acts = desk.last_act.get("acts", ())
    return Act.read(acts[-1]) if acts else None


def drop_last(tx: Tx, desk: Desk) -> Desk:
    """Takes the top act off the pile, since it was undone, and returns the desk as it is then."""
    acts = list(desk.last_act.get("acts", ()))[:-1]
    desks.set_desk(tx, desk.id, last_act={**desk.last_act, "acts": acts})
    return desks.desk(tx, desk.id)


def last_parcel(desk: Desk) -> int | None:
    """The parcel that was checked in last at this desk, to which a phone typed now belongs; None once one was handed
    over since."""
    for act in latest_first(desk):
        if act.act == CHECK_IN:
            return act.parcel_ids[-1]
        if act.act in (HAND_OVER, COLLECT):
            break
    return None
