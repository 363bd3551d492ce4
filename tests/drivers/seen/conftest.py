"""Somebody at the counter while simulated devices fail: the real drivers run them, and what is read are the counter's pages."""

import threading

import pytest

from drivers.scanner_serial import SerialScanner
from drivers.simulated.scanner import SimulatedScanner
from tests.drivers.bench import options
from tests.drivers.faults import PRINTER, SCANNER, TOML, Seen
from tests.web.browser import make_station
from tests.web.forms import log_in
from web import create_app


@pytest.fixture
def station(tmp_path):
    made = make_station(tmp_path / "station", TOML)
    made.runtime.beat("devices")
    stop = threading.Event()

    def beat():
        while not stop.wait(1):
            made.runtime.beat("devices")

    thread = threading.Thread(target=beat, daemon=True)
    thread.start()
    yield made
    stop.set()
    thread.join()
    made.close()


@pytest.fixture
def runtime(station):
    return station.runtime


@pytest.fixture
def store(station):
    return station.store


@pytest.fixture
def seen(station):
    client = create_app(station.store, station.runtime).test_client()
    log_in(client, station)
    return Seen(station, client)


@pytest.fixture
def printing(simulated, seen):
    """A simulated printer that is well."""
    simulated(name=PRINTER)
    seen.shows("打印机 ● 正常", "打印纸 ● 有纸")
    return seen


@pytest.fixture
def scanning(runtime, running, seen):
    """A simulated scanner that is well."""
    given = options(SCANNER, ending="suffix")
    simulated = SimulatedScanner(runtime, SCANNER, given)
    driver = SerialScanner(runtime, SCANNER, "柜台", given, find=simulated.address)
    driver._pause.steps = (0.05,)
    running(simulated)
    running(driver)
    seen.shows("扫码枪 ● 正常")
    return seen
