"""Whom bills are paid to: data in ``billers.toml``, of the state folder if it is there, else of the checkout. An
unknown key or wrong value is named with file and key."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from kiosk.bills.model import CHANNEL_WORDS, BillKind
from kiosk.errors import ConfigurationError, Refused
from kiosk.settings import CONFIG
from kiosk.storage import Reader
from kiosk.words import N_

FILE = "billers.toml"
#: An account number when a biller says nothing else (domain.md §2.5).
USUAL_ACCOUNT = r"^\d{6,20}$"
PERIODS = ("required", "optional", "none")
_CODE = re.compile(r"[a-z0-9][a-z0-9_-]{1,39}")


@dataclass(frozen=True, slots=True)
class Biller:
    """One company and one kind of bill.

    ``account`` is what an account number looks like, ``barcode`` what a bill's barcode does (its group ``account`` is
    the number in it), ``holder`` whether an account name must be confirmed, ``period`` whether a bill has one,
    ``face_values_fen`` the only amounts taken (none: any), ``card_meter`` whether the amount must be written to a card.
    """

    code: str
    kind: str
    name: str
    account: re.Pattern[str]
    account_name: str
    account_hint: str
    holder: bool
    period: str
    months: bool
    card_meter: bool
    face_values_fen: tuple[int, ...]
    channels: tuple[str, ...]
    barcode: re.Pattern[str] | None

    @property
    def is_number_dictated(self) -> bool:
        """Whether the account is a phone number that somebody says: typed twice and read back, for no name guards it."""
        return self.kind == BillKind.MOBILE

    def account_in(self, typed: str) -> str:
        """The account number in what was typed or scanned: the part of a bill's barcode that is it, else all of it."""
        found = self.barcode.fullmatch(typed) if self.barcode is not None else None
        return found["account"] if found is not None else typed


def billers(db: Reader) -> Mapping[str, Biller]:
    """Every biller by code. Raises ``ConfigurationError`` naming file and key."""
    own = db.store.state / FILE
    path = own if own.exists() else CONFIG / FILE
    return _read(path, path.stat().st_mtime_ns)


def biller(db: Reader, code: str) -> Biller:
    """The biller of this code; raises ``Refused('bill.biller_unknown')``."""
    found = billers(db).get(code)
    if found is None:
        raise Refused("bill.biller_unknown", N_("没有「{code}」这个缴费单位，请从列表中选择"), code=code[:40])
    return found


def name_of(db: Reader, code: str) -> str:
    """The name of a biller that a bill names, its bare code where the station's list has lost it since."""
    found = billers(db).get(code)
    return found.name if found is not None else code


@lru_cache(maxsize=4)
def _read(path: Path, _changed: int) -> Mapping[str, Biller]:
    try:
        document = tomllib.loads(path.read_text("utf-8"))
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigurationError(N_("{file} 读不出来：{why}"), file=str(path), why=str(error), key="") from error
    if set(document) != {"billers"} or not isinstance(document["billers"], list):
        raise _wrong(path, sorted(set(document) - {"billers"} or {"billers"})[0])
    found: dict[str, Biller] = {}
    for number, raw in enumerate(document["billers"], 1):
        one = _biller(path, f"billers[{number}]", raw)
        if one.code in found:
            raise _wrong(path, f"billers[{number}].code")
        found[one.code] = one
    return found


def _biller(path: Path, place: str, raw: Any) -> Biller:
    if not isinstance(raw, dict):
        raise _wrong(path, place)
    for key in sorted(set(raw) - set(_CHECKS) - {"account", "barcode"}):
        raise _wrong(path, f"{place}.{key}")
    for key, is_right in _CHECKS.items():
        if key in raw and not is_right(raw[key]) or key in ("code", "kind", "name") and key not in raw:
            raise _wrong(path, f"{place}.{key}")
    is_mobile = raw["kind"] == BillKind.MOBILE
    barcode = _pattern(path, f"{place}.barcode", raw["barcode"]) if "barcode" in raw else None
    if barcode is not None and "account" not in barcode.groupindex:
        raise _wrong(path, f"{place}.barcode")
    return Biller(
        code=raw["code"], kind=raw["kind"], name=raw["name"].strip(),
        account=_pattern(path, f"{place}.account", raw.get("account", USUAL_ACCOUNT)),
        account_name=raw.get("account_name", ""), account_hint=raw.get("account_hint", ""),
        holder=raw.get("holder", not is_mobile), period=raw.get("period", "none" if is_mobile else "optional"),
        months=raw.get("months", False), card_meter=raw.get("card_meter", False),
        face_values_fen=tuple(100 * yuan for yuan in raw.get("face_values", ())),
        channels=tuple(raw.get("channels", CHANNEL_WORDS)), barcode=barcode,
    )  # fmt: skip


def _line(longest: int, shortest: int = 0) -> Callable[[Any], bool]:
    return lambda v: isinstance(v, str) and shortest <= len(v.strip()) <= len(v) <= longest and v.isprintable()


def _flag(value: Any) -> bool:
    return isinstance(value, bool)


_CHECKS: Mapping[str, Callable[[Any], bool]] = {
    "code": lambda v: isinstance(v, str) and _CODE.fullmatch(v) is not None,
    "kind": lambda v: v in set(BillKind),
    "name": _line(30, 1),
    "account_name": _line(12, 1),
    "account_hint": _line(30),
    "holder": _flag,
    "period": lambda v: v in PERIODS,
    "months": _flag,
    "card_meter": _flag,
    "face_values": lambda v: (
        isinstance(v, list) and bool(v) and all(type(yuan) is int and 1 <= yuan <= 5000 for yuan in v)
    ),
    "channels": lambda v: isinstance(v, list) and bool(v) and all(one in CHANNEL_WORDS for one in v),
}


def _pattern(path: Path, place: str, shape: Any) -> re.Pattern[str]:
    try:
        return re.compile(shape, re.ASCII)
    except (re.error, TypeError) as error:
        raise _wrong(path, place) from error


def _wrong(path: Path, key: str) -> ConfigurationError:
    return ConfigurationError(N_("{file} 的 {key} 填写不对，请改正"), file=str(path), key=key)
