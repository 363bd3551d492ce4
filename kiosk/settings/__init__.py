"""What an installer or a county sets: TOML, read once at start. ``config/station.toml`` in the checkout holds every key
with its default; ``station.toml`` in the state folder overrides single keys. An unknown key or a wrong value is named
with file and key and nothing starts."""

from __future__ import annotations

import os
import tomllib
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

from kiosk.errors import ConfigurationError
from kiosk.settings.model import County, Device, Reminders, Settings
from kiosk.settings.shape import DEVICE_KEYS, ROAD_KEYS, SCHEMA
from kiosk.words import N_

__all__ = ["CONFIG", "DEMO_MARK", "County", "Device", "Reminders", "Settings", "load", "state_folder"]

CONFIG = Path(__file__).resolve().parents[2] / "config"
#: Marks a state folder as belonging to a demonstration (``kiosk run --demo``).
DEMO_MARK = "demo.json"


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
            if section not in SCHEMA:
                raise _unknown(path, section)
            if not isinstance(content, dict):
                raise _wrong(path, section, content)
            checks = SCHEMA[section][1]
            for key, value in content.items():
                if key not in checks:
                    raise _unknown(path, f"{section}.{key}")
                if not checks[key](value):
                    raise _wrong(path, f"{section}.{key}", value)
                values.setdefault(section, {})[key] = tuple(value) if isinstance(value, list) else value
    built: dict[str, Any] = {}
    for section, (kind, checks) in SCHEMA.items():
        for key in checks:
            if key not in values.get(section, {}):
                raise ConfigurationError(N_("{file} 缺少配置项 {key}"), file=str(files[0]), key=f"{section}.{key}")
        built[section] = kind(**values[section])
    override = os.environ.get("KIOSK_COUNTY_ADDRESS", "")
    if override and not built["county"].address:
        if not SCHEMA["county"][1]["address"](override):
            raise _wrong(Path("KIOSK_COUNTY_ADDRESS"), "county.address", override)
        built["county"] = replace(built["county"], address=override)
    settings = Settings(devices=devices, sources=tuple(str(path) for path in files), **built)
    for device in devices:
        if device.desk and device.desk not in settings.counter.desks:
            raise _wrong(files[-1], f"devices.{device.name}.desk", device.desk)
    _refuse_shared_path(files[-1], devices)
    for key in ROAD_KEYS.get(settings.county.road, ()):
        if not getattr(settings.county, key):
            raise ConfigurationError(
                N_("{file} 选了上报方式 {road}，还要填 {key}"), file=str(files[-1]), road=settings.county.road,
                key=f"county.{key}",
            )  # fmt: skip
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
            if key not in DEVICE_KEYS:
                raise _unknown(path, f"{place}.{key}")
            if not DEVICE_KEYS[key](value):
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
