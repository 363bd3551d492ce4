"""The phone that comes after the scan, what was typed wrong, the paper that follows; who may see a full phone."""

import re
from pathlib import Path

import pytest

from kiosk import vault
from kiosk.counter.correct import add_phone, correct, relocate
from kiosk.counter.forget_proxy import forget_proxy
from kiosk.counter.resend_notice import resend_notice
from kiosk.counter.shelves import add_shelf
from kiosk.counter.undo import undo_last
from kiosk.counter.unmask import remember_denied_unmask, unmask
from kiosk.errors import Refused
from kiosk.notices import store as notices
from kiosk.notices.model import NoticeState
from kiosk.parcels import view
from kiosk.printing import jobs
from kiosk.storage import Actor
from tests.services.parcel_bench import YTO, ZTO, ZTO_2, Station


@pytest.fixture
def station(tmp_path: Path):
    opened = Station.copied(tmp_path)
    yield opened
    assert opened.broken() == []
    opened.store.close()


def told(station, parcel_id):
    return station.read(notices.of_subject, "parcel", parcel_id)


def finish(station, job_id, outcome="confirmed"):
    station.act(jobs.finish, job_id, outcome, "" if outcome == "confirmed" else "no_reply")


def test_phone_typed_after_the_scan_belongs_to_the_last_parcel_of_the_desk(station):
    station.arrive(ZTO, station.batch())
    last = station.arrive(ZTO_2, station.batch()).parcel_id
    assert station.act(add_phone, phone="1234").parcel_id == last
    assert station.read(view.parcel, last).masked_phone == "****1234"
    assert station.events(last) == ["checked_in", "phone_added"]


def test_phone_without_a_last_parcel_or_without_a_phone_is_refused(station):
    assert station.refusal(add_phone, phone="1234").code == "intake.no_last_parcel"
    parcel_id = station.arrive().parcel_id
    assert station.refusal(add_phone, parcel_id).code == "phone.empty"
    station.collect(parcel_id)
    assert station.refusal(add_phone, phone="1234").code == "intake.no_last_parcel"
    assert station.refusal(add_phone, parcel_id, phone="1234").code == "parcel.already_handed_over"


def test_slip_that_waits_for_its_phone_comes_with_the_phone(station):
    batch_id = station.batch(print_mode="at_once", waits_for_phone=True)
    done = station.arrive(ZTO, batch_id)
    assert station.read(notices.notice, done.notice_id).state is NoticeState.HELD
    paper = station.act(add_phone, phone="1234", name_hint="张三").told
    assert paper.notice_id == done.notice_id
    assert "尾号 1234  张**" in station.slip(paper.slip_id)


def test_slip_that_waits_for_its_phone_comes_with_the_next_scan_at_the_latest(station):
    batch_id = station.batch(print_mode="at_once", waits_for_phone=True)
    first = station.arrive(ZTO, batch_id)
    second = station.arrive(ZTO_2, batch_id)
    assert station.read(notices.notice, first.notice_id).state is NoticeState.QUEUED
    assert station.read(notices.notice, second.notice_id).state is NoticeState.HELD


def test_phone_before_the_end_of_the_batch_stands_on_the_slip_of_its_end(station):
    from kiosk.counter.close_batch import close_batch

    batch_id = station.batch(print_mode="batch_end")
    done = station.arrive(ZTO, batch_id)
    station.act(add_phone, phone="1234")
    assert station.read(notices.notice, done.notice_id).state is NoticeState.HELD
    station.act(close_batch, batch_id)
    assert "尾号 1234" in station.slip(told(station, done.parcel_id)[0].slip_id)


def test_phone_typed_after_the_slip_came_out_makes_no_second_one(station):
    done = station.arrive(ZTO, station.batch(print_mode="at_once"))
    finish(station, done.job_id)
    added = station.act(add_phone, phone="1234", under_way=lambda: ())
    assert (added.fields, added.told.slip_id) == (("phone",), None)
    assert len(told(station, done.parcel_id)) == 1


def test_phone_typed_while_the_slip_waits_stands_on_the_only_one(station):
    done = station.arrive(ZTO, station.batch(print_mode="at_once"))
    added = station.act(add_phone, phone="1234", under_way=lambda: ())
    old, new = told(station, done.parcel_id)
    assert (old.state, new.state) == (NoticeState.CANCELLED, NoticeState.QUEUED)
    assert "尾号 1234" in station.slip(added.told.slip_id)
    begun = station.act(add_phone, phone="5678", under_way=lambda: (added.told.job_id,))
    assert begun.told.slip_id is None


