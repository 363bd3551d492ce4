"""All reads of manifests, what is on them and who signed them."""

from __future__ import annotations

from collections.abc import Sequence

from kiosk import vault
from kiosk.errors import Refused
from kiosk.manifests.model import CASE, Item, Manifest, ManifestState, SignatureMade
from kiosk.storage import Reader
from kiosk.words import N_


def manifest(db: Reader, manifest_id: int) -> Manifest:
    """The list of this id; Refused ``manifest.unknown``."""
    row = db.one("SELECT * FROM manifests WHERE id = ?", manifest_id)
    if row is None:
        raise Refused(
            "manifest.unknown", N_("没有编号为 {manifest_id} 的交接清单，请核对编号"), manifest_id=manifest_id
        )
    return Manifest.of(row)


def by_number(db: Reader, manifest_no: str) -> Manifest | None:
    """The list whose paper bears this number."""
    row = db.one("SELECT * FROM manifests WHERE manifest_no = ?", manifest_no)
    return Manifest.of(row) if row is not None else None


def of_batch(db: Reader, batch_id: int) -> Manifest | None:
    """The list that an intake batch ended with."""
    row = db.one("SELECT * FROM manifests WHERE batch_id = ? AND state <> 'void'", batch_id)
    return Manifest.of(row) if row is not None else None


def open_of(db: Reader, kind: str, carrier: str, receiver: str) -> Manifest | None:
    """The open list for this carrier and receiver, None when there is none."""
    rows = db.all(
        "SELECT * FROM manifests WHERE kind = ? AND state = 'open' AND carrier = ? ORDER BY id", kind, carrier
    )
    found = (Manifest.of(row) for row in rows if receiver_of(db, row["id"]) == receiver)
    return next(found, None)


def receiver_of(db: Reader, manifest_id: int) -> str:
    """Who takes it or brought it; '' when nobody was named, or the name was erased."""
    return vault.get(db, CASE, manifest_id, "receiver") or ""


def items(db: Reader, manifest_id: int) -> list[Item]:
    """What is on a list, in the order in which it was put on."""
    return [
        Item.of(row) for row in db.all("SELECT * FROM manifest_items WHERE manifest_id = ? ORDER BY id", manifest_id)
    ]


def item(db: Reader, manifest_id: int, subject_kind: str, subject_id: int) -> Item | None:
    """One piece of a list, None when it is not on it."""
    row = db.one(
        "SELECT * FROM manifest_items WHERE manifest_id = ? AND subject_kind = ? AND subject_id = ?",
        manifest_id,
        subject_kind,
        subject_id,
    )
    return Item.of(row) if row is not None else None


def holding(db: Reader, subject_kind: str, subject_id: int) -> Manifest | None:
    """The list that a piece is on now: open, waiting to be signed, or a door round that has not told of it yet."""
    row = db.one(
        "SELECT m.* FROM manifest_items i JOIN manifests m ON m.id = i.manifest_id WHERE i.subject_kind = ?"
        " AND i.subject_id = ? AND i.holds = 1",
        subject_kind,
        subject_id,
    )
    return Manifest.of(row) if row is not None else None


def holding_each(db: Reader, subject_kind: str, subject_ids: Sequence[int]) -> dict[int, Manifest]:
    """The list of each of these pieces that is on one now."""
    marks = ", ".join("?" * len(subject_ids))
    rows = db.all(
        "SELECT i.subject_id, m.* FROM manifest_items i JOIN manifests m ON m.id = i.manifest_id WHERE i.subject_kind = ?"
        f" AND i.holds = 1 AND i.subject_id IN ({marks})",
        subject_kind,
        *subject_ids,
    )
    return {row["subject_id"]: Manifest.of(row) for row in rows}


def page(
    db: Reader,
    *,
    kind: str | None = None,
    state: str | None = None,
    closed_on: str | None = None,
    before_id: int | None = None,
    limit: int = 50,
) -> tuple[list[Manifest], int | None]:
    """Lists newest first that fit every filter given, and the id to go on before (None at the end)."""
    conditions, values = ["id < ?"], [before_id or 2**62]
    for column, value in (("kind", kind), ("state", state), ("closed_on", closed_on)):
        if value is not None:
            conditions.append(f"{column} = ? AND {column} IS NOT NULL")
            values.append(value)
    rows = db.all(
        f"SELECT * FROM manifests WHERE {' AND '.join(conditions)} ORDER BY id DESC LIMIT ?", *values, limit + 1
    )
    found = [Manifest.of(row) for row in rows[:limit]]
    return found, found[-1].id if len(rows) > limit else None


def unfinished(db: Reader, kind: str | None = None, limit: int = 20) -> list[Manifest]:
    """Lists that are open or wait to be signed, newest first; a station that never has its arrivals signed has many."""
    of_one = " AND kind = ?" if kind is not None else ""
    rows = db.all(
        f"SELECT * FROM manifests INDEXED BY manifests_unfinished WHERE state IN ('open', 'closed'){of_one}"
        " ORDER BY id DESC LIMIT ?",
        *([kind] if kind is not None else []),
        limit,
    )
    return [Manifest.of(row) for row in rows]


def count_unsigned(db: Reader, kind: str, most: int) -> int:
    """How many lists of a kind wait to be signed; counted up to ``most`` only."""
    sql = (
        "SELECT COUNT(*) FROM (SELECT 1 FROM manifests INDEXED BY manifests_unfinished WHERE state IN ('open', 'closed')"
        " AND kind = ? AND state = 'closed' LIMIT ?)"
    )
    return int(db.value(sql, kind, most))


def unsigned(db: Reader, kind: str, most: int = 1000) -> list[Manifest]:
    """Lists of a kind that wait to be signed, oldest first."""
    rows = db.all(
        "SELECT * FROM manifests INDEXED BY manifests_unfinished WHERE state IN ('open', 'closed') AND kind = ?"
        " AND state = 'closed' ORDER BY id LIMIT ?",
        kind,
        most,
    )
    return [Manifest.of(row) for row in rows]


def receivers_of(db: Reader, carrier: str, most: int = 8) -> list[str]:
    """Who came for a carrier of late, to bring or to take, the last one first; names that were erased are forgotten."""
    rows = db.all(
        "SELECT id FROM manifests WHERE id > (SELECT COALESCE(MAX(id), 0) FROM manifests) - 300 AND carrier = ?"
        " AND kind IN ('intake', 'return') AND state <> 'void' ORDER BY id DESC LIMIT 30",
        carrier,
    )
    return list(dict.fromkeys(filter(None, (receiver_of(db, row["id"]) for row in rows))))[:most]


def rounds_under_way(db: Reader) -> list[Manifest]:
    """Door rounds that were signed and have not told of every piece, oldest first."""
    rows = db.all(
        "SELECT * FROM manifests m WHERE m.kind = 'door' AND m.state = 'signed' AND m.id IN"
        " (SELECT manifest_id FROM manifest_items WHERE holds = 1) ORDER BY m.id"
    )
    return [Manifest.of(row) for row in rows]


def signature(db: Reader, case_kind: str, case_id: int) -> SignatureMade | None:
    """By whom a list was signed, None while nobody has."""
    row = db.one("SELECT * FROM manifest_signatures WHERE case_kind = ? AND case_id = ?", case_kind, case_id)
    return SignatureMade.of(row) if row is not None else None


def pieces_of(db: Reader, found: Manifest) -> int:
    """How many are on it now, or were as it was closed."""
    if found.state != ManifestState.OPEN:
        return found.pieces
    return int(db.value("SELECT COUNT(*) FROM manifest_items WHERE manifest_id = ?", found.id))
