"""How long personal values are kept, and how they go: one registry in which each room declares its cases, one schedule, one
list of erasures, requests of the people themselves. A room of its own below all that hold people and above the vault,
because the schedule and a restore must reach every case without any room knowing another."""

from kiosk.retention.kinds import Field, Kind, Line, all_kinds, declare, kind_of, lines
from kiosk.retention.terms import TERMS, Term, days_of, set_term, terms

__all__ = [
    "TERMS", "Field", "Kind", "Line", "Term", "all_kinds", "days_of", "declare", "kind_of", "lines", "set_term", "terms",
]  # fmt: skip
