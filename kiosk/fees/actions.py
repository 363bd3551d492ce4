"""Publishes a fee list: reads the document strictly, freezes it as the next version."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from typing import Any

from kiosk import audit, money
from kiosk.errors import Refused
from kiosk.fees.model import RULES, SERVICES, FeeItem
from kiosk.storage import Tx
from kiosk.storage.numbers import next_number
from kiosk.words import N_

_TERMS: dict[str, dict[str, str]] = {
    "free": {},
    "fixed_per_unit": {"amount": "fen"},
    "percent_of_amount": {"percent": "myriad"},
    "percent_with_min_max": {"percent": "myriad", "min": "fen", "max": "fen"},
    "tier_by_amount": {"tiers": "amount_tiers"},
    "tier_by_weight": {"tiers": "weight_tiers"},
    "per_day_after_free_days": {"amount": "fen", "free_days": "days"},
    "actual_cost": {},
}
_ITEM_KEYS = {"code", "name_zh", "service", "unit", "rule"}


def publish(tx: Tx, document: Mapping[str, Any]) -> int:
    """Publishes a fee document (``effective_on``, ``basis``, ``approver``, ``[[items]]``) as the next version.

    Returns the version's number. Amounts are text in yuan (``"2.00"``), percentages text (``"3%"``), tiers lists of
    ``{up_to, fee}`` ending with one without ``up_to``. Raises ``Refused('fees.unreadable')`` naming the place; nothing
    is published then.
    """
    effective_on = _date(document.get("effective_on"))
    basis, approver = (_words(document, key) for key in ("basis", "approver"))
    unknown = set(document) - {"effective_on", "basis", "approver", "items"}
    raw_items = document.get("items")
    if unknown or not isinstance(raw_items, list) or not raw_items:
        raise _unreadable("items" if not unknown else sorted(unknown)[0])
    items: list[FeeItem] = []
    for number, raw in enumerate(raw_items, 1):
        item = _item(raw, f"items[{number}]")
        if any(item.code == other.code for other in items):
            raise _unreadable(f"items[{number}].code")
        items.append(item)
    written = json.dumps([asdict(item) for item in items], ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    number = next_number(tx, "fee_version")
    digest = version_hash(number, effective_on, basis, approver, written)
    tx.insert(
        "fee_versions", number=number, effective_on=effective_on, basis=basis, approver=approver, published_at=tx.now,
        published_by=tx.actor.id, items=written, hash=digest,
    )  # fmt: skip
    audit.record(tx, "fees.published", number=number, effective_on=effective_on, hash=digest)
    return number


def version_hash(number: int, effective_on: str, basis: str, approver: str, items: str) -> str:
    """SHA-256 over everything that people were shown."""
    return hashlib.sha256("\x1f".join((str(number), effective_on, basis, approver, items)).encode("utf-8")).hexdigest()


def _item(raw: Any, place: str) -> FeeItem:
    if not isinstance(raw, dict):
        raise _unreadable(place)
    code = raw.get("code")
    if not isinstance(code, str) or not re.fullmatch(r"[a-z][a-z0-9_.-]{1,39}", code):
        raise _unreadable(f"{place}.code")
    rule = raw.get("rule")
    if rule not in RULES:
        raise _unreadable(f"{place}.rule")
    if raw.get("service") not in SERVICES:
        raise _unreadable(f"{place}.service")
    extra = set(raw) - _ITEM_KEYS - set(_TERMS[rule])
    if extra:
        raise _unreadable(f"{place}.{sorted(extra)[0]}")
    terms = {key: _term(raw.get(key), kind, f"{place}.{key}") for key, kind in _TERMS[rule].items()}
    if rule == "percent_with_min_max" and terms["min"] > terms["max"]:
        raise _unreadable(f"{place}.max")
    return FeeItem(code, _words(raw, "name_zh", place), raw["service"], _words(raw, "unit", place), rule, terms)


def _term(value: Any, kind: str, place: str) -> Any:
    if kind == "fen":
        return _fen(value, place)
    if kind == "days":
        if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= 365:
            raise _unreadable(place)
        return value
    if kind == "myriad":
        match = re.fullmatch(r"(\d{1,2}(?:\.\d{1,2})?)\s*%", value) if isinstance(value, str) else None
        if match is None:
            raise _unreadable(place)
        return money.parse(match.group(1))  # hundredths of a percent read like hundredths of a yuan
    if not isinstance(value, list) or not value:
        raise _unreadable(place)
    tiers, last = [], -1
    for number, tier in enumerate(value, 1):
        where = f"{place}[{number}]"
        if not isinstance(tier, dict) or set(tier) - {"up_to", "fee"}:
            raise _unreadable(where)
        limit = tier.get("up_to")
        if (limit is None) != (number == len(value)):
            raise _unreadable(f"{where}.up_to")
        if limit is not None:
            limit = _fen(limit, where) if kind == "amount_tiers" else limit
            if isinstance(limit, bool) or not isinstance(limit, int) or limit <= last:
                raise _unreadable(f"{where}.up_to")
            last = limit
        tiers.append({"up_to": limit, "fee_fen": _fen(tier.get("fee"), f"{where}.fee")})
    return tiers


def _fen(value: Any, place: str) -> int:
    if not isinstance(value, str):
        raise _unreadable(place)
    try:
        fen = money.parse(value)
    except Refused as error:
        raise _unreadable(place) from error
    if fen < 0:
        raise _unreadable(place)
    return fen


def _date(value: Any) -> str:
    if isinstance(value, date):
        return value.isoformat()
    try:
        return date.fromisoformat(value).isoformat()
    except (TypeError, ValueError) as error:
        raise _unreadable("effective_on") from error


def _words(source: Mapping[str, Any], key: str, place: str = "") -> str:
    value = source.get(key)
    if not isinstance(value, str) or not value.strip() or len(value) > 60 or not value.isprintable():
        raise _unreadable(f"{place}.{key}" if place else key)
    return value.strip()


def _unreadable(place: str) -> Refused:
    return Refused("fees.unreadable", N_("价目表的 {place} 填写不对，没有公示任何内容；请改正后重新公示"), place=place)
