"""Opens the business day on purpose, with the change that lies in the drawer. Any first act opens it too."""

from __future__ import annotations

from kiosk import shifts
from kiosk.people.rights import Right, require
from kiosk.shifts import Day
from kiosk.storage import Tx


def open_day(tx: Tx, float_fen: int | None = None) -> Day:
    """The open day, opened if none is; ``float_fen`` says how much change lies in the drawer.

    Raises ``Refused`` with ``staff.not_allowed``, ``day.clock_wrong``, ``day.float_negative``, ``day.float_too_late``.
    """
    require(tx.actor, Right.SERVE)
    return shifts.ensure_open(tx) if float_fen is None else shifts.set_float(tx, float_fen)
