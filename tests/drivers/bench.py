"""Devices that tests play, and what they ask of runtime.db."""

import contextlib
import os
import select
import socket
import threading
import time
import tty
from types import MappingProxyType

from drivers import keymap
from drivers.options import Options
from drivers.printer_escpos import Manners
from drivers.simulated.commands import CommandReader
from drivers.simulated.paper import Paper
from kiosk.printing import jobs, slips
from kiosk.printing.document import Cut, Document, Text
from kiosk.printing.profile import PROFILES
from kiosk.settings import Device


def wait_for(what, seconds=15.0):
    """The first truthy answer of ``what``; fails when there is none in time."""
    until = time.monotonic() + seconds
    while True:
        answer = what()
        if answer:
            return answer
        if time.monotonic() > until:
            raise AssertionError(f"never happened: {what}")
        time.sleep(0.01)


def device(name="枪", kind="scanner", driver="serial", desk="柜台", **options):
    """A device as settings give it."""
    return Device(name, kind, driver, desk, MappingProxyType(options))


def options(name="枪", **values):
    """Its options, as a driver reads them."""
    return Options(device(name, **values))


@contextlib.contextmanager
def weighing(runtime, name="秤", desk="柜台", **values):
    """A simulated scale and its real driver at work on a runtime.db."""
    from drivers.scale import ScaleManner, SerialScale
    from drivers.simulated.scale import SimulatedScale

    given = options(name, settle_ms=50, settle_readings=2, silence_seconds=1, **values)
    manner = ScaleManner.from_options(given, usual="text")
    simulated = SimulatedScale(runtime, name, given, manner.protocol, manner.request)
    driver = SerialScale(runtime, name, desk, given, manner, find=simulated.address)
    with at_work(runtime, simulated.run, driver.run):
        yield simulated


@contextlib.contextmanager
def at_work(runtime, *runs):
    """Runs drivers in threads, with the sign of life of a devices process, and stops them."""
    stop = threading.Event()

    def beat(stop):
        runtime.beat("devices")
        while not stop.wait(1):
            runtime.beat("devices")

    threads = [threading.Thread(target=run, args=(stop,), daemon=True) for run in (*runs, beat)]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stop.set()
        for thread in threads:
            thread.join(10)


@contextlib.contextmanager
def printing(store, runtime, name):
    """A simulated printer and its real worker on a station that a test has made."""
    from drivers.links import NetworkLink
    from drivers.printer_escpos import EscposPrinter
    from drivers.printer_status import StatusReader
    from drivers.simulated.printer import SimulatedPrinter

    simulated = SimulatedPrinter(runtime, name, options(name), GB)
    link = NetworkLink(runtime.folder, simulated.address, write_seconds=0.5)
    # Beside a browser nothing is quick: an answer that comes a little late is no silence.
    worker = EscposPrinter(store, runtime, name, link, GB, StatusReader("yes", patience_seconds=2), QUICK)
    with at_work(runtime, simulated.run, worker.run):
        wait_for(lambda: lamp(runtime, name, "printer") == ("ok", ""))
        yield simulated


def weight_on(runtime, desk="柜台"):
    """Grams and whether they rest; None when nobody knows."""
    weight = runtime.weight(desk)
    return weight and (weight.grams, weight.is_stable)


class Pty:
    """A serial cable: the test holds the far end."""

    def __init__(self):
        self.far, self.near = os.openpty()
        tty.setraw(self.near)
        self.path = os.ttyname(self.near)

    def send(self, *parts, pause=0.0):
        for part in parts:
            os.write(self.far, part)
            time.sleep(pause)

    def unplug(self):
        for end in (self.near, self.far):
            if end >= 0:
                with contextlib.suppress(OSError):
                    os.close(end)
        self.near = self.far = -1


def lamp(runtime, name="枪", kind="scanner"):
    """State and reason of one lamp."""
    return next(
        ((found.state.value, found.reason) for found in runtime.lamps() if (found.device, found.kind) == (name, kind)),
        None,
    )


def texts(runtime, name=None):
    """The texts of all scans so far, in order."""
    return [scan.text for scan in runtime.take_scans(500) if name in (None, scan.device)]


SHIFT, RIGHT_SHIFT, ENTER, ALT = 42, 54, 28, 56
KEYS = {
    **{pair[1]: (code, True) for code, pair in keymap.CHARACTERS.items()},
    **{pair[0]: (code, False) for code, pair in keymap.CHARACTERS.items()},
}


def tap(code):
    return [(1, code, 1), (0, 0, 0), (1, code, 0), (0, 0, 0)]


