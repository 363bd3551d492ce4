"""The carriers a station knows, read once from ``config/carriers.json``: our code, the two names, the hotline and how
other programs call them. Codes that belong to one network (中国邮政, 极兔 with 百世) are one family: swapping them is
no contradiction."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from types import MappingProxyType

from kiosk.errors import ConfigurationError, Refused
from kiosk.words import DEFAULT_LOCALE, N_, current_locale

CONFIG = Path(__file__).resolve().parents[2] / "config"
#: The code of a parcel whose carrier nobody could tell; never guessed away, always allowed.
OTHER = "OTHER"
_EXTERNAL = ("kuaidi100", "kdniao", "wechat")


@dataclass(frozen=True, slots=True)
class Carrier:
    """One carrier of the crosswalk (domain.md §1.7). ``external`` maps a catalogue to the codes used there."""

    code: str
    name_zh: str
    name_en: str
    hotline: str
    family: str
    external: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}), compare=False)

    def name(self, locale: str | None = None) -> str:
        """The name in ``locale``, in the current language when None."""
        return self.name_zh if (locale or current_locale()) == DEFAULT_LOCALE else self.name_en

    def __str__(self) -> str:
        return self.name()


def read(path: Path) -> dict[str, Carrier]:
    """Carriers by code, in the order of the file; ConfigurationError names the file and the entry that is wrong."""
    try:
        listed = json.loads(path.read_text(encoding="utf-8"))["carriers"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ConfigurationError(
            N_("读不出快递公司名单 {file}：{reason}"), file=str(path), key="carriers", reason=str(error)
        ) from error
    found: dict[str, Carrier] = {}
    for number, entry in enumerate(listed, start=1):
        try:
            external = {source: tuple(entry.get(source, ())) for source in _EXTERNAL}
            carrier = Carrier(
                code=entry["code"],
                name_zh=entry["zh"],
                name_en=entry["en"],
                hotline=entry["hotline"],
                family=entry.get("family", entry["code"]),
                external=MappingProxyType(external),
            )
            unknown = set(entry) - {"code", "zh", "en", "hotline", "family", *_EXTERNAL}
            if unknown or carrier.code in found:
                raise ValueError(", ".join(sorted(unknown)) or carrier.code)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise ConfigurationError(
                N_("{file} 第 {number} 家快递公司有错：{reason}"),
                file=str(path),
                key=f"carriers[{number}]",
                number=number,
                reason=str(error),
            ) from error
        found[carrier.code] = carrier
    if OTHER not in found:
        raise ConfigurationError(N_("{file} 里少了 {key}"), file=str(path), key=OTHER)
    return found


@cache
def _shipped() -> dict[str, Carrier]:
    return read(CONFIG / "carriers.json")


@cache
def _by_any_code() -> dict[str, Carrier]:
    # Our own codes first: where another catalogue gives one code to two of ours (EMS), ours wins.
    names = {code.upper(): carrier for code, carrier in _shipped().items()}
    for carrier in _shipped().values():
        for codes in carrier.external.values():
            for code in codes:
                names.setdefault(code.upper(), carrier)
        names.setdefault(carrier.name_zh, carrier)
    return names


def known() -> tuple[Carrier, ...]:
    """All carriers in the order in which buttons show them; 其他 comes last."""
    return tuple(_shipped().values())


def is_known(code: str) -> bool:
    """Whether ``code`` is one of our carrier codes, as stored."""
    return code in _shipped()


def find(code: str) -> Carrier:
    """The carrier stored under ``code``; Refused ``carrier.unknown`` when we have none."""
    try:
        return _shipped()[code]
    except KeyError:
        raise _unknown() from None


def find_by_any_code(text: str) -> Carrier:
    """The carrier that our code, a code of kuaidi100, kdniao or WeChat, or its Chinese name means, in any case.

    For what other programs send and files hold; Refused ``carrier.unknown`` when it means nothing.
    """
    carrier = _by_any_code().get(text.strip().upper())
    if carrier is None:
        raise _unknown()
    return carrier


def same_family(one: str, other: str) -> bool:
    """Whether two carrier codes are the same network, so that one in place of the other is no contradiction."""
    if one == other:
        return True
    carriers = _shipped()
    return one in carriers and other in carriers and carriers[one].family == carriers[other].family


def _unknown() -> Refused:
    codes = " ".join(_shipped())
    return Refused("carrier.unknown", N_("没有这个快递公司代码。没有保存；可用的代码：{codes}"), codes=codes)
