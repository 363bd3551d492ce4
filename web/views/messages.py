"""What the county says (县里来信): the list with what each message brought about, one message, the key by which all are
believed. Reading changes nothing but the mark of whoever reads."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from kiosk import clock, fees
from kiosk.counter import apply_message, fee_proposal
from kiosk.errors import Refused
from kiosk.fees import board, preview
from kiosk.inbox import actions, keys, store, topics
from kiosk.inbox.store import Message
from kiosk.people import staff
from kiosk.people.rights import Right
from kiosk.storage import Reader, Tx
from kiosk.words import N_
from web import acts
from web.acts import Done
from web.message_words import line_words, reason_words, standing_words, title
from web.routes import act, page
from web.row_ids import row_id
from web.station import session, station

messages = Blueprint("messages", __name__)
SHOWN = 40
LAMP = "county_messages"


@page(
    messages, "/messages", N_("县里来信"), place="more", hint=N_("县里的通知、价目建议、培训活动、在途快件、催报和排名")
)
def all_messages() -> ResponseReturnValue:
    topic, state = request.args.get("topic", ""), request.args.get("state", "")
    topic, state = topic if topic in topics.TOPIC_WORDS else "", "parked" if state == "parked" else ""
    before = row_id(request.args.get("before", "")) or 2**62
    with station().store.reading() as db:
        found = store.messages(db, topic=topic, state=state, before_id=before, limit=SHOWN + 1)
        shown = found[:SHOWN]
        rankings = store.rankings(db, 1)
        return render_template(
            "messages/list.html", shown=[(one, title(one), standing_words(db, one)) for one in shown], topic=topic, state=state,
            words=topics.TOPIC_WORDS, here=store.topics_here(db), read=store.read_by(db, session().staff.id),
            unread=store.count_unread(db, session().staff.id, clock.stamp()), key=keys.current(db),
            turned_away=store.turned_away(db), why=actions.TURNED_AWAY_WORDS, parked=store.count_parked(db),
            ranking=rankings[0] if rankings else None, asked=_last_asked(), county=station().settings.county,
            more=shown[-1].id if len(found) > SHOWN else None,
        )  # fmt: skip


@page(messages, "/messages/<int:message_id>", N_("县里的一条消息"))
def one(message_id: int) -> ResponseReturnValue:
    with station().store.reading() as db:
        found = store.message(db, message_id)
        readers = [(staff.name_of(db, "staff", staff_id), at) for staff_id, at in store.readers(db, found.id)]
        return render_template(
            "messages/one.html", message=found, title=title(found), reason=reason_words(found), words=topics.TOPIC_WORDS,
            kinds=topics.ANNOUNCEMENT_WORDS, line_words=line_words, readers=readers, is_read=found.id in store.read_by(db, session().staff.id),
            key=next(key for key in keys.pinned(db) if key.id == found.key_id), how_words=keys.HOW_WORDS,
            today=clock.local_date(station().settings.station.zone).isoformat(), **_beside(db, found),
        )  # fmt: skip


@act(messages, "/messages/<int:message_id>/read", right=Right.READ)
def mark_read(message_id: int) -> ResponseReturnValue:
    def do(tx: Tx) -> Done:
        is_new = actions.mark_read(tx, message_id)
        place = url_for("messages.all_messages")
        return Done(place, N_("记下了：您看过了"), {}, "done" if is_new else "already")

    return acts.run(do, again=lambda: one(message_id))


@act(messages, "/messages/read", right=Right.READ)
def mark_all_read() -> ResponseReturnValue:
    """Those that stood on the page, and none that came meanwhile."""

    def do(tx: Tx) -> Done:
        ids = [row_id(text) for text in request.form.getlist("message_id")[:SHOWN]]
        marked = sum(actions.mark_read(tx, message_id) for message_id in ids)
        return Done(url_for("messages.all_messages"), N_("{n} 条标为看过"), {"n": marked})

    return acts.run(do, again=all_messages)


@act(messages, "/messages/<int:message_id>/display", right=Right.MANAGE)
def display(message_id: int) -> ResponseReturnValue:
    def do(tx: Tx) -> Done:
        place = url_for("messages.one", message_id=message_id)
        if request.form.get("shown") == "1":
            actions.show_to_villagers(tx, message_id)
            return Done(place, N_("顾客屏上开始显示这条通知"))
        actions.hide_from_villagers(tx, message_id)
        return Done(place, N_("顾客屏上不再显示这条通知"))

    return acts.run(do, again=lambda: one(message_id))


@act(messages, "/messages/<int:message_id>/draft", right=Right.MANAGE)
def draft(message_id: int) -> ResponseReturnValue:
    """A draft of fees with what the county proposes."""

    def do(tx: Tx) -> Done:
        fee_proposal.draft_of_proposal(tx, message_id, request.form.get("how", ""))
        return Done(
            url_for("fees.draft"), N_("草稿已照县里的建议建好；请填依据和批准人，核对以后再公示"), {}, "attention"
        )

    return acts.run(do, again=lambda: one(message_id))


@act(messages, "/messages/<int:message_id>/try-again", right=Right.MANAGE)
def try_again(message_id: int) -> ResponseReturnValue:
    def do(tx: Tx) -> Done:
        apply_message.try_again(tx, message_id)
        return Done(url_for("messages.one", message_id=message_id), N_("这次照办了"))

    return acts.run(do, again=lambda: one(message_id))


@act(messages, "/messages/turned-away/<int:turned_away_id>/seen", right=Right.MANAGE)
def seen(turned_away_id: int) -> ResponseReturnValue:
    def do(tx: Tx) -> Done:
        actions.see_turned_away(tx, turned_away_id)
        return Done(url_for("messages.all_messages"), N_("记下了；再来一次还会在这里显示"), {}, "attention")

    return acts.run(do, again=all_messages)


@page(messages, "/messages/key", N_("县中心的公钥"), right=Right.MANAGE)
def county_key() -> ResponseReturnValue:
    """Pinned keys; a typed one is first shown with its thumbprint, and pinned once that was compared."""
    typed = (request.form.get("public_key") or request.args.get("public_key", ""))[: keys.LONGEST_KEY_TEXT]
    thumbprint, wrong = "", None
    if typed.strip():
        try:
            thumbprint = keys.thumbprint_of(typed)
        except Refused as refused:
            wrong = refused
    with station().store.reading() as db:
        pinned = [(key, staff.name_of(db, key.pinned_by_kind, key.pinned_by_id)) for key in keys.pinned(db)]
    return render_template(
        "messages/key.html", pinned=pinned, typed_key=typed.strip(), thumbprint=thumbprint, wrong=wrong,
        how_words=keys.HOW_WORDS, longest=keys.LONGEST_KEY_TEXT,
    )  # fmt: skip


@act(messages, "/messages/key", right=Right.MANAGE)
def pin_key() -> ResponseReturnValue:
    def do(tx: Tx) -> Done:
        keys.pin_typed(tx, request.form.get("public_key", ""), request.form.get("thumbprint", ""))
        return Done(url_for("messages.county_key"), N_("已登记县中心的公钥，几分钟内开始收县里的消息"))

    return acts.run(do, again=county_key)


def _last_asked() -> Mapping[str, Any] | None:
    """When the county was last asked for messages, and why that did not go; None before the first time."""
    lamp = next((lamp for lamp in station().runtime.lamps() if lamp.device == LAMP), None)
    return None if lamp is None else {"at": lamp.facts.get("asked_at"), "reason": lamp.reason}


def _beside(db: Reader, found: Message) -> dict[str, Any]:
    """What stands beside a message: the fees as they are now, the requested days as they stand now."""
    match found.content:
        case topics.Gathering() if "entry_id" in found.outcome:
            register, entry_id = found.outcome["register"], found.outcome["entry_id"]
            return {"register_place": f"/registers/{register}/{entry_id}", "number": found.outcome["number"]}
        case topics.FeesProposed():
            compared = fee_proposal.compare(db, found.content)
            return {
                "compared": compared, "in_words": board.in_words, "change_words": preview.CHANGE_WORDS,
                "has_draft": fees.open_draft(db) is not None, "warned": [one.after for one in compared.changes if one.kind in ("added", "changed") and one.after and one.after.warning],
            }  # fmt: skip
        case topics.DaysRequested():
            became = {one["business_on"]: one["became"] for one in found.outcome.get("days", ())}
            return {
                "days": [(day, became.get(day, ""), *apply_message.standing_of(db, day)) for day in found.content.business_on],
                "became_words": apply_message.BECAME_WORDS, "needs_a_person": apply_message.NEEDS_A_PERSON,
            }  # fmt: skip
    return {}
