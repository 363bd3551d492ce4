"""What lies here too long and what is on its way, by API: ages, calls, the group's text, what goes back, announcements. The
acts are the counter's own; nothing is decided here."""

from __future__ import annotations

from typing import Any

from flask import Response
from marshmallow import fields

from kiosk.counter import expect, remind
from kiosk.parcels import overdue as aging
from kiosk.parcels import view
from kiosk.parcels.expected import Source
from kiosk.parcels.names import read_dictionary
from kiosk.people.rights import Right
from kiosk.storage import Tx
from web.api import parcel_shapes
from web.api.fields import LARGEST_ID, Asked, Items, Text, Told, Whole, Word, row_id, said
from web.api.lists import MOST_ITEMS, USUAL_ITEMS, list_of
from web.api.once import Done, once
from web.api.once import said as answer
from web.api.operation import Room
from web.api.parcel_shapes import LONGEST_SCAN
from web.api.parcels import ID, require_own
from web.station import station

room = Room("overdue", "Parcels that wait too long, who was told of them, and parcels that are on their way.")
NOTICE = f"<int(min=1, max={LARGEST_ID}):notice_id>"
_DATE = r"\d{4}-\d{2}-\d{2}"


class WhichOverdue(Asked):
    """How old, and where to read on."""

    days = Whole(
        0, 999, is_query=True, load_default=None, allow_none=True, doc="at least so many; else as the settings say"
    )
    after_on = Text(10, pattern=rf"({_DATE})?", load_default="", doc="read on after this `checked_in_on` …")
    after = Whole(1, LARGEST_ID, is_query=True, load_default=None, allow_none=True, doc="… and this id")
    limit = Whole(1, MOST_ITEMS, is_query=True, load_default=USUAL_ITEMS, doc="items a page")


class OverdueTold(parcel_shapes.ParcelTold):
    """A parcel that waits, with its age in `kept_days`."""


class Several(Asked):
    """Parcels by their ids."""

    parcel_ids = Items(row_id(), MOST_ITEMS, least=1, required=True)


class MarkedTold(Told):
    """What became of one parcel."""

    id = said(fields.Integer)
    is_done = said(fields.Boolean)
    code = said()
    message = said()


class CallerTold(Told):
    """Somebody who is to be called, masked."""

    parcel_id = said(fields.Integer, doc="the first of them names the person")
    masked_name = said()
    masked_phone = said()
    parcel_ids = fields.List(fields.Integer(), required=True)
    kept_days = said(fields.Integer, doc="of the oldest")
    reminder = said(doc="`reminder_1`, `reminder_2` or `reminder_3` (overdue)")
    calls_in_vain = said(fields.Integer)


class Call(Several):
    """A call that was made."""

    outcome = Word(remind.OUTCOMES, required=True)


class NoticesTold(Told):
    """Notices that were written down."""

    notice_ids = fields.List(fields.Integer(), required=True)


class TakenBack(Told):
    """A notice that was noted by mistake."""

    id = said(fields.Integer)
    state = said()
    result = said()


class HowOld(Asked):
    """From which age on."""

    days = Whole(0, 999, is_query=True, load_default=1)


class GroupTextTold(Told):
    """The text to paste, and the parcels that it is about."""

    text = said(doc="masked: no code, no waybill, tails only")
    parcel_ids = fields.List(fields.Integer(), required=True)


class ManyOfGroup(Asked):
    """Parcels of the text that was pasted."""

    parcel_ids = Items(row_id(), remind.MOST_IN_GROUP, least=1, required=True)


class Announcement(Asked):
    """One parcel that is on its way."""

    waybill_no = Text(LONGEST_SCAN, shortest=1, required=True)
    phone = Text(60, load_default="", doc="full, virtual or a tail")
    name_hint = Text(60, load_default="")


class Announcements(Asked):
    """A list of parcels that are on their way: all of it or nothing."""

    parcels = Items(fields.Nested(Announcement), expect.MOST_AT_ONCE, least=1, required=True)
    carrier = Text(40, load_default=None, allow_none=True, doc="any known code or name; else the numbers speak")
    source = Word(list(Source), load_default=None, allow_none=True, doc="who says so")
    due_on = Text(10, pattern=rf"({_DATE})?", load_default="", doc="the day on which they are to come")


class ExpectedTold(Told):
    """What was announced, in the order of the list."""

    parcel_ids = fields.List(fields.Integer(), required=True)


class DroppedTold(Told):
    """A parcel that will not come."""

    id = said(fields.Integer)
    state = said()


