"""A driven clock stands on every page, slip, paper and report of its station, and on none of any other."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from kiosk import clock
from kiosk.counter.close_day import close_day
from kiosk.counter.open_day import open_day
from kiosk.printing import pdf, slips
from kiosk.printing.render_text import render_text
from kiosk.printing.sheet import Sheet
from kiosk.reports.ledgers import LEDGERS, export
from kiosk.reports.ledgers.model import Filters
from kiosk.settings.driven_clock import MARK
from kiosk.storage import Actor
from tests.driven import driven
from tests.web.browser import TestStation
from tests.web.counter import make_counter
from tests.web.forms import log_in
from web import create_app

#: One of each frame: the counter's, the plain one, a poster, the paper of a ledger, a page of an error, the phone's.
PAGES = ("/", "/log-in", "/more", "/reports", "/posters/fees", "/ledgers/F5/paper", "/no-such-page", "/display")


@pytest.fixture
def station(tmp_path: Path):
    found = make_counter(tmp_path)
    yield found
    found.close()


def texts(station: TestStation) -> dict[str, str]:
    client = create_app(station.store, station.runtime).test_client()
    log_in(client, station, "王站长")
    return {page: client.get(page, follow_redirects=True).get_data(as_text=True) for page in PAGES}


def close(station: TestStation) -> tuple[str, dict]:
    """The day is closed: its Z slip as text, its report's content."""
    with station.store.transaction(Actor("staff", station.staff_ids["王站长"], "manager", "王站长", 1)) as tx:
        open_day(tx, 0)
        closed = close_day(tx, pieces={})
    with station.store.reading() as db:
        return render_text(slips.compose(db, closed.slip_id), 48), json.loads(closed.report.content)


def test_driven_clock_is_written_on_everything(station: TestStation, tmp_path: Path) -> None:
    with driven(tmp_path) as hands:
        hands.stand_at(clock.machine_now() + timedelta(minutes=1))
        for page, text in texts(station).items():
            assert text.count('class="driven-clock"') == 1, page
            assert text.index("<body") < text.index(MARK), page
        slip, content = close(station)
        assert MARK in slip
        assert content["is_clock_driven"] is True
        today = clock.local_date().isoformat()
        with station.store.reading() as db:
            assert MARK in export.notes(db, LEDGERS["F5"], Filters(today, today), in_full=False)
        assert MARK in pdf.plain(Sheet("x"))["foot"]
        with station.store.reading() as db:
            slip_id = db.value("SELECT MAX(id) FROM slips")
    with station.store.reading() as db:  # and it stays on what was made under it
        assert MARK in render_text(slips.compose(db, slip_id, copy_no=1), 48)


def test_own_clock_of_the_machine_is_no_matter(station: TestStation) -> None:
    for page, text in texts(station).items():
        assert MARK not in text, page
    slip, content = close(station)
    assert MARK not in slip
    assert content["is_clock_driven"] is False
    assert not pdf.plain(Sheet("x"))["foot"]


def test_session_of_a_fast_clock_is_not_locked_by_it(station: TestStation, tmp_path: Path) -> None:
    client = create_app(station.store, station.runtime).test_client()
    with driven(tmp_path) as hands:
        began = clock.machine_now()
        hands.write(offset_seconds=0, speed=600, from_at=clock.stamp(began - timedelta(seconds=1)))
        log_in(client, station, "王站长")
        with station.store.transaction() as tx:  # ten driven hours ago, a real minute
            long_ago = clock.stamp(datetime.fromisoformat(tx.now) - timedelta(hours=10))
            tx.execute("UPDATE staff_sessions SET last_seen_at = ?", long_ago)
        assert client.get("/more").status_code == 200
