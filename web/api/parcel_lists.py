"""Lists of what a courier will bring, sent by their system: the same act as a file on the page, taken whole or not at all."""

from __future__ import annotations

from typing import Any

from flask import Response
from marshmallow import fields

from kiosk.codes import carriers
from kiosk.counter.take_list import drop_list, take_list
from kiosk.errors import Refused
from kiosk.parcel_lists import reading, store
from kiosk.parcel_lists.model import ROWS_A_TURN, Field, Grid, Purpose, Row, TakenList
from kiosk.parcels.names import read_dictionary
from kiosk.people.rights import Right
from kiosk.storage import Actor, Reader, Tx
from kiosk.words import N_
from web.api import parcel_shapes
from web.api.door import caller
from web.api.fields import LARGEST_ID, Asked, Items, Text, Told, instant, said
from web.api.lists import Page, list_of, page
from web.api.once import Done, once
from web.api.once import said as answer
from web.api.operation import PREFIX, Room
from web.station import station

room = Room("parcel-lists", "Lists of parcels that a courier will bring: what intake checks off.")
ID = f"<int(min=1, max={LARGEST_ID}):list_id>"
HEADS = ("waybill_no", "phone", "name_hint")
COLUMNS = {Field.WAYBILL: 0, Field.PHONE: 1, Field.NAME: 2}


class ParcelListRow(Asked):
    """One parcel of the list."""

    waybill_no = Text(parcel_shapes.LONGEST_SCAN, shortest=1, required=True, doc="as on the label")
    phone = Text(60, load_default="", doc="full, virtual (`number-extension`), masked or a tail")
    name_hint = Text(60, load_default="", doc="the recipient's name as far as it is known")


class ParcelListAsked(Asked):
    """A carrier's list."""

    carrier = Text(40, shortest=1, required=True, doc="any known code or name: a list is one carrier's")
    rows = Items(fields.Nested(ParcelListRow), ROWS_A_TURN, least=1, required=True)


class ParcelListTold(Told):
    """A list that was taken in, and how far it has arrived."""

    id = said(fields.Integer)
    purpose = said(doc="`expected` or `opening_stock`")
    carrier = said(doc="'' for several")
    pieces = said(fields.Integer, doc="parcels that were new")
    skipped = said(fields.Integer, doc="rows whose parcels were here or noted before")
    awaited = said(fields.Integer)
    arrived = said(fields.Integer)
    taken_at = instant()
    dropped_at = instant(may_be_null=True)


class ParcelListDropped(Told):
    """A list that was called back."""

    id = said(fields.Integer)
    dropped = said(fields.Integer, doc="parcels that are awaited no more")


@room.acts("/parcel-lists", ParcelListTold, rights=[Right.BATCH], asks=ParcelListAsked, status=201, may_fail=(409,))
def take_parcel_list(asked: dict[str, Any]) -> Response:
    """Takes a list whole or not at all. 422 `list.has_faults` tells every fault with its row, the first row being 1
    (`faults`: `row`, `field`, `code`, `message`); 409 `list.nothing_new` when every row was noted before."""
    read_dictionary(" ".join(one["name_hint"] for one in asked["rows"]))
    grid = Grid(
        HEADS,
        tuple(
            Row(number, tuple(reading.clean(one[head]) for head in HEADS))
            for number, one in enumerate(asked["rows"], 1)
        ),
    )
    carrier = carriers.find_by_any_code(asked["carrier"]).code

    def act(tx: Tx) -> Done:
        found = take_list(tx, grid, COLUMNS, Purpose.EXPECTED, carrier=carrier, remembers=False)
        return Done(201, _told(found), f"{PREFIX}/parcel-lists/{found.id}")

    return once(act)


@room.reads("/parcel-lists", list_of(ParcelListTold), rights=[Right.BATCH, Right.READ], asks=Page)
def list_parcel_lists(asked: dict[str, Any]) -> Response:
    """Lists, newest first. A courier's token sees those it sent itself."""
    own = caller().id if _is_courier(caller()) else None
    with station().store.reading() as db:
        found = store.newest(db, asked["before"] or LARGEST_ID, asked["limit"] + 1, token_id=own)
    shown = found[: asked["limit"]]
    return answer(page([_told(one) for one in shown], asked, shown[-1].id if len(found) > len(shown) else None))


@room.reads(f"/parcel-lists/{ID}", ParcelListTold, rights=[Right.BATCH, Right.READ])
def show_parcel_list(list_id: int) -> Response:
    """One list. A courier's token sees those it sent itself."""
    with station().store.reading() as db:
        return answer(_told(_own(db, list_id)))


@room.acts(f"/parcel-lists/{ID}/drop", ParcelListDropped, rights=[Right.BATCH])
def drop_parcel_list(asked: dict[str, Any], list_id: int) -> Response:
    """A list that was sent by mistake: what has not arrived is awaited no more."""

    def act(tx: Tx) -> Done:
        _own(tx, list_id)
        return Done(200, {"id": list_id, "dropped": drop_list(tx, list_id)})

    return once(act)


def _own(db: Reader, list_id: int) -> TakenList:
    found = store.find(db, list_id)
    if _is_courier(caller()) and (found.taken_by_kind, found.taken_by_id) != ("token", caller().id):
        raise Refused("list.not_yours", N_("这张清单不是用这个令牌导入的，没有显示，也没有改动"))
    return found


def _is_courier(actor: Actor) -> bool:
    return actor.role == "courier"


def _told(found: TakenList) -> dict[str, Any]:
    return {
        "id": found.id, "purpose": found.purpose.value, "carrier": found.carrier, "pieces": found.pieces,
        "skipped": found.skipped, "awaited": found.awaited, "arrived": found.arrived, "taken_at": found.taken_at,
        "dropped_at": found.dropped_at,
    }  # fmt: skip
