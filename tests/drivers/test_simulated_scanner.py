"""The simulated scanner is read by the serial driver through a pty, and fails as it is told to."""

import pytest

from drivers.scanner_serial import SerialScanner
from drivers.simulated.scanner import SimulatedScanner
from kiosk.devices import Fault
from kiosk.errors import DeviceAbsent
from tests.drivers.bench import lamp, options, texts, wait_for

CODE = "YT8962646785389"
NEXT = "JT0000000000001"


@pytest.fixture
def scanner(runtime, running):
    """A simulated scanner with its driver."""

    def start(name="枪", **values):
        given = options(name, ending="suffix", **values) if values.get("suffix") != "none" else options(name, **values)
        simulated = SimulatedScanner(runtime, name, given)
        driver = SerialScanner(runtime, name, "柜台", given, find=simulated.address)
        driver._pause.steps = (0.05,)
        given.done()
        running(simulated)
        running(driver)
        wait_for(lambda: lamp(runtime, name) == ("ok", ""))
        return simulated

    return start


def told(runtime, command, name="枪", **arguments):
    number = runtime.send_command(name, command, **arguments)
    return wait_for(lambda: runtime.command(number).outcome)


@pytest.mark.parametrize("suffix", ["cr", "lf", "crlf", "tab", "etx", "none"])
def test_code_goes_the_road_of_a_real_scan(runtime, scanner, suffix):
    scanner(suffix=suffix)
    announced = runtime.announcement("枪")
    assert announced.road == "pty" and announced.address.startswith("/dev/pts/")
    runtime.type_code("枪", CODE)
    (scan,) = wait_for(runtime.take_scans)
    assert (scan.device, scan.desk, scan.text) == ("枪", "柜台", CODE)


def test_codes_one_after_another_are_all_read(runtime, scanner):
    scanner()
    codes = [f"YT{number:013}" for number in range(50)]
    for code in codes:
        runtime.type_code("枪", code)
    wait_for(lambda: len(texts(runtime)) == 50)
    assert texts(runtime) == codes


def test_simulated_gbk_scanner_is_understood(runtime, scanner):
    scanner(sends="gb18030")
    runtime.type_code("枪", "枫林村")
    (scan,) = wait_for(runtime.take_scans)
    assert (scan.kind, scan.length) == ("noise", 3)


def test_unplug_and_restore(runtime, scanner):
    scanner()
    assert told(runtime, Fault.UNPLUG) == "done"
    wait_for(lambda: lamp(runtime) == ("absent", "unplugged"))
    assert runtime.announcement("枪").address == ""
    runtime.type_code("枪", NEXT)  # into the void
    assert told(runtime, Fault.RESTORE) == "done"
    wait_for(lambda: lamp(runtime) == ("ok", ""))
    runtime.type_code("枪", CODE)
    wait_for(lambda: CODE in texts(runtime))
    assert texts(runtime) in ([CODE], [NEXT, CODE])


def test_half_frame_is_dropped_and_said(runtime, scanner):
    scanner()
    told(runtime, Fault.HALF_FRAME)
    runtime.type_code("枪", CODE)
    wait_for(lambda: lamp(runtime) == ("problem", "half_scans"))
    assert texts(runtime) == []
    runtime.type_code("枪", NEXT)
    wait_for(lambda: texts(runtime) == [NEXT])
    assert lamp(runtime) == ("ok", "")


def test_double_scan_is_one(runtime, scanner):
    scanner()
    told(runtime, Fault.DOUBLE_SCAN)
    runtime.type_code("枪", CODE)
    wait_for(lambda: len(runtime.traces("枪")) == 2)
    assert texts(runtime) == [CODE]


def test_garbage_is_dropped_and_said(runtime, scanner):
    scanner()
    told(runtime, Fault.GARBAGE)
    runtime.type_code("枪", CODE)
    wait_for(lambda: lamp(runtime) == ("problem", "garbled_scans"))
    assert texts(runtime) == []


def test_no_reply_reads_nothing_until_restored(runtime, scanner):
    scanner()
    told(runtime, Fault.NO_REPLY)
    runtime.type_code("枪", CODE)
    told(runtime, Fault.RESTORE)
    runtime.type_code("枪", NEXT)
    wait_for(lambda: texts(runtime) == [NEXT])


def test_late_reply_still_is_one_whole_scan(runtime, scanner):
    scanner()
    told(runtime, Fault.LATE_REPLY, seconds=0.3)
    runtime.type_code("枪", CODE)
    runtime.type_code("枪", NEXT)
    wait_for(lambda: texts(runtime) == [CODE, NEXT])


@pytest.mark.parametrize("command", [Fault.PAPER_OUT, Fault.COVER_OPEN])
def test_command_for_a_printer_is_declined(runtime, scanner, command):
    scanner()
    assert told(runtime, command) == "not_for_this_device"


def test_wrong_argument_is_declined_and_the_scanner_goes_on(runtime, scanner):
    scanner()
    assert told(runtime, Fault.LATE_REPLY, seconds="soon") == "wrong_arguments"
    runtime.type_code("枪", CODE)
    wait_for(lambda: texts(runtime) == [CODE])


def test_inlet_is_private_and_gone_at_the_end(runtime, scanner, running):
    simulated = scanner()
    assert simulated.inlet.stat().st_mode & 0o777 == 0o600
    running.stop.set()
    wait_for(lambda: not simulated.inlet.exists())
    with pytest.raises(DeviceAbsent):
        runtime.type_code("枪", CODE)
