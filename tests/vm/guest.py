"""What is tried inside the virtual machine: the devices process on real device nodes of a real kernel.

Prints ``ok NAME`` or ``FAIL NAME: …`` for each trial, and nothing else that begins so.
"""

import os
import select
import signal
import subprocess
import sys
import threading
import time
import traceback
from pathlib import Path

import evdev

from drivers.printer_status import StatusReader
from drivers.usb_link import UsbLink
from kiosk import settings
from kiosk.devices import Runtime
from kiosk.errors import DeviceAbsent
from kiosk.storage import open_store
from tests.drivers.bench import ended, lamp, queue_note, texts, wait_for
from tests.vm import gadgets

BY_PATH = Path("/dev/input/by-path")
CODE = "YT8962646785389"
CONFIG = """
[[devices]]
name = "左枪"
kind = "scanner"
driver = "evdev"
desk = "柜台"
options = {{ device = "{left}" }}

[[devices]]
name = "右枪"
kind = "scanner"
driver = "evdev"
desk = "柜台"
options = {{ device = "{right}" }}

[[devices]]
name = "串口枪"
kind = "scanner"
driver = "serial"
desk = "柜台"
options = {{ port = "/dev/serial/by-id/usb-Lab_Device_ACM42-if00" }}

[[devices]]
name = "票据机"
kind = "printer"
driver = "file"
desk = "柜台"
options = {{ path = "/dev/usb/lp0", profile = "80mm-gb", retry_seconds = [0.5], poll_seconds = 0.5 }}
"""
DEVICES = "import tests.drivers.bench; from drivers.__main__ import main; main(['run'])"


class Machine:
    """The gadgets, the devices process and what it says."""

    def __init__(self, state: Path, run: Path) -> None:
        gadgets.prepare()
        before = set(BY_PATH.glob("*-event-kbd")) if BY_PATH.exists() else set()
        # Two equal scanners without serial numbers: they share one by-id name, so each is named by its place.
        self.left, self.right = gadgets.Keyboard("left", 0), gadgets.Keyboard("right", 1)
        places = []
        for keyboard in (self.left, self.right):
            keyboard.plug()
            fresh = wait_for(lambda: set(BY_PATH.glob("*-event-kbd")) - before if BY_PATH.exists() else None, 30)
            places.append(str(fresh.pop()))
            before.add(Path(places[-1]))
        self.serial, self.printer = gadgets.Serial("serial", 2), gadgets.Printer("printer", 3)
        self.serial.plug()
        self.printer.plug()
        wait_for(lambda: Path("/dev/usb/lp0").exists(), 30)
        state.mkdir(parents=True)
        (state / "station.toml").write_text(CONFIG.format(left=places[0], right=places[1]), "utf-8")
        self.places = places
        self.store = open_store(state, settings.load(state))
        self.runtime = Runtime(run)
        self.process = subprocess.Popen(
            [sys.executable, "-c", DEVICES], env={**os.environ, "KIOSK_STATE": str(state), "KIOSK_RUNTIME": str(run)}
        )
        for name in ("左枪", "右枪", "串口枪"):
            self.wait_lamp(name, ("ok", ""), 120)

    def wait_lamp(self, name, wanted, seconds=30, kind="scanner"):
        wait_for(lambda: lamp(self.runtime, name, kind) == wanted, seconds)

    def fresh(self, count, seconds=30):
        """The texts of the next scans, as they were taken; marks them."""
        wait_for(lambda: len(texts(self.runtime)) >= count, seconds)
        time.sleep(0.5)
        scans = self.runtime.take_scans(500)
        self.runtime.mark_taken([scan.scan_id for scan in scans])
        return [(scan.device, scan.text) for scan in scans]

    def scan_until_read(self, scanner, code):
        """Scans as a person does: again when nothing was heard, for the machine is slow and a doubtful scan is dropped."""
        for _ in range(6):
            scanner.scan(code)
            try:
                wait_for(lambda: code in texts(self.runtime), 4)
                break
            except AssertionError:
                continue
        return self.fresh(1)


def scan_reaches_its_desk(machine):
    assert machine.scan_until_read(machine.left, CODE) == [("左枪", CODE)]


def two_equal_scanners_are_kept_apart(machine):
    """A scan may be lost when the emulated machine is too slow to read it in time; none may be wrong or another's."""
    codes = {machine.left: [f"YT{n:013}" for n in range(5)], machine.right: [f"JT{n:013}" for n in range(5)]}

    def scan(keyboard):
        for code in codes[keyboard]:
            keyboard.scan(code, 0.01)

    threads = [threading.Thread(target=scan, args=(keyboard,)) for keyboard in codes]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    time.sleep(2)
    got = machine.fresh(2)
    for name, keyboard in (("左枪", machine.left), ("右枪", machine.right)):
        mine = [text for device, text in got if device == name]
        assert mine and mine == [code for code in codes[keyboard] if code in mine], got


