"""交接班 and the close: counted before anything is said, the difference to whom it belongs, wallets compared, both confirm."""

import json
import sqlite3
from pathlib import Path

import pytest

from kiosk import ledger, shifts
from kiosk.counter.close_day import begin_count, close_day, finish_count
from kiosk.counter.day_sheets import take_x
from kiosk.counter.hand_drawer import hand_drawer
from kiosk.counter.open_cases import open_cases
from kiosk.counter.open_day import open_day
from kiosk.counter.open_ticket import open_ticket
from kiosk.counter.settle import settle
from kiosk.errors import Refused
from kiosk.ledger import Account
from kiosk.people import door, staff
from kiosk.reports.owner import month_of
from kiosk.shifts.wallets import Seen, counts_on, figures_of
from kiosk.storage import Actor
from kiosk.till import actions as till
from kiosk.till.model import NewLine
from kiosk.till.payments import Tender
from tests.services.counter_bench import Bench, days_ago


@pytest.fixture
def bench(tmp_path: Path):
    opened = Bench(tmp_path / "station")
    yield opened
    assert opened.problems() == []
    opened.store.close()


def sell(bench: Bench, fen: int, at: str | None = None, tenders=(), actor: Actor | None = None) -> None:
    """A villager pays somebody's bill: money that the station holds, without a service of its own behind it."""
    ticket_id = bench.act(open_ticket, at=at, actor=actor)
    case_id = bench.value("SELECT COUNT(*) + 1 FROM ticket_lines")
    line = NewLine(
        service="purchase", act="under_test", case_kind="x", case_id=case_id, label="试", txn_amount_fen=fen,
        principal_fen=fen, principal_account=Account.OWNER,
    )  # fmt: skip
    bench.act(till.add_line, ticket_id, line, at=at, actor=actor)
    cash = max(0, fen - sum(tender.amount_fen for tender in tenders))
    bench.act(settle, ticket_id, cash, tenders, at=at, actor=actor)


def taker(bench: Bench, role: str = "operator", name: str = "李接班") -> Actor:
    staff_id, _ = bench.act(staff.add_staff, name, role, "4826")
    return Actor("staff", staff_id, role, name)


def over_short(bench: Bench) -> dict[str, int]:
    with bench.store.reading() as db:
        return {party: -fen for party, fen in ledger.by_party(db, Account.OVER_SHORT).items()}


# Opening --------------------------------------------------------------------------------------------------------------


def test_float_is_counted_by_denomination_and_kept(bench):
    day = bench.act(open_day, pieces={100_00: 1, 10_00: 3, 50: 4})
    assert (day.float_fen, day.float_pieces) == (132_00, {"10000": 1, "1000": 3, "50": 4})
    assert (day.float_by_kind, day.float_by) == ("staff", bench.manager_id)
    assert bench.code(open_day, pieces={33: 1}) == "day.count_unreadable"
    assert bench.code(open_day, 5, pieces={100_00: 1}) == "day.float_differs"


def test_money_in_a_wallet_does_not_fix_the_float(bench):
    bench.act(open_day)
    sell(bench, 20_00, tenders=[Tender("wechat", 20_00)])
    assert bench.act(open_day, pieces={100_00: 1}).float_fen == 100_00
    sell(bench, 20_00)
    assert bench.code(open_day, pieces={100_00: 2}) == "day.float_too_late"


# 交接班 ---------------------------------------------------------------------------------------------------------------


def test_drawer_goes_on_with_its_difference_posted_to_who_leaves(bench):
    bench.act(open_day, pieces={100_00: 1})
    sell(bench, 50_00)
    next_one = taker(bench)
    count_id = bench.act(begin_count)
    counted = bench.act(finish_count, count_id, {100_00: 1, 20_00: 2, 5_00: 1})
    assert (counted.counted_fen, counted.difference_fen) == (145_00, -5_00)
    assert bench.code(hand_drawer, next_one, count_id=count_id) == "day.reason_missing"
    handed = bench.act(hand_drawer, next_one, count_id=count_id, reason="wrong_change")
    made = handed.hand_over
    assert (made.from_staff_id, made.to_staff_id, made.difference_fen) == (bench.manager_id, next_one.id, -5_00)
    assert over_short(bench) == {f"staff:{bench.manager_id}": -5_00}
    assert bench.balance("drawer") == 145_00
    paper = bench.text(handed.slip_id)
    assert "交接班单" in paper and "王芳" in paper and "李接班" in paper and "-￥5.00" in paper and "找零差错" in paper
    with bench.store.reading() as db:
        assert shifts.holder(db, shifts.open_day(db)) == next_one.id
    closed = bench.close(bench.pieces_of(146_00))
    assert over_short(bench) == {f"staff:{bench.manager_id}": -5_00, f"staff:{next_one.id}": 1_00}
    assert (closed.day.expected_fen, closed.day.difference_fen) == (145_00, 1_00)
    assert "交接班差额" in bench.text(closed.slip_id)


