"""A receipt printer that a test plays: takes ESC/POS at a TCP port, says it is well, keeps each paper's bytes.

Much lighter than the simulated one, which draws; here only the papers are counted and searched.
"""

from __future__ import annotations

import re
import socket
import threading
from types import TracebackType
from typing import Any

WELL = b"\x12"
_QUESTION = re.compile(rb"\x10\x04[\x01-\x04]")
_CUT = re.compile(rb"\x1dV(?:[AB\x61\x62\x67\x68].|[\x00\x01\x30\x31])", re.DOTALL)


class TcpPrinter:
    """Listens until closed; one connection at a time, as print servers do. ``papers`` are the slips cut so far."""

    def __init__(self) -> None:
        self.papers: list[bytes] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._listener.settimeout(0.2)
        self._is_over = threading.Event()
        self._thread = threading.Thread(target=self._run, name="printer", daemon=True)
        self._thread.start()

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self._listener.getsockname()[1])

    def device(self, name: str, desk: str) -> dict[str, Any]:
        """The entry for station.toml: a network printer without its pauses for slow mechanics."""
        options = {
            "host": "127.0.0.1", "port": self.port, "has_cutter": True, "between_jobs_seconds": 0, "settle_ms": 0, "after_ms": 0,
            "retry_seconds": [0.2], "hold_seconds": 0.2,
        }  # fmt: skip
        return {"name": name, "kind": "printer", "driver": "network", "desk": desk, "options": options}

    def close(self) -> None:
        """Stops listening."""
        self._is_over.set()
        self._thread.join(5)
        self._listener.close()

    def __enter__(self) -> TcpPrinter:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _run(self) -> None:
        while not self._is_over.is_set():
            try:
                peer, _ = self._listener.accept()
            except TimeoutError:
                continue
            with peer:
                self._serve(peer)

    def _serve(self, peer: socket.socket) -> None:
        peer.settimeout(0.2)
        held = b""
        while not self._is_over.is_set():
            try:
                data = peer.recv(65536)
            except TimeoutError:
                continue
            except OSError:
                break
            if not data:
                break
            held += data
            held, asked = _QUESTION.subn(b"", held)
            while (cut := _CUT.search(held)) is not None:
                self.papers.append(held[: cut.start()])
                held = held[cut.end() :]
            if asked:
                try:
                    peer.sendall(WELL * asked)
                except OSError:
                    break
        if held.strip(b"\x1b@\x00\r\n"):
            self.papers.append(held)  # torn off: its sender died in the middle
