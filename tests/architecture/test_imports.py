"""The import contracts of pyproject.toml, run as a test; and a control that shows them able to fail."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.tree import PACKAGES, ROOT

LINT_IMPORTS = Path(sys.executable).with_name("lint-imports")


def lint_imports(folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [LINT_IMPORTS, "--no-cache"], cwd=folder, capture_output=True, text=True, env={"PYTHONPATH": str(folder)}
    )


def test_imports_keep_their_direction() -> None:
    ran = lint_imports(ROOT)
    assert ran.returncode == 0, ran.stdout + ran.stderr


@pytest.mark.parametrize(
    ("room", "line"),
    [
        ("kiosk/money.py", "import kiosk.storage"),
        ("kiosk/codes/__init__.py", "import kiosk.settings"),
        ("kiosk/audit.py", "import flask"),
        ("kiosk/settings/model.py", "import web"),
        ("drivers/__init__.py", "import sync"),
        ("web/__init__.py", "import escpos"),
        ("kiosk/room_of_no_line.py", "import kiosk.errors"),
    ],
)
def test_contracts_see_a_forbidden_import(tmp_path: Path, room: str, line: str) -> None:
    for package in PACKAGES:
        shutil.copytree(ROOT / package, tmp_path / package, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    with (tmp_path / room).open("a") as module:
        module.write(f"\n{line}\n")
    ran = lint_imports(tmp_path)
    assert ran.returncode == 1, ran.stdout + ran.stderr
    assert "BROKEN" in ran.stdout or "not declared as layers" in ran.stdout, ran.stdout
