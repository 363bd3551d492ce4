"""The published JSON Schemas of what goes upstream, one file a form and format in ``kiosk/reports/schema``. A published one is
never changed: a field more is a new format."""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path
from typing import Any

from kiosk.reports.model import DAILY, Content

FOLDER = Path(__file__).parent / "schema"


def names() -> tuple[str, ...]:
    """``F1-1``, ``F1-2``, ``period-1``."""
    return tuple(sorted(path.stem for path in FOLDER.glob("*.json")))


@lru_cache(maxsize=8)
def text(name: str) -> str | None:
    """The published text of a schema; None for one that there isn't."""
    return (FOLDER / f"{name}.json").read_text("utf-8") if name in names() else None


def schema(name: str) -> dict[str, Any]:
    """The schema of this name. KeyError for one that there isn't."""
    found = text(name)
    if found is None:
        raise KeyError(name)
    return dict(json.loads(found))


def name_for(content: Content) -> str:
    """Which schema describes a report."""
    return f"{'F1' if content['form'] == DAILY else 'period'}-{content['format']}"
