"""Random days of goods: receipts, purchases, sales, refunds, losses, stocktakes, settlements, refusals and voids in any
order. After each act every invariant holds, and stock and money are what a hand-kept book says."""

from __future__ import annotations

import tempfile
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from kiosk.consignment import stock, stocktakes
from kiosk.counter.add_line import add_line
from kiosk.counter.consignment_goods import finish_stocktake, give_goods_back
from kiosk.counter.consignment_online import refund_online, sell_online
from kiosk.counter.refund import refund
from kiosk.counter.void import void
from kiosk.errors import Refused
from tests.services.goods_bench import HONEY, Goods

GOODS = st.sampled_from(["eggs", "honey", "own"])
SOME = st.integers(1, 9)


class Shelf(RuleBasedStateMachine):
    """A farmer's eggs by the piece, honey by weight, and goods of our own; the book beside them is kept by hand."""

    @initialize()
    def opens(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        self.bench = Goods(Path(self.folder.name) / "station")
        own = HONEY | {"name": "干笋", "plu": "", "ownership": "buy_up", "floor_fen": 0, "price_fen": 30_00}
        self.ids = {
            "eggs": self.bench.product(), "honey": self.bench.weighed(), "own": self.bench.weighed(**own),
        }  # fmt: skip
        self.step = {"eggs": 1, "honey": 50, "own": 50}
        self.book = dict.fromkeys(self.ids, 0)
        self.owed = 0
        self.tickets: dict[int, tuple[str, int, int]] = {}  # settled sales: ticket → (goods, quantity, owed)
        self.orders = 0

    def teardown(self) -> None:
        if hasattr(self, "bench"):
            self.bench.store.close()
            self.folder.cleanup()

    @rule(goods=GOODS, many=SOME, fen=st.integers(1, 50_00))
    def comes_in(self, goods: str, many: int, fen: int) -> None:
        quantity = many * self.step[goods]
        if goods == "own":
            try:
                self.bench.buy(self.ids[goods], quantity, fen)
            except Refused as refused:
                assert refused.code == "drawer.too_little"
                self._void_open()
                return
        else:
            self.bench.receive(self.ids[goods], quantity)
        self.book[goods] += quantity

    def _void_open(self) -> None:
        self.bench.void(self.bench.value("SELECT MAX(id) FROM tickets WHERE state = 'open'"))

    @rule(goods=GOODS, many=SOME)
    def is_sold(self, goods: str, many: int) -> None:
        quantity = many * self.step[goods]
        ticket_id = self.bench.ticket()
        facts = {"product_id": self.ids[goods], "quantity": quantity}
        if quantity > self.book[goods]:
            assert self.bench.code(add_line, ticket_id, "consignment", **facts) == "stock.short"
            return
        line = self.bench.act(add_line, ticket_id, "consignment", **facts)
        self.bench.settle(ticket_id, line.owed_fen)
        self.book[goods] -= quantity
        owed = 0 if goods == "own" else line.owed_fen - line.fee_fen
        self.owed += owed
        self.tickets[ticket_id] = (goods, quantity, owed)

    @precondition(lambda self: self.tickets)
    @rule(data=st.data(), how=st.sampled_from([void, refund]))
    def is_taken_back(self, data: st.DataObject, how: object) -> None:
        ticket_id = data.draw(st.sampled_from(sorted(self.tickets)))
        try:
            if how is void:
                self.bench.act(void, ticket_id)
            else:
                line_id = self.bench.value(
                    "SELECT id FROM ticket_lines WHERE ticket_id = ? AND act = 'sell' AND state = 'done'", ticket_id
                )
                back = self.bench.ticket()
                self.bench.act(refund, back, [line_id])
                self.bench.settle(back, 0)
        except Refused as refused:
            assert refused.code == "drawer.too_little"
            if how is refund:
                self._void_open()
            return
        goods, quantity, owed = self.tickets.pop(ticket_id)
        self.book[goods] += quantity
        self.owed -= owed

    @rule(goods=GOODS, many=SOME, into=st.sampled_from(["wechat", "owner"]), keeps=st.booleans())
    def is_sold_online(self, goods: str, many: int, into: str, keeps: bool) -> None:
        quantity = many * self.step[goods]
        self.orders += 1
        facts = {"platform": "农货铺", "platform_order_no": f"P{self.orders}", "paid_into": into}
        sell = (sell_online, self.ids[goods], quantity, 500_00)
        if quantity > self.book[goods]:
            assert self.bench.code(*sell, **facts) == "stock.short"
            return
        sold = self.bench.act(*sell, **facts)
        if keeps:
            self.book[goods] -= quantity
            self.owed += 0 if goods == "own" else 500_00 - 25_00
        else:
            self.bench.act(refund_online, sold.sale_id)

    @rule(goods=GOODS, many=SOME, reason=st.sampled_from(sorted(stock.LOSS_REASONS)))
    def is_lost(self, goods: str, many: int, reason: str) -> None:
        quantity = many * self.step[goods]
        if quantity > self.book[goods]:
            assert self.bench.code(stock.lose, self.ids[goods], quantity, reason) == "stock.short"
            return
        self.bench.act(stock.lose, self.ids[goods], quantity, reason)
        self.book[goods] -= quantity
        self._compensated(goods, reason)

    def _compensated(self, goods: str, reason: str) -> None:
        """What is paid for goods of others is proved against a sum by floor price: it is read off the dues, each of
        which must be the floor price of its move, half-up."""
        with self.bench.store.reading() as db:
            rows = db.all(
                "SELECT d.amount_fen, -m.quantity AS quantity, p.floor_fen, p.unit_size FROM consignor_dues d"
                " JOIN stock_moves m ON m.id = d.move_id JOIN products p ON p.id = m.product_id"
            )
        for row in rows:
            exact = row["floor_fen"] * row["quantity"]
            assert abs(row["amount_fen"] * row["unit_size"] - exact) * 2 <= row["unit_size"]
        paid = sum(row["amount_fen"] for row in rows)
        if goods == "own" or reason not in stock.STATION_ANSWERS:
            assert paid == getattr(self, "compensated", 0)
        self.owed += paid - getattr(self, "compensated", 0)
        self.compensated = paid

    @rule(goods=st.sampled_from(["eggs", "honey"]), many=SOME)
    def goes_back(self, goods: str, many: int) -> None:
        quantity = many * self.step[goods]
        if quantity > self.book[goods]:
            assert self.bench.code(give_goods_back, self.ids[goods], quantity) == "stock.short"
            return
        self.bench.act(give_goods_back, self.ids[goods], quantity)
        self.book[goods] -= quantity

    @rule(goods=GOODS, off=st.integers(-3, 3), reason=st.sampled_from(["miscounted", "missing"]))
    def is_counted(self, goods: str, off: int, reason: str) -> None:
        self.bench.act(stocktakes.begin)
        for name, product_id in self.ids.items():
            counted = max(0, self.book[name] + (off if name == goods else 0))
            if not self.bench.value("SELECT COUNT(*) FROM lots WHERE product_id = ?", product_id):
                counted = 0
            self.bench.act(stocktakes.count, product_id, counted, reason=reason)
            if name == goods:
                found = counted
        self.bench.act(finish_stocktake)
        self.book[goods] = found
        self._compensated("", "missing")

    @rule()
    def farmer_is_paid(self) -> None:
        ticket_id = self.bench.ticket()
        facts = {"supplier_id": self.bench.farmer}
        if self.owed <= 0:
            assert self.bench.code(add_line, ticket_id, "settlement", **facts) == "settlement.nothing_owed"
            return
        line = self.bench.act(add_line, ticket_id, "settlement", **facts)
        assert line.owed_fen == -self.owed
        try:
            self.bench.settle(ticket_id, 0)
        except Refused as refused:
            assert refused.code == "drawer.too_little"
            self._void_open()
            return
        self.owed = 0

    @invariant()
    def stands_as_the_book_says(self) -> None:
        if not hasattr(self, "bench"):
            return
        for goods, product_id in self.ids.items():
            assert self.bench.stock_of(product_id) == self.book[goods]
        assert self.bench.owed() == self.owed
        assert self.bench.wrong() == []


TestShelf = Shelf.TestCase
TestShelf.settings = settings(settings.get_profile("quick"), max_examples=15, stateful_step_count=20)
