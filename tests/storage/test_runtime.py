"""runtime.db: what processes tell one another, and what must never be in it."""

import os
import sqlite3
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from kiosk.codes.kinds import Candidate, CodeKind, Recognised
from kiosk.devices import Fault, LampState, Notice, Runtime, Watch, model, place, runtime_folder
from kiosk.devices import file as runtime_file
from kiosk.errors import DatabaseError, DeviceAbsent

WAYBILL = Recognised(CodeKind.WAYBILL, "YT8962646785389", 15, "YT8962646785389", candidates=(Candidate("YTO", "H"),))


@pytest.fixture
def runtime(tmp_path):
    opened = Runtime(tmp_path / "run")
    yield opened
    opened.close()


def test_scan_comes_until_it_is_marked_taken(runtime):
    first = runtime.put_scan("左枪", "柜台", WAYBILL)
    second = runtime.put_scan("右枪", "柜台二", WAYBILL)
    assert [scan.scan_id for scan in runtime.take_scans()] == [first, second]
    scan = runtime.take_scans()[0]
    assert (scan.device, scan.desk, scan.kind, scan.text, scan.length) == ("左枪", "柜台", "waybill", WAYBILL.text, 15)
    assert scan.facts["waybill_no"] == WAYBILL.text
    assert scan.facts["candidates"] == [{"carrier": "YTO", "confidence": "H"}]
    assert scan.age_seconds < 5
    runtime.mark_taken([first])
    assert [scan.scan_id for scan in runtime.take_scans()] == [second]
    runtime.mark_taken([second])
    assert runtime.take_scans() == []
    assert len(runtime.recent_scans("左枪")) == 1


def test_scan_of_a_secret_leaves_only_kind_and_length(runtime):
    leaky = Recognised(CodeKind.PAYMENT_CODE, "134567890123456789", 18, "134567890123456789")
    runtime.put_scan("枪", "柜台", leaky)
    runtime.put_trace("枪", "payment_code", "", 18)
    (scan,) = runtime.take_scans()
    assert (scan.kind, scan.text, scan.length, scan.facts) == ("payment_code", "", 18, {})
    held = b"".join(part.read_bytes() for part in runtime.folder.iterdir())
    assert b"134567890123456789" not in held


def test_scans_are_kept_a_minute(runtime, monkeypatch):
    runtime.put_scan("枪", "柜台", WAYBILL)
    runtime.beat("devices")
    assert len(runtime.take_scans()) == 1
    runtime.file.write(lambda db: db.execute("UPDATE scans SET tick = tick - 61").close())
    runtime.beat("devices")
    assert runtime.take_scans() == []


def test_lamp_is_written_only_when_it_changes(runtime):
    assert runtime.set_lamp("票据机", "paper", "ok")
    assert not runtime.set_lamp("票据机", "paper", LampState.OK)
    assert runtime.set_lamp("票据机", "paper", "problem", "paper_end", waiting=2)
    runtime.beat("devices")
    (lamp,) = runtime.lamps()
    assert (lamp.state, lamp.reason, lamp.facts) == (LampState.PROBLEM, "paper_end", {"waiting": 2})
    with pytest.raises(ValueError):
        runtime.set_lamp("票据机", "paper", "green")


def test_lamp_is_unknown_when_its_process_is_silent(runtime):
    runtime.set_lamp("票据机", "printer", "ok")
    assert runtime.lamps()[0].state is LampState.UNKNOWN, "no heartbeat yet"
    runtime.beat("devices")
    assert runtime.lamps()[0].state is LampState.OK
    assert not runtime.heartbeats()["devices"].is_silent
    runtime.file.write(
        lambda db: db.execute("UPDATE heartbeats SET tick = tick - ?", (model.SILENT_AFTER_SECONDS + 1,)).close()
    )
    lamp = runtime.lamps()[0]
    assert (lamp.state, lamp.reason) == (LampState.UNKNOWN, "process_silent")
    assert runtime.heartbeats()["devices"].is_silent


def test_lamps_of_removed_devices_go(runtime):
    for name in ("旧枪", "新枪"):
        runtime.set_lamp(name, "scanner", "ok")
        runtime.announce(name, "/dev/pts/9", kind="scanner", road="pty")
    runtime.keep_lamps(["新枪"])
    assert [lamp.device for lamp in runtime.lamps()] == ["新枪"]
    assert [found.device for found in runtime.announcements()] == ["新枪"]


def test_job_under_way_is_known_to_another_process(runtime):
    runtime.job_begun(7, "票据机")
    runtime.job_begun(8, "标签机")
    runtime.job_sent(8)
    other = Runtime(runtime.folder)
    assert [(job.job_id, job.device, job.stage) for job in other.jobs_under_way()] == [
        (7, "票据机", "begun"),
        (8, "标签机", "sent"),
    ]
    other.job_over(7)
    assert [job.job_id for job in runtime.jobs_under_way()] == [8]
    other.close()


