"""Papers of the day that change nothing: the X slip with the figures so far, the sheet of a month's opening hours."""

from __future__ import annotations

from kiosk.people.rights import Right, require
from kiosk.reports import day_slips, hours
from kiosk.storage import Tx
from kiosk.till import actions as till
from kiosk.till import drawer


def take_x(tx: Tx) -> tuple[int, int | None]:
    """The X slip of the open day: slip and print job. What should be in the drawer never stands on it.

    Raises ``Refused`` with ``staff.not_allowed`` or ``day.none_open``.
    """
    require(tx.actor, Right.CLOSE_DAY)
    slip_id = day_slips.freeze_x_slip(tx, drawer.open_day(tx))
    return slip_id, till.print_at_desk(tx, slip_id, None)


def print_hours(tx: Tx, month: str) -> tuple[int, int | None]:
    """The sheet of a month's opening hours: slip and print job. Raises ``Refused`` with ``hours.month_wrong``."""
    require(tx.actor, Right.CLOSE_DAY)
    slip_id = day_slips.freeze_hours(tx, hours.month_of(tx, month, tx.now))
    return slip_id, till.print_at_desk(tx, slip_id, None)
