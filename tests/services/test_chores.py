"""What runs by the clock: each turn when it is due, its outcome recorded, one that fails not keeping the others."""

import os
from datetime import timedelta
from pathlib import Path

import pytest

from kiosk import chores, clock, settings
from kiosk.chores import CHORES, last_backup_at, last_runs, run_due
from kiosk.counter.check_in import check_in
from kiosk.counter.close_batch import AT_ONCE, close_batch
from kiosk.counter.open_batch import open_batch
from kiosk.people import desks, staff
from kiosk.printing import jobs
from kiosk.storage import Actor, Store, open_store

PRINTER = '[[devices]]\nname = "小票机"\nkind = "printer"\ndriver = "simulated"\ndesk = "柜台"\n'


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("KIOSK_RUNTIME", str(tmp_path / "runtime"))
    (tmp_path / "runtime").mkdir()
    state = tmp_path / "state"
    state.mkdir()
    (state / "station.toml").write_text(PRINTER, "utf-8")
    opened = open_store(state, settings.load(state))
    with opened.transaction() as tx:
        desks.make_desks(tx)
        staff.create_first_manager(tx, "王站长", "2580")
    yield opened
    opened.close()


def set_back(store: Store, name: str, seconds: int) -> None:
    with store.transaction() as tx:
        at = clock.stamp(clock.now() - timedelta(seconds=seconds))
        tx.execute("UPDATE chores SET last_run_at = ? WHERE name = ?", at, name)


def test_every_chore_runs_once_and_then_when_it_is_due(store: Store):
    assert {ran.name for ran in run_due(store)} == {chore.name for chore in CHORES}
    assert run_due(store) == []
    set_back(store, "backup", 3601)
    assert [(ran.name, ran.outcome) for ran in run_due(store)] == [("backup", "ok")]
    with store.reading() as db:
        assert {run.outcome for run in last_runs(db)} == {"ok"}
        assert last_backup_at(db) is not None


def test_clock_set_back_does_not_stop_the_chores(store: Store):
    run_due(store)
    set_back(store, "checkpoint", -7200)
    assert [ran.name for ran in run_due(store)] == ["checkpoint"]


def test_backups_are_kept_seven_at_most(store: Store):
    for _ in range(9):
        chores._backup(store)
        for path in (store.state / "backups").glob("kiosk-*.zip"):
            path.rename(path.with_name(path.name.replace("kiosk-2", f"kiosk-1{path.stat().st_mtime_ns}-2")))
    chores._backup(store)
    assert len(list((store.state / "backups").glob("kiosk-*.zip"))) == chores.BACKUPS_KEPT


def test_copies_of_the_station_do_not_outlive_their_time(store: Store):
    ages = {
        ".backup-cut": 7 * 3600, ".backup-now": 60, ".restore-cut": 7 * 3600, "backups/.kiosk-1.zip.7": 7 * 3600,
        "before-restore-1": 36 * 86400, "before-restore-2": 34 * 86400, "kiosk.db.before-migration": 36 * 86400,
    }  # fmt: skip
    for name, seconds in ages.items():
        path = store.state / name
        path.parent.mkdir(exist_ok=True)
        if path.suffix:
            path.write_bytes(b"villagers")
        else:
            path.mkdir()
            (path / "kiosk.db").write_bytes(b"villagers")
        at = clock.now().timestamp() - seconds
        os.utime(path, (at, at))
    run_due(store)
    left = {name for name in ages if (store.state / name).exists()}
    assert left == {".backup-now", "before-restore-2"}
    assert store.path.exists()


def test_last_backup_of_each_day_is_kept_for_a_week(store: Store):
    folder = store.state / "backups"
    for days_ago in range(12, 0, -1):
        for hour in range(2):
            chores._backup(store)
            made = max(folder.glob("kiosk-*.zip"), key=lambda path: path.stat().st_mtime_ns)
            at = (clock.now() - timedelta(days=days_ago) + timedelta(minutes=hour)).timestamp()
            os.utime(made, (at, at))
            made.rename(folder / f"kiosk-20200101T{99 - days_ago:02d}{hour:02d}.zip")
    for _ in range(3):
        chores._backup(store)
    left = sorted(
        round((clock.now().timestamp() - path.stat().st_mtime) / 86400) for path in folder.glob("kiosk-*.zip")
    )
    assert left.count(0) >= 1
    assert {1, 2, 3, 4, 5, 6} <= set(left)
    assert max(left) <= 7


def test_chore_that_fails_is_recorded_and_the_others_go_on(store: Store):
    (store.state / "backups").write_text("a file where the folder should be")
    ran = {run.name: run.outcome for run in run_due(store)}
    assert ran["backup"].startswith("FileExistsError")
    assert ran["checkpoint"] == "ok"
    with store.reading() as db:
        assert last_backup_at(db) is None


