"""What every test shares: the profile of the property tests and one seed for all that is random.

The seed is drawn once a run, printed in the header, and given to every worker, so a run that failed can be run again:
`pytest --hypothesis-seed=N`.
"""

import os
import random

import pytest
from hypothesis import HealthCheck, settings

from tests import obligations

settings.register_profile(
    "quick", deadline=None, max_examples=60, print_blob=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile("thorough", parent=settings.get_profile("quick"), max_examples=2000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "quick"))


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Draws the seed of this run unless one was given; xdist hands the option on to its workers. Binds the marker
    ``obligation``."""
    config.addinivalue_line("markers", obligations.MARKER)
    config.pluginmanager.register(obligations.Plugin(config), "obligations")
    if config.getoption("hypothesis_seed", None) is None:
        config.option.hypothesis_seed = str(random.SystemRandom().randrange(2**32))


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
