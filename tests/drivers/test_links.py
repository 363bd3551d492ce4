"""Every road to a printer: bytes arrive whole, nothing hangs, and what goes wrong has a name."""

import os
import socket
import subprocess
import sys
import threading
import tty

import pytest

from drivers.links import FileLink, NetworkLink, SerialLink
from drivers.ports import Line
from drivers.printer_status import StatusReader
from drivers.usb_link import UsbLink, bulk_endpoints
from kiosk.devices import REASONS
from kiosk.errors import DeviceAbsent, DeviceBusy
from tests.drivers.bench import wait_for
from tests.drivers.usb_bus import UsbBus, UsbPrinter

JOB = b"\x1b@" + bytes(range(256)) * 40


@pytest.fixture
def folder(tmp_path):
    return tmp_path


def test_network_carries_a_job_and_answers(folder, printer):
    played = printer()
    link = NetworkLink(folder, lambda: played.address)
    link.open()
    link.write(JOB.replace(b"\x10\x04", b"\x10\x05"))
    assert StatusReader("yes").ask(link).verdict == "ok"
    link.close()
    assert bytes(played.got) == JOB.replace(b"\x10\x04", b"\x10\x05")
    assert not link.is_open


def test_network_printer_that_is_switched_off_is_absent(folder):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(DeviceAbsent):
        NetworkLink(folder, lambda: f"127.0.0.1:{port}").open()
    with pytest.raises(DeviceAbsent):
        NetworkLink(folder, lambda: "").open()


def test_network_printer_that_takes_no_more_is_stuck_and_not_waited_for(folder, printer):
    played = printer()
    played.is_deaf = True
    link = NetworkLink(folder, lambda: played.address, write_seconds=0.3)
    link.open()
    with pytest.raises(DeviceBusy) as raised:
        link.write(bytes(20_000_000))
    assert raised.value.facts["reason"] == "stuck"
    played.is_deaf = False
    link.close()


def test_network_printer_that_hangs_up_is_absent(folder, printer):
    played = printer()
    link = NetworkLink(folder, lambda: played.address)
    link.open()
    wait_for(lambda: played.connections)
    played.unplug()
    with pytest.raises(DeviceAbsent):
        for _ in range(20):
            link.write(b"A")
            link.read(0.05)
    link.close()


def test_last_bytes_arrive_though_the_printer_has_said_something_unread(folder, printer):
    """Closing with unread input resets a connection and takes unprinted bytes with it."""
    played = printer(lambda question: b"\x12" * 50)
    for _ in range(5):
        link = NetworkLink(folder, lambda: played.address)
        link.open()
        link.write(b"\x10\x04\x01" + JOB[2:4000].replace(b"\x10\x04", b""))
        link.close()
    wait_for(lambda: len(played.got) == 5 * len(JOB[2:4000].replace(b"\x10\x04", b"")))


def test_serial_printer_is_locked_carried_and_asked(folder, pty):
    cable = pty()
    link = SerialLink(folder, lambda: cable.path, Line(115200))
    link.open()
    with pytest.raises(DeviceBusy):
        SerialLink(folder, lambda: cable.path, Line()).open()
    got = bytearray()

    def play():
        while len(got) < len(JOB) + 12:
            got.extend(os.read(cable.far, 4096))
            if got[-3:-1] == b"\x10\x04":
                os.write(cable.far, b"\x12")

    thread = threading.Thread(target=play, daemon=True)
    thread.start()
    link.write(JOB)
    assert StatusReader("yes").ask(link).verdict == "ok"
    thread.join(5)
    assert bytes(got[: len(JOB)]) == JOB
    link.close()


def test_serial_printer_that_takes_no_more_is_stuck_and_closes_at_once(folder, pty):
    cable = pty()
    link = SerialLink(folder, lambda: cable.path, Line(), write_seconds=0.3)
    link.open()
    with pytest.raises(DeviceBusy) as raised:
        link.write(bytes(200_000))
    assert raised.value.facts["reason"] == "stuck"
    link.close()


def test_serial_printer_unplugged_is_absent(folder, pty):
    cable = pty()
    link = SerialLink(folder, lambda: cable.path, Line())
    link.open()
    cable.unplug()
    with pytest.raises(DeviceAbsent):
        for _ in range(20):
            link.write(b"A" * 1000)
    link.close()
    with pytest.raises(DeviceAbsent):
        link.open()


def test_device_file_is_written_and_asked(folder, pty):
    """A pty stands for /dev/usb/lp0: read, write, never blocking."""
    cable = pty()
    tty.setraw(cable.near)
    link = FileLink(folder, cable.path)
    link.open()
    link.write(b"AB")
    assert os.read(cable.far, 10) == b"AB"
    os.write(cable.far, b"\x12")
    assert link.read(1.0) == b"\x12"
    assert link.read(0.0) == b""
    link.close()


def test_device_file_that_takes_no_more_is_stuck(folder, pty):
    cable = pty()
    link = FileLink(folder, cable.path, write_seconds=0.2)
    link.open()
    with pytest.raises(DeviceBusy) as raised:
        link.write(bytes(200_000))
    assert raised.value.facts["reason"] == "stuck"
    link.close()


