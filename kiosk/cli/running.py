"""``kiosk run`` starts the station's processes as children in its own process group and ends with them; ``kiosk scan``
puts a code under a simulated scanner."""

from __future__ import annotations

import logging
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field

import click

from kiosk import registers, settings
from kiosk.cli.lock import StationLock
from kiosk.cli.place import demo_folder, folder_here
from kiosk.errors import EXIT_CONFIGURATION, EXIT_USAGE, DeviceAbsent, KioskError, Refused
from kiosk.people import desks
from kiosk.settings import driven_clock
from kiosk.storage import Store, open_store
from kiosk.words import N_, say

log = logging.getLogger("kiosk.run")

#: Exit codes after which starting again would only fail again. A database that cannot be opened is tried again: a disk
#: that was full gets room.
FINAL = {EXIT_USAGE, EXIT_CONFIGURATION}
#: What ends the station. They come to the whole process group (Ctrl-C, a terminal that is closed); the children are
#: deaf to them and end in order, when their head says so.
FROM_TERMINAL = {signal.SIGINT, signal.SIGHUP}
#: An address for the county centre that the settings leave empty; the demonstration names its own centre here.
COUNTY_ADDRESS = "KIOSK_COUNTY_ADDRESS"
STOP_SECONDS = 8
#: A process that has lived so long is started again at once: its earlier deaths have nothing to do with this one.
STEADY_SECONDS = 60.0


@dataclass
class Child:
    """One process of the station: how to start it, and how often it has died lately."""

    name: str
    command: list[str]
    environment: dict[str, str] = field(default_factory=dict)
    #: A port of this machine that answers before this process is started; 0: starts at once.
    after_port: int = 0
    process: subprocess.Popen[bytes] | None = None
    deaths: int = 0
    started_at: float = 0.0
    start_at: float = 0.0


class Family:
    """The processes of a station. They hold the reading end of a pipe whose writing end is ours alone: when we end,
    even by SIGKILL, the pipe closes and they end too (otherwise they keep port and scanner, architecture.md §1.1)."""

    def __init__(self, children: list[Child]) -> None:
        self.children = children
        self._reading, self._writing = os.pipe()
        os.set_inheritable(self._reading, True)
        self.is_stopping = threading.Event()

    def watch(self) -> int:
        """Starts the children, starts those again that die, and returns the exit code when the station stops."""
        code = 0
        while not self.is_stopping.wait(0.2):
            for child in self.children:
                code = self._look_after(child)
                if code:
                    self.is_stopping.set()
                    break
        self.stop()
        return code

    def _look_after(self, child: Child) -> int:
        if child.process is None:
            if time.monotonic() >= child.start_at and (not child.after_port or _answers(child.after_port)):
                self._start(child)
            return 0
        ended = child.process.poll()
        if ended is None:
            return 0
        child.process = None
        if ended in FINAL:
            log.error("%s ended with %d: not started again", child.name, ended)
            return ended
        if time.monotonic() - child.started_at > STEADY_SECONDS:
            child.deaths = 0
        child.deaths += 1
        pause = min(0.2 * 2 ** min(child.deaths - 1, 7), 20.0)
        log.warning("%s ended with %d, starts again in %.1f s", child.name, ended, pause)
        child.start_at = time.monotonic() + pause
        return 0

    def _start(self, child: Child) -> None:
        child.started_at = time.monotonic()
        before = signal.pthread_sigmask(signal.SIG_BLOCK, FROM_TERMINAL)  # a child inherits the mask
        try:
            child.process = subprocess.Popen(
                [*child.command, "--parent-pipe", str(self._reading)],
                pass_fds=(self._reading,),
                stdin=subprocess.DEVNULL,
                env=os.environ | child.environment,
            )
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)

    def stop(self) -> None:
        """Asks every child to end, then makes it."""
        for child in self.children:
            if child.process is not None:
                child.process.terminate()
        until = time.monotonic() + STOP_SECONDS
        for child in self.children:
            if child.process is None:
                continue
            try:
                child.process.wait(max(0.1, until - time.monotonic()))
            except subprocess.TimeoutExpired:
                child.process.kill()
                child.process.wait()
        os.close(self._writing)
        os.close(self._reading)


@click.command()
@click.option("--demo", is_flag=True, help="a sample station with simulated devices, in a state folder of its own")
@click.pass_obj
def run(is_demo: bool, demo: bool) -> None:
    """启动本站 · Run the station: counter, devices, uplink, chores. Ends with Ctrl-C."""
    from kiosk.cli import demo as demonstration

    demo = demo or is_demo
    driven_clock.start(is_demo=demo)
    state = demo_folder() if demo else settings.state_folder()
    os.environ["KIOSK_STATE"] = str(state)
    port = _port()
    state.mkdir(mode=0o700, parents=True, exist_ok=True)
    with StationLock(state):
        demonstration.refuse_mix(state, demo)
        _must_be_free(port)
        pins = demonstration.prepare(state) if demo else {}
        store = open_store(state, settings.load(state))
        with store.transaction() as tx:
            registers.registers(tx)  # a mistake in one of their files is named before anything starts
            desks.make_desks(tx)
        sys.exit(_run(store, port, demo, pins))


