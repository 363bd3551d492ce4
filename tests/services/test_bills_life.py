"""What becomes of a bill whose money was received: sent on, its outcome looked up, confirmed with a voucher or given back;
nothing is paid twice while an outcome is unknown, and each fen stands where it must."""

import re
import shutil
import sqlite3
from pathlib import Path

import pytest

from kiosk import ledger, vault
from kiosk.attachments import Picture
from kiosk.attachments import check as attachment_check
from kiosk.bills import actions, check, outcome, store, unmask, view
from kiosk.bills.model import BillState
from kiosk.bills.slips import freeze_proof
from kiosk.counter.add_line import add_line
from kiosk.counter.refund import refund
from kiosk.counter.void import void
from kiosk.errors import Refused
from kiosk.ledger import Account
from tests.services.counter_bench import BILL, Bench, days_ago
from tests.services.test_bills import TOP_UP
from tests.storage.test_guards_and_seals import bare

SENT = {"channel": "wechat", "paid_from": "wechat", "account_holder": "张*国", "holder_confirmed": True}
CARD = {"biller": "power-card-demo", "account_no": "0602123456500", "amount_fen": 50_00}


@pytest.fixture
def bench(tmp_path: Path):
    opened = Bench(tmp_path / "station", printer=False)
    yield opened
    assert wrong(opened) == []
    opened.store.close()


def wrong(bench: Bench) -> list[str]:
    """What the rooms behind a bill say is wrong."""
    with bench.store.reading() as db:
        own = [str(problem) for room in (check, attachment_check) for problem in room.problems(db)]
    return own + bench.problems()


def received(bench: Bench, facts=BILL, **more) -> int:
    """A bill whose money is in the drawer."""
    owed = (facts | more)["amount_fen"]
    bench.settle(bench.ticket(("bill", facts | more)), owed)
    return bench.value("SELECT MAX(id) FROM bills")


def sent(bench: Bench, facts=BILL, **more) -> int:
    """A bill that is on its way."""
    bill_id = received(bench, facts, **more)
    bench.act(outcome.submit, bill_id, **(SENT if facts != TOP_UP else {"channel": "wechat", "paid_from": "wechat"}))
    return bill_id


def unknown(bench: Bench, facts=BILL, **more) -> int:
    """A bill of which nobody knows whether it arrived."""
    bill_id = sent(bench, facts, **more)
    bench.act(outcome.leave_unconfirmed, bill_id)
    return bill_id


def failed(bench: Bench, facts=BILL) -> int:
    bill_id = unknown(bench, facts)
    bench.act(outcome.fail, bill_id, reason="rejected", how="hotline")
    return bill_id


def state(bench: Bench, bill_id: int) -> str:
    return bench.value("SELECT state FROM bills WHERE id = ?", bill_id)


@pytest.mark.obligation("LY-08", "TC-29", place="/bills", reads="each bill with its state, serial number and voucher")
def test_confirmed_bill_moves_what_was_held_to_what_paid_it(bench):
    bill_id = sent(bench)
    assert bench.balances() == {"drawer": 50_00, "held_for_bills": -50_00}, "sent is not yet paid"
    bench.act(outcome.confirm, bill_id, serial_no="4200 0019", balance_before_fen=-12_30, balance_after_fen=37_70)
    assert bench.balances() == {"drawer": 50_00, "wechat": -50_00}
    with bench.store.reading() as db:
        assert ledger.by_party(db, Account.HELD_FOR_BILLS) == {}
        found = store.bill(db, bill_id)
    assert (found.serial_no, found.balance_before_fen, found.balance_after_fen) == ("42000019", -12_30, 37_70)
    assert bench.code(outcome.confirm, bill_id, serial_no="4200 0020") == "bill.too_far"


def test_what_paid_may_turn_out_to_be_another_account(bench):
    bill_id = sent(bench)
    bench.act(outcome.confirm, bill_id, serial_no="X1", paid_from="owner")
    assert bench.balances() == {"drawer": 50_00, "owner": -50_00}
    assert bench.code(
        outcome.submit, received(bench, account_no="0602123456511"), **(SENT | {"paid_from": "drawer"})
    ) == ("bill.paid_from_unknown")


