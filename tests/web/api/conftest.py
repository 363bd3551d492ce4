"""One template a worker, a fresh copy of it behind the real server for each test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.web.api.program import ApiStation, Program, make_template, serving


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, str]]:
    folder = tmp_path_factory.mktemp("api") / "template"
    return folder, make_template(folder)


@pytest.fixture
def api(template: tuple[Path, dict[str, str]], tmp_path: Path) -> Iterator[ApiStation]:
    with serving(*template, tmp_path) as station:
        yield station


@pytest.fixture
def operator(api: ApiStation) -> Program:
    return api.program("operator")


@pytest.fixture
def courier(api: ApiStation) -> Program:
    return api.program("courier")
