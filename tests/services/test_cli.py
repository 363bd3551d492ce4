"""Every word of ``kiosk``, run as a process in a state folder of its own: what it prints, its exit code, what it keeps."""

import hashlib
import json
import os
import sqlite3
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from kiosk.cli.lock import StationLock
from kiosk.counter.close_day import close_day
from kiosk.counter.open_day import open_day
from kiosk.errors import Refused
from kiosk.people import door, staff, tokens
from kiosk.storage import Actor
from kiosk.storage.connection import connect
from tests.journeys.station import CHECKOUT, Station
from tests.storage.test_guards_and_seals import bare

WORDS = (
    "run", "check", "status", "chores", "scan", "token", "staff", "fees", "backup", "restore", "station-key", "report",
    "reports-due", "key", "enrol",
)  # fmt: skip
FEES = CHECKOUT / "config" / "fees.demo.toml"


@pytest.fixture
def station(tmp_path: Path) -> Station:
    return Station(tmp_path).prepare()


@pytest.fixture
def empty(tmp_path: Path) -> Station:
    """A folder in which nothing was ever started."""
    return Station(tmp_path)


def count(station: Station, sql: str) -> int:
    with station.store() as store, store.reading() as db:
        return db.value(sql)


def test_help_names_every_word_and_an_unknown_one_is_a_usage_error(station: Station) -> None:
    said = station.kiosk("--help")
    assert said.returncode == 0
    assert {line.split()[0] for line in said.stdout.partition("Commands:")[2].splitlines() if line} == set(WORDS)
    assert station.kiosk("sell").returncode == 2


# check ---------------------------------------------------------------------------------------------------------------


def test_check_of_a_sound_station_ends_with_0(station: Station) -> None:
    said = station.kiosk("check")
    assert (said.returncode, said.stderr) == (0, "")
    assert "没有发现问题" in said.stdout


def test_check_of_a_changed_row_ends_with_1_and_names_it(station: Station) -> None:
    connection = bare(station.state / "kiosk.db")
    connection.execute("UPDATE staff SET role = 'manager' WHERE name = '李小满'")
    connection.commit()
    connection.close()
    said = station.kiosk("check")
    assert said.returncode == 1
    named = [line.split("\t")[:2] for line in said.stdout.splitlines()]
    assert ["storage.row_changed", f"staff {station.members['operator'].id}"] in named
    assert f"{len(named)} 处问题" in said.stderr


def test_check_sees_missing_guards_before_opening_puts_them_back(station: Station) -> None:
    connection = connect(station.state / "kiosk.db")
    (name,) = connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger' LIMIT 1").fetchone()
    connection.execute(f"DROP TRIGGER {name}")
    connection.close()
    said = station.kiosk("check")
    assert said.returncode == 1
    assert said.stdout.startswith("storage.guards_missing\t")


def test_check_of_a_file_that_is_no_database_ends_with_5_in_words(station: Station) -> None:
    (station.state / "kiosk.db").write_bytes(b"not a database" * 1000)
    said = station.kiosk("check")
    assert said.returncode == 5
    assert "kiosk.db" in said.stderr
    assert "Traceback" not in said.stderr


@pytest.mark.parametrize("words", [("check",), ("status",), ("chores",), ("backup", "copy.zip")])
def test_folder_without_a_station_is_neither_called_sound_nor_made_one(empty: Station, words: tuple[str, ...]) -> None:
    said = empty.kiosk(*words)
    assert (said.returncode, said.stdout) == (2, "")
    assert str(empty.state) in said.stderr
    assert not empty.state.exists()


def test_wrong_setting_is_named_with_file_and_key(station: Station) -> None:
    (station.state / "station.toml").write_text("[parcels]\noverdue_day = 3\n", "utf-8")
    said = station.kiosk("check")
    assert (said.returncode, said.stdout) == (3, "")
    assert str(station.state / "station.toml") in said.stderr
    assert "parcels.overdue_day" in said.stderr


# status, chores ------------------------------------------------------------------------------------------------------


def test_status_says_the_same_to_people_and_to_programs(station: Station) -> None:
    facts = json.loads(station.kiosk("status", "--json").stdout)
    assert facts["station"].endswith("(demo-001)")
    assert (facts["running_pid"], facts["business_day"], facts["unsent_reports"]) == (None, None, 0)
    said = station.kiosk("status")
    assert said.returncode == 0
    assert len([line for line in said.stdout.splitlines() if not line.startswith(" ")]) == len(facts)
    assert "未上报: 0" in said.stdout


def test_chores_run_once_and_not_again_before_they_are_due(station: Station) -> None:
    first = station.kiosk("chores")
    assert first.returncode == 0
    assert {"backup: ok (1)", "check: ok (0)"} <= set(first.stdout.splitlines())
    assert list((station.state / "backups").glob("kiosk-*.zip"))
    assert station.kiosk("chores").stdout == ""
    assert json.loads(station.kiosk("status", "--json").stdout)["last_backup_at"] is not None


# token, staff --------------------------------------------------------------------------------------------------------


