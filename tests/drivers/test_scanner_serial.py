"""A serial scanner on a real pty: what a hand scans is what the desk gets, once, whatever the cable does."""

import threading

import pytest

from drivers import ports
from drivers.ports import Line, open_port
from drivers.scanner_serial import SerialScanner
from kiosk.errors import ConfigurationError, DeviceAbsent, DeviceBusy
from tests.drivers.bench import lamp, options, texts, wait_for

CODE = "YT8962646785389"


@pytest.fixture
def scanner(runtime, running, pty):
    """Starts a scanner on a new cable and waits until its lamp is green."""

    def start(name="枪", desk="柜台", **values):
        cable = pty()
        running(SerialScanner(runtime, name, desk, options(name, port=cable.path, **values)))
        wait_for(lambda: lamp(runtime, name) == ("ok", ""))
        return cable

    return start


@pytest.mark.parametrize("suffix", [b"\r", b"\n", b"\r\n", b"\t", b"\x03", b"\x03\r\n", b""])
@pytest.mark.lesson(16)
def test_scan_arrives_with_any_suffix(runtime, scanner, suffix):
    cable = scanner()
    cable.send(b"\x02" + CODE.encode() + suffix)
    (scan,) = wait_for(runtime.take_scans)
    assert (scan.device, scan.desk, scan.kind, scan.text) == ("枪", "柜台", "waybill", CODE)
    assert scan.facts["candidates"][0]["carrier"] == "YTO"


@pytest.mark.lesson(13)
def test_scans_in_one_burst_stay_apart(runtime, scanner):
    cable = scanner()
    codes = [f"YT88000000000{number:02}" for number in range(40)]
    cable.send("".join(f"{code}\r\n" for code in codes).encode())
    assert wait_for(lambda: len(texts(runtime)) == 40 and texts(runtime)) == codes


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
@pytest.mark.lesson(14)
def test_chinese_in_a_code_is_read_in_either_encoding(runtime, scanner, encoding):
    cable = scanner()
    cable.send("枫林村服务站".encode(encoding) + b"\r")
    (scan,) = wait_for(runtime.take_scans)
    assert (scan.kind, scan.length) == ("noise", 6)
    assert scan.facts["noise"] == "chinese"


def test_pieces_of_one_scan_are_joined(runtime, scanner):
    cable = scanner()
    cable.send(CODE[:4].encode(), CODE[4:9].encode(), CODE[9:].encode() + b"\r", pause=0.02)
    assert wait_for(lambda: texts(runtime)) == [CODE]


@pytest.mark.lesson(13)
def test_half_a_scan_is_dropped_and_not_glued_to_the_next(runtime, scanner):
    cable = scanner()
    cable.send(CODE.encode() + b"\r")
    wait_for(lambda: texts(runtime) == [CODE])
    cable.send(b"YT8962")
    wait_for(lambda: lamp(runtime) == ("problem", "half_scans"))
    cable.send(b"YT8962646785390\r")
    assert wait_for(lambda: len(texts(runtime)) == 2 and texts(runtime)) == [CODE, "YT8962646785390"]
    wait_for(lambda: lamp(runtime) == ("ok", ""))
    assert [(trace.what, trace.ending) for trace in runtime.traces("枪")] == [
        ("waybill", "cr"), ("half_frame", ""), ("waybill", "cr"),
    ]  # fmt: skip


def test_undecodable_scan_is_dropped_and_said(runtime, scanner):
    cable = scanner()
    cable.send(b"\xff\xfe\xff\x80\xff\r")
    wait_for(lambda: lamp(runtime) == ("problem", "garbled_scans"))
    cable.send(CODE.encode() + b"\r")
    wait_for(lambda: lamp(runtime) == ("ok", ""))
    assert texts(runtime) == [CODE]


@pytest.mark.lesson(15)
def test_same_code_within_the_bounce_time_is_one_scan(runtime, scanner):
    cable = scanner()
    cable.send(f"{CODE}\r{CODE}\r".encode())
    cable.send(f"YT1111111111111\r{CODE}\r".encode())
    wait_for(lambda: len(runtime.traces("枪")) == 4)
    assert texts(runtime) == [CODE, "YT1111111111111", CODE]
    assert [trace.what for trace in runtime.traces("枪")][2] == "bounce"


def test_same_code_after_the_bounce_time_is_a_scan_of_its_own(runtime, scanner):
    cable = scanner(bounce_ms=20)
    cable.send(f"{CODE}\r".encode(), f"{CODE}\r".encode(), pause=0.1)
    assert wait_for(lambda: len(texts(runtime)) == 2)


def test_nothing_read_is_nothing(runtime, scanner):
    cable = scanner()
    cable.send(b"%%NoRead\r" + CODE.encode() + b"\r")
    wait_for(lambda: texts(runtime) == [CODE])
    assert runtime.traces("枪")[-1].what == "no_read"


def test_flood_without_an_end_is_dropped(runtime, scanner):
    cable = scanner()
    for _ in range(10):
        cable.send(b"A" * 1000, pause=0.005)
    cable.send(b"\r" + CODE.encode() + b"\r")
    wait_for(lambda: texts(runtime) == [CODE])
    assert (runtime.traces("枪")[-1].what, runtime.traces("枪")[-1].length) == ("too_long", 10000)


