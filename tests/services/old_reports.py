"""A daily report as the first version froze it: without registers, hours and definitions. It is written anew everywhere where
it stands, so that nothing but its age tells it from others."""

from __future__ import annotations

import json

from kiosk.reports import envelope, store
from kiosk.storage import Store
from kiosk.storage.connection import connect
from kiosk.storage.guards import put_guards

NEW = ("replaces", "frozen_at", "is_clock_driven", "definitions", "hours", "counts")


def make_old(opened: Store, on: str) -> None:
    """The first report of a date in format 1, with its audit record and its message."""
    with opened.reading() as db:
        report = store.of_date(db, on)[0]
        message = db.one("SELECT * FROM outbox WHERE subject_id = ?", report.id)
    content = {name: value for name, value in json.loads(report.content).items() if name not in NEW} | {"format": 1}
    written = envelope.canonical(content)
    digest = envelope.digest(written)
    said = json.loads(message["payload"])
    signed = envelope.sign(
        opened.secrets, station=said["station"], sequence=said["sequence"], topic=said["topic"],
        subject=said["subject"] | {"hash": digest}, made_at=said["made_at"], content=content,
    )  # fmt: skip
    connection = connect(opened.path)
    for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        connection.execute(f'DROP TRIGGER "{name}"')
    connection.execute("UPDATE reports SET content = ?, hash = ? WHERE id = ?", (written, digest, report.id))
    connection.execute(
        "UPDATE outbox SET payload = ?, envelope = ?, hash = ? WHERE id = ?",
        (signed.payload, signed.envelope, signed.hash, message["id"]),
    )
    connection.execute(
        "UPDATE audit SET facts = replace(replace(facts, ?, ?), ?, ?)",
        (report.hash, digest, message["hash"], signed.hash),
    )
    put_guards(connection, reseal=True)
    connection.close()
