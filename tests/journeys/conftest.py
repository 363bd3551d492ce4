"""What journeys share: a county centre as a process of its own."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.journeys.station import CHECKOUT, free_port


@pytest.fixture
def centre(tmp_path: Path) -> Iterator[str]:
    """The address of a centre that pins the first key it sees of a station."""
    port = free_port()
    words = ["-m", "sync.centre", "run", "--port", str(port), "--state", str(tmp_path / "centre"), "--trust-first"]
    with (tmp_path / "centre.log").open("wb") as log:
        process = subprocess.Popen([sys.executable, *words], cwd=CHECKOUT, stdout=log, stderr=log)
        try:
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
            process.wait(20)
