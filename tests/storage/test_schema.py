"""The schema is what the golden file says: a table that a slip of the pen made, or a column that changed without a
migration, is seen here. ``UPDATE_GOLDENS=1`` writes the file anew."""

import os
import sqlite3
from pathlib import Path

from kiosk import settings
from kiosk.storage import open_store
from kiosk.storage.connection import connect

GOLDEN = Path(__file__).parents[1] / "golden" / "schema.sql"


def schema(path: Path) -> str:
    connection = connect(path)
    try:
        rows = connection.execute(
            "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND type IN ('table', 'index')"
            " AND name NOT LIKE 'sqlite_%' ORDER BY type DESC, name"
        ).fetchall()
    finally:
        connection.close()
    return "\n\n".join(row[0] + ";" for row in rows) + "\n"


def test_schema_is_the_golden_one(tmp_path: Path):
    open_store(tmp_path, settings.load(tmp_path)).close()
    found = schema(tmp_path / "kiosk.db")
    if os.environ.get("UPDATE_GOLDENS"):
        GOLDEN.write_text(found, "utf-8")
    assert found == GOLDEN.read_text("utf-8")


def test_every_table_of_ours_is_strict(tmp_path: Path):
    open_store(tmp_path, settings.load(tmp_path)).close()
    connection = sqlite3.connect(tmp_path / "kiosk.db")
    tables = connection.execute("PRAGMA table_list").fetchall()
    connection.close()
    loose = [row[1] for row in tables if not row[5] and not row[1].startswith(("sqlite_", "_sqlite_"))]
    assert len(tables) > 20
    assert loose == []
