"""Invariants of staff and desks."""

from __future__ import annotations

from collections.abc import Iterator

from kiosk.storage import Reader
from kiosk.storage.problem import Problem


def problems(db: Reader) -> Iterator[Problem]:
    """A station without a manager, two people at one desk, a desk that points to something that is not there."""
    if db.value("SELECT COUNT(*) FROM staff") and not db.value(
        "SELECT COUNT(*) FROM staff WHERE role = 'manager' AND is_active = 1"
    ):
        yield Problem("people.no_manager", "staff", 0)
    for row in db.all(
        "SELECT desk_id, COUNT(*) AS n FROM staff_sessions WHERE ended_at IS NULL AND desk_id IS NOT NULL"
        " GROUP BY desk_id HAVING n > 1"
    ):
        yield Problem("people.desk_shared", "desk", row["desk_id"], f"{row['n']} sessions")
    for column, table in (
        ("open_batch_id", "intake_batches"),
        ("open_parcel_id", "parcels"),
        ("open_ticket_id", "tickets"),
    ):
        for row in db.all(
            f"SELECT id, {column} AS at FROM desks WHERE {column} IS NOT NULL AND {column} NOT IN (SELECT id FROM {table})"
        ):
            yield Problem("people.desk_points_nowhere", "desk", row["id"], f"{column} {row['at']}")
