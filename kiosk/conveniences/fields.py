"""The types of fields that a service may ask for: how each is read from what was typed, and shown again. No field takes an
ID number or a bank card number, whatever its type."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from stdnum import luhn

from kiosk import money
from kiosk.codes import about_a_person, parse_phone
from kiosk.errors import Refused
from kiosk.till.masks import masked
from kiosk.words import DEFAULT_LOCALE, N_, current_locale, say

TYPES = ("text", "note", "choice", "date", "time", "money", "count", "phone", "person", "card_last4", "tick")
LONGEST_TEXT, LONGEST_NOTE, LONGEST_NAME = 60, 200, 20
MOST_COUNT = 9999
#: A date further ahead is a slip of the pen: no railway or hotel sells so early.
MOST_AHEAD = timedelta(days=400)
_CARD = re.compile(r"(?<!\d)(?:62\d{14,17}|[45]\d{15})(?!\d)", re.ASCII)
_BETWEEN = re.compile(r"(?<=\d)[\s\-‐–—](?=\d)")


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a service. ``least``, ``most``, ``step`` are fen of a ``money`` field, plain numbers of a ``count``.

    ``asked`` is when: ``record`` with the request, ``done`` with its result. ``kept`` is its class of retention.
    """

    code: str
    label: str
    label_en: str
    type: str
    required: bool = True
    asked: str = "record"
    prints: bool = True
    choices: tuple[str, ...] = ()
    longest: int = LONGEST_TEXT
    least: int = 0
    most: int = 0
    step: int = 0
    may_be_past: bool = False
    hint: str = ""
    kept: str = "money"

    def name(self, locale: str | None = None) -> str:
        """Its label in the reader's language, where the data has one."""
        return self.label if (locale or current_locale()) == DEFAULT_LOCALE else self.label_en or self.label


def read(field: Field, typed: Any, today: date) -> str:
    """What was typed, as it is kept; '' for nothing. ``typed`` is text, or from a program a whole number or true.

    Raises ``Refused`` ``convenience.field_missing``, ``.field_wrong``, ``.date_past`` (each with ``field``, the code),
    ``text.holds_id_number``, ``text.holds_card_number`` and those of a phone and of an amount.
    """
    if field.type == "tick":
        found = "1" if typed is True or typed == "1" else ""
    elif isinstance(typed, int) and not isinstance(typed, bool) and field.type in ("money", "count"):
        found = _READERS[field.type](field, money.show(typed) if field.type == "money" else str(typed), today)
    elif typed is None or isinstance(typed, str):
        text = about_a_person(typed, 400)
        refuse_card_number(text)
        found = _READERS[field.type](field, text, today) if text else ""
    else:
        raise _wrong(field, N_("「{label}」填得不对；没有保存，其他内容都保留着"))
    if field.required and not found:
        words = N_("请先确认「{label}」再勾选；没有保存") if field.type == "tick" else N_("请填「{label}」；没有保存")
        raise Refused("convenience.field_missing", words, label=field.name(), field=field.code)
    return found


def show(field_type: str, kept: str, *, is_masked: bool = True) -> str:
    """A kept value as people read it; names and phones as others may see them unless asked otherwise."""
    if field_type == "money":
        return money.yuan(int(kept)) if re.fullmatch(r"\d+", kept, re.ASCII) else kept
    if field_type == "tick":
        return say(N_("已确认")) if kept == "1" else kept
    return masked(kept, MASKS.get(field_type, "")) if is_masked else kept


#: How much of a value others may see, by the field's type.
MASKS: Mapping[str, str] = {"phone": "phone", "person": "name"}


def refuse_card_number(text: str) -> None:
    """Raises ``Refused('text.holds_card_number')``: the station keeps four digits of a bank card, never the number."""
    folded = _BETWEEN.sub("", unicodedata.normalize("NFKC", text))
    if any(luhn.is_valid(number) for number in _CARD.findall(folded)):
        raise Refused("text.holds_card_number", N_("这里像是银行卡号，本站不留存；没有保存，需要时只填末四位"))


def _text(field: Field, text: str, _today: date) -> str:
    if len(text) > field.longest:
        raise _wrong(field, N_("「{label}」太长，最多 {longest} 个字；没有保存"), longest=field.longest)
    return text


def _choice(field: Field, text: str, _today: date) -> str:
    if text not in field.choices:
        raise _wrong(field, N_("「{label}」请从列表中选择；没有保存"))
    return text


def _date(field: Field, text: str, today: date) -> str:
    folded = unicodedata.normalize("NFKC", text)
    try:
        if not re.fullmatch(r"\d{4}-\d\d-\d\d", folded, re.ASCII):
            raise ValueError(folded)
        found = date.fromisoformat(folded)
    except ValueError:
        raise _wrong(field, N_("「{label}」应写成 2026-11-30 这样的日期；没有保存")) from None
    if found < today and not field.may_be_past:
        raise Refused(
            "convenience.date_past",
            N_("「{label}」已经过去了，请核对日期；没有保存"),
            label=field.name(),
            field=field.code,
        )
    if found > today + MOST_AHEAD:
        raise _wrong(field, N_("「{label}」太远了，请核对年份；没有保存"))
    return found.isoformat()


def _time(field: Field, text: str, _today: date) -> str:
    folded = unicodedata.normalize("NFKC", text)
    if not re.fullmatch(r"([01]?\d|2[0-3]):[0-5]\d", folded, re.ASCII):
        raise _wrong(field, N_("「{label}」应写成 08:30 这样的时间；没有保存"))
    return folded.rjust(5, "0")


def _money(field: Field, text: str, _today: date) -> str:
    fen = money.parse(text)
    if fen <= 0 or fen < field.least or (field.most and fen > field.most) or (field.step and fen % field.step):
        raise _wrong(
            field, N_("「{label}」应在 {least} 到 {most} 之间{step}；没有保存"), least=money.show(max(field.least, 1)),
            most=money.show(field.most or money.LIMIT_FEN),
            step=say(N_("，是 {step} 的整倍数"), step=money.show(field.step)) if field.step else "",
        )  # fmt: skip
    return str(fen)


def _count(field: Field, text: str, _today: date) -> str:
    folded = unicodedata.normalize("NFKC", text)
    most = field.most or MOST_COUNT
    if not re.fullmatch(r"\d{1,4}", folded, re.ASCII) or not max(field.least, 1) <= int(folded) <= most:
        raise _wrong(
            field, N_("「{label}」应是 {least} 到 {most} 的整数；没有保存"), least=max(field.least, 1), most=most
        )
    return str(int(folded))


def _phone(field: Field, text: str, _today: date) -> str:
    entry = parse_phone(text)
    return entry.dialled or entry.tail


def _card_last4(field: Field, text: str, _today: date) -> str:
    folded = unicodedata.normalize("NFKC", text)
    if not re.fullmatch(r"\d{4}", folded, re.ASCII):
        raise _wrong(field, N_("「{label}」只填银行卡号的末四位；没有保存"))
    return folded


def _wrong(field: Field, message: str, **facts: object) -> Refused:
    return Refused("convenience.field_wrong", message, label=field.name(), field=field.code, **facts)


_READERS: Mapping[str, Callable[[Field, str, date], str]] = {
    "text": _text,
    "note": _text,
    "person": _text,
    "choice": _choice,
    "date": _date,
    "time": _time,
    "money": _money,
    "count": _count,
    "phone": _phone,
    "card_last4": _card_last4,
}
