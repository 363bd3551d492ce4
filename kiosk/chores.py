"""What runs by the clock, in short turns whose last run is recorded: move the log into the file, forget old answers, close
sessions that nobody ended and purchases that are over, copy the station, prove the invariants at night. Called each minute by ``kiosk run`` or a
systemd timer; a turn that fails is recorded and does not keep the others from running."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from kiosk import clock, shifts
from kiosk.counter import desk_scans
from kiosk.devices import Runtime
from kiosk.errors import KioskError
from kiosk.printing import jobs
from kiosk.storage import Reader, Store
from kiosk.storage import answers as stored_answers
from kiosk.storage.backup import FOLDER_OF_CHORES, NAME_OF_CHORES, forget_copies, write_backup

log = logging.getLogger(__name__)

BACKUPS_KEPT = 7
DAYS_KEPT = 7
OLDEST_BACKUP_DAYS = 35
PAPER_WAITS_HOURS = 12
#: What a scanner sent, and what a simulated printer drew, is looked at while it is set up.
FRAMES_KEPT_HOURS = 1


#: The station's own clock: nobody stands at the counter, and a proof of every row disturbs nobody.
NIGHT_HOURS = range(1, 5)
#: A station that is switched off at night proves its rows by day rather than never.
NIGHTS_MISSED = timedelta(hours=48)


class ProblemsFound(KioskError):
    """The nightly check has found broken invariants: how the turn ended, and no fault of the turn."""


@dataclass(frozen=True, slots=True)
class Chore:
    """One duty: how often it is due and what does it; ``turn`` returns how much was done. One that is done ``at_night``
    runs in the first night that is so much later than its last run."""

    name: str
    every_seconds: int
    turn: Callable[[Store], int]
    at_night: bool = False

    def is_due(self, last_at: str | None, now: datetime, zone: str) -> bool:
        """Whether it is to run now; a last run in the future means that the clock was set back."""
        if last_at is None or clock.read(last_at) > now:
            return True
        age = now - clock.read(last_at)
        if not self.at_night:
            return age >= timedelta(seconds=self.every_seconds)
        is_night = clock.local(now, zone).hour in NIGHT_HOURS
        return age >= (timedelta(seconds=self.every_seconds) if is_night else NIGHTS_MISSED)


@dataclass(frozen=True, slots=True)
class LastRun:
    """When a chore last ran, how it ended (``ok`` or the error) and how much it did."""

    name: str
    last_run_at: str
    outcome: str
    done: int


def run_due(store: Store) -> list[LastRun]:
    """Runs every chore that is due and returns what ran."""
    ran = []
    for chore in CHORES:
        with store.reading() as db:
            last_at = db.value("SELECT last_run_at FROM chores WHERE name = ?", chore.name)
        if chore.is_due(last_at, clock.now(), store.settings.station.zone):
            ran.append(_run(store, chore))
    return ran


def last_runs(db: Reader) -> list[LastRun]:
    """Every chore's last run."""
    rows = db.all("SELECT name, last_run_at, last_outcome, last_done FROM chores ORDER BY name")
    return [LastRun(*tuple(row)) for row in rows]


def last_backup_at(db: Reader) -> str | None:
    """When the last back-up was finished; None when there never was one."""
    return db.value("SELECT last_run_at FROM chores WHERE name = 'backup' AND last_outcome = 'ok'")


def _run(store: Store, chore: Chore) -> LastRun:
    try:
        done, outcome = chore.turn(store), "ok"
    except ProblemsFound as found:
        done, outcome = 0, f"problems: {found}"[:200]
    except Exception as error:  # the outermost turn of this chore: one that fails must not keep the others from running
        log.exception("chore %s failed", chore.name)
        done, outcome = 0, f"{type(error).__name__}: {error}"[:200]
    at = clock.stamp()
    with store.transaction() as tx:
        tx.execute(
            "INSERT INTO chores (name, last_run_at, last_outcome, last_done) VALUES (?, ?, ?, ?) ON CONFLICT (name)"
            " DO UPDATE SET last_run_at = excluded.last_run_at, last_outcome = excluded.last_outcome,"
            " last_done = excluded.last_done",
            chore.name,
            at,
            outcome,
            done,
        )
    return LastRun(chore.name, at, outcome, done)


def _checkpoint(store: Store) -> int:
    store.checkpoint()
    return 1


def _forget_answers(store: Store) -> int:
    with store.transaction() as tx:
        return stored_answers.forget_old(tx)  # they name nobody (web/acts.py, web/api/once.py)


def _end_sessions(store: Store) -> int:
    before = clock.stamp(clock.now() - timedelta(hours=16))
    with store.transaction() as tx:
        return tx.execute(
            "UPDATE staff_sessions SET ended_at = ? WHERE ended_at IS NULL AND last_seen_at < ?", tx.now, before
        ).rowcount


