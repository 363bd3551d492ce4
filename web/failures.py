"""Pages for what went wrong: each says what happened, that nothing half-done was kept, and what to do next."""

from __future__ import annotations

import logging

from flask import Flask, g, jsonify, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, MethodNotAllowed, NotFound
from werkzeug.routing import RequestRedirect

from kiosk.errors import ConfigurationError, DatabaseError, DriverError, Refused
from kiosk.words import N_, say
from web.access import outdated, wants_json, wants_part

log = logging.getLogger("web")
_STATUS = {"staff.not_allowed": 403, "staff.session_over": 401}


def status_of(refused: Refused) -> int:
    """The HTTP status of a refusal on a page."""
    return _STATUS.get(refused.code, 404 if refused.code.endswith(".unknown") else 422)


def init(app: Flask) -> None:
    """Binds the pages."""
    app.register_error_handler(Refused, _refused)
    app.register_error_handler(DriverError, _device)
    app.register_error_handler(CSRFError, outdated)
    app.register_error_handler(405, _only_a_form)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Exception, _unexpected)


def _answer(status: int, code: str, title: str, message: str, /, **facts: object) -> ResponseReturnValue:
    if wants_json() or wants_part():
        return jsonify(code=code, message=say(message, **facts)), status
    return render_template("failure.html", title=title, message=message, facts=facts), status


def _refused(refused: Refused) -> ResponseReturnValue:
    return _answer(status_of(refused), refused.code, N_("没有办成"), refused.message, **refused.facts)


def _device(error: DriverError) -> ResponseReturnValue:
    """A device that isn't there is no fault of the program."""
    return _answer(503, "device.not_ready", N_("设备现在用不了"), error.message, **error.facts)


def _only_a_form(error: MethodNotAllowed) -> ResponseReturnValue:
    """Somebody opened the address of a form (the back button does): the page it stands on is above it."""
    if request.method != "GET":
        return _http(error)
    path = request.path
    while path not in ("", "/"):
        path = path.rsplit("/", 1)[0]
        try:
            g.pop("walked", None)
            adapter = _adapter()
            adapter.match(path or "/", method="GET")
            return redirect(path or "/", 303)
        except (NotFound, MethodNotAllowed, RequestRedirect):
            continue
    return redirect("/", 303)


def _adapter():  # type: ignore[no-untyped-def]
    from flask import current_app

    adapter = current_app.create_url_adapter(request)
    assert adapter is not None  # noqa: S101 - a request always has one
    return adapter


def _http(error: HTTPException) -> ResponseReturnValue:
    if error.code is not None and error.code < 400:
        return error.get_response()  # type: ignore[return-value]
    if error.code == 404:
        return _answer(
            404,
            "page.unknown",
            N_("没有这个页面"),
            N_("地址「{path}」不存在，可能输错了；没有改动任何内容。"),
            path=request.path[:80],
        )
    if error.code == 413:
        return _answer(413, "request.too_large", N_("内容太大"), N_("提交的内容太大，没有保存；请删减后再试。"))
    return _answer(
        error.code or 500,
        "request.unusable",
        N_("没有办成"),
        N_("这个请求本站不能处理（{status}）；没有改动任何内容。"),
        status=error.code,
    )


def _unexpected(error: Exception) -> ResponseReturnValue:
    """The process goes on; the transaction was rolled back by its own end."""
    log.exception("%s %s failed", request.method, request.path)
    try:
        if isinstance(error, DatabaseError):
            return _answer(500, "station.database", N_("数据暂时打不开"), error.message, **error.facts)
        if isinstance(error, ConfigurationError):  # lists of the station's own are read anew while it runs
            return _answer(500, "station.configuration", N_("本站的设置文件有错"), error.message, **error.facts)
        return _answer(
            500,
            "station.fault",
            N_("程序出错了"),
            N_("刚才这一步没有保存，以前的内容都在。请退回再试一次；如果还是这样，请联系县中心。"),
        )
    except Exception:  # noqa: BLE001 - the page of last resort must not fail with the page
        log.exception("the page for an error failed as well")
        text = say(N_("程序出错了，刚才这一步没有保存；以前的内容都在。请返回首页再试。"))
        return f'<!doctype html><meta charset="utf-8"><p>{text}</p><p><a href="/">{say(N_("回首页"))}</a></p>', 500
