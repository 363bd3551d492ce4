"""A bill: billers are data, numbers are checked, nothing is paid twice by accident, and the account can be erased."""

from pathlib import Path

import pytest

from kiosk import vault
from kiosk.bills import actions, billers, outcome, store
from kiosk.counter.add_line import add_line
from kiosk.counter.open_ticket import open_ticket
from kiosk.counter.settle import settle
from kiosk.errors import ConfigurationError, Refused
from kiosk.till.view import ticket_view
from tests.services.counter_bench import BILL, Bench, days_ago

TOP_UP = {
    "biller": "mobile-demo", "account_no": "13812341234", "account_again": "138 1234 1234", "amount_fen": 50_00,
    "is_read_back": True, "bill_period": "",
}  # fmt: skip


@pytest.fixture
def bench(tmp_path: Path):
    opened = Bench(tmp_path / "station", printer=False)
    yield opened
    assert opened.problems() == []
    opened.store.close()


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"biller": "nobody"}, "bill.biller_unknown"),
        ({"account_no": "123"}, "bill.account_wrong"),
        ({"account_no": ""}, "bill.account_wrong"),
        ({"account_no": "06021234565001234"}, "bill.account_wrong"),
        ({"account_again": "0602123456501"}, "bill.account_differs"),
        ({"bill_period": "2026-13"}, "bill.period_wrong"),
        ({"bill_period": "11月"}, "bill.period_wrong"),
        ({"amount_fen": 0}, "bill.amount_wrong"),
        ({"customer_name": "11010519491231002X"}, "text.holds_id_number"),
        ({"biller": "broadband-demo", "account_no": "11010519491231002X"}, "text.holds_id_number"),
        ({"bill_period": "2062-11"}, "bill.period_wrong"),
        ({"biller": "power-card-demo"}, "bill.period_wrong"),
        ({"months": 3}, "bill.months_wrong"),
        ({"biller": "tv-demo", "months": 37}, "bill.months_wrong"),
        ({"late_fee_fen": 50_00}, "bill.amount_wrong"),
        ({"late_fee_fen": -1}, "bill.amount_wrong"),
        ({"account_holder": "张*国"}, "bill.holder_not_confirmed"),
        ({"account_holder": "11010519491231002X", "holder_confirmed": True}, "text.holds_id_number"),
        (TOP_UP | {"account_again": None}, "bill.account_differs"),
        (TOP_UP | {"is_read_back": False}, "bill.not_read_back"),
        (TOP_UP | {"amount_fen": 35_00}, "bill.face_value_wrong"),
        (TOP_UP | {"bill_period": "2026-11"}, "bill.period_wrong"),
        (TOP_UP | {"account_again": "13812341235"}, "bill.account_differs"),
        (TOP_UP | {"account_no": "12812341234", "account_again": "12812341234"}, "bill.account_wrong"),
    ],
)
def test_bill_that_is_not_right_is_refused_and_kept_nowhere(bench, changed, code):
    assert bench.code(add_line, bench.ticket(), "bill", **(BILL | changed)) == code


def test_refusal_does_not_repeat_the_account(bench):
    with pytest.raises(Refused) as caught:
        bench.ticket(("bill", BILL | {"account_no": "99887766554433221"}))
    assert "9988" not in str(caught.value) and "9988" not in str(caught.value.facts)


@pytest.mark.parametrize("typed", ["０６０２ 1234 56500", "0602-1234-56500", " 0602123456500\t"])
def test_account_is_the_same_however_it_is_typed(bench, typed):
    bench.settle(bench.ticket(("bill", BILL)), 50_00)
    assert bench.code(add_line, bench.ticket(), "bill", **(BILL | {"account_no": typed})) == "bill.already_paid"


@pytest.mark.lesson(11)
def test_same_account_and_period_stops_and_asks(bench):
    bench.settle(bench.ticket(("bill", BILL)), 50_00)
    second = bench.ticket()
    assert bench.code(add_line, second, "bill", **(BILL | {"amount_fen": 80_00})) == "bill.already_paid"
    bench.act(add_line, second, "bill", **(BILL | {"bill_period": "2026-12"}))
    bench.act(add_line, second, "bill", **(BILL | {"account_no": "0602123456511"}))
    bench.act(add_line, second, "bill", pays_again=True, **BILL)
    assert bench.settle(second, 150_00).total_fen == 150_00
    assert bench.balances() == {"drawer": 200_00, "held_for_bills": -200_00}


