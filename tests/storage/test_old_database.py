"""A station that was set up with an earlier release goes on with this one: every row kept, every figure the same, and
``kiosk check`` as clean after the migration as before."""

import gzip
import json
import sqlite3
from datetime import date
from pathlib import Path

import pytest

from kiosk import check, ledger, settings
from kiosk.counter import list_manifest
from kiosk.counter.check_in import check_in
from kiosk.counter.consent import give_consent
from kiosk.counter.set_aside import mark_to_return
from kiosk.ledger import Account
from kiosk.printing import slips
from kiosk.printing.render_text import render_text
from kiosk.reports import store as reports
from kiosk.reports.period import period_content
from kiosk.reports.periods import month_of
from kiosk.storage import Store, open_store
from kiosk.till import store as tickets
from tests.services.counter_bench import Bench

DATA = Path(__file__).parents[1] / "data"
OLD = DATA / "station_m0001.db.gz"
#: A real day of each release since, with something of everything it could do.
REAL_DAYS = ("station_m0002.db.gz", "station_m0003.db.gz")

#: What was signed or hashed by the key of the station that the file was taken from; the key was not taken.
NEEDS_ITS_KEY = {"consent.phone_differs", "parcel.phone_torn", "purchase.phone_torn", "report.envelope_wrong"}


def unpacked(state: Path, old: Path = OLD) -> Path:
    state.mkdir(parents=True, exist_ok=True)
    path = state / "kiosk.db"
    path.write_bytes(gzip.decompress(old.read_bytes()))
    return path


def rows(path: Path) -> dict[str, int]:
    """How many rows each table has; seals are made anew and sqlite's own tables are its own."""
    db = sqlite3.connect(path)
    names = [name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND sql NOT NULL")]
    counted = {name: db.execute(f'SELECT COUNT(*) FROM "{name}"').fetchone()[0] for name in names}
    db.close()
    return {name: n for name, n in counted.items() if name not in ("seals", "_sqlite_migrations", "sqlite_sequence")}


@pytest.fixture
def store(tmp_path: Path):
    unpacked(tmp_path)
    opened = open_store(tmp_path, settings.load(tmp_path))
    yield opened
    opened.close()


def clean(store: Store) -> list[str]:
    return [str(problem) for problem in check.problems(store) if problem.code not in NEEDS_ITS_KEY]


def test_old_station_is_clean_after_its_migration(store: Store):
    assert clean(store) == []


@pytest.mark.parametrize("old", REAL_DAYS)
def test_station_of_an_earlier_release_keeps_every_row_and_goes_on(tmp_path: Path, old: str):
    before = rows(unpacked(tmp_path, DATA / old))
    bench = Bench.reopened(tmp_path)
    after = rows(tmp_path / "kiosk.db")
    assert {name: after.get(name) for name in before} == before
    assert len(before) > 60 and len(after) > len(before)
    assert clean(bench.store) == []
    waiting = bench.value("SELECT id FROM parcels WHERE state = 'on_shelf' AND carrier = 'YTO' ORDER BY id LIMIT 1")
    came = bench.act(check_in, waybill="YT8962646785389", carrier="YTO", phone="13912345678", desk_id=1).parcel_id
    bench.act(give_consent, came, "this_parcel", "oral")
    returned = bench.act(list_manifest.open_list, "return", carrier="YTO", desk_id=1)
    for parcel_id in (waiting, came):
        bench.act(mark_to_return, parcel_id, "refused")
        bench.act(list_manifest.add_to_list, returned.id, parcel_id)
    assert clean(bench.store) == []
    with bench.store.reading() as db:
        days = [json.loads(report.content) for report in reports.reports(db)]
        last = {content["business_on"]: content for content in reversed(days)}
        busy = max(last, key=lambda on: last[on]["totals"]["txn_count"])
        month = period_content(db, month_of(date.fromisoformat(busy)))
    assert month["totals"]["txn_count"] > 10
    assert month["totals"] == {
        name: sum(last[on]["totals"][name] for on in last if on[:7] == busy[:7]) for name in month["totals"]
    }
    bench.store.close()


def test_every_old_ticket_was_paid_in_cash(store: Store):
    with store.reading() as db:
        settled = db.all("SELECT id, total_fen FROM tickets WHERE total_fen > 0 ORDER BY id")
        assert len(settled) == 3
        for row in settled:
            assert [(p.method, p.amount_fen) for p in tickets.payments(db, row["id"])] == [("cash", row["total_fen"])]


def test_money_held_is_known_by_whose_it_is(store: Store, tmp_path: Path):
    with store.reading() as db:
        assert ledger.by_party(db, Account.HELD_FOR_BILLS) == {"bill:1": -50_00}
        assert set(ledger.by_party(db, Account.HELD_FOR_PURCHASES)) == {"purchase:1"}


def test_old_receipt_reads_as_it_was_printed(store: Store):
    with store.reading() as db:
        text = render_text(slips.compose(db, tickets.ticket(db, 1).slip_id or 0), 32)
    assert "收现金" in text and "找零" in text and "￥381.50" in text


def test_copy_from_before_the_migration_stands_beside(store: Store, tmp_path: Path):
    beside = sqlite3.connect(tmp_path / "kiosk.db.before-migration")
    assert beside.execute("SELECT COUNT(*) FROM tickets").fetchone()[0] == 5
    beside.close()
