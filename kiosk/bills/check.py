"""Invariants of bills: the ledger holds for each bill what that bill still holds, each case is as its line, its steps and
its records say, and nothing is on its way twice."""

from __future__ import annotations

from collections.abc import Iterator

from kiosk import ledger
from kiosk.bills.model import CASE, NEXT, Bill, BillState
from kiosk.bills.store import open_bills
from kiosk.ledger import PAID_FROM, Account
from kiosk.storage import Reader
from kiosk.storage.problem import Problem

# A bill is as far as its line: not received while the line waits, given back by a void or by the refund of that line.
_NOT_AS_LINE = (
    "SELECT b.id FROM bills b LEFT JOIN ticket_lines l ON l.id = (SELECT MAX(id) FROM ticket_lines"
    " WHERE case_kind = 'bill' AND case_id = b.id AND refunds_line_id IS NULL) LEFT JOIN tickets t ON t.id = l.ticket_id"
    " LEFT JOIN ticket_lines r ON r.refunds_line_id = l.id AND r.state = 'done'"
    " WHERE l.id IS NULL OR l.principal_fen <> b.amount_fen OR l.kind <> b.kind"
    " OR (l.state IN ('done', 'reversed')) <> (b.received_on IS NOT NULL)"
    " OR b.received_on IS NOT NULL AND b.received_on IS NOT t.settled_on"
    " OR (l.state = 'removed') <> (b.state = 'cancelled')"
    " OR (l.state = 'reversed' OR r.id IS NOT NULL) <> (b.state = 'refunded')"
)
_NOT_AS_AUDITED = (
    "SELECT b.id FROM bills b WHERE NOT EXISTS (SELECT 1 FROM audit a WHERE a.action = 'bill.recorded'"
    " AND json_extract(a.facts, '$.bill_id') = b.id AND json_extract(a.facts, '$.kind') = b.kind"
    " AND json_extract(a.facts, '$.amount_fen') = b.amount_fen)"
    " OR (b.state = 'confirmed') <> EXISTS (SELECT 1 FROM audit a WHERE a.action = 'bill.confirmed'"
    " AND json_extract(a.facts, '$.bill_id') = b.id AND json_extract(a.facts, '$.entry_id') IS b.entry_id)"
)
_TWICE_UNDER_WAY = (
    "SELECT MAX(id) AS id FROM bills WHERE state IN ('submitted', 'unconfirmed') AND account_hash IS NOT NULL"
    " GROUP BY biller, account_hash, bill_period, CASE WHEN bill_period = '' THEN amount_fen END HAVING COUNT(*) > 1"
)
_WITHOUT_VOUCHER = (
    "SELECT id FROM bills b WHERE state = 'confirmed' AND serial_no = '' AND voucher_no = ''"
    " AND NOT EXISTS (SELECT 1 FROM attachments a WHERE a.case_kind = 'bill' AND a.case_id = b.id)"
)


def problems(db: Reader) -> Iterator[Problem]:
    """Money held that no bill explains, and bills that differ from what was charged, done or recorded for them."""
    yield from _held(db)
    yield from _entries(db)
    yield from _steps(db)
    for row in db.all(_NOT_AS_LINE):
        yield Problem("bill.differs_from_line", CASE, row["id"])
    for row in db.all(_NOT_AS_AUDITED):
        yield Problem("bill.not_as_audited", CASE, row["id"])
    for row in db.all(_TWICE_UNDER_WAY):
        yield Problem("bill.twice_under_way", CASE, row["id"])
    for row in db.all(_WITHOUT_VOUCHER):
        yield Problem("bill.without_voucher", CASE, row["id"])


def _held(db: Reader) -> Iterator[Problem]:
    """What the ledger holds for each bill is what that bill still holds, and for nobody else."""
    held = {bill.party: -bill.amount_fen for bill in open_bills(db)}
    book = ledger.by_party(db, Account.HELD_FOR_BILLS)
    for party in sorted(held.keys() | book.keys()):
        if held.get(party, 0) != book.get(party, 0):
            yield Problem("bill.held_differs", "ledger", party, f"book {book.get(party, 0)}, open {held.get(party, 0)}")


def _entries(db: Reader) -> Iterator[Problem]:
    """Each confirmed bill is one entry from what was held to what paid it, on the day of its outcome."""
    wanted: dict[int | None, Bill] = {}
    for row in db.all("SELECT * FROM bills WHERE state = 'confirmed'"):
        bill = Bill.of(row)
        wanted[bill.entry_id] = bill
        paid = PAID_FROM.get(bill.paid_from)
        moved = {
            (p["account"], p["party"], p["amount_fen"])
            for p in db.all("SELECT account, party, amount_fen FROM postings WHERE entry_id = ?", bill.entry_id)
        }
        entry = db.one("SELECT kind, subject_kind, subject_id, business_on FROM entries WHERE id = ?", bill.entry_id)
        is_right = (
            entry is not None
            and paid is not None
            and tuple(entry) == ("bill_confirmed", CASE, bill.id, bill.outcome_on)
            and moved == {(Account.HELD_FOR_BILLS, bill.party, bill.amount_fen), (paid, "", -bill.amount_fen)}
        )
        if not is_right:
            yield Problem("bill.entry_differs", CASE, bill.id, f"entry {bill.entry_id}")
    for row in db.all("SELECT id, subject_id FROM entries WHERE kind = 'bill_confirmed'"):
        if row["id"] not in wanted:
            yield Problem("bill.entry_differs", CASE, row["subject_id"], f"entry {row['id']} of no confirmed bill")


def _steps(db: Reader) -> Iterator[Problem]:
    """The steps of each bill lead from recorded to where it stands, without a gap and by allowed steps only."""
    steps: dict[int, list[str]] = {}
    gaps = set()
    for row in db.all("SELECT bill_id, step, state FROM bill_steps ORDER BY bill_id, step"):
        taken = steps.setdefault(row["bill_id"], [])
        taken.append(row["state"])
        if row["step"] != len(taken):
            gaps.add(row["bill_id"])
    for row in db.all("SELECT id, state FROM bills"):
        taken = steps.pop(row["id"], [])
        follows = all(after in NEXT.get(before, ()) for before, after in zip(taken, taken[1:], strict=False))
        if taken[:1] != [BillState.RECORDED] or taken[-1:] != [row["state"]] or not follows or row["id"] in gaps:
            yield Problem("bill.not_as_its_steps", CASE, row["id"], " → ".join(taken))
    for bill_id in steps:
        yield Problem("bill.not_as_its_steps", CASE, bill_id, "is missing")
