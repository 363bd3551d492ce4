"""Gapless document numbers: taken inside the act's transaction, so that an act that is rolled back takes none."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from kiosk.storage.database import Reader, Tx


def next_number(tx: Tx, series: str, scope: str = "") -> int:
    """The next number of a series (1, 2, 3 …) within ``scope`` (a business date, or ``''`` for ever)."""
    row = tx.execute(
        "INSERT INTO numbers (series, scope, last) VALUES (?, ?, 1)"
        " ON CONFLICT (series, scope) DO UPDATE SET last = last + 1 RETURNING last",
        series,
        scope,
    ).fetchone()
    return int(row[0])


def last_number(db: Reader, series: str, scope: str = "") -> int:
    """The last number given, 0 when none was."""
    return db.value("SELECT last FROM numbers WHERE series = ? AND scope = ?", series, scope) or 0


def skip_numbers(tx: Tx, series: str, last: int, scope: str = "") -> None:
    """The next number is the one after ``last``. The database takes it only from who has written down why."""
    tx.execute(
        "INSERT INTO numbers (series, scope, last) VALUES (?, ?, ?)"
        " ON CONFLICT (series, scope) DO UPDATE SET last = excluded.last",
        series,
        scope,
        last,
    )


def document_no(tx: Tx, letter: str, business_on: str) -> str:
    """The next number of a kind of document on a business date, as printed: ``R20261122-0001``."""
    return f"{letter}{business_on.replace('-', '')}-{next_number(tx, 'document.' + letter, business_on):04d}"


def gaps(db: Reader, letter: str, numbers: Mapping[str, Sequence[str]]) -> Iterator[tuple[str, str]]:
    """The business dates whose documents (date → numbers) are not those that were given, 1, 2, 3 … without a gap, and what
    is wrong with each."""
    scopes = {row[0] for row in db.all("SELECT scope FROM numbers WHERE series = ?", f"document.{letter}")}
    for business_on in sorted(scopes | set(numbers)):
        given = last_number(db, f"document.{letter}", business_on)
        wanted = [f"{letter}{business_on.replace('-', '')}-{number:04d}" for number in range(1, given + 1)]
        if sorted(numbers.get(business_on, [])) != wanted:
            yield business_on, f"{letter}: {given} were given"