def test_command_is_taken_once_and_answered(runtime):
    number = runtime.send_command("票据机", Fault.PAPER_OUT, after_lines=3)
    (command,) = runtime.take_commands("票据机")
    assert (command.id, command.command, command.arguments) == (number, Fault.PAPER_OUT, {"after_lines": 3})
    assert runtime.take_commands("别的") == []
    runtime.answer_command(number, "done")
    assert runtime.take_commands("票据机") == []
    answered = runtime.command(number)
    assert answered is not None and answered.outcome == "done"
    with pytest.raises(ValueError):
        runtime.send_command("票据机", "explode")


def test_sim_slips_keep_the_last_twenty(runtime):
    for number in range(25):
        last = runtime.put_sim_slip("票据机", b"\x89PNG%d" % number, {"number": number})
    slips = runtime.sim_slips()
    assert len(slips) == model.SIM_SLIPS_KEPT
    assert (slips[0].id, slips[0].facts["number"], slips[-1].facts["number"]) == (last, 24, 5)
    assert runtime.sim_slip_png(last) == b"\x89PNG24"
    assert runtime.sim_slip_png(1) is None


def test_traces_keep_the_last_of_each_device(runtime):
    runtime.put_trace("别的", "waybill", "A", 1)
    for number in range(30):
        runtime.put_trace("枪", "waybill", f"YT{number}", 4)
    assert [trace.text for trace in runtime.traces("枪")] == [f"YT{number}" for number in range(29, 9, -1)]
    assert len(runtime.traces("别的")) == 1


def test_code_goes_to_the_inlet_and_not_into_the_file(runtime, tmp_path):
    with pytest.raises(DeviceAbsent):
        runtime.type_code("模拟枪", "YT1")
    inlet = tmp_path / "inlet"
    os.mkfifo(inlet, 0o600)
    runtime.announce("模拟枪", "/dev/pts/9", inlet=str(inlet))
    with pytest.raises(DeviceAbsent):  # nobody reads
        runtime.type_code("模拟枪", "YT1")
    reader = os.open(inlet, os.O_RDONLY | os.O_NONBLOCK)
    runtime.type_code("模拟枪", "134567890123456789")
    assert os.read(reader, 100) == b'"134567890123456789"\n'
    with pytest.raises(ValueError):
        runtime.type_code("模拟枪", "长" * 2000)
    os.close(reader)
    assert b"134567890123456789" not in b"".join(
        part.read_bytes() for part in runtime.folder.iterdir() if part.is_file()
    )


def test_file_of_another_boot_is_emptied_in_place(runtime, monkeypatch):
    runtime.set_lamp("枪", "scanner", "ok")
    inode = runtime.path.stat().st_ino
    monkeypatch.setattr(runtime_file, "boot_id", lambda: "another boot")
    after_boot = Runtime(runtime.folder)
    assert after_boot.lamps() == []
    assert after_boot.path.stat().st_ino == inode
    assert runtime.file.read(lambda db: db.execute("SELECT boot_id FROM birth").fetchone()[0]) == "another boot"
    after_boot.close()


def test_file_that_vanished_is_made_again_within_a_second(runtime, monkeypatch):
    monkeypatch.setattr(runtime_file, "IDENTITY_EVERY_SECONDS", 0.0)
    runtime.set_lamp("枪", "scanner", "ok")
    for part in runtime.folder.iterdir():
        part.unlink()
    assert runtime.lamps() == []
    runtime.set_lamp("枪", "scanner", "absent", "unplugged")
    other = Runtime(runtime.folder)
    assert len(other.lamps()) == 1
    other.close()


@pytest.mark.parametrize("damage", ["head", "page"])
def test_damaged_file_is_moved_aside(tmp_path, damage):
    first = Runtime(tmp_path)
    for number in range(50):
        first.put_trace("枪", "waybill", f"{number}" * 20, 20)
    first.file.read(lambda db: db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall())
    first.close()
    content = bytearray(first.path.read_bytes())
    start = 0 if damage == "head" else 4096
    content[start:] = b"\xff" * (len(content) - start)
    first.path.write_bytes(content)
    again = Runtime(tmp_path)
    again.put_trace("枪", "waybill", "x", 1)
    assert [trace.text for trace in again.traces("枪")] == ["x"]
    assert (tmp_path / "runtime.db.damaged").exists()
    again.close()


def test_folder_that_cannot_be_written_is_a_database_error(tmp_path):
    (tmp_path / "runtime.db").mkdir()
    with pytest.raises(DatabaseError):
        Runtime(tmp_path)


def test_runtime_folder_is_private_and_named_after_the_state(tmp_path, monkeypatch):
    monkeypatch.delenv("KIOSK_RUNTIME", raising=False)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    one, two = runtime_folder(tmp_path / "one"), runtime_folder(tmp_path / "two")
    assert one != two and one == runtime_folder(tmp_path / "one")
    assert one.parent == tmp_path and one.stat().st_mode & 0o777 == 0o700
    monkeypatch.setenv("KIOSK_RUNTIME", str(tmp_path / "named"))
    assert runtime_folder(tmp_path / "one") == tmp_path / "named"


