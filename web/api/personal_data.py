"""What is kept of people, by API: terms, the list of erasures, and one person's request. What an act answers names nobody, for
answers are stored; what is kept is read, never stored."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from flask import Response
from marshmallow import fields

from kiosk.errors import Refused
from kiosk.people.rights import Right
from kiosk.retention import answering, erasures, requests, set_term
from kiosk.retention import terms as terms_now
from kiosk.retention.terms import TERMS
from kiosk.storage import Tx
from kiosk.words import say
from web.api.door import caller
from web.api.fields import LARGEST_ID, Asked, Text, Told, Whole, Word, instant, row_id, said
from web.api.lists import list_of
from web.api.once import Done, once
from web.api.once import said as answer
from web.api.operation import PREFIX, Room
from web.station import station

room = Room("personal-data", "How long personal values are kept, what was erased, and a person's own request.")
ID = f"<int(min=1, max={LARGEST_ID}):request_id>"


class PersonalTermTold(Told):
    """How many days one kind of value is kept after its case is over."""

    term = said()
    title = said()
    days = said(fields.Integer)
    least = said(fields.Integer)
    most = said(fields.Integer)
    set_at = instant(may_be_null=True)


class PersonalTermAsked(Asked):
    """Another term."""

    term = Word(list(TERMS), required=True)
    days = Whole(1, 99_999, required=True)


class PersonalErasureTold(Told):
    """One erasure; it names no person."""

    id = said(fields.Integer)
    case_kind = said()
    case_id = said(fields.Integer)
    part = said(doc="all, number or pictures")
    fields_ = fields.String(required=True, data_key="fields")
    rule = said()
    at = instant()


class PersonalProof(Asked):
    """How a person proves who they are."""

    paper = Word(("pickup_code", "receipt", "outbound_no"), required=True)
    number = Text(40, shortest=1, required=True, doc="the number on that paper")
    phone = Text(40, shortest=4, required=True, doc="the full phone that was given then")


class PersonalRequestTold(Told):
    """A request that was recognised."""

    id = said(fields.Integer)
    kind = said()
    cases = said(fields.Integer)
    done = said(fields.Integer)
    stayed = said(fields.Integer)
    asked_at = instant()


class PersonalValueTold(Told):
    """One value that is kept."""

    name = said()
    title = said()
    value = said()
    may_change = said(fields.Boolean)


class PersonalCaseTold(Told):
    """One case of the person: until when it is kept, and why it can't go now (null: it can)."""

    case_kind = said()
    case_id = said(fields.Integer)
    title = said()
    began_on = said()
    values_ = fields.List(fields.Nested(PersonalValueTold), required=True, data_key="values")
    pictures = said(fields.Integer)
    until_on = said(may_be_null=True)
    stays = said(may_be_null=True)


class PersonalCorrectionAsked(Asked):
    """A value that is wrong, and the right one."""

    case_kind = Text(40, shortest=1, required=True)
    case_id = row_id(required=True)
    field = Text(40, shortest=1, required=True)
    value = Text(80, shortest=1, required=True)


class PersonalCorrected(Told):
    """That it was put right."""

    id = said(fields.Integer)


class PersonalErased(Told):
    """How many cases were erased, how many stay, and the slip that says why."""

    done = said(fields.Integer)
    stayed = said(fields.Integer)
    slip_id = said(fields.Integer)


class PersonalPrinted(Told):
    """The slip, and its print job where there is a printer."""

    slip_id = said(fields.Integer)
    print_job_id = said(fields.Integer, may_be_null=True)


@room.reads("/personal-data/terms", list_of(PersonalTermTold), rights=[Right.READ])
def list_retention_terms() -> Response:
    """How long each kind of value is kept."""
    with station().store.reading() as db:
        return answer({"items": [_term(one) for one in terms_now(db)], "next": None})


@room.acts("/personal-data/terms", PersonalTermTold, rights=[Right.MANAGE], asks=PersonalTermAsked)
def set_retention_term(asked: dict[str, Any]) -> Response:
    """Sets a term. 422 `retention.out_of_bounds` names what the law leaves."""

    def act(tx: Tx) -> Done:
        set_term(tx, asked["term"], asked["days"])
        return Done(200, next(_term(one) for one in terms_now(tx) if one.term.name == asked["term"]))

    return once(act)