def test_slip_that_still_waits_is_replaced_by_the_corrected_one(station):
    done = station.arrive(ZTO, station.batch(print_mode="at_once"), phone="1234")
    fixed = station.act(correct, done.parcel_id, phone="5678", under_way=lambda: ())
    assert fixed.fields == ("phone",)
    old, new = told(station, done.parcel_id)
    assert (old.state, old.result, new.state) == (NoticeState.CANCELLED, "replaced", NoticeState.QUEUED)
    assert "尾号 5678" in station.slip(new.slip_id) and "更正" not in station.slip(new.slip_id)


def test_slip_that_came_out_is_followed_by_one_that_says_so(station):
    done = station.arrive(ZTO, station.batch(print_mode="at_once"), phone="1234")
    finish(station, done.job_id)
    fixed = station.act(correct, done.parcel_id, carrier="YTO", shelf="5-2")
    assert fixed.fields == ("carrier", "place")
    text = station.slip(fixed.told.slip_id)
    assert "更正" in text and "圆通速递" in text and "现放 5-2" in text and done.pickup_code in text
    assert station.read(view.parcel, done.parcel_id).pickup_code == done.pickup_code


def test_correction_of_nothing_writes_nothing(station):
    done = station.arrive(ZTO, station.batch(), phone="1234", name_hint="张三")
    before = station.everything_stored()
    assert station.act(correct, done.parcel_id, carrier="ZTO", phone="1234", name_hint="张三", shelf="1-1").fields == ()
    assert station.everything_stored() == before


def test_name_is_corrected_taken_away_and_found_anew(station):
    from kiosk.counter.look_up import look_up

    done = station.arrive(ZTO, phone="1234", name_hint="张三")
    assert station.act(correct, done.parcel_id, name_hint="章三").fields == ("name",)
    assert station.read(look_up, "张三").people == ()
    assert station.read(look_up, "章").people[0].parcel_ids == (done.parcel_id,)
    station.act(correct, done.parcel_id, name_hint="")
    assert station.row(done.parcel_id)["name_hint"] is None
    assert station.row(done.parcel_id)["phone_tail"] == "1234"


def test_full_number_replaces_a_tail_and_a_tail_a_full_number(station):
    done = station.arrive(ZTO, phone="1234")
    station.act(correct, done.parcel_id, phone="13800005678")
    assert station.read(vault.get, "parcel", done.parcel_id, "phone") == "13800005678"
    station.act(correct, done.parcel_id, phone="9999")
    assert station.read(vault.get, "parcel", done.parcel_id, "phone") is None
    assert station.row(done.parcel_id)["phone_kind"] == "tail_only"


def test_tail_told_beside_a_virtual_number_keeps_the_number(station):
    done = station.arrive(ZTO, phone="18412345678-0001")
    station.act(add_phone, done.parcel_id, phone_tail="5678")
    assert station.read(vault.get, "parcel", done.parcel_id, "phone") == "18412345678-0001"
    row = station.row(done.parcel_id)
    assert (row["phone_kind"], row["phone_tail"]) == ("virtual", "5678")
    station.act(correct, done.parcel_id, phone="18412345678-0002")
    assert station.row(done.parcel_id)["phone_tail"] == "5678"
    assert station.read(vault.get, "parcel", done.parcel_id, "phone") == "18412345678-0002"


def test_moved_parcel_keeps_its_code_and_shows_both(station):
    done = station.arrive(ZTO, station.batch(print_mode="at_once"))
    finish(station, done.job_id)
    moved = station.act(relocate, done.parcel_id, "7-3")
    shown = station.read(view.parcel, done.parcel_id)
    assert (shown.place, shown.pickup_code) == ("7-3", done.pickup_code)
    assert "现放 7-3" in station.slip(moved.told.slip_id)
    assert station.act(relocate, done.parcel_id, "7-3").fields == ()
    assert station.events(done.parcel_id) == ["checked_in", "relocated"]


