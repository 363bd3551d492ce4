"""What staff do with an entry: open it, take the next step, correct it, undo the last step, withdraw it. Each is one step of its
story with its number; what stood before stays readable, and what was typed about people lies in the vault under its step."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from datetime import date, timedelta
from typing import Any

from kiosk import audit, clock, shifts, vault
from kiosk.attachments import attach
from kiosk.errors import Refused
from kiosk.people.rights import Right, may, require
from kiosk.registers import alike, store
from kiosk.registers.definitions import register as find_register
from kiosk.registers.definitions import registers
from kiosk.registers.model import CASE, CORRECTED, OPENED, UNDONE, WITHDRAWN, Field, Register, Rows
from kiosk.registers.store import Entry
from kiosk.registers.story import date_on, ended_on, fold, vault_field
from kiosk.registers.typed import Read, Typed, read_act, read_some, refuse_disorder
from kiosk.storage import Actor, Tx
from kiosk.storage.numbers import next_number
from kiosk.words import N_

#: Personal values that are no picture lie in the vault under this class.
CLASS = "station"


def open_entry(tx: Tx, code: str, typed: Typed | Mapping[str, Any], subject: tuple[str, int] | None = None) -> Entry:
    """Opens an entry of the register ``code``; what was typed by field, or with rows and pictures as ``Typed``.

    Raises ``Refused`` with ``register.unknown``, ``.link_unknown``, ``.alike``, ``.letter_taken`` (a register that is kept no
    more has given such numbers) and those of ``read_act``."""
    register = find_register(tx, code)
    _require(tx, register.open_who)
    if subject is not None and subject[0] not in register.links:
        raise Refused(
            "register.link_unknown", N_("「{register}」不能挂在这项业务下；没有保存"), register=register.title()
        )
    sent = typed if isinstance(typed, Typed) else Typed(typed)
    read = read_act(register, OPENED, sent, _today(tx))
    refuse_disorder(register.fields, read.values)
    business_on = shifts.date_of_act(tx)
    other = _alike(tx, register, read, business_on)
    kind, number_of = _subject(tx, subject, register)
    year = business_on[:4]
    number = f"{register.letter}{year}-{next_number(tx, f'register.{register.code}', year):04d}"
    if tx.value("SELECT 1 FROM register_entries WHERE number = ?", number) is not None:
        raise Refused(
            "register.letter_taken",
            N_("编号 {number} 已被以前另一本登记簿用过；没有保存，请管理员给「{register}」换一个编号字母（letter）"),
            number=number, register=register.title(),
        )  # fmt: skip
    form_id = store.keep_form(tx, register)
    entry_id = tx.insert(
        "register_entries", register=code, number=number, form_id=form_id, state=register.states[0].code, steps=1,
        content="{}", date_on=business_on, subject_kind=kind, subject_id=number_of, alike_id=other, kept=register.kept,
        opened_on=business_on, opened_at=tx.now, opened_by_kind=tx.actor.kind, opened_by_id=tx.actor.id,
        entered_on=business_on,
    )  # fmt: skip
    return _write(tx, register, store.entry(tx, entry_id), 1, OPENED, register.states[0].code, read, form_id, "register.opened")  # fmt: skip


def take_step(tx: Tx, entry_id: int, act: str, typed: Typed, seen_steps: int | None = None) -> Entry:
    """Takes a step. ``seen_steps``: how many the clerk saw; another one meanwhile is refused.

    Raises ``Refused`` with ``register.no_entry``, ``.no_step``, ``.too_far``, ``.changed_meanwhile``, ``.erased`` and those
    of ``read_act``.
    """
    found, register = _found(tx, entry_id, seen_steps)
    step = register.step(act)
    if step is None:
        raise Refused("register.no_step", N_("「{register}」没有这一步；没有改动任何内容"), register=register.title())
    _require(tx, step.who)
    if found.state not in step.begins:
        raise _too_far(register, found)
    _refuse_erased(found)
    read = read_act(register, act, typed, _today(tx))
    refuse_disorder(register.fields, {**found.values, **read.values})
    form_id = store.keep_form(tx, register)
    return _write(tx, register, found, found.steps + 1, act, step.to, read, form_id, "register.step_taken", {"act": act})  # fmt: skip


def correct(tx: Tx, entry_id: int, typed: Typed, seen_steps: int | None = None) -> Entry:
    """Writes anew what was written wrong; what stood stays in the story. Only what is sent changes, and what the manager alone
    may write only he puts right (``correctable``).

    Raises ``Refused`` as ``take_step``, ``register.nothing_changed``, ``register.erased``.
    """
    require(tx.actor, Right.SERVE)
    found, register = _found(tx, entry_id, seen_steps)
    if found.is_withdrawn:
        raise _too_far(register, found)
    _refuse_erased(found)
    acts = fold(store.steps(tx, entry_id)).acts
    asked = [one for one in register.fields if acts & set(one.asked)]
    rows = [one for one in register.rows if acts & set(one.asked)]
    read = read_some(register, asked, rows, typed, _today(tx), only_given=True)
    refuse_disorder(register.fields, {**found.values, **read.values})
    changed = _only_changed(found, store.kept_of(tx, entry_id), read)
    if not (changed.values or changed.rows or changed.pictures):
        raise Refused("register.nothing_changed", N_("内容和原来一样，没有更正"))
    own = {one.code for group in correctable(tx.actor, register, acts) for one in group}
    if not own >= {*changed.values, *changed.rows, *changed.pictures}:
        require(tx.actor, Right.MANAGE)
    form_id = store.keep_form(tx, register)
    return _write(tx, register, found, found.steps + 1, CORRECTED, found.state, changed, form_id, "register.corrected")


def correctable(actor: Actor, register: Register, acts: Collection[str]) -> tuple[list[Field], list[Rows]]:
    """The fields and the rows that whoever acts may put right: of what these acts asked, all but what none but the manager's
    acts asked. An agreed fee or a decision would otherwise be anybody's to change."""
    own = acts if may(actor, Right.MANAGE) else {act for act in acts if register.who(act) != "manager"}
    fields = [one for one in register.fields if set(own) & set(one.asked)]
    return fields, [one for one in register.rows if set(own) & set(one.asked)]