@room.reads("/overdue", list_of(OverdueTold), rights=[Right.READ], asks=WhichOverdue)
def list_overdue(asked: dict[str, Any]) -> Response:
    """What is in stock since so many days, the oldest first."""
    with station().store.reading() as db:
        least = station().settings.parcels.overdue_days if asked["days"] is None else asked["days"]
        after = (asked["after_on"], asked["after"]) if asked["after_on"] and asked["after"] else None
        rows, more = aging.aged(db, least, after=after, limit=asked["limit"])
        items = [parcel_shapes.told(view.show(db, row)) for row in rows]
    following = (
        f"/api/v1/overdue?days={least}&limit={asked['limit']}&after_on={more[0]}&after={more[1]}" if more else None
    )
    return answer({"items": items, "next": following})


@room.acts("/overdue/to-return", list_of(MarkedTold), rights=[Right.SERVE], asks=Several, may_fail=())
def mark_overdue_to_return(asked: dict[str, Any]) -> Response:
    """Puts parcels that nobody wants on the list of those that go back with their carrier, with a result for each."""

    def act(tx: Tx) -> Done:
        items = [
            {"id": one.parcel_id, "is_done": one.is_done, "code": one.code, "message": one.message}
            for one in remind.mark_many_to_return(tx, asked["parcel_ids"])
        ]
        return Done(200, {"items": items, "next": None})

    return once(act)


@room.reads("/overdue/calls", list_of(CallerTold), rights=[Right.READ])
def list_people_to_call() -> Response:
    """Who is to be reminded, those who wait longest first."""
    with station().store.reading() as db:
        callers, _beyond = remind.call_list(db, MOST_ITEMS)
        items = [
            {
                "parcel_id": one.person.parcel_id, "masked_name": one.person.masked_name,
                "masked_phone": one.person.masked_phone, "parcel_ids": list(one.person.parcel_ids),
                "kept_days": one.days, "reminder": one.reminder, "calls_in_vain": one.not_reached,
            }
            for one in callers
        ]  # fmt: skip
    return answer({"items": items, "next": None})


@room.acts("/overdue/calls", NoticesTold, rights=[Right.SERVE], asks=Call, status=201, may_fail=(404, 409))
def note_call(asked: dict[str, Any]) -> Response:
    """Writes down a call about one person's parcels: `reached` ends the reminder, `not_reached` leaves it on the list."""
    return once(
        lambda tx: Done(
            201, {"notice_ids": remind.note_calls(tx, asked["parcel_ids"], asked["outcome"])}, "/api/v1/overdue/calls"
        )
    )


@room.reads("/overdue/group-text", GroupTextTold, rights=[Right.SERVE], asks=HowOld)
def show_group_text(asked: dict[str, Any]) -> Response:
    """The text for the village's group, masked."""
    with station().store.reading() as db:
        text, parcel_ids = remind.for_group(db, asked["days"])
    return answer({"text": text, "parcel_ids": parcel_ids})


@room.acts("/overdue/group-text", NoticesTold, rights=[Right.SERVE], asks=ManyOfGroup, status=201, may_fail=())
def note_group_text(asked: dict[str, Any]) -> Response:
    """Writes down that the text was pasted; what left meanwhile is passed over."""
    return once(
        lambda tx: Done(
            201, {"notice_ids": remind.note_group_text(tx, asked["parcel_ids"])}, "/api/v1/overdue/group-text"
        )
    )


@room.acts(f"/notices/{NOTICE}/take-back", TakenBack, rights=[Right.SERVE])
def take_notice_back(asked: dict[str, Any], notice_id: int) -> Response:
    """A call or group text was noted by mistake, on the same business day; the reminder waits again."""

    def act(tx: Tx) -> Done:
        found = remind.take_back_told(tx, notice_id)
        return Done(200, {"id": found.id, "state": found.state.value, "result": found.result})

    return once(act)


@room.acts("/parcels/expected", ExpectedTold, rights=[Right.BATCH], asks=Announcements, status=201, may_fail=(404, 409))
def announce_parcels(asked: dict[str, Any]) -> Response:
    """Writes down parcels that are on their way; intake checks them off. 422 `expected.line_wrong` names the first line
    that does not do (`line`, `because`): nothing of the list is kept then."""
    read_dictionary(" ".join(one["name_hint"] for one in asked["parcels"]))
    announced = [expect.Announced(one["waybill_no"], one["phone"], one["name_hint"]) for one in asked["parcels"]]

    def act(tx: Tx) -> Done:
        made = expect.expect_parcels(
            tx, announced, carrier=asked["carrier"], source=asked["source"] or "", due_on=asked["due_on"]
        )  # fmt: skip
        return Done(201, {"parcel_ids": made}, "/api/v1/parcels?state=expected")

    return once(act)


@room.acts(f"/parcels/{ID}/drop-expected", DroppedTold, rights=[Right.BATCH])
def drop_announced_parcel(asked: dict[str, Any], parcel_id: int) -> Response:
    """A parcel that was announced will not come."""

    def act(tx: Tx) -> Done:
        require_own(tx, parcel_id)
        expect.drop_expected(tx, parcel_id)
        return Done(200, {"id": parcel_id, "state": "undone"})

    return once(act)
