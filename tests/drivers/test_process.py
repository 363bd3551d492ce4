"""The devices process as it is started: its words, its end, and what it does about jobs of the one before."""

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from drivers import registry
from drivers.supervisor import AlreadyRunning, Supervisor, is_closed, take_lock
from drivers.templates import load_templates
from kiosk import settings
from kiosk.devices import REASONS
from kiosk.errors import ConfigurationError, DriverError
from kiosk.settings import Settings
from tests.drivers.bench import job_state, lamp, queue_note, texts, wait_for

CODE = "YT8962646785389"
SIMULATED = """
[[devices]]
name = "模拟扫码枪"
kind = "scanner"
driver = "simulated"
desk = "柜台"
options = { road = "pty", suffix = "crlf", ending = "suffix" }

[[devices]]
name = "模拟票据机"
kind = "printer"
driver = "simulated"
desk = "柜台"
options = { road = "tcp", profile = "80mm-gb" }
"""
MISSING = """
[[devices]]
name = "串口枪"
kind = "scanner"
driver = "serial"
desk = "柜台"
options = { port = "/dev/serial/by-id/none" }

[[devices]]
name = "键盘枪"
kind = "scanner"
driver = "evdev"
desk = "柜台"
options = { device = "/dev/input/by-id/none-event-kbd" }

[[devices]]
name = "文件机"
kind = "printer"
driver = "file"
options = { path = "/dev/usb/lp9" }

[[devices]]
name = "USB机"
kind = "printer"
driver = "usb"
options = { usb = "0416:5011" }

[[devices]]
name = "串口机"
kind = "printer"
driver = "serial"
options = { port = "/dev/serial/by-id/none2", baudrate = 115200 }
"""


class Process:
    """``python -m drivers`` on a state folder."""

    def __init__(self, store, runtime):
        self.store, self.runtime = store, runtime
        self.env = {
            **os.environ,
            "KIOSK_STATE": str(store.state),
            "KIOSK_RUNTIME": str(runtime.folder),
            "PYTHONPATH": str(Path.cwd()),
        }
        self.begun = []

    def configure(self, text):
        (self.store.state / "station.toml").write_text(text, "utf-8")

    def start(self, *words, **more):
        command = [sys.executable, "-W", "error", "-m", "drivers", *words]
        self.begun.append(subprocess.Popen(command, env=self.env, stderr=subprocess.PIPE, text=True, **more))
        return self.begun[-1]

    def say(self, *words):
        command = [sys.executable, "-m", "drivers", *words]
        return subprocess.run(command, env=self.env, capture_output=True, text=True, timeout=60)


@pytest.fixture
def process(store, runtime):
    one = Process(store, runtime)
    runtime.file.write(lambda db: db.execute("DELETE FROM heartbeats").close())
    yield one
    for begun in one.begun:
        begun.kill()
        begun.wait(10)
        begun.stderr.close()


def ready(runtime, name="模拟扫码枪"):
    wait_for(lambda: lamp(runtime, name) == ("ok", ""), 30)


def test_code_scanned_from_the_command_line_goes_the_road_of_a_real_scan(process, runtime):
    process.configure(SIMULATED)
    process.start("run")
    ready(runtime)
    said = process.say("scan", CODE)
    assert (said.returncode, said.stdout) == (0, "模拟扫码枪: waybill (15)\n")
    assert (
        process.say("scan", "134567890123456789", "--device", "模拟扫码枪").stdout == "模拟扫码枪: payment_code (18)\n"
    )
    assert texts(runtime) == [CODE, ""]
    assert [scan.desk for scan in runtime.take_scans()] == ["柜台", "柜台"]


def test_scan_without_a_simulated_scanner_says_so(process):
    said = process.say("scan", CODE)
    assert said.returncode == 1 and "模拟扫码枪" in said.stderr
    assert process.say("scan", CODE, "--device", "没有").returncode == 1


def test_fault_from_the_command_line(process, runtime):
    process.configure(SIMULATED)
    process.start("run")
    ready(runtime)
    assert process.say("fault", "模拟票据机", "paper_out", "near_end=true").stdout == "done\n"
    wait_for(lambda: lamp(runtime, "模拟票据机", "paper") == ("problem", "paper_near_end"))
    assert process.say("fault", "模拟票据机", "double_scan").returncode == 1
    assert process.say("fault", "模拟票据机", "explode").returncode == 2


def test_process_ends_at_sigterm(process, runtime):
    process.configure(SIMULATED)
    running = process.start("run")
    ready(runtime)
    wait_for(lambda: lamp(runtime, "模拟票据机", "printer") == ("ok", ""))
    inlet = Path(runtime.announcement("模拟扫码枪").inlet)
    running.send_signal(signal.SIGTERM)
    assert running.wait(20) == 0
    assert not inlet.exists()
    assert runtime.announcement("模拟票据机").address == ""