def undo(tx: Tx, entry_id: int, seen_steps: int | None = None) -> Entry:
    """Takes the last step back: a new step says so. Who took it may on the same business day, the manager always.

    Raises ``Refused`` with ``register.nothing_to_undo``, ``register.not_yours_to_undo``, ``register.erased``.
    """
    require(tx.actor, Right.SERVE)
    found, register = _found(tx, entry_id, seen_steps)
    _refuse_erased(found)
    told = store.steps(tx, entry_id)
    last = fold(told).last
    if last.act == OPENED:
        raise Refused(
            "register.nothing_to_undo", N_("{number} 还没有可以撤销的步骤；登记错了请作废"), number=found.number
        )
    _require_own(tx, last.business_on, last.by_kind, last.by_id)
    after = fold([one for one in told if one.step != last.step]).state
    return _write(
        tx, register, found, found.steps + 1, UNDONE, after, Read({}, {}, {}), store.keep_form(tx, register),
        "register.undone", {"undoes": last.step},
    )  # fmt: skip


def withdraw(tx: Tx, entry_id: int, seen_steps: int | None = None) -> Entry:
    """It was entered by mistake: it stays readable, keeps its number and counts no more. Who opened it may on the same
    business day, the manager always. Raises ``Refused`` with ``register.not_yours_to_undo``, ``register.too_far``."""
    require(tx.actor, Right.SERVE)
    found, register = _found(tx, entry_id, seen_steps)
    if found.is_withdrawn:
        raise _too_far(register, found)
    _require_own(tx, found.opened_on, found.opened_by_kind, found.opened_by_id)
    form_id = store.keep_form(tx, register)
    return _write(
        tx, register, found, found.steps + 1, WITHDRAWN, WITHDRAWN, Read({}, {}, {}), form_id, "register.withdrawn"
    )


def _found(tx: Tx, entry_id: int, seen_steps: int | None) -> tuple[Entry, Register]:
    found = store.entry(tx, entry_id)
    if seen_steps is not None and seen_steps != found.steps:
        raise Refused(
            "register.changed_meanwhile", N_("{number} 刚才被别人改过，这次没有保存；请看一眼现在的样子再做"),
            number=found.number,
        )  # fmt: skip
    return found, store.form_of(tx, found)


def _write(
    tx: Tx, register: Register, found: Entry, step: int, act: str, state: str, read: Read, form_id: int, action: str,
    facts: Mapping[str, Any] | None = None,
) -> Entry:  # fmt: skip
    """The step, what it wrote, the entry as it stands now, and the record: all of it or nothing."""
    business_on = shifts.date_of_act(tx)
    written = _keep(tx, register, found, step, read)
    store.add_step(tx, found.id, step, act, state, written, form_id, business_on, (facts or {}).get("undoes"))
    stands = fold(store.steps(tx, found.id))
    columns = {
        "state": stands.state, "steps": step, "content": store.as_json(stands.content), "form_id": form_id,
        "date_on": date_on(register, stands), "entered_on": stands.entered_on, "ended_on": ended_on(register, stands),
    }  # fmt: skip
    tx.change("register_entries", found.id, **columns)
    now = store.entry(tx, found.id)
    if found.erased_at is None:
        tx.change("register_entries", found.id, **_found_by(tx, register, now))
    audit.record(
        tx, action, register=register.code, entry_id=found.id, number=found.number, step=step, state=stands.state,
        **(facts or {}),
    )  # fmt: skip
    return now


