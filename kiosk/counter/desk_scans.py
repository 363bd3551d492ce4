"""Scans taken for a desk, each once, with the answer that was shown. The row is written whether the scan did anything
or not; it holds no personal value, and of the scanned text only a keyed hash, to tell a second sight of the same
code."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from kiosk import clock
from kiosk.codes import SECRET, CodeKind
from kiosk.storage import Reader, Tx
from kiosk.words import say

#: Long enough to look into yesterday's trouble.
KEPT_DAYS = 7
DONE, ATTENTION, REFUSED, ALREADY, TROUBLE = "done", "attention", "refused", "already", "trouble"


@dataclass(frozen=True, slots=True)
class ScanOutcome:
    """What a scan came to, as the desk's pages show, sound and speak it.

    ``tone`` is one of done, attention, refused, already, trouble. ``changed`` names what pages should read again
    (batch, parcel, person, desk, session, print). ``go`` is a page to open, '' for none. ``facts`` fill ``message``;
    beside them stand ``warnings`` (texts), ``people`` (a parcel id for each person to choose from)."""

    scan_id: str
    desk_id: int
    code: str
    tone: str
    message: str
    facts: Mapping[str, Any] = field(default_factory=dict)
    parcel_id: int | None = None
    changed: tuple[str, ...] = ()
    go: str = ""
    id: int = 0

    @property
    def is_quiet(self) -> bool:
        """One grey line and a soft tone: imagers catch the wrong symbol all day (lessons.md 17)."""
        return self.code.endswith(".is_noise")

    def __str__(self) -> str:
        return say(self.message, **self.facts)


def find(db: Reader, scan_id: str) -> ScanOutcome | None:
    """The answer to a scan that was taken before."""
    row = db.one("SELECT * FROM desk_scans WHERE scan_id = ?", scan_id)
    return None if row is None else _outcome(row)


def recent(db: Reader, desk_id: int, limit: int = 20, after_id: int = 0) -> list[ScanOutcome]:
    """The last scans of a desk, newest first."""
    rows = db.all(
        "SELECT * FROM desk_scans WHERE desk_id = ? AND id > ? ORDER BY at DESC, id DESC LIMIT ?",
        desk_id,
        after_id,
        limit,
    )
    return [_outcome(row) for row in rows]


def tally(db: Reader, desk_id: int, since_at: str) -> dict[str, int]:
    """How many scans of a desk came to which code since an instant (what an intake batch has refused, and why)."""
    rows = db.all(
        "SELECT outcome, COUNT(*) FROM desk_scans WHERE desk_id = ? AND at >= ? AND was_taken = 1 GROUP BY outcome",
        desk_id,
        since_at,
    )
    return {row[0]: row[1] for row in rows}


def one(db: Reader, desk_id: int, row_id: int) -> ScanOutcome | None:
    """A scan of this desk by its row, None when it is not kept any more."""
    row = db.one("SELECT * FROM desk_scans WHERE id = ? AND desk_id = ?", row_id, desk_id)
    return None if row is None else _outcome(row)


def code_hash(db: Reader, kind: CodeKind, text: str) -> str | None:
    """The keyed hash by which a second sight of the same code is known; None for a secret and for nothing."""
    return None if kind in SECRET or not text else db.secrets.keyed_hash("session", f"scan:{kind}:{text}")


def was_just_seen(tx: Tx, desk_id: int, hashed: str | None, at: str) -> bool:
    """Whether the same code was taken, or seen again, at this desk within the last seconds (settings.counter).

    A sight that was itself only 已扫 counts too: a scanner held on a code reads it for as long as it is held.
    """
    if hashed is None:
        return False
    seconds = tx.settings.counter.same_code_seconds
    rows = tx.all(
        "SELECT kind, code_hash FROM desk_scans WHERE desk_id = ? AND at > ? AND at < ? AND was_taken = 1"
        " ORDER BY at DESC, id DESC",
        desk_id,
        clock.stamp(clock.read(at) - timedelta(seconds=seconds)),
        clock.stamp(clock.read(at) + timedelta(seconds=seconds)),
    )
    for row in rows:
        if row["code_hash"] == hashed:
            return True
        if row["kind"] == CodeKind.COMMAND:
            return False  # the command made the desk mean something else by the same code
    return False


def write(tx: Tx, outcome: ScanOutcome, kind: CodeKind, hashed: str | None, at: str, *, was_taken: bool) -> ScanOutcome:
    """Keeps the answer; ``was_taken`` is False for a scan that the desk did not look at (locked, too old)."""
    row_id = tx.insert(
        "desk_scans", scan_id=outcome.scan_id, desk_id=outcome.desk_id, at=at, taken_at=tx.now, kind=kind.value,
        code_hash=hashed, outcome=outcome.code, tone=outcome.tone, message=outcome.message,
        facts=json.dumps({**outcome.facts, "go": outcome.go}, ensure_ascii=False, default=str),
        parcel_id=outcome.parcel_id, changed=" ".join(outcome.changed), was_taken=int(was_taken),
    )  # fmt: skip
    return ScanOutcome(
        outcome.scan_id, outcome.desk_id, outcome.code, outcome.tone, outcome.message, outcome.facts, outcome.parcel_id,
        outcome.changed, outcome.go, row_id,
    )  # fmt: skip


def forget_old(tx: Tx) -> int:
    """Deletes scans older than a week (chores), at most 500 a turn; returns how many."""
    before = clock.stamp(clock.read(tx.now) - timedelta(days=KEPT_DAYS))
    cursor = tx.execute(
        "DELETE FROM desk_scans WHERE id IN (SELECT id FROM desk_scans WHERE taken_at < ? LIMIT 500)", before
    )
    return cursor.rowcount


def _outcome(row) -> ScanOutcome:  # type: ignore[no-untyped-def]
    facts = json.loads(row["facts"])
    go = facts.pop("go", "")
    return ScanOutcome(
        row["scan_id"], row["desk_id"], row["outcome"], row["tone"], row["message"], facts, row["parcel_id"],
        tuple(row["changed"].split()), go, row["id"],
    )  # fmt: skip
