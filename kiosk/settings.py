"""What an installer or a county sets: TOML, read once at start. ``config/station.toml`` in the checkout holds every key
with its default; ``station.toml`` in the state folder overrides single keys. An unknown key or a wrong value is named
with file and key and nothing starts."""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

from kiosk.errors import ConfigurationError
from kiosk.words import LOCALES, N_

CONFIG = Path(__file__).resolve().parent.parent / "config"
#: Marks a state folder as belonging to a demonstration (``kiosk run --demo``).
DEMO_MARK = "demo.json"


@dataclass(frozen=True, slots=True)
class Station:
    code: str
    name: str
    address: str
    hours: str
    phone: str
    complaint_phone: str
    zone: str
    locale: str


@dataclass(frozen=True, slots=True)
class Parcels:
    slip_at_intake: str  # 'at_once' | 'batch_end' | 'never'
    first_shelf: str
    first_layer: int
    slots_per_layer: int
    code_cooldown_days: int
    overdue_days: int
    free_storage_days: int


@dataclass(frozen=True, slots=True)
class Reminders:
    """When whoever has not come is told again, and from when on nobody is disturbed."""

    morning: str  # 'HH:MM': the first reminder comes the next morning
    first_after_hours: int  # … and never sooner than so; no two reminders are closer together
    second_after_hours: int
    return_days: int  # from so many days on a parcel is a candidate for the way back
    quiet_from: str
    quiet_to: str


@dataclass(frozen=True, slots=True)
class Labels:
    """Stickers with the pickup code, beside the intake slip or in place of its upper half."""

    at_intake: bool
    size: str  # width and height in millimetres, '40x30' or '60x40'
    printer: str  # name of a device; '' for the desk's


@dataclass(frozen=True, slots=True)
class Counter:
    idle_lock_seconds: int
    same_code_seconds: float
    scan_life_seconds: float
    wrong_pins: int
    lockout_seconds: int
    desks: tuple[str, ...]
    host_names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Till:
    rounding: str  # 'none' | 'jiao'
    operators_reduce_fees: bool


@dataclass(frozen=True, slots=True)
class Hours:
    """What the county asks of opening hours; the page of the month is held against it."""

    open_from: str
    open_to: str
    least_hours: int
    least_days_per_week: int


@dataclass(frozen=True, slots=True)
class Goods:
    scale_codes: tuple[str, ...]
    expiry_warning_days: int


@dataclass(frozen=True, slots=True)
class Conveniences:
    bank_contract: str  # number of the contract with a bank; '' keeps the small cash withdrawal switched off


@dataclass(frozen=True, slots=True)
class County:
    address: str  # https://… of the centre, '' while none is known
    trusted_certificate: str  # path of a PEM file, '' for the system's
    daily_report_by: str
    pause_seconds: float
    longest_pause_seconds: float
    timeout_seconds: float


@dataclass(frozen=True, slots=True)
class Printing:
    default_printer: str


@dataclass(frozen=True, slots=True)
class Device:
    """One scanner or printer. ``options`` are checked by its driver, which names them in its own docstring."""

    name: str
    kind: str  # 'scanner' | 'printer'
    driver: str
    desk: str
    options: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class Settings:
    station: Station
    parcels: Parcels
    labels: Labels
    reminders: Reminders
    counter: Counter
    till: Till
    conveniences: Conveniences
    hours: Hours
    goods: Goods
    county: County
    printing: Printing
    devices: tuple[Device, ...]
    sources: tuple[str, ...]

    def device(self, name: str) -> Device | None:
        """The configured device of that name."""
        return next((device for device in self.devices if device.name == name), None)

    def printer_for(self, desk: str) -> str:
        """The name of the printer whose desk this is, else the default printer, else the first, else ``''``."""
        printers = [device for device in self.devices if device.kind == "printer"]
        for device in printers:
            if device.desk == desk:
                return device.name
        if self.printing.default_printer:
            return self.printing.default_printer
        return printers[0].name if printers else ""


Check = Callable[[Any], bool]


def _text(limit: int = 200, pattern: str | None = None) -> Check:
    shape = re.compile(pattern) if pattern else None
    return lambda v: (
        isinstance(v, str) and len(v) <= limit and "\x1b" not in v and (not shape or bool(shape.fullmatch(v)))
    )


def _whole(low: int, high: int) -> Check:
    return lambda v: isinstance(v, int) and not isinstance(v, bool) and low <= v <= high


def _number(low: float, high: float) -> Check:
    return lambda v: isinstance(v, int | float) and not isinstance(v, bool) and low <= v <= high


def _one_of(*values: str) -> Check:
    return lambda v: v in values


