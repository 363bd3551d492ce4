"""Invariants of the money beside the lines of services: payments as audited, debts as their charges and repayments, cash
moves and compensations as their entries, roundings only as the setting let them. Called by ``check`` of this room."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from typing import Any

from kiosk import ledger
from kiosk.ledger import Account
from kiosk.storage import Reader
from kiosk.storage.numbers import gaps
from kiosk.storage.problem import Problem
from kiosk.till import cash_moves, compensations, debtors
from kiosk.till.cash_moves import CashMove
from kiosk.till.compensations import Compensation, CompensationState
from kiosk.till.payments import Method
from kiosk.till.settling import JIAO_FEN, ROUNDING

#: What moves cash: anything else would be cash that nobody can explain.
_MOVES_CASH = ("ticket", "ticket_void", "float", "over_short", cash_moves.MOVED, cash_moves.PUT_BACK)


def problems(db: Reader) -> Iterator[Problem]:
    """Every broken invariant of payments, debts, cash moves, compensations and roundings."""
    yield from _payments(db)
    yield from _debts(db)
    yield from _debtors(db)
    yield from _cash_moves(db)
    yield from _compensations(db)
    yield from _roundings(db)


def _facts(db: Reader, action: str) -> list[dict[str, Any]]:
    return [json.loads(text) for (text,) in db.all("SELECT facts FROM audit WHERE action = ? ORDER BY seq", action)]


def _payments(db: Reader) -> Iterator[Problem]:
    """Each payment is as it was recorded. Before payments had rows of their own every ticket was paid in cash."""
    names = ("method", "amount_fen", "debtor_id")
    told = {
        (facts["ticket_id"], facts["payment_no"]): tuple(facts[n] for n in names) for facts in _facts(db, "ticket.paid")
    }
    in_cash_only = {facts["ticket_id"] for facts in _facts(db, "ticket.settled") if "cash_fen" not in facts}
    for row in db.connection.execute("SELECT * FROM payments ORDER BY id"):
        place = (row["ticket_id"], row["payment_no"])
        recorded = told.pop(place, None)
        if row["ticket_id"] in in_cash_only and recorded is None:
            recorded = (Method.CASH.value, row["amount_fen"], None)
        if recorded != tuple(row[name] for name in names):
            yield Problem("payment.not_as_audited", "payment", row["id"])
    for ticket_id, payment_no in told:
        yield Problem("payment.missing", "ticket", ticket_id, f"payment {payment_no}")


def _debts(db: Reader) -> Iterator[Problem]:
    """What each customer owes is what was put on the account less what was repaid, and never less than nothing."""
    sums: Counter[str] = Counter()
    rows = db.all(
        "SELECT p.debtor_id, SUM(p.amount_fen) FROM payments p JOIN tickets t ON t.id = p.ticket_id"
        " WHERE p.debtor_id IS NOT NULL AND t.state = 'settled' GROUP BY p.debtor_id"
    )
    sums.update({debtors.party(row[0]): row[1] for row in rows})
    rows = db.all(
        "SELECT l.party, -SUM(l.principal_fen) FROM ticket_lines l JOIN tickets t ON t.id = l.ticket_id"
        " WHERE l.principal_account = ? AND l.state = 'done' AND t.state = 'settled' GROUP BY l.party",
        Account.DEBTS.value,
    )
    sums.update({row[0]: row[1] for row in rows})
    book = ledger.by_party(db, Account.DEBTS)
    known = {debtors.party(row[0]) for row in db.all("SELECT id FROM debtors")}
    for party in sorted(set(sums) | set(book)):
        if sums[party] != book.get(party, 0):
            yield Problem("debt.differs", "debtor", party, f"book {book.get(party, 0)}, tickets {sums[party]}")
        if book.get(party, 0) < 0 or party not in known:
            yield Problem("debt.of_nobody", "debtor", party, f"{book.get(party, 0)} fen")


def _debtors(db: Reader) -> Iterator[Problem]:
    """Limit and permission are as the manager last set them."""
    wanted: dict[int, tuple[int, int]] = {}
    rows = db.all("SELECT action, facts FROM audit WHERE action LIKE 'debtor.%' ORDER BY seq")
    for row in rows:
        facts = json.loads(row["facts"])
        of = facts["debtor_id"]
        limit_fen = facts["limit_fen"] if row["action"] != "debtor.stopped" else wanted.get(of, (0, 0))[0]
        wanted[of] = (limit_fen, int(row["action"] != "debtor.stopped"))
    for row in db.all("SELECT id, limit_fen, is_active, phone_hash, phone_tail FROM debtors"):
        if wanted.pop(row["id"], None) != (row["limit_fen"], row["is_active"]):
            yield Problem("debtor.not_as_audited", "debtor", row["id"])
        if row["phone_tail"] is None and (row["is_active"] or row["phone_hash"] is not None):
            yield Problem("debtor.half_erased", "debtor", row["id"])
    for debtor_id in wanted:
        yield Problem("debtor.missing", "debtor", debtor_id)


def _cash_moves(db: Reader) -> Iterator[Problem]:
    told = {facts["move_id"]: facts for facts in _facts(db, "cash.moved")}
    undone = {facts["move_id"] for facts in _facts(db, "cash.put_back")}
    numbers: dict[str, list[str]] = {}
    for row in db.all("SELECT * FROM cash_moves ORDER BY id"):
        move = CashMove.of(row)
        facts = told.pop(move.id, {})
        if any(
            facts.get(n) != getattr(move, n) for n in ("move_no", "kind", "reason", "amount_fen", "business_on")
        ) or ((move.id in undone) != (move.reversed_at is not None)):
            yield Problem("cash.not_as_audited", "cash_move", move.id)
        numbers.setdefault(move.business_on, []).append(move.move_no)
        why = cash_moves.REASONS.get(move.reason)
        if (
            why is None
            or (why.kind, why.account.value) != (move.kind, move.account)
            or ((move.reason == "carrier") != bool(move.party))
        ):
            yield Problem("cash.reason_wrong", "cash_move", move.id, move.reason)
            continue
        moved = [(p.account.value, p.amount_fen, p.party) for p in move.postings]
        back = [(account, -fen, party) for account, fen, party in moved]
        is_right = _entry(db, move.entry_id, cash_moves.MOVED, move.id, move.business_on) == moved
        if not is_right or (
            move.reverse_entry_id is not None
            and _entry(db, move.reverse_entry_id, cash_moves.PUT_BACK, move.id, move.business_on) != back
        ):
            yield Problem("cash.entry_differs", "cash_move", move.id)
    for move_id in told:
        yield Problem("cash.missing", "cash_move", move_id)
    for business_on, detail in gaps(db, cash_moves.LETTER, numbers):
        yield Problem("cash.number_gap", "business_day", business_on, detail)
    for row in db.all(
        "SELECT DISTINCT e.id, e.kind FROM entries e JOIN postings p ON p.entry_id = e.id WHERE p.account = ?"
        f" AND (e.kind NOT IN ({', '.join('?' * len(_MOVES_CASH))}) OR (e.kind IN ('cash_move', 'cash_move_undone')"
        " AND e.id NOT IN (SELECT entry_id FROM cash_moves UNION SELECT reverse_entry_id FROM cash_moves"
        " WHERE reverse_entry_id IS NOT NULL)))",
        Account.DRAWER.value,
        *_MOVES_CASH,
    ):
        yield Problem("drawer.moved_by_nobody", "entry", row["id"], row["kind"])


def _entry(db: Reader, entry_id: int, kind: str, move_id: int, business_on: str) -> list[tuple[str, int, str]]:
    """The postings of an entry, if it is the one of this movement."""
    rows = db.all(
        "SELECT p.account, p.amount_fen, p.party FROM entries e JOIN postings p ON p.entry_id = e.id WHERE e.id = ?"
        " AND e.kind = ? AND e.subject_kind = ? AND e.subject_id = ? AND e.business_on = ? ORDER BY p.line_no",
        entry_id, kind, cash_moves.CASE, move_id, business_on,
    )  # fmt: skip
    return [tuple(row) for row in rows]


_LINE_STATE = {
    CompensationState.RECORDED: ("pending",),
    CompensationState.PAID: ("done",),
    CompensationState.TAKEN_BACK: ("done", "reversed"),
    CompensationState.CANCELLED: ("removed",),
}
_AUDITED = {
    CompensationState.PAID: ["paid"],
    CompensationState.TAKEN_BACK: ["paid", "taken_back"],
    CompensationState.CANCELLED: ["cancelled"],
}


def _compensations(db: Reader) -> Iterator[Problem]:
    """Each compensation is its line and was decided as recorded; nothing else is paid from that account."""
    told = {facts["compensation_id"]: facts for facts in _facts(db, "compensation.recorded")}
    steps: dict[int, list[str]] = {}
    for row in db.all("SELECT action, facts FROM audit WHERE action LIKE 'compensation.%' ORDER BY seq"):
        if row["action"] != "compensation.recorded":
            of = json.loads(row["facts"])["compensation_id"]
            steps.setdefault(of, []).append(row["action"].partition(".")[2])
    numbers: dict[str, list[str]] = {}
    for row in db.all("SELECT * FROM compensations ORDER BY id"):
        found = Compensation.of(row)
        facts = told.pop(found.id, {})
        if any(facts.get(n) != getattr(found, n) for n in ("amount_fen", "reason", "about_kind", "about_id")) or (
            steps.get(found.id, []) != _AUDITED.get(CompensationState(found.state), [])
        ):
            yield Problem("compensation.not_as_audited", "compensation", found.id)
        if found.paid_on is not None and found.compensation_no is not None:
            numbers.setdefault(found.paid_on, []).append(found.compensation_no)
        line = db.one(
            "SELECT * FROM ticket_lines WHERE case_kind = ? AND case_id = ? AND refunds_line_id IS NULL",
            compensations.CASE,
            found.id,
        )
        if line is None or (line["principal_fen"], line["principal_account"]) != (
            -found.amount_fen, Account.COMPENSATION.value,
        ) or line["state"] not in _LINE_STATE[CompensationState(found.state)]:  # fmt: skip
            yield Problem("compensation.line_differs", "compensation", found.id)
    for compensation_id in told:
        yield Problem("compensation.missing", "compensation", compensation_id)
    for business_on, detail in gaps(db, compensations.LETTER, numbers):
        yield Problem("compensation.number_gap", "business_day", business_on, detail)
    for row in db.all(
        "SELECT id FROM ticket_lines WHERE (service = ? OR principal_account = ?) AND (case_kind <> ?"
        " OR case_id NOT IN (SELECT id FROM compensations))",
        compensations.SERVICE, Account.COMPENSATION.value, compensations.CASE,
    ):  # fmt: skip
        yield Problem("compensation.of_nothing", "ticket_line", row["id"])


def _roundings(db: Reader) -> Iterator[Problem]:
    """Rounded is the cash of a settled ticket, down to the jiao, once, as the setting said when it was settled."""
    rows = db.all(
        "SELECT l.id, l.act, l.facts, l.principal_fen, l.principal_account, l.refunds_line_id, t.cash_fen, t.settled_at,"
        " (SELECT COUNT(*) FROM ticket_lines o WHERE o.ticket_id = l.ticket_id AND o.service = l.service AND o.act = l.act) AS times"
        " FROM ticket_lines l JOIN tickets t ON t.id = l.ticket_id WHERE l.service = ? OR l.principal_account = ?",
        ROUNDING,
        Account.ROUNDING.value,
    )
    for row in rows:
        if row["refunds_line_id"] is not None:
            continue  # ``ticket.refund_wrong`` holds it to its line
        is_right = (
            row["act"] == "round_off"
            and json.loads(row["facts"]) == {"by_setting": "jiao"}
            and -JIAO_FEN < row["principal_fen"] < 0
            and row["principal_account"] == Account.ROUNDING.value
            and row["settled_at"] is not None
            and row["times"] == 1
            and row["cash_fen"] >= 0
            and row["cash_fen"] % JIAO_FEN == 0
        )
        if not is_right:
            yield Problem("rounding.wrong", "ticket_line", row["id"], f"{row['principal_fen']} fen")