@pytest.mark.parametrize("act", [correct, relocate])
def test_parcel_that_has_left_is_not_corrected(station, act):
    parcel_id = station.arrive().parcel_id
    station.collect(parcel_id)
    facts = {"shelf": "5-1"}
    assert station.refusal(act, parcel_id, **facts).code == "parcel.already_handed_over"


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({"carrier": "NOBODY"}, "carrier.unknown"),
        ({"phone": "12"}, "phone.digits"),
        ({"phone_tail": "x"}, "phone.tail_unreadable"),
        ({"name_hint": "11010519491231002X"}, "text.holds_id_number"),
        ({"shelf": "zzz"}, "shelf.unreadable"),
    ],
)
def test_wrong_correction_changes_nothing(station, facts, code):
    parcel_id = station.arrive().parcel_id
    before = station.everything_stored()
    assert station.refusal(correct, parcel_id, **facts).code == code
    assert station.everything_stored() == before


def test_corrected_carrier_moves_what_was_learned(station):
    batch = station.batch("ANE")
    for number in range(3):
        done = station.arrive(f"30052747{number:04d}", batch)
        station.act(correct, done.parcel_id, carrier="SF")
    assert station.arrive("300527479999", station.batch("")).carrier == "SF"


def test_intake_can_be_undone_after_its_phone_was_added(station):
    station.arrive(ZTO)
    station.act(add_phone, phone="1234")
    assert station.act(undo_last, 1).act == "check_in"


def test_notice_is_sent_again_as_a_numbered_further_paper(station):
    done = station.arrive(ZTO, station.batch(print_mode="at_once"))
    assert station.refusal(resend_notice, done.notice_id).code == "print_job.still_waiting"
    finish(station, done.job_id)
    again = station.act(resend_notice, done.notice_id)
    assert (again.resends_id, again.state) == (done.notice_id, NoticeState.QUEUED)
    assert station.read(jobs.find, again.job_id).copy_no == 1
    held = station.arrive(YTO, station.batch(print_mode="batch_end"))
    assert station.refusal(resend_notice, held.notice_id).code == "notice.not_sent_yet"
    assert station.refusal(resend_notice, 999).code == "notice.unknown"
    inspector = Actor("staff", 1, "inspector")
    assert station.refusal(resend_notice, done.notice_id, actor=inspector).code == "staff.not_allowed"


def test_notice_is_not_sent_again_without_a_printer(tmp_path):
    bare = Station(tmp_path / "bare", printer=False)
    done = bare.arrive(ZTO, bare.batch(print_mode="at_once"))
    assert bare.refusal(resend_notice, done.notice_id).code == "notice.no_printer"
    bare.store.close()


def test_shelves_are_added_by_the_manager_and_proxies_forgotten_at_the_counter(station):
    assert str(station.act(add_shelf, "a3", 2, "生鲜")) == "A3-2"
    assert station.refusal(add_shelf, "O", 1).code == "shelf.unreadable"
    operator, inspector = Actor("staff", 1, "operator"), Actor("staff", 1, "inspector")
    assert station.refusal(add_shelf, "4", 1, actor=operator).code == "staff.not_allowed"
    assert station.refusal(forget_proxy, 1, actor=inspector).code == "staff.not_allowed"
    station.act(forget_proxy, 1)


@pytest.mark.parametrize(
    ("outcome", "state"),
    [("confirmed", NoticeState.SENT), ("sent", NoticeState.SENT), ("failed", NoticeState.FAILED),
     ("unknown", NoticeState.UNKNOWN)],
)  # fmt: skip
def test_notice_tells_what_became_of_its_paper(station, outcome, state):
    done = station.arrive(ZTO, station.batch(print_mode="at_once"))
    finish(station, done.job_id, outcome)
    assert station.read(notices.notice, done.notice_id).state is state


def test_unmasking_needs_the_right_and_leaves_a_record(station):
    parcel_id = station.arrive(phone="13800001234", name_hint="张三").parcel_id
    station.collect(parcel_id, collected_by="李四")
    full = station.act(unmask, parcel_id)
    assert (full.phone, full.phone_tail, full.name, full.collected_by) == ("13800001234", "1234", "张三", "李四")
    assert "138" not in re.sub(r" at 0x[0-9a-f]+", "", repr(full))
    with pytest.raises(Refused) as denied:
        station.act(unmask, parcel_id, actor=Actor("staff", 1, "inspector", "检查员"))
    assert denied.value.code == "staff.not_allowed"
    station.act(remember_denied_unmask, parcel_id, actor=Actor("staff", 1, "inspector", "检查员"))
    with station.store.reading() as db:
        recorded = [
            row[0] for row in db.all("SELECT action FROM audit WHERE action LIKE 'parcel.unmask%' ORDER BY seq")
        ]
    assert recorded == ["parcel.unmasked", "parcel.unmask_denied"]
