"""Opens the business day on purpose, with the change that lies in the drawer. Any first act opens it too."""

from __future__ import annotations

from collections.abc import Mapping

from kiosk import shifts
from kiosk.people.rights import Right, require
from kiosk.shifts import Day, clock_trust
from kiosk.shifts.model import Acceptance
from kiosk.storage import Tx


def open_day(tx: Tx, float_fen: int | None = None, *, pieces: Mapping[int, int] | None = None) -> Day:
    """The open day, opened if none is; ``pieces`` (denomination in fen → number) or ``float_fen`` say how much change
    lies in the drawer.

    Raises ``Refused`` with ``staff.not_allowed``, ``day.clock_wrong``, ``day.dated_ahead``, ``day.float_negative``,
    ``day.float_too_late``, ``day.float_differs`` (the two say different sums), ``day.count_unreadable``.
    """
    require(tx.actor, Right.SERVE)
    if float_fen is None and pieces is None:
        return shifts.ensure_open(tx)
    return shifts.set_float(tx, shifts.counted(pieces or {}) if float_fen is None else float_fen, pieces)


def accept_clock(tx: Tx, reason: str) -> Acceptance:
    """A manager's word that the present time is right although the last day's records are later. Refusals as
    ``shifts.clock_trust.accept_clock``."""
    require(tx.actor, Right.MANAGE)
    return clock_trust.accept_clock(tx, reason)