@pytest.mark.parametrize(
    ("secret", "kind"), [("134567890123456789", "payment_code"), ("11010519491231002X", "id_number")]
)
def test_secret_is_kind_and_length_before_anything_is_written(runtime, scanner, caplog, secret, kind):
    caplog.set_level("DEBUG")
    cable = scanner()
    cable.send(secret.encode() + b"\r")
    (scan,) = wait_for(runtime.take_scans)
    assert (scan.kind, scan.text, scan.length, scan.facts) == (kind, "", len(secret), {})
    held = b"".join(part.read_bytes() for part in runtime.folder.iterdir() if part.is_file())
    assert secret.encode() not in held
    wait_for(lambda: kind in caplog.text)
    assert secret not in caplog.text


def test_phone_is_not_kept_in_a_trace(runtime, scanner):
    cable = scanner()
    cable.send(b"13800138000\r")
    wait_for(runtime.take_scans)
    (trace,) = wait_for(lambda: runtime.traces("枪"))
    assert (trace.what, trace.text, trace.length) == ("phone", "", 11)


def test_two_scanners_at_once_are_kept_apart(runtime, scanner):
    cables = {name: scanner(name, desk) for name, desk in (("左枪", "柜台"), ("右枪", "柜台二"))}
    codes = {
        name: [f"{prefix}{number:013}" for number in range(20)] for name, prefix in (("左枪", "YT"), ("右枪", "JT"))
    }

    def scan(name):
        for code in codes[name]:
            half = len(code) // 2
            cables[name].send(code[:half].encode(), code[half:].encode() + b"\r", pause=0.002)

    threads = [threading.Thread(target=scan, args=(name,)) for name in codes]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    wait_for(lambda: len(texts(runtime)) == 40)
    assert {name: texts(runtime, name) for name in codes} == codes
    assert {(scan.device, scan.desk) for scan in runtime.take_scans()} == {("左枪", "柜台"), ("右枪", "柜台二")}


@pytest.mark.lesson(18)
def test_unplugged_scanner_is_absent_and_comes_back_by_itself(runtime, running, pty):
    cables = [pty()]
    running(SerialScanner(runtime, "枪", "柜台", options(), find=lambda: cables[-1].path if cables else ""))
    wait_for(lambda: lamp(runtime) == ("ok", ""))
    cables[0].send(b"YT89626")  # half a scan on the line when it goes
    cables.pop().unplug()
    wait_for(lambda: lamp(runtime) == ("absent", "unplugged"))
    cables.append(pty())
    wait_for(lambda: lamp(runtime) == ("ok", ""))
    cables[0].send(CODE.encode() + b"\r")
    wait_for(lambda: texts(runtime))
    assert texts(runtime) == [CODE]


def test_missing_scanner_is_logged_once(runtime, running, tmp_path, caplog):
    scanner = SerialScanner(runtime, "枪", "柜台", options(port=str(tmp_path / "none")))
    scanner._pause.steps = (0.02,)
    running(scanner)
    wait_for(lambda: scanner._pause._tries > 5)
    assert lamp(runtime) == ("absent", "unplugged")
    assert [record.message for record in caplog.records if "unplugged" in record.message] == ["枪: unplugged (absent)"]


def test_port_held_by_us_is_busy_for_the_next(pty):
    cable = pty()
    first = open_port(cable.path, Line())
    with pytest.raises(DeviceBusy):
        open_port(cable.path, Line())
    first.close()
    open_port(cable.path, Line()).close()


def test_port_is_opened_with_every_parameter(pty):
    line = Line(115200, 7, "E", 2, True, True)
    port = open_port(pty().path, line)
    assert port.get_settings() == {
        "baudrate": 115200, "bytesize": 7, "parity": "E", "stopbits": 2, "xonxoff": True, "rtscts": True,
        "dsrdtr": False, "timeout": 0.2, "write_timeout": 2.0, "inter_byte_timeout": None,
    }  # fmt: skip
    port.close()


def test_what_lay_on_the_line_before_opening_is_no_scan(runtime, running, pty):
    cable = pty()
    cable.send(b"OLD0000000001\r")
    running(SerialScanner(runtime, "枪", "柜台", options(port=cable.path)))
    wait_for(lambda: lamp(runtime) == ("ok", ""))
    cable.send(CODE.encode() + b"\r")
    assert wait_for(lambda: texts(runtime)) == [CODE]


@pytest.mark.parametrize(
    ("error", "kind", "reason"),
    [
        (OSError(5, "I/O error"), DeviceAbsent, None),
        (TypeError("fd is None"), DeviceAbsent, None),
        (ports.serial.SerialException("returned no data"), DeviceAbsent, None),
        (PermissionError(13, "denied"), DeviceAbsent, "no_permission"),
        (BlockingIOError(11, "locked"), DeviceBusy, None),
    ],
)
def test_every_way_in_which_a_port_goes_away_is_translated(error, kind, reason):
    translated = ports.translated(error, "/dev/ttyACM0")
    assert type(translated) is kind
    assert translated.facts.get("reason") == reason


@pytest.mark.parametrize(
    "values",
    [
        {},
        {"port": ""},
        {"port": "/x", "baudrate": "fast"},
        {"port": "/x", "speed": 1},
        {"port": "/x", "ending": "never"},
    ],
)
def test_wrong_options_are_named(runtime, values):
    with pytest.raises(ConfigurationError) as raised:
        scanner_options = options(**values)
        SerialScanner(runtime, "枪", "柜台", scanner_options)
        scanner_options.done()
    assert "devices.枪.options." in raised.value.facts["key"]
