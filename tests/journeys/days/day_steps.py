"""What the paths of the day have in common on both roads: the desk passed from person to person, a second tab, a form sent
that the page does not offer, a drawer of real notes and coins, a bill that moves a known sum."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from kiosk import clock, money
from kiosk.ids import new_key
from kiosk.people import staff
from kiosk.shifts import PIECES_FEN
from kiosk.storage import Store
from tests.journeys.days.counter import Counter
from tests.journeys.days.line import Line

#: The smallest coin in the drawer.
COIN_FEN = PIECES_FEN[-1]
#: Of everybody who is hired on these days.
PIN = "582016"
WALLETS = ("wechat", "alipay", "unionpay", "bank_card")


def pieces(fen: int) -> dict[int, int]:
    """Notes and coins that come to this sum, as few as can be; what is less than a coin is not there."""
    found = {}
    for piece in PIECES_FEN:
        found[piece], fen = divmod(fen, piece)
    return {piece: number for piece, number in found.items() if number}


def form_of_pieces(fen: int) -> dict[str, str]:
    """The same as fields of the page."""
    return {f"piece_{piece}": str(number) for piece, number in pieces(fen).items()}


def body_of_pieces(fen: int) -> dict[str, int]:
    """The same as the API asks for it."""
    return {str(piece): number for piece, number in pieces(fen).items()}


def date_on(days: int) -> str:
    """The station's date so many days from today."""
    return (clock.local_date() + timedelta(days=days)).isoformat()


def hire(store: Store, name: str, pin: str, role: str = "operator") -> int:
    """One more person; returns the id."""
    with store.transaction() as tx:
        staff_id, _pin = staff.add_staff(tx, name, role, pin)
    return staff_id


# At the counter -------------------------------------------------------------------------------------------------------


def only(counter: Counter, name: str) -> None:
    """Whoever sits at the only desk now, logged in anew."""
    counter.sit_down(name, anew=True)


@contextmanager
def second_tab(counter: Counter) -> Iterator[None]:
    """What is done within is done in a second tab of the same person; the first is there again afterwards."""
    first = counter.page
    counter.page = first.context.new_page()
    try:
        yield
    finally:
        counter.page.close()
        counter.page = first


def unasked(counter: Counter, selector: str) -> None:
    """Lets a form be sent although the browser would ask for more first."""
    counter.page.locator(selector).first.evaluate("form => { form.noValidate = true }")


@dataclass(frozen=True, slots=True)
class Answered:
    """What came back for a form that no page offered."""

    status: int
    text: str

    def expect_refused(self, words: str, status: int = 422) -> None:
        """It was refused, and the page that came back says so."""
        assert self.status == status, self.status
        assert re.search(words, self.text), re.findall(r'class="words">([^<]*)', self.text)


def forced(counter: Counter, path: str, **fields: Any) -> Answered:
    """Sends a form that the open page does not offer (or no longer: pages follow what happens in other tabs), with the
    page's own token, as a tab would that has slept."""
    script = """async ([path, fields, key]) => {
        const body = new URLSearchParams(fields);
        body.set('csrf_token', document.querySelector('[name=csrf_token]').value);
        body.set('_key', key);
        const answer = await fetch(path, {method: 'POST', body});
        return [answer.status, await answer.text()];
    }"""
    named = {name: str(value) for name, value in fields.items()}
    status, text = counter.page.evaluate(script, [path, named, new_key()])
    return Answered(status, text)


def begin_count(counter: Counter, begin: str = "/day/count") -> None:
    """Opens the page on which the drawer is counted."""
    counter.go("/day")
    counter.send(f"form[action='{begin}']", "button")


def count(counter: Counter, fen: int, begin: str = "/day/count") -> None:
    """Counts what lies in the drawer; the page that follows shows what should."""
    begin_count(counter, begin)
    counter.send("form[data-count]", **form_of_pieces(fen))


def bill(counter: Counter, account_no: str, yuan: str, **payment: str | bool) -> None:
    """A villager pays an electricity bill, in cash unless ``payment`` says otherwise."""
    counter.go("/bills/new")
    counter.send("#bill-form", biller="power-demo", account_no=account_no, amount=yuan)
    counter.pay("" if payment else None, **payment)
    assert counter.ticket_id() is None


def by_wechat() -> dict[str, str | bool]:
    """The fields of a payment that came by WeChat."""
    return {"p1_method": "wechat", "p1_seen": True}


# Over the API ---------------------------------------------------------------------------------------------------------


def api_bill(line: Line, account_no: str, amount_fen: int, *, wallet: str = "") -> int:
    """The same bill over the API; returns the ticket's id."""
    ticket = line.new_ticket(
        {"service": "bill", "biller": "power-demo", "account_no": account_no, "amount_fen": amount_fen}
    )
    if wallet:
        line.settle(ticket, 0, tenders=[{"method": wallet, "amount_fen": amount_fen}])
    else:
        line.settle(ticket)
    return int(ticket["id"])


def api_count(line: Line, fen: int) -> int:
    """Counts the drawer; returns the count's id."""
    count_id = int(line.post("/days/counts", status=201)["count_id"])
    line.post(f"/days/counts/{count_id}/finish", {"pieces": body_of_pieces(fen)})
    return count_id


def fen_of(text: str) -> int:
    """The sum that a page shows: ``-￥1,234.50``."""
    return money.parse(text.strip().replace("￥", ""))
