"""A centre over a database of its own, SQLite and PostgreSQL alike, and one station's signing hand."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.sync.county import Centre, Signer
from tests.sync.postgres import Server, running_server


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Server]:
    """The worker's PostgreSQL."""
    with running_server() as server:
        yield server


@pytest.fixture(params=["sqlite", "postgresql"])
def address(request: pytest.FixtureRequest) -> Iterator[str]:
    """Where a centre keeps what it has: '' for a file in its folder."""
    if request.param == "sqlite":
        yield ""
        return
    server: Server = request.getfixturevalue("postgresql")
    made = server.new_database()
    yield made
    server.drop(made)


@pytest.fixture
def make(tmp_path: Path, address: str) -> Iterator[Callable[..., Centre]]:
    made: list[Centre] = []

    def make_centre(**options: object) -> Centre:
        made.append(Centre(tmp_path / "centre", address, **options))
        return made[-1]

    yield make_centre
    for centre in made:
        centre.close()


@pytest.fixture
def centre(make: Callable[..., Centre]) -> Centre:
    return make()


@pytest.fixture
def small_centre(tmp_path: Path) -> Iterator[Centre]:
    """A centre on SQLite alone, for what no database changes."""
    centre = Centre(tmp_path / "centre")
    yield centre
    centre.close()


@pytest.fixture
def signer(tmp_path: Path) -> Signer:
    return Signer.make(tmp_path / "station", "demo-001")
