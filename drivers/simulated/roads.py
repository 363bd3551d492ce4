"""How bytes get to a simulated printer: a TCP port of this machine that takes one connection at a time, as print
servers do, or the far end of a pty. Both are polled by the printer's thread; neither ever blocks it."""

from __future__ import annotations

import contextlib
import os
import select
import socket
import tty

CHUNK = 65_536


class TcpRoad:
    """A port on the loopback; the same one again after an unplug when it is still free."""

    name = "tcp"

    def __init__(self) -> None:
        self._listener: socket.socket | None = None
        self._peer: socket.socket | None = None
        self._port = 0

    def plug(self) -> str:
        """Begins to listen and returns the address."""
        for port in (self._port, 0):
            listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                listener.bind(("127.0.0.1", port))
            except OSError:
                listener.close()
                if not port:
                    raise
                continue
            listener.listen(4)
            self._listener, self._port = listener, listener.getsockname()[1]
            break
        return f"127.0.0.1:{self._port}"

    def pull(self) -> None:
        """The cable is out: nobody is listening any more."""
        self.hang_up()
        if self._listener is not None:
            self._listener.close()
            self._listener = None

    def hang_up(self) -> None:
        """Ends the connection, not the road."""
        if self._peer is not None:
            self._peer.close()
            self._peer = None

    def receive(self, patience_seconds: float, *, is_full: bool) -> bytes | None:
        """What has come; ``b''`` for nothing, None when a connection has just begun or ended.

        While the printer is full nothing is read, and the sender's writes stand still.
        """
        waiting = self._peer or self._listener
        if waiting is None or (is_full and self._peer is not None):
            select.select([], [], [], patience_seconds)
            return b""
        readable, _, _ = select.select([waiting], [], [], patience_seconds)
        if not readable:
            return b""
        try:
            if self._peer is None:
                assert self._listener is not None
                self._peer, _ = self._listener.accept()
                self._peer.setblocking(False)
                return None
            data = self._peer.recv(CHUNK)
        except BlockingIOError:
            return b""
        except OSError:
            data = b""
        if not data:
            self.hang_up()
            return None
        return data

    def send(self, data: bytes) -> None:
        """Answers whoever is connected; nobody hears it otherwise."""
        if self._peer is not None:
            with contextlib.suppress(OSError):
                self._peer.send(data)


class PtyRoad:
    """A serial line: no connections, and an answer that comes late is heard by whoever listens then."""

    name = "pty"

    def __init__(self) -> None:
        self._far = self._near = -1

    def plug(self) -> str:
        self._far, self._near = os.openpty()
        tty.setraw(self._near)
        os.set_blocking(self._far, False)
        return os.ttyname(self._near)

    def pull(self) -> None:
        for end in (self._near, self._far):
            if end >= 0:
                with contextlib.suppress(OSError):
                    os.close(end)
        self._far = self._near = -1

    def hang_up(self) -> None:
        """A serial line has nothing to hang up."""

    def receive(self, patience_seconds: float, *, is_full: bool) -> bytes | None:
        readable, _, _ = select.select([self._far] if self._far >= 0 and not is_full else [], [], [], patience_seconds)
        if not readable:
            return b""
        try:
            return os.read(self._far, CHUNK)
        except OSError:
            return b""

    def send(self, data: bytes) -> None:
        if self._far >= 0:
            with contextlib.suppress(OSError):
                os.write(self._far, data)


Road = TcpRoad | PtyRoad
