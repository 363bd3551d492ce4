"""The worker of one printer: takes its jobs from kiosk.db one by one, in the order that ``kiosk.printing.jobs`` asks.

Paper is not the transaction: whatever happens here, the act that asked for the slip is done. A write that succeeded is
not paper either; a job is *confirmed* when the printer says after it that it is well, *sent* when it gives no status,
and in any other case *unknown*, never sent again by itself. A status asked right after the bytes may come before the
paper: ``after_ms`` leaves the printer some time.
"""

from __future__ import annotations

import logging
import threading
import time
from dataclasses import dataclass, fields
from typing import Any

from drivers.health import Health, Pause, reason_of
from drivers.links import Link
from drivers.options import Options
from drivers.printer_status import Status, StatusReader
from kiosk import clock
from kiosk.devices import Fault, LampState, Runtime, Watch
from kiosk.errors import ConfigurationError, DriverError, Refused
from kiosk.printing import fitting, jobs
from kiosk.printing.bitmap import TALLEST_PIECE
from kiosk.printing.encode import encode
from kiosk.printing.model import Job
from kiosk.printing.profile import PrinterProfile, profile_from
from kiosk.storage import Store

log = logging.getLogger("drivers")

#: The longest sleep: a stop, a command or a moved file is noticed within it.
LOOK_SECONDS = 1.0
HOLD_SECONDS = 2.0
RASTER = b"\x1dv0"
LONGEST_CODE = 512
#: So many slips come by themselves after a stop; of more a person is asked which.
FEW_JOBS = 5


@dataclass(frozen=True, slots=True)
class Manners:
    """How a printer wants to be treated; every number is a setting."""

    retry_seconds: tuple[float, ...] = (10.0, 20.0, 40.0, 60.0)
    poll_seconds: float = 5.0
    between_jobs_seconds: float = 0.0
    settle_seconds: float = 0.2
    after_seconds: float = 0.5
    hold_seconds: float = HOLD_SECONDS
    few_jobs: int = FEW_JOBS

    @classmethod
    def from_options(cls, options: Options, *, is_network: bool = False, is_simulated: bool = False) -> Manners:
        """Options: ``retry_seconds`` (a list), ``poll_seconds``, ``between_jobs_seconds`` (1 for the network: kitchen
        printers dropped jobs that followed one another too fast), ``settle_ms``, ``after_ms``, ``hold_seconds``, ``few_jobs`` (so many
        waiting slips are printed by themselves after a stop)."""
        steps = (0.5, 1, 2, 4) if is_simulated else (10, 20, 40, 60)
        return cls(
            retry_seconds=options.numbers("retry_seconds", steps, 0.05, 3600),
            poll_seconds=options.number("poll_seconds", 1 if is_simulated else 5, 0.05, 3600),
            between_jobs_seconds=options.number("between_jobs_seconds", 1 if is_network else 0, 0, 60),
            settle_seconds=options.number("settle_ms", 0 if is_simulated else 200, 0, 5000) / 1000,
            after_seconds=options.number("after_ms", 50 if is_simulated else 500, 0, 60000) / 1000,
            hold_seconds=options.number("hold_seconds", 0.5 if is_simulated else HOLD_SECONDS, 0.05, 600),
            few_jobs=options.whole("few_jobs", FEW_JOBS, 0, 1000),
        )


def profile_of(options: Options) -> PrinterProfile:
    """The printer's profile from its options, errors named with file and key."""
    ours = ("profile", *(field.name for field in fields(PrinterProfile)))
    try:
        return profile_from(options.leave(ours))
    except ConfigurationError as error:
        raise options.wrong(str(error.facts.get("key", "profile"))) from error


