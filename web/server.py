"""The web process's server: waitress on loopback, the thread that takes scans, the thread that looks for news, and,
where it is switched on, the door for phones.

Thirty-two threads, because each open event stream holds one (sixteen at most) and a page must never wait for a stream.
"""

from __future__ import annotations

import threading
from types import TracebackType

from waitress import wasyncore
from waitress.server import BaseWSGIServer, create_server

from kiosk.devices import Runtime
from kiosk.storage import Store
from web import create_app
from web.channel import Channel
from web.lookout import Lookout
from web.phones import PhoneDoor
from web.scans import ScanTaker
from web.station import EXTENSION, Station
from web.threads import LastFirst

THREADS = 32
HOST = "127.0.0.1"


class Server:
    """Everything that the web process runs. ``start`` returns at once; ``stop`` ends every thread."""

    def __init__(self, store: Store, runtime: Runtime, port: int = 0) -> None:
        self.app = create_app(store, runtime)
        station: Station = self.app.extensions[EXTENSION]
        self.station = station
        # waitress 3 sends an event at once (its send_bytes is 1 by itself; naming it is deprecated).
        # channel_request_lookahead=1: a browser that has gone is noticed while its stream is idle.
        threads = LastFirst()
        threads.set_thread_count(THREADS)
        self._wsgi: BaseWSGIServer = create_server(
            self.app,
            _dispatcher=threads,
            host=HOST,
            port=port,
            threads=THREADS,
            channel_request_lookahead=1,
            connection_limit=200,
            ident="",
            clear_untrusted_proxy_headers=True,
        )
        self._wsgi.channel_class = Channel
        self.port = int(self._wsgi.effective_port)
        self.phones = PhoneDoor(station) if station.settings.photos.listen else None
        if self.phones is not None:
            station.phones_at = self.phones.base
        self._workers = (ScanTaker(station), Lookout(station))
        self._stop, self._woken = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._serve, name="http", daemon=True)

    @property
    def url(self) -> str:
        """The address of the first page."""
        return f"http://{HOST}:{self.port}/"

    def start(self) -> None:
        """Begins to answer."""
        for worker in self._workers:
            worker.start()
        if self.phones is not None:
            self.phones.start()
        self._thread.start()

    def stop(self) -> None:
        """Ends the streams, lets the acts under way finish, closes the door."""
        self.station.hub.end()
        for worker in self._workers:
            worker.stop()
        if self.phones is not None:
            self.phones.stop()
        self._stop.set()
        self._wsgi.pull_trigger()
        self._woken.set()
        self._thread.join(10)

    def __enter__(self) -> Server:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _serve(self) -> None:
        sockets = self._wsgi._map
        while not self._stop.is_set():
            wasyncore.loop(timeout=1, map=sockets, use_poll=True, count=1)
        # The trigger that is closed below must not be pulled afterwards: its number may be a file's by then.
        self._woken.wait(10)
        self._wsgi.task_dispatcher.shutdown(timeout=5)  # acts under way write their own answers
        self._wsgi.close()
        wasyncore.close_all(sockets, ignore_all=True)
