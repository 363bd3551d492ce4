"""The shape of the tree: which folders there are, how long a module is, how it opens, what it is called."""

import ast
import os
from pathlib import Path

import pytest

from tests.architecture.tree import ROOT, files, python_files, text

TOP_FOLDERS = {"kiosk", "drivers", "web", "sync", "config", "tests", "systemd", "docs", ".ci"}
TOP_FILES = {
    "pyproject.toml", "README.md", "LICENSE", "CHANGELOG.md", "Makefile", ".gitignore",
    "requirements-build.lock", "requirements.lock", "requirements-test.lock",
}  # fmt: skip
KINDS_OF_TESTS = {
    "unit", "services", "storage", "drivers", "web", "sync", "journeys", "architecture",
    "golden", "data", "benchmarks", "vm",
}  # fmt: skip
LONGEST_MODULE_LINES = 400
LONGEST_OPENING_LINES = 8
# A module of this name has no subject: whatever had no place ends up in it.
NAMES_OF_NO_TRADE = {"util", "utils", "helper", "helpers", "common", "misc", "manager", "managers", "handlers"}


def test_top_of_the_tree_holds_only_what_was_agreed() -> None:
    tops = {path.parts[0] for path in files() if len(path.parts) > 1}
    assert tops - TOP_FOLDERS == set()
    assert {path.name for path in files() if len(path.parts) == 1} - TOP_FILES == set()


def test_tests_stand_in_the_agreed_folders() -> None:
    kinds = {path.parts[1] for path in files() if path.parts[0] == "tests" and len(path.parts) > 2}
    assert kinds - KINDS_OF_TESTS == set()


def test_config_is_data_without_python() -> None:
    assert python_files("config", "systemd", "docs") == []


@pytest.mark.parametrize("path", python_files(), ids=str)
def test_module_is_short_and_says_what_it_is(path: Path) -> None:
    source = (ROOT / path).read_text(encoding="utf-8")
    assert len(source.splitlines()) <= LONGEST_MODULE_LINES, "two rooms in one module"
    if source.strip() == "":
        return
    opening = ast.get_docstring(ast.parse(source))
    assert opening, "a module opens with what it is and which invariant it keeps"
    if path.parts[0] != "tests":
        assert len(opening.splitlines()) <= LONGEST_OPENING_LINES, "an essay belongs to the class that embodies it"


def test_modules_are_named_after_the_trade() -> None:
    nameless = [path for path in python_files() if NAMES_OF_NO_TRADE & {path.stem, *path.parts[:-1]}]
    assert nameless == []


def test_every_page_ends_with_a_line_end_and_holds_no_tab_or_carriage_return() -> None:
    wrong = []
    for path in files():
        source = text(path)
        if source is None or path.parts[:2] in {("tests", "golden"), ("tests", "data")} or "vendor" in path.parts:
            continue
        if path.suffix in {".py", ".html", ".css", ".js", ".toml", ".json", ".sql", ".md"}:
            if "\r" in source or (source and not source.endswith("\n")):
                wrong.append(f"{path}: line ends")
            if path.suffix == ".py" and "\t" in source:
                wrong.append(f"{path}: tab")
    assert wrong == []


def test_commands_of_a_newcomer_are_there() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = {line.partition(":")[0] for line in makefile.splitlines() if "##" in line}
    assert {"setup", "run", "test", "lint", "kill", "bench", "screenshots"} <= targets
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert "make run" in readme
    assert "make test" in readme


def test_modules_that_commands_name_exist() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    named = [word for line in makefile.splitlines() if "-m " in line for word in line.split() if "tests." in word]
    assert len(named) == 4
    for module in named:
        place = ROOT / module.replace(".", "/")
        assert place.with_suffix(".py").is_file() or (place / "__main__.py").is_file(), module


def test_ci_runs_the_tests_and_can_be_run() -> None:
    assert os.access(ROOT / ".ci/run", os.X_OK)
    assert "make test" in (ROOT / ".ci/run").read_text(encoding="utf-8")
