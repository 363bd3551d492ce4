"""A keyboard scanner: real decoder and driver over an input device that the test plays through a pipe.

The kernel's own side (uinput) is tested in a virtual machine, tests/vm.
"""

import errno
import os
import struct

import pytest

from drivers import keymap
from drivers.discovery import TWIN, Found, marked_twins
from drivers.scanner_evdev import EvdevScanner
from kiosk.devices import REASONS
from kiosk.errors import ConfigurationError
from tests.drivers.bench import keystrokes, lamp, options, texts, wait_for

CODE = "YT8962646785389"
BY_ID = "by-id/usb-Maker_Scanner-event-kbd"


class Event:
    def __init__(self, kind, code, value, at):
        self.type, self.code, self.value, self.at = kind, code, value, at

    def timestamp(self):
        return self.at


class PlayedInput:
    """An input device over a pipe. ``unplug`` makes the next read fail as the kernel does."""

    SHAPE = struct.Struct("=HHid")
    KEYS = [*keymap.LETTERS, keymap.ENTER, 42]

    def __init__(self, path, phys="usb-1/input0", keys=KEYS):
        self.path, self.phys, self.keys = path, phys, keys
        self.reading, self.writing = os.pipe()
        os.set_blocking(self.reading, False)
        self.held, self.is_grabbed, self.is_gone, self.is_closed, self.at = [], False, False, False, 0.0

    def type(self, events, step=0.002):
        for event in events:
            self.at += step
            os.write(self.writing, self.SHAPE.pack(*event, self.at))

    def unplug(self):
        self.is_gone = True
        os.close(self.writing)

    def fileno(self):
        return self.reading

    def active_keys(self):
        return self.held.pop() if self.held else []

    def capabilities(self):
        return {keymap.EV_KEY: self.keys}

    def grab(self):
        if self.is_grabbed:
            raise OSError(errno.EBUSY, "busy")
        self.is_grabbed = True

    def read(self):
        if self.is_gone:
            raise OSError(errno.ENODEV, "No such device")
        data = os.read(self.reading, self.SHAPE.size * 64)
        return [Event(*fields) for fields in self.SHAPE.iter_unpack(data)]

    def close(self):
        self.is_closed = True
        os.close(self.reading)


class PlayedInputs:
    """The folder /dev/input."""

    def __init__(self, *devices):
        self.devices = {device.path: device for device in devices}

    def open(self, path):
        device = self.devices.get(path)
        if device is None or device.is_gone:
            raise FileNotFoundError(errno.ENOENT, "no such file", path)
        return device

    def paths(self):
        return list(self.devices)


@pytest.fixture
def scanner(runtime, running):
    def start(*devices, name="枪", desk="柜台", **values):
        inputs = PlayedInputs(*devices)
        driver = EvdevScanner(runtime, name, desk, options(name, **values), inputs)
        driver._pause.steps = (0.05,)
        running(driver)
        return inputs

    return start


def test_scan_of_a_grabbed_scanner_reaches_its_desk(runtime, scanner):
    played = PlayedInput("/dev/input/event7")
    scanner(played, device="/dev/input/event7")
    wait_for(lambda: lamp(runtime) == ("ok", ""))
    assert played.is_grabbed
    played.type(keystrokes(CODE))
    (scan,) = wait_for(runtime.take_scans)
    assert (scan.device, scan.desk, scan.text) == ("枪", "柜台", CODE)


@pytest.mark.lesson(16)
def test_scanner_without_suffix_is_ended_by_silence(runtime, scanner):
    played = PlayedInput("/dev/input/event7")
    scanner(played, device="/dev/input/event7")
    played.type(keystrokes(CODE, end=None))
    assert wait_for(lambda: texts(runtime)) == [CODE]


def test_scan_with_lost_events_is_dropped(runtime, scanner):
    played = PlayedInput("/dev/input/event7")
    scanner(played, device="/dev/input/event7")
    events = keystrokes("SN-2024_ABC0000050")
    played.type([*events[:30], (0, keymap.SYN_DROPPED, 0), (0, 0, 0), *events[60:], *keystrokes(CODE)])
    assert wait_for(lambda: texts(runtime)) == [CODE]
    assert runtime.traces("枪")[-1].what == "events_lost"


def test_device_that_is_not_listed_is_never_touched(runtime, scanner):
    keyboard, played = PlayedInput("/dev/input/event1"), PlayedInput("/dev/input/event7")
    scanner(keyboard, played, device="/dev/input/event7")
    wait_for(lambda: lamp(runtime) == ("ok", ""))
    assert (keyboard.is_grabbed, keyboard.is_closed) == (False, False)


