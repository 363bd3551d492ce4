"""A real station for tests: the shipped processes, started as an operator or systemd starts them, over a state folder of
its own, on a free port, with devices that answer. Nothing of ours is replaced.

    with Station(tmp_path) as station:
        reply = station.api("operator").post("/parcels", {"waybill_no": "YT1234567890123"})
        station.scan("YT1234567890124")
        assert station.check() == []

The processes are on a leash: should the test's own process die, the kernel ends them.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import TracebackType
from typing import Any

from kiosk import fees, settings
from kiosk.devices import Runtime
from kiosk.people import desks, staff, tokens
from kiosk.people.rights import TOKEN_ROLES
from kiosk.storage import Store, open_store
from tests.journeys.client import Api
from tests.storage.empty_database import lay_out

CHECKOUT = Path(__file__).resolve().parents[2]
DESK = "柜台"
SCANNER, PRINTER = "模拟扫码枪", "模拟打印机"

#: Scanner and printer as `kiosk run --demo` has them: behind a pty and a TCP port.
SIMULATED: tuple[Mapping[str, Any], ...] = (
    {"name": SCANNER, "kind": "scanner", "driver": "simulated", "desk": DESK},
    {"name": PRINTER, "kind": "printer", "driver": "simulated", "desk": DESK, "options": {"road": "tcp"}},
)
#: What each process is called here, and the module it is started from.
MODULES = {"web": "web", "devices": "drivers", "sync": "sync"}
READY_SECONDS = 60.0
STOP_SECONDS = 20.0
#: Hashing is slow on purpose; the same PINs open every station of a run.
_hashed_pin, _hashed_code = cache(staff.hashed_pin), cache(staff.hashed_code)
#: prctl(PR_SET_PDEATHSIG, SIGKILL), then the command itself.
_LEASH = "import ctypes, os, sys; ctypes.CDLL(None).prctl(1, 9); os.execv(sys.argv[1], sys.argv[1:])"


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody who can log in."""

    id: int
    name: str
    role: str
    pin: str


class NeverReady(AssertionError):
    """The station did not come up; the message ends with what its processes said."""