def test_process_ends_when_its_parent_does(process, runtime):
    process.configure(SIMULATED)
    reading, writing = os.pipe()
    running = process.start("run", "--parent-pipe", str(reading), pass_fds=[reading])
    os.close(reading)
    ready(runtime)
    assert running.poll() is None
    os.close(writing)
    assert running.wait(20) == 0


def test_second_process_of_a_station_is_refused(process, runtime):
    process.configure(SIMULATED)
    running = process.start("run")
    ready(runtime)
    said = process.say("run")
    assert said.returncode == 1 and str(running.pid) in said.stderr


@pytest.mark.parametrize(
    ("change", "key"),
    [
        (('driver = "simulated"', 'driver = "laser"'), "driver"),
        (('road = "pty"', 'rode = "pty"'), "options.rode"),
        (('profile = "80mm-gb"', 'profile = "90mm"'), "options.profile"),
        (('profile = "80mm-gb"', "columns = 99"), "options.columns"),
    ],
)
def test_wrong_setting_is_named_and_nothing_starts(process, change, key):
    process.configure(SIMULATED.replace(*change))
    said = process.say("run")
    assert said.returncode == 3
    assert "devices.模拟" in said.stderr and key in said.stderr and "station.toml" in said.stderr


def test_missing_devices_never_end_the_process(process, runtime):
    process.configure(MISSING)
    running = process.start("run")
    names = {"串口枪": "scanner", "键盘枪": "scanner", "文件机": "printer", "USB机": "printer", "串口机": "printer"}
    wait_for(lambda: all((lamp(runtime, *known) or " ")[0] == "absent" for known in names.items()), 30)
    time.sleep(1.5)
    assert running.poll() is None
    assert not runtime.heartbeats()["devices"].is_silent
    running.send_signal(signal.SIGTERM)
    assert running.wait(20) == 0
    said = running.stderr.read()
    assert [said.count(f"{name}: ") for name in names] == [1] * 5, said


def test_lamps_say_unknown_when_the_process_was_killed(process, runtime, monkeypatch):
    process.configure(SIMULATED)
    running = process.start("run")
    ready(runtime)
    running.kill()
    running.wait(10)
    monkeypatch.setattr("kiosk.devices.model.SILENT_AFTER_SECONDS", 0.2)
    wait_for(lambda: lamp(runtime, "模拟扫码枪") == ("unknown", "process_silent"))


def test_process_fits_into_its_memory(process, runtime, store):
    process.configure(SIMULATED)
    running = process.start("run")
    ready(runtime)
    wait_for(lambda: lamp(runtime, "模拟票据机", "printer") == ("ok", ""))
    for line in Path(f"/proc/{running.pid}/smaps_rollup").read_text("ascii").splitlines():
        if line.startswith("Pss:"):
            assert int(line.split()[1]) <= 50 * 1024
            return
    pytest.fail("no PSS")


# What a start does about the jobs of the process before ------------------------------------------------------------------


class Nothing:
    """A driver without a device."""

    name = "空"

    def run(self, stop):
        stop.wait()


def begin(store, runtime, *drivers, devices=""):
    """Runs a supervisor until its first heartbeat."""
    (store.state / "station.toml").write_text(devices or SIMULATED, "utf-8")
    supervisor = Supervisor(settings.load(store.state), store, runtime, drivers or [Nothing()])
    thread = threading.Thread(target=supervisor.run, daemon=True)
    thread.start()
    wait_for(lambda: "devices" in runtime.heartbeats())
    return supervisor, thread


def end(supervisor, thread):
    supervisor.stop.set()
    thread.join(10)
    assert not thread.is_alive()


def forget_heartbeat(runtime):
    runtime.file.write(lambda db: db.execute("DELETE FROM heartbeats").close())


def test_first_start_of_a_station_doubts_nothing(store, runtime):
    forget_heartbeat(runtime)
    job_id = queue_note(store, "模拟票据机", "一")
    end(*begin(store, runtime))
    assert job_state(store, job_id) == ("waiting", "")


@pytest.mark.lesson(25)
def test_start_after_a_power_cut_doubts_the_oldest_job_of_each_printer(store, runtime):
    forget_heartbeat(runtime)
    end(*begin(store, runtime))
    forget_heartbeat(runtime)  # runtime.db went with the power
    first, second = queue_note(store, "模拟票据机", "一"), queue_note(store, "模拟票据机", "二")
    end(*begin(store, runtime))
    assert job_state(store, first) == ("unknown", "power_cut")
    assert job_state(store, second) == ("waiting", "")


