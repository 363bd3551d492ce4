"""How the server ends."""

from __future__ import annotations

import pytest

from tests.web.browser import TestStation
from web.server import Server


def test_door_is_closed_only_after_its_loop_was_woken(station: TestStation, monkeypatch: pytest.MonkeyPatch) -> None:
    """The loop may come round by itself between the word and the wake-up. Had it closed its pipe by then, the byte that
    wakes it went to whatever file had got the pipe's number since, or nowhere."""
    server = Server(station.store, station.runtime)
    server.start()
    wake = server._wsgi.pull_trigger

    def late() -> None:
        wake()  # as if the second were over
        server._thread.join(0.3)
        wake()

    monkeypatch.setattr(server._wsgi, "pull_trigger", late)
    server.stop()
    assert not server._thread.is_alive()
