"""Handing over, by oneself or by another; the second pick-up; taking back; setting aside."""

from datetime import timedelta
from pathlib import Path

import pytest

from kiosk import clock, vault
from kiosk.counter.check_in import check_in
from kiosk.counter.close_day import close_day
from kiosk.counter.hand_over import hand_over, hand_over_one
from kiosk.counter.second_pickup import is_second_pickup, remember_second_pickup
from kiosk.counter.set_aside import mark_problem, mark_to_return, put_back
from kiosk.counter.undo import undo_last, undo_parcel
from kiosk.notices import store as notices
from kiosk.notices.model import NoticeState
from kiosk.parcels import proxies, view
from kiosk.parcels.model import HandOverMethod, ParcelState
from kiosk.people import desks
from kiosk.printing import jobs
from kiosk.storage import Actor
from tests.services.parcel_bench import ID_NUMBER, YTO, ZTO, ZTO_2, Station


@pytest.fixture
def station(tmp_path: Path):
    opened = Station.copied(tmp_path)
    yield opened
    assert opened.broken() == []
    opened.store.close()


@pytest.mark.parametrize("method", [m for m in HandOverMethod if m is not HandOverMethod.PROXY_PICKUP])
@pytest.mark.obligation("LY-07", "TC-41", place="/parcels", reads="how whoever collected a parcel was checked")
def test_hand_over_keeps_how_it_was_checked(station, method):
    parcel_id = station.arrive().parcel_id
    done = station.collect(parcel_id, method.value)
    assert (done.is_done, done.code) == (True, "parcel.handed_over")
    row = station.row(parcel_id)
    assert (row["state"], row["holds_code"]) == ("handed_over", 1)
    last = station.read(view.history, parcel_id)[-1]
    assert (last.kind, last.by) == ("handed_over", "王芳")
    assert last.how


def test_several_at_once_have_a_result_each(station):
    ids = [station.arrive(waybill).parcel_id for waybill in (ZTO, ZTO_2, YTO)]
    station.collect(ids[1])
    results = station.act(hand_over, [*ids, ids[0], 999], "tail")
    assert [(result.parcel_id, result.is_done, result.code) for result in results] == [
        (ids[0], True, "parcel.handed_over"),
        (ids[1], False, "parcel.already_handed_over"),
        (ids[2], True, "parcel.handed_over"),
        (999, False, "parcel.unknown"),
    ]
    assert results[0].place == "1-1" and results[0].pickup_code in str(results[0])


def test_second_pick_up_says_when_by_whom_and_how(station):
    parcel_id = station.arrive(phone="1234").parcel_id
    station.collect(parcel_id, "proxy_pickup", collected_by="李四", relation="neighbour")
    why = station.refusal(hand_over_one, parcel_id, "code")
    assert why.code == "parcel.already_handed_over"
    assert why.facts["handed_over_at"] == station.row(parcel_id)["out_at"]
    assert why.facts["handed_over_by"] == "王芳"
    assert (why.facts["method"], why.facts["relation"]) == ("proxy_pickup", "neighbour")
    assert "代取·邻居" in str(why) and "王芳" in str(why)
    assert "李四" not in str(why.facts)
    assert station.events(parcel_id) == ["checked_in", "handed_over"]


