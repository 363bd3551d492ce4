"""Pictures of the day: open, counted, handed on, closed; its hours and the owner's month."""

from __future__ import annotations

from playwright.sync_api import Page

from tests.web.shots import Shot


def _count(page: Page) -> None:
    page.click("main [data-key=F10]")


def _counted(page: Page) -> None:
    _count(page)
    page.fill("[name=piece_10000]", "3")
    page.click("main button.main.big")
    page.wait_for_selector(".three")


def _hand_over(page: Page) -> None:
    page.click("main form[action='/day/hand-over'] button")
    page.fill("[name=piece_10000]", "3")
    page.click("main button.main.big")
    page.wait_for_selector(".three")


SHOTS: dict[str, tuple[Shot, ...]] = {
    "day.today": (Shot("/day", "day"),),
    "day.count": (
        Shot("/day", "day-count", then=_count),
        Shot("/day", "day-counted", then=_counted, sees=("main button.main",)),
    ),
    "day.hand_over": (Shot("/day", "day-hand-over", then=_hand_over, sees=("main [name=pin]", "main button.main")),),
    "hours.month": (Shot("/hours", "hours"),),
    "owner.month": (Shot("/owner", "owner"),),
}
