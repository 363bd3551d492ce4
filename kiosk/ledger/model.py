"""The accounts of a station, and what is recorded of an entry."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from kiosk import audit
from kiosk.words import N_


class Account(StrEnum):
    """Where money stands. Assets grow by debit (positive), what is owed and earned by credit (negative)."""

    DRAWER = "drawer"  # cash in the drawer
    OWNER = "owner"  # the station's own cash put in as float or taken out
    HELD_FOR_BILLS = "held_for_bills"  # villagers' money for bills not yet paid on
    HELD_FOR_PURCHASES = "held_for_purchases"  # customers' advances for proxy purchases
    OWED_TO_CONSIGNORS = "owed_to_consignors"
    FEE_INCOME = "fee_income"  # posting.service tells which
    COMMISSION = "commission"
    OVER_SHORT = "over_short"  # 长短款


@dataclass(frozen=True, slots=True)
class Posting:
    """One line of an entry: fen, debit positive; ``service`` names the trade for income accounts."""

    account: Account
    amount_fen: int
    service: str = ""


audit.register(
    "entry.posted",
    N_("记账 {entry_no}：{kind}"),
    entry_no=audit.NUMBER,
    kind=audit.ENUM,
    entry_id=audit.ID,
    subject_kind=audit.ENUM,
    subject_id=audit.ID,
    sum_fen=audit.NUMBER,
)
