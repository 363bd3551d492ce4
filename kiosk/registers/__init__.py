"""登记簿 (registers): complaints, inspections, assets, trainings and whatever else a county has kept in a book. Which there are, and
what each asks, is data in ``config/registers``, so that a county adds one without code."""

from kiosk.registers import records  # declares what the audit chain takes, before any act writes it
from kiosk.registers.actions import open_entry
from kiosk.registers.clocks import Due, due
from kiosk.registers.counting import counts
from kiosk.registers.definitions import counters, register, registers
from kiosk.registers.model import Counter, Register
from kiosk.registers.store import Entry, entries, entry
from kiosk.registers.typed import Typed

__all__ = [
    "Counter", "Due", "Entry", "Register", "Typed", "counters", "counts", "due", "entries", "entry", "open_entry", "records",
    "register", "registers",
]  # fmt: skip
