"""The threads that answer, last come first served: the one that was idle shortest takes the next request.

waitress wakes the one that was idle longest, so one client's requests walk through all thirty-two threads, each with a cold
stack, heap and cache: a look-up costs half as much again as with one thread. Seen with waitress 3.0.2; can go when its
dispatcher wakes the last one.
"""

from __future__ import annotations

import threading

from waitress.channel import HTTPChannel
from waitress.task import ThreadedTaskDispatcher


class LastFirst(ThreadedTaskDispatcher):
    """waitress' dispatcher with a stack of idle threads, each with a bell of its own."""

    def __init__(self) -> None:
        super().__init__()
        self._idle: list[threading.Lock] = []

    def handler_thread(self, thread_no: int) -> None:
        """Answers until it is told to stop. A locked lock is a silent bell."""
        bell = threading.Lock()
        bell.acquire()
        while True:
            with self.lock:
                if self.stop_count > 0:
                    self.active_count -= 1
                    self.stop_count -= 1
                    self.threads.discard(thread_no)
                    self.thread_exit_cv.notify()
                    return
                task = self.queue.popleft() if self.queue else None
                if task is None:
                    self.active_count -= 1
                    self._idle.append(bell)
            if task is None:
                bell.acquire()
                continue
            try:
                task.service()
            except BaseException:  # noqa: BLE001 - as in waitress: whatever a request does, its thread stays
                self.logger.exception("Exception when servicing %r", task)

    def add_task(self, task: HTTPChannel) -> None:
        """Queues a request and wakes the thread that was idle shortest."""
        with self.lock:
            self.queue.append(task)
            if not self._ring():
                self.queue_logger.warning("Task queue depth is %d", len(self.queue))

    def set_thread_count(self, count: int) -> None:
        """Starts threads, or wakes them all so that those which are too many end."""
        super().set_thread_count(count)
        with self.lock:
            while self.stop_count and self._ring():
                pass

    def _ring(self) -> bool:
        """Wakes one idle thread, if there is one; the lock is held."""
        if not self._idle:
            return False
        self.active_count += 1
        self._idle.pop().release()
        return True
