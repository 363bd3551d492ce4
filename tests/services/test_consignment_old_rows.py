"""Sales made before suppliers were kept: every row and id survives the migration, is owed to nobody in particular until
somebody says whose goods it was, and is settled then."""

from __future__ import annotations

import gzip
import sqlite3
from pathlib import Path

import pytest

from kiosk import settings
from kiosk.consignment import actions, check, settlements, store, suppliers
from kiosk.counter.add_line import add_line
from kiosk.counter.refund import refund
from kiosk.storage import open_store
from tests.services.counter_bench import Bench

OLD = Path(__file__).parents[1] / "data" / "station_m0001.db.gz"


@pytest.fixture
def old(tmp_path: Path):
    (tmp_path / "kiosk.db").write_bytes(gzip.decompress(OLD.read_bytes()))
    before = sqlite3.connect(tmp_path / "kiosk.db")
    before.row_factory = sqlite3.Row
    rows = [dict(row) for row in before.execute("SELECT * FROM consignment_sales ORDER BY id")]
    before.close()
    open_store(tmp_path, settings.load(tmp_path)).close()
    bench = Bench.reopened(tmp_path)
    bench.void(bench.ticket())  # what lay open on the desk
    yield bench, rows
    with bench.store.reading() as db:
        assert [problem.code for problem in check.problems(db)] == []
    bench.store.close()


def test_rows_and_ids_are_as_before(old):
    bench, rows = old
    with bench.store.reading() as db:
        now = [dict(row) for row in db.all("SELECT * FROM consignment_sales ORDER BY id")]
    assert [{name: row[name] for name in rows[0]} for row in now] == rows
    assert {
        (row["ownership"], row["channel"], row["product_id"], row["supplier_id"], row["unit_size"]) for row in now
    } == {("consignment", "counter", None, None, 1)}
    with bench.store.reading() as db:
        assert store.owed_by_supplier(db) == {None: 21_37}
    assert bench.value("SELECT seq FROM sqlite_sequence WHERE name = 'consignment_sales'") == len(rows)


def test_old_sale_is_settled_once_it_is_said_whose_it_was(old):
    bench, _rows = old
    farmer = bench.act(suppliers.register, name="李四").id
    assert bench.code(settlements.record, farmer) == "settlement.nothing_owed"
    assert bench.code(actions.name_supplier, 1, 99) == "supplier.unknown"
    bench.act(actions.name_supplier, 1, farmer)
    assert bench.code(actions.name_supplier, 1, farmer) == "consignment.supplier_known"
    ticket_id = bench.ticket()
    line = bench.act(add_line, ticket_id, "settlement", supplier_id=farmer)
    assert line.owed_fen == -21_37
    bench.settle(ticket_id, 0)
    assert bench.balance("owed_to_consignors") == 0
    assert bench.value("SELECT state FROM consignment_sales WHERE id = 1") == "paid_out"


@pytest.mark.parametrize("names_supplier", [False, True])
def test_old_sale_is_refunded_whosever_it_was(old, names_supplier):
    bench, _rows = old
    if names_supplier:
        bench.act(actions.name_supplier, 1, bench.act(suppliers.register, name="李四").id)
    line_id = bench.value("SELECT id FROM ticket_lines WHERE case_kind = 'consignment_sale' AND case_id = 1")
    ticket_id = bench.ticket()
    bench.act(refund, ticket_id, [line_id])
    bench.settle(ticket_id, 0)
    with bench.store.reading() as db:
        assert store.owed_by_supplier(db) == {}
    assert bench.balance("owed_to_consignors") == 0
