"""Years of tickets: one real ticket, made by the acts of the counter, and its rows written again and again under other
numbers and dates. What the acts write changes with them; whatever a new column holds is copied along."""

from __future__ import annotations

import itertools
import json
import sqlite3
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from kiosk.audit import link
from kiosk.counter.add_line import add_line
from kiosk.counter.close_day import close_day
from kiosk.counter.open_day import open_day
from kiosk.counter.open_ticket import open_ticket
from kiosk.counter.settle import settle
from kiosk.printing.slips import digest
from kiosk.storage import Actor, Store, Tx

#: The simplest ticket with money on it: pages are printed, and paid in cash.
PAGES = {"convenience": "print", "values": {"what": "打印", "pages": "7"}}
GIVEN_FEN = 10_00
#: In the order in which they refer to one another; what each row is about stands in the first columns.
TABLES = (
    "slips", "entries", "postings", "tickets", "payments", "conveniences", "convenience_steps", "ticket_lines", "vault",
)  # fmt: skip
_IDS = {
    "ticket_id": "tickets", "line_id": "ticket_lines", "convenience_id": "conveniences", "entry_id": "entries",
    "slip_id": "slips", "number": "conveniences",
}  # fmt: skip
Row = dict[str, Any]


class Pattern:
    """The rows of one ticket, as the acts have just written them."""

    def __init__(self, store: Store, actor: Actor, at: str) -> None:
        with store.reading() as db:
            before = {
                table: db.value(f"SELECT COALESCE(MAX(rowid), 0) FROM {table}") for table in TABLES if _has_rowid(table)
            }
            last_record = db.value("SELECT MAX(seq) FROM audit")
        with store.transaction(actor) as tx:
            tx.now = at
            ticket_id = open_ticket(tx)
            add_line(tx, ticket_id, "convenience", **PAGES)
            self.fee_fen = settle(tx, ticket_id, GIVEN_FEN).total_fen
        with store.reading() as db:
            self.rows: dict[str, list[Row]] = {
                table: [dict(row) for row in db.all(f"SELECT * FROM {table} WHERE rowid > ?", since)]
                for table, since in before.items()
            }
            entry_id, case_id = self.rows["entries"][0]["id"], self.rows["conveniences"][0]["id"]
            self.rows["postings"] = [dict(row) for row in db.all("SELECT * FROM postings WHERE entry_id = ?", entry_id)]
            self.rows["vault"] = [
                dict(row)
                for row in db.all("SELECT * FROM vault WHERE case_kind = 'convenience' AND case_id = ?", case_id)
            ]
            self.records = [dict(row) for row in db.all("SELECT * FROM audit WHERE seq > ? ORDER BY seq", last_record)]
            self.last = {
                table: max((row["id"] for row in rows), default=0)
                for table, rows in self.rows.items()
                if "id" in rows[0]
            }
            self.entry_no = db.value("SELECT last FROM numbers WHERE series = 'entry'")
        self.on = self.rows["tickets"][0]["settled_on"]


def _has_rowid(table: str) -> bool:
    return table not in ("postings", "vault")


def fill(
    db: sqlite3.Connection, store: Store, actor: Actor, pattern: Pattern, begun: date, days: int, a_day: int
) -> None:
    """Writes ``a_day`` tickets on each of ``days`` days from ``begun``, and closes each day as a person does, report and
    all. ``db`` is in a transaction and its guards are off; the pattern's own ticket stands on the first day."""
    db.row_factory = sqlite3.Row
    made = _Work(pattern)
    for day in range(days):
        on = (begun + timedelta(days=day)).isoformat()
        tx = Tx(db, store, actor)
        tx.now = f"{on}T01:00:00.000000Z"
        if day:
            open_day(tx)
        first = 1 if day else 2  # the pattern's receipt is the first of the first day
        _write_day(db, made, on, first, a_day)
        for posting in pattern.rows["postings"]:
            moved = posting["amount_fen"] * (a_day + 1 - first)
            db.execute(
                "UPDATE account_balances SET fen = fen + ? WHERE account = ? AND party = ?",
                (moved, posting["account"], posting["party"]),
            )
        tx = Tx(db, store, actor)  # what the one before has read is out of date: the tickets went in past it
        tx.now = f"{on}T10:00:00.000000Z"
        drawer_fen = db.execute("SELECT fen FROM account_balances WHERE account = 'drawer'").fetchone()[0]
        close_day(tx, pieces=dict(pieces(drawer_fen)), reason="unexplained")


def _write_day(db: sqlite3.Connection, made: _Work, on: str, first: int, last: int) -> None:
    rows: dict[str, list[Row]] = {table: [] for table in (*TABLES, "audit")}
    before = db.execute("SELECT seq, hash FROM audit ORDER BY seq DESC LIMIT 1").fetchone()
    made.seq, made.previous = before["seq"], before["hash"]
    made.next["slips"] = itertools.count(db.execute("SELECT MAX(id) FROM slips").fetchone()[0] + 1)
    for number in range(first, last + 1):
        made.ticket(on, number, rows)
    for table, found in rows.items():
        columns = list(found[0])
        marks = ", ".join(f":{column}" for column in columns)
        db.executemany(f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})", found)
    db.execute(
        "INSERT INTO numbers (series, scope, last) VALUES ('document.R', :on, :last)"
        " ON CONFLICT (series, scope) DO UPDATE SET last = :last",
        {"on": on, "last": last},
    )
    db.execute("UPDATE numbers SET last = last + ? WHERE series = 'entry'", (last + 1 - first,))


