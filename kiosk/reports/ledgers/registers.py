"""A register as a ledger: its columns come from its own data, so that list, filter, XLSX, CSV, JSON and paper are those of every
other ledger. In the reader's language, made when it is asked for."""

from __future__ import annotations

from kiosk.registers import Register, registers
from kiosk.registers.model import CASE, WITHDRAWN, Field
from kiosk.reports.ledgers import ledger
from kiosk.reports.ledgers.cells import by_staff
from kiosk.reports.ledgers.model import Column, Kind, Ledger
from kiosk.reports.ledgers.parts import staff
from kiosk.storage import Reader
from kiosk.words import N_, say

PREFIX = "R-"
_KINDS = {"date": Kind.DATE, "money": Kind.FEN, "count": Kind.NUMBER, "number": Kind.NUMBER}


def of_form(db: Reader, form: str) -> Ledger | None:
    """The ledger of this form (``R-TS``), None when no register has these letters."""
    letter = form.upper().removeprefix(PREFIX)
    if not form.upper().startswith(PREFIX):
        return None
    found = next((one for one in registers(db).values() if one.letter == letter), None)
    return ledger_of(found) if found is not None else None


def find(db: Reader, form: str) -> Ledger:
    """The ledger of this form, a register's (``R-TS``) too; Refused ``ledger.unknown``."""
    return of_form(db, form) or ledger(form)


def of_every(db: Reader) -> list[Ledger]:
    """The ledgers of all registers, in their order."""
    return [ledger_of(one) for one in registers(db).values()]


def ledger_of(register: Register) -> Ledger:
    """The register's entries, by the day they are about."""
    listed = [field for field in register.fields if field.list and field.code != register.date_field]
    columns = [
        Column("number", N_("编号"), "e.number", Kind.TEXT, 14),
        Column("date_on", N_("日期"), "e.date_on", Kind.DATE, 12, under="number"),
        *_columns(listed),
        *(Column(f"n_{rows.code}", rows.title(), _rows(rows.code), Kind.NUMBER, 8, has_total=True) for rows in register.rows if not rows.fixed),
        Column("state", N_("状态"), "e.state", Kind.WORD, 12, words={**{one.code: one.title() for one in register.states}, WITHDRAWN: N_("已作废")}),
        Column("ended_on", N_("办结日期"), "e.ended_on", Kind.DATE, 12, under="state"),
        Column("by", N_("登记人"), staff("e.opened_by_kind", "e.opened_by_id"), Kind.TEXT, 10, reading=by_staff, under="state"),
    ]  # fmt: skip
    states = {one.code: (one.title(), f"e.state = '{one.code}'") for one in register.states}
    texts = [_value(field) for field in register.fields if not field.is_personal and field.type in ("text", "choice")]
    return Ledger(
        form=f"{PREFIX}{register.letter}", title=register.title(), about=register.about() or register.title(),
        source="register_entries e", on=_on(register), key="e.id", columns=tuple(columns),
        where=f"e.register = '{register.code}'",
        states={"left": (say(N_("未办结")), "e.ended_on IS NULL"), **states, WITHDRAWN: (say(N_("已作废")), f"e.state = '{WITHDRAWN}'")},
        texts=("e.number", *texts), tail="e.phone_tail", by=("e.opened_by_kind", "e.opened_by_id"),
        is_erased="e.erased_at IS NOT NULL", place=f"'/registers/{register.code}/' || e.id",
    )  # fmt: skip


def _on(register: Register) -> str:
    """The date by which rows are filtered: a standing thing (an asset in use) belongs to today, whenever it was entered."""
    if any(state.kind == "kept" for state in register.states):
        return "(CASE WHEN e.ended_on IS NULL THEN :today ELSE e.date_on END)"
    return "e.date_on"


def _columns(fields: list[Field]) -> list[Column]:
    """The listed fields; past the fourth two stand under one another, so that they fit a small screen."""
    found: list[Column] = []
    for place, field in enumerate(fields):
        under = found[-1].name if len(fields) > 4 and place % 2 and found else ""
        found.append(_column(field, under))
    return found


def _column(field: Field, under: str) -> Column:
    name, title = f"f_{field.code}", field.name()
    if field.is_personal:
        mask = {"person": "name", "phone": "phone"}.get(field.type, "")
        return Column(name, title, _kept(field), Kind.PERSON, 14, mask=mask, under=under)
    if field.type in ("photo", "signature"):
        return Column(name, title, f"json_array_length(e.content, '$.{field.code}')", Kind.NUMBER, 6, under=under)
    kind = _KINDS.get(field.type, Kind.TEXT)
    sql = f"CAST({_value(field)} AS INTEGER)" if kind in (Kind.FEN, Kind.NUMBER) else _value(field)
    if kind is Kind.DATE:  # what was written when the form asked for words there is none
        sql = f"CASE WHEN date({sql}) = {sql} THEN {sql} END"
    if field.type == "choice" and field.choices_en:
        return Column(
            name, title, sql, Kind.WORD, 12, words={one: field.told(one) for one in field.choices}, under=under
        )
    if field.type == "tick":
        return Column(name, title, sql, Kind.WORD, 8, words={"1": "✓"}, under=under)
    return Column(name, title, sql, kind, 12, has_total=field.type in ("money", "count"), under=under)


def _value(field: Field) -> str:
    return f"json_extract(e.content, '$.{field.code}')"


def _kept(field: Field) -> str:
    return (
        f"(SELECT v.value FROM vault v WHERE v.case_kind = '{CASE}' AND v.case_id = e.id"
        f" AND v.field = '{field.code}#' || json_extract(e.content, '$.{field.code}'))"
    )


def _rows(code: str) -> str:
    return f"COALESCE(json_array_length(e.content, '$.{code}.rows'), 0)"
