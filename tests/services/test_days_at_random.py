"""Any sequence of opening, float, sales by cash and wallet, cash in and out, counts, hand-overs, closes and late closes:
the drawer is float plus movements, and over and short is to the fen whose it is."""

from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import settings as profile
from hypothesis import strategies as st

from kiosk import clock, ledger, shifts
from kiosk.counter.close_day import begin_count, close_day, finish_count
from kiosk.counter.hand_drawer import hand_drawer
from kiosk.counter.open_day import open_day
from kiosk.errors import Refused
from kiosk.ledger import Account
from kiosk.people import staff
from kiosk.shifts.wallets import NOT_LOOKED, Seen
from kiosk.storage import Actor
from kiosk.till.payments import Tender
from tests.services.counter_bench import Bench
from tests.services.test_drawer_and_wallets import sell

#: What happens, with a number that means what it needs: jiao, minutes, which person.
STEPS = st.lists(
    st.tuples(
        st.sampled_from(
            ["open", "float", "sell", "wallet", "count", "count_wrong", "hand", "close", "close_late", "wait"]
        ),
        st.integers(0, 400),
    ),
    min_size=3,
    max_size=18,
)


class Days:
    """The station beside what a person would have written down."""

    def __init__(self, folder: Path) -> None:
        self.bench = Bench(folder, printer=False)
        second, _ = self.bench.act(staff.add_staff, "李接班", "operator", "4826")
        third, _ = self.bench.act(staff.add_staff, "周三班", "operator", "4826")
        self.people = [self.bench.actor] + [Actor("staff", number, "operator", desk_id=1) for number in (second, third)]
        self.now = clock.now() - timedelta(days=60)
        self.is_open, self.has_cash, self.holder = False, False, 0
        self.drawer, self.wallet, self.over = 0, 0, {person.id: 0 for person in self.people}
        self.days_closed = self.late_closes = 0

    @property
    def at(self) -> str:
        return clock.stamp(self.now)

    def begin(self, who: int) -> None:
        if not self.is_open:
            self.is_open, self.has_cash, self.holder = True, False, self.people[who].id

    def take(self, step: str, number: int) -> None:
        getattr(self, step)(number)
        self.now += timedelta(minutes=7)

    def open(self, number: int) -> None:
        self.bench.act(open_day, at=self.at, actor=self.people[number % 3])
        self.begin(number % 3)

    def float(self, number: int) -> None:
        who = self.people[number % 3]
        pieces = self.bench.pieces_of(number * 10)
        if self.is_open and self.has_cash:
            assert self.bench.code(open_day, pieces=pieces, at=self.at, actor=who) == "day.float_too_late"
            return
        self.bench.act(open_day, pieces=pieces, at=self.at, actor=who)
        was_handed = self.bench.value(
            "SELECT 1 FROM drawer_hand_overs WHERE business_on = (SELECT business_on FROM business_days WHERE state = 'open')"
        )
        self.begin(number % 3)
        self.drawer = number * 10
        if not was_handed:
            self.holder = who.id

    def sell(self, number: int) -> None:
        sell(self.bench, number + 1, self.at)
        self.begin(0)
        self.drawer, self.has_cash = self.drawer + number + 1, True

    def wallet_sale(self, fen: int) -> None:
        sell(self.bench, fen, self.at, [Tender("wechat", fen)])
        self.begin(0)
        self.wallet += fen

    def count(self, number: int, wrong: bool = False) -> int | None:
        if not self.is_open:
            assert self.bench.code(begin_count, at=self.at) == "day.none_open"
            return None
        counted = self.drawer // 10 * 10 + (number * 10 if wrong else 0)
        count_id = self.bench.act(begin_count, at=self.at)
        self.bench.act(finish_count, count_id, self.bench.pieces_of(counted), at=self.at)
        self.counted = counted
        return count_id

    def count_wrong(self, number: int) -> None:
        self.count(number, wrong=True)

    def hand(self, number: int) -> None:
        count_id = self.count(number, wrong=number % 2 == 1)
        if count_id is None:
            return
        next_one = next(person for person in self.people if person.id != self.holder)
        self.bench.act(hand_drawer, next_one, count_id=count_id, reason="unexplained", at=self.at)
        self.difference()
        self.holder = next_one.id

    def close(self, number: int) -> None:
        count_id = self.count(number, wrong=number % 3 == 1)
        if count_id is None:
            return
        closed = self.bench.act(
            close_day, count_id=count_id, reason="unexplained", seen={"wechat": Seen(None, NOT_LOOKED)}, at=self.at
        )
        self.difference()
        self.is_open = False
        self.days_closed += 1
        self.late_closes += closed.day.is_closed_late

    def close_late(self, number: int) -> None:
        if self.is_open:
            self.now += timedelta(days=1 + number % 3)
            before = self.late_closes
            self.close(number)
            assert self.late_closes <= before + 1

    def wait(self, number: int) -> None:
        self.now += timedelta(hours=number % 30)

    def difference(self) -> None:
        moved = self.counted - self.drawer
        self.over[self.holder] += moved
        self.drawer, self.has_cash = self.counted, self.has_cash or bool(moved)

    def compare(self) -> None:
        assert self.bench.balance("drawer") == self.drawer
        assert self.bench.balance("wechat") == self.wallet
        with self.bench.store.reading() as db:
            found = ledger.by_party(db, Account.OVER_SHORT)
            today = shifts.open_day(db)
            assert (today is not None) == self.is_open
            if today is not None:
                assert shifts.holder(db, today) == self.holder
        assert {int(party.split(":")[1]): -fen for party, fen in found.items()} == {
            who: fen for who, fen in self.over.items() if fen
        }


@profile(max_examples=12, deadline=None)
@given(steps=STEPS)
def test_drawer_and_differences_are_what_was_written_down(tmp_path_factory, steps):
    days = Days(tmp_path_factory.mktemp("days") / "station")
    try:
        for step, number in steps:
            if step == "wallet":
                days.wallet_sale(number + 1)
                days.now += timedelta(minutes=7)
            else:
                days.take(step, number)
            days.compare()
        assert days.bench.value("SELECT COUNT(*) FROM reports") == days.days_closed
        assert days.bench.problems() == []
    finally:
        days.bench.store.close()


def test_count_that_money_has_overtaken_hands_on_nothing(tmp_path):
    days = Days(tmp_path / "station")
    days.float(10)
    count_id = days.count(0)
    days.sell(5)
    with pytest.raises(Refused) as caught:
        days.bench.act(hand_drawer, days.people[2], count_id=count_id, at=days.at)
    assert caught.value.code == "count.money_moved"
    days.compare()
    days.bench.store.close()
