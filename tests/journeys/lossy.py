"""A road to the station on which replies get lost: a TCP proxy that lets requests through and, when told to, breaks the
connection as soon as the answer begins to come. By then the station has committed: it says nothing before."""

from __future__ import annotations

import contextlib
import select
import socket
import struct
import threading
from types import TracebackType

_RESET = struct.pack("ii", 1, 0)  # SO_LINGER for no time: the peer sees a broken connection, not an ended one


class LossyRoad:
    """Listens until closed. ``lose_next`` breaks the connection that gets the next answer; ``lost`` counts."""

    def __init__(self, port: int) -> None:
        self._to = port
        self._loses = threading.Event()
        self._is_over = threading.Event()
        self.lost = 0
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._listener.settimeout(0.2)
        self.port = int(self._listener.getsockname()[1])
        self._threads = [threading.Thread(target=self._accept, name="road", daemon=True)]
        self._threads[0].start()

    def lose_next(self) -> None:
        """The next answer is lost."""
        self._loses.set()

    def close(self) -> None:
        """Ends every connection."""
        self._is_over.set()
        for thread in self._threads:
            thread.join(5)
        self._listener.close()

    def _accept(self) -> None:
        while not self._is_over.is_set():
            with contextlib.suppress(TimeoutError):
                near, _ = self._listener.accept()
                thread = threading.Thread(target=self._carry, args=(near,), daemon=True)
                self._threads.append(thread)
                thread.start()

    def _carry(self, near: socket.socket) -> None:
        with near, socket.create_connection(("127.0.0.1", self._to)) as far, contextlib.suppress(OSError):
            while not self._is_over.is_set():
                ready, _, _ = select.select([near, far], [], [], 0.2)
                for one in ready:
                    data = one.recv(65536)
                    if not data:
                        return
                    if one is far and self._loses.is_set():
                        self._loses.clear()
                        self.lost += 1
                        near.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
                        return
                    (far if one is near else near).sendall(data)

    def __enter__(self) -> LossyRoad:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
