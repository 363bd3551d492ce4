"""``python -m tests.architecture.lessons > docs/lessons.md``: which known failures of comparable systems have a test here.

The numbers are those of the marker ``lesson``. Every lesson stands in the page: with its tests, or with the reason why it
doesn't apply yet.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator

from tests.architecture.tree import ROOT

LESSONS = {
    1: "A confirmed sale survives a power cut, and no number is given twice",
    2: "A reply that is lost and a request that is sent again are one act",
    3: "A double click charges once",
    4: "Nothing is uploaded twice, whoever drains the queue",
    5: "One bad record neither blocks the queue nor vanishes",
    6: "There is no offline mode to switch on or to forget",
    7: "A close needs no network, and what comes late belongs to a numbered day of its own",
    8: "What is open at the close is listed and carried over",
    9: "Expected cash is the sum of a signed ledger; what was counted is never overwritten",
    10: "A close is one transaction, whatever a device or service does",
    11: "A bill whose result is unknown is not charged again",
    12: "A scan never presses a button or answers a question",
    13: "Two quick scans are two",
    14: "An input method or another keyboard layout changes no code",
    15: "The same thing scanned twice counts once",
    16: "A scanner works with any suffix or none",
    17: "A wrong symbol is passed over softly and blocks nothing",
    18: "A scanner that was unplugged works again by itself",
    19: "An unambiguous scan asks nothing",
    20: "A refusal is heard and seen, and holds up nothing",
    21: "A print job in doubt is asked about, never printed again in silence",
    22: "Paper that runs out neither loses a slip nor prints half of one as done",
    23: "A printer that doesn't answer is unknown, never well and never ill",
    24: "Chinese comes out as written, in line, whatever the printer has",
    25: "After a power cut the station comes back by itself, with a clock that it doubts",
}
#: Lesson → why nothing here could break it yet.
NOT_YET: dict[int, str] = {}
HEAD = """\
# Twenty-five lessons and their tests

What goes wrong in comparable systems, by the number of the marker `lesson`, and the tests that would notice it here; all of
them passed with the tests of this state. Written by `python -m tests.architecture.lessons > docs/lessons.md`; a test
notices when a lesson or a test is missing.

| | what holds here | tests |
|---|---|---|
"""


def marked() -> dict[int, list[str]]:
    """Lesson → the tests that bear its mark, as file::name."""
    found: dict[int, list[str]] = {}
    for path in sorted((ROOT / "tests").rglob("test_*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.ClassDef):
                for number in _numbers(node):
                    found.setdefault(number, []).append(f"{path.relative_to(ROOT / 'tests')}::{node.name}")
    return found


def _numbers(node: ast.FunctionDef | ast.ClassDef) -> Iterator[int]:
    for mark in node.decorator_list:
        if isinstance(mark, ast.Call) and isinstance(mark.func, ast.Attribute) and mark.func.attr == "lesson":
            yield from (int(argument.value) for argument in mark.args if isinstance(argument, ast.Constant))


def page() -> str:
    """The page as it should be."""
    tests = marked()
    rows = [
        f"| {number} | {lesson} | {'<br>'.join(f'`{test}`' for test in tests.get(number, ())) or NOT_YET[number]} |"
        for number, lesson in LESSONS.items()
    ]
    return HEAD + "\n".join(rows) + "\n"


if __name__ == "__main__":
    sys.stdout.write(page())
