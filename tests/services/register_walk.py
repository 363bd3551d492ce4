"""Walks any register by its own data: fills whatever an act asks, and goes from where an entry begins to any of its states."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from typing import Any

from kiosk import registers
from kiosk.registers import actions, store
from kiosk.registers.model import OPENED, PICTURES, Field, Register, Step
from kiosk.registers.store import Entry
from kiosk.registers.typed import Typed
from tests.services.counter_bench import Bench
from tests.services.register_bench import photo

ON = "2026-11-20"
AT = f"{ON}T02:00:00.000000Z"
#: What is typed into a field of each type.
_TYPED = {
    "note": "按规定办了，记一笔", "date": ON, "time": "08:30", "money": "12.50", "count": "3", "number": "4",
    "person": "赵小梅", "phone": "13812345678", "tick": "1", "month": "2026-11",
}  # fmt: skip


def typed_for(field: Field, wanted: Mapping[str, Any]) -> str:
    """A right value for a field, the one that is wanted of it where any is."""
    if field.code in wanted:
        value = wanted[field.code]
        return str(value[0] if isinstance(value, list) else value)
    if field.type == "choice":
        return field.choices[0]
    return _TYPED.get(field.type) or f"样品{field.code[:8]}"


def fill(register: Register, act: str, wanted: Mapping[str, Any]) -> Typed:
    """Everything that an act asks, filled in; ``wanted`` by field, of rows as ``rows.field``."""
    values, pictures = {}, {}
    for field in register.asked(act):
        if field.type in PICTURES:
            pictures[field.code] = [photo()]
        else:
            values[field.code] = typed_for(field, wanted)
    rows = {}
    for group in register.rows_asked(act):
        inner = {key.partition(".")[2]: value for key, value in wanted.items() if key.startswith(f"{group.code}.")}
        line = {field.code: typed_for(field, inner) for field in group.fields}
        rows[group.code] = [line] * (len(group.fixed) or 1)
    return Typed(values, rows, pictures)


def way_to(register: Register, states: tuple[str, ...]) -> list[Step]:
    """The shortest way from where an entry begins to one of these states. StopIteration when there is none."""
    todo: deque[tuple[str, list[Step]]] = deque([(register.states[0].code, [])])
    seen = set()
    while todo:
        state, way = todo.popleft()
        if state in states:
            return way
        if state not in seen:
            seen.add(state)
            todo.extend((step.to, [*way, step]) for step in register.next_steps(state))
    raise StopIteration(f"{register.code}: nothing leads to {states}")


def walk(bench: Bench, register: Register, way: list[Step], wanted: Mapping[str, Any] | None = None) -> Entry:
    """Opens an entry and takes the steps, each with everything that it asks."""
    wanted = wanted or {}
    entry = bench.act(registers.open_entry, register.code, fill(register, OPENED, wanted), at=AT)
    for step in way:
        entry = bench.act(actions.take_step, entry.id, step.code, fill(register, step.code, wanted), at=AT)
    return entry


def shipped(bench: Bench) -> dict[str, Register]:
    """The registers that ship."""
    with bench.store.reading() as db:
        return dict(registers.registers(db))


def stands(bench: Bench, entry_id: int) -> Entry:
    """The entry as it stands."""
    with bench.store.reading() as db:
        return store.entry(db, entry_id)
