"""A shelf's label scanned in intake: the batch stays in this row until the label is scanned again. Outside intake the
label says what lies there, and in 盘点 and 移库 which place is meant; that is decided in ``scan_decision``."""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.codes import ShelfPlace, parse_shelf
from kiosk.errors import Refused
from kiosk.parcels import batches
from kiosk.people import desks
from kiosk.people.rights import Right, require
from kiosk.storage import Tx
from kiosk.words import N_


@dataclass(frozen=True, slots=True)
class Locked:
    """Where the batch's parcels go now, and whether they stay there."""

    place: ShelfPlace
    is_locked: bool

    @property
    def message(self) -> str:
        """What to say of it, marked."""
        if self.is_locked:
            return N_("锁定 {place}：下面的快件都放这里，再扫一次货架标签解锁")
        return N_("已解锁：从 {place} 起放，放满自动换下一格")


def lock_row(tx: Tx, shelf: str | ShelfPlace, *, desk_id: int) -> Locked:
    """Locks the open batch of the desk to a place, or unlocks it there. Refused ``shelf.unreadable``,
    ``intake.no_batch``, ``batch.closed``, ``staff.not_allowed``."""
    require(tx.actor, Right.BATCH)
    place = parse_shelf(shelf) if isinstance(shelf, str) else shelf
    batch_id = desks.desk(tx, desk_id).open_batch_id
    if batch_id is None:
        raise Refused("intake.no_batch", N_("还没有开始入库批次，没有入库；请先选快递公司开始一批"))
    return Locked(place, batches.lock_row(tx, batch_id, place))
