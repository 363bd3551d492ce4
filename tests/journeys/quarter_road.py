"""The road between a station and the county as it is: a proxy that speaks real HTTP on both sides and loses, doubles,
delays and answers for itself. What it does with each message is drawn by the test; what it did is counted."""

from __future__ import annotations

import http.client
import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType

SECONDS = 30


class Fault(StrEnum):
    """What becomes of one request."""

    NONE = "none"
    LOST = "lost"  # it never arrives
    REPLY_LOST = "reply_lost"  # it arrives, nobody hears of it
    DOUBLED = "doubled"  # it arrives twice, the second answer comes back
    BUSY = "busy"  # 503 before it arrives
    BROKEN = "broken"  # an answer that is no answer
    LATE = "late"  # turned away now, and delivered after whatever comes next
    TURNED_DOWN = "turned_down"  # 422: refused for good by something between


@dataclass(frozen=True, slots=True)
class Carried:
    """One request as it was under way."""

    path: str
    media: str
    body: bytes


class Road:
    """One station's road to the centre at ``port``. ``draw`` says what becomes of the next message; polls and all else
    pass. ``is_cut``: nobody answers at all."""

    def __init__(self, port: int, draw: Callable[[], Fault]) -> None:
        self.port = port
        self.draw = draw
        self.is_cut = False
        self.done: Counter[Fault] = Counter()
        self.carried: list[Carried] = []  # everything that ever reached the centre
        self._held: list[Carried] = []
        self._lock = threading.Lock()
        road = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                answer = road._answer(Carried(self.path, self.headers.get("Content-Type", ""), body))
                self.close_connection = True
                if answer is None:
                    return  # the line is closed without a word
                status, media, content = answer
                self.send_response(status)
                self.send_header("Content-Type", media)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, *_: object) -> None:
                """Says nothing: a quarter has a thousand requests."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)

    @property
    def address(self) -> str:
        """What the station's settings name as the county's address."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> Road:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def deliver(self, carried: Carried) -> tuple[int, str, bytes]:
        """Puts a request before the centre: status, media type and body of its answer."""
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=SECONDS)
        try:
            line.request("POST", carried.path, carried.body, {"Content-Type": carried.media, "Connection": "close"})
            answer = line.getresponse()
            content = answer.read()
            self.carried.append(carried)
            return answer.status, answer.headers.get("Content-Type", ""), content
        finally:
            line.close()

    def _answer(self, carried: Carried) -> tuple[int, str, bytes] | None:
        with self._lock:  # one station sends one message at a time; what was held back comes after it
            if self.is_cut:
                return None
            fault = self.draw() if carried.path.endswith("/reports") else Fault.NONE
            self.done[fault] += 1
            answer = self._with(fault, carried)
            if fault is not Fault.LATE:
                held, self._held = self._held, []
                for late in held:
                    self.deliver(late)
            return answer

    def _with(self, fault: Fault, carried: Carried) -> tuple[int, str, bytes] | None:
        match fault:
            case Fault.LOST:
                return None
            case Fault.BUSY:
                return 503, "application/problem+json", b'{"code":"centre.busy","title":"busy"}'
            case Fault.BROKEN:
                return 200, "text/html", "<html>请先登录无线网络</html>".encode()
            case Fault.TURNED_DOWN:
                return 422, "application/problem+json", '{"code":"gate.content","detail":"网关拦截"}'.encode()
            case Fault.LATE:
                self._held.append(carried)
                return 503, "application/problem+json", b'{"code":"centre.busy","title":"busy"}'
            case Fault.REPLY_LOST:
                self.deliver(carried)
                return None
            case Fault.DOUBLED:
                self.deliver(carried)
        return self.deliver(carried)