def _run(store: Store, port: int, demo: bool, pins: dict[str, str]) -> int:
    mark = ["--demo"] if demo else []
    sync = Child("sync", [sys.executable, "-m", "sync", *mark])
    children = [
        Child("web", [sys.executable, "-m", "web", *mark], {"PORT": str(port)}),
        Child("devices", [sys.executable, "-m", "drivers", "run", *mark]),
        sync,
    ]
    if demo and not store.settings.county.address:
        centre = _free_port()
        os.environ[COUNTY_ADDRESS] = f"http://127.0.0.1:{centre}"
        at_centre, there = [sys.executable, "-m", "sync.centre", *mark], ["--state", str(store.state / "centre")]
        _enrol_at_own_centre(store, at_centre, there)
        children.append(Child("centre", [*at_centre, "run", "--port", str(centre), *there, "--trust-first"]))
        sync.after_port = centre
        click.echo(say(N_("示范县中心：{address}"), address=os.environ[COUNTY_ADDRESS]))
    family = Family(children)
    for number in (signal.SIGTERM, *FROM_TERMINAL):
        # Under nohup the station outlives its terminal; an ignored SIGINT is only what a shell gives to `kiosk run &`.
        if number != signal.SIGHUP or signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, lambda *_: family.is_stopping.set())
    threading.Thread(target=_chores, args=(store, family.is_stopping), daemon=True, name="chores").start()
    threading.Thread(target=_say_ready, args=(store, port, pins, family.is_stopping), daemon=True, name="ready").start()
    return family.watch()


def _enrol_at_own_centre(store: Store, at_centre: list[str], there: list[str]) -> None:
    """The demonstration enrols at its own centre as a station does: by a code that its uploader takes there. Without it the
    county's messages would be nobody's."""
    from kiosk.inbox import keys
    from kiosk.outbox import enrolment
    from kiosk.reports import station_keys

    with store.reading() as db:
        if keys.current(db) is not None:
            return
    made = subprocess.run(
        [*at_centre, "code", store.settings.station.code, *there], capture_output=True, text=True, check=False
    )
    if made.returncode:
        log.warning("the demonstration's centre gave no code: %s", made.stderr.strip())
        return
    with store.transaction() as tx:
        enrolment.ask(tx, made.stdout.strip(), station_keys.thumbprint(tx))


def _chores(store: Store, is_stopping: threading.Event) -> None:
    from kiosk.chores import run_due

    while not is_stopping.wait(60):
        try:
            run_due(store)
        except Exception:  # the outermost turn of this loop: logged, and tried again in a minute
            log.exception("chores")


def _say_ready(store: Store, port: int, pins: dict[str, str], is_stopping: threading.Event) -> None:
    while not _answers(port):
        if is_stopping.wait(0.1):
            return
    click.echo(say(N_("{station} 已打开：http://127.0.0.1:{port}/"), station=store.settings.station.name, port=port))
    for name, pin in pins.items():
        click.echo(say(N_("示范账号 {name}，PIN {pin}"), name=name, pin=pin))
    sys.stdout.flush()


def _answers(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
    except OSError:
        return False
    return True


def _port() -> int:
    text = os.environ.get("PORT", "8080")
    if not text.isdigit() or not 1 <= int(text) <= 65535:
        raise Refused("run.port_wrong", N_("PORT 应为 1–65535 的数字，现在是「{port}」"), port=text[:20])
    return int(text)


def _must_be_free(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            raise Refused(
                "run.port_taken", N_("端口 {port} 已被占用，请停止占用它的程序，或用 PORT=另一个端口 启动"), port=port
            ) from error


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@click.command()
@click.argument("code")
@click.option("--device", default="", help="name of the simulated scanner; the first one when not given")
def scan(code: str, device: str) -> None:
    """模拟扫码 · Put CODE under a simulated scanner: the same road as a real one."""
    from kiosk.devices import Runtime

    state = folder_here(must_exist=True)
    loaded = settings.load(state)
    simulated = [d.name for d in loaded.devices if d.kind == "scanner" and d.driver == "simulated"]
    chosen = device or (simulated[0] if simulated else "")
    if chosen not in simulated:
        raise Refused("scan.no_such_device", N_("没有名为「{device}」的模拟扫码枪"), device=chosen or "-")
    runtime = Runtime.open(state)
    try:
        there = runtime.announcement(chosen)
        if there is not None and not there.address:
            raise DeviceAbsent(N_("模拟扫码枪“{device}”被拔掉了，请先让它恢复正常"), device=chosen)
        runtime.type_code(chosen, code)
    except (KioskError, ValueError) as error:
        message = say(error.message, **error.facts) if isinstance(error, KioskError) else str(error)
        raise Refused("scan.not_read", N_("没有扫成：{why}"), why=message) from error
    finally:
        runtime.close()
    click.echo(say(N_("已由 {device} 扫入"), device=chosen))


COMMANDS = (run, scan)
