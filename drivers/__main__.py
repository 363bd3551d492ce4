"""``python -m drivers``: the devices process, and a few words to its simulated devices.

``run`` is the process itself; ``scan`` lets a simulated scanner read a code, on the same road as a real one; ``fault``
tells a simulated device to fail or to be well again; ``list`` shows what hardware this machine has, for settings;
``capture`` writes down what a scale sends and ``replay`` says which protocol reads it.
"""

from __future__ import annotations

import argparse
import json
import logging
import os
import signal
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from kiosk.devices import Fault, LampState, Runtime
from kiosk.errors import (
    EXIT_CONFIGURATION,
    EXIT_DATABASE,
    EXIT_USAGE,
    ConfigurationError,
    DatabaseError,
    DeviceAbsent,
    KioskError,
)
from kiosk.settings import driven_clock, load, state_folder
from kiosk.words import N_, say

READY_SECONDS = 10.0
SWITCH_SECONDS = 0.001


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one word of the command line and returns the exit code."""
    given = _parser().parse_args(arguments)
    try:
        return given.act(given)
    except ConfigurationError as error:
        return _fail(error, EXIT_CONFIGURATION)
    except DatabaseError as error:
        return _fail(error, EXIT_DATABASE)
    except KioskError as error:
        return _fail(error, 1)


def run(given: argparse.Namespace) -> int:
    """The devices process."""
    from drivers.links import escpos_printers
    from drivers.registry import drivers_of
    from drivers.supervisor import Supervisor
    from drivers.templates import load_templates
    from kiosk.storage import open_store

    # Before escpos is imported, which would set logging up for itself; it logs each opening at INFO.
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(message)s", stream=sys.stderr)
    logging.getLogger("drivers").setLevel(logging.INFO)
    state = state_folder()
    driven_clock.start(is_demo=given.demo, state=state)
    settings = load(state)
    store = open_store(state, settings)
    runtime = Runtime.open(state)
    load_templates()
    # A thread that computes gives way after a millisecond, and what is slow to import is imported before the first scan:
    # a keyboard scanner is not read for longer than 30 ms only at the price of its scan.
    sys.setswitchinterval(SWITCH_SECONDS)
    if any(device.kind == "printer" for device in settings.devices):
        escpos_printers(runtime.folder)
    supervisor = Supervisor(settings, store, runtime, drivers_of(settings, store, runtime))
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: supervisor.stop.set())
    supervisor.run(given.parent_pipe)
    return 0


def scan(given: argparse.Namespace) -> int:
    """Lets a simulated scanner read a code and says what it was taken for."""
    runtime = Runtime.open(state_folder())
    device = given.device or next((a.device for a in runtime.announcements() if a.kind == "scanner"), "")
    if not device:
        raise DeviceAbsent(N_("没有正在运行的模拟扫码枪；真的扫码枪请直接扫"))
    _wait_ready(runtime, device)
    before = [trace.at for trace in runtime.traces(device)]
    try:
        runtime.type_code(device, given.code)
    except ValueError:
        sys.stderr.write(say(N_("条码太长")) + "\n")
        return EXIT_USAGE
    until = time.monotonic() + READY_SECONDS
    while time.monotonic() < until:
        fresh = [trace for trace in runtime.traces(device) if trace.at not in before]
        if fresh:
            print(f"{device}: {fresh[-1].what} ({fresh[-1].length})")
            return 0
        time.sleep(0.02)
    print(say(N_("{device}：已发出，没有读到"), device=device))
    return 1


def fault(given: argparse.Namespace) -> int:
    """Sends a command to a simulated device and prints its answer."""
    runtime = Runtime.open(state_folder())
    number = runtime.send_command(given.device, given.command, **dict(map(_argument, given.arguments)))
    until = time.monotonic() + READY_SECONDS
    while time.monotonic() < until:
        command = runtime.command(number)
        if command is not None and command.outcome is not None:
            print(command.outcome)
            return 0 if command.outcome == "done" else 1
        time.sleep(0.02)
    raise DeviceAbsent(N_("设备“{device}”没有响应"), device=given.device)


def hardware(given: argparse.Namespace) -> int:
    """Lists what could be named in settings."""
    from drivers.discovery import found

    for item in found():
        note = f"\t{say(item.note)}" if item.note else ""
        print(f"{item.kind}\t{item.driver}\t{item.name}\t{item.place}{note}")
    return 0


def capture(given: argparse.Namespace) -> int:
    """Writes down what comes from a serial port, for a scale that nobody knows yet."""
    from drivers.ports import Line
    from drivers.scale_capture import capture as captured
    from drivers.scale_capture import written

    line = Line(given.baudrate, given.bytesize, given.parity, given.stopbits)
    pieces = list(captured(given.port, line, given.seconds, given.ask.encode("utf-8")))
    given.file.write_text(written(pieces), "utf-8")
    print(f"{given.file}: {sum(len(piece.data) for piece in pieces)} bytes")
    return 0 if pieces else 1


def replay(given: argparse.Namespace) -> int:
    """Reads a capture with every framer and says what each makes of it, the likeliest first."""
    from drivers.scale_capture import read_capture
    from drivers.scale_capture import replay as replayed

    try:
        fits = replayed(read_capture(given.file), given.unit)
    except (OSError, ValueError) as error:
        sys.stderr.write(f"{given.file}: {error}\n")
        return EXIT_USAGE
    for fit in fits:
        shown = " ".join(f"{'' if r.grams is None else r.grams}{_MARKS[r.standing]}" for r in fit.readings[-8:])
        print(f"{fit.protocol}\t{len(fit.readings)}\t{shown}")
    return 0 if fits else 1


#: Grams stand alone when they rest.
_MARKS = {"steady": "", "moving": "~", "unsaid": "?", "over": "over", "under": "under", "aside": "-"}


def _wait_ready(runtime: Runtime, device: str) -> None:
    """A scanner that is just being plugged in is waited for; one that stays away is no reason not to try."""
    until = time.monotonic() + READY_SECONDS / 2
    while time.monotonic() < until:
        lamp = next((lamp for lamp in runtime.lamps() if lamp.device == device), None)
        if lamp is None or lamp.state in (LampState.OK, LampState.PROBLEM):
            return
        time.sleep(0.02)


def _argument(text: str) -> tuple[str, object]:
    key, _, value = text.partition("=")
    try:
        return key, json.loads(value)
    except ValueError:
        return key, value


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m drivers", description=(__doc__ or "").split("\n\n")[0])
    parser.set_defaults(act=run, parent_pipe=None, demo=False)
    words = parser.add_subparsers(metavar="WORD")
    word = words.add_parser("run", help="run the devices process (the default)")
    word.add_argument("--parent-pipe", type=int, metavar="FD", help="end when the other end of this pipe closes")
    word.add_argument("--demo", action="store_true", help="a demonstration: KIOSK_TEST_CLOCK may drive its clock")
    word.set_defaults(act=run)
    word = words.add_parser("scan", help="let a simulated scanner read a code")
    word.add_argument("code")
    word.add_argument("--device", default="")
    word.set_defaults(act=scan)
    word = words.add_parser("fault", help="tell a simulated device to fail, or to restore")
    word.add_argument("device")
    word.add_argument("command", choices=[known.value for known in Fault])
    word.add_argument("arguments", nargs="*", metavar="KEY=VALUE")
    word.set_defaults(act=fault)
    word = words.add_parser("list", help="show scanners and printers that this machine has")
    word.set_defaults(act=hardware)
    word = words.add_parser("capture", help="write down what a scale sends (stop the devices process first)")
    word.add_argument("port")
    word.add_argument("file", type=Path)
    word.add_argument("--seconds", type=float, default=10.0)
    word.add_argument("--baudrate", type=int, default=9600)
    word.add_argument("--bytesize", type=int, choices=(7, 8), default=8)
    word.add_argument("--parity", choices=("N", "E", "O"), default="N")
    word.add_argument("--stopbits", type=int, choices=(1, 2), default=1)
    word.add_argument("--ask", default="", help="what to send twice a second, such as W; nothing unless given")
    word.set_defaults(act=capture)
    word = words.add_parser("replay", help="read a capture with every protocol")
    word.add_argument("file", type=Path)
    word.add_argument("--unit", default="kg", help="unit of formats that name none")
    word.set_defaults(act=replay)
    return parser


def _fail(error: KioskError, code: int) -> int:
    sys.stderr.write(say(error.message, **error.facts) + "\n")
    return code


if __name__ == "__main__":
    status = main()
    # Daemon threads may still be inside a library's read; there is nothing left that an orderly exit would save.
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(status)
