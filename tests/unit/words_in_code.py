"""Every message that the code marks for people, taken from the code itself: N_ and say in Python, _ in templates.

`python -m tests.unit.words_in_code` lists those that have no English yet, with the place of each.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from babel.messages.extract import extract

ROOT = Path(__file__).resolve().parents[2]
PLACES = ("kiosk", "drivers", "web", "sync")
MARKS = {"N_", "say", "_"}
_CHINESE = re.compile(r"[\u4e00-\u9fff]")


def messages() -> dict[str, list[str]]:
    """Message → the places where it stands."""
    found: dict[str, list[str]] = {}
    for place, message in _marked():
        found.setdefault(message, []).append(place)
    return found


def _marked() -> Iterator[tuple[str, str]]:
    for folder in PLACES:
        for path in sorted((ROOT / folder).rglob("*")):
            read = {".py": _in_python, ".html": _in_template}.get(path.suffix)
            if read is None or "locale" in path.parts:
                continue
            for line, text in read(path):
                if text:
                    yield f"{path.relative_to(ROOT)}:{line}", text


def _in_python(path: Path) -> Iterator[tuple[int, str]]:
    """Calls whose message stands there in full; ``say(row["label"])`` says what was marked elsewhere."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name) or node.func.id not in MARKS:
            continue
        match node.args[:1]:
            case [ast.Constant(value=str(text))]:
                yield node.args[0].lineno, text


def _in_template(path: Path) -> Iterator[tuple[int, str]]:
    with path.open("rb") as handle:
        for line, message, _comments, _context in extract("jinja2.ext:babel_extract", handle, keywords={"_": None}):
            yield line, message if isinstance(message, str) else message[0]


def unmarked() -> list[str]:
    """Lines of templates that show Chinese outside a marked message: nobody could translate them."""
    lines = []
    for path in sorted((ROOT / "web").rglob("*.html")) + sorted((ROOT / "sync").rglob("*.html")):
        text = re.sub(r"\{#.*?#\}", "", path.read_text("utf-8"), flags=re.S)
        text = re.sub(r"\{\{.*?\}\}|\{%.*?%\}", lambda m: "\n" * m.group().count("\n"), text, flags=re.S)
        for number, line in enumerate(text.splitlines(), 1):
            if _CHINESE.search(line.replace("中文", "")):
                lines.append(f"{path.relative_to(ROOT)}:{number}: {line.strip()[:60]}")
    return lines


def untranslated(catalogue: dict[str, str]) -> list[str]:
    """Messages without an English text."""
    return sorted(message for message in messages() if message not in catalogue)


def main() -> None:
    """Prints what is missing, in the form of the catalogue."""
    from kiosk.words import catalogue

    missing = untranslated(catalogue("en"))
    known = messages()
    for message in missing:
        escaped = message.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
        print(f'#: {known[message][0]}\nmsgid "{escaped}"\nmsgstr ""\n')
    print(f"# {len(missing)} of {len(known)} are missing")


if __name__ == "__main__":
    main()
