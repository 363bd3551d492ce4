"""Reads a fee document (TOML, API or form: the same keys) strictly, and writes a published version back as one.

Amounts are text in yuan (``"2.00"``), percentages text (``"3%"``), tiers lists of ``{up_to, fee}`` ending with one
without ``up_to`` (grams where the rule goes by weight). Everything that is wrong is named; nothing is guessed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from kiosk import money
from kiosk.errors import Refused
from kiosk.fees.model import RULES, SERVICES, FeeItem, FeeList, FeeVersion, Mistake
from kiosk.words import N_

MOST_ITEMS = 80
MOST_TIERS = 12
LONGEST_TEXT = 60
#: Rule → the numbers it needs, and those it may have: the least and most that is charged, what is free of charge first.
_NEEDS: dict[str, dict[str, str]] = {
    "free": {},
    "fixed_per_unit": {"amount": "fen"},
    "percent_of_amount": {"percent": "myriad"},
    "percent_with_min_max": {"percent": "myriad", "min": "fen", "max": "fen"},
    "tier_by_amount": {"tiers": "amount_tiers"},
    "tier_by_weight": {"tiers": "weight_tiers"},
    "per_day_after_free_days": {"amount": "fen", "free_days": "days"},
    "actual_cost": {},
}
_LIMITS = {"min": "fen", "max": "fen"}
_MAY_HAVE: dict[str, dict[str, str]] = {
    "fixed_per_unit": {**_LIMITS, "free_allowance": "units"},
    "percent_of_amount": {**_LIMITS, "free_allowance": "fen"},
    "percent_with_min_max": {"free_allowance": "fen"},
    "tier_by_amount": _LIMITS,
    "tier_by_weight": _LIMITS,
    "per_day_after_free_days": _LIMITS,
}
_ITEM_KEYS = {"code", "name_zh", "service", "unit", "rule", "basis", "approver"}
_WRONG = {
    "fen": N_("金额写成 12.50 这样的数字，不能小于 0"),
    "myriad": N_("百分比写成 3% 或 0.5% 这样，要小于 100%"),
    "days": N_("天数应是 0 到 365 的整数"),
    "units": N_("数量应是 0 到 10000 的整数"),
    "tiers": N_("至少一档；每一档都要有收费，上限一档比一档大，只有最后一档不填上限"),
    "text": N_("要填，最多 60 个字"),
    "short_text": N_("最多 60 个字，不能有特殊符号"),
    "code": N_("编号用小写字母开头，2 到 40 个小写字母、数字、点、横线"),
    "code_taken": N_("这个编号和另一项相同"),
    "rule": N_("请选收费方式"),
    "service": N_("请选业务"),
    "date": N_("日期写成 2026-11-22 这样，并且真有这一天"),
    "unknown": N_("这里没有这一栏"),
    "max": N_("最高不能比最低小"),
    "items": N_("至少要有一项，最多 80 项"),
    "item": N_("这一项看不懂"),
}


def terms_of(rule: str) -> dict[str, str]:
    """The names of a rule's numbers with their kinds, needed ones first."""
    return {**_NEEDS.get(rule, {}), **_MAY_HAVE.get(rule, {})}


def read(document: Mapping[str, Any]) -> tuple[FeeList | None, tuple[Mistake, ...]]:
    """The list that a document would publish, or None and everything that is wrong with it, in reading order."""
    wrong: list[Mistake] = []
    for key in sorted(set(document) - {"effective_on", "basis", "approver", "items"}):
        wrong.append(_mistake(0, key, "unknown"))
    effective_on = _date(document.get("effective_on"), wrong)
    basis, approver = (_text(document, 0, key, wrong) for key in ("basis", "approver"))
    raw_items = document.get("items")
    items: list[FeeItem] = []
    if not isinstance(raw_items, list) or not 1 <= len(raw_items) <= MOST_ITEMS:
        wrong.append(_mistake(0, "items", "items"))
        raw_items = []
    codes: set[str] = set()
    for number, raw in enumerate(raw_items, 1):
        before = len(wrong)
        item = _item(raw, number, wrong)
        if item.code and item.code in codes:
            wrong.append(_mistake(number, "code", "code_taken"))
        codes.add(item.code)
        if len(wrong) == before:
            items.append(item)
    if wrong:
        return None, tuple(wrong)
    return FeeList(effective_on, basis, approver, tuple(items)), ()


def refusal(mistakes: tuple[Mistake, ...]) -> Refused:
    """``Refused('fees.unreadable')`` naming the first place that is wrong."""
    return Refused(
        "fees.unreadable",
        N_("价目表的 {place} 填写不对，没有公示任何内容；请改正后重新公示"),
        place=mistakes[0].place,
        count=len(mistakes),
    )


def to_document(version: FeeVersion) -> dict[str, Any]:
    """A version as a document that reads as the same items: what a new draft begins with."""
    return {
        "effective_on": version.effective_on, "basis": version.basis, "approver": version.approver,
        "items": [_written(item) for item in version.items],
    }  # fmt: skip


def _written(item: FeeItem) -> dict[str, Any]:
    found: dict[str, Any] = {
        "code": item.code, "name_zh": item.name_zh, "service": item.service, "unit": item.unit, "rule": item.rule,
    }  # fmt: skip
    for name, kind in terms_of(item.rule).items():
        if name in item.terms:
            found[name] = _show(item.terms[name], kind)
    return found | {name: value for name, value in (("basis", item.basis), ("approver", item.approver)) if value}