def test_start_after_a_kill_doubts_the_jobs_that_were_begun(store, runtime):
    end(*begin(store, runtime))
    first, second = queue_note(store, "模拟票据机", "一"), queue_note(store, "模拟票据机", "二")
    runtime.job_begun(first, "模拟票据机")
    end(*begin(store, runtime))
    assert job_state(store, first) == ("unknown", "interrupted")
    assert job_state(store, second) == ("waiting", "")
    assert runtime.jobs_under_way() == []


def test_job_for_a_printer_that_is_no_longer_configured_fails_with_its_reason(store, runtime):
    job_id = queue_note(store, "旧打印机", "一")
    end(*begin(store, runtime))
    assert job_state(store, job_id) == ("failed", "no_printer")


def test_lamps_are_unknown_until_their_driver_has_spoken(store, runtime):
    runtime.set_lamp("模拟扫码枪", "scanner", "ok")
    runtime.set_lamp("拆掉的", "scanner", "ok")
    supervisor, thread = begin(store, runtime)
    wait_for(lambda: lamp(runtime, "模拟扫码枪") == ("unknown", "starting"))
    wait_for(lambda: lamp(runtime, "模拟票据机", "paper") and lamp(runtime, "拆掉的") is None)
    assert lamp(runtime, "模拟票据机", "paper") == ("unknown", "starting")
    assert lamp(runtime, "拆掉的") is None
    end(supervisor, thread)


def test_driver_that_fails_is_begun_again_and_the_others_go_on(store, runtime, caplog):
    class Clumsy:
        name = "模拟扫码枪"
        runs = 0

        def run(self, stop):
            self.runs += 1
            if self.runs < 3:
                raise ZeroDivisionError("a mistake of ours")
            stop.wait()

    class Steady(Nothing):
        runs = 0

        def run(self, stop):
            self.runs += 1
            stop.wait()

    clumsy, steady = Clumsy(), Steady()
    supervisor, thread = begin(store, runtime, clumsy, steady)
    wait_for(lambda: lamp(runtime, "模拟扫码枪") == ("problem", "restarting"))
    wait_for(lambda: clumsy.runs == 3)
    assert steady.runs == 1
    assert "ZeroDivisionError" in caplog.text
    end(supervisor, thread)


def test_lock_goes_with_its_process(tmp_path):
    lock = take_lock(tmp_path)
    with pytest.raises(AlreadyRunning):
        take_lock(tmp_path)
    os.close(lock)
    os.close(take_lock(tmp_path))


def test_pipe_is_closed_only_when_its_last_writer_is():
    reading, writing = os.pipe()
    assert not is_closed(reading, 0.01)
    os.write(writing, b"x")
    assert not is_closed(reading, 0.01)
    os.close(writing)
    assert is_closed(reading, 0.01)
    os.close(reading)


# Settings ---------------------------------------------------------------------------------------------------------------


def test_every_configured_device_gets_its_drivers(store, runtime):
    (store.state / "station.toml").write_text(SIMULATED + MISSING, "utf-8")
    built = registry.drivers_of(settings.load(store.state), store, runtime)
    assert [driver.name for driver in built] == [
        "模拟扫码枪", "模拟扫码枪", "模拟票据机", "模拟票据机", "串口枪", "键盘枪", "文件机", "USB机", "串口机",
    ]  # fmt: skip


@pytest.mark.parametrize("usb", ["", "416:5011", "printer"])
def test_usb_identity_must_be_two_numbers(store, runtime, usb):
    (store.state / "station.toml").write_text(MISSING.replace("0416:5011", usb), "utf-8")
    with pytest.raises(ConfigurationError) as raised:
        registry.drivers_of(settings.load(store.state), store, runtime)
    assert raised.value.facts["key"] == "devices.USB机.options.usb"


def test_no_settings_file_is_needed(store, runtime):
    loaded: Settings = settings.load()
    assert registry.drivers_of(loaded, store, runtime) == []


def test_every_reason_that_a_driver_gives_has_words():
    import re

    given = set()
    for path in Path("drivers").rglob("*.py"):
        source = path.read_text("utf-8")
        given |= set(re.findall(r'reason="([a-z_]+)"', source))
        given |= set(re.findall(r'LampState\.[A-Z]+, "([a-z_]+)"', source))
        given |= set(re.findall(r'Status\("unknown", \("([a-z_]+)"', source))
    from drivers.health import reason_of
    from drivers.printer_status import CAUSES

    given |= set(CAUSES) | {reason_of(kind("")) for kind in DriverError.__subclasses__()}
    assert given <= set(REASONS), given - set(REASONS)
    assert len(given) >= 15


def test_templates_of_every_room_are_loaded():
    rooms = {path.parent.name for path in Path("kiosk").glob("*/slips.py")} - {"printing"}
    assert {name.split(".")[1] for name in load_templates()} == rooms


def test_discovery_lists_what_is_there_without_failing(process):
    said = process.say("list")
    assert said.returncode == 0, said.stderr