def test_held_money_is_known_for_each_bill(bench):
    first, second = received(bench), received(bench, account_no="0602123456511", amount_fen=80_00)
    with bench.store.reading() as db:
        assert ledger.by_party(db, Account.HELD_FOR_BILLS) == {f"bill:{first}": -50_00, f"bill:{second}": -80_00}


@pytest.mark.lesson(11)
@pytest.mark.parametrize("make", [sent, unknown])
def test_outcome_that_is_unknown_holds_the_account_against_everything(bench, make):
    bill_id = make(bench)
    ticket_id = bench.ticket()
    for again in (False, True):
        assert bench.code(add_line, ticket_id, "bill", pays_again=again, **BILL) == "bill.under_way"
    line_id = bench.value("SELECT id FROM ticket_lines WHERE case_id = ?", bill_id)
    assert bench.code(refund, ticket_id, [line_id], "not_available") == "bill.under_way"
    assert bench.code(void, bench.value("SELECT ticket_id FROM ticket_lines WHERE id = ?", line_id)) == "bill.under_way"


@pytest.mark.lesson(11)
def test_second_bill_that_was_wanted_waits_until_the_first_is_known(bench):
    first = sent(bench)
    bench.act(outcome.confirm, first, serial_no="A1")
    second, third = received(bench, pays_again=True), received(bench, pays_again=True)
    bench.act(outcome.submit, second, **SENT)
    bench.act(outcome.leave_unconfirmed, second)
    assert bench.code(outcome.submit, third, **SENT) == "bill.under_way"
    bench.act(outcome.confirm, second, serial_no="A2", how="app")
    bench.act(outcome.submit, third, **SENT)


def test_top_up_whose_outcome_is_unknown_holds_its_number_and_face_value_however_long(bench):
    before = days_ago(0.5 / 24)
    bench.settle(bench.ticket(("bill", TOP_UP), at=before), 50_00, at=before)
    bench.act(outcome.submit, 1, at=before, channel="alipay", paid_from="alipay")
    bench.act(outcome.leave_unconfirmed, 1, at=before)
    ticket_id = bench.ticket()
    assert bench.code(add_line, ticket_id, "bill", pays_again=True, **TOP_UP) == "bill.under_way"
    bench.act(add_line, ticket_id, "bill", **(TOP_UP | {"amount_fen": 30_00}))
    bench.act(outcome.confirm, 1, serial_no="T1", how="customer")
    bench.act(add_line, ticket_id, "bill", **TOP_UP)


def test_time_out_is_no_failure(bench):
    bill_id = sent(bench)
    assert bench.code(outcome.fail, bill_id, reason="rejected", how="app") == "bill.look_up_first"
    bench.act(outcome.leave_unconfirmed, bill_id)
    assert bench.code(outcome.confirm, bill_id, serial_no="S1") == "bill.look_up_unknown"
    assert bench.code(outcome.fail, bill_id, reason="rejected", how="") == "bill.look_up_unknown"
    assert bench.code(outcome.fail, bill_id, reason="bored", how="app") == "bill.reason_unknown"
    bench.act(outcome.look_up, bill_id, "hotline")
    assert state(bench, bill_id) == BillState.UNCONFIRMED
    assert bench.value("SELECT looked_up_by FROM bills") == "hotline"
    bench.act(outcome.fail, bill_id, reason="sent_back", how="app")
    assert bench.balances() == {"drawer": 50_00, "held_for_bills": -50_00}
    assert bench.code(outcome.look_up, bill_id, "app") == "bill.too_far"


@pytest.mark.parametrize("make", [received, failed])
def test_money_that_did_not_arrive_is_given_back_by_a_line_of_a_ticket(bench, make):
    bill_id = make(bench)
    line_id = bench.value("SELECT id FROM ticket_lines WHERE case_id = ?", bill_id)
    ticket_id = bench.ticket()
    bench.act(refund, ticket_id, [line_id], "not_available")
    assert state(bench, bill_id) != BillState.REFUNDED, "only when the money is given out"
    done = bench.settle(ticket_id, 0)
    assert done.total_fen == -50_00
    assert state(bench, bill_id) == BillState.REFUNDED
    assert bench.balances() == {}
    bench.settle(bench.ticket(("bill", BILL)), 50_00)


