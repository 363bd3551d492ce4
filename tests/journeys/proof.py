"""Holds the journal of acknowledged acts against the rows and the papers: everything that was said is there, once, and
nothing is there that nobody was told."""

from __future__ import annotations

import json
import re
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path

from tests.journeys.journal import Acknowledged

JOB_STATES = {"waiting", "sent", "confirmed", "failed", "unknown", "cancelled"}
#: States in which a job must say why.
WITH_REASON = {"failed", "unknown", "cancelled"}
#: How many papers of a job there may be.
PAPERS = {"waiting": {0}, "cancelled": {0}, "failed": {0}, "unknown": {0, 1}, "sent": {1}, "confirmed": {1}}
_RECEIPT = re.compile(rb"R\d{8}-\d+")
_PICKUP = re.compile("凭取件码 ([0-9A-Z-]+) 取件".encode("gb18030"))


def losses(acts: Iterable[Acknowledged], database: Path) -> list[str]:
    """Acknowledged acts that are not there as they were acknowledged, one line each."""
    with _open(database) as db:
        return [f"lost: {act.act} {act.key} {act.path}: {why}" for act in acts if (why := _lost(db, act))]


def excess(acts: Iterable[Acknowledged], database: Path) -> list[str]:
    """What happened twice, or without anybody having been told. Only when no act is in doubt."""
    acts = list(acts)
    told: dict[str, list[int]] = {}
    for act in acts:
        told.setdefault(act.act, []).append(_subject(act))
    rows = {
        "open_batch": "SELECT id FROM intake_batches",
        "close_batch": "SELECT id FROM intake_batches WHERE state = 'closed'",
        "check_in": "SELECT id FROM parcels",
        "hand_over": "SELECT id FROM parcels WHERE state = 'handed_over'",
        "begin_ticket": "SELECT id FROM tickets",
        "settle": "SELECT id FROM tickets WHERE state = 'settled'",
        "submit_bill": "SELECT id FROM bills WHERE submitted_at IS NOT NULL",
        "confirm_bill": "SELECT id FROM bills WHERE state = 'confirmed'",
        "order_purchase": "SELECT id FROM purchases WHERE state = 'ordered'",
    }
    found = []
    with _open(database) as db:
        for name, sql in rows.items():
            there, said = {row[0] for row in db.execute(sql)}, set(told.get(name, ()))
            if there - said:
                found.append(f"{name}: done but never acknowledged: {sorted(there - said)[:10]}")
            twice = [key for key, count in Counter(told.get(name, ())).items() if count > 1]
            if twice:
                found.append(f"{name}: acknowledged for two keys: {twice[:10]}")
        days = {row[0] for row in db.execute("SELECT business_on FROM business_days WHERE state = 'closed'")}
        said_days = [act.answer["business_on"] for act in acts if act.act == "close_day"]
        if days - set(said_days) or len(set(said_days)) != len(said_days):
            found.append(f"close_day: {len(days)} closed, {len(said_days)} acknowledged")
        keys = db.execute("SELECT COUNT(*), COUNT(DISTINCT key || owner || path) FROM answers").fetchone()
        if keys[0] != keys[1] or keys[0] != len(acts):
            found.append(f"answers: {keys[0]} kept, {len(acts)} acknowledged")
        found += _codes(db, acts)
    return found


def papers(database: Path, printed: Iterable[bytes]) -> list[str]:
    """Print jobs that are in no state, without a reason, or whose papers contradict their state."""
    slips: Counter[str] = Counter()
    for paper in printed:
        names = {match[0].decode() for match in _RECEIPT.finditer(paper)}
        names |= {match[1].decode() for match in _PICKUP.finditer(paper)}
        slips.update(names)
    found = []
    with _open(database) as db:
        for row in db.execute(
            "SELECT j.id, j.state, j.reason, s.template, s.facts, s.document_no FROM print_jobs j"
            " JOIN slips s ON s.id = j.slip_id WHERE j.copies = 1"
        ):
            if row["state"] not in JOB_STATES or (row["state"] in WITH_REASON and not row["reason"]):
                found.append(f"print job {row['id']}: {row['state']} without a reason")
            name = json.loads(row["facts"])["pickup_code"] if row["template"] == "intake_slip" else row["document_no"]
            if row["template"] not in ("intake_slip", "receipt"):
                continue
            if slips[name] not in PAPERS[row["state"]]:
                found.append(f"print job {row['id']} ({name}): {row['state']}, but {slips[name]} papers came out")
        without = db.execute(
            "SELECT COUNT(*) FROM notices WHERE channel = 'paper' AND state = 'queued' AND job_id IS NULL"
        ).fetchone()[0]
        if without:
            found.append(f"{without} notices are queued without a print job")
    return found


def jobs_by_state(database: Path) -> dict[str, int]:
    """How many print jobs are in each state, with its reason."""
    with _open(database) as db:
        rows = db.execute("SELECT state, reason, COUNT(*) FROM print_jobs GROUP BY 1, 2 ORDER BY 1, 2").fetchall()
    return {f"{state} ({reason})" if reason else state: count for state, reason, count in rows}


def _subject(act: Acknowledged) -> int:
    return int(act.answer.get("id", 0))


def _codes(db: sqlite3.Connection, acts: Iterable[Acknowledged]) -> list[str]:
    """Every pickup code that was given to two parcels."""
    given = Counter(act.answer["pickup_code"] for act in acts if act.act == "check_in")
    found = [f"pickup code {code} was given {count} times" for code, count in given.items() if count > 1]
    sql = (
        "SELECT pickup_code FROM parcels WHERE state IN ('on_shelf', 'problem', 'to_return')"
        " GROUP BY 1 HAVING COUNT(*) > 1"
    )
    return found + [f"pickup code {row[0]} is twice in stock" for row in db.execute(sql)]


