"""The money of a real day that no service brings: cash put in, a customer who owes and repays, a compensation."""

from __future__ import annotations

from kiosk.counter.add_line import add_line
from kiosk.counter.open_ticket import open_ticket
from kiosk.counter.settle import settle
from kiosk.storage import Actor, Store
from kiosk.till import cash_moves, debtors
from kiosk.till.payments import Tender

BILL = {"biller": "water-demo", "account_no": "33445599", "amount_fen": 40_00}


def money_beside(store: Store) -> None:
    """Played by the manager, away from the desk."""
    manager = Actor("staff", 1, "manager", "王站长", None)
    with store.transaction(manager) as tx:
        cash_moves.move_cash(tx, "owner_in", 50_00)
    with store.transaction(manager) as tx:
        wrong = cash_moves.move_cash(tx, "expense", 2_00, note="买胶带")
    with store.transaction(manager) as tx:
        cash_moves.put_back(tx, wrong.id)
    with store.transaction(manager) as tx:
        debtor = debtors.allow(tx, "村民丁", "13700137777", 100_00)
    with store.transaction(manager) as tx:
        ticket = open_ticket(tx)
        add_line(tx, ticket, "bill", **BILL)
        settle(tx, ticket, 10_00, [Tender("account", 30_00, "", debtor)])
    with store.transaction(manager) as tx:
        ticket = open_ticket(tx)
        add_line(tx, ticket, "debt", debtor_id=debtor, amount_fen=10_00)
        add_line(tx, ticket, "compensation", amount_fen=5_00, reason="damaged", note="摔坏鸡蛋")
        settle(tx, ticket, 5_00)
