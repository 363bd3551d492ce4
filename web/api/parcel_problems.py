"""Problem parcels by API: the list, lost and found, the wrong person with the way back, settled, photos, and a parcel's
story in sentences. The acts are the counter's own."""

from __future__ import annotations

from typing import Any

from flask import Response
from marshmallow import fields

from kiosk.attachments import read_picture
from kiosk.counter import parcel_problems
from kiosk.counter.at_pickup import AtPickup, note_at_pickup
from kiosk.parcels import problem_cases, store, story
from kiosk.parcels.model import ProblemReason
from kiosk.parcels.problem_cases import KIND_WORDS, Case, Resolution
from kiosk.people.rights import Right
from kiosk.storage import Tx
from web.api.bill_shapes import LONGEST_PHOTO, VoucherPhoto
from web.api.fields import LARGEST_ID, Asked, Flag, Text, Told, Word, instant, said
from web.api.lists import Page, list_of, page
from web.api.once import Done, once
from web.api.once import said as answer
from web.api.operation import Room
from web.api.parcel_shapes import StateTold
from web.api.parcels import ID, jobs_begun
from web.station import station

room = Room("problems", "Problem parcels: what somebody still has to see to, and what came of it.")
PROBLEM = f"<int(min=1, max={LARGEST_ID}):problem_id>"
PICTURE = f"<int(min=1, max={LARGEST_ID}):picture_id>"
_SERVES = (Right.SERVE,)


class WhichProblems(Page):
    """Filters of the list."""

    kind = Word(list(KIND_WORDS))
    state = Word(("open", "closed"), load_default="open")


class ProblemTold(Told):
    """A problem of a parcel. `resolution` is empty while it is open."""

    id = said(fields.Integer)
    parcel_id = said(fields.Integer)
    kind = said()
    resolution = said()
    opened_on = said()
    opened_at = instant()
    closed_on = said(may_be_null=True)
    closed_at = instant(may_be_null=True)


class WrongPerson(Asked):
    """Who has the parcel, as far as known: kept apart, shown to nobody by program."""

    who = Text(parcel_problems.LONGEST_WHO, load_default="")


class SaidAtPickup(Asked):
    """What whoever collects says of it at the counter."""

    said = Word(
        list(AtPickup), required=True, doc="`damaged` and `short` stay as `problem`, refused ones go `to_return`"
    )


class CameBack(Asked):
    """In which state it is."""

    is_damaged = Flag(load_default=False, doc="opened or damaged: it waits as `problem`")


class Lost(Asked):
    """Why it is written off."""

    reason = Word(list(ProblemReason), load_default=ProblemReason.OTHER.value)


class Settled(Asked):
    """How the case ended without the parcel."""

    resolution = Word((Resolution.COMPENSATED.value, Resolution.SETTLED.value), required=True)


class SentenceTold(Told):
    """One event of a parcel in a sentence."""

    step = said(fields.Integer)
    at = instant()
    sentence = said()


class StoryTold(Told):
    """A parcel's story in the language asked for."""

    id = said(fields.Integer)
    summary = said()
    events = fields.List(fields.Nested(SentenceTold), required=True)
    problems = fields.List(fields.String, required=True)


class PhotoKept(Told):
    """Where a photo is kept."""

    id = said(fields.Integer, doc="of the parcel")
    picture_id = said(fields.Integer)


def told(case: Case) -> dict[str, Any]:
    """A case in JSON."""
    return {name: getattr(case, name) for name in ProblemTold._declared_fields}


def _moved(tx: Tx, parcel_id: int) -> Done:
    return Done(200, {"id": parcel_id, "state": store.parcel(tx, parcel_id)["state"]})


@room.reads("/problems", list_of(ProblemTold), rights=[Right.READ], asks=WhichProblems)
def list_problems(asked: dict[str, Any]) -> Response:
    """Problems newest first: those that are open, or those that ended."""
    with station().store.reading() as db:
        cases, following = problem_cases.page(
            db, kind=asked["kind"] or "", is_open=asked["state"] == "open", before_id=asked["before"],
            limit=asked["limit"],
        )  # fmt: skip
    return answer(page([told(case) for case in cases], asked, following))


@room.reads(f"/parcels/{ID}/story", StoryTold, rights=[Right.READ])
def show_parcel_story(parcel_id: int) -> Response:
    """Everything that happened to a parcel in plain sentences, and what was wrong with it."""
    with station().store.reading() as db:
        body = {
            "id": parcel_id, "summary": story.summary(db, parcel_id),
            "events": [
                {"step": event.step, "at": event.at, "sentence": words} for event, words in story.told(db, parcel_id)
            ],
            "problems": [words for _case, words in story.problems_told(db, parcel_id)],
        }  # fmt: skip
    return answer(body)


