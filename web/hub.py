"""Live events to the pages of a desk: who listens, what was said last, and how many streams there may be.

A stream holds a thread but no database connection. It sends a heartbeat every two seconds (so that a dead one is noticed
and its thread freed), ends after fifteen minutes, and there are at most sixteen; the seventeenth page polls
(architecture.md §7). Events carry numbers, so whoever reconnects or polls gets what it missed.
"""

from __future__ import annotations

import contextlib
import json
import queue
import threading
import time
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from kiosk import ids

BEAT_SECONDS = 2.0
STREAM_SECONDS = 900.0
#: How long the last scan's sentence is said again on a page that loads after it.
FRESH_SECONDS = 15.0
MOST_STREAMS = 16
#: Events of a desk that a page may have missed; an older page is told to load itself afresh.
KEPT_EVENTS = 64
WAITING_EVENTS = 100


@dataclass(frozen=True, slots=True)
class Event:
    """One thing a page is told. ``desk_id`` None goes to every desk."""

    number: int
    kind: str
    data: dict[str, Any]
    desk_id: int | None


class Hub:
    """Hands events to the open streams and keeps the last ones for those that poll."""

    def __init__(self) -> None:
        #: Another process, another counting: a page that comes with the old one's number is told to load afresh.
        self.epoch = ids.token(6)
        self._lock = threading.Lock()
        self._streams: dict[Stream, int | None] = {}
        self._events: deque[Event] = deque(maxlen=KEPT_EVENTS)
        self._said: dict[int | None, tuple[float, dict[str, Any]]] = {}
        self._last = 0
        self.is_over = False

    def publish(self, kind: str, desk_id: int | None = None, **data: Any) -> None:
        """Tells every page of the desk (of all desks when None). Never waits: a stream that can't follow is ended."""
        with self._lock:
            self._last += 1
            event = Event(self._last, kind, data, desk_id)
            self._events.append(event)
            for stream, desk in list(self._streams.items()):
                if desk_id is None or desk == desk_id:
                    stream.give(event)

    def say(self, desk_id: int | None, told: dict[str, Any]) -> None:
        """Publishes what a scan came to and keeps it as the desk's last sentence, for pages that load later."""
        with self._lock:
            self._said[desk_id] = (time.monotonic(), told)
        self.publish("scan", desk_id, **told)

    def last_said(self, desk_id: int | None) -> dict[str, Any] | None:
        """What the desk's last scan came to, while it is fresh: later, on another page, it would be taken for news."""
        with self._lock:
            at, told = self._said.get(desk_id, (0.0, None))
        return told if told is not None and time.monotonic() - at < FRESH_SECONDS else None

    def mark(self) -> str:
        """Where the counting stands now; goes into a page when it is rendered, before it reads anything."""
        with self._lock:
            return f"{self.epoch}.{self._last}"

    def since(self, mark: str, desk_id: int | None) -> list[Event] | None:
        """The events of a desk after a mark, or None when they are no longer all known."""
        with self._lock:
            return self._since(mark, desk_id)

    def open(self, mark: str, desk_id: int | None) -> Stream | None:
        """A stream that begins after ``mark``; None when sixteen are open or the process is ending."""
        with self._lock:
            if self.is_over or len(self._streams) >= MOST_STREAMS:
                return None
            stream = Stream(self)
            missed = self._since(mark, desk_id)
            for event in missed if missed is not None else [Event(self._last, "afresh", {}, None)]:
                stream.give(event)
            self._streams[stream] = desk_id
            return stream

    def leave(self, stream: Stream) -> None:
        """The stream is over; called by itself."""
        with self._lock:
            self._streams.pop(stream, None)

    @property
    def open_streams(self) -> int:
        """How many streams are open."""
        with self._lock:
            return len(self._streams)

    def end(self) -> None:
        """Ends every stream; the process is going."""
        with self._lock:
            self.is_over = True
            for stream in self._streams:
                stream.end()

    def _since(self, mark: str, desk_id: int | None) -> list[Event] | None:
        epoch, _, number = mark.rpartition(".")
        if epoch != self.epoch or not (number.isascii() and number.isdigit() and len(number) < 16):
            return None
        after = int(number)
        oldest = self._events[0].number if self._events else self._last + 1
        if after + 1 < oldest:
            return None
        return [e for e in self._events if e.number > after and (e.desk_id is None or e.desk_id == desk_id)]


class Stream:
    """One open stream of server-sent events."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self._queue: queue.Queue[Event | None] = queue.Queue(WAITING_EVENTS)
        self._is_over = False

    def give(self, event: Event) -> None:
        """Puts an event into the stream; ends it when it has fallen too far behind."""
        try:
            self._queue.put_nowait(event)
        except queue.Full:
            self._is_over = True

    def end(self) -> None:
        """Ends the stream at its next turn."""
        self._is_over = True
        with contextlib.suppress(queue.Full):  # it wakes up for what is in the queue, and then sees that it is over
            self._queue.put_nowait(None)

    def frames(self) -> Iterator[bytes]:
        """The bytes on the wire, until the browser goes, fifteen minutes are over or the process ends."""
        until = time.monotonic() + STREAM_SECONDS
        try:
            yield b"retry: 1500\n\n" + _beat()
            while not self._is_over and time.monotonic() < until:
                try:
                    event = self._queue.get(timeout=BEAT_SECONDS)
                except queue.Empty:
                    yield _beat()
                    continue
                if event is not None:
                    yield _frame(event, self._hub.epoch)
        finally:
            self.leave()

    def leave(self) -> None:
        """Gives the stream's place to another; does nothing the second time."""
        self._hub.leave(self)


def written(event: Event, epoch: str) -> dict[str, Any]:
    """An event as JSON for pages that poll."""
    return {"mark": f"{epoch}.{event.number}", "kind": event.kind, "data": event.data}


def _frame(event: Event, epoch: str) -> bytes:
    data = json.dumps(event.data, ensure_ascii=False, separators=(",", ":"))
    return f"id: {epoch}.{event.number}\nevent: {event.kind}\ndata: {data}\n\n".encode()


def _beat() -> bytes:
    return f"event: beat\ndata: {int(time.time())}\n\n".encode()
