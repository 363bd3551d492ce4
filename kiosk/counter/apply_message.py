"""Does what a message of the county asks for, in the transaction that takes it: all of it and the message applied, or nothing
and the message parked. The station acts for itself here; what only a person may decide (publish fees, show an announcement)
waits for one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kiosk import clock, outbox, shifts
from kiosk.codes import parse_phone, recognise, waybill_of
from kiosk.counter.county_gatherings import note_gathering
from kiosk.errors import Refused
from kiosk.inbox import actions, keys, store, topics
from kiosk.inbox.message import Incoming
from kiosk.parcels import expected, intake
from kiosk.people.rights import Right, require
from kiosk.reports import daily
from kiosk.reports import store as reports
from kiosk.storage import Reader, Tx
from kiosk.words import N_

#: What became of a requested day: words for the page.
BECAME_WORDS: Mapping[str, str] = {
    "sent_again": N_("又排队上报了"),
    "queued": N_("正在排队上报"),
    "acknowledged": N_("县里已给过回执，请把回执号报给县里"),
    "still_open": N_("这一天还没有日结"),
    "no_day": N_("这一天没有营业，没有日报"),
    "not_yet": N_("这一天还没到"),
}
#: What a person must see to; the others go on by themselves.
NEEDS_A_PERSON = frozenset({"acknowledged", "still_open", "no_day"})
#: At most so many lines that do not do are named in what came of a list.
MOST_NAMED = 20


def apply_message(tx: Tx, incoming: Incoming) -> int:
    """Takes the next message and does what it asks for; returns its id.

    Raises ``Refused`` with the codes of ``topics.read`` and of the acts themselves; the entry point then parks the message
    in a transaction of its own. The message must be the ``next`` one.
    """
    content = topics.read(incoming.topic, incoming.content)
    message_id = actions.keep(tx, incoming)
    actions.settle(tx, message_id, _apply(tx, incoming.sequence, incoming.topic, content))
    return message_id


def try_again(tx: Tx, message_id: int) -> None:
    """A person has a parked message tried once more: the station can do now what it couldn't then.

    Raises ``Refused`` with ``staff.not_allowed``, ``message.unknown``, ``message.not_parked``, ``message.not_kept`` (it may
    name people: the county sends it anew) and those of the act.
    """
    require(tx.actor, Right.MANAGE)
    found = store.message(tx, message_id)
    if found.state != "parked":
        raise Refused("message.not_parked", N_("这条消息已经照办了，没有再做一遍"))
    if found.payload is None:
        raise Refused(
            "message.not_kept", N_("这条消息可能写有个人信息，没有留存原文；请县里重新发一条，没有改动任何内容")
        )  # fmt: skip
    if found.content is None:
        raise Refused(
            "message.content_unreadable",
            N_("消息里的 {place} 看不懂；已告诉县中心，没有改动任何内容"),
            place=found.topic,
        )
    actions.settle(tx, message_id, _apply(tx, found.sequence, found.topic, found.content))


def _apply(tx: Tx, sequence: int, topic: str, content: topics.Content) -> Mapping[str, Any]:
    match content:
        case topics.ParcelsExpected():
            return _expect(tx, content)
        case topics.DaysRequested():
            return {"days": [_ask_for(tx, day) for day in content.business_on]}
        case topics.Gathering():
            return note_gathering(tx, topic, content)
        case topics.KeyRotated():
            key = keys.rotate(tx, content.public_key, sequence + 1)
            return {"key_id": key.id}
        case _:  # read, shown and compared by people
            return {}


def _expect(tx: Tx, content: topics.ParcelsExpected) -> Mapping[str, Any]:
    """Each parcel that can be noted is; one that is known already is nothing new; what does not do is named by its line.

    Raises the first line's refusal when no line does."""
    business_on = shifts.date_of_act(tx)
    noted: list[int] = []
    known = 0
    wrong: list[tuple[int, Refused]] = []
    for number, one in enumerate(content.items, 1):
        tx.execute("SAVEPOINT one_line")
        try:
            noted.append(_expect_one(tx, business_on, one))
        except Refused as refused:
            tx.execute("ROLLBACK TO one_line")
            if refused.code in ("parcel.already_expected", "parcel.already_in_stock"):
                known += 1
            else:
                wrong.append((number, refused))
        tx.execute("RELEASE one_line")
    if wrong and not noted and not known:
        raise Refused(
            "expected.line_wrong",
            N_("第 {line} 行不能登记，没有登记任何一件；已告诉县中心"),
            line=wrong[0][0],
            place=f"items[{wrong[0][0]}]",
            because=wrong[0][1].code,
        )
    return {
        "noted": len(noted), "known": known, "wrong": len(wrong),
        "lines": [[number, refused.code] for number, refused in wrong[:MOST_NAMED]],
    }  # fmt: skip


def _expect_one(tx: Tx, business_on: str, one: topics.ExpectedParcel) -> int:
    recognised = recognise(one.waybill)
    waybill_of(recognised, book_is_parcel=False)
    entry = parse_phone(one.phone) if one.phone else None
    person = intake.recipient(tx, entry, None, one.name)
    return expected.note_expected(
        tx, business_on, recognised, person, carrier=one.carrier or None, source=expected.Source.COUNTY
    )


def _ask_for(tx: Tx, business_on: str) -> Mapping[str, Any]:
    """Has the reports of one day sent again, as far as they have not arrived."""
    sequences = []
    became = ""
    for one in _messages_of(tx, business_on):
        sequences.append(one.sequence)
        if one.state == "acknowledged":
            became = became or "acknowledged"
        else:
            became = "sent_again" if outbox.send_again(tx, one.id) or became == "sent_again" else "queued"
    return {"business_on": business_on, "became": became or _why_none(tx, business_on), "sequences": sequences}


def _messages_of(db: Reader, business_on: str) -> list[outbox.Message]:
    sent = (daily.message_of(db, report) for report in reports.of_date(db, business_on))
    return [message for message in sent if message is not None]


def _why_none(db: Reader, business_on: str) -> str:
    day = shifts.open_day(db)
    if day is not None and day.business_on == business_on:
        return "still_open"
    today = clock.local_date(db.settings.station.zone).isoformat()
    return "no_day" if business_on <= today else "not_yet"


def standing_of(db: Reader, business_on: str) -> tuple[str, tuple[outbox.Message, ...]]:
    """How a requested day stands now, with its messages: a key of ``BECAME_WORDS``."""
    sent = tuple(_messages_of(db, business_on))
    if not sent:
        return _why_none(db, business_on), ()
    return ("acknowledged" if all(one.state == "acknowledged" for one in sent) else "queued"), sent
