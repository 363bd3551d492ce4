"""The guide of a first day with each of its steps, and the command cards."""

from __future__ import annotations

from playwright.sync_api import Page

from kiosk.counter.fit_printer import fit_printer
from kiosk.printing.printer_page import QUESTIONS
from kiosk.storage import Actor, Store
from tests.web.shots import Shot
from web.views.guide import STEPS


def _fitted(store: Store, actor: Actor) -> None:
    """A printer whose test page showed boxes for Hanzi."""
    printer = next(device.name for device in store.settings.devices if device.kind == "printer")
    answers = {key: key != "rare_hanzi" for key, _question in QUESTIONS}
    with store.transaction(actor) as tx:
        fit_printer(tx, printer, answers, width="58", has_cutter=False, drawer_pin=2)


def _scanned(page: Page) -> None:
    """A code from the simulated scanner, byte by byte."""
    page.goto("/devices")
    page.locator("form[id^=type-] [name=code]").first.fill("JDAWX021335191911-1-2")
    page.locator("form[id^=type-] button").first.click()
    page.wait_for_url("**/devices**")
    page.goto("/guide/scan")
    page.locator("td.mono small").first.wait_for()


BEFORE, THEN = {"print": _fitted}, {"scan": _scanned}
SHOTS: dict[str, tuple[Shot, ...]] = {
    "guide.all_steps": (Shot("/guide", "guide"),),
    "guide.one_step": tuple(
        Shot(f"/guide/{step}", f"guide-{step}", before=BEFORE.get(step), then=THEN.get(step)) for step in STEPS
    ),
    "command_card.card": (Shot("/command-card", "command-card"),),
}
