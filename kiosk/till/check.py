"""Invariants of tickets and the drawer, proved from the rows: each settled ticket is its entry, numbers have no gap, every
fee stands in the version it names, the cash is what the entries moved."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator

from kiosk import fees, ledger
from kiosk.ledger import Account, Posting
from kiosk.storage import Reader
from kiosk.storage.numbers import last_number
from kiosk.storage.problem import Problem
from kiosk.till import beside_check
from kiosk.till.model import Line, LineState, Ticket, TicketState
from kiosk.till.payments import MONEY, Method
from kiosk.till.store import payments


def problems(db: Reader) -> Iterator[Problem]:
    """Every broken invariant of the till."""
    yield from _tickets(db)
    yield from _numbers(db, "R", "receipt_no", "settled_on")
    yield from _numbers(db, "V", "refund_no", "voided_on")
    yield from _fees(db)
    yield from _entries_without_ticket(db)
    yield from _drawer(db)
    yield from _counts(db)
    yield from _desks(db)
    yield from beside_check.problems(db)


def _tickets(db: Reader) -> Iterator[Problem]:
    audited = {
        action: {
            facts["ticket_id"]: facts
            for (text,) in db.all("SELECT facts FROM audit WHERE action = ?", action)
            for facts in [json.loads(text)]
        }
        for action in ("ticket.settled", "ticket.voided")
    }
    for row in db.connection.execute("SELECT * FROM tickets ORDER BY id"):
        ticket = Ticket.of(row)
        lines = [
            Line.of(line)
            for line in db.all("SELECT * FROM ticket_lines WHERE ticket_id = ? ORDER BY line_no", ticket.id)
        ]
        if [line.line_no for line in lines] != list(range(1, len(lines) + 1)):
            yield Problem("ticket.line_missing", "ticket", ticket.id)
        if ticket.settled_at is not None:
            yield from _settled(db, ticket, lines, audited["ticket.settled"].get(ticket.id))
        elif audited["ticket.settled"].get(ticket.id) is not None:
            yield Problem("ticket.not_as_audited", "ticket", ticket.id, "was settled")
        if (ticket.state == TicketState.VOIDED) != (ticket.id in audited["ticket.voided"]):
            yield Problem("ticket.not_as_audited", "ticket", ticket.id, f"state {ticket.state}")
        yield from _line_states(ticket, lines)


def _settled(db: Reader, ticket: Ticket, lines: list[Line], audited: dict[str, int] | None) -> Iterator[Problem]:
    standing = [line for line in lines if line.state != LineState.REMOVED]
    if sum(line.owed_fen for line in standing) != ticket.total_fen:
        yield Problem("ticket.total_wrong", "ticket", ticket.id, f"lines do not sum to {ticket.total_fen}")
    names = ("receipt_no", "total_fen", "cash_fen", "given_fen", "change_fen")
    if audited is None or any(audited.get(name, ticket.cash_fen) != getattr(ticket, name) for name in names):
        yield Problem("ticket.not_as_audited", "ticket", ticket.id, "settlement")
    paid = payments(db, ticket.id)
    if sum(payment.amount_fen for payment in paid) != ticket.total_fen or ticket.cash_fen != sum(
        payment.amount_fen for payment in paid if payment.method == Method.CASH
    ):
        yield Problem("ticket.payments_wrong", "ticket", ticket.id, f"payments do not sum to {ticket.total_fen}")
    wanted = _sums([payment.posting() for payment in paid] + [p for line in standing for p in line.postings()])
    if _postings(db, ticket, ticket.entry_id, "ticket", ticket.settled_on) != wanted:
        yield Problem("ticket.entry_differs", "ticket", ticket.id, f"entry {ticket.entry_id}")
    if ticket.state == TicketState.VOIDED:
        back = {place: -fen for place, fen in wanted.items()}
        if _postings(db, ticket, ticket.refund_entry_id, "ticket_void", ticket.voided_on) != back:
            yield Problem("ticket.refund_differs", "ticket", ticket.id, f"entry {ticket.refund_entry_id}")


Place = tuple[str, str, str]


def _sums(postings: Iterable[Posting]) -> dict[Place, int]:
    """Fen by account, service and party; money counts as one whatever line it was paid for."""
    sums: Counter[Place] = Counter()
    for posting in postings:
        service = "" if posting.account in MONEY else posting.service
        sums[posting.account.value, service, posting.party] += posting.amount_fen
    return {place: fen for place, fen in sums.items() if fen}


def _postings(
    db: Reader, ticket: Ticket, entry_id: int | None, kind: str, business_on: str | None
) -> dict[Place, int] | None:
    if entry_id is None:
        return {}
    entry = db.one("SELECT * FROM entries WHERE id = ?", entry_id)
    named = (entry["kind"], entry["subject_kind"], entry["subject_id"], entry["business_on"]) if entry else None
    if named != (kind, "ticket", ticket.id, business_on):
        return None
    rows = db.all("SELECT account, amount_fen, service, party FROM postings WHERE entry_id = ?", entry_id)
    return _sums(Posting(Account(row["account"]), row["amount_fen"], row["service"], row["party"]) for row in rows)


def _line_states(ticket: Ticket, lines: list[Line]) -> Iterator[Problem]:
    allowed = {
        TicketState.OPEN: {LineState.PENDING, LineState.DONE, LineState.REMOVED},
        TicketState.SETTLED: {LineState.DONE, LineState.REMOVED},
        TicketState.VOIDED: {LineState.DONE, LineState.REMOVED, LineState.REVERSED},
    }[TicketState(ticket.state)]
    for line in lines:
        charges = line.owed_fen or line.commission_fen or line.more
        stale = ticket.state == TicketState.VOIDED and charges and line.state == LineState.DONE
        early = ticket.state == TicketState.OPEN and charges and line.state == LineState.DONE
        if line.state not in allowed or stale or early:
            yield Problem("ticket.line_state_wrong", "ticket_line", line.id, f"{line.state} on {ticket.state}")


def _numbers(db: Reader, letter: str, column: str, day_column: str) -> Iterator[Problem]:
    """Document numbers of each business date: 1, 2, 3 … without a gap, as many as were given."""
    found: dict[str, list[int]] = {}
    for row in db.all(f"SELECT id, {column}, {day_column} FROM tickets WHERE {column} IS NOT NULL"):
        number, business_on = row[column], row[day_column]
        head = f"{letter}{(business_on or '').replace('-', '')}-"
        if not number.startswith(head) or not number[len(head) :].isdigit():
            yield Problem("ticket.number_wrong", "ticket", row["id"], number)
            continue
        found.setdefault(business_on, []).append(int(number[len(head) :]))
    scopes = {row[0] for row in db.all("SELECT scope FROM numbers WHERE series = ?", f"document.{letter}")}
    for business_on in sorted(scopes | set(found)):
        given = last_number(db, f"document.{letter}", business_on)
        if sorted(found.get(business_on, [])) != list(range(1, given + 1)):
            yield Problem("ticket.number_gap", "business_day", business_on, f"{letter}: {given} were given")


def _fees(db: Reader) -> Iterator[Problem]:
    """Every fee is what its published version says for what it was worked out from, on a date of that version."""
    versions = {version.id: version for version in fees.versions(db)}
    rows = db.connection.execute(
        "SELECT l.*, t.settled_on AS day, t.fee_version_id AS of_ticket FROM ticket_lines l JOIN tickets t"
        " ON t.id = l.ticket_id WHERE l.state <> 'removed' ORDER BY l.id"
    )
    for row in rows:
        line = Line.of(row)
        if line.refunds_line_id is not None:
            yield from _refund(db, line)
            continue
        charged = line.fee_fen + line.commission_fen + line.waived_fen
        if line.fee_code is None:
            if charged or line.quote:
                yield Problem("ticket.fee_unpublished", "ticket_line", line.id, f"{charged} fen")
            continue
        version = versions.get(line.fee_version_id or 0)
        if version is None or version.item(line.fee_code) is None:
            yield Problem("ticket.fee_unpublished", "ticket_line", line.id, line.fee_code)
            continue
        if fees.quote(version, line.fee_code, **line.quote["basis"]).fee_fen != charged:
            yield Problem("ticket.fee_differs", "ticket_line", line.id, f"{charged} fen, version {version.number}")
        if row["of_ticket"] != line.fee_version_id or (row["day"] or "9999") < version.effective_on:
            yield Problem("ticket.fee_version_wrong", "ticket_line", line.id, f"version {version.number}")


def _refund(db: Reader, line: Line) -> Iterator[Problem]:
    """A refund gives back what its line took, of a ticket that stands; the fee whole or not at all."""
    first = db.one(
        "SELECT l.*, t.state AS of_state FROM ticket_lines l JOIN tickets t ON t.id = l.ticket_id WHERE l.id = ?",
        line.refunds_line_id,
    )
    whole = first is not None and (
        line.principal_fen == -first["principal_fen"]
        and line.fee_fen in (0, -first["fee_fen"])
        and line.commission_fen in (0, -first["commission_fen"])
        and (line.principal_account, line.party, line.service)
        == (first["principal_account"], first["party"], first["service"])
        and first["of_state"] == TicketState.SETTLED
    )
    if not whole:
        yield Problem("ticket.refund_wrong", "ticket_line", line.id, f"refunds {line.refunds_line_id}")


def _entries_without_ticket(db: Reader) -> Iterator[Problem]:
    for row in db.all(
        "SELECT e.id FROM entries e WHERE (e.kind = 'ticket' AND NOT EXISTS (SELECT 1 FROM tickets t WHERE t.entry_id = e.id))"
        " OR (e.kind = 'ticket_void' AND NOT EXISTS (SELECT 1 FROM tickets t WHERE t.refund_entry_id = e.id))"
    ):
        yield Problem("ticket.entry_without_ticket", "entry", row["id"])


def _drawer(db: Reader) -> Iterator[Problem]:
    """The drawer is what was put in and out, plus the tickets' totals less refunds, plus counted differences."""
    book = ledger.balance(db, Account.DRAWER)
    sold = db.value("SELECT COALESCE(SUM(cash_fen), 0) FROM tickets WHERE settled_at IS NOT NULL")
    back = db.value("SELECT COALESCE(SUM(cash_fen), 0) FROM tickets WHERE refund_no IS NOT NULL")
    others = db.value(
        "SELECT COALESCE(SUM(p.amount_fen), 0) FROM entries e JOIN postings p ON p.entry_id = e.id"
        " WHERE p.account = ? AND e.kind NOT IN ('ticket', 'ticket_void')",
        Account.DRAWER.value,
    )
    if book != sold - back + others:
        yield Problem("drawer.differs", "ledger", Account.DRAWER.value, f"book {book}, moved {sold - back + others}")