class EscposPrinter:
    """Owns one printer and its link."""

    def __init__(
        self, store: Store, runtime: Runtime, device: str, link: Link, profile: PrinterProfile, status: StatusReader,
        manners: Manners,
    ) -> None:  # fmt: skip
        self.name = device
        self.store = store
        self.runtime = runtime
        self.link = link
        self.profile = self._configured = profile
        self.status = status
        self.manners = manners
        self.health = Health(runtime, device, "printer", "paper")
        self._pause = Pause(*manners.retry_seconds)
        self._not_before = 0.0
        self._poll_at = 0.0
        self._last_job_at = float("-inf")
        self._clearing = b""
        self._has_stopped = _is_back(store, runtime, device)

    def run(self, stop: threading.Event) -> None:
        """Prints until told to stop. Its own jobs left under way by a failure of this thread are put in doubt first."""
        watch = Watch(self.store.path)
        try:
            self._doubt_leftovers()
            while not stop.is_set():
                self._turn(stop)
                watch.wait(self._patience(), stop)
                self._obey()
        finally:
            watch.close()
            self.link.close()

    def _turn(self, stop: threading.Event) -> None:
        """Prints what waits, or has a look at the printer when it is time."""
        if time.monotonic() < self._not_before:
            return
        try:
            while not stop.is_set() and (job := self._next_job()):
                if not self._print(job, stop):
                    return
            if time.monotonic() >= self._poll_at:
                self._look(stop)
            if not self.link.is_kept_open:
                self.link.close()
        except DriverError as error:
            if not stop.is_set():
                self._failed(error)

    # One job ----------------------------------------------------------------------------------------------------------

    def _next_job(self) -> Job | None:
        with self.store.reading() as db:
            return jobs.take_next(db, self.name, clock.stamp())

    def _print(self, job: Job, stop: threading.Event) -> bool:
        """Prints one job; False when the queue must wait. Raises ``DriverError`` only while no byte has gone."""
        content = self._content(job)
        if content is None:
            return True
        stop.wait(max(0.0, self._last_job_at + self.manners.between_jobs_seconds - time.monotonic()))
        if self._look(stop).stops_printing:
            return False
        self.runtime.job_begun(job.id, self.name)
        with self.store.transaction() as tx:
            is_wanted = jobs.still_wanted(tx, job.id)
        if not is_wanted or stop.is_set():
            self.runtime.job_over(job.id)
            return True
        outcome, reason = self._send(job, content, stop)
        self._finish(job, outcome, reason)
        self._last_job_at = time.monotonic()
        return outcome in ("confirmed", "sent")

    def _content(self, job: Job) -> bytes | None:
        """The job's bytes for this printer; a job that can't be composed fails for good and holds nobody up."""
        try:
            with self.store.reading() as db:
                # What somebody settled at the counter meanwhile counts from this slip on.
                self.profile = fitting.fitted(db, self.name, self._configured)
                return encode(jobs.document(db, job), self.profile)
        except ConfigurationError as error:
            reason = "no_font"
            log.error("%s: job %d: %s", self.name, job.id, error)
        except (Refused, ValueError, TypeError, KeyError, LookupError):
            reason = "not_printable"
            log.exception("%s: job %d", self.name, job.id)
        self._finish(job, "failed", reason)
        return None

    def _send(self, job: Job, content: bytes, stop: threading.Event) -> tuple[str, str]:
        """Sends the bytes and asks what became of them: outcome and reason."""
        try:
            self.link.write(self._clearing + content)
            self._clearing = b""
        except DriverError as error:
            reason = reason_of(error)
            log.warning("%s: job %d broke off: %s", self.name, job.id, reason)
            self._clearing = clearing(content, self.profile)
            self.link.close()
            return "unknown", self._after_break(reason, stop)
        self.runtime.job_sent(job.id)
        stop.wait(self.manners.after_seconds)
        try:
            status = self._look(stop)
        except DriverError as error:
            self._failed(error)
            return ("unknown", reason_of(error)) if self.status.gives_status else ("sent", "")
        if status.verdict == "ok" or (status.verdict == "problem" and not status.stops_printing):
            return "confirmed", ""
        if not self.status.gives_status:
            return "sent", ""
        return "unknown", status.causes[0]

    def _after_break(self, reason: str, stop: threading.Event) -> str:
        """A printer that stopped taking bytes often can say why: no paper is a better word than stuck."""
        try:
            status = self._look(stop)
        except DriverError as error:
            self._failed(error)
            return reason
        if status.stops_printing:
            return status.causes[0]
        if reason == "stuck":
            self.health.show(LampState.PROBLEM, reason)
        self._poll_at = self._not_before = time.monotonic() + self.manners.hold_seconds
        return reason

    def _finish(self, job: Job, outcome: str, reason: str) -> None:
        with self.store.transaction() as tx:
            jobs.finish(tx, job.id, outcome, reason)
        self.runtime.job_over(job.id)
        log.info("%s: job %d %s %s", self.name, job.id, outcome, reason)

    def _doubt_leftovers(self) -> None:
        for progress in self.runtime.jobs_under_way():
            if progress.device == self.name:
                with self.store.transaction() as tx:
                    jobs.finish(tx, progress.job_id, "unknown", "interrupted")
                self.runtime.job_over(progress.job_id)

    # The printer ------------------------------------------------------------------------------------------------------

    def _look(self, stop: threading.Event) -> Status:
        """Opens the link if need be, asks the status and shows it. Raises ``DriverError`` when it isn't there."""
        if not self.link.is_open:
            self.link.open()
            stop.wait(self.manners.settle_seconds)  # the first packet after a connect is lost by some
        status = self.status.ask(self.link)
        self._pause.worked()
        self._poll_at = time.monotonic() + self.manners.poll_seconds
        self._not_before = 0.0
        if status.stops_printing:
            self._has_stopped = True
            self._poll_at = self._not_before = time.monotonic() + self.manners.hold_seconds
        elif self._has_stopped:
            self._come_back()
        self._show(status)
        return status

    def _come_back(self) -> None:
        """After a stop, with many slips waiting, the operator is asked which to print; new ones come at once. That is
        settled before the lamp says that all is well."""
        with self.store.transaction() as tx:
            under_way = [progress.job_id for progress in self.runtime.jobs_under_way()]
            held = jobs.hold_back(tx, self.name, self.manners.few_jobs, under_way=under_way)
        self._has_stopped = False
        if held:
            log.info("%s: back, %d jobs are held until somebody says which", self.name, held)

    def _show(self, status: Status) -> None:
        cause = status.causes[0] if status.causes else ""
        if status.verdict == "unknown":
            self.health.show_all(LampState.UNKNOWN, cause)
            return
        if status.stops_printing:
            self.health.show(LampState.PROBLEM, cause)
        else:
            self.health.show(LampState.OK)
        paper = next((known for known in ("paper_end", "paper_near_end") if known in status.causes), "")
        self.health.show(LampState(status.paper), paper or ("no_status" if status.paper == "unknown" else ""), "paper")

    def _failed(self, error: DriverError) -> None:
        """The printer isn't there: its jobs wait, and it is tried again after a pause."""
        self._has_stopped = True
        self.link.close()
        self.status.forget()
        self.health.failed(error)
        self._poll_at = self._not_before = time.monotonic() + self._pause.next()

    def _patience(self) -> float:
        now = time.monotonic()
        if self._not_before > now:
            return min(LOOK_SECONDS, self._not_before - now)
        return min(LOOK_SECONDS, max(0.0, self._poll_at - now))

    def _obey(self) -> None:
        """``retry`` from the devices page: try now, and get to know the printer anew."""
        for command in self.runtime.take_commands(self.name):
            if command.command is Fault.RETRY:
                self.status.forget()
                self._pause.worked()
                self._poll_at = self._not_before = 0.0
                self.runtime.answer_command(command.id, "done")


