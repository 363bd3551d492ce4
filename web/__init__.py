"""The counter in a browser: server-rendered pages over the acts of ``kiosk``, live by server-sent events, little script.

How to add to it is written in docs/web.md: a page, an act, a live part, a test.
"""

from __future__ import annotations

from flask import Flask, Response, g, request
from markupsafe import Markup

from kiosk import clock
from kiosk.devices import Runtime
from kiosk.people import desks
from kiosk.people.rights import Right, may
from kiosk.settings import driven_clock
from kiosk.storage import Store
from web import access, acts, api, failures, headers, hosts, sieve, wording
from web.lazy_rules import LazyRule
from web.routes import PAGES, Page
from web.row_ids import RowIdConverter
from web.station import EXTENSION, Station, station
from web.strip import page_url, strip

#: The largest form is a fee list; nothing at the counter needs more.
LARGEST_BODY_BYTES = 1_000_000
#: The app's own cookie name: another program on this machine's loopback must not overwrite it.
COOKIE = "station"
#: So long a page that is loaded says what was scanned last.
SAID_SECONDS = 300


def create_app(store: Store, runtime: Runtime) -> Flask:
    """The application over an open store and runtime.db. Starts no thread: ``web.server.Server`` does."""
    app = Flask(__name__)
    app.config.update(
        SECRET_KEY=store.secrets.key("session"),
        SESSION_COOKIE_NAME=COOKIE,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Strict",
        WTF_CSRF_TIME_LIMIT=None,  # a counter page stays open all day
        WTF_CSRF_SSL_STRICT=False,
        WTF_CSRF_CHECK_DEFAULT=False,
        MAX_CONTENT_LENGTH=LARGEST_BODY_BYTES,
    )
    app.url_rule_class = LazyRule
    app.url_map.converters["int"] = RowIdConverter
    app.extensions[EXTENSION] = Station(store, runtime)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    with store.reading() as db:
        has_all = {desk.name for desk in desks.desks(db)} >= set(store.settings.counter.desks)
    if not has_all:
        with store.transaction() as tx:
            desks.make_desks(tx)
    hosts.init(app)
    headers.init(app)
    wording.init(app)
    failures.init(app)
    _register_views(app)
    sieve.init(app)
    access.init(app)
    sieve.init_refusal(app)
    app.jinja_env.globals.update(key_pages=_key_pages())
    api.register(app)
    app.after_request(_mark_driven_clock)
    app.context_processor(_what_templates_see)
    return app


def _mark_driven_clock(response: Response) -> Response:
    """On every page while a demonstration's clock is driven, whatever frame it has."""
    if clock.driven() is not None and response.mimetype == "text/html" and not response.is_streamed:
        response.set_data(driven_clock.on_page(response.get_data(as_text=True)))
    return response


def _register_views(app: Flask) -> None:
    from web import views

    for blueprint in views.blueprints():
        app.register_blueprint(blueprint)


def _key_pages() -> list[Page]:
    """The pages of the bottom bar in the order of their F-keys."""
    return sorted((page for page in PAGES.values() if page.place == "keys"), key=lambda page: page.key_number)


def _csrf_token() -> str:
    """The page's token: made for its first form, the same for all others."""
    made = g.get("csrf_token")
    if made is None:
        from flask_wtf.csrf import generate_csrf

        made = generate_csrf()
    return str(made)


def _what_templates_see() -> dict[str, object]:
    found = g.get("session")
    return {
        "layout": "part.html" if access.wants_part() else "base.html",
        "station": station().settings.station,
        "session": found,
        "may": lambda right: found is not None and may(found.actor, Right(right)),
        "refused": g.get("refused"),
        "notice": g.get("notice"),
        "said": acts.said,
        "last_scan": _last_scan,
        "key_field": _key_field,
        "csrf_token": _csrf_token,
        "strip": strip,
        "mark": station().hub.mark,
        "pages": PAGES,
        "page_url": page_url,
        "page": PAGES.get(request.endpoint or ""),
        "idle_lock_seconds": station().settings.counter.idle_lock_seconds,
    }


def _last_scan() -> dict[str, object] | None:
    """What the desk's last scan came to, on a page where that is worked on and while it is still of interest."""
    found, page = g.get("session"), PAGES.get(request.endpoint or "")
    if found is None or found.desk_id is None or page is None or not page.is_counter:
        return None
    told = station().hub.last_said(found.desk_id)
    if (
        told is None
        or (clock.now() - clock.read(str(told.get("moment", clock.stamp())))).total_seconds() > SAID_SECONDS
    ):
        return None
    return told


def _key_field() -> Markup:
    """The hidden fields of every form that acts: the idempotency key and the CSRF token."""
    field = Markup('<input type="hidden" name="{}" value="{}">')
    return field.format("_key", acts.form_key()) + field.format("csrf_token", _csrf_token())
