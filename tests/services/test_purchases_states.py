"""Random lives of proxy purchases: prices, advances, orders, parcels, refusals, cancellations, returns, voids. After each act
the whole check is clean, every purchase's balance in the ledger is the hand-kept one, and a refused act changed nothing."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from kiosk.counter import call_off_purchase, join_purchase, purchase_goods
from kiosk.counter.add_line import add_line
from kiosk.counter.check_in import check_in
from kiosk.counter.hand_over import hand_over_one
from kiosk.counter.remove_line import remove_line
from kiosk.counter.undo import undo_parcel
from kiosk.counter.void import void
from kiosk.errors import Refused
from kiosk.parcels.check import problems as parcel_problems
from kiosk.purchases import actions, changes, orders
from kiosk.purchases.model import ENDED, Purchase
from tests.services.purchase_bench import ORDER, WISH, Buying

AMOUNTS = st.sampled_from([1, 99_99, 100_00, 250_00])
PURCHASES = st.integers(0, 5)
WALLETS = st.sampled_from(["wechat", "owner", ""])
WAYBILLS = ["YT8962646785389", "YT8962646785390", "73610555582883"]


class Lives(RuleBasedStateMachine):
    """What the customer has paid and what the shop got are kept here by hand, from what was asked and not from the rows."""

    @initialize()
    def open(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="lives-"))
        self.bench = Buying(self.folder / "station", printer=False)
        self.paid: dict[int, int] = {}
        self.shop: dict[int, int] = {}
        self.borne = 0
        self.settled: list[int] = []
        for paid_by in ("customer", "station"):
            self.take(100_00, paid_by, False)
            self.settle()

    def pick(self, number: int) -> int:
        return 1 + number % len(self.paid)

    def teardown(self) -> None:
        self.bench.store.close()
        shutil.rmtree(self.folder)

    def try_to(self, act: Any, *args: Any, **facts: Any) -> Any:
        """The act's result, None when it was refused: then every row is as before."""
        before = (self.bench.counts(), self.rows())
        try:
            return self.bench.act(act, *args, **facts) or True
        except Refused as refused:
            assert "{" not in str(refused), refused.message
            assert (self.bench.counts(), self.rows()) == before
            return None

    def rows(self) -> list[tuple[Any, ...]]:
        with self.bench.store.reading() as db:
            return [tuple(row) for table in ("purchases", "tickets") for row in db.all(f"SELECT * FROM {table}")]

    def one(self, number: int) -> Purchase | None:
        return self.bench.one(number) if number in self.paid else None

    def ticket(self) -> int:
        found: int = self.bench.ticket()
        return found

    def moved(self, ticket_id: int, sign: int = 1) -> None:
        for line in self.bench.view(ticket_id)["lines"]:
            if line["case_kind"] == "purchase" and line["state"] != "removed":
                self.paid[line["case_id"]] += sign * line["principal_fen"]

    # What is asked for

    @precondition(lambda self: len(self.paid) < 3)
    @rule(amount=AMOUNTS, paid_by=st.sampled_from(["customer", "station", "direct"]), some=st.booleans())
    def take(self, amount: int, paid_by: str, some: bool) -> None:
        number = len(self.paid) + 1
        self.paid[number] = self.shop[number] = 0
        if some:
            assert self.bench.act(actions.request, **WISH).id == number
            self.try_to(actions.quote, number, amount_fen=amount, paid_by=paid_by)
            return
        advance = amount // 2 if paid_by == "station" else None
        facts = WISH | {"amount_fen": amount, "paid_by": paid_by, "advance_fen": advance}
        assert self.bench.act(add_line, self.ticket(), "purchase", **facts).case_id == number

    @rule(number=PURCHASES, amount=AMOUNTS, paid_by=st.sampled_from(["customer", "station", "direct"]))
    def quote(self, number: int, amount: int, paid_by: str) -> None:
        number = self.pick(number)
        self.try_to(actions.quote, number, amount_fen=amount, paid_by=paid_by)

    # Lines of tickets

    @rule(
        number=PURCHASES, service=st.sampled_from(["purchase_quoted", "purchase_balance", "purchase_payout"]),
        hand_over=st.booleans(),
    )  # fmt: skip
    def add(self, number: int, service: str, hand_over: bool) -> None:
        number = self.pick(number)
        facts = {"hand_over": hand_over} if service == "purchase_balance" else {}
        self.try_to(add_line, self.ticket(), service, purchase_id=number, **facts)

    @rule()
    def settle(self) -> None:
        ticket_id = self.ticket()
        if not self.bench.view(ticket_id)["lines"]:
            return
        total = max(0, self.bench.view(ticket_id)["total_fen"])
        from kiosk.counter.settle import settle

        if self.try_to(settle, ticket_id, total):
            self.moved(ticket_id)
            self.settled.append(ticket_id)

    @rule(which=st.integers(0, 5))
    def take_off(self, which: int) -> None:
        lines = self.bench.view(self.ticket())["lines"]
        if lines:
            self.try_to(remove_line, lines[which % len(lines)]["id"])

    @precondition(lambda self: self.settled)
    @rule(which=st.integers(0, 9))
    def undo_ticket(self, which: int) -> None:
        ticket_id = self.settled[which % len(self.settled)]
        if self.try_to(void, ticket_id):
            self.moved(ticket_id, -1)
            self.settled.remove(ticket_id)

    # The order

    @rule(number=PURCHASES, amount=st.none() | AMOUNTS, paid_from=WALLETS, agrees=st.booleans())
    def order(self, number: int, amount: int | None, paid_from: str, agrees: bool) -> None:
        number = self.pick(number)
        found = self.one(number)
        asked = amount or (found.amount_fen if found is not None else None) or 1
        facts = ORDER | {"amount_fen": asked, "paid_from": paid_from, "customer_agrees": agrees}
        after = self.try_to(orders.order, number, **facts)
        if after and after.paid_by != "direct":
            self.shop[number] += asked

    @rule(number=PURCHASES, waybill=st.sampled_from(WAYBILLS))
    def ship(self, number: int, waybill: str) -> None:
        number = self.pick(number)
        self.try_to(join_purchase.learn_waybill, number, waybill)

    @rule(waybill=st.sampled_from(WAYBILLS))
    def come(self, waybill: str) -> None:
        self.try_to(check_in, waybill=waybill, desk_id=1)

    @rule(number=PURCHASES)
    def arrive(self, number: int) -> None:
        number = self.pick(number)
        self.try_to(join_purchase.arrive, number)

    @rule(number=PURCHASES)
    def hand_over(self, number: int) -> None:
        number = self.pick(number)
        self.try_to(purchase_goods.hand_over_purchase, number)

    @rule(number=PURCHASES)
    def undo_hand_over(self, number: int) -> None:
        number = self.pick(number)
        self.try_to(purchase_goods.undo_hand_over, number)

    @rule(parcel=st.integers(1, 4), back=st.booleans())
    def parcel(self, parcel: int, back: bool) -> None:
        if back:
            self.try_to(undo_parcel, parcel)
        else:
            self.try_to(hand_over_one, parcel, "known_by_face", desk_id=1)

    @rule(number=PURCHASES, paid_from=st.sampled_from(["wechat", "owner"]), times=st.integers(1, 5))
    def go_on(self, number: int, paid_from: str, times: int) -> None:
        """The steps that a clerk would take next: random acts alone seldom get as far as a return."""
        for _ in range(times):
            self.next_step(self.pick(number), paid_from)

    def next_step(self, number: int, paid_from: str) -> None:
        found, at = self.one(number), number - 1
        match found.state if found is not None else "":
            case "requested":
                self.quote(at, 100_00, "customer")
            case "quoted" if found.received_on is None:
                self.add(at, "purchase_quoted", False)
                self.settle()
            case "quoted" if found.owed_fen < 0:
                self.add(at, "purchase_payout", False)
                self.settle()
            case "quoted":
                self.order(at, None, "" if found.paid_by == "direct" else paid_from, True)
            case "ordered":
                self.shop_gives_back(at, 9, False, paid_from) if found.ends_as else self.ship(at, WAYBILLS[at])
            case "shipped":
                self.come(WAYBILLS[at])
            case "arrived":
                self.add(at, "purchase_balance", True)
                self.settle()
                self.hand_over(at)
            case "returning" if found.ends_as == "exchanged":
                self.ship(at, WAYBILLS[number % 3])
                self.come(WAYBILLS[number % 3])
            case "returning":
                self.shop_gives_back(at, 10, False, paid_from)

    # What does not go as planned

    @rule(number=PURCHASES, amount=AMOUNTS, paid_from=WALLETS, agrees=st.booleans())
    def price(self, number: int, amount: int, paid_from: str, agrees: bool) -> None:
        number = self.pick(number)
        found = self.one(number)
        after = self.try_to(
            changes.change_price, number, amount_fen=amount, customer_agrees=agrees, paid_from=paid_from
        )
        if after and after.paid_by != "direct" and after.state != "quoted":
            self.shop[number] += amount - ((found.amount_fen or 0) if found is not None else 0)

    @rule(number=PURCHASES, keeps_fee=st.booleans())
    def call_off(self, number: int, keeps_fee: bool) -> None:
        number = self.pick(number)
        self.try_to(call_off_purchase.call_off, number, "no_reason", keeps_fee=keeps_fee)

    @rule(number=PURCHASES, wants=st.sampled_from(["refunded", "exchanged"]))
    def send_back(self, number: int, wants: str) -> None:
        number = self.pick(number)
        self.try_to(changes.begin_return, number, wants=wants, reason="quality")

    @rule(number=PURCHASES, tenths=st.integers(0, 10), bears=st.booleans(), paid_to=WALLETS)
    def shop_gives_back(self, number: int, tenths: int, bears: bool, paid_to: str) -> None:
        number = self.pick(number)
        found = self.one(number)
        amount = (found.spent_fen if found is not None else 10) * tenths // 10
        if self.try_to(changes.shop_refunded, number, amount_fen=amount, paid_to=paid_to, station_bears=bears):
            self.shop[number] -= amount
            if bears:
                self.borne += self.shop[number]
                self.shop[number] = 0

    @rule(number=PURCHASES, content=st.booleans())
    def close(self, number: int, content: bool) -> None:
        number = self.pick(number)
        self.try_to(orders.close, number, customer_is_content=content)

    # What must always hold

    @invariant()
    def money_is_where_it_was_put(self) -> None:
        if not hasattr(self, "bench"):
            return
        for number in self.paid:
            found = self.bench.one(number)
            assert (found.received_fen, found.spent_fen) == (self.paid[number], self.shop[number]), found
            assert self.bench.held(number) == self.paid[number] - self.shop[number], found
            if found.state in ENDED:
                assert self.bench.held(number) == 0, found
        assert self.bench.balance("compensation") == self.borne
        wallets = self.bench.balance("wechat") + self.bench.balance("owner")
        assert -wallets == sum(self.shop.values()) + self.borne

    @invariant()
    def check_is_clean(self) -> None:
        if hasattr(self, "bench"):
            assert self.bench.problems() == []
            with self.bench.store.reading() as db:
                assert [problem.code for problem in parcel_problems(db)] == []


TestLives = Lives.TestCase
TestLives.settings = settings(max_examples=20, stateful_step_count=40, deadline=None)
