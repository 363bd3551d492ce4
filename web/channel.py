"""Two things that waitress' connections do better for a counter: the main thread does not spin beside the one that answers,
and an answer's head goes with its body. Seen with waitress 3.0.2; each class says how to know that it can go."""

from __future__ import annotations

from waitress.channel import HTTPChannel
from waitress.task import WSGITask

#: A longer beginning is not copied to save a call.
LONGEST_JOINED_BYTES = 64 * 1024


class Answer(WSGITask):
    """One answer, whose head waits for the first bytes of its body.

    waitress sends the head by itself and then the body: two calls, two packets, and the browser wakes up twice. Can go
    when its ``Task.write`` joins them."""

    def write(self, data: bytes) -> None:
        """Sends ``data``, the head before it when it is the first."""
        if self.wrote_header or not self.complete or not self.has_body or not 0 < len(data) <= LONGEST_JOINED_BYTES:
            super().write(data)
            return
        self.channel.head = self.build_response_header()
        self.wrote_header = True
        super().write(data)
        if self.channel.head:  # a body of no length after all
            self.channel.write_soon(self.channel.take_head())


class Channel(HTTPChannel):
    """A connection that the main thread leaves alone while a worker is sending on it.

    Meanwhile the connection counts as writable with bytes to go: the main thread's poll returns at once, finds the buffer
    locked by the worker, and polls again, up to sixty times a request. On two busy cores that was more CPU than a
    hand-over itself. A worker that cannot send everything wakes the main thread by itself, so nothing is lost by not
    looking. Can go when its ``HTTPChannel.writable`` looks at the lock."""

    task_class = Answer
    head = b""

    def writable(self) -> bool:
        """Whether the main thread has anything to send."""
        if self.total_outbufs_len and self.requests:
            if not self.outbuf_lock.acquire(blocking=False):
                return False
            self.outbuf_lock.release()
        return bool(super().writable())

    def take_head(self) -> bytes:
        """The head that waits, once."""
        head, self.head = self.head, b""
        return head

    def write_soon(self, data: bytes) -> int:
        """Sends ``data`` behind the head that waits for it."""
        if self.head:
            data = self.take_head() + data
        return int(super().write_soon(data) or 0)
