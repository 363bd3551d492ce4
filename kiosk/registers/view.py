"""An entry as pages, API and paper show it: what stands in it, its story step by step, what may be done next. Masked, unless
whoever asks has the right and leaves a record."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from typing import Any

from kiosk import audit, clock, vault
from kiosk.people import staff
from kiosk.people.rights import Right, require
from kiosk.registers import store
from kiosk.registers.clocks import due_of
from kiosk.registers.model import BUILT_IN, CORRECTED, OPENED, PICTURES, UNDONE, Field, Register, Rows
from kiosk.registers.store import Entry
from kiosk.registers.story import Taken, fold, vault_field
from kiosk.storage import Reader, Tx
from kiosk.words import say


def detail(db: Reader, found: Entry, *, is_masked: bool = True) -> dict[str, Any]:
    """Everything about one entry."""
    form, kept = store.form_of(db, found), store.kept_of(db, found.id)
    told = store.steps(db, found.id)
    return summary(db, found, form) | {
        "title": headline(form, found, kept), "values": values(form, found, kept, is_masked=is_masked),
        "tables": tables(form, found, kept, is_masked=is_masked), "pictures": pictures(form, found.content),
        "story": story(db, told, kept, is_masked=is_masked, is_erased=found.erased_at is not None),
        "next": [] if found.erased_at else [step.code for step in form.next_steps(found.state)],
        "may_undo": fold(told).last.act != OPENED and found.erased_at is None,
        "alike": store.entry(db, found.alike_id).number if found.alike_id is not None else None,
    }  # fmt: skip


def summary(db: Reader, found: Entry, form: Register) -> dict[str, Any]:
    """One entry in a list of its case."""
    state = form.state(found.state)
    today = clock.local_date(db.settings.station.zone)
    return {
        "id": found.id, "register": found.register, "register_name": form.title(), "number": found.number,
        "state": found.state, "state_name": say(state.title()) if state else found.state,
        "kind": state.kind if state else "open", "is_withdrawn": found.is_withdrawn, "steps": found.steps,
        "date_on": found.date_on, "opened_on": found.opened_on, "opened_at": found.opened_at, "ended_on": found.ended_on,
        "subject_kind": found.subject_kind, "subject_id": found.subject_id, "is_erased": found.erased_at is not None,
        "due": clocks(form, found, today),
    }  # fmt: skip


def clocks(form: Register, found: Entry, today: date) -> list[dict[str, Any]]:
    """The clocks of an entry that run."""
    return [
        {"clock": one.clock, "title": one.title, "due_on": one.due_on, "days_left": one.days_left, "is_late": one.is_late, "warns": one.warns}
        for one in due_of(form, found, today)
    ]  # fmt: skip


def headline(form: Register, found: Entry, kept: Mapping[str, str]) -> str:
    """What an entry is called in a list: its title field, masked."""
    field = form.field(form.title_field)
    value = store.value_of(found, kept, form.title_field) if field is not None else None
    return field.told(value) if field is not None and value else ""


def values(form: Register, found: Entry, kept: Mapping[str, str], *, is_masked: bool) -> list[dict[str, str]]:
    """The fields that have a value, in the form's order; what was erased says so."""
    shown = []
    for field in form.fields:
        if field.type in PICTURES or field.code not in found.content:
            continue
        value = store.value_of(found, kept, field.code)
        words = field.told(value, is_masked=is_masked) if value is not None else say(vault.ERASED)
        shown.append({"code": field.code, "label": field.name(), "value": words, "type": field.type})
    return shown


def tables(form: Register, found: Entry, kept: Mapping[str, str], *, is_masked: bool) -> list[dict[str, Any]]:
    """The repeated rows, each group with its heads."""
    return [
        table(group, store.rows_of(found, kept, group.code), is_masked=is_masked)
        for group in form.rows
        if found.rows.get(group.code)
    ]


def table(group: Rows, rows: list[dict[str, str]], *, is_masked: bool) -> dict[str, Any]:
    """One group of rows in words."""
    heads = [*([group.fixed_head()] if group.fixed else []), *(field.name() for field in group.fields)]
    lines = []
    for place, row in enumerate(rows):
        cells = [
            field.told(row[field.code], is_masked=is_masked) if row.get(field.code) else "" for field in group.fields
        ]
        lines.append([*([group.fixed_name(place)] if group.fixed else []), *cells])
    return {"code": group.code, "title": group.title(), "heads": heads, "lines": lines}


