"""A centre that misbehaves by script: a real TCP (or TLS) socket that answers each request as its next act says.

With no act left it acknowledges like a centre that has forgotten nothing: the same content gets the same number.
"""

from __future__ import annotations

import base64
import contextlib
import hashlib
import json
import socket
import ssl
import threading
import time
from collections.abc import Callable
from typing import Any

#: Plays one answer; True: it was played to its end although the other side should have left before.
Act = Callable[[socket.socket, bytes, str], bool | None]


def digest_of(envelope: bytes) -> str:
    """SHA-256 of the content that a compact JWS carries."""
    part = envelope.split(b".")[1]
    return hashlib.sha256(base64.urlsafe_b64decode(part + b"=" * (-len(part) % 4))).hexdigest()


def answer(status: int, body: bytes | str, *headers: str, media: str = "application/json") -> bytes:
    """One HTTP answer as bytes."""
    content = body.encode() if isinstance(body, str) else body
    lines = [f"HTTP/1.1 {status} Said", f"Content-Type: {media}", f"Content-Length: {len(content)}", *headers]
    return ("\r\n".join([*lines, "Connection: close", "", ""])).encode() + content


def reply(status: int, body: bytes | str = "{}", *headers: str, media: str = "application/json") -> Act:
    """Answers so, whatever was asked."""
    return lambda line, envelope, number: line.sendall(answer(status, body, *headers, media=media))


def problem(status: int, code: str, detail: str) -> Act:
    """Problem details, as the real centre gives them."""
    return reply(status, json.dumps({"code": code, "detail": detail}), media="application/problem+json")


def acknowledge(line: socket.socket, envelope: bytes, number: str) -> None:
    """The right answer."""
    body = json.dumps({"acknowledgement_no": number, "hash": digest_of(envelope)})
    line.sendall(answer(201, body))


def acknowledge_as(number: Any, **other: Any) -> Act:
    """An answer with this number (and these facts), right or not."""

    def act(line: socket.socket, envelope: bytes, _number: str) -> None:
        facts = {"acknowledgement_no": number, "hash": digest_of(envelope), **other}
        line.sendall(answer(201, json.dumps(facts)))

    return act


def hang_up(line: socket.socket, envelope: bytes, number: str) -> None:
    """Takes the report and never says so."""


def raw(content: bytes) -> Act:
    """These bytes and nothing else."""
    return lambda line, envelope, number: line.sendall(content)


def trickle(seconds: float, content: bytes = b"HTTP/1.1 200 OK\r\nX-Slow: " + b"a" * 10_000) -> Act:
    """A byte each ten milliseconds: no single read ever times out."""

    def act(line: socket.socket, envelope: bytes, number: str) -> bool:
        until = time.monotonic() + seconds
        with contextlib.suppress(OSError):
            for byte in content:
                if time.monotonic() > until:
                    break
                line.sendall(bytes([byte]))
                time.sleep(0.01)
            return True
        return False

    return act


def silent(seconds: float) -> Act:
    """Keeps the line open and says nothing, until the other side has had enough."""

    def act(line: socket.socket, envelope: bytes, number: str) -> bool:
        line.settimeout(seconds)
        try:
            line.recv(1)
        except TimeoutError:
            return True
        return False

    return act


def flood(line: socket.socket, envelope: bytes, number: str) -> None:
    """An answer without an end."""
    with contextlib.suppress(OSError):
        line.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n")
        for _ in range(100_000):
            line.sendall(b'{"acknowledgement_no": "C-1", ' + b" " * 8192)


class ScriptedCentre:
    """Plays the acts in order, one for each request; afterwards ``acknowledge``."""

    def __init__(self, *acts: Act, tls: ssl.SSLContext | None = None, port: int = 0) -> None:
        self.acts = list(acts)
        self.envelopes: list[bytes] = []
        self.numbers: dict[str, str] = {}
        self.busiest = 0
        self.played_out = 0
        self._tls = tls
        self._busy = 0
        self._lock = threading.Lock()
        self._arrived = threading.Condition(self._lock)
        self._socket = socket.create_server(("127.0.0.1", port))
        self.port = self._socket.getsockname()[1]
        self.address = f"{'https' if tls else 'http'}://127.0.0.1:{self.port}"
        self._threads: list[threading.Thread] = []
        self._acceptor = threading.Thread(target=self._accept, daemon=True)
        self._acceptor.start()

    def __enter__(self) -> ScriptedCentre:
        return self

    def __exit__(self, *failure: object) -> None:
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        for thread in [self._acceptor, *self._threads]:
            thread.join(10)

    def wait_for(self, count: int, seconds: float = 60.0) -> None:
        """Returns once so many requests have come."""
        with self._arrived:
            assert self._arrived.wait_for(lambda: len(self.envelopes) >= count, seconds), f"{len(self.envelopes)} came"

    def _accept(self) -> None:
        while True:
            try:
                line, _ = self._socket.accept()
            except OSError:
                return
            thread = threading.Thread(target=self._serve, args=(line,), daemon=True)
            self._threads.append(thread)
            thread.start()

    def _serve(self, line: socket.socket) -> None:
        line.settimeout(60)
        with contextlib.suppress(OSError), contextlib.ExitStack() as stack:
            stack.enter_context(line)
            if self._tls is not None:
                line = stack.enter_context(self._tls.wrap_socket(line, server_side=True))
            envelope = _body(line)
            if envelope is None:
                return
            with self._arrived:
                act = self.acts.pop(0) if self.acts else acknowledge
                number = self.numbers.setdefault(digest_of(envelope), f"C-{len(self.numbers) + 1}")
                self.envelopes.append(envelope)
                self._busy += 1
                self.busiest = max(self.busiest, self._busy)
                self._arrived.notify_all()
            try:
                if act(line, envelope, number):
                    self.played_out += 1
            finally:
                with self._lock:
                    self._busy -= 1


def _body(line: socket.socket) -> bytes | None:
    content = b""
    while b"\r\n\r\n" not in content:
        piece = line.recv(65536)
        if not piece:
            return None
        content += piece
    head, _, body = content.partition(b"\r\n\r\n")
    fields = dict(row.split(b": ", 1) for row in head.lower().split(b"\r\n")[1:])
    length = int(fields[b"content-length"])
    while len(body) < length:
        piece = line.recv(65536)
        if not piece:
            return None
        body += piece
    return body
