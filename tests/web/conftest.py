"""A browser for each test worker, a station for each test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.web.browser import TestStation, chromium, make_station, open_context, serving
from web.server import Server


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


@pytest.fixture
def station(tmp_path: Path) -> Iterator[TestStation]:
    """A station with a manager, an operator and an inspector."""
    found = make_station(tmp_path)
    yield found
    found.close()


@pytest.fixture
def server(station: TestStation) -> Iterator[Server]:
    with serving(station) as found:
        yield found


@pytest.fixture
def page(browser: Browser, server: Server) -> Iterator[Page]:
    """A fresh browser at the station; fails when a script fails or the policy blocks something."""
    context = open_context(browser, server.url)
    problems: list[str] = []
    found = context.new_page()
    found.on("pageerror", lambda error: problems.append(str(error)))
    found.on(
        "console", lambda message: problems.append(message.text) if "Content Security Policy" in message.text else None
    )
    yield found
    context.close()
    assert not problems