def pieces(fen: int) -> Iterator[tuple[int, int]]:
    """Notes and coins that make up an amount; what is less than a jiao stays a difference."""
    for piece in (100_00, 50_00, 20_00, 10_00, 5_00, 1_00, 50, 10):
        count, fen = divmod(fen, piece)
        yield piece, count


class _Work:
    """Goes on from ticket to ticket: ids, the chain."""

    def __init__(self, pattern: Pattern) -> None:
        self.pattern, self.seq, self.previous = pattern, 0, ""
        self.next = {table: itertools.count(last + 1) for table, last in pattern.last.items()}
        self.entry_nos = itertools.count(pattern.entry_no + 1)
        self.facts = [json.loads(record["facts"]) for record in pattern.records]
        self.slip = json.loads(pattern.rows["slips"][0]["facts"])
        self.old = {table: pattern.rows[table][0]["id"] for table in pattern.last}

    def ticket(self, on: str, place: int, into: dict[str, list[Row]]) -> None:
        """Adds the rows of a day's ticket, ``place`` counted from 1."""
        at = f"{on}T{2 + place // 3600:02d}:{place // 60 % 60:02d}:{place % 60:02d}.{place:06d}Z"
        receipt_no = f"R{on.replace('-', '')}-{place:04d}"
        ids = {table: next(self.next[table]) for table in self.next if table != "convenience_steps"}
        entry_no = next(self.entry_nos)
        for table in TABLES:
            for row in self.pattern.rows[table]:
                made = self._dated(row, on, at)
                if table == "convenience_steps":
                    made["id"] = next(self.next[table])
                elif "id" in made:
                    made["id"] = ids[table]
                for name, other in _IDS.items():
                    if made.get(name) is not None and name in row:
                        made[name] = ids[other]
                if "entry_no" in made:
                    made["entry_no"] = entry_no
                if made.get("case_kind") == "convenience":
                    made["case_id"] = ids["conveniences"]
                if made.get("subject_kind") == "ticket":
                    made["subject_id"] = ids["tickets"]
                for name in ("receipt_no", "document_no"):
                    if made.get(name):
                        made[name] = receipt_no
                if table == "slips":
                    self._freeze(made, receipt_no, ids, f"{on} {10 + place // 3600:02d}:{place // 60 % 60:02d}")
                elif table == "ticket_lines":
                    made["facts"] = _json(json.loads(made["facts"]) | {"number": ids["conveniences"]})
                into[table].append(made)
        for record, facts in zip(self.pattern.records, self.facts, strict=True):
            into["audit"].append(self._record(record, facts, at, on, receipt_no, entry_no, ids))

    def _dated(self, row: Row, on: str, at: str) -> Row:
        """The row with its dates and instants moved; what was empty stays empty."""
        return {
            name: on if name.endswith("_on") and value == self.pattern.on else at if name.endswith("_at") and value else
            at if name == "at" else value
            for name, value in row.items()
        }  # fmt: skip

    def _freeze(self, slip: Row, receipt_no: str, ids: dict[str, int], shown_at: str) -> None:
        facts = self.slip | {"number": receipt_no, "at": shown_at}
        (line,) = facts["lines"]
        facts["lines"] = [line | {"facts": line["facts"] | {"number": ids["conveniences"]}}]
        slip["facts"] = _json(facts)
        slip["hash"] = digest({name: value for name, value in slip.items() if name not in ("id", "hash")})

    def _record(
        self, record: Row, facts: Row, at: str, on: str, receipt_no: str, entry_no: int, ids: dict[str, int]
    ) -> Row:
        told = dict(facts)
        for name, value in told.items():
            if value is None:
                continue
            if name in _IDS:
                told[name] = ids[_IDS[name]]
            elif name == "case_id":
                told[name] = ids["conveniences"]
            elif name == "subject_id":
                told[name] = ids["tickets"]
        told |= {
            name: value
            for name, value in (("receipt_no", receipt_no), ("entry_no", entry_no), ("business_on", on))
            if name in told
        }
        self.seq += 1
        made = record | {"seq": self.seq, "at": at, "facts": _json(told), "previous_hash": self.previous}
        made["hash"] = self.previous = link(
            self.previous,
            self.seq,
            at,
            made["actor_kind"],
            made["actor_id"],
            made["desk_id"],
            made["action"],
            made["facts"],
        )
        return made


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def whoever(store: Store) -> Actor:
    """The manager, at the first desk."""
    with store.reading() as db:
        person = db.one("SELECT id, role, name FROM staff ORDER BY id LIMIT 1")
    assert person is not None
    return Actor("staff", person["id"], person["role"], person["name"], 1)
