"""The acts of the counter, in process and over HTTP, each beside R or F."""

from __future__ import annotations

import itertools
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

from kiosk.counter.check_in import check_in
from kiosk.counter.hand_over import hand_over_one
from kiosk.counter.look_up import look_up
from kiosk.counter.open_batch import open_batch
from kiosk.people import tokens
from kiosk.storage import Actor, Store
from tests.benchmarks import history
from tests.benchmarks.measure import Runner, alternate, cpu_of
from tests.benchmarks.table import Figures, Row
from tests.benchmarks.wire import Wire
from tests.benchmarks.yardsticks import Bare, Raw
from tests.journeys.client import BASE
from tests.journeys.pages import PageClient
from tests.journeys.station import Station

LINES = 5
CLIENTS = 4


class Stock:
    """Parcels on the shelves, each handed out once: their numbers in the station's and in the yardstick's file."""

    def __init__(self, count: int, in_stock: int) -> None:
        self.first = count - in_stock + 1
        self.last = count
        self.ours = itertools.count(self.first)
        # R's and F's parcels are counted from 0, and there is no rule against a second hand-over.
        self.theirs = itertools.cycle(range(count - in_stock, count))


def in_process(figures: Figures, station: Station, raw_path: Path, stock: Stock, size: str, batch: int) -> None:
    """Hand-over, intake and look-up by tail as functions, beside R."""
    raw = Raw(raw_path)
    with station.store() as store:
        with store.reading() as db:
            actor = tokens.actor_of(db, station.tokens["operator"])
        assert actor is not None

        def ours(_: int) -> None:
            with store.transaction(actor) as tx:
                hand_over_one(tx, next(stock.ours), "code")

        handed, r = alternate(
            Runner("hand-over", ours), Runner("R", lambda _: raw.hand_over(next(stock.theirs))), batches=10, size=batch
        )
        above = (handed.cpu_each - r.cpu_each) * 1e6
        figures.add(
            Row(
                "hand-over, in process",
                size,
                handed,
                r,
                "R",
                "≤ 250 µs CPU above R",
                above <= 250,
                f"{above:.0f} µs, R takes {r.cpu_each * 1e6:.0f}",
            )
        )
        with store.transaction(actor) as tx:
            batch_id = open_batch(tx, print_mode="never", shelf="1-1").id
        made, r = alternate(
            Runner("intake", lambda n: _check_in(store, actor, batch_id, n)),
            Runner("R", lambda _: raw.hand_over(next(stock.theirs))), batches=10, size=batch,
        )  # fmt: skip
        figures.add(Row("intake scan → next code, in process", size, made, r, "R"))

        def search(n: int) -> None:
            with store.reading() as db:
                look_up(db, history.phone(stock.last - n % 2000)[-4:])

        found, r = alternate(
            Runner("search", search),
            Runner("R look-up", lambda _: raw.find(next(stock.theirs))),
            batches=10,
            size=batch,
        )
        figures.add(Row("search by tail, in process", size, found, r, "R's look-up"))


def _check_in(store: Store, actor: Actor, batch_id: int, n: int) -> None:
    with store.transaction(actor) as tx:
        check_in(tx, waybill=f"ZT{n:013d}", batch_id=batch_id, phone=f"1380013{n % 10000:04d}")


def over_http(figures: Figures, station: Station, bare: Bare, stock: Stock, size: str, batch: int) -> None:
    """Hand-over by API and page, intake, search, a settled ticket and the rate with four clients, beside F."""
    web = cpu_of(station.pids()["web"])
    theirs = cpu_of(bare.pid)
    api = Wire(station.port, {"Authorization": f"Bearer {station.tokens['operator']}"})
    f = Wire(bare.port)

    def bare_act(_: int) -> None:
        f.ask("POST", f"/parcels/{next(stock.theirs)}/hand-over")

    def bare_find(_: int) -> None:
        f.ask("GET", f"/parcels/{next(stock.theirs)}")

    def act(_: int) -> None:
        number = next(stock.ours)
        api.json(f"{BASE}/parcels/{number}/hand-over", {"method": "code"}, 200, key=f"bench-{number}")

    runs = {"F": Runner("F", bare_act, theirs), "F find": Runner("F find", bare_find, theirs)}

    def beside(what: str, runner: Runner, yardstick: str, asked: str, limit: float, *, tail: float = 0.0) -> None:
        """``asked`` in words, ``limit`` as the ratio of median and CPU; at twice the limit something must be done."""
        ours, other = alternate(runner, runs[yardstick], batches=8, size=batch)
        row = Row(what, size, ours, other, "F" if yardstick == "F" else "F's look-up", asked)
        if asked:
            row.is_reached = (row.ratio or 0) <= limit and (row.cpu_ratio or 0) <= limit
            row.is_alarm = (row.ratio or 0) > 2 * limit
        if tail:
            row.words = f"p99 {ours.p99 / ours.median:.1f} × median"
            row.is_reached = bool(row.is_reached) and ours.p99 <= tail * ours.median
        figures.add(row)

    both = "≤ 2 × F, p99 ≤ 4 × own median"
    beside("hand-over, API", Runner("API", act, web), "F", both, 2, tail=4)
    page = _Page(station)
    beside(
        "hand-over, page form", Runner("page", lambda _: page.hand_over(next(stock.ours)), web), "F", both, 2, tail=4
    )
    batch_id = api.json(f"{BASE}/batches", {"carrier": "", "print_mode": "never", "shelf": "10-1"}, 201)["id"]

    def take_in(n: int) -> None:
        body = {"waybill_no": f"JT{n:013d}", "batch_id": batch_id, "phone_tail": "1234"}
        api.json(f"{BASE}/parcels", body, 201, key=f"in-{n}")

    beside("intake scan → next code, API", Runner("in", take_in, web), "F", "", 0)
    tails = itertools.cycle(history.phone(number)[-4:] for number in range(stock.last - 1500, stock.last))
    beside(
        "search by tail, API",
        Runner("search", lambda _: api.json(f"{BASE}/parcels/search", {"phone_tail": next(tails)}, 200), web),
        "F find", "≤ 1.5 × F's look-up", 1.5,
    )  # fmt: skip
    one = itertools.cycle(range(stock.last - 1500, stock.last))
    beside(
        "look-up by id, API", Runner("look-up", lambda _: api.ask("GET", f"{BASE}/parcels/{next(one)}"), web),
        "F find", "≤ 1.5 × F's look-up", 1.5,
    )  # fmt: skip
    tickets = _tickets(api, 9 * batch)
    beside(
        f"ticket of {LINES} services settled, API",
        Runner("settle", lambda _: _settle(api, *next(tickets)), web), "F", "≤ 4 × F", 4,
    )  # fmt: skip
    _rate(figures, station, bare, stock, size, batch * 3)
    for line in (api, f, page.wire):
        line.close()


