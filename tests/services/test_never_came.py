"""Parcels that were announced and never came: nobody's number waits for ever, and an old back-up brings none back."""

from datetime import timedelta
from pathlib import Path

import pytest

from kiosk import clock, vault
from kiosk.counter.check_in import check_in
from kiosk.counter.expect import Announced, drop_expected, expect_parcels
from kiosk.counter.never_came import AWAITED_DAYS, drop_never_came
from kiosk.retention.erasures import write_list
from kiosk.retention.restoring import erase_again
from kiosk.retention.schedule import erase_due
from kiosk.storage.backup import restore_backup, write_backup
from tests.services.counter_bench import Bench
from tests.services.parcel_bench import YTO, ZTO


@pytest.fixture
def bench(tmp_path: Path):
    return Bench(tmp_path / "station")


def expected(bench: Bench, waybill: str = YTO) -> int:
    (parcel_id,) = bench.act(expect_parcels, [Announced(waybill, "13987650001", "欧阳䶮")])
    return parcel_id


def after(days: int) -> str:
    return clock.stamp(clock.now() + timedelta(days=days))


def test_what_never_came_is_awaited_no_more_after_two_months_and_forgotten_after_a_year(bench):
    never, came = expected(bench), expected(bench, ZTO)
    bench.act(check_in, waybill=ZTO, desk_id=1)
    assert bench.act(drop_never_came, at=after(AWAITED_DAYS)) == 0
    assert bench.act(drop_never_came, at=after(AWAITED_DAYS + 1)) == 1
    assert bench.act(drop_never_came, at=after(AWAITED_DAYS + 1)) == 0
    assert bench.value("SELECT state FROM parcels WHERE id = ?", never) == "undone"
    assert bench.value("SELECT state FROM parcels WHERE id = ?", came) == "on_shelf"
    assert erase_due(bench.store, clock.local_date() + timedelta(days=AWAITED_DAYS + 400)) > 0
    assert bench.value("SELECT waybill_no FROM parcels WHERE id = ?", never) is None
    assert bench.value("SELECT COUNT(*) FROM vault WHERE case_kind = 'parcel' AND case_id = ?", never) == 0
    bench.store.close()


def test_nothing_is_dropped_while_no_day_is_open(bench):
    expected(bench)
    bench.close()
    assert bench.act(drop_never_came, at=after(AWAITED_DAYS + 9)) == 0
    bench.store.close()


def test_parcel_that_the_backup_still_awaits_has_lost_its_person_and_its_waybill(bench, tmp_path):
    parcel_id = expected(bench)
    copy = tmp_path / "copies" / "one.zip"
    copy.parent.mkdir()
    write_backup(bench.store, copy)
    bench.act(drop_expected, parcel_id)
    erase_due(bench.store, clock.local_date() + timedelta(days=400))
    write_list(bench.store)
    bench.store.close()
    restore_backup(bench.store.state, copy, erase_again)
    again = Bench.reopened(bench.store.state)
    with again.store.reading() as db:
        row = db.one("SELECT state, waybill_no, phone_tail, name_hint FROM parcels WHERE id = ?", parcel_id)
        assert tuple(row) == ("expected", None, None, None)
        assert vault.get(db, "parcel", parcel_id, "phone") is None
    again.act(drop_expected, parcel_id)
    assert again.value("SELECT state FROM parcels WHERE id = ?", parcel_id) == "undone"
    again.store.close()
