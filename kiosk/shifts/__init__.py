"""The business day: opened by its first act, closed once by a person, never changed afterwards."""

from kiosk.shifts.actions import PIECES_FEN, close, ensure_open, set_float
from kiosk.shifts.model import Day
from kiosk.shifts.store import day, days, last_day, open_day

__all__ = ["PIECES_FEN", "Day", "close", "day", "days", "ensure_open", "last_day", "open_day", "set_float"]
