"""Reads what was typed into the form of a register's act: fields and repeated rows, as they are kept. Nothing is written here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from kiosk.attachments import Picture
from kiosk.codes import holds_mobile, own_words
from kiosk.errors import Refused
from kiosk.fields import read
from kiosk.registers.model import PICTURES, Field, Register, Rows
from kiosk.words import N_, say

ROOM = "register"
LONGEST_TYPED = 2000
_IN_ROW, _OF_ITEM = N_("第 {row} 行的{label}"), N_("{row}：{label}")


@dataclass(frozen=True, slots=True)
class Typed:
    """What came with an act: values by field, rows by their code, pictures by field."""

    values: Mapping[str, Any] = field(default_factory=dict)
    rows: Mapping[str, Sequence[Mapping[str, Any]]] = field(default_factory=dict)
    pictures: Mapping[str, Sequence[Picture]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Read:
    """The same, checked: '' for what was left empty."""

    values: Mapping[str, str]
    rows: Mapping[str, list[dict[str, str]]]
    pictures: Mapping[str, Sequence[Picture]]


def read_act(register: Register, act: str, typed: Typed, today: date) -> Read:
    """Everything that ``act`` asks. Raises ``Refused`` with ``register.field_missing``, ``.field_wrong``,
    ``.field_unknown``, ``.date_past``, ``.date_ahead``, ``.rows_missing``, ``.too_many_rows``, ``.too_many_pictures``
    (each with ``field``) and those of what no field takes."""
    return read_some(register, register.asked(act), register.rows_asked(act), typed, today, only_given=False)


def read_some(
    register: Register, asked: Sequence[Field], rows: Sequence[Rows], typed: Typed, today: date, *, only_given: bool
) -> Read:
    """The same for some fields; ``only_given``: what was not sent is left as it stands."""
    known = {one.code for one in asked} | {one.code for one in rows}
    for code in (*typed.values, *typed.rows, *typed.pictures):
        if code not in known:
            raise Refused(
                "register.field_unknown", N_("「{register}」这一步没有 {field} 这一项；没有保存"),
                register=register.title(), field=str(code)[:30],
            )  # fmt: skip
    values, pictures = {}, {}
    for one in asked:
        if one.type in PICTURES:
            if not only_given or one.code in typed.pictures:
                pictures[one.code] = _pictures(one, typed.pictures.get(one.code, ()), typed.values.get(one.code))
        elif not only_given or one.code in typed.values:
            values[one.code] = _value(one, typed.values.get(one.code), today)
    kept = {
        one.code: _rows(one, typed.rows.get(one.code, ()), today)
        for one in rows
        if not only_given or one.code in typed.rows
    }
    return Read(values, kept, pictures)


def _value(asked: Field, typed: Any, today: date, place: str = "") -> str:
    try:
        if isinstance(typed, str) and asked.type in ("text", "note", "person"):
            own_words(typed, LONGEST_TYPED)
            _refuse_phone(asked, typed)
        found = read(asked, typed, today, ROOM)
    except Refused as refused:
        raise Refused(refused.code, refused.message, **{**refused.facts, "field": place or asked.code}) from refused
    if asked.type == "date" and found > today.isoformat() and not asked.may_be_ahead:
        raise Refused(
            "register.date_ahead",
            N_("「{label}」还没到，请核对日期；没有保存"),
            label=asked.name(),
            field=place or asked.code,
        )
    return found


def refuse_disorder(fields: Sequence[Field], values: Mapping[str, Any], place: str = "") -> None:
    """A leave doesn't end before it begins. Raises ``Refused`` with ``register.out_of_order``."""
    for one in fields:
        first = next((other for other in fields if other.code == one.not_before), None)
        if first is not None and (later := values.get(one.code)) and later < (values.get(first.code) or ""):
            raise Refused(
                "register.out_of_order", N_("「{label}」比「{first}」还早，请核对；没有保存"), label=one.name(),
                first=first.name(), field=f"{place}{one.code}",
            )  # fmt: skip


def _refuse_phone(asked: Field, typed: str) -> None:
    """What is no personal field stays for ever, so nobody's number may stand in it."""
    if not asked.is_personal and holds_mobile(typed):
        raise Refused(
            "register.holds_phone",
            N_("「{label}」里像是手机号，这一项会长期保存，请不要写电话；没有保存"),
            label=asked.name(),
        )


def _pictures(asked: Field, sent: Sequence[Picture], typed: Any) -> Sequence[Picture]:
    most = 1 if asked.type == "signature" else asked.most_pictures
    if typed not in (None, ""):
        raise Refused(
            "register.field_wrong",
            N_("「{label}」填得不对；没有保存，其他内容都保留着"),
            label=asked.name(),
            field=asked.code,
        )
    if len(sent) > most:
        raise Refused(
            "register.too_many_pictures", N_("「{label}」最多 {most} 张；没有保存"), label=asked.name(), most=most,
            field=asked.code,
        )  # fmt: skip
    if asked.required and not sent:
        words = N_("请签上「{label}」；没有保存") if asked.type == "signature" else N_("请拍「{label}」；没有保存")
        raise Refused("register.field_missing", words, label=asked.name(), field=asked.code)
    return sent


def _rows(asked: Rows, typed: Sequence[Mapping[str, Any]], today: date) -> list[dict[str, str]]:
    known = {one.code for one in asked.fields}
    if not isinstance(typed, Sequence) or isinstance(typed, str) or any(not isinstance(row, Mapping) for row in typed):
        raise Refused(
            "register.field_wrong",
            N_("「{label}」填得不对；没有保存，其他内容都保留着"),
            label=asked.title(),
            field=asked.code,
        )
    most = len(asked.fixed) or asked.most
    if len(typed) > most:
        raise Refused(
            "register.too_many_rows",
            N_("「{label}」最多 {most} 行；没有保存"),
            label=asked.title(),
            most=most,
            field=asked.code,
        )
    found = []
    lines = [*typed, *({} for _ in range(len(asked.fixed) - len(typed)))]
    if asked.fixed and not asked.required and not any(_is_filled(row) for row in lines):
        return []
    for number, row in enumerate(lines, 1):
        if set(row) - known:
            raise Refused(
                "register.field_unknown", N_("「{register}」这一步没有 {field} 这一项；没有保存"), register=asked.title(),
                field=str(sorted(set(row) - known)[0])[:30],
            )  # fmt: skip
        if not asked.fixed and not _is_filled(row):
            continue
        place = f"{asked.code}.{number}."
        try:
            values = {one.code: _value(one, row.get(one.code), today, place + one.code) for one in asked.fields}
            refuse_disorder(asked.fields, values, place)
        except Refused as refused:  # a long list is not searched for the one that is wrong
            facts = dict(refused.facts)
            if "label" in facts:
                name = asked.fixed_name(number - 1)
                facts["label"] = say(_OF_ITEM if name else _IN_ROW, row=name or number, label=facts["label"])
            raise Refused(refused.code, refused.message, **facts) from refused
        found.append({code: value for code, value in values.items() if value})
    if asked.required and not found:
        raise Refused(
            "register.rows_missing", N_("「{label}」至少填一行；没有保存"), label=asked.title(), field=asked.code
        )
    return found


def _is_filled(row: Mapping[str, Any]) -> bool:
    return any(value not in (None, "", False) for value in row.values())
