"""Walks every chain of parcel events beside the audit records that it was written with, in one pass and in constant
memory: a million parcels of history are checked at night on a small machine."""

from __future__ import annotations

import itertools
import json
import sqlite3
from collections.abc import Iterator

from kiosk.parcels.model import GONE, IN_STOCK, TRANSITIONS, EventKind, HandOverMethod, ParcelState, Relation
from kiosk.storage import Reader
from kiosk.storage.problem import Problem

_CHECKED = (EventKind.HANDED_OVER, EventKind.SECOND_PICKUP_TRIED)


def chains(db: Reader) -> Iterator[Problem]:
    """Parcels whose events do not lead to their row, events without their record, records without their event."""
    events = db.connection.execute(
        "SELECT e.*, a.action, a.at AS audit_at, a.actor_kind AS audit_kind, a.actor_id AS audit_actor, a.facts AS"
        " audit_facts FROM parcel_events e LEFT JOIN audit a ON a.seq = e.audit_seq ORDER BY e.parcel_id, e.step"
    )
    parcels = db.connection.execute("SELECT * FROM parcels ORDER BY id")
    by_parcel = itertools.groupby(events, key=lambda event: event["parcel_id"])
    next_group = next(by_parcel, None)
    for parcel in parcels:
        while next_group is not None and next_group[0] < parcel["id"]:
            yield Problem("parcel.missing", "parcel", next_group[0])
            next_group = next(by_parcel, None)
        if next_group is None or next_group[0] != parcel["id"]:
            yield Problem("parcel.without_event", "parcel", parcel["id"])
            continue
        yield from _chain(parcel, list(next_group[1]))
        next_group = next(by_parcel, None)
    for parcel_id in [next_group[0]] if next_group is not None else []:
        yield Problem("parcel.missing", "parcel", parcel_id)
    for parcel_id, _events in by_parcel:
        yield Problem("parcel.missing", "parcel", parcel_id)
    kinds = ", ".join(f"'parcel.{kind.value}'" for kind in EventKind)
    for row in db.connection.execute(
        f"SELECT seq FROM audit WHERE action IN ({kinds}) EXCEPT SELECT audit_seq FROM parcel_events"
    ):
        yield Problem("parcel.event_missing", "audit", row[0])


def _chain(parcel: sqlite3.Row, events: list[sqlite3.Row]) -> Iterator[Problem]:
    state: ParcelState | None = None
    place, carrier, out, cod, came = None, None, None, (0, 0), None
    for number, event in enumerate(events, 1):
        what = _event(event, number, state)
        if what:
            yield Problem("parcel.event_wrong", "parcel", parcel["id"], f"step {event['step']}: {what}")
            return
        after = ParcelState(event["to_state"])
        if event["kind"] == EventKind.CHECKED_IN:
            came = event
        if after in GONE and after != state:
            out = (event["at"], event["business_on"])
        elif after in IN_STOCK:
            out = None
        state = after
        detail = json.loads(event["detail"])
        place = (detail["shelf"], detail["layer"]) if "shelf" in detail else place
        carrier = detail.get("carrier", carrier)
        cod = (detail["cod_fen"], detail["freight_collect_fen"]) if "cod_fen" in detail else cod
    told = json.loads(came["audit_facts"]) if came is not None else {}
    expected = {
        "state": state.value if state else None,
        "steps": len(events),
        "checked_in_at": came["at"] if came is not None else None,
        "checked_in_on": came["business_on"] if came is not None else None,
        "out_at": out[0] if out else None,
        "out_on": out[1] if out else None,
        "carrier": carrier,
        "cod_fen": cod[0],
        "freight_collect_fen": cod[1],
        "pickup_code": told.get("pickup_code"),
        "batch_id": told.get("batch_id"),
    }
    torn = [name for name, value in expected.items() if parcel[name] != value]
    if (parcel["shelf"], parcel["layer"]) != (place or (None, None)):
        torn.append("place")
    if torn:
        yield Problem("parcel.not_as_its_events", "parcel", parcel["id"], ", ".join(torn))


def _event(event: sqlite3.Row, number: int, before: ParcelState | None) -> str:
    """What is wrong with one event after ``before``; '' when nothing is."""
    try:
        kind, after = EventKind(event["kind"]), ParcelState(event["to_state"])
    except ValueError:
        return "unknown kind or state"
    if event["step"] != number or event["from_state"] != (before.value if before else None):
        return "does not continue the step before"
    if after not in TRANSITIONS[kind].get(before, frozenset()):
        return f"{before} may not become {after} by {kind}"
    if (event["action"], event["audit_at"], event["audit_kind"], event["audit_actor"]) != (
        f"parcel.{kind.value}", event["at"], event["actor_kind"], event["actor_id"],
    ):  # fmt: skip
        return "is not what its record says"
    facts = json.loads(event["audit_facts"])
    if facts["parcel_id"] != event["parcel_id"]:
        return "is recorded for another parcel"
    if kind is EventKind.HANDED_OVER and (facts["method"], facts["relation"]) != (event["method"], event["relation"]):
        return "was handed over in another way"
    if (event["method"] not in set(HandOverMethod)) if kind in _CHECKED[:1] else event["method"]:
        return "has a method that fits no such event"
    if event["relation"] and event["relation"] not in set(Relation):
        return "has an unknown relation"
    return ""
