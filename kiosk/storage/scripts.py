"""Takes SQL scripts apart into statements, so that each runs inside the caller's transaction."""

from __future__ import annotations

import sqlite3


def statements(script: str) -> list[str]:
    """Splits a script at the semicolons that end a statement; a trigger's inner ones do not."""
    found: list[str] = []
    begun = ""
    for line in script.splitlines(keepends=True):
        begun += line
        if sqlite3.complete_statement(begun):
            if begun.strip():
                found.append(begun.strip())
            begun = ""
    if begun.strip() and not all(line.strip().startswith("--") or not line.strip() for line in begun.splitlines()):
        raise ValueError(f"unfinished statement: {begun.strip()[:80]}")
    return found
