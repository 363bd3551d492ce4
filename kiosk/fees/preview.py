"""What a list that is not published yet would do: worked examples of each item, and what changes for whom."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from kiosk import money
from kiosk.fees.model import FeeItem, FeeVersion
from kiosk.fees.quote import work_out
from kiosk.words import N_, say


@dataclass(frozen=True, slots=True)
class Example:
    """One case in words, and what it comes to."""

    case: str
    fee_fen: int
    how: str


@dataclass(frozen=True, slots=True)
class Change:
    """One item against the version in force: ``kind`` is added, removed, changed or same."""

    kind: str
    code: str
    before: FeeItem | None
    after: FeeItem | None


CHANGE_WORDS = {
    "added": N_("新增"),
    "removed": N_("取消，以后不能收"),
    "changed": N_("改动"),
    "same": N_("不变"),
}
_USUAL_FEN = (10_00, 100_00, 1000_00)


def examples(item: FeeItem, locale: str | None = None) -> list[Example]:
    """Cases that show where an item's fee turns: around its allowance, its tiers, its least and most."""
    found = []
    for words, facts, measured in _cases(item):
        fee_fen, how, told = work_out(item, **measured)
        found.append(Example(say(words, locale, **facts), fee_fen, say(how, locale, **told)))
    return found


def _cases(item: FeeItem) -> Iterator[tuple[str, dict[str, object], dict[str, int]]]:
    terms = item.terms
    match item.rule:
        case "free":
            yield N_("不论多少"), {}, {}
        case "fixed_per_unit":
            free = terms.get("free_allowance", 0)
            for quantity in sorted({1, free, free + 1, free + 3} - {0}):
                yield N_("{n} {unit}"), {"n": quantity, "unit": item.unit}, {"quantity": quantity}
        case "tier_by_weight":
            for grams in _around(terms["tiers"]):
                yield N_("{n} 克"), {"n": grams}, {"grams": grams}
        case "per_day_after_free_days":
            for days in (terms["free_days"], terms["free_days"] + 1, terms["free_days"] + 5):
                yield N_("存放 {n} 天"), {"n": days}, {"days": days}
        case _:
            for amount_fen in _amounts(item):
                yield N_("金额 {amount}"), {"amount": money.yuan(amount_fen)}, {"amount_fen": amount_fen}


def _amounts(item: FeeItem) -> list[int]:
    terms = item.terms
    if "tiers" in terms:
        return _around(terms["tiers"])
    found = set(_USUAL_FEN)
    for name in ("min", "max"):  # the amount at which the least or most begins to hold
        if terms.get("percent") and name in terms:
            turn = terms[name] * 10_000 // terms["percent"] + terms.get("free_allowance", 0)
            if 0 < turn <= money.LIMIT_FEN:
                found.add(turn)
    if terms.get("free_allowance"):
        found.add(terms["free_allowance"])
    return sorted(found)


def _around(tiers: list[dict[str, int | None]]) -> list[int]:
    limits = [tier["up_to"] for tier in tiers if tier["up_to"] is not None]
    return sorted({step for limit in limits for step in (limit, limit + 1)} or {1})


def compare(before: FeeVersion | None, after: Iterable[FeeItem]) -> list[Change]:
    """What a new list changes against the version in force: changed, added and removed items first, then the same."""
    old = {item.code: item for item in before.items} if before is not None else {}
    new = {item.code: item for item in after}
    found = [
        Change("added" if code not in old else "same" if old[code] == item else "changed", code, old.get(code), item)
        for code, item in new.items()
    ]
    found += [Change("removed", code, item, None) for code, item in old.items() if code not in new]
    order = ("changed", "added", "removed", "same")
    return sorted(found, key=lambda change: order.index(change.kind))
