"""The steps of a proxy purchase on both roads, which the paths of the three days are made of: taken, ordered, its parcel
come, handed over. A purchase is of 300 yuan with the published fee of 3 % where nothing else is said."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from playwright.sync_api import expect

from kiosk import ledger, shifts
from kiosk.counter.close_day import close_day
from kiosk.ledger import Account
from kiosk.shifts import PIECES_FEN
from kiosk.storage import Store
from tests.journeys.days.counter import Counter
from tests.journeys.days.line import Line
from tests.web.counter import MANAGER

PRICE, FEE = 300_00, 9_00
#: What stands where when the customer has paid and the shop was paid from the station's wallet.
BOUGHT: Mapping[str, int] = {"drawer": PRICE + FEE, "wechat": -PRICE, "fee_income": -FEE}
#: … and when they paid on the platform themselves: only the fee is the station's affair.
ONLY_FEE: Mapping[str, int] = {"drawer": FEE, "fee_income": -FEE}
WISH: Mapping[str, str] = {"item_name": "水泵", "customer_name": "郑代购", "phone": "19977660001"}


def place(purchase_id: int) -> str:
    """A purchase's page, and its address in the API."""
    return f"/purchases/{purchase_id}"


def state(road: Counter | Line, purchase_id: int) -> str:
    """Where it stands, as kept."""
    return str(road.value("SELECT state FROM purchases WHERE id = ?", purchase_id))


# At the counter --------------------------------------------------------------------------------------------------------


def do(counter: Counter, purchase_id: int, step: str, **fields: str | bool) -> str:
    """Opens the purchase's page, unfolds what is folded, fills the form of a step and sends it."""
    counter.go(place(purchase_id))
    return again(counter, purchase_id, step, **fields)


def again(counter: Counter, purchase_id: int, step: str, **fields: str | bool) -> str:
    """Fills and sends the form of a step on the page that is open."""
    counter.page.evaluate("document.querySelectorAll('details').forEach((fold) => { fold.open = true })")
    return counter.send(f"#{step}-{purchase_id}", "button", **fields)


def from_old_window(counter: Counter, purchase_id: int, step: str, **fields: str) -> str:
    """Sends a step that the page doesn't offer now, as a window sends it that was opened before."""
    counter.go(place(purchase_id))
    with counter.page.expect_navigation():
        counter.page.evaluate(
            """([action, fields]) => {
                const form = document.querySelector("form[id^='note-']");
                form.action = action;
                for (const [name, value] of Object.entries(fields)) {
                    const field = document.createElement("input");
                    [field.name, field.value] = [name, value];
                    form.append(field);
                }
                form.submit();
            }""",
            [f"{place(purchase_id)}/{step}", fields],
        )
    return counter.said()


def offers(counter: Counter, purchase_id: int, step: str) -> bool:
    """Whether the page that is open has the form of a step."""
    return counter.page.locator(f"#{step}-{purchase_id}").count() > 0


def wished(counter: Counter, **more: str) -> int:
    """A wish is taken down; its price is not known yet."""
    counter.go("/purchases/new")
    counter.send("#purchase-form", "button[value=request]", **WISH | more)
    return int(counter.value("SELECT MAX(id) FROM purchases"))


def taken(counter: Counter, paid_by: str = "customer", **more: str) -> int:
    """A purchase whose customer has agreed and paid what is due now."""
    counter.go("/purchases/new")
    counter.send("#purchase-form", "button[value=ticket]", **WISH | {"amount": "300", "paid_by": paid_by} | more)
    counter.pay()
    return int(counter.value("SELECT MAX(id) FROM purchases"))


def ordered(counter: Counter, purchase_id: int, **more: str) -> None:
    """It is ordered; the shop is paid from the station's wallet unless the customer pays it."""
    counter.go(place(purchase_id))
    again(counter, purchase_id, "order", platform="京东", **more)
    counter.expect_said("已登记下单")


def give_back(counter: Counter) -> None:
    """Settles the open ticket, on which the customer gets money."""
    counter.go("/ticket")
    counter.send("#settle-form", "button[type=submit]")


def check_in(counter: Counter, waybill: str, tail: str = "0001") -> int:
    """A parcel is checked in by hand."""
    counter.go("/intake")
    counter.send("#begin-form", carrier="YTO", print_mode="never")
    counter.page.locator("summary", has_text="手工输入").click()
    counter.send("#typed-form", "button", waybill_no=waybill, phone=tail)
    counter.press("本批结束")
    return int(counter.value("SELECT MAX(id) FROM parcels"))


def shows(counter: Counter, words: str) -> None:
    """The page has these words on it."""
    expect(counter.page.locator("main")).to_contain_text(words)


# Over the API ----------------------------------------------------------------------------------------------------------


def act(line: Line, purchase_id: int, step: str, body: Any = None) -> Any:
    """One step that must succeed."""
    return line.post(f"{place(purchase_id)}/{step}", body or {}, status=200)


def no(line: Line, purchase_id: int, step: str, code: str, **body: Any) -> None:
    """One step that is refused with this code."""
    line.refused(f"{place(purchase_id)}/{step}", body, code)


def taken_api(line: Line, paid_by: str = "customer", **more: Any) -> int:
    """A purchase whose customer has agreed and paid what is due now."""
    purchase_id = int(line.post("/purchases", dict(WISH) | more, status=201)["id"])
    act(line, purchase_id, "quote", {"amount_fen": PRICE, "paid_by": paid_by})
    pay_api(line, purchase_id, "purchase_quoted")
    return purchase_id


def pay_api(line: Line, purchase_id: int, service: str, **facts: Any) -> int:
    """A line about it on a ticket of its own, settled; returns the ticket's id."""
    ticket = line.new_ticket({"service": service, "purchase_id": purchase_id, **facts})
    line.settle(ticket)
    return int(ticket["id"])


def order_of(paid_from: str = "wechat", **more: Any) -> dict[str, Any]:
    """What is said of an order."""
    return {"platform": "京东", "amount_fen": PRICE, "paid_from": paid_from, **more}


def check_in_api(line: Line, waybill: str) -> int:
    """A parcel is checked in."""
    return int(line.post("/parcels", {"waybill_no": waybill, "print_mode": "never"}, status=201)["id"])


# What is not done at a counter ---------------------------------------------------------------------------------------


@contextmanager
def without_printer(store: Store) -> Iterator[None]:
    """The station's settings name no printer, as after it was taken away."""
    before = store.settings
    store.settings = replace(before, devices=tuple(device for device in before.devices if device.kind != "printer"))
    try:
        yield
    finally:
        store.settings = before


def days_pass(road: Counter | Line, days: int) -> None:
    """So many business days are closed, each with what should lie in the drawer, and the next one opened."""
    for _ in range(days):
        with road.station.store.transaction(MANAGER) as tx:
            shifts.ensure_open(tx)
            rest, pieces = ledger.balance(tx, Account.DRAWER), {}
            for piece_fen in PIECES_FEN:
                pieces[piece_fen], rest = divmod(rest, piece_fen)
            assert not rest, "the drawer holds less than a coin"
            close_day(tx, pieces=pieces)
    with road.station.store.transaction(MANAGER) as tx:
        shifts.ensure_open(tx)
