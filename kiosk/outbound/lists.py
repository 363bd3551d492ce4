"""Two lists that are data: what may not be sent (``prohibited.toml``) and what carriers charge (``freight.toml``), of the
state folder if it has its own, else of the checkout. A wrong key or value is named with file and key."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from kiosk import money
from kiosk.codes import carriers
from kiosk.errors import ConfigurationError, Refused
from kiosk.settings import CONFIG
from kiosk.storage import Reader
from kiosk.words import N_

PROHIBITED = "prohibited.toml"
FREIGHT = "freight.toml"
_CODE = re.compile(r"[a-z][a-z0-9_]{1,39}")
_HEAVIEST = 1_000_000


@dataclass(frozen=True, slots=True)
class Category:
    """One kind of what may not be sent, with the words that tell it."""

    code: str
    name: str
    words: tuple[str, ...]
    but: tuple[str, ...]

    def word_in(self, description: str) -> str:
        """The first of its words that stands in ``description``, '' when none does."""
        for harmless in self.but:
            description = description.replace(harmless, " ")
        return next((word for word in self.words if word in description), "")


@dataclass(frozen=True, slots=True)
class Price:
    """What a carrier charges to a zone: a first price, then one for each further begun step."""

    carrier: str
    zone: str
    name: str
    first_grams: int
    first_fen: int
    next_grams: int
    next_fen: int

    def freight_fen(self, weight_grams: int) -> int:
        """The freight of a parcel of this weight."""
        more = max(0, weight_grams - self.first_grams)
        return self.first_fen + -(-more // self.next_grams) * self.next_fen


def categories(db: Reader) -> Mapping[str, Category]:
    """Everything that may not be sent, by code, in the list's order. Raises ``ConfigurationError``."""
    return _categories(*_file(db, PROHIBITED))


def prohibited(db: Reader, description: str) -> tuple[Category, str] | None:
    """The category that a description belongs to and the word that told it; None for what nothing speaks against."""
    folded = _folded(description)
    for category in categories(db).values():
        word = category.word_in(folded)
        if word:
            return category, word
    return None


def prices(db: Reader, carrier: str | None = None) -> tuple[Price, ...]:
    """The price list, or one carrier's part of it. Raises ``ConfigurationError``."""
    return tuple(price for price in _prices(*_file(db, FREIGHT)) if carrier in (None, price.carrier))


def price(db: Reader, carrier: str, zone: str) -> Price:
    """One price; Refused ``freight.not_listed`` where the list has none: then the carrier's own price is typed."""
    found = next((price for price in prices(db, carrier) if price.zone == zone), None)
    if found is None:
        raise Refused(
            "freight.not_listed",
            N_("{carrier}没有这个去向的价目；没有保存，请按快递公司实际报价填运费"),
            carrier=carriers.find(carrier).name(),
            zone=zone[:40],
        )
    return found


def _folded(text: str) -> str:
    """As words are compared: full width made plain, spaces left out, so that 酒 精 is 酒精."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text)).casefold()


def _file(db: Reader, name: str) -> tuple[Path, int]:
    own = db.store.state / name
    path = own if own.exists() else CONFIG / name
    return path, path.stat().st_mtime_ns


@lru_cache(maxsize=4)
def _categories(path: Path, _changed: int) -> Mapping[str, Category]:
    found: dict[str, Category] = {}
    for place, raw in _entries(path, "categories"):
        _keys(path, place, raw, {"code", "name", "words"}, {"but"})
        code = raw["code"]
        if not isinstance(code, str) or not _CODE.fullmatch(code) or code in found:
            raise _wrong(path, f"{place}.code")
        found[code] = Category(
            code, _name(path, f"{place}.name", raw["name"]), _words(path, f"{place}.words", raw["words"]),
            _words(path, f"{place}.but", raw.get("but", [])),
        )  # fmt: skip
    return found


@lru_cache(maxsize=4)
def _prices(path: Path, _changed: int) -> tuple[Price, ...]:
    found: list[Price] = []
    for place, raw in _entries(path, "prices"):
        keys = {"carrier", "zone", "name", "first_grams", "first", "next_grams", "next"}
        _keys(path, place, raw, keys, set())
        if not isinstance(raw["carrier"], str) or not carriers.is_known(raw["carrier"]):
            raise _wrong(path, f"{place}.carrier")
        if not isinstance(raw["zone"], str) or not _CODE.fullmatch(raw["zone"]):
            raise _wrong(path, f"{place}.zone")
        if any(price.carrier == raw["carrier"] and price.zone == raw["zone"] for price in found):
            raise _wrong(path, f"{place}.zone")
        for key in ("first_grams", "next_grams"):
            if isinstance(raw[key], bool) or not isinstance(raw[key], int) or not 1 <= raw[key] <= _HEAVIEST:
                raise _wrong(path, f"{place}.{key}")
        found.append(
            Price(
                raw["carrier"], raw["zone"], _name(path, f"{place}.name", raw["name"]), raw["first_grams"],
                _fen(path, f"{place}.first", raw["first"]), raw["next_grams"], _fen(path, f"{place}.next", raw["next"]),
            )
        )  # fmt: skip
    return tuple(found)


def _entries(path: Path, name: str) -> list[tuple[str, dict[str, Any]]]:
    try:
        document = tomllib.loads(path.read_text("utf-8"))
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigurationError(N_("{file} 读不出来：{why}"), file=str(path), why=str(error), key="") from error
    if set(document) != {name} or not isinstance(document[name], list):
        raise _wrong(path, sorted(set(document) - {name} or {name})[0])
    listed = [(f"{name}[{number}]", raw) for number, raw in enumerate(document[name], 1)]
    for place, raw in listed:
        if not isinstance(raw, dict):
            raise _wrong(path, place)
    return listed


def _keys(path: Path, place: str, raw: dict[str, Any], needed: set[str], more: set[str]) -> None:
    for key in sorted((needed - set(raw)) | (set(raw) - needed - more)):
        raise _wrong(path, f"{place}.{key}")


def _words(path: Path, place: str, raw: Any) -> tuple[str, ...]:
    found = []
    for word in raw if isinstance(raw, list) else [None]:
        if not isinstance(word, str) or not word.strip() or len(word) > 40 or not word.isprintable():
            raise _wrong(path, place)
        found.append(_folded(word))
    return tuple(found)


def _name(path: Path, place: str, raw: Any) -> str:
    if not isinstance(raw, str) or not raw.strip() or len(raw) > 60 or not raw.isprintable():
        raise _wrong(path, place)
    return raw.strip()


def _fen(path: Path, place: str, raw: Any) -> int:
    try:
        fen = money.parse(raw) if isinstance(raw, str) else -1
    except Refused:
        fen = -1
    if fen < 0:
        raise _wrong(path, place)
    return fen


def _wrong(path: Path, key: str) -> ConfigurationError:
    return ConfigurationError(N_("{file} 的 {key} 填写不对，请改正"), file=str(path), key=key)
