"""Any mixture of printing, cancelling, reprinting, kills and power cuts, counted in papers that really came out: none
comes twice in silence, none is claimed that is not there, and no job vanishes."""

import contextlib
import shutil
import tempfile
from pathlib import Path

from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from kiosk import audit, clock, settings
from kiosk.devices.runtime import Runtime
from kiosk.errors import Refused
from kiosk.printing import jobs, slips
from kiosk.printing.check import problems
from kiosk.printing.model import JobState
from kiosk.storage import open_store
from tests.services.test_print_jobs import FACTS, OPERATOR, act


class Station(RuleBasedStateMachine):
    """Two printers, one process that owns them step by step, a person at the counter, and everything that can
    happen."""

    template: Path | None = None

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        if Station.template is None:
            Station.template = Path(tempfile.mkdtemp())
            open_store(Station.template, settings.load(Station.template)).close()
        self.state = self.folder / "state"
        shutil.copytree(Station.template, self.state)
        self.store = open_store(self.state, settings.load(self.state))
        self.papers: list[tuple[int, int]] = []  # (job, copy number on the paper), as they lie on the counter
        self.boots = 0
        self.slips: list[int] = []
        self.runtime: Runtime | None = None
        self.boot()
        self.start()

    def teardown(self) -> None:
        self.settle()
        self.runtime.close()
        self.store.close()
        shutil.rmtree(self.folder)

    def boot(self) -> None:
        """runtime.db is gone, as after a power cut."""
        if self.runtime:
            self.runtime.close()
        self.boots += 1
        folder = self.folder / f"runtime-{self.boots}"
        folder.mkdir(mode=0o700)
        self.runtime = Runtime(folder)

    def start(self) -> None:
        """The process that owns the printers starts."""
        kept = "devices" in self.runtime.heartbeats()
        marks = {progress.job_id for progress in self.runtime.jobs_under_way()}
        with self.store.transaction() as tx:
            jobs.recover(tx, marks, progress_kept=kept)
        for job_id in marks:
            self.runtime.job_over(job_id)
        self.runtime.beat("devices")
        self.hand: dict[str, tuple[str, int]] = {}  # printer → step reached, job

    def marks(self) -> set[int]:
        return {progress.job_id for progress in self.runtime.jobs_under_way()}

    def all_jobs(self):
        with self.store.reading() as db:
            return [jobs.job_of(row) for row in db.all("SELECT * FROM print_jobs ORDER BY id")]

    @rule(printer=st.sampled_from("AB"))
    def issue_and_queue(self, printer):
        with self.store.transaction(OPERATOR) as tx:
            slip = slips.freeze(tx, "printer_test", FACTS, {}, "device", 1)
            jobs.queue(tx, slip, printer)
        self.slips.append(slip)

    @rule(printer=st.sampled_from("AB"), jobs_done=st.integers(1, 3))
    def print_some(self, printer, jobs_done):
        self.drive(printer, 6 * jobs_done, "confirmed")

    @rule(printer=st.sampled_from("AB"), steps=st.integers(1, 6), end=st.sampled_from(["confirmed", "unknown"]))
    def print_partly(self, printer, steps, end):
        self.drive(printer, steps, end)

    @rule(printer=st.sampled_from("AB"), steps=st.integers(3, 5), is_power_cut=st.booleans())
    def crash_while_sending(self, printer, steps, is_power_cut):
        self.drive(printer, steps, "confirmed")
        self.crash(is_power_cut)

    @rule(printer=st.sampled_from("AB"), before=st.integers(1, 4), after=st.integers(1, 4))
    def cancel_while_sending(self, printer, before, after):
        self.drive(printer, before, "confirmed")
        job_id = self.hand.get(printer, ("idle", 0))[1]
        with contextlib.suppress(Refused), self.store.transaction(OPERATOR) as tx:
            jobs.cancel(tx, job_id, under_way=self.marks())
        self.drive(printer, after, "confirmed")

    def drive(self, printer, steps, end):
        for _ in range(steps):
            step, job_id = self.hand.get(printer, ("idle", 0))
            if step == "idle":
                with self.store.reading() as db:
                    job = jobs.take_next(db, printer, clock.stamp())
                if job is None:
                    return
                self.hand[printer] = ("taken", job.id)
            elif step == "taken":
                self.runtime.job_begun(job_id, printer)
                self.hand[printer] = ("begun", job_id)
            elif step == "begun":
                with self.store.transaction() as tx:
                    wanted = jobs.still_wanted(tx, job_id)
                if not wanted:
                    self.runtime.job_over(job_id)
                self.hand[printer] = ("wanted" if wanted else "idle", job_id)
            elif step == "wanted":
                with self.store.reading() as db:
                    self.papers.append((job_id, jobs.find(db, job_id).copy_no))
                self.runtime.job_sent(job_id)
                self.hand[printer] = ("sent", job_id)
            elif step == "sent":
                with self.store.transaction() as tx:
                    jobs.finish(tx, job_id, end, "" if end == "confirmed" else "stuck")
                self.hand[printer] = ("finished", job_id)
            else:
                self.runtime.job_over(job_id)
                self.hand[printer] = ("idle", job_id)

    @rule(is_power_cut=st.booleans())
    def crash(self, is_power_cut):
        if is_power_cut:
            self.boot()
        self.start()

    @rule(pick=st.integers(0, 50))
    def answer(self, pick):
        doubtful = [job for job in self.all_jobs() if job.state == JobState.UNKNOWN]
        if doubtful:
            job = doubtful[pick % len(doubtful)]
            act(self.store, jobs.answer_unknown, job.id, (job.id, job.copy_no) in self.papers)

    @rule(
        pick=st.integers(0, 50),
        what=st.sampled_from(["cancel", "retry", "reprint", "set_aside"]),
        printer=st.sampled_from("AB"),
    )
    def person(self, pick, what, printer):
        everything = self.all_jobs()
        if not everything:
            return
        job = everything[pick % len(everything)]
        with contextlib.suppress(Refused), self.store.transaction(OPERATOR) as tx:
            if what == "cancel":
                jobs.cancel(tx, job.id, under_way=self.marks())
            elif what == "retry":
                jobs.retry(tx, job.id)
            elif what == "reprint":
                jobs.reprint(tx, job.slip_id, printer)
            else:
                jobs.set_aside(tx, job.created_at, under_way=self.marks())

    @precondition(lambda self: self.papers)
    @invariant()
    def no_paper_comes_twice_in_silence(self):
        slip_of = {job.id: job.slip_id for job in self.all_jobs()}
        on_paper = [(slip_of[job_id], copy_no) for job_id, copy_no in self.papers]
        assert len(on_paper) == len(set(on_paper)), "two papers of a slip that say the same of themselves"

    @invariant()
    def what_is_written_is_what_lies_there(self):
        came = {job_id for job_id, _copy in self.papers}
        in_hand = {job_id for step, job_id in self.hand.values() if step != "idle"}
        for job in self.all_jobs():
            if job.state in (JobState.CONFIRMED, JobState.SENT):
                assert job.id in came
            elif job.state != JobState.UNKNOWN and job.id not in in_hand:
                assert job.id not in came, f"{job.state} and yet on paper"

    def settle(self) -> None:
        """In the end every doubt is answered and every job that still waits is printed, once."""
        for _ in range(3):
            for printer in "AB":
                for _step in range(6 * len(self.all_jobs()) + 6):
                    self.drive(printer, 1, "confirmed")
            for _doubt in self.all_jobs():
                self.answer(0)
        everything = self.all_jobs()
        assert not [job for job in everything if job.state in (JobState.WAITING, JobState.UNKNOWN)]
        assert {job.slip_id for job in everything} == set(self.slips)
        with self.store.reading() as db:
            assert list(problems(db)) == []
            assert list(audit.verify(db)) == []


TestStation = Station.TestCase
TestStation.settings = hypothesis_settings(max_examples=30, stateful_step_count=40, deadline=None)