def test_bill_that_waits_on_another_ticket_counts_too(bench):
    bench.ticket(("bill", BILL))
    program = bench.token()
    other = bench.act(open_ticket, actor=program)
    assert bench.code(add_line, other, "bill", actor=program, **BILL) == "bill.already_paid"


def test_failed_or_refunded_bill_may_be_paid_anew(bench):
    first = bench.ticket(("bill", BILL))
    bench.settle(first, 50_00)
    bench.void(first)
    assert bench.value("SELECT state FROM bills") == "refunded"
    bench.settle(bench.ticket(("bill", BILL)), 50_00)
    assert bench.balances() == {"drawer": 50_00, "held_for_bills": -50_00}


def test_same_top_up_within_ten_minutes_stops_and_asks(bench):
    bench.settle(bench.ticket(("bill", TOP_UP)), 50_00)
    second = bench.ticket()
    assert bench.code(add_line, second, "bill", **TOP_UP) == "bill.already_paid"
    bench.act(add_line, second, "bill", **(TOP_UP | {"amount_fen": 30_00}))
    bench.act(add_line, second, "bill", pays_again=True, **TOP_UP)


def test_same_top_up_later_is_a_new_one(bench):
    before = days_ago(11 / 24 / 60)
    bench.settle(bench.ticket(("bill", TOP_UP), at=before), 50_00, at=before)
    bench.settle(bench.ticket(("bill", TOP_UP)), 50_00)
    assert bench.balances()["held_for_bills"] == -100_00


def test_top_up_of_another_face_value_does_not_hide_the_first(bench):
    bench.settle(bench.ticket(("bill", TOP_UP)), 50_00)
    bench.settle(bench.ticket(("bill", TOP_UP | {"amount_fen": 30_00})), 30_00)
    assert bench.code(add_line, bench.ticket(), "bill", **TOP_UP) == "bill.already_paid"


def test_receipt_and_page_show_the_account_masked(bench):
    ticket_id = bench.ticket(("bill", BILL), ("bill", TOP_UP))
    settled = bench.settle(ticket_id, 100_00)
    paper = bench.text(settled.slip_id, 48)
    with bench.store.reading() as db:
        labels = " ".join(line["label"] for line in ticket_view(db, ticket_id)["lines"])
    for shown in (paper.replace("\n", ""), labels):
        assert "0602…500" in shown and "138****1234" in shown
        assert "0602123456500" not in shown and "13812341234" not in shown


def test_account_is_found_again_and_can_be_erased(bench):
    settled = bench.settle(bench.ticket(("bill", BILL)), 50_00)
    with bench.store.reading() as db:
        hashed = actions.account_hash(db, "power-demo", "0602123456500")
        assert [bill.id for bill in store.by_account(db, hashed)] == [1]
        for (table,) in db.all("SELECT name FROM sqlite_master WHERE type = 'table' AND name <> 'vault'"):
            assert not any("0602123456500" in str(tuple(row)) for row in db.all(f"SELECT * FROM {table}")), table
    assert bench.code(actions.forget, 1, "test.rule") == "bill.still_open"
    bench.act(outcome.submit, 1, channel="wechat", paid_from="wechat", account_holder="张*国", holder_confirmed=True)
    bench.act(outcome.confirm, 1, serial_no="S1")
    with bench.store.transaction(erasing=True) as tx:
        assert actions.forget(tx, 1, "test.rule") == 2
    with bench.store.reading() as db:
        assert store.by_account(db, hashed) == []
        assert vault.get(db, "bill", 1, "account_no") is None
    assert "个人信息已按规定删除" in bench.text(settled.slip_id).replace("\n", "")


def test_bill_is_received_once(bench):
    bench.settle(bench.ticket(("bill", BILL)), 50_00)
    assert bench.code(actions.receive, 1) == "bill.too_far"
    assert bench.code(actions.cancel, 1) == "bill.too_far"
    assert bench.code(actions.refund, 2) == "bill.unknown"


