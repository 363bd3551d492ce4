"""Registers (登记簿) by API: which there are and what each asks, entries with their story, every act, what is due, the counters. A
book's rows as JSON, XLSX or CSV are its ledger's (``/ledgers/R-TS``)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flask import Response
from marshmallow import ValidationError, fields

from kiosk import clock, registers
from kiosk.attachments import read_picture
from kiosk.counter import register_entries
from kiosk.people.rights import Right
from kiosk.registers import actions, store, view
from kiosk.registers.model import Field, Register
from kiosk.registers.shape import MOST_ROWS
from kiosk.registers.typed import Typed
from kiosk.reports.ledgers.registers import PREFIX as LEDGER
from kiosk.storage import Tx
from kiosk.words import say
from web.api.bill_shapes import LONGEST_PHOTO, Photo
from web.api.convenience_shapes import Values
from web.api.fields import LARGEST_ID, WORDS, Asked, BusinessDate, Text, Told, Whole, instant, row_id, said
from web.api.once import Done, once
from web.api.once import said as answer
from web.api.operation import PREFIX, Room
from web.station import station

room = Room(
    "registers", "Registers (登记簿): complaints, inspections, equipment, trainings and what a county adds by a file."
)
REGISTER, ACT = "<string:register>", "<string:act>"
ID = f"<int(min=1, max={LARGEST_ID}):entry_id>"
_SERVES = (Right.SERVE,)
_MOST_GROUPS, _MOST_PICTURES = 12, 6
LARGEST = LONGEST_PHOTO + 500_000


class RowsSent(fields.Dict):
    """Repeated rows by the code of their group, each row a set of values by field."""

    default_error_messages = WORDS

    def __init__(self, **options: Any) -> None:
        metadata = {
            "description": "repeated rows by the code of their group; each row is an object of values by field",
            "maxProperties": _MOST_GROUPS,
        }
        rows = fields.List(Values(), metadata={"maxItems": MOST_ROWS})
        super().__init__(keys=Text(30), values=rows, metadata=metadata, load_default=dict, **options)

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> Any:
        if isinstance(value, dict):
            lists = [rows for rows in value.values() if isinstance(rows, list)]
            if len(value) > _MOST_GROUPS or any(len(rows) > MOST_ROWS for rows in lists):
                raise ValidationError(say(WORDS["too_large"]))
        return super()._deserialize(value, attr, data, **kwargs)


class PicturesSent(fields.Dict):
    """Photos and signatures by field, base64."""

    default_error_messages = WORDS

    def __init__(self, **options: Any) -> None:
        metadata = {
            "description": "photos and signatures by field, each a list of files in base64",
            "maxProperties": _MOST_PICTURES,
        }
        pictures = fields.List(Photo("a JPEG, PNG or WebP in base64"), metadata={"maxItems": _MOST_PICTURES})
        super().__init__(keys=Text(30), values=pictures, metadata=metadata, load_default=dict, **options)

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> Any:
        if isinstance(value, dict):
            lists = [found for found in value.values() if isinstance(found, list)]
            if len(value) > _MOST_PICTURES or sum(map(len, lists)) > _MOST_PICTURES:
                raise ValidationError(say(WORDS["too_large"]))
        return super()._deserialize(value, attr, data, **kwargs)


class RegisterWriting(Asked):
    """What an act writes."""

    values = Values(load_default=dict)
    rows = RowsSent()
    pictures = PicturesSent()


class NewRegisterEntry(RegisterWriting):
    """A new entry, and the case it belongs to."""

    subject_kind = Text(30, load_default=None, allow_none=True, doc="one of the register's `links`")
    subject_id = row_id(load_default=None, allow_none=True)


class RegisterStep(RegisterWriting):
    """A step, a correction."""

    seen_steps = Whole(
        1, 100_000, load_default=None, allow_none=True, doc="how many steps were seen; others meanwhile: 409"
    )


class EntrySeen(Asked):
    """How far the entry had come."""

    seen_steps = Whole(1, 100_000, load_default=None, allow_none=True)


class RegisterDays(Asked):
    """Business dates, both included."""

    from_on = BusinessDate(data_key="from", required=True)
    to_on = BusinessDate(data_key="to", required=True)


class RegisterTold(Told):
    """A register with everything it asks."""

    code = said()
    name = said()
    letter = said()
    group = said()
    form = said()
    note = said()
    process = fields.List(fields.String(), required=True)
    links = fields.List(fields.String(), required=True)
    states = fields.List(fields.Dict(), required=True)
    steps = fields.List(fields.Dict(), required=True)
    fields_asked = fields.List(fields.Dict(), required=True)
    rows_asked = fields.List(fields.Dict(), required=True)
    ledger = said(doc="address of its rows")


class RegistersTold(Told):
    """Every register."""

    items = fields.List(fields.Nested(RegisterTold), required=True)


class EntryChanged(Told):
    """An entry after an act; names nobody."""

    id = said(fields.Integer)
    number = said()
    state = said()
    steps = said(fields.Integer)
    alike_id = said(fields.Integer, may_be_null=True, doc="an earlier entry that says the same")


class EntryTold(Told):
    """An entry with its story, masked."""

    id = said(fields.Integer)
    register = said()
    number = said()
    state = said()
    state_name = said()
    steps = said(fields.Integer)
    date_on = said()
    opened_at = instant()
    ended_on = said(may_be_null=True)
    subject_kind = said(may_be_null=True)
    subject_id = said(fields.Integer, may_be_null=True)
    is_erased = said(fields.Boolean)
    content = fields.List(fields.Dict(), required=True, data_key="values")
    tables = fields.List(fields.Dict(), required=True)
    pictures = fields.List(fields.Dict(), required=True)
    due = fields.List(fields.Dict(), required=True)
    story = fields.List(fields.Dict(), required=True)
    next = fields.List(fields.String(), required=True)


class RegistersDue(Told):
    """Every clock that runs."""

    items = fields.List(fields.Dict(), required=True)


class RegisterCounts(Told):
    """Every counter."""

    items = fields.List(fields.Dict(), required=True)


class EntryPrinted(Told):
    """A slip."""

    slip_id = said(fields.Integer)


@room.reads("/registers", RegistersTold, rights=[Right.READ])
def list_registers() -> Response:
    """The registers that are kept, each with its states, steps, fields and rows."""
    with station().store.reading() as db:
        found = list(registers.registers(db).values())
    return answer({"items": [_told(one) for one in found]})


@room.reads("/registers/due", RegistersDue, rights=[Right.READ])
def list_due_entries() -> Response:
    """What is due by which day, soonest first; `days_left` below 0 is late."""
    with station().store.reading() as db:
        found = registers.due(db, clock.local_date(station().settings.station.zone))
    names = ("register", "entry_id", "number", "clock", "title", "due_on", "days_left", "warns")
    return answer({"items": [{name: getattr(one, name) for name in names} for one in found]})


@room.reads("/registers/counts", RegisterCounts, rights=[Right.READ], asks=RegisterDays)
def count_registers(asked: dict[str, Any]) -> Response:
    """The counters as the books stood at the end of `to`; sums of money are fen."""
    with station().store.reading(snapshot=True) as db:
        known = registers.counters(db)
        found = registers.counts(db, asked["from_on"], asked["to_on"])
    return answer(
        {
            "items": [
                {"key": key, "name": known[key].title(), "unit": known[key].unit, "count": n}
                for key, n in found.items()
            ]
        }
    )


@room.reads(f"/registers/entries/{ID}", EntryTold, rights=[Right.READ])
def show_entry(entry_id: int) -> Response:
    """One entry: what stands in it, its story, what may be done next."""
    with station().store.reading() as db:
        return answer(view.detail(db, store.entry(db, entry_id)))


@room.acts(
    f"/registers/{REGISTER}/entries", EntryChanged, rights=_SERVES, asks=NewRegisterEntry, status=201, largest=LARGEST
)
def open_register_entry(asked: dict[str, Any], register: str) -> Response:
    """Opens an entry."""
    typed = _typed(asked)
    subject = (asked["subject_kind"], asked["subject_id"]) if asked["subject_kind"] and asked["subject_id"] else None
    return _done(lambda tx: register_entries.open_for(tx, register, typed, subject), status=201)


@room.acts(f"/registers/entries/{ID}/steps/{ACT}", EntryChanged, rights=_SERVES, asks=RegisterStep, largest=LARGEST)
def take_register_step(asked: dict[str, Any], entry_id: int, act: str) -> Response:
    """Takes a step with what it asks."""
    typed = _typed(asked)
    return _done(lambda tx: actions.take_step(tx, entry_id, act, typed, asked["seen_steps"]))


@room.acts(f"/registers/entries/{ID}/correct", EntryChanged, rights=_SERVES, asks=RegisterStep, largest=LARGEST)
def correct_entry(asked: dict[str, Any], entry_id: int) -> Response:
    """Writes anew what was written wrong, only what is sent; what stood stays in the story."""
    typed = _typed(asked)
    return _done(lambda tx: actions.correct(tx, entry_id, typed, asked["seen_steps"]))


@room.acts(f"/registers/entries/{ID}/undo", EntryChanged, rights=_SERVES, asks=EntrySeen)
def undo_register_step(asked: dict[str, Any], entry_id: int) -> Response:
    """Takes the last step back: who took it, on its business day; the manager always."""
    return _done(lambda tx: actions.undo(tx, entry_id, asked["seen_steps"]))


@room.acts(f"/registers/entries/{ID}/withdraw", EntryChanged, rights=_SERVES, asks=EntrySeen)
def withdraw_entry(asked: dict[str, Any], entry_id: int) -> Response:
    """It was entered by mistake: it keeps its number and counts no more."""
    return _done(lambda tx: actions.withdraw(tx, entry_id, asked["seen_steps"]))


@room.acts(f"/registers/entries/{ID}/print", EntryPrinted, rights=_SERVES)
def print_entry(asked: dict[str, Any], entry_id: int) -> Response:
    """Prints the slip of an entry at the desk's printer."""
    return once(lambda tx: Done(200, {"slip_id": register_entries.print_slip(tx, entry_id)}))


