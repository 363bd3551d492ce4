"""The list of erasures: case, names of fields, rule, time, and no person. A line for each also stands in a file beside the
database, because a restore is wanted most when the database can't be read any more."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from kiosk.retention.kinds import all_kinds, kind_of
from kiosk.storage import Reader, Store

#: One JSON object a line, in the state folder; not part of a back-up, and never taken away by a restore.
FILE = "erasures.list"
#: Some hundred lines: a power cut tears the last one, or leaves zeros where a few should be.
_TAIL_BYTES = 65_536


@dataclass(frozen=True, slots=True)
class Erasure:
    """One erasure. ``born_at`` is when the case began by its own row: a case of the same number in another history (the
    station was restored between) began at another instant and is another case; '' when that is not known."""

    id: int
    case_kind: str
    case_id: int
    part: str
    fields: str
    rule: str
    at: str
    born_at: str


def erasures(db: Reader, after_id: int = 0, limit: int = 500) -> list[Erasure]:
    """Erasures after an id, oldest first."""
    rows = db.all(
        "SELECT id, case_kind, case_id, part, fields, rule, at FROM erasures WHERE id > ? ORDER BY id LIMIT ?",
        after_id,
        limit,
    )
    return [Erasure(*tuple(row), born_at(db, row["case_kind"], row["case_id"]) or "") for row in rows]


def latest(db: Reader, limit: int = 50) -> list[Erasure]:
    """The last erasures, newest first."""
    rows = db.all("SELECT id, case_kind, case_id, part, fields, rule, at FROM erasures ORDER BY id DESC LIMIT ?", limit)
    return [Erasure(*tuple(row), "") for row in rows]


def born_at(db: Reader, case_kind: str, case_id: int) -> str | None:
    """When a case began; None for one that there isn't."""
    kind = kind_of(case_kind)
    if kind is None:
        return None
    value = db.value(f"SELECT {kind.born} FROM {kind.table} c WHERE c.id = ?", case_id)
    return None if value is None else str(value)


def write_list(store: Store, beside: Path | None = None) -> int:
    """Adds to the file what it does not hold yet, and syncs it; returns how many lines were added."""
    path = beside or store.state / FILE
    last, whole_bytes = _last_id(path)
    added = 0
    with store.reading() as db:
        first = db.value("SELECT MIN(id) FROM erasures WHERE id > ?", last)
        if first is None:
            return 0
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        with os.fdopen(descriptor, "r+b") as handle:
            handle.truncate(whole_bytes)  # a line that a power cut tore
            handle.seek(whole_bytes)
            while found := erasures(db, last):
                for one in found:
                    handle.write(json.dumps(asdict(one), ensure_ascii=True).encode("ascii") + b"\n")
                last, added = found[-1].id, added + len(found)
            handle.flush()
            os.fsync(handle.fileno())
    return added


def read_list(path: Path) -> Iterator[Erasure]:
    """The lines of a list; one that was torn or is of another version is left out."""
    if not path.exists():
        return
    with path.open("r", encoding="ascii", errors="replace") as handle:
        for line in handle:
            try:
                one = Erasure(**json.loads(line))
            except (ValueError, TypeError):
                continue
            if one.case_kind in all_kinds():
                yield one


def _last_id(path: Path, tail_bytes: int = _TAIL_BYTES) -> tuple[int, int]:
    """The id of the last whole line and where that line ends. Read from the end: the list only grows."""
    if not path.exists():
        return 0, 0
    with path.open("rb") as handle:
        begins = max(0, handle.seek(0, os.SEEK_END) - tail_bytes)
        handle.seek(begins)
        *whole, _torn = handle.read().split(b"\n")
    end = begins + sum(len(line) + 1 for line in whole)
    while whole:
        line = whole.pop()
        try:
            return int(json.loads(line)["id"]), end
        except (ValueError, KeyError, TypeError):
            end -= len(line) + 1
    return _last_id(path, tail_bytes * 16) if begins else (0, 0)
