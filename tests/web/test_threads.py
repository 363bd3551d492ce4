"""The thread that was idle shortest answers next; none is lost, and all end when they are told to."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator

import pytest

from web.threads import LastFirst

THREADS = 6


class Task:
    """What a connection hands to the threads."""

    def __init__(self, do: Callable[[], None]) -> None:
        self._do = do
        self.is_done = threading.Event()
        self.thread = 0
        self.is_cancelled = False

    def service(self) -> None:
        self.thread = threading.get_ident()
        try:
            self._do()
        finally:
            self.is_done.set()

    def cancel(self) -> None:
        self.is_cancelled = True


@pytest.fixture
def threads() -> Iterator[LastFirst]:
    made = LastFirst()
    made.set_thread_count(THREADS)
    yield made
    made.shutdown(timeout=5)


def _until(holds: Callable[[], bool]) -> None:
    until = time.monotonic() + 10
    while not holds() and time.monotonic() < until:
        time.sleep(0.005)
    assert holds()


def _all_idle(threads: LastFirst) -> Callable[[], bool]:
    return lambda: threads.active_count == 0


def test_one_client_is_answered_by_one_thread(threads: LastFirst) -> None:
    seen = []
    for _ in range(30):
        _until(_all_idle(threads))
        task = Task(lambda: None)
        threads.add_task(task)
        assert task.is_done.wait(10)
        seen.append(task.thread)
    assert len(set(seen)) == 1


def test_as_many_as_there_are_threads_are_answered_at_once(threads: LastFirst) -> None:
    together = threading.Barrier(THREADS)
    tasks = [Task(lambda: together.wait(10) and None) for _ in range(THREADS)]
    for task in tasks:
        threads.add_task(task)
    assert all(task.is_done.wait(10) for task in tasks)
    assert len({task.thread for task in tasks}) == THREADS


def test_what_has_no_thread_waits_for_one(threads: LastFirst) -> None:
    tasks = [Task(lambda: time.sleep(0.001)) for _ in range(200)]
    for task in tasks:
        threads.add_task(task)
    assert all(task.is_done.wait(10) for task in tasks)
    _until(_all_idle(threads))


def test_thread_outlives_a_task_that_breaks(threads: LastFirst, caplog: pytest.LogCaptureFixture) -> None:
    def breaks() -> None:
        raise ValueError("no")

    for _ in range(THREADS * 2):
        task = Task(breaks)
        threads.add_task(task)
        assert task.is_done.wait(10)
    last = Task(lambda: None)
    threads.add_task(last)
    assert last.is_done.wait(10)
    _until(_all_idle(threads))
    assert len(threads.threads) == THREADS
    assert "Exception when servicing" in caplog.text


def test_threads_end_when_they_are_told_and_finish_what_they_do() -> None:
    threads = LastFirst()
    threads.set_thread_count(3)
    begun, may_end = threading.Event(), threading.Event()

    def slow() -> None:
        begun.set()
        may_end.wait(10)

    task = Task(slow)
    threads.add_task(task)
    begun.wait(10)
    threading.Timer(0.2, may_end.set).start()
    threads.shutdown(timeout=10)
    assert task.is_done.is_set()
    assert not threads.threads
    assert threads.active_count == 0
