"""Fee items and versions. A version is one row whose items are frozen as canonical JSON with their hash; a draft is what
is being written, kept as it was typed, and charges nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
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
audit.register(
    "fees.draft_saved",
    N_("保存价目表草稿（{draft_id}，第 {revision} 次）"),
    draft_id=audit.ID,
    revision=audit.NUMBER,
    items=audit.NUMBER,
)
audit.register("fees.draft_discarded", N_("丢弃价目表草稿（{draft_id}）"), draft_id=audit.ID)

#: Services that a fee can belong to; one item a service and code.
SERVICES = ("parcel", "purchase", "consignment", "bill", "convenience", "outbound")
SERVICE_WORDS: Mapping[str, str] = {
    "parcel": N_("快递代收"),
    "outbound": N_("寄件"),
    "purchase": N_("代购"),
    "consignment": N_("代销"),
    "bill": N_("代缴费用"),
    "convenience": N_("便民服务"),
}
RULE_WORDS: Mapping[str, str] = {
    "free": N_("免费"),
    "fixed_per_unit": N_("每单位固定收费"),
    "percent_of_amount": N_("按金额的百分比"),
    "percent_with_min_max": N_("百分比，有最低最高"),
    "tier_by_amount": N_("按金额分档"),
    "tier_by_weight": N_("按重量分档"),
    "per_day_after_free_days": N_("免费几天后按天收"),
    "actual_cost": N_("按实际费用"),
}
RULES = tuple(RULE_WORDS)
#: Postal rules in many places forbid charging whoever collects a delivered parcel (domain.md §5.7).
INBOUND_WARNING = N_(
    "这一项向取件人收费：快递公司已付派费的快件，许多地方不许再收钱。请先核对当地规定和与快递公司的约定"
)


@dataclass(frozen=True, slots=True)
class FeeItem:
    """One line of the fee board. ``terms`` are the rule's numbers: fen, ten-thousandths, grams, days. ``basis`` and
    ``approver`` stand where they are another's than the list's."""

    code: str
    name_zh: str
    service: str
    unit: str
    rule: str
    terms: Mapping[str, Any]
    basis: str = ""
    approver: str = ""

    def written(self) -> dict[str, Any]:
        """What is frozen: an item without a basis of its own reads as it did before items could have one."""
        return {name: value for name, value in asdict(self).items() if value or name not in ("basis", "approver")}

    @property
    def warning(self) -> str:
        """The marked sentence that staff must see beside a fee on somebody's own parcel; '' for any other."""
        return INBOUND_WARNING if self.service == "parcel" and self.rule != "free" else ""


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
    published_by_kind: str = "staff"
    published_by: int = 0

    def item(self, code: str) -> FeeItem | None:
        """The item of this code."""
        return next((item for item in self.items if item.code == code), None)


@dataclass(frozen=True, slots=True)
class FeeList:
    """A fee document that can be read: what would be published."""

    effective_on: str
    basis: str
    approver: str
    items: tuple[FeeItem, ...]


@dataclass(frozen=True, slots=True)
class Mistake:
    """One thing that is wrong in a fee document: where (``items[2].amount``; ``item`` is 2, 0 for the list itself) and
    what, as a marked sentence."""

    place: str
    item: int
    field: str
    words: str


@dataclass(frozen=True, slots=True)
class Draft:
    """The fee list that is being written: a document as it was typed, readable or not."""

    id: int
    revision: int
    content: Mapping[str, Any]
    begun_at: str
    changed_at: str
    changed_by_kind: str
    changed_by_id: int


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
