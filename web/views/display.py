"""The screen that the villager sees: the lines, fees and sum of the ticket under way, how it is to be paid, the change;
the published fees, and what the county has to tell, when nobody is served. It shows nothing that a masked receipt would
not, and hears only that something changed, never what a scan was."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from typing import Any

from flask import Blueprint, Response, g, jsonify, make_response, redirect, render_template, request, url_for
from flask import session as cookie
from flask.typing import ResponseReturnValue

from kiosk import clock, fees, shifts
from kiosk.errors import Refused
from kiosk.fees import board
from kiosk.inbox import store as inbox
from kiosk.people import desks, tokens
from kiosk.people.rights import Right, may, require
from kiosk.storage import Reader
from kiosk.till import store as till
from kiosk.till.payments import METHOD_WORDS
from kiosk.till.view import ticket_view
from kiosk.words import N_
from web.failures import status_of
from web.hub import Stream
from web.routes import act, page, part
from web.station import session, station

display = Blueprint("display", __name__)
TOKEN, DESK = "screen_token", "screen_desk"
THANKS_SECONDS = 20.0
#: What the operator has chosen on the pay page; in memory, for one ticket: nobody is charged by it.
ASKED_SECONDS = 600.0
_asked: dict[int, tuple[float, int, str]] = {}
_lock = threading.Lock()


@page(display, "/display", N_("顾客屏"), is_open=True)
def screen() -> ResponseReturnValue:
    desk_id = _desk_of_screen()
    if desk_id is None:
        with station().store.reading() as db:
            return render_template("display/bind.html", desks=desks.desks(db))
    return render_template("display/screen.html", mark=station().hub.mark(), **_shown(desk_id))


@part(display, "/display/part", is_open=True)
def screen_part() -> ResponseReturnValue:
    """What stands on the screen, as a piece of the page."""
    desk_id = _desk_of_screen()
    if desk_id is None:
        return jsonify(code="display.not_bound"), 401
    mark = station().hub.mark()
    answer = Response(render_template("display/_part.html", **_shown(desk_id)))
    answer.headers["X-Mark"] = mark
    answer.headers["Cache-Control"] = "no-store"
    return answer


@part(display, "/display/events", is_open=True)
def screen_events() -> ResponseReturnValue:
    """That something changed at the desk, and a heartbeat; never what it was."""
    desk_id = _desk_of_screen()
    if desk_id is None:
        return jsonify(code="display.not_bound"), 401
    mark = request.headers.get("Last-Event-ID") or request.args.get("mark", "")
    stream = station().hub.open(mark, desk_id)
    if stream is None:
        return jsonify(code="events.too_many"), 503, {"Retry-After": "5"}
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    response = Response(_without_words(stream), mimetype="text/event-stream", headers=headers)
    response.call_on_close(stream.leave)
    return response


@act(display, "/display/bind", is_open=True)
def bind() -> ResponseReturnValue:
    """Binds this browser to a desk by the token of a screen; it is asked for again when it is wrong or revoked."""
    try:
        cookie[TOKEN], cookie[DESK] = _bound()
    except Refused as refused:
        g.refused = refused
        return make_response(screen(), status_of(refused))
    return redirect(url_for("display.screen"), 303)


def _bound() -> tuple[str, int]:
    """The token and the desk that the form names."""
    token, desk_id = request.form.get("token", "").strip(), request.form.get("desk_id", "")
    with station().store.reading() as db:
        found = tokens.actor_of(db, token) if token.isascii() and len(token) <= 200 else None
        if found is None:
            raise Refused("token.invalid", N_("令牌不对或已停用；请让站长用 kiosk token create 建一个屏幕用的令牌"))
        require(found, Right.SHOW)
        if not desk_id.isascii() or not desk_id.isdigit() or len(desk_id) > 9:
            raise Refused("desk.unknown", N_("请选择这块屏幕属于哪个柜台"))
        return token, desks.desk(db, int(desk_id)).id


@act(display, "/ticket/asked", right=Right.SERVE)
def asked() -> ResponseReturnValue:
    """Which way of paying the operator has just chosen, so that the villager sees it asked for."""
    method, ticket_id = request.form.get("method", ""), request.form.get("ticket_id", "")
    desk_id = session().desk_id
    if (
        desk_id is not None
        and method in METHOD_WORDS
        and ticket_id.isascii()
        and ticket_id.isdigit()
        and len(ticket_id) < 16
    ):
        with _lock:
            _asked[desk_id] = (time.monotonic(), int(ticket_id), method)
        station().hub.publish("asked", desk_id)
    return jsonify(ok=True)


def _desk_of_screen() -> int | None:
    """The desk that this request may show: of a screen's token, else of whoever is logged in at one."""
    found = g.get("session")
    token = cookie.get(TOKEN)
    if token:
        with station().store.reading() as db:
            actor = tokens.actor_of(db, token)
            if actor is not None and may(actor, Right.SHOW):
                return desks.desk(db, int(cookie[DESK])).id
    if found is not None and not found.is_locked:
        desk_id: int | None = found.desk_id
        return desk_id
    return None


def _shown(desk_id: int) -> dict[str, Any]:
    with station().store.reading() as db:
        ticket_id = desks.desk(db, desk_id).open_ticket_id
        ticket = ticket_view(db, ticket_id) if ticket_id is not None else None
        if ticket is not None and not ticket["lines"]:
            ticket = None
        thanks = _just_settled(db, desk_id) if ticket is None else None
        today = shifts.open_day(db)
        local_on = clock.local_date(station().settings.station.zone).isoformat()
        version = fees.current(db, today.business_on if today else local_on)
        letters = [said for _one, said in inbox.on_display(db, local_on)]
    with _lock:
        at, of, method = _asked.get(desk_id, (0.0, 0, ""))
    is_asked = ticket is not None and of == ticket["id"] and time.monotonic() - at < ASKED_SECONDS
    return {
        "ticket": ticket, "thanks": thanks, "rows": board.rows(version), "version": version, "letters": letters,
        "asked_method": METHOD_WORDS[method] if is_asked else "",
    }  # fmt: skip


def _just_settled(db: Reader, desk_id: int) -> dict[str, Any] | None:
    found = till.last_settled_at(db, desk_id)
    if found is None or found.settled_at is None:
        return None
    quiet_seconds = (clock.now() - clock.read(found.settled_at)).total_seconds()
    return ticket_view(db, found.id) if 0 <= quiet_seconds < THANKS_SECONDS else None


def _without_words(stream: Stream) -> Iterator[bytes]:
    """The stream's frames with their numbers and nothing of their content: scans name parcels and people."""
    for frame in stream.frames():
        lines = frame.decode("utf-8").split("\n")
        if "event: beat" in lines or lines[0].startswith("retry:"):
            yield frame
            continue
        number = next((line for line in lines if line.startswith("id: ")), "id: ")
        yield f"{number}\nevent: changed\ndata: {{}}\n\n".encode()
