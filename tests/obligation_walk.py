"""``python -m tests.obligation_walk [FOLDER]``: walks a freshly seeded demonstration through every place that
docs/obligations.md names, and saves what an inspector sees there: the page as HTML and as a picture, what a command says,
what a file of settings holds. ``index.html`` leads from each row to its places. Ends with 1 when a place is not there.
"""

from __future__ import annotations

import argparse
import os
import re
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterable
from dataclasses import dataclass
from html import escape
from pathlib import Path

from flask.testing import FlaskClient
from playwright.sync_api import Page

from kiosk import settings
from kiosk.cli import demo
from kiosk.counter import guide
from kiosk.devices import Runtime
from kiosk.people import desks, staff, tokens
from kiosk.storage import Actor, open_store
from tests.architecture.obligations import SOURCES, marked, results, status
from tests.journeys.station import free_port
from tests.obligations import Proof, matrix
from tests.web.browser import TestStation, chromium, log_in, open_context, serving
from tests.web.forms import log_in as log_in_client
from web import create_app

ROOT = Path(__file__).resolve().parents[1]
MANAGER = "王站长"
#: Commands that need to be told what, or would change the station that is being looked at: their help is what they say.
TOLD = {"kiosk restore": ["--help"]}
#: Commands that stay: started beside the station that is looked at, and ended once they say where they are open.
STAYS = frozenset({"kiosk run --demo"})
STARTS_WITHIN_SECONDS = 180
SAYS_MORE_SECONDS = 2.0
#: Files that the station's own settings folder may hold; the shipped one is what is shown.
SHIPPED = ROOT / "config"


@dataclass(frozen=True, slots=True)
class Seen:
    """One place as it was found: its status line and what was saved of it."""

    place: str
    is_there: bool
    said: str
    files: tuple[str, ...]


def demonstration(folder: Path) -> TestStation:
    """A seeded demonstration whose manager can be logged in."""
    state = folder / "state"
    state.mkdir(parents=True, mode=0o700)
    pins = demo.prepare(state)
    store = open_store(state, settings.load(state))
    with store.reading() as db:
        people = {one.name: one.id for one in staff.staff_list(db)}
    with store.transaction(Actor("staff", people[next(iter(pins))], "manager", next(iter(pins)))) as tx:
        desks.make_desks(tx)
        guide.put_off(tx)
    return TestStation(store, Runtime(folder / "runtime"), staff_ids=people, pins=pins)


def pages_of(places: Iterable[str]) -> list[str]:
    """The places that are addresses of the station's web process."""
    return sorted({place for place in places if place.startswith("/")})


def answers(station: TestStation, client: FlaskClient, places: Iterable[str]) -> dict[str, tuple[int, str]]:
    """What the web process answers at each address: status and text. An address of the API is asked with a token."""
    with station.store.transaction(Actor("staff", 1, "manager", MANAGER)) as tx:
        key = tokens.create_token(tx, "inspector", "inspector")
    found = {}
    for place in pages_of(places):
        headers = {"Authorization": f"Bearer {key}"} if place.startswith("/api/") else {}
        reply = client.get(place, headers=headers, follow_redirects=True)
        found[place] = reply.status_code, reply.get_data(as_text=True)
    return found


def walk(target: Path, proved: list[Proof], *, with_pictures: bool = True) -> list[Seen]:
    """Visits each place once and writes what is seen into ``target``."""
    places = sorted({proof.place for proof in proved})
    target.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        station = demonstration(Path(folder))
        client = create_app(station.store, station.runtime).test_client()
        name = next(iter(station.pins))
        log_in_client(client, station, name, station.pins[name])
        seen = [_page(target, place, *found) for place, found in answers(station, client, places).items()]
        if with_pictures:
            _pictures(
                target, station, name, [one for one in seen if one.is_there and not one.place.startswith("/api/")]
            )
        for place in places:
            if place in STAYS:
                seen.append(_started(target, place, Path(folder)))
            elif place.startswith("kiosk "):
                seen.append(_command(target, place, station.state))
        station.close()
    seen += [_file(target, place) for place in places if not place.startswith(("/", "kiosk "))]
    return seen


def _page(target: Path, place: str, code: int, text: str) -> Seen:
    ending = "html" if "<html" in text[:400] else "json"
    file = f"{_slug(place)}.{ending}"
    (target / file).write_text(text, "utf-8")
    is_there = code == 200
    files = (file,) if ending == "json" or not is_there else (f"{_slug(place)}.png", file)
    return Seen(place, is_there, str(code), files)