def _backup(store: Store) -> int:
    forget_copies(store.state, OLDEST_BACKUP_DAYS)
    folder = store.state / FOLDER_OF_CHORES
    folder.mkdir(mode=0o700, exist_ok=True)
    write_backup(store, folder / f"{NAME_OF_CHORES}{clock.now():%Y%m%dT%H%M%S}.zip")
    kept = sorted(folder.glob(f"{NAME_OF_CHORES}*.zip"), reverse=True)
    oldest = (clock.machine_now() - timedelta(days=OLDEST_BACKUP_DAYS)).timestamp()
    days: dict[date, Path] = {}
    for path in kept:
        days.setdefault(clock.local_date(store.settings.station.zone, _made_at(path)), path)
    # Damage that nobody notices for a day must not be in every copy: the last of each day stays for a week.
    wanted = {*kept[:BACKUPS_KEPT], *(days[day] for day in sorted(days, reverse=True)[:DAYS_KEPT])}
    for path in kept[1:]:
        if path not in wanted or path.stat().st_mtime < oldest:
            path.unlink()
    return 1


def _made_at(path: Path) -> datetime:
    return datetime.fromtimestamp(path.stat().st_mtime, UTC)


def _forget_recovery_code(store: Store) -> int:
    from kiosk.counter import recovery_paper

    with store.reading() as db:
        if not recovery_paper.is_forgotten_too_long(db):
            return 0
    with store.transaction(erasing=True) as tx:
        return int(recovery_paper.forget_recovery_code(tx))


def _erase_people(store: Store) -> int:
    """What has outlived its term, of every room, and the list of it beside the database."""
    from kiosk.retention.erasures import write_list
    from kiosk.retention.schedule import erase_due

    done = erase_due(store)
    write_list(store)
    runtime = Runtime.open(store.state)
    try:
        runtime.file.forget_frames(clock.stamp(clock.now() - timedelta(hours=FRAMES_KEPT_HOURS)))
    finally:
        runtime.close()
    return done


def _close_purchases(store: Store) -> int:
    """Purchases that nobody may send back without a reason any more are closed by themselves. Within an open day only: a
    closing bears its date, and it is people who begin a day."""
    from kiosk.purchases.orders import close_due

    with store.transaction() as tx:
        return close_due(tx, even_todays=False) if shifts.open_day(tx) is not None else 0


def _check(store: Store) -> int:
    from kiosk.check import problems

    found = list(problems(store))
    for problem in found[:50]:
        log.error("check: %s %s %s %s", problem.code, problem.subject_kind, problem.subject_id, problem.detail)
    if found:
        raise ProblemsFound("{count}, first {code}", count=len(found), code=found[0].code)
    return 0


def _forget_scans(store: Store) -> int:
    with store.transaction() as tx:
        return desk_scans.forget_old(tx)


def _forget_pairings(store: Store) -> int:
    from kiosk.parcels import photo_pairings

    with store.transaction() as tx:
        return photo_pairings.forget_old(tx)


def _drop_never_came(store: Store) -> int:
    from kiosk.counter.never_came import drop_never_came

    with store.transaction() as tx:
        return drop_never_came(tx)


def _remind(store: Store) -> int:
    from kiosk.counter.remind import remind_due

    return remind_due(store)


def _print_left_over(store: Store) -> int:
    """Slips of a great batch that has ended, in turns between which the counter goes on."""
    from kiosk.counter.close_batch import print_left_over

    done = 0
    while True:
        with store.transaction() as tx:
            printed = print_left_over(tx)
        done += printed
        if not printed:
            return done


def _freeze_reports(store: Store) -> int:
    from kiosk.counter.freeze_period import freeze_due

    return freeze_due(store)


def _set_old_paper_aside(store: Store) -> int:
    """Jobs that waited half a day for paper are asked about, not printed over the counter's next slips."""
    runtime = Runtime.open(store.state)
    try:
        begun = [progress.job_id for progress in runtime.jobs_under_way()]
    finally:
        runtime.close()
    before = clock.stamp(clock.now() - timedelta(hours=PAPER_WAITS_HOURS))
    with store.transaction() as tx:
        return jobs.set_aside(tx, before, under_way=begun)


CHORES = (
    Chore("checkpoint", 60, _checkpoint),
    Chore("answers", 600, _forget_answers),
    Chore("sessions", 600, _end_sessions),
    Chore("recovery_code", 60, _forget_recovery_code),
    Chore("left_over_slips", 60, _print_left_over),
    Chore("scans", 3600, _forget_scans),
    Chore("photo_pairings", 3600, _forget_pairings),
    Chore("never_came", 3600, _drop_never_came),
    Chore("retention", 600, _erase_people),
    Chore("old_paper", 1800, _set_old_paper_aside),
    Chore("reminders", 600, _remind),
    Chore("reports", 60, _freeze_reports),
    Chore("purchases", 3600, _close_purchases),
    Chore("backup", 3600, _backup),
    Chore("check", 12 * 3600, _check, at_night=True),
)
