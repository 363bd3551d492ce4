"""The station pays a villager for damage or a mistake: the manager decides, a ticket pays, the villager signs."""

from pathlib import Path

import pytest

from kiosk.counter.add_line import add_line
from kiosk.counter.check_in import check_in
from kiosk.counter.remove_line import remove_line
from kiosk.counter.settle import settle
from kiosk.till import cash_moves, compensations
from tests.services.counter_bench import PURCHASE, Bench

BROKEN = {"amount_fen": 30_00, "reason": "damaged", "note": "摔坏一盒鸡蛋"}


@pytest.fixture
def bench(tmp_path: Path):
    opened = Bench(tmp_path / "station")
    opened.act(cash_moves.move_cash, "owner_in", 100_00)
    yield opened
    assert opened.problems() == []
    opened.store.close()


def test_compensation_is_paid_with_its_own_numbered_slip(bench):
    parcel = bench.act(check_in, waybill="YT8962646785389", phone="13800001234").parcel_id
    ticket_id = bench.ticket(("compensation", BROKEN | {"about_kind": "parcel", "about_id": parcel}))
    assert bench.value("SELECT state FROM compensations") == "recorded"
    settled = bench.act(settle, ticket_id, 0)
    assert settled.total_fen == -30_00
    assert bench.balances() == {"owner": -100_00, "drawer": 70_00, "compensation": 30_00}
    with bench.store.reading() as db:
        (found,) = compensations.of_case(db, "parcel", parcel)
    assert (found.state, found.compensation_no[-5:]) == ("paid", "-0001")
    text = bench.text(found.slip_id)
    assert found.compensation_no in text and "物品破损" in text and "村民签字" in text and "￥30.00" in text
    assert "快件 1" in text and "摔坏一盒鸡蛋" in text
    assert "赔付（物品破损）" in bench.text(settled.slip_id)
    assert bench.value("SELECT SUM(txn_count) FROM ticket_lines") == 0


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"reason": "pity"}, "compensation.reason_unknown"),
        ({"amount_fen": 0}, "compensation.amount_wrong"),
        ({"amount_fen": -1}, "compensation.amount_wrong"),
        ({"note": ""}, "compensation.note_missing"),
        ({"note": "11010519491231002X"}, "text.holds_id_number"),
        ({"about_kind": "cow", "about_id": 1}, "compensation.about_unknown"),
        ({"about_kind": "parcel"}, "compensation.about_unknown"),
        ({"about_kind": "parcel", "about_id": 99}, "parcel.unknown"),
        ({"about_kind": "purchase", "about_id": 99}, "purchase.unknown"),
    ],
)
def test_compensation_that_is_not_right_is_refused(bench, changed, code):
    assert bench.code(add_line, bench.ticket(), "compensation", **(BROKEN | changed)) == code


def test_only_the_manager_decides_and_any_operator_pays(bench):
    clerk = bench.staff("operator")
    ticket_id = bench.ticket()
    assert bench.code(add_line, ticket_id, "compensation", actor=clerk, **BROKEN) == "staff.not_allowed"
    bench.act(add_line, ticket_id, "compensation", **BROKEN)
    assert bench.act(settle, ticket_id, 0, actor=clerk).total_fen == -30_00


def test_compensation_taken_off_or_voided_is_not_paid(bench):
    first = bench.ticket(("compensation", BROKEN))
    bench.act(remove_line, bench.view(first)["lines"][0]["id"])
    second = bench.ticket(("compensation", BROKEN), ("purchase", PURCHASE))
    bench.void(second)
    third = bench.ticket(("compensation", BROKEN))
    bench.act(settle, third, 0)
    bench.void(third)
    states = bench.value("SELECT group_concat(state) FROM (SELECT state FROM compensations ORDER BY id)")
    assert states == "cancelled,cancelled,taken_back"
    assert bench.balances() == {"owner": -100_00, "drawer": 100_00}
    assert bench.value("SELECT compensation_no FROM compensations WHERE id = 3") is not None


def test_words_about_a_compensation_are_erased(bench):
    ticket_id = bench.ticket(("compensation", BROKEN | {"note": "赔给王二小"}))
    bench.act(settle, ticket_id, 0)
    with bench.store.transaction(erasing=True) as tx:
        assert compensations.forget(tx, 1, "asked") == 1
    with bench.store.reading() as db:
        assert not any("王二小" in line for line in db.connection.iterdump())
    assert bench.code(compensations.record, 1_00, "other") == "compensation.note_missing"
