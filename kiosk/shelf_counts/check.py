"""What must hold of shelf counts: a closed one's figures are its rows, its number is its report's, and an answer fits what
it answers."""

from __future__ import annotations

from collections.abc import Iterator

from kiosk.shelf_counts.model import Answer, FindKind
from kiosk.storage import Reader
from kiosk.storage.problem import Problem

_MAY: dict[FindKind, frozenset[Answer]] = {
    FindKind.FOUND: frozenset(),
    FindKind.WRONG_SLOT: frozenset({Answer.RELOCATED}),
    FindKind.GONE: frozenset({Answer.BACK_IN_STOCK, Answer.CHECKED_IN}),
    FindKind.UNKNOWN: frozenset({Answer.CHECKED_IN}),
    FindKind.MISSING: frozenset({Answer.SEEN, Answer.PROBLEM, Answer.LOST}),
}


def problems(db: Reader) -> Iterator[Problem]:
    """Every shelf count that contradicts itself."""
    columns = ", ".join(
        f"(SELECT COUNT(*) FROM shelf_count_finds f WHERE f.count_id = c.id AND f.kind = '{kind.value}') AS n_{kind.value}"
        for kind in FindKind
    )
    for row in db.all(f"SELECT c.*, {columns} FROM shelf_counts c WHERE c.state = 'closed'"):
        off = [kind.value for kind in FindKind if row[kind.value] != row[f"n_{kind.value}"]]
        if off:
            yield Problem("shelf_count.figures_off", "shelf_count", row["id"], ", ".join(off))
        if db.value("SELECT document_no FROM slips WHERE id = ?", row["slip_id"]) != row["document_no"]:
            yield Problem("shelf_count.no_report", "shelf_count", row["id"], str(row["document_no"]))
    for row in db.all("SELECT id, kind, answer FROM shelf_count_finds WHERE answer <> ''"):
        if row["answer"] not in _MAY[FindKind(row["kind"])]:
            yield Problem("shelf_count.answer_wrong", "shelf_count_find", row["id"], f"{row['kind']}: {row['answer']}")
    for row in db.all(
        "SELECT f.id FROM shelf_count_finds f JOIN shelf_counts c ON c.id = f.count_id"
        " WHERE f.kind = 'missing' AND c.state <> 'closed'"
    ):
        yield Problem("shelf_count.missing_too_early", "shelf_count_find", row["id"])
