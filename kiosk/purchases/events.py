"""Every step of a purchase: its row, a written event and the audit record in one. Nothing else writes state or money, so
that the three can never tell different stories."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from kiosk import audit, shifts
from kiosk.purchases.model import ENDED, Purchase
from kiosk.storage import Tx


def step(
    tx: Tx,
    before: Purchase,
    kind: str,
    state: str | None = None,
    *,
    moved_fen: int = 0,
    detail: dict[str, Any] | None = None,
    **columns: Any,
) -> Purchase:
    """Moves a purchase one step: ``state`` is the new one (the same when None), ``columns`` what else changes.

    Returns the purchase as it is then. ``moved_fen`` is what the step moved, ``detail`` ids, enums and numbers only.
    """
    business_on = shifts.ensure_open(tx).business_on
    to_state = str(state or before.state)
    changed: dict[str, Any] = {"steps": before.steps + 1, **columns}
    if to_state != before.state:
        changed |= {"state": to_state, "state_since": tx.now, "ended_on": business_on if to_state in ENDED else None}
    after = replace(before, **{name: value for name, value in changed.items() if name in Purchase.__slots__})
    tx.change("purchases", before.id, **changed)
    write(tx, after, kind, before.state, business_on, moved_fen, detail)
    return after


def write(
    tx: Tx,
    now: Purchase,
    kind: str,
    from_state: str | None,
    business_on: str,
    moved_fen: int = 0,
    detail: dict[str, Any] | None = None,
) -> None:
    """The event and the record of a step that the row has taken already."""
    facts = {"due_fen": now.due_fen, "received_fen": now.received_fen, "spent_fen": now.spent_fen}
    seq = audit.record(
        tx, f"purchase.{kind}", purchase_id=now.id, step=now.steps, state=now.state, amount_fen=now.amount_fen,
        advance_fen=now.advance_fen, paid_by=now.paid_by, moved_fen=moved_fen, business_on=business_on, **facts,
    )  # fmt: skip
    tx.insert(
        "purchase_events", purchase_id=now.id, step=now.steps, kind=kind, from_state=from_state, to_state=now.state,
        at=tx.now, business_on=business_on, actor_kind=tx.actor.kind, actor_id=tx.actor.id, moved_fen=moved_fen,
        detail=json.dumps(detail or {}, sort_keys=True, separators=(",", ":")), audit_seq=seq, **facts,
    )  # fmt: skip
