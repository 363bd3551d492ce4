"""A proxy purchase in the real day: paid in advance by the station, its waybill learnt when its parcel lay on the shelf
already, not collected yet, so that its tables hold rows at the end of the day."""

from __future__ import annotations

from dataclasses import replace

from kiosk.counter.add_line import add_line
from kiosk.counter.join_purchase import learn_waybill
from kiosk.counter.open_ticket import open_ticket
from kiosk.counter.settle import settle
from kiosk.purchases.orders import order
from kiosk.storage import Actor, Store

#: In stock since the intake of the day.
WAYBILL = "JT3000000000000"


def a_purchase_waits(store: Store, operator: Actor) -> None:
    """Takes, orders and joins it; the desk's own ticket is left alone."""
    beside = replace(operator, desk_id=None)
    with store.transaction(beside) as tx:
        ticket_id = open_ticket(tx)
        line = add_line(
            tx, ticket_id, "purchase", item_name="水泵", spec="三相", amount_fen=100_00, paid_by="station",
            customer_name="村民丁", phone="13600136000",
        )  # fmt: skip
        settle(tx, ticket_id, line.owed_fen)
    with store.transaction(beside) as tx:
        order(tx, line.case_id, platform="京东", platform_order_no="J-1", amount_fen=100_00, paid_from="owner")
    with store.transaction(beside) as tx:
        assert learn_waybill(tx, line.case_id, WAYBILL)[1]
