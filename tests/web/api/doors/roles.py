"""The groups of roles that the doors name, and what a row of a door says."""

from __future__ import annotations

from typing import Any

READERS = {"manager", "operator", "inspector"}
CLERKS = {"manager", "operator"}
INTAKE = {"manager", "operator", "courier"}

#: Operation → (a body that gets past the schema, roles that may). Everybody else is told 403 before anything is looked at.
Door = dict[tuple[str, str], tuple[Any, set[str]]]