def test_failed_bill_may_be_tried_anew_on_the_same_ticket(bench):
    bill_id = failed(bench)
    line_id = bench.value("SELECT id FROM ticket_lines WHERE case_id = ?", bill_id)
    ticket_id = bench.ticket(("bill", BILL))
    bench.act(refund, ticket_id, [line_id], "not_available")
    assert bench.settle(ticket_id, 0).total_fen == 0
    assert bench.balances() == {"drawer": 50_00, "held_for_bills": -50_00}


def test_refund_that_lies_on_a_ticket_does_not_pay_when_the_bill_was_sent_meanwhile(bench):
    bill_id = received(bench)
    line_id = bench.value("SELECT id FROM ticket_lines WHERE case_id = ?", bill_id)
    ticket_id = bench.ticket()
    bench.act(refund, ticket_id, [line_id], "mistake")
    bench.act(outcome.submit, bill_id, **SENT)
    with pytest.raises(Refused) as caught:
        bench.settle(ticket_id, 0)
    assert caught.value.code == "bill.under_way"
    bench.act(outcome.confirm, bill_id, serial_no="S1")
    with pytest.raises(Refused) as caught:
        bench.settle(ticket_id, 0)
    assert caught.value.code == "bill.too_far"
    assert bench.balances() == {"drawer": 50_00, "wechat": -50_00}


def test_confirmed_bill_is_neither_voided_nor_given_back(bench):
    bill_id = sent(bench)
    bench.act(outcome.confirm, bill_id, serial_no="S1")
    ticket_id = bench.value("SELECT ticket_id FROM ticket_lines WHERE case_id = ?", bill_id)
    assert bench.code(void, ticket_id) == "bill.too_far"
    line_id = bench.value("SELECT id FROM ticket_lines WHERE case_id = ?", bill_id)
    assert bench.code(refund, bench.ticket(), [line_id], "mistake") == "bill.too_far"


@pytest.mark.obligation(
    "TC-05", place="/bills", reads="serial number, voucher number or photo of each bill that was paid"
)
def test_bill_is_not_confirmed_without_a_voucher(bench):
    bill_id = sent(bench)
    assert bench.code(outcome.confirm, bill_id) == "bill.voucher_missing"
    assert bench.code(outcome.confirm, bill_id, serial_no=" ") == "bill.voucher_missing"
    assert bench.code(outcome.confirm, bill_id, serial_no="11010519491231002X") == "text.holds_id_number"
    bench.act(outcome.add_picture, bill_id, Picture(b"\xff\xd8picture", 10, 10))
    bench.act(outcome.confirm, bill_id)
    other = sent(bench, account_no="0602123456511")
    bench.act(outcome.confirm, other, picture=Picture(b"\xff\xd8other", 10, 10))
    with bench.store.reading() as db:
        assert len(view.bill_detail(db, store.bill(db, other))["pictures"]) == 1


def test_serial_number_stands_for_one_bill(bench):
    first, second = sent(bench), sent(bench, account_no="0602123456511")
    bench.act(outcome.confirm, first, serial_no="S1")
    assert bench.code(outcome.confirm, second, serial_no=" S 1 ") == "bill.serial_used"


def test_bill_is_sent_only_once_the_holder_was_confirmed(bench):
    bill_id = received(bench)
    for half in ({"account_holder": ""}, {"holder_confirmed": False}):
        assert bench.code(outcome.submit, bill_id, **(SENT | half)) == "bill.holder_not_confirmed"
    bench.act(outcome.submit, bill_id, **SENT)
    asked = received(bench, account_no="0602123456511", account_holder="李*明", holder_confirmed=True)
    bench.act(outcome.submit, asked, channel="alipay", paid_from="alipay")
    with bench.store.reading() as db:
        assert vault.get(db, "bill", bill_id, "account_holder") == "张*国"
        assert vault.get(db, "bill", asked, "account_holder") == "李*明"


