"""Keeps waitress' main thread from spinning beside the thread that answers.

While a worker sends its answer, the connection counts as writable with bytes to go: the main thread's poll returns at
once, finds the buffer locked by the worker, and polls again, up to sixty times a request. On two busy cores that was
more CPU than a hand-over itself. A worker that cannot send everything wakes the main thread by itself, so nothing is
lost by not looking. Seen with waitress 3.0.2; can go when its ``HTTPChannel.writable`` looks at the lock.
"""

from __future__ import annotations

from waitress.channel import HTTPChannel


class Channel(HTTPChannel):
    """A connection that the main thread leaves alone while a worker is sending on it."""

    def writable(self) -> bool:
        """Whether the main thread has anything to send."""
        if self.total_outbufs_len and self.requests:
            if not self.outbuf_lock.acquire(blocking=False):
                return False
            self.outbuf_lock.release()
        return bool(super().writable())