def keystrokes(text, end=ENTER, shift=SHIFT):
    """The events that a US keyboard scanner sends for a text."""
    events = []
    for character in text:
        code, shifted = KEYS[character]
        held = [(1, shift, 1), (0, 0, 0)] if shifted else []
        let_go = [(1, shift, 0), (0, 0, 0)] if shifted else []
        events += [(4, 4, 458756), *held, *tap(code), *let_go]
    return events + (tap(end) if end else [])


def note(facts, blanks):
    """A slip of a few lines, for print jobs."""
    return Document("便条", tuple(Text(line) for line in facts["lines"]) + (Cut(),))


slips.register_template("drivers_test_note", 1, note)


def queue_note(store, printer, *lines):
    """Queues a slip with these lines and returns the job's id."""
    with store.transaction() as tx:
        slip_id = slips.freeze(tx, "drivers_test_note", {"lines": list(lines)}, {}, "test", 1)
        return jobs.queue(tx, slip_id, printer)


def job_state(store, job_id):
    """State and reason of a job."""
    with store.reading() as db:
        job = jobs.find(db, job_id)
    return job.state.value, job.reason


def ended(store, job_id):
    """State and reason once the job has ended."""
    return wait_for(lambda: job_state(store, job_id)[0] != "waiting" and job_state(store, job_id))


class PlayedPrinter:
    """A network printer that the test plays: one connection at a time, its answers to DLE EOT by script.

    ``answer`` is called with the question and gives the bytes to send back (maybe none), or a pause before them.
    """

    WELL = {1: b"\x12", 2: b"\x12", 3: b"\x12", 4: b"\x12"}

    def __init__(self, answer=None):
        self.answer = answer or self.WELL.get
        self.got = bytearray()
        self.asked = []
        self.connections = 0
        self.is_deaf = False
        self.cut_after = None
        self._listener = None
        self._peer = None
        self._stop = threading.Event()
        self._turns = threading.Lock()
        self.plug()
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def plug(self):
        listener = socket.socket()
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        # A small buffer, so that a printer which stops reading is felt by its sender.
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        listener.bind(("127.0.0.1", getattr(self, "port", 0)))
        listener.listen(1)
        self.port = listener.getsockname()[1]
        self._listener = listener

    def unplug(self):
        with self._turns:
            for end in (self._listener, self._peer):
                if end is not None:
                    end.close()
            self._listener = self._peer = None

    def close(self):
        self._stop.set()
        self._thread.join(5)
        self.unplug()

    @property
    def address(self):
        return f"127.0.0.1:{self.port}"

    def _serve(self):
        while not self._stop.is_set():
            with contextlib.suppress(OSError, ValueError), self._turns:
                self._turn()
            time.sleep(0.0005)

    def _turn(self):
        waiting = self._peer or self._listener
        if waiting is None or (self.is_deaf and self._peer):
            self._stop.wait(0.02)
            return
        readable, _, _ = select.select([waiting], [], [], 0.05)
        if not readable:
            return
        if self._peer is None:
            self._peer, _ = self._listener.accept()
            self.connections += 1
            return
        data = self._peer.recv(1024)
        if not data:
            self._peer.close()
            self._peer = None
            return
        while (place := data.find(b"\x10\x04")) >= 0:
            self.got += data[:place]
            self._say(data[place + 2])
            data = data[place + 3 :]
        self.got += data
        if self.cut_after is not None and len(self.got) >= self.cut_after:
            self.cut_after = None
            # Unread input left behind: the sender gets a reset, as from a printer that was switched off.
            self._peer.close()
            self._peer = None

    def _say(self, question):
        self.asked.append(question)
        said = self.answer(question) or b""
        if isinstance(said, tuple):
            pause, said = said
            self._stop.wait(pause)
        if said and self._peer is not None:
            self._peer.send(said)


NAME = "票据机"
GB = PROFILES["80mm-gb"]
QUICK = Manners(
    retry_seconds=(0.1, 0.2), poll_seconds=0.2, settle_seconds=0, after_seconds=0.05, hold_seconds=0.1
)  # fmt: skip
WELL = (("ok", ""), ("ok", ""))


def told(runtime, command, name=NAME, **arguments):
    number = runtime.send_command(name, command, **arguments)
    return wait_for(lambda: runtime.command(number).outcome)


def lamps(runtime, name=NAME):
    return lamp(runtime, name, "printer"), lamp(runtime, name, "paper")


def printed_lines(played):
    """What stands on the paper of a played printer."""
    lines, reader = [], CommandReader()
    paper = Paper(GB, lambda png, facts: lines.extend(facts["text"]))
    for token in reader.feed(bytes(played.got)):
        paper.put(token)
    return lines