@pytest.mark.parametrize(("channel", "code"), [("pigeon", "bill.channel_unknown"), ("", "bill.channel_unknown")])
def test_channel_is_chosen_from_the_list(bench, channel, code):
    assert bench.code(outcome.submit, received(bench), **(SENT | {"channel": channel})) == code


def test_card_meter_asks_whether_the_card_was_written(bench):
    bill_id = sent(bench, CARD)
    assert bench.code(outcome.confirm, bill_id, serial_no="K1") == "bill.card_not_asked"
    bench.act(outcome.confirm, bill_id, serial_no="K1", is_card_written=False)
    slip_id = bench.act(lambda tx: freeze_proof(tx, store.bill(tx, bill_id)))
    assert "还没有写到卡上" in bench.text(slip_id).replace("\n", "")


def test_proof_is_for_a_confirmed_bill_and_masked(bench):
    bill_id = sent(bench, late_fee_fen=1_20)
    assert bench.code(lambda tx: freeze_proof(tx, store.bill(tx, bill_id))) == "bill.not_confirmed"
    bench.act(outcome.confirm, bill_id, serial_no="S1", balance_after_fen=0)
    paper = bench.text(bench.act(lambda tx: freeze_proof(tx, store.bill(tx, bill_id))))
    for shown in ("0602…500", "张**", "S1", "￥50.00", "￥1.20", "￥0.00"):
        assert shown in paper
    assert "0602123456500" not in paper and "张*国" not in paper


def test_full_account_is_shown_to_whoever_may_and_recorded(bench):
    bill_id = received(bench, account_holder="张*国", holder_confirmed=True, phone="13812345678", customer_name="张三")
    full = bench.act(unmask.unmask, bill_id)
    assert (full.account_no, full.account_holder, full.phone) == ("0602123456500", "张*国", "13812345678")
    assert "0602" not in re.sub(r" at 0x[0-9a-f]+", "", repr(full))
    assert bench.code(unmask.unmask, bill_id, actor=bench.staff("inspector")) == "staff.not_allowed"
    bench.act(unmask.remember_denied_unmask, bill_id)
    assert bench.value("SELECT COUNT(*) FROM audit WHERE action LIKE 'bill.unmask%'") == 2


@pytest.mark.parametrize("act", ["submit", "leave_unconfirmed", "look_up", "confirm", "fail", "add_picture"])
def test_acts_need_the_right_to_serve(bench, act):
    bill_id = received(bench)
    given = {
        "submit": SENT, "look_up": {"how": "app"}, "fail": {"reason": "other", "how": "app"},
        "add_picture": {"picture": Picture(b"x", 1, 1)},
    }.get(act, {})  # fmt: skip
    assert bench.code(getattr(outcome, act), bill_id, actor=bench.staff("inspector"), **given) == "staff.not_allowed"


def test_list_of_what_is_to_do_puts_the_unknown_first(bench):
    failed(bench)
    waits = received(bench, account_no="0602123456511")
    lost = unknown(bench, account_no="0602123456522")
    way = sent(bench, account_no="0602123456533")
    done = sent(bench, account_no="0602123456544")
    bench.act(outcome.confirm, done, serial_no="S1")
    with bench.store.reading() as db:
        assert [shown["id"] for shown in view.to_do(db)] == [lost, waits, way, 1]
        assert all("0602123456" not in str(shown) for shown in view.to_do(db))
        assert [step["state"] for step in view.bill_detail(db, store.bill(db, done))["steps"]] == [
            "recorded", "received", "submitted", "confirmed",
        ]  # fmt: skip


def test_bill_of_a_biller_that_the_list_has_lost_can_still_be_finished(bench):
    bill_id = received(bench)
    own = '[[billers]]\ncode = "w1"\nkind = "water"\nname = "水厂"\n'
    (bench.store.state / "billers.toml").write_text(own, "utf-8")
    with bench.store.reading() as db:
        assert view.bill_view(db, store.bill(db, bill_id))["biller_name"] == "power-demo"
    bench.act(outcome.submit, bill_id, channel="counter", paid_from="owner")
    bench.act(outcome.confirm, bill_id, serial_no="S1")


