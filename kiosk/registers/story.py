"""What an entry is, from the steps that were taken with it: pure, so that the same fold writes the entry, proves it and counts
it as it stood on any day. A step that was undone stays in the story and counts no more."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from kiosk.registers.model import CORRECTED, OPENED, UNDONE, WITHDRAWN, Register

#: What one step wrote: text as it is, true for what lies in the vault under this step, None for what was emptied, a list of
#: attachments, ``{"rows": […]}`` for repeated rows.
Written = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Taken:
    """One step that was taken. ``state`` is where the entry stood after it."""

    step: int
    act: str
    undoes: int | None
    state: str
    content: Written
    form_id: int
    business_on: str
    at: str
    by_kind: str
    by_id: int

    @classmethod
    def of(cls, row: sqlite3.Row) -> Taken:
        columns = {name: row[name] for name in cls.__slots__}
        columns["content"] = json.loads(columns["content"])
        return cls(**columns)


@dataclass(frozen=True, slots=True)
class Standing:
    """Where an entry stands: its state, since when, what is written in it, and which of its steps count."""

    state: str
    entered_on: str
    content: Mapping[str, Any]
    counts: tuple[Taken, ...]

    @property
    def last(self) -> Taken:
        """The last step that counts: the one that may be undone."""
        return self.counts[-1]

    @property
    def acts(self) -> frozenset[str]:
        """The acts that count, whose fields may be corrected."""
        return frozenset(taken.act for taken in self.counts)


def fold(steps: Iterable[Taken]) -> Standing:
    """Where an entry stands after these steps, the first of which opened it. Raises ValueError for a story without one."""
    told = list(steps)
    undone = {taken.undoes for taken in told if taken.act == UNDONE}
    counts = tuple(taken for taken in told if taken.act != UNDONE and taken.step not in undone)
    if not counts or counts[0].act != OPENED:
        raise ValueError("a story begins with its opening")
    content: dict[str, Any] = {}
    for taken in counts:
        write(content, taken.content, taken.step)
    state = counts[-1].state
    entered_on = counts[-1].business_on
    for taken in reversed(counts):
        if taken.state != state:
            break
        entered_on = taken.business_on
    return Standing(state, entered_on, content, counts)


def write(content: dict[str, Any], written: Written, step: int) -> None:
    """Puts what one step wrote over what stood: what lies in the vault is named by its step."""
    for code, value in written.items():
        if value is None:
            content.pop(code, None)
        elif value is True:
            content[code] = step
        elif isinstance(value, dict):
            content[code] = {"step": step, **value}
        else:
            content[code] = value


def follows(register: Register, before: str, act: str, after: str) -> bool:
    """Whether ``act`` may lead from one state to the other by this form; what is undone is not asked here."""
    if act == CORRECTED:
        return before == after
    if act == WITHDRAWN:
        return before != WITHDRAWN and after == WITHDRAWN
    step = register.step(act)
    return step is not None and before in step.begins and after == step.to


def ended_on(register: Register, standing: Standing) -> str | None:
    """Since when nothing is left to do; None while there is, and for a standing thing."""
    found = register.state(standing.state)
    return standing.entered_on if found is not None and found.kind == "done" else None


def date_on(register: Register, standing: Standing) -> str:
    """The day the entry is about: its date field where one is filled, else the business date of its opening."""
    value = standing.content.get(register.date_field) if register.date_field else None
    return value if a_date(value) is not None else standing.counts[0].business_on


def a_date(value: Any) -> date | None:
    """What stands in a field as a date; None for nothing, and for what was written when the field asked something else: a
    county may change its form, and what was written stays."""
    try:
        found = date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
    return found if found is not None and found.isoformat() == value else None


def vault_field(code: str, step: int) -> str:
    """Where in the vault what a step wrote of a field lies."""
    return f"{code}#{step}"


def personal_in(steps: Sequence[Taken]) -> set[str]:
    """The vault's fields that these steps speak of."""
    found = set()
    for taken in steps:
        for code, value in taken.content.items():
            if value is True or (isinstance(value, dict) and value.get("kept")):
                found.add(vault_field(code, taken.step))
    return found
