"""The job that erases what has outlived its term, in short turns: at most 500 cases and 50 ms inside one erasing
transaction, then the counter goes on. Each turn asks anew what is due, so a power cut costs nothing but its own turn."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import date, timedelta

from kiosk import clock
from kiosk.errors import Refused
from kiosk.retention.kinds import Kind, Line, all_kinds, due, lines
from kiosk.retention.terms import days_of
from kiosk.storage import Reader, Store, Tx
from kiosk.vault import WHOLE

MOST_CASES, TURN_SECONDS = 500, 0.05
#: The transaction's own end takes its share of a turn.
_WORK_SECONDS = TURN_SECONDS - 0.015
#: After this the other chores have their turn; the rest goes on at the next run.
RUN_SECONDS = 20.0


def erase_due(store: Store, today: date | None = None, *, run_seconds: float = RUN_SECONDS) -> int:
    """Erases every case whose term is over on ``today`` (the station's date); returns how many parts were erased.

    Does nothing for what is not due, or was erased before.
    """
    day = today or clock.local_date(store.settings.station.zone)
    until = time.monotonic() + run_seconds
    done = _settle_owed(store)
    for kind, line in lines():
        after_id = 0
        while time.monotonic() < until:
            with store.reading() as db:
                waiting = due(db, kind, line, _before(db, line, day), after_id, MOST_CASES)
            if not waiting:
                break
            erased, seen = erase_turn(store, kind, line, waiting)
            done += erased
            after_id = waiting[seen - 1]
            if line.due is not None and not erased:
                break
    return done


def erase_turn(store: Store, kind: Kind, line: Line, waiting: list[int]) -> tuple[int, int]:
    """One turn: erases as many of these cases as fit into it; returns how many were erased and how many looked at."""
    erased = seen = 0
    with store.transaction(erasing=True) as tx:
        began = time.monotonic()
        for case_id in waiting:
            erased += erase_one(tx, kind, line, case_id, f"term.{line.term}")
            seen += 1
            if time.monotonic() - began >= _WORK_SECONDS:
                break
    return erased, seen


def erase_one(tx: Tx, kind: Kind, line: Line, case_id: int, rule: str) -> bool:
    """Erases one case's part; False when its room refuses, and nothing of it stays."""
    tx.execute("SAVEPOINT one_case")
    try:
        line.erase(tx, case_id, rule)
    except Refused:
        tx.execute("ROLLBACK TO one_case")
        tx.execute("RELEASE one_case")
        return False
    tx.execute("RELEASE one_case")
    return True


def still_due(db: Reader, today: date) -> Iterator[tuple[Kind, Line, int]]:
    """The first case of each line that should have been erased by ``today`` (the nightly check asks)."""
    for kind, line in lines():
        for case_id in due(db, kind, line, _before(db, line, today), 0, 1):
            yield kind, line, case_id


def _before(db: Reader, line: Line, today: date) -> str:
    return (today - timedelta(days=days_of(db, line.term))).isoformat()


def owed(db: Reader, kind: Kind) -> list[tuple[int, str]]:
    """Cases whose person was erased while they were still open by a restored back-up, and that are over now, each with its
    rule. Looked for among what is not erased yet: the list of erasures only ever grows."""
    left = " OR ".join(f"c.{column} IS NOT NULL" for column in kind.columns)
    rows = db.all(
        f"SELECT DISTINCT c.id, e.rule FROM {kind.table} c CROSS JOIN erasures e ON e.case_id = c.id"
        f" WHERE e.case_kind = ? AND e.part = ? AND ({kind.ended}) > '' AND c.erased_at IS NULL AND ({left}) LIMIT ?",
        kind.case_kind,
        WHOLE,
        MOST_CASES,
    )
    return [(row["id"], row["rule"]) for row in rows]


def _settle_owed(store: Store) -> int:
    """What a restored back-up showed as open, and so could not be erased whole: it goes as soon as its room lets it."""
    done = 0
    for kind in all_kinds().values():
        line = kind.line(WHOLE)
        if kind.erase_open is None or line is None:
            continue
        with store.reading() as db:
            waiting = owed(db, kind)
        for case_id, rule in waiting:
            with store.transaction(erasing=True) as tx:
                done += erase_one(tx, kind, line, case_id, rule)
    return done