def test_second_pick_up_is_remembered_by_the_entry_point(station):
    parcel_id = station.arrive().parcel_id
    station.collect(parcel_id)
    why = station.refusal(hand_over_one, parcel_id, "tail")
    assert is_second_pickup(why)
    station.act(remember_second_pickup, parcel_id, "tail")
    assert station.events(parcel_id) == ["checked_in", "handed_over", "second_pickup_tried"]
    assert station.state(parcel_id) == "handed_over"
    station.act(remember_second_pickup, station.arrive(ZTO_2).parcel_id, "tail")
    assert station.events(2) == ["checked_in"]


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({"method": "telepathy"}, "method.unknown"),
        ({"method": "proxy_pickup"}, "proxy.who_is_missing"),
        ({"method": "proxy_pickup", "collected_by": "  "}, "proxy.who_is_missing"),
        ({"method": "proxy_pickup", "collected_by": "李四", "relation": "enemy"}, "proxy.relation_unknown"),
        ({"method": "proxy_pickup", "collected_by": ID_NUMBER}, "text.holds_id_number"),
        ({"method": "proxy_pickup", "proxy_id": 7}, "proxy.unknown"),
        ({"method": "code", "collected_by": "李四", "remember_proxy": True}, "proxy.person_unknown"),
    ],
)
def test_hand_over_that_is_not_right_changes_nothing(station, facts, code):
    parcel_id = station.arrive().parcel_id
    before = station.everything_stored()
    assert station.refusal(hand_over_one, parcel_id, **facts).code == code
    assert station.everything_stored() == before


def test_nothing_ticked_and_far_too_many_are_refused(station):
    assert station.refusal(hand_over, [], "code").code == "hand_over.nothing_ticked"
    assert station.refusal(hand_over, range(1, 300), "code").code == "hand_over.too_many"


@pytest.mark.parametrize("role", ["inspector", "courier", "screen"])
def test_only_staff_of_the_counter_hand_over(station, role):
    parcel_id = station.arrive().parcel_id
    assert station.refusal(hand_over_one, parcel_id, "code", actor=Actor("token", 1, role)).code == "staff.not_allowed"


def test_collector_stands_in_the_vault_and_nowhere_else(station):
    parcel_id = station.arrive(phone="1234").parcel_id
    station.collect(parcel_id, "proxy_pickup", collected_by="欧阳代取", relation="friend")
    assert station.read(vault.get, "parcel", parcel_id, "collected_by") == "欧阳代取"
    with station.store.reading() as db:
        for table in ("parcels", "parcel_events", "audit", "standing_proxies"):
            assert "欧阳" not in "".join(str(tuple(row)) for row in db.all(f"SELECT * FROM {table}"))


def test_standing_proxy_is_remembered_used_and_forgotten(station):
    first = station.arrive(ZTO, phone="13800001234", name_hint="张三").parcel_id
    station.collect(first, "proxy_pickup", collected_by="张小妹", relation="family", remember_proxy=True)
    second = station.arrive(ZTO_2, phone="13800001234").parcel_id
    (known,) = station.read(proxies.of_person, [station.row(second)])
    assert (known.masked_name, known.relation_name) == ("张**", "家人")
    station.collect(second, "proxy_pickup", proxy_id=known.id)
    assert station.read(vault.get, "parcel", second, "collected_by") == "张小妹"
    assert station.row(second)["state"] == "handed_over"
    third = station.arrive(YTO, phone="13800001234").parcel_id
    station.collect(third, "proxy_pickup", collected_by="张小妹", relation="family", remember_proxy=True)
    assert len(station.read(proxies.of_person, [station.row(third)])) == 1
    stranger = station.arrive("JT5261988016578", phone="13911111234").parcel_id
    assert station.read(proxies.of_person, [station.row(stranger)]) == []
    station.act(proxies.forget, known.id)
    assert station.read(proxies.of_person, [station.row(second)]) == []
    assert station.refusal(hand_over_one, stranger, "proxy_pickup", proxy_id=known.id).code == "proxy.unknown"


@pytest.mark.parametrize(
    ("mark", "code"), [(mark_problem, "parcel.is_problem"), (mark_to_return, "parcel.is_to_return")]
)
def test_parcel_that_is_set_aside_is_not_handed_over_silently(station, mark, code):
    parcel_id = station.arrive().parcel_id
    station.act(mark, parcel_id, "damaged")
    why = station.refusal(hand_over_one, parcel_id, "code")
    assert why.code == code and "破损" in str(why)
    station.collect(parcel_id, even_set_aside=True)
    assert station.state(parcel_id) == "handed_over"
    station.act(undo_parcel, parcel_id)
    assert station.state(parcel_id) in (ParcelState.PROBLEM, ParcelState.TO_RETURN)
    station.act(put_back, parcel_id)
    assert station.state(parcel_id) == ParcelState.ON_SHELF
    assert station.refusal(put_back, parcel_id).code == "parcel.not_in_that_state"
    assert station.refusal(mark, parcel_id, "boredom").code == "problem.reason_unknown"


