"""The business day: opened by its first act, closed once by a person, never changed afterwards; who answers for its drawer,
and when the station was open."""

from kiosk.shifts.actions import PIECES_FEN, close, counted, date_of_act, ensure_open, hand_drawer, set_float
from kiosk.shifts.model import REASON_WORDS, Acceptance, Day, HandOver
from kiosk.shifts.store import (
    day,
    days,
    days_between,
    hand_over,
    hand_overs_on,
    has_cash,
    holder,
    last_day,
    open_day,
    was_closed_since,
)

__all__ = [
    "PIECES_FEN",
    "REASON_WORDS",
    "Acceptance",
    "Day",
    "HandOver",
    "close",
    "counted",
    "date_of_act",
    "day",
    "days",
    "days_between",
    "ensure_open",
    "hand_drawer",
    "hand_over",
    "hand_overs_on",
    "has_cash",
    "holder",
    "last_day",
    "open_day",
    "set_float",
    "was_closed_since",
]
