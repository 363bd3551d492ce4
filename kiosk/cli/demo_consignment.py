"""Invented goods of the sample station: farmers, a cooperative with its papers, stock of both kinds of ownership, a wish
that waits for an answer, so that every page of goods has something to show. Amounts are whole jiao, since the sample
days are counted in coins; nothing is drawn at random."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, timedelta
from typing import Any

from kiosk import shifts
from kiosk.consignment import listings, products, requests, stock, stocktakes, suppliers
from kiosk.counter import add_line, consignment_goods, consignment_online, settle
from kiosk.storage import Tx
from kiosk.till import actions as till

Moment = Callable[[], AbstractContextManager[Tx]]
EGGS = {
    "name": "散养土鸡蛋", "category": "egg", "unit": "枚", "price_fen": 1_50, "floor_fen": 1_20, "origin": "枫林村三组",
    "grade": "一级", "ean": "6901234567892", "low_stock": 40,
}  # fmt: skip
HONEY = {
    "name": "野蜂蜜", "category": "dried", "unit": "斤", "by": "weight", "price_fen": 40_00, "floor_fen": 35_00,
    "origin": "枫林村后山", "plu": "12",
}  # fmt: skip
TEA = {
    "name": "高山绿茶", "category": "tea", "unit": "袋", "price_fen": 58_00, "floor_fen": 50_00, "origin": "云雾岭",
    "spec": "250 克", "grade": "特级", "quality_mark": "green", "quality_mark_no": "LB-44-00000000000A",
    "maker": "云雾岭茶叶专业合作社（演示）", "maker_address": "枫林镇云雾岭 1 号", "licence_no": "SC10000000000000",
    "is_poverty_alleviation": True,
}  # fmt: skip
BAMBOO = {
    "name": "干笋", "category": "dried", "unit": "斤", "by": "weight", "price_fen": 36_00, "origin": "枫林村",
    "ownership": "buy_up",
}  # fmt: skip
#: Of the right form, of nobody.
USCC = "93330000MA00000001"


class Harvest:
    """The goods of the sample days; ``on_day`` does what happened so many days ago."""

    def __init__(self, moment: Moment) -> None:
        self._tx = moment
        self._ids: dict[str, int] = {}

    def on_day(self, days_ago: int) -> None:
        """Does the day's steps, each in its own transaction."""
        match days_ago:
            case 2:
                self._come_in()
            case 1:
                self._sell()
            case 0:
                self._today()

    def _come_in(self) -> None:
        with self._tx() as tx:
            farmer = suppliers.register(tx, name="杨大山", phone="19900004455", address="枫林村三组").id
            other = suppliers.register(tx, name="刘桂芳", phone="19900002357").id
            wish = requests.note(tx, words="每天二十来枚土鸡蛋", supplier_id=farmer, category="egg").id
        with self._tx() as tx:
            code = USCC[:-1] + _check_digit(USCC[:-1])
            tea_makers = suppliers.register(
                tx, name="云雾岭茶叶专业合作社（演示）", kind="cooperative", uscc=code, phone="05710000000"
            ).id
            suppliers.see_document(tx, tea_makers, "business_licence", document_no=code)
            suppliers.see_document(tx, tea_makers, "food_licence", valid_until_on=_day(tx, 200))
        with self._tx() as tx:
            self._ids = {
                "eggs": products.admit(tx, farmer, request_id=wish, **EGGS).id, "honey": products.admit(tx, other, **HONEY).id,
                "tea": products.admit(tx, tea_makers, **TEA).id, "bamboo": products.admit(tx, other, **BAMBOO).id,
            }  # fmt: skip
        for name, quantity, dates in (
            ("eggs", 60, {"expires_on": 5}), ("honey", 5000, {}), ("tea", 20, {"expires_on": 300}),
        ):  # fmt: skip
            with self._tx() as tx:
                consignment_goods.receive_goods(tx, self._ids[name], quantity, **_lot(tx, **dates))
        with self._tx() as tx:
            products.step(tx, self._ids["eggs"], "collected")
            products.step(tx, self._ids["eggs"], "packed")
            listings.put_up(tx, self._ids["tea"], "乡亲网（演示）", "枫林小店", 62_00)
        self._ticket("buy_up", product_id=self._ids["bamboo"], quantity=2500, amount_fen=100_00, dated=True)

    def _sell(self) -> None:
        self._ticket("goods", product_id=self._ids["eggs"], quantity=20)
        self._ticket("goods", product_id=self._ids["honey"], quantity=1000)
        self._ticket("goods", product_id=self._ids["bamboo"], quantity=500)
        with self._tx() as tx:
            consignment_online.sell_online(
                tx, self._ids["tea"], 2, 124_00, platform="乡亲网（演示）", online_shop="枫林小店", platform_order_no="XQ2026-0001",
                paid_into="wechat", waybill_no="YT8962646711112",
            )  # fmt: skip
        with self._tx() as tx:
            stock.lose(tx, self._ids["eggs"], 2, "broken")
            farmer = products.product(tx, self._ids["eggs"]).supplier_id
        self._ticket("settlement", supplier_id=farmer)

    def _today(self) -> None:
        with self._tx() as tx:
            requests.note(tx, words="五十斤红薯粉", name="马晓东", phone="19900009517", category="processed")
            refused = requests.note(tx, words="三只野鸡", name="孙玉兰", category="meat").id
            requests.refuse(tx, refused, "not_allowed")
        with self._tx() as tx:
            stocktakes.begin(tx)
            stocktakes.count(tx, self._ids["eggs"], 37, reason="broken")
            stocktakes.count(tx, self._ids["tea"], 18)

    def _ticket(self, service: str, *, dated: bool = False, **facts: Any) -> None:
        with self._tx() as tx:
            ticket_id = till.open_ticket(tx)
            line = add_line.add_line(tx, ticket_id, service, **facts, **(_lot(tx) if dated else {}))
            settle.settle(tx, ticket_id, max(0, line.owed_fen))


def _day(tx: Tx, after: int) -> str:
    today = date.fromisoformat(shifts.ensure_open(tx).business_on)
    return (today + timedelta(days=after)).isoformat()


def _lot(tx: Tx, expires_on: int | None = None) -> dict[str, str]:
    return {"produced_on": _day(tx, 0), "expires_on": _day(tx, expires_on) if expires_on is not None else ""}


def _check_digit(seventeen: str) -> str:
    from stdnum.cn import uscc

    return str(uscc.calc_check_digit(seventeen))
