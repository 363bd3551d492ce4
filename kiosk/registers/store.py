"""All SQL of the registers, but what lists and exports ask (``kiosk.reports.ledgers``)."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from kiosk import vault
from kiosk.errors import Refused
from kiosk.registers.definitions import frozen, registers, thawed
from kiosk.registers.model import CASE, WITHDRAWN, Register
from kiosk.registers.story import Taken, vault_field
from kiosk.storage import Reader, Tx
from kiosk.words import N_


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry as it stands. ``content``: plain values by field, the step of what lies in the vault, attachments, rows."""

    id: int
    register: str
    number: str
    form_id: int
    state: str
    steps: int
    content: Mapping[str, Any]
    date_on: str
    subject_kind: str | None
    subject_id: int | None
    alike_id: int | None
    kept: str
    opened_on: str
    opened_at: str
    opened_by_kind: str
    opened_by_id: int
    entered_on: str
    ended_on: str | None
    erased_at: str | None

    @property
    def values(self) -> dict[str, str]:
        """What names nobody: plain values by field."""
        return {code: value for code, value in self.content.items() if isinstance(value, str)}

    @property
    def rows(self) -> dict[str, list[dict[str, str]]]:
        """The repeated rows by their code, without what is personal."""
        return {code: list(value["rows"]) for code, value in self.content.items() if isinstance(value, dict)}

    @property
    def pictures(self) -> dict[str, list[int]]:
        """Attachments by field."""
        return {code: list(value) for code, value in self.content.items() if isinstance(value, list)}

    @property
    def is_withdrawn(self) -> bool:
        """Whether it was entered by mistake."""
        return self.state == WITHDRAWN

    @classmethod
    def of(cls, row: sqlite3.Row) -> Entry:
        columns = {name: row[name] for name in cls.__slots__}
        columns["content"] = json.loads(columns["content"])
        return cls(**columns)


def entry(db: Reader, entry_id: int, code: str = "") -> Entry:
    """The entry of this id, of the register ``code`` where one is named; raises ``Refused('register.no_entry')``."""
    row = db.one("SELECT * FROM register_entries WHERE id = ?", entry_id)
    if row is None or (code and row["register"] != code):
        raise Refused("register.no_entry", N_("没有编号为 {entry_id} 的登记，请从登记簿重新打开"), entry_id=entry_id)
    return Entry.of(row)


def steps(db: Reader, entry_id: int, until_on: str = "9999-12-31") -> list[Taken]:
    """The steps of an entry in order, those of business dates after ``until_on`` left out."""
    rows = db.all(
        "SELECT * FROM register_steps WHERE entry_id = ? AND business_on <= ? ORDER BY step", entry_id, until_on
    )
    return [Taken.of(row) for row in rows]


def form_of(db: Reader, found: Entry, books: Mapping[str, Register] | None = None) -> Register:
    """The form by which an entry goes on: the station's own of today where it still knows the entry's state, otherwise the
    one that it was last written with. ``books``: the registers of now, from whoever asks for many entries."""
    now = (registers(db) if books is None else books).get(found.register)
    return now if now is not None and now.state(found.state) is not None else form(db, found.form_id)


def form(db: Reader, form_id: int) -> Register:
    """A form as it stood when it was written with."""
    content = db.value("SELECT content FROM register_forms WHERE id = ?", form_id)
    return thawed(content)


def keep_form(tx: Tx, register: Register) -> int:
    """The id of this very form, written down with its first use."""
    content, digest = frozen(register)
    found = tx.value("SELECT id FROM register_forms WHERE register = ? AND hash = ?", register.code, digest)
    if found is not None:
        return int(found)
    return tx.insert("register_forms", register=register.code, hash=digest, content=content, first_used_at=tx.now)


def add_step(
    tx: Tx, entry_id: int, step: int, act: str, state: str, written: Mapping[str, Any], form_id: int, business_on: str,
    undoes: int | None = None,
) -> None:  # fmt: skip
    """Writes down a step."""
    tx.insert(
        "register_steps", entry_id=entry_id, step=step, act=act, undoes=undoes, state=state, content=as_json(written),
        form_id=form_id, business_on=business_on, at=tx.now, by_kind=tx.actor.kind, by_id=tx.actor.id,
    )  # fmt: skip


