"""The simulated scale is read by the real driver through a pty in every protocol, and fails as it is told to."""

import pytest

from drivers.scale import ScaleManner, SerialScale
from drivers.scale_frames import FRAMERS
from drivers.simulated.scale import SimulatedScale
from kiosk.devices import Fault
from tests.drivers.bench import lamp, options, told, wait_for

NAME, DESK = "秤", "柜台"
WAYS = [(protocol, request) for protocol, kind in FRAMERS.items() for request in kind.REQUESTS]


@pytest.fixture
def scale(runtime, running):
    """A simulated scale with its driver."""

    def start(**values):
        given = options(NAME, settle_ms=50, settle_readings=2, poll_ms=50, silence_seconds=1, **values)
        manner = ScaleManner.from_options(given, usual="text")
        simulated = SimulatedScale(runtime, NAME, given, manner.protocol, manner.request)
        driver = SerialScale(runtime, NAME, DESK, given, manner, find=simulated.address)
        driver._pause.steps = (0.05,)
        given.done()
        running(simulated)
        running(driver)
        wait_for(lambda: lamp(runtime, NAME, "scale") == ("ok", ""))
        return simulated

    return start


def tell(runtime, command, **arguments):
    return told(runtime, command, NAME, **arguments)


def lies(runtime):
    weight = runtime.weight(DESK)
    return weight and (weight.grams, weight.is_stable)


@pytest.mark.parametrize(("protocol", "request_"), WAYS)
def test_weight_goes_the_road_of_a_real_one(runtime, scale, protocol, request_):
    scale(protocol=protocol, request=request_, begins_with_grams=1250)
    announced = runtime.announcement(NAME)
    assert (announced.kind, announced.road) == ("scale", "pty") and announced.address.startswith("/dev/pts/")
    wait_for(lambda: lies(runtime) == (1250, True))


def test_load_swings_before_it_rests(runtime, scale):
    scale()
    wait_for(lambda: lies(runtime) == (0, True))
    assert tell(runtime, Fault.LOAD, grams=860) == "done"
    wait_for(lambda: lies(runtime) and not lies(runtime)[1])
    wait_for(lambda: lies(runtime) == (860, True))
    assert tell(runtime, Fault.LOAD, grams=-40) == "done"
    wait_for(lambda: lamp(runtime, NAME, "scale") == ("problem", "scale_under"))


@pytest.mark.parametrize(
    ("fault", "state"),
    [
        (Fault.OVERLOAD, ("problem", "scale_over")),
        (Fault.NO_REPLY, ("unknown", "scale_silent")),
        (Fault.GARBAGE, ("problem", "scale_garbled")),
        (Fault.HALF_FRAME, ("problem", "scale_garbled")),
        (Fault.UNPLUG, ("absent", "unplugged")),
    ],
)
def test_fault_takes_the_weight_away_until_restored(runtime, scale, fault, state):
    scale(begins_with_grams=1250)
    wait_for(lambda: lies(runtime) == (1250, True))
    assert tell(runtime, fault) == "done"
    wait_for(lambda: lamp(runtime, NAME, "scale") == state)
    assert lies(runtime) is None
    assert tell(runtime, Fault.RESTORE) == "done"
    wait_for(lambda: lies(runtime) == (1250, True) and lamp(runtime, NAME, "scale") == ("ok", ""))


def test_unsteady_weight_is_never_stable(runtime, scale):
    scale(begins_with_grams=1250)
    wait_for(lambda: lies(runtime) == (1250, True))
    assert tell(runtime, Fault.UNSTEADY) == "done"
    seen = {wait_for(lambda: lies(runtime)) for _ in range(40) if wait_for(lambda: lies(runtime)) != (1250, True)}
    assert not any(is_stable for _grams, is_stable in seen)


@pytest.mark.parametrize("grams", ["heavy", None, 10_000_000, 1.5, True])
def test_impossible_load_is_declined_and_the_scale_goes_on(runtime, scale, grams):
    scale(begins_with_grams=1250)
    assert tell(runtime, Fault.LOAD, grams=grams) == "wrong_arguments"
    assert tell(runtime, Fault.LOAD) == "wrong_arguments"
    assert tell(runtime, Fault.PAPER_OUT) == "not_for_this_device"
    wait_for(lambda: lies(runtime) == (1250, True))
