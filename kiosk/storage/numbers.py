"""Gapless document numbers: taken inside the act's transaction, so that an act that is rolled back takes none."""

from __future__ import annotations

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


def document_no(tx: Tx, letter: str, business_on: str) -> str:
    """The next number of a kind of document on a business date, as printed: ``R20261122-0001``."""
    return f"{letter}{business_on.replace('-', '')}-{next_number(tx, 'document.' + letter, business_on):04d}"
