"""Invariants of convenience services: the ledger holds for each case what that case still holds, each is as its line, its
steps and its records say, and nothing stays of a person who was erased."""

from __future__ import annotations

from collections.abc import Iterator

from kiosk import ledger
from kiosk.conveniences.model import CASE, NEXT, Convenience, ConvenienceState, Money
from kiosk.conveniences.store import still_open
from kiosk.ledger import PAID_FROM, Account
from kiosk.storage import Reader
from kiosk.storage.problem import Problem

_NOT_AS_LINE = (
    "SELECT c.id FROM conveniences c LEFT JOIN ticket_lines l ON l.id = (SELECT MAX(id) FROM ticket_lines"
    " WHERE case_kind = 'convenience' AND case_id = c.id AND refunds_line_id IS NULL)"
    " LEFT JOIN tickets t ON t.id = l.ticket_id LEFT JOIN ticket_lines r ON r.refunds_line_id = l.id AND r.state = 'done'"
    " WHERE l.id IS NULL OR l.principal_fen <> CASE c.money WHEN 'paid_out' THEN -c.principal_fen ELSE c.principal_fen END"
    " OR l.kind <> c.kind OR (l.state IN ('done', 'reversed')) <> (c.received_on IS NOT NULL)"
    " OR c.received_on IS NOT NULL AND c.received_on IS NOT t.settled_on"
    " OR l.state = 'removed' AND c.state <> 'cancelled'"
    " OR c.state = 'cancelled' AND l.state <> 'removed' AND (l.principal_fen <> 0 OR l.fee_fen <> 0)"
    " OR (l.state = 'reversed' OR r.id IS NOT NULL) <> (c.state = 'refunded')"
)
_NOT_AS_AUDITED = (
    "SELECT c.id FROM conveniences c WHERE NOT EXISTS (SELECT 1 FROM audit a WHERE a.action = 'convenience.recorded'"
    " AND json_extract(a.facts, '$.convenience_id') = c.id AND json_extract(a.facts, '$.service') = c.service"
    " AND json_extract(a.facts, '$.money') = c.money AND json_extract(a.facts, '$.principal_fen') = c.principal_fen"
    " AND json_extract(a.facts, '$.has_consent') = c.has_consent)"
)
_NOT_ERASED = (
    "SELECT c.id FROM conveniences c WHERE c.erased_at IS NOT NULL AND (c.phone_hash IS NOT NULL OR c.once_hash IS NOT NULL"
    " OR c.day_hash IS NOT NULL OR EXISTS (SELECT 1 FROM vault v WHERE v.case_kind = 'convenience' AND v.case_id = c.id))"
)


def problems(db: Reader) -> Iterator[Problem]:
    """Money held that no case explains, and cases that differ from what was charged, done or recorded for them."""
    yield from _held(db)
    yield from _entries(db)
    yield from _steps(db)
    for row in db.all(_NOT_AS_LINE):
        yield Problem("convenience.differs_from_line", CASE, row["id"])
    for row in db.all(_NOT_AS_AUDITED):
        yield Problem("convenience.not_as_audited", CASE, row["id"])
    for row in db.all(_NOT_ERASED):
        yield Problem("convenience.not_erased", CASE, row["id"])


def _held(db: Reader) -> Iterator[Problem]:
    held = {case.party: -case.principal_fen for case in still_open(db) if case.holds_money}
    book = ledger.by_party(db, Account.HELD_FOR_SERVICES)
    for party in sorted(held.keys() | book.keys()):
        if held.get(party, 0) != book.get(party, 0):
            yield Problem(
                "convenience.held_differs", "ledger", party, f"book {book.get(party, 0)}, open {held.get(party, 0)}"
            )


def _entries(db: Reader) -> Iterator[Problem]:
    """Each price that was paid on is one entry from what was held to what paid it."""
    wanted = set()
    for row in db.all("SELECT * FROM conveniences WHERE state = 'done' AND money = ?", Money.HELD.value):
        case = Convenience.of(row)
        wanted.add(case.entry_id)
        paid = PAID_FROM.get(case.paid_from)
        moved = {
            (p["account"], p["party"], p["amount_fen"])
            for p in db.all("SELECT account, party, amount_fen FROM postings WHERE entry_id = ?", case.entry_id)
        }
        entry = db.one("SELECT kind, subject_kind, subject_id, business_on FROM entries WHERE id = ?", case.entry_id)
        is_right = (
            entry is not None
            and paid is not None
            and tuple(entry) == ("convenience_done", CASE, case.id, case.outcome_on)
            and moved == {(Account.HELD_FOR_SERVICES, case.party, case.principal_fen), (paid, "", -case.principal_fen)}
        )
        if not is_right:
            yield Problem("convenience.entry_differs", CASE, case.id, f"entry {case.entry_id}")
    for row in db.all("SELECT id, subject_id FROM entries WHERE kind = 'convenience_done'"):
        if row["id"] not in wanted:
            yield Problem("convenience.entry_differs", CASE, row["subject_id"], f"entry {row['id']} of no case")


def _steps(db: Reader) -> Iterator[Problem]:
    steps: dict[int, list[str]] = {}
    gaps = set()
    for row in db.all("SELECT convenience_id, step, state FROM convenience_steps ORDER BY convenience_id, step"):
        taken = steps.setdefault(row["convenience_id"], [])
        taken.append(row["state"])
        if row["step"] != len(taken):
            gaps.add(row["convenience_id"])
    for row in db.all("SELECT id, state FROM conveniences"):
        taken = steps.pop(row["id"], [])
        follows = all(after in NEXT.get(before, ()) for before, after in zip(taken, taken[1:], strict=False))
        begins = taken[:1] == [ConvenienceState.RECORDED]
        if not begins or taken[-1:] != [row["state"]] or not follows or row["id"] in gaps:
            yield Problem("convenience.not_as_its_steps", CASE, row["id"], " → ".join(taken))
    for convenience_id in steps:
        yield Problem("convenience.not_as_its_steps", CASE, convenience_id, "is missing")