@room.acts(f"/parcels/{ID}/wrong-person", StateTold, rights=_SERVES, asks=WrongPerson)
def note_wrong_person(asked: dict[str, Any], parcel_id: int) -> Response:
    """Whoever collected it had no claim to it. 409 `parcel.with_wrong_person` when that is known."""

    def act(tx: Tx) -> Done:
        parcel_problems.note_wrong_person(tx, parcel_id, who=asked["who"])
        return _moved(tx, parcel_id)

    return once(act)


@room.acts(f"/parcels/{ID}/at-pickup", StateTold, rights=_SERVES, asks=SaidAtPickup)
def refuse_at_pickup(asked: dict[str, Any], parcel_id: int) -> Response:
    """Refused, damaged or short as it is looked at: also of a parcel handed over a moment ago, which comes back first."""

    def act(tx: Tx) -> Done:
        note_at_pickup(tx, parcel_id, asked["said"], under_way=jobs_begun)
        return _moved(tx, parcel_id)

    return once(act)


@room.acts(f"/parcels/{ID}/recover", StateTold, rights=_SERVES, asks=CameBack)
def recover_parcel(asked: dict[str, Any], parcel_id: int) -> Response:
    """The wrong person brought it back: it waits for the right one under its old code."""

    def act(tx: Tx) -> Done:
        parcel_problems.recover(tx, parcel_id, is_damaged=asked["is_damaged"])
        return _moved(tx, parcel_id)

    return once(act)


@room.acts(f"/parcels/{ID}/lose", StateTold, rights=_SERVES, asks=Lost)
def lose_parcel(asked: dict[str, Any], parcel_id: int) -> Response:
    """It is nowhere to be found, or not got back from the wrong person."""

    def act(tx: Tx) -> Done:
        parcel_problems.lose(tx, parcel_id, asked["reason"], under_way=jobs_begun)
        return _moved(tx, parcel_id)

    return once(act)


@room.acts(f"/parcels/{ID}/find-again", StateTold, rights=_SERVES, asks=CameBack)
def find_parcel_again(asked: dict[str, Any], parcel_id: int) -> Response:
    """A lost parcel turned up: it waits under its old code. 422 `parcel.code_given_on`: take it in anew."""

    def act(tx: Tx) -> Done:
        parcel_problems.find_again(tx, parcel_id, is_damaged=asked["is_damaged"])
        return _moved(tx, parcel_id)

    return once(act)


@room.acts(f"/problems/{PROBLEM}/settle", ProblemTold, rights=[Right.MANAGE], asks=Settled)
def settle_problem(asked: dict[str, Any], problem_id: int) -> Response:
    """Ends the case of a parcel that will not come back. 422 `problem.not_compensated` without a paid compensation."""
    return once(lambda tx: Done(200, told(parcel_problems.settle(tx, problem_id, asked["resolution"]))))


@room.acts(f"/problems/{PROBLEM}/reopen", ProblemTold, rights=[Right.MANAGE])
def reopen_problem(asked: dict[str, Any], problem_id: int) -> Response:
    """Takes a settling back on its business day."""
    return once(lambda tx: Done(200, told(parcel_problems.reopen(tx, problem_id))))


@room.acts(
    f"/parcels/{ID}/photo", PhotoKept, rights=_SERVES, asks=VoucherPhoto, largest=LONGEST_PHOTO + 10_000
)  # fmt: skip
def add_parcel_photo(asked: dict[str, Any], parcel_id: int) -> Response:
    """Keeps a photo of a parcel's outside. 422 `picture.unreadable`, `picture.too_large`, `attachment.too_many`."""
    picture = read_picture(asked["picture"])  # slow, so before the transaction

    def act(tx: Tx) -> Done:
        return Done(200, {"id": parcel_id, "picture_id": parcel_problems.add_photo(tx, parcel_id, picture)})

    return once(act)


@room.acts(f"/parcels/{ID}/photos/{PICTURE}/drop", PhotoKept, rights=_SERVES)
def drop_parcel_photo(asked: dict[str, Any], parcel_id: int, picture_id: int) -> Response:
    """Takes a photo away that shows something else, on the day it was taken. 409 `undo.other_day`."""

    def act(tx: Tx) -> Done:
        parcel_problems.drop_photo(tx, parcel_id, picture_id)
        return Done(200, {"id": parcel_id, "picture_id": picture_id})

    return once(act)
