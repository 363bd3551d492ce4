"""Intake batches: what a courier's handheld opens, fills and closes."""

from __future__ import annotations

from typing import Any

from flask import Response
from marshmallow import fields

from kiosk.counter.close_batch import close_batch
from kiosk.counter.open_batch import open_batch
from kiosk.parcels import batches
from kiosk.parcels.batches import MOST_DECLARED, PRINT_MODES, Batch
from kiosk.people.rights import Right
from kiosk.storage import Tx
from web.api.fields import LARGEST_ID, Asked, Flag, Text, Told, Whole, Word, instant, said
from web.api.lists import Page, list_of, page
from web.api.once import Done, once
from web.api.once import said as answer
from web.api.operation import PREFIX, Room
from web.station import station

room = Room("batches", "Intake batches: what one courier brings at once.")
ID = f"<int(min=1, max={LARGEST_ID}):batch_id>"


class NewBatch(Asked):
    """A batch to begin."""

    carrier = Text(40, required=True, doc="any known code or name; `OTHER` or `''` when the courier brings several")
    courier = Text(40, load_default="", doc="the courier's name")
    declared = Whole(0, MOST_DECLARED, load_default=None, allow_none=True, doc="pieces the courier says there are")
    shelf = Text(
        12, load_default=None, allow_none=True, doc="where to begin, such as `3-2`; else where the last batch stopped"
    )
    print_mode = Word(
        PRINT_MODES, load_default=None, allow_none=True, doc="when slips are printed; else as the settings say"
    )
    is_opening_stock = Flag(load_default=False, doc="parcels that lie on the shelves already: no notices")


class BatchTold(Told):
    """An intake batch."""

    id = said(fields.Integer)
    carrier = said(doc="carrier code, `''` for several")
    state = said(doc="`open` or `closed`")
    declared = said(fields.Integer, may_be_null=True)
    counted = said(fields.Integer, doc="checked in and not undone")
    undone = said(fields.Integer)
    difference = said(fields.Integer, may_be_null=True, doc="counted less declared")
    shelf = said(doc="where the next parcel goes")
    print_mode = said()
    is_opening_stock = said(fields.Boolean)
    opened_at = instant()
    opened_on = said(doc="business date")
    closed_at = instant(may_be_null=True)


class BatchClosed(BatchTold):
    """A batch that has ended."""

    slips_printed = said(fields.Integer, doc="slips that waited for the end of the batch and go to the printer now")
    slips_left = said(fields.Integer, doc="slips that still wait; closing again prints on")
    manifest_id = said(
        fields.Integer, may_be_null=True, doc="the list that the courier signs; null for a batch of nothing"
    )


class WhichBatches(Page):
    """Filters of the list."""

    state = Word(("open", "closed"), doc="only these")


def told(batch: Batch) -> dict[str, Any]:
    """A batch in JSON."""
    return {
        "id": batch.id, "carrier": batch.carrier, "state": "open" if batch.is_open else "closed",
        "declared": batch.declared, "counted": batch.counted, "undone": batch.undone, "difference": batch.difference,
        "shelf": str(batch.place), "print_mode": batch.print_mode, "is_opening_stock": batch.is_opening_stock,
        "opened_at": batch.opened_at, "opened_on": batch.opened_on, "closed_at": batch.closed_at,
    }  # fmt: skip


@room.acts("/batches", BatchTold, rights=[Right.BATCH], asks=NewBatch, status=201)
def begin_batch(asked: dict[str, Any]) -> Response:
    """Begins an intake batch."""

    def act(tx: Tx) -> Done:
        batch = open_batch(tx, **asked)
        return Done(201, told(batch), f"{PREFIX}/batches/{batch.id}")

    return once(act)


@room.reads("/batches", list_of(BatchTold), rights=[Right.READ, Right.BATCH], asks=WhichBatches)
def list_batches(asked: dict[str, Any]) -> Response:
    """Batches, newest first."""
    before = asked["before"] or LARGEST_ID
    with station().store.reading() as db:
        if asked["state"] == "open":
            found = [batch for batch in reversed(batches.open_batches(db)) if batch.id < before][: asked["limit"] + 1]
        else:
            found = batches.batches(db, asked["limit"] + 1, before)
    shown = found[: asked["limit"]]
    following = shown[-1].id if len(found) > len(shown) else None
    items = [told(batch) for batch in shown if asked["state"] is None or batch.is_open == (asked["state"] == "open")]
    return answer(page(items, asked, following))


@room.reads(f"/batches/{ID}", BatchTold, rights=[Right.READ, Right.BATCH])
def show_batch(batch_id: int) -> Response:
    """One batch with its counts."""
    with station().store.reading() as db:
        return answer(told(batches.batch(db, batch_id)))


@room.acts(f"/batches/{ID}/close", BatchClosed, rights=[Right.BATCH], may_fail=())
def end_batch(asked: dict[str, Any], batch_id: int) -> Response:
    """Ends a batch; its difference to the declared count is kept.

    A batch that has ended stays as it is.
    """

    def act(tx: Tx) -> Done:
        done = close_batch(tx, batch_id)
        return Done(
            200,
            told(done.batch)
            | {"slips_printed": done.printed, "slips_left": done.left, "manifest_id": done.manifest_id},
        )

    return once(act)