def test_name_on_a_hand_over_slip_is_a_blank(bench):
    bench.act(open_day)
    handed = bench.act(hand_drawer, taker(bench), pieces={})
    row = bench.value("SELECT facts || blanks FROM slips WHERE id = ?", handed.slip_id)
    assert "王芳" not in row and "李接班" not in row


def test_only_who_answers_for_the_drawer_hands_it_on(bench):
    bench.act(open_day, pieces={})
    second, third = taker(bench), taker(bench, name="周三班")
    bench.act(hand_drawer, second, pieces={})
    assert bench.code(hand_drawer, third, pieces={}, actor=third) == "drawer.not_yours"
    assert bench.code(hand_drawer, second, pieces={}, actor=second) == "drawer.same_person"
    handed = bench.act(hand_drawer, third, pieces={}, actor=third, leaver=second)
    assert (handed.hand_over.from_staff_id, handed.hand_over.handed_by_id) == (second.id, third.id)
    assert bench.act(hand_drawer, second, pieces={}).hand_over.from_staff_id == third.id, (
        "a manager, when they are gone"
    )


def test_taker_must_be_able_to_close(bench):
    bench.act(open_day)
    inspector = taker(bench, "inspector")
    assert bench.code(hand_drawer, inspector, pieces={}) == "drawer.taker_unfit"
    assert bench.code(hand_drawer, bench.token("operator"), pieces={}) == "drawer.taker_unfit"
    assert bench.code(hand_drawer, taker(bench, name="李接班2"), pieces={}, reason="theft") == "day.reason_unknown"
    assert bench.code(hand_drawer, taker(bench, name="别人")) == "day.not_counted"
    assert bench.code(hand_drawer, taker(bench, name="另一人"), actor=bench.token("courier")) == "staff.not_allowed"


def test_drawer_that_a_program_opened_is_taken_over_from_nobody(bench):
    program = bench.token("operator")
    bench.act(open_day, actor=program)
    with bench.store.reading() as db:
        assert shifts.holder(db, shifts.open_day(db)) is None
    handed = bench.act(hand_drawer, taker(bench), pieces={1_00: 1}, reason="not_recorded")
    assert handed.hand_over.from_staff_id is None
    assert over_short(bench) == {"": 1_00}


def test_hand_over_needs_an_open_day_and_a_count_that_stands(bench):
    next_one = taker(bench)
    assert bench.code(hand_drawer, next_one, pieces={}) == "day.none_open"
    bench.act(open_day)
    count_id = bench.act(begin_count)
    assert bench.code(hand_drawer, next_one, count_id=count_id) == "count.not_finished"
    bench.act(finish_count, count_id, {})
    sell(bench, 10_00)
    assert bench.code(hand_drawer, next_one, count_id=count_id) == "count.money_moved"


def test_pin_of_the_one_who_takes_it_is_asked_and_counted(bench):
    next_one = taker(bench)
    assert door.confirm(bench.store, next_one.id, "4826") == next_one
    for left in (4, 3):
        with pytest.raises(Refused) as caught:
            door.confirm(bench.store, next_one.id, "0000")
        assert (caught.value.code, caught.value.facts["left"]) == ("staff.wrong_pin", left)
    assert door.confirm(bench.store, next_one.id, "4826").id == next_one.id
    assert bench.value("SELECT wrong_pins FROM staff WHERE id = ?", next_one.id) == 0


@pytest.mark.parametrize("statement", ["UPDATE drawer_hand_overs SET counted_fen = 1", "DELETE FROM drawer_hand_overs"])
def test_hand_over_is_never_changed(bench, statement):
    bench.act(open_day)
    bench.act(hand_drawer, taker(bench), pieces={})
    with pytest.raises(sqlite3.IntegrityError), bench.store.transaction() as tx:
        tx.execute(statement)


# Wallets --------------------------------------------------------------------------------------------------------------


