"""Invariants of proxy purchases, proved from the rows: the ledger holds and has advanced for each one what its row says,
its row is what its events lead to, each event has its record, and what the customer paid stands on tickets."""

from __future__ import annotations

import json
from collections.abc import Iterator

from kiosk import ledger
from kiosk.ledger import Account
from kiosk.purchases.model import ENDED, Purchase, PurchaseState
from kiosk.purchases.position import party
from kiosk.storage import Reader
from kiosk.storage.problem import Problem

#: Of a row, what each of its records says too.
_RECORDED = ("amount_fen", "advance_fen", "paid_by")


def problems(db: Reader) -> Iterator[Problem]:
    """Everything about purchases that doesn't hold, each named by its purchase."""
    rows = {row["id"]: Purchase.of(row) for row in db.connection.execute("SELECT * FROM purchases ORDER BY id")}
    yield from _ledger(db, rows)
    yield from _lines(db, rows)
    yield from _events(db, rows)
    yield from _parcels(db)
    yield from _people(db)


def _ledger(db: Reader, rows: dict[int, Purchase]) -> Iterator[Problem]:
    """Held and advanced money per purchase, and none of anybody else."""
    held = {name: -fen for name, fen in ledger.by_party(db, Account.HELD_FOR_PURCHASES).items()}
    advanced = ledger.by_party(db, Account.PURCHASES_ADVANCED)
    to_hold = {party(found.id): found.held_fen for found in rows.values() if found.held_fen}
    to_get = {party(found.id): found.advanced_fen for found in rows.values() if found.advanced_fen}
    for name in _unlike(held, to_hold):
        yield Problem("purchase.held_differs", "ledger", name, f"book {held.get(name)}, row {to_hold.get(name)}")
    for name in _unlike(advanced, to_get):
        yield Problem("purchase.advanced_differs", "ledger", name, f"book {advanced.get(name)}, row {to_get.get(name)}")


def _unlike(book: dict[str, int], wanted: dict[str, int]) -> list[str]:
    return sorted(name for name in set(book) | set(wanted) if book.get(name, 0) != wanted.get(name, 0))


def _lines(db: Reader, rows: dict[int, Purchase]) -> Iterator[Problem]:
    """What was received is what stands on settled tickets."""
    paid = {
        row[0]: row[1]
        for row in db.connection.execute(
            "SELECT l.case_id, SUM(l.principal_fen) FROM ticket_lines l JOIN tickets t ON t.id = l.ticket_id"
            " WHERE l.case_kind = 'purchase' AND l.state = 'done' AND t.state = 'settled' GROUP BY l.case_id"
        )
    }
    for found in rows.values():
        if paid.get(found.id, 0) != found.received_fen:
            yield Problem(
                "purchase.differs_from_line", "purchase", found.id,
                f"tickets {paid.get(found.id, 0)}, purchase {found.received_fen}",
            )  # fmt: skip
        ended_level = found.state not in ENDED or found.is_level
        agreed = found.received_on is not None or found.state in (
            PurchaseState.REQUESTED,
            PurchaseState.QUOTED,
            PurchaseState.CANCELLED,
        )
        if not ended_level or not agreed:
            yield Problem("purchase.not_level", "purchase", found.id, found.state)
    for row in db.all(
        "SELECT DISTINCT case_id FROM ticket_lines WHERE case_kind = 'purchase' AND case_id NOT IN (SELECT id FROM purchases)"
    ):
        yield Problem("purchase.differs_from_line", "purchase", row[0], "is missing")


