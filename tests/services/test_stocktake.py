"""The monthly stocktake: what is counted while goods are sold, differences of both kinds, and what is refused."""

from pathlib import Path

import pytest

from kiosk.consignment import stock, stocktakes
from kiosk.counter.add_line import add_line
from kiosk.counter.consignment_goods import finish_stocktake
from tests.services.goods_bench import Goods, today


@pytest.fixture
def bench(tmp_path: Path):
    opened = Goods(tmp_path / "station")
    yield opened
    assert opened.wrong() == []
    opened.store.close()


def test_what_is_sold_while_counting_is_no_difference(bench):
    eggs = bench.product()
    bench.receive(eggs, 30)
    bench.act(stocktakes.begin, 1)
    bench.act(stocktakes.count, eggs, 30)
    bench.sell(eggs, 10)
    done = bench.act(finish_stocktake)
    assert [one.difference for one in done.counts] == [0]
    assert bench.stock_of(eggs) == 20
    text = bench.text(done.slip_id, 48)
    assert "盘点表" in text
    assert "0 种有差异" in text
    assert "监盘人" in text


@pytest.mark.obligation(
    "CUO-18", place="/consignment/stocktake", reads="F13 sheet: item, book, counted, difference, reason"
)
def test_differences_are_adjusted_explained_and_paid_for(bench):
    eggs, honey = bench.product(), bench.weighed()
    own = bench.product(name="干笋", category="dried", unit="袋", ean="", ownership="buy_up")
    bench.receive(eggs, 30)
    bench.receive(honey, 1000)
    bench.buy(own, 10, 50_00)
    bench.act(stocktakes.begin, 1)
    bench.act(stocktakes.count, eggs, 28, reason="missing")  # the station answers for two eggs at their floor price
    bench.act(stocktakes.count, honey, 980, reason="dried_out")
    bench.act(stocktakes.count, own, 8, reason="broken")
    done = bench.act(finish_stocktake)
    assert [bench.stock_of(one) for one in (eggs, honey, own)] == [28, 980, 8]
    assert (bench.owed(), bench.balance("goods"), bench.balance("goods_cost")) == (2_40, 40_00, 10_00)
    text = bench.text(done.slip_id, 48)
    for words in ("土鸡蛋", "-2 枚", "原因：丢失", "-0.04 斤", "失水减重", "3 种有差异"):
        assert words in text


def test_more_than_the_book_says_comes_in(bench):
    own = bench.product(ownership="buy_up")
    bench.buy(own, 10, 50_00)
    bench.act(stocktakes.begin, 1)
    bench.act(stocktakes.count, own, 12, reason="miscounted")
    bench.act(finish_stocktake)
    assert (bench.stock_of(own), bench.balance("goods")) == (12, 60_00)


def test_scan_by_scan_adds_up_and_a_typed_count_replaces(bench):
    eggs = bench.product()
    bench.receive(eggs, 3)
    bench.act(stocktakes.begin, 1)
    for _ in range(3):
        done = bench.act(stocktakes.count, eggs, 1, adds=True)
    assert (done.counted, done.difference) == (3, 0)
    assert bench.act(stocktakes.count, eggs, 2).counted == 2
    bench.act(stocktakes.explain, eggs, "tasted")
    bench.act(finish_stocktake)


def test_stocktake_refuses_what_is_not_complete(bench):
    eggs, honey = bench.product(), bench.weighed()
    bench.receive(eggs, 3)
    for act, args in ((finish_stocktake, ()), (stocktakes.count, (eggs, 1)), (stocktakes.give_up, ()),
                      (stocktakes.explain, (eggs, "broken"))):  # fmt: skip
        assert bench.code(act, *args) == "stocktake.none"
    bench.act(stocktakes.leave)
    first = bench.act(stocktakes.begin, 1).id
    assert bench.act(stocktakes.begin, None).id == first
    assert bench.code(finish_stocktake) == "stocktake.not_all_counted"
    assert bench.code(stocktakes.count, eggs, -1) == "stocktake.count_wrong"
    assert bench.code(stocktakes.count, 99, 1) == "product.unknown"
    assert bench.code(stocktakes.count, eggs, 1, reason="x") == "stocktake.reason_unknown"
    assert bench.code(stocktakes.explain, eggs, "broken") == "stocktake.not_counted"
    bench.act(stocktakes.count, eggs, 2)
    assert bench.code(finish_stocktake) == "stocktake.reason_missing"
    bench.act(stocktakes.explain, eggs, "missing")
    bench.act(stocktakes.count, honey, 5, reason="not_recorded")
    assert bench.code(finish_stocktake) == "stocktake.never_received"
    bench.act(stocktakes.give_up)
    assert bench.stock_of(eggs) == 3
    assert bench.code(stocktakes.stocktake, 99) == "stocktake.unknown"


def test_goods_on_a_ticket_are_not_adjusted_away(bench):
    eggs = bench.product()
    bench.receive(eggs, 5)
    ticket_id = bench.ticket()
    bench.act(add_line, ticket_id, "consignment", product_id=eggs, quantity=4)
    bench.act(stocktakes.begin, 1)
    bench.act(stocktakes.count, eggs, 3, reason="missing")
    assert bench.code(finish_stocktake) == "stocktake.held"
    bench.settle(ticket_id, 6_00)
    bench.act(stocktakes.count, eggs, 1)
    bench.act(finish_stocktake)


def test_reminder_stands_until_this_month_is_counted(bench):
    with bench.store.reading() as db:
        assert not stocktakes.is_due(db, today())
    eggs = bench.product()
    bench.receive(eggs, 5)
    with bench.store.reading() as db:
        assert stocktakes.is_due(db, today())
    bench.act(stocktakes.begin)
    bench.act(stocktakes.count, eggs, 5)
    bench.act(finish_stocktake)
    with bench.store.reading() as db:
        assert not stocktakes.is_due(db, today())
        assert stocktakes.is_due(db, "2099-01-15")


def test_sheet_without_goods_is_a_sheet(bench):
    bench.act(stocktakes.begin)
    assert "没有库存商品" in bench.text(bench.act(finish_stocktake).slip_id)


def test_last_lot_takes_what_is_found_after_all_were_sold(bench):
    eggs = bench.product()
    bench.receive(eggs, 5)
    bench.act(stock.lose, eggs, 5, "spoiled")
    bench.act(stocktakes.begin)
    bench.act(stocktakes.count, eggs, 1, reason="miscounted")
    bench.act(finish_stocktake)
    assert bench.stock_of(eggs) == 1