def test_plain_file_takes_the_job_and_never_answers(folder):
    path = folder / "paper"
    path.touch()
    link = FileLink(folder, str(path))
    link.open()
    link.write(JOB)
    assert StatusReader("auto", patience_seconds=0.05).ask(link).causes == ("no_status",)
    link.close()
    assert path.read_bytes().startswith(JOB)


def test_missing_device_file_is_absent_and_a_forbidden_one_says_so(folder):
    with pytest.raises(DeviceAbsent):
        FileLink(folder, str(folder / "lp0")).open()
    if os.geteuid():
        (folder / "lp1").touch(mode=0o000)
        with pytest.raises(DeviceAbsent) as raised:
            FileLink(folder, str(folder / "lp1")).open()
        assert raised.value.facts["reason"] == "no_permission"


@pytest.mark.parametrize(("into", "out"), [(0x81, 0x03), (0x82, 0x02), (0, 0x01)])
def test_usb_endpoints_are_read_from_the_descriptor(into, out):
    import usb.core

    bus = UsbBus(UsbPrinter(into=into, out=out))
    assert bulk_endpoints(usb.core.find(backend=bus)) == (into, out)


def test_usb_printer_is_printed_on_and_asked(folder):
    played = UsbPrinter()
    link = UsbLink(folder, 0x0416, 0x5011, backend=UsbBus(played))
    link.open()
    link.write(JOB)
    assert bytes(played.got) == JOB
    assert StatusReader("yes").ask(link).verdict == "ok"
    link.close()


@pytest.mark.parametrize("which", [0, 1])
@pytest.mark.parametrize("by", ["serial", "bus_port"])
def test_two_equal_usb_printers_are_told_apart(folder, which, by):
    played = [UsbPrinter(5, serial="SN1", port=(1, 2)), UsbPrinter(6, serial="SN2", port=(1, 3))]
    named = {"serial": ("SN1", "SN2"), "bus_port": ("1-1.2", "1-1.3")}[by][which]
    link = UsbLink(folder, 0x0416, 0x5011, backend=UsbBus(*played), **{by: named})
    link.open()
    link.write(b"here")
    link.close()
    assert [bytes(one.got) for one in played] == [b"here" if which == number else b"" for number in (0, 1)]


def test_usb_printer_that_takes_a_part_gets_the_rest_once(folder):
    played, pauses = UsbPrinter(takes=[10, 0, 5, 0]), []
    link = UsbLink(folder, 0x0416, 0x5011, backend=UsbBus(played), pause=pauses.append)
    link.open()
    link.write(JOB[:4000])
    assert bytes(played.got) == JOB[:4000], "every byte once"
    assert pauses == [3.0, 3.0]
    link.close()


@pytest.mark.parametrize("takes", [[0] * 9, [100, -1]])
def test_usb_printer_that_takes_no_more_is_stuck(folder, takes):
    link = UsbLink(folder, 0x0416, 0x5011, backend=UsbBus(UsbPrinter(takes=takes)), pause=lambda seconds: None)
    link.open()
    with pytest.raises(DeviceBusy) as raised:
        link.write(JOB)
    assert raised.value.facts["reason"] == "stuck"
    link.close()


def test_usb_printer_without_an_answering_end_never_answers(folder):
    pauses = []
    link = UsbLink(folder, 0x0416, 0x5011, backend=UsbBus(UsbPrinter(into=0)), pause=pauses.append)
    link.open()
    assert link.read(0.3) == b"" and pauses == [0.3]
    link.close()


def test_usb_printer_unplugged_is_absent(folder):
    played = UsbPrinter()
    link = UsbLink(folder, 0x0416, 0x5011, backend=UsbBus(played))
    link.open()
    played.is_gone = True
    with pytest.raises(DeviceAbsent):
        link.write(b"A")
    link.close()
    with pytest.raises(DeviceAbsent):
        link.open()


def test_usb_without_libusb_says_what_to_install(folder, monkeypatch):
    import usb.core

    def no_backend(**match):
        raise usb.core.NoBackendError("No backend available")

    monkeypatch.setattr(usb.core, "find", no_backend)
    with pytest.raises(DeviceAbsent) as raised:
        UsbLink(folder, 0x0416, 0x5011).open()
    assert raised.value.facts["reason"] in REASONS


def test_escpos_leaves_no_temporary_folder_and_no_log_handler(folder):
    script = (
        "import logging, sys, tempfile; from pathlib import Path\n"
        "logging.basicConfig(level=logging.WARNING); before = list(logging.getLogger().handlers)\n"
        "from drivers.links import escpos_printers; assert 'escpos' not in sys.modules\n"
        "escpos_printers(Path(sys.argv[1]))\n"
        "assert logging.getLogger().handlers == before\n"
        "assert [p.name for p in Path(tempfile.gettempdir()).iterdir()] == [], list(Path(tempfile.gettempdir()).iterdir())\n"
        "assert list((Path(sys.argv[1]) / 'escpos').iterdir())\n"
    )
    scratch = folder / "tmp"
    scratch.mkdir()
    for _ in range(2):
        subprocess.run(
            [sys.executable, "-c", script, str(folder)],
            check=True,
            timeout=60,
            env={**os.environ, "TMPDIR": str(scratch)},
        )
