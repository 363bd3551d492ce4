"""Who may owe, what is owed and since when, and how it is repaid."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import settings as runs
from hypothesis import strategies as st

from kiosk import money
from kiosk.counter.add_line import add_line
from kiosk.counter.remove_line import remove_line
from kiosk.counter.settle import settle
from kiosk.till import debtors, debts
from kiosk.till.payments import METHOD_WORDS, Tender
from tests.services.counter_bench import BILL, Bench, days_ago
from tests.unit.words_in_code import messages


@pytest.fixture
def bench(tmp_path: Path):
    opened = Bench(tmp_path / "station")
    yield opened
    assert opened.problems() == []
    opened.store.close()


def charge(bench: Bench, debtor: int, fen: int, at: str | None = None) -> int:
    ticket_id = bench.ticket(("bill", BILL | {"amount_fen": fen, "pays_again": True}), at=at)
    bench.act(settle, ticket_id, 0, [Tender("account", fen, "", debtor)], at=at)
    return ticket_id


def repay(bench: Bench, debtor: int, fen: int, at: str | None = None) -> int:
    ticket_id = bench.ticket(("debt", {"debtor_id": debtor, "amount_fen": fen}), at=at)
    bench.act(settle, ticket_id, fen, at=at)
    return ticket_id


def owed(bench: Bench, text: str = "") -> list[tuple[int, int, int]]:
    """Debtor, what is owed, its age in days."""
    with bench.store.reading() as db:
        return [(one.debtor.id, one.debtor.owed_fen, one.age_days) for one in debts.debts(db, text)]


def test_manager_lets_owe_up_to_a_limit(bench):
    debtor = bench.act(debtors.allow, "张建国", "13800001234", 200_00)
    assert bench.code(debtors.allow, "张建国", "1234", 100_00) == "debtor.already_allowed"
    bench.act(debtors.allow, "张建国", "5678", 100_00)
    with bench.store.reading() as db:
        assert [one.id for one in debtors.search(db, "1234")] == [debtor]
        assert len(debtors.search(db, "张建")) == 2
        shown = debts.debt_view(debts.debts(db, "1234")[0])
    assert (shown["name"], shown["phone_tail"], shown["room_fen"]) == ("张**", "1234", 200_00)


@pytest.mark.parametrize(
    ("name", "phone", "limit_fen", "code"),
    [
        ("", "1234", 1_00, "debtor.name_missing"),
        ("  ", "1234", 1_00, "debtor.name_missing"),
        ("张三", "", 1_00, "debtor.phone_missing"),
        ("张三", "12", 1_00, "phone.digits"),
        ("11010519491231002X", "1234", 1_00, "text.holds_id_number"),
        ("张三", "1234", 0, "debtor.limit_wrong"),
        ("张三", "1234", -1, "debtor.limit_wrong"),
        ("张三", "1234", money.LIMIT_FEN + 1, "debtor.limit_wrong"),
    ],
)
def test_nobody_owes_without_name_phone_and_limit(bench, name, phone, limit_fen, code):
    assert bench.code(debtors.allow, name, phone, limit_fen) == code


def test_only_the_manager_decides_who_owes(bench):
    debtor = bench.act(debtors.allow, "张三", "1234", 1_00)
    clerk = bench.staff("operator")
    assert bench.code(debtors.allow, "李四", "1234", 1_00, actor=clerk) == "staff.not_allowed"
    assert bench.code(debtors.change_limit, debtor, 1_00, actor=clerk) == "staff.not_allowed"
    assert bench.code(debtors.stop, debtor, actor=clerk) == "staff.not_allowed"
    assert bench.code(debtors.change_limit, 99, 1_00) == "debtor.unknown"
    assert bench.code(debtors.change_limit, debtor, 0) == "debtor.limit_wrong"
    bench.act(debtors.stop, debtor)
    assert bench.code(debtors.stop, debtor) == "debtor.already_stopped"
    bench.act(debtors.change_limit, debtor, 5_00)
    assert owed(bench) == [(debtor, 0, 0)]


def test_repayments_settle_the_oldest_charge_first(bench):
    debtor = bench.act(debtors.allow, "张三", "1234", 200_00)
    for days, fen in ((9, 30_00), (4, 20_00)):
        charge(bench, debtor, fen, days_ago(days))
        bench.close({}, at=days_ago(days))
    assert owed(bench) == [(debtor, 50_00, 9)]
    repay(bench, debtor, 29_99)
    assert owed(bench) == [(debtor, 20_01, 9)]
    repay(bench, debtor, 1)
    assert owed(bench) == [(debtor, 20_00, 4)]
    repay(bench, debtor, 20_00)
    assert owed(bench) == [(debtor, 0, 0)]


def test_voided_charge_has_no_age(bench):
    debtor = bench.act(debtors.allow, "张三", "1234", 200_00)
    first = charge(bench, debtor, 10_00)
    charge(bench, debtor, 20_00)
    bench.void(first)
    with bench.store.reading() as db:
        found = debts.moves(db, debtor)
    assert [(move.kind, move.amount_fen, move.balance_fen) for move in found] == [
        ("charge", 10_00, 10_00), ("charge", 20_00, 30_00), ("undone", -10_00, 20_00),
    ]  # fmt: skip
    assert owed(bench) == [(debtor, 20_00, 0)]


def test_repayment_counts_as_no_transaction_and_moves_only_the_debt(bench):
    debtor = bench.act(debtors.allow, "张三", "1234", 200_00)
    charge(bench, debtor, 50_00)
    repay(bench, debtor, 20_00)
    assert bench.balances() == {"drawer": 20_00, "debts": 30_00, "held_for_bills": -50_00}
    assert bench.value("SELECT SUM(txn_count) FROM ticket_lines WHERE service = 'debt'") == 0


def test_no_more_is_repaid_than_is_owed(bench):
    debtor = bench.act(debtors.allow, "张三", "1234", 200_00)
    ticket_id = bench.ticket()
    facts = {"debtor_id": debtor}
    assert bench.code(add_line, ticket_id, "debt", amount_fen=1, **facts) == "debt.more_than_owed"
    charge_id = charge(bench, debtor, 50_00)
    ticket_id = bench.ticket()
    assert bench.code(add_line, ticket_id, "debt", amount_fen=50_01, **facts) == "debt.more_than_owed"
    assert bench.code(add_line, ticket_id, "debt", amount_fen=0, **facts) == "debt.amount_wrong"
    assert bench.code(add_line, ticket_id, "debt", debtor_id=99, amount_fen=1) == "debtor.unknown"
    line = bench.act(add_line, ticket_id, "debt", amount_fen=50_00, **facts).line_id
    assert bench.code(add_line, ticket_id, "debt", amount_fen=1, **facts) == "debt.on_ticket"
    program = bench.token()
    from kiosk.counter.open_ticket import open_ticket

    other = bench.act(open_ticket, actor=program)
    assert bench.code(add_line, other, "debt", amount_fen=1, actor=program, **facts) == "debt.on_ticket"
    bench.act(remove_line, line)
    bench.act(add_line, ticket_id, "debt", amount_fen=50_00, **facts)
    bench.void(charge_id)  # what was owed is gone before it was repaid
    assert bench.code(settle, ticket_id, 50_00) == "debt.more_than_owed"
    bench.void(ticket_id)


def test_voided_repayment_is_owed_again(bench):
    debtor = bench.act(debtors.allow, "张三", "1234", 200_00)
    charge(bench, debtor, 50_00)
    bench.void(repay(bench, debtor, 50_00))
    assert owed(bench) == [(debtor, 50_00, 0)]


def test_statement_says_what_is_owed_and_how_it_came_about(bench):
    debtor = bench.act(debtors.allow, "张建国", "1234", 200_00)
    charge(bench, debtor, 50_00)
    repay(bench, debtor, 20_00)
    slip_id, job_id = bench.act(debts.print_statement, debtor)
    text = bench.text(slip_id)
    assert job_id is not None
    assert "欠款对账单" in text and "￥30.00" in text and "-￥20.00" in text and "张**" in text and "张建国" not in text
    assert bench.code(debts.print_statement, 99) == "debtor.unknown"
    assert bench.code(debts.print_statement, debtor, actor=bench.token("inspector")) == "staff.not_allowed"
    with bench.store.reading() as db:
        assert debts.statement_slips(db, debtor) == [slip_id]


def test_person_is_erased_only_when_nothing_is_owed(bench):
    debtor = bench.act(debtors.allow, "张建国", "13800001234", 200_00)
    charge(bench, debtor, 50_00)
    slip_id, _ = bench.act(debts.print_statement, debtor)
    assert bench.code(debtors.forget, debtor, "asked") == "debtor.still_owes"
    repay(bench, debtor, 50_00)
    with bench.store.transaction(erasing=True) as tx:
        assert debtors.forget(tx, debtor, "asked") == 2
    with bench.store.reading() as db:
        assert not any("张建国" in line or "13800001234" in line for line in db.connection.iterdump())
        assert debtors.debtors(db) == []
    assert "个人信息已按规定删除" in bench.text(slip_id)
    assert bench.code(debtors.change_limit, debtor, 1_00) == "debtor.erased"


def test_debts_are_listed_at_the_close(bench):
    debtor = bench.act(debtors.allow, "张三", "1234", 200_00)
    charge(bench, debtor, 50_00)
    assert bench.close({}).stays_open["debts"] == 1


def test_putting_on_account_has_one_word_everywhere():
    # 记账 is posting an entry, and nothing else.
    posting = {"记账 {entry_no}：{kind}", "缴成了，记账", "已缴成，已记账"}
    posting |= {one for one in messages() if one.endswith("记账 {entry_id}") or "没记账的钱" in one}
    assert {one for one in messages() if "记账" in one} == posting
    assert [one for one in messages() if "挂账" in one] == []
    assert METHOD_WORDS["account"] == debts.KIND_WORDS["charge"] == "赊账"


STEPS = st.lists(
    st.tuples(st.sampled_from(["charge", "repay", "void"]), st.integers(0, 1), st.integers(1, 60_00)), max_size=10
)


@runs(max_examples=12)
@given(steps=STEPS)
def test_what_is_owed_is_charges_less_repayments(tmp_path_factory, steps):
    bench = Bench(tmp_path_factory.mktemp("debts") / "station", printer=False)
    people = [bench.act(debtors.allow, name, "1234", 100_00) for name in ("张三", "李四")]
    sums, done = [0, 0], []
    for step, who, fen in steps:
        if step == "charge" and sums[who] + fen <= 100_00:
            done.append((charge(bench, people[who], fen), who, fen))
            sums[who] += fen
        elif step == "repay" and fen <= sums[who]:
            done.append((repay(bench, people[who], fen), who, -fen))
            sums[who] -= fen
        elif step == "void" and done:
            ticket_id, of, moved = done[-1]
            if sums[of] >= moved:
                bench.void(ticket_id)
                sums[of] -= moved
                done.pop()
    with bench.store.reading() as db:
        assert [debtors.owed_fen(db, debtor) for debtor in people] == sums
        for debtor, fen in zip(people, sums, strict=True):
            assert bool(debts.since(debts.moves(db, debtor))) == (fen > 0)
    assert bench.problems() == []
    bench.store.close()
