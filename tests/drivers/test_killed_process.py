"""A devices process that is killed while it prints: its job is in doubt, and no paper comes twice."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.drivers.bench import (
    NAME,
    ended,
    job_state,
    lamp,
    printed_lines,
    queue_note,
    wait_for,
)

CONFIG = """
[[devices]]
name = "票据机"
kind = "printer"
driver = "network"
desk = "柜台"
options = {{ host = "127.0.0.1", port = {port}, status = "yes", profile = "80mm-gb", retry_seconds = [0.2], between_jobs_seconds = 0 }}
"""


@pytest.mark.lesson(21)
def test_job_under_way_when_the_process_is_killed_is_in_doubt_and_not_printed_again(store, runtime, printer):
    from kiosk.printing import printer_page  # noqa: F401 - registers the slip that another process can compose too

    played = printer()
    (store.state / "station.toml").write_text(CONFIG.format(port=played.port), "utf-8")
    env = {
        **os.environ,
        "KIOSK_STATE": str(store.state),
        "KIOSK_RUNTIME": str(runtime.folder),
        "PYTHONPATH": str(Path.cwd()),
    }
    script = "import tests.drivers.bench; from drivers.__main__ import main; main(['run'])"

    def start():
        return subprocess.Popen([sys.executable, "-c", script], env=env)

    process = start()
    try:
        wait_for(lambda: lamp(runtime, NAME, "printer") == ("ok", ""), 30)
        long = queue_note(store, NAME, *["行" * 20] * 4000)
        following = queue_note(store, NAME, "二")
        wait_for(lambda: len(played.got) > 1000, 30)
        played.is_deaf = True
        assert [progress.job_id for progress in runtime.jobs_under_way()] == [long]
        process.send_signal(signal.SIGKILL)
        process.wait(10)
        assert job_state(store, long) == ("waiting", ""), "kiosk.db is written once, at the end"
        played.is_deaf = False
        process = start()
        assert wait_for(lambda: job_state(store, long)[0] != "waiting" and job_state(store, long), 30) == (
            "unknown",
            "interrupted",
        )
        assert ended(store, following) == ("confirmed", "")
        assert printed_lines(played)[-1] == "二"
        assert bytes(played.got).count(b"\x1b@") == 2, "each job was begun once"
    finally:
        process.kill()
        process.wait(10)
