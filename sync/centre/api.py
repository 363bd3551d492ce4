"""The addresses for stations and programs, as the OpenAPI document at ``/openapi.json`` describes them."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

from flask import Flask, Response, current_app, request

from kiosk import clock
from kiosk.words import N_, say
from sync.centre import anomalies, county_key, days, downlink, enrolment, hosts, reports, stations
from sync.centre.intake import take
from sync.centre.office import Centre
from sync.centre.problems import Turned
from sync.centre.reading import STATION
from sync.centre.reports import Received

MEDIA_TYPE = "application/jose"
LONGEST_LIST = 200
LONGEST_DAYS = 500
DOCUMENT = Path(__file__).with_name("openapi.json")


def init(app: Flask) -> None:
    """Lays the addresses."""
    posts: tuple[tuple[str, Callable[..., Response]], ...] = (
        ("reports", post_report), ("enrolments", post_enrolment), ("messages", post_poll),
    )  # fmt: skip
    for name, view in posts:
        app.add_url_rule(f"/api/v1/{name}", view_func=view, methods=["POST"])
    # Lists say what the pages say, so a name that does not open these opens no list either.
    lists: tuple[tuple[str, Callable[..., Response]], ...] = (
        ("stations", list_stations), ("stations/<station>/reports", list_reports),
        ("stations/<station>/messages", list_messages), ("days", list_days), ("anomalies", list_anomalies),
    )  # fmt: skip
    for path, view in lists:
        app.add_url_rule(f"/api/v1/{path}", view_func=hosts.known(view))
    app.add_url_rule("/api/v1/key", view_func=show_key)
    app.add_url_rule("/openapi.json", view_func=show_document)


def centre() -> Centre:
    """What the app of this request works with."""
    found: Centre = current_app.extensions["centre"]
    return found


def post_report() -> Response:
    """Takes one signed report; 201 with its number, 200 with the same number when it came before."""
    receipt = take(centre(), _envelope())
    body = {
        "acknowledgement_no": receipt.acknowledgement_no,
        "received_at": receipt.received_at,
        "station": receipt.station,
        "sequence": receipt.sequence,
        "hash": receipt.hash,
        "now": clock.stamp(),
    }
    return _json(body, 201 if receipt.is_new else 200)


def post_enrolment() -> Response:
    """Takes a station's key for its one-time code."""
    enrolled = enrolment.enrol(centre(), _envelope())
    key = {"jwk": json.loads(enrolled.centre_key)}
    body = {"station": enrolled.station, "thumbprint": enrolled.thumbprint, "centre_key": key, "now": clock.stamp()}
    return _json(body)


def post_poll() -> Response:
    """Gives a station what is queued for it."""
    answer = downlink.poll(centre(), _envelope())
    return _json({"messages": answer.messages, "more": answer.more, "now": clock.stamp()})


def list_stations() -> Response:
    """The stations by code: {items, next}."""
    limit = number("limit", 50, LONGEST_LIST)
    with centre().database.reading() as db:
        found = stations.known(db, after(), limit + 1)
        items = [_station(here, stations.key_of(db, here.station)) for here in found[:limit]]
    more = f"/api/v1/stations?limit={limit}&after={found[limit - 1].station}" if len(found) > limit else None
    return _json({"items": items, "next": more})


def list_reports(station: str) -> Response:
    """The messages of one station, newest first: {items, next}."""
    limit = number("limit", 50, LONGEST_LIST)
    _require(known_station(station))
    with centre().database.reading() as db:
        found = reports.listed(db, station, number("before", 2**62, 2**62), limit + 1)
    more = (
        f"/api/v1/stations/{station}/reports?limit={limit}&before={found[limit - 1].id}" if len(found) > limit else None
    )
    return _json({"items": [_report(report) for report in found[:limit]], "next": more})


def list_messages(station: str) -> Response:
    """What is queued for one station or was fetched by it, newest first: {items, next}. Without the contents: they may
    name people."""
    limit = number("limit", 50, LONGEST_LIST)
    _require(known_station(station))
    with centre().database.reading() as db:
        found = downlink.listed(db, station, number("before", 2**62, 2**62), limit + 1)
    names = ("sequence", "topic", "made_at", "state", "fetched_at", "applied_at", "parked_at", "parked_code")
    items = [{name: getattr(one, name) for name in names} for one in found[:limit]]
    more = (
        f"/api/v1/stations/{station}/messages?limit={limit}&before={found[limit - 1].id}"
        if len(found) > limit
        else None
    )
    return _json({"items": items, "next": more})


def list_days() -> Response:
    """Days on time, late, missing: of all stations on one date, or of one station: {items, totals, next}."""
    here = centre()
    if station := request.args.get("station", ""):
        return _days_of_station(here, station)
    on = a_date("on", here.last_due_on)
    limit = number("limit", 100, LONGEST_DAYS)
    with here.database.reading() as db:
        found = days.on_date(here, db, on, after(), limit + 1)
        totals = days.sums(db, on)
    more = f"/api/v1/days?on={on}&limit={limit}&after={found[limit - 1].station}" if len(found) > limit else None
    return _json({"items": [asdict(day) for day in found[:limit]], "totals": totals, "next": more})


