"""A runtime.db, the threads that run drivers under test, and cables."""

import threading

import pytest

from drivers.links import NetworkLink
from drivers.printer_escpos import EscposPrinter
from drivers.printer_status import StatusReader
from drivers.simulated.printer import SimulatedPrinter
from kiosk import settings
from kiosk.devices import Runtime
from kiosk.storage import open_store
from tests.drivers.bench import GB, NAME, QUICK, PlayedPrinter, Pty, lamp, options, wait_for


@pytest.fixture
def runtime(tmp_path):
    opened = Runtime(tmp_path / "run")
    opened.beat("devices")
    yield opened
    opened.close()


@pytest.fixture
def running():
    """Runs drivers in threads and stops them at the end of the test; an exception in one fails the test."""
    stop = threading.Event()
    threads, errors = [], []

    def start(driver):
        def run():
            try:
                driver.run(stop)
            except BaseException as error:
                errors.append(error)
                raise

        thread = threading.Thread(target=run, daemon=True)
        thread.start()
        threads.append(thread)
        return driver

    start.stop = stop
    yield start
    stop.set()
    for thread in threads:
        thread.join(10)
    assert not errors
    assert not [thread for thread in threads if thread.is_alive()]


@pytest.fixture
def pty():
    """Makes cables; the ends are closed after the test."""
    made = []

    def make():
        made.append(Pty())
        return made[-1]

    yield make
    for one in made:
        one.unplug()


@pytest.fixture
def store(tmp_path):
    opened = open_store(tmp_path / "state", settings.load())
    yield opened
    opened.close()


@pytest.fixture
def printer():
    """Makes network printers that the test plays."""
    made = []

    def make(answer=None):
        made.append(PlayedPrinter(answer))
        return made[-1]

    yield make
    for one in made:
        one.close()


@pytest.fixture
def worker(store, runtime, running):
    """Starts the worker of a network printer, played or simulated."""

    def start(address, status="yes", name=NAME, profile=GB, manners=QUICK, write_seconds=0.5):
        link = NetworkLink(runtime.folder, address, write_seconds=write_seconds)
        # One that answers may be late on a busy machine; of one that never does, silence is soon known.
        reader = StatusReader(status, patience_seconds=0.6 if status == "yes" else 0.2)
        return running(EscposPrinter(store, runtime, name, link, profile, reader, manners))

    return start


@pytest.fixture
def simulated(runtime, running, worker):
    """A simulated printer with its worker."""

    def start(name=NAME, profile=GB, manners=QUICK, **values):
        printer = SimulatedPrinter(runtime, name, options(name, **values), profile)
        running(printer)
        wait_for(printer.address)
        worker(printer.address, name=name, profile=profile, manners=manners)
        wait_for(lambda: lamp(runtime, name, "printer") == ("ok", ""))
        return printer

    return start
