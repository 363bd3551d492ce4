"""Shelves, 移库 and 盘点 by API: what a handheld among the racks asks and tells. The acts are the counter's own."""

from __future__ import annotations

from typing import Any

from flask import Response
from marshmallow import fields

from kiosk.codes import parse_shelf, recognise
from kiosk.counter import count_shelves as counting
from kiosk.counter import label_paper, next_traits, relocate_here
from kiosk.counter import shelves as planning
from kiosk.parcels import shelf_map, view
from kiosk.parcels import traits as special
from kiosk.parcels.shelf_map import CLASS_WORDS, MOST_CAPACITY, SIZE_WORDS, MappedPlace, PlacePlan
from kiosk.parcels.traits import Trait
from kiosk.people.rights import Right
from kiosk.shelf_counts import store
from kiosk.shelf_counts.model import Answer, Find, FindKind, ShelfCount
from kiosk.storage import Reader, Tx
from web.api import parcel_shapes
from web.api.fields import LARGEST_ID, Asked, Flag, Items, Text, Told, Whole, Word, instant, row_id, said
from web.api.lists import Page, list_of, page
from web.api.once import Done, once
from web.api.once import said as answer
from web.api.operation import PREFIX, Room
from web.api.parcel_shapes import LONGEST_SCAN
from web.api.parcels import ID as PARCEL
from web.api.parcels import jobs_begun, require_own
from web.station import station

room = Room("shelves", "Where parcels lie: the map with its fill, moves, labels, counts.")
COUNT = f"<int(min=1, max={LARGEST_ID}):count_id>"
FIND = f"<int(min=1, max={LARGEST_ID}):find_id>"
_PLACE = "such as `3-2`"


class ShelfTold(Told):
    """One layer of a shelf."""

    shelf = said(doc=_PLACE)
    in_stock = said(fields.Integer, doc="parcels that lie there")
    capacity = said(fields.Integer, doc="how many it is meant for; never a limit")
    free = said(fields.Integer)
    shelf_class = said(doc="`general`, `fresh`, `fragile` or `valuable`")
    size_class = said(doc="`any`, `small` or `large`")
    is_resting = said(fields.Boolean, doc="takes nothing new")
    note = said()


class LyingTold(parcel_shapes.ParcelTold):
    """A parcel that lies at a place."""


class NewShelf(Asked):
    """A place and what it is for; one that is known is planned anew."""

    shelf = Text(12, shortest=3, required=True, doc=_PLACE)
    capacity = Whole(1, MOST_CAPACITY, load_default=None, allow_none=True, doc="else as the settings say")
    shelf_class = Word(tuple(CLASS_WORDS), load_default="general")
    size_class = Word(tuple(SIZE_WORDS), load_default="any")
    is_resting = Flag(load_default=False)
    note = Text(40, load_default="")


class Relocation(Asked):
    """Parcels to move to one place."""

    shelf = Text(12, shortest=3, required=True, doc=_PLACE)
    parcel_ids = Items(row_id(), relocate_here.MOST_AT_ONCE, least=1, required=True, doc="each is moved by itself")


class MovedTold(Told):
    """What became of one parcel."""

    id = said(fields.Integer)
    is_done = said(fields.Boolean)
    code = said()
    message = said()


class Traits(Asked):
    """What is special about a parcel, in place of what was noted."""

    traits = Items(Word(tuple(Trait)), 4, required=True, doc="`fresh`, `fragile`, `valuable`, `large` or `small`")


class TraitsTold(Told):
    """What is special about a parcel, and whether it lies where such parcels do."""

    id = said(fields.Integer)
    traits = fields.List(fields.String(), required=True)
    is_well_placed = said(fields.Boolean)


class StickerTold(Told):
    """A sticker that goes to the printer."""

    id = said(fields.Integer)
    slip_id = said(fields.Integer)
    print_job_id = said(fields.Integer)


class NewShelfCount(Asked):
    """A count to begin."""

    scope = Text(5, load_default="", doc="one shelf; `''` for the whole station")


class ShelfCountTold(Told):
    """A count; its figures are as it stands now, frozen once it is closed."""

    id = said(fields.Integer)
    state = said(doc="`counting`, `closed` or `cancelled`")
    scope = said()
    document_no = said(may_be_null=True)
    found = said(fields.Integer)
    wrong_slot = said(fields.Integer)
    gone = said(fields.Integer, doc="lie here and left by the book")
    unknown = said(fields.Integer, doc="lie here and never came by the book")
    missing = said(fields.Integer, doc="not seen; in an open count: not seen yet")
    moved_meanwhile = said(fields.Integer, doc="came back or were put elsewhere meanwhile: neither found nor missing")
    begun_at = instant()
    ended_at = instant(may_be_null=True)


class Sight(Asked):
    """One box that was scanned, and where."""

    code = Text(LONGEST_SCAN, shortest=1, required=True, doc="sticker, waybill or pickup code as scanned")
    shelf = Text(12, load_default="", doc="where it lies, such as `3-2`; `''` when nobody said")


