"""What everything is compared with. R: raw sqlite3 on a file with as many parcels, WAL and FULL, one transaction of a
look-up, an update and an insert. F: R behind bare Flask and waitress with four threads over a kept loopback connection;
no log-in, no rules. Run as a module it is F's process."""

from __future__ import annotations

import argparse
import logging
import socket
import sqlite3
import subprocess
import sys
import threading
import time
from pathlib import Path
from types import TracebackType

SCHEMA = """
CREATE TABLE parcels (id INTEGER PRIMARY KEY, waybill_no TEXT NOT NULL, phone_tail TEXT NOT NULL, state TEXT NOT NULL,
    pickup_code TEXT NOT NULL, checked_in_at TEXT NOT NULL, out_at TEXT);
CREATE TABLE events (id INTEGER PRIMARY KEY, parcel_id INTEGER NOT NULL, kind TEXT NOT NULL, at TEXT NOT NULL);
"""
INDEXES = """
CREATE UNIQUE INDEX by_waybill ON parcels (waybill_no);
CREATE INDEX by_tail ON parcels (phone_tail) WHERE state = 'on_shelf';
CREATE INDEX by_parcel ON events (parcel_id);
"""
AT = "2026-11-22T00:24:40.123456Z"


def waybill(number: int) -> str:
    """The waybill of the parcel with this number."""
    return f"YT{number:013d}"


def make(path: Path, count: int, in_stock: int) -> None:
    """A file with ``count`` parcels, the last ``in_stock`` of them on the shelf."""
    db = sqlite3.connect(path, isolation_level=None)
    db.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; BEGIN;" + SCHEMA)
    first = count - in_stock
    db.executemany(
        "INSERT INTO parcels VALUES (?, ?, ?, ?, ?, ?, ?)",
        (
            (n, waybill(n), f"{n * 7919 % 10000:04d}", "out" if n < first else "on_shelf", f"1-1-{n}", AT, None)
            for n in range(count)
        ),
    )
    db.executemany("INSERT INTO events VALUES (NULL, ?, 'in', ?)", ((n, AT) for n in range(count)))
    db.execute("COMMIT")
    db.executescript(INDEXES + "PRAGMA journal_mode = WAL;")
    db.close()


class Raw:
    """R: one connection that does what a hand-over does at the very least."""

    def __init__(self, path: Path) -> None:
        self.db = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        for pragma in ("journal_mode = WAL", "synchronous = FULL", "wal_autocheckpoint = 10000", "cache_size = -4000"):
            self.db.execute(f"PRAGMA {pragma}").fetchall()
        self.turn = threading.Lock()

    def hand_over(self, number: int) -> int:
        """Look-up by waybill, update, insert, commit."""
        with self.turn:
            self.db.execute("BEGIN IMMEDIATE")
            row = self.db.execute("SELECT id FROM parcels WHERE waybill_no = ?", (waybill(number),)).fetchone()
            self.db.execute("UPDATE parcels SET state = 'out', out_at = ? WHERE id = ?", (AT, row[0]))
            self.db.execute("INSERT INTO events (parcel_id, kind, at) VALUES (?, 'out', ?)", (row[0], AT))
            self.db.execute("COMMIT")
        return int(row[0])

    def find(self, number: int) -> tuple[object, ...]:
        """Look-up by waybill."""
        with self.turn:
            row: tuple[object, ...] = self.db.execute(
                "SELECT * FROM parcels WHERE waybill_no = ?", (waybill(number),)
            ).fetchone()
        return row


class Bare:
    """F as a process of its own: ``port`` once it answers, ``pid``, and how long it took to answer first."""

    def __init__(self, path: Path) -> None:
        begun = time.perf_counter()
        command = [sys.executable, "-m", "tests.benchmarks.yardsticks", str(path)]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert self.process.stdout is not None
        self.port = int(self.process.stdout.readline())
        with socket.create_connection(("127.0.0.1", self.port), 10) as line:
            line.sendall(b"GET /parcels/0 HTTP/1.0\r\n\r\n")
            line.recv(100)
        self.first_answer_seconds = time.perf_counter() - begun

    @property
    def pid(self) -> int:
        """Its process."""
        return self.process.pid

    def __enter__(self) -> Bare:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.process.terminate()
        self.process.wait(10)
        assert self.process.stdout is not None
        self.process.stdout.close()


def main() -> None:
    """Serves F."""
    from flask import Flask, jsonify
    from waitress.server import create_server

    parser = argparse.ArgumentParser()
    parser.add_argument("database", type=Path)
    raw = Raw(parser.parse_args().database)
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    app = Flask(__name__)

    @app.post("/parcels/<int:number>/hand-over")
    def hand_over(number: int):  # type: ignore[no-untyped-def]
        return jsonify(id=raw.hand_over(number), state="out")

    @app.get("/parcels/<int:number>")
    def find(number: int):  # type: ignore[no-untyped-def]
        return jsonify(parcel=raw.find(number))

    server = create_server(app, host="127.0.0.1", port=0, threads=4)
    print(server.effective_port, flush=True)
    server.run()


if __name__ == "__main__":
    main()
