"""Which registers the station keeps: a file each in ``config/registers`` of the checkout, to which the state folder's own
``registers`` adds others or replaces those of the same code. A mistake is named with file and key and nothing starts; a file
that is spoilt or half copied while the station works changes nothing: a day must close whatever lies in a folder."""

from __future__ import annotations

import hashlib
import json
import os
import tomllib
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from kiosk.errors import ConfigurationError, Refused
from kiosk.registers.build import build
from kiosk.registers.model import GROUPS, Counter, Register
from kiosk.registers.shape import Wrong, check
from kiosk.settings import CONFIG
from kiosk.storage import Reader
from kiosk.words import N_

FOLDER = "registers"
_MOST_FILES = 200


#: The registers of a state folder as they were when all of its files could last be read.
_last_whole: dict[Path, Mapping[str, Register]] = {}


def registers(db: Reader) -> Mapping[str, Register]:
    """Every register that is kept, by code, in the order of the page; while a file is wrong, those of before. Raises
    ``ConfigurationError`` naming file and key when this process has never read them whole."""
    try:
        found = read_files(db)
    except ConfigurationError:
        if db.store.state not in _last_whole:
            raise
        return _last_whole[db.store.state]
    _last_whole[db.store.state] = found
    return found


def read_files(db: Reader) -> Mapping[str, Register]:
    """The registers as the files say now. Raises ``ConfigurationError`` naming file and key."""
    return _all(_stamp(CONFIG / FOLDER), _stamp(db.store.state / FOLDER))


def mistake(db: Reader) -> ConfigurationError | None:
    """What is wrong with the files now; None when nothing is."""
    try:
        read_files(db)
    except ConfigurationError as error:
        return error
    return None


def register(db: Reader, code: str) -> Register:
    """The register of this code; raises ``Refused('register.unknown')``."""
    found = registers(db).get(code)
    if found is None:
        raise Refused("register.unknown", N_("没有「{code}」这本登记簿，请从登记簿页面重新打开"), code=code[:30])
    return found


def counters(db: Reader) -> dict[str, Counter]:
    """Every counter by its key, ``complaints.new``."""
    return {counter.key: counter for one in registers(db).values() for counter in one.counters}


def frozen(register: Register) -> tuple[str, str]:
    """The register's data as one line of JSON, and its hash."""
    content = json.dumps(register.raw, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return content, hashlib.sha256(content.encode("utf-8")).hexdigest()


@lru_cache(maxsize=256)
def thawed(content: str) -> Register:
    """The register that ``frozen`` wrote down."""
    return build(json.loads(content))


def _stamp(folder: Path) -> tuple[tuple[str, int], ...]:
    """Which files there are and when they were changed. It is asked at every page, so it makes no ``Path`` of each."""
    try:
        with os.scandir(folder) as found:
            files = sorted((one.path, _changed_at(one)) for one in found if one.name.endswith(".toml"))
    except (FileNotFoundError, NotADirectoryError):
        return ()
    return tuple(files[:_MOST_FILES])


def _changed_at(found: os.DirEntry[str]) -> int:
    """When a file was changed; 0 for one that is not there: whoever reads it says so."""
    try:
        return found.stat().st_mtime_ns
    except OSError:
        return 0


@lru_cache(maxsize=8)
def _all(ours: tuple[tuple[str, int], ...], own: tuple[tuple[str, int], ...]) -> Mapping[str, Register]:
    found: dict[str, Register] = {}
    for path, changed in (*ours, *own):
        one = _read(Path(path), changed)
        found[one.code] = one
    kept = [one for one in found.values() if one.is_kept]
    letters: dict[str, str] = {}
    for one in kept:
        if letters.setdefault(one.letter, one.code) != one.code:
            raise _wrong(Path(f"{one.code}.toml"), "letter")
    places = list(GROUPS)
    kept.sort(key=lambda one: (places.index(one.group), one.order, one.code))
    return {one.code: one for one in kept}


@lru_cache(maxsize=256)
def _read(path: Path, _changed: int) -> Register:
    try:
        raw = tomllib.loads(path.read_text("utf-8"))
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigurationError(N_("{file} 读不出来：{why}"), file=str(path), why=str(error), key="") from error
    try:
        check(raw)
    except Wrong as wrong:
        raise _wrong(path, str(wrong)) from wrong
    if raw["code"] != path.stem:
        raise _wrong(path, "code")
    return build(raw)


def _wrong(path: Path, key: str) -> ConfigurationError:
    return ConfigurationError(N_("{file} 的 {key} 填写不对，请改正"), file=str(path), key=key)
