"""The sample station of ``kiosk run --demo``: believable and invented villagers, parcels, fees and days, made by the same
acts that a counter uses, at the times they would have happened. Its folder bears a mark, so that a demonstration and a
real station are never mixed up; what was seeded once is not seeded again."""

from __future__ import annotations

import json
import os
import random
import shutil
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from kiosk import clock, fees, settings, shifts
from kiosk.cli import demo_villagers as people_here
from kiosk.cli.demo_bills import Counter
from kiosk.cli.demo_consignment import Harvest
from kiosk.cli.demo_outbound import Dispatch
from kiosk.cli.demo_purchases import Errands
from kiosk.cli.demo_registers import Clerk
from kiosk.cli.demo_till import Purse
from kiosk.counter import add_line, check_in, close_batch, close_day, hand_over, open_batch, open_ticket, settle
from kiosk.errors import Refused
from kiosk.ledger import Account, balance
from kiosk.people import desks, staff
from kiosk.printing import jobs
from kiosk.settings import DEMO_MARK
from kiosk.storage import Actor, Store, Tx, open_store
from kiosk.storage.database import DATABASE
from kiosk.words import N_

STATION = """\
# Settings of the demonstration: simulated devices on the roads of real ones.

[station]
code = "demo-001"
name = "枫林村服务站"
address = "枫林村村委会旁"
hours = "8:30–18:30"

# Its own centre starts at the same moment, so it is asked again soon.
[county]
pause_seconds = 1
longest_pause_seconds = 60

[[devices]]
name = "扫码枪"
kind = "scanner"
driver = "simulated"
desk = "柜台"
options = { road = "pty" }

[[devices]]
name = "小票机"
kind = "printer"
driver = "simulated"
desk = "柜台"
options = { road = "tcp", profile = "80mm-gb" }

[[devices]]
name = "电子秤"
kind = "scale"
driver = "simulated"
desk = "柜台"
options = { road = "pty", protocol = "text" }
"""
#: The same villagers and parcels every time, so that a picture in a manual stays true.
SEED = 20260901
SETTINGS = "station.toml"


def refuse_mix(state: Path, is_demo: bool) -> None:
    """Raises ``Refused`` when a demonstration is asked for in a real station's folder, or the reverse.

    Settings alone make a folder a real station's: the demonstration would send its invented days to their centre.
    """
    is_marked = (state / DEMO_MARK).exists()
    if is_demo and not is_marked and any((state / name).exists() for name in (DATABASE, SETTINGS)):
        raise Refused(
            "demo.real_station",
            N_("{folder} 是正式站点的数据，不能当作演示打开；没有改动任何内容。请用 KIOSK_STATE 另指一个目录"),
            folder=str(state),
        )
    if not is_demo and is_marked:
        raise Refused(
            "demo.not_real",
            N_(
                "{folder} 是演示数据，不能当作正式站点打开；没有改动任何内容。请用 KIOSK_STATE 另指一个目录，或加 --demo"
            ),
            folder=str(state),
        )


def prepare(state: Path, now: datetime | None = None) -> dict[str, str]:
    """Seeds the folder unless that was finished before, and returns the PINs by name.

    A seeding that was cut off is begun again: its mark says so, and nobody has worked there yet. ``now`` is the moment
    at which the sample days end, the present one when not given.
    """
    mark = state / DEMO_MARK
    if mark.exists():
        told = json.loads(mark.read_text("utf-8"))
        if told["is_ready"]:
            return dict(told["pins"])
        for name in (DATABASE, f"{DATABASE}-wal", f"{DATABASE}-shm"):
            (state / name).unlink(missing_ok=True)
        shutil.rmtree(state / "centre", ignore_errors=True)
    pins = {name: staff.random_pin() for name, _role in people_here.STAFF}
    _write(mark, json.dumps({"is_ready": False, "pins": pins}, ensure_ascii=False))
    if not (state / SETTINGS).exists():
        _write(state / SETTINGS, STATION)
    store = open_store(state, settings.load(state))
    try:
        _Seeding(store, now or clock.now()).run(pins)
    finally:
        store.close()
    _write(mark, json.dumps({"is_ready": True, "pins": pins}, ensure_ascii=False))
    return pins


