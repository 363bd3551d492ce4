"""No job vanishes and none is printed twice in silence: the roads of a job one by one."""

import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from kiosk import clock, settings
from kiosk.devices.runtime import Runtime
from kiosk.errors import Refused
from kiosk.printing import jobs, printer_page, slips
from kiosk.printing.check import problems
from kiosk.printing.model import REASONS
from kiosk.printing.profile import PROFILES
from kiosk.printing.render_text import render_text
from kiosk.storage import Actor, open_store
from tests.storage.test_guards_and_seals import bare

OPERATOR = Actor("staff", 3, "operator", desk_id=1)
FACTS = printer_page.facts(PROFILES["58mm-gb"], "柜台", "2026-11-22 08:24")
LATER = "2999-01-01T00:00:00.000000Z"


@pytest.fixture
def store(tmp_path: Path):
    opened = open_store(tmp_path, settings.load(tmp_path))
    yield opened
    opened.close()


def act(store, what, *args, **named):
    with store.transaction(OPERATOR) as tx:
        return what(tx, *args, **named)


def issue(store) -> int:
    return act(store, slips.freeze, "printer_test", FACTS, {}, "device", 1)


def state(store, job_id) -> tuple[str, str]:
    with store.reading() as db:
        job = jobs.find(db, job_id)
    return job.state.value, job.reason


def head(store, printer="A"):
    with store.reading() as db:
        job = jobs.take_next(db, printer, clock.stamp())
    return job and job.id


def records(store, action) -> int:
    with store.reading() as db:
        return db.value("SELECT COUNT(*) FROM audit WHERE action = ?", action)


def refused(store, what, *args, **named) -> str:
    with pytest.raises(Refused) as caught:
        act(store, what, *args, **named)
    return caught.value.code


@pytest.mark.parametrize("outcome", ["sent", "confirmed", "failed", "unknown"])
def test_job_ends_once_with_its_outcome(store, outcome):
    job = act(store, jobs.queue, issue(store), "A")
    reason = "" if outcome in ("sent", "confirmed") else "stuck"
    act(store, jobs.finish, job, outcome, reason)
    act(store, jobs.finish, job, "confirmed")
    assert state(store, job) == (outcome, reason)
    with store.reading() as db:
        found = jobs.find(db, job)
        assert (found.attempts, found.finished_at is None) == (1, False)
        assert [open_job.id for open_job in jobs.tray(db)] == ([] if outcome in ("sent", "confirmed") else [job])


def test_outcome_that_needs_a_reason_has_one(store):
    job = act(store, jobs.queue, issue(store), "A")
    with pytest.raises(sqlite3.IntegrityError):
        act(store, jobs.finish, job, "unknown")
    with pytest.raises(ValueError, match="outcome"):
        act(store, jobs.finish, job, "waiting")
    assert state(store, job) == ("waiting", "")


def test_printers_have_queues_of_their_own_in_order(store):
    first, second, other = (act(store, jobs.queue, issue(store), printer) for printer in "AAB")
    assert (head(store), head(store, "B"), head(store, "C")) == (first, other, None)
    act(store, jobs.finish, first, "confirmed")
    assert head(store) == second


def test_job_that_waits_for_its_time_holds_the_later_ones(store):
    act(store, jobs.queue, issue(store), "A", not_before_at=LATER)
    act(store, jobs.queue, issue(store), "A")
    assert head(store) is None


def test_second_first_paper_is_refused(store):
    slip = issue(store)
    act(store, jobs.queue, slip, "A")
    assert refused(store, jobs.queue, slip, "A") == "slip.already_printed"


@pytest.mark.lesson(21)
def test_reprints_are_numbered_marked_and_recorded(store):
    slip = issue(store)
    act(store, jobs.finish, act(store, jobs.queue, slip, "A"), "confirmed")
    for number in (1, 2, 3):
        job = act(store, jobs.reprint, slip, "A")
        assert refused(store, jobs.reprint, slip, "A") == "print_job.still_waiting"
        with store.reading() as db:
            found = jobs.find(db, job)
            shown = render_text(jobs.document(db, found), 32)
        assert found.copy_no == number
        assert f"补打 第{number}次" in shown
        act(store, jobs.finish, job, "sent")
        assert records(store, "slip.reprinted") == number
    with store.reading() as db:
        assert list(problems(db)) == []
        assert len(jobs.of_slip(db, slip)) == 4


def test_paper_that_surely_never_came_is_not_counted(store):
    slip = issue(store)
    failed = act(store, jobs.queue, slip, "A")
    act(store, jobs.finish, failed, "failed", "not_printable")
    again = act(store, jobs.reprint, slip, "B")
    with store.reading() as db:
        assert jobs.find(db, again).copy_no == 0
    assert state(store, failed) == ("cancelled", "replaced")
    assert records(store, "slip.reprinted") == 0
    assert refused(store, jobs.retry, failed) == "print_job.not_open"


