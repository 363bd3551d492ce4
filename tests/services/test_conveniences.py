"""Convenience services: what each asks is data, what was typed stands in the vault, a price is held for its case until it is
paid on or given back, and small cash stays off without a contract."""

from datetime import timedelta
from pathlib import Path

import pytest

from kiosk import clock, ledger, vault
from kiosk.conveniences import actions, erasure, services, store, unmask, view
from kiosk.counter.add_line import add_line
from kiosk.counter.convenience_lines import print_slip
from kiosk.counter.open_day import open_day
from kiosk.counter.refund import refund
from kiosk.counter.remove_line import remove_line
from kiosk.counter.void import void
from kiosk.errors import Refused
from kiosk.ledger import Account
from kiosk.printing import slips
from kiosk.printing.render_text import render_text
from kiosk.retention.schedule import erase_due
from tests.services.convenience_bench import LOAN, PAGES, cash, clinic, in_days, line_of, paid, state, train, wrong
from tests.services.counter_bench import Bench, days_ago
from tests.storage.test_guards_and_seals import bare


@pytest.fixture
def bench(tmp_path: Path):
    opened = Bench(tmp_path / "station", printer=False)
    yield opened
    assert wrong(opened) == []
    opened.store.close()


@pytest.fixture
def with_bank(tmp_path: Path):
    """A station that has a contract with a bank, and a printer."""
    state = tmp_path / "bank"
    state.mkdir()
    (state / "station.toml").write_text('[conveniences]\nbank_contract = "农商〔2026〕12号"\n', "utf-8")
    opened = Bench(state, printer=False)
    opened.act(open_day, 5000_00)
    yield opened
    assert wrong(opened) == []
    opened.store.close()


# Money ---------------------------------------------------------------------------------------------------------------


@pytest.mark.obligation(
    "LY-09",
    "TC-04",
    "TC-12",
    place="/conveniences",
    reads="tickets, rooms and travel: what was asked, when it is due, what came of it",
)
def test_price_of_a_ticket_is_held_for_its_case_and_paid_on_when_it_is_done(bench):
    number = paid(bench, train())
    assert bench.balances() == {"drawer": 1308_00, "held_for_services": -1298_00, "fee_income": -10_00}
    with bench.store.reading() as db:
        assert ledger.by_party(db, Account.HELD_FOR_SERVICES) == {f"convenience:{number}": -1298_00}
    assert bench.code(actions.finish, number, values={"order_no": "E123"}) == "convenience.paid_from_unknown"
    assert bench.code(actions.finish, number, values={"order_no": "E123"}, paid_from="drawer") == (
        "convenience.paid_from_unknown"
    )
    assert bench.code(actions.finish, number, values={}, paid_from="wechat") == "convenience.field_missing"
    bench.act(actions.finish, number, values={"order_no": "E123456789"}, paid_from="wechat")
    assert bench.balances() == {"drawer": 1308_00, "wechat": -1298_00, "fee_income": -10_00}
    assert state(bench, number) == "done"
    assert bench.code(void, bench.value("SELECT MAX(id) FROM tickets")) == "convenience.too_far"
    assert bench.code(refund, bench.ticket(), [line_of(bench, number)], "mistake") == "convenience.too_far"
    assert bench.code(actions.fail, number, "other") == "convenience.too_far"


@pytest.mark.parametrize("is_failed", [False, True])
def test_what_was_not_done_is_given_back_by_a_line_of_a_ticket(bench, is_failed):
    number = paid(bench, train())
    if is_failed:
        assert bench.code(actions.fail, number, "bored") == "convenience.reason_unknown"
        bench.act(actions.fail, number, "sold_out")
    ticket_id = bench.ticket()
    bench.act(refund, ticket_id, [line_of(bench, number)], "not_available")
    assert bench.settle(ticket_id, 0).total_fen == -1308_00
    assert (state(bench, number), bench.balances()) == ("refunded", {})


