"""A fee item in the words of the fee board: what is charged, readable by the villager it is charged to."""

from __future__ import annotations

from kiosk import money
from kiosk.fees.model import FeeItem
from kiosk.fees.quote import show_percent
from kiosk.words import N_, say


def in_words(item: FeeItem, locale: str | None = None) -> str:
    """One line for wall board, form and page."""
    terms = item.terms
    match item.rule:
        case "free":
            return say(N_("免费"), locale)
        case "fixed_per_unit":
            return say(N_("每{unit} {amount}"), locale, unit=item.unit, amount=money.yuan(terms["amount"]))
        case "percent_of_amount":
            return say(N_("金额的 {percent}"), locale, percent=show_percent(terms["percent"]))
        case "percent_with_min_max":
            return say(
                N_("金额的 {percent}，最低 {low}，最高 {high}"), locale, percent=show_percent(terms["percent"]),
                low=money.yuan(terms["min"]), high=money.yuan(terms["max"]),
            )  # fmt: skip
        case "per_day_after_free_days":
            return say(
                N_("前 {free} 天免费，以后每天 {amount}"), locale, free=terms["free_days"], amount=money.yuan(terms["amount"])
            )
        case "actual_cost":
            return say(N_("按实际费用"), locale)
    steps = [_step(tier, item.rule == "tier_by_weight", locale) for tier in terms["tiers"]]
    return say(N_("；"), locale).join(steps)


def _step(tier: dict[str, int | None], is_weight: bool, locale: str | None) -> str:
    fee = money.yuan(tier["fee_fen"] or 0)
    limit = tier["up_to"]
    if limit is None:
        return say(N_("再多 {fee}"), locale, fee=fee)
    up_to = f"{limit} g" if is_weight else money.yuan(limit)
    return say(N_("{limit} 以内 {fee}"), locale, limit=up_to, fee=fee)
