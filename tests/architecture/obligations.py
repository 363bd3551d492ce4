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
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from tests.architecture.tree import ROOT
from tests.obligations import Proof, Row, matrix, proofs

HEAD = """\
# What a county asks of a station, and what proves that it is done

Five source documents (`LY` Liuyang, `JX` Jiaxian, `TC` Tongcheng, `CUO` Cuona, `NORM` the national guidance) have 157
rows of requirements. Each stands here once, as one of four:

- **served**: the station does it. Where an inspector finds it, what is read there, and the test that proves it.
- **assisted**: people do it, and the station records, reminds or prints. How, and the test that proves it.
- **context only**: nothing that a program could do, and why.
- **not yet served**: no test proves it, and what is missing.

Written by `python -m tests.architecture.obligations > docs/obligations.md` from the tests with the marker `obligation`
that passed in that run; a test notices when this page and the markers disagree. `make obligations` walks the
demonstration and saves the page or slip of each row that is served or assisted.
"""
TABLE = """
## {title}

| ID | | where | what the inspector reads there, or why not | test |
|---|---|---|---|---|
"""
SOURCES = {
    "LY": "Liuyang", "JX": "Jiaxian", "TC": "Tongcheng", "CUO": "Cuona", "NORM": "National guidance",
}  # fmt: skip
STATUSES = ("served", "assisted", "context only", "not yet served")


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
    lines = {row.id: (status(row, row.id in of_row), row, of_row.get(row.id, [])) for row in matrix().values()}
    counted = Counter(found for found, _row, _proofs in lines.values())
    text = HEAD + "\n" + " · ".join(f"{name} {counted[name]}" for name in STATUSES) + "\n"
    for source, title in SOURCES.items():
        text += TABLE.format(title=title)
        text += "".join(_line(*line) for name, line in lines.items() if name.startswith(f"{source}-"))
    return text


def status(row: Row, is_proved: bool) -> str:
    """One of ``STATUSES``: what a test proved counts, whatever the matrix expected."""
    if is_proved:
        return "assisted" if row.sw == "A" else "served"
    return "context only" if row.sw == "N" else "not yet served"


def _line(told: str, row: Row, found: list[Proof]) -> str:
    """One line a row of the matrix; places and what is read there once each, however many tests there are."""
    shown = list(dict.fromkeys((proof.place, proof.reads) for proof in found))
    tests = dict.fromkeys(proof.test for proof in found)
    places = "<br>".join(_place(place) for place, _reads in shown)
    reads = (
        "<br>".join(reads for _place, reads in shown)
        or f"{row.asks}: {row.why or row.lacks or 'nothing of it is built'}"
    )
    return f"| {row.id} | {told} | {places} | {reads} | {'<br>'.join(f'`{test}`' for test in tests)} |\n"


def _place(place: str) -> str:
    return f"`{place}`" if place.startswith(("/", "kiosk ")) else place


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