@room.reads("/personal-data/erasures", list_of(PersonalErasureTold), rights=[Right.READ])
def list_erasures() -> Response:
    """The last erasures, newest first."""
    with station().store.reading() as db:
        told = [
            {name: value for name, value in asdict(one).items() if name != "born_at"} for one in erasures.latest(db)
        ]
        return answer({"items": told, "next": None})


@room.acts("/personal-data/requests", PersonalRequestTold, rights=[Right.UNMASK], asks=PersonalProof, status=201)
def ask_personal_data(asked: dict[str, Any]) -> Response:
    """Recognises a person for a quarter of an hour. 422 `data_request.not_recognised` is remembered."""

    def act(tx: Tx) -> Done:
        found = requests.ask(tx, asked["paper"], asked["number"], asked["phone"])
        return Done(201, _request(found), f"{PREFIX}/personal-data/requests/{found.id}")

    def also(refused: Refused) -> None:
        if refused.code == "data_request.not_recognised":
            with station().store.transaction(caller()) as tx:
                requests.remember_refused(tx, asked["paper"])

    return once(act, also_refused=also)


@room.reads(f"/personal-data/requests/{ID}", list_of(PersonalCaseTold), rights=[Right.UNMASK], may_fail=(409,))
def show_personal_data(request_id: int) -> Response:
    """Everything that is kept of whoever was recognised. 409 `data_request.over` after a quarter of an hour."""
    with station().store.reading() as db:
        told = []
        for case in answering.kept(db, request_id):
            values = [
                {"name": one.name, "title": say(one.title), "value": one.value, "may_change": one.may_change}
                for one in case.values
            ]
            told.append(
                {
                    "case_kind": case.case_kind, "case_id": case.case_id, "title": say(case.title), "began_on": case.began_on,
                    "values": values, "pictures": case.pictures, "until_on": case.until_on,
                    "stays": say(case.stays) if case.stays else None,
                }
            )  # fmt: skip
        return answer({"items": told, "next": None})


@room.acts(f"/personal-data/requests/{ID}/print", PersonalPrinted, rights=[Right.UNMASK])
def print_personal_data(asked: dict[str, Any], request_id: int) -> Response:
    """Issues the slip of what is kept; its values are gone the next day."""

    def act(tx: Tx) -> Done:
        slip_id, job_id = answering.print_kept(tx, request_id)
        return Done(200, {"slip_id": slip_id, "print_job_id": job_id})

    return once(act)


@room.acts(
    f"/personal-data/requests/{ID}/corrections", PersonalCorrected, rights=[Right.UNMASK], asks=PersonalCorrectionAsked
)
def correct_personal_data(asked: dict[str, Any], request_id: int) -> Response:
    """Puts a wrong value right."""

    def act(tx: Tx) -> Done:
        answering.correct(tx, request_id, asked["case_kind"], asked["case_id"], asked["field"], asked["value"])
        return Done(200, {"id": request_id})

    return once(act, erasing=True)


@room.acts(f"/personal-data/requests/{ID}/erasure", PersonalErased, rights=[Right.UNMASK])
def erase_personal_data(asked: dict[str, Any], request_id: int) -> Response:
    """Erases all that may go; the slip says what stays, why and until when."""

    def act(tx: Tx) -> Done:
        done, stayed = answering.erase(tx, request_id)
        slip_id, _job = answering.print_erased(tx, request_id, done, stayed)
        return Done(200, {"done": done, "stayed": len(stayed), "slip_id": slip_id})

    return once(act, erasing=True)


def _term(one: Any) -> dict[str, Any]:
    return {
        "term": one.term.name, "title": say(one.term.title), "days": one.days, "least": one.term.least, "most": one.term.most,
        "set_at": one.set_at,
    }  # fmt: skip


def _request(found: requests.Request) -> dict[str, Any]:
    return {
        "id": found.id, "kind": found.kind, "cases": found.cases, "done": found.done, "stayed": found.stayed,
        "asked_at": found.asked_at,
    }  # fmt: skip