def test_token_is_printed_alone_and_opens_the_door(station: Station) -> None:
    made = station.kiosk("token", "create", "--name", "快递柜", "--role", "courier")
    assert (made.returncode, made.stderr) == (0, "")
    assert made.stdout.count("\n") == 1
    with station.store() as store, store.reading() as db:
        actor = tokens.actor_of(db, made.stdout.strip())
    assert actor is not None
    assert (actor.role, actor.name) == ("courier", "快递柜")


def test_lost_token_is_listed_and_revoked(station: Station) -> None:
    station.kiosk("token", "create", "--name", "丢了的手持", "--role", "courier")
    line = next(line for line in station.kiosk("token", "list").stdout.splitlines() if "丢了的手持" in line)
    number = line.split("\t")[0]
    assert station.kiosk("token", "revoke", number).returncode == 0
    assert "已停用" in next(one for one in station.kiosk("token", "list").stdout.splitlines() if one.startswith(number))
    unknown = station.kiosk("token", "revoke", "999")
    assert (unknown.returncode, "999" in unknown.stderr) == (2, True)


@pytest.mark.parametrize(("name", "role"), [("x", "emperor"), ("", "courier")])
def test_token_that_cannot_be_made_prints_nothing_that_looks_like_one(station: Station, name: str, role: str) -> None:
    said = station.kiosk("token", "create", "--name", name, "--role", role)
    assert (said.returncode, said.stdout) == (2, "")
    assert said.stderr


def test_first_person_of_an_empty_station_is_a_manager_with_a_recovery_code(empty: Station) -> None:
    first = empty.kiosk("staff", "add", "王站长")
    assert first.returncode == 0
    pin = first.stdout.splitlines()[0].rpartition("：")[2]
    with empty.store() as store:
        with store.reading() as db:
            (person,) = staff.staff_list(db)
        assert person.role == "manager"
        assert door.log_in(store, person.id, pin, None)
    assert "恢复码" in first.stdout
    second = empty.kiosk("staff", "add", "小李", "--role", "inspector")
    assert "恢复码" not in second.stdout
    assert count(empty, "SELECT COUNT(*) FROM staff WHERE role = 'inspector'") == 1


def test_reset_pin_takes_the_place_of_the_former(station: Station) -> None:
    member = station.members["operator"]
    said = station.kiosk("staff", "reset-pin", member.name)
    pin = said.stdout.strip().rpartition("：")[2]
    assert pin != member.pin
    with station.store() as store:
        assert door.log_in(store, member.id, pin, None)
        with pytest.raises(Refused):
            door.log_in(store, member.id, member.pin, None)


def test_pin_of_nobody_is_refused(station: Station) -> None:
    said = station.kiosk("staff", "reset-pin", "没有这个人")
    assert (said.returncode, said.stdout) == (2, "")
    assert "没有这个人" in said.stderr


# fees ----------------------------------------------------------------------------------------------------------------


def test_fees_are_published_as_the_next_version(station: Station) -> None:
    said = station.kiosk("fees", "publish", str(FEES))
    assert said.returncode == 0
    assert "第 2 版" in said.stdout
    assert count(station, "SELECT MAX(number) FROM fee_versions") == 2


@pytest.mark.parametrize(
    ("change", "named"),
    [
        (('unit = "件"\nrule =', 'unit = "件"\nrul ='), "items[1].rule"),
        (('amount = "2.00"', 'amount = "2.005"'), "items[2]"),
        (("effective_on = 2024-01-01", "effective_on = 2024-01-01\ncolour = 'red'"), "colour"),
        (("[[items]]", "[[items"), "fees.toml"),
    ],
)
def test_fees_that_are_wrong_publish_nothing_and_name_the_place(
    station: Station, tmp_path: Path, change: tuple[str, str], named: str
) -> None:
    path = tmp_path / "fees.toml"
    path.write_text(FEES.read_text("utf-8").replace(*change, 1), "utf-8")
    said = station.kiosk("fees", "publish", str(path))
    assert (said.returncode, said.stdout) == (2, "")
    assert named in said.stderr
    assert "Traceback" not in said.stderr
    assert count(station, "SELECT MAX(number) FROM fee_versions") == 1


def test_fees_of_a_missing_file_are_a_usage_error(station: Station) -> None:
    assert station.kiosk("fees", "publish", "nowhere.toml").returncode == 2


def test_station_key_is_public(station: Station) -> None:
    key = json.loads(station.kiosk("station-key").stdout)
    assert key["crv"] == "Ed25519"
    assert "d" not in key


# backup, restore -----------------------------------------------------------------------------------------------------


@pytest.fixture
def copy(station: Station, tmp_path: Path) -> Path:
    """A back-up of the station as it was made; since then somebody more works there."""
    path = tmp_path / "copy.zip"
    said = station.kiosk("backup", str(path))
    assert said.returncode == 0, said.stderr
    assert str(path) in said.stdout
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert station.kiosk("staff", "add", "后来的人").returncode == 0
    return path


