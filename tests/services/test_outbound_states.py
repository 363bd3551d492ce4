"""Sending and cash on delivery worked at random: whatever the order of acts, refusals, voids and refunds, each carrier is
owed to the fen what the model says, the drawer holds the rest, and no parcel leaves unpaid."""

import shutil
import tempfile
from pathlib import Path

from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from kiosk.counter.add_line import add_line
from kiosk.counter.check_in import check_in
from kiosk.counter.hand_over import hand_over
from kiosk.counter.note_cod import note_cod
from kiosk.counter.open_ticket import open_ticket
from kiosk.counter.outbound_manifest import (
    drop_manifest,
    give_manifest,
    give_waybill,
    open_manifest,
    put_on,
    take_manifest_back,
    take_off,
    take_waybill_off,
)
from kiosk.counter.outbound_return import return_outbound
from kiosk.counter.remove_line import remove_line
from kiosk.counter.settle import settle
from kiosk.counter.undo import undo_last, undo_parcel
from kiosk.counter.void import void
from kiosk.errors import Refused
from kiosk.outbound import store
from kiosk.till import store as tickets
from tests.services.counter_bench import FEES
from tests.services.outbound_bench import SENDING, WAYBILLS, OutboundBench
from tests.services.parcel_bench import assert_worded

_FEE = {
    "code": "outbound", "name_zh": "代寄快递", "service": "outbound", "unit": "件", "rule": "tier_by_weight",
    "tiers": [{"up_to": 1000, "fee": "0"}, {"fee": "1.50"}],
}  # fmt: skip
FEE_LIST = FEES | {"items": [*(one for one in FEES["items"] if one["code"] != "outbound"), _FEE]}
CARRIERS = st.sampled_from(["YTO", "ZTO"])
FEN = st.integers(0, 300_00)
SMALL = st.integers(1, 4)
INBOUND = st.sampled_from(["YT7460266600081", "79105030690097"])


