"""Invariants of problem cases: each chain of a parcel's events, walked anew, leads to the cases that stand, and what was
settled without the parcel's moving was recorded by the one who did it."""

from __future__ import annotations

import itertools
import json
import sqlite3
from collections.abc import Iterable, Iterator

from kiosk.parcels.model import EventKind, ParcelState
from kiosk.parcels.problem_cases import UNDOES, Resolution, ends, opens
from kiosk.storage import Reader
from kiosk.storage.problem import Problem

_SETTLED = (Resolution.COMPENSATED.value, Resolution.SETTLED.value)


def cases(db: Reader) -> Iterator[Problem]:
    """Cases that don't follow from their parcel's events, and settlings that nobody recorded."""
    stand: dict[int, dict[int, sqlite3.Row]] = {}
    for row in db.connection.execute("SELECT * FROM parcel_problems"):
        stand.setdefault(row["parcel_id"], {})[row["opened_step"]] = row
    kinds = "('marked_problem', 'lost', 'wrong_person_noted')"
    events = db.connection.execute(
        "SELECT parcel_id, step, kind, to_state, detail FROM parcel_events WHERE parcel_id IN (SELECT parcel_id FROM"
        f" parcel_events WHERE kind IN {kinds} UNION SELECT parcel_id FROM parcel_problems) ORDER BY parcel_id, step"
    )
    for parcel_id, of_one in itertools.groupby(events, key=lambda event: event["parcel_id"]):
        found = stand.pop(parcel_id, {})
        settled = {step for step, row in found.items() if row["resolution"] in _SETTLED}
        wanted = _walk(of_one, settled)
        for step in sorted(wanted.keys() | found.keys()):
            row = found.get(step)
            told = None if row is None else (row["kind"], row["resolution"], row["closed_step"])
            expected = wanted.get(step)
            if told is not None and expected is not None and step in settled:
                expected = (expected[0], told[1], None)
            if told != expected:
                yield Problem("problem.not_as_its_events", "parcel", parcel_id, f"step {step}: {told}, not {expected}")
    for parcel_id in stand:
        yield Problem("problem.of_no_parcel", "parcel", parcel_id)
    for row in db.connection.execute(
        "SELECT p.id FROM parcel_problems p WHERE p.resolution IN ('compensated', 'settled') AND p.resolution IS NOT"
        " (SELECT json_extract(a.facts, '$.resolution') FROM audit a WHERE a.action = 'problem.settled'"
        " AND json_extract(a.facts, '$.problem_id') = p.id ORDER BY a.seq DESC LIMIT 1)"
    ):
        yield Problem("problem.not_as_recorded", "parcel_problem", row[0])


def _walk(events: Iterable[sqlite3.Row], settled: set[int]) -> dict[int, tuple[str, str, int | None]]:
    """The cases to which these events lead: opening step → kind, resolution, closing step. A settled one is not open
    for what follows."""
    made: dict[int, tuple[str, str, int | None]] = {}
    before = 0
    for event in events:
        kind, step = EventKind(event["kind"]), event["step"]
        if kind in UNDOES:
            for opened, (what, resolution, closed) in list(made.items()):
                if opened == before and not resolution and opened not in settled:
                    made[opened] = (what, Resolution.BY_MISTAKE.value, step)
                elif closed == before and resolution != Resolution.BY_MISTAKE:
                    made[opened] = (what, "", None)
        else:
            is_open = next((opened for opened, one in made.items() if not one[1] and opened not in settled), None)
            if ends(kind) and is_open is not None:
                made[is_open] = (made[is_open][0], ends(kind).value, step)
            opened = opens(kind, ParcelState(event["to_state"]), json.loads(event["detail"]))
            if opened:
                made[step] = (opened, "", None)
        if kind is not EventKind.SECOND_PICKUP_TRIED:
            before = step
    return made
