"""Locks, pyproject.toml and docs/dependencies.md agree; the locks name no place and leave no package unhashed."""

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from tests.architecture.tree import ROOT

LOCKS = ("requirements-build.lock", "requirements.lock", "requirements-test.lock")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
RUNTIME = [Requirement(line) for line in PROJECT["project"]["dependencies"]]
TESTS = [Requirement(line) for line in PROJECT["project"]["optional-dependencies"]["test"]]
BUILD = [Requirement(line) for line in PROJECT["dependency-groups"]["build"]]


def locked(lock: str) -> dict[str, Version]:
    rows = (ROOT / lock).read_text(encoding="utf-8").replace("\\\n", " ").splitlines()
    requirements = [Requirement(row.partition(" --hash")[0]) for row in rows if row and not row.startswith("#")]
    return {canonicalize_name(row.name): Version(str(row.specifier).removeprefix("==")) for row in requirements}


@pytest.mark.parametrize(
    ("lock", "requirements"),
    [(LOCKS[0], BUILD), (LOCKS[1], RUNTIME), (LOCKS[2], RUNTIME + TESTS)],
)
def test_lock_holds_what_is_required(lock: str, requirements: list[Requirement]) -> None:
    pins = locked(lock)
    stale = [str(row) for row in requirements if not row.specifier.contains(pins.get(canonicalize_name(row.name), "0"))]
    assert stale == [], "make lock"


def test_locks_agree() -> None:
    build, runtime, tests = map(locked, LOCKS)
    assert runtime.items() <= tests.items()
    assert build.items() <= (runtime | build).items()
    assert all(runtime.get(name, version) == version for name, version in build.items())


@pytest.mark.parametrize("lock", LOCKS)
def test_lock_hashes_every_package_and_names_no_place(lock: str) -> None:
    content = (ROOT / lock).read_text(encoding="utf-8")
    assert "://" not in content
    assert "--index" not in content
    assert "--find-links" not in content
    for row in content.replace("\\\n", " ").splitlines():
        assert row.startswith("#") or re.search(r"--hash=sha256:[0-9a-f]{64}\b", row), row


@pytest.mark.parametrize("machine", ["x86_64", "aarch64"])
def test_lock_gives_one_evdev_to_each_machine(machine: str) -> None:
    rows = (ROOT / LOCKS[1]).read_text(encoding="utf-8").replace("\\\n", " ").splitlines()
    evdevs = [Requirement(row.partition(" --hash")[0]) for row in rows if row.startswith("evdev")]
    environment = {"platform_machine": machine, "sys_platform": "linux"}
    fitting = [row.name for row in evdevs if row.marker and row.marker.evaluate(environment)]
    assert fitting == (["evdev-binary"] if machine == "x86_64" else ["evdev"])


def test_every_dependency_is_accounted_for() -> None:
    table = (ROOT / "docs/dependencies.md").read_text(encoding="utf-8")
    named = {canonicalize_name(name) for name in re.findall(r"^\| `([^`]+)` ", table, re.MULTILINE)}
    assert named == {canonicalize_name(row.name) for row in RUNTIME + TESTS + BUILD}


def test_escpos_is_asked_for_without_extras() -> None:
    """python-escpos[all] wants a C library of CUPS: extras of it are never asked for."""
    assert [row.extras for row in RUNTIME if row.name == "python-escpos"] == [set()]


def test_top_packages_are_listed_by_name() -> None:
    listed = PROJECT["tool"]["setuptools"]["packages"]["find"]["include"]
    assert {name.partition(".")[0] for name in listed} == {"kiosk", "drivers", "web", "sync"}
    assert all(Path(ROOT / name).is_dir() for name in {name.partition(".")[0] for name in listed})
