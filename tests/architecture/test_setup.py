"""The set-up script on a machine played by a PATH of its own: what it asks for, and that it touches nothing before."""

import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.architecture.tree import ROOT

TOOLS = ("sh", "cat", "cut", "sed", "sha256sum", "dirname", "ls", "rm", "env", "head", "grep")


@dataclass
class Machine:
    """A checkout and the programs on its PATH. No compiler and no browser; who we are is what ``id`` says."""

    checkout: Path
    programs: Path

    def program(self, name: str, script: str) -> None:
        path = self.programs / name
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(0o755)

    def set_up(self, for_what: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["sh", ".ci/setup.sh", for_what],
            cwd=self.checkout, capture_output=True, text=True, env={"PATH": str(self.programs)}, timeout=60,
        )  # fmt: skip

    def asked_of_apt(self) -> list[str]:
        asked = self.checkout.parent / "asked"
        return asked.read_text().splitlines() if asked.exists() else []


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    """A Raspberry Pi, as far as ``uname`` is asked, and nobody special at it."""
    made = Machine(tmp_path / "checkout", tmp_path / "programs")
    made.programs.mkdir()
    for tool in TOOLS:
        (made.programs / tool).symlink_to(shutil.which(tool) or tool)
    (made.programs / "python3").symlink_to(Path(sys.executable).resolve())
    (made.checkout / ".ci").mkdir(parents=True)
    for name in (".ci/setup.sh", "pyproject.toml", *(path.name for path in ROOT.glob("*.lock"))):
        shutil.copy(ROOT / name, made.checkout / name)
    made.program("uname", "echo aarch64")
    made.program("id", "echo 1000")
    made.program("apt-get", f'echo "$*" >> {tmp_path}/asked; case "$*" in *install*) exit 100 ;; esac')
    return made


def test_set_up_without_rights_touches_nothing_and_prints_one_line_to_paste(machine: Machine) -> None:
    before = sorted(machine.checkout.rglob("*"))
    ran = machine.set_up("run")
    assert ran.returncode == 1
    lines = [line.strip() for line in ran.stderr.splitlines() if "apt-get" in line]
    assert len(lines) == 1
    assert "install -y --no-install-recommends" in lines[0]
    assert "gcc" in lines[0].split()
    assert "chromium" not in lines[0]
    assert "sudo" not in lines[0]  # there is none on this machine
    assert sorted(machine.checkout.rglob("*")) == before
    assert machine.asked_of_apt() == []


def test_set_up_for_tests_asks_for_the_browser_in_the_same_line(machine: Machine) -> None:
    ran = machine.set_up("tests")
    (line,) = [line for line in ran.stderr.splitlines() if "apt-get" in line]
    assert {"chromium", "gcc"} <= set(line.split())
    assert "postgresql" in line.split() or list(Path("/usr/lib/postgresql").glob("*/bin/initdb"))


def test_set_up_on_a_pc_needs_no_compiler(machine: Machine) -> None:
    machine.program("uname", "echo x86_64")
    ran = machine.set_up("tests")
    (line,) = [line for line in ran.stderr.splitlines() if "apt-get" in line]
    assert "gcc" not in line.split()


def test_set_up_with_a_sudo_that_asks_for_a_password_stops_too(machine: Machine) -> None:
    machine.program("sudo", "exit 1")
    ran = machine.set_up("run")
    assert ran.returncode == 1
    assert "    sudo apt-get " in ran.stderr
    assert machine.asked_of_apt() == []


@pytest.mark.parametrize("right", ["root", "sudo"])
def test_set_up_with_rights_installs_and_says_so(machine: Machine, right: str) -> None:
    if right == "root":
        machine.program("id", "echo 0")
    else:
        machine.program("sudo", 'shift; [ "$1" = true ] || exec "$@"')
    ran = machine.set_up("run")
    update, install = machine.asked_of_apt()
    assert "update" in update
    assert "gcc" in install.split()
    assert "installing Debian packages" in ran.stdout
    assert ran.returncode == 100  # apt's own word is passed on, and no half .venv is begun
    assert not (machine.checkout / ".venv").exists()


def test_set_up_on_an_old_python_says_which_is_needed(machine: Machine) -> None:
    (machine.programs / "python3").unlink()
    machine.program("python3", "exit 1")
    ran = machine.set_up("run")
    assert ran.returncode == 1
    assert "3.11" in ran.stderr
    assert machine.asked_of_apt() == []


def test_set_up_for_something_unknown_is_a_usage_error(machine: Machine) -> None:
    assert machine.set_up("everything").returncode == 2