def _pictures(target: Path, station: TestStation, name: str, seen: list[Seen]) -> None:
    with serving(station) as server, chromium() as browser:
        context = open_context(browser, server.url)
        page: Page = context.new_page()
        log_in(page, name, station.pins[name])
        for one in seen:
            page.goto(one.place)
            page.wait_for_load_state("load")
            page.screenshot(path=target / one.files[0], full_page=True)
        context.close()


def _command(target: Path, place: str, state: Path) -> Seen:
    words = place.split()
    command = [sys.executable, "-m", *words, *TOLD.get(place, [])]
    done = subprocess.run(
        command, cwd=ROOT, env=os.environ | {"KIOSK_STATE": str(state)}, capture_output=True, text=True, timeout=120
    )
    file = f"{_slug(place)}.txt"
    (target / file).write_text(f"$ {' '.join([*words, *TOLD.get(place, [])])}\n{done.stdout}{done.stderr}", "utf-8")
    return Seen(place, done.returncode == 0, f"ended with {done.returncode}", (file,))


def _started(target: Path, place: str, folder: Path) -> Seen:
    """What a command that stays says until it is open, and how it ends when it is told to."""
    port = free_port()
    own = {"KIOSK_STATE": str(folder / "started"), "KIOSK_RUNTIME": str(folder / "started-runtime"), "PORT": str(port)}
    process = subprocess.Popen(
        [sys.executable, "-m", *place.split()], cwd=ROOT, env=os.environ | own, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip
    late = threading.Timer(STARTS_WITHIN_SECONDS, process.kill)
    late.start()
    said, is_open = "", False
    for line in process.stdout or ():
        said += line
        if line.rstrip().endswith(f"已打开：http://127.0.0.1:{port}/"):
            is_open = True
            threading.Timer(SAYS_MORE_SECONDS, process.send_signal, [signal.SIGINT]).start()
    code = process.wait()
    late.cancel()
    file = f"{_slug(place)}.txt"
    (target / file).write_text(f"$ {place}\n{said}", "utf-8")
    return Seen(place, is_open and not code, f"ended with {code}", (file,))


def _file(target: Path, place: str) -> Seen:
    name = place.removeprefix("config/")
    shipped = SHIPPED / name
    is_there = bool(re.fullmatch(r"[\w./-]+", name)) and shipped.is_file()
    if is_there:
        (target / f"{_slug(place)}.txt").write_bytes(shipped.read_bytes())
    return Seen(
        place, is_there, "shipped" if is_there else "no such file", (f"{_slug(place)}.txt",) if is_there else ()
    )


def _slug(place: str) -> str:
    return re.sub(r"[^A-Za-z0-9]+", "-", place).strip("-") or "home"


def index(proved: list[Proof], seen: list[Seen]) -> str:
    """The page that leads from each row to what was saved for it."""
    of_place = {one.place: one for one in seen}
    of_row: dict[str, list[Proof]] = {}
    for proof in sorted(set(proved)):
        of_row.setdefault(proof.id, []).append(proof)
    lines = []
    for row in matrix().values():
        told = status(row, row.id in of_row)
        found = "<br>".join(
            dict.fromkeys(f"{_links(of_place[proof.place])} {escape(proof.reads)}" for proof in of_row.get(row.id, []))
        )
        lines.append(
            f"<tr><th>{row.id}<td>{told}<td>{escape(row.asks)}<td>{found or escape(row.why or row.lacks)}</tr>"
        )
    head = f"<title>What a county asks</title><h1>{', '.join(SOURCES.values())}: {len(matrix())} rows</h1>"
    return f'<!doctype html><meta charset="utf-8">{head}<table border="1" cellpadding="4">{"".join(lines)}</table>\n'


def _links(one: Seen) -> str:
    links = " ".join(f'<a href="{file}">{Path(file).suffix[1:]}</a>' for file in one.files)
    return f"<code>{escape(one.place)}</code> {links or '<b>not there</b>'}"


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.obligation_walk")
    parser.add_argument("folder", nargs="?", type=Path, default=ROOT / "build" / "obligations")
    parser.add_argument("--of", type=Path, help="the results of a run (test-results/obligations.json), not the markers")
    chosen = parser.parse_args()
    proved = marked() if chosen.of is None else results(chosen.of)
    seen = walk(chosen.folder, proved)
    (chosen.folder / "index.html").write_text(index(proved, seen), "utf-8")
    lost = [one for one in seen if not one.is_there]
    for one in lost:
        print(f"{one.place}: {one.said}", file=sys.stderr)
    print(f"{chosen.folder / 'index.html'}: {len(seen)} places of {len({p.id for p in proved})} rows")
    return 1 if lost else 0


if __name__ == "__main__":
    sys.exit(main())