def test_villager_who_pays_elsewhere_pays_the_fee_alone(bench):
    number = paid(bench, train(price="", tickets="1"))
    assert bench.balances() == {"drawer": 5_00, "fee_income": -5_00}
    bench.act(actions.finish, number, values={"order_no": "E1"})
    assert bench.value("SELECT money FROM conveniences") == "none"


def test_line_that_is_taken_off_cancels_its_case(bench):
    bench.ticket(("convenience", train()))
    bench.act(remove_line, 1)
    assert state(bench, 1) == "cancelled"


def test_enquiry_is_free_and_may_be_dropped_but_what_was_paid_may_not(bench):
    free, charged = paid(bench, LOAN, 0), paid(bench, train())
    assert bench.code(actions.drop, charged) == "convenience.refund_it"
    bench.act(actions.drop, free)
    assert state(bench, free) == "cancelled"
    assert bench.code(actions.drop, free) == "convenience.too_far"


def test_pages_are_done_as_they_are_paid_and_may_be_voided(bench):
    number = paid(bench, PAGES)
    assert (state(bench, number), bench.balances()) == ("done", {"drawer": 7_00, "fee_income": -7_00})
    bench.act(void, bench.value("SELECT MAX(id) FROM tickets"))
    assert (state(bench, number), bench.balances()) == ("refunded", {})


# Small cash ----------------------------------------------------------------------------------------------------------


def test_small_cash_is_off_until_the_contract_is_entered(bench):
    assert bench.code(add_line, bench.ticket(), "convenience", **cash()) == "convenience.no_contract"
    with bench.store.reading() as db:
        assert "withdrawal" not in {one.code for one in services.offered(db)}


@pytest.mark.obligation(
    "NORM-18", place="/conveniences", reads="small cash with terminal, last four digits and slip number"
)
def test_small_cash_goes_out_of_the_drawer_against_the_bank(with_bank):
    bench = with_bank
    ticket_id = bench.ticket(("convenience", cash()))
    assert bench.settle(ticket_id, 0).total_fen == -300_00
    assert bench.balances() == {"drawer": 4700_00, "bank_card": 300_00, "owner": -5000_00}
    assert state(bench, 1) == "done"
    slip_id = bench.value("SELECT MAX(id) FROM slips WHERE template = 'convenience_slip'")
    paper = bench.text(slip_id)
    assert "本人签字" in paper and "0071" in paper and "￥300.00" in paper
    bench.act(void, ticket_id)
    assert bench.balances() == {"drawer": 5000_00, "owner": -5000_00}


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"amount": "5"}, "convenience.field_wrong"),
        ({"amount": "305"}, "convenience.field_wrong"),
        ({"amount": "1010"}, "convenience.field_wrong"),
        ({"amount": "-10"}, "convenience.field_wrong"),
        ({"card_last4": "12345"}, "convenience.field_wrong"),
        ({"card_last4": "6222020000000000"}, "convenience.field_wrong"),
        ({"card_last4": "6222021234567890128"}, "text.holds_card_number"),
        ({"slip_no": "6222 0212 3456 7890 128"}, "text.holds_card_number"),
        ({"id_shown": ""}, "convenience.field_missing"),
        ({"slip_no": ""}, "convenience.field_missing"),
        ({"pin": "123456"}, "convenience.field_unknown"),
    ],
)
def test_small_cash_that_is_not_right_is_refused(with_bank, changed, code):
    assert with_bank.code(add_line, with_bank.ticket(), "convenience", **cash(**changed)) == code


def test_small_cash_has_a_limit_a_card_and_day_and_a_slip_pays_once(with_bank):
    bench = with_bank
    paid(bench, cash(amount="800"), 0)
    again = bench.ticket()
    assert bench.code(add_line, again, "convenience", **cash()) == "convenience.already_recorded"
    assert bench.code(add_line, again, "convenience", **cash(slip_no="2")) == "convenience.over_day_limit"
    bench.act(add_line, again, "convenience", **cash(slip_no="2", amount="200"))
    bench.act(add_line, again, "convenience", **cash(slip_no="3", amount="1000", card_last4="9999"))
    bench.settle(again, 0)
    bench.act(void, 1)
    paid(bench, cash(slip_no="4", amount="800"), 0)


