"""Only published fees are charged, by the version that the ticket quoted on its day."""

from pathlib import Path

import pytest

from kiosk import fees
from kiosk.counter.add_line import add_line
from kiosk.counter.check_in import check_in
from kiosk.counter.parcel_lines import STORAGE_WARNING
from kiosk.counter.settle import requote, settle
from tests.services.counter_bench import BILL, FEES, PURCHASE, SALE, Bench, days_ago


@pytest.fixture
def bench(tmp_path: Path):
    opened = Bench(tmp_path / "station")
    yield opened
    assert opened.problems() == []
    opened.store.close()


def test_nothing_is_charged_without_a_published_fee(tmp_path):
    bench = Bench(tmp_path / "station", fee_list=None)
    ticket_id = bench.ticket()
    for service, facts in (("purchase", PURCHASE), ("bill", BILL), ("consignment", SALE)):
        assert bench.code(add_line, ticket_id, service, **facts) == "fee.not_published"
    bench.store.close()


def test_fee_that_was_told_must_be_the_published_one(bench):
    ticket_id = bench.ticket()
    assert bench.code(add_line, ticket_id, "purchase", fee_fen=8_99, **PURCHASE) == "fee.differs"
    assert bench.code(add_line, ticket_id, "bill", fee_fen=1, **BILL) == "fee.differs"
    bench.act(add_line, ticket_id, "purchase", fee_fen=9_00, **PURCHASE)


def raised(percent: str) -> dict:
    items = [item | ({"percent": percent} if item["code"] == "purchase" else {}) for item in FEES["items"]]
    return FEES | {"items": items, "basis": "新版"}


def publish(bench: Bench, document: dict) -> None:
    bench.act(fees.publish, document)


def test_ticket_keeps_the_version_it_quoted_for_the_day(bench):
    ticket_id = bench.ticket(("purchase", PURCHASE))
    publish(bench, raised("4%"))
    bench.act(add_line, ticket_id, "purchase", **PURCHASE)
    shown = bench.view(ticket_id)
    assert [line["fee_fen"] for line in shown["lines"]] == [9_00, 9_00]
    assert shown["fee_version"] == 1
    settled = bench.settle(ticket_id, 618_00)
    assert "第 1 版" in bench.text(settled.slip_id)
    assert bench.settle(bench.ticket(("purchase", PURCHASE)), 312_00).total_fen == 312_00


def test_carried_over_ticket_is_not_settled_by_old_fees_but_worked_out_anew(bench):
    yesterday = days_ago(1)
    ticket_id = bench.ticket(("purchase", PURCHASE), ("bill", BILL), ("consignment", SALE), at=yesterday)
    bench.close(at=yesterday)
    publish(bench, raised("4%"))
    assert bench.code(settle, ticket_id, 500_00) == "ticket.fees_changed"
    assert bench.code(add_line, ticket_id, "purchase", **PURCHASE) == "ticket.fees_changed"
    assert bench.act(requote, ticket_id) == 3
    settled = bench.settle(ticket_id, 384_50)
    assert settled.total_fen == 384_50
    assert settled.business_on > bench.value("SELECT opened_on FROM tickets")
    assert bench.balances()["commission"] == -1_13


def test_carried_over_ticket_with_unchanged_fees_is_just_settled(bench):
    yesterday = days_ago(1)
    ticket_id = bench.ticket(("purchase", PURCHASE), at=yesterday)
    bench.close(at=yesterday)
    assert bench.settle(ticket_id, 309_00).total_fen == 309_00


def parcel_kept(bench: Bench, days: int) -> int:
    return bench.act(check_in, at=days_ago(days), waybill="YT8962646785389", phone="13800001234").parcel_id


def test_storage_beyond_the_free_days_is_charged_once_with_a_warning(bench):
    parcel_id = parcel_kept(bench, 10)
    bench.close({}, at=days_ago(10))
    ticket_id = bench.ticket()
    added = bench.act(add_line, ticket_id, "parcel", parcel_id=parcel_id)
    assert (added.owed_fen, added.fee_fen) == (1_50, 1_50)  # ten days, seven free, 0.50 each
    assert added.warnings == (STORAGE_WARNING,)
    assert bench.code(add_line, ticket_id, "parcel", parcel_id=parcel_id) == "parcel.storage_charged"
    assert bench.code(add_line, ticket_id, "parcel", parcel_id=99) == "parcel.unknown"
    bench.settle(ticket_id, 2_00)
    assert bench.balances() == {"drawer": 1_50, "fee_income": -1_50}
    assert bench.code(add_line, bench.ticket(), "parcel", parcel_id=parcel_id) == "parcel.storage_charged"
    bench.void(ticket_id)
    bench.act(add_line, bench.ticket(), "parcel", parcel_id=parcel_id)


def test_storage_within_the_free_days_costs_nothing(bench):
    parcel_id = parcel_kept(bench, 7)
    bench.close({}, at=days_ago(7))
    assert bench.code(add_line, bench.ticket(), "parcel", parcel_id=parcel_id) == "parcel.storage_free"