def test_shipped_billers_cover_every_kind(bench):
    with bench.store.reading() as db:
        found = billers.billers(db)
    assert {biller.kind for biller in found.values()} == {"water", "power", "gas", "broadband", "mobile", "tv"}


def test_stations_own_billers_replace_the_examples(bench):
    own = bench.store.state / billers.FILE
    own.write_text('[[billers]]\ncode = "w1"\nkind = "water"\nname = "水厂"\n', "utf-8")
    with pytest.raises(Refused):
        bench.ticket(("bill", BILL))
    own.write_text('[[billers]]\ncode = "w2"\nkind = "water"\nname = "水厂"\n', "utf-8")
    with bench.store.reading() as db:
        assert set(billers.billers(db)) == {"w2"}
        assert billers.biller(db, "w2").account.fullmatch("123456")
        assert not billers.biller(db, "w2").account.fullmatch("12345")


def test_barcode_of_a_bill_is_read_as_its_account(bench):
    bench.settle(bench.ticket(("bill", BILL | {"account_no": "06021234562026110100005000"})), 50_00)
    with bench.store.reading() as db:
        assert vault.get(db, "bill", 1, "account_no") == "0602123456"
    assert bench.code(add_line, bench.ticket(), "bill", **(BILL | {"account_no": "0602123456"})) == "bill.already_paid"


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("[[billers]]\ncode = 'a1'\nkind = 'milk'\nname = 'x'\n", "billers[1].kind"),
        ("[[billers]]\ncode = 'A!'\nkind = 'tv'\nname = 'x'\n", "billers[1].code"),
        ("[[billers]]\ncode = 'a1'\nkind = 'tv'\nname = ''\n", "billers[1].name"),
        ("[[billers]]\ncode = 'a1'\nkind = 'tv'\nname = 'x'\naccount = '('\n", "billers[1].account"),
        ("[[billers]]\ncode = 'a1'\nkind = 'tv'\nname = 'x'\nphone = '1'\n", "billers[1].phone"),
        ("[[billers]]\ncode = 'a1'\nkind = 'tv'\n", "billers[1].name"),
        ("[[billers]]\ncode = 'a1'\nkind = 'tv'\nname = 'x'\nbarcode = '(\\d+)'\n", "billers[1].barcode"),
        ("[[billers]]\ncode = 'a1'\nkind = 'tv'\nname = 'x'\nperiod = 'weekly'\n", "billers[1].period"),
        ("[[billers]]\ncode = 'a1'\nkind = 'tv'\nname = 'x'\nholder = 'yes'\n", "billers[1].holder"),
        ("[[billers]]\ncode = 'a1'\nkind = 'tv'\nname = 'x'\nface_values = []\n", "billers[1].face_values"),
        ("[[billers]]\ncode = 'a1'\nkind = 'tv'\nname = 'x'\nchannels = ['pigeon']\n", "billers[1].channels"),
        (
            "[[billers]]\ncode='aa'\nkind='tv'\nname='x'\n[[billers]]\ncode='aa'\nkind='tv'\nname='y'\n",
            "billers[2].code",
        ),
        ("companies = 1\n", "companies"),
        ("billers = 1\n", "billers"),
        ("[[billers", ""),
    ],
)
def test_wrong_billers_are_named_with_file_and_key(bench, text, key):
    (bench.store.state / billers.FILE).write_text(text, "utf-8")
    with pytest.raises(ConfigurationError) as caught, bench.store.reading() as db:
        billers.billers(db)
    assert caught.value.facts["key"] == key
    assert caught.value.facts["file"].endswith(billers.FILE)


def test_bill_carried_over_is_dated_when_the_money_came(bench):
    yesterday = days_ago(1)
    ticket_id = bench.ticket(("bill", BILL), at=yesterday)
    bench.close(at=yesterday)
    settled = bench.act(settle, ticket_id, 50_00)
    recorded, received = (bench.value(f"SELECT {column} FROM bills") for column in ("recorded_on", "received_on"))
    assert recorded < received == settled.business_on
