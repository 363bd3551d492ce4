"""The courier's list: what may be on it, whose waybill is whose, and what the paper says that is signed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from kiosk import clock, ids
from kiosk.codes import recognise
from kiosk.counter.check_in import check_in
from kiosk.counter.outbound_manifest import (
    drop_manifest,
    give_manifest,
    give_waybill,
    open_manifest,
    put_on,
    take_manifest_back,
    take_off,
    take_waybill_off,
)
from kiosk.counter.outbound_return import return_outbound
from kiosk.counter.take_scan import take_scan
from kiosk.devices.model import Scan
from kiosk.outbound import actions, store
from kiosk.people import desks, sessions
from tests.services.outbound_bench import SENDING, WAYBILLS, ZTO, OutboundBench, make


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[OutboundBench]:
    found = make(tmp_path)
    yield found
    assert found.broken() == []
    found.store.close()


@pytest.mark.obligation("JX-27", place="/outbound/manifests", reads="寄件交接清单：编号、件数、运单号、快递员签收")
def test_list_is_numbered_and_its_paper_has_number_pieces_waybills_and_a_line_to_sign(bench):
    first, second = bench.send(), bench.send(paid_by="recipient")
    given = bench.give(first, second)
    assert (given.state, given.pieces) == ("given", 2)
    assert given.manifest_no == f"MF{given.given_on.replace('-', '')}-0001"
    paper = bench.text(given.slip_id)
    for words in (
        "寄件交接清单",
        given.manifest_no,
        *WAYBILLS[:2],
        first.outbound_no,
        "到付",
        "合计 2 件",
        "周师傅",
        "签收",
    ):
        assert words in paper, words
    assert [bench.parcel(one.id).state for one in (first, second)] == ["given", "given"]
    assert bench.value("SELECT COUNT(*) FROM print_jobs WHERE slip_id = ?", given.slip_id) == 1
    assert bench.value("SELECT open_manifest_id FROM desks") is None
    assert bench.give(bench.send()).manifest_no.endswith("-0002")


def test_list_without_parcels_or_waybills_is_not_given(bench):
    listed = bench.act(open_manifest, "YTO")
    assert bench.code(give_manifest, listed.id) == "manifest.empty"
    sent = bench.send()
    bench.act(put_on, listed.id, sent.id)
    assert bench.code(give_manifest, listed.id) == "manifest.waybill_missing"
    bench.act(take_off, listed.id, sent.id)
    assert bench.code(take_off, listed.id, sent.id) == "manifest.not_on_it"
    assert bench.code(give_manifest, listed.id) == "manifest.empty"
    assert bench.code(give_manifest, listed.id, "11010519491231002X") == "manifest.empty"


def test_parcel_of_another_carrier_is_not_put_on(bench):
    listed = bench.act(open_manifest, "YTO")
    sent = bench.send(carrier="ZTO")
    assert bench.code(put_on, listed.id, sent.id) == "manifest.other_carrier"
    assert bench.code(open_manifest, "OTHER") == "manifest.carrier_needed"
    assert bench.code(put_on, 99, sent.id) == "manifest.unknown"
    assert bench.code(put_on, listed.id, 99) == "outbound.unknown"


def test_only_what_was_paid_is_put_on(bench):
    listed = bench.act(open_manifest, "YTO")
    bench.ticket(("outbound", SENDING))
    assert bench.code(put_on, listed.id, 1) == "outbound.too_far"


def test_waybill_belongs_to_one_parcel_of_its_own_carrier(bench):
    first, second = bench.send(), bench.send()
    bench.act(give_waybill, first.id, WAYBILLS[0])
    bench.act(give_waybill, first.id, WAYBILLS[0])
    assert bench.value("SELECT COUNT(*) FROM audit WHERE action = 'outbound.waybill_given'") == 1
    assert bench.code(give_waybill, second.id, WAYBILLS[0]) == "outbound.waybill_taken"
    assert bench.code(give_waybill, first.id, WAYBILLS[1]) == "outbound.has_waybill"
    assert bench.code(give_waybill, second.id, "JT5261988016578") == "outbound.foreign_waybill"
    assert bench.code(give_waybill, second.id, "JT5261988016578", is_sure=True) == "outbound.foreign_waybill"
    assert bench.code(give_waybill, second.id, ZTO) == "outbound.foreign_waybill"
    bench.act(give_waybill, second.id, ZTO, is_sure=True)
    assert bench.code(give_waybill, second.id, "135112298638468293") == "waybill.is_payment_code"


def test_waybill_of_a_parcel_that_came_in_is_not_that_of_one_that_goes_out(bench):
    bench.act(check_in, waybill=WAYBILLS[5])
    assert bench.code(give_waybill, bench.send().id, WAYBILLS[5]) == "outbound.waybill_is_inbound"


def test_wrong_waybill_is_taken_off_before_and_not_after(bench):
    sent = bench.send()
    bench.act(give_waybill, sent.id, WAYBILLS[3])
    bench.act(take_waybill_off, sent.id)
    bench.act(take_waybill_off, sent.id)
    bench.give(sent)
    assert bench.parcel(sent.id).waybill_no == WAYBILLS[0]
    assert bench.code(take_waybill_off, sent.id) == "outbound.too_far"


def test_list_taken_back_lets_its_parcels_wait_and_keeps_its_number(bench):
    sent = bench.send()
    given = bench.give(sent)
    assert bench.code(take_off, given.id, sent.id) == "manifest.not_open"
    bench.act(take_manifest_back, given.id)
    assert bench.parcel(sent.id).state == "accepted"
    assert bench.code(take_manifest_back, given.id) == "manifest.not_given"
    assert bench.give(bench.parcel(sent.id)).manifest_no.endswith("-0002")


def test_list_of_another_day_is_not_taken_back(bench):
    sent = bench.send()
    given = bench.give(sent)
    bench.close()
    bench.ticket(at=clock.stamp(clock.now() + timedelta(days=1)))
    assert bench.code(take_manifest_back, given.id) == "manifest.other_day"


def test_dropped_list_leaves_everything_waiting(bench):
    listed = bench.act(open_manifest, "YTO")
    assert bench.act(open_manifest, "yuantong").id == listed.id, "one open list a carrier"
    sent = bench.send()
    bench.act(put_on, listed.id, sent.id)
    bench.act(drop_manifest, listed.id)
    assert (bench.parcel(sent.id).state, bench.parcel(sent.id).manifest_id) == ("accepted", None)
    assert bench.code(drop_manifest, listed.id) == "manifest.not_open"


def test_parcel_given_back_leaves_its_list(bench):
    listed = bench.act(open_manifest, "YTO")
    sent = bench.send()
    bench.act(put_on, listed.id, sent.id)
    added = bench.act(return_outbound, sent.id)
    bench.settle(added.ticket_id, 0)
    with bench.store.reading() as db:
        assert store.on_manifest(db, listed.id) == []
        assert store.manifest(db, listed.id).chosen_id is None


def test_couriers_name_can_be_erased_from_the_paper(bench):
    given = bench.give(bench.send(), courier="钱师傅")
    assert "钱师傅" in bench.text(given.slip_id)
    with bench.store.transaction(erasing=True) as tx:
        actions.forget_courier(tx, given.id, "test.rule")
    assert "钱师傅" not in bench.text(given.slip_id)


# By scanner -----------------------------------------------------------------------------------------------------------


class Scanner:
    """A desk at which somebody works; each scan is far enough from the one before."""

    def __init__(self, bench: OutboundBench) -> None:
        self.bench, self.later = bench, timedelta()
        with bench.store.transaction() as tx:
            sessions.begin(tx, bench.manager_id, 1)

    def __call__(self, code: str) -> tuple[str, str]:
        self.later += timedelta(seconds=3)
        found = recognise(code)
        at = clock.stamp(clock.now() + self.later)
        scan = Scan(ids.ordered_id(), "扫码枪", "柜台", found.kind.value, found.text, found.length, {}, at, 0.0)
        with self.bench.store.transaction() as tx:
            tx.now = at
            outcome = take_scan(tx, 1, scan)
        assert "{" not in str(outcome)
        return outcome.code, outcome.tone


@pytest.fixture
def scan(bench) -> Scanner:
    return Scanner(bench)


def test_sticker_then_waybill_puts_a_parcel_on_the_open_list(bench, scan):
    first, second = bench.send(), bench.send()
    bench.act(open_manifest, "YTO")
    assert scan(WAYBILLS[0]) == ("manifest.which_parcel", "refused")
    assert scan(f"~OB:{first.outbound_no}") == ("manifest.chosen", "attention")
    assert scan(WAYBILLS[0]) == ("outbound.waybill_given", "done")
    assert scan(WAYBILLS[0]) == ("manifest.listed_before", "already")
    assert scan(WAYBILLS[1]) == ("manifest.which_parcel", "refused")
    assert scan(f"~OB:{second.outbound_no}") == ("manifest.chosen", "attention")
    assert scan("JT5261988016578") == ("outbound.foreign_waybill", "refused")
    assert scan("135112298638468293") == ("scan.is_payment_code", "refused")
    assert scan("1-1-1001") == ("manifest.not_a_waybill", "refused")
    assert scan(WAYBILLS[1]) == ("outbound.waybill_given", "done")
    given = bench.act(give_manifest, bench.value("SELECT open_manifest_id FROM desks"))
    assert given.pieces == 2
    assert bench.value("SELECT mode FROM desks") == "home"


def test_waybill_known_since_acceptance_puts_its_parcel_on_at_once(bench, scan):
    sent = bench.send()
    bench.act(give_waybill, sent.id, WAYBILLS[0])
    listed = bench.act(open_manifest, "YTO")
    assert scan(WAYBILLS[0]) == ("manifest.listed", "done")
    bench.act(give_manifest, listed.id)
    bench.act(open_manifest, "YTO")
    assert scan(WAYBILLS[0]) == ("outbound.already_given", "refused")
    assert scan(f"~OB:{sent.outbound_no}") == ("outbound.too_far", "refused")


def test_sticker_and_list_open_their_pages_elsewhere(bench, scan):
    sent = bench.send()
    assert scan(f"~OB:{sent.outbound_no}") == ("outbound.scanned", "done")
    assert scan("~OB:OB20200101-0001") == ("outbound.unknown", "refused")
    given = bench.give(sent)
    assert scan(f"~MF:{given.manifest_no}") == ("manifest.scanned", "done")
    assert scan("~MF:MF20200101-0001") == ("manifest.unknown", "refused")
    bench.act(desks.set_desk, 1, mode="intake")
    assert scan(f"~OB:{sent.outbound_no}") == ("waybill.is_outbound", "refused")


def test_inbound_waybill_is_no_affair_of_the_list(bench, scan):
    bench.act(check_in, waybill=WAYBILLS[5])
    sent = bench.send()
    listed = bench.act(open_manifest, "YTO")
    bench.act(put_on, listed.id, sent.id)
    assert scan(WAYBILLS[5]) == ("outbound.waybill_is_inbound", "refused")
    bench.act(desks.set_desk, 1, mode="home")
    assert scan(WAYBILLS[5]) == ("person.opened", "done")
