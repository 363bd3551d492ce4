"""What is owed and since when, read from the ledger: repayments settle the oldest charge first, so the age of a debt is
that of its oldest unpaid charge."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from kiosk import money, shifts
from kiosk.clock import local_date
from kiosk.ledger import Account
from kiosk.people.rights import Right, require
from kiosk.printing import slips as printed
from kiosk.storage import Reader, Tx
from kiosk.till import debtors, slips
from kiosk.till.actions import print_at_desk
from kiosk.till.debtors import Debtor
from kiosk.till.model import Move
from kiosk.words import N_, say

KIND_WORDS = {"charge": N_("赊账"), "repay": N_("还款、冲抵"), "undone": N_("作废冲回")}
#: The oldest that a statement slip still lists one by one.
MOST_ON_A_SLIP = 40


@dataclass(frozen=True, slots=True)
class Debt:
    """What a debtor owes; ``since_on`` is the date of the oldest charge that is not repaid, '' when nothing is owed."""

    debtor: Debtor
    since_on: str
    age_days: int


def moves(db: Reader, debtor_id: int) -> list[Move]:
    """Every movement of a debt, oldest first, with what was owed after it."""
    rows = db.all(
        "SELECT e.id, e.entry_no, e.business_on, e.at, e.kind, e.subject_id, SUM(p.amount_fen) AS fen,"
        " COALESCE(CASE WHEN e.kind = 'ticket_void' THEN t.refund_no ELSE t.receipt_no END, '') AS receipt_no,"
        " EXISTS (SELECT 1 FROM entries r WHERE r.reverses_id = e.id) AS is_undone"
        " FROM postings p JOIN entries e ON e.id = p.entry_id LEFT JOIN tickets t ON e.subject_kind = 'ticket' AND t.id = e.subject_id"
        " WHERE p.account = ? AND p.party = ? AND e.posted = 1 GROUP BY e.id HAVING fen <> 0 ORDER BY e.entry_no",
        Account.DEBTS.value,
        debtors.party(debtor_id),
    )
    found, balance_fen = [], 0
    for row in rows:
        balance_fen += row["fen"]
        kind = "undone" if row["kind"] == "ticket_void" else "charge" if row["fen"] > 0 else "repay"
        found.append(
            Move(
                row["entry_no"], row["business_on"], row["at"], kind, row["subject_id"], row["receipt_no"], row["fen"],
                balance_fen, bool(row["is_undone"]),
            )
        )  # fmt: skip
    return found


def since(found: list[Move]) -> str:
    """The date of the oldest charge that repayments have not reached; '' when nothing is owed. What was voided counts
    as if it had not been."""
    standing = [move for move in found if not move.is_undone and move.kind != "undone"]
    repaid_fen = -sum(move.amount_fen for move in standing if move.amount_fen < 0)
    for move in standing:
        if move.amount_fen > repaid_fen and move.amount_fen > 0:
            return move.business_on
        repaid_fen -= max(0, move.amount_fen)
    return ""


def debts(db: Reader, text: str = "") -> list[Debt]:
    """Everybody who may owe or owes (``text`` narrows by name or phone tail), with the age of what is owed."""
    return [debt(db, one) for one in debtors.search(db, text)]


def debt(db: Reader, of: Debtor) -> Debt:
    """What one debtor owes and since when, in days up to the open business day."""
    if not of.owed_fen:
        return Debt(of, "", 0)
    since_on = since(moves(db, of.id))
    today = shifts.open_day(db)
    now_on = date.fromisoformat(today.business_on) if today else local_date(db.settings.station.zone)
    return Debt(of, since_on, max(0, (now_on - date.fromisoformat(since_on)).days) if since_on else 0)


def print_statement(tx: Tx, debtor_id: int) -> tuple[int, int | None]:
    """Issues the slip of what is owed and how it came about; returns slip and print job. Any operator may.

    Raises ``Refused`` with ``staff.not_allowed`` and ``debtor.unknown``.
    """
    require(tx.actor, Right.SERVE)
    found = debt(tx, debtors.debtor(tx, debtor_id))
    slip_id = slips.freeze_statement(tx, found.debtor, found.since_on, moves(tx, debtor_id)[-MOST_ON_A_SLIP:])
    return slip_id, print_at_desk(tx, slip_id, None)


def statement_slips(db: Reader, debtor_id: int) -> list[int]:
    """The statements issued to a debtor, oldest first."""
    return [slip.id for slip in printed.of_subject(db, debtors.CASE, debtor_id) if slip.template == slips.STATEMENT]


def debt_view(found: Debt, locale: str | None = None) -> dict[str, Any]:
    """A debt as pages and API show it: JSON-ready, the person masked."""
    one = found.debtor
    return {
        "id": one.id, "name": one.masked, "phone_tail": one.phone_tail, "is_active": one.is_active,
        "limit_fen": one.limit_fen, "limit": money.yuan(one.limit_fen), "owed_fen": one.owed_fen,
        "owed": money.yuan(one.owed_fen), "room_fen": one.room_fen, "room": money.yuan(one.room_fen),
        "since_on": found.since_on, "age_days": found.age_days, "allowed_at": one.allowed_at,
    }  # fmt: skip


def move_view(move: Move, locale: str | None = None) -> dict[str, Any]:
    """A movement as pages and API show it."""
    return {
        "entry_no": move.entry_no, "business_on": move.business_on, "at": move.at, "kind": move.kind,
        "kind_words": say(KIND_WORDS[move.kind], locale), "ticket_id": move.ticket_id, "receipt_no": move.receipt_no,
        "amount_fen": move.amount_fen, "amount": money.yuan(move.amount_fen), "balance_fen": move.balance_fen,
        "balance": money.yuan(move.balance_fen),
    }  # fmt: skip
