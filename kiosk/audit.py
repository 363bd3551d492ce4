"""The hash-chained record of every act. Each room registers its actions at import, with the sentence shown to people and
the type of each fact; ``record`` takes nothing else, so that no name, number or address can slip in."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from kiosk.storage import Reader, Tx

ID = "id"  # a row id
NUMBER = "number"  # a count or an amount in fen
ENUM = "enum"  # a stored state or code of ours: lower-case words
TIME = "time"  # an instant or a business date
HASH = "hash"  # hexadecimal
CODE = "code"  # a document number, pickup code or carrier: letters, digits, hyphens; never a person's number

FIRST_HASH = "0" * 64
#: Made once: ``json.dumps`` makes an encoder for each call, and a settled ticket writes a dozen records.
_encode = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode
_SHAPES = {
    ENUM: re.compile(r"[a-z0-9_.]{0,60}"),
    TIME: re.compile(r"\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\d\.\d{6}Z)?|"),
    HASH: re.compile(r"[0-9a-f]{0,64}"),
    CODE: re.compile(r"[A-Z0-9][A-Z0-9-]{0,39}|"),
}


@dataclass(frozen=True, slots=True)
class Action:
    """One kind of act: its sentence (a marked message with the facts' names) and the facts' types."""

    name: str
    sentence: str
    facts: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Record:
    """One record as it is read: ``facts`` by name."""

    seq: int
    at: str
    actor_kind: str
    actor_id: int
    desk_id: int | None
    action: str
    facts: Mapping[str, Any]

    @property
    def sentence(self) -> str:
        """The marked sentence of the action, its bare name when this version doesn't know it."""
        known = _registry.get(self.action)
        return known.sentence if known is not None else self.action


@dataclass(frozen=True, slots=True)
class Broken:
    """A place where the chain does not hold: the record's number and what is wrong with it."""

    seq: int
    why: str


_registry: dict[str, Action] = {}


def register(action: str, sentence: str, **facts: str) -> Action:
    """Declares an action (dotted, past tense) once; raises ValueError for a second, different declaration."""
    if not re.fullmatch(r"[a-z_]+\.[a-z_]+", action) or set(facts.values()) - {ID, NUMBER, ENUM, TIME, HASH, CODE}:
        raise ValueError(f"not an audit action: {action} {facts}")
    declared = Action(action, sentence, dict(facts))
    if _registry.setdefault(action, declared) != declared:
        raise ValueError(f"audit action {action} is declared twice")
    return declared


def actions() -> Mapping[str, Action]:
    """Every declared action by name."""
    return _registry


def record(tx: Tx, action: str, **facts: int | str | None) -> int:
    """Appends one record to the chain and returns its sequence number.

    Raises ValueError for an action that nobody declared, a fact that is missing or unknown, or one not of its type:
    a programming error, never a person's.
    """
    declared = _registry.get(action)
    if declared is None:
        raise ValueError(f"unknown audit action {action}")
    if set(facts) != set(declared.facts):
        raise ValueError(f"{action} takes the facts {sorted(declared.facts)}, not {sorted(facts)}")
    for name, value in facts.items():
        _check(action, name, declared.facts[name], value)
    previous, last_seq = tx.kept("audit", lambda: _end(tx))
    seq = last_seq + 1
    written = _encode(facts)
    actor = tx.actor
    digest = link(previous, seq, tx.now, actor.kind, actor.id, actor.desk_id, action, written)
    tx.execute(
        "INSERT INTO audit (seq, at, actor_kind, actor_id, desk_id, action, facts, previous_hash, hash)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        seq, tx.now, actor.kind, actor.id, actor.desk_id, action, written, previous, digest,
    )  # fmt: skip
    tx.keep("audit", (digest, seq))
    return seq


def _end(db: Reader) -> tuple[str, int]:
    """Hash and number of the last record."""
    last = db.one("SELECT seq, hash FROM audit ORDER BY seq DESC LIMIT 1")
    return (last["hash"], last["seq"]) if last else (FIRST_HASH, 0)


def link(previous: str, seq: int, at: str, kind: str, actor: int, desk: int | None, action: str, facts: str) -> str:
    """The hash of a record: SHA-256 over its columns and the hash of the record before it."""
    material = "\x1f".join((previous, str(seq), at, kind, str(actor), str(desk), action, facts))
    return hashlib.sha256(material.encode("utf-8")).hexdigest()


def records(
    db: Reader,
    *,
    before_seq: int = 2**62,
    action: str = "",
    actor_kind: str = "",
    actor_id: int | None = None,
    limit: int = 50,
) -> list[Record]:
    """Records, newest first, earlier than ``before_seq``; ``action`` is a whole one or the first word of some
    (``parcel``), an actor narrows to who did it."""
    room = action + "." if action and "." not in action else ""
    rows = db.all(
        "SELECT seq, at, actor_kind, actor_id, desk_id, action, facts FROM audit WHERE seq < :before"
        " AND (:action = '' OR action = :action OR (:room <> '' AND action >= :room AND action < :room || 'zzz'))"
        " AND (:kind = '' OR actor_kind = :kind) AND (:actor IS NULL OR actor_id = :actor) ORDER BY seq DESC LIMIT :limit",
        before=before_seq, action=action, room=room, kind=actor_kind, actor=actor_id, limit=limit,
    )  # fmt: skip
    return [Record(*tuple(row)[:6], json.loads(row["facts"])) for row in rows]


def verify(db: Reader) -> Iterator[Broken]:
    """Walks the whole chain and yields every break: a changed, missing or inserted record, an unknown action."""
    previous, expected = FIRST_HASH, 1
    cursor = db.connection.execute("SELECT * FROM audit ORDER BY seq")
    for row in cursor:
        if row["seq"] != expected:
            yield Broken(row["seq"], "missing")
            expected = row["seq"]
        if row["previous_hash"] != previous:
            yield Broken(row["seq"], "chain")
        wanted = link(
            row["previous_hash"], row["seq"], row["at"], row["actor_kind"], row["actor_id"], row["desk_id"],
            row["action"], row["facts"],
        )  # fmt: skip
        if row["hash"] != wanted:
            yield Broken(row["seq"], "content")
        if row["action"] not in _registry:
            yield Broken(row["seq"], "action")
        previous, expected = row["hash"], expected + 1
    last = db.value("SELECT seq FROM sqlite_sequence WHERE name = 'audit'") or 0
    if last != expected - 1:
        yield Broken(last, "missing")


def _check(action: str, name: str, kind: str, value: object) -> None:
    if value is None:
        return
    if kind in (ID, NUMBER):
        fits = isinstance(value, int) and not isinstance(value, bool)
    else:
        fits = isinstance(value, str) and bool(_SHAPES[kind].fullmatch(value))
    if not fits:
        raise ValueError(f"{action}: fact {name} is not of type {kind}")
