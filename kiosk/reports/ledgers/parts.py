"""Pieces of SQL that several ledgers share: a value in the vault, the fee that a case was charged, who did it. Each names
the case by an expression of the ledger's own source."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from kiosk.consignment.measure import show_quantity
from kiosk.storage import Reader


def kept(case_kind: str, case_id: str, field: str) -> str:
    """A personal value of a case, NULL where there is none."""
    return (
        f"(SELECT v.value FROM vault v WHERE v.case_kind = '{case_kind}' AND v.case_id = {case_id}"
        f" AND v.field = '{field}')"
    )


def nothing_kept(case_kind: str, case_id: str) -> str:
    """True where the vault holds nothing of a case that has always had something: its person was erased."""
    return f"NOT EXISTS (SELECT 1 FROM vault v WHERE v.case_kind = '{case_kind}' AND v.case_id = {case_id})"


def fee(case_kind: str, case_id: str, column: str = "fee_fen") -> str:
    """What was charged for a case by lines that stand: fees less what was given back."""
    return (
        f"(SELECT COALESCE(SUM(l.{column}), 0) FROM ticket_lines l WHERE l.case_kind = '{case_kind}'"
        f" AND l.case_id = {case_id} AND l.state = 'done')"
    )


def staff(kind: str, number: str) -> str:
    """Who did it, as ``by_staff`` reads it."""
    return f"{kind} || ':' || {number}"


def quantity(amount: str, unit: str, size: str) -> str:
    """A quantity with its unit, as ``by_quantity`` reads it."""
    return f"{amount} || '|' || {size} || '|' || {unit}"


def by_quantity(db: Reader) -> Callable[[Any], str]:
    """Reads pieces or grams in the unit that the goods are priced by: ``1.25 斤``."""

    def read(value: Any) -> str:
        amount, size, unit = str(value).split("|", 2)
        return show_quantity(int(amount), unit, int(size))

    return read