def pictures(form: Register, content: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Photos and signatures by their field."""
    return [
        {"code": field.code, "label": field.name(), "type": field.type, "ids": list(content[field.code])}
        for field in form.fields
        if field.type in PICTURES and isinstance(content.get(field.code), list)
    ]


def story(
    db: Reader, told: list[Taken], kept: Mapping[str, str], *, is_masked: bool = True, is_erased: bool = False
) -> list[dict[str, Any]]:
    """Every step in order: what was done, by whom, when, what it wrote, whether it was undone since."""
    undone = {taken.undoes for taken in told if taken.act == UNDONE}
    shown = []
    for place, taken in enumerate(told):
        form = store.form(db, taken.form_id)
        step, state = form.step(taken.act), form.state(taken.state)
        before = fold(told[:place]).content if taken.act == CORRECTED else {}
        shown.append(
            {
                "step": taken.step, "act": taken.act, "undoes": taken.undoes, "is_undone": taken.step in undone,
                "title": step.title() if step is not None else say(BUILT_IN.get(taken.act, taken.act)),
                "state": taken.state, "state_name": say(state.title()) if state else taken.state,
                "business_on": taken.business_on, "at": taken.at,
                "by": staff.name_of(db, taken.by_kind, taken.by_id) or "",
                "wrote": _wrote(form, taken, before, kept, is_masked=is_masked, is_erased=is_erased),
            }
        )  # fmt: skip
    return shown


def _wrote(
    form: Register,
    taken: Taken,
    before: Mapping[str, Any],
    kept: Mapping[str, str],
    *,
    is_masked: bool,
    is_erased: bool,
) -> list[dict[str, str]]:
    wrote = []
    for field in form.fields:
        if field.code in taken.content:
            now = _words(field, taken.content[field.code], taken.step, kept, is_masked=is_masked)
            was = before.get(field.code)
            old = _words(
                field,
                True if isinstance(was, int) else was,
                was if isinstance(was, int) else 0,
                kept,
                is_masked=is_masked,
            )
            wrote.append({"code": field.code, "label": field.name(), "value": now, "before": old if taken.act == CORRECTED else ""})  # fmt: skip
    for group in form.rows:
        value = taken.content.get(group.code)
        if isinstance(value, dict):
            private = kept.get(vault_field(group.code, taken.step)) if value.get("kept") else None
            rows = [dict(row) for row in value["rows"]]
            for row, more in zip(rows, json.loads(private) if private else [], strict=False):
                row.update(more)
            words = "；".join(
                " ".join(cell for cell in line if cell) for line in table(group, rows, is_masked=is_masked)["lines"]
            )
            if value.get("kept") and private is None and is_erased:
                words = say(vault.ERASED)
            wrote.append({"code": group.code, "label": group.title(), "value": words, "before": ""})
    return wrote


def _words(field: Field, value: Any, step: int, kept: Mapping[str, str], *, is_masked: bool) -> str:
    if value is None:
        return ""
    if isinstance(value, list):
        return "✓" * len(value)
    text = kept.get(vault_field(field.code, step)) if value is True else value
    return field.told(text, is_masked=is_masked) if isinstance(text, str) else say(vault.ERASED)


def unmask(tx: Tx, entry_id: int) -> dict[str, Any]:
    """Everything about one entry in full, recorded as ``register.unmasked``. Refused ``staff.not_allowed``."""
    require(tx.actor, Right.UNMASK)
    found = store.entry(tx, entry_id)
    audit.record(tx, "register.unmasked", register=found.register, entry_id=found.id, number=found.number)
    return detail(tx, found, is_masked=False)


def remember_denied_unmask(tx: Tx, entry_id: int) -> None:
    """Records that somebody without the right wanted to see an entry in full."""
    found = store.entry(tx, entry_id)
    audit.record(tx, "register.unmask_denied", register=found.register, entry_id=found.id, number=found.number)
