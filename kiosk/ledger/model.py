"""The accounts of a station, and what is recorded of an entry."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from kiosk import audit
from kiosk.words import N_


class Account(StrEnum):
    """Where money stands. Assets grow by debit (positive), what is owed and earned by credit (negative)."""

    DRAWER = "drawer"  # cash in the drawer
    WECHAT = "wechat"
    ALIPAY = "alipay"
    UNIONPAY = "unionpay"
    BANK_CARD = "bank_card"
    DEBTS = "debts"  # 赊账: what customers owe, each a party
    OWNER = "owner"  # the station's own money put in as float or taken out
    HELD_FOR_BILLS = "held_for_bills"  # villagers' money for bills not yet paid on
    HELD_FOR_PURCHASES = "held_for_purchases"  # customers' advances for proxy purchases
    HELD_FOR_SERVICES = "held_for_services"  # prices of tickets, rooms … not yet paid on
    PURCHASES_ADVANCED = "purchases_advanced"  # 垫付: the station has paid the shop, the customer owes it
    OWED_TO_CONSIGNORS = "owed_to_consignors"
    OWED_TO_CARRIERS = "owed_to_carriers"  # freight and 代收货款
    GOODS = "goods"  # goods bought up, at cost
    GOODS_SALES = "goods_sales"
    GOODS_COST = "goods_cost"
    FEE_INCOME = "fee_income"  # posting.service tells which
    COMMISSION = "commission"
    COMPENSATION = "compensation"  # 赔付
    EXPENSES = "expenses"
    ROUNDING = "rounding"  # 抹零
    OVER_SHORT = "over_short"  # 长短款


#: What a customer pays into, and where the station pays on from: never the drawer for a shop or a biller.
WALLETS = (Account.WECHAT, Account.ALIPAY, Account.UNIONPAY, Account.BANK_CARD)
PAID_FROM = {account.value: account for account in (*WALLETS, Account.OWNER)}


@dataclass(frozen=True, slots=True)
class Posting:
    """One line of an entry: fen, debit positive; ``service`` names the trade for income accounts, ``party`` who it is
    with (``customer:7``, ``supplier:3``, ``carrier:YTO``, ``bill:12`` …), '' for nobody in particular."""

    account: Account
    amount_fen: int
    service: str = ""
    party: str = ""


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
