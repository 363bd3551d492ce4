"""Bills under random acts, refusals, refunds and voids: whatever is tried in whatever order, nothing is at a biller twice
while its outcome is unknown, and each account of the ledger is what a plain list of bills says."""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, multiple, rule

from kiosk import ledger
from kiosk.bills import check, outcome
from kiosk.bills.model import BillState
from kiosk.counter.add_line import add_line
from kiosk.counter.open_day import open_day
from kiosk.counter.refund import refund
from kiosk.counter.remove_line import remove_line
from kiosk.counter.void import void
from kiosk.errors import Refused
from kiosk.ledger import Account
from tests.services.counter_bench import Bench

FLOAT_FEN = 5000_00
ACCOUNTS = ("0602123456500",)  # one account, two periods, two sums: acts are to get into each other's way
PERIODS = ("", "2026-11")
AMOUNTS = (30_00, 50_00)
SENT = {"channel": "wechat", "paid_from": "wechat", "account_holder": "张*国", "holder_confirmed": True}
UNDER_WAY = {BillState.SUBMITTED, BillState.UNCONFIRMED}
HOLDS = {BillState.RECEIVED, *UNDER_WAY, BillState.FAILED}


@dataclass
class Known:
    """A bill as the test remembers it."""

    id: int
    account: str
    period: str
    amount_fen: int
    ticket_id: int
    line_id: int
    state: str = BillState.RECORDED

    @property
    def pays_for(self) -> tuple[str, str, int]:
        return self.account, self.period, 0 if self.period else self.amount_fen


