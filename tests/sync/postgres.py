"""A real PostgreSQL server for the tests, from Debian's package: a cluster in a folder of its own, spoken to by a Unix socket
alone, as a user of its own where the tests run as root. One a worker, started when the first test asks, ended with it."""

from __future__ import annotations

import contextlib
import ctypes
import os
import pwd
import re
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg

PACKAGES = Path("/usr/lib/postgresql")
#: Nothing here outlives the run, so nothing is synced; what a power cut leaves is PostgreSQL's own affair.
SETTINGS = {
    "listen_addresses": "", "fsync": "off", "synchronous_commit": "off", "full_page_writes": "off",
    "autovacuum": "off", "shared_buffers": "16MB", "max_connections": "40", "max_wal_senders": "0",
    "wal_level": "minimal", "log_min_messages": "fatal",
}  # fmt: skip
_PR_SET_PDEATHSIG = 1


class Server:
    """A running cluster. ``new_database`` gives each test its own, empty."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._count = 0

    def address(self, name: str) -> str:
        """The address of a database as the centre is given it."""
        return f"postgresql://kiosk@/{name}?host={self.folder}"

    def new_database(self) -> str:
        """The address of a new database."""
        self._count += 1
        name = f"centre_{self._count}"
        self.ask(f"CREATE DATABASE {name}")
        return self.address(name)

    def drop(self, address: str) -> None:
        """Removes a database, whoever is still connected."""
        name = re.search(r"@/(\w+)", address)
        assert name is not None
        self.ask(f"DROP DATABASE {name[1]} WITH (FORCE)")

    def ask(self, statement: str) -> None:
        """One statement, outside of any transaction."""
        with psycopg.connect(self.address("postgres"), autocommit=True) as db:
            db.execute(statement.encode())


def programs() -> Path:
    """The newest installed server's programs."""
    found = sorted(PACKAGES.glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    assert found, "PostgreSQL is missing: make setup FOR=tests"
    return found[-1].parent


@contextlib.contextmanager
def running_server(*, durable: bool = False) -> Iterator[Server]:
    """A new cluster, started and in the end removed; ``durable`` as it is by default, for figures."""
    # Not pytest's folder: a socket's path holds 107 bytes, and another user must get at it.
    folder = Path(tempfile.mkdtemp(prefix="pg-"))
    who = _user()
    try:
        if who:
            os.chown(folder, who["user"], who["group"])
        quiet: dict[str, Any] = {"stdout": subprocess.DEVNULL, "stderr": subprocess.PIPE, "cwd": folder, **who}
        cluster = folder / "cluster"
        made = [programs() / "initdb", "-D", cluster, "-U", "kiosk", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8"]
        subprocess.run([*made, "--no-sync", "--no-instructions"], check=True, **quiet)
        told = {"listen_addresses": ""} if durable else SETTINGS
        options = [word for name, value in told.items() for word in ("-c", f"{name}={value}")]
        command = [programs() / "postgres", "-D", cluster, "-k", folder, *options]
        with subprocess.Popen(command, preexec_fn=_end_with_us, **quiet) as server:
            try:
                _wait(server, folder)
                yield Server(folder)
            finally:
                server.send_signal(signal.SIGINT)  # a fast shut-down: nobody is waited for
                server.wait(30)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _user() -> dict[str, Any]:
    """PostgreSQL refuses to run as root."""
    if os.geteuid() != 0:
        return {}
    who = pwd.getpwnam("postgres")
    return {"user": who.pw_uid, "group": who.pw_gid, "extra_groups": []}


def _end_with_us() -> None:
    """Where a test run is killed, the server ends too."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGINT)


def _wait(server: subprocess.Popen[bytes], folder: Path) -> None:
    until = time.monotonic() + 60
    while True:
        try:
            psycopg.connect(f"postgresql://kiosk@/postgres?host={folder}").close()
            return
        except psycopg.OperationalError as error:
            said = server.stderr.read().decode() if server.poll() is not None and server.stderr else ""
            assert server.poll() is None, said
            assert time.monotonic() < until, str(error)
            time.sleep(0.05)
