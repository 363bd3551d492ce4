"""What a random day of parcels is held against: the tests' own retelling of every parcel's events (none of kiosk's tables
is asked), every page of the database, the colours of consents, and the ground on which each random act is done."""

from __future__ import annotations

import shutil
import tempfile
from collections import Counter
from collections.abc import Callable, Collection
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant

from kiosk import clock
from kiosk.check import problems
from kiosk.consents import store as consents
from kiosk.consents.check import problems as consent_problems
from kiosk.counter import shelves
from kiosk.counter.expect import Announced, expect_parcels
from kiosk.counter.look_up import look_up
from kiosk.counter.open_batch import open_batch
from kiosk.errors import Refused
from kiosk.manifests.check import problems as list_problems
from kiosk.notices.check import problems as notice_problems
from kiosk.parcels import store as parcels
from kiosk.parcels.check import problems as parcel_problems
from kiosk.parcels.shelf_map import PlacePlan
from kiosk.shelf_counts.check import problems as count_problems
from tests.services.manifest_bench import ManifestStation
from tests.services.parcel_bench import assert_worded

#: Who has something here as the day begins.
FIRST = (("13800001234", "张三"), ("1234", "张"), (None, None), ("18412345678转0001", "李四"), ("13900001234", None))
STOCK = ("on_shelf", "problem", "to_return")
#: Where a check-in may be; each state belongs to one.
PLACES = {
    "in stock": STOCK,
    "handed over": ("handed_over",),
    "delivered to the door": ("door_delivered",),
    "passed on": ("passed_on",),
    "returned": ("returned",),
    "lost": ("lost",),
    "undone": ("undone",),
}
PLACE_OF = {state: place for place, states in PLACES.items() for state in states}
#: What an event makes of a parcel, as a clerk would tell it.
MAKES = {
    "checked_in": "on_shelf", "expected_noted": "expected", "expected_dropped": "undone", "undone": "undone",
    "handed_over": "handed_over", "passed_on": "passed_on", "door_delivered": "door_delivered", "returned": "returned",
    "lost": "lost", "marked_problem": "problem", "marked_to_return": "to_return", "put_back": "on_shelf",
}  # fmt: skip
#: What comes back may be whole or damaged; the event itself says which.
COMES_BACK = {"found_again", "recovered"}
TAKES_BACK = {
    "hand_over_undone": {"handed_over"},
    "passing_on_undone": {"passed_on"},
    "door_delivery_undone": {"door_delivered"},
    "return_undone": {"returned"},
    "setting_aside_undone": {"marked_problem", "marked_to_return", "put_back"},
    "loss_undone": {"lost"},
    "finding_undone": {"found_again"},
    "wrong_person_undone": {"wrong_person_noted"},
    "recovery_undone": {"recovered"},
}
LEAVES = {"phone_added", "corrected", "relocated", "cod_noted", "wrong_person_noted", "second_pickup_tried"}


def retold(events: list[tuple[str, str]]) -> str:
    """The state to which events (kind, and what it came back as) lead; an undo takes back the act right before it."""
    state, acts = "", []
    for kind, came_back_as in events:
        if kind == "second_pickup_tried":
            continue
        if kind in TAKES_BACK:
            last, before = acts[-1]
            assert last in TAKES_BACK[kind], f"{kind} took back {last}"
            acts.append((kind, state))
            state = before
            continue
        acts.append((kind, state))
        if kind in COMES_BACK:
            assert came_back_as in ("on_shelf", "problem")
            state = came_back_as
        elif kind not in LEAVES:
            state = MAKES[kind]
    return state


class DayStation(ManifestStation):
    """A station whose clock begins at ten in the morning, whenever the test runs."""

    def begin(self) -> None:
        ten = datetime.now(UTC).replace(hour=2, minute=0, second=0, microsecond=0) + timedelta(days=1)
        self.later = ten - clock.now()

    def pages(self) -> bytes:
        """Every page of the database: a refused act leaves the very same."""
        with self.store.reading(snapshot=True) as db:
            return db.connection.serialize()

    def standing(self) -> dict[int, str]:
        with self.store.reading() as db:
            return {row["id"]: row["state"] for row in db.all("SELECT id, state FROM parcels")}

    def ids(self, sql: str, *values: Any) -> list[int]:
        with self.store.reading() as db:
            return [row[0] for row in db.all(sql, *values)]

    def broken(self) -> list[Any]:
        """Every broken invariant of the rooms in which a parcel's day happens."""
        rooms = (parcel_problems, notice_problems, consent_problems, list_problems, count_problems)
        with self.store.reading(snapshot=True) as db:
            return [problem for room in rooms for problem in room(db)]

    def from_events(self) -> tuple[dict[int, str], set[int]]:
        """Each parcel's state as its events tell it, and which of them were ever checked in."""
        told: dict[int, list[tuple[str, str]]] = {}
        with self.store.reading() as db:
            for row in db.all("SELECT parcel_id, kind, to_state FROM parcel_events ORDER BY parcel_id, step"):
                told.setdefault(row["parcel_id"], []).append((row["kind"], row["to_state"]))
        came = {parcel_id for parcel_id, events in told.items() if "checked_in" in dict(events)}
        return {parcel_id: retold(events) for parcel_id, events in told.items()}, came

    def from_rows(self) -> Counter[str]:
        """Check-ins by where they are, as their rows stand."""
        with self.store.reading() as db:
            rows = db.all("SELECT state, COUNT(*) AS many FROM parcels WHERE checked_in_at IS NOT NULL GROUP BY state")
            found: Counter[str] = Counter()
            for row in rows:
                found[PLACE_OF[row["state"]]] += row["many"]
            return found

    def assert_found(self, parcel_id: int) -> None:
        """Whoever lies here is found by waybill and by code."""
        with self.store.reading() as db:
            row = db.one("SELECT waybill_no, piece_index, pickup_code FROM parcels WHERE id = ?", parcel_id)
            assert parcels.by_code(db, row["pickup_code"])["id"] == parcel_id
            if row["waybill_no"] is not None:
                assert look_up(db, row["waybill_no"]).people

    def assert_colours(self) -> None:
        """Green is whoever said so and did not take it back, told from the rows by a rule of the test's own."""
        with self.store.reading() as db:
            agreed = db.all("SELECT * FROM consents WHERE withdrawn_at IS NULL AND erased_at IS NULL")
            rows = db.all("SELECT * FROM parcels WHERE state IN ('on_shelf', 'problem', 'to_return')")
            colours = {row["id"]: consents.colour(db, row["id"]) for row in rows}
        ones = {one["parcel_id"] for one in agreed}
        numbers = {one["phone_hash"] for one in agreed} - {None}
        names = {(one["phone_tail"], one["name_hint"]) for one in agreed if not one["phone_hash"] and one["name_hint"]}
        for row in rows:
            known_by_name = not row["phone_hash"] and (row["phone_tail"], row["name_hint"]) in names
            said = row["id"] in ones or row["phone_hash"] in numbers or known_by_name
            assert (colours[row["id"]] == "green") == said, row["id"]


