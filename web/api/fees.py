"""The published fees by API: the versions, the draft of the next one with everything that is wrong with it, publishing."""

from __future__ import annotations

from typing import Any

from flask import Response
from marshmallow import fields

from kiosk import clock, shifts
from kiosk import fees as published
from kiosk.errors import Refused
from kiosk.fees import board, document
from kiosk.fees.model import RULES, SERVICES, Draft, FeeVersion
from kiosk.people.rights import Right
from kiosk.storage import Reader, Tx
from kiosk.words import N_, say
from web.api.fields import Asked, Inner, Items, Text, Told, Whole, instant, row_id, said
from web.api.lists import list_of
from web.api.once import Done, once
from web.api.once import said as answer
from web.api.operation import PREFIX, Room
from web.station import station

room = Room("fees", "The published fees: what nobody may charge otherwise.")


class TierToSave(Asked):
    """One step of a fee by tiers; the last one has no `up_to`."""

    up_to = Text(12, doc="yuan such as `50.00`, or whole grams where the rule goes by weight")
    fee = Text(12, required=True, doc="yuan such as `1.00`")


class FeeItemToSave(Asked):
    """One line of the list, as it is typed: what can't be read is kept and named, not refused."""

    code = Text(60, load_default="", doc="by which services look the fee up, such as `purchase` or `bill.mobile`")
    name_zh = Text(60, load_default="")
    service = Text(20, load_default="", doc="one of " + ", ".join(f"`{name}`" for name in SERVICES))
    unit = Text(60, load_default="")
    rule = Text(40, load_default="", doc="one of " + ", ".join(f"`{name}`" for name in RULES))
    amount = Text(12, doc="yuan a unit or a day")
    percent = Text(8, doc="such as `3%`")
    min = Text(12, doc="the least that is charged, yuan")
    max = Text(12, doc="the most that is charged, yuan")
    free_allowance = Text(12, doc="what is free each time: whole units, or yuan where the rule is a percentage")
    free_days = Whole(0, 365)
    tiers = Items(Inner(TierToSave), document.MOST_TIERS)
    basis = Text(60, doc="of this item where it is another than the list's")
    approver = Text(60, doc="of this item where it is another than the list's")


class FeeDraftToSave(Asked):
    """The whole list that is being written."""

    revision = Whole(1, 2**31, load_default=None, allow_none=True, doc="the one that was read; null for a new draft")
    effective_on = Text(10, load_default="")
    basis = Text(60, load_default="")
    approver = Text(60, load_default="")
    items = Items(Inner(FeeItemToSave), document.MOST_ITEMS, load_default=list)


class FeeDraftRevision(Asked):
    """Which draft is meant: the one that was read."""

    revision = row_id(required=True)


class FeeItemTold(Told):
    """One line of the fee board."""

    code = said()
    name_zh = said()
    service = said()
    unit = said()
    rule = said()
    terms = said(fields.Dict, doc="the rule's numbers: fen, ten-thousandths, grams, days")
    words = said(doc="as villagers read it, in the language asked for")
    basis = said(doc="of this item; empty where it is the list's")
    approver = said()
    warning = said(doc="what staff must be told of it; empty for most")


class FeesTold(Told):
    """A published, frozen version."""

    number = said(fields.Integer, doc="of the version")
    effective_on = said()
    basis = said()
    approver = said()
    published_at = instant()
    hash = said()
    state = said(doc="`in_force`, `upcoming` or `past` on the open business day")
    items = fields.List(fields.Nested(FeeItemTold), required=True)


class FeeMistakeTold(Told):
    """One thing that is wrong in a draft."""

    place = said(doc="such as `items[2].amount`, counted from 1")
    detail = said()


class FeeDraftTold(Told):
    """The draft, as it was typed."""

    revision = said(fields.Integer)
    changed_at = instant()
    effective_on = said()
    basis = said()
    approver = said()
    items = fields.List(fields.Dict(), required=True)
    mistakes = fields.List(fields.Nested(FeeMistakeTold), required=True, metadata={"description": "none: publishable"})


class FeeDraftDiscarded(Told):
    """The draft has ended unpublished."""

    revision = said(fields.Integer)


@room.reads("/fees", list_of(FeesTold), rights=[Right.READ, Right.SHOW])
def list_fee_versions() -> Response:
    """Every published version, newest first."""
    with station().store.reading() as db:
        business_on = _today(db)
        current = published.current(db, business_on)
        items = [_told(version, business_on, current) for version in published.versions(db)]
    return answer({"items": items, "next": None})


