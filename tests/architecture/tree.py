"""The files of this project as git knows them: tracked, or new and not ignored."""

import subprocess
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("kiosk", "drivers", "web", "sync")


@cache
def files() -> tuple[Path, ...]:
    """All of them, as paths relative to ROOT, sorted."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    return tuple(sorted(path for name in listed.split("\0") if name and (ROOT / (path := Path(name))).is_file()))


def python_files(*tops: str) -> list[Path]:
    """The Python files below these top folders, or all."""
    return [path for path in files() if path.suffix == ".py" and (not tops or path.parts[0] in tops)]


def text(path: Path) -> str | None:
    """What the file says; None where it is no text (a picture, a font)."""
    raw = (ROOT / path).read_bytes()
    if b"\0" in raw:
        return None
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return None
