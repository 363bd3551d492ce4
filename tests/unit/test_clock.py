"""Instants are written one way and read back only when they are written so."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk import clock

#: A thousand years from 1970, in microseconds.
INSTANTS = st.integers(0, 10**15 * 31).map(lambda n: datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=n))


@given(INSTANTS)
def test_instant_is_read_back_as_it_was_written(moment):
    assert clock.read(clock.stamp(moment)) == moment
    assert clock.read(clock.stamp(moment)).utcoffset() == timedelta(0)


def test_instant_is_written_in_utc_with_six_decimals():
    there = timezone(timedelta(hours=8))
    assert clock.stamp(datetime(2026, 11, 22, 8, 24, 40, tzinfo=there)) == "2026-11-22T00:24:40.000000Z"
    assert len(clock.stamp()) == 27


@given(st.lists(INSTANTS, min_size=2))
def test_order_of_texts_is_order_of_instants(moments):
    assert sorted(map(clock.stamp, moments)) == [clock.stamp(moment) for moment in sorted(moments)]


@pytest.mark.parametrize(
    "text",
    ["", "2026-11-22", "2026-11-22T00:24:40Z", "2026-11-22T00:24:40.123456", "2026-11-22T00:24:40.123456+",
     "2026-11-22 00:24:40.123456Z", "2026-11-22T00:24:40,123456Z", "2026-11-22T24:24:40.123456Z",
     "2026-02-30T00:24:40.123456Z", "2026-W47-1T00:24:40.12345Z", "２026-11-22T00:24:40.123456Z"],
)  # fmt: skip
def test_other_text_is_no_instant(text):
    with pytest.raises(ValueError):
        clock.read(text)
