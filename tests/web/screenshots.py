"""``python -m tests.web.screenshots [FOLDER]``: every page of the route table at both sizes of a station's screen, taken
from a freshly seeded demonstration with its real devices process. A page without an entry here fails."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page

from kiosk import fees, settings
from kiosk.cli import demo
from kiosk.counter import open_batch
from kiosk.devices import Runtime, runtime_folder
from kiosk.people import desks, staff
from kiosk.storage import Actor, Store, open_store
from kiosk.words import LOCALES
from tests.web.browser import TestStation, chromium, log_in, make_station, open_context, serving
from tests.web.layout import faults
from tests.web.shots import EMPTY, MANAGER, NOBODY, Shot, of_every_room, row
from web.routes import PAGES
from web.views import blueprints
from web.wording import LOCALE_COOKIE

CHECKOUT = Path(__file__).resolve().parents[2]
SIZES = ((1366, 768), (1024, 600))
DEVICES_READY_SECONDS = 20.0


def _home(store: Store, actor: Actor) -> None:
    with store.transaction(actor) as tx:
        desks.set_desk(tx, actor.desk_id or 1, mode="home", open_parcel_id=None, open_batch_id=None)


def _batch(store: Store, actor: Actor) -> None:
    with store.transaction(actor) as tx:
        open_batch.open_batch(tx, carrier="YTO", courier="周师傅", declared=30, desk_id=actor.desk_id)


def _parcels(page: Page) -> None:
    """A few parcels come in, as a scanner that types like a keyboard brings them."""
    for number in ("YT8962646785389", "YT8962646785390", "https://example.invalid/x", "YT8962646785391"):
        page.keyboard.type(number, delay=2)
        page.keyboard.press("Enter")
        page.wait_for_timeout(400)


_PERSON = (
    "SELECT phone_tail FROM parcels WHERE state = 'on_shelf' AND phone_tail IS NOT NULL GROUP BY phone_tail"
    " ORDER BY COUNT(*) DESC, phone_tail LIMIT 1"
)


def _proxy(page: Page) -> None:
    page.check("main [name=who][value=another]")


_WHO = (".who label:has([value=self])", ".who [name=method]", ".who label:has([value=another])", ".person [data-enter]")


def _storage_costs(store: Store, actor: Actor) -> None:
    """Keeping a parcel is free for one day only; published once."""
    document = tomllib.loads((settings.CONFIG / "fees.demo.toml").read_text("utf-8"))
    for item in document["items"]:
        if item["code"] == "parcel.storage":
            item["free_days"] = 1
    with store.transaction(actor) as tx:
        if not tx.value("SELECT COUNT(*) FROM fee_versions WHERE number > 1"):
            fees.publish(tx, document)


#: Whoever has had a parcel here the longest.
_KEPT = "SELECT {} FROM parcels WHERE state = 'on_shelf' AND phone_tail IS NOT NULL ORDER BY checked_in_on LIMIT 1"

SHOTS: dict[str, tuple[Shot, ...]] = {
    "door.first_start": (Shot("/first-start", "first-start", who=EMPTY),),
    "door.recovery_code": (Shot("/first-start/recovery-code", "recovery-code-gone", who=NOBODY),),
    "door.log_in": (Shot("/log-in", "log-in", who=NOBODY),),
    "door.recover": (Shot("/recover", "recover", who=NOBODY),),
    "home.counter": (Shot("/", "home", before=_home),),
    "home.more": (Shot("/more", "more"),),
    "intake.intake": (
        Shot("/intake", "intake-begin", before=_home),
        Shot("/intake", "intake", before=_batch, then=_parcels),
    ),
    "find.find": (
        Shot("/find", "find", before=_home),
        Shot(row("/find?q={}", _PERSON), "find-person", sees=_WHO),
        Shot(row("/find?q={}", _PERSON), "find-proxy", then=_proxy, sees=(*_WHO, "[name=collected_by]")),
        Shot(row("/find?q={}", _KEPT.format("phone_tail")), "find-storage-fee", before=_storage_costs, sees=_WHO),
        Shot("/find?q=9999", "find-nothing", before=_home),
    ),
    "parcels.all_parcels": (Shot("/parcels", "parcels"),),
    "parcels.one_parcel": (
        Shot(row("/parcels/{}", "SELECT MAX(id) FROM parcels WHERE state = 'on_shelf'"), "parcel"),
        Shot(row("/parcels/{}", "SELECT MAX(id) FROM parcels WHERE state = 'handed_over'"), "parcel-handed-over"),
        Shot(row("/parcels/{}", _KEPT.format("id")), "parcel-storage-fee", before=_storage_costs),
    ),
    "purchases.new_purchase": (Shot("/purchases/new", "purchase", before=_home),),
    "bills.new_bill": (Shot("/bills/new", "bill"),),
    "devices.all_devices": (Shot("/devices", "devices"),),
    "devices.test_page": (Shot("/devices/小票机/test", "test-print"),),
    "fees.current": (Shot("/fees", "fees"),),
    "fees.one": (Shot("/fees/1", "fees-version"),),
    "staff.everybody": (Shot("/staff", "staff"),),
    "audit.records": (Shot("/audit", "audit"),),
} | of_every_room()


@contextmanager
def demo_station(folder: Path) -> Iterator[TestStation]:
    """A freshly seeded demonstration with its real devices process."""
    state = folder / "demo"
    state.mkdir(parents=True)
    pins = demo.prepare(state)
    store = open_store(state, settings.load(state))
    station = TestStation(store, Runtime(runtime_folder(state)))
    with store.reading() as db:
        station.staff_ids = {person.name: person.id for person in staff.staff_list(db)}
    station.pins = pins
    devices = subprocess.Popen(
        [sys.executable, "-m", "drivers"], env=os.environ | {"KIOSK_STATE": str(state)}, cwd=CHECKOUT
    )
    try:
        until = time.monotonic() + DEVICES_READY_SECONDS
        while len(station.runtime.lamps()) < 3 and time.monotonic() < until:
            time.sleep(0.1)
        yield station
    finally:
        devices.terminate()
        devices.wait(15)
        station.close()


def take(page: Page, station: TestStation, shot: Shot) -> None:
    """Brings the page to where the shot is to be taken."""
    manager = next(iter(station.pins))
    actor = Actor("staff", station.staff_ids[manager], "manager", manager, 1)
    if shot.before is not None:
        shot.before(station.store, actor)
    if callable(shot.path):
        with station.store.reading() as db:
            path = shot.path(db)
    else:
        path = shot.path
    page.goto(path)
    if shot.then is not None:
        shot.then(page)
    if shot.who != MANAGER:
        page.wait_for_load_state("networkidle")
    elif shot.then is not None:
        page.wait_for_timeout(150)  # the stream never lets the network fall idle
    else:
        page.evaluate("() => document.fonts.ready.then(() => true)")


def without_entry() -> list[str]:
    """Pages of the route table that nobody takes a picture of."""
    blueprints()
    return sorted(set(PAGES) - {endpoint for endpoint, shots in SHOTS.items() if shots})


def tour(
    browser: Browser, url: str, station: TestStation, size: tuple[int, int], who: str, locale: str = "zh_CN"
) -> Iterator[tuple[Shot, Page]]:
    """Every shot of one kind of visitor, at one size, in one language."""
    context = open_context(browser, url, *size)
    context.add_cookies([{"name": LOCALE_COOKIE, "value": locale, "url": url}])
    page = context.new_page()
    if who == MANAGER:
        manager = next(iter(station.pins))
        with station.store.transaction() as tx:
            staff.choose_locale(tx, station.staff_ids[manager], locale)
        log_in(page, manager, station.pins[manager])
    for shots in SHOTS.values():
        for shot in shots:
            if shot.who == who:
                take(page, station, shot)
                yield shot, page
    context.close()


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.web.screenshots")
    parser.add_argument("folder", nargs="?", type=Path, default=CHECKOUT / "test-results" / "screenshots")
    parser.add_argument("--locale", choices=LOCALES, default=LOCALES[0])
    parser.add_argument("--phone", action="store_true", help="also 390×844 and 1920×1080")
    chosen = parser.parse_args()
    chosen.folder.mkdir(parents=True, exist_ok=True)
    missing, wrong = without_entry(), []
    for endpoint in missing:
        print(f"no entry for {endpoint} in SHOTS", file=sys.stderr)
    sizes = [*SIZES, (390, 844), (1920, 1080)] if chosen.phone else SIZES
    with tempfile.TemporaryDirectory() as folder, chromium() as browser:
        empty = make_station(Path(folder) / "empty", people=False)
        with demo_station(Path(folder)) as station, serving(station) as server, serving(empty) as bare:
            for size in sizes:
                for who in (MANAGER, NOBODY, EMPTY):
                    for shot, page in tour(
                        browser, bare.url if who == EMPTY else server.url, station, size, who, chosen.locale
                    ):
                        page.screenshot(path=chosen.folder / f"{shot.name}-{size[0]}x{size[1]}.png")
                        wrong += [f"{shot.name} {size[0]}×{size[1]}: {fault}" for fault in faults(page, shot.sees)]
        empty.close()
    for fault in wrong:
        print(fault, file=sys.stderr)
    print(f"{chosen.folder}: {len(list(chosen.folder.glob('*.png')))} pictures, {len(wrong)} faults")
    return 1 if missing or wrong else 0


if __name__ == "__main__":
    sys.exit(main())