class Station:
    """One station in ``folder``. ``prepare`` is called by the first ``start`` and keeps what is there.

    ``changes`` are settings by section and key; ``devices`` replaces the simulated ones (a test that plays a device
    itself names the real driver and its own pty or port). ``is_apart`` starts web, devices and sync one by one, as
    systemd does, without ``kiosk run`` over them; ``modules`` then may name another module for one of them.
    """

    def __init__(
        self,
        folder: Path,
        *,
        devices: Sequence[Mapping[str, Any]] = SIMULATED,
        changes: Mapping[str, Mapping[str, Any]] | None = None,
        is_apart: bool = False,
        modules: Mapping[str, str] | None = None,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        self.folder = folder
        self.state = folder / "state"
        self.runtime_folder = folder / "runtime"
        self.log = folder / "station.log"
        self.port = 0
        self.devices = tuple(devices)
        self.changes = {section: dict(keys) for section, keys in (changes or {}).items()}
        self.is_apart = is_apart
        self.modules = MODULES | dict(modules or {})
        self.extra = dict(environment or {})
        self.members: dict[str, Member] = {}
        self.tokens: dict[str, str] = {}
        self.processes: dict[str, subprocess.Popen[bytes]] = {}
        self._started_at = 0.0

    # Before the start ------------------------------------------------------------------------------------------------

    def prepare(self) -> Station:
        """Settings, desks, a manager, an operator, an inspector, a token for each role, the published fees."""
        self.state.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.runtime_folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        (self.state / "station.toml").write_text(toml(self.changes, self.devices), "utf-8")
        lay_out(self.state)
        if self.members:
            return self
        with self.store() as store, store.transaction() as tx:
            desks.make_desks(tx)
            people = {
                "manager": ("王站长", "739204"),
                "operator": ("李小满", "582016"),
                "inspector": ("赵巡查", "640187"),
            }
            manager, pin = people["manager"]
            manager_id, _recovery = staff.create_first_manager(tx, manager, _hashed_pin(pin), _hashed_code())
            self.members["manager"] = Member(manager_id, people["manager"][0], "manager", people["manager"][1])
            for role in ("operator", "inspector"):
                name, pin = people[role]
                staff_id, _pin = staff.add_staff(tx, name, role, _hashed_pin(pin))
                self.members[role] = Member(staff_id, name, role, pin)
            for role in TOKEN_ROLES:
                self.tokens[role] = tokens.create_token(tx, f"test {role}", role)
            fees.publish(tx, tomllib.loads((CHECKOUT / "config" / "fees.demo.toml").read_text("utf-8")))
        return self

    @contextlib.contextmanager
    def store(self) -> Iterator[Store]:
        """The station's store, opened in this process; also while the station runs."""
        store = open_store(self.state, settings.load(self.state))
        try:
            yield store
        finally:
            store.close()

    @contextlib.contextmanager
    def runtime(self) -> Iterator[Runtime]:
        """The station's runtime.db, opened in this process."""
        runtime = Runtime(self.runtime_folder)
        try:
            yield runtime
        finally:
            runtime.close()

    def token(self, role: str, name: str) -> str:
        """One more token."""
        with self.store() as store, store.transaction() as tx:
            return tokens.create_token(tx, name, role)

    # Life ------------------------------------------------------------------------------------------------------------

    def start(self) -> Station:
        """Starts the processes and returns at once."""
        self.prepare()
        if not self.port:
            self.port = free_port()
        self._started_at = time.time()
        if self.is_apart:
            for name in self.modules:
                self.start_one(name)
        else:
            self.processes["run"] = self._spawn([sys.executable, "-m", "kiosk", "run"])
        return self

    def start_one(self, name: str) -> None:
        """Starts one process of a station that is apart."""
        self.processes[name] = self._spawn([sys.executable, "-m", self.modules[name]])

    def wait_ready(self, *names: str, seconds: float = READY_SECONDS) -> Station:
        """Waits until the first page is answered and each of the processes (all by default) has given a sign of life."""
        wanted = names or tuple(self.modules)
        until = time.monotonic() + seconds
        tries = 3
        while not self._is_ready(wanted):
            ended = {name: process.poll() for name, process in self.processes.items() if process.poll() is not None}
            if "run" in ended and tries and self._port_was_taken():
                tries -= 1
                self.port = free_port()
                self.start()
            elif ended or time.monotonic() > until:
                said = self.said()
                self.kill_all()
                raise NeverReady(f"ended: {ended}, ready for: {wanted}\n{said}")
            time.sleep(0.1)  # each look opens runtime.db and walks /proc, which takes time from those who start
        return self

    def pids(self) -> dict[str, int]:
        """The pid of every living process by name: web, devices, sync, and ``run`` over them."""
        found = {name: process.pid for name, process in self.processes.items() if process.poll() is None}
        if "run" in found:
            names = {module: name for name, module in self.modules.items()}
            for pid in _children(found["run"]):
                module = _module(pid)
                if module in names:
                    found[names[module]] = pid
        return found

    def stop(self) -> None:
        """Ends the station as Ctrl-C or systemd does; what doesn't end in time is killed and complained about."""
        for process in self.processes.values():
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
        late = []
        until = time.monotonic() + STOP_SECONDS
        for name, process in self.processes.items():
            try:
                process.wait(max(0.1, until - time.monotonic()))
            except subprocess.TimeoutExpired:
                late.append(name)
        self.kill_all()
        if late:
            raise AssertionError(f"did not end in {STOP_SECONDS} s: {late}\n{self.said()}")

    def kill(self, name: str) -> int:
        """SIGKILL to one process; returns its pid once nothing of it is left. With ``run`` its children end too."""
        pids = self.pids()
        os.kill(pids[name], signal.SIGKILL)
        if name in self.processes:
            self.processes.pop(name).wait()
        for other in pids if name == "run" else (name,):
            wait_gone(pids[other])
        return pids[name]

    def kill_all(self) -> None:
        """SIGKILL to everything at once, as a power cut; returns when nothing of it is left."""
        pids = set(self.pids().values())
        for pid in pids:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        for process in self.processes.values():
            process.wait()
        for pid in pids:
            wait_gone(pid)
        self.processes.clear()

    def __enter__(self) -> Station:
        self.start()
        return self.wait_ready()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            self.stop()
        else:
            self.kill_all()

    # Using it --------------------------------------------------------------------------------------------------------

    @property
    def url(self) -> str:
        """The address of the first page, without the slash."""
        return f"http://127.0.0.1:{self.port}"

    def api(self, role: str = "operator", *, token: str | None = None, port: int | None = None) -> Api:
        """A client of the API with the token of a role; ``port`` leads it through a proxy."""
        return Api(port or self.port, token or self.tokens[role])

    def status(self) -> dict[str, Any]:
        """What GET /status says."""
        with self.api("manager") as api:
            return api.get("/status").expect(200)

    def scan(self, code: str, device: str = SCANNER) -> None:
        """Lets the simulated scanner read a code."""
        with self.runtime() as runtime:
            runtime.type_code(device, code)

    def check(self) -> list[str]:
        """The lines of ``kiosk check``: what is broken, nothing when all is well."""
        done = self.kiosk("check")
        if done.returncode not in (0, 1):
            raise AssertionError(f"kiosk check ended with {done.returncode}:\n{done.stdout}{done.stderr}")
        lines = [line for line in done.stdout.splitlines() if "\t" in line]
        assert bool(lines) == bool(done.returncode), f"{done.returncode}: {done.stdout}"
        return lines

    def kiosk(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Runs ``kiosk …`` for this station and returns what it said."""
        command = [sys.executable, "-m", "kiosk", *words]
        return subprocess.run(
            command, cwd=CHECKOUT, env=self.environment(), capture_output=True, text=True, timeout=120
        )

    def said(self, lines: int = 60) -> str:
        """The last lines that the processes wrote."""
        text = self.log.read_text("utf-8", "replace") if self.log.exists() else ""
        return "\n".join(text.splitlines()[-lines:])

    def environment(self) -> dict[str, str]:
        """The environment of the station's processes."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("KIOSK_", "PYTEST_"))}
        ours = {"KIOSK_STATE": str(self.state), "KIOSK_RUNTIME": str(self.runtime_folder), "PORT": str(self.port)}
        return kept | ours | {"PYTHONUNBUFFERED": "1"} | self.extra

    # -----------------------------------------------------------------------------------------------------------------

    def _spawn(self, command: list[str]) -> subprocess.Popen[bytes]:
        with self.log.open("ab") as log:
            return subprocess.Popen(
                [sys.executable, "-c", _LEASH, *command],
                cwd=CHECKOUT,
                env=self.environment(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # the group of a station that is killed as a whole must not be the test's own
            )

    def _is_ready(self, wanted: Sequence[str]) -> bool:
        pids = self.pids()
        if not set(wanted) <= set(pids):
            return False
        with self.runtime() as runtime:
            beats = runtime.heartbeats()
            if any(name not in beats or beats[name].pid != pids[name] for name in wanted):
                return False
            if "devices" in wanted:
                announced = {found.device for found in runtime.announcements() if found.address}
                if not {one["name"] for one in self.devices if one["driver"] == "simulated"} <= announced:
                    return False
        if "web" not in wanted:
            return True
        try:
            with Api(self.port, "", timeout_seconds=5) as api:
                return api.raw("GET", "/").status < 500
        except OSError:
            return False

    def _port_was_taken(self) -> bool:
        return "PORT=" in self.said(5)


def toml(changes: Mapping[str, Mapping[str, Any]], devices: Sequence[Mapping[str, Any]]) -> str:
    lines = []
    for section, keys in changes.items():
        lines += [f"[{section}]", *(f"{key} = {_value(value)}" for key, value in keys.items()), ""]
    for device in devices:
        lines += ["[[devices]]", *(f"{key} = {_value(value)}" for key, value in device.items()), ""]
    return "\n".join(lines) + "\n"


def _value(value: Any) -> str:
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{key} = {_value(part)}" for key, part in value.items()) + " }"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(_value(part) for part in value) + "]"
    return json.dumps(value, ensure_ascii=False)


def free_port() -> int:
    """A port that was free a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _children(parent: int) -> list[int]:
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError):
                fields = (entry / "stat").read_text("utf-8", "replace").rpartition(")")[2].split()
                if int(fields[1]) == parent and fields[0] != "Z":
                    found.append(int(entry.name))
    return found


def _module(pid: int) -> str:
    """The module that a Python process was started from; '' when it is none."""
    with contextlib.suppress(OSError, ValueError):
        words = Path(f"/proc/{pid}/cmdline").read_bytes().decode("utf-8", "replace").split("\0")
        return words[words.index("-m") + 1]
    return ""


def wait_gone(pid: int, seconds: float = 10.0) -> None:
    """Waits until no such process is left, and no thread of it: a zombie whose threads are still ending can't be read
    by its parent yet. One that only waits to be read counts as gone."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        try:
            state = Path(f"/proc/{pid}/stat").read_text("utf-8", "replace").rpartition(")")[2].split()[0]
            threads = len(list(Path(f"/proc/{pid}/task").iterdir()))
        except OSError:
            return
        if state == "Z" and threads <= 1:
            return
        time.sleep(0.002)
    raise AssertionError(f"process {pid} is still there")
