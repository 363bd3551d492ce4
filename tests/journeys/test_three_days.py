"""Three whole days of a station, every unhappy path of ``tests.journeys.days`` taken in a real browser and over the API.
After each: ``kiosk check`` is clean and every account moved by exactly what was worked out by hand."""

from __future__ import annotations

from collections import Counter as Sums
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from functools import cache
from pathlib import Path

import pytest

from tests.journeys.days import Unhappy, lists, of_every_room, seen_elsewhere
from tests.journeys.days.counter import Counter
from tests.journeys.days.line import Line
from tests.web.api.program import make_template
from tests.web.api.program import serving as serving_api
from tests.web.browser import chromium, serving
from tests.web.counter import make_counter

PATHS = of_every_room()
#: Two stations live their three days beside each other, so that the run takes half as long; a room is always at the same.
STATIONS = ("a", "b")
#: Rooms at the second station.
AT_B = frozenset(
    {
        "bills", "bills_2", "cod", "cod_2", "conveniences", "conveniences_2", "fees", "outbound", "outbound_2", "overnight",
    }
)  # fmt: skip
#: Rooms at both: each closes its days.
AT_BOTH = frozenset({"z_day"})


def stations_of(path: Unhappy) -> tuple[str, ...]:
    """The stations at which a room's paths are taken."""
    return STATIONS if path.room in AT_BOTH else (STATIONS[path.room in AT_B],)


def params(road: str) -> list[object]:
    """Each path that exists on this road, in order. By the station's letter ``tests/conftest.py`` sends the paths of one
    station to one worker: the days follow one another."""
    found = []
    for path in PATHS:
        for station in stations_of(path) if getattr(path, road) is not None else ():
            found.append(pytest.param(path, station, id=f"{station}-day{path.day}-{path.name}"))
    return sorted(found, key=lambda param: str(param.id)[:6])


@pytest.fixture(scope="module")
def counters(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], Counter]]:
    """The counter of a station, opened when it is first asked for."""
    with chromium() as browser, ExitStack() as open_ones:

        @cache
        def of(name: str) -> Counter:
            station = make_counter(tmp_path_factory.mktemp(f"three-days-{name}"))
            open_ones.callback(station.close)
            server = open_ones.enter_context(serving(station))
            found = Counter(station, browser, server.url)
            open_ones.callback(found.close)
            return found

        yield of


@pytest.fixture(scope="module")
def lines(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], Line]]:
    """The API of a station, opened when it is first asked for."""
    folder = tmp_path_factory.mktemp("three-days")
    tokens = make_template(folder / "template")
    with ExitStack() as open_ones:

        @cache
        def of(name: str) -> Line:
            (folder / name).mkdir()
            return Line(open_ones.enter_context(serving_api(folder / "template", tokens, folder / name)))

        yield of


def taken(path: Unhappy, road: Counter | Line) -> None:
    """Takes a path and holds the accounts and ``kiosk check`` against what was written down."""
    before = Sums(road.balances())
    moves = path.moves(road.stands) if callable(path.moves) else path.moves
    with ExitStack() as failed:
        # What failed has failed: the paths behind it go on from what it left, and fail for reasons of their own.
        failed.callback(lambda: setattr(road, "stands", Sums(road.balances())))
        _taken(path, road, before, moves)
        failed.pop_all()
    road.stands.update(moves)


def _taken(path: Unhappy, road: Counter | Line, before: Sums[str], moves: Mapping[str, int]) -> None:
    if isinstance(road, Counter):
        assert path.browser is not None
        road.sit_down("李柜员")
        path.browser(road)
    else:
        assert path.api is not None
        path.api(road)
    moved = Sums(road.balances())
    moved.subtract(before)
    assert {account: fen for account, fen in moved.items() if fen} == {k: v for k, v in moves.items() if v}
    assert road.problems() == []


@pytest.mark.timeout(120)
@pytest.mark.parametrize(("path", "station"), params("browser"))
def test_path_at_the_counter(path: Unhappy, station: str, counters: Callable[[str], Counter]) -> None:
    taken(path, counters(station))


@pytest.mark.timeout(60)
@pytest.mark.parametrize(("path", "station"), params("api"))
def test_path_over_the_api(path: Unhappy, station: str, lines: Callable[[str], Line]) -> None:
    taken(path, lines(station))


def test_everything_that_was_listed_happens() -> None:
    happens = {name for path in PATHS for name in path.covers} | set(seen_elsewhere())
    assert happens <= set(lists()), "a path covers what nobody listed"
    assert sorted(set(lists()) - happens) == []


@pytest.mark.parametrize("place", sorted(set(seen_elsewhere().values())))
def test_test_that_takes_a_path_of_the_lists_is_there(place: str) -> None:
    file, _, name = place.partition("::")
    assert f"def {name}(" in (Path(__file__).parents[1] / file).read_text("utf-8")


def test_road_that_is_not_taken_says_why() -> None:
    silent = [path.name for path in PATHS if None in (path.browser, path.api) and not path.because]
    assert silent == []
