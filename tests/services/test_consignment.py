"""A consignment sale: what it refuses, what the supplier is owed, and that the supplier can be erased."""

from pathlib import Path

import pytest

from kiosk import vault
from kiosk.consignment import actions, store
from kiosk.counter.add_line import add_line
from tests.services.counter_bench import FEES, SALE, Bench


@pytest.fixture
def bench(tmp_path: Path):
    opened = Bench(tmp_path / "station", printer=False)
    yield opened
    assert opened.problems() == []
    opened.store.close()


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"item_name": ""}, "consignment.item_missing"),
        ({"supplier_name": " "}, "consignment.supplier_missing"),
        ({"quantity": 0}, "consignment.quantity_wrong"),
        ({"amount_fen": 0}, "consignment.amount_wrong"),
        ({"phone": "abc"}, "phone.unreadable"),
    ],
)
def test_sale_that_lacks_something_is_refused_and_kept_nowhere(bench, changed, code):
    assert bench.code(add_line, bench.ticket(), "consignment", **(SALE | changed)) == code


@pytest.mark.parametrize(
    ("amount_fen", "commission_fen"), [(1, 0), (9, 0), (10, 1), (29, 1), (30, 2), (22_50, 1_13), (999_99, 50_00)]
)
def test_supplier_is_owed_the_price_less_the_commission(bench, amount_fen, commission_fen):
    bench.settle(bench.ticket(("consignment", SALE | {"amount_fen": amount_fen})), amount_fen)
    with bench.store.reading() as db:
        sale = store.sale(db, 1)
        assert (sale.state, sale.commission_fen, sale.owed_fen) == ("sold", commission_fen, amount_fen - commission_fen)
        assert store.owed_fen(db) == sale.owed_fen
        assert store.owed_sales(db) == [sale]
    wanted = {"drawer": amount_fen, "owed_to_consignors": commission_fen - amount_fen, "commission": -commission_fen}
    assert bench.balances() == {account: fen for account, fen in wanted.items() if fen}


def test_price_below_the_commission_is_refused(tmp_path):
    at_least = {"rule": "percent_with_min_max", "min": "1.00", "max": "9.00"}
    items = [item | (at_least if item["code"] == "consignment" else {}) for item in FEES["items"]]
    bench = Bench(tmp_path / "station", fee_list=FEES | {"items": items}, printer=False)
    ticket_id = bench.ticket()
    assert (
        bench.code(add_line, ticket_id, "consignment", **(SALE | {"amount_fen": 99})) == "consignment.below_commission"
    )
    bench.act(add_line, ticket_id, "consignment", **(SALE | {"amount_fen": 1_00}))
    bench.settle(ticket_id, 1_00)
    assert bench.balances() == {"drawer": 1_00, "commission": -1_00}
    assert bench.problems() == []
    bench.store.close()


def test_supplier_who_was_paid_keeps_the_money(bench):
    bench.settle(bench.ticket(("consignment", SALE)), 22_50)
    with bench.store.transaction() as tx:
        tx.change("consignment_sales", 1, state="paid_out")
    assert bench.code(actions.take_back, 1) == "consignment.too_far"
    assert bench.code(actions.sell, 1, 0) == "consignment.too_far"
    assert bench.code(actions.cancel, 9) == "consignment.unknown"
    with bench.store.transaction() as tx:
        tx.change("consignment_sales", 1, state="sold")


def test_supplier_is_found_by_phone_and_can_be_erased(bench):
    bench.ticket(("consignment", SALE | {"phone": "13912345678"}))
    with bench.store.reading() as db:
        hashed = vault.phone_hash(db, "13912345678")
        assert [sale.id for sale in store.by_phone(db, hashed)] == [1]
        assert vault.get(db, "consignment_sale", 1, "supplier_name") == "李四"
    with bench.store.transaction(erasing=True) as tx:
        assert actions.forget(tx, 1, "test.rule") == 3
    with bench.store.reading() as db:
        assert store.by_phone(db, hashed) == []
        assert vault.get(db, "consignment_sale", 1, "supplier_name") is None
