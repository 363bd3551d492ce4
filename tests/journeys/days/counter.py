"""The counter as a person meets it: a real browser with the pages of a real server, forms filled by the names of their
fields, codes typed as a scanner types them. What was said is read from the page, what was kept from the database."""

from __future__ import annotations

import re
from collections import Counter as Sums
from contextlib import suppress
from typing import Any

from playwright.sync_api import Browser, Locator, Page, expect

from kiosk import ledger
from kiosk.check import problems
from tests.web.browser import PEOPLE, TestStation, log_in, open_context, type_as_scanner
from tests.web.forms import hidden

#: What each field of a form is, by its name; asked once a form, because Playwright brings its own script into a page for
#: each thing that is asked about an element.
KINDS = """form => {
  const kinds = {}, found = document.querySelector(form);
  for (const field of found?.elements ?? []) kinds[field.name] ??= field.type;
  return kinds;
}"""


class Counter:
    """An operator (and, where asked, the manager) in front of the station's pages."""

    def __init__(self, station: TestStation, browser: Browser, url: str) -> None:
        self.station = station
        self._browser, self._url = browser, url
        self._pages: dict[str, Page] = {}
        self.faults: list[str] = []
        #: What should stand on each account, added up from what the paths' moves say.
        self.stands: Sums[str] = Sums()
        self.page = self.sit_down("李柜员")

    def sit_down(self, name: str, *, anew: bool = False) -> Page:
        """Lets the next steps be done by this person; returns their page. The desk has one person: whoever sat there before
        is logged out. The first one comes in through the page, as a person does (``test_door``), whoever takes their
        place at this browser sends the same form without the typing. ``anew``: also when they sit there already."""
        if anew or name not in self._pages:
            sitting = next(iter(self._pages.values()), None)
            self._pages.clear()
            if sitting is None:
                sitting = open_context(self._browser, self._url).new_page()
                sitting.on("pageerror", lambda error: self.faults.append(str(error)))
                log_in(sitting, name)
            else:
                self._take_place(sitting, name)
            self._pages[name] = sitting
        self.page = self._pages[name]
        return self.page

    def _take_place(self, page: Page, name: str) -> None:
        for other in page.context.pages:
            if other is not page:
                other.close()
        page.evaluate("() => { localStorage.clear(); sessionStorage.clear() }")
        page.goto("about:blank")
        for _ in range(3):  # an answer that the page before still had under way puts its cookie back
            page.context.clear_cookies()
            form = page.context.request.get("/log-in").text()
            fields = {field: hidden(form, field) for field in ("csrf_token", "_key") if f'name="{field}"' in form}
            answer = page.context.request.post(
                "/log-in",
                form=fields | {"staff_id": str(self.station.staff_ids[name]), "pin": PEOPLE[name][1]},
                headers={"Sec-Fetch-Site": "same-origin"},
                max_redirects=0,
            )
            if answer.status == 303:
                break
        assert answer.status == 303, answer.text()
        page.goto("/")

    def go(self, path: str) -> None:
        """Opens a page."""
        self.page.goto(path)

    def fill(self, form: str = "main form", **fields: str | bool) -> Locator:
        """Fills a form (CSS selector) field by field; True ticks. Returns the form."""
        found = self.page.locator(form).first
        kinds = self.page.evaluate(KINDS, form) if fields else {}
        for name, value in fields.items():
            field = found.locator(f"[name='{name}']")
            kind = kinds.get(name) or field.first.evaluate("e => e.type")
            if kind.startswith("select"):
                field.first.select_option(str(value))
            elif kind == "radio":
                found.locator(f"[name='{name}'][value='{value}']").check(force=True)
            elif kind == "checkbox":
                field.first.set_checked(bool(value), force=True)
            else:
                field.first.fill(str(value))
        return found

    def send(self, form: str = "main form", button: str = "button.main", **fields: str | bool) -> str:
        """Fills a form, presses its button (CSS selector within it) and returns what is said then."""
        found = self.fill(form, **fields)
        with self.page.expect_navigation():
            found.locator(button).first.click()
        return self.said()

    def press(self, words: str) -> str:
        """Presses the button or link that reads so and returns what is said."""
        self.page.locator("button, a.button", has_text=words).first.click()
        self.page.wait_for_load_state()
        return self.said()

    def said(self) -> str:
        """The sentence at the top of the page; '' when nothing is said."""
        said = self.page.locator("#said .words")
        return said.first.inner_text().strip() if said.count() else ""

    def tone(self) -> str:
        """The tone of that sentence: done, attention, refused, already, trouble, quiet."""
        said = self.page.locator("#said [data-tone]")
        return said.first.get_attribute("data-tone") or "" if said.count() else ""

    def expect_refused(self, words: str) -> None:
        """The page refuses, and says something with ``words`` in it."""
        expect(self.page.locator("#said [data-tone=refused], #said [data-tone=trouble]").first).to_contain_text(
            re.compile(words)
        )

    def expect_said(self, words: str) -> None:
        """The page says something with ``words`` (a pattern) in it."""
        expect(self.page.locator("#said .words").first).to_contain_text(re.compile(words))

    def scan(self, code: str) -> None:
        """Scans with a scanner that types like a keyboard."""
        type_as_scanner(self.page, code)

    def total(self) -> int:
        """What the desk's open ticket comes to, in fen; 0 without one."""
        ticket_id = self.ticket_id()
        if ticket_id is None:
            return 0
        sql = "SELECT COALESCE(SUM(principal_fen + fee_fen), 0) FROM ticket_lines WHERE ticket_id = ? AND state <> 'removed'"
        return int(self.value(sql, ticket_id))

    def ticket_id(self) -> int | None:
        """The ticket that is open at the desk."""
        found = self.value("SELECT open_ticket_id FROM desks WHERE id = 1")
        return None if found is None else int(found)

    def pay(self, given: str | None = None, **fields: str | bool) -> str:
        """Settles the open ticket in cash, exactly unless ``given`` says how much was handed over (yuan)."""
        self.go("/ticket")
        total = self.total()
        exact = f"{max(total, 0) // 100}.{max(total, 0) % 100:02d}"
        return self.send("#settle-form", "button[type=submit]", given=exact if given is None else given, **fields)

    def value(self, sql: str, *params: Any) -> Any:
        """One value out of the database."""
        with self.station.store.reading() as db:
            return db.value(sql, *params)

    def balances(self) -> dict[str, int]:
        """What stands on each account."""
        with self.station.store.reading() as db:
            return ledger.balances(db)

    def problems(self) -> list[str]:
        """What ``kiosk check`` finds, and what went wrong in the browser."""
        return [str(problem) for problem in problems(self.station.store)] + self.faults

    def close(self) -> None:
        """Leaves the browsers."""
        for page in self._pages.values():
            with suppress(Exception):
                page.context.close()