def grabbed_scanner_types_into_nothing_else(machine):
    other = evdev.InputDevice(str(Path(machine.places[0]).resolve()), readonly=True)
    machine.scan_until_read(machine.left, CODE)
    assert not select.select([other.fd], [], [], 0.5)[0]
    other.close()


def unplugged_scanner_comes_back(machine):
    machine.left.unplug()
    machine.wait_lamp("左枪", ("absent", "unplugged"))
    machine.left.plug()
    machine.wait_lamp("左枪", ("ok", ""))
    assert machine.scan_until_read(machine.left, "YT1111111111111") == [("左枪", "YT1111111111111")]


def lost_events_never_become_a_wrong_code(machine):
    """The reader is stopped while the scanner goes on: the kernel's buffer overruns and SYN_DROPPED is real."""
    codes = [f"SN-2024_ABC{n:07}" for n in range(12)]
    machine.process.send_signal(signal.SIGSTOP)
    for code in codes:
        machine.right.scan(code)
    machine.process.send_signal(signal.SIGCONT)
    wait_for(lambda: any(trace.what == "events_lost" for trace in machine.runtime.traces("右枪")), 30)
    time.sleep(1)
    got = machine.scan_until_read(machine.right, CODE)
    assert got[-1] == ("右枪", CODE), got
    assert {text for _, text in got} <= {*codes, CODE}, got


def serial_scanner_is_read_and_comes_back(machine):
    machine.serial.scan(CODE)
    assert machine.fresh(1) == [("串口枪", CODE)]
    machine.serial.unplug()
    machine.wait_lamp("串口枪", ("absent", "unplugged"))
    machine.serial.plug()
    machine.wait_lamp("串口枪", ("ok", ""))
    machine.serial.scan("YT2222222222222")
    assert machine.fresh(1) == [("串口枪", "YT2222222222222")]


def usb_printer_prints_and_tells_of_its_paper(machine):
    machine.wait_lamp("票据机", ("ok", ""), 60, "printer")
    job_id = queue_note(machine.store, "票据机", "枫林村服务站")
    assert ended(machine.store, job_id) == ("confirmed", "")
    assert "枫林村服务站".encode("gbk") in machine.printer.got
    machine.printer.paper = 0x72
    machine.wait_lamp("票据机", ("problem", "paper_end"), 30, "paper")
    machine.printer.paper = 0x12
    machine.wait_lamp("票据机", ("ok", ""), 30, "paper")


def unplugged_printer_keeps_its_jobs(machine):
    machine.printer.unplug()
    machine.wait_lamp("票据机", ("absent", "unplugged"), 30, "printer")
    job_id = queue_note(machine.store, "票据机", "第二张")
    machine.printer.plug()
    assert ended(machine.store, job_id)[0] in ("confirmed", "sent")
    assert machine.printer.got.count("第二张".encode("gbk")) == 1


def printer_is_driven_through_libusb_alone(machine):
    """Last of all: usblp is detached, and its node does not come back before the printer is plugged in anew."""
    machine.process.kill()
    machine.process.wait(10)
    link = UsbLink(machine.runtime.folder, 0x04B8, 0x0E15, serial="PRN777")
    status = StatusReader("auto")
    link.open()
    assert status.ask(link).verdict == "ok"
    before = len(machine.printer.got)
    link.write(bytes(range(0x20, 0x7F)) * 100)
    wait_for(lambda: len(machine.printer.got) == before + 9500)
    machine.printer.paper = 0x72
    assert status.ask(link).causes == ("paper_end",)
    link.close()
    link.open()
    machine.printer.unplug()
    try:
        wait_for(lambda: link.write(b"x"), 10)
    except DeviceAbsent:
        link.close()
    assert not link.is_open


TRIALS = (
    scan_reaches_its_desk,
    two_equal_scanners_are_kept_apart,
    grabbed_scanner_types_into_nothing_else,
    unplugged_scanner_comes_back,
    lost_events_never_become_a_wrong_code,
    serial_scanner_is_read_and_comes_back,
    usb_printer_prints_and_tells_of_its_paper,
    unplugged_printer_keeps_its_jobs,
    printer_is_driven_through_libusb_alone,
)


def main() -> None:
    machine = Machine(Path(sys.argv[1]) / "state", Path(sys.argv[1]) / "run")
    try:
        for trial in TRIALS:
            try:
                trial(machine)
                print("ok", trial.__name__, flush=True)
            except Exception:  # noqa: BLE001 - one trial that fails must not hide the others
                print("FAIL", trial.__name__ + ":", traceback.format_exc().replace("\n", " | "), flush=True)
    finally:
        machine.process.kill()


if __name__ == "__main__":
    main()