def test_wallets_are_listed_with_what_moved_today_and_compared(bench):
    sell(bench, 30_00, days_ago(1), [Tender("wechat", 30_00)])
    bench.close(at=days_ago(1))
    sell(bench, 50_00, tenders=[Tender("wechat", 20_00), Tender("alipay", 10_00)])
    with bench.store.reading() as db:
        found = figures_of(db, shifts.open_day(db).business_on)
    assert [(one.wallet, one.moved_fen, one.balance_fen) for one in found] == [
        ("wechat", 20_00, 50_00), ("alipay", 10_00, 10_00),
    ]  # fmt: skip
    count_id = bench.act(begin_count)
    bench.act(finish_count, count_id, bench.pieces_of(20_00))
    assert bench.code(close_day, count_id=count_id) == "day.wallet_not_seen"
    one = {"wechat": Seen(20_00)}
    assert bench.code(close_day, count_id=count_id, seen=one) == "day.wallet_not_seen"
    wrong = one | {"alipay": Seen(9_00)}
    assert bench.code(close_day, count_id=count_id, seen=wrong) == "day.wallet_reason_missing"
    wrong = one | {"alipay": Seen(9_00, "magic")}
    assert bench.code(close_day, count_id=count_id, seen=wrong) == "day.wallet_reason_missing"
    closed = bench.act(close_day, count_id=count_id, seen=one | {"alipay": Seen(9_94, "platform_fee")})
    with bench.store.reading() as db:
        kept = counts_on(db, closed.day.business_on)
    assert [(one.wallet, one.moved_fen, one.seen_fen, one.difference_reason) for one in kept] == [
        ("wechat", 20_00, 20_00, None), ("alipay", 10_00, 9_94, "platform_fee"),
    ]  # fmt: skip
    assert bench.balance("alipay") == 10_00, "what was seen changes no book"
    paper = bench.text(closed.slip_id)
    assert "微信应到账" in paper and "￥9.94" in paper and "平台扣了手续费" in paper


def test_wallet_that_nobody_could_look_at_does_not_keep_the_day_open(bench):
    sell(bench, 20_00, tenders=[Tender("wechat", 20_00)])
    count_id = bench.act(begin_count)
    bench.act(finish_count, count_id, {})
    closed = bench.act(close_day, count_id=count_id, seen={"wechat": Seen(None, "not_looked")})
    assert "没有核对" in bench.text(closed.slip_id)


def test_program_that_says_nothing_of_wallets_leaves_them_not_looked_at(bench):
    sell(bench, 20_00, tenders=[Tender("wechat", 20_00)])
    bench.close({})
    assert bench.value("SELECT difference_reason FROM wallet_counts") == "not_looked"


def test_wallet_money_does_not_spoil_a_count_of_the_drawer(bench):
    bench.act(open_day, pieces={100_00: 1})
    count_id = bench.act(begin_count)
    sell(bench, 20_00, tenders=[Tender("wechat", 20_00)])
    assert bench.act(finish_count, count_id, {100_00: 1}).difference_fen == 0


# X --------------------------------------------------------------------------------------------------------------------


def test_x_slip_shows_the_figures_and_no_cash(bench):
    bench.act(open_day, pieces={100_00: 1})
    sell(bench, 12_34)
    sell(bench, 20_00, tenders=[Tender("wechat", 20_00)])
    slip_id, job_id = bench.act(take_x, actor=bench.staff("operator"))
    paper = bench.text(slip_id)
    assert "营业小结" in paper and "￥20.00" in paper and job_id is not None
    assert "112.34" not in paper and "100.00" not in paper and "应有" not in paper
    facts = json.loads(bench.value("SELECT facts FROM slips WHERE id = ?", slip_id))
    assert not [name for name in facts if "expected" in name or "float" in name]
    assert bench.code(take_x, actor=bench.token("courier")) == "staff.not_allowed"


def test_x_slip_needs_an_open_day(bench):
    assert bench.code(take_x) == "day.none_open"


# What stays open, and the owner ---------------------------------------------------------------------------------------


def test_parked_and_unsettled_tickets_are_listed_by_item(bench):
    ticket_id = bench.act(open_ticket)
    line = NewLine(
        service="purchase", act="under_test", case_kind="x", case_id=1, label="试", principal_fen=12_00,
        principal_account=Account.OWNER,
    )  # fmt: skip
    bench.act(till.add_line, ticket_id, line)
    with bench.store.reading() as db:
        cases = open_cases(db)["tickets"]
    assert [(case.case_id, case.stage, case.amount_fen) for case in cases] == [(ticket_id, "未收款", 12_00)]


def test_owners_month_is_the_sum_by_hand(bench):
    bench.act(open_day, pieces={100_00: 2})
    sell(bench, 50_00)
    sell(bench, 30_00, tenders=[Tender("wechat", 12_00)])
    bench.act(hand_drawer, taker(bench), pieces=bench.pieces_of(266_00))
    closed = bench.close(bench.pieces_of(267_50))
    with bench.store.reading() as db:
        month = month_of(db, closed.day.business_on[:7])
    assert dict(month.takings) == {"cash": 68_00, "wechat": 12_00}
    assert month.takings_fen == 80_00
    assert {row.staff_id: (row.times, row.over_fen, row.short_fen) for row in month.over_short} == {
        bench.manager_id: (1, 0, 2_00), bench.manager_id + 1: (1, 1_50, 0),
    }  # fmt: skip
    assert dict(month.others) == {"over_short": -50}
    assert month.result_fen == -50
    assert sum(point.takings_fen for point in month.by_day) == 80_00
    assert month.by_month[-1].takings_fen == 80_00 and len(month.by_month) == 12
    with pytest.raises(Refused), bench.store.reading() as db:
        month_of(db, "2026-13")