def test_scanner_is_found_by_its_place_on_the_bus(runtime, scanner):
    other = PlayedInput("/dev/input/event6", phys="usb-2/input0")
    controls = PlayedInput("/dev/input/event7", phys="usb-1/input0", keys=[113, 114, 115])
    played = PlayedInput("/dev/input/event8", phys="usb-1/input0")
    scanner(other, controls, played, phys="usb-1/input0")
    wait_for(lambda: lamp(runtime) == ("ok", ""))
    assert (other.is_grabbed, controls.is_grabbed, played.is_grabbed) == (False, False, True)


def test_grab_waits_until_every_key_is_up(runtime, scanner):
    played = PlayedInput("/dev/input/event7")
    played.held = [[30], [30], [30]]
    scanner(played, device="/dev/input/event7")
    wait_for(lambda: played.is_grabbed)
    assert played.held == []


@pytest.mark.lesson(18)
def test_unplugged_scanner_is_absent_drops_its_half_scan_and_comes_back(runtime, scanner):
    played = PlayedInput("/dev/input/event7")
    inputs = scanner(played, device="/dev/input/event7")
    wait_for(lambda: lamp(runtime) == ("ok", ""))
    played.type(keystrokes("YT8", end=None))
    played.unplug()
    wait_for(lambda: lamp(runtime) == ("absent", "unplugged"))
    assert played.is_closed
    again = PlayedInput("/dev/input/event7")
    inputs.devices[again.path] = again
    wait_for(lambda: lamp(runtime) == ("ok", ""))
    again.type(keystrokes(CODE))
    assert wait_for(lambda: texts(runtime)) == [CODE]


def test_scanner_that_another_program_has_grabbed_is_busy(runtime, scanner):
    played = PlayedInput("/dev/input/event7")
    played.is_grabbed = True
    scanner(played, device="/dev/input/event7")
    wait_for(lambda: lamp(runtime) == ("problem", "busy"))


def test_two_scanners_at_once_are_kept_apart(runtime, scanner):
    left, right = PlayedInput("/dev/input/event7"), PlayedInput("/dev/input/event8")
    scanner(left, name="左枪", device=left.path)
    scanner(right, name="右枪", desk="柜台二", device=right.path)
    codes = [f"YT{number:013}" for number in range(10)], [f"JT{number:013}" for number in range(10)]
    streams = [[event for code in one for event in keystrokes(code)] for one in codes]
    for place in range(0, max(map(len, streams)), 5):
        left.type(streams[0][place : place + 5])
        right.type(streams[1][place : place + 5])
    wait_for(lambda: len(texts(runtime)) == 20)
    assert (texts(runtime, "左枪"), texts(runtime, "右枪")) == codes


@pytest.mark.lesson(18)
def test_two_equal_scanners_keep_their_desks_by_their_ports(runtime, running, tmp_path):
    """Same maker, no serial number: one by-id name for both. Plugged in again they come up in the other order."""
    inputs = PlayedInputs()
    ports = {
        "左枪": tmp_path / "pci-0000:00:14.0-usb-0:1:1.0-event-kbd",
        "右枪": tmp_path / "pci-0000:00:14.0-usb-0:2:1.0-event-kbd",
    }

    def plug(name, node):
        played = PlayedInput(str(tmp_path / node))
        inputs.devices[played.path] = played
        ports[name].unlink(missing_ok=True)
        ports[name].symlink_to(played.path)
        return played

    left, right = plug("左枪", "event7"), plug("右枪", "event8")
    for name, desk in (("左枪", "柜台"), ("右枪", "柜台二")):
        driver = EvdevScanner(runtime, name, desk, options(name, device=str(ports[name])), inputs)
        driver._pause.steps = (0.05,)
        running(driver)
    wait_for(lambda: (lamp(runtime, "左枪"), lamp(runtime, "右枪")) == (("ok", ""), ("ok", "")))
    left.type(keystrokes(CODE))
    right.type(keystrokes("JT0000000000001"))
    wait_for(lambda: len(texts(runtime)) == 2)
    left.unplug()
    right.unplug()
    wait_for(lambda: (lamp(runtime, "左枪"), lamp(runtime, "右枪")) == (("absent", "unplugged"),) * 2)
    right, left = plug("右枪", "event9"), plug("左枪", "event10")
    wait_for(lambda: (lamp(runtime, "左枪"), lamp(runtime, "右枪")) == (("ok", ""), ("ok", "")))
    left.type(keystrokes("YT0000000000002"))
    right.type(keystrokes("JT0000000000002"))
    wait_for(lambda: len(texts(runtime)) == 4)
    assert texts(runtime, "左枪") == [CODE, "YT0000000000002"]
    assert texts(runtime, "右枪") == ["JT0000000000001", "JT0000000000002"]
    assert {scan.device: scan.desk for scan in runtime.take_scans(500)} == {"左枪": "柜台", "右枪": "柜台二"}


