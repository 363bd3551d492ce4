"""Which convenience services there are and what each asks: ``conveniences.toml`` of the checkout, to which one in the state
folder adds services, or replaces those of the same code. A mistake in it is named with file and key and nothing starts."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from functools import lru_cache
from pathlib import Path
from typing import Any

from kiosk import fields as typed_fields
from kiosk import money
from kiosk.conveniences.model import Money
from kiosk.errors import ConfigurationError, Refused
from kiosk.fields import LONGEST_NAME, LONGEST_NOTE, LONGEST_TEXT, TYPES
from kiosk.settings import CONFIG
from kiosk.storage import Reader
from kiosk.vault import RETENTION_CLASSES
from kiosk.words import DEFAULT_LOCALE, N_, current_locale

FILE = "conveniences.toml"
#: Rows of the daily report that a service may be counted in.
KINDS = ("travel", "medical_booking", "finance", "other")
_CODE = re.compile(r"[a-z][a-z0-9_]{1,29}")
_FEE = re.compile(r"convenience(\.[a-z0-9_]+)*")


@dataclass(frozen=True, slots=True)
class Field(typed_fields.Field):
    """A field of a service. ``asked`` is when: ``record`` with the request, ``done`` with its result."""

    asked: str = "record"


@dataclass(frozen=True, slots=True)
class Service:
    """One service: how it is called, what it asks, what becomes of its money.

    ``price`` names the money field that is its price, ``count`` the field that multiplies the fee, ``due`` the date by
    which it must be done, ``once`` the fields that together stand for one case only, ``per_day`` the field whose prices
    of one day sum up to at most ``most_a_day`` fen. ``consent`` are the words that are agreed to separately.
    """

    code: str
    name: str
    name_en: str
    kind: str
    fields: tuple[Field, ...]
    money: str = Money.NONE
    price: str = ""
    count: str = ""
    due: str = ""
    fee: str = ""
    once: tuple[str, ...] = ()
    per_day: str = ""
    most_a_day: int = 0
    ends_at_once: bool = False
    needs_contract: bool = False
    sign: bool = False
    consent: str = ""
    note: str = ""
    kept: str = "money"
    kept_days: int | None = None
    is_offered: bool = True

    def title(self, locale: str | None = None) -> str:
        """Its name in the reader's language, where the data has one."""
        return self.name if (locale or current_locale()) == DEFAULT_LOCALE else self.name_en or self.name

    @property
    def fee_codes(self) -> tuple[str, ...]:
        """The fee items that price it, the particular one first."""
        return (self.fee or f"convenience.{self.code}", "convenience")

    def asked(self, when: str) -> tuple[Field, ...]:
        """The fields that are asked ``record`` or ``done``."""
        return tuple(field for field in self.fields if field.asked == when)


def services(db: Reader) -> Mapping[str, Service]:
    """Every service by code, in the order of the files. Raises ``ConfigurationError`` naming file and key."""
    found = dict(_of(CONFIG / FILE))
    own = db.store.state / FILE
    return found | _of(own) if own.exists() else found


def offered(db: Reader) -> list[Service]:
    """The services that may be begun now: those that are switched on and whose contract, if they need one, is there."""
    return [one for one in services(db).values() if one.is_offered and (not one.needs_contract or has_contract(db))]


def has_contract(db: Reader) -> bool:
    """Whether the number of a contract with a bank was entered in the settings."""
    return bool(db.settings.conveniences.bank_contract)


def service(db: Reader, code: str) -> Service:
    """A service that may be begun; raises ``Refused`` ``convenience.service_unknown`` or ``.no_contract``."""
    found = services(db).get(code)
    if found is None or not found.is_offered:
        raise Refused("convenience.service_unknown", N_("没有「{code}」这项便民服务，请从列表中选择"), code=code[:30])
    if found.needs_contract and not has_contract(db):
        raise Refused(
            "convenience.no_contract",
            N_("「{service}」要先有与银行的合作协议：请站长把协议编号填进站点设置（conveniences.bank_contract）再开通"),
            service=found.title(),
        )
    return found


def _of(path: Path) -> Mapping[str, Service]:
    return _read(path, path.stat().st_mtime_ns)


@lru_cache(maxsize=8)
def _read(path: Path, _changed: int) -> Mapping[str, Service]:
    try:
        document = tomllib.loads(path.read_text("utf-8"))
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigurationError(N_("{file} 读不出来：{why}"), file=str(path), why=str(error), key="") from error
    if set(document) != {"services"} or not isinstance(document["services"], list):
        raise _wrong(path, sorted(set(document) - {"services"} or {"services"})[0])
    found: dict[str, Service] = {}
    for number, raw in enumerate(document["services"], 1):
        one = _service(path, f"services[{number}]", raw)
        if one.code in found:
            raise _wrong(path, f"services[{number}].code")
        found[one.code] = one
    return found