class Bills(RuleBasedStateMachine):
    """A counter with one open ticket at a time and the bills that came over it."""

    template: Path | None = None
    bills = Bundle("bills")

    @initialize()
    def station(self) -> None:
        if Bills.template is None:
            Bills.template = Path(tempfile.mkdtemp(prefix="bills-")) / "station"
            made = Bench(Bills.template, printer=False)
            made.act(open_day, FLOAT_FEN)
            made.store.close()
        self.folder = Path(tempfile.mkdtemp(prefix="bills-"))
        shutil.copytree(Bills.template, self.folder / "station")
        self.bench = Bench.reopened(self.folder / "station")
        self.known: list[Known] = []

    def teardown(self) -> None:
        if hasattr(self, "bench"):
            assert self.bench.problems() == []
            self.bench.store.close()
            shutil.rmtree(self.folder)

    @rule(
        target=bills, account=st.sampled_from(ACCOUNTS), period=st.sampled_from(PERIODS), amount=st.sampled_from(AMOUNTS),
        again=st.booleans(), goes_on=st.sampled_from((0, 1, 2, 2)),
    )  # fmt: skip
    def take(self, account: str, period: str, amount: int, again: bool, goes_on: int) -> object:
        pays_for = (account, period, 0 if period else amount)
        same = [bill.state for bill in self.known if bill.pays_for == pays_for]
        held = any(state in UNDER_WAY for state in same)
        counts = any(state in UNDER_WAY | {"recorded", "received", "confirmed"} for state in same)
        ticket_id = self.bench.ticket()
        try:
            line = self.bench.act(
                add_line, ticket_id, "bill", biller="power-demo", account_no=account, amount_fen=amount, bill_period=period,
                pays_again=again,
            )  # fmt: skip
        except Refused as refused:
            assert refused.code == ("bill.under_way" if held else "bill.already_paid")
            assert held or (counts and not again)
            return multiple()
        assert not held and (again or not counts)
        found = Known(line.case_id, account, period, amount, ticket_id, line.line_id)
        self.known.append(found)
        if goes_on:
            self.pay(found)
        if goes_on == 2:
            self.send(found)
        return found

    @rule(bill=bills)
    def pay(self, bill: Known) -> None:
        waiting = [one for one in self.known if one.ticket_id == bill.ticket_id and one.state == BillState.RECORDED]
        if bill not in waiting:
            return
        self.bench.settle(bill.ticket_id, sum(one.amount_fen for one in waiting))
        for one in waiting:
            one.state = BillState.RECEIVED

    @rule(bill=bills)
    def take_off(self, bill: Known) -> None:
        if self.tried(remove_line, bill.line_id):
            assert bill.state == BillState.RECORDED
            bill.state = BillState.CANCELLED
        else:
            assert bill.state != BillState.RECORDED

    @rule(bill=bills)
    def send(self, bill: Known) -> None:
        others = any(one.pays_for == bill.pays_for and one.state in UNDER_WAY for one in self.known if one is not bill)
        if self.tried(outcome.submit, bill.id, **SENT):
            assert bill.state == BillState.RECEIVED and not others
            bill.state = BillState.SUBMITTED
        else:
            assert bill.state != BillState.RECEIVED or others

    @rule(bill=bills)
    def lose_sight(self, bill: Known) -> None:
        self.goes(bill, outcome.leave_unconfirmed, {BillState.SUBMITTED}, BillState.UNCONFIRMED)

    @rule(bill=bills)
    def confirm(self, bill: Known) -> None:
        self.goes(bill, outcome.confirm, UNDER_WAY, BillState.CONFIRMED, serial_no=f"S{bill.id}", how="app")

    @rule(bill=bills)
    def fail(self, bill: Known) -> None:
        self.goes(bill, outcome.fail, {BillState.UNCONFIRMED}, BillState.FAILED, reason="rejected", how="app")

    @rule(bill=bills)
    def give_back(self, bill: Known) -> None:
        ticket_id = self.bench.ticket()
        if self.tried(refund, ticket_id, [bill.line_id], "not_available"):
            assert bill.state in {BillState.RECEIVED, BillState.FAILED}
            waiting = [one for one in self.known if one.ticket_id == ticket_id and one.state == BillState.RECORDED]
            total = sum(one.amount_fen for one in waiting) - bill.amount_fen
            self.bench.settle(ticket_id, max(total, 0))
            bill.state = BillState.REFUNDED
            for one in waiting:
                one.state = BillState.RECEIVED
        else:
            assert bill.state not in {BillState.RECEIVED, BillState.FAILED}

    @rule(bill=bills)
    def undo_ticket(self, bill: Known) -> None:
        on_it = [one for one in self.known if one.ticket_id == bill.ticket_id and one.state != BillState.CANCELLED]
        if not self.tried(void, bill.ticket_id):
            return
        for one in on_it:
            assert one.state in {BillState.RECORDED, BillState.RECEIVED, BillState.FAILED}
            one.state = BillState.CANCELLED if one.state == BillState.RECORDED else BillState.REFUNDED

    @invariant()
    def nothing_is_at_the_biller_twice(self) -> None:
        if not hasattr(self, "known"):
            return
        under_way = [bill.pays_for for bill in self.known if bill.state in UNDER_WAY]
        assert len(under_way) == len(set(under_way))

    @invariant()
    def money_is_where_the_list_says(self) -> None:
        if not hasattr(self, "known"):
            return
        confirmed = sum(bill.amount_fen for bill in self.known if bill.state == BillState.CONFIRMED)
        held = {f"bill:{bill.id}": -bill.amount_fen for bill in self.known if bill.state in HOLDS}
        with self.bench.store.reading() as db:
            assert ledger.by_party(db, Account.HELD_FOR_BILLS) == held
            assert ledger.balance(db, Account.WECHAT) == -confirmed
            assert ledger.balance(db, Account.DRAWER) == FLOAT_FEN + confirmed - sum(held.values())
            states = {row["id"]: row["state"] for row in db.all("SELECT id, state FROM bills")}
            assert states == {bill.id: bill.state for bill in self.known}
            assert [str(problem) for problem in check.problems(db)] == []

    def tried(self, act, *args, **facts) -> bool:  # type: ignore[no-untyped-def]
        """Whether an act was done; a refusal leaves everything as it was."""
        try:
            self.bench.act(act, *args, **facts)
        except Refused:
            return False
        return True

    def goes(self, bill: Known, act, from_states, state, **facts) -> None:  # type: ignore[no-untyped-def]
        is_done = self.tried(act, bill.id, **facts)
        assert is_done == (bill.state in from_states)
        if is_done:
            bill.state = state


TestBills = Bills.TestCase
TestBills.settings = settings(
    settings.get_profile("quick"), max_examples=20, stateful_step_count=40,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)  # fmt: skip
