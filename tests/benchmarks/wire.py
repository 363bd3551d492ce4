"""The smallest HTTP client: one kept connection, bytes out, bytes in. What it costs is the same for a thing and its
yardstick, and little beside either."""

from __future__ import annotations

import json
import socket
from typing import Any


class Wire:
    """One connection to a port of this machine; ``headers`` go with every request."""

    def __init__(self, port: int, headers: dict[str, str] | None = None) -> None:
        self._port = port
        self._headers = "".join(f"{name}: {value}\r\n" for name, value in (headers or {}).items())
        self._line = socket.create_connection(("127.0.0.1", port), 60)
        self._line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def ask(self, method: str, path: str, body: bytes = b"", more: str = "") -> tuple[int, bytes]:
        """Status and content of an answer. ``more`` are further header lines, each with its line end."""
        head = f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{self._port}\r\n{self._headers}{more}"
        if method == "POST":
            head += f"Content-Length: {len(body)}\r\n"
        self._line.sendall(head.encode() + b"\r\n" + body)
        held = b""
        while (end := held.find(b"\r\n\r\n")) < 0:
            held += self._receive()
        lines = held[:end].decode("latin-1").lower().split("\r\n")
        length = next(int(line[15:]) for line in lines if line.startswith("content-length:"))
        content = held[end + 4 :]
        while len(content) < length:
            content += self._receive()
        return int(lines[0].split()[1]), content

    def json(self, path: str, body: Any, *expected: int, key: str = "") -> Any:
        """POST of JSON; the answer read. Fails unless the status is one of ``expected``."""
        more = "Content-Type: application/json\r\n" + (f"Idempotency-Key: {key}\r\n" if key else "")
        status, content = self.ask("POST", path, json.dumps(body).encode(), more)
        if status not in expected:
            raise AssertionError(f"{path}: {status} {content[:400]!r}")
        return json.loads(content)

    def close(self) -> None:
        """Ends the connection."""
        self._line.close()

    def _receive(self) -> bytes:
        data = self._line.recv(65536)
        if not data:
            raise ConnectionError("the server closed the connection")
        return data
