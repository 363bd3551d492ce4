"""A station that was set up with the first release goes on with this one: every row kept, every figure the same, and
``kiosk check`` as clean after the migration as before."""

import gzip
import sqlite3
from pathlib import Path

import pytest

from kiosk import check, ledger, settings
from kiosk.ledger import Account
from kiosk.printing import slips
from kiosk.printing.render_text import render_text
from kiosk.storage import Store, open_store
from kiosk.till import store as tickets

OLD = Path(__file__).parents[1] / "data" / "station_m0001.db.gz"

#: What was signed or hashed by the key of the station that the file was taken from; the key was not taken.
NEEDS_ITS_KEY = {"parcel.phone_torn", "purchase.phone_torn", "report.envelope_wrong"}


def unpacked(state: Path) -> Path:
    state.mkdir(parents=True, exist_ok=True)
    path = state / "kiosk.db"
    path.write_bytes(gzip.decompress(OLD.read_bytes()))
    return path


@pytest.fixture
def store(tmp_path: Path):
    unpacked(tmp_path)
    opened = open_store(tmp_path, settings.load(tmp_path))
    yield opened
    opened.close()


def test_old_station_is_clean_after_its_migration(store: Store):
    found = [problem for problem in check.problems(store) if problem.code not in NEEDS_ITS_KEY]
    assert [str(problem) for problem in found] == []


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
