"""The event stream, its stand-in for pages that poll, the status strip as a part, scans from a keyboard scanner."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify, render_template, request
from flask.typing import ResponseReturnValue

from kiosk.codes import recognise
from kiosk.errors import Refused
from kiosk.people import desks
from kiosk.words import N_
from web.hub import MOST_STREAMS, written
from web.routes import act, part
from web.station import session, station

live = Blueprint("live", __name__)
#: The device name under which a keyboard scanner's codes arrive.
WEDGE = "wedge"
LONGEST_SCAN = 2000


@part(live, "/events")
def events() -> ResponseReturnValue:
    """The desk's events from ``Last-Event-ID`` (or ``mark``) on; 503 when too many streams are open."""
    mark = request.headers.get("Last-Event-ID") or request.args.get("mark", "")
    stream = station().hub.open(mark, session().desk_id)
    if stream is None:
        return jsonify(code="events.too_many", most=MOST_STREAMS), 503, {"Retry-After": "60"}
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    response = Response(stream.frames(), mimetype="text/event-stream", headers=headers)
    response.call_on_close(stream.leave)  # a HEAD never begins the frames, and so never ends them
    return response


@part(live, "/events/since")
def events_since() -> ResponseReturnValue:
    """What a page without a stream asks for every two seconds."""
    hub = station().hub
    mark = hub.mark()
    missed = hub.since(request.args.get("mark", ""), session().desk_id)
    found = [written(event, hub.epoch) for event in missed] if missed is not None else [
        {"mark": mark, "kind": "afresh", "data": {}}
    ]  # fmt: skip
    return jsonify(mark=mark, events=found)


@part(live, "/strip")
def strip_part() -> ResponseReturnValue:
    return render_template("_strip.html")


@act(live, "/desk/scan")
def wedge_scan() -> ResponseReturnValue:
    """A scan that a keyboard scanner has typed into the page: it takes the same road as every other."""
    code, desk_id = request.form.get("code", ""), session().desk_id
    if desk_id is None:
        raise Refused("scan.no_desk", N_("当前登录没有柜台，扫码没有处理；请用柜台账号登录"))
    if not 0 < len(code) <= LONGEST_SCAN:
        raise Refused("scan.unreadable", N_("没有读到完整的条码，请再扫一次"))
    with station().store.reading() as db:
        desk = desks.desk(db, desk_id)
    scan_id = station().runtime.put_scan(WEDGE, desk.name, recognise(code))
    return jsonify(scan_id=scan_id), 202
