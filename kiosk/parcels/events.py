"""The one road by which a parcel changes: the transition is checked, the row moves, the event and the audit record are
written, in that order and in the act's transaction. So the chain of events always leads to the stored state."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from kiosk import audit
from kiosk.errors import Refused
from kiosk.parcels.model import GONE, IN_STOCK, STATE_WORDS, TRANSITIONS, EventKind, ParcelState
from kiosk.parcels.names import keys
from kiosk.parcels.problem_cases import concerns, follow
from kiosk.parcels.refusals import Parcel, gone
from kiosk.storage import Tx
from kiosk.words import N_, say

_encode = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode


def write(
    tx: Tx,
    parcel: Parcel,
    kind: EventKind,
    business_on: str,
    *,
    to_state: ParcelState | None = None,
    columns: Mapping[str, Any] | None = None,
    method: str = "",
    relation: str = "",
    detail: Mapping[str, Any] | None = None,
    audited: Mapping[str, int | str | None] | None = None,
) -> int:
    """Moves ``parcel`` (its row as read in this transaction) by one event; returns the event's step.

    ``to_state`` None keeps the state, ``columns`` are set with it, ``detail`` holds ids, enums and numbers only,
    ``audited`` are the facts of the audit action ``parcel.<kind>`` beside the parcel's id. Raises ``Refused`` for a
    transition that the table doesn't have.
    """
    before = ParcelState(parcel["state"])
    after = to_state or before
    if after not in TRANSITIONS[kind].get(before, frozenset()):
        raise refusal(tx, parcel)
    _index_name(tx, parcel, after, (columns or {}).get("name_hint", parcel["name_hint"]))
    step = parcel["steps"] + 1
    changed = {**(columns or {}), "state": after.value, "steps": step}
    sets = ", ".join(f"{name} = ?" for name in changed)
    tx.execute(f"UPDATE parcels SET {sets} WHERE id = ?", *changed.values(), parcel["id"])
    record(tx, parcel["id"], step, kind, business_on, before, after, method, relation, detail, audited)
    if concerns(kind, before):
        follow(tx, parcel["id"], step, kind, business_on, after, detail or {})
    return step


def index_name(tx: Tx, parcel_id: int, name_hint: str) -> None:
    """Makes a parcel in stock findable by this name."""
    for key in keys(name_hint):
        tx.execute("INSERT INTO names_in_stock (name_key, parcel_id) VALUES (?, ?)", key, parcel_id)


def _index_name(tx: Tx, parcel: Parcel, after: ParcelState, name_hint: str | None) -> None:
    """Keeps the names of the stock in step: gone with the parcel, back with it, changed with the hint."""
    was = parcel["name_hint"] if parcel["state"] in IN_STOCK else None
    now = name_hint if after in IN_STOCK else None
    if was == now:
        return
    for key in keys(was or ""):
        tx.execute("DELETE FROM names_in_stock WHERE name_key = ? AND parcel_id = ?", key, parcel["id"])
    if now:
        index_name(tx, parcel["id"], now)


def record(
    tx: Tx,
    parcel_id: int,
    step: int,
    kind: EventKind,
    business_on: str,
    before: ParcelState | None,
    after: ParcelState,
    method: str = "",
    relation: str = "",
    detail: Mapping[str, Any] | None = None,
    audited: Mapping[str, int | str | None] | None = None,
) -> None:
    """Writes the event row and the audit record that it belongs to; the caller has moved the parcel."""
    seq = audit.record(tx, f"parcel.{kind.value}", parcel_id=parcel_id, **(audited or {}))
    actor = tx.actor
    tx.execute(
        "INSERT INTO parcel_events (parcel_id, step, kind, from_state, to_state, at, business_on, actor_kind, actor_id,"
        " desk_id, method, relation, detail, audit_seq) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        parcel_id, step, kind.value, before.value if before else None, after.value, tx.now, business_on, actor.kind,
        actor.id, actor.desk_id, method, relation,
        _encode(detail) if detail else "{}", seq,
    )  # fmt: skip


def refusal(tx: Tx, parcel: Parcel) -> Refused:
    """Why a parcel in this state can't be moved so: when and by whom it left, or in which state it is here."""
    state = ParcelState(parcel["state"])
    if state in GONE:
        return gone(tx, parcel)
    if state is ParcelState.EXPECTED:
        return Refused(
            "parcel.not_arrived", N_("这件还没有入库，没有改动任何内容；到件后请先扫码入库"), parcel_id=parcel["id"]
        )
    return Refused(
        "parcel.not_in_that_state",
        N_("这件现在是「{state_name}」，这一步用不上；没有改动任何内容"),
        parcel_id=parcel["id"],
        state=state.value,
        state_name=say(STATE_WORDS[state]),
    )