class FindTold(Told):
    """One parcel of a count."""

    id = said(fields.Integer)
    kind = said(doc="`found`, `wrong_slot`, `gone`, `unknown` or `missing`")
    parcel_id = said(fields.Integer, may_be_null=True)
    pickup_code = said()
    waybill_no = said(doc="of one that never came; `''` otherwise and once erased")
    shelf = said(doc="where it was seen")
    book_shelf = said(doc="where it lay by the book")
    answer = said(doc="what was done about it, `''` for nothing yet")


class SightTold(FindTold):
    """What a scan came to."""

    code = said(doc="stable")
    message = said()


class WhichFinds(Asked):
    """Filters of the list."""

    kind = Word(tuple(FindKind), required=True)
    after = Whole(0, LARGEST_ID, is_query=True, load_default=0, doc="only those found after this id")


class FindAnswer(Asked):
    """What is done about a find."""

    act = Word(
        ("relocate", "check_in", "bring_back", "seen", "problem", "lost"),
        required=True,
        doc="wrong_slot: relocate; unknown: check_in; gone: bring_back or check_in; missing: seen, problem or lost",
    )


def told_place(one: MappedPlace) -> dict[str, Any]:
    """A place in JSON."""
    return {
        "shelf": str(one.place), "in_stock": one.in_stock, "capacity": one.capacity, "free": one.free,
        "shelf_class": one.plan.shelf_class, "size_class": one.plan.size_class, "is_resting": one.plan.is_resting,
        "note": one.plan.note,
    }  # fmt: skip


def told_count(db: Reader, found: ShelfCount) -> dict[str, Any]:
    """A count in JSON."""
    now = store.figures(db, found)
    return {
        "id": found.id, "state": found.state.value, "scope": found.scope, "document_no": found.document_no,
        "begun_at": found.begun_at, "ended_at": found.ended_at,
        **{name: getattr(now, name) for name in now.__slots__},
    }  # fmt: skip


def told_find(db: Reader, found: Find) -> dict[str, Any]:
    """A find in JSON."""
    code = view.parcel(db, found.parcel_id).pickup_code if found.parcel_id is not None else ""
    return {
        "id": found.id, "kind": found.kind.value, "parcel_id": found.parcel_id, "pickup_code": code,
        "waybill_no": found.waybill_no, "shelf": found.place, "book_shelf": found.book_place, "answer": found.answer,
    }  # fmt: skip


@room.reads("/shelves", list_of(ShelfTold), rights=[Right.READ])
def list_shelves() -> Response:
    """Every place with its fill, in the order in which intake goes through them."""
    with station().store.reading() as db:
        return answer({"items": [told_place(one) for one in shelf_map.the_map(db)], "next": None})


@room.acts("/shelves", ShelfTold, rights=[Right.MANAGE], asks=NewShelf, may_fail=())
def plan_shelf(asked: dict[str, Any]) -> Response:
    """Makes a place known, or says anew how much it holds and what it is for; what lies there stays."""
    facts = dict(asked)
    place = parse_shelf(facts.pop("shelf"))

    def act(tx: Tx) -> Done:
        planning.add_shelf(tx, place.shelf, place.layer)
        return Done(200, told_place(planning.plan_shelf(tx, place, PlacePlan(**facts))))

    return once(act)


@room.reads("/shelves/<string:shelf>/parcels", list_of(LyingTold), rights=[Right.READ], may_fail=(422,))
def list_shelf_parcels(shelf: str) -> Response:
    """What lies at a place. 404 `shelf.unknown`."""
    with station().store.reading() as db:
        mapped = shelf_map.mapped_place(db, parse_shelf(shelf))
        items = [parcel_shapes.told(view.show(db, row)) for row in shelf_map.lying_at(db, mapped.place)]
    return answer({"items": items, "next": None})


@room.acts("/parcels/relocate", list_of(MovedTold), rights=[Right.SERVE], asks=Relocation, may_fail=())
def relocate_parcels(asked: dict[str, Any]) -> Response:
    """Moves parcels to a place, with a result for each; their pickup codes stay and their labels are printed anew."""

    def act(tx: Tx) -> Done:
        done = relocate_here.relocate_many(tx, asked["parcel_ids"], asked["shelf"], under_way=jobs_begun)
        items = [
            {"id": one.parcel_id, "is_done": one.is_moved, "code": one.code, "message": str(one)} for one in done
        ]  # fmt: skip
        return Done(200, {"items": items, "next": None})

    return once(act)


@room.acts(f"/parcels/{PARCEL}/traits", TraitsTold, rights=[Right.BATCH], asks=Traits)
def note_parcel_traits(asked: dict[str, Any], parcel_id: int) -> Response:
    """Notes what is special about a parcel: where it may lie follows from it."""

    def act(tx: Tx) -> Done:
        require_own(tx, parcel_id)
        fits = next_traits.note_traits(tx, parcel_id, asked["traits"])
        now = sorted(trait.value for trait in special.of(tx, parcel_id))
        return Done(200, {"id": parcel_id, "traits": now, "is_well_placed": fits})

    return once(act)


