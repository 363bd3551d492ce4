"""What the paths of farmers' goods have in common on both roads: goods admitted and brought, sold and paid for, a form sent
that the page does not offer, a list of fees in which the commission is another."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from playwright.sync_api import expect

from kiosk import clock, fees
from kiosk.ids import new_key
from kiosk.settings import CONFIG
from kiosk.storage import Store
from tests.journeys.days.counter import Counter
from tests.journeys.days.line import Line

GOODS = "/consignments/products"
PRICE, FLOOR = 1_50, 1_20
#: Opens what is folded, lets the browser send what it would ask for, and offers a choice that was never offered.
_LET_ANYTHING = """(form, fields) => {
    form.noValidate = true;
    for (let above = form; above; above = above.parentElement) if (above.tagName === 'DETAILS') above.open = true;
    form.querySelectorAll('details').forEach(part => { part.open = true; });
    for (const [name, value] of Object.entries(fields)) {
        const field = form.querySelector(`select[name='${name}']`);
        if (field && ![...field.options].some(one => one.value === value)) field.add(new Option(value, value));
    }
}"""
_SEND = """async ([path, fields]) => {
    const body = new URLSearchParams(fields);
    body.set('csrf_token', document.querySelector('[name=csrf_token]').value);
    const answer = await fetch(path, {method: 'POST', body});
    const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
    return [answer.status, (page.querySelector('#said') || page.body).innerText || page.body.textContent];
}"""


def day(ahead: int = 0) -> str:
    """The station's date, so many days ahead or back."""
    return (clock.local_date() + timedelta(days=ahead)).isoformat()


@contextmanager
def commission(store: Store, **item: str) -> Iterator[None]:
    """Within it another commission is published, none at all where nothing is said; afterwards the old one again."""
    document = tomllib.loads((CONFIG / "fees.demo.toml").read_text("utf-8"))
    others = [one for one in document["items"] if one["code"] != "consignment"]
    old = next(one for one in document["items"] if one["code"] == "consignment")
    _publish(store, document | {"items": others + ([old | item] if item else [])})
    try:
        yield
    finally:
        _publish(store, document)


def _publish(store: Store, document: dict[str, Any]) -> None:
    with store.transaction() as tx:
        fees.publish(tx, document)


# At the counter -------------------------------------------------------------------------------------------------------


def send(counter: Counter, form: str, *, no: str = "", ok: str = "", button: str = "button", **fields: Any) -> None:
    """Fills and sends a form of the open page, folded or not; ``no`` is why it is refused, ``ok`` what is said else."""
    fields = {name: value if isinstance(value, bool) else str(value) for name, value in fields.items()}
    counter.page.locator(form).first.evaluate(_LET_ANYTHING, fields)
    counter.send(form, button, **fields)
    if no:
        counter.expect_refused(no)
    if ok:
        counter.expect_said(ok)


def forced(counter: Counter, path: str, no: str, **fields: Any) -> None:
    """Sends a form that the open page does not offer, as an old window would, and is told ``no``."""
    fields = {"_key": new_key()} | {name: str(value) for name, value in fields.items()}
    status, said = counter.page.evaluate(_SEND, [path, fields])
    assert (status, no in said) == (422, True), (status, said)


def admit(counter: Counter, farmer: tuple[str, str], name: str, *, no: str = "", wish: str = "", **facts: Any) -> int:
    """Goods of a farmer are admitted; returns their id."""
    counter.go(f"/consignment/products/new{wish}")
    eggs = {
        "ownership": "consignment", "supplier_name": farmer[0], "supplier_phone": farmer[1], "name": name,
        "category": "egg", "by": "piece", "unit": "枚", "price": "1.50", "floor": "1.20", "origin": "枫林村",
    }  # fmt: skip
    send(counter, "#admit", no=no, ok="" if no else "已登记，编号", button="button.main", **eggs | facts)
    return int(counter.value("SELECT MAX(id) FROM products") or 0)


def bring(counter: Counter, farmer: tuple[str, str], name: str, quantity: str, **facts: Any) -> int:
    """Goods are admitted and so many of them are here; returns their id."""
    goods = admit(counter, farmer, name, **facts)
    send(counter, f"#receive-{goods}", ok="已收货", quantity=quantity, produced_on=day())
    return goods


def sell(counter: Counter, goods: int, quantity: str, *, no: str = "", **more: Any) -> None:
    """So many of the goods are put on the ticket."""
    counter.go(f"/consignment/new?product={goods}")
    send(counter, f"#sell-{goods}", no=no, quantity=quantity, **more)


