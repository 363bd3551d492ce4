"""Fields of requests and answers: strict types, limits that stand in the OpenAPI document, complaints in the reader's
language. marshmallow by itself takes ``"12"`` for a number and ``"yes"`` for true; a till can't."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from marshmallow import INCLUDE, RAISE, Schema, ValidationError, fields, validate

from kiosk.money import LIMIT_FEN
from kiosk.words import N_, say
from web.row_ids import LARGEST_ID

WORDS = {
    "required": N_("这一项必须填写"),
    "null": N_("这一项不能是 null"),
    "invalid": N_("这一项的类型不对"),
    "invalid_utf8": N_("这一项的类型不对"),
    "too_large": N_("数字太大"),
    "unknown": N_("没有这一项"),
    "type": N_("这里应是一个 JSON 对象"),
}


class Size(validate.Length):
    """A length in characters, or a count of items."""

    def _format_error(self, value: Any, message: str) -> str:
        if isinstance(value, str):
            return say(N_("长度应为 {min} 到 {max} 个字符"), min=self.min or 0, max=self.max)
        return say(N_("应有 {min} 到 {max} 项"), min=self.min or 0, max=self.max)


class Between(validate.Range):
    """A number within bounds."""

    def _format_error(self, value: Any, message: str) -> str:
        return say(N_("应在 {min} 到 {max} 之间"), min=self.min, max=self.max)


class Shape(validate.Regexp):
    r"""A text of a given form, written as other languages read it too (``$``, not ``\Z``) and matched whole."""

    def __call__(self, value: str) -> str:
        if self.regex.fullmatch(value) is None:
            raise ValidationError(self._format_error(value))
        return value

    def _format_error(self, value: str) -> str:
        return say(N_("格式不对"))


class OneOf(validate.OneOf):
    """One of a few words."""

    def _format_error(self, value: Any) -> str:
        return say(N_("可用的值：{known}"), known=", ".join(map(str, self.choices)))


class Text(fields.String):
    """Text that SQLite and a printer can take: no lone surrogates, ``shortest`` to ``longest`` characters."""

    default_error_messages = WORDS

    def __init__(
        self, longest: int, *, shortest: int = 0, pattern: str | None = None, doc: str = "", **options: Any
    ) -> None:
        checks: list[Any] = [Size(min=shortest, max=longest)]
        if pattern is not None:
            checks.append(Shape(re.compile(pattern, re.ASCII)))
        super().__init__(validate=checks, metadata=_told(doc), **options)

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> str:
        text = super()._deserialize(value, attr, data, **kwargs)
        try:
            text.encode("utf-8")
        except UnicodeEncodeError:
            raise ValidationError(say(N_("这里有不成字符的编码"))) from None
        return text


class Whole(fields.Integer):
    """A whole number within bounds; a query parameter may write it in digits, a JSON body may not."""

    default_error_messages = WORDS

    def __init__(self, least: int, most: int, *, is_query: bool = False, doc: str = "", **options: Any) -> None:
        self._is_query = is_query
        super().__init__(strict=not is_query, validate=Between(min=least, max=most), metadata=_told(doc), **options)

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> int | None:
        if self._is_query:
            # int() would take ' 1_0' and '１'.
            if not isinstance(value, str) or re.fullmatch(r"-?[0-9]{1,19}", value) is None:
                raise self.make_error("invalid")
        elif not isinstance(value, int) or isinstance(value, bool):
            raise self.make_error("invalid")
        return super()._deserialize(value, attr, data, **kwargs)


class Flag(fields.Boolean):
    """true or false and nothing that resembles them."""

    default_error_messages = WORDS

    def __init__(self, *, doc: str = "", **options: Any) -> None:
        super().__init__(metadata=_told(doc), **options)

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> bool:
        if not isinstance(value, bool):
            raise self.make_error("invalid")
        return value


class Word(fields.String):
    """One of the given words."""

    default_error_messages = WORDS

    def __init__(self, known: Sequence[str], *, doc: str = "", **options: Any) -> None:
        super().__init__(validate=OneOf([str(word) for word in known]), metadata=_told(doc), **options)


class BusinessDate(fields.String):
    """A business date, ``2026-11-22``."""

    default_error_messages = WORDS

    def __init__(self, *, doc: str = "", **options: Any) -> None:
        super().__init__(metadata={**_told(doc), "format": "date"}, **options)

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> str:
        text = super()._deserialize(value, attr, data, **kwargs)
        try:
            if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text) is None:
                raise ValueError(text)
            date.fromisoformat(text)
        except ValueError:
            raise ValidationError(say(N_("日期应写成 2026-11-22 这样，并且真有这一天"))) from None
        return text


class Items(fields.List):
    """A list of up to ``most`` things."""

    default_error_messages = WORDS

    def __init__(self, inner: Any, most: int, *, least: int = 0, doc: str = "", **options: Any) -> None:
        super().__init__(inner, validate=Size(min=least, max=most), metadata=_told(doc), **options)


class Inner(fields.Nested):
    """A JSON object inside another."""

    default_error_messages = WORDS


class OneShape(fields.Field):
    """A JSON object of one of several shapes, told apart by ``by``; where ``short_form`` is named, a text instead fills
    that field of the only shape. Each shape is documented by reference (``document.py``)."""

    default_error_messages = WORDS

    def __init__(
        self, shapes: Mapping[str, type[Schema]], *, by: str = "", short_form: str = "", doc: str = "", **options: Any
    ) -> None:
        self.shapes, self._by, self.short_form = shapes, by, short_form
        self._schemas = {name: shape() for name, shape in shapes.items()}
        super().__init__(metadata=_told(doc), **options)

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> dict[str, Any]:
        if self.short_form and isinstance(value, str):
            value = {self.short_form: value}
        if not isinstance(value, dict):
            raise self.make_error("invalid")
        named = value.get(self._by) if self._by else next(iter(self.shapes))
        schema = self._schemas.get(named) if isinstance(named, str) else None
        if schema is None:
            raise ValidationError({self._by: [say(N_("可用的值：{known}"), known=", ".join(self.shapes))]})
        found: dict[str, Any] = schema.load(value)
        return found


class Asked(Schema):
    """What a client sends: an unknown field is refused, since it was meant to do something."""

    class Meta:
        unknown = RAISE

    error_messages = {"unknown": WORDS["unknown"], "type": WORDS["type"]}


class Told(Schema):
    """What the station answers; used for the document and by the tests, never to build an answer (the acts do)."""

    class Meta:
        unknown = INCLUDE


def row_id(**options: Any) -> Whole:
    """The id of a row, in a body."""
    return Whole(1, LARGEST_ID, **options)


def fen(doc: str = "", *, least: int = 0, **options: Any) -> Whole:
    """An amount in fen."""
    return Whole(least, LIMIT_FEN, doc=doc or "amount in fen", **options)


def said(kind: type[fields.Field] = fields.String, *, doc: str = "", may_be_null: bool = False, **options: Any) -> Any:
    """A field that every answer has; null where ``may_be_null``."""
    return kind(required=True, allow_none=may_be_null, metadata=_told(doc), **options)


def instant(*, doc: str = "", may_be_null: bool = False) -> fields.String:
    """An instant in an answer, ``2026-11-22T00:24:40.123456Z``."""
    return fields.String(required=True, allow_none=may_be_null, metadata={**_told(doc), "format": "date-time"})


def _told(doc: str) -> dict[str, Any]:
    return {"description": doc} if doc else {}
