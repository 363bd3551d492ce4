"""The door for phones: a second listener in the local network that knows the pages of a photo pairing and nothing else.

The counter itself stays on loopback. This is an application of its own: no log-in, no counter page, no API and no static file
can be reached through it, whatever is registered elsewhere. Off unless ``photos.listen`` names an address or ``lan``.
"""

from __future__ import annotations

import ipaddress
import logging
import socket
import threading
from datetime import timedelta

from flask import Flask, Response, request
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError, CSRFProtect
from waitress import wasyncore
from waitress.server import BaseWSGIServer, create_server

from kiosk.words import N_
from web import headers, wording
from web.hosts import is_ours
from web.pictures import LARGEST_BODY_BYTES
from web.station import EXTENSION, Station
from web.views import phone

log = logging.getLogger("web")
COOKIE = "phone"
#: A form of these pages without its photo.
LARGEST_FORM_BYTES = 20_000
THREADS = 4
MOST_CONNECTIONS = 20
TRY_AGAIN_SECONDS = 15.0
#: Named by ``photos.listen``: whatever address this machine has towards its router.
LAN = "lan"
OUTDATED = N_("这一页打开得太久，没有保存；请再试一次，不行就在柜台重新生成二维码")
TOO_LARGE = N_("照片文件太大（超过 15 MB），没有保存；请用手机普通清晰度重拍一张")
#: Nobody's address (RFC 5737): asked which of our own we would call it from, no packet is sent.
_NOBODY = ("192.0.2.1", 9)


def create_phone_app(station: Station) -> Flask:
    """The application of the phone's pages over an open station."""
    app = Flask("web", static_folder=None)
    app.config.update(
        SECRET_KEY=station.store.secrets.key("phone"),
        SESSION_COOKIE_NAME=COOKIE,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Strict",
        PERMANENT_SESSION_LIFETIME=timedelta(minutes=10),
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_SSL_STRICT=False,
        MAX_CONTENT_LENGTH=LARGEST_FORM_BYTES,
    )
    app.extensions[EXTENSION] = station
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    headers.init(app)
    wording.init(app)
    app.before_request(_turn_away)
    app.before_request(lambda: wording.choose_locale(None))
    CSRFProtect(app)
    app.register_blueprint(phone.phone)
    app.context_processor(lambda: {"station": station.settings.station})
    app.register_error_handler(CSRFError, lambda _error: phone.again(OUTDATED))
    app.register_error_handler(413, lambda _error: phone.again(TOO_LARGE))
    app.register_error_handler(Exception, _failed)
    return app


def _turn_away() -> Response | None:
    """Only phones beside the counter, and only under an address: a name may be anybody's (DNS rebinding)."""
    if not _is_near(request.remote_addr or "") or not is_ours(request.environ.get("HTTP_HOST", "")):
        return Response("not here\n", 403, mimetype="text/plain")
    return None


def _is_near(address: str) -> bool:
    try:
        return not ipaddress.ip_address(address.partition("%")[0]).is_global
    except ValueError:
        return False


def _failed(error: Exception) -> ResponseReturnValue:
    """A plain word for whatever else: a phone in the local network is told nothing of the station."""
    code = getattr(error, "code", None)
    if isinstance(code, int) and 400 <= code < 500:
        return Response("not here\n", code, mimetype="text/plain")
    log.exception("a phone's page failed", exc_info=error)
    return phone.again(N_("程序出错了，没有保存；请在柜台重新生成二维码再试"))


def own_address() -> str:
    """This machine's address in the local network, ``''`` when it is in none."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(_NOBODY)
            found = str(probe.getsockname()[0])
        except OSError:
            return ""
    return "" if ipaddress.ip_address(found).is_global else found


class PhoneDoor:
    """Listens for phones in a thread of its own, and goes on trying while the network is not there yet."""

    def __init__(self, station: Station) -> None:
        self._listen, self._port = station.settings.photos.listen, station.settings.photos.port
        self._app = create_phone_app(station)
        self._sockets: dict[int, object] = {}
        self._wsgi: BaseWSGIServer | None = None
        self._stop, self._woken = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._serve, name="phones", daemon=True)
        self._try()

    def base(self) -> str:
        """``http://address:port`` under which a phone reaches it now; ``''`` while it does not."""
        if self._wsgi is None or not self._thread.is_alive():
            return ""
        host = own_address() if self._listen == LAN else self._listen
        return f"http://{f'[{host}]' if ':' in host else host}:{self._wsgi.effective_port}" if host else ""

    def start(self) -> None:
        """Begins to answer."""
        self._thread.start()

    def stop(self) -> None:
        """Closes the door."""
        self._stop.set()
        if self._wsgi is not None:
            self._wsgi.pull_trigger()
        self._woken.set()
        self._thread.join(10)

    def _try(self) -> None:
        host = "0.0.0.0" if self._listen == LAN else self._listen  # noqa: S104 - peers are looked at one by one
        door = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM)
        try:
            door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            door.bind((host, self._port))
        except OSError as error:
            door.close()
            log.warning("phones cannot reach port %s of %s yet: %s", self._port, self._listen, error)
            return
        self._wsgi = create_server(
            self._app, map=self._sockets, sockets=[door], threads=THREADS, connection_limit=MOST_CONNECTIONS, ident="",
            max_request_body_size=LARGEST_BODY_BYTES, clear_untrusted_proxy_headers=True,
        )  # fmt: skip

    def _serve(self) -> None:
        while self._wsgi is None and not self._stop.wait(TRY_AGAIN_SECONDS):
            self._try()
        if self._wsgi is None:
            return
        while not self._stop.is_set():
            wasyncore.loop(timeout=1, map=self._sockets, use_poll=True, count=1)
        self._woken.wait(10)  # the trigger that is closed below must not be pulled afterwards, as in ``web.server``
        self._wsgi.task_dispatcher.shutdown(timeout=5)
        self._wsgi.close()
        wasyncore.close_all(self._sockets, ignore_all=True)
