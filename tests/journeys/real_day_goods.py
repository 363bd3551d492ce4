"""Goods in the real day: taken in, bought up, sold, settled, lost, counted, so that each of their tables holds rows."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from kiosk import clock
from kiosk.consignment import listings, products, requests, stock, stocktakes, suppliers
from kiosk.counter.add_line import add_line
from kiosk.counter.consignment_goods import finish_stocktake, receive_goods
from kiosk.counter.settle import settle
from kiosk.storage import Actor, Store
from kiosk.till.actions import open_ticket


def goods_come_and_go(store: Store, operator: Actor) -> None:
    """Each step its own act; the desk's own ticket is left alone."""
    beside = replace(operator, desk_id=None)
    made = {"produced_on": clock.local_date().isoformat()}
    with store.transaction(beside) as tx:
        farmer = suppliers.register(tx, name="村民戊", phone="13500135000", address="一组").id
        suppliers.see_document(tx, farmer, "conformity_certificate", document_no="A-1")
        wish = requests.note(tx, words="三十枚鸡蛋", supplier_id=farmer, category="egg").id
    facts = {"category": "egg", "unit": "枚", "price_fen": 1_50, "origin": "一组"}
    with store.transaction(beside) as tx:
        eggs = products.admit(tx, farmer, name="鸡蛋", floor_fen=1_20, request_id=wish, **facts).id
        own = products.admit(tx, farmer, name="鸭蛋", ownership="buy_up", **facts).id
        products.consent(tx, eggs, 1_00, "phone")
    with store.transaction(beside) as tx:
        receive_goods(tx, eggs, 30, **made)
        products.step(tx, eggs, "packed")
        listings.put_up(tx, eggs, "农货铺", "", 2_00)
    lines: tuple[tuple[str, dict[str, Any]], ...] = (
        ("buy_up", {"product_id": own, "quantity": 10, "amount_fen": 10_00, **made}),
        ("goods", {"product_id": eggs, "quantity": 10}),
        ("goods", {"product_id": own, "quantity": 5}),
        ("settlement", {"supplier_id": farmer}),
    )
    for service, line in lines:
        with store.transaction(beside) as tx:
            ticket_id = open_ticket(tx)
            added = add_line(tx, ticket_id, service, **line)
            settle(tx, ticket_id, max(0, added.owed_fen))
    with store.transaction(beside) as tx:
        stock.lose(tx, eggs, 1, "spoiled")
        stocktakes.begin(tx)
        stocktakes.count(tx, eggs, 19)
        stocktakes.count(tx, own, 4, reason="broken")
    with store.transaction(beside) as tx:
        finish_stocktake(tx)