def _is_back(store: Store, runtime: Runtime, device: str) -> bool:
    """Whether the beginning of this process counts as the end of a stop. Not at the very first start, and not when the
    printer was well until just now, so that a process which takes over from one that died goes on where that left off.
    After a power cut, or hours switched off, what waits is old, and a person is asked as after any stop."""
    with store.reading() as db:
        if not jobs.has_started(db):
            return False
    return (device, "printer", LampState.OK) not in {(lamp.device, lamp.kind, lamp.state) for lamp in runtime.lamps()}


def clearing(content: bytes, profile: PrinterProfile) -> bytes:
    """What gets a printer out of the middle of a command after a job that broke off: NULs, which are white dots to a
    half picture, the end of a half code and nothing at all to a printer that waits for text."""
    longest = profile.row_bytes * TALLEST_PIECE if RASTER in content else LONGEST_CODE
    return b"\0" * longest + b"\n"


def manners_and_status(options: Options, **kind: Any) -> tuple[Manners, StatusReader]:
    """Option ``status``: yes | no | auto (found out when first met; a simulated printer answers)."""
    usual = "yes" if kind.get("is_simulated") else "auto"
    policy = options.text("status", usual, choices=("yes", "no", "auto"))
    return Manners.from_options(options, **kind), StatusReader(policy)
