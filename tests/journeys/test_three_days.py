"""Three whole days of a station, every unhappy path of ``tests.journeys.days`` taken in a real browser and over the API.
After each: ``kiosk check`` is clean and every account moved by exactly what was worked out by hand."""

from __future__ import annotations

from collections import Counter as Sums
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.journeys.days import Unhappy, of_every_room
from tests.journeys.days.counter import Counter
from tests.journeys.days.line import Line
from tests.web.api.program import make_template
from tests.web.api.program import serving as serving_api
from tests.web.browser import chromium, serving
from tests.web.counter import make_counter

PATHS = of_every_room()


def params(road: str) -> list[object]:
    """Each path on this road, in order, on one worker: the days follow one another."""
    group = pytest.mark.xdist_group(f"three days, {road}")
    return [pytest.param(path, id=f"day{path.day}-{path.name}", marks=group) for path in PATHS]


@pytest.fixture(scope="module")
def counter(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Counter]:
    station = make_counter(tmp_path_factory.mktemp("three-days"))
    with chromium() as browser, serving(station) as server:
        found = Counter(station, browser, server.url)
        yield found
        found.close()
    station.close()


@pytest.fixture(scope="module")
def line(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Line]:
    folder = tmp_path_factory.mktemp("three-days")
    tokens = make_template(folder / "template")
    (folder / "station").mkdir()
    with serving_api(folder / "template", tokens, folder / "station") as station:
        yield Line(station)


def taken(path: Unhappy, road: Counter | Line) -> None:
    """Takes a path and holds the accounts and ``kiosk check`` against what was written down."""
    before = Sums(road.balances())
    if isinstance(road, Counter):
        road.sit_down("李柜员")
        path.browser(road)
    else:
        path.api(road)
    moved = Sums(road.balances())
    moved.subtract(before)
    assert {account: fen for account, fen in moved.items() if fen} == {k: v for k, v in path.moves.items() if v}
    assert road.problems() == []


@pytest.mark.timeout(120)
@pytest.mark.parametrize("path", params("browser"))
def test_path_at_the_counter(path: Unhappy, counter: Counter) -> None:
    taken(path, counter)


@pytest.mark.timeout(60)
@pytest.mark.parametrize("path", params("api"))
def test_path_over_the_api(path: Unhappy, line: Line) -> None:
    taken(path, line)
