"""One station of the quarter: a real state folder whose acts the driver sends through ``kiosk.counter``, whose clock is its
own, and whose uplink goes through a bad road. Beside it the driver's own sums of what it sent."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from kiosk import outbox
from kiosk.counter.check_in import check_in
from kiosk.counter.correct_day import correct_day
from kiosk.counter.hand_over import hand_over
from kiosk.counter.open_day import open_day
from kiosk.devices import Runtime
from kiosk.reports import store as reports
from kiosk.reports.corrections import Change, RowChange
from kiosk.reports.model import Report
from sync.daemon import COUNTY, PROCESS
from sync.downlink import Downlink
from sync.uplink import CountyLamp, Uplink
from tests.driven import Hands
from tests.journeys.quarter_road import Fault, Road
from tests.journeys.quarter_sums import COLUMNS, Sums, commission, purchase_fee
from tests.services.counter_bench import Bench

#: No station needs so many turns for what it has to say of one evening.
MOST_TURNS = 400
Act = Callable[["QuarterStation", date, "random.Random"], None]


class QuarterStation:
    """``code`` is the station's; ``ahead`` says by how much its clock is wrong, and may be changed."""

    def __init__(self, folder: Path, code: str, name: str, hands: Hands, road: Road) -> None:
        self.folder, self.code, self.name, self.hands, self.road = folder, code, name, hands, road
        self.ahead = timedelta(0)
        self.sums = Sums()
        self._number = 0
        self.shelf: list[int] = []
        folder.mkdir(parents=True)
        (folder / "station.toml").write_text(
            f'[station]\ncode = "{code}"\nname = "{name}"\n[county]\naddress = "{road.address}"\n'
            "pause_seconds = 0.05\nlongest_pause_seconds = 0.05\ntimeout_seconds = 20.0\n",
            "utf-8",
        )
        self.bench = Bench(folder, printer=False)
        self.runtime = Runtime(folder / "runtime")
        self._connect()

    def reopen(self) -> None:
        """After it was closed and its files were changed under it."""
        self.bench = Bench.reopened(self.folder)
        self._connect()

    def _connect(self) -> None:
        self.uplink = Uplink(self.bench.store, self._show)
        self.downlink = Downlink(self.bench.store)

    def _show(self, lamp: CountyLamp) -> None:
        """The lamp of the county, as the process of the network shows it."""
        self.runtime.beat(PROCESS)
        self.runtime.set_lamp(COUNTY, COUNTY, lamp.state, lamp.reason, process=PROCESS, **lamp.facts)

    def close(self) -> None:
        """Lets files and connections go."""
        self.uplink.close()
        self.downlink.close()
        self.bench.store.close()

    # One day ---------------------------------------------------------------------------------------------------------

    def at(self, day: date, time: str) -> None:
        """Sets the clock to a time of the day, as this station's clock shows it."""
        self.hands.stand_at(f"{day}T{time}")
        self.hands.pass_by(seconds=self.ahead.total_seconds())

    def work(self, day: date, chance: random.Random) -> None:
        """A day at the counter without its close: everything is added to the driver's sums as it is sent."""
        self.at(day, "08:30")
        self.bench.act(open_day)
        self.at(day, "10:00")
        lines = [kind for kind in ("purchase", "bill", "consignment") for _ in range(chance.choice((0, 0, 1, 1, 2)))]
        if lines:
            self._visit(day, lines, is_void=chance.random() < 0.15, chance=chance)
        for _ in range(chance.randrange(1, 3)):
            self._number += 1
            arrived = self.bench.act(check_in, waybill=f"YT{self._number:013d}", phone="19900001234")
            self.shelf.append(arrived.parcel_id)
            self.sums.on(day).parcels["received"] += 1
        if len(self.shelf) > 3:
            self.bench.act(hand_over, [self.shelf.pop(0)], "code")
            self.sums.on(day).parcels["handed_over"] += 1

    def _visit(self, day: date, lines: list[str], *, is_void: bool, chance: random.Random) -> None:
        asked, sent = [], []
        for service in lines:
            self._number += 1
            fen = chance.randrange(1, 3000) * 10
            match service:
                case "purchase":
                    asked.append((service, {"item_name": "水泵", "amount_fen": fen, "paid_by": "customer"}))
                    sent.append((service, "", fen, 0, purchase_fee(fen)))
                case "consignment":
                    sale = {"item_name": "土鸡蛋", "supplier_name": "李四", "quantity": 3, "unit": "枚"}
                    asked.append((service, sale | {"amount_fen": fen}))
                    sent.append((service, "", fen, commission(fen), 0))
                case _:
                    bill = {"biller": "power-demo", "account_no": f"{self._number:013d}", "bill_period": f"{day:%Y-%m}"}
                    asked.append((service, bill | {"amount_fen": fen}))
                    sent.append((service, "power", fen, 0, 0))
        ticket = self.bench.ticket(*asked)
        due = self.bench.view(ticket)["total_fen"]
        self.bench.settle(ticket, -(-due // 1_00) * 1_00)
        if is_void:
            self.bench.void(ticket)
            return
        for service, kind, fen, commission_fen, fee_fen in sent:
            self.sums.on(day).add(service, kind, fen, commission_fen=commission_fen, fee_fen=fee_fen)

    def finish(self, day: date, time: str = "18:30") -> Report:
        """Closes the day, counting what is there; its report is frozen and queued."""
        self.at(day, time)
        fen = self.bench.balance("drawer")
        return self.bench.close(self.bench.pieces_of(fen - fen % 10), reason="unexplained").report

    def correct(self, day: date, service: str, count: int, fen: int) -> Report:
        """A correction of a closed day, in the sums as well."""
        kind = kind_of(service)
        change = Change("not_recorded", f"V-{self._number}", [RowChange(service, kind, count, fen)])
        made: Report = self.bench.act(correct_day, day.isoformat(), change).report
        self.sums.on(day).add(service, kind, fen, count=count)
        return made

    # The road --------------------------------------------------------------------------------------------------------

    def send(self) -> None:
        """Sends what waits until nothing is due, through whatever the road does; pauses are ended by hand."""
        for _ in range(MOST_TURNS):
            self.uplink.try_again()
            with self.bench.store.reading() as db:
                waits = outbox.summary(db).waiting
            if not waits or self.road.is_cut:
                return
            self.uplink.turn()
        raise AssertionError(f"{self.code} still has {waits} messages after {MOST_TURNS} turns: {self.road.done}")

    def listen(self) -> None:
        """Asks the county once for its messages, which tells it the time as well."""
        self.downlink.ask_again()
        self.downlink.turn()

    def messages(self, state: str = "") -> list[outbox.Message]:
        """The messages in this state, oldest first."""
        with self.bench.store.reading() as db:
            return sorted(
                (one for one in outbox.messages(db, 10_000) if not state or one.state == state),
                key=lambda one: one.sequence,
            )

    def standing(self) -> list[outbox.Message]:
        """The refused messages in whose place nothing came so far."""
        with self.bench.store.reading() as db:
            return [message for message, _code, _highest in outbox.standing_refusals(db)]

    # What the station says -------------------------------------------------------------------------------------------

    def said(self, day: date) -> dict[str, Any] | None:
        """The content of the day's last report; None when there is none."""
        with self.bench.store.reading() as db:
            found = reports.latest(db, day.isoformat())
        return None if found is None else json.loads(found.content)


def figures_of(content: dict[str, Any]) -> dict[tuple[str, str], tuple[int, ...]]:
    """The rows of a daily report where anything happened."""
    rows = {(row["service_type"], row["kind"]): tuple(row[name] for name in COLUMNS) for row in content["services"]}
    return {name: row for name, row in rows.items() if any(row)}


def kind_of(service: str) -> str:
    """The kind under which the driver's lines of a service are counted."""
    return "power" if service == "bill" else ""


def faults(chance: random.Random, weights: dict[Fault, int]) -> Callable[[], Fault]:
    """Draws what the road does with the next message."""
    kinds, shares = list(weights), list(weights.values())
    return lambda: chance.choices(kinds, shares)[0]