def test_open_bill_keeps_its_person(bench):
    bill_id = failed(bench)
    with pytest.raises(Refused) as caught, bench.store.transaction(erasing=True) as tx:
        actions.forget(tx, bill_id, "test.rule")
    assert caught.value.code == "bill.still_open"


BROKEN = [
    ("UPDATE account_balances SET party = 'bill:9' WHERE party = 'bill:1'", "bill.held_differs"),
    ("UPDATE bills SET entry_id = NULL WHERE id = 2", "bill.entry_differs"),
    ("UPDATE bills SET paid_from = 'owner' WHERE id = 2", "bill.entry_differs"),
    ("UPDATE bills SET state = 'failed' WHERE id = 2", "bill.entry_differs"),
    ("UPDATE bills SET serial_no = '' WHERE id = 2", "bill.without_voucher"),
    ("UPDATE bills SET state = 'unconfirmed' WHERE id = 3", "bill.not_as_its_steps"),
    ("DELETE FROM bill_steps WHERE bill_id = 3 AND step = 2", "bill.not_as_its_steps"),
    ("UPDATE bill_steps SET state = 'failed' WHERE bill_id = 3 AND step = 2", "bill.not_as_its_steps"),
    ("DELETE FROM audit WHERE action = 'bill.confirmed'", "bill.not_as_audited"),
    ("UPDATE bills SET amount_fen = amount_fen + 1 WHERE id = 1", "bill.not_as_audited"),
    ("UPDATE bills SET received_on = '2001-01-01' WHERE id = 1", "bill.differs_from_line"),
    (
        "DROP INDEX bills_one_under_way;"
        " UPDATE bills SET state = 'submitted', account_hash = (SELECT account_hash FROM bills WHERE id = 3)"
        " WHERE id = 1",
        "bill.twice_under_way",
    ),
]


@pytest.fixture(scope="module")
def broken_from(tmp_path_factory):
    """A station with a bill received, one confirmed and one on its way."""
    made = Bench(tmp_path_factory.mktemp("bills") / "station", printer=False)
    received(made)
    made.act(outcome.confirm, sent(made, account_no="0602123456511"), serial_no="S1")
    sent(made, account_no="0602123456522")
    assert wrong(made) == []
    made.store.close()
    return made.store.state


@pytest.mark.parametrize(("statements", "code"), BROKEN, ids=[f"{code}-{n}" for n, (_, code) in enumerate(BROKEN)])
def test_check_names_what_is_wrong_with_a_bill(broken_from, tmp_path, statements, code):
    shutil.copytree(broken_from, tmp_path / "station")
    made = Bench.reopened(tmp_path / "station")
    with bare(made.store.path) as db:
        db.execute("PRAGMA ignore_check_constraints = ON")
        for statement in statements.split(";"):
            assert db.execute(statement).rowcount != 0
    with made.store.reading() as db:
        assert code in {problem.code for problem in check.problems(db)}
    made.store.close()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE bills SET state = 'recorded' WHERE id = 1",
        "UPDATE bills SET state = 'confirmed', entry_id = 1 WHERE id = 1",
        "UPDATE bills SET state = 'failed', fail_reason = 'other' WHERE id = 3",
        "UPDATE bills SET amount_fen = 1 WHERE id = 1",
        "UPDATE bills SET late_fee_fen = 1 WHERE id = 1",
        "UPDATE bills SET serial_no = 'S2' WHERE id = 2",
        "DELETE FROM bills WHERE id = 1",
        "UPDATE bill_steps SET at = ''",
        "DELETE FROM bill_steps",
        "INSERT INTO bills (state, biller, kind, amount_fen, recorded_on, recorded_at, recorded_by_kind, recorded_by_id,"
        " received_on, received_at) VALUES ('received', 'x', 'tv', 1, '', '', '', 1, '', '')",
    ],
)
def test_database_itself_refuses_to_rewrite_a_bill(broken_from, tmp_path, statement):
    shutil.copytree(broken_from, tmp_path / "station")
    made = Bench.reopened(tmp_path / "station")
    with pytest.raises(sqlite3.IntegrityError), made.store.transaction() as tx:
        tx.execute(statement)
    made.store.close()
