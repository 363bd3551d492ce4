"""The books: a page of a ledger's month among the years, and the close of a day with its two thousand transactions."""

from __future__ import annotations

import itertools
import sqlite3
import time
from datetime import timedelta

from kiosk import clock
from kiosk.counter.add_line import add_line
from kiosk.counter.close_day import close_day
from kiosk.counter.open_ticket import open_ticket
from kiosk.counter.settle import settle
from kiosk.people import tokens
from kiosk.reports import envelope
from kiosk.storage import Reader
from tests.benchmarks import history
from tests.benchmarks.history_tickets import GIVEN_FEN, PAGES, pieces
from tests.benchmarks.measure import Runner, Times, alternate, cpu_of
from tests.benchmarks.table import Figures, Row
from tests.benchmarks.wire import Wire
from tests.benchmarks.yardsticks import Bare
from tests.journeys.client import BASE
from tests.journeys.station import Station

LINES_A_TICKET = 40
#: The closing act asks for what was written that day; this is the least that it could ask for.
RAW = (
    "SELECT l.service, l.kind, SUM(l.txn_count), SUM(l.txn_amount_fen), SUM(l.commission_fen), SUM(l.fee_fen)"
    " FROM tickets t JOIN ticket_lines l ON l.ticket_id = t.id WHERE t.settled_on = ? AND l.state = 'done'"
    " GROUP BY l.service, l.kind"
)
RAW_TURNS = 15


def ledger_pages(figures: Figures, station: Station, bare: Bare, count: int, size: str, batch: int) -> None:
    """A page of a month in the middle of the years, by API and as a page's first look, beside F's look-up."""
    api = Wire(station.port, {"Authorization": f"Bearer {station.tokens['operator']}"})
    f = Wire(bare.port)
    web, theirs = cpu_of(station.pids()["web"]), cpu_of(bare.pid)
    numbers = itertools.cycle(range(0, min(count, 2_000)))
    middle = clock.local_date() - timedelta(days=max(16, -(-count // history.A_DAY) // 2))
    dates = f"from={middle.isoformat()}&to={(middle + timedelta(days=29)).isoformat()}"

    def page(form: str) -> Runner:
        def act(_: int) -> None:
            status, content = api.ask("GET", f"{BASE}/ledgers/{form}?{dates}&limit=50")
            if status != 200:
                raise AssertionError(f"{form}: {status} {content[:300]!r}")

        return Runner(form, act, web)

    for form, what in (("F5", "parcels"), ("F7", "services")):
        ours, other = alternate(
            page(form), Runner("F find", lambda _: f.ask("GET", f"/parcels/{next(numbers)}"), theirs), batches=6,
            size=max(5, batch // 2),
        )  # fmt: skip
        figures.add(Row(f"ledger page of a month, {what}, API", size, ours, other, "F's look-up"))
    for line in (api, f):
        line.close()


def close_of_day(figures: Figures, station: Station, size: str, lines: int) -> None:
    """The act that closes a day of so many transactions, beside raw SQL that adds the same day up; in process."""
    with station.store() as store:
        with store.reading() as db:
            actor = tokens.actor_of(db, station.tokens["operator"])
        assert actor is not None
        for _ in range(lines // LINES_A_TICKET):
            with store.transaction(actor) as tx:
                ticket_id = open_ticket(tx)
                for _line in range(LINES_A_TICKET):
                    add_line(tx, ticket_id, "convenience", **PAGES)
            with store.transaction(actor) as tx:
                settle(tx, ticket_id, LINES_A_TICKET * GIVEN_FEN)
        with store.reading() as db:
            business_on = db.value("SELECT business_on FROM business_days WHERE state = 'open'")
            raw = Times("raw", [_raw(db, business_on) for _ in range(RAW_TURNS)])
            drawer_fen = db.value("SELECT SUM(fen) FROM account_balances WHERE account = 'drawer'")
        envelope.be_ready(store.secrets)
        begun, cpu = time.perf_counter(), time.process_time()
        with store.transaction(actor) as tx:
            done = close_day(tx, pieces=dict(pieces(drawer_fen)), reason="unexplained")
        taken = Times("close", [time.perf_counter() - begun], time.process_time() - cpu)
    assert done.report.business_on == business_on
    figures.add(
        Row(f"close of a day with {lines} transactions, in process", size, taken, raw, "raw SQL of the day's sums")
    )


def _raw(db: Reader, business_on: str) -> float:
    begun = time.perf_counter()
    found: list[sqlite3.Row] = db.all(RAW, business_on)
    assert found
    return time.perf_counter() - begun
