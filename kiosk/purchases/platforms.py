"""Platforms to choose from: data in ``platforms.toml``, of the state folder if it is there, else of the checkout. The
list only spares typing: any other platform is taken as it was typed (NORM-14: open to all)."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from kiosk.codes import about_a_person
from kiosk.errors import ConfigurationError
from kiosk.settings import CONFIG
from kiosk.storage import Reader
from kiosk.words import N_

FILE = "platforms.toml"
LONGEST = 30
_CODE = re.compile(r"[a-z0-9][a-z0-9_]{0,19}")


def platforms(db: Reader) -> Mapping[str, str]:
    """Code → name. Raises ``ConfigurationError`` naming file and key."""
    own = db.store.state / FILE
    path = own if own.exists() else CONFIG / FILE
    return _read(path, path.stat().st_mtime_ns)


def kept_as(db: Reader, typed: str | None) -> str:
    """What is stored of a platform that was chosen or typed: its code where the list has it, else the words."""
    words = about_a_person(typed, LONGEST)
    known = platforms(db)
    if words in known:
        return words
    return next((code for code, name in known.items() if name == words), words)


def name_of(db: Reader, kept: str) -> str:
    """A stored platform as people read it."""
    return platforms(db).get(kept, kept)


@lru_cache(maxsize=4)
def _read(path: Path, _changed: int) -> Mapping[str, str]:
    try:
        document = tomllib.loads(path.read_text("utf-8"))
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigurationError(N_("{file} 读不出来：{why}"), file=str(path), why=str(error), key="") from error
    if set(document) != {"platforms"} or not isinstance(document["platforms"], list):
        raise _wrong(path, sorted(set(document) - {"platforms"} or {"platforms"})[0])
    found: dict[str, str] = {}
    for number, raw in enumerate(document["platforms"], 1):
        code, name = _platform(path, f"platforms[{number}]", raw)
        if code in found:
            raise _wrong(path, f"platforms[{number}].code")
        found[code] = name
    return found


def _platform(path: Path, place: str, raw: Any) -> tuple[str, str]:
    if not isinstance(raw, dict):
        raise _wrong(path, place)
    for key in sorted(set(raw) - {"code", "name"}):
        raise _wrong(path, f"{place}.{key}")
    code, name = raw.get("code"), raw.get("name")
    if not isinstance(code, str) or not _CODE.fullmatch(code):
        raise _wrong(path, f"{place}.code")
    if not isinstance(name, str) or not name.strip() or len(name) > LONGEST or not name.isprintable():
        raise _wrong(path, f"{place}.name")
    return code, name.strip()


def _wrong(path: Path, key: str) -> ConfigurationError:
    return ConfigurationError(N_("{file} 的 {key} 填写不对，请改正"), file=str(path), key=key)