def sold(counter: Counter, goods: int, quantity: str, **more: Any) -> int:
    """So many of the goods are sold for cash; returns the ticket's id."""
    sell(counter, goods, quantity, **more)
    ticket_id = counter.ticket_id()
    assert ticket_id is not None
    counter.pay()
    return ticket_id


def pay_out(counter: Counter, **fields: str | bool) -> None:
    """The ticket pays out, in cash unless something else is said."""
    counter.go("/ticket")
    counter.send("#settle-form", "button[type=submit]", **fields)


def take_off(counter: Counter) -> None:
    """The line of the open ticket is taken off."""
    counter.go("/ticket")
    counter.press("去掉")


def set_aside(counter: Counter) -> None:
    """The ticket is set aside for the next villager."""
    counter.go("/ticket")
    counter.page.locator("#set-aside summary").click()
    with counter.page.expect_navigation():
        counter.page.locator("#set-aside button").click()


def take_up(counter: Counter) -> None:
    """The ticket that was set aside last is taken up again."""
    counter.go("/tickets/parked")
    with counter.page.expect_navigation():
        counter.page.locator("form[action$='/resume'] button").last.click()


def void(counter: Counter, ticket_id: int, *, no: str = "") -> None:
    """The whole receipt is voided; a refusal has a page of its own."""
    counter.go(f"/tickets/{ticket_id}")
    counter.page.locator("#void summary").click()
    with counter.page.expect_navigation():
        counter.page.locator("#void button").first.click()
    if no:
        expect(counter.page.locator("body")).to_contain_text(no)


def give_back(counter: Counter, ticket_id: int) -> None:
    """The first line of a receipt is put on the ticket to be given back."""
    counter.go(f"/tickets/{ticket_id}")
    send(counter, "#give-back", button="#refund button.bad", line=True)


def supplier_of(road: Counter | Line, goods: int) -> int:
    """Who supplies the goods."""
    return int(road.value("SELECT supplier_id FROM products WHERE id = ?", goods))


def stock_of(road: Counter | Line, goods: int) -> int:
    """How many of the goods are here."""
    return int(road.value("SELECT COALESCE(SUM(quantity), 0) FROM stock_moves WHERE product_id = ?", goods))


# Over the API ---------------------------------------------------------------------------------------------------------


def misshapen(line: Line, path: str, body: Any, field: str) -> None:
    """A POST that is refused before the station looks at it, because its document does not allow this field's value."""
    problem = line.refused(path, body, "request.invalid")
    assert [error["pointer"].rpartition("/")[2] for error in problem["errors"]] == [field]


def eggs(supplier_id: int, name: str, **facts: Any) -> dict[str, Any]:
    """Goods as they are asked to be admitted."""
    return {
        "supplier_id": supplier_id, "name": name, "category": "egg", "unit": "枚", "price_fen": PRICE,
        "floor_fen": FLOOR, "origin": "枫林村",
    } | facts  # fmt: skip


def farmer_api(line: Line, farmer: tuple[str, str]) -> int:
    """A farmer is registered; returns the id."""
    return int(line.post("/consignments/suppliers", {"name": farmer[0], "phone": farmer[1]}, status=201)["id"])


def admit_api(line: Line, supplier_id: int, name: str, **facts: Any) -> int:
    """Goods of a supplier are admitted; returns their id."""
    return int(line.post(GOODS, eggs(supplier_id, name, **facts), status=201)["id"])


def bring_api(line: Line, farmer: tuple[str, str], name: str, quantity: int, **facts: Any) -> int:
    """A farmer's goods are admitted and so many of them are here; returns their id."""
    goods = admit_api(line, farmer_api(line, farmer), name, **facts)
    line.post(f"{GOODS}/{goods}/receive", {"quantity": quantity, "produced_on": day()})
    return goods


def of_goods(goods: int, quantity: int, **more: Any) -> dict[str, Any]:
    """A line that sells so many of the goods."""
    return {"service": "goods", "product_id": goods, "quantity": quantity} | more


def sold_api(line: Line, goods: int, quantity: int) -> int:
    """So many of the goods are sold for cash; returns the ticket's id."""
    ticket = line.new_ticket(of_goods(goods, quantity))
    line.settle(ticket)
    return int(ticket["id"])


def take_off_api(line: Line, ticket: Any) -> None:
    """The only line of a ticket is taken off."""
    line.post(f"/tickets/{ticket['id']}/lines/{ticket['lines'][0]['id']}/remove", {})


def no_line(line: Line, asked: dict[str, Any], code: str) -> None:
    """A ticket with this line is refused."""
    line.refused("/tickets", {"lines": [asked]}, code)
