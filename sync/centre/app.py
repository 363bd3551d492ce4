"""The centre's web app: addresses for stations and programs (``api``), pages for people (``pages``).

Nothing here asks for a log-in: it listens on loopback, and who puts it on a network puts a door in front of the pages.
Stations prove themselves by their signatures.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence

from flask import Flask, Response, current_app, request
from flask_wtf.csrf import CSRFError, CSRFProtect
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import HTTPException

from kiosk.reports.envelope import LARGEST_BYTES
from kiosk.words import LOCALES, N_, use_locale
from sync.centre import acts, api, pages
from sync.centre.office import Centre
from sync.centre.problems import Turned, problem

log = logging.getLogger("centre")

LANGUAGE = "language"
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


def create_app(centre: Centre, host_names: Sequence[str] = ()) -> Flask:
    """The app of one centre. ``host_names``: under which its pages may be called beside those of this machine."""
    app = Flask(__name__)
    app.config.update(
        HOST_NAMES=tuple(name.lower() for name in host_names),
        MAX_CONTENT_LENGTH=LARGEST_BYTES,
        SECRET_KEY=centre.secrets.key("session"),
        SESSION_COOKIE_NAME="centre",
        SESSION_COOKIE_SAMESITE="Strict",
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_SSL_STRICT=False,
        WTF_CSRF_CHECK_DEFAULT=False,
    )
    app.extensions["centre"] = centre
    app.jinja_options = {"autoescape": True}
    app.before_request(_choose_language)
    app.after_request(_put_headers)
    app.register_error_handler(Turned, pages.turned_away)
    app.register_error_handler(CSRFError, _stale_form)
    app.register_error_handler(HTTPException, _web_error)
    app.register_error_handler(SQLAlchemyError, _store_error)
    app.register_error_handler(Exception, _defect)
    # Stations sign what they send; only what a page sends needs to come from a page.
    pages.init(app)
    acts.init(app, CSRFProtect(app))
    api.init(app)
    return app


def _choose_language() -> None:
    chosen = request.args.get(LANGUAGE) or request.cookies.get(LANGUAGE, "")
    centre: Centre = current_app.extensions["centre"]
    use_locale(chosen if chosen in LOCALES else centre.locale)


def _put_headers(response: Response) -> Response:
    said = {name.lower() for name, _ in response.headers}  # ``setdefault`` walks through all of them for each one
    response.headers.extend([(name, value) for name, value in _HEADERS.items() if name.lower() not in said])
    if request.args.get(LANGUAGE) in LOCALES:
        response.set_cookie(LANGUAGE, request.args[LANGUAGE], max_age=365 * 86400, samesite="Strict", httponly=True)
    return response


def _stale_form(error: CSRFError) -> Response:
    return pages.turned_away(Turned(400, "page.stale", N_("页面已过期，什么都没有改动；请重新打开后再试")))


def _web_error(error: HTTPException) -> Response:
    """What Flask itself turns away: no such address, wrong method, too large."""
    status = error.code or 500
    if status == 413:
        said = Turned(413, "envelope.too_large", N_("报文过大，没有收下"))
    elif status == 404:
        said = Turned(404, "request.no_such_address", N_("没有这个地址"))
    else:
        said = Turned(status, "request.not_understood", N_("请求无法处理（{number}）"), number=status)
    answer = problem(said)
    for name, value in error.get_headers():
        if name == "Allow":
            answer.headers[name] = value
    return answer


def _store_error(error: SQLAlchemyError) -> Response:
    log.error("the database did not take it: %s", error)
    answer = problem(Turned(503, "centre.busy", N_("县中心暂时不能保存，没有收下；请稍后再发")))
    answer.headers["Retry-After"] = "30"
    return answer


def _defect(error: Exception) -> Response:
    log.error("a request failed", exc_info=error)
    return problem(Turned(500, "centre.defect", N_("县中心程序出错，没有收下；请稍后再发")))
