"""No fault command without a test that names what the operator reads, and what a restart of the devices process does."""

import inspect

import pytest

from kiosk.devices import Fault, LampState
from kiosk.printing import jobs
from tests.drivers.bench import QUICK, ended, queue_note, wait_for, weighing
from tests.drivers.faults import PRINTER, SCALE, SCANNER, slips
from tests.drivers.seen import test_printer_faults_seen, test_scale_faults_seen, test_scanner_faults_seen

MODULES = {PRINTER: test_printer_faults_seen, SCANNER: test_scanner_faults_seen, SCALE: test_scale_faults_seen}


def test_no_fault_command_is_without_a_test_of_what_is_read(runtime, simulated, scanning):
    simulated(name=PRINTER)
    with weighing(runtime, SCALE):
        wait_for(lambda: len(runtime.announcements()) == len(MODULES))
        for found in runtime.announcements():
            source = inspect.getsource(MODULES[found.device])
            told = {fault for fault in Fault if f"Fault.{fault.name}" in source}
            assert set(map(Fault, found.faults)) <= told, found.device


@pytest.fixture
def had_started(store):
    """A station whose devices process has run before."""
    with store.transaction() as tx:
        jobs.recover(tx, (), progress_kept=True)


@pytest.mark.lesson(22)
def test_many_slips_that_wait_when_the_computer_comes_on_are_asked_about(store, runtime, simulated, seen, had_started):
    """Nobody knows for how long it was off: what waits is old, and a person says what is still wanted."""
    waiting = [queue_note(store, PRINTER, f"第{number}张") for number in range(QUICK.few_jobs + 1)]
    simulated(name=PRINTER)
    seen.shows(f"未打印 {len(waiting)} ● 正常")
    shown = seen.page("/prints")
    assert f"有 {len(waiting)} 张没有打，哪些还要？" in shown and "积下的单子多，没有自动打" in shown
    assert slips(runtime) == []


def test_process_that_takes_over_from_one_that_died_prints_on(store, runtime, simulated, had_started):
    runtime.set_lamp(PRINTER, "printer", LampState.OK)
    waiting = [queue_note(store, PRINTER, f"第{number}张") for number in range(QUICK.few_jobs + 1)]
    simulated(name=PRINTER)
    assert [ended(store, job_id) for job_id in waiting] == [("confirmed", "")] * len(waiting)
    assert slips(runtime) == [f"第{number}张" for number in range(len(waiting))]