def test_hand_over_stops_a_notice_that_has_not_been_printed(station):
    batch_id = station.batch(print_mode="batch_end")
    held = station.arrive(ZTO, batch_id)
    station.collect(held.parcel_id)
    assert station.read(notices.notice, held.notice_id).state is NoticeState.CANCELLED
    waiting = station.arrive(ZTO_2, station.batch(print_mode="at_once"))
    station.collect(waiting.parcel_id, under_way=lambda: ())
    assert station.read(jobs.find, waiting.job_id).state == "cancelled"


def test_slip_that_the_printer_has_begun_comes_out_all_the_same(station):
    done = station.arrive(ZTO, station.batch(print_mode="at_once"))
    station.collect(done.parcel_id, under_way=lambda: [done.job_id])
    assert station.read(notices.notice, done.notice_id).state is NoticeState.QUEUED


def test_undo_takes_a_hand_over_back_and_the_parcel_lies_there_under_its_code(station):
    done = station.arrive(phone="1234", name_hint="张三")
    station.collect(done.parcel_id)
    undone = station.act(undo_last, 1)
    assert (undone.act, undone.parcel_ids, undone.pickup_codes) == (
        "hand_over", (done.parcel_id,), (done.pickup_code,),
    )  # fmt: skip
    row = station.row(done.parcel_id)
    assert (row["state"], row["out_at"], row["pickup_code"]) == ("on_shelf", None, done.pickup_code)
    station.collect(done.parcel_id, "tail")
    assert station.events(done.parcel_id) == ["checked_in", "handed_over", "hand_over_undone", "handed_over"]


def test_several_that_went_together_come_back_together(station):
    ids = [station.arrive(waybill).parcel_id for waybill in (ZTO, ZTO_2)]
    station.act(hand_over, ids, "code")
    assert station.act(undo_last, 1).parcel_ids == tuple(ids)
    assert {station.state(parcel_id) for parcel_id in ids} == {"on_shelf"}


def test_undo_reaches_back_act_by_act_and_passes_over_what_was_undone_elsewhere(station):
    first = station.arrive(ZTO).parcel_id
    second = station.arrive(ZTO_2).parcel_id
    station.collect(first)
    station.act(undo_parcel, second)
    assert station.act(undo_last, 1).act == "hand_over"
    assert station.act(undo_last, 1).parcel_ids == (first,)
    assert station.refusal(undo_last, 1).code == "undo.nothing"
    assert station.state(first) == station.state(second) == "undone"


@pytest.mark.parametrize("first_back", [0, 1])
def test_undo_of_several_takes_back_those_that_have_not_come_back_by_themselves(station, first_back):
    ids = [station.arrive(waybill, phone_tail="1234").parcel_id for waybill in (YTO, ZTO)]
    station.act(hand_over, ids, "tail")
    station.act(undo_parcel, ids[first_back])
    undone = station.act(undo_last, 1)
    assert undone.parcel_ids == (ids[1 - first_back],)
    assert {station.state(parcel_id) for parcel_id in ids} == {"on_shelf"}
    assert station.problems() == []


