"""The JSON API under ``/api/v1``: bearer tokens only, one act one transaction, problem details, ``openapi.json`` from the
same lines that are checked. ``register`` is all that the application calls; docs/api.md tells it to programmers."""

from __future__ import annotations

from flask import Flask, Response, request
from werkzeug.routing import RequestRedirect

from web.api.document import Document
from web.api.door import speak
from web.api.operation import PREFIX
from web.api.problems import http_problem


def register(app: Flask) -> None:
    """Adds the API to the application. Its blueprints are named ``api-…``: the pages' log-in and CSRF check pass them by."""
    from web.api import batches, days, hand_overs, house, parcels, scans, tickets

    app.before_request(_answer_stray)
    app.after_request(_mark)
    document = Document()
    document.init_app(app)
    for room in (batches, parcels, hand_overs, scans, tickets, days, house):
        document.add(room.room)


def _is_ours() -> bool:
    return request.path == PREFIX or request.path.startswith(PREFIX + "/")


def _answer_stray() -> Response | None:
    """Chooses the language, and answers addresses and methods that there aren't before the pages' own handlers do."""
    if not _is_ours():
        return None
    speak()
    stray = request.routing_exception
    if stray is None:
        return None
    if isinstance(stray, RequestRedirect):
        from werkzeug.exceptions import NotFound

        stray = NotFound()
    return http_problem(stray)


def _mark(response: Response) -> Response:
    """No copy of an answer is kept anywhere, and nothing is remembered of the client."""
    if _is_ours():
        response.headers["Cache-Control"] = "no-store"
        response.headers["Content-Language"] = "en" if _speaks_english() else "zh-CN"
        response.headers["Vary"] = "Accept-Language, Authorization"
    return response


def _speaks_english() -> bool:
    from kiosk.words import current_locale

    return current_locale() == "en"
