"""What each service does when its line is settled, taken off or undone. The one table that joins the till to the
services behind it; a line that is not in it was a free act and is undone on its own page."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from kiosk.bills import actions as bills
from kiosk.consignment import actions as consignment
from kiosk.purchases import actions as purchases
from kiosk.storage import Tx
from kiosk.till.model import Line

LineEffect = Callable[[Tx, Line], None]


@dataclass(frozen=True, slots=True)
class LineActs:
    """``take_effect`` as the ticket is settled, ``withdraw`` as the line is taken off before, ``undo`` as a settled
    ticket is voided."""

    take_effect: LineEffect
    withdraw: LineEffect
    undo: LineEffect


def _nothing(tx: Tx, line: Line) -> None:
    """A fee alone: the money is the whole act."""


STORAGE_FEE = ("parcel", "charge_storage")

LINE_ACTS: Mapping[tuple[str, str], LineActs] = {
    ("purchase", "receive"): LineActs(
        take_effect=lambda tx, line: purchases.receive(tx, line.case_id),
        withdraw=lambda tx, line: purchases.cancel(tx, line.case_id),
        undo=lambda tx, line: purchases.cancel(tx, line.case_id),
    ),
    ("consignment", "sell"): LineActs(
        take_effect=lambda tx, line: consignment.sell(tx, line.case_id, line.commission_fen),
        withdraw=lambda tx, line: consignment.cancel(tx, line.case_id),
        undo=lambda tx, line: consignment.take_back(tx, line.case_id),
    ),
    ("bill", "receive"): LineActs(
        take_effect=lambda tx, line: bills.receive(tx, line.case_id),
        withdraw=lambda tx, line: bills.cancel(tx, line.case_id),
        undo=lambda tx, line: bills.refund(tx, line.case_id),
    ),
    STORAGE_FEE: LineActs(_nothing, _nothing, _nothing),
}


def acts_of(line: Line) -> LineActs | None:
    """The acts of a line's service; None for a free act."""
    return LINE_ACTS.get((line.service, line.act))