def _days_of_station(here: Centre, station: str) -> Response:
    first, last = a_date("from", f"{here.today:%Y-%m}-01"), a_date("to", here.today.isoformat())
    if len(days.dates(first, last)) > days.MOST_DAYS:
        raise _wrong("from")
    _require(known_station(station))
    with here.database.reading() as db:
        found = days.of_station(here, db, station, first, last)
    totals = {name: sum(getattr(day, name) or 0 for day in found) for name in days.SUMS}
    totals["reports"] = sum(day.report_id is not None for day in found)
    return _json({"items": [asdict(day) for day in found], "totals": totals, "next": None})


def list_anomalies() -> Response:
    """What a person must look into: {items, gaps, next}."""
    limit, skip = number("limit", 50, LONGEST_LIST), number("skip", 0, anomalies.KEPT)
    with centre().database.reading() as db:
        found = anomalies.listed(db, limit=limit + 1, skip=skip)
        holes = stations.gaps(db, limit=LONGEST_LIST)
    items = [
        {
            **{name: getattr(one, name) for name in ("id", "kind", "station", "sequence", "hash", "told")},
            "first_at": one.first_at, "last_at": one.last_at, "times": one.times, "informs": one.informs,
            "words": say(one.words, sequence=one.sequence, **one.told),
        }
        for one in found[:limit]
    ]  # fmt: skip
    more = f"/api/v1/anomalies?limit={limit}&skip={skip + limit}" if len(found) > limit else None
    return _json({"items": items, "gaps": [asdict(gap) for gap in holes], "next": more})


def show_key() -> Response:
    """The key by which stations know the county's messages."""
    key = county_key.present(centre())
    return _json({"jwk": json.loads(key.public_key), "thumbprint": key.thumbprint, "since_at": key.since_at})


def show_document() -> Response:
    """This very description."""
    return Response(DOCUMENT.read_bytes(), content_type="application/json")


# ---------------------------------------------------------------------------------------------------------------------


def known_station(station: str) -> bool:
    """Whether the centre knows a station of this code."""
    with centre().database.reading() as db:
        return bool(STATION.fullmatch(station)) and stations.find(db, station) is not None


def after() -> str:
    """The station behind which a list goes on, '' for its beginning. Raises ``Turned``."""
    text = request.args.get("after", "")
    if text and not STATION.fullmatch(text):
        raise _wrong("after")
    return text


def number(name: str, default: int, largest: int) -> int:
    """A whole number of the question. Raises ``Turned``."""
    text = request.args.get(name, "")
    if not text:
        return default
    if not (text.isascii() and text.isdecimal() and len(text) <= 19 and 1 <= int(text) <= largest):
        raise _wrong(name)
    return int(text)


def a_date(name: str, default: str) -> str:
    """A date of the question. Raises ``Turned``."""
    text = request.args.get(name, "") or default
    try:
        found = date.fromisoformat(text).isoformat()
    except ValueError as error:
        raise _wrong(name) from error
    if found != text or not "2000" < text < "2100":
        raise _wrong(name)
    return found


def _wrong(name: str) -> Turned:
    return Turned(400, "request.parameter_wrong", N_("参数 {name} 不对"), name=name)


def _require(is_known: bool) -> None:
    if not is_known:
        raise Turned(404, "station.unknown", N_("县中心没有这个站点"))


def _envelope() -> str:
    if request.mimetype != MEDIA_TYPE:
        raise Turned(415, "request.media_type", N_("请以 {wanted} 发送签名报文"), wanted=MEDIA_TYPE)
    try:
        return request.get_data(cache=False).decode("ascii").strip()
    except UnicodeDecodeError as error:
        raise Turned(400, "envelope.unreadable", N_("报文不是签名的 JWS，没有收下；请核对发送方")) from error


def _station(here: stations.Station, key: stations.StationKey | None) -> dict[str, Any]:
    return {
        "station": here.station, "name": here.name, "since_on": here.since_on, "received": here.received,
        "highest_sequence": here.highest_sequence, "missing": here.missing, "seen_at": here.seen_at,
        "clock_ahead_seconds": here.clock_ahead_seconds, "clock_at": here.clock_at,
        "thumbprint": key.thumbprint if key else None,
    }  # fmt: skip


def _report(report: Received) -> dict[str, Any]:
    names = ("acknowledgement_no", "received_at", "road", "station", "sequence", "topic", "hash")
    return {**{name: getattr(report, name) for name in names}, "content": json.loads(report.payload)["content"]}


def _json(body: dict[str, Any], status: int = 200) -> Response:
    return Response(json.dumps(body, ensure_ascii=False), status=status, content_type="application/json")
