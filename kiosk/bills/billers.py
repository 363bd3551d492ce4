"""Whom bills are paid to: data in ``billers.toml``, of the state folder if it is there, else of the checkout. An
unknown key or wrong value is named with file and key."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from kiosk.bills.model import BillKind
from kiosk.errors import ConfigurationError, Refused
from kiosk.settings import CONFIG
from kiosk.storage import Reader
from kiosk.words import N_

FILE = "billers.toml"
#: An account number when a biller says nothing else (domain.md §2.5).
USUAL_ACCOUNT = r"^\d{6,20}$"
_CODE = re.compile(r"[a-z0-9][a-z0-9_-]{1,39}")


@dataclass(frozen=True, slots=True)
class Biller:
    """One company and one kind of bill."""

    code: str
    kind: str
    name: str
    account: re.Pattern[str]


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
    for key in sorted(set(raw) - {"code", "kind", "name", "account"}):
        raise _wrong(path, f"{place}.{key}")
    code, name = raw.get("code"), raw.get("name")
    if not isinstance(code, str) or not _CODE.fullmatch(code):
        raise _wrong(path, f"{place}.code")
    if raw.get("kind") not in set(BillKind):
        raise _wrong(path, f"{place}.kind")
    if not isinstance(name, str) or not name.strip() or len(name) > 30 or not name.isprintable():
        raise _wrong(path, f"{place}.name")
    shape = raw.get("account", USUAL_ACCOUNT)
    try:
        account = re.compile(shape, re.ASCII)
    except (re.error, TypeError) as error:
        raise _wrong(path, f"{place}.account") from error
    return Biller(code, raw["kind"], name.strip(), account)


def _wrong(path: Path, key: str) -> ConfigurationError:
    return ConfigurationError(N_("{file} 的 {key} 填写不对，请改正"), file=str(path), key=key)