class Acts(RuleBasedStateMachine):
    """Does one act or has it refused, and counts both. ``states`` are the parcels as they stood after the last act."""

    done: Counter[str] = Counter()
    refused: Counter[str] = Counter()

    @initialize()
    def begin(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="day-"))
        self.station = DayStation.copied(self.folder)
        self.station.begin()
        self.station.act(shelves.add_layers, "2", 1, 2, PlacePlan(capacity=3))
        self.station.act(shelves.add_layers, "3", 1, 1, PlacePlan(capacity=2, shelf_class="fresh"))
        self.station.act(open_batch, carrier="YTO", declared=3, print_mode="at_once", desk_id=1)
        for number, (phone, name) in enumerate(FIRST):
            self.station.arrive(
                f"YT896264678538{number}", 1 if number < 3 else None, phone=phone, name_hint=name,
                cod_fen=50_00 if number == 4 else 0,
            )  # fmt: skip
        self.station.act(expect_parcels, [Announced("YT8962646785385", "13900001234"), Announced("YT8962646785386")])
        self.states = self.station.standing()
        self.check_ins = len(FIRST)
        self.touched: list[int] = []
        self.pages = self.station.pages()

    def teardown(self) -> None:
        if hasattr(self, "station"):
            found = list(problems(self.station.store))
            self.station.store.close()
            shutil.rmtree(self.folder)
            assert found == [], found

    def attempt(
        self,
        act: Callable[..., Any],
        *args: Any,
        moves: Collection[int] = (),
        to: Collection[str] = (),
        **facts: Any,
    ) -> Any:
        """The answer (True for an act without one), None when it was refused. Nothing but ``moves`` may change its state,
        and those stand as one of ``to`` afterwards; a refused act has changed no page of the database."""
        self.station.later += timedelta(seconds=20)
        name = act.__name__
        try:
            answer = self.station.act(act, *args, **facts)
        except Refused as refused:
            assert_worded(refused)
            assert self.station.pages() == self.pages, f"{name}: {refused.code} has changed something"
            self.refused[f"{name}: {refused.code}"] += 1
            return None
        self.done[name] += 1
        self.pages = self.station.pages()
        now = self.station.standing()
        changed = {parcel for parcel, state in now.items() if self.states.get(parcel) not in (state, None)}
        assert changed <= set(moves), f"{name} moved {changed - set(moves)}"
        self.moved = changed
        self.touched = [*self.touched, *sorted(changed)][-4:]
        self.states = now
        if to:
            assert {now[parcel] for parcel in moves} <= set(to), f"{name} made {[now[parcel] for parcel in moves]}"
        return True if answer is None else answer

    def some(self, pick: int, *states: str) -> int:
        """A parcel in one of these states; now and then any other, so that the act is refused."""
        suited = [parcel for parcel, state in sorted(self.states.items()) if state in states]
        touched = [parcel for parcel in self.touched if parcel in suited]
        if touched and pick % 3 == 0:  # what something was just done to is undone, followed, done again
            return touched[-1]
        pool = suited if suited and pick % 8 else sorted(self.states)
        return pool[pick // 8 % len(pool)]

    def one_of(self, pick: int, sql: str, *values: Any) -> int:
        """An id out of those that ``sql`` finds, now and then one that isn't there."""
        found = self.station.ids(sql, *values)
        return found[pick // 8 % len(found)] if found and pick % 32 else 99

    @invariant()
    def everything_holds(self) -> None:
        if not hasattr(self, "station"):
            return
        broken = self.station.broken()
        assert broken == [], broken
        told, came = self.station.from_events()
        assert told == self.states, (told, self.states)
        by_events = Counter(PLACE_OF[told[parcel]] for parcel in came)
        assert by_events == self.station.from_rows(), (by_events, self.station.from_rows())
        assert by_events.total() == len(came) == self.check_ins
        self.station.assert_colours()
        for parcel in self.touched[-1:]:
            if self.states[parcel] in STOCK:
                self.station.assert_found(parcel)