def _lost(db: sqlite3.Connection, act: Acknowledged) -> str:
    """Why the act is not there as acknowledged; '' when it is."""
    kept = db.execute("SELECT status, answer FROM answers WHERE key = ?", (act.key,)).fetchall()
    if len(kept) != 1:
        return f"{len(kept)} answers kept for its key"
    if kept[0]["status"] != act.status or json.loads(kept[0]["answer"])["body"] != act.answer:
        return "another answer is kept for its key"
    return _WHERE[act.act](db, act)


def _batch(db: sqlite3.Connection, act: Acknowledged) -> str:
    row = db.execute("SELECT declared FROM intake_batches WHERE id = ?", (act.answer["id"],)).fetchone()
    return "" if row is not None and row["declared"] == act.sent["declared"] else "no such batch"


def _closed_batch(db: sqlite3.Connection, act: Acknowledged) -> str:
    row = db.execute("SELECT state FROM intake_batches WHERE id = ?", (act.answer["id"],)).fetchone()
    return "" if row is not None and row["state"] == "closed" else "the batch is not closed"


def _parcel(db: sqlite3.Connection, act: Acknowledged) -> str:
    rows = db.execute("SELECT * FROM parcels WHERE waybill_no = ?", (act.sent["waybill_no"],)).fetchall()
    if len(rows) != 1:
        return f"{len(rows)} parcels with this waybill"
    if (rows[0]["id"], rows[0]["pickup_code"]) != (act.answer["id"], act.answer["pickup_code"]):
        return "the parcel has another id or code"
    return _one_event(db, act.answer["id"], "checked_in")


def _handed_over(db: sqlite3.Connection, act: Acknowledged) -> str:
    row = db.execute("SELECT state FROM parcels WHERE id = ?", (act.answer["id"],)).fetchone()
    if row is None or row["state"] != "handed_over":
        return "the parcel is not handed over"
    return _one_event(db, act.answer["id"], "handed_over")


def _one_event(db: sqlite3.Connection, parcel_id: int, kind: str) -> str:
    count = db.execute(
        "SELECT COUNT(*) FROM parcel_events WHERE parcel_id = ? AND kind = ?", (parcel_id, kind)
    ).fetchone()[0]
    return "" if count == 1 else f"{count} events {kind}"


def _ticket(db: sqlite3.Connection, act: Acknowledged) -> str:
    count = db.execute("SELECT COUNT(*) FROM ticket_lines WHERE ticket_id = ?", (act.answer["id"],)).fetchone()[0]
    return "" if count == len(act.sent["lines"]) else f"{count} lines"


def _settled(db: sqlite3.Connection, act: Acknowledged) -> str:
    row = db.execute("SELECT * FROM tickets WHERE id = ?", (act.answer["id"],)).fetchone()
    if row is None or (row["state"], row["receipt_no"]) != ("settled", act.answer["receipt_no"]):
        return "the ticket is not settled"
    entries = db.execute(
        "SELECT COUNT(*) FROM entries WHERE subject_kind = 'ticket' AND subject_id = ? AND posted = 1", (row["id"],)
    ).fetchone()[0]
    slips = db.execute("SELECT COUNT(*) FROM slips WHERE document_no = ?", (row["receipt_no"],)).fetchone()[0]
    return "" if (entries, slips) == (1, 1) else f"{entries} ledger entries, {slips} receipts"


def _day(db: sqlite3.Connection, act: Acknowledged) -> str:
    business_on, report_no = act.answer["business_on"], act.answer["report_no"]
    day = db.execute("SELECT counted_fen FROM business_days WHERE business_on = ? AND state = 'closed'", (business_on,))
    row = day.fetchone()
    if row is None or row["counted_fen"] != act.answer["counted_fen"]:
        return "the day is not closed so"
    reports = db.execute(
        "SELECT id, report_no FROM reports WHERE form = 'F1' AND business_on = ?", (business_on,)
    ).fetchall()
    if [report["report_no"] for report in reports] != [report_no]:
        return f"{len(reports)} reports"
    sent = db.execute(
        "SELECT COUNT(*) FROM outbox WHERE subject_kind = 'report' AND subject_id = ?", (reports[0]["id"],)
    ).fetchone()[0]
    return "" if sent == 1 else f"{sent} messages"


def _state(table: str, *states: str) -> Callable[[sqlite3.Connection, Acknowledged], str]:
    """A proof that the case of an act is in one of these states."""

    def proof(db: sqlite3.Connection, act: Acknowledged) -> str:
        row = db.execute(f"SELECT state FROM {table} WHERE id = ?", (act.answer["id"],)).fetchone()
        return "" if row is not None and row["state"] in states else f"{table} {act.answer['id']} is not {states[-1]}"

    return proof


_WHERE = {
    "open_batch": _batch,
    "close_batch": _closed_batch,
    "check_in": _parcel,
    "hand_over": _handed_over,
    "begin_ticket": _ticket,
    "settle": _settled,
    "submit_bill": _state("bills", "submitted", "confirmed"),
    "confirm_bill": _state("bills", "confirmed"),
    "order_purchase": _state("purchases", "ordered"),
    "close_day": _day,
}


class _open:  # noqa: N801 - reads as a function
    """The database for reading, by plain SQLite: the proof asks nothing of the code that it proves."""

    def __init__(self, database: Path) -> None:
        self._db = sqlite3.connect(f"file:{database}?mode=ro", uri=True, timeout=20)
        self._db.row_factory = sqlite3.Row

    def __enter__(self) -> sqlite3.Connection:
        self._db.execute("BEGIN")
        return self._db

    def __exit__(self, *_: object) -> None:
        self._db.close()