def test_never_printed_slip_gets_its_first_paper(store):
    job = act(store, jobs.reprint, issue(store), "A")
    with store.reading() as db:
        assert jobs.find(db, job).copy_no == 0


@pytest.mark.lesson(21)
def test_doubt_is_asked_and_the_answer_recorded(store):
    slip = issue(store)
    job = act(store, jobs.queue, slip, "A")
    act(store, jobs.finish, job, "unknown", "stuck")
    assert refused(store, jobs.reprint, slip, "A") == "print_job.in_doubt"
    assert refused(store, jobs.cancel, job, under_way=()) == "print_job.in_doubt"
    assert head(store) is None
    act(store, jobs.answer_unknown, job, False)
    assert state(store, job) == ("waiting", "not_there")
    assert head(store) == job
    act(store, jobs.finish, job, "unknown", "stuck")
    act(store, jobs.answer_unknown, job, True)
    assert state(store, job) == ("confirmed", "came_out")
    assert refused(store, jobs.answer_unknown, job, True) == "print_job.not_open"
    assert records(store, "print_job.answered") == 2
    with store.reading() as db:
        assert jobs.find(db, job).attempts == 2


def test_job_that_waits_again_goes_behind_the_others(store):
    first, second = (act(store, jobs.queue, issue(store), "A") for _ in range(2))
    act(store, jobs.finish, first, "failed", "no_font")
    act(store, jobs.retry, first)
    assert head(store) == second
    act(store, jobs.finish, second, "confirmed")
    assert head(store) == first
    assert records(store, "print_job.retried") == 1
    assert refused(store, jobs.retry, second) == "print_job.not_open"


def test_job_under_way_cannot_be_cancelled_and_a_cancelled_one_is_not_sent(store):
    job = act(store, jobs.queue, issue(store), "A")
    assert refused(store, jobs.cancel, job, under_way={job}) == "print_job.under_way"
    assert act(store, jobs.still_wanted, job)
    act(store, jobs.cancel, job, under_way=())
    assert not act(store, jobs.still_wanted, job)
    assert state(store, job) == ("cancelled", "by_operator")
    assert refused(store, jobs.cancel, job, under_way=()) == "print_job.not_open"
    assert records(store, "print_job.cancelled") == 1


@pytest.mark.lesson(22)
def test_jobs_that_waited_too_long_are_set_aside_for_a_person(store):
    old = act(store, jobs.queue, issue(store), "A")
    going = act(store, jobs.queue, issue(store), "A")
    assert act(store, jobs.set_aside, clock.stamp(), under_way={going}) == 1
    new = act(store, jobs.queue, issue(store), "A")
    assert [state(store, job)[0] for job in (old, going, new)] == ["failed", "waiting", "waiting"]
    assert state(store, old)[1] == "too_old"


def test_after_a_kill_exactly_the_begun_jobs_are_in_doubt(store):
    waiting = [act(store, jobs.queue, issue(store), printer) for printer in "AAB"]
    act(store, jobs.recover, (), progress_kept=False)
    assert act(store, jobs.recover, {waiting[2], 999}, progress_kept=True) == [waiting[2]]
    assert [state(store, job) for job in waiting] == [("waiting", ""), ("waiting", ""), ("unknown", "interrupted")]
    assert act(store, jobs.recover, {waiting[2]}, progress_kept=True) == []
    assert records(store, "print_job.doubted") == 1


def test_after_a_power_cut_the_first_job_of_each_printer_is_in_doubt(store):
    assert act(store, jobs.recover, (), progress_kept=False) == []
    waiting = [act(store, jobs.queue, issue(store), printer) for printer in "AABBC"]
    act(store, jobs.finish, waiting[4], "sent")
    assert act(store, jobs.recover, (), progress_kept=False) == [waiting[0], waiting[2]]
    assert [state(store, job)[0] for job in waiting] == ["unknown", "waiting", "unknown", "waiting", "sent"]
    assert state(store, waiting[0])[1] == "power_cut"


def test_first_start_of_a_station_doubts_nothing(store):
    job = act(store, jobs.queue, issue(store), "A")
    assert act(store, jobs.recover, (), progress_kept=False) == []
    assert head(store) == job


def test_after_a_restore_every_waiting_job_is_in_doubt(store):
    waiting = [act(store, jobs.queue, issue(store), "A") for _ in range(3)]
    assert act(store, jobs.doubt_all) == 3
    assert {state(store, job) for job in waiting} == {("unknown", "restored")}


