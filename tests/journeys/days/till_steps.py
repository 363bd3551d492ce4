"""What the till's three days do again and again: a line on a ticket, a second window that knows nothing new, a form sent
with what its page does not offer, a day that is over."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Page, expect

from kiosk import fees, shifts
from kiosk.counter.close_day import close_day
from kiosk.fees.document import to_document
from kiosk.shifts.actions import PIECES_FEN
from kiosk.storage import Actor
from tests.journeys.days.counter import Counter
from tests.journeys.days.line import Line

MANAGER = Actor("staff", 1, "manager", "王站长", None)
PAYMENT_CODE = "134567890123456789"
_FORGED = """(form, [action, fields]) => {
  if (action) form.action = action;
  for (const [name, value] of Object.entries(fields)) {
    form.querySelectorAll(`[name='${name}']`).forEach((field) => field.remove());
    const field = document.createElement("input");
    Object.assign(field, { type: "hidden", name, value });
    form.append(field);
  }
  form.submit();
}"""
_accounts = itertools.count(4001)


def bill(counter: Counter, yuan: str) -> None:
    """A bill on the desk's ticket; it costs no fee."""
    counter.go("/bills/new")
    counter.send("#bill-form", biller="power-demo", account_no=f"602902{next(_accounts)}", amount=yuan)


def prints(counter: Counter, pages: int) -> None:
    """Printed pages on the desk's ticket: one yuan of fee each, nothing else."""
    counter.go("/conveniences/new/print")
    counter.send("#convenience-print", f_what="打印", f_pages=str(pages))


def compensate(counter: Counter, yuan: str, note: str = "摔坏鸡蛋", **more: str) -> None:
    """The manager's form for a compensation."""
    counter.go("/compensation")
    counter.send("form[action='/compensation/new']", amount=yuan, note=note, **{"reason": "damaged"} | more)


def move_cash(counter: Counter, reason: str, yuan: str, **more: str) -> None:
    """The form for cash beside the tickets."""
    counter.go("/cash")
    counter.send("#cash-form", reason=reason, amount=yuan, **more)


def settle(counter: Counter, **fields: str | bool) -> None:
    """The form of payment as it stands, with these fields."""
    counter.send("#settle-form", "button[type=submit]", **fields)


def take_off(counter: Counter) -> None:
    """The last line of the desk's ticket is taken off on the page of payment."""
    counter.go("/ticket")
    counter.send("form[action$='/remove']", "button")


def bill_line(fen: int) -> dict[str, Any]:
    """A bill as a program sends it."""
    return {"service": "bill", "biller": "power-demo", "account_no": f"602902{next(_accounts)}", "amount_fen": fen}


def print_line(pages: int) -> dict[str, Any]:
    """Printed pages as a program sends them."""
    return {"service": "convenience", "convenience": "print", "values": {"what": "打印", "pages": pages}}


def compensation_line(fen: int, **more: Any) -> dict[str, Any]:
    """A compensation as a program sends it."""
    return {"service": "compensation", "amount_fen": fen, "reason": "damaged", "note": "摔坏鸡蛋"} | more


def line_of(road: Counter | Line, ticket_id: int, number: int = 0) -> int:
    """The id of a standing line of a ticket, counted from 0."""
    found = "SELECT id FROM ticket_lines WHERE ticket_id = ? AND state <> 'removed' ORDER BY id LIMIT 1 OFFSET ?"
    return int(road.value(found, ticket_id, number))


def last_ticket(road: Counter | Line) -> int:
    """The ticket that was begun last."""
    return int(road.value("SELECT MAX(id) FROM tickets"))


def stale(counter: Counter, path: str) -> Page:
    """A second window of the same person that is left alone: its script asks the station for nothing."""
    page = counter.page.context.new_page()
    page.add_init_script("window.fetch = () => new Promise(() => {})")
    page.goto(path)
    return page


@contextmanager
def at(counter: Counter, page: Page) -> Iterator[None]:
    """The steps within are done in this window, which is closed then."""
    before, counter.page = counter.page, page
    try:
        yield
    finally:
        counter.page = before
        page.close()


def forge(counter: Counter, form: str, action: str = "", **fields: str) -> None:
    """Sends a form of the page with fields or an address that the page does not offer."""
    with counter.page.expect_navigation():
        counter.page.locator(form).first.evaluate(_FORGED, [action, fields])


def reads(counter: Counter, words: str) -> None:
    """The page says so somewhere: a refusal that has no form to go back to has a page of its own."""
    expect(counter.page.locator("body")).to_contain_text(re.compile(words))


def on_a_later_day(road: Counter | Line, ticket_id: int) -> None:
    """Another business day than the ticket's has begun. In the whole three days the close was ``z_day``'s; where these
    paths are taken alone, the drawer is counted and the day closed here."""
    with road.station.store.transaction(MANAGER) as tx:
        today = shifts.open_day(tx)
        if (
            today is not None
            and tx.value("SELECT settled_on FROM tickets WHERE id = ?", ticket_id) == today.business_on
        ):
            close_day(tx, pieces=_pieces(road.balances()["drawer"]))
        shifts.ensure_open(tx)


def print_costs(road: Counter | Line, yuan: str) -> None:
    """Other fees are in force from the open day on: a printed page costs this much, everything else what it did."""
    with road.station.store.transaction(MANAGER) as tx:
        today = shifts.ensure_open(tx)
        now = fees.current(tx, today.business_on)
        assert now is not None
        document: Mapping[str, Any] = to_document(now)
        items = [item | ({"amount": yuan} if item["code"] == "convenience.print" else {}) for item in document["items"]]
        fees.publish(tx, {**document, "effective_on": today.business_on, "items": items})


def _pieces(fen: int) -> dict[int, int]:
    found = {}
    for piece_fen in PIECES_FEN:
        found[piece_fen], fen = divmod(fen, piece_fen)
    return found