def as_json(content: Mapping[str, Any]) -> str:
    """Content as it is stored."""
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def kept_of(db: Reader, entry_id: int) -> dict[str, str]:
    """Everything the vault holds of an entry but pictures, by its fields (``told#2``)."""
    rows = db.all(
        "SELECT field, value FROM vault WHERE case_kind = ? AND case_id = ? AND retention_class <> ?", CASE, entry_id,
        vault.PHOTO,
    )  # fmt: skip
    return {row["field"]: row["value"] for row in rows}


def value_of(found: Entry, kept: Mapping[str, str], code: str) -> str | None:
    """What stands in a field; None for nothing, and for what was erased."""
    value = found.content.get(code)
    if isinstance(value, int):
        return kept.get(vault_field(code, value))
    return value if isinstance(value, str) else None


def rows_of(found: Entry, kept: Mapping[str, str], code: str) -> list[dict[str, str]]:
    """The repeated rows with what is personal in them; without it once that was erased."""
    value = found.content.get(code)
    if not isinstance(value, dict):
        return []
    rows = [dict(row) for row in value["rows"]]
    private = kept.get(vault_field(code, value["step"])) if value.get("kept") else None
    for row, more in zip(rows, json.loads(private) if private else [], strict=False):
        row.update(more)
    return rows


def still_open(db: Reader) -> list[Entry]:
    """Every entry that has not ended."""
    rows = db.all("SELECT * FROM register_entries INDEXED BY register_entries_left WHERE ended_on IS NULL ORDER BY id")
    return [Entry.of(row) for row in rows]


def of_subject(db: Reader, kind: str, subject_id: int) -> list[Entry]:
    """The entries that belong to a case, newest first."""
    rows = db.all(
        "SELECT * FROM register_entries WHERE subject_kind = ? AND subject_id = ? ORDER BY id DESC", kind, subject_id
    )
    return [Entry.of(row) for row in rows]


def entries(db: Reader, code: str, first_on: str, last_on: str) -> list[Entry]:
    """The entries of a register whose day lies between two dates, oldest first; what was withdrawn is left out."""
    rows = db.all(
        "SELECT * FROM register_entries WHERE register = ? AND date_on BETWEEN ? AND ? AND state <> ? ORDER BY date_on, id",
        code, first_on, last_on, WITHDRAWN,
    )  # fmt: skip
    return [Entry.of(row) for row in rows]


def touched(
    db: Reader, code: str, first_on: str, last_on: str, but: Collection[str] = frozenset()
) -> Iterable[tuple[Entry, list[Taken]]]:
    """Every entry that may count in a period, with its steps up to the period's end: it was opened or written in since the
    period began (so it ended in it, if it did), is about a day of it or a later one, or has not ended.

    Each of the three is asked of its own index: what ended long ago is not looked at, however much of it there is.
    Steps of the business dates ``but`` are left out, as if those days had yet to come.
    """
    rows = db.all(
        "SELECT e.* FROM (SELECT entry_id AS id FROM register_steps WHERE business_on >= :first"
        " UNION SELECT id FROM register_entries WHERE register = :code AND date_on >= :first"
        " UNION SELECT id FROM register_entries INDEXED BY register_entries_left WHERE register = :code"
        "  AND ended_on IS NULL) found"
        " CROSS JOIN register_entries e ON e.id = found.id WHERE e.register = :code AND e.opened_on <= :last ORDER BY e.id",
        code=code,
        first=first_on,
        last=last_on,
    )
    for row in rows:
        told = [taken for taken in steps(db, row["id"], last_on) if taken.business_on not in but]
        if told:
            yield Entry.of(row), told


def how_many(db: Reader) -> dict[str, tuple[int, int]]:
    """How many entries each register has, and how many of them wait, by code; what was withdrawn is left out."""
    rows = db.all("SELECT register, COUNT(*) AS n FROM register_entries WHERE state <> ? GROUP BY register", WITHDRAWN)
    left: dict[str, int] = {}
    books = registers(db)
    for found in still_open(db):
        state = form_of(db, found, books).state(found.state)
        left[found.register] = left.get(found.register, 0) + int(state is not None and state.kind == "open")
    return {row["register"]: (row["n"], left.get(row["register"], 0)) for row in rows}
