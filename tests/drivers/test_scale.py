"""A scale on a real pty: runtime.db holds what lies on it and whether it rests, and nothing once nobody knows."""

import os
import select
import threading
import time

import pytest

from drivers.__main__ import main
from drivers.ports import Line
from drivers.registry import drivers_of
from drivers.scale import ScaleManner, SerialScale
from drivers.scale_capture import capture, read_capture, replay, written
from drivers.simulated.scale_frames import COMPOSE
from kiosk import settings
from kiosk.errors import ConfigurationError
from tests.drivers.bench import lamp, options, wait_for

NAME, DESK = "秤", "柜台"
#: Quick to rest and quick to give up, so that tests are.
QUICK = {"settle_readings": 2, "settle_ms": 50}


class Sending:
    """Sends what a scale sends, ten times a second, until it is told something else."""

    def __init__(self, cable):
        self.cable = cable
        self.frame = b""
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._send, daemon=True)
        self._thread.start()

    def _send(self):
        while not self._stop.wait(0.03):
            if self.frame:
                try:
                    self.cable.send(self.frame)
                except OSError:
                    return

    def stop(self):
        self._stop.set()
        self._thread.join(5)


@pytest.fixture
def scale(runtime, running, pty):
    """Starts a scale's driver on a new cable; the test says what the scale sends."""
    senders = []

    def start(protocol="text", **values):
        cable = pty()
        given = options(NAME, port=cable.path, protocol=protocol, **(QUICK | values))
        running(SerialScale(runtime, NAME, DESK, given))
        given.done()
        senders.append(Sending(cable))
        return senders[-1]

    yield start
    for sender in senders:
        sender.stop()


def text(grams, is_moving=False, is_over=False):
    return COMPOSE["text"](grams, is_moving, is_over)


def lies(runtime):
    """Grams and whether they rest; None when nobody knows."""
    weight = runtime.weight(DESK)
    return weight and (weight.grams, weight.is_stable)


def shown(runtime):
    return lamp(runtime, NAME, "scale")


def test_resting_weight_is_there_with_its_age_and_its_desk(runtime, scale):
    sender = scale()
    sender.frame = text(1250)
    wait_for(lambda: lies(runtime) == (1250, True))
    weight = runtime.weight(DESK)
    assert (weight.device, weight.desk) == (NAME, DESK)
    assert 0 <= weight.age_seconds < 3
    assert shown(runtime) == ("ok", "")
    assert runtime.weight("别的柜台") is None


def test_moving_weight_is_never_stable_and_neither_is_one_that_changes(runtime, scale):
    sender = scale()
    sender.frame = text(1250)
    wait_for(lambda: lies(runtime) == (1250, True))
    sender.frame = text(900, is_moving=True)
    wait_for(lambda: lies(runtime) == (900, False))
    sender.frame = text(500) + text(501)
    wait_for(lambda: lies(runtime) and lies(runtime)[0] in (500, 501))
    until = time.monotonic() + 0.5
    while time.monotonic() < until:
        assert lies(runtime) in ((500, False), (501, False))
        time.sleep(0.01)


def test_one_frame_is_no_resting_weight(runtime, scale):
    sender = scale(settle_readings=3, settle_ms=5000)  # longer than a busy machine takes between the two
    # A frame sent before the port is open is thrown away with what waited there.
    wait_for(lambda: sender.cable.send(text(1250)) or lies(runtime) == (1250, False))
    sender.cable.send(text(1250) * 30)
    time.sleep(0.1)
    assert lies(runtime) == (1250, False)


def test_zero_and_less_than_zero_are_told_apart(runtime, scale):
    sender = scale()
    sender.frame = text(0)
    wait_for(lambda: lies(runtime) == (0, True))
    assert shown(runtime) == ("ok", "")
    sender.frame = text(-40)
    wait_for(lambda: lies(runtime) == (-40, True))
    wait_for(lambda: shown(runtime) == ("problem", "scale_under"))
    sender.frame = text(0)
    wait_for(lambda: shown(runtime) == ("ok", ""))


@pytest.mark.parametrize("capacity", [0, 6000])
def test_too_much_is_no_weight_at_all(runtime, scale, capacity):
    sender = scale(capacity_grams=capacity)
    sender.frame = text(1250)
    wait_for(lambda: lies(runtime) == (1250, True))
    sender.frame = text(6001) if capacity else text(0, is_over=True)
    wait_for(lambda: shown(runtime) == ("problem", "scale_over"))
    assert lies(runtime) is None
    sender.frame = text(1250)
    wait_for(lambda: lies(runtime) == (1250, True) and shown(runtime) == ("ok", ""))


def test_silent_scale_has_no_weight_and_says_so(runtime, scale):
    sender = scale(silence_seconds=0.4)
    sender.frame = text(1250)
    wait_for(lambda: lies(runtime) == (1250, True))
    sender.frame = b""
    wait_for(lambda: shown(runtime) == ("unknown", "scale_silent"))
    assert lies(runtime) is None
    sender.frame = text(700)
    wait_for(lambda: lies(runtime) == (700, True) and shown(runtime) == ("ok", ""))