def _events(db: Reader, rows: dict[int, Purchase]) -> Iterator[Problem]:
    """Steps are numbered without a gap, each goes on from the last, has its record, and the last one is the row."""
    last: dict[int, tuple[int, str]] = {}
    agreed_on: dict[int, str] = {}
    seen: set[int] = set()
    for event in db.connection.execute(
        "SELECT e.*, a.action, a.facts, a.at AS recorded_at FROM purchase_events e LEFT JOIN audit a ON a.seq = e.audit_seq"
        " ORDER BY e.purchase_id, e.step"
    ):
        purchase_id = event["purchase_id"]
        step, state = last.get(purchase_id, (0, None))
        if event["step"] != step + 1 or event["from_state"] != state:
            yield Problem("purchase.event_wrong", "purchase", purchase_id, f"step {event['step']} after {step}")
        last[purchase_id] = (event["step"], event["to_state"])
        facts = json.loads(event["facts"] or "{}")
        told = (facts.get("purchase_id"), facts.get("step", event["step"]), facts.get("state", event["to_state"]))
        sums = [facts.get(name, event[name]) == event[name] for name in ("due_fen", "received_fen", "spent_fen")]
        if (
            event["action"] != f"purchase.{event['kind']}"
            or told != (purchase_id, event["step"], event["to_state"])
            or event["recorded_at"] != event["at"]
            or not all(sums)
            or event["audit_seq"] in seen
        ):
            yield Problem("purchase.not_as_audited", "purchase", purchase_id, f"step {event['step']}")
        seen.add(event["audit_seq"])
        if event["kind"] in ("received", "withdrawn"):
            agreed_on[purchase_id] = event["business_on"] if event["kind"] == "received" else ""
        found = rows.get(purchase_id)
        if found is not None and found.steps == event["step"]:
            stands = (found.state, found.due_fen, found.received_fen, found.spent_fen)
            agreed = (found.received_on or "") == agreed_on.get(purchase_id, "")
            if not agreed or stands != tuple(
                event[name] for name in ("to_state", "due_fen", "received_fen", "spent_fen")
            ):
                yield Problem("purchase.not_as_its_events", "purchase", purchase_id)
            if any(facts.get(name, getattr(found, name)) != getattr(found, name) for name in _RECORDED):
                yield Problem("purchase.not_as_audited", "purchase", purchase_id, "what was told is another")
    for purchase_id in sorted(set(rows) ^ set(last)):
        yield Problem("purchase.event_wrong", "purchase", purchase_id, "row or events are missing")
    for purchase_id, (step, _) in last.items():
        if purchase_id in rows and rows[purchase_id].steps != step:
            yield Problem(
                "purchase.event_wrong", "purchase", purchase_id, f"{step} events, {rows[purchase_id].steps} steps"
            )
    missing = db.value(
        "SELECT COUNT(*) FROM audit WHERE action LIKE 'purchase.%' AND seq NOT IN (SELECT audit_seq FROM purchase_events)"
    )
    if missing:
        yield Problem("purchase.not_as_audited", "purchase", "", f"{missing} records without their event")


def _parcels(db: Reader) -> Iterator[Problem]:
    """A parcel that came for a purchase has left exactly when it was handed over, here or at the door; a lost one stands as it
    stood when it was lost, on its shelf or with the wrong person."""
    for row in db.connection.execute(
        "SELECT j.purchase_id, j.parcel_id FROM purchase_parcels j LEFT JOIN parcels p ON p.id = j.parcel_id"
        " LEFT JOIN purchase_waybills w ON w.id = j.waybill_id WHERE ((j.left_at IS NOT NULL) <> (p.state IN"
        " ('handed_over', 'door_delivered')) AND p.state <> 'lost')"
        " OR p.state = 'undone' OR p.id IS NULL OR w.purchase_id IS NOT j.purchase_id"
        " OR p.waybill_no IS NOT w.waybill_no AND p.waybill_no IS NOT NULL AND w.waybill_no IS NOT NULL"
    ):
        yield Problem("purchase.parcel_differs", "purchase", row["purchase_id"], f"parcel {row['parcel_id']}")
    for row in db.connection.execute(
        "SELECT p.id FROM purchases p WHERE p.state = 'handed_over' AND EXISTS"
        " (SELECT 1 FROM purchase_parcels j WHERE j.purchase_id = p.id AND j.left_at IS NULL)"
    ):
        yield Problem("purchase.parcel_differs", "purchase", row["id"], "handed over, its parcel is here")


def _people(db: Reader) -> Iterator[Problem]:
    """Search columns fit the vault, and the vault keeps values of purchases that there are."""
    for row in db.connection.execute(
        "SELECT p.id, p.phone_hash, p.phone_tail, v.value FROM purchases p LEFT JOIN vault v ON v.case_kind = 'purchase'"
        " AND v.case_id = p.id AND v.field = 'phone'"
    ):
        hashed = db.secrets.keyed_hash("phone", row["value"]) if row["value"] is not None else None
        if row["phone_hash"] != hashed:
            yield Problem("purchase.phone_torn", "purchase", row["id"])
    for row in db.connection.execute(
        "SELECT DISTINCT case_id FROM vault WHERE case_kind = 'purchase' AND case_id NOT IN (SELECT id FROM purchases)"
    ):
        yield Problem("purchase.value_of_nobody", "purchase", row[0])
