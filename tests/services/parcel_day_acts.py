"""The random acts of a parcel's day: in, out, aside, back; a batch, a list, a shelf, a count, a notice, a consent. Each rule
says what may move and where to; everything else must stand as it stood."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import strategies as st
from hypothesis.stateful import rule

from kiosk import clock
from kiosk.codes import recognise
from kiosk.counter import (
    close_batch,
    close_day,
    correct,
    door_manifest,
    expect,
    hand_over,
    list_manifest,
    lock_row,
    next_traits,
    open_batch,
    parcel_problems,
    relocate_here,
    second_pickup,
    set_aside,
    settle,
    shelves,
    sign_manifest,
    undo,
    void,
)
from kiosk.counter.check_in import check_in
from kiosk.counter.expect import Announced
from kiosk.manifests.signing import read_signature
from kiosk.parcels.shelf_map import PlacePlan
from kiosk.retention.schedule import erase_due
from tests.services.manifest_bench import drawn
from tests.services.parcel_day import STOCK, Acts

PICK = st.integers(0, 2**14)
WAYBILLS = st.sampled_from(
    [f"YT896264678538{n}" for n in range(7)] + ["JDAWX021335191911-1-2", "JDAWX021335191911-2-2", "73610555582883"]
)
PHONES = st.sampled_from([None, None, "1234", "5678", "13800001234", "13900001234", "18412345678转0001"])
NAMES = st.sampled_from([None, "张", "张三", "李四", "单"])
PLACES = st.sampled_from([None, None, "1-1", "2-1", "2-2", "3-1", "A3-1"])
REASONS = st.sampled_from(["damaged", "short", "missort", "refused", "no_contact", "intercept", "overdue", "nonsense"])
GONE = ("handed_over", "door_delivered", "passed_on", "returned", "lost")
UNPAID = "SELECT id FROM parcels WHERE cod_fen > 0"
LISTED = "SELECT i.subject_id FROM manifest_items i WHERE i.manifest_id = ?"


def nothing_printing() -> tuple[int, ...]:
    return ()


QUIET = {"under_way": nothing_printing}


class InAndOut(Acts):
    """Parcels come, are put right, go and come back."""

    @rule(
        waybill=WAYBILLS,
        phone=PHONES,
        name=NAMES,
        place=PLACES,
        pick=PICK,
        traits=st.sampled_from([(), (), ("fresh",), ("large", "small")]),
    )
    def arrives(self, waybill, phone, name, place, pick, traits):
        batch = (
            self.one_of(pick, "SELECT id FROM intake_batches ORDER BY state DESC, id DESC LIMIT 3")
            if pick % 3
            else None
        )
        awaited = self.station.ids("SELECT id FROM parcels WHERE state = 'expected'")
        done = self.attempt(
            check_in, waybill=waybill, batch_id=batch, desk_id=1, phone=phone, name_hint=name, shelf=place, traits=traits,
            cod_fen=50_00 if pick % 13 == 0 else 0, moves=awaited, to=("expected", "on_shelf"),
        )  # fmt: skip
        self.check_ins += done is not None

    @rule(waybill=WAYBILLS, more=WAYBILLS, phone=PHONES, name=NAMES)
    def is_announced(self, waybill, more, phone, name):
        self.attempt(expect.expect_parcels, [Announced(waybill, phone or "", name or ""), Announced(more)])

    @rule(pick=PICK)
    def will_not_come(self, pick):
        parcel = self.some(pick, "expected")
        self.attempt(expect.drop_expected, parcel, moves=[parcel], to=["undone"])

    @rule(pick=PICK, method=st.sampled_from(["code", "tail", "known_by_face", "nonsense"]), even=st.booleans())
    def is_collected(self, pick, method, even):
        parcel = self.some(pick, *(STOCK if even else ("on_shelf",)))
        before = self.states.get(parcel)
        done = self.attempt(
            hand_over.hand_over_one, parcel, method, even_set_aside=even, desk_id=1, moves=[parcel], **QUIET
        )
        if done is not None:
            assert self.states[parcel] == ("handed_over" if done.is_done else before)

    @rule(pick=PICK, who=st.sampled_from(["邻居甲", ""]), keeps=st.booleans())
    def is_collected_by_another(self, pick, who, keeps):
        parcel = self.some(pick, "on_shelf")
        self.attempt(
            hand_over.hand_over_one, parcel, "proxy_pickup", collected_by=who, relation="neighbour", remember_proxy=keeps,
            desk_id=1, moves=[parcel], **QUIET,
        )  # fmt: skip

    @rule(pick=PICK)
    def several_are_collected(self, pick):
        ticked = sorted(self.states)[pick % 3 :: 2]
        before = dict(self.states)
        found = self.attempt(hand_over.hand_over, ticked, "tail", desk_id=1, moves=ticked, **QUIET)
        for one in found or ():
            assert self.states[one.parcel_id] == ("handed_over" if one.is_done else before[one.parcel_id])

    @rule(pick=PICK)
    def somebody_comes_in_vain(self, pick):
        self.attempt(second_pickup.remember_second_pickup, self.some(pick, *GONE), "tail")

    @rule(pick=PICK, is_settled=st.booleans())
    def ticket_is_settled_or_voided(self, pick, is_settled):
        here = [parcel for parcel in self.station.ids(UNPAID) if self.states[parcel] == "on_shelf"]
        if here and pick % 4:
            self.attempt(hand_over.hand_over_one, here[0], "tail", desk_id=1, **QUIET)
        ticket = self.one_of(pick, "SELECT id FROM tickets ORDER BY state, id DESC LIMIT 2")
        unpaid = self.station.ids(UNPAID)
        if is_settled:
            self.attempt(settle.settle, ticket, 50_00 * len(unpaid), moves=unpaid)
        else:
            self.attempt(void.void, ticket, moves=unpaid)

    @rule(pick=PICK)
    def is_undone(self, pick):
        parcel = self.some(pick, *STOCK, *GONE, "expected")
        before = self.states.get(parcel)
        done = self.attempt(undo.undo_parcel, parcel, moves=[parcel], **QUIET)
        if done is not None:
            assert self.states[parcel] != before or done.act in ("wrong_person_noted", "pay_first")

    @rule()
    def last_is_undone(self):
        done = self.attempt(undo.undo_last, 1, moves=list(self.states), **QUIET)
        if done is not None:
            assert self.moved <= set(done.parcel_ids)
            assert done.act != "check_in" or {self.states[parcel] for parcel in done.parcel_ids} == {"undone"}

    @rule(pick=PICK, phone=PHONES, name=NAMES)
    def phone_is_added(self, pick, phone, name):
        self.attempt(correct.add_phone, self.some(pick, *STOCK), phone=phone, name_hint=name, **QUIET)

    @rule(pick=PICK, carrier=st.sampled_from([None, "ZTO", "YTO"]), phone=PHONES, name=NAMES, place=PLACES)
    def is_corrected(self, pick, carrier, phone, name, place):
        parcel = self.some(pick, *STOCK)
        self.attempt(correct.correct, parcel, carrier=carrier, phone=phone, name_hint=name, shelf=place, **QUIET)

    @rule(pick=PICK, place=PLACES)
    def is_moved(self, pick, place):
        self.attempt(correct.relocate, self.some(pick, *STOCK), place or "nonsense", **QUIET)

    @rule(pick=PICK, place=PLACES)
    def several_are_moved(self, pick, place):
        self.attempt(
            relocate_here.relocate_many, sorted(self.states)[pick % 3 :: 3], place or "2-2", desk_id=1, **QUIET
        )

    @rule(pick=PICK, place=PLACES)
    def is_moved_by_scan(self, pick, place):
        self.attempt(relocate_here.begin, desk_id=1)
        self.attempt(relocate_here.move_place, place or "1-2", desk_id=1)
        code = self.station.row(self.some(pick, *STOCK))["pickup_code"] if self.states else None
        if self.attempt(relocate_here.move_scan, recognise(code or "73610555582890"), desk_id=1, **QUIET) and pick % 2:
            self.attempt(relocate_here.undo_move, desk_id=1, **QUIET)

    @rule(pick=PICK, reason=REASONS)
    def is_set_aside(self, pick, reason):
        parcel = self.some(pick, "on_shelf", "to_return")
        self.attempt(set_aside.mark_problem, parcel, reason, moves=[parcel], to=["problem"])

    @rule(pick=PICK, reason=REASONS)
    def is_to_go_back(self, pick, reason):
        parcel = self.some(pick, "on_shelf", "problem")
        self.attempt(set_aside.mark_to_return, parcel, reason, moves=[parcel], to=["to_return"])

    @rule(pick=PICK)
    def is_put_back(self, pick):
        parcel = self.some(pick, "problem", "to_return")
        self.attempt(set_aside.put_back, parcel, moves=[parcel], to=["on_shelf"])

    @rule(pick=PICK)
    def went_to_the_wrong_person(self, pick):
        self.attempt(parcel_problems.note_wrong_person, self.some(pick, "handed_over"), who="村东头的人")

    @rule(pick=PICK, is_damaged=st.booleans())
    def is_brought_back(self, pick, is_damaged):
        parcel = self.some(pick, "handed_over")
        if pick % 4:
            self.attempt(parcel_problems.note_wrong_person, parcel)
        ends = ["problem" if is_damaged else "on_shelf"]
        self.attempt(parcel_problems.recover, parcel, is_damaged=is_damaged, moves=[parcel], to=ends)

    @rule(pick=PICK, reason=REASONS)
    def is_lost(self, pick, reason):
        parcel = self.some(pick, *STOCK, "handed_over")
        self.attempt(parcel_problems.lose, parcel, reason, moves=[parcel], to=["lost"], **QUIET)

    @rule(pick=PICK, is_damaged=st.booleans())
    def is_found(self, pick, is_damaged):
        parcel = self.some(pick, "lost") if "lost" in self.states.values() else self.some(pick, *STOCK)
        if self.states[parcel] != "lost":
            self.attempt(parcel_problems.lose, parcel, "other", moves=[parcel], to=["lost"], **QUIET)
        ends = ["problem" if is_damaged else "on_shelf"]
        self.attempt(parcel_problems.find_again, parcel, is_damaged=is_damaged, moves=[parcel], to=ends)

    @rule(pick=PICK, resolution=st.sampled_from(["settled", "compensated", "nonsense"]))
    def case_is_settled(self, pick, resolution):
        case = self.one_of(pick, "SELECT id FROM parcel_problems WHERE kind IN ('lost', 'wrong_person')")
        if self.attempt(parcel_problems.settle, case, resolution) and pick % 2:
            self.attempt(parcel_problems.reopen, case)

    @rule(hours=st.sampled_from([3, 20, 30, 80, 200]), closes=st.booleans())
    def time_passes(self, hours, closes):
        if closes:
            self.attempt(close_day.close_day, pieces={})
        self.station.later += timedelta(hours=hours)

    @rule(days=st.sampled_from([100, 400]), pick=PICK)
    def people_are_forgotten(self, days, pick):
        if pick % 3 == 0:
            self.station.later += timedelta(days=days)
            erase_due(self.station.store, clock.local_date(moment=clock.now() + self.station.later))
            assert self.station.standing() == self.states
            self.pages = self.station.pages()


class BatchesAndLists(Acts):
    """Batches that couriers bring, lists by which parcels leave, shelves on which they lie."""

    @rule(
        carrier=st.sampled_from(["", "YTO", "ZTO"]),
        declared=st.sampled_from([None, 0, 2, 3, -1]),
        mode=st.sampled_from(["at_once", "batch_end", "never"]),
        waits=st.booleans(),
        place=PLACES,
    )
    def batch_begins(self, carrier, declared, mode, waits, place):
        self.attempt(
            open_batch.open_batch, carrier=carrier, courier="周师傅", declared=declared, shelf=place, print_mode=mode,
            waits_for_phone=waits, desk_id=1,
        )  # fmt: skip

    @rule(pick=PICK, signs=st.sampled_from(["no", "paper", "screen"]), accepts=st.booleans())
    def batch_ends(self, pick, signs, accepts):
        batch = self.one_of(pick, "SELECT id FROM intake_batches WHERE state = 'open'")
        done = self.attempt(close_batch.close_batch, batch, desk_id=1)
        if done and done.manifest_id and signs != "no":
            picture = read_signature(drawn() if signs == "screen" else "")
            self.attempt(sign_manifest.sign_list, done.manifest_id, picture, accepts_difference=accepts)

    @rule(place=PLACES)
    def row_is_locked(self, place):
        self.attempt(lock_row.lock_row, place or "nonsense", desk_id=1)

    @rule(
        place=PLACES,
        capacity=st.sampled_from([None, 0, 1, 3]),
        what=st.sampled_from(["general", "fresh", "nonsense"]),
        rests=st.booleans(),
    )
    def shelf_is_planned(self, place, capacity, what, rests):
        self.attempt(shelves.plan_shelf, place or "9-9", PlacePlan(capacity, what, is_resting=rests))

    @rule(pick=PICK, traits=st.sampled_from([["fresh"], ["large"], [], ["nonsense"]]))
    def traits_are_noted(self, pick, traits):
        self.attempt(next_traits.note_traits, self.some(pick, *STOCK), traits)

    @rule(
        kind=st.sampled_from(["return", "transfer", "door", "intake"]),
        carrier=st.sampled_from(["YTO", "ZTO", ""]),
        receiver=st.sampled_from(["枫林站", ""]),
    )
    def list_begins(self, kind, carrier, receiver):
        self.attempt(list_manifest.open_list, kind, carrier=carrier, receiver=receiver, desk_id=1)

    def open_list(self, pick):
        """A list that is open; begun when there is none, with what may stand on it."""
        if not self.station.ids("SELECT id FROM manifests WHERE state = 'open'"):
            kind, whose = (
                ("return", {"carrier": "YTO"}), ("transfer", {"receiver": "枫林站"}), ("door", {"receiver": "王师傅"})
            )[pick % 3]  # fmt: skip
            self.attempt(list_manifest.open_list, kind, desk_id=1, **whose)
        return self.one_of(pick, "SELECT id FROM manifests WHERE state = 'open'")

    def put_on(self, listed, pick):
        """A parcel on the list; set aside for it first where it is to go back."""
        returns = self.station.ids("SELECT id FROM manifests WHERE id = ? AND kind = 'return'", listed)
        parcel = self.some(pick, *(("to_return", "on_shelf") if returns else ("on_shelf",)))
        if returns and self.states[parcel] == "on_shelf":
            self.attempt(set_aside.mark_to_return, parcel, "overdue", moves=[parcel], to=["to_return"])
        self.attempt(list_manifest.add_to_list, listed, parcel)
        return parcel

    @rule(pick=PICK, more=PICK)
    def goes_on_a_list(self, pick, more):
        self.put_on(self.open_list(pick), more)

    @rule(pick=PICK, more=PICK)
    def comes_off_a_list(self, pick, more):
        listed = self.open_list(pick)
        self.attempt(list_manifest.remove_from_list, listed, self.put_on(listed, more))

    @rule(carrier=st.sampled_from(["YTO", "ZTO"]), pick=PICK)
    def all_that_goes_back_is_listed(self, carrier, pick):
        listed = self.attempt(list_manifest.open_list, "return", carrier=carrier, desk_id=1)
        if listed:
            self.attempt(list_manifest.add_all_returning, listed.id)
            self.is_given(listed.id, pick)

    @rule(pick=PICK, more=PICK)
    def list_is_given(self, pick, more):
        closed = self.station.ids("SELECT id FROM manifests WHERE state = 'closed'")
        listed = closed[-1] if closed and pick % 3 == 0 else self.open_list(pick)
        if listed not in closed and pick % 5:
            self.put_on(listed, more)
        self.is_given(listed, more)

    def is_given(self, listed, pick):
        if listed not in self.station.ids("SELECT id FROM manifests WHERE state = 'closed'") or pick % 7 == 0:
            self.attempt(list_manifest.close_list, listed, declared=(None, None, None, 2)[pick % 4], desk_id=1)
        if pick % 4:
            picture = read_signature(drawn() if pick % 5 == 0 else "")
            on_it = self.station.ids(LISTED, listed)
            stays = self.station.ids("SELECT id FROM manifests WHERE id = ? AND kind IN ('door', 'intake')", listed)
            self.attempt(
                sign_manifest.sign_list, listed, picture, accepts_difference=pick % 2 == 0, moves=() if stays else on_it,
                to=("returned", "passed_on"), **QUIET,
            )  # fmt: skip

    @rule(pick=PICK)
    def list_is_made_anew(self, pick):
        self.attempt(list_manifest.renew_list, self.one_of(pick, "SELECT id FROM manifests WHERE state <> 'open'"))

    @rule(pick=PICK)
    def list_is_given_up(self, pick):
        listed = self.one_of(pick, "SELECT id FROM manifests ORDER BY state = 'void', id DESC LIMIT 3")
        on_it = self.station.ids(LISTED, listed)
        before = dict(self.states)
        if self.attempt(sign_manifest.void_list, listed, moves=on_it):
            assert all(self.states[one] in STOCK for one in on_it if self.states[one] != before[one])

    @rule(pick=PICK, more=PICK)
    def round_tells(self, pick, more):
        if not self.station.ids("SELECT id FROM manifests WHERE kind = 'door' AND state = 'signed'"):
            begun = self.attempt(list_manifest.open_list, "door", receiver="王师傅", desk_id=1)
            for one in (pick, more):
                self.put_on(begun.id, one)
            self.attempt(list_manifest.close_list, begun.id, desk_id=1)
            self.attempt(sign_manifest.sign_list, begun.id)
        out = self.one_of(pick, "SELECT id FROM manifests WHERE kind = 'door' AND state = 'signed'")
        parcel = self.one_of(more, f"{LISTED} ORDER BY holds DESC", out)
        if pick % 5 == 0:
            self.attempt(door_manifest.bring_back, out, parcel)
        elif pick % 11 == 0:
            self.attempt(door_manifest.bring_back_rest, out)
        else:
            told = self.attempt(door_manifest.deliver, out, parcel, moves=[parcel], to=["door_delivered"], **QUIET)
            if told and more % 2:
                self.attempt(door_manifest.undo_delivery, parcel, moves=[parcel], to=["on_shelf"])
