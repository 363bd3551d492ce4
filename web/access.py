"""Who may come in: every view asks for a log-in and a right unless its registration says otherwise.

A POST that meets a locked desk, an ended session or an outdated page is not thrown away: what was typed is carried
through the PIN and offered again (``carried``).
"""

from __future__ import annotations

import json
from datetime import timedelta
from urllib.parse import urlsplit

from flask import Flask, abort, current_app, g, jsonify, redirect, render_template, request, url_for
from flask import session as cookie
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError, CSRFProtect

from kiosk import clock
from kiosk.people import sessions, staff
from kiosk.people.rights import require
from kiosk.words import N_
from web.carried import readable
from web.log_in_page import show_log_in
from web.paths import is_from_here, local_path, wants_json, wants_part
from web.pay_forms import is_payment_code
from web.routes import Access
from web.station import station
from web.wording import choose_locale

COOKIE_KEY = "key"
TOUCH_SECONDS = 60
#: A page tells the station every minute that somebody is typing, so the desk is locked a little after its time.
LOCK_MARGIN_SECONDS = 90

csrf = CSRFProtect()


def init(app: Flask) -> None:
    """Asks for log-in, lock and right before every view; the API blueprint has its own door."""
    app.config.setdefault(
        "WTF_CSRF_CHECK_DEFAULT", False
    )  # asked below, after the log-in: an ended session is said first
    csrf.init_app(app)
    app.before_request(_check)


def carried() -> str:
    """What this POST brought, to be offered again after the PIN: path and fields as JSON, ``''`` for a GET. A customer's
    payment code is money for a minute and is not carried, not even where an order's number may look like one: its field
    comes back empty (domain.md §2.1)."""
    if request.method != "POST" or not is_from_here():
        return ""
    if "carried" in request.form:
        return request.form["carried"]
    access = _access()
    if access is None or access.is_open or access.while_locked:
        return ""
    typed = request.form.items(multi=True)
    fields = [(k, "" if is_payment_code(v) else v) for k, v in typed if k != "csrf_token" and "pin" not in k]
    return json.dumps({"path": request.path, "fields": fields}, ensure_ascii=False)


def offer_again(text: str) -> ResponseReturnValue:
    """The page that holds what was carried and sends it on one press; the home page when there is nothing."""
    try:
        held = json.loads(text)
        path, fields = local_path(held["path"]), [(str(name), str(value)) for name, value in held["fields"]]
    except (ValueError, KeyError, TypeError):
        return redirect("/", 303)
    shown, more = readable(fields)
    return render_template("door/again.html", path=path, fields=fields, shown=shown, more=more)


def _access() -> Access | None:
    return getattr(current_app.view_functions.get(request.endpoint or ""), "access", None)


def _check() -> ResponseReturnValue | None:
    g.session = g.refused = None
    if request.endpoint is None or request.endpoint == "static":
        choose_locale(None)
        return None
    if request.blueprint is not None and request.blueprint.split(".")[0].startswith("api"):
        return None
    key = cookie.get(COOKIE_KEY)
    if key:
        with station().store.reading() as db:
            g.session = sessions.find(db, key)
    choose_locale(g.session)
    access = _access()
    if access is None:
        abort(404)
    if g.session is not None:
        _keep_awake()
    if g.session is not None and g.session.is_locked and not access.while_locked and not access.is_open:
        return _locked()
    if g.session is None and not access.is_open:
        return _nobody()
    if request.method == "POST":
        csrf.protect()
    if g.session is not None and not access.is_open and not access.while_locked:
        require(g.session.actor, access.right)
    return None


def _keep_awake() -> None:
    """Remembers once a minute that the person is there; locks a desk that was left. Somebody seen in the future was seen
    before the clock was set back: noted anew, or the desk would not lock until then."""
    found = g.session
    quiet_seconds = clock.quiet_seconds(found.last_seen_at)
    if found.is_locked or 0 <= quiet_seconds < TOUCH_SECONDS:
        return
    idle_seconds = station().settings.counter.idle_lock_seconds
    with station().store.transaction(found.actor) as tx:
        if quiet_seconds > timedelta(seconds=idle_seconds + LOCK_MARGIN_SECONDS).total_seconds():
            sessions.lock(tx, found.id)
        elif not wants_part() or quiet_seconds < 0:  # a live part is asked for by the page itself, not by a person
            sessions.touch(tx, found.id)
    with station().store.reading() as db:
        g.session = sessions.find(db, cookie[COOKIE_KEY])


def _locked() -> ResponseReturnValue:
    if wants_json() or wants_part():
        return jsonify(code="staff.locked"), 423
    back = (
        request.full_path.rstrip("?")
        if request.method == "GET"
        else (request.referrer and urlsplit(request.referrer).path)
    )
    return render_template("door/locked.html", back=local_path(back or "/"), carried=carried()), 423


def _nobody() -> ResponseReturnValue:
    if wants_json() or wants_part():
        return jsonify(code="staff.session_over"), 401
    with station().store.reading() as db:
        is_empty = not staff.staff_list(db)
    if is_empty:
        return redirect(url_for("door.first_start"), 303)
    if request.method == "POST":
        g.notice = N_("登录已结束，刚才填的内容还在：登录后可以继续提交。")
        return show_log_in(carried=carried()), 401
    back = request.full_path.rstrip("?")
    return redirect(url_for("door.log_in", next=back if back != "/" else None), 303)


def outdated(error: CSRFError) -> ResponseReturnValue:
    """The answer to a form whose token no longer fits (the browser was restarted): nothing typed is lost."""
    if wants_json():
        return jsonify(code="request.outdated"), 400
    held = carried()
    if held:
        return offer_again(held)
    return render_template(
        "failure.html", title=N_("页面已过期"), message=N_("这个页面打开得太久，没有保存任何内容；请回到首页再试一次。")
    ), 400
