"""A database without a row, made once a process and copied: laying all tables, guards and seals anew for each test was
half of what the tests of services took. Migrating itself is tested in ``test_database`` and ``test_old_database``."""

from __future__ import annotations

import shutil
import tempfile
from functools import cache
from pathlib import Path

from kiosk import settings
from kiosk.storage import open_store


def lay_out(state: Path) -> None:
    """Puts an empty database of this version into a state folder that has none; its secrets are made when it is opened."""
    if not (state / "kiosk.db").exists():
        state.mkdir(parents=True, exist_ok=True)
        (state / "kiosk.db").touch(0o600)
        (state / "kiosk.db").write_bytes(_made())


@cache
def _made() -> bytes:
    folder = Path(tempfile.mkdtemp(prefix="empty-"))
    try:
        open_store(folder, settings.load(folder)).close()
        return (folder / "kiosk.db").read_bytes()
    finally:
        shutil.rmtree(folder)
