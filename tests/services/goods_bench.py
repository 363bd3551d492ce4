"""A station with goods: a farmer, a cooperative, products of both kinds of ownership, each step an act of its own."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

from kiosk import clock
from kiosk.consignment import check, products, stock, store, suppliers
from kiosk.counter.add_line import add_line
from kiosk.counter.consignment_goods import receive_goods
from kiosk.counter.open_day import open_day
from tests.services.counter_bench import Bench

#: In the drawer, so that farmers can be paid; left out of ``balances``.
FLOAT_FEN = 1000_00
#: Fictitious; its check digit is right.
USCC = "91330000MA00000007"
EGGS: dict[str, Any] = {
    "name": "土鸡蛋", "category": "egg", "unit": "枚", "price_fen": 1_50, "floor_fen": 1_20, "origin": "枫林村",
    "ean": "6901234567892",
}  # fmt: skip
HONEY: dict[str, Any] = {
    "name": "野蜂蜜", "category": "dried", "unit": "斤", "by": "weight", "price_fen": 40_00, "floor_fen": 35_00,
    "origin": "后山", "plu": "12",
}  # fmt: skip


def today() -> str:
    """The calendar date at the station."""
    return clock.local_date().isoformat()


def in_days(days: int) -> str:
    """A date so many days ahead, or back."""
    return (date.fromisoformat(today()) + timedelta(days=days)).isoformat()


class Goods(Bench):
    """One station; each method is one act."""

    def __init__(self, state: Path, **more: Any) -> None:
        super().__init__(state, printer=False, **more)
        self.act(open_day, FLOAT_FEN)
        self.farmer = self.act(suppliers.register, name="李四", phone="13912345678", address="枫林村三组").id

    def product(self, supplier_id: int | None = None, **facts: Any) -> int:
        return self.act(products.admit, supplier_id or self.farmer, **(EGGS | facts)).id

    def weighed(self, **facts: Any) -> int:
        return self.act(products.admit, self.farmer, **(HONEY | facts)).id

    def receive(self, product_id: int, quantity: int, **lot: str) -> int:
        lot_id = self.act(receive_goods, product_id, quantity, **({"produced_on": today()} | lot)).lot_id
        assert lot_id is not None
        return lot_id

    def sell(self, product_id: int, quantity: int, **facts: Any) -> int:
        """Sells at the counter and takes the cash; returns the sale's id."""
        ticket_id = self.ticket()
        line = self.act(add_line, ticket_id, "consignment", product_id=product_id, quantity=quantity, **facts)
        self.settle(ticket_id, line.owed_fen)
        return line.case_id

    def buy(self, product_id: int, quantity: int, amount_fen: int) -> int:
        """Buys goods up; returns the purchase's id."""
        ticket_id = self.ticket()
        facts = {"product_id": product_id, "quantity": quantity, "amount_fen": amount_fen, "produced_on": today()}
        line = self.act(add_line, ticket_id, "buy_up", **facts)
        self.settle(ticket_id, 0)
        return line.case_id

    def pay_out(self, supplier_id: int | None = None) -> int:
        """Pays a supplier what is owed; returns the settlement's id."""
        ticket_id = self.ticket()
        line = self.act(add_line, ticket_id, "settlement", supplier_id=supplier_id or self.farmer)
        self.settle(ticket_id, 0)
        return line.case_id

    def stock_of(self, product_id: int) -> int:
        with self.store.reading() as db:
            return stock.quantity_of(db, product_id)

    def owed(self, supplier_id: int | None = None) -> int:
        with self.store.reading() as db:
            return store.owed_fen(db, supplier_id or self.farmer)

    def balances(self) -> dict[str, int]:
        """Balances without the float that the owner put in."""
        found = super().balances()
        found["drawer"] = found.get("drawer", 0) - FLOAT_FEN
        found["owner"] = found.get("owner", 0) + FLOAT_FEN
        return {account: fen for account, fen in found.items() if fen}

    def wrong(self) -> list[str]:
        """Every broken invariant of money and of goods."""
        with self.store.reading() as db:
            return sorted({*self.problems(), *(problem.code for problem in check.problems(db))})
