"""Each fault of a scale as the operator sees it: no weight is shown that does not lie there, and all is well afterwards."""

import pytest

from kiosk.devices import Fault
from tests.drivers.bench import weighing
from tests.drivers.faults import SCALE, fail

NO_WEIGHT = "现在没有重量"
FAULTS = [
    (Fault.OVERLOAD, ("秤上太重，超出量程", "马上拿下来", "电子秤 有问题", NO_WEIGHT), "电子秤 ▲ 有问题"),
    (Fault.NO_REPLY, ("电子秤没有送来重量", "实在不行就手工填重量", "电子秤 不明", NO_WEIGHT), "电子秤 ？ 不明"),
    (Fault.GARBAGE, ("读不懂，没有当作重量", "核对秤的型号、波特率", "电子秤 有问题", NO_WEIGHT), "电子秤 ▲ 有问题"),
    (Fault.HALF_FRAME, ("读不懂，没有当作重量", "手工填重量", "电子秤 有问题", NO_WEIGHT), "电子秤 ▲ 有问题"),
    (Fault.UNPLUG, ("设备没有接上", "插好后会自动恢复，不用重启", "电子秤 未接", NO_WEIGHT), "电子秤 ○ 未接"),
    (Fault.UNSTEADY, ("还没稳定",), "电子秤 ● 正常"),
]


@pytest.fixture
def scale(runtime, seen):
    """A simulated scale with something on it."""
    with weighing(runtime, SCALE, begins_with_grams=1250):
        seen.reads(SCALE, "1250 克 稳定")
        seen.shows("电子秤 ● 正常")
        yield seen


@pytest.mark.parametrize(("fault", "words", "strip"), FAULTS)
def test_scale_that_fails_says_why_shows_no_false_weight_and_comes_back(runtime, scale, fault, words, strip):
    fail(runtime, fault, SCALE)
    scale.reads(SCALE, *words)
    scale.shows(strip)
    assert "克 稳定" not in scale.device(SCALE)
    fail(runtime, Fault.RESTORE, SCALE)
    scale.reads(SCALE, "1250 克 稳定")
    scale.shows("电子秤 ● 正常")


def test_scale_that_was_not_set_to_zero_is_said(runtime, scale):
    fail(runtime, Fault.LOAD, SCALE, grams=-40)
    scale.reads(SCALE, "秤的读数低于零", "按秤上的“置零”键", "-40 克")
    scale.shows("电子秤 ▲ 有问题")
    fail(runtime, Fault.LOAD, SCALE, grams=0)
    scale.shows("电子秤 ● 正常")
