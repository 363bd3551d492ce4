"""docs/obligations.md says what the markers say, and the markers say only what a run has proved."""

import json
import os
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from tests.architecture.obligations import STATUSES, marked, page
from tests.architecture.tree import ROOT
from tests.obligations import Proof, matrix, proofs

AGAIN = "python -m tests.architecture.obligations > docs/obligations.md"


def test_matrix_has_every_row_of_the_five_documents() -> None:
    counted = Counter(name.partition("-")[0] for name in matrix())
    assert counted == {"LY": 29, "JX": 34, "TC": 49, "CUO": 25, "NORM": 20}
    for source, most in counted.items():
        assert [f"{source}-{n:02d}" for n in range(1, most + 1)] == [i for i in matrix() if i.startswith(f"{source}-")]
    assert {row.sw for row in matrix().values()} == {"S", "A", "N"}


def test_every_row_of_context_says_why_and_every_other_that_nothing_proves_what_is_missing() -> None:
    proved = {proof.id for proof in marked()}
    for row in matrix().values():
        if row.sw == "N":
            assert row.why and not row.lacks, row.id
            continue
        assert not row.why, row.id
        assert bool(row.lacks) is (row.id not in proved), (
            f"{row.id}: lacks stands where, and only where, no test proves it"
        )


def test_page_agrees_with_the_markers() -> None:
    assert (ROOT / "docs" / "obligations.md").read_text("utf-8") == page(marked()), AGAIN


def test_page_has_one_line_a_row_and_says_what_is_not_served() -> None:
    proved = [
        Proof("LY-10", "b.py::b", "/fees", "the board"),
        Proof("LY-10", "a.py::a", "/fees", "the board"),
        Proof("TC-35", "a.py::a", "the first start", "nothing"),
        Proof("LY-04", "a.py::a", "/registers/trainings", "who came"),
    ]
    lines = re.findall(r"^\| ([A-Z]+-\d\d) \| (.*?) \|(.*)\|$", page(proved), re.MULTILINE)
    assert [name for name, _, _ in lines].count("LY-10") == 1
    assert len(lines) == len(matrix())
    told = {name: (status, rest.strip()) for name, status, rest in lines}
    assert told["LY-10"] == ("served", "`/fees` | the board | `a.py::a`<br>`b.py::b`")
    assert told["TC-35"] == ("served", "the first start | nothing | `a.py::a`")
    assert told["LY-04"][0] == "assisted"
    assert told["CUO-18"][0] == "not yet served"
    assert told["LY-16"][0] == "context only"
    assert "the county examines" in told["LY-16"][1]
    assert {status for status, _rest in told.values()} == set(STATUSES)


@pytest.mark.parametrize(
    ("args", "kwargs"),
    [
        (("LY-99",), {"place": "/fees", "reads": "the board"}),
        ((), {"place": "/fees", "reads": "the board"}),
        (("LY-10",), {"place": "/fees"}),
        (("LY-10",), {"place": "", "reads": "the board"}),
        (("LY-10",), {"place": "/fees", "reads": "a | b"}),
        (("LY-10",), {"place": "/fees", "reads": "the board", "since": "2026"}),
    ],
)
def test_marker_that_is_not_right_is_named(args: tuple, kwargs: dict) -> None:
    with pytest.raises(ValueError, match=r"x\.py::y"):
        proofs("x.py::y", args, kwargs)


TESTS = """
import pytest
mark = pytest.mark.obligation("LY-10", "CUO-11", place="/fees", reads="the board")
@mark
@pytest.mark.parametrize("n", [1, 2])
def test_passes(n): pass
@mark
@pytest.mark.parametrize("n", [1, 2])
def test_fails_once(n): assert n == 1
@mark
def test_is_left_out(): LEAVE_OUT("not today")
@pytest.fixture
def breaks():
    yield
    raise OSError
@mark
def test_fails_afterwards(breaks): pass
""".replace("LEAVE_OUT", "pytest.sk" + "ip")  # in pieces, for no test here may be left out
CONFTEST = """
from tests import obligations
def pytest_configure(config):
    config.pluginmanager.register(obligations.Plugin(config))
    config.addinivalue_line("markers", obligations.MARKER)
"""


def _run(folder: Path, *options: str) -> tuple[str, Path]:
    (folder / "conftest.py").write_text(CONFTEST, "utf-8")
    (folder / "pytest.ini").write_text("[pytest]\naddopts = --strict-markers\n", "utf-8")
    file = folder / "results" / "obligations.json"
    ended = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *options, str(folder)], cwd=folder,
        env=os.environ | {"KIOSK_OBLIGATIONS": str(file), "PYTHONPATH": str(ROOT)}, capture_output=True, text=True,
    )  # fmt: skip
    return ended.stdout + ended.stderr, file


@pytest.mark.parametrize("options", [("-n0",), ("-n2",)], ids=["alone", "workers"])
def test_only_what_passed_in_every_case_is_proved(tmp_path: Path, options: tuple[str, ...]) -> None:
    (tmp_path / "test_some.py").write_text(TESTS, "utf-8")
    said, file = _run(tmp_path, *options)
    assert json.loads(file.read_text("utf-8")) == {
        "test_some.py::test_passes": [["LY-10", "/fees", "the board"], ["CUO-11", "/fees", "the board"]]
    }, said


def test_run_with_an_unknown_row_does_not_begin(tmp_path: Path) -> None:
    (tmp_path / "test_some.py").write_text(TESTS.replace("CUO-11", "CUO-99"), "utf-8")
    said, file = _run(tmp_path, "-n0")
    assert "no row of the matrix is called CUO-99" in said
    assert not file.exists()