def test_undone_intake_frees_the_waybill_cancels_its_notice_and_rests_its_code(station):
    batch_id = station.batch(print_mode="at_once")
    done = station.arrive(ZTO, batch_id, phone="1234")
    station.act(undo_last, 1, under_way=lambda: ())
    assert station.state(done.parcel_id) == "undone"
    told = station.read(notices.notice, done.notice_id)
    assert (told.state, told.result) == (NoticeState.CANCELLED, "undone")
    assert station.read(jobs.find, done.job_id).state == "cancelled"
    again = station.arrive(ZTO, batch_id, phone="1234")
    assert again.pickup_code != done.pickup_code
    assert station.refusal(hand_over_one, done.parcel_id, "code").code == "parcel.undone"


def test_intake_is_not_undone_once_something_followed(station):
    parcel_id = station.arrive().parcel_id
    station.act(mark_problem, parcel_id, "damaged")
    assert station.act(undo_last, 1).act == "marked_problem", "first the marking comes back"
    assert station.refusal(undo_last, 1).code == "undo.something_followed"
    station.act(mark_problem, parcel_id, "damaged")
    station.act(put_back, parcel_id)
    assert station.act(undo_last, 1).act == "put_back"
    assert station.refusal(undo_last, 1).code == "undo.something_followed"
    assert station.state(parcel_id) == "problem"


def test_mistaken_hand_over_is_undone_though_the_right_person_has_come_in_vain(station):
    parcel_id = station.arrive().parcel_id
    station.collect(parcel_id)
    station.act(remember_second_pickup, parcel_id, "code")
    station.act(undo_parcel, parcel_id)
    assert station.events(parcel_id)[-2:] == ["second_pickup_tried", "hand_over_undone"]


def test_hand_over_is_not_undone_after_a_new_arrival(station):
    other = station.arrive(YTO).parcel_id
    station.collect(other)
    station.arrive(YTO)
    assert station.refusal(undo_parcel, other).code == "undo.something_followed"


def test_nothing_is_undone_across_the_end_of_a_day(station):
    gone, here = station.arrive(ZTO).parcel_id, station.arrive(ZTO_2).parcel_id
    station.collect(gone)
    station.act(close_day, pieces={})
    assert station.refusal(undo_parcel, gone).code == "undo.other_day"
    assert station.refusal(undo_parcel, here).code == "undo.other_day"


def test_desk_closes_the_person_when_nothing_is_left(station):
    first, second = (station.arrive(w, phone="1234").parcel_id for w in (ZTO, ZTO_2))
    station.act(desks.set_desk, 1, open_parcel_id=first)
    station.collect(first)
    assert station.desk().open_parcel_id == first
    station.collect(second)
    assert station.desk().open_parcel_id is None


def test_code_rests_before_it_is_given_again(tmp_path):
    from kiosk.parcels import pickup_codes

    station = Station.copied(tmp_path)
    done = station.arrive(ZTO)
    station.collect(done.parcel_id)

    def fill(tx):
        digit = done.pickup_code[-4]
        tx.execute("UPDATE pickup_code_ranges SET last_number = 999 WHERE code_series = ?", f"1-1-{digit}")

    station.act(fill)
    place, today = done.place, station.row(done.parcel_id)["checked_in_on"]
    allot = pickup_codes.allot
    assert station.act(lambda tx: allot(tx, place, today)).code != done.pickup_code

    def unring(tx):
        tx.execute("UPDATE pickup_code_ranges SET ring_number = 0")

    station.act(unring)
    station.later = timedelta(days=7, seconds=1)
    again = station.act(lambda tx: allot(tx, place, today))
    assert again.code == done.pickup_code
    assert station.row(done.parcel_id)["holds_code"] == 0
    assert clock.is_believable(clock.now(), None)
    station.store.close()


def test_race_of_eight_threads_gives_no_code_twice_and_loses_none(tmp_path):
    import threading

    station = Station.copied(tmp_path)
    batch_id = station.batch("")
    codes: list[str] = []

    def work(number: int) -> None:
        for count in range(12):
            done = station.act(check_in, waybill=f"YT{number}{count:012d}", batch_id=batch_id)
            codes.append(done.pickup_code)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(codes) == len(set(codes)) == 96
    assert station.problems() == []
    station.store.close()
