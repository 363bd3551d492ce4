"""Sending: what must be ticked, weighed and priced; the money apart; number and sticker; back to the sender with it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk import fees, vault
from kiosk.counter.add_line import add_line
from kiosk.counter.close_day import what_stays_open
from kiosk.counter.outbound_lines import print_label
from kiosk.counter.outbound_return import return_outbound
from kiosk.counter.remove_line import remove_line
from kiosk.counter.settle import requote, settle
from kiosk.counter.void import void
from kiosk.errors import Refused
from kiosk.outbound import actions, lists, store
from kiosk.outbound.model import CASE, PERSONAL
from kiosk.printing import jobs
from tests.services.counter_bench import FEES, days_ago
from tests.services.outbound_bench import SENDING, OutboundBench, make


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[OutboundBench]:
    found = make(tmp_path)
    yield found
    assert found.broken() == []
    found.store.close()


def with_fee(tmp_path: Path, **item: object) -> OutboundBench:
    """A station whose own fee for sending is another."""
    listed = [one for one in FEES["items"] if one["code"] != "outbound"]
    outbound = {"code": "outbound", "name_zh": "代寄快递", "service": "outbound", "unit": "件"} | item
    return make(tmp_path, fee_list=FEES | {"items": [*listed, outbound]})


@pytest.mark.obligation("CUO-01", place="/outbound/new", reads="sending on behalf of villagers")
@pytest.mark.obligation("LY-07", place="/outbound/new", reads="寄件登记、重量、快递公司、运费，收款后待交快递员")
@pytest.mark.obligation("TC-41", place="/outbound", reads="待交快递员与今日已交的寄件")
@pytest.mark.obligation("CUO-07", place="/outbound/new", reads="寄快递的登记与收据")
@pytest.mark.obligation("NORM-10", place="/outbound", reads="收寄的快件与交接清单")
def test_parcel_is_accepted_with_number_and_sticker_as_it_is_paid(bench):
    ticket_id = bench.ticket(("outbound", SENDING))
    assert bench.parcel(1).state == "recorded"
    assert bench.view(ticket_id)["total_fen"] == 12_00
    bench.settle(ticket_id, 20_00)
    sent = bench.parcel(1)
    assert (sent.state, sent.carrier, sent.weight_grams) == ("accepted", "YTO", 2300)
    assert sent.outbound_no == f"OB{sent.accepted_on.replace('-', '')}-0001"
    assert sent.outbound_no in bench.text(sent.label_slip_id)
    assert bench.balances() == {"drawer": 12_00, "owed_to_carriers": -12_00}
    assert bench.owed() == 12_00
    with bench.store.reading() as db:
        assert what_stays_open(db)["outbound"] == 1


def test_freight_of_the_carrier_and_fee_of_the_station_stand_apart(tmp_path):
    bench = with_fee(tmp_path, rule="tier_by_weight", tiers=[{"up_to": 1000, "fee": "1.00"}, {"fee": "2.00"}])
    ticket_id = bench.ticket(("outbound", SENDING | {"insured_value_fen": 500_00, "premium_fen": 2_00}))
    line = bench.view(ticket_id)["lines"][0]
    assert (line["principal_fen"], line["fee_fen"]) == (14_00, 2_00)
    settled = bench.settle(ticket_id, 16_00)
    assert bench.balances() == {"drawer": 16_00, "fee_income": -2_00, "owed_to_carriers": -14_00}
    paper = bench.text(settled.slip_id).replace("\n", "")
    assert "保价费 ￥2.00" in paper and "￥14.00" in paper and "2300 克对应档" in paper
    assert "赵小妹" not in paper and "赵**" in paper
    assert bench.broken() == []
    bench.store.close()


def test_recipient_pays_the_freight_and_nothing_of_it_passes_the_drawer(bench):
    sent = bench.send(paid_by="recipient", freight_fen=12_00)
    assert (sent.state, sent.carrier_fen) == ("accepted", 0)
    assert bench.balances() == {}
    assert "到付" in bench.text(sent.label_slip_id)
    assert bench.send(paid_by="recipient", freight_fen=None).freight_fen == 0


def test_freight_is_worked_out_from_the_carriers_list(bench):
    assert bench.send(freight_fen=None, freight_zone="province").freight_fen == 8_00 + 2 * 2_00
    assert bench.send(freight_fen=None, freight_zone="country", weight_grams=1000).freight_fen == 12_00
    assert bench.send(carrier="ZTO", freight_fen=None, freight_zone="province", weight_grams=1001).freight_fen == 8_70
    typed = bench.send(freight_fen=9_00, freight_zone="province")
    assert (typed.freight_fen, typed.freight_source, typed.freight_zone) == (9_00, "typed", "")


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({"id_document": ""}, "outbound.id_not_checked"),
        ({"id_document": "library_card"}, "outbound.id_not_checked"),
        ({"content_inspected": False}, "outbound.not_inspected"),
        ({"carrier": "OTHER"}, "outbound.carrier_needed"),
        ({"carrier": "nobody"}, "carrier.unknown"),
        ({"sender_name": " "}, "outbound.sender_name_missing"),
        ({"recipient_name": ""}, "outbound.recipient_name_missing"),
        ({"recipient_address": ""}, "outbound.recipient_address_missing"),
        ({"item": ""}, "outbound.item_missing"),
        ({"item_kind": "thing"}, "outbound.kind_unknown"),
        ({"item": "11010519491231002X"}, "text.holds_id_number"),
        ({"sender_phone": "1234"}, "outbound.phone_not_full"),
        ({"recipient_phone": "12"}, "phone.digits"),
        ({"weight_grams": 0}, "outbound.weight_wrong"),
        ({"weight_grams": 500_001}, "outbound.weight_wrong"),
        ({"quantity": 0}, "outbound.quantity_wrong"),
        ({"paid_by": "nobody"}, "outbound.payer_unknown"),
        ({"freight_fen": None}, "outbound.freight_missing"),
        ({"freight_fen": 0}, "outbound.freight_missing"),
        ({"freight_fen": -1}, "outbound.freight_missing"),
        ({"freight_fen": None, "freight_zone": "moon"}, "freight.not_listed"),
        ({"premium_fen": 1_00}, "outbound.premium_without_value"),
        ({"insured_value_fen": -1}, "outbound.amount_wrong"),
        ({"fee_fen": 5_00}, "fee.differs"),
        ({"item": "打火机两盒"}, "outbound.prohibited"),
    ],
)
def test_what_is_missing_or_wrong_is_refused_and_leaves_nothing(bench, facts, code):
    ticket_id = bench.ticket()
    assert bench.code(add_line, ticket_id, "outbound", **SENDING | facts) == code


def test_fee_that_nobody_published_is_not_charged(tmp_path):
    items = [one for one in FEES["items"] if one["code"] != "outbound"]
    bench = make(tmp_path, fee_list=FEES | {"items": items})
    assert bench.code(add_line, bench.ticket(), "outbound", **SENDING) == "fee.not_published"
    bench.store.close()


def test_line_taken_off_cancels_the_parcel(bench):
    ticket_id = bench.ticket(("outbound", SENDING))
    bench.act(remove_line, bench.view(ticket_id)["lines"][0]["id"])
    assert bench.parcel(1).state == "cancelled"
    assert bench.code(actions.accept, 1) == "outbound.too_far"


def test_voided_ticket_gives_parcel_and_money_back(bench):
    ticket_id = bench.ticket(("outbound", SENDING))
    bench.settle(ticket_id, 12_00)
    bench.void(ticket_id)
    assert bench.parcel(1).state == "returned"
    assert bench.balances() == {}


def test_parcel_goes_back_to_its_sender_with_the_money_on_a_later_day(bench):
    yesterday = days_ago(1)
    ticket_id = bench.ticket(("outbound", SENDING), at=yesterday)
    bench.settle(ticket_id, 12_00, at=yesterday)
    bench.close({10_00: 1, 1_00: 2}, at=yesterday)
    added = bench.act(return_outbound, 1)
    assert added.owed_fen == -12_00
    assert bench.parcel(1).state == "accepted", "nothing happens before the money is given back"
    assert bench.code(return_outbound, 1) == "refund.already"
    bench.settle(added.ticket_id, 0)
    assert bench.parcel(1).state == "returned"
    assert bench.owed() == 0
    assert bench.code(return_outbound, 1) == "outbound.too_far"


def test_parcel_that_cost_nothing_here_goes_back_at_once(bench):
    sent = bench.send(paid_by="recipient")
    assert bench.act(return_outbound, sent.id) is None
    assert bench.parcel(sent.id).state == "returned"


def test_parcel_with_the_courier_is_not_given_back(bench):
    sent = bench.send()
    bench.give(sent)
    assert bench.code(return_outbound, sent.id) == "outbound.too_far"
    assert bench.code(void, 1) == "outbound.too_far"


def test_sticker_is_printed_again_and_not_before_it_was_paid(bench):
    bench.ticket(("outbound", SENDING))
    assert bench.code(print_label, 1) == "outbound.no_label"
    sent = bench.send()
    assert bench.code(print_label, sent.id) == "print_job.still_waiting"
    bench.act(
        jobs.finish, bench.value("SELECT MAX(id) FROM print_jobs WHERE slip_id = ?", sent.label_slip_id), "confirmed"
    )
    bench.act(print_label, sent.id)
    assert bench.value("SELECT MAX(copy_no) FROM print_jobs") == 1


def test_people_stand_in_the_vault_alone_and_can_be_erased(bench):
    sent = bench.send(sender_address="枫林村 3 组")
    bench.give(sent)
    with bench.store.reading() as db:
        for (table,) in db.all("SELECT name FROM sqlite_master WHERE type = 'table' AND name <> 'vault'"):
            for row in db.all(f"SELECT * FROM {table}"):
                for value in ("赵大嫂", "赵小妹", "19900001234", "19900005678", "幸福路", "腊肉", "枫林村 3 组"):
                    assert value not in str(tuple(row)), (table, value)
        assert {vault.get(db, CASE, sent.id, name) is not None for name in PERSONAL} == {True}
        found, _more = store.page(db, phone_hash=vault.phone_hash(db, "19900001234"))
        assert [one.id for one in found] == [sent.id]
    with bench.store.transaction(erasing=True) as tx:
        assert actions.forget(tx, sent.id, "test.rule") == len(PERSONAL)
    with bench.store.reading() as db:
        assert store.page(db, phone_tail="1234") == ([], None)
        assert store.by_waybill(db, "YT8962646785389") is None
    assert "个人信息已按规定删除" in bench.text(sent.label_slip_id).replace("\n", "")


def test_people_of_a_parcel_that_waits_are_not_erased(bench):
    sent = bench.send()
    with pytest.raises(Refused) as caught, bench.store.transaction(erasing=True) as tx:
        actions.forget(tx, sent.id, "test.rule")
    assert caught.value.code == "outbound.too_far"


def test_prohibited_list_tells_words_and_what_only_looks_like_them(bench):
    with bench.store.reading() as db:
        assert len(lists.categories(db)) == 19
        for text, code in (
            ("９５％酒 精", "flammable_liquids"), ("酒精湿巾一包", None), ("儿童水枪", None), ("土枪一支", "guns"),
            ("活鸡两只", "others"), ("干香菇", None), ("农药两瓶", "poisons"), ("旧电瓶", "corrosives"),
        ):  # fmt: skip
            found = lists.prohibited(db, text)
            assert (found[0].code if found else None) == code, text


def test_old_fee_version_is_worked_out_anew_with_the_weight(tmp_path):
    bench = with_fee(tmp_path, rule="tier_by_weight", tiers=[{"up_to": 1000, "fee": "1.00"}, {"fee": "2.00"}])
    ticket_id = bench.ticket(("outbound", SENDING), at=days_ago(1))
    bench.close({}, at=days_ago(1))
    outbound = {"code": "outbound", "name_zh": "代寄快递", "service": "outbound", "unit": "件"}
    items = [one for one in FEES["items"] if one["code"] != "outbound"]
    dearer = outbound | {"rule": "tier_by_weight", "tiers": [{"up_to": 1000, "fee": "3.00"}, {"fee": "4.00"}]}
    bench.act(fees.publish, FEES | {"items": [*items, dearer]})
    assert bench.code(settle, ticket_id, 14_00) == "ticket.fees_changed"
    bench.act(requote, ticket_id)
    bench.settle(ticket_id, 16_00)
    assert bench.balance("fee_income") == -4_00
    assert bench.broken() == []
    bench.store.close()