def _counts(db: Reader) -> Iterator[Problem]:
    audited = {
        facts["count_id"]: (facts["counted_fen"], facts["expected_fen"], facts["business_on"])
        for (text,) in db.all("SELECT facts FROM audit WHERE action = 'drawer.counted'")
        for facts in [json.loads(text)]
    }
    for row in db.all("SELECT * FROM cash_counts WHERE counted_at IS NOT NULL"):
        pieces = json.loads(row["pieces"])
        told = audited.pop(row["id"], None)
        if told != (row["counted_fen"], row["expected_fen"], row["business_on"]) or row["counted_fen"] != sum(
            int(fen) * number for fen, number in pieces.items()
        ):
            yield Problem("drawer.count_wrong", "cash_count", row["id"])
    for count_id in audited:
        yield Problem("drawer.count_wrong", "cash_count", count_id, "is missing")


def _desks(db: Reader) -> Iterator[Problem]:
    for row in db.all(
        "SELECT d.id, d.open_ticket_id FROM desks d LEFT JOIN tickets t ON t.id = d.open_ticket_id"
        " WHERE d.open_ticket_id IS NOT NULL AND t.state IS NOT 'open'"
    ):
        yield Problem("desk.ticket_not_open", "desk", row["id"], f"ticket {row['open_ticket_id']}")
