"""Invented proxy purchases of the sample station: one in each state, so that every page of theirs has something to show.
Amounts make fees of whole jiao, since the sample days are counted in coins."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

from kiosk.counter import add_line, check_in, join_purchase, open_ticket, purchase_goods, settle
from kiosk.purchases import actions, changes, orders
from kiosk.storage import Tx
from kiosk.till.store import lines

Moment = Callable[[], AbstractContextManager[Tx]]
CHECKED = {
    "registration_no": "农肥（2025）准字 00001 号（演示）", "has_producer_name": True, "has_producer_address": True,
    "has_certificate": True,
}  # fmt: skip


class Errands:
    """The purchases of the sample days; ``on_day`` does what happened so many days ago."""

    def __init__(self, moment: Moment) -> None:
        self._tx = moment
        self._ids: dict[str, int] = {}

    def on_day(self, days_ago: int) -> None:
        """Does the day's steps, each in its own transaction."""
        match days_ago:
            case 9:
                self._take("雨靴", 40_00, "customer", "李秀英", "19900006688", category="living")
                self._order("雨靴", 40_00, "拼多多", "wechat", no_return_reason="")
                self._take("电动喷雾器", 120_00, "station", "张建国", "19900001234", category="production")
                self._order("电动喷雾器", 120_00, "淘宝", "owner")
            case 4:
                self._goods("雨靴")
                self._take("复合肥", 200_00, "customer", "杨大山", "19900004455", category="farm_inputs", **CHECKED)
                self._order("复合肥", 200_00, "供销e家", "alipay")
                self._waybill("复合肥", "YT8962646700001")
                self._take("电饭煲", 100_00, "station", "刘桂芳", "19900002357", category="living", advance_fen=50_00)
                self._order("电饭煲", 100_00, "京东", "wechat")
                self._waybill("电饭煲", "YT8962646700002")
            case 2:
                self._goods("电动喷雾器")
                self._parcel("YT8962646700002")
                self._take("羽绒服", 300_00, "customer", "黄丽", "19900005072", category="living")
                self._order("羽绒服", 300_00, "抖音商城", "alipay")
                self._goods("羽绒服")
                self._take("台灯", 60_00, "customer", "孙玉兰", "4406", category="living")
                self._order("台灯", 60_00, "拼多多", "wechat")
            case 1:
                self._goods("台灯")
                with self._tx() as tx:
                    actions.dispute(tx, self._ids["台灯"], "到货少一个灯泡，商家还没有答复")
                with self._tx() as tx:
                    changes.begin_return(tx, self._ids["羽绒服"], wants="exchanged", reason="wrong_item")
            case 0:
                with self._tx() as tx:
                    orders.close(tx, self._ids["雨靴"], customer_is_content=True)
                self._ask("小型打谷机", "带 2.2 千瓦电机", 1500_00)
                with self._tx() as tx:
                    actions.quote(
                        tx, self._ask("水管", "20 米，4 分", 100_00, open_tx=tx), amount_fen=80_00, paid_by="customer",
                        platform="1688",
                    )  # fmt: skip
                self._take("农膜", 60_00, "station", "马晓东", "19900009517", category="production")
                self._order("农膜", 60_00, "拼多多", "owner")

    def _ask(self, item: str, spec: str, budget_fen: int, open_tx: Tx | None = None) -> int:
        facts: dict[str, Any] = {
            "item_name": item, "spec": spec, "budget_fen": budget_fen, "category": "production",
            "customer_name": "徐文斌", "phone": "19900008190",
        }  # fmt: skip
        if open_tx is not None:
            return actions.request(open_tx, **facts).id
        with self._tx() as tx:
            return actions.request(tx, **facts).id

    def _take(self, item: str, fen: int, paid_by: str, name: str, phone: str, **facts: Any) -> None:
        with self._tx() as tx:
            ticket_id = open_ticket.open_ticket(tx)
            line = add_line.add_line(
                tx, ticket_id, "purchase", item_name=item, amount_fen=fen, paid_by=paid_by, customer_name=name, phone=phone,
                **facts,
            )  # fmt: skip
            self._ids[item] = line.case_id
            settle.settle(tx, ticket_id, line.owed_fen)

    def _order(self, item: str, fen: int, platform: str, paid_from: str, **facts: Any) -> None:
        with self._tx() as tx:
            orders.order(
                tx, self._ids[item], platform=platform, online_shop="（演示店铺）", platform_order_no=f"DEMO-{self._ids[item]:04d}",
                amount_fen=fen, paid_from=paid_from, **facts,
            )  # fmt: skip

    def _waybill(self, item: str, waybill: str) -> None:
        with self._tx() as tx:
            join_purchase.learn_waybill(tx, self._ids[item], waybill)

    def _parcel(self, waybill: str) -> None:
        with self._tx() as tx:
            check_in.check_in(tx, waybill=waybill, phone="19900002357", name_hint="刘桂芳", print_mode="never")

    def _goods(self, item: str) -> None:
        """It comes and leaves, paid if it was not."""
        with self._tx() as tx:
            found = join_purchase.arrive(tx, self._ids[item])
            if found.owed_fen <= 0:
                purchase_goods.hand_over_purchase(tx, found.id)
                return
            ticket_id = open_ticket.open_ticket(tx)
            add_line.add_line(tx, ticket_id, "purchase_balance", purchase_id=found.id, hand_over=True)
            settle.settle(tx, ticket_id, sum(line.owed_fen for line in lines(tx, ticket_id)))