def _zone(value: Any) -> bool:
    from kiosk.clock import zone

    try:
        zone(value)
    except (KeyError, ValueError, TypeError, OSError):
        return False
    return isinstance(value, str)


def _names(value: Any) -> bool:
    return isinstance(value, list) and 1 <= len(value) <= 8 and all(_text(20, r"\w[\w -]*")(v) for v in value)


def _host_names(value: Any) -> bool:
    name = _text(253, r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?")
    return isinstance(value, list) and len(value) <= 16 and all(name(v) for v in value)


def _scale_codes(value: Any) -> bool:
    """Forms of in-store codes: 13 places that begin with 2, digits as they stand, ``F`` any digit, ``P`` number of the
    goods, ``W`` grams or ``M`` fen, ``C`` the check digit at the end. Every scale has its own (domain.md §2.2)."""
    form = _text(13, r"2[0-9F]*P{1,6}[0-9F]*(W+|M+)[0-9F]*C")
    return isinstance(value, list) and len(value) <= 8 and all(form(v) and len(v) == 13 for v in value)


_SCHEMA: dict[str, tuple[type, dict[str, Check]]] = {
    "station": (
        Station,
        {
            "code": _text(32, r"[A-Za-z0-9_-]+"),
            "name": _text(40, r".+"),
            "address": _text(80),
            "hours": _text(40),
            "phone": _text(20, r"[0-9 +-]*"),
            "complaint_phone": _text(20, r"[0-9 +-]*"),
            "zone": _zone,
            "locale": _one_of(*LOCALES),
        },
    ),
    "parcels": (
        Parcels,
        {
            "slip_at_intake": _one_of("at_once", "batch_end", "never"),
            "first_shelf": _text(4, r"[A-Z]?\d{1,3}"),
            "first_layer": _whole(1, 99),
            "slots_per_layer": _whole(1, 9999),
            "code_cooldown_days": _whole(0, 90),
            "overdue_days": _whole(1, 60),
            "free_storage_days": _whole(0, 365),
        },
    ),
    "reminders": (
        Reminders,
        {
            "morning": _text(5, r"([01]\d|2[0-3]):[0-5]\d"),
            "first_after_hours": _whole(1, 72),
            "second_after_hours": _whole(1, 240),
            "return_days": _whole(1, 90),
            "quiet_from": _text(5, r"([01]\d|2[0-3]):[0-5]\d"),
            "quiet_to": _text(5, r"([01]\d|2[0-3]):[0-5]\d"),
        },
    ),
    "labels": (
        Labels,
        {
            "at_intake": lambda v: isinstance(v, bool),
            "size": _one_of("40x30", "60x40"),
            "printer": _text(40),
        },
    ),
    "counter": (
        Counter,
        {
            "idle_lock_seconds": _whole(30, 86400),
            "same_code_seconds": _number(0, 30),
            "scan_life_seconds": _number(1, 60),
            "wrong_pins": _whole(3, 20),
            "lockout_seconds": _whole(10, 86400),
            "desks": _names,
            "host_names": _host_names,
        },
    ),
    "till": (Till, {"rounding": _one_of("none", "jiao"), "operators_reduce_fees": lambda v: isinstance(v, bool)}),
    "hours": (
        Hours,
        {
            "open_from": _text(5, r"([01]?\d|2[0-3]):[0-5]\d"),
            "open_to": _text(5, r"([01]?\d|2[0-3]):[0-5]\d"),
            "least_hours": _whole(0, 24),
            "least_days_per_week": _whole(0, 7),
        },
    ),
    "goods": (Goods, {"scale_codes": _scale_codes, "expiry_warning_days": _whole(0, 365)}),
    "conveniences": (Conveniences, {"bank_contract": _text(40, r"[\w（）()〔〕号/-]*")}),
    "county": (
        County,
        {
            "address": _text(300, r"(https://|http://(127\.0\.0\.1|localhost)[:/]).*|"),
            "trusted_certificate": _text(300),
            "daily_report_by": _text(5, r"([01]\d|2[0-3]):[0-5]\d"),
            "pause_seconds": _number(0.05, 3600),
            "longest_pause_seconds": _number(0.05, 86400),
            "timeout_seconds": _number(0.5, 300),
        },
    ),
    "printing": (Printing, {"default_printer": _text(40)}),
}
_DEVICE_KEYS: dict[str, Check] = {
    "name": _text(40, r"[\w -]+"),
    "kind": _one_of("scanner", "printer", "scale"),
    "driver": _text(20, r"[a-z_]+"),
    "desk": _text(20),
}


def state_folder() -> Path:
    """The folder named by ``KIOSK_STATE``, else ``~/.local/share/kiosk``."""
    named = os.environ.get("KIOSK_STATE")
    return Path(named).absolute() if named else Path.home() / ".local" / "share" / "kiosk"


def load(state: Path | None = None) -> Settings:
    """The settings of a state folder: the checkout's defaults, overridden key by key by ``STATE/station.toml``.

    ``[[devices]]`` of the state folder replace the default ones as a whole. Raises ``ConfigurationError`` with
    ``file`` and ``key`` for an unknown key, a wrong value or TOML that cannot be read.
    """
    files = [CONFIG / "station.toml"]
    if state is not None and (state / "station.toml").exists():
        files.append(state / "station.toml")
    values: dict[str, dict[str, Any]] = {}
    devices: tuple[Device, ...] = ()
    for path in files:
        for section, content in _read(path).items():
            if section == "devices":
                devices = _devices(path, content)
                continue
            if section not in _SCHEMA:
                raise _unknown(path, section)
            if not isinstance(content, dict):
                raise _wrong(path, section, content)
            checks = _SCHEMA[section][1]
            for key, value in content.items():
                if key not in checks:
                    raise _unknown(path, f"{section}.{key}")
                if not checks[key](value):
                    raise _wrong(path, f"{section}.{key}", value)
                values.setdefault(section, {})[key] = tuple(value) if isinstance(value, list) else value
    built: dict[str, Any] = {}
    for section, (kind, checks) in _SCHEMA.items():
        for key in checks:
            if key not in values.get(section, {}):
                raise ConfigurationError(N_("{file} 缺少配置项 {key}"), file=str(files[0]), key=f"{section}.{key}")
        built[section] = kind(**values[section])
    override = os.environ.get("KIOSK_COUNTY_ADDRESS", "")
    if override and not built["county"].address:
        if not _SCHEMA["county"][1]["address"](override):
            raise _wrong(Path("KIOSK_COUNTY_ADDRESS"), "county.address", override)
        built["county"] = replace(built["county"], address=override)
    settings = Settings(devices=devices, sources=tuple(str(path) for path in files), **built)
    for device in devices:
        if device.desk and device.desk not in settings.counter.desks:
            raise _wrong(files[-1], f"devices.{device.name}.desk", device.desk)
    _refuse_shared_path(files[-1], devices)
    return settings


def _refuse_shared_path(source: Path, devices: tuple[Device, ...]) -> None:
    """Two devices on one path would take each other's bytes (hardware.md §4.2); other names of the same one count too."""
    owners: dict[str, str] = {}
    for device in devices:
        for path in {
            os.path.realpath(v) for v in device.options.values() if isinstance(v, str) and v.startswith("/dev/")
        }:
            if path in owners:
                raise ConfigurationError(
                    N_("{file} 里「{first}」和「{second}」用了同一个接口 {path}；一个接口只能接一个设备，请改正其中一个"),
                    file=str(source), key=f"devices.{device.name}.options", first=owners[path], second=device.name,
                    path=path,
                )  # fmt: skip
            owners[path] = device.name


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except OSError as error:
        raise ConfigurationError(N_("配置文件 {file} 打不开：{why}"), file=str(path), key="", why=str(error)) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigurationError(
            N_("配置文件 {file} 不是正确的 TOML：{why}"), file=str(path), key="", why=str(error)
        ) from error


def _devices(path: Path, content: Any) -> tuple[Device, ...]:
    if not isinstance(content, list) or not all(isinstance(item, dict) for item in content):
        raise _wrong(path, "devices", content)
    found: list[Device] = []
    for number, item in enumerate(content, 1):
        place = f"devices[{number}]"
        options = item.get("options", {})
        if not isinstance(options, dict):
            raise _wrong(path, f"{place}.options", options)
        for key, value in item.items():
            if key == "options":
                continue
            if key not in _DEVICE_KEYS:
                raise _unknown(path, f"{place}.{key}")
            if not _DEVICE_KEYS[key](value):
                raise _wrong(path, f"{place}.{key}", value)
        for key in ("name", "kind", "driver"):
            if key not in item:
                raise ConfigurationError(N_("{file} 缺少配置项 {key}"), file=str(path), key=f"{place}.{key}")
        if item["name"] in {device.name for device in found}:
            raise _wrong(path, f"{place}.name", item["name"])
        found.append(
            Device(item["name"], item["kind"], item["driver"], item.get("desk", ""), MappingProxyType(dict(options)))
        )
    return tuple(found)


def _unknown(path: Path, key: str) -> ConfigurationError:
    return ConfigurationError(N_("{file} 里没有名为 {key} 的配置项，请改正或删去"), file=str(path), key=key)


def _wrong(path: Path, key: str, value: Any) -> ConfigurationError:
    return ConfigurationError(
        N_("{file} 的配置项 {key} 的值不对：{value}"), file=str(path), key=key, value=repr(value)[:80]
    )