@pytest.mark.parametrize(
    "noise",
    [b"\xff\x02\x00=\r\n\x03", b"T,GS,+ 123.456kg\r\n", text(1250)[:9], b"0" * 4000, text(1250).replace(b"S", b"\xd3")],
    ids=["garbage", "cut front", "half", "no line end", "wrong parity"],
)  # fmt: skip
def test_noise_is_no_weight_and_the_scale_comes_back(runtime, scale, noise):
    sender = scale(silence_seconds=0.4)
    sender.frame = noise
    wait_for(lambda: shown(runtime) == ("problem", "scale_garbled"))
    assert lies(runtime) is None
    sender.frame = text(1250)
    wait_for(lambda: lies(runtime) == (1250, True) and shown(runtime) == ("ok", ""))


def test_scale_that_was_never_heard_is_not_shown_as_well(runtime, scale):
    scale(silence_seconds=0.4)
    wait_for(lambda: shown(runtime) == ("unknown", "scale_silent"))


def test_unplugged_scale_has_no_weight_and_comes_back_by_itself(runtime, running, pty):
    cables = [pty()]
    given = options(NAME, protocol="text", **QUICK)
    running(SerialScale(runtime, NAME, DESK, given, find=lambda: cables[-1].path if cables else ""))
    first = Sending(cables[0])
    first.frame = text(1250)
    wait_for(lambda: lies(runtime) == (1250, True))
    first.stop()
    cables[0].send(text(900)[:12])  # half a frame on the line when it goes
    cables.pop().unplug()
    wait_for(lambda: shown(runtime) == ("absent", "unplugged"))
    assert lies(runtime) is None
    cables.append(pty())
    second = Sending(cables[0])
    second.frame = text(700)
    wait_for(lambda: lies(runtime) == (700, True) and shown(runtime) == ("ok", ""))
    second.stop()


def test_weight_of_a_killed_process_is_taken_away(runtime, running, tmp_path):
    runtime.put_weight(NAME, DESK, 1250, is_stable=True)
    running(SerialScale(runtime, NAME, DESK, options(NAME, protocol="text", port=str(tmp_path / "none"))))
    wait_for(lambda: shown(runtime) == ("absent", "unplugged"))
    assert lies(runtime) is None


def test_stopped_driver_leaves_no_weight(runtime, scale, running):
    sender = scale()
    sender.frame = text(1250)
    wait_for(lambda: lies(runtime) == (1250, True))
    running.stop.set()
    wait_for(lambda: lies(runtime) is None)


def test_old_weight_is_no_weight(runtime):
    runtime.put_weight(NAME, DESK, 1250, is_stable=True)
    assert [found.grams for found in runtime.weights()] == [1250]
    runtime.file.write(lambda db: db.execute("UPDATE weights SET tick = tick - 3.1").close())
    assert runtime.weight(DESK) is None
    assert runtime.weights() == []


def test_moving_8217_makes_its_last_weight_unsteady_and_invents_none(runtime, pty, running):
    cable = pty()
    running(
        SerialScale(runtime, NAME, DESK, options(NAME, port=cable.path, protocol="toledo_8217", poll_ms=50, **QUICK))
    )
    said = [b"\x02?A\r"]
    stop = threading.Event()

    def answer():
        while not stop.is_set():
            if select.select([cable.far], [], [], 0.05)[0] and b"W" in os.read(cable.far, 100):
                cable.send(said[0])

    thread = threading.Thread(target=answer, daemon=True)
    thread.start()
    wait_for(lambda: shown(runtime) == ("ok", ""))
    assert lies(runtime) is None
    said[0] = b"\x02  1.250\r"
    wait_for(lambda: lies(runtime) == (1250, True))
    said[0] = b"\x02?A\r"
    wait_for(lambda: lies(runtime) == (1250, False))
    stop.set()
    thread.join(5)


def test_nothing_is_sent_to_a_scale_that_speaks_by_itself(runtime, scale):
    sender = scale()
    sender.frame = text(1250)
    wait_for(lambda: lies(runtime) == (1250, True))
    assert select.select([sender.cable.far], [], [], 0.3)[0] == []


def test_manner_of_a_protocol_brings_its_line_and_its_question(runtime):
    driver = SerialScale(runtime, NAME, DESK, options(NAME, port="/dev/ttyS9", protocol="toledo_8217"))
    assert (driver.line.bytesize, driver.line.parity, driver.line.baudrate) == (7, "E", 9600)
    assert driver.framer.question() == b"W"
    given = options(NAME, port="/dev/ttyS9", protocol="aihua", request="$", baudrate=2400)
    driver = SerialScale(runtime, NAME, DESK, given)
    assert (driver.framer.question(), driver.line.bytesize, driver.line.baudrate) == (b"$", 8, 2400)


