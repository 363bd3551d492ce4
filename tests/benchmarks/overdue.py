"""What waits too long, with the shelves full and years of history behind them: the list as a function and as a page, and
the reminders and the list of calls when everybody is due at once. Nothing of the reminders is kept: the acts measured
afterwards find the station as it was."""

from __future__ import annotations

import itertools
import sqlite3
import time
from datetime import timedelta
from pathlib import Path

from kiosk import clock, shifts
from kiosk.counter import consent_list, remind
from kiosk.parcels import overdue, view
from kiosk.parcels.model import IN_STOCK_SQL
from kiosk.people import tokens
from kiosk.storage import Reader, Store
from tests.benchmarks.measure import Runner, Times, alternate, cpu_of
from tests.benchmarks.table import Figures, Row
from tests.benchmarks.wire import Wire
from tests.benchmarks.yardsticks import Bare
from tests.journeys.pages import PageClient
from tests.journeys.station import Station

#: The least that the same list could be asked for: a page of rows, and the stock counted.
RAW_LIST = f"SELECT * FROM parcels WHERE {IN_STOCK_SQL} AND checked_in_on <= ? ORDER BY checked_in_on, id LIMIT ?"
RAW_COUNT = f"SELECT COUNT(*) FILTER (WHERE checked_in_on <= ?) FROM parcels WHERE {IN_STOCK_SQL}"


class _Enough(Exception):
    """Takes back what was only measured."""


def measure(figures: Figures, station: Station, raw_path: Path, size: str, in_stock: int, batch: int) -> None:
    """Every figure of this module."""
    with station.store() as store:
        _function(figures, store, size, batch)
        _everybody_due(figures, store, station, size)
    _page(figures, station, raw_path, size, in_stock, batch)


def _function(figures: Figures, store: Store, size: str, batch: int) -> None:
    with store.reading() as db:
        days = db.settings.parcels.overdue_days
        since = overdue.before_on(db, days)
    raw = sqlite3.connect(f"file:{store.path}?mode=ro", uri=True, isolation_level=None)

    def ours(_: int) -> None:
        with store.reading() as db:
            rows, _more = overdue.aged(db, days)
            _look(db, rows)

    def theirs(_: int) -> None:
        raw.execute(RAW_LIST, (since, overdue.MOST_SHOWN)).fetchall()
        raw.execute(RAW_COUNT, (since,)).fetchone()

    seen, r = alternate(Runner("overdue", ours), Runner("raw", theirs), batches=6, size=max(5, batch // 2))
    raw.close()
    figures.add(Row("overdue list of 100 with the ages, in process", size, seen, r, "raw SQL of the same"))


def _look(db: Reader, rows: list[sqlite3.Row]) -> None:
    for row in rows:
        view.show(db, row)
    overdue.ages(db)


def _everybody_due(figures: Figures, store: Store, station: Station, size: str) -> None:
    with store.reading() as db:
        actor = tokens.actor_of(db, station.tokens["operator"])
    try:
        with store.transaction(actor) as tx:
            shifts.ensure_open(tx)
            tx.now = clock.stamp(clock.local(clock.now()).replace(hour=12, minute=0) + timedelta(days=1))
            due = [row["id"] for row in overdue.waiting_since(tx, 0)]
            turns = Times("turns", [])
            for first in range(0, len(due), remind.AT_ONCE):
                turns.each.append(
                    _timed(lambda first=first: remind.remind_some(tx, due[first : first + remind.AT_ONCE]))
                )
            called = Times("calls", [_timed(lambda: remind.call_list(tx)) for _ in range(9)])
            raise _Enough
    except _Enough:
        pass
    noted = f"{len(turns.each)} turns of {remind.AT_ONCE}"
    figures.add(Row("reminders noted, one turn without its commit", size, turns, words=noted))
    figures.add(Row("list of calls when everybody is due", size, called))
    with store.reading() as db:
        asked = Times(
            "consents", [_timed(lambda: (consent_list.counts(db), consent_list.not_agreed(db))) for _ in range(9)]
        )
    figures.add(Row("who of the whole stock has not agreed", size, asked))


def _timed(act) -> float:  # type: ignore[no-untyped-def]
    begun = time.perf_counter()
    act()
    return time.perf_counter() - begun


def _page(figures: Figures, station: Station, raw_path: Path, size: str, in_stock: int, batch: int) -> None:
    """The page as a browser gets it, beside F's look-up."""
    client = PageClient(station.port)
    client.log_in(station.members["operator"])
    cookie = "; ".join(f"{found.name}={found.value}" for found in client.cookies.jar)
    ours = Wire(station.port, {"Cookie": cookie})
    numbers = itertools.cycle(range(in_stock))

    def page(_: int) -> None:
        status, content = ours.ask("GET", "/overdue")
        if status != 200:
            raise AssertionError(f"/overdue: {status} {content[:300]!r}")

    with Bare(raw_path) as bare:
        f = Wire(bare.port)
        seen, other = alternate(
            Runner("page", page, cpu_of(station.pids()["web"])),
            Runner("F find", lambda _: f.ask("GET", f"/parcels/{next(numbers)}"), cpu_of(bare.pid)),
            batches=6, size=max(5, batch // 2),
        )  # fmt: skip
        f.close()
    ours.close()
    figures.add(Row("overdue list, page", size, seen, other, "F's look-up"))
