"""Prints a published fee list on receipt paper: for whoever asks what something costs, or for the counter's glass."""

from __future__ import annotations

from kiosk import fees
from kiosk.counter.last_acts import desk_id_of
from kiosk.counter.paper import printer_at
from kiosk.counter.slips import FEE_BOARD
from kiosk.errors import Refused
from kiosk.people.rights import Right, require
from kiosk.printing import jobs, slips
from kiosk.storage import Tx
from kiosk.words import N_


def print_fee_board(tx: Tx, number: int, *, desk_id: int | None = None) -> int:
    """Issues the slip of version ``number`` and queues it; returns the slip's id.

    Refused ``staff.not_allowed``, ``fees.unknown_version``, ``printer.none``.
    """
    require(tx.actor, Right.SERVE)
    version = fees.numbered(tx, number)
    if version is None:
        raise Refused("fees.unknown_version", N_("没有第 {number} 版价目表，请核对版本"), number=number)
    printer = printer_at(tx, desk_id_of(tx, desk_id))
    if not printer:
        raise Refused("printer.none", N_("没有配置打印机，没有打印；可以打开「墙上公示」在电脑上打印"))
    station = tx.settings.station
    facts = {
        "station": station.name, "phone": station.phone, "number": version.number,
        "effective_on": version.effective_on, "basis": version.basis, "approver": version.approver,
        "items": [item.written() for item in version.items],
    }  # fmt: skip
    slip_id = slips.freeze(tx, FEE_BOARD, facts, {}, "fee_version", version.id)
    jobs.queue(tx, slip_id, printer)
    return slip_id