# What is asked -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"departs_on": in_days(-1)}, "convenience.date_past"),
        ({"departs_on": in_days(900)}, "convenience.field_wrong"),
        ({"departs_on": "2026-02-30"}, "convenience.field_wrong"),
        ({"departs_on": ""}, "convenience.field_missing"),
        ({"departs_at": "25:00"}, "convenience.field_wrong"),
        ({"seat": "驾驶座"}, "convenience.field_wrong"),
        ({"tickets": "0"}, "convenience.field_wrong"),
        ({"tickets": "11"}, "convenience.field_wrong"),
        ({"tickets": "两"}, "convenience.field_wrong"),
        ({"price": "一百"}, "money.unreadable"),
        ({"price": "0"}, "convenience.field_wrong"),
        ({"phone": "12"}, "phone.digits"),
        ({"from_place": "长" * 21}, "convenience.field_wrong"),
        ({"passenger": "11010519491231002X"}, "text.holds_id_number"),
        ({"train_no": "身份证 11010519491231002X"}, "text.holds_id_number"),
        ({"from_place": True}, "convenience.field_wrong"),
        ({"order_no": "E1"}, "convenience.field_unknown"),
    ],
)
def test_field_that_is_not_right_is_refused_and_nothing_kept(bench, changed, code):
    assert bench.code(add_line, bench.ticket(), "convenience", **train(**changed)) == code


def test_today_is_not_past_and_digits_may_be_full_width(bench):
    bench.ticket(("convenience", train(departs_on=in_days(0), tickets="２", departs_at="２３：５９")))
    with bench.store.reading() as db:
        kept = store.values(db, [1])[1]
    assert (kept["tickets"], kept["departs_at"], kept["price"]) == ("2", "23:59", "129800")


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({"convenience": "moon", "values": {}}, "convenience.service_unknown"),
        (clinic() | {"consent": False}, "convenience.consent_missing"),
    ],
)
def test_service_that_may_not_be_begun_is_refused(bench, facts, code):
    assert bench.code(add_line, bench.ticket(), "convenience", **facts) == code


def test_fee_must_be_the_published_one(bench):
    assert bench.code(add_line, bench.ticket(), "convenience", fee_fen=1, **train()) == "fee.differs"


@pytest.mark.obligation(
    "TC-02",
    "TC-40",
    "CUO-10",
    "NORM-01",
    place="/conveniences",
    reads="tickets, flights, hotels, clinics, loans, insurance, jobs, travel and printing",
)
def test_shipped_services_are_all_there_and_each_can_be_recorded(with_bank):
    bench = with_bank
    with bench.store.reading() as db:
        known = services.services(db)
    assert set(known) == {
        "train", "flight", "hotel", "clinic", "withdrawal", "loan", "insurance", "job", "tourism", "print", "info",
    }  # fmt: skip
    for one in known.values():
        values = {field.code: sample(field) for field in one.asked("record")}
        ticket_id = bench.ticket(("convenience", {"convenience": one.code, "values": values, "consent": True}))
        bench.settle(ticket_id, 2000_00 if one.money != "paid_out" else 0)
        number = bench.value("SELECT MAX(id) FROM conveniences")
        if not one.ends_at_once:
            done = {field.code: sample(field) for field in one.asked("done")}
            bench.act(actions.finish, number, values=done, paid_from="owner")
        assert state(bench, number) == "done", one.code
        assert one.title("en") != one.title("zh_CN")


def sample(field):
    """Something that fits a field."""
    return {
        "text": "甲" * min(4, field.longest), "note": "说明", "choice": field.choices[0] if field.choices else "",
        "date": in_days(2), "time": "09:15", "money": "100", "count": "2", "phone": "13812345678", "person": "张三",
        "card_last4": "1234", "tick": "1",
    }[field.type]  # fmt: skip


# People --------------------------------------------------------------------------------------------------------------


