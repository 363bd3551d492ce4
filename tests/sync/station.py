"""A station's state folder with messages in its outbox, and the daemon as a process."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from joserfc import jws
from joserfc.jwk import OKPKey

from kiosk import outbox, settings
from kiosk.outbox import Message
from kiosk.storage import Store, open_store

ROOT = Path(__file__).resolve().parents[2]


def write_settings(state: Path, address: str, *, pause: float = 0.05, longest: float = 0.4, **more: Any) -> None:
    """``station.toml`` of a state folder; pauses are short so that tests are."""
    state.mkdir(parents=True, exist_ok=True)
    county = {
        "address": address,
        "pause_seconds": pause,
        "longest_pause_seconds": longest,
        "timeout_seconds": 15.0,
        **more,
    }
    rows = [f"{name} = {json.dumps(value)}" for name, value in county.items()]
    (state / "station.toml").write_text("\n".join(["[county]", *rows, ""]), "utf-8")


def open_station(state: Path, address: str, **county: Any) -> Store:
    """The store of a new station that reports to this address."""
    write_settings(state, address, **county)
    return open_store(state, settings.load(state))


def queue(store: Store, text: str = "一天", subject_id: int = 1) -> int:
    """Queues one signed message and returns its id. What it says is of no matter to the uplink."""
    key = OKPKey.generate_key("Ed25519")
    with store.transaction() as tx:
        sequence = outbox.next_sequence(tx)
        payload = json.dumps({"sequence": sequence, "text": text}, ensure_ascii=False)
        envelope = jws.serialize_compact({"alg": "Ed25519"}, payload, key, algorithms=["Ed25519"])
        digest = hashlib.sha256(payload.encode()).hexdigest()
        return outbox.queue(tx, sequence, "day.closed", "day", subject_id, payload, envelope, digest)


def message(store: Store, message_id: int) -> Message:
    """One message as it is now."""
    with store.reading() as db:
        return next(found for found in outbox.messages(db) if found.id == message_id)


def eventually(found: Callable[[], Any], seconds: float = 60.0) -> Any:
    """Waits until ``found`` gives something true, and returns that."""
    until = time.monotonic() + seconds
    while True:
        result = found()
        if result:
            return result
        assert time.monotonic() < until, f"still {result!r} after {seconds} s"
        time.sleep(0.02)


@contextlib.contextmanager
def process(*arguments: str, **options: Any) -> Iterator[subprocess.Popen[str]]:
    """A Python module as a process of its own, ended with the block."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), **options.pop("environment", {})}
    started = subprocess.Popen([sys.executable, "-m", *arguments], text=True, env=environment, **options)
    try:
        yield started
    finally:
        if started.poll() is None:
            started.send_signal(signal.SIGTERM)
            try:
                started.wait(15)
            except subprocess.TimeoutExpired:
                started.kill()
                started.wait()
        for stream in (started.stdout, started.stderr):
            if stream is not None:
                stream.close()


def daemon(state: Path, *arguments: str, **options: Any) -> contextlib.AbstractContextManager[subprocess.Popen[str]]:
    """The uplink's process for a state folder."""
    return process("sync", "--state", str(state), *arguments, **options)
