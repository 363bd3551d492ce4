"""The centre's web app: one address to post reports to, one list for programs, one page for people.

Nothing here asks for a log-in: it listens on loopback, and who puts it on a network puts a door in front of it.
"""

from __future__ import annotations

import json
import logging
import sqlite3
from dataclasses import dataclass
from typing import Any

from flask import Flask, Response, current_app, request
from werkzeug.exceptions import HTTPException

from kiosk import clock
from kiosk.reports.envelope import LARGEST_BYTES
from kiosk.settings import driven_clock
from kiosk.words import N_, use_locale
from sync.centre import pages
from sync.centre.intake import take
from sync.centre.problems import Turned, problem
from sync.centre.reading import STATION
from sync.centre.store import CentreStore, Received

log = logging.getLogger("centre")

MEDIA_TYPE = "application/jose"
LONGEST_LIST = 200
_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self';"
    " frame-ancestors 'none'; base-uri 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "private, no-cache",
}


@dataclass(frozen=True, slots=True)
class Centre:
    """What the views of one app work with."""

    store: CentreStore
    trusts_first: bool
    zone: str
    locale: str


def create_app(store: CentreStore, *, trusts_first: bool, zone: str, locale: str) -> Flask:
    """The app over one store."""
    app = Flask(__name__)
    app.config["MAX_CONTENT_LENGTH"] = LARGEST_BYTES
    app.extensions["centre"] = Centre(store, trusts_first, zone, locale)
    app.jinja_options = {"autoescape": True}
    app.before_request(lambda: use_locale(locale))
    app.after_request(_put_headers)
    app.register_error_handler(Turned, problem)
    app.register_error_handler(HTTPException, _web_error)
    app.register_error_handler(sqlite3.Error, _store_error)
    app.register_error_handler(Exception, _defect)
    app.add_url_rule("/", view_func=list_page)
    app.add_url_rule("/api/v1/reports", view_func=post_report, methods=["POST"])
    app.add_url_rule("/api/v1/stations/<station>/reports", view_func=station_reports)
    pages.init(app)
    return app


def centre() -> Centre:
    """What the app of this request works with."""
    found: Centre = current_app.extensions["centre"]
    return found


def post_report() -> Response:
    """Takes one signed report; 201 with its number, 200 with the same number when it came before."""
    if request.mimetype != MEDIA_TYPE:
        raise Turned(415, "request.media_type", N_("请以 {wanted} 发送签名报文"), wanted=MEDIA_TYPE)
    try:
        envelope = request.get_data(cache=False).decode("ascii").strip()
    except UnicodeDecodeError as error:
        raise Turned(400, "envelope.unreadable", N_("报文不是签名的 JWS，没有收下；请核对发送方")) from error
    here = centre()
    receipt = take(here.store, envelope, trusts_first=here.trusts_first, zone=here.zone)
    body = {
        "acknowledgement_no": receipt.acknowledgement_no,
        "received_at": receipt.received_at,
        "station": receipt.station,
        "sequence": receipt.sequence,
        "hash": receipt.hash,
    }
    return _json(body, 201 if receipt.is_new else 200)


def station_reports(station: str) -> Response:
    """The reports of one station, newest first: {items, next}."""
    here = centre()
    if not STATION.fullmatch(station) or here.store.key_of(station) is None:
        raise Turned(404, "station.unknown", N_("县中心没有这个站点"))
    limit = _number("limit", 50, LONGEST_LIST)
    found = here.store.reports(station, _number("before", 2**62, 2**62), limit + 1)
    more = (
        f"/api/v1/stations/{station}/reports?limit={limit}&before={found[limit - 1].id}" if len(found) > limit else None
    )
    return _json({"items": [_item(report) for report in found[:limit]], "next": more})


def list_page() -> Response:
    """The page that people look at."""
    here = centre()
    station = request.args.get("station", "")
    if station and not STATION.fullmatch(station):
        raise Turned(404, "station.unknown", N_("县中心没有这个站点"))
    return Response(pages.list_page(here.store, here.zone, here.locale, station, _number("before", 2**62, 2**62)))


def _item(report: Received) -> dict[str, Any]:
    return {
        "acknowledgement_no": report.acknowledgement_no,
        "received_at": report.received_at,
        "station": report.station,
        "sequence": report.sequence,
        "topic": report.topic,
        "hash": report.hash,
        "content": json.loads(report.payload)["content"],
    }


def _number(name: str, default: int, largest: int) -> int:
    text = request.args.get(name, "")
    if not text:
        return default
    if not (text.isascii() and text.isdecimal() and len(text) <= 19 and 1 <= int(text) <= largest):
        raise Turned(400, "request.parameter_wrong", N_("参数 {name} 不对"), name=name)
    return int(text)


def _json(body: dict[str, Any], status: int = 200) -> Response:
    return Response(json.dumps(body, ensure_ascii=False), status=status, content_type="application/json")


def _put_headers(response: Response) -> Response:
    if clock.driven() is not None and response.mimetype == "text/html" and not response.is_streamed:
        response.set_data(driven_clock.on_page(response.get_data(as_text=True)))
    for name, value in _HEADERS.items():
        response.headers.setdefault(name, value)
    return response


def _web_error(error: HTTPException) -> Response:
    """What Flask itself turns away: no such address, wrong method, too large."""
    status = error.code or 500
    if status == 413:
        turned = Turned(413, "envelope.too_large", N_("报文过大，没有收下"))
    elif status == 404:
        turned = Turned(404, "request.no_such_address", N_("没有这个地址"))
    else:
        turned = Turned(status, "request.not_understood", N_("请求无法处理（{number}）"), number=status)
    answer = problem(turned)
    for name, value in error.get_headers():
        if name == "Allow":
            answer.headers[name] = value
    return answer


def _store_error(error: sqlite3.Error) -> Response:
    log.error("the database did not take it: %s", error)
    answer = problem(Turned(503, "centre.busy", N_("县中心暂时不能保存，没有收下；请稍后再发")))
    answer.headers["Retry-After"] = "30"
    return answer


def _defect(error: Exception) -> Response:
    log.error("a request failed", exc_info=error)
    return problem(Turned(500, "centre.defect", N_("县中心程序出错，没有收下；请稍后再发")))
