"""Reads what was typed into a field as it is kept. No field takes an ID number or a bank card number, whatever its type."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from stdnum import luhn

from kiosk import money
from kiosk.codes import about_a_person, parse_phone
from kiosk.errors import Refused
from kiosk.fields.model import MOST_AHEAD, MOST_COUNT, MOST_NUMBER, Field
from kiosk.words import N_, say

LONGEST_TYPED = 600
_CARD = re.compile(r"(?<!\d)(?:62\d{14,17}|[45]\d{15})(?!\d)", re.ASCII)
_BETWEEN = re.compile(r"(?<=\d)[\s\-‐–—](?=\d)")


def read(field: Field, typed: Any, today: date, room: str) -> str:
    """What was typed, as it is kept; '' for nothing. ``typed`` is text, or from a program a whole number or true.

    Raises ``Refused`` of that ``room``: ``convenience.field_missing``, ``.field_wrong``, ``.date_past`` (each with ``field``, the code),
    ``text.holds_id_number``, ``text.holds_card_number`` and those of a phone and of an amount.
    """
    if field.type == "tick":
        found = "1" if typed is True or typed == "1" else ""
    elif isinstance(typed, int) and not isinstance(typed, bool) and field.type in ("money", "count", "number"):
        found = _READERS[field.type](field, money.show(typed) if field.type == "money" else str(typed), today, room)
    elif typed is None or isinstance(typed, str):
        text = about_a_person(typed, LONGEST_TYPED)
        refuse_card_number(text)
        found = _READERS[field.type](field, text, today, room) if text else ""
    else:
        raise _wrong(room, field, N_("「{label}」填得不对；没有保存，其他内容都保留着"))
    if field.required and not found:
        words = N_("请先确认「{label}」再勾选；没有保存") if field.type == "tick" else N_("请填「{label}」；没有保存")
        raise Refused(f"{room}.field_missing", words, label=field.name(), field=field.code)
    return found


def refuse_card_number(text: str) -> None:
    """Raises ``Refused('text.holds_card_number')``: the station keeps four digits of a bank card, never the number."""
    folded = _BETWEEN.sub("", unicodedata.normalize("NFKC", text))
    if any(luhn.is_valid(number) for number in _CARD.findall(folded)):
        raise Refused("text.holds_card_number", N_("这里像是银行卡号，本站不留存；没有保存，需要时只填末四位"))


def _text(field: Field, text: str, _today: date, room: str) -> str:
    if len(text) > field.longest:
        raise _wrong(room, field, N_("「{label}」太长，最多 {longest} 个字；没有保存"), longest=field.longest)
    return text


def _choice(field: Field, text: str, _today: date, room: str) -> str:
    if text not in field.choices:
        raise _wrong(room, field, N_("「{label}」请从列表中选择；没有保存"))
    return text


def _date(field: Field, text: str, today: date, room: str) -> str:
    folded = unicodedata.normalize("NFKC", text)
    try:
        if not re.fullmatch(r"\d{4}-\d\d-\d\d", folded, re.ASCII):
            raise ValueError(folded)
        found = date.fromisoformat(folded)
    except ValueError:
        raise _wrong(room, field, N_("「{label}」应写成 2026-11-30 这样的日期；没有保存")) from None
    if found < today and not field.may_be_past:
        raise Refused(
            f"{room}.date_past",
            N_("「{label}」已经过去了，请核对日期；没有保存"),
            label=field.name(),
            field=field.code,
        )
    if found > today + MOST_AHEAD:
        raise _wrong(room, field, N_("「{label}」太远了，请核对年份；没有保存"))
    return found.isoformat()


def _time(field: Field, text: str, _today: date, room: str) -> str:
    folded = unicodedata.normalize("NFKC", text)
    if not re.fullmatch(r"([01]?\d|2[0-3]):[0-5]\d", folded, re.ASCII):
        raise _wrong(room, field, N_("「{label}」应写成 08:30 这样的时间；没有保存"))
    return folded.rjust(5, "0")


def _month(field: Field, text: str, _today: date, room: str) -> str:
    folded = unicodedata.normalize("NFKC", text)
    if not re.fullmatch(r"20\d\d-(0[1-9]|1[0-2])", folded, re.ASCII):
        raise _wrong(room, field, N_("「{label}」应写成 2026-11 这样的月份；没有保存"))
    return folded


def _money(field: Field, text: str, _today: date, room: str) -> str:
    fen = money.parse(text)
    if fen <= 0 or fen < field.least or (field.most and fen > field.most) or (field.step and fen % field.step):
        raise _wrong(
            room, field, N_("「{label}」应在 {least} 到 {most} 之间{step}；没有保存"), least=money.show(max(field.least, 1)),
            most=money.show(field.most or money.LIMIT_FEN),
            step=say(N_("，是 {step} 的整倍数"), step=money.show(field.step)) if field.step else "",
        )  # fmt: skip
    return str(fen)


def _count(field: Field, text: str, _today: date, room: str) -> str:
    folded = unicodedata.normalize("NFKC", text)
    most = field.most or MOST_COUNT
    if not re.fullmatch(r"\d{1,4}", folded, re.ASCII) or not max(field.least, 1) <= int(folded) <= most:
        raise _wrong(
            room, field, N_("「{label}」应是 {least} 到 {most} 的整数；没有保存"), least=max(field.least, 1), most=most
        )
    return str(int(folded))


def _number(field: Field, text: str, _today: date, room: str) -> str:
    folded = unicodedata.normalize("NFKC", text)
    most = field.most or MOST_NUMBER
    if not re.fullmatch(r"\d{1,6}", folded, re.ASCII) or not field.least <= int(folded) <= most:
        raise _wrong(
            room, field, N_("「{label}」应是 {least} 到 {most} 的整数；没有保存"), least=field.least, most=most
        )
    return str(int(folded))


def _phone(_field: Field, text: str, _today: date, _room: str) -> str:
    entry = parse_phone(text)
    return entry.dialled or entry.tail


def _card_last4(field: Field, text: str, _today: date, room: str) -> str:
    folded = unicodedata.normalize("NFKC", text)
    if not re.fullmatch(r"\d{4}", folded, re.ASCII):
        raise _wrong(room, field, N_("「{label}」只填银行卡号的末四位；没有保存"))
    return folded


def _wrong(room: str, field: Field, message: str, **facts: object) -> Refused:
    return Refused(f"{room}.field_wrong", message, label=field.name(), field=field.code, **facts)


_READERS: Mapping[str, Callable[[Field, str, date, str], str]] = {
    "text": _text,
    "note": _text,
    "person": _text,
    "choice": _choice,
    "date": _date,
    "time": _time,
    "money": _money,
    "count": _count,
    "number": _number,
    "month": _month,
    "phone": _phone,
    "card_last4": _card_last4,
}
