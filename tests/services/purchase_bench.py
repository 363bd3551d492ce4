"""A station that buys for villagers: each method is one act of a proxy purchase in its own transaction, and after each the
whole check is clean and every sum of money is where the purchase says."""

from __future__ import annotations

from typing import Any

from kiosk.counter import join_purchase, purchase_goods
from kiosk.counter.add_line import add_line
from kiosk.counter.check_in import check_in
from kiosk.counter.hand_over import hand_over_one
from kiosk.purchases import actions, changes, orders, store
from kiosk.purchases.model import Purchase
from kiosk.till.payments import Tender
from kiosk.till.settling import Settled
from tests.services.counter_bench import Bench

YTO, ZTO = "YT8962646785389", "73610555582883"
WISH: dict[str, Any] = {"item_name": "水泵", "spec": "三相 2.2 千瓦", "quantity": 1, "category": "production"}
ORDER: dict[str, Any] = {"platform": "淘宝", "online_shop": "枫林水泵店", "platform_order_no": "2026112200001"}


class Buying(Bench):
    """``Bench`` with the steps of a purchase; the purchase is number 1 unless another is named."""

    def one(self, purchase_id: int = 1) -> Purchase:
        with self.store.reading() as db:
            return store.purchase(db, purchase_id)

    def state(self, purchase_id: int = 1) -> str:
        return self.one(purchase_id).state

    def taken(self, *, amount: int = 300_00, paid_by: str = "customer", at: str | None = None, **facts: Any) -> int:
        """A purchase whose customer has agreed; returns its id."""
        line = WISH | {"amount_fen": amount, "paid_by": paid_by} | facts
        ticket_id = self.ticket(at=at)
        added = self.act(add_line, ticket_id, "purchase", at=at, **line)
        self.pay(ticket_id, at=at)
        return added.case_id

    def pay(self, ticket_id: int, *, by: str = "cash", at: str | None = None) -> Settled:
        """Settles a ticket to the fen, in cash or into a wallet."""
        total = self.view(ticket_id)["total_fen"]
        if by != "cash":
            return self.act_settle(ticket_id, 0, (Tender(by, total),), at=at)
        return self.act_settle(ticket_id, max(0, total), (), at=at)

    def act_settle(self, ticket_id: int, given_fen: int, tenders: tuple[Tender, ...], at: str | None = None) -> Settled:
        from kiosk.counter.settle import settle

        return self.act(settle, ticket_id, given_fen, tenders, at=at)

    def line(self, service: str, purchase_id: int = 1, *, at: str | None = None, **facts: Any) -> Settled:
        """A line about a purchase on a ticket of its own, settled in cash."""
        ticket_id = self.ticket(at=at)
        self.act(add_line, ticket_id, service, purchase_id=purchase_id, at=at, **facts)
        return self.pay(ticket_id, at=at)

    def ordered(
        self, purchase_id: int = 1, *, amount: int = 300_00, paid_from: str = "wechat", **facts: Any
    ) -> Purchase:
        return self.act(orders.order, purchase_id, **(ORDER | {"amount_fen": amount, "paid_from": paid_from} | facts))

    def shipped(self, purchase_id: int = 1, waybill: str = YTO) -> Purchase:
        return self.act(join_purchase.learn_waybill, purchase_id, waybill)[0]

    def came(self, waybill: str = YTO, **facts: Any) -> int:
        """A parcel is checked in; returns its id."""
        return self.act(check_in, waybill=waybill, desk_id=1, **facts).parcel_id

    def arrived(self, purchase_id: int = 1) -> Purchase:
        return self.act(join_purchase.arrive, purchase_id)

    def collected(self, parcel_id: int) -> Any:
        return self.act(hand_over_one, parcel_id, "known_by_face", desk_id=1)

    def handed_over(self, purchase_id: int = 1, *, at: str | None = None) -> Purchase:
        return self.act(purchase_goods.hand_over_purchase, purchase_id, at=at)

    def held(self, purchase_id: int = 1) -> int:
        """What the ledger holds for a purchase; negative: what the station has advanced."""
        return -self.value(
            "SELECT COALESCE(SUM(amount_fen), 0) FROM postings WHERE account IN ('held_for_purchases', 'purchases_advanced')"
            " AND party = ?",
            f"purchase:{purchase_id}",
        )

    change_price = staticmethod(changes.change_price)
    quote = staticmethod(actions.quote)
