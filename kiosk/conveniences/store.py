"""All SQL of convenience services."""

from __future__ import annotations

from collections.abc import Iterable

from kiosk.conveniences.model import CASE, COUNTS, Convenience, ConvenienceState
from kiosk.errors import Refused
from kiosk.storage import Reader, Tx
from kiosk.words import N_

OPEN_SQL = "(state = 'received' OR money = 'held' AND state = 'failed')"


def convenience(db: Reader, convenience_id: int) -> Convenience:
    """The case of this id; raises ``Refused('convenience.unknown')``."""
    row = db.one("SELECT * FROM conveniences WHERE id = ?", convenience_id)
    if row is None:
        raise Refused(
            "convenience.unknown",
            N_("没有编号为 {convenience_id} 的便民服务，请核对编号"),
            convenience_id=convenience_id,
        )
    return Convenience.of(row)


def take_step(tx: Tx, convenience_id: int, state: str, business_on: str) -> None:
    """Writes down that a case came to a state."""
    step = tx.value("SELECT COALESCE(MAX(step), 0) + 1 FROM convenience_steps WHERE convenience_id = ?", convenience_id)
    tx.insert(
        "convenience_steps", convenience_id=convenience_id, step=step, state=state, business_on=business_on, at=tx.now,
        by_kind=tx.actor.kind, by_id=tx.actor.id,
    )  # fmt: skip


def steps(db: Reader, convenience_id: int) -> list[dict[str, object]]:
    """Every step of a case in order."""
    rows = db.all(
        "SELECT state, business_on, at, by_kind, by_id FROM convenience_steps WHERE convenience_id = ? ORDER BY step",
        convenience_id,
    )
    return [dict(row) for row in rows]


def values(db: Reader, convenience_ids: Iterable[int]) -> dict[int, dict[str, str]]:
    """What was typed, by case and field; nothing for what was erased."""
    wanted = sorted(set(convenience_ids))
    found: dict[int, dict[str, str]] = {number: {} for number in wanted}
    marks = ", ".join("?" * len(wanted))
    rows = db.all(
        f"SELECT case_id, field, value FROM vault WHERE case_kind = '{CASE}' AND case_id IN ({marks})", *wanted
    )
    for row in rows:
        found[row["case_id"]][row["field"]] = row["value"]
    return found


def still_open(db: Reader) -> list[Convenience]:
    """Cases of which somebody must still do something, the earliest due first, then those without a date."""
    rows = db.all(f"SELECT * FROM conveniences WHERE {OPEN_SQL} ORDER BY due_on IS NULL, due_on, id")
    return [Convenience.of(row) for row in rows]


def how_many_open(db: Reader) -> int:
    """How many cases are unfinished."""
    return int(db.value(f"SELECT COUNT(*) FROM conveniences WHERE {OPEN_SQL}"))


def due_until(db: Reader, today: str) -> int:
    """How many cases are still to be done that are due by a date."""
    return int(db.value("SELECT COUNT(*) FROM conveniences WHERE state = 'received' AND due_on <= ?", today))


def older_than(db: Reader, before: int, limit: int, states: Iterable[str]) -> list[Convenience]:
    """A page of cases, newest first."""
    wanted = sorted(states)
    marks = ", ".join("?" * len(wanted))
    rows = db.all(
        f"SELECT * FROM conveniences WHERE id < ? AND state IN ({marks}) ORDER BY id DESC LIMIT ?",
        before,
        *wanted,
        limit,
    )
    return [Convenience.of(row) for row in rows]


def same_once(db: Reader, service: str, once_hash: str) -> int | None:
    """The case that these values stand for already."""
    marks = ", ".join("?" * len(COUNTS))
    found = db.value(
        f"SELECT id FROM conveniences WHERE service = ? AND once_hash = ? AND state IN ({marks})",
        service,
        once_hash,
        *sorted(COUNTS),
    )
    return None if found is None else int(found)


def sum_of_day(db: Reader, day_hash: str, business_on: str) -> int:
    """The prices of one day's cases with the same value, in fen."""
    marks = ", ".join("?" * len(COUNTS))
    return int(
        db.value(
            "SELECT COALESCE(SUM(principal_fen), 0) FROM conveniences WHERE day_hash = ? AND recorded_on = ?"
            f" AND state IN ({marks})",
            day_hash,
            business_on,
            *sorted(COUNTS),
        )
    )


def to_erase(db: Reader, today: str, clinic_days: int) -> list[int]:
    """Cases whose person is no longer needed: so many days after their date as their data say (``clinic_days`` for a visit
    to a doctor), and nothing left to do."""
    rows = db.all(
        "SELECT c.id FROM conveniences c WHERE c.kept_days IS NOT NULL AND c.erased_at IS NULL AND c.due_on IS NOT NULL"
        " AND c.due_on < :today AND date(c.due_on, '+' || CASE WHEN EXISTS (SELECT 1 FROM vault v WHERE v.case_id = c.id"
        " AND v.case_kind = 'convenience' AND v.retention_class = 'clinic') THEN :clinic ELSE c.kept_days END || ' days')"
        f" < :today AND c.state <> '{ConvenienceState.RECORDED}' ORDER BY c.id LIMIT 500",
        today=today,
        clinic=clinic_days,
    )  # fmt: skip
    return [int(row["id"]) for row in rows]