def _service(path: Path, place: str, raw: Any) -> Service:
    if not isinstance(raw, dict):
        raise _wrong(path, place)
    _hold(
        path, place, {key: value for key, value in raw.items() if key != "fields"}, _SERVICE, ("code", "name", "kind")
    )
    kept = raw.get("kept", "money")
    if not isinstance(raw.get("fields"), list) or not raw["fields"]:
        raise _wrong(path, f"{place}.fields")
    asked = tuple(_field(path, f"{place}.fields[{n}]", one, kept) for n, one in enumerate(raw["fields"], 1))
    by_code = {field.code: field for field in asked}
    if len(by_code) != len(asked):
        raise _wrong(path, f"{place}.fields")
    types = {"price": {"money"}, "count": {"count"}, "due": {"date"}, "per_day": set(TYPES)}
    for key, fitting in types.items():
        if raw.get(key) and (raw[key] not in by_code or by_code[raw[key]].type not in fitting):
            raise _wrong(path, f"{place}.{key}")
    if any(code not in by_code for code in raw.get("once", ())):
        raise _wrong(path, f"{place}.once")
    if (raw.get("money", Money.NONE) == Money.NONE) == bool(raw.get("price")):
        raise _wrong(path, f"{place}.price")
    if raw.get("money") == Money.HELD and raw.get("ends_at_once"):
        raise _wrong(path, f"{place}.ends_at_once")
    if raw.get("kept_days") is not None and not raw.get("due"):
        raise _wrong(path, f"{place}.kept_days")
    values = raw | {
        "fields": asked, "once": tuple(raw.get("once", ())), "most_a_day": _fen(raw.get("most_a_day", "0")),
        "name_en": raw.get("name_en", ""),
    }  # fmt: skip
    return Service(**values)


def _field(path: Path, place: str, raw: Any, kept: str) -> Field:
    if not isinstance(raw, dict):
        raise _wrong(path, place)
    _hold(path, place, raw, _FIELD, ("code", "label", "type"))
    if (raw["type"] == "choice") != bool(raw.get("choices")):
        raise _wrong(path, f"{place}.choices")
    longest = {"note": LONGEST_NOTE, "person": LONGEST_NAME}.get(raw["type"], LONGEST_TEXT)
    numbers = {key: raw[key] for key in ("least", "most", "step") if key in raw}
    for key, number in numbers.items():
        if raw["type"] not in ("money", "count") or isinstance(number, str) != (raw["type"] == "money"):
            raise _wrong(path, f"{place}.{key}")
        numbers[key] = _fen(number) if raw["type"] == "money" else number
    values = {"label_en": "", "longest": longest, "kept": kept} | raw | numbers
    return Field(**values | {"choices": tuple(raw.get("choices", ()))})


def _hold(
    path: Path, place: str, raw: Mapping[str, Any], checks: Mapping[str, Callable[[Any], bool]], needed: tuple[str, ...]
) -> None:
    for key in sorted(set(raw) - set(checks)):
        raise _wrong(path, f"{place}.{key}")
    for key, is_right in checks.items():
        if (key in raw and not is_right(raw[key])) or (key in needed and key not in raw):
            raise _wrong(path, f"{place}.{key}")


def _line(longest: int, shortest: int = 0) -> Callable[[Any], bool]:
    return lambda v: isinstance(v, str) and shortest <= len(v.strip()) <= len(v) <= longest and v.isprintable()


def _code(value: Any) -> bool:
    return isinstance(value, str) and _CODE.fullmatch(value) is not None


def _flag(value: Any) -> bool:
    return isinstance(value, bool)


def _whole(least: int, most: int) -> Callable[[Any], bool]:
    return lambda v: type(v) is int and least <= v <= most


def _yuan(value: Any) -> bool:
    return isinstance(value, str) and re.fullmatch(r"\d{1,7}(\.\d{1,2})?", value, re.ASCII) is not None


def _bound(value: Any) -> bool:
    return _yuan(value) or _whole(0, 9999)(value)


def _fen(text: str) -> int:
    return money.parse(text)


_SERVICE: Mapping[str, Callable[[Any], bool]] = {
    "code": _code,
    "name": _line(12, 1),
    "name_en": _line(30),
    "kind": lambda v: v in KINDS,
    "money": lambda v: v in set(Money),
    "price": _code,
    "count": _code,
    "due": _code,
    "fee": lambda v: isinstance(v, str) and _FEE.fullmatch(v) is not None,
    "once": lambda v: isinstance(v, list) and bool(v) and all(_code(one) for one in v),
    "per_day": _code,
    "most_a_day": _yuan,
    "ends_at_once": _flag,
    "needs_contract": _flag,
    "sign": _flag,
    "consent": _line(120),
    "note": _line(120),
    "kept": lambda v: v in RETENTION_CLASSES,
    "kept_days": _whole(0, 3650),
    "is_offered": _flag,
}
_FIELD: Mapping[str, Callable[[Any], bool]] = {
    "code": _code,
    "label": _line(16, 1),
    "label_en": _line(40),
    "type": lambda v: v in TYPES,
    "required": _flag,
    "asked": lambda v: v in ("record", "done"),
    "prints": _flag,
    "choices": lambda v: isinstance(v, list) and bool(v) and all(_line(30, 1)(one) for one in v),
    "longest": _whole(1, LONGEST_NOTE),
    "least": _bound,
    "most": _bound,
    "step": _bound,
    "may_be_past": _flag,
    "hint": _line(40),
    "kept": lambda v: v in RETENTION_CLASSES,
}
assert set(_FIELD) == {field.name for field in fields(Field)}  # noqa: S101 - a key that is not read would be a lie


def _wrong(path: Path, key: str) -> ConfigurationError:
    return ConfigurationError(N_("{file} 的 {key} 填写不对，请改正"), file=str(path), key=key)