def test_nightly_check_says_when_something_is_broken(store: Store):
    from tests.storage.test_guards_and_seals import bare

    connection = bare(store.path)
    connection.execute("UPDATE staff SET name = '李站长'")
    connection.commit()
    connection.close()
    assert {run.name: run.outcome for run in run_due(store)}["check"] == "problems: 1, first storage.row_changed"


@pytest.mark.parametrize(
    ("last", "now", "is_due"),
    [
        (None, "2026-11-22T04:00:00", True),  # never run: at once, noon in Shanghai
        ("2026-11-21T18:30:00", "2026-11-22T04:00:00", False),  # half past two at night, then noon
        ("2026-11-21T04:00:00", "2026-11-21T16:59:00", False),  # noon, then one minute to one at night
        ("2026-11-21T04:00:00", "2026-11-21T17:00:00", True),  # noon, then one at night
        ("2026-11-21T17:00:00", "2026-11-21T20:59:00", False),  # twice in a night
        ("2026-11-21T17:00:00", "2026-11-22T21:01:00", False),  # five in the morning is no night
        ("2026-11-21T17:00:00", "2026-11-23T17:00:00", True),
        ("2026-11-20T02:00:00", "2026-11-22T01:59:00", False),  # switched off at night, not yet two days
        ("2026-11-20T02:00:00", "2026-11-22T02:00:00", True),
        ("2026-12-22T02:00:00", "2026-11-22T02:00:00", True),  # the clock was set back
    ],
)
def test_check_is_due_at_night(last: str | None, now: str, is_due: bool):
    check = next(chore for chore in CHORES if chore.name == "check")
    stored = f"{last}.000000Z" if last else None
    assert check.is_due(stored, clock.read(f"{now}.000000Z"), "Asia/Shanghai") is is_due


@pytest.mark.parametrize("error", [OSError("no such photo"), ValueError("not JSON"), RuntimeError("odd")])
def test_turn_that_breaks_is_recorded_and_the_next_one_runs(store: Store, monkeypatch: pytest.MonkeyPatch, error):
    def breaks(_store: Store) -> int:
        raise error

    monkeypatch.setattr(chores, "CHORES", (chores.Chore("first", 60, breaks), *CHORES[:1]))
    ran = run_due(store)
    assert [run.name for run in ran] == ["first", "checkpoint"]
    assert ran[0].outcome == f"{type(error).__name__}: {error}"
    assert run_due(store) == [], "it is not tried again before its time"


def test_old_answers_sessions_and_scans_are_let_go(store: Store):
    long_ago = clock.stamp(clock.now() - timedelta(days=9))
    with store.transaction() as tx:
        tx.insert(
            "answers", key="k", owner="o", path="p", body_hash="", status=200, answer="{}", at=long_ago
        )  # fmt: skip
        tx.insert(
            "staff_sessions", key_hash="h", staff_id=1, desk_id=1, begun_at=long_ago, last_seen_at=long_ago
        )  # fmt: skip
    done = {run.name: run.done for run in run_due(store)}
    assert (done["answers"], done["sessions"]) == (1, 1)


def test_paper_that_waited_half_a_day_is_asked_about_not_printed(store: Store):
    operator = Actor("staff", 1, "manager", "王站长", 1)
    with store.transaction(operator) as tx:
        tx.now = clock.stamp(clock.now() - timedelta(hours=13))
        batch = open_batch(tx, carrier="YTO", desk_id=1)
        check_in(tx, waybill="YT8962646785389", batch_id=batch.id, phone="1234", desk_id=1)
    with store.reading() as db:
        assert [job.state.value for job in jobs.tray(db)] == ["waiting"]
    assert {run.name: run.done for run in run_due(store)}["old_paper"] == 1
    with store.reading() as db:
        assert [job.state.value for job in jobs.tray(db)] == ["failed"]
        assert jobs.take_next(db, "小票机", clock.stamp()) is None


def test_slips_left_over_of_an_ended_batch_are_printed_by_the_chores(store: Store):
    operator = Actor("staff", 1, "manager", "王站长", 1)
    great = 2 * AT_ONCE + 1
    with store.transaction(operator) as tx:
        batch = open_batch(tx, carrier="ZTO", print_mode="batch_end", desk_id=1)
        for number in range(great):
            check_in(tx, waybill=f"73610555{number:06d}", batch_id=batch.id, phone="1234", desk_id=1)
    assert {run.name: run.done for run in run_due(store)}["left_over_slips"] == 0, "the batch is open"
    with store.transaction(operator) as tx:
        assert close_batch(tx, batch.id, desk_id=1).left == AT_ONCE + 1
    set_back(store, "left_over_slips", 61)
    assert {run.name: run.done for run in run_due(store)}["left_over_slips"] == AT_ONCE + 1
    with store.reading() as db:
        assert {job.printer for job in jobs.tray(db)} == {"小票机"}
        assert len(jobs.tray(db)) == great
