"""The words of runtime.db: what drivers say and what pages ask.

Every method is one short statement or transaction. Nothing here is durable, so nothing here may be the only trace of an
act: a scan becomes a fact in kiosk.db, a print job's end is written there.
"""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import fields, is_dataclass
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kiosk import clock, ids
from kiosk.devices import model
from kiosk.devices.file import RuntimeFile, tick
from kiosk.devices.model import (
    Announcement,
    Command,
    Fault,
    Heartbeat,
    Lamp,
    LampState,
    Progress,
    Scan,
    SimSlip,
    Trace,
)
from kiosk.devices.place import runtime_folder
from kiosk.devices.weights import Weights
from kiosk.errors import DeviceAbsent, DeviceBusy
from kiosk.words import N_

if TYPE_CHECKING:
    from kiosk.codes.kinds import Recognised

#: A write to a FIFO up to this many bytes is never mixed with another's (POSIX PIPE_BUF on Linux).
INLET_BYTES = 4096


class Runtime(Weights):
    """One process's view of runtime.db; its threads may share it."""

    def __init__(self, folder: Path) -> None:
        self.file = RuntimeFile(folder)

    @classmethod
    def open(cls, state: Path) -> Runtime:
        """Opens (and if need be makes) the runtime.db that belongs to a state folder."""
        return cls(runtime_folder(state))

    @property
    def path(self) -> Path:
        """The file, for a ``Watch``."""
        return self.file.path

    @property
    def folder(self) -> Path:
        """The private folder in memory; simulated devices keep their FIFO here."""
        return self.file.folder

    def close(self) -> None:
        """Lets the file go."""
        self.file.close()

    # Scans -----------------------------------------------------------------------------------------------------------

    def put_scan(self, device: str, desk: str, recognised: Recognised) -> str:
        """Writes one scan for a desk and returns its ``scan_id``, unique for ever.

        Of a secret only kind and length are written, whatever else the value may hold.
        """
        facts = {} if recognised.is_secret else _plain(recognised)
        for known in ("kind", "text", "length"):
            facts.pop(known, None)
        text = "" if recognised.is_secret else recognised.text
        scan_id = ids.ordered_id()
        values = (scan_id, device, desk, recognised.kind.value, text, recognised.length, _json(facts))
        self.file.write(
            lambda db: db.execute(
                "INSERT INTO scans (scan_id, device, desk, kind, text, length, facts, at, tick)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (*values, clock.stamp(), tick()),
            ).close()
        )
        return scan_id

    def take_scans(self, limit: int = 50) -> list[Scan]:
        """The scans that nobody has marked as taken, oldest first, of all desks.

        They come again until ``mark_taken``: commit the scan in kiosk.db first (``scan_id`` is unique there), then mark
        it, and a crash in between neither loses nor doubles it.
        """
        now = tick()
        rows = self._all("SELECT * FROM scans WHERE is_taken = 0 ORDER BY seq LIMIT ?", limit)
        return [_scan(row, now) for row in rows]

    def mark_taken(self, scan_ids: Iterable[str]) -> None:
        """These scans have been dealt with, whatever the answer was."""
        wanted = [(scan_id,) for scan_id in scan_ids]
        if wanted:
            self.file.write(
                lambda db: db.executemany("UPDATE scans SET is_taken = 1 WHERE scan_id = ?", wanted).close()
            )

    def recent_scans(self, device: str, limit: int = 20) -> list[Scan]:
        """The last scans of one device within the minute that they are kept, newest first."""
        now = tick()
        rows = self._all("SELECT * FROM scans WHERE device = ? ORDER BY seq DESC LIMIT ?", device, limit)
        return [_scan(row, now) for row in rows]

    def put_trace(self, device: str, what: str, text: str, length: int, ending: str = "") -> None:
        """Notes a frame, what became of it and what ended it; ``text`` must already be ``''`` for a secret."""

        def act(db: sqlite3.Connection) -> None:
            row = (device, what, text[:200], length, ending, clock.stamp())
            db.execute(
                "INSERT INTO traces (device, what, text, length, ending, at) VALUES (?, ?, ?, ?, ?, ?)", row
            ).close()
            db.execute(
                "DELETE FROM traces WHERE device = ? AND id NOT IN"
                " (SELECT id FROM traces WHERE device = ? ORDER BY id DESC LIMIT ?)",
                (device, device, model.TRACES_KEPT),
            ).close()

        self.file.write(act)

    def traces(self, device: str) -> list[Trace]:
        """The last frames of a device, newest first."""
        rows = self._all(
            "SELECT device, what, text, length, ending, at FROM traces WHERE device = ? ORDER BY id DESC", device
        )
        return [Trace(**dict(row)) for row in rows]

    # Lamps and heartbeats --------------------------------------------------------------------------------------------

    def set_lamp(
        self,
        device: str,
        kind: str,
        state: LampState | str,
        reason: str = "",
        *,
        process: str = "devices",
        **facts: Any,
    ) -> bool:
        """Sets a lamp; writes nothing and returns False when it already says the same."""
        state, text = LampState(state), _json(facts)
        row = self._one("SELECT * FROM lamps WHERE device = ? AND kind = ?", device, kind)
        if row is not None and (row["state"], row["reason"], row["facts"], row["process"]) == (
            state,
            reason,
            text,
            process,
        ):
            return False
        values = (device, kind, process, state.value, reason, text, clock.stamp())
        self.file.write(
            lambda db: db.execute(
                "INSERT INTO lamps (device, kind, process, state, reason, facts, since_at) VALUES (?, ?, ?, ?, ?, ?, ?)"
                " ON CONFLICT (device, kind) DO UPDATE SET process = excluded.process, state = excluded.state,"
                " reason = excluded.reason, facts = excluded.facts, since_at = excluded.since_at",
                values,
            ).close()
        )
        return True

    def lamps(self) -> list[Lamp]:
        """Every lamp, by device and kind. A lamp whose process has fallen silent is ``unknown``: it may well lie."""
        rows = self._all(
            "SELECT lamps.*, ? - heartbeats.tick AS age FROM lamps LEFT JOIN heartbeats USING (process)"
            " ORDER BY device, kind",
            tick(),
        )
        return [_lamp(row) for row in rows]

    def keep_lamps(self, devices: Iterable[str], *, process: str = "devices") -> None:
        """Removes lamps, addresses and weights of devices that are no longer configured."""
        kept = _json(sorted(devices))

        def act(db: sqlite3.Connection) -> None:
            gone = "device NOT IN (SELECT value FROM json_each(?))"
            db.execute(f"DELETE FROM lamps WHERE process = ? AND {gone}", (process, kept)).close()
            for table in ("announcements", "traces", "commands", "sim_slips", "weights"):
                db.execute(f"DELETE FROM {table} WHERE {gone}", (kept,)).close()

        self.file.write(act)

    def beat(self, process: str) -> None:
        """A sign of life, due every two seconds; also throws away what has been kept long enough."""
        now, at = tick(), clock.stamp()

        def act(db: sqlite3.Connection) -> None:
            db.execute(
                "INSERT INTO heartbeats (process, pid, started_at, at, tick) VALUES (?, ?, ?, ?, ?)"
                " ON CONFLICT (process) DO UPDATE SET at = excluded.at, tick = excluded.tick, pid = excluded.pid,"
                " started_at = CASE WHEN pid = excluded.pid THEN started_at ELSE excluded.started_at END",
                (process, os.getpid(), at, at, now),
            ).close()
            for table, seconds in (("scans", model.SCANS_KEPT_SECONDS), ("commands", model.COMMANDS_KEPT_SECONDS)):
                db.execute(f"DELETE FROM {table} WHERE tick < ?", (now - seconds,)).close()

        self.file.write(act)

    def heartbeats(self) -> dict[str, Heartbeat]:
        """The last beat of each process, by its name."""
        rows = self._all("SELECT process, pid, started_at, at, ? - tick AS age_seconds FROM heartbeats", tick())
        return {row["process"]: Heartbeat(**dict(row)) for row in rows}

    # Print jobs under way --------------------------------------------------------------------------------------------

    def job_begun(self, job_id: int, device: str) -> None:
        """The next byte belongs to this job: after a crash from here on nobody knows whether it came out."""
        self.file.write(
            lambda db: db.execute(
                "INSERT OR REPLACE INTO progress (job_id, device, stage, at) VALUES (?, ?, 'begun', ?)",
                (job_id, device, clock.stamp()),
            ).close()
        )

    def job_sent(self, job_id: int) -> None:
        """The transport has taken the job's last byte."""
        self.file.write(lambda db: db.execute("UPDATE progress SET stage = 'sent' WHERE job_id = ?", (job_id,)).close())

    def job_over(self, job_id: int) -> None:
        """The job's end is written in kiosk.db."""
        self.file.write(lambda db: db.execute("DELETE FROM progress WHERE job_id = ?", (job_id,)).close())

    def jobs_under_way(self) -> list[Progress]:
        """Jobs that were begun and whose end nobody has written."""
        rows = self._all("SELECT job_id, device, stage, at FROM progress ORDER BY job_id")
        return [Progress(**dict(row)) for row in rows]

    # Simulated devices -----------------------------------------------------------------------------------------------

    def announce(
        self,
        device: str,
        address: str,
        *,
        kind: str = "",
        road: str = "",
        inlet: str = "",
        faults: Iterable[Fault] = (),
    ) -> None:
        """Says where a simulated device can be reached; an empty address says that it is unplugged."""
        values = (device, kind, road, address, inlet, _json([fault.value for fault in faults]), clock.stamp())
        self.file.write(
            lambda db: db.execute("INSERT OR REPLACE INTO announcements VALUES (?, ?, ?, ?, ?, ?, ?)", values).close()
        )

    def announcement(self, device: str) -> Announcement | None:
        """Where a simulated device is, None if it has never said so."""
        return next((found for found in self.announcements() if found.device == device), None)

    def announcements(self) -> list[Announcement]:
        """Every simulated device."""
        rows = self._all("SELECT device, kind, road, address, inlet, faults, at FROM announcements ORDER BY device")
        return [Announcement(**{**dict(row), "faults": tuple(json.loads(row["faults"]))}) for row in rows]

    def type_code(self, device: str, code: str) -> None:
        """Lets a simulated scanner read ``code``, as if a hand held it before the lens.

        The code goes through a FIFO in memory and not through runtime.db, which holds no payment code or ID number.
        Raises ``DeviceAbsent`` when no such simulated scanner runs, ``DeviceBusy`` when it takes no more for now,
        ValueError for a code that is too long.
        """
        found = self.announcement(device)
        if found is None or not found.inlet:
            raise DeviceAbsent(N_("没有正在运行的模拟扫码枪“{device}”"), device=device)
        line = (json.dumps(code, ensure_ascii=False) + "\n").encode("utf-8", "surrogateescape")
        if len(line) > INLET_BYTES:
            raise ValueError("code is too long for one write")
        try:
            inlet = os.open(found.inlet, os.O_WRONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        except OSError as error:  # ENXIO: nobody reads it; ENOENT: it is gone
            raise DeviceAbsent(N_("没有正在运行的模拟扫码枪“{device}”"), device=device) from error
        try:
            os.write(inlet, line)
        except BlockingIOError as error:
            raise DeviceBusy(N_("模拟扫码枪“{device}”还没处理完前面的条码"), device=device) from error
        finally:
            os.close(inlet)

    def send_command(self, device: str, command: Fault | str, **arguments: Any) -> int:
        """Tells a device to do something; returns the command's id. Raises ValueError for an unknown command."""
        values = (device, Fault(command).value, _json(arguments), clock.stamp(), tick())

        def act(db: sqlite3.Connection) -> int:
            cursor = db.execute(
                "INSERT INTO commands (device, command, arguments, at, tick) VALUES (?, ?, ?, ?, ?)", values
            )
            cursor.close()
            return int(cursor.lastrowid or 0)

        return self.file.write(act)

    def take_commands(self, device: str) -> list[Command]:
        """The commands that this device has not answered yet, oldest first."""
        rows = self._all("SELECT * FROM commands WHERE device = ? AND outcome IS NULL ORDER BY id", device)
        return [_command(row) for row in rows]

    def answer_command(self, command_id: int, outcome: str) -> None:
        """Notes what became of a command: ``done`` or why not."""
        self.file.write(
            lambda db: db.execute("UPDATE commands SET outcome = ? WHERE id = ?", (outcome, command_id)).close()
        )

    def command(self, command_id: int) -> Command | None:
        """A command with its outcome, None when it is no longer kept."""
        row = self._one("SELECT * FROM commands WHERE id = ?", command_id)
        return None if row is None else _command(row)

    def put_sim_slip(self, device: str, png: bytes, facts: Mapping[str, Any]) -> int:
        """Keeps the picture of a slip that a simulated printer has drawn; the last twenty stay."""

        def act(db: sqlite3.Connection) -> int:
            row = (device, png, _json(facts), clock.stamp())
            cursor = db.execute("INSERT INTO sim_slips (device, png, facts, at) VALUES (?, ?, ?, ?)", row)
            cursor.close()
            db.execute(
                "DELETE FROM sim_slips WHERE id NOT IN (SELECT id FROM sim_slips ORDER BY id DESC LIMIT ?)",
                (model.SIM_SLIPS_KEPT,),
            ).close()
            return int(cursor.lastrowid or 0)

        return self.file.write(act)

    def sim_slips(self) -> list[SimSlip]:
        """The slips that simulated printers have drawn, newest first, without their pictures."""
        rows = self._all("SELECT id, device, facts, at FROM sim_slips ORDER BY id DESC")
        return [SimSlip(row["id"], row["device"], json.loads(row["facts"]), row["at"]) for row in rows]

    def sim_slip_png(self, slip_id: int) -> bytes | None:
        """The picture of one of them as PNG."""
        row = self._one("SELECT png FROM sim_slips WHERE id = ?", slip_id)
        return None if row is None else bytes(row["png"])

    # -----------------------------------------------------------------------------------------------------------------

    def _all(self, sql: str, *params: Any) -> list[sqlite3.Row]:
        return self.file.read(lambda db: db.execute(sql, params).fetchall())

    def _one(self, sql: str, *params: Any) -> sqlite3.Row | None:
        rows = self._all(sql, *params)
        return rows[0] if rows else None


def _scan(row: sqlite3.Row, now: float) -> Scan:
    names = ("scan_id", "device", "desk", "kind", "text", "length")
    return Scan(*(row[name] for name in names), json.loads(row["facts"]), row["at"], max(0.0, now - row["tick"]))


def _lamp(row: sqlite3.Row) -> Lamp:
    state, reason, facts = LampState(row["state"]), row["reason"], json.loads(row["facts"])
    if row["age"] is None or row["age"] > model.SILENT_AFTER_SECONDS:
        state, reason, facts = LampState.UNKNOWN, "process_silent", {}
    return Lamp(row["device"], row["kind"], state, reason, facts, row["since_at"])


def _command(row: sqlite3.Row) -> Command:
    return Command(row["id"], row["device"], Fault(row["command"]), json.loads(row["arguments"]), row["outcome"])


def _plain(value: Any) -> Any:
    """Dataclasses, enums and tuples as JSON has them."""
    if isinstance(value, Enum):
        return value.value
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(item) for item in value]
    return value


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
