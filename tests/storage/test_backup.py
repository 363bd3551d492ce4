"""A back-up is whole or not there; a restore keeps the present state and refuses what is damaged."""

import os
import sqlite3
import threading
import zipfile
from pathlib import Path

import pytest

from kiosk import settings
from kiosk.errors import DatabaseError, Refused
from kiosk.storage import open_store
from kiosk.storage.backup import BESIDE, restore_backup, write_backup
from kiosk.storage.database import in_nobodys_use
from kiosk.storage.numbers import last_number, next_number


def make(state: Path, count: int):
    store = open_store(state, settings.load(state))
    for _ in range(count):
        with store.transaction() as tx:
            next_number(tx, "ticket")
    return store


def test_restored_station_is_the_backed_up_one_and_the_present_is_kept(tmp_path: Path):
    state, copy = tmp_path / "state", tmp_path / "copy.zip"
    store = make(state, 3)
    key = store.secrets.key("phone")
    for name in BESIDE[:2]:
        (state / name).write_text("# theirs\n")
    write_backup(store, copy)
    assert copy.stat().st_mode & 0o077 == 0
    store.close()
    (state / "secrets" / "phone.key").unlink()
    (state / "billers.toml").write_text("# ours\n")
    make(state, 4).close()
    kept = restore_backup(state, copy)
    again = open_store(state, settings.load(state))
    with again.reading() as db:
        assert last_number(db, "ticket") == 3
    assert again.secrets.key("phone") == key
    assert [(state / name).read_text() for name in BESIDE[:2]] == ["# theirs\n"] * 2
    assert (kept / "billers.toml").read_text() == "# ours\n"
    again.close()
    old = open_store(kept, settings.load(kept))
    with old.reading() as db:
        assert last_number(db, "ticket") == 7
    old.close()


@pytest.mark.parametrize("damage", ["cut", "flip", "not_zip", "foreign_name", "no_manifest"])
def test_damaged_backup_is_refused_and_nothing_moves(tmp_path: Path, damage: str):
    state, copy = tmp_path / "state", tmp_path / "copy.zip"
    store = make(state, 3)
    write_backup(store, copy)
    store.close()
    content = copy.read_bytes()
    if damage == "cut":
        copy.write_bytes(content[: len(content) // 2])
    elif damage == "flip":
        with zipfile.ZipFile(copy) as archive:
            place = archive.getinfo("kiosk.db").header_offset + 200
        copy.write_bytes(content[:place] + bytes([content[place] ^ 0xFF]) + content[place + 1 :])
    elif damage == "not_zip":
        copy.write_bytes(os.urandom(4000))
    elif damage == "foreign_name":
        with zipfile.ZipFile(copy, "w") as archive:
            archive.writestr("manifest.json", '{"format": "kiosk-backup-1", "files": {"kiosk.db": "", "../evil": ""}}')
            archive.writestr("kiosk.db", "")
            archive.writestr("../evil", "x")
    else:
        with zipfile.ZipFile(copy, "w") as archive:
            archive.writestr("kiosk.db", "")
    before = sorted(path.name for path in state.iterdir())
    with pytest.raises(Refused) as caught:
        restore_backup(state, copy)
    assert caught.value.code == "backup.unreadable"
    assert sorted(path.name for path in state.iterdir()) == before
    assert not (tmp_path / "evil").exists()
    again = open_store(state, settings.load(state))
    with again.reading() as db:
        assert last_number(db, "ticket") == 3
    again.close()


@pytest.mark.parametrize("is_demo", [True, False])
def test_demonstration_and_real_station_do_not_take_each_others_place(tmp_path: Path, is_demo: bool):
    state, other, copy = tmp_path / "state", tmp_path / "other", tmp_path / "copy.zip"
    store = make(other, 5)
    make(state, 3).close()
    ((other if is_demo else state) / settings.DEMO_MARK).write_text("{}")
    write_backup(store, copy)
    store.close()
    with pytest.raises(Refused) as caught:
        restore_backup(state, copy)
    assert caught.value.code == "backup.of_demo"
    again = open_store(state, settings.load(state))
    with again.reading() as db:
        assert last_number(db, "ticket") == 3
    again.close()


def test_backup_of_a_newer_version_moves_nothing(tmp_path: Path):
    state, copy = tmp_path / "state", tmp_path / "copy.zip"
    store = make(state, 3)
    with store.transaction() as tx:
        tx.execute("INSERT INTO _sqlite_migrations (migration_set, name, applied_at) VALUES ('kiosk', 'm9999_x', '')")
        tx.execute("PRAGMA user_version = 7")
    write_backup(store, copy)
    store.close()
    (state / "kiosk.db").unlink()
    make(state, 4).close()
    with pytest.raises(DatabaseError) as caught:
        restore_backup(state, copy)
    assert "m9999_x" in str(caught.value)
    again = open_store(state, settings.load(state))
    with again.reading() as db:
        assert last_number(db, "ticket") == 4
    again.close()


def test_backup_that_cannot_be_written_leaves_the_old_one(tmp_path: Path):
    store = make(tmp_path / "state", 1)
    target = tmp_path / "copies"
    target.mkdir()
    (target / "copy.zip").mkdir()  # a folder of that name: the last step, the rename, fails
    with pytest.raises(OSError):
        write_backup(store, target / "copy.zip")
    assert [path.name for path in target.iterdir()] == ["copy.zip"]
    store.close()


def test_restore_waits_for_nobody_while_a_process_has_the_store_open(tmp_path: Path):
    store = make(tmp_path, 1)
    with pytest.raises(Refused) as caught, in_nobodys_use(tmp_path):
        pass
    assert caught.value.code == "station.running"
    store.close()
    with in_nobodys_use(tmp_path), pytest.raises(DatabaseError):
        open_store(tmp_path, settings.load(tmp_path))
    open_store(tmp_path, settings.load(tmp_path)).close()


def test_backup_is_finished_while_others_write_without_a_pause(tmp_path: Path):
    store = open_store(tmp_path, settings.load(tmp_path))
    with store.transaction() as tx:
        tx.execute("CREATE TABLE ballast (bytes BLOB)")
    for _ in range(40):
        with store.transaction() as tx:
            tx.insert("ballast", bytes=bytes(1_000_000))
    backup = threading.Thread(target=write_backup, args=(store, tmp_path / "station.zip"))
    backup.start()
    other = sqlite3.connect(store.path, isolation_level=None)
    other.execute("PRAGMA synchronous = OFF")  # commits faster than any disk, so that one falls between any two steps
    written = 0
    while backup.is_alive() and written < 500_000:
        other.execute("INSERT INTO ballast (bytes) VALUES ('x')")
        written += 1
    assert not backup.is_alive(), "it began again with every commit"
    other.close()
    store.close()


def test_restore_that_was_cut_off_is_not_taken_for_an_empty_station(tmp_path: Path):
    state, copy = tmp_path / "state", tmp_path / "copy.zip"
    store = make(state, 3)
    write_backup(store, copy)
    store.close()
    # As the power leaves it between the two moves: the old database is away, the new one not there yet.
    (state / "restore-under-way").write_text("before-restore-1", "utf-8")
    (state / "kiosk.db").rename(tmp_path / "kiosk.db")
    with pytest.raises(DatabaseError) as caught:
        open_store(state, settings.load(state))
    assert "before-restore-1" in str(caught.value)
    assert not (state / "kiosk.db").exists()
    restore_backup(state, copy)
    again = open_store(state, settings.load(state))
    with again.reading() as db:
        assert last_number(db, "ticket") == 3
    again.close()
