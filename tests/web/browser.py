"""A station with a real server and a real Chromium for it: what tests and screenshots share.

``make_station`` a fresh state folder with three people and a fee list · ``serving`` its web process in this one ·
``chromium`` Debian's browser · ``log_in`` types a PIN as a person does.
"""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Page, Playwright, expect, sync_playwright

from kiosk import settings
from kiosk.counter.guide import put_off
from kiosk.devices import Runtime
from kiosk.people import desks, staff
from kiosk.storage import Actor, Store, open_store
from tests.storage.empty_database import lay_out
from tests.web import compiled_once as compiled_once
from web.server import Server

#: What a busy machine may take to show a thing; a page that never shows it fails all the same.
expect.set_options(timeout=20_000)
#: Debian's Chromium; its shell without windows does half the work for the same pages, where there is one.
CHROMIUM = next(
    (path for path in ("/usr/bin/chromium-headless-shell", "/usr/bin/chromium") if Path(path).exists()), "chromium"
)
#: What Playwright switches off (Chromium hears only the last such list), and RenderDocument: with it every page came with
#: an empty one of its own before it, which was a fifth of what the browser's processes did in these tests.
SWITCHED_OFF = (
    "AvoidUnnecessaryBeforeUnloadCheckSync",
    "DestroyProfileOnBrowserClose",
    "HttpsUpgrades",
    "HttpsFirstBalancedModeAutoEnable",
    "LensOverlay",
    "MediaRouter",
    "PaintHolding",
    "ThirdPartyStoragePartitioning",
    "AvoidCorsURLLoaderRestartOnRedirect",
    "OptimizationHints",
    "NetworkTimeServiceQuerying",
    "RenderDocument",
)
ARGUMENTS = [
    "--no-sandbox",
    "--disable-dev-shm-usage",
    "--autoplay-policy=no-user-gesture-required",
    f"--disable-features={','.join(SWITCHED_OFF)}",
]
#: Fictitious people; the PINs are those of tests only.
PEOPLE = {"王站长": ("manager", "482913"), "李柜员": ("operator", "735194"), "周检查": ("inspector", "620485")}


@dataclass
class TestStation:
    """An open station with its people's ids by name."""

    store: Store
    runtime: Runtime
    staff_ids: dict[str, int] = field(default_factory=dict)
    pins: dict[str, str] = field(default_factory=dict)
    recovery_code: str = ""
    __test__ = False

    @property
    def state(self) -> Path:
        return self.store.state

    def close(self) -> None:
        self.store.close()
        self.runtime.close()


def make_station(folder: Path, toml: str = "", *, people: bool = True) -> TestStation:
    """A new station in ``folder`` with runtime.db beside it. ``toml``: what its station.toml says. Copied from one that
    was made once in this process: making it anew for each test was a third of what the tests of pages took."""
    template, staff_ids, recovery_code = _template(toml, people)
    state = folder / "state"
    shutil.copytree(template, state, dirs_exist_ok=True)
    store = open_store(state, settings.load(state))
    return TestStation(store, Runtime(folder / "runtime"), staff_ids=dict(staff_ids), recovery_code=recovery_code)


@cache
def _template(toml: str, people: bool) -> tuple[Path, Mapping[str, int], str]:
    state = Path(tempfile.mkdtemp(prefix="station-"))
    atexit.register(shutil.rmtree, state, ignore_errors=True)
    if toml:
        (state / "station.toml").write_text(toml, "utf-8")
    staff_ids, recovery_code = {}, ""
    lay_out(state)
    store = open_store(state, settings.load(state))
    with store.transaction() as tx:
        desks.make_desks(tx)
        for name, (role, pin) in PEOPLE.items() if people else ():
            if role == "manager":
                staff_ids[name], recovery_code = staff.create_first_manager(tx, name, pin)
            else:
                staff_ids[name], _pin = staff.add_staff(tx, name, role, pin)
    if people:  # a station that is set up: its manager is not led through the guide
        with store.transaction(Actor("staff", staff_ids["王站长"], "manager", "王站长")) as tx:
            put_off(tx)
    store.close()
    return state, staff_ids, recovery_code


@contextmanager
def serving(station: TestStation) -> Iterator[Server]:
    """The station's web process, answering on a free port."""
    with Server(station.store, station.runtime) as server:
        yield server


_browser: list[tuple[Playwright, Browser]] = []
_users = 0


@contextmanager
def chromium() -> Iterator[Browser]:
    """Debian's Chromium, without a window. Playwright runs once in a thread, so whoever asks while it runs gets the same
    browser; it ends with the last of them."""
    global _users
    if not _browser:
        playwright = sync_playwright().start()
        found = playwright.chromium.launch(executable_path=os.environ.get("CHROMIUM", CHROMIUM), args=ARGUMENTS)
        _browser.append((playwright, found))
    _users += 1
    try:
        yield _browser[0][1]
    finally:
        _users -= 1
        if not _users:
            playwright, found = _browser.pop()
            found.close()
            playwright.stop()


def open_context(
    browser: Browser, url: str, width: int = 1366, height: int = 768, locale: str = "zh-CN"
) -> BrowserContext:
    """A browser of its own, with the size of a screen."""
    context = browser.new_context(
        base_url=url, viewport={"width": width, "height": height}, locale=locale, timezone_id="Asia/Shanghai"
    )
    context.set_default_timeout(15_000)
    return context


def log_in(page: Page, name: str = "李柜员", pin: str | None = None, path: str = "/") -> None:
    """Logs in as a person does: a name, a PIN, Enter."""
    page.goto("/log-in" + (f"?next={path}" if path != "/" else ""))
    page.locator("label.tile", has_text=name).click()
    page.locator("input[name=pin]").fill(pin or PEOPLE[name][1])
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "/log-in" not in url)


def type_as_scanner(page: Page, code: str) -> None:
    """Types as a keyboard scanner does, 4 ms from key to key by the events' own time, however busy this machine is."""
    session = page.context.new_cdp_session(page)
    begun = time.time()
    for number, letter in enumerate([*code, "\r"]):
        is_enter = letter == "\r"
        event = {
            "key": "Enter" if is_enter else letter,
            "code": "Enter" if is_enter else f"Digit{letter}" if letter.isdigit() else f"Key{letter.upper()}",
            "windowsVirtualKeyCode": 13 if is_enter else ord(letter.upper()),
            "timestamp": begun + number * 0.004,
        }
        session.send("Input.dispatchKeyEvent", {**event, "type": "keyDown", "text": letter})
        session.send("Input.dispatchKeyEvent", {**event, "type": "keyUp"})
    session.detach()