@room.reads("/fees/current", FeesTold, rights=[Right.READ, Right.SHOW], may_fail=(404,))
def show_fees() -> Response:
    """The fee version in force, as it was published: what nobody may charge otherwise."""
    with station().store.reading() as db:
        business_on = _today(db)
        found = published.current(db, business_on)
    if found is None:
        raise Refused("fees.unknown", N_("还没有公示价目；请站长先在价目表页写好、公示"))
    return answer(_told(found, business_on, found))


@room.reads("/fees/<int:number>", FeesTold, rights=[Right.READ, Right.SHOW])
def show_fee_version(number: int) -> Response:
    """One version."""
    with station().store.reading() as db:
        business_on = _today(db)
        found, current = published.numbered(db, number), published.current(db, business_on)
    if found is None:
        raise _no_version(number)
    return answer(_told(found, business_on, current))


@room.reads("/fees/draft", FeeDraftTold, rights=[Right.MANAGE], may_fail=(404,))
def show_fee_draft() -> Response:
    """The list that is being written."""
    with station().store.reading() as db:
        draft = published.open_draft(db)
    if draft is None:
        raise Refused("fees.no_draft", N_("现在没有价目表草稿；保存一份就是新的草稿"))
    return answer(_draft(draft))


@room.acts("/fees/draft", FeeDraftTold, rights=[Right.MANAGE], asks=FeeDraftToSave)
def save_fee_draft(asked: dict[str, Any]) -> Response:
    """Keeps the draft whole, readable or not, and says everything that is wrong with it. Charges nothing."""
    content = {name: value for name, value in asked.items() if name != "revision"}
    return once(lambda tx: Done(200, _draft(published.save_draft(tx, asked["revision"], content))))


@room.acts("/fees/draft/discard", FeeDraftDiscarded, rights=[Right.MANAGE], asks=FeeDraftRevision)
def discard_fee_draft(asked: dict[str, Any]) -> Response:
    """Ends the draft unpublished."""

    def act(tx: Tx) -> Done:
        published.discard_draft(tx, asked["revision"])
        return Done(200, {"revision": asked["revision"]})

    return once(act)


@room.acts("/fees/publish", FeesTold, rights=[Right.MANAGE], asks=FeeDraftRevision, status=201)
def publish_fees(asked: dict[str, Any]) -> Response:
    """Freezes the draft as the next version, in force from its date on."""

    def act(tx: Tx) -> Done:
        number = published.publish_draft(tx, asked["revision"])
        version, business_on = published.numbered(tx, number), _today(tx)
        assert version is not None  # noqa: S101 - it has just been published
        body = _told(version, business_on, published.current(tx, business_on))
        return Done(201, body, f"{PREFIX}/fees/{number}")

    return once(act)


def _today(db: Reader) -> str:
    day = shifts.open_day(db)
    return day.business_on if day else clock.local_date(station().settings.station.zone).isoformat()


def _told(version: FeeVersion, business_on: str, current: FeeVersion | None) -> dict[str, Any]:
    state = "past"
    if version.effective_on > business_on:
        state = "upcoming"
    elif current is not None and current.number == version.number:
        state = "in_force"
    names = ("number", "effective_on", "basis", "approver", "published_at", "hash")
    items = [
        {
            "code": item.code, "name_zh": item.name_zh, "service": item.service, "unit": item.unit, "rule": item.rule,
            "terms": dict(item.terms), "words": board.in_words(item), "basis": item.basis, "approver": item.approver,
            "warning": say(item.warning) if item.warning else "",
        }
        for item in version.items
    ]  # fmt: skip
    return {name: getattr(version, name) for name in names} | {"state": state, "items": items}


def _draft(draft: Draft) -> dict[str, Any]:
    _list, mistakes = document.read(draft.content)
    head = {name: str(draft.content.get(name, "")) for name in ("effective_on", "basis", "approver")}
    return head | {
        "revision": draft.revision, "changed_at": draft.changed_at, "items": draft.content.get("items", []),
        "mistakes": [{"place": mistake.place, "detail": say(mistake.words)} for mistake in mistakes],
    }  # fmt: skip


def _no_version(number: int) -> Refused:
    return Refused("fees.unknown_version", N_("没有第 {number} 版价目表，请核对版本"), number=number)