def test_job_of_sheets_says_which_is_which(store):
    job = act(store, jobs.queue, issue(store), "A", copies=2)
    with store.reading() as db:
        shown = render_text(jobs.document(db, jobs.find(db, job)), 32)
    assert "第1联 共2联" in shown
    assert "第2联 共2联" in shown


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE print_jobs SET copy_no = 7",
        "UPDATE print_jobs SET slip_id = 2",
        "UPDATE print_jobs SET printer = 'B'",
        "DELETE FROM print_jobs",
        "UPDATE print_jobs SET attempts = -1",
        "UPDATE print_jobs SET turn = turn - 1",
        "INSERT INTO print_jobs (slip_id, printer, copy_no, turn, state, created_at, finished_at)"
        " VALUES (1, 'A', 9, 9, 'confirmed', 'x', 'x')",
        "UPDATE print_jobs SET state = 'under_way'",
        "UPDATE print_jobs SET state = 'confirmed'",
        "INSERT INTO print_jobs (slip_id, printer, copy_no, turn, state, created_at) VALUES (1, 'A', 0, 9, 'waiting', 'x')",
    ],
)
def test_database_refuses_what_no_act_does(store, statement):
    act(store, jobs.queue, issue(store), "A")
    issue(store)
    with pytest.raises(sqlite3.IntegrityError):
        act(store, lambda tx: tx.execute(statement))


@pytest.mark.parametrize("end", ["sent", "confirmed"])
def test_final_job_never_changes(store, end):
    job = act(store, jobs.queue, issue(store), "A")
    act(store, jobs.finish, job, end)
    with pytest.raises(sqlite3.IntegrityError, match="final"):
        act(store, lambda tx: tx.execute("UPDATE print_jobs SET state = 'waiting', finished_at = NULL, turn = 9"))


@pytest.mark.parametrize(
    ("statement", "code"),
    [
        ("UPDATE print_jobs SET copy_no = 5 WHERE copy_no = 1", "print_job.copies_wrong"),
        ("UPDATE print_jobs SET copy_no = 0 WHERE copy_no = 1", None),
        ("UPDATE audit SET facts = replace(facts, '\"copy_no\":1', '\"copy_no\":2')", "print_job.reprint_not_recorded"),
    ],
)
def test_wrong_copy_numbers_are_found(store, statement, code):
    slip = issue(store)
    act(store, jobs.finish, act(store, jobs.queue, slip, "A"), "sent")
    act(store, jobs.reprint, slip, "A")
    connection = bare(store.path)
    if code is None:
        with pytest.raises(sqlite3.IntegrityError):
            connection.execute(statement)
    else:
        connection.execute(statement)
        connection.commit()
    connection.close()
    with store.reading() as db:
        assert code is None or code in [problem.code for problem in problems(db)]


def test_each_reason_of_ours_has_words():
    import inspect

    import kiosk.printing.jobs as source

    given = {"interrupted", "power_cut", "restored", "too_old", "by_operator", "replaced", "came_out", "not_there"}
    assert given <= set(REASONS)
    assert all(f'"{reason}"' in inspect.getsource(source) for reason in given)


SENDER = """
import sys
from pathlib import Path
from kiosk import settings
from kiosk.devices.runtime import Runtime
from kiosk.printing import jobs
from kiosk.storage import open_store
state, runtime_folder = Path(sys.argv[1]), Path(sys.argv[2])
store, runtime = open_store(state, settings.load(state)), Runtime(runtime_folder)
runtime.beat("devices")
with store.reading() as db:
    job = jobs.take_next(db, "A", "2999")
runtime.job_begun(job.id, "A")
with store.transaction() as tx:
    assert jobs.still_wanted(tx, job.id)
print("half of the bytes", flush=True)
sys.stdin.read()
"""


def test_killed_in_the_middle_of_a_job_leaves_it_in_doubt_and_the_next_waiting(store, tmp_path):
    folder = tmp_path / "runtime"
    folder.mkdir(mode=0o700)
    first, second = (act(store, jobs.queue, issue(store), "A") for _ in range(2))
    command = [sys.executable, "-c", SENDER, str(tmp_path), str(folder)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=Path(__file__).parents[2]
    ) as sender:
        assert sender.stdout.readline() == b"half of the bytes\n"
        sender.send_signal(signal.SIGKILL)
    runtime = Runtime(folder)
    kept = "devices" in runtime.heartbeats()
    marks = {progress.job_id for progress in runtime.jobs_under_way()}
    assert (kept, marks) == (True, {first})
    assert act(store, jobs.recover, marks, progress_kept=kept) == [first]
    runtime.job_over(first)
    runtime.close()
    assert state(store, first) == ("unknown", "interrupted")
    assert head(store) == second
