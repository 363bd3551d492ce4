"""Random acts on every service: done, refused, voided, given back; after each the books are right and ``kiosk check`` is
clean. ``HYPOTHESIS_PROFILE=thorough`` plays thousands."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.services.many_acts import World

STEPS = 80


@pytest.mark.timeout(900)
@settings(max_examples=max(20, settings.default.max_examples // 10))
@given(seed=st.integers(0, 2**32 - 1))
def test_books_are_right_whatever_is_done(tmp_path_factory: pytest.TempPathFactory, seed: int) -> None:
    world = World(tmp_path_factory.mktemp("world") / "station", random.Random(seed))
    try:
        for _ in range(STEPS):
            world.step()
            world.agrees()
    finally:
        world.bench.store.close()


def test_random_acts_reach_every_service_and_many_refusals(tmp_path: Path) -> None:
    """The control: what the property plays is not all refused, and not all done."""
    world = World(tmp_path / "station", random.Random(7))
    for _ in range(700):
        world.step()
    world.agrees()
    world.bench.store.close()
    wanted = {
        "settle", "void", "refund", "reduce fee", "add bill", "add purchase", "add consignment", "add outbound",
        "add convenience", "add buy_up", "bill confirm", "purchase order", "manifest give", "close day", "move cash",
        "hand over", "add settlement", "sell online", "stocktake count", "correct day", "hand drawer", "purchase price",
    }  # fmt: skip
    assert wanted <= set(world.done), wanted - set(world.done)
    assert len(world.refused) > 30, sorted(world.refused)