def test_restore_brings_the_station_back_keeps_the_present_one_and_checks(station: Station, copy: Path) -> None:
    said = station.kiosk("restore", str(copy))
    assert said.returncode == 0, said.stderr
    assert "没有发现问题" in said.stdout
    assert count(station, "SELECT COUNT(*) FROM staff WHERE name = '后来的人'") == 0
    (kept,) = station.state.glob("before-restore-*")
    assert str(kept) in said.stdout
    with sqlite3.connect(kept / "kiosk.db") as old:
        assert old.execute("SELECT COUNT(*) FROM staff WHERE name = '后来的人'").fetchone() == (1,)
    assert station.check() == []


def test_restore_works_on_a_new_machine(station: Station, copy: Path, tmp_path: Path) -> None:
    other = Station(tmp_path / "other")
    said = other.kiosk("restore", str(copy))
    assert said.returncode == 0, said.stderr
    assert (other.state / "station.toml").read_text("utf-8") == (station.state / "station.toml").read_text("utf-8")
    with other.store() as store, store.reading() as db:
        assert tokens.actor_of(db, station.tokens["courier"]) is not None


def test_restore_of_a_damaged_file_moves_nothing(station: Station, copy: Path) -> None:
    content = copy.read_bytes()
    copy.write_bytes(content[: len(content) * 2 // 3])
    before = sorted(path.name for path in station.state.iterdir())
    said = station.kiosk("restore", str(copy))
    assert (said.returncode, said.stdout) == (2, "")
    assert str(copy) in said.stderr
    assert [name for name in sorted(path.name for path in station.state.iterdir()) if name != "kiosk.pid"] == before
    assert count(station, "SELECT COUNT(*) FROM staff WHERE name = '后来的人'") == 1


def test_restore_of_a_broken_station_says_so_at_its_end(station: Station, tmp_path: Path) -> None:
    connection = bare(station.state / "kiosk.db")
    connection.execute("UPDATE staff SET role = 'manager' WHERE name = '李小满'")
    connection.commit()
    connection.close()
    copy = tmp_path / "copy.zip"
    assert station.kiosk("backup", str(copy)).returncode == 0
    said = station.kiosk("restore", str(copy))
    assert said.returncode == 1
    assert "storage.row_" in said.stdout


def test_restore_is_refused_while_the_station_runs_and_names_its_pid(station: Station, copy: Path) -> None:
    with StationLock(station.state):
        said = station.kiosk("restore", str(copy))
    assert (said.returncode, said.stdout) == (2, "")
    assert str(os.getpid()) in said.stderr
    assert not list(station.state.glob("before-restore-*"))


def test_restore_is_refused_while_any_process_has_the_station_open(station: Station, copy: Path) -> None:
    with station.store():
        said = station.kiosk("restore", str(copy))
    assert said.returncode == 2
    assert not list(station.state.glob("before-restore-*"))


def test_backup_that_cannot_be_written_says_so_and_leaves_what_was_there(station: Station, tmp_path: Path) -> None:
    said = station.kiosk("backup", str(tmp_path / "no such folder" / "copy.zip"))
    assert (said.returncode, said.stdout) == (1, "")
    assert "备份没有写成" in said.stderr
    assert not list(station.state.glob(".backup-*"))


# scan, files ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("words", "named"), [((), "模拟扫码枪"), (("--device", "收银枪"), "收银枪")])
def test_scan_without_a_scanner_that_could_read_it_says_so(
    station: Station, words: tuple[str, ...], named: str
) -> None:
    said = station.kiosk("scan", "YT8962646785389", *words)
    assert (said.returncode, said.stdout) == (2, "")
    assert named in said.stderr


def test_files_of_a_folder_that_is_open_to_everybody_are_not(empty: Station) -> None:
    empty.state.mkdir(mode=0o755)
    environment = empty.environment()
    command = [sys.executable, "-m", "kiosk", "staff", "add", "王站长"]
    subprocess.run(command, cwd=CHECKOUT, env=environment, umask=0o022, check=True, capture_output=True)
    files = [path for path in empty.state.rglob("*") if path.is_file()]
    assert len(files) > 3
    assert [path.name for path in files if path.stat().st_mode & 0o077] == []


def test_report_is_frozen_told_and_written_out_byte_by_byte(station: Station) -> None:
    with station.store() as store:
        for act, hour, facts in ((open_day, 1, {}), (close_day, 10, {"pieces": {}})):
            with store.transaction(Actor("staff", 1, "manager")) as tx:
                tx.now = f"2026-10-05T{hour:02d}:00:00.000000Z"
                act(tx, **facts)
    assert "尚未定稿" in station.kiosk("report", "week", "2026-W41").stdout
    assert station.kiosk("report", "week", "2026-W41", "--json").returncode == 2
    said = station.kiosk("report", "week", "2026-W41", "--freeze")
    assert said.returncode == 0 and "FW20261011-0001" in said.stdout and "合计\t0\t0.00" in said.stdout
    raw = station.kiosk("report", "week", "2026-W41", "--json").stdout
    digest = hashlib.sha256(raw.encode()).hexdigest()
    assert count(station, f"SELECT COUNT(*) FROM reports WHERE form = 'F1W' AND hash = '{digest}'") == 1
    assert station.kiosk("report", "week", "nonsense").returncode == 2
    assert len(station.kiosk("reports-due").stdout.splitlines()) == 6
