"""Every page of the route table, at every size of screen, in both languages: see ``layout``."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from kiosk.people import staff
from kiosk.storage import Actor
from kiosk.words import say
from tests.web.browser import TestStation, log_in, make_station, open_context, serving
from tests.web.layout import faults
from tests.web.screenshots import EMPTY, MANAGER, NOBODY, demo_station, tour, without_entry
from tests.web.shots.messages import letters


def test_every_page_has_an_entry_among_the_screenshots() -> None:
    assert without_entry() == []


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestStation]:
    with demo_station(tmp_path_factory.mktemp("demo")) as station:
        yield station


#: Screens of counters, of an office and of a phone.
SIZES = ((1366, 768), (1024, 600), (1920, 1080), (390, 844))


@pytest.mark.timeout(600)
@pytest.mark.parametrize(("sizes", "locale"), [(SIZES, "zh_CN"), (SIZES[1:2], "en")], ids=["zh", "en"])
def test_nothing_is_cut_nothing_scrolls_sideways_and_every_target_can_be_touched(
    browser: Browser, demo: TestStation, tmp_path: Path, sizes: tuple[tuple[int, int], ...], locale: str
) -> None:
    """A page is loaded once and then seen at every size; which of them it is loaded at goes round."""
    empty = make_station(tmp_path, people=False)
    wrong = []
    edges = min(sizes)[0], max(sizes)[0]  # what stands on the widest or on the narrowest is all that is ever shown
    with serving(demo) as server, serving(empty) as bare:
        for who in (MANAGER, NOBODY, EMPTY):
            url = bare.url if who == EMPTY else server.url
            for number, (shot, page) in enumerate(tour(browser, url, demo, sizes[0], who, locale)):
                first = number % len(sizes)
                for width, height in sizes[first:] + sizes[:first]:
                    page.set_viewport_size({"width": width, "height": height})
                    found = faults(page, shot.sees, glyphs=width in edges)
                    wrong += [f"{shot.name} at {width}×{height}: {fault}" for fault in found]
                width, height = sizes[(number + 1) % len(sizes)]
                page.set_viewport_size({"width": width, "height": height})
    empty.close()
    assert wrong == [], "\n".join(wrong)


#: The longest that each cell of the strip may say, from left to right.
LONGEST = (
    "还没日结",
    "{n} 条被退回",
    "11-21 18:03",
    "▲ {n}",
    "▲ 有问题",
    "▲ 有问题",
    "▲ 缺纸",
    "▲ 有问题",
    "11-21 03:10",
)


@pytest.mark.parametrize("locale", ["zh_CN", "en"])
def test_strip_has_room_for_the_longest_words(browser: Browser, demo: TestStation, locale: str) -> None:
    def in_words(text: str) -> str:
        shape, words = (text[:2], text[2:]) if text.startswith("▲") else ("", text)
        return shape + say(words, locale, n=128)

    manager = next(iter(demo.staff_ids.values()))
    letters(demo.store, Actor("staff", manager, "manager", "", 1))
    with serving(demo) as server:
        context = open_context(browser, server.url, 1024, 600)
        page = context.new_page()
        with demo.store.transaction() as tx:
            staff.choose_locale(tx, manager, locale)
        log_in(page, next(iter(demo.pins)), demo.pins[next(iter(demo.pins))])
        page.evaluate(
            "words => [...document.querySelectorAll('.strip .cell:not(.name) b')].forEach((b, i) => b.textContent = words[i])",
            [in_words(text) for text in LONGEST],
        )
        assert faults(page) == []
        context.close()


@pytest.mark.parametrize(("html", "fault"), [
    ("<div style='width:3000px'>x</div>", "sideways"),
    ("<div style='width:40px;overflow:hidden;white-space:nowrap'>这一行被截断了</div>", "cut"),
    ("<input placeholder='这一句提示比格子长' style='width:60px;height:50px'>", "cut"),
    ("<button style='width:30px;height:60px'>小</button>", "target"),
    ("<a href='/'>小</a>", "target"),
    ("<p>\u0378</p>", "glyph"),
    ("<p class='wanted' style='margin-top:700px'>应收</p>", "hidden"),
    ("<p class='wanted'>本人</p><p style='position:fixed;inset:0;background:#fff'>盖住</p>", "hidden"),
])  # fmt: skip
def test_the_look_finds_what_is_wrong(browser: Browser, html: str, fault: str) -> None:
    page = browser.new_page(viewport={"width": 1024, "height": 600})
    page.set_content(f"<body style='font-family:Noto Sans CJK SC'>{html}</body>")
    wanted = [".wanted"] if fault == "hidden" else []
    assert [found for found in faults(page, wanted) if found.startswith(fault)], faults(page, wanted)
    page.close()


def test_the_look_finds_nothing_where_nothing_is_wrong(browser: Browser) -> None:
    context = open_context(browser, "http://127.0.0.1")
    page: Page = context.new_page()
    page.set_content("<body><button style='min-width:60px;min-height:60px'>好</button><p>䶮 ●▲○？✓✕↺</p></body>")
    assert faults(page, ["button", "p"]) == []
    context.close()
