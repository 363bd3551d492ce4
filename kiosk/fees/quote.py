"""Works a fee out from a published item; pure. Half-up to the fen (domain.md §5.7).

What lies within an item's free allowance costs nothing, whatever its least fee; what is charged at all is never less
than its least and never more than its most.
"""

from __future__ import annotations

from typing import Any

from kiosk import money
from kiosk.errors import Refused
from kiosk.fees.model import FeeItem, FeeVersion, Quote
from kiosk.words import N_

#: What is charged, in words, and the facts that the words name.
Worked = tuple[int, str, dict[str, Any]]

_FIXED = N_("{each}/{unit} × {quantity}")
_FIXED_ALLOWED = N_("{each}/{unit} ×（{quantity} − 免 {free}）")
_PERCENT = N_("{amount} × {percent}")
_PERCENT_ALLOWED = N_("（{amount} − 免 {free}）× {percent}")
_BY_AMOUNT = N_("金额 {amount} 对应档")
_BY_WEIGHT = N_("{grams} 克对应档")
_PER_DAY = N_("超期 {days} 天 × {each}（前 {free} 天免费）")
_AT_LEAST = {
    _FIXED: N_("{each}/{unit} × {quantity}，最低 {low}"),
    _FIXED_ALLOWED: N_("{each}/{unit} ×（{quantity} − 免 {free}），最低 {low}"),
    _PERCENT: N_("{amount} × {percent}，最低 {low}"),
    _PERCENT_ALLOWED: N_("（{amount} − 免 {free}）× {percent}，最低 {low}"),
    _BY_AMOUNT: N_("金额 {amount} 对应档，最低 {low}"),
    _BY_WEIGHT: N_("{grams} 克对应档，最低 {low}"),
    _PER_DAY: N_("超期 {days} 天 × {each}（前 {free} 天免费），最低 {low}"),
}
_AT_MOST = {
    _FIXED: N_("{each}/{unit} × {quantity}，最高 {high}"),
    _FIXED_ALLOWED: N_("{each}/{unit} ×（{quantity} − 免 {free}），最高 {high}"),
    _PERCENT: N_("{amount} × {percent}，最高 {high}"),
    _PERCENT_ALLOWED: N_("（{amount} − 免 {free}）× {percent}，最高 {high}"),
    _BY_AMOUNT: N_("金额 {amount} 对应档，最高 {high}"),
    _BY_WEIGHT: N_("{grams} 克对应档，最高 {high}"),
    _PER_DAY: N_("超期 {days} 天 × {each}（前 {free} 天免费），最高 {high}"),
}


def quote(
    version: FeeVersion | None, code: str, *, quantity: int = 1, amount_fen: int = 0, grams: int = 0, days: int = 0
) -> Quote:
    """The fee of item ``code`` in this version, with its calculation.

    Raises ``Refused('fee.not_published')`` when no version is in force or it has no such item: what is not published
    is not charged, not even as zero.
    """
    item = version.item(code) if version is not None else None
    if version is None or item is None:
        raise Refused(
            "fee.not_published",
            N_("「{code}」没有公示的收费标准，不能收费；请站长先在价目表公示（可公示为免费）"),
            code=code,
        )
    fee_fen, words, facts = work_out(item, quantity=quantity, amount_fen=amount_fen, grams=grams, days=days)
    return Quote(item.code, item.name_zh, fee_fen, words, facts, version.id, version.number)


def work_out(item: FeeItem, *, quantity: int = 1, amount_fen: int = 0, grams: int = 0, days: int = 0) -> Worked:
    """What an item comes to: fen, the marked words of the calculation, their facts."""
    terms = item.terms
    match item.rule:
        case "free":
            return 0, N_("免费"), {}
        case "actual_cost":
            return amount_fen, N_("按实际费用 {amount}"), {"amount": money.show(amount_fen)}
        case "fixed_per_unit":
            free = terms.get("free_allowance", 0)
            facts = {"each": money.show(terms["amount"]), "unit": item.unit, "quantity": quantity, "free": free}
            charged = max(0, quantity - free)
            return _within(item, terms["amount"] * charged, _FIXED_ALLOWED if free else _FIXED, facts, bool(charged))
        case "percent_of_amount" | "percent_with_min_max":
            free = terms.get("free_allowance", 0)
            charged = max(0, amount_fen - free)
            facts = {
                "amount": money.show(amount_fen), "percent": show_percent(terms["percent"]), "free": money.show(free),
            }  # fmt: skip
            fee_fen = money.share(charged, terms["percent"])
            return _within(item, fee_fen, _PERCENT_ALLOWED if free else _PERCENT, facts, not free or charged > 0)
        case "tier_by_amount":
            fee_fen = _tier(item, amount_fen)
            return _within(item, fee_fen, _BY_AMOUNT, {"amount": money.show(amount_fen)}, fee_fen > 0)
        case "tier_by_weight":
            fee_fen = _tier(item, grams)
            return _within(item, fee_fen, _BY_WEIGHT, {"grams": grams}, fee_fen > 0)
        case "per_day_after_free_days":
            charged = max(0, days - terms["free_days"])
            facts = {"days": charged, "each": money.show(terms["amount"]), "free": terms["free_days"]}
            return _within(item, terms["amount"] * charged * quantity, _PER_DAY, facts, charged > 0)
    raise ValueError(f"no such rule: {item.rule}")


def _tier(item: FeeItem, measured: int) -> int:
    tiers = item.terms["tiers"]
    fee_fen: int = next(t["fee_fen"] for t in tiers if t["up_to"] is None or measured <= t["up_to"])
    return fee_fen


def _within(item: FeeItem, fee_fen: int, words: str, facts: dict[str, Any], is_charged: bool) -> Worked:
    low, high = item.terms.get("min"), item.terms.get("max")
    if is_charged and low is not None and fee_fen < low:
        return low, _AT_LEAST[words], facts | {"low": money.show(low)}
    if is_charged and high is not None and fee_fen > high:
        return high, _AT_MOST[words], facts | {"high": money.show(high)}
    return fee_fen, words, facts


def show_percent(myriad: int) -> str:
    """Ten-thousandths as a percentage without needless zeros: 300 → 3%, 50 → 0.5%."""
    whole, rest = divmod(myriad, 100)
    return f"{whole}.{rest:02d}".rstrip("0").rstrip(".") + "%" if rest else f"{whole}%"
