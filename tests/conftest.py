"""What every test shares: the profile of the property tests and one seed for all that is random.

The seed is drawn once a run, printed in the header, and given to every worker, so a run that failed can be run again:
`pytest --hypothesis-seed=N`.
"""

import gc
import os
import random
import re
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from tests import obligations

# A station's processes are started some hundreds of times in a run. Where Python was told to keep no bytecode, each
# compiled all of the station anew, and that was most of what its start took.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False


def _temporary_folders_in_memory() -> None:
    """Puts the stations of the tests into memory where there is plenty: thousands of synced commits wait for one disk, and
    took a third of a run. They are files as on a disk, for SQLite too; what a power cut leaves is tried in a machine of its
    own (`tests/vm`). Whoever names a TMPDIR gets that."""
    memory, needed = Path("/dev/shm"), 8 << 30
    if "TMPDIR" in os.environ or not os.access(memory, os.W_OK) or shutil.disk_usage(memory).free < needed:
        return
    available = re.search(r"^MemAvailable:\s+(\d+) kB$", Path("/proc/meminfo").read_text("ascii"), re.MULTILINE)
    if available and int(available[1]) << 10 >= needed:
        os.environ["TMPDIR"] = str(memory)
        tempfile.tempdir = None


_temporary_folders_in_memory()

settings.register_profile(
    "quick", deadline=None, max_examples=60, print_blob=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile("thorough", parent=settings.get_profile("quick"), max_examples=2000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "quick"))

#: Where the tests stand that take seconds and not milliseconds, the longest first.
LONG = (
    "test_kill.py",
    "test_layout.py",
    "test_hostile.py",
    "journeys/",
    "test_cli.py",
    "_machine.py",
    "at_random.py",
    "web/",
)


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Draws the seed of this run unless one was given; xdist hands the option on to its workers. Binds the marker
    ``obligation``."""
    config.addinivalue_line("markers", obligations.MARKER)
    config.pluginmanager.register(obligations.Plugin(config), "obligations")
    if config.getoption("hypothesis_seed", None) is None:
        config.option.hypothesis_seed = str(random.SystemRandom().randrange(2**32))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Lets the paths of one station's three days go to one worker, in order; every other test goes wherever there is room.

    pytest-xdist 3.8 has `--dist=loadgroup` for this, but marks a group on `item._nodeid`, which pytest 9.2 no longer
    reads; once its marks work again (a group's name stands in the names of its tests) this can go.
    """
    from xdist.scheduler.loadscope import LoadScopeScheduling

    class Places(list[str]):
        """The names of all tests, and the place of each without a search through thousands."""

        def __init__(self, names: list[str]) -> None:
            super().__init__(names)
            self._place_of = {name: place for place, name in enumerate(names)}

        def index(self, name: str, *_: Any) -> int:
            return self._place_of[name]

    class OneStationOneWorker(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            found = re.search(r"test_three_days\.py::(\w+)\[(\w)-day", nodeid)
            return f"three days, {found[1]} {found[2]}" if found else nodeid

        def add_node_collection(self, node: Any, collection: Any) -> None:
            super().add_node_collection(node, collection)
            if node in self.registered_collections:
                self.registered_collections[node] = Places(self.registered_collections[node])

        def mark_test_complete(self, node: Any, item_index: int, duration: float = 0) -> None:
            """Forgets what is done: the scheduler counts through all that a worker ever had, after each test."""
            nodeid = self.registered_collections[node][item_index]
            scope = self._split_scope(nodeid)
            self.assigned_work[node][scope].pop(nodeid)
            if not self.assigned_work[node][scope]:
                del self.assigned_work[node][scope]
            self._reschedule(node)

    return OneStationOneWorker(config, log)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Begins with what takes long, so that no worker is left alone with it at the end."""
    if hasattr(config, "workerinput"):
        items.sort(key=lambda item: next((n for n, name in enumerate(LONG) if name in item.nodeid), len(LONG)))


def pytest_collection_finish() -> None:
    """What was collected stays to the end: the garbage collector need not walk through all of it again and again, which
    took a third of what the tests took that make many objects."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 10, 10)


def pytest_report_header(config: pytest.Config) -> str:
    return f"seed: --hypothesis-seed={config.getoption('hypothesis_seed')}"


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Says the seed again under a failure: `-q` prints no header."""
    if terminalreporter.stats.get("failed") or terminalreporter.stats.get("error"):
        terminalreporter.write_line(pytest_report_header(config))


@pytest.fixture
def chance(request: pytest.FixtureRequest) -> random.Random:
    """Randomness for a test that isn't a property: seeded by the run's seed and the test's name, and printed."""
    seed = f"{request.config.getoption('hypothesis_seed')}:{request.node.nodeid}"
    print(f"seed: {seed}")
    return random.Random(seed)
