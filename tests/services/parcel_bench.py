"""A station with a desk, an operator at it and a printer that nobody has plugged in, as the tests of parcels use it."""

from __future__ import annotations

import atexit
import functools
import re
import shutil
import tempfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from kiosk import clock, ids, settings
from kiosk.check import problems
from kiosk.codes import recognise
from kiosk.counter.check_in import CheckInResult, check_in
from kiosk.counter.desk_scans import ScanOutcome
from kiosk.counter.hand_over import hand_over_one
from kiosk.counter.open_batch import open_batch
from kiosk.counter.take_scan import take_scan
from kiosk.devices.model import Scan
from kiosk.errors import Refused
from kiosk.notices.check import problems as notice_problems
from kiosk.parcels import store as parcels
from kiosk.parcels.check import problems as parcel_problems
from kiosk.people import desks, sessions, staff
from kiosk.printing import slips
from kiosk.printing.render_text import render_text
from kiosk.storage import Actor, Store, open_store
from tests.storage.empty_database import lay_out

PRINTER = '[[devices]]\nname = "小票机"\nkind = "printer"\ndriver = "simulated"\ndesk = "柜台"\n'
ZTO = "73610555582883"
ZTO_2 = "79105030690097"
YTO = "YT8962646785389"
JD_1, JD_2 = "JDAWX021335191911-1-2", "JDAWX021335191911-2-2"
PAYMENT = "135112298638468293"
ID_NUMBER = "11010519491231002X"


def assert_worded(said: Refused | ScanOutcome) -> None:
    """Every name in the sentence has its fact."""
    assert set(re.findall(r"\{(\w+)\}", said.message)) <= set(said.facts), said.message


@functools.cache
def _template() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="station-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    Station(folder).store.close()
    return folder


class Station:
    """One station; each method is one act in a transaction of its own."""

    def __init__(self, state: Path, *, toml: str = "", printer: bool = True) -> None:
        state.mkdir(parents=True, exist_ok=True)
        (state / "station.toml").write_text(toml + (PRINTER if printer else ""), "utf-8")
        lay_out(state)
        self.store: Store = open_store(state, settings.load(state))
        with self.store.transaction() as tx:
            desks.make_desks(tx)
            self.manager_id, _ = staff.create_first_manager(tx, "王芳", "4826")
            sessions.begin(tx, self.manager_id, 1)
        self.actor = Actor("staff", self.manager_id, "manager", "王芳", 1)
        self.later = timedelta()

    @classmethod
    def copied(cls, state: Path) -> Station:
        """A new station like the others, made from one that was made once in this process (a fifth of the time)."""
        template = _template()
        shutil.copytree(template, state, dirs_exist_ok=True)
        self = cls.__new__(cls)
        self.store = open_store(state, settings.load(state))
        self.manager_id = 1
        self.actor = Actor("staff", 1, "manager", "王芳", 1)
        self.later = timedelta()
        return self

    def act(self, act: Callable[..., Any], *args: Any, actor: Actor | None = None, **facts: Any) -> Any:
        """Runs one act, ``self.later`` after the present."""
        with self.store.transaction(actor or self.actor) as tx:
            tx.now = clock.stamp(clock.read(tx.now) + self.later)
            return act(tx, *args, **facts)

    def read(self, act: Callable[..., Any], *args: Any, **facts: Any) -> Any:
        with self.store.reading() as db:
            return act(db, *args, **facts)

    def refusal(self, act: Callable[..., Any], *args: Any, actor: Actor | None = None, **facts: Any) -> Refused:
        """The refusal of an act that must be refused."""
        with pytest.raises(Refused) as caught:
            self.act(act, *args, actor=actor, **facts)
        assert_worded(caught.value)
        return caught.value

    def batch(self, carrier: str = "ZTO", **facts: Any) -> int:
        return self.act(open_batch, carrier=carrier, **{"print_mode": "never"} | facts).id

    def arrive(self, waybill: str = ZTO, batch_id: int | None = None, **facts: Any) -> CheckInResult:
        return self.act(check_in, waybill=waybill, batch_id=batch_id, **facts)

    def collect(self, parcel_id: int, method: str = "code", **facts: Any) -> Any:
        return self.act(hand_over_one, parcel_id, method, **facts)

    def scan(self, code: str, *, desk_id: int = 1, age_seconds: float = 0.0, **kept: Any) -> ScanOutcome:
        """One scan through the road that every scanner takes; far enough from the one before not to be 已扫."""
        self.later += timedelta(seconds=3)
        return self.scan_again(code, desk_id=desk_id, age_seconds=age_seconds, **kept)

    def scan_again(
        self, code: str, *, desk_id: int = 1, age_seconds: float = 0.0, scan_id: str = "", **kept: Any
    ) -> ScanOutcome:
        """A scan at once after the one before."""
        found = recognise(code)
        at = clock.stamp(clock.now() + self.later - timedelta(seconds=age_seconds))
        scan = Scan(
            scan_id or ids.ordered_id(), "扫码枪", "柜台", found.kind.value, found.text, found.length,
            {"noise": found.noise}, at, age_seconds,
        )  # fmt: skip
        with self.store.transaction() as tx:
            tx.now = clock.stamp(clock.now() + self.later)
            outcome = take_scan(tx, desk_id, scan, **kept)
        assert_worded(outcome)
        return outcome

    def stocked(self) -> Station:
        """Puts in two parcels of one person (``a1``, ``a2``; the first bears ``code``) and one of another (``b1``)."""
        self.a1 = self.arrive(ZTO, phone="1234", name_hint="张").parcel_id
        self.a2 = self.arrive(ZTO_2, phone="1234").parcel_id
        self.b1 = self.arrive(YTO, phone="9876", name_hint="李").parcel_id
        self.code = self.row(self.a1)["pickup_code"]
        return self

    def row(self, parcel_id: int):
        return self.read(parcels.parcel, parcel_id)

    def state(self, parcel_id: int) -> str:
        return self.row(parcel_id)["state"]

    def events(self, parcel_id: int) -> list[str]:
        return [event["kind"] for event in self.read(parcels.events, parcel_id)]

    def desk(self):
        return self.read(desks.desk, 1)

    def slip(self, slip_id: int, columns: int = 32) -> str:
        with self.store.reading() as db:
            return render_text(slips.compose(db, slip_id), columns)

    def problems(self) -> list[Any]:
        """Every broken invariant of the whole station."""
        return list(problems(self.store))

    def broken(self) -> list[Any]:
        """Every broken invariant of parcels and notices: a tenth of the time, asked after each test."""
        with self.store.reading(snapshot=True) as db:
            return [*parcel_problems(db), *notice_problems(db)]

    def everything_stored(self) -> str:
        """Every value of every table, as one text: what must not stand anywhere is not in it."""
        with self.store.reading() as db:
            tables = [row[0] for row in db.all("SELECT name FROM sqlite_master WHERE type = 'table'")]
            return "\n".join(str(tuple(row)) for table in tables for row in db.all(f'SELECT * FROM "{table}"'))
