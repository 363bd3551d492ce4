"""Enters and withdraws closings: days and hours on which the station is not open, before or after."""

from __future__ import annotations

from kiosk.people.rights import Right, require
from kiosk.shifts import closings
from kiosk.shifts.closings import Closing
from kiosk.storage import Tx


def enter_closing(
    tx: Tx, from_on: str, to_on: str, reason: str, from_time: str | None = None, to_time: str | None = None
) -> Closing:
    """Enters a closing; refusals as ``shifts.closings.enter_closing``."""
    require(tx.actor, Right.CLOSE_DAY)
    return closings.enter_closing(tx, from_on, to_on, reason, from_time, to_time)


def withdraw_closing(tx: Tx, closing_id: int) -> Closing:
    """Withdraws a closing that was entered by mistake; refusals as ``shifts.closings.withdraw_closing``."""
    require(tx.actor, Right.CLOSE_DAY)
    return closings.withdraw_closing(tx, closing_id)
