"""All SQL of tickets and their lines."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from kiosk.errors import Refused
from kiosk.storage import Reader, Tx
from kiosk.till.model import Line, NewLine, Ticket
from kiosk.till.payments import Payment
from kiosk.words import N_, say


def ticket(db: Reader, ticket_id: int) -> Ticket:
    """The ticket of this id; raises ``Refused('ticket.unknown')``. Adding a line asks for it three times: read again only
    where the transaction has written tickets since."""
    known: dict[int, Ticket] = db.kept("tickets", dict) if isinstance(db, Tx) else {}
    found = known.get(ticket_id)
    if found is None:
        found = known[ticket_id] = _ticket(db, ticket_id)
    return found


def _ticket(db: Reader, ticket_id: int) -> Ticket:
    row = db.one("SELECT * FROM tickets WHERE id = ?", ticket_id)
    if row is None:
        raise Refused("ticket.unknown", N_("没有编号为 {ticket_id} 的单，请核对编号"), ticket_id=ticket_id)
    return Ticket.of(row)


def lines(db: Reader, ticket_id: int) -> list[Line]:
    """The lines that stand on a ticket, in order; removed ones are left out."""
    rows = db.all("SELECT * FROM ticket_lines WHERE ticket_id = ? AND state <> 'removed' ORDER BY line_no", ticket_id)
    return [Line.of(row) for row in rows]


def how_many_lines(db: Reader, ticket_id: int) -> int:
    """How many lines stand on a ticket."""
    return int(db.value("SELECT COUNT(*) FROM ticket_lines WHERE ticket_id = ? AND state <> 'removed'", ticket_id))


def line(db: Reader, line_id: int) -> Line:
    """The line of this id, whatever its state; raises ``Refused('ticket.line_unknown')``."""
    row = db.one("SELECT * FROM ticket_lines WHERE id = ?", line_id)
    if row is None:
        raise Refused("ticket.line_unknown", N_("没有编号为 {line_id} 的项目，请刷新页面核对"), line_id=line_id)
    return Line.of(row)


def by_receipt(db: Reader, receipt_no: str) -> Ticket | None:
    """The ticket whose receipt or refund bears this number (``R20261122-0001``, ``V20261122-0001``)."""
    row = db.one("SELECT * FROM tickets WHERE receipt_no = :no OR refund_no = :no", no=receipt_no)
    return None if row is None else Ticket.of(row)


def with_number(db: Reader, text: str, limit: int = 50) -> list[Ticket]:
    """Tickets whose receipt or refund bears ``text`` as its number or the end of it (``0001``), newest first."""
    whole = by_receipt(db, text)
    if whole is not None:
        return [whole]
    rows = db.all(
        "SELECT * FROM tickets WHERE receipt_no LIKE :like ESCAPE '!' OR refund_no LIKE :like ESCAPE '!'"
        " ORDER BY id DESC LIMIT :limit",
        like="%" + text.replace("!", "!!").replace("%", "!%").replace("_", "!_"),
        limit=limit,
    )
    return [Ticket.of(row) for row in rows]


def open_tickets(db: Reader) -> list[Ticket]:
    """Every ticket that is not settled, oldest first."""
    return [Ticket.of(row) for row in db.all("SELECT * FROM tickets WHERE state = 'open' ORDER BY id")]


def unsettled(db: Reader) -> list[Ticket]:
    """Open tickets with something on them, oldest first: what a close lists and carries over."""
    rows = db.all(
        "SELECT * FROM tickets t WHERE state = 'open' AND EXISTS"
        " (SELECT 1 FROM ticket_lines l WHERE l.ticket_id = t.id AND l.state <> 'removed') ORDER BY id"
    )
    return [Ticket.of(row) for row in rows]


def settled_on(db: Reader, business_on: str) -> list[Ticket]:
    """Tickets settled on a business date, voided ones among them, in order of their receipts."""
    rows = db.all("SELECT * FROM tickets WHERE settled_on = ? ORDER BY receipt_no", business_on)
    return [Ticket.of(row) for row in rows]


def last_settled_at(db: Reader, desk_id: int) -> Ticket | None:
    """The ticket that was settled last at a desk, of the last business date that has any."""
    row = db.one(
        "SELECT * FROM tickets WHERE settled_on = (SELECT MAX(settled_on) FROM tickets) AND desk_id = ? AND state = 'settled'"
        " ORDER BY settled_at DESC LIMIT 1",
        desk_id,
    )
    return None if row is None else Ticket.of(row)


def charged_line(db: Reader, case_kind: str, case_id: int, act: str) -> Line | None:
    """The line that charges or charged this act of a case, if one stands."""
    row = db.one(
        "SELECT * FROM ticket_lines WHERE case_kind = ? AND case_id = ? AND act = ? AND state IN ('pending', 'done')"
        " ORDER BY id DESC LIMIT 1",
        case_kind,
        case_id,
        act,
    )
    return None if row is None else Line.of(row)


def refund_of(db: Reader, line_id: int) -> Line | None:
    """The line that gives this one back, pending or done."""
    row = db.one("SELECT * FROM ticket_lines WHERE refunds_line_id = ? AND state IN ('pending', 'done')", line_id)
    return None if row is None else Line.of(row)


def parked(db: Reader) -> list[Ticket]:
    """Tickets that were set aside, oldest first."""
    return [
        Ticket.of(row)
        for row in db.all("SELECT * FROM tickets WHERE parked_at IS NOT NULL AND state = 'open' ORDER BY id")
    ]


def payments(db: Reader, ticket_id: int) -> list[Payment]:
    """How a settled ticket was paid, in the order in which it was said."""
    rows = db.all("SELECT * FROM payments WHERE ticket_id = ? ORDER BY payment_no", ticket_id)
    return [Payment.of(row) for row in rows]


def insert_ticket(tx: Tx, business_on: str, desk_id: int | None, token_id: int | None) -> int:
    """Adds an open ticket."""
    return tx.insert(
        "tickets", desk_id=desk_id, token_id=token_id, opened_on=business_on, opened_at=tx.now,
        opened_by_kind=tx.actor.kind, opened_by_id=tx.actor.id,
    )  # fmt: skip


def insert_line(tx: Tx, ticket_id: int, new: NewLine, state: str, refunds: Line | None = None) -> int:
    """Adds a line and returns its id; ``refunds`` is the line that a refund gives back."""
    line_no = tx.value("SELECT COALESCE(MAX(line_no), 0) + 1 FROM ticket_lines WHERE ticket_id = ?", ticket_id)
    quote = new.quote
    kept: dict[str, Any] = {}
    if refunds is not None:
        kept = refunds.quote
    elif quote is not None:
        kept = {
            "code": quote.code, "name": quote.name_zh, "fee_fen": quote.fee_fen, "explanation": quote.explanation,
            "facts": dict(quote.facts), "version_number": quote.version_number, "basis": dict(new.basis),
            "is_commission": new.is_commission,
        }  # fmt: skip
    return tx.insert(
        "ticket_lines", ticket_id=ticket_id, line_no=line_no, state=state, service=new.service, kind=new.kind,
        act=new.act, case_kind=new.case_kind, case_id=new.case_id, label=new.label, facts=_json(new.facts),
        blanks=_json({name: asdict(blank) for name, blank in new.blanks.items()}), txn_count=new.txn_count,
        txn_amount_fen=new.txn_amount_fen, principal_fen=new.principal_fen,
        principal_account=new.principal_account or "", party=new.party, fee_fen=new.fee_fen,
        commission_fen=new.commission_fen, waived_fen=new.waived_fen, waive_reason=new.waive_reason,
        more=_json([[p.account, p.amount_fen, p.service, p.party] for p in new.more]),
        fee_code=refunds.fee_code if refunds else quote.code if quote else None,
        fee_version_id=refunds.fee_version_id if refunds else quote.version_id if quote else None, quote=_json(kept),
        refunds_line_id=refunds.id if refunds else None,
        refund_reason=new.refund_reason, added_at=tx.now,
    )  # fmt: skip


def set_line_states(tx: Tx, ticket_id: int, old: str, new: str) -> None:
    """Moves every line of a ticket from one state to another."""
    tx.execute("UPDATE ticket_lines SET state = ? WHERE ticket_id = ? AND state = ?", new, ticket_id, old)


def fee_version_number(db: Reader, version_id: int | None) -> int | None:
    """The number people know a fee version by."""
    return None if version_id is None else db.value("SELECT number FROM fee_versions WHERE id = ?", version_id)


def label_in(line: Line, values: Mapping[str, str], locale: str | None = None) -> str:
    """A line's name in words; ``values`` fill its blanks, masked by whoever calls."""
    return say(line.label, locale, **{name: _said(fact, locale) for name, fact in line.facts.items()}, **values)


def _said(fact: Any, locale: str | None) -> Any:
    return say(fact, locale) if isinstance(fact, str) else fact


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
