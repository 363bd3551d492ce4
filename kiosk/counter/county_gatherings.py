"""Trainings and campaigns that the county arranges, written into the station's own registers, where whoever went and what came of
it is noted later. A county that keeps these registers otherwise gets the fields that its own form has."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kiosk import registers
from kiosk.inbox.topics import CAMPAIGN, TRAINING, Gathering
from kiosk.registers import Register
from kiosk.storage import Tx

#: Topic → the register into which it goes.
REGISTERS: Mapping[str, str] = {TRAINING: "trainings", CAMPAIGN: "campaigns"}
_COUNTY, _OTHER = "县公共服务中心", "其他"


def note_gathering(tx: Tx, topic: str, content: Gathering) -> Mapping[str, Any]:
    """Opens an entry for what the county arranges; what came of it, {} where the station keeps no such register: the
    message itself is read then.

    Raises ``Refused`` as ``registers.open_entry``.
    """
    kept = registers.registers(tx).get(REGISTERS[topic])
    if kept is None:
        return {}
    notice = "；".join(part for part in (content.kind, content.note.replace("\n", " ")) if part)
    said = {
        "title": content.title, "kind": content.kind or _OTHER, "organiser": _COUNTY, "starts_on": content.starts_on,
        "place": content.place, "notice": notice, "data_due_on": content.data_due_on,
    }  # fmt: skip
    typed = {name: fitted for name, value in said.items() if (fitted := _fitted(kept, name, value))}
    entry = registers.open_entry(tx, kept.code, typed)
    return {"register": kept.code, "entry_id": entry.id, "number": entry.number}


def _fitted(kept: Register, name: str, value: str) -> str:
    """A value as a field of this register takes it: cut where it is too long, the last choice for one that it does not
    know; '' where the register does not ask for it at the opening."""
    field = next((one for one in kept.asked("opened") if one.code == name), None)
    if field is None:
        return ""
    if field.choices:
        return value if value in field.choices else field.choices[-1]
    if field.type in ("text", "note") and len(value) > field.longest:
        return value[: field.longest - 1] + "…"
    return value
