"""缴费 (bill payment): the villager's money is taken for a biller. The station records; it moves no money by itself."""

from kiosk.bills import records  # declares what the audit chain takes, before any act writes it

__all__ = ["records"]