@pytest.mark.parametrize(
    "values",
    [
        {"port": "/x"}, {"protocol": "text"}, {"port": "/x", "protocol": "dahua"}, {"port": "/x", "protocol": ""},
        {"port": "/x", "protocol": "text", "request": "W"}, {"port": "/x", "protocol": "yaohua", "unit": "stone"},
        {"port": "/x", "protocol": "text", "settle_readings": 1}, {"port": "/x", "protocol": "text", "capacity": 5},
    ],
)  # fmt: skip
def test_wrong_options_are_named(runtime, values):
    with pytest.raises(ConfigurationError) as raised:
        given = options(NAME, **values)
        SerialScale(runtime, NAME, DESK, given)
        given.done()
    assert f"devices.{NAME}.options." in raised.value.facts["key"]


def test_usual_protocol_is_for_the_simulated_scale_only():
    assert ScaleManner.from_options(options(NAME), usual="text").protocol == "text"
    with pytest.raises(ConfigurationError):
        ScaleManner.from_options(options(NAME))


STATION = """
[[devices]]
name = "秤"
kind = "scale"
driver = "{driver}"
desk = "柜台"
options = {{ {options} }}

[[devices]]
name = "枪"
kind = "scanner"
driver = "serial"
options = {{ port = "{other}" }}
"""


def loaded(folder, **values):
    folder.mkdir(exist_ok=True)
    (folder / "station.toml").write_text(STATION.format(**values), "utf-8")
    return settings.load(folder)


def test_settings_give_a_scale_its_driver(tmp_path, store, runtime):
    real = loaded(
        tmp_path / "a", driver="serial", options='port = "/dev/ttyUSB7", protocol = "cas"', other="/dev/ttyUSB8"
    )
    made = drivers_of(real, store, runtime)
    assert [type(one).__name__ for one in made] == ["SerialScale", "SerialScanner"]
    played = loaded(
        tmp_path / "b", driver="simulated", options='protocol = "cas", request = "enq"', other="/dev/ttyUSB8"
    )
    made = drivers_of(played, store, runtime)
    assert [type(one).__name__ for one in made] == ["SimulatedScale", "SerialScale", "SerialScanner"]


def test_one_port_for_two_devices_is_refused_whatever_it_is_called(tmp_path, pty):
    with pytest.raises(ConfigurationError) as raised:
        loaded(tmp_path / "a", driver="serial", options='port = "/dev/ttyUSB7", protocol = "cas"', other="/dev/ttyUSB7")
    assert (raised.value.facts["first"], raised.value.facts["second"]) == ("秤", "枪")
    # Two names of one port, as by-id and by-path are.
    path = pty().path
    with pytest.raises(ConfigurationError):
        loaded(
            tmp_path / "b", driver="serial", options=f'port = "{path}", protocol = "cas"',
            other=f"/dev/fd/../../../..{path}",
        )  # fmt: skip
    loaded(tmp_path / "c", driver="serial", options='port = "/dev/ttyUSB7", protocol = "cas"', other="/dev/ttyUSB8")


@pytest.mark.parametrize("protocol", sorted(COMPOSE))
def test_capture_says_which_protocol_a_scale_speaks(tmp_path, pty, protocol):
    cable = pty()
    sender = Sending(cable)
    sender.frame = COMPOSE[protocol](1250, False, False)
    pieces = list(capture(cable.path, Line(), 0.5))
    sender.stop()
    file = tmp_path / "scale.txt"
    file.write_text("# 9600 8N1\n\n" + written(pieces), "utf-8")
    assert read_capture(file) == pieces
    # = reads both ways: a known weight on the pan tells which one it is.
    (fit,) = (fit for fit in replay(read_capture(file)) if fit.protocol == protocol)
    assert {found.grams for found in fit.readings} == {1250}


def test_capture_asks_only_what_it_is_told(pty):
    cable = pty()
    assert list(capture(cable.path, Line(), 0.2)) == []
    os.set_blocking(cable.far, False)
    with pytest.raises(BlockingIOError):
        os.read(cable.far, 10)
    list(capture(cable.path, Line(), 0.2, b"W"))
    assert os.read(cable.far, 10) == b"W"


def test_words_of_the_command_line_capture_and_replay(tmp_path, pty, capsys):
    cable, file = pty(), tmp_path / "scale.txt"
    sender = Sending(cable)
    sender.frame = COMPOSE["cas"](1250, False, False)
    assert main(["capture", cable.path, str(file), "--seconds", "0.4"]) == 0
    sender.stop()
    assert main(["replay", str(file)]) == 0
    protocol, count, shown = capsys.readouterr().out.splitlines()[-1].split("\t")
    assert (protocol, shown.split()[-1]) == ("cas", "1250") and int(count) >= 1
    assert main(["capture", cable.path, str(file), "--seconds", "0.1"]) == 1
    assert main(["replay", str(file)]) == 1
    assert main(["capture", "/dev/serial/by-id/none", str(file)]) == 1


def test_unreadable_capture_is_refused(tmp_path):
    file = tmp_path / "scale.txt"
    file.write_text("12 zz\n", "utf-8")
    with pytest.raises(ValueError, match="hex"):
        read_capture(file)
    assert main(["replay", str(file)]) == 2
