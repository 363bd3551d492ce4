"""Works a fee out from a published item; pure. Half-up to the fen (domain.md §5.7)."""

from __future__ import annotations

from typing import Any

from kiosk import money
from kiosk.errors import Refused
from kiosk.fees.model import FeeItem, FeeVersion, Quote
from kiosk.words import N_


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
    fee_fen, words, facts = _RULES[item.rule](item, quantity, amount_fen, grams, days)
    return Quote(item.code, item.name_zh, fee_fen, words, facts, version.id, version.number)


def _free(item: FeeItem, *_: int) -> tuple[int, str, dict[str, Any]]:
    return 0, N_("免费"), {}


def _fixed(item: FeeItem, quantity: int, *_: int) -> tuple[int, str, dict[str, Any]]:
    each = item.terms["amount"]
    return (
        each * quantity,
        N_("{each}/{unit} × {quantity}"),
        {"each": money.show(each), "unit": item.unit, "quantity": quantity},
    )


def _percent(item: FeeItem, quantity: int, amount_fen: int, *_: int) -> tuple[int, str, dict[str, Any]]:
    myriad = item.terms["percent"]
    facts = {"amount": money.show(amount_fen), "percent": show_percent(myriad)}
    return money.share(amount_fen, myriad), N_("{amount} × {percent}"), facts


def _percent_between(item: FeeItem, quantity: int, amount_fen: int, *_: int) -> tuple[int, str, dict[str, Any]]:
    plain, _words, facts = _percent(item, quantity, amount_fen)
    low, high = item.terms["min"], item.terms["max"]
    if plain < low:
        return low, N_("{amount} × {percent}，最低 {low}"), facts | {"low": money.show(low)}
    if plain > high:
        return high, N_("{amount} × {percent}，最高 {high}"), facts | {"high": money.show(high)}
    return plain, N_("{amount} × {percent}"), facts


def _by_amount(item: FeeItem, quantity: int, amount_fen: int, *_: int) -> tuple[int, str, dict[str, Any]]:
    fee_fen = next(t["fee_fen"] for t in item.terms["tiers"] if t["up_to"] is None or amount_fen <= t["up_to"])
    return fee_fen, N_("金额 {amount} 对应档"), {"amount": money.show(amount_fen)}


def _by_weight(item: FeeItem, quantity: int, amount_fen: int, grams: int, *_: int) -> tuple[int, str, dict[str, Any]]:
    fee_fen = next(t["fee_fen"] for t in item.terms["tiers"] if t["up_to"] is None or grams <= t["up_to"])
    return fee_fen, N_("{grams} 克对应档"), {"grams": grams}


def _per_day(item: FeeItem, quantity: int, amount_fen: int, grams: int, days: int) -> tuple[int, str, dict[str, Any]]:
    charged = max(0, days - item.terms["free_days"])
    each = item.terms["amount"]
    facts = {"days": charged, "each": money.show(each), "free": item.terms["free_days"]}
    return each * charged * quantity, N_("超期 {days} 天 × {each}（前 {free} 天免费）"), facts


def _cost(item: FeeItem, quantity: int, amount_fen: int, *_: int) -> tuple[int, str, dict[str, Any]]:
    return amount_fen, N_("按实际费用 {amount}"), {"amount": money.show(amount_fen)}


def show_percent(myriad: int) -> str:
    """Ten-thousandths as a percentage without needless zeros: 300 → 3%, 50 → 0.5%."""
    whole, rest = divmod(myriad, 100)
    return f"{whole}.{rest:02d}".rstrip("0").rstrip(".") + "%" if rest else f"{whole}%"


_RULES = {
    "free": _free,
    "fixed_per_unit": _fixed,
    "percent_of_amount": _percent,
    "percent_with_min_max": _percent_between,
    "tier_by_amount": _by_amount,
    "tier_by_weight": _by_weight,
    "per_day_after_free_days": _per_day,
    "actual_cost": _cost,
}