def _show(value: Any, kind: str) -> Any:
    if kind == "fen":
        return money.show(value)
    if kind == "myriad":
        return money.show(value) + "%"
    if kind in ("days", "units"):
        return value
    limits = [
        tier["up_to"] if tier["up_to"] is None or kind == "weight_tiers" else money.show(tier["up_to"])
        for tier in value
    ]
    return [
        ({} if limit is None else {"up_to": limit}) | {"fee": money.show(tier["fee_fen"])}
        for limit, tier in zip(limits, value, strict=True)
    ]


def _item(raw: Any, number: int, wrong: list[Mistake]) -> FeeItem:
    if not isinstance(raw, dict):
        wrong.append(_mistake(number, "", "item"))
        return FeeItem("", "", "", "", "", {})
    code = raw.get("code")
    if not isinstance(code, str) or not re.fullmatch(r"[a-z][a-z0-9_.-]{1,39}", code):
        wrong.append(_mistake(number, "code", "code"))
        code = ""
    name, unit = (_text(raw, number, key, wrong) for key in ("name_zh", "unit"))
    basis, approver = (_text(raw, number, key, wrong, may_lack=True) for key in ("basis", "approver"))
    service, rule = raw.get("service"), raw.get("rule")
    if service not in SERVICES:
        wrong.append(_mistake(number, "service", "service"))
    if rule not in RULES:
        wrong.append(_mistake(number, "rule", "rule"))
        return FeeItem(code, name, str(service), unit, "", {}, basis, approver)
    kinds = terms_of(str(rule))
    for key in sorted(set(raw) - _ITEM_KEYS - set(kinds)):
        wrong.append(_mistake(number, key, "unknown"))
    terms: dict[str, Any] = {}
    for key, kind in kinds.items():
        if raw.get(key) is None and key not in _NEEDS[str(rule)]:
            continue
        value = _term(raw.get(key), kind)
        if value is None:
            wrong.append(_mistake(number, key, kind))
        elif isinstance(value, str):
            wrong.append(_mistake(number, key, "tiers", value))
        else:
            terms[key] = value
    if "min" in terms and "max" in terms and terms["min"] > terms["max"]:
        wrong.append(_mistake(number, "max", "max"))
    return FeeItem(code, name, str(service), unit, str(rule), terms, basis, approver)


def _term(value: Any, kind: str) -> Any:
    """The number meant; None for what can't be read, for tiers the place within them that can't."""
    if kind == "fen":
        return _fen(value)
    if kind in ("days", "units"):
        return _whole(value, 365 if kind == "days" else 10_000)
    if kind == "myriad":
        match = re.fullmatch(r"(\d{1,2}(?:\.\d{1,2})?)\s*[%％]", value, re.ASCII) if isinstance(value, str) else None
        return None if match is None else _fen(match.group(1))  # hundredths of a percent read like those of a yuan
    return _tiers(value, is_weight=kind == "weight_tiers")


def _tiers(value: Any, *, is_weight: bool) -> list[dict[str, int | None]] | str:
    if not isinstance(value, list) or not 1 <= len(value) <= MOST_TIERS:
        return ""
    tiers: list[dict[str, int | None]] = []
    last = -1
    for number, tier in enumerate(value, 1):
        if not isinstance(tier, dict) or set(tier) - {"up_to", "fee"}:
            return f"[{number}]"
        limit, fee_fen = tier.get("up_to"), _fen(tier.get("fee"))
        if fee_fen is None:
            return f"[{number}].fee"
        if (limit is None) != (number == len(value)):
            return f"[{number}].up_to"
        if limit is not None:
            read_limit = _whole(limit, 10**9) if is_weight else _fen(limit)
            if read_limit is None or read_limit <= last:
                return f"[{number}].up_to"
            limit = last = read_limit
        tiers.append({"up_to": limit, "fee_fen": fee_fen})
    return tiers


def _whole(value: Any, most: int) -> int | None:
    if isinstance(value, str) and re.fullmatch(r"\d{1,9}", value, re.ASCII):  # as a form brings it
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= most:
        return None
    return value


def _fen(value: Any) -> int | None:
    if not isinstance(value, str):
        return None
    try:
        fen = money.parse(value)
    except Refused:
        return None
    return fen if fen >= 0 else None


def _date(value: Any, wrong: list[Mistake]) -> str:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, str) and re.fullmatch(r"\d{4}-\d\d-\d\d", value, re.ASCII):
        try:
            return date.fromisoformat(value).isoformat()
        except ValueError:
            pass
    wrong.append(_mistake(0, "effective_on", "date"))
    return ""


def _text(source: Mapping[str, Any], number: int, key: str, wrong: list[Mistake], *, may_lack: bool = False) -> str:
    value = source.get(key)
    if may_lack and value in (None, ""):
        return ""
    if not isinstance(value, str) or not value.strip() or len(value) > LONGEST_TEXT or not value.isprintable():
        wrong.append(_mistake(number, key, "short_text" if may_lack else "text"))
        return ""
    return value.strip()


def _mistake(number: int, field: str, why: str, within: str = "") -> Mistake:
    head = f"items[{number}]" if number else ""
    return Mistake(".".join(part for part in (head, field) if part) + within, number, field, _WRONG[why])
