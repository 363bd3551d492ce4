"""The JSON API under ``/api/v1``: bearer tokens only, one act one transaction, problem details, ``openapi.json`` from the
same lines that are checked. ``register`` is all that the application calls; docs/api.md tells it to programmers."""

from __future__ import annotations

from flask import Flask, Request, Response, request
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface
from itsdangerous import URLSafeTimedSerializer
from werkzeug.exceptions import NotFound
from werkzeug.routing import RequestRedirect

from web.api.document import Document
from web.api.door import speak
from web.api.operation import PREFIX
from web.api.problems import http_problem


def register(app: Flask) -> None:
    """Adds the API to the application. Its blueprints are named ``api-…``: the pages' log-in and CSRF check pass them by."""
    from web.api import (
        batches,
        bills,
        carrier_accounts,
        cash,
        compliance,
        consents,
        consignment_corrections,
        consignments,
        conveniences,
        county_messages,
        day_records,
        debts,
        fees,
        hand_overs,
        house,
        ledgers,
        manifests,
        outbound,
        overdue,
        parcel_lists,
        parcel_problems,
        parcels,
        personal_data,
        prints,
        purchases,
        registers,
        reports,
        scans,
        shelves,
        submission,
        tickets,
    )

    app.session_interface = PagesOnly()
    app.before_request(_answer_stray)
    document = Document()
    document.init_app(app)
    for room in (
        batches,
        parcels,
        parcel_lists,
        parcel_problems,
        hand_overs,
        shelves,
        scans,
        tickets,
        debts,
        cash,
        purchases,
        consignments,
        consignment_corrections,
        bills,
        conveniences,
        outbound,
        manifests,
        overdue,
        compliance,
        consents,
        day_records,
        county_messages,
        submission,
        fees,
        house,
        personal_data,
        prints,
        ledgers,
        registers,
        carrier_accounts,
        reports,
    ):
        document.add(room.room)


class PagesOnly(SecureCookieSessionInterface):
    """The signed cookie is for pages: an API request has no session, can't read one and can't be given one."""

    _serializer: URLSafeTimedSerializer | None = None
    _made_for: str | bytes | None = None

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        """The session of a page; None (Flask's null session) under the API's prefix."""
        return None if is_ours(request.path) else super().open_session(app, request)

    def get_signing_serializer(self, app: Flask) -> URLSafeTimedSerializer | None:
        """Made once for a key: it holds nothing of a request, and making it was half of reading the cookie."""
        if self._made_for != app.secret_key:
            self._serializer, self._made_for = super().get_signing_serializer(app), app.secret_key
        return self._serializer


def is_ours(path: str) -> bool:
    """Whether an address is the API's."""
    return path == PREFIX or path.startswith(PREFIX + "/")


def _answer_stray() -> Response | None:
    """Chooses the language, and answers addresses and methods that there aren't before the pages' own handlers do."""
    if not is_ours(request.path):
        return None
    speak()
    stray = request.routing_exception
    if stray is None:
        return None
    return http_problem(NotFound() if isinstance(stray, RequestRedirect) else stray)
