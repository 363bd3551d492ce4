"""What no file may hold: paths of a machine, hosts of packages, work left open, errors caught and dropped."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.architecture.tree import files, text

# Put together from pieces, or this file would be the first to hold them.
HOSTS = ["pypi" + ".org", "python" + "hosted.org", "deb." + "debian.org", "security." + "debian.org", "npm" + "js.org",
         "pi" + "wheels.org", "cran." + "r-project.org", "crates" + ".io", "proxy.gol" + "ang.org"]  # fmt: skip
OPEN_ENDS = ["TO" + "DO", "FIX" + "ME", "X" + "XX", "HA" + "CK"]

MACHINE_PATH = re.compile(r"(?<![\w.$}])/(?:root|home/[a-z]+|Users/[A-Za-z]+|work)(?:/|\b(?![\w-]))")
HOST = re.compile("|".join(map(re.escape, HOSTS)), re.IGNORECASE)
OPEN_END = re.compile(rf"\b(?:{'|'.join(OPEN_ENDS)})\b|Not" + r"ImplementedError")
SET_ASIDE = re.compile(r"(?:pytest\.|mark\.)(?:sk" + r"ip|skipif|xf" + r"ail)\b")
DROPPED = re.compile(r"^\s*except(?:\s+\(?(?:Base)?Exception\b.*)?:\s*(?:pass|\.\.\.|continue)?\s*$")


def found(pattern: re.Pattern[str], source: str) -> Iterator[int]:
    """The numbers of the lines in which the pattern is found."""
    return (number for number, line in enumerate(source.splitlines(), 1) if pattern.search(line))


def dropped_errors(source: str) -> Iterator[int]:
    """Bare excepts, and broad ones with nothing under them."""
    lines = source.splitlines()
    for number in found(DROPPED, source):
        line = lines[number - 1].strip()
        after = lines[number].strip() if number < len(lines) else ""
        if line.startswith("except:") or not line.endswith(":") or after in {"pass", "...", "continue"}:
            yield number


CHECKS = {
    "path of a machine": (lambda source: found(MACHINE_PATH, source), None),
    "host that packages come from": (lambda source: found(HOST, source), None),
    "work left open": (lambda source: found(OPEN_END, source), {".py", ".js", ".html", ".sh", ".toml"}),
    "test set aside": (lambda source: found(SET_ASIDE, source), {".py"}),
    "error dropped": (dropped_errors, {".py"}),
}


@pytest.mark.parametrize("kind", CHECKS)
def test_no_file_holds(kind: str) -> None:
    check, suffixes = CHECKS[kind]
    rows = [
        f"{path}:{number}"
        for path in files()
        if (suffixes is None or path.suffix in suffixes) and path.name != Path(__file__).name
        for number in check(text(path) or "")
    ]
    assert rows == []


@pytest.mark.parametrize(
    ("kind", "line"),
    [
        ("path of a machine", "STATE = '/" + "home/lili/kiosk'"),
        ("path of a machine", "cd /" + "root"),
        ("path of a machine", "see /" + "work/main/kiosk"),
        ("host that packages come from", f"--index-url https://{HOSTS[0]}/simple"),
        ("work left open", f"# {OPEN_ENDS[0]}: later"),
        ("test set aside", "@pytest.mark.sk" + "ip"),
        ("error dropped", "except:\n    log()"),
        ("error dropped", "except Exception:\n    pass"),
        ("error dropped", "except (Exception, OSError):\n    continue"),
    ],
)
def test_check_sees(kind: str, line: str) -> None:
    assert list(CHECKS[kind][0](line)) == [1]


@pytest.mark.parametrize(
    ("kind", "line"),
    [
        ("path of a machine", "url_for('/work-orders'), '/api/home/x', '/var/lib/kiosk', './work/x'"),
        ("error dropped", "except OSError:\n    pass"),
        ("error dropped", "except Exception:  # the outermost turn\n    log.exception('turn')"),
    ],
)
def test_check_passes_over(kind: str, line: str) -> None:
    assert list(CHECKS[kind][0](line)) == []
