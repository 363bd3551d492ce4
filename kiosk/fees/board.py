"""The fee board: each item in the words that a villager reads, the same on wall, slip, page and customer display."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from kiosk import money
from kiosk.fees.model import SERVICE_WORDS, SERVICES, FeeItem, FeeVersion
from kiosk.fees.quote import show_percent
from kiosk.words import N_, say


@dataclass(frozen=True, slots=True)
class BoardRow:
    """One line of the board, in one language: ``service_name`` only where a service begins."""

    service: str
    service_name: str
    code: str
    name: str
    unit: str
    fee: str
    basis: str


def rows(version: FeeVersion | None, locale: str | None = None) -> list[BoardRow]:
    """What the board of a version says, by service in the order of the counter; nothing while none is published."""
    return [] if version is None else rows_of(version.items, locale)


def rows_of(items: Iterable[FeeItem], locale: str | None = None) -> list[BoardRow]:
    """The same of items that are not published yet: what villagers will read."""
    found: list[BoardRow] = []
    kept = list(items)
    for service in SERVICES:
        name = say(SERVICE_WORDS[service], locale)
        for item in kept:
            if item.service == service:
                found.append(
                    BoardRow(service, name, item.code, item.name_zh, item.unit, in_words(item, locale), item.basis)
                )
                name = ""
    return found


def in_words(item: FeeItem, locale: str | None = None) -> str:
    """One line for wall board, form and page."""
    terms = item.terms
    match item.rule:
        case "free":
            return say(N_("免费"), locale)
        case "actual_cost":
            return say(N_("按实际费用"), locale)
        case "fixed_per_unit":
            parts = [say(N_("每{unit} {amount}"), locale, unit=item.unit, amount=money.yuan(terms["amount"]))]
            if terms.get("free_allowance"):
                parts.append(say(N_("前 {free} {unit}免费"), locale, free=terms["free_allowance"], unit=item.unit))
        case "percent_of_amount" | "percent_with_min_max":
            parts = [say(N_("金额的 {percent}"), locale, percent=show_percent(terms["percent"]))]
            if terms.get("free_allowance"):
                parts.append(say(N_("{free} 以内的部分免费"), locale, free=money.yuan(terms["free_allowance"])))
        case "per_day_after_free_days":
            each = money.yuan(terms["amount"])
            parts = [say(N_("前 {free} 天免费，以后每天 {amount}"), locale, free=terms["free_days"], amount=each)]
        case _:
            steps = [_step(tier, item.rule == "tier_by_weight", locale) for tier in terms["tiers"]]
            parts = [say(N_("；"), locale).join(steps)]
    for name, words in (("min", N_("最低 {amount}")), ("max", N_("最高 {amount}"))):
        if name in terms:
            parts.append(say(words, locale, amount=money.yuan(terms[name])))
    return say(N_("，"), locale).join(parts)


def _step(tier: dict[str, int | None], is_weight: bool, locale: str | None) -> str:
    fee = money.yuan(tier["fee_fen"] or 0)
    limit = tier["up_to"]
    if limit is None:
        return say(N_("再多 {fee}"), locale, fee=fee)
    up_to = _grams(limit) if is_weight else money.yuan(limit)
    return say(N_("{limit} 以内 {fee}"), locale, limit=up_to, fee=fee)


def _grams(grams: int) -> str:
    return f"{grams} g" if grams % 500 else f"{grams / 1000:g} kg"
