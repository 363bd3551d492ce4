"""What requests and answers about convenience services look like. The answer to an act names no person."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marshmallow import ValidationError, fields

from kiosk.conveniences.model import FAIL_WORDS, Convenience, ConvenienceState, Money
from kiosk.conveniences.services import Field, Service
from kiosk.ledger import PAID_FROM
from kiosk.words import say
from web.api.fields import WORDS, Asked, Flag, Text, Told, Word, fen, instant, said
from web.api.lists import Page

FEE = "the fee as the customer was told it; refused with `fee.differs` when the published one is another"
MOST_FIELDS = 60
LONGEST_VALUE = 400


class Typed(fields.Field):
    """What was typed into one field: a text; of a ``money`` field also fen, of a ``count`` a number, of a ``tick`` true."""

    default_error_messages = WORDS

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> Any:
        if not isinstance(value, str | int) or isinstance(value, str) and len(value) > LONGEST_VALUE:
            raise self.make_error("invalid")
        if isinstance(value, str):
            try:
                value.encode("utf-8")
            except UnicodeEncodeError:
                raise self.make_error("invalid") from None
        return value


class Values(fields.Dict):
    """Fields by their code, as ``GET /conveniences/services`` names them."""

    default_error_messages = WORDS

    def __init__(self, **options: Any) -> None:
        metadata = {
            "description": "by the codes of the service's fields; money as fen or text, a tick as true",
            "additionalProperties": {
                "anyOf": [{"type": "string", "maxLength": LONGEST_VALUE}, {"type": "integer"}, {"type": "boolean"}]
            },
            "maxProperties": MOST_FIELDS,
        }
        super().__init__(keys=Text(60), values=Typed(), metadata=metadata, **options)

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> Any:
        if isinstance(value, dict) and len(value) > MOST_FIELDS:
            raise ValidationError(say(WORDS["too_large"]))
        return super()._deserialize(value, attr, data, **kwargs)


class ConvenienceLine(Asked):
    """A convenience service (便民)."""

    service = Word(("convenience",), required=True)
    convenience = Text(60, shortest=1, required=True, doc="a code of `GET /conveniences/services`")
    values = Values(required=True)
    consent = Flag(load_default=False, doc="the villager has agreed to `consent` separately")
    fee_fen = fen(FEE, load_default=None, allow_none=True)


LINES: Mapping[str, type[Asked]] = {"convenience": ConvenienceLine}


class WhichConveniences(Page):
    """`open`: what is still to be done, the earliest due first; else a page of one state or of all."""

    state = Word(("open", "all", *ConvenienceState))


class ConvenienceResult(Asked):
    """What came of it."""

    values = Values(load_default=dict)
    paid_from = Word(("", *PAID_FROM), load_default="", doc="which account paid the price, where one is held")


class ConvenienceFailure(Asked):
    """Why it could not be done."""

    reason = Word(list(FAIL_WORDS), required=True)


class FieldTold(Told):
    """A field that a service asks."""

    code = said()
    label = said()
    type = said()
    required = said(fields.Boolean)
    asked = said(doc="`record` with the request, `done` with its result")
    choices = fields.List(fields.String(), required=True)


class ServiceTold(Told):
    """A service that may be begun."""

    code = said()
    name = said()
    kind = said()
    money = Word(list(Money), required=True)
    consent = said(doc="words to be agreed to separately, `''` for none")
    note = said()
    fields_asked = fields.List(fields.Nested(FieldTold), required=True)


class ConvenienceChanged(Told):
    """A case after an act."""

    id = said(fields.Integer)
    state = Word(list(ConvenienceState), required=True)
    principal_fen = said(fields.Integer)
    entry_id = said(fields.Integer, may_be_null=True)


class ConvenienceTold(Told):
    """A case in a list, masked."""

    id = said(fields.Integer)
    state = Word(list(ConvenienceState), required=True)
    service = said()
    service_name = said()
    kind = said()
    money = Word(list(Money), required=True)
    principal_fen = said(fields.Integer)
    quantity = said(fields.Integer)
    due_on = said(may_be_null=True)
    is_late = said(fields.Boolean)
    is_due = said(fields.Boolean)
    is_open = said(fields.Boolean)
    holds_money = said(fields.Boolean)
    recorded_at = instant()
    summary = said(doc="its first words, masked")
    is_erased = said(fields.Boolean)


class ValueTold(Told):
    """What was typed, masked."""

    code = said()
    label = said()
    value = said()


class ConvenienceStepTold(Told):
    """One step."""

    state = said()
    business_on = said()
    at = instant()
    by_kind = said()
    by_id = said(fields.Integer)


class ConvenienceWhole(ConvenienceTold):
    """One case with everything that may be shown masked."""

    content = fields.List(fields.Nested(ValueTold), required=True, data_key="fields")
    paid_from = said()
    fail_reason = said()
    has_consent = said(fields.Boolean)
    ends_at_once = said(fields.Boolean)
    ticket_id = said(fields.Integer, may_be_null=True)
    line_id = said(fields.Integer, may_be_null=True, doc="the line that a refund gives back")
    owed_fen = said(fields.Integer)
    steps = fields.List(fields.Nested(ConvenienceStepTold), required=True)


def told_service(service: Service) -> dict[str, Any]:
    """A service in JSON, in the reader's language."""
    return {
        "code": service.code, "name": service.title(), "kind": service.kind, "money": str(service.money),
        "consent": service.consent, "note": service.note, "fields_asked": [_told_field(field) for field in service.fields],
    }  # fmt: skip


def _told_field(field: Field) -> dict[str, Any]:
    return {
        "code": field.code, "label": field.name(), "type": field.type, "required": field.required, "asked": field.asked,
        "choices": list(field.choices),
    }  # fmt: skip


def told_changed(case: Convenience) -> dict[str, Any]:
    """A case after an act in JSON."""
    return {"id": case.id, "state": case.state, "principal_fen": case.principal_fen, "entry_id": case.entry_id}
