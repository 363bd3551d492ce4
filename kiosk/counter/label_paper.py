"""Stickers: a parcel's own, at intake when the settings say so, after a move and from its page; and those of the shelves.
They go to the printer with the sticker paper. Without a printer nothing is held up: paper is not the transaction."""

from __future__ import annotations

from collections.abc import Sequence

from kiosk.codes import ShelfPlace
from kiosk.counter.last_acts import desk_id_of
from kiosk.counter.paper import Told, printer_at
from kiosk.errors import Refused
from kiosk.parcels import shelf_map, store
from kiosk.parcels.model import CASE, IN_STOCK
from kiosk.parcels.slips import PARCEL_LABEL, freeze_parcel_label, freeze_shelf_label
from kiosk.people.rights import Right, require
from kiosk.printing import jobs, slips
from kiosk.storage import Tx
from kiosk.words import N_

#: Labels in one act: a rack, not the whole roll.
MOST_LABELS = 60


def label_printer(tx: Tx, desk_id: int | None) -> str:
    """The printer with the sticker paper, else the desk's; '' when there is none."""
    return tx.settings.labels.printer or printer_at(tx, desk_id)


def label_at_intake(tx: Tx, parcel_id: int, desk_id: int | None, *, is_on_shelf_already: bool) -> Told:
    """The sticker of a parcel that has just come in; none unless the settings ask for it."""
    if is_on_shelf_already or not tx.settings.labels.at_intake:
        return Told()
    return put_label(tx, parcel_id, desk_id)


def is_labelled(tx: Tx, parcel_id: int) -> bool:
    """Whether this parcel bears a sticker, or every parcel here does."""
    if tx.settings.labels.at_intake:
        return True
    return any(slip.template == PARCEL_LABEL for slip in slips.of_subject(tx, CASE, parcel_id))


def print_label(tx: Tx, parcel_id: int, *, desk_id: int | None = None) -> Told:
    """Prints the sticker of a parcel that lies here, as it is now. Refused ``parcel.not_here_for_label``,
    ``printer.none``, ``staff.not_allowed``."""
    require(tx.actor, Right.BATCH)
    if store.parcel(tx, parcel_id)["state"] not in IN_STOCK:
        raise Refused("parcel.not_here_for_label", N_("这件已经不在库，没有打印标签"), parcel_id=parcel_id)
    return put_label(tx, parcel_id, _printer_desk(tx, desk_id))


def put_label(tx: Tx, parcel_id: int, desk_id: int | None) -> Told:
    """Freezes the sticker and queues it, if there is a printer."""
    slip_id = freeze_parcel_label(tx, store.parcel(tx, parcel_id))
    printer = label_printer(tx, desk_id)
    return Told(None, slip_id, jobs.queue(tx, slip_id, printer) if printer else None)


def print_shelf_labels(tx: Tx, places: Sequence[ShelfPlace], *, desk_id: int | None = None) -> list[int]:
    """Prints the labels of these places; the ids of the jobs. Refused ``shelf.unknown``, ``label.too_many``,
    ``printer.none``, ``staff.not_allowed``."""
    require(tx.actor, Right.SERVE)
    if not 0 < len(places) <= MOST_LABELS:
        raise Refused(
            "label.too_many", N_("一次请选 1 到 {most} 个货架打标签，没有打印"), most=MOST_LABELS
        )  # fmt: skip
    at = _printer_desk(tx, desk_id)
    printer = label_printer(tx, at)
    found = [shelf_map.mapped_place(tx, place) for place in places]
    return [jobs.queue(tx, freeze_shelf_label(tx, one.place, one.plan.note), printer) for one in found]


def _printer_desk(tx: Tx, desk_id: int | None) -> int | None:
    at = desk_id_of(tx, desk_id)
    if not label_printer(tx, at):
        raise Refused("printer.none", N_("没有配置打印机，没有打印标签；请先在设备页设置打印机"))
    return at
