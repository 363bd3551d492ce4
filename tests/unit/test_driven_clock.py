"""A driven clock reads what its file says, in every process alike, and goes on when the file cannot be read."""

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk import clock
from kiosk.errors import ConfigurationError
from kiosk.settings import DEMO_MARK, driven_clock
from tests.driven import Hands, driven

FROM = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture(autouse=True)
def own_clock_afterwards():
    yield
    clock.follow(None)


@given(st.integers(-(10**8), 10**8), st.floats(0, 5000), st.integers(0, 10**6))
def test_clock_is_ahead_by_its_offset_and_runs_at_its_speed(offset: int, speed: float, passed: int):
    drive = clock.read_drive(
        json.dumps({"offset_seconds": offset, "speed": speed, "from_at": clock.stamp(FROM)}).encode(), 0
    )
    assert drive.of(FROM) == min(max(FROM + timedelta(seconds=offset), clock._FIRST), clock._LAST)
    before, after = drive.of(FROM + timedelta(seconds=passed)), drive.of(FROM + timedelta(seconds=passed + 1))
    assert before <= after
    if clock._FIRST < before < clock._LAST and clock._FIRST < after < clock._LAST:
        assert (after - before).total_seconds() == pytest.approx(speed, abs=1e-3)


def test_without_a_named_instant_it_runs_from_the_last_change_of_its_file():
    drive = clock.read_drive(b'{"offset_seconds": 3600, "speed": 60}', int(FROM.timestamp() * 1e9))
    assert drive.of(FROM) == FROM + timedelta(hours=1)
    assert drive.of(FROM + timedelta(seconds=10)) == FROM + timedelta(hours=1, minutes=10)


@pytest.mark.parametrize(
    "content",
    [b"", b"[]", b"3", b"{}", b'{"offset_seconds": "1"}', b'{"offset_seconds": true}', b'{"offset_seconds": NaN}',
     b'{"offset_seconds": 1, "speed": -1}', b'{"offset_seconds": 1, "speed": 1e9}', b'{"offset_seconds": 1e300}',
     b'{"offset_seconds": 1, "from_at": "yesterday"}', b'{"offset_seconds": 1, "from_at": 5}',
     b'{"offset_seconds": 1, "hours": 5}', b'{"offset_seconds": 1', b"\xff", b'{"offset_seconds": 1}' + b" " * 3 + b"x"],
)  # fmt: skip
def test_other_content_drives_no_clock(content: bytes):
    with pytest.raises(ValueError):
        clock.read_drive(content, 0)


def test_clock_is_moved_while_it_is_read_and_stays_while_its_file_is_broken(tmp_path: Path):
    with driven(tmp_path) as hands:
        hands.stand_at("2026-07-01T08:30")
        assert clock.stamp() == "2026-07-01T00:30:00.000000Z"
        assert clock.local_date() == date(2026, 7, 1)
        hands.pass_by(days=31)
        assert clock.now() == datetime(2026, 8, 1, 0, 30, tzinfo=UTC)
        hands.file.write_text("{")  # an editor at work
        assert clock.now() == datetime(2026, 8, 1, 0, 30, tzinfo=UTC)
        hands.file.unlink()
        assert clock.now() == datetime(2026, 8, 1, 0, 30, tzinfo=UTC)
        assert abs((clock.machine_now() - datetime.now(UTC)).total_seconds()) < 60
    assert clock.driven() is None
    assert abs((clock.now() - datetime.now(UTC)).total_seconds()) < 60


def test_idle_time_of_a_fast_clock_is_counted_in_real_seconds(tmp_path: Path):
    hands = Hands(tmp_path / "clock.json")
    at = clock.machine_now()
    hands.write(offset_seconds=0, speed=1000, from_at=clock.stamp(at - timedelta(seconds=100)))
    clock.follow(hands.file)
    a_minute_ago = clock.now() - timedelta(seconds=60_000)
    assert 59 <= clock.quiet_seconds(clock.stamp(a_minute_ago)) < 90
    assert clock.span(15) == timedelta(seconds=15_000), "a lease lasts its real seconds"
    clock.follow(None)
    assert clock.span(15) == timedelta(seconds=15)
    assert 59 <= clock.quiet_seconds(clock.stamp(clock.now() - timedelta(seconds=60))) < 90


def test_only_a_demonstration_is_driven(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    file, demo, real = tmp_path / "clock.json", tmp_path / "demo", tmp_path / "real"
    Hands(file).write(offset_seconds=86400, speed=1)
    for folder in (demo, real):
        folder.mkdir()
    (demo / DEMO_MARK).write_text("{}")
    driven_clock.start(is_demo=False, state=real)  # nothing is named: nothing happens
    assert clock.driven() is None
    assert driven_clock.line() == ""
    monkeypatch.setenv(driven_clock.VARIABLE, str(file))
    with pytest.raises(ConfigurationError, match="--demo"):
        driven_clock.start(is_demo=False, state=demo)
    assert clock.driven() is None
    with pytest.raises(ConfigurationError, match="正式站点"):
        driven_clock.start(is_demo=True, state=real)
    clock.follow(None)
    driven_clock.start(is_demo=True, state=demo)
    assert (clock.now() - clock.machine_now()).total_seconds() > 86_000
    assert driven_clock.line("en").startswith("Demonstration clock")
    file.write_text("no clock")
    with pytest.raises(ConfigurationError, match="用不了"):
        driven_clock.start(is_demo=True, state=demo)


def test_page_bears_the_mark_only_while_the_clock_is_driven(tmp_path: Path):
    page = '<html><head></head><body class="plain" data-x="1"><p>x</p></body></html>'
    assert driven_clock.on_page(page) == page
    with driven(tmp_path):
        assert driven_clock.MARK in driven_clock.on_page(page).split("<p>x")[0].split("data-x")[1]
        assert driven_clock.on_page('{"live": "<p>"}') == '{"live": "<p>"}'
