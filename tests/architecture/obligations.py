"""``python -m tests.architecture.obligations > docs/obligations.md``: what a county asks, and the test that proves it.

Runs every test with the marker ``obligation`` and takes those that passed; a row whose test failed is not served.
``--of FILE`` takes the results of a run that was (``test-results/obligations.json``) instead.
"""

from __future__ import annotations

import argparse
import ast
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

from tests.architecture.tree import ROOT
from tests.obligations import Proof, Row, matrix, proofs

#: Rows of these modules stand in the table whether they are served or not; rows of others once they are.
MODULES = frozenset(
    {"BUY", "CONS", "BILL", "CONV", "OUTB", "FEE", "LEDG", "STOCK", "HOURS", "PARCEL", "NOTICE", "PRIV"}
)
HEAD = """\
# What a county asks of a station, and what proves that it is done

Five source documents (`LY` Liuyang, `JX` Jiaxian, `TC` Tongcheng, `CUO` Cuona, `NORM` the national guidance) have 157
rows of requirements. Each row below names the page or command where an inspector finds it, what is read there, and the
test that proves it. Written by `python -m tests.architecture.obligations > docs/obligations.md` from the tests with the
marker `obligation` that passed in that run; a test notices when this page and the markers disagree.

`not served`: no test proves it yet. `context`: nothing that a program could do.

| ID | | where | what the inspector reads there | test |
|---|---|---|---|---|
"""
TAIL = """
## Of parts that are not built yet

| ID | | asked for |
|---|---|---|
"""


def marked() -> list[Proof]:
    """What the markers in the sources claim, whether their tests pass or not."""
    found: list[Proof] = []
    for path in sorted((ROOT / "tests").rglob("test_*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                name = f"{path.relative_to(ROOT / 'tests')}::{node.name}"
                for mark in node.decorator_list:
                    if (
                        isinstance(mark, ast.Call)
                        and isinstance(mark.func, ast.Attribute)
                        and mark.func.attr == "obligation"
                    ):
                        args = tuple(ast.literal_eval(argument) for argument in mark.args)
                        found += proofs(
                            name, args, {str(word.arg): ast.literal_eval(word.value) for word in mark.keywords}
                        )
    return found


def results(file: Path) -> list[Proof]:
    """What a run proved."""
    return [
        Proof(name, test, place, reads)
        for test, claims in json.loads(file.read_text("utf-8")).items()
        for name, place, reads in claims
    ]


def page(proved: Iterable[Proof]) -> str:
    """The page as it should be when these are proved."""
    of_row: dict[str, list[Proof]] = {}
    for proof in sorted(set(proved)):
        of_row.setdefault(proof.id, []).append(proof)
    table, later = [], []
    for row in matrix().values():
        if row.id in of_row:
            table += _served(of_row[row.id])
        elif MODULES.intersection(row.modules):
            table.append(f"| {row.id} | {_unserved(row)} | | asked for: {row.asks} | |")
        else:
            later.append(f"| {row.id} | {_unserved(row)} | {row.asks} |")
    return HEAD + "\n".join(table) + "\n" + TAIL + "\n".join(later) + "\n"


def _served(found: list[Proof]) -> list[str]:
    """One line a row of the matrix; places and what is read there once each, however many tests there are."""
    shown = list(dict.fromkeys((proof.place, proof.reads) for proof in found))
    tests = dict.fromkeys(proof.test for proof in found)
    places = "<br>".join(_place(place) for place, _reads in shown)
    reads = "<br>".join(reads for _place, reads in shown)
    return [f"| {found[0].id} | served | {places} | {reads} | {'<br>'.join(f'`{test}`' for test in tests)} |"]


def _place(place: str) -> str:
    return f"`{place}`" if place.startswith(("/", "kiosk ")) else place


def _unserved(row: Row) -> str:
    return "context" if row.sw == "N" else "not served"


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.architecture.obligations")
    parser.add_argument("--of", type=Path, help="the results of a run that was, instead of running the tests now")
    chosen, more = parser.parse_known_args()
    if chosen.of is not None:
        sys.stdout.write(page(results(chosen.of)))
        return 0
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "obligations.json"
        command = [sys.executable, "-m", "pytest", "-q", "-m", "obligation", *more]
        ended = subprocess.run(command, cwd=ROOT, env=os.environ | {"KIOSK_OBLIGATIONS": str(file)}, stdout=sys.stderr)
        if not file.exists():
            return ended.returncode or 1
        sys.stdout.write(page(results(file)))
    return ended.returncode


if __name__ == "__main__":
    sys.exit(main())