def _typed(asked: Mapping[str, Any]) -> Typed:
    pictures = {code: [read_picture(raw) for raw in sent] for code, sent in asked["pictures"].items()}
    return Typed(asked["values"], asked["rows"], pictures)


def _done(do: Callable[[Tx], registers.Entry], status: int = 200) -> Response:
    def told(tx: Tx) -> Done:
        found = do(tx)
        return Done(status, {"id": found.id, "number": found.number, "state": found.state, "steps": found.steps, "alike_id": found.alike_id})  # fmt: skip

    return once(told)


def _told(found: Register) -> dict[str, Any]:
    return {
        "code": found.code, "name": found.title(), "letter": found.letter, "group": found.group, "form": found.form,
        "note": found.about(), "process": list(found.public_process()), "links": list(found.links),
        "states": [{"code": one.code, "name": one.title(), "kind": one.kind} for one in found.states],
        "steps": [{"code": one.code, "name": one.title(), "from": list(one.begins), "to": one.to, "who": one.who} for one in found.steps],
        "fields_asked": [_field(one) | {"asked": list(one.asked)} for one in found.fields],
        "rows_asked": [
            {"code": one.code, "name": one.title(), "asked": list(one.asked), "most": one.most, "required": one.required,
             "fixed": list(one.fixed), "fields": [_field(inner) for inner in one.fields]}
            for one in found.rows
        ],
        "ledger": f"{PREFIX}/ledgers/{LEDGER}{found.letter}",
    }  # fmt: skip


def _field(one: Field) -> dict[str, Any]:
    return {
        "code": one.code,
        "label": one.name(),
        "type": one.type,
        "required": one.required,
        "choices": list(one.choices),
    }
