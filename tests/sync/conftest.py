"""A centre over a file of its own, and one station's signing hand."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.sync.county import Centre, Signer


@pytest.fixture
def make(tmp_path: Path) -> Iterator[Callable[..., Centre]]:
    made: list[Centre] = []

    def make_centre(**options: bool) -> Centre:
        made.append(Centre(tmp_path / "centre", **options))
        return made[-1]

    yield make_centre
    for centre in made:
        centre.store.close()


@pytest.fixture
def centre(make: Callable[..., Centre]) -> Centre:
    return make()


@pytest.fixture
def signer(tmp_path: Path) -> Signer:
    return Signer.make(tmp_path / "station", "demo-001")