def _write(path: Path, content: str) -> None:
    """Writes a file whole or not at all."""
    begun = path.with_name(f".{path.name}.new")
    descriptor = os.open(begun, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as handle:
        handle.write(content)
        handle.flush()
        os.fsync(handle.fileno())
    begun.replace(path)


@dataclass(frozen=True, slots=True)
class _PastDay:
    days_ago: int
    batches: tuple[tuple[str, str, int], ...]  # carrier, courier, parcels
    collected: int
    difference_fen: int = 0


PAST = (
    _PastDay(9, (("YZPY", "邮递员老何", 4),), 1),
    _PastDay(4, (("ZTO", "李师傅", 6), ("YTO", "周师傅", 5)), 6),
    _PastDay(2, (("JTSD", "小吴", 5), ("SF", "陈师傅", 3)), 5, difference_fen=-100),
    _PastDay(1, (("YD", "孙师傅", 6), ("JD", "京东小赵", 4)), 6),
)
TODAY = (("ZTO", "李师傅", 7), ("STO", "郑师傅", 5))


class _Seeding:
    """One run through the sample days. Acts are dated by setting the transaction's time before them."""

    def __init__(self, store: Store, now: datetime) -> None:
        self.store = store
        self.random = random.Random(SEED)
        self.now = self.moment = now
        self.parcels: list[int] = []
        self.purchases = Errands(self._quiet)
        self.goods = Harvest(self._quiet)
        self.bills = Counter(self._quiet)
        self.sent = Dispatch(self._quiet)
        self.purse = Purse(self._quiet)

    def run(self, pins: dict[str, str]) -> None:
        self.moment = self._at(12, 8, 0)
        with self._tx(None) as tx:
            desks.make_desks(tx)
            for number, (name, role) in enumerate(people_here.STAFF):
                if number == 0:
                    staff.create_first_manager(tx, name, pins[name])
                else:
                    staff.add_staff(tx, name, role, pins[name])
        with self._tx() as tx:
            fees.publish(tx, tomllib.loads((settings.CONFIG / "fees.demo.toml").read_text("utf-8")))
        for past in PAST:
            self._past_day(past)
        self._printed()
        self._today()

    def _past_day(self, past: _PastDay) -> None:
        self.moment = self._at(past.days_ago, 8, 41)
        with self._tx() as tx:
            shifts.set_float(tx, balance(tx, Account.DRAWER) or 200_00)
        for carrier, courier, count in past.batches:
            self._batch(carrier, courier, count)
        self._collect(past.collected)
        self._tickets(self.random.randint(1, 3))
        self.purchases.on_day(past.days_ago)
        self.goods.on_day(past.days_ago)
        self.bills.on_day(past.days_ago)
        self.sent.on_day(past.days_ago)
        self.purse.on_day(past.days_ago)
        self.moment = self._at(past.days_ago, 18, 21)
        with self._tx() as tx:
            counted = balance(tx, Account.DRAWER) + past.difference_fen
            close_day.close_day(tx, pieces=_pieces(counted), reason="wrong_change" if past.difference_fen else "")

    def _printed(self) -> None:
        """What the past days left to print lies on paper long since: the demonstration does not begin with a heap."""
        with self._tx() as tx:
            for job in jobs.tray(tx):
                jobs.finish(tx, job.id, "confirmed")

    def _today(self) -> None:
        self.moment = self.now - timedelta(minutes=90)
        with self._tx() as tx:
            shifts.set_float(tx, balance(tx, Account.DRAWER))
        for carrier, courier, count in TODAY:
            self._batch(carrier, courier, count)
        self._collect(4)
        self._tickets(1)
        self.purchases.on_day(0)
        self.goods.on_day(0)
        self.bills.on_day(0)
        self.sent.on_day(0)
        self.purse.on_day(0)
        Clerk(self._quiet).write()

    def _batch(self, carrier: str, courier: str, count: int) -> None:
        with self._tx() as tx:
            batch = open_batch.open_batch(
                tx, carrier=carrier, courier=courier, declared=count, shelf=f"{self.random.randint(1, 4)}-{self.random.randint(1, 3)}",
                print_mode="never",
            )  # fmt: skip
        for _ in range(count):
            villager = self.random.choice(people_here.VILLAGERS)
            with self._tx() as tx:
                done = check_in.check_in(
                    tx, waybill=people_here.waybill(carrier, self.random), batch_id=batch.id, phone=villager.phone,
                    name_hint=villager.name, print_mode="never",
                )  # fmt: skip
            self.parcels.append(done.parcel_id)
        with self._tx() as tx:
            close_batch.close_batch(tx, batch.id)

    def _collect(self, count: int) -> None:
        chosen = self.random.sample(self.parcels, min(count, len(self.parcels)))
        for parcel_id in chosen:
            self.parcels.remove(parcel_id)
            method = self.random.choice(("code", "code", "tail", "known_by_face"))
            with self._tx() as tx:
                hand_over.hand_over(tx, [parcel_id], method)

    def _tickets(self, count: int) -> None:
        for _ in range(count):
            with self._tx() as tx:
                ticket_id = open_ticket.open_ticket(tx)
                owed = 0
                for service, facts in people_here.errand(self.random):
                    owed += add_line.add_line(tx, ticket_id, service, **facts).owed_fen
                settle.settle(tx, ticket_id, -(-owed // 10_00) * 10_00)

    @contextmanager
    def _tx(self, actor: Actor | None = Actor("staff", 2, "manager", "", None)) -> Iterator[Tx]:  # noqa: B008 - frozen
        with self.store.transaction(*([] if actor is None else [actor])) as tx:
            tx.now = clock.stamp(self.moment)
            yield tx
        self.moment += timedelta(seconds=self.random.randint(8, 40))

    @contextmanager
    def _quiet(self) -> Iterator[Tx]:
        """A moment that draws nothing at random, so that what else is made up stays as it was."""
        with self.store.transaction(Actor("staff", 2, "manager", "", None)) as tx:
            tx.now = clock.stamp(self.moment)
            yield tx
        self.moment += timedelta(seconds=20)

    def _at(self, days_ago: int, hour: int, minute: int) -> datetime:
        here = clock.local(self.now, self.store.settings.station.zone) - timedelta(days=days_ago)
        return here.replace(hour=hour, minute=minute, second=self.random.randint(0, 59))


def _pieces(fen: int) -> dict[int, int]:
    pieces = {}
    for piece in shifts.PIECES_FEN:
        pieces[piece], fen = divmod(fen, piece)
    return {piece: count for piece, count in pieces.items() if count}
