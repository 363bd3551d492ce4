"""What the stories do at the counter: press what reads so, hear what is said, sign with the mouse or with a finger."""

from __future__ import annotations

import re

from playwright.sync_api import FloatRect, Locator, Page, expect

#: How the strokes of a name go, as parts of the board's width and height.
_STROKES = ([(0.08, 0.2), (0.14, 0.7), (0.2, 0.25)], [(0.3, 0.3), (0.36, 0.75), (0.42, 0.3), (0.48, 0.7)])


def said(page: Page, words: str, tone: str = "done") -> None:
    """The page says something with ``words`` (a pattern) in it, in this tone."""
    expect(page.locator(f"#said .said.{tone} .words").first).to_contain_text(re.compile(words))


def press(page: Page | Locator, words: str) -> None:
    """Presses the button or link of the page (or part of it) that reads so."""
    within = page.locator("main") if isinstance(page, Page) else page
    within.locator("button, a.button", has_text=words).first.click()


def _frame(page: Page) -> FloatRect:
    board = page.locator("canvas[data-signature]")
    board.scroll_into_view_if_needed()
    frame = board.bounding_box()
    assert frame is not None
    return frame


def sign_by_mouse(page: Page) -> None:
    frame = _frame(page)
    for stroke in _STROKES:
        for number, (across, down) in enumerate(stroke):
            page.mouse.move(frame["x"] + across * frame["width"], frame["y"] + down * frame["height"], steps=3)
            if not number:
                page.mouse.down()
        page.mouse.up()


def sign_by_finger(page: Page) -> None:
    frame = _frame(page)
    session = page.context.new_cdp_session(page)
    for stroke in _STROKES:
        for number, (across, down) in enumerate(stroke):
            point = {"x": frame["x"] + across * frame["width"], "y": frame["y"] + down * frame["height"]}
            kind = "touchMove" if number else "touchStart"
            session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [point]})
        session.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    session.detach()


def ink(page: Page) -> int:
    """How many dots of the board are black."""
    return int(
        page.locator("canvas[data-signature]").evaluate(
            "c => c.getContext('2d').getImageData(0, 0, c.width, c.height).data.filter((v, i) => i % 4 === 3 && v > 127).length"
        )
    )
