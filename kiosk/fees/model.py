"""Fee items and versions. A version is one row whose items are frozen as canonical JSON with their hash."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from kiosk import audit
from kiosk.words import N_

audit.register(
    "fees.published",
    N_("公示第 {number} 版价目表，{effective_on} 起执行"),
    number=audit.NUMBER,
    effective_on=audit.TIME,
    hash=audit.HASH,
)

#: Services that a fee can belong to; one item a service and code.
SERVICES = ("parcel", "purchase", "consignment", "bill", "convenience", "outbound")
RULES = (
    "free",
    "fixed_per_unit",
    "percent_of_amount",
    "percent_with_min_max",
    "tier_by_amount",
    "tier_by_weight",
    "per_day_after_free_days",
    "actual_cost",
)


@dataclass(frozen=True, slots=True)
class FeeItem:
    """One line of the fee board. ``terms`` are the rule's numbers: fen, ten-thousandths, grams, days."""

    code: str
    name_zh: str
    service: str
    unit: str
    rule: str
    terms: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class FeeVersion:
    """A published fee list, frozen."""

    id: int
    number: int
    effective_on: str
    basis: str
    approver: str
    published_at: str
    hash: str
    items: tuple[FeeItem, ...]

    def item(self, code: str) -> FeeItem | None:
        """The item of this code."""
        return next((item for item in self.items if item.code == code), None)


@dataclass(frozen=True, slots=True)
class Quote:
    """A fee worked out from a published item: fen, and the calculation in words for the slip."""

    code: str
    name_zh: str
    fee_fen: int
    explanation: str
    facts: Mapping[str, Any]
    version_id: int
    version_number: int
