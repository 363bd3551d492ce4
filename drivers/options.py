"""Reads the ``options`` of a device from settings: each key has a driver, a default and a range, and an unknown key or
a wrong value is named with file and key before anything starts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from kiosk.errors import ConfigurationError
from kiosk.settings import Device
from kiosk.words import N_


class Options:
    """The options of one device; every key must be asked for before ``done``."""

    def __init__(self, device: Device, source: str = "station.toml") -> None:
        self.device = device
        self.source = source
        self._left = dict(device.options)

    def text(self, key: str, default: str = "", *, choices: Sequence[str] = ()) -> str:
        """A text, one of ``choices`` if there are any."""
        value = self._left.pop(key, default)
        if not isinstance(value, str) or (choices and value not in choices):
            raise self._wrong(key, value)
        return value

    def needed_text(self, key: str) -> str:
        """A text that must be there."""
        value = self.text(key)
        if not value:
            raise ConfigurationError(N_("{file} 缺少配置项 {key}"), file=self.source, key=self._place(key))
        return value

    def number(self, key: str, default: float, low: float, high: float) -> float:
        """A number within its range."""
        value = self._left.pop(key, default)
        if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
            raise self._wrong(key, value)
        return float(value)

    def whole(self, key: str, default: int, low: int, high: int) -> int:
        """A whole number within its range."""
        value = self._left.pop(key, default)
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            raise self._wrong(key, value)
        return value

    def flag(self, key: str, default: bool) -> bool:
        """True or false."""
        value = self._left.pop(key, default)
        if not isinstance(value, bool):
            raise self._wrong(key, value)
        return value

    def numbers(self, key: str, default: Sequence[float], low: float, high: float) -> tuple[float, ...]:
        """A list of numbers, not empty."""
        value = self._left.pop(key, list(default))
        if not isinstance(value, list) or not value:
            raise self._wrong(key, value)
        if not all(
            isinstance(item, int | float) and not isinstance(item, bool) and low <= item <= high for item in value
        ):
            raise self._wrong(key, value)
        return tuple(float(item) for item in value)

    def texts(self, key: str, default: Sequence[str] = ()) -> tuple[str, ...]:
        """A list of texts."""
        value = self._left.pop(key, list(default))
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise self._wrong(key, value)
        return tuple(value)

    def leave(self, keys: Iterable[str]) -> dict[str, Any]:
        """Takes keys that somebody else checks, and returns those that are there."""
        return {key: self._left.pop(key) for key in keys if key in self._left}

    def done(self) -> None:
        """Raises ``ConfigurationError`` for the first key that nobody asked for."""
        for key in self._left:
            raise ConfigurationError(
                N_("{file} 里没有名为 {key} 的配置项，请改正或删去"), file=self.source, key=self._place(key)
            )

    def wrong(self, key: str) -> ConfigurationError:
        """The error for a value that is wrong beside another one."""
        return self._wrong(key, self.device.options.get(key, ""))

    def _place(self, key: str) -> str:
        return f"devices.{self.device.name}.options.{key}"

    def _wrong(self, key: str, value: Any) -> ConfigurationError:
        return ConfigurationError(
            N_("{file} 的配置项 {key} 的值不对：{value}"),
            file=self.source,
            key=self._place(key),
            value=repr(value)[:80],
        )
