"""What people do on the centre's pages: settle what they looked into, say which report counts, make a code, send a message,
take a report that came by phone. Each comes from a page of ours (CSRF token) and ends on one."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import Flask, Response, redirect, request, url_for
from flask_wtf.csrf import CSRFProtect
from werkzeug.wrappers import Response as AnyResponse

from kiosk.inbox.topics import ANNOUNCEMENT, CAMPAIGN, DAYS, TRAINING
from kiosk.words import N_
from sync.centre import anomalies, by_phone, downlink, enrolment, hosts, keeping, pages, stations
from sync.centre.api import centre
from sync.centre.problems import Turned

#: Photographs of four codes, and a screenshot or two.
LARGEST_PICTURES_BYTES = 24 * 1024 * 1024
ALL = "*"
_ID = f"int(max={2**63 - 1})"


def init(app: Flask, csrf: CSRFProtect) -> None:
    """Lays what the pages' forms post to."""
    for path, act in (
        (f"/attention/<{_ID}:anomaly_id>/settle", settle), (f"/reports/<{_ID}:report_id>/choose", choose),
        ("/stations/code", make_code), ("/messages", send), ("/phone", take_phone),
    ):  # fmt: skip
        app.add_url_rule(path, view_func=hosts.known(guarded(act, csrf)), methods=["POST"])


def guarded(act: Callable[..., Any], csrf: CSRFProtect) -> Callable[..., Any]:
    """The act, for a form that a page of ours has given out."""

    @wraps(act)
    def asked(**arguments: Any) -> Any:
        request.max_content_length = LARGEST_PICTURES_BYTES
        request.max_form_memory_size = 2 * 1024 * 1024
        csrf.protect()
        return act(**arguments)

    return asked


def settle(anomaly_id: int) -> AnyResponse:
    """A person has looked into it."""
    with centre().database.writing() as db:
        anomalies.settle(db, anomaly_id)
    return redirect(url_for("attention_page"), 303)


def choose(report_id: int) -> AnyResponse:
    """This report is the one that counts for its day."""
    with centre().database.writing() as db:
        keeping.choose(db, report_id)
    return redirect(url_for("attention_page"), 303)


def make_code() -> str:
    """A one-time code for a station, shown once."""
    station = request.form.get("station", "").strip()
    code = enrolment.new_code(centre(), station)
    return pages.stations_page(code, station)


def send() -> Response | AnyResponse:
    """Queues a message for one station or for all; what is wrong is said beside what was typed."""
    try:
        topic, content = _message()
        with centre().database.reading() as db:
            to = [key.station for key in stations.keys(db)]
        if request.form.get("to", "") != ALL:
            to = [station for station in to if station == request.form.get("to", "")]
        if not to:
            raise Turned(422, "message.to_nobody", N_("没有已登记的站点可发，没有发出"))
        downlink.queue(centre(), to, topic, content)
    except Turned as turned:
        page = pages.messages_page(turned.words, request.form.to_dict())
        return Response(page, status=turned.status)
    return redirect(url_for("messages_page"), 303)


def take_phone() -> Response:
    """Takes the report that the pasted texts and the pictures carry; parts that are there stay while others are missing."""
    pasted = request.form.get("texts", "")
    texts = [pasted]
    try:
        for picture in request.files.getlist("pictures")[: by_phone.MOST_PICTURES]:
            if picture.filename:
                texts += by_phone.texts_of_picture(picture.read())
        receipt = by_phone.take_parts(centre(), texts)
    except Turned as turned:
        kept = "\n".join(text.strip() for text in texts if text.strip())
        return Response(pages.phone_page(turned.words, kept), status=turned.status)
    return Response(pages.phone_page(receipt=receipt))


def _message() -> tuple[str, dict[str, Any]]:
    form = {name: value.strip() for name, value in request.form.items()}
    topic = form.get("topic", "")
    if topic == ANNOUNCEMENT:
        wanted = ("title", "body", "kind", "valid_until")
    elif topic in (CAMPAIGN, TRAINING):
        wanted = ("title", "kind", "starts_on", "place", "note", "data_due_on")
    elif topic == DAYS:
        return topic, {"business_on": form.get("business_on", "").replace("，", " ").replace(",", " ").split()}
    else:
        return topic, _read_json(form.get("content", ""))
    said = {name: form.get(name, "").replace("\r\n", "\n") for name in wanted}
    return topic, {name: value for name, value in said.items() if value or name in ("title", "body")}


def _read_json(text: str) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Turned(422, "message.content_wrong", N_("内容不是 JSON，没有发出")) from error
    if not isinstance(found, dict):
        raise Turned(422, "message.content_wrong", N_("内容不是 JSON，没有发出"))
    return found