def test_what_was_typed_stands_in_the_vault_alone_and_is_shown_masked(bench):
    number = paid(bench, train())
    with bench.store.reading() as db:
        for (table,) in db.all("SELECT name FROM sqlite_master WHERE type = 'table' AND name <> 'vault'"):
            for row in db.all(f"SELECT * FROM {table}"):
                assert not any(word in str(tuple(row)) for word in ("张建国", "13812345678", "长沙")), table
        told = view.detail_of(db, store.convenience(db, number))
    shown = {value["code"]: value["value"] for value in told["fields"]}
    assert (shown["passenger"], shown["phone"], shown["price"]) == ("张**", "138****5678", "￥1298.00")
    slip_id = bench.act(print_slip, number)
    with bench.store.reading() as db:
        paper = render_text(slips.compose(db, slip_id), 48)
    assert "张**" in paper and "138****5678" in paper and "长沙" in paper and "13812345678" not in paper


def test_full_content_is_shown_to_whoever_may_and_recorded(bench):
    number = paid(bench, train())
    assert bench.act(unmask.unmask, number)["passenger"] == "张建国"
    assert bench.code(unmask.unmask, number, actor=bench.staff("inspector")) == "staff.not_allowed"
    bench.act(unmask.remember_denied_unmask, number)
    assert bench.value("SELECT COUNT(*) FROM audit WHERE action LIKE 'convenience.unmask%'") == 2


@pytest.mark.obligation(
    "TC-35", place="/conveniences", reads="a clinic visit keeps no illness and is erased seven days after it"
)
def test_clinic_visit_is_erased_seven_days_after_it(bench):
    before = days_ago(9)
    visit_on = (clock.local_date() - timedelta(days=8)).isoformat()
    bench.settle(bench.ticket(("convenience", clinic(visit_on=visit_on)), at=before), 0, before)
    bench.act(actions.finish, 1, values={"booking_no": "A7"}, at=before)
    with bench.store.reading() as db:
        assert db.value("SELECT DISTINCT retention_class FROM vault WHERE case_kind = 'convenience'") == "clinic"
    other = paid(bench, clinic(visit_on=in_days(0)), 0)
    slip_id = bench.act(print_slip, 1)
    assert erase_due(bench.store) == 1
    with bench.store.reading() as db:
        assert store.values(db, [1, other]).keys() == {1, other}
        assert not store.values(db, [1])[1] and store.values(db, [other])[other]
        assert view.detail_of(db, store.convenience(db, 1))["is_erased"]
        assert vault.get(db, "convenience", 1, "department") is None
    assert "个人信息已按规定删除" in bench.text(slip_id).replace("\n", "")
    assert bench.code(print_slip, 1) == "convenience.erased"
    assert erase_due(bench.store) == 0


def test_case_that_holds_money_keeps_its_person(bench):
    number = paid(bench, train())
    with pytest.raises(Refused) as caught, bench.store.transaction(erasing=True) as tx:
        erasure.forget(tx, number, "test.rule")
    assert caught.value.code == "convenience.still_open"


@pytest.mark.parametrize(
    ("act", "given"), [(actions.finish, {"values": {}}), (actions.fail, {"reason": "other"}), (actions.drop, {})]
)
def test_acts_need_the_right_to_serve(bench, act, given):
    number = paid(bench, LOAN, 0)
    assert bench.code(act, number, actor=bench.staff("inspector"), **given) == "staff.not_allowed"


def test_list_shows_what_is_due_first_and_what_is_late(bench):
    later, soon = paid(bench, train(departs_on=in_days(5))), paid(bench, clinic(), 0)
    none = paid(bench, LOAN, 0)
    with bench.store.reading() as db:
        assert [case["id"] for case in view.open_cases(db)] == [soon, later, none]
        assert not any(case["is_late"] for case in view.open_cases(db))
    with bare(bench.store.path) as db:
        db.execute("UPDATE conveniences SET due_on = '2026-01-01' WHERE id = ?", (later,))
    with bench.store.reading() as db:
        assert [case["id"] for case in view.open_cases(db) if case["is_late"]] == [later]
