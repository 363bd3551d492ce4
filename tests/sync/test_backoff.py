"""How long to pause: bounds, growth, scatter."""

import random

from hypothesis import given
from hypothesis import strategies as st

from sync.backoff import pause_seconds

SECONDS = st.floats(0.05, 86_400)


@given(st.integers(0, 10**6), SECONDS, SECONDS, st.integers(), st.floats(0, 10**6))
def test_pause_stays_within_its_bounds(failures: int, first: float, longest: float, seed: int, asked: float) -> None:
    pause = pause_seconds(failures, first, longest, random.Random(seed), asked)
    assert first <= pause <= max(first, longest)


@given(st.integers(1, 60), st.integers())
def test_pause_doubles_until_the_longest(failures: int, seed: int) -> None:
    pause = pause_seconds(failures, 30.0, 1800.0, random.Random(seed))
    middle = min(1800.0, 30.0 * 2 ** (failures - 1))
    assert middle / 2 <= pause <= middle * 1.5


def test_pauses_of_many_stations_are_scattered(chance: random.Random) -> None:
    pauses = [pause_seconds(4, 30.0, 1800.0, chance) for _ in range(300)]
    assert min(pauses) < 150 and max(pauses) > 320
    assert len(set(pauses)) > 290


@given(st.floats(31, 1800), st.integers())
def test_wish_of_the_centre_is_heard(asked: float, seed: int) -> None:
    assert pause_seconds(1, 30.0, 1800.0, random.Random(seed), asked) >= asked