class SendingAtRandom(RuleBasedStateMachine):
    """The model: for each sent parcel its state and sums, for each parcel with cash on delivery whether it left."""

    @initialize()
    def begin(self):
        self.folder = Path(tempfile.mkdtemp(prefix="sending-"))
        self.bench = OutboundBench(self.folder / "station", fee_list=FEE_LIST, printer=False)
        self.sent: dict[int, list] = {}  # id → [state, carrier, carrier_fen, fee_fen, ticket_id]
        self.cod: dict[int, list] = {}  # id → [has left, carrier, fen]

    def teardown(self):
        if hasattr(self, "bench"):
            self.bench.store.close()
            shutil.rmtree(self.folder)

    def attempt(self, act, *args, **facts):
        try:
            answer = self.bench.act(act, *args, **facts)
            return True if answer is None else answer
        except Refused as refused:
            assert_worded(refused)
            return None

    def pick(self, number):
        return 1 + number % max(1, len(self.sent))

    @rule(
        carrier=CARRIERS,
        freight=st.sampled_from([0, 1, 12_00, 29_99, 300_00]),
        grams=st.sampled_from([900, 1000, 1001, 2300, 0]),
        to_collect=st.sampled_from([False, False, True]),
        seen=st.sampled_from([True, True, True, False]),
        item=st.sampled_from(["腊肉", "香菇", "新米", "鞭炮"]),
    )
    def record(self, carrier, freight, grams, to_collect, seen, item):
        ticket_id = self.bench.act(open_ticket)
        facts = SENDING | {
            "carrier": carrier, "freight_fen": freight, "weight_grams": grams, "content_inspected": seen, "item": item,
            "paid_by": "recipient" if to_collect else "sender",
        }  # fmt: skip
        added = self.attempt(add_line, ticket_id, "outbound", **facts)
        assert (added is not None) == (bool(grams and seen and item != "鞭炮") and (to_collect or freight > 0))
        if added is not None:
            fee = 1_50 if grams > 1000 else 0
            self.sent[added.case_id] = ["recorded", carrier, 0 if to_collect else freight, fee, ticket_id]

    @rule(carrier=CARRIERS, freight=st.sampled_from([1, 12_00]), to_collect=st.booleans(), is_labelled=st.booleans())
    def send(self, carrier, freight, to_collect, is_labelled):
        """A whole visit: recorded, paid, and most of the way to the courier."""
        self.record(carrier, freight, 1001, to_collect, True, "腊肉")
        self.pay(0)
        sent_id = max(self.sent)
        if self.sent[sent_id][0] == "accepted" and is_labelled:
            self.bench.act(open_manifest, carrier)
            self.list_one(sent_id - 1, carrier)
            for waybill in ("79105030690011", "75166031906321") if carrier == "ZTO" else WAYBILLS[:3]:
                if self.attempt(give_waybill, sent_id, waybill) is not None:
                    break
            self._end("give", self._rows("SELECT MAX(id) FROM outbound_manifests WHERE carrier = ?", carrier)[0][0])

    @rule(waybill=INBOUND, fen=FEN)
    def arrive(self, waybill, fen):
        done = self.attempt(check_in, waybill=waybill, cod_fen=fen, phone="1234", carrier="YTO")
        if done is not None:
            self.cod[done.parcel_id] = [False, "YTO", fen]

    @rule(fen=FEN, number=SMALL, reason=st.sampled_from(["", "typing_error"]))
    def change_cod(self, fen, number, reason):
        if number in self.cod and self.attempt(note_cod, number, cod_fen=fen, reason=reason):
            self.cod[number][2] = fen

    @rule()
    def ask_for_all(self):
        if not self.cod:
            return
        for result in self.bench.act(hand_over, list(self.cod), "code"):
            left, _carrier, fen = self.cod[result.parcel_id]
            assert not (result.is_done and (fen or left)), "nothing leaves unpaid, or twice"
            if result.is_done:
                self.cod[result.parcel_id][0] = True

    @rule(short=st.integers(0, 1))
    def pay(self, short):
        ticket_id = self.bench.value("SELECT open_ticket_id FROM desks")
        if ticket_id is None:
            return
        total = self.bench.view(ticket_id)["total_fen"]
        with self.bench.store.reading() as db:
            standing = [line for line in tickets.lines(db, ticket_id) if line.state == "pending"]
        if self.attempt(settle, ticket_id, max(0, total - short)) is None:
            return
        assert not (short and total > 0)
        for line in standing:
            if line.act == "collect_cod":
                self.cod[line.case_id][0] = True
            else:
                self.sent[line.case_id][0] = "accepted" if line.refunds_line_id is None else "returned"

    @rule(number=st.integers(1, 8))
    def take_line_off(self, number):
        if number > 3:
            return
        with self.bench.store.reading() as db:
            ticket_id = db.value("SELECT open_ticket_id FROM desks")
            lines = [one for one in tickets.lines(db, ticket_id) if one.state == "pending"] if ticket_id else []
        if lines:
            line = lines[number % len(lines)]
            if self.attempt(remove_line, line.id) and line.act == "accept":
                self.sent[line.case_id][0] = "cancelled"

    @rule(number=st.integers(1, 12))
    def void_one(self, number):
        if number > 4:
            return  # a counter voids now and then
        ids = [row[0] for row in self._rows("SELECT id FROM tickets ORDER BY id DESC LIMIT 4")]
        if not ids:
            return
        ticket_id = ids[number % len(ids)]
        with self.bench.store.reading() as db:
            was = tickets.ticket(db, ticket_id).state
            lines = [one for one in tickets.lines(db, ticket_id) if one.state in ("pending", "done")]
        if self.attempt(void, ticket_id) is None:
            return
        for line in lines:
            if line.act == "collect_cod" and was == "settled":
                self.cod[line.case_id][0] = False
            elif line.act == "accept":
                self.sent[line.case_id][0] = "returned" if was == "settled" else "cancelled"

    @rule(number=SMALL)
    def undo(self, number):
        if number in self.cod:
            left, _carrier, fen = self.cod[number]
            undone = self.attempt(undo_parcel, number)
            assert not (undone is not None and left and fen), "what was paid is taken back with its money only"
            if undone is not None:
                self._note_undone(undone)
        else:
            undone = self.attempt(undo_last, 1)
            if undone is not None:
                self._note_undone(undone)

    def _note_undone(self, undone):
        for parcel_id in undone.parcel_ids:
            if undone.act == "check_in":
                del self.cod[parcel_id]
            elif undone.act == "hand_over":
                self.cod[parcel_id][0] = False

    @rule(number=SMALL)
    def give_back(self, number):
        sent_id = self.pick(number)
        if sent_id not in self.sent:
            return
        state, _carrier, fen, fee, _ticket = self.sent[sent_id]
        done = self.attempt(return_outbound, sent_id)
        assert done is None or state == "accepted"
        if done is True:
            assert not fen + fee
            self.sent[sent_id][0] = "returned"

    @rule(carrier=CARRIERS)
    def begin_list(self, carrier):
        self.bench.act(open_manifest, carrier)

    @rule(number=SMALL, carrier=CARRIERS)
    def list_one(self, number, carrier):
        with self.bench.store.reading() as db:
            listed = store.open_manifest(db, carrier)
        sent_id = self.pick(number)
        if listed is not None and sent_id in self.sent:
            done = self.attempt(put_on, listed.id, sent_id)
            state, of = self.sent[sent_id][:2]
            assert (done is not None) == (state == "accepted" and of == carrier)

    @rule(number=SMALL, waybill=st.sampled_from([*WAYBILLS[:3], "79105030690011"]))
    def label_one(self, number, waybill):
        sent_id = self.pick(number)
        if sent_id in self.sent:
            done = self.attempt(give_waybill, sent_id, waybill)
            assert done is None or self.sent[sent_id][1] == ("ZTO" if waybill[0] == "7" else "YTO")

    @rule(number=SMALL)
    def unlabel(self, number):
        if self.pick(number) in self.sent:
            self.attempt(take_waybill_off, self.pick(number))

    @rule(act=st.sampled_from(["give", "back", "drop", "off"]), number=SMALL)
    def end_list(self, act, number):
        rows = self._rows("SELECT id FROM outbound_manifests ORDER BY id DESC LIMIT 4")
        if not rows:
            return
        self._end(act, rows[number % len(rows)][0], number)

    def _end(self, act, manifest_id, number=0):
        on_it = [row[0] for row in self._rows("SELECT id FROM outbound_parcels WHERE manifest_id = ?", manifest_id)]
        if act == "off":
            self.attempt(take_off, manifest_id, self.pick(number))
            return
        done = self.attempt(
            {"give": give_manifest, "back": take_manifest_back, "drop": drop_manifest}[act], manifest_id
        )
        if done is not None and act != "drop":
            for sent_id in on_it:
                self.sent[sent_id][0] = "given" if act == "give" else "accepted"

    def _rows(self, sql, *params):
        with self.bench.store.reading() as db:
            return db.all(sql, *params)

    @invariant()
    def money_and_states_are_the_models(self):
        if not hasattr(self, "bench"):
            return
        assert self.bench.broken() == []
        owed = {"YTO": 0, "ZTO": 0}
        fees = 0
        for state, carrier, fen, fee, _ticket in self.sent.values():
            if state in ("accepted", "given"):
                owed[carrier] += fen
                fees += fee
        for left, carrier, fen in self.cod.values():
            owed[carrier] += fen if left else 0
        assert {carrier: self.bench.owed(carrier) for carrier in owed} == owed
        assert self.bench.balance("drawer") == sum(owed.values()) + fees
        assert -self.bench.balance("fee_income") == fees
        stored = {row[0]: row[1] for row in self._rows("SELECT id, state FROM outbound_parcels")}
        assert stored == {sent_id: facts[0] for sent_id, facts in self.sent.items()}


# Shrinking replays stations by the hundred; a failure prints its steps and seed, which is short enough here.
SendingAtRandom.TestCase.settings = settings(
    max_examples=15, stateful_step_count=50, phases=(Phase.explicit, Phase.reuse, Phase.generate)
)
TestSendingAtRandom = SendingAtRandom.TestCase
