"""A published fee in words, for the fee board, the pages and the printed list: one sentence a tier."""

from __future__ import annotations

from typing import Any

from kiosk import money
from kiosk.fees.model import FeeItem
from kiosk.fees.quote import show_percent
from kiosk.words import N_

Sentence = tuple[str, dict[str, Any]]


def describe(item: FeeItem) -> list[Sentence]:
    """The rule of an item as marked sentences with their facts, one for each tier, one for any other rule."""
    terms = item.terms
    match item.rule:
        case "free":
            return [(N_("免费"), {})]
        case "fixed_per_unit":
            return [(N_("{each} / {unit}"), {"each": money.yuan(terms["amount"]), "unit": item.unit})]
        case "percent_of_amount":
            return [(N_("金额的 {percent}"), {"percent": show_percent(terms["percent"])})]
        case "percent_with_min_max":
            facts = {"percent": show_percent(terms["percent"]), "low": money.yuan(terms["min"])}
            facts["high"] = money.yuan(terms["max"])
            return [(N_("金额的 {percent}，最低 {low}，最高 {high}"), facts)]
        case "tier_by_amount":
            return [_tier(tier, last, money.yuan) for tier, last in _pairs(terms["tiers"])]
        case "tier_by_weight":
            return [_tier(tier, last, _grams) for tier, last in _pairs(terms["tiers"])]
        case "per_day_after_free_days":
            facts = {"free": terms["free_days"], "each": money.yuan(terms["amount"])}
            return [(N_("前 {free} 天免费，之后每天 {each}"), facts)]
        case "actual_cost":
            return [(N_("按实际费用"), {})]
    raise ValueError(f"no words for the fee rule {item.rule}")


def _pairs(tiers: list[dict[str, Any]]) -> list[tuple[dict[str, Any], int | None]]:
    return [(tier, tiers[number - 1]["up_to"] if number else None) for number, tier in enumerate(tiers)]


def _tier(tier: dict[str, Any], last: int | None, show: Any) -> Sentence:
    fee = money.yuan(tier["fee_fen"])
    if tier["up_to"] is not None:
        return N_("{limit} 以内 {fee}"), {"limit": show(tier["up_to"]), "fee": fee}
    if last is not None:
        return N_("超过 {limit} {fee}"), {"limit": show(last), "fee": fee}
    return N_("每笔 {fee}"), {"fee": fee}


def _grams(grams: int) -> str:
    whole, rest = divmod(grams, 1000)
    return f"{whole} kg" if not rest else f"{grams} g" if not whole else f"{whole}.{rest:03d}".rstrip("0") + " kg"