def _keep(tx: Tx, register: Register, found: Entry, step: int, read: Read) -> dict[str, Any]:
    """Puts what is personal into the vault under this step; returns what the step itself says."""
    written: dict[str, Any] = {}
    for code, value in read.values.items():
        field = register.field(code)
        assert field is not None
        if not value:
            if code in found.content:
                written[code] = None
        elif field.is_personal:
            vault.put(tx, CASE, found.id, vault_field(code, step), value, CLASS)
            written[code] = True
        else:
            written[code] = value
    for code, rows in read.rows.items():
        group = register.group_of_rows(code)
        assert group is not None
        personal = {one.code for one in group.fields if one.is_personal}
        private = [{name: value for name, value in row.items() if name in personal} for row in rows]
        if any(private):
            vault.put(tx, CASE, found.id, vault_field(code, step), json.dumps(private, ensure_ascii=False), CLASS)
        if rows or code in found.content:
            plain = [{name: value for name, value in row.items() if name not in personal} for row in rows]
            written[code] = {"rows": plain, "kept": any(bool(row) for row in private)}
    for code, pictures in read.pictures.items():
        if pictures:
            written[code] = [attach(tx, CASE, found.id, code, picture) for picture in pictures]
    return written


def _only_changed(found: Entry, kept: Mapping[str, str], read: Read) -> Read:
    values = {code: value for code, value in read.values.items() if value != (store.value_of(found, kept, code) or "")}
    rows = {code: value for code, value in read.rows.items() if value != store.rows_of(found, kept, code)}
    return Read(values, rows, {code: sent for code, sent in read.pictures.items() if sent})


def _found_by(tx: Tx, register: Register, now: Entry) -> dict[str, str | None]:
    """The columns by which an entry is found again: its first phone and name."""
    kept = store.kept_of(tx, now.id)
    first: dict[str, str] = {}
    for field in register.fields:
        value = store.value_of(now, kept, field.code)
        if field.type in ("phone", "person") and value:
            first.setdefault(field.type, value)
    phone = first.get("phone", "")
    return {
        "phone_hash": vault.phone_hash(tx, phone) if len(phone) > 4 else None,
        "phone_tail": phone[-4:] if phone and "-" not in phone else None,
        "name_hint": first.get("person"),
    }


def _alike(tx: Tx, register: Register, read: Read, business_on: str) -> int | None:
    """The entry of the last days that says the same; Refused ``register.alike`` where the register will not have it twice."""
    rule = register.alike
    if rule is None:
        return None
    first_on = (date.fromisoformat(business_on) - timedelta(days=rule.within_days)).isoformat()
    others = store.entries(tx, register.code, first_on, "9999-12-31")[-alike.MOST_COMPARED :]
    texts = []
    for other in reversed(others):
        kept = store.kept_of(tx, other.id)
        texts.append((other.id, " ".join(store.value_of(other, kept, code) or "" for code in rule.fields)))
    found = alike.first_alike(" ".join(read.values.get(code, "") for code in rule.fields), texts, rule.least)
    if found is not None and rule.refuse:
        raise Refused(
            "register.alike", N_("和 {number} 内容基本一样，没有重复登记"), number=store.entry(tx, found).number
        )
    return found


def _subject(tx: Tx, subject: tuple[str, int] | None, register: Register) -> tuple[str | None, int | None]:
    """What an entry belongs to; an entry of another register stands as ``register`` with its id."""
    if subject is None:
        return None, None
    kind, number = subject
    if kind not in registers(tx):
        return kind, number
    if store.entry(tx, number, kind).is_withdrawn:
        raise Refused(
            "register.link_unknown", N_("「{register}」不能挂在这项业务下；没有保存"), register=register.title()
        )
    return CASE, number


def _require(tx: Tx, who: str) -> None:
    require(tx.actor, Right.MANAGE if who == "manager" else Right.SERVE)


def _require_own(tx: Tx, business_on: str, by_kind: str, by_id: int) -> None:
    is_own = (by_kind, by_id) == (tx.actor.kind, tx.actor.id)
    if may(tx.actor, Right.MANAGE) or (is_own and business_on == shifts.ensure_open(tx).business_on):
        return
    raise Refused("register.not_yours_to_undo", N_("这一步只有当天经手的人或站长能撤销；没有改动任何内容"))


def _refuse_erased(found: Entry) -> None:
    """An entry is erased once: whoever is named in it afterwards would stay for ever."""
    if found.erased_at is not None:
        raise Refused(
            "register.erased",
            N_("{number} 的个人信息已按规定删除，不能再改，也不能再往下办；没有改动，事情没完请另登记一件"),
            number=found.number,
        )


def _today(tx: Tx) -> date:
    return clock.local_date(tx.settings.station.zone, clock.read(tx.now))


def _too_far(register: Register, found: Entry) -> Refused:
    state = register.state(found.state)
    return Refused(
        "register.too_far", N_("{number} 现在是「{state}」，不能这样做；没有改动任何内容"), number=found.number,
        state=state.title() if state is not None else found.state,
    )  # fmt: skip
