"""The registers and what the county sends, in the proof over personal data: every shipped register is gone through to its
end with a name, a phone and a sentence of its own in each field that may name somebody, one entry is corrected, one step
undone, one entry withdrawn; the county's announced parcels come with people whom no message may keep."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from kiosk import clock, registers
from kiosk.registers import actions
from kiosk.registers.model import OPENED, PICTURES, Field, Register
from kiosk.registers.typed import Typed
from tests.services.county_bench import County
from tests.services.register_walk import _TYPED, way_to

if TYPE_CHECKING:
    from tests.services.personal_fill import Marked


def registered(at: Marked) -> None:
    """Every register, from the opening to where an entry ends."""
    with at.store.reading() as db:
        shipped = dict(registers.registers(db))
    for register in shipped.values():
        person = Person(at)  # one for all fields of a register: wherever one of them stays, he is found
        entry = at.act(registers.open_entry, register.code, person.fills(register, OPENED))
        ends = tuple(state.code for state in register.states if state.kind == "done")
        way = []
        with suppress(StopIteration):  # a register of standing things has no end; what it holds names nobody
            way = way_to(register, ends)
        for step in way:
            entry = at.act(actions.take_step, entry.id, step.code, person.fills(register, step.code))
    complaint = at.act(registers.open_entry, "complaints", Person(at).fills(shipped["complaints"], OPENED))
    named = next(field for field in shipped["complaints"].asked(OPENED) if field.type == "person")
    at.act(actions.correct, complaint.id, Typed({named.code: at.name()}))
    at.act(actions.undo, complaint.id)
    at.act(actions.withdraw, complaint.id)


class Person:
    """Somebody who is named in a register."""

    def __init__(self, at: Marked) -> None:
        self.name, self.phone, self.words, self.picture = at.name(), at.phone(), at.words("记录"), at.picture()

    def fills(self, register: Register, act: str) -> Typed:
        """Everything that an act asks, with this person wherever one may stand."""
        values, pictures = {}, {}
        for field in register.asked(act):
            if field.type in PICTURES:
                pictures[field.code] = [self.picture]
            else:
                values[field.code] = self._typed(field)
        rows = {
            group.code: [{field.code: self._typed(field) for field in group.fields}] * (len(group.fixed) or 1)
            for group in register.rows_asked(act)
        }
        return Typed(values, rows, pictures)

    def _typed(self, field: Field) -> str:
        if field.type == "choice":
            return field.choices[0]
        if field.type in ("person", "phone"):
            return self.name if field.type == "person" else self.phone
        if field.is_personal:
            return self.words
        if field.type == "date":
            return clock.local_date().isoformat()
        return _TYPED.get(field.type) or f"样品{field.code[:8]}"


def told(at: Marked) -> None:
    """Parcels that the county announces, with their people: the message is kept without them."""
    county = County(at.store)
    item: dict[str, Any] = {
        "waybill": at.waybill(), "phone": at.phone(), "name": at.name(), "carrier": "YTO", "from": "县仓",
    }  # fmt: skip
    assert county.say("parcels.expected", {"items": [item]}) == "applied"
    with at.store.reading() as db:
        kept = json.dumps([tuple(row) for row in db.all("SELECT * FROM county_messages")], ensure_ascii=False)
    assert item["phone"] not in kept and item["name"] not in kept
