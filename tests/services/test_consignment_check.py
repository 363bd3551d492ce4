"""Each invariant of goods is broken once, past the guards, and ``kiosk check`` names it."""

from __future__ import annotations

import shutil
import sqlite3
from pathlib import Path

import pytest

from kiosk.consignment import check, requests, stock, stocktakes
from kiosk.counter.consignment_goods import finish_stocktake, give_goods_back
from kiosk.storage import seals
from tests.services.goods_bench import Goods

BROKEN = [
    ("consignment.owed_differs", "UPDATE consignor_dues SET amount_fen = amount_fen + 1 WHERE kind = 'compensation'"),
    ("consignment.owed_differs", "UPDATE settlements SET state = 'recorded' WHERE id = 1"),
    ("consignment.due_wrong", "UPDATE consignor_dues SET amount_fen = amount_fen + 1 WHERE id = 1"),
    ("consignment.due_wrong", "UPDATE consignor_dues SET supplier_id = 2 WHERE id = 1"),
    ("consignment.differs_from_line", "UPDATE consignment_sales SET amount_fen = amount_fen + 1 WHERE id = 1"),
    ("consignment.differs_from_line", "UPDATE consignment_sales SET state = 'cancelled' WHERE id = 1"),
    ("consignment.not_as_audited", "UPDATE consignment_sales SET amount_fen = amount_fen + 1 WHERE id = 1"),
    ("consignment.goods_differ", "UPDATE consignment_sales SET quantity = quantity + 1 WHERE id = 1"),
    ("consignment.goods_differ", "UPDATE sale_lots SET cost_fen = cost_fen + 1 WHERE sale_id = 2"),
    ("settlement.wrong", "UPDATE settlements SET amount_fen = amount_fen + 1"),
    ("settlement.wrong", "UPDATE consignor_dues SET settlement_id = NULL WHERE id = 1"),
    ("settlement.number_gap", "UPDATE numbers SET last = 5 WHERE series = 'document.GS'"),
    ("stock.goods_differ", "UPDATE stock_moves SET cost_fen = cost_fen + 1 WHERE kind = 'bought'"),
    ("stock.lot_wrong", "UPDATE stock_moves SET quantity = 1 WHERE kind = 'received'"),
    ("stock.not_as_audited", "UPDATE stock_moves SET quantity = -7 WHERE kind = 'lost'"),
    ("stock.of_ended_product", "UPDATE products SET state = 'ended' WHERE id = 1"),
    ("buy_up.wrong", "UPDATE buy_ups SET amount_fen = amount_fen + 1"),
    ("buy_up.number_gap", "UPDATE buy_ups SET document_no = 'GB20200101-0009'"),
    ("stocktake.wrong", "UPDATE stocktake_counts SET counted = counted + 1 WHERE id = 1"),
    ("stocktake.wrong", "UPDATE stocktake_counts SET reason = '' WHERE counted <> book"),
    ("stocktake.number_gap", "DELETE FROM numbers WHERE series = 'document.GT'"),
    ("sale_request.state_wrong", "UPDATE sale_requests SET state = 'sold'"),
    ("sale_request.state_wrong", "DELETE FROM sale_request_events WHERE step = 1"),
    ("sale_request.dropped", "DELETE FROM sale_requests"),
]


@pytest.fixture(scope="module")
def lived(tmp_path_factory):
    """A station with everything that goods can do."""
    state = tmp_path_factory.mktemp("goods") / "station"
    bench = Goods(state)
    wish = bench.act(requests.note, words="鸡蛋", name="李四").id
    eggs = bench.product(request_id=wish)
    own = bench.product(name="干笋", category="dried", unit="袋", ean="", ownership="buy_up")
    bench.receive(eggs, 30)
    bench.buy(own, 10, 50_00)
    bench.sell(eggs, 10)
    bench.sell(own, 2)
    bench.pay_out()
    bench.act(stock.lose, eggs, 1, "broken")
    bench.act(give_goods_back, eggs, 2)
    bench.act(stocktakes.begin)
    bench.act(stocktakes.count, eggs, 16, reason="missing")
    bench.act(stocktakes.count, own, 8)
    bench.act(finish_stocktake)
    assert bench.wrong() == []
    bench.store.close()
    return state


@pytest.mark.parametrize(("code", "sql"), BROKEN)
def test_broken_invariant_is_named(lived, tmp_path, code, sql):
    state = tmp_path / "station"
    shutil.copytree(lived, state)
    connection = sqlite3.connect(state / "kiosk.db")
    seals.bind(connection)
    for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        connection.execute(f'DROP TRIGGER "{name}"')
    assert connection.execute(sql).rowcount > 0
    connection.commit()
    connection.close()
    bench = Goods.reopened(state)
    with bench.store.reading() as db:
        assert code in {problem.code for problem in check.problems(db)}
    bench.store.close()


@pytest.mark.parametrize(
    "sql",
    [
        "DELETE FROM suppliers", "DELETE FROM supplier_docs", "DELETE FROM sale_requests", "DELETE FROM sale_request_events",
        "DELETE FROM products", "DELETE FROM lots", "DELETE FROM stock_moves", "DELETE FROM buy_ups",
        "DELETE FROM consignment_sales", "DELETE FROM sale_lots", "DELETE FROM settlements", "DELETE FROM consignor_dues",
        "DELETE FROM stocktakes", "DELETE FROM stocktake_counts",
        "UPDATE stock_moves SET quantity = 1", "UPDATE products SET unit_size = 2", "UPDATE lots SET product_id = 2",
        "UPDATE buy_ups SET amount_fen = 1", "UPDATE consignment_sales SET amount_fen = 1",
        "UPDATE consignment_sales SET supplier_id = 2", "UPDATE sale_lots SET quantity = 1",
        "UPDATE settlements SET amount_fen = 1", "UPDATE consignor_dues SET amount_fen = 1",
        "UPDATE consignor_dues SET supplier_id = 2", "UPDATE stocktakes SET month = ''",
        "UPDATE stocktake_counts SET counted = 1", "UPDATE sale_request_events SET step = 9",
        "INSERT INTO stock_moves (product_id, lot_id, kind, quantity, cost_fen, business_on, at, actor_kind, actor_id)"
        " VALUES (1, 1, 'lost', -999, 0, '', '', '', 1)",
        "INSERT INTO stock_moves (product_id, lot_id, kind, quantity, cost_fen, business_on, at, actor_kind, actor_id)"
        " VALUES (2, 1, 'received', 1, 0, '', '', '', 1)",
    ],
)  # fmt: skip
def test_database_itself_refuses(lived, tmp_path, sql):
    state = tmp_path / "station"
    shutil.copytree(lived, state)
    bench = Goods.reopened(state)
    if "supplier_docs" in sql:
        from kiosk.consignment import suppliers

        bench.act(suppliers.see_document, 1, "invoice")
    with pytest.raises(sqlite3.IntegrityError), bench.store.transaction() as tx:
        tx.execute(sql)
    assert Path(state / "kiosk.db").exists()
    bench.store.close()
