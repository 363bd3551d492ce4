"""Invariants of the registers: each entry is what its story says, each step was one of its form, was recorded and keeps what it
wrote; numbers have no gap; nothing stays of a person who was erased."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator

from kiosk.registers import store
from kiosk.registers.model import CASE, CORRECTED, OPENED, UNDONE, WITHDRAWN
from kiosk.registers.story import Taken, date_on, ended_on, fold, follows, personal_in
from kiosk.storage import Reader
from kiosk.storage.numbers import last_number
from kiosk.storage.problem import Problem

#: Acts that are recorded under their own name; every other one is a step of its form.
_BUILT_IN = frozenset({OPENED, CORRECTED, UNDONE, WITHDRAWN})
_NOT_ERASED = (
    "SELECT e.id FROM register_entries e WHERE e.erased_at IS NOT NULL AND (e.phone_hash IS NOT NULL OR e.phone_tail IS NOT NULL"
    " OR e.name_hint IS NOT NULL OR EXISTS (SELECT 1 FROM vault v WHERE v.case_kind = 'register' AND v.case_id = e.id))"
)


def problems(db: Reader) -> Iterator[Problem]:
    """Entries that are not what their steps say, steps that were none, values that are gone or that nobody wrote."""
    for row in db.all("SELECT id, hash, content FROM register_forms"):
        if hashlib.sha256(row["content"].encode("utf-8")).hexdigest() != row["hash"]:
            yield Problem("register.form_changed", "register_form", row["id"])
    for row in db.all("SELECT id FROM register_entries ORDER BY id"):
        yield from _entry(db, row["id"])
    yield from _not_recorded(db)
    for row in db.all(_NOT_ERASED):
        yield Problem("register.not_erased", CASE, row["id"])
    yield from _numbers(db)


def _entry(db: Reader, entry_id: int) -> Iterator[Problem]:
    found, told = store.entry(db, entry_id), store.steps(db, entry_id)
    if [taken.step for taken in told] != list(range(1, found.steps + 1)):
        yield Problem("register.not_as_its_steps", CASE, entry_id, f"{len(told)} steps, {found.steps} said")
        return
    stands, form = fold(told), store.form(db, found.form_id)
    says = (stands.state, stands.content, stands.entered_on, ended_on(form, stands), date_on(form, stands))
    if says != (found.state, found.content, found.entered_on, found.ended_on, found.date_on):
        yield Problem("register.not_as_its_steps", CASE, entry_id, f"{found.state}, its steps say {stands.state}")
    for place in range(1, len(told)):
        if not _is_right(db, told, place):
            yield Problem("register.step_not_allowed", CASE, entry_id, f"step {told[place].step} {told[place].act}")
    if found.state != WITHDRAWN and form.state(found.state) is None:
        yield Problem("register.state_unknown", CASE, entry_id, found.state)
    if found.erased_at is None:
        yield from _values(db, entry_id, told)
    for numbers in found.pictures.values():
        for number in numbers:
            if (
                db.value(
                    "SELECT 1 FROM attachments WHERE id = ? AND case_kind = ? AND case_id = ?", number, CASE, entry_id
                )
                is None
            ):
                yield Problem("register.picture_missing", CASE, entry_id, str(number))


def _not_recorded(db: Reader) -> Iterator[Problem]:
    """Steps that the record of acts does not know, or knows otherwise. Both are read once: the record of an act is as long as
    the station is old."""
    actions = [f"register.{act}" for act in (*sorted(_BUILT_IN), "step_taken")]
    recorded = {
        (action, facts["entry_id"], facts["step"], facts["state"])
        for action, text in db.all(
            "SELECT action, facts FROM audit WHERE action IN (SELECT value FROM json_each(?))", json.dumps(actions)
        )
        for facts in [json.loads(text)]
    }
    for row in db.all("SELECT entry_id, step, act, state FROM register_steps ORDER BY entry_id, step"):
        action = f"register.{row['act'] if row['act'] in _BUILT_IN else 'step_taken'}"
        if (action, row["entry_id"], row["step"], row["state"]) not in recorded:
            yield Problem("register.not_recorded", CASE, row["entry_id"], f"step {row['step']}")


def _is_right(db: Reader, told: list[Taken], place: int) -> bool:
    taken, before = told[place], fold(told[:place])
    if taken.act == UNDONE:
        return taken.undoes == before.last.step and taken.state == fold(told[: place + 1]).state
    return follows(store.form(db, taken.form_id), before.state, taken.act, taken.state)


def _values(db: Reader, entry_id: int, told: list[Taken]) -> Iterator[Problem]:
    """What the steps speak of lies in the vault, and nothing else."""
    kept, spoken = set(store.kept_of(db, entry_id)), personal_in(told)
    for field in sorted(spoken - kept):
        yield Problem("register.value_missing", CASE, entry_id, field)
    for field in sorted(kept - spoken):
        yield Problem("register.value_of_no_step", CASE, entry_id, field)


def _numbers(db: Reader) -> Iterator[Problem]:
    """Numbers of a register and year are 1, 2, 3 … as they were given."""
    given: dict[tuple[str, str], list[str]] = {}
    for row in db.all("SELECT register, number, opened_on FROM register_entries ORDER BY id"):
        given.setdefault((row["register"], row["opened_on"][:4]), []).append(row["number"])
    for (code, year), numbers in given.items():
        last = last_number(db, f"register.{code}", year)
        letters = {number.rpartition(year + "-")[0] for number in numbers}
        running = sorted(int(number.rpartition("-")[2]) for number in numbers)
        if running != list(range(1, last + 1)) or any(not letter.isalpha() for letter in letters):
            yield Problem("register.numbers_have_a_gap", CASE, code, f"{year}: {last} were given")