class _Page:
    """The hand-over form of the page, sent again and again as a browser would: its cookie, its token, a fresh key."""

    def __init__(self, station: Station) -> None:
        self.client = PageClient(station.port)
        self.client.log_in(station.members["operator"])
        fields = dict(self.client.form("/find", "/hand-over/mode"))
        self.csrf = fields["csrf_token"]
        self.wire = Wire(
            station.port,
            {
                "Cookie": "; ".join(f"{cookie.name}={cookie.value}" for cookie in self.client.cookies.jar),
                "Sec-Fetch-Site": "same-origin", "Content-Type": "application/x-www-form-urlencoded",
            },
        )  # fmt: skip

    def hand_over(self, number: int) -> None:
        """One parcel; the page answers with the way to the next one."""
        form = {
            "csrf_token": self.csrf,
            "_key": f"bench-{number}",
            "parcel_id": number,
            "method": "code",
            "who": "self",
        }
        status, content = self.wire.ask("POST", "/hand-over", urlencode(form).encode())
        if status != 303:
            raise AssertionError(f"{status} {content[:2000].decode('utf-8', 'replace')}")


def _tickets(api: Wire, count: int) -> Iterator[tuple[int, int]]:
    """Open tickets with a line of each of five services, made before they are needed."""
    made = []
    for number in range(count):
        ticket = api.json(f"{BASE}/tickets", {"lines": _five(number)}, 201)
        made.append((ticket["id"], ticket["total_fen"]))
    return iter(made)


def _five(number: int) -> list[dict[str, object]]:
    """What a villager comes for; fictitious."""
    return [
        {"service": "purchase", "item_name": "化肥", "amount_fen": 80_00, "paid_by": "customer"},
        {"service": "consignment", "item_name": "土鸡蛋", "amount_fen": 22_50, "supplier_name": "李四", "quantity": 30,
         "unit": "枚"},
        {"service": "bill", "biller": "power-demo", "account_no": f"0602{number:09d}", "amount_fen": 50_00,
         "bill_period": "2026-11"},
        {"service": "convenience", "convenience": "print", "values": {"what": "打印", "pages": "7"}},
        {"service": "outbound", "carrier": "YTO", "sender_name": "赵大嫂", "sender_phone": "19900001234",
         "recipient_name": "赵小妹", "recipient_phone": "19900005678", "recipient_address": "省城幸福路 1 号",
         "item": "腊肉", "item_kind": "food", "weight_grams": 2300, "id_document": "resident_id",
         "content_inspected": True, "freight_fen": 12_00},
    ]  # fmt: skip


def _settle(api: Wire, ticket_id: int, total_fen: int) -> None:
    api.json(f"{BASE}/tickets/{ticket_id}/settle", {"given_fen": total_fen}, 200, key=f"settle-{ticket_id}")


def _rate(figures: Figures, station: Station, bare: Bare, stock: Stock, size: str, each: int) -> None:
    """Hand-overs a second with four clients, ours and F's in turn."""
    turn = threading.Lock()

    def ours(line: Wire) -> None:
        with turn:
            number = next(stock.ours)
        line.json(f"{BASE}/parcels/{number}/hand-over", {"method": "code"}, 200)

    def theirs(line: Wire) -> None:
        with turn:
            number = next(stock.theirs)
        line.ask("POST", f"/parcels/{number}/hand-over")

    token = {"Authorization": f"Bearer {station.tokens['operator']}"}
    rates: dict[str, list[float]] = {"ours": [], "theirs": []}
    for _ in range(3):
        for name, act, port, headers in (("ours", ours, station.port, token), ("theirs", theirs, bare.port, {})):
            lines = [Wire(port, headers) for _ in range(CLIENTS)]
            threads = [
                threading.Thread(target=lambda act=act, line=line: [act(line) for _ in range(each // CLIENTS)])
                for line in lines
            ]
            begun = time.perf_counter()
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            rates[name].append(each // CLIENTS * CLIENTS / (time.perf_counter() - begun))
            for line in lines:
                line.close()
    ratio = sorted(rates["ours"])[1] / sorted(rates["theirs"])[1]
    figures.add(
        Row("rate with 4 clients, hand-over API", size, beside="F with 4", asked="≥ 0.65 × F", is_reached=ratio >= 0.65,
            words=f"{ratio:.2f} × F")
    )  # fmt: skip