def test_runtime_folder_open_to_others_is_refused(tmp_path, monkeypatch):
    monkeypatch.delenv("KIOSK_RUNTIME", raising=False)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    runtime_folder(tmp_path).chmod(0o777)
    with pytest.raises(DatabaseError):
        runtime_folder(tmp_path)


def test_runtime_folder_falls_back_to_memory(tmp_path, monkeypatch):
    monkeypatch.delenv("KIOSK_RUNTIME", raising=False)
    monkeypatch.delenv("XDG_RUNTIME_DIR", raising=False)
    monkeypatch.setattr(place, "SHARED_MEMORY", tmp_path)
    assert runtime_folder(tmp_path / "state").parent == tmp_path


def test_watch_sees_the_commit_of_another_process(runtime):
    watch = Watch(runtime.path)
    assert watch.wait(0.03) is Notice.NOTHING
    script = "import sys; from pathlib import Path; from kiosk.devices import Runtime;"
    script += "Runtime(Path(sys.argv[1])).set_lamp('枪', 'scanner', 'ok')"
    subprocess.run([sys.executable, "-c", script, str(runtime.folder)], check=True, timeout=60)
    assert watch.wait(5) is Notice.CHANGED
    assert watch.wait(0) is Notice.NOTHING
    watch.close()


def test_watch_sees_every_burst_of_a_writer_in_this_process(runtime):
    watch = Watch(runtime.path)
    writer = threading.Thread(
        target=lambda: [(runtime.set_lamp("枪", "scanner", "problem", f"r{n}"), time.sleep(0.01)) for n in range(20)]
    )
    writer.start()
    seen = set()
    while len(seen) < 20 and watch.wait(5) is not Notice.NOTHING:
        row = runtime.file.read(lambda db: db.execute("SELECT reason FROM lamps").fetchone())
        seen.add(row[0] if row else None)
        if "r19" in seen:
            break
    writer.join()
    assert "r19" in seen
    watch.close()


def test_watch_notices_a_file_made_again(tmp_path, monkeypatch):
    monkeypatch.setattr("kiosk.devices.watch.IDENTITY_EVERY_SECONDS", 0.05)
    first = Runtime(tmp_path)
    watch = Watch(first.path)
    first.close()
    for part in tmp_path.iterdir():
        part.unlink()
    second = Runtime(tmp_path)
    assert watch.wait(5) is Notice.REPLACED
    second.set_lamp("枪", "scanner", "ok")
    assert watch.wait(5) is Notice.CHANGED
    second.close()
    watch.close()


def test_watch_notices_a_file_emptied_in_place(tmp_path, monkeypatch):
    monkeypatch.setattr("kiosk.devices.watch.IDENTITY_EVERY_SECONDS", 0.05)
    first = Runtime(tmp_path)
    watch = Watch(first.path)
    monkeypatch.setattr(runtime_file, "boot_id", lambda: "another boot")
    second = Runtime(tmp_path)
    notices = {watch.wait(5), watch.wait(0.5)}
    assert Notice.REPLACED in notices
    first.close()
    second.close()
    watch.close()


def test_watch_waits_for_a_file_that_is_not_there_yet(tmp_path, monkeypatch):
    monkeypatch.setattr("kiosk.devices.watch.IDENTITY_EVERY_SECONDS", 0.02)
    watch = Watch(tmp_path / "runtime.db")
    assert watch.wait(0.1) is Notice.NOTHING
    opened = Runtime(tmp_path)
    assert watch.wait(5) is Notice.REPLACED
    opened.close()
    watch.close()


def test_watch_ends_when_told_to_stop(runtime):
    stop = threading.Event()
    watch = Watch(runtime.path)
    stopper = threading.Timer(0.1, stop.set)
    stopper.start()
    assert watch.wait(60, stop) is Notice.NOTHING
    stopper.join()
    watch.close()


def test_two_processes_write_without_losing_a_row(runtime, tmp_path):
    script = "import sys; from pathlib import Path; from kiosk.devices import Runtime; r = Runtime(Path(sys.argv[1]));"
    script += "[r.job_begun(int(sys.argv[2]) + n, 'p') for n in range(200)]"
    runs = [
        subprocess.Popen([sys.executable, "-c", script, str(runtime.folder), str(base)]) for base in (0, 1000, 2000)
    ]
    assert [run.wait(120) for run in runs] == [0, 0, 0]
    assert len(runtime.jobs_under_way()) == 600


def test_runtime_db_commits_without_a_sync(runtime):
    values = runtime.file.read(
        lambda db: (db.execute("PRAGMA synchronous").fetchone()[0], db.execute("PRAGMA journal_mode").fetchone()[0])
    )
    assert values == (0, "wal")
    assert Path(runtime.path).stat().st_mode & 0o077 == 0
    with sqlite3.connect(runtime.path) as other:
        assert other.execute("SELECT count(*) FROM scans").fetchone() == (0,)
    other.close()
