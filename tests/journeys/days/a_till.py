"""The till on its three days."""

from __future__ import annotations

from tests.journeys.days import listed
from tests.journeys.days.counter import Counter
from tests.journeys.days.line import Line
from tests.journeys.unhappy_till import PATHS as LIST

BILL = {"biller": "power-demo", "account_no": "6029023500", "amount": "50", "bill_period": "2026-11"}


def _cash_short(counter: Counter) -> None:
    counter.go("/bills/new")
    counter.send("#bill-form", **BILL)
    counter.pay("49.99")
    counter.expect_refused("还差 ￥0.01")
    counter.pay("100")
    counter.expect_said("找零 ￥50.00")


def _cash_short_api(line: Line) -> None:
    bill = {
        "service": "bill",
        "biller": "power-demo",
        "account_no": "6029023500",
        "amount_fen": 50_00,
        "bill_period": "2026-11",
    }
    ticket = line.new_ticket(bill)
    line.refused(f"/tickets/{ticket['id']}/settle", {"given_fen": 49_99}, "ticket.cash_short")
    assert line.settle(ticket, 100_00)["change_fen"] == 50_00


PATHS = (listed(LIST, "till-short", _cash_short, _cash_short_api, {"drawer": 50_00, "held_for_bills": -50_00}),)
