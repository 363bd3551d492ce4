"""What is done with bills again and again on the three days: taken and paid, sent, given back; and what a page does not let
one choose, chosen all the same."""

from __future__ import annotations

import base64
import io
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from PIL import Image

from tests.journeys.days.counter import Counter
from tests.journeys.days.line import Line

FORM: dict[str, Any] = {"biller": "power-demo", "amount": "30", "bill_period": "2026-11"}
LINE: dict[str, Any] = {"service": "bill", "biller": "power-demo", "amount_fen": 30_00, "bill_period": "2026-11"}
SENT: dict[str, Any] = {
    "channel": "counter",
    "paid_from": "wechat",
    "account_holder": "张*国",
    "holder_confirmed": True,
}
PDF = b"%PDF-1.7"


def huge_picture() -> bytes:
    """A picture of a few kilobytes that fills the memory: sixty-four million pixels."""
    out = io.BytesIO()
    Image.new("1", (8000, 8000)).save(out, "PNG")
    return out.getvalue()


def base64_of(raw: bytes) -> dict[str, str]:
    """A photo as a program sends it."""
    return {"picture": base64.b64encode(raw).decode("ascii")}


@contextmanager
def listed_instead(road: Counter | Line, file: str, text: str) -> Iterator[None]:
    """Lets a list of the station's own hold for a while."""
    path = Path(road.station.store.state) / file
    path.write_text(text, "utf-8")
    try:
        yield
    finally:
        path.unlink()


def last(road: Counter | Line) -> int:
    """The newest bill."""
    return int(road.value("SELECT MAX(id) FROM bills"))


def state(road: Counter | Line, bill_id: int) -> str:
    """The state of a bill."""
    return str(road.value("SELECT state FROM bills WHERE id = ?", bill_id))


def ticket_of(road: Counter | Line, bill_id: int, case: str = "bill") -> int:
    """The ticket on which it was paid."""
    sql = "SELECT MIN(ticket_id) FROM ticket_lines WHERE case_kind = ? AND case_id = ?"
    return int(road.value(sql, case, bill_id))


def line_of(road: Counter | Line, bill_id: int, case: str = "bill") -> int:
    """The line on which it was paid."""
    sql = "SELECT MIN(id) FROM ticket_lines WHERE case_kind = ? AND case_id = ?"
    return int(road.value(sql, case, bill_id))


def only(counter: Counter, name: str) -> None:
    """Whoever sits at the only desk now, logged in anew."""
    counter.sit_down(name, anew=True)


# At the counter -------------------------------------------------------------------------------------------------------


def loosen(counter: Counter, form: str, **choices: str) -> None:
    """Takes the page's own checks away, and lets its lists offer ``choices`` (name, value): an old browser, another page."""
    script = """(form, choices) => {
      form.noValidate = true;
      for (const details of form.querySelectorAll("details")) details.open = true;
      for (const field of form.elements) { field.required = false; field.removeAttribute("maxlength"); }
      for (const [name, value] of Object.entries(choices)) {
        form.elements[name].append(new Option(value, value));
        form.elements[name].value = value;
      }
    }"""
    counter.page.locator(form).first.evaluate(script, choices)


def add(counter: Counter, form: str, **fields: str) -> None:
    """Adds fields to a form that it does not have now."""
    script = """(form, fields) => {
      for (const [name, value] of Object.entries(fields)) {
        const field = document.createElement("input");
        Object.assign(field, {type: "hidden", name, value});
        form.append(field);
      }
    }"""
    counter.page.locator(form).first.evaluate(script, fields)


def send_to(counter: Counter, place: str, form: str = "main form", **fields: str) -> None:
    """Sends a form of the page to another address than its own, with further fields: a page that was left open."""
    add(counter, form, **fields)
    script = "(form, place) => { form.noValidate = true; form.action = place; form.enctype = ''; form.submit(); }"
    with counter.page.expect_navigation():
        counter.page.locator(form).first.evaluate(script, place)


def taken(counter: Counter, account_no: str, **more: str) -> int:
    """A bill stands on the desk's ticket; returns its id."""
    counter.go("/bills/new")
    counter.send("#bill-form", **FORM | {"account_no": account_no} | more)
    return last(counter)


def received(counter: Counter, account_no: str, **more: str) -> int:
    """A bill is paid; returns its id."""
    bill_id = taken(counter, account_no, **more)
    counter.pay()
    return bill_id


def submitted(counter: Counter, bill_id: int) -> None:
    """A bill is sent to its biller, its holder asked; its page stays open."""
    counter.go(f"/bills/{bill_id}")
    counter.send(f"#submit-{bill_id}", **SENT)


def void(counter: Counter, ticket_id: int) -> None:
    """A receipt is to be voided."""
    counter.go(f"/tickets/{ticket_id}")
    counter.page.locator("#void summary").click()
    counter.press("录错了")


def void_refused(counter: Counter, ticket_id: int, words: str) -> None:
    """A receipt is to be voided, and its page says why it is not."""
    void(counter, ticket_id)
    counter.expect_refused(words)


def give_back(counter: Counter, ticket_id: int) -> None:
    """All that stands on a receipt is to be given back on the desk's ticket."""
    counter.go(f"/tickets/{ticket_id}")
    for box in counter.page.locator("#give-back input[name=line]").all():
        box.check(force=True)
    counter.page.locator("#refund").evaluate("(details) => { details.open = true; }")
    with counter.page.expect_navigation():
        counter.page.locator("#refund button.bad").click()


def pay_out(counter: Counter) -> None:
    """The desk's ticket gives money back, or comes to nothing."""
    counter.go("/ticket")
    with counter.page.expect_navigation():
        counter.page.locator("#settle-form > button[type=submit]").click()


def take_off(counter: Counter) -> None:
    """The line is taken off the desk's ticket."""
    counter.go("/ticket")
    counter.press("去掉")


# Over the API ---------------------------------------------------------------------------------------------------------


def received_api(line: Line, account_no: str, **more: Any) -> int:
    """A bill is paid; returns its id."""
    ticket = line.new_ticket(LINE | {"account_no": account_no} | more)
    line.settle(ticket)
    return int(ticket["lines"][0]["case_id"])


def refused_api(line: Line, code: str, account_no: str, **more: Any) -> None:
    """A bill is refused."""
    line.refused("/tickets", {"lines": [LINE | {"account_no": account_no} | more]}, code)


def submitted_api(line: Line, bill_id: int) -> None:
    """A bill is sent to its biller, its holder asked."""
    line.post(f"/bills/{bill_id}/submit", SENT)


def back_on(line: Line, bill_id: int, ticket_id: int | None = None) -> int:
    """The refund of a bill stands on a ticket, which is returned."""
    place = line.new_ticket()["id"] if ticket_id is None else ticket_id
    line.post(f"/tickets/{place}/refund", {"line_ids": [line_of(line, bill_id)]}, status=201)
    return int(place)


def not_back(line: Line, line_id: int, code: str) -> None:
    """A line is not given back; the ticket that was begun for it is left."""
    ticket_id = line.new_ticket()["id"]
    line.refused(f"/tickets/{ticket_id}/refund", {"line_ids": [line_id]}, code)
    line.post(f"/tickets/{ticket_id}/void", {})