def test_two_scanners_under_one_name_are_said_and_the_first_goes_on(runtime, running, scanner):
    """Somebody named both by the one by-id link: the second finds it taken and says to name the port."""
    played = PlayedInput("/dev/input/event7")
    inputs = scanner(played, device=played.path)
    wait_for(lambda: lamp(runtime) == ("ok", ""))
    running(EvdevScanner(runtime, "二枪", "柜台二", options("二枪", device=played.path), Shared(inputs)))
    wait_for(lambda: lamp(runtime, "二枪") == ("problem", "busy"))
    assert "by-path" in REASONS["busy"].do
    played.type(keystrokes(CODE))
    assert wait_for(lambda: texts(runtime)) == [CODE]


class Shared:
    """A second opening of a node that is grabbed already; its end is its own."""

    def __init__(self, inputs):
        self.inputs = inputs

    def open(self, path):
        taken = PlayedInput(path)
        taken.is_grabbed = self.inputs.open(path).is_grabbed
        return taken

    def paths(self):
        return self.inputs.paths()


def test_names_that_cannot_tell_two_equal_scanners_apart_are_marked():
    by_id = Found("scanner", "evdev", "event7", "/dev/input/by-id/usb-Maker_Scanner-event-kbd")
    ports = [
        Found("scanner", "evdev", f"event{n}", f"/dev/input/by-path/pci-0-usb-0:{n}:1.0-event-kbd") for n in (7, 8)
    ]
    board = Found("scanner", "evdev", "event1", "/dev/input/by-path/platform-i8042-serio-0-event-kbd")
    assert [found.note for found in marked_twins([by_id, *ports, board])] == ["", "", TWIN, ""]


@pytest.mark.lesson(14)
def test_scanner_on_another_keyboard_layout_says_so_and_the_next_scan_is_good(runtime, scanner):
    played = PlayedInput("/dev/input/event7")
    scanner(played, device=played.path)
    played.type([*keystrokes("YT1", end=None), (1, 86, 1), (1, 86, 0), *keystrokes("2")])
    wait_for(lambda: lamp(runtime) == ("problem", "wrong_layout"))
    assert texts(runtime) == []
    played.type(keystrokes(CODE))
    wait_for(lambda: lamp(runtime) == ("ok", ""))
    assert texts(runtime) == [CODE]


@pytest.mark.parametrize(
    ("sends", "lamp_then", "got"), [(True, ("ok", ""), [CODE]), (False, ("problem", "aim_prefix"), [])]
)
def test_aim_prefix_goes_only_where_the_setting_says_so(runtime, scanner, sends, lamp_then, got):
    played = PlayedInput("/dev/input/event7")
    scanner(played, device=played.path, aim_prefix=sends)
    wait_for(lambda: lamp(runtime) == ("ok", ""))
    played.type(keystrokes(f"]C1{CODE}"))
    wait_for(lambda: runtime.take_scans(500))
    wait_for(lambda: lamp(runtime) == lamp_then)
    assert [text for text in texts(runtime) if text] == got
    assert all("YT" not in text or sends for text in texts(runtime)), "a number that nobody sorted is not kept"


def test_link_that_dangles_is_tried_again(runtime, running, tmp_path):
    link = tmp_path / "usb-Maker_Scanner-event-kbd"
    link.symlink_to(tmp_path / "event9")
    inputs = PlayedInputs()
    driver = EvdevScanner(runtime, "枪", "柜台", options(device=str(link)), inputs)
    driver._pause.steps = (0.05,)
    running(driver)
    wait_for(lambda: lamp(runtime) == ("absent", "unplugged"))
    inputs.devices[str(tmp_path / "event9")] = PlayedInput(str(tmp_path / "event9"))
    wait_for(lambda: lamp(runtime) == ("ok", ""))


@pytest.mark.parametrize("values", [{}, {"device": "/dev/input/event7", "phys": "usb-1"}])
def test_scanner_must_be_named_in_one_way(runtime, values):
    with pytest.raises(ConfigurationError):
        EvdevScanner(runtime, "枪", "柜台", options(**values))
