"""A whole parcel day at random: check-ins, all the ways out and back, lists, shelves, counts, notices, consents, undos and
refusals in any order. After each act every invariant holds, each check-in is in one place by its row and by its events as
this test retells them, and a refused act has changed no page of the database.

``HYPOTHESIS_PROFILE=thorough`` plays ten thousand acts; what was done is printed at the end (``-s``)."""

from __future__ import annotations

import pytest
from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import rule, run_state_machine_as_test

from kiosk.codes import parse_shelf, recognise
from kiosk.counter import consent, count_shelves, remind, resend_notice
from kiosk.storage import Actor
from tests.services.parcel_day import STOCK, Acts
from tests.services.parcel_day_acts import PICK, PLACES, QUIET, WAYBILLS, BatchesAndLists, InAndOut

INSPECTOR = Actor("staff", 1, "inspector", "巡查员", 1)
HOWS = st.sampled_from(["oral", "phone", "sms_reply", "paper", "pickup_code", "nonsense"])


class CountsNoticesConsents(Acts):
    """Shelves are counted, people reminded and asked whether they agree."""

    @rule(scope=st.sampled_from(["", "", "2", "Z9"]))
    def count_begins(self, scope):
        self.attempt(count_shelves.begin_count, scope, desk_id=1)

    @rule(pick=PICK, place=PLACES, waybill=WAYBILLS)
    def box_is_counted(self, pick, place, waybill):
        self.count_box(pick, place, waybill)

    def count_box(self, pick, place, waybill):
        self.attempt(count_shelves.begin_count, "", desk_id=1)
        at = None if place is None else parse_shelf(place)
        parcel = self.some(pick, *STOCK, "handed_over", "lost", "undone")
        code = self.station.row(parcel)["pickup_code"] if parcel in self.states else None
        self.attempt(count_shelves.count_scan, recognise(waybill if pick % 5 == 0 or not code else code), at, desk_id=1)

    @rule(pick=PICK, ends=st.booleans())
    def count_ends(self, pick, ends):
        self.end_count(pick, ends)

    def end_count(self, pick, ends):
        counted = self.one_of(pick, "SELECT id FROM shelf_counts WHERE state = 'counting'")
        if ends:
            for parcel in [one for one, state in self.states.items() if state in STOCK][1:]:
                self.attempt(
                    count_shelves.count_scan, recognise(self.station.row(parcel)["pickup_code"]), None, desk_id=1
                )
        act = count_shelves.close_count if ends or pick % 3 else count_shelves.give_up_count
        self.attempt(act, counted, **({"desk_id": 1} if act is count_shelves.close_count else {}))

    @rule(pick=PICK, answer=st.sampled_from(["seen", "problem", "lost", "nonsense"]))
    def find_is_answered(self, pick, answer):
        if not self.station.ids("SELECT id FROM shelf_count_finds WHERE answer = '' AND kind <> 'found'"):
            self.count_box(pick, ("1-1", "2-2", "3-1")[pick % 3], "YT8962646785399")
            if answer in ("lost", "problem"):
                self.end_count(pick, True)
        found = self.one_of(
            pick, "SELECT id FROM shelf_count_finds WHERE answer = '' AND kind <> 'found' ORDER BY id DESC"
        )
        kind = self.kind_of(found)
        parcels = self.station.ids(
            "SELECT parcel_id FROM shelf_count_finds WHERE id = ? AND parcel_id IS NOT NULL", found
        )
        if kind == "missing":
            ends = {"lost": ["lost"], "problem": ["problem"]}.get(answer, ())
            self.attempt(count_shelves.settle_missing, found, answer, moves=parcels, to=ends, **QUIET)
        elif kind == "gone" and answer in ("seen", "problem"):
            self.attempt(count_shelves.bring_back_find, found, moves=parcels, to=STOCK, **QUIET)
        elif kind in ("gone", "unknown"):
            came = self.station.ids("SELECT id FROM parcels WHERE state = 'expected'")
            self.check_ins += self.attempt(count_shelves.take_in_find, found, desk_id=1, moves=came) is not None
        else:
            self.attempt(count_shelves.move_find, found, desk_id=1, **QUIET)

    def kind_of(self, found):
        with self.station.store.reading() as db:
            return db.value("SELECT kind FROM shelf_count_finds WHERE id = ?", found)

    @rule()
    def clock_reminds(self):
        self.attempt(remind.remind_some)

    @rule(pick=PICK, outcome=st.sampled_from(["reached", "not_reached", "nonsense"]))
    def somebody_is_called(self, pick, outcome):
        self.attempt(remind.note_calls, [self.some(pick, "on_shelf")], outcome)

    @rule(pick=PICK)
    def group_is_told(self, pick):
        self.attempt(remind.note_group_text, sorted(self.states)[pick % 3 :: 2])

    @rule(pick=PICK)
    def telling_is_taken_back(self, pick):
        sql = "SELECT id FROM notices WHERE channel IN ('phone', 'group') ORDER BY state DESC, id DESC LIMIT 4"
        self.attempt(remind.take_back_told, self.one_of(pick, sql))

    @rule(pick=PICK)
    def notice_is_sent_again(self, pick):
        self.attempt(resend_notice.resend_notice, self.one_of(pick, "SELECT id FROM notices"), desk_id=1)

    @rule(pick=PICK)
    def old_ones_are_to_go_back(self, pick):
        ticked = sorted(self.states)[pick % 2 :: 2]
        for one in self.attempt(remind.mark_many_to_return, ticked, moves=ticked) or ():
            assert not one.is_done or self.states[one.parcel_id] == "to_return"

    @rule(pick=PICK, scope=st.sampled_from(["standing", "this_parcel", "this_parcel", "nonsense"]), how=HOWS)
    def somebody_agrees(self, pick, scope, how):
        self.attempt(consent.give_consent, self.some(pick, *STOCK, "handed_over"), scope, how)

    @rule(phone=st.sampled_from(["13800001234", "13900001234", "1234"]), how=HOWS)
    def somebody_agrees_for_good(self, phone, how):
        self.attempt(consent.give_standing, phone, how)

    @rule(pick=PICK, how=st.sampled_from(["oral", "phone", "mistake", "nonsense"]))
    def consent_is_withdrawn(self, pick, how):
        if pick % 3 == 0:
            self.attempt(consent.give_consent, self.some(pick, *STOCK), "this_parcel", "oral")
        sql = "SELECT id FROM consents ORDER BY withdrawn_at IS NOT NULL, id DESC LIMIT 4"
        self.attempt(consent.withdraw_consent, self.one_of(pick, sql), how)

    @rule(pick=PICK)
    def inspector_tries(self, pick):
        parcel = self.some(pick, *STOCK)
        tries = (consent.give_consent, parcel, "this_parcel", "oral"), (remind.note_calls, [parcel], "reached")
        act, *args = tries[pick % 2]
        assert self.attempt(act, *args, actor=INSPECTOR) is None


class ParcelDay(InAndOut, BatchesAndLists, CountsNoticesConsents):
    """All of it."""


THOROUGH = settings.default.max_examples > 100
# Shrinking plays stations by the hundred; a failure prints its steps and seed, which is short enough here.
AS_ASKED = settings(
    max_examples=200 if THOROUGH else 20, stateful_step_count=60 if THOROUGH else 30,
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
)  # fmt: skip


@pytest.mark.timeout(3600 if THOROUGH else 300)
def test_every_parcel_is_in_one_place_whatever_is_done():
    ParcelDay.done.clear()
    ParcelDay.refused.clear()
    run_state_machine_as_test(ParcelDay, settings=AS_ASKED)
    done, refused = ParcelDay.done, ParcelDay.refused
    undone = sum(
        many for name, many in done.items() if name.startswith(("undo", "take_back", "void", "withdraw", "reopen"))
    )
    print(f"{done.total()} acts done, {undone} of them undos, {refused.total()} refused in {len(refused)} ways")
    print(done, refused, sep="\n")
    assert done.total() > 200 and undone > 5 and len(refused) > 25