@room.acts(f"/parcels/{PARCEL}/label", StickerTold, rights=[Right.BATCH])
def print_parcel_label(asked: dict[str, Any], parcel_id: int) -> Response:
    """Prints a parcel's sticker as it is now."""

    def act(tx: Tx) -> Done:
        require_own(tx, parcel_id)
        told = label_paper.print_label(tx, parcel_id)
        return Done(200, {"id": parcel_id, "slip_id": told.slip_id, "print_job_id": told.job_id})

    return once(act)


@room.acts("/shelf-counts", ShelfCountTold, rights=[Right.SERVE], asks=NewShelfCount, status=201, may_fail=(404, 409))
def begin_shelf_count(asked: dict[str, Any]) -> Response:
    """Begins a count, or answers with the one that goes on. 409 `shelf_count.other_scope` while another one does."""

    def act(tx: Tx) -> Done:
        found = counting.begin_count(tx, asked["scope"])
        return Done(201, told_count(tx, found), f"{PREFIX}/shelf-counts/{found.id}")

    return once(act)


@room.reads("/shelf-counts", list_of(ShelfCountTold), rights=[Right.READ], asks=Page)
def list_shelf_counts(asked: dict[str, Any]) -> Response:
    """Counts, newest first."""
    with station().store.reading() as db:
        found = store.counts(db, asked["before"] or LARGEST_ID, asked["limit"] + 1)
        items = [told_count(db, one) for one in found[: asked["limit"]]]
    return answer(page(items, asked, items[-1]["id"] if len(found) > len(items) else None))


@room.reads(f"/shelf-counts/{COUNT}", ShelfCountTold, rights=[Right.READ])
def show_shelf_count(count_id: int) -> Response:
    """One count with its figures."""
    with station().store.reading() as db:
        return answer(told_count(db, store.count(db, count_id)))


@room.reads(f"/shelf-counts/{COUNT}/finds", list_of(FindTold), rights=[Right.READ], asks=WhichFinds)
def list_shelf_count_finds(asked: dict[str, Any], count_id: int) -> Response:
    """What a count found, one kind at a time, in the order of finding; read on with `after`. What an open count has not
    seen yet is no find."""
    with station().store.reading() as db:
        store.count(db, count_id)
        kind = FindKind(asked["kind"])
        items = [told_find(db, one) for one in store.finds(db, count_id, kind, after_id=asked["after"] or 0)]
    return answer({"items": items, "next": None})


@room.acts("/shelf-counts/sights", SightTold, rights=[Right.SERVE], asks=Sight, may_fail=(404, 409))
def count_parcel(asked: dict[str, Any]) -> Response:
    """One box was scanned for the count that goes on. The same box again is no second one."""

    def act(tx: Tx) -> Done:
        place = parse_shelf(asked["shelf"]) if asked["shelf"] else None
        done = counting.count_scan(tx, recognise(asked["code"]), place)
        found = told_find(tx, store.find(tx, done.facts["find_id"]))
        return Done(200, found | {"code": done.code, "message": done.sentence})

    return once(act)


@room.acts(f"/shelf-counts/{COUNT}/close", ShelfCountTold, rights=[Right.SERVE])
def close_shelf_count(asked: dict[str, Any], count_id: int) -> Response:
    """Ends a count: what was not seen is missing, the report is printed. One that was closed stays as it is."""

    def act(tx: Tx) -> Done:
        return Done(200, told_count(tx, counting.close_count(tx, count_id)))

    return once(act)


@room.acts(f"/shelf-counts/{COUNT}/cancel", ShelfCountTold, rights=[Right.SERVE])
def cancel_shelf_count(asked: dict[str, Any], count_id: int) -> Response:
    """Gives a count up; nothing is missing by it."""

    def act(tx: Tx) -> Done:
        return Done(200, told_count(tx, counting.give_up_count(tx, count_id)))

    return once(act)


@room.acts(f"/shelf-counts/finds/{FIND}/answer", FindTold, rights=[Right.SERVE], asks=FindAnswer)
def answer_shelf_count_find(asked: dict[str, Any], find_id: int) -> Response:
    """Does something about a find. 409 `shelf_count.already_answered` when that was done before."""
    what = asked["act"]

    def act(tx: Tx) -> Done:
        if what == "relocate":
            counting.move_find(tx, find_id, under_way=jobs_begun)
        elif what == "check_in":
            counting.take_in_find(tx, find_id)
        elif what == "bring_back":
            counting.bring_back_find(tx, find_id, under_way=jobs_begun)
        else:
            counting.settle_missing(tx, find_id, Answer(what), under_way=jobs_begun)
        return Done(200, told_find(tx, store.find(tx, find_id)))

    return once(act)
