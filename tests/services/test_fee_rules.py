"""Every rule against a reference in exact fractions: half-up to the fen, allowances, least and most."""

from __future__ import annotations

from fractions import Fraction
from math import floor
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from kiosk import fees, money
from kiosk.fees import board, document, preview
from kiosk.fees.model import RULES, SERVICES, FeeItem, FeeVersion
from kiosk.words import say

AMOUNTS = st.integers(0, 10**9)
SMALL = st.integers(0, 100_00)
NAMES = st.text("服务费代购䶮𠮷件张页abc（）", min_size=1, max_size=20)


def half_up(exact: Fraction) -> int:
    return floor(exact + Fraction(1, 2))


@st.composite
def items(draw: st.DrawFn, code: str = "x") -> FeeItem:
    """Any item that can be published."""
    rule = draw(st.sampled_from(RULES))
    terms: dict[str, Any] = {}
    for name, kind in document.terms_of(rule).items():
        if name in ("min", "max", "free_allowance") and rule != "percent_with_min_max" and draw(st.booleans()):
            continue
        terms[name] = draw(_TERMS[kind])
    if "min" in terms and "max" in terms and terms["min"] > terms["max"]:
        terms["min"], terms["max"] = terms["max"], terms["min"]
    own = draw(st.sampled_from(("", "县中心批准")))
    return FeeItem(code, draw(NAMES), draw(st.sampled_from(SERVICES)), draw(NAMES), rule, terms, own, own)


def _tiers(limits: list[int], fee: st.SearchStrategy[int]) -> st.SearchStrategy[list[dict[str, int | None]]]:
    steps = sorted(set(limits))
    return st.lists(fee, min_size=len(steps) + 1, max_size=len(steps) + 1).map(
        lambda found: [{"up_to": limit, "fee_fen": one} for limit, one in zip([*steps, None], found, strict=True)]
    )


_TIERS = st.lists(st.integers(0, 10**6), max_size=5).flatmap(lambda limits: _tiers(limits, SMALL))
_TERMS: dict[str, st.SearchStrategy[Any]] = {
    "fen": SMALL, "myriad": st.integers(0, 99_99), "days": st.integers(0, 365), "units": st.integers(0, 10_000),
    "amount_tiers": _TIERS, "weight_tiers": _TIERS,
}  # fmt: skip


def reference(item: FeeItem, quantity: int, amount_fen: int, grams: int, days: int) -> int:
    """The fee, worked out another way: exactly, and rounded once at the end."""
    terms, is_charged = item.terms, True
    match item.rule:
        case "free":
            return 0
        case "actual_cost":
            return amount_fen
        case "fixed_per_unit":
            beyond = quantity - terms.get("free_allowance", 0)
            exact, is_charged = Fraction(terms["amount"]) * max(beyond, 0), beyond > 0
        case "percent_of_amount" | "percent_with_min_max":
            free = terms.get("free_allowance", 0)
            exact = Fraction(max(amount_fen - free, 0)) * Fraction(terms["percent"], 10_000)
            is_charged = amount_fen > free or not free
        case "per_day_after_free_days":
            beyond = days - terms["free_days"]
            exact, is_charged = Fraction(terms["amount"]) * max(beyond, 0) * quantity, beyond > 0
        case _:
            measured = grams if item.rule == "tier_by_weight" else amount_fen
            reached = [tier for tier in terms["tiers"] if tier["up_to"] is None or not measured > tier["up_to"]]
            exact = Fraction(reached[0]["fee_fen"])
            is_charged = exact > 0
    fee = half_up(exact)
    if not is_charged:
        return fee
    return min(max(fee, terms.get("min", fee)), max(terms.get("max", fee), terms.get("min", 0)))


@given(items(), st.integers(1, 50), AMOUNTS, st.integers(0, 2 * 10**6), st.integers(0, 400))
def test_every_rule_is_what_exact_fractions_say(item, quantity, amount_fen, grams, days):
    version = FeeVersion(1, 1, "2026-01-01", "", "", "", "", (item,))
    found = fees.quote(version, "x", quantity=quantity, amount_fen=amount_fen, grams=grams, days=days)
    assert found.fee_fen == reference(item, quantity, amount_fen, grams, days)
    words = say(found.explanation, "zh_CN", **found.facts)
    assert "{" not in words and words


@given(AMOUNTS, st.integers(0, 99_99))
def test_percentage_is_rounded_half_up_once(amount_fen, myriad):
    assert money.share(amount_fen, myriad) == half_up(Fraction(amount_fen * myriad, 10_000))


def test_half_a_fen_is_rounded_up():
    item = FeeItem("x", "x", "bill", "笔", "percent_of_amount", {"percent": 50})
    version = FeeVersion(1, 1, "", "", "", "", "", (item,))
    assert [fees.quote(version, "x", amount_fen=fen).fee_fen for fen in (99, 100, 101, 299, 300)] == [0, 1, 1, 1, 2]


@given(st.lists(items(), min_size=1, max_size=6))
def test_published_version_written_as_a_document_reads_as_itself(found):
    kept = tuple(
        FeeItem(f"item.{n}", one.name_zh, one.service, one.unit, one.rule, one.terms, one.basis, one.approver)
        for n, one in enumerate(found)
    )
    version = FeeVersion(1, 1, "2026-01-01", "村民约定", "村委会", "", "", kept)
    read, mistakes = document.read(document.to_document(version))
    assert mistakes == ()
    assert read is not None and read.items == kept


@given(items())
def test_board_and_examples_can_say_every_item(item):
    (row,) = board.rows_of([item], "zh_CN")
    assert row.fee and "{" not in row.fee
    for example in preview.examples(item, "zh_CN"):
        assert example.fee_fen >= 0 and example.case and "{" not in example.case + example.how


@given(items(), st.integers(1, 40), AMOUNTS)
def test_fee_never_falls_as_the_amount_grows(item, quantity, amount_fen):
    if item.rule in ("tier_by_amount", "tier_by_weight"):
        return  # a county may make a larger step cheaper
    version = FeeVersion(1, 1, "", "", "", "", "", (item,))
    less = fees.quote(version, "x", quantity=quantity, amount_fen=amount_fen, days=quantity).fee_fen
    more = fees.quote(version, "x", quantity=quantity + 1, amount_fen=amount_fen + 100, days=quantity + 1).fee_fen
    assert more >= less
