"""A desk worked at random: whatever the order of acts, every invariant holds after each of them, and the model agrees."""

import shutil
import tempfile
from pathlib import Path

from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, precondition, rule

from kiosk.counter.correct import add_phone, correct, relocate
from kiosk.counter.hand_over import hand_over, hand_over_one
from kiosk.counter.look_up import look_up
from kiosk.counter.second_pickup import remember_second_pickup
from kiosk.counter.set_aside import mark_problem, mark_to_return, put_back
from kiosk.counter.undo import undo_last, undo_parcel
from kiosk.errors import Refused
from kiosk.notices.check import problems as notice_problems
from kiosk.parcels import store
from kiosk.parcels.check import problems as parcel_problems
from kiosk.parcels.model import GONE, IN_STOCK, ParcelState
from tests.services.parcel_bench import Station, assert_worded

WAYBILLS = st.sampled_from(
    [f"YT896264678538{n}" for n in range(4)] + ["JDAWX021335191911-1-2", "JDAWX021335191911-2-2"]
)
PHONES = st.sampled_from([None, "1234", "5678", "13800001234", "13900001234", "18412345678转0001"])
NAMES = st.sampled_from([None, "张", "张三", "李四", "单"])
METHODS = st.sampled_from(["code", "tail", "known_by_face"])


class DeskAtRandom(RuleBasedStateMachine):
    """The model is one dict: parcel → state. Codes given are never given again, since none rests long enough here."""

    parcels = Bundle("parcels")

    @initialize(mode=st.sampled_from(["at_once", "batch_end", "never"]), waits=st.booleans())
    def begin(self, mode, waits):
        self.folder = Path(tempfile.mkdtemp(prefix="desk-"))
        self.station = Station.copied(self.folder)
        self.batch_id = self.station.batch("", print_mode=mode, waits_for_phone=waits)
        self.states: dict[int, ParcelState] = {}
        self.waybills: dict[int, str] = {}
        self.codes: dict[int, str] = {}

    def teardown(self):
        if hasattr(self, "station"):
            self.station.store.close()
            shutil.rmtree(self.folder)

    def here(self, waybill):
        return any(self.waybills[p] == waybill and state in IN_STOCK for p, state in self.states.items())

    def attempt(self, act, *args, **facts):
        """The answer (True for an act without one), or None when it was refused; a refusal must leave the model true."""
        try:
            answer = self.station.act(act, *args, **facts)
            return True if answer is None else answer
        except Refused as refused:
            assert_worded(refused)
            return None

    @rule(target=parcels, waybill=WAYBILLS, phone=PHONES, name=NAMES)
    def arrive(self, waybill, phone, name):
        expected = not self.here(waybill)
        try:
            done = self.station.arrive(waybill, self.batch_id, phone=phone, name_hint=name)
        except Refused as refused:
            assert refused.code == "parcel.already_in_stock" and not expected
            return refused.facts["parcel_id"]
        assert expected
        assert done.pickup_code not in self.codes.values()
        self.states[done.parcel_id] = ParcelState.ON_SHELF
        self.waybills[done.parcel_id] = waybill
        self.codes[done.parcel_id] = done.pickup_code
        return done.parcel_id

    @rule(parcel=parcels, method=METHODS, even=st.booleans())
    def collect(self, parcel, method, even):
        state = self.states[parcel]
        done = self.attempt(hand_over_one, parcel, method, even_set_aside=even, under_way=lambda: ())
        assert (done is not None) == (state is ParcelState.ON_SHELF or (even and state in IN_STOCK))
        if done is not None:
            self.states[parcel] = ParcelState.HANDED_OVER

    @precondition(lambda self: len(self.states) > 1)
    @rule(method=METHODS)
    def collect_all(self, method):
        for result in self.station.act(hand_over, list(self.states), method, collected_by="邻居甲"):
            assert result.is_done == (self.states[result.parcel_id] is ParcelState.ON_SHELF)
            if result.is_done:
                self.states[result.parcel_id] = ParcelState.HANDED_OVER

    @rule(parcel=parcels)
    def come_twice(self, parcel):
        self.station.act(remember_second_pickup, parcel, "code")

    @rule(parcel=parcels)
    def take_back(self, parcel):
        if self.attempt(undo_parcel, parcel, under_way=lambda: ()) is not None:
            self.note_undone(parcel)

    @rule()
    def take_back_last(self):
        undone = self.attempt(undo_last, 1, under_way=lambda: ())
        for parcel in undone.parcel_ids if undone is not None else ():
            self.note_undone(parcel)

    def note_undone(self, parcel):
        if self.states[parcel] is ParcelState.HANDED_OVER:
            now = ParcelState(self.station.state(parcel))
            assert now in IN_STOCK
            self.states[parcel] = now
        else:
            assert self.states[parcel] is ParcelState.ON_SHELF
            self.states[parcel] = ParcelState.UNDONE

    @rule(parcel=parcels, phone=PHONES, name=NAMES)
    def tell_phone(self, parcel, phone, name):
        done = self.attempt(add_phone, parcel, phone=phone, name_hint=name, under_way=lambda: ())
        assert (done is not None) == (self.states[parcel] in IN_STOCK and bool(phone or name))

    @rule(parcel=parcels, carrier=st.sampled_from([None, "ZTO", "YTO"]), phone=PHONES, name=NAMES)
    def put_right(self, parcel, carrier, phone, name):
        done = self.attempt(correct, parcel, carrier=carrier, phone=phone, name_hint=name)
        assert (done is not None) == (self.states[parcel] in IN_STOCK)

    @rule(parcel=parcels, place=st.sampled_from(["1-1", "2-3", "A3-1"]))
    def move(self, parcel, place):
        self.attempt(relocate, parcel, place)

    @rule(parcel=parcels, act=st.sampled_from([mark_problem, mark_to_return]))
    def set_aside(self, parcel, act):
        if self.attempt(act, parcel, "damaged") is not None:
            self.states[parcel] = ParcelState.PROBLEM if act is mark_problem else ParcelState.TO_RETURN

    @rule(parcel=parcels)
    def put_back(self, parcel):
        if self.attempt(put_back, parcel) is not None:
            self.states[parcel] = ParcelState.ON_SHELF

    @invariant()
    def every_invariant_holds(self):
        if not hasattr(self, "station"):
            return
        with self.station.store.reading(snapshot=True) as db:
            assert list(parcel_problems(db)) == []
            assert list(notice_problems(db)) == []
            stored = {row["id"]: ParcelState(row["state"]) for row in db.all("SELECT id, state FROM parcels")}
            assert stored == self.states
            for parcel, code in self.codes.items():
                row = store.by_code(db, code)
                assert row is not None and row["id"] == parcel
                assert (row["out_at"] is None) == (self.states[parcel] not in GONE)
            for waybill in set(self.waybills.values()):
                found = look_up(db, waybill)
                assert bool(found.people) >= self.here(waybill)


# Shrinking replays stations by the hundred; a failure prints its steps and seed, which is short enough here.
DeskAtRandom.TestCase.settings = settings(
    max_examples=25, stateful_step_count=40, phases=(Phase.explicit, Phase.reuse, Phase.generate)
)
TestDeskAtRandom = DeskAtRandom.TestCase
