"""What a check finds: a value, not an exception, since problems are many."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """One broken invariant: its stable code, what it is about and what was expected against what was found."""

    code: str
    subject_kind: str
    subject_id: int | str
    detail: str = ""
