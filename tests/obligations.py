"""The marker ``@pytest.mark.obligation("LY-11", "TC-37", place="/purchases", reads="what the inspector reads there")``.

A test that bears it proves these rows of the matrix (``tests/data/obligations.toml``). What a run proved is written to
``test-results/obligations.json`` (or the file that ``KIOSK_OBLIGATIONS`` names) by the process that collects the results,
so it is the same with workers and without; ``tests.architecture.obligations`` makes docs/obligations.md of it.
"""

from __future__ import annotations

import json
import os
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[1]
MATRIX = ROOT / "tests" / "data" / "obligations.toml"
MARKER = (
    'obligation(*ids, place="page or command", reads="what the inspector reads there"): a test that proves these rows of '
    "the matrix of what a county asks (tests/data/obligations.toml)"
)
PROPERTY = "obligation"
LONGEST_TEXT = 160


@dataclass(frozen=True, slots=True, order=True)
class Row:
    """One row of the matrix."""

    id: str
    sw: str
    modules: tuple[str, ...]
    asks: str
    why: str = ""
    lacks: str = ""


@dataclass(frozen=True, slots=True, order=True)
class Proof:
    """One row proved by one test: where the inspector finds it and what is read there."""

    id: str
    test: str
    place: str
    reads: str


@cache
def matrix() -> dict[str, Row]:
    """ID → row, in the order of the source documents."""
    content = tomllib.loads(MATRIX.read_text("utf-8"))
    return {
        name: Row(name, row["sw"], tuple(row["modules"]), row["asks"], row.get("why", ""), row.get("lacks", ""))
        for name, row in content.items()
    }


def proofs(test: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> list[Proof]:
    """What one marker claims for ``test``. Raises ValueError naming what is wrong with it."""
    place, reads = kwargs.get("place"), kwargs.get("reads")
    if set(kwargs) != {"place", "reads"} or not args:
        raise ValueError(f'{test}: obligation("ID", …, place="…", reads="…") is what a marker says')
    for text in (place, reads):
        if not isinstance(text, str) or not text.strip() or len(text) > LONGEST_TEXT or "|" in text or "\n" in text:
            raise ValueError(
                f"{test}: place and reads are one line each, without '|', of at most {LONGEST_TEXT} letters"
            )
    unknown = [name for name in args if name not in matrix()]
    if unknown:
        raise ValueError(f"{test}: no row of the matrix is called {', '.join(map(str, unknown))}")
    return [Proof(name, test, str(place), str(reads)) for name in args]


def name_of(nodeid: str) -> str:
    """``tests/web/test_pages.py::test_x[case]`` → ``web/test_pages.py::test_x``."""
    return nodeid.partition("[")[0].removeprefix("tests/")


class Plugin:
    """Checks the markers as tests are collected and keeps what became of them."""

    def __init__(self, config: pytest.Config) -> None:
        self._is_worker = hasattr(config, "workerinput")
        self._claims: dict[str, list[list[str]]] = {}
        self._passed: set[str] = set()
        self._failed: set[str] = set()

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Hangs the claims on the items, from where reports carry them to whoever collects the results."""
        for item in items:
            for mark in item.iter_markers("obligation"):
                try:
                    found = proofs(name_of(item.nodeid), mark.args, dict(mark.kwargs))
                except ValueError as error:
                    raise pytest.UsageError(str(error)) from error
                item.user_properties.extend((PROPERTY, [proof.id, proof.place, proof.reads]) for proof in found)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Called where results come together: in the one process of a plain run, in the controller with workers."""
        claims = [list(value) for name, value in report.user_properties if name == PROPERTY]
        if self._is_worker or not claims:
            return
        test = name_of(report.nodeid)
        kept = self._claims.setdefault(test, [])
        kept.extend(claim for claim in claims if claim not in kept)
        if report.failed:
            self._failed.add(test)
        elif report.when == "call" and report.passed:
            self._passed.add(test)

    def pytest_sessionfinish(self) -> None:
        """Writes what this run proved, whole or not at all."""
        if self._is_worker or not self._claims:
            return
        found = {test: claims for test, claims in sorted(self._claims.items()) if test in self._passed - self._failed}
        target = Path(os.environ.get("KIOSK_OBLIGATIONS") or ROOT / "test-results" / "obligations.json")
        target.parent.mkdir(parents=True, exist_ok=True)
        half = target.with_name(f"{target.name}.{os.getpid()}")
        half.write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n", "utf-8")
        half.replace(target)
