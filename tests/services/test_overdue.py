"""What lies here too long: ages, reminders in their hours, calls, the group's text, the way back; and what is on its way."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk import chores, clock, settings, shifts, vault
from kiosk.counter import expect, list_manifest, remind, sign_manifest
from kiosk.counter.set_aside import put_back
from kiosk.counter.undo import undo_parcel
from kiosk.notices import store as notices
from kiosk.parcels import overdue, store
from tests.services.parcel_bench import YTO, ZTO, ZTO_2, Station

HOURS = timedelta(hours=1)
DEFAULTS = settings.load()


def at(text: str) -> datetime:
    return clock.read(clock.stamp(datetime.fromisoformat(f"{text}+08:00")))


@pytest.fixture
def station(tmp_path: Path) -> Iterator[Station]:
    found = Station.copied(tmp_path)
    yield found
    assert found.broken() == []
    found.store.close()


def age(station: Station, parcel_id: int, days: int) -> None:
    """As if it had come in so many days ago, when the counter had opened."""
    with station.store.transaction(station.actor) as tx:
        then = clock.local(tx.now).replace(hour=9, minute=5) - timedelta(days=days)
        tx.change("parcels", parcel_id, checked_in_on=then.date().isoformat())
        tx.execute("UPDATE parcels SET checked_in_on = ? WHERE id = ?", then.date().isoformat(), parcel_id)


def kinds(station: Station, parcel_id: int) -> list[tuple[str, str, str]]:
    found = station.read(notices.of_subject, "parcel", parcel_id)
    return [(one.kind, one.state.value, one.result) for one in found if one.channel != "paper"]


@pytest.mark.parametrize(
    ("came", "now", "number"),
    [
        ("2026-11-20 10:00", "2026-11-20 23:00", 0),
        ("2026-11-20 10:00", "2026-11-21 08:59", 0),
        ("2026-11-20 10:00", "2026-11-21 09:00", 1),
        ("2026-11-20 23:30", "2026-11-21 07:30", 0),
        ("2026-11-21 02:00", "2026-11-22 09:00", 1),
        ("2026-11-20 10:00", "2026-11-22 09:59", 1),
        ("2026-11-20 10:00", "2026-11-22 10:00", 2),
        ("2026-11-20 10:00", "2026-11-23 08:59", 2),
        ("2026-11-20 10:00", "2026-11-23 09:00", 3),
        ("2026-11-20 10:00", "2027-01-23 09:00", 3),
    ],
)
def test_reminder_is_due_next_morning_after_two_days_and_as_it_is_overdue(came: str, now: str, number: int) -> None:
    assert overdue.reminder_due(clock.stamp(at(came)), at(now), DEFAULTS) == number


@given(st.integers(0, 400), st.integers(0, 400))
def test_reminders_never_go_back(first: int, later: int) -> None:
    came = at("2026-11-20 10:00")
    hours = sorted((first, later))
    one, other = (overdue.reminder_due(clock.stamp(came), came + hour * HOURS, DEFAULTS) for hour in hours)
    assert one <= other
    assert one == 0 or hours[0] >= DEFAULTS.reminders.first_after_hours


@pytest.mark.parametrize(("hour", "is_quiet"), [("19:59", False), ("20:00", True), ("03:00", True), ("08:00", False)])
def test_quiet_hours_go_over_midnight(hour: str, is_quiet: bool) -> None:
    assert overdue.is_quiet(at(f"2026-11-20 {hour}"), DEFAULTS) is is_quiet


def midday(station: Station, days: int) -> timedelta:
    """From now to noon so many days later: never a quiet hour."""
    now = clock.local(clock.now())
    return now.replace(hour=12, minute=0) + timedelta(days=days) - now


def remind_at(station: Station, later: timedelta) -> int:
    station.later = later
    return int(station.act(remind.remind_some))


def test_one_reminder_at_a_time_and_the_later_takes_the_place_of_the_earlier(station: Station) -> None:
    station.stocked()
    assert remind_at(station, timedelta()) == 0
    assert remind_at(station, midday(station, 1)) == 3
    assert remind_at(station, midday(station, 1)) == 0, "noted once"
    assert kinds(station, station.a1) == [("reminder_1", "held", "")]
    assert remind_at(station, midday(station, 5)) == 3
    assert kinds(station, station.a1) == [("reminder_1", "cancelled", "replaced"), ("reminder_3", "held", "")]
    assert remind_at(station, midday(station, 9)) == 0, "nothing after the last"


def test_nobody_is_reminded_in_quiet_hours_nor_before_a_day_is_open(station: Station) -> None:
    assert remind_at(station, midday(station, 1)) == 0, "no day is open"
    station.later = timedelta()
    station.stocked()
    assert remind_at(station, midday(station, 1) + 10 * HOURS) == 0
    assert remind_at(station, midday(station, 1)) == 3


def test_turn_of_the_chore_notes_its_own_parcels_and_none_twice(station: Station) -> None:
    station.stocked()
    station.later = midday(station, 1)
    assert [station.act(remind.remind_some, [station.a1, 999]) for _ in range(2)] == [1, 0]
    assert kinds(station, station.a2) == []
    assert station.act(remind.remind_some) == 2


def test_chore_reminds_by_itself(station: Station) -> None:
    station.stocked()
    assert remind.remind_due(station.store) == 0
    assert "reminders" in {chore.name for chore in chores.CHORES}


def test_who_is_collected_is_called_no_more_and_waits_again_after_the_undo(station: Station) -> None:
    station.stocked()
    remind_at(station, midday(station, 1))
    station.collect(station.b1)
    assert kinds(station, station.b1) == [("reminder_1", "cancelled", "collected")]
    callers, beyond = station.read(remind.call_list)
    assert [one.person.parcel_ids for one in callers] == [(station.a1, station.a2)]
    assert beyond == 0


@pytest.mark.obligation("JX-14", "LY-13", place="/overdue/calls", reads="who was called, reached or not, and by whom")
def test_who_is_passed_on_was_not_collected_and_is_called_no_more(station: Station) -> None:
    station.stocked()
    remind_at(station, midday(station, 1))
    listed = station.act(list_manifest.open_list, "transfer", receiver="河东服务站")
    station.act(list_manifest.add_to_list, listed.id, station.b1)
    station.act(list_manifest.close_list, listed.id)
    station.act(sign_manifest.sign_list, listed.id)
    assert kinds(station, station.b1) == [("reminder_1", "cancelled", "gone")]


def test_call_in_vain_is_counted_and_the_one_that_reached_ends_the_reminder(station: Station) -> None:
    station.stocked()
    remind_at(station, midday(station, 1))
    ids = [station.a1, station.a2]
    station.act(remind.note_calls, ids, "not_reached")
    (caller, _other) = station.read(remind.call_list)[0]
    assert (caller.not_reached, caller.reminder) == (1, "reminder_1")
    told = station.act(remind.note_calls, ids, "reached")
    assert kinds(station, station.a1) == [
        ("reminder_1", "sent", "reached"), ("call", "failed", "not_reached"), ("call", "sent", "reached"),
    ]  # fmt: skip
    assert len(station.read(remind.call_list)[0]) == 1
    station.act(remind.take_back_told, told[0])
    assert kinds(station, station.a1)[0] == ("reminder_1", "held", "")
    assert station.refusal(remind.take_back_told, told[0]).code == "notice.taken_back_before"
    paper = next(one for one in station.read(notices.of_subject, "parcel", station.a1) if one.channel == "paper")
    assert station.refusal(remind.take_back_told, paper.id).code == "notice.not_by_hand"


def test_call_is_refused_about_nothing_with_no_outcome_and_of_what_has_left(station: Station) -> None:
    station.stocked()
    station.collect(station.b1)
    assert station.refusal(remind.note_calls, [], "reached").code == "call.about_nothing"
    assert station.refusal(remind.note_calls, [station.a1], "perhaps").code == "call.outcome_unknown"
    assert station.refusal(remind.note_calls, [station.b1], "reached").code == "parcel.already_handed_over"
    assert kinds(station, station.a1) == []


def test_group_text_masks_everybody_and_is_noted_for_what_is_still_here(station: Station) -> None:
    station.stocked()
    station.arrive("SF1234567890123", phone="19900005678", name_hint="王小明")
    remind_at(station, midday(station, 1))
    text, ids = station.read(remind.for_group, 0)
    assert "王** 尾号 **78：1 件" in text and "张** 尾号 **34：2 件" in text
    for secret in ("199", "5678", "1234", "小明", ZTO[-4:], station.code):
        assert secret not in text
    station.collect(station.b1)
    told = station.act(remind.note_group_text, ids)
    assert len(told) == 3
    assert kinds(station, station.a1)[-1] == ("group_text", "sent", "in_group")
    assert station.read(remind.call_list)[0] == []
    assert len(station.read(remind.told_by_hand, station.read(shifts.open_day).business_on)) == 3
    station.act(remind.take_back_told, told[0])
    assert len(station.read(remind.call_list)[0]) == 1


def test_group_text_says_of_families_it_has_no_room_for_that_they_are_not_named(station: Station, monkeypatch) -> None:
    station.stocked()
    monkeypatch.setattr(overdue, "MOST_IN_TEXT", 1)
    text, _ids = station.read(remind.for_group, 0)
    assert "另有 1 件没有一一列出" in text and "没有写清收件人" not in text


@pytest.mark.obligation("TC-32", place="/overdue", reads="how long people wait for their parcels, the longest first")
@pytest.mark.obligation(
    "LY-29", "JX-14", "JX-27", place="/overdue", reads="each parcel with the days that it has waited, the oldest first"
)
def test_stock_is_counted_by_age_and_read_oldest_first(tmp_path: Path) -> None:
    station = Station.copied(tmp_path).stocked()
    age(station, station.a1, 8)
    age(station, station.b1, 4)
    assert station.read(overdue.ages) == overdue.Ages(fresh=1, overdue=1, returnable=1)
    rows, more = station.read(overdue.aged, 3, limit=1)
    assert ([row["id"] for row in rows], more is not None) == ([station.a1], True)
    rows, more = station.read(overdue.aged, 3, after=more, limit=1)
    assert ([row["id"] for row in rows], more) == ([station.b1], None)
    done = station.act(remind.mark_many_to_return, [station.a1, station.b1, 999])
    assert [(one.is_done, one.code) for one in done] == [
        (True, "parcel.marked_to_return"), (False, "overdue.too_young"), (False, "parcel.unknown"),
    ]  # fmt: skip
    assert station.state(station.a1) == "to_return"
    assert station.refusal(remind.mark_many_to_return, []).code == "overdue.nothing_chosen"
    station.act(put_back, station.a1)
    station.store.close()


def test_overdue_list_reads_the_stock_by_its_index(station: Station) -> None:
    with station.store.reading() as db:
        plan = " ".join(
            str(tuple(row))
            for row in db.all(
                "EXPLAIN QUERY PLAN SELECT * FROM parcels INDEXED BY stock_by_age WHERE state IN ('on_shelf', 'problem',"
                " 'to_return') AND checked_in_on <= '2026-01-01' ORDER BY checked_in_on, id LIMIT 9"
            )
        )
    assert "stock_by_age" in plan and "TEMP B-TREE" not in plan


@pytest.mark.obligation(
    "LY-07", "TC-41", place="/expected", reads="parcels that the county announced, checked off as they come"
)
def test_what_was_announced_is_checked_off_at_intake_with_its_person(station: Station) -> None:
    lines = expect.read_lines(f"{ZTO} 1234 张三\n\n{YTO}，9876\n{ZTO_2}")
    ids = station.act(expect.expect_parcels, lines)
    assert station.read(expect.outstanding) == 3
    done = station.arrive(ZTO)
    assert done.parcel_id == ids[0]
    row = station.row(ids[0])
    assert (row["phone_tail"], row["name_hint"], row["state"]) == ("1234", "张三", "on_shelf")
    assert station.read(expect.outstanding) == 2
    station.act(undo_parcel, ids[0])
    station.act(expect.drop_expected, ids[1])
    assert station.state(ids[1]) == "undone"
    assert station.refusal(expect.drop_expected, ids[1]).code == "parcel.undone"


@pytest.mark.parametrize(
    ("typed", "phone", "name"),
    [
        ({"name_hint": "张小三"}, "13800001234", "张小三"),
        ({"phone": "1234"}, "13800001234", "张三"),
        ({"phone": "13900005678"}, "13900005678", "张三"),
        ({"phone": "5678"}, None, "张三"),
    ],
)
def test_what_is_typed_at_intake_is_laid_over_what_was_announced(station: Station, typed, phone, name) -> None:
    station.act(expect.expect_parcels, expect.read_lines(f"{ZTO} 13800001234 张三"))
    done = station.arrive(ZTO, **typed)
    assert station.read(vault.get, "parcel", done.parcel_id, "phone") == phone
    row = station.row(done.parcel_id)
    assert (row["name_hint"], row["phone_tail"]) == (name, phone[-4:] if phone else "5678")
    assert (row["phone_hash"] is None) == (phone is None)


def test_parcel_scanned_again_after_an_undo_is_still_of_whom_it_was_announced(station: Station) -> None:
    station.act(expect.expect_parcels, expect.read_lines(f"{ZTO} 13800001234 张三\n{YTO} 13900005678 李四"))
    station.act(undo_parcel, station.arrive(ZTO, shelf="1-1").parcel_id)
    again = station.arrive(ZTO, shelf="3-2")
    assert station.read(vault.get, "parcel", again.parcel_id, "phone") == "13800001234"
    station.act(undo_parcel, station.read(store.by_waybill, YTO)[0]["id"])  # announced by mistake: nobody's word counts
    assert not station.arrive(YTO).has_phone


def test_announcement_is_all_or_nothing_and_names_the_line(station: Station) -> None:
    station.arrive(YTO)
    lines = expect.read_lines(f"{ZTO}\n{YTO}\n{ZTO}\n11010519491231002X")
    told = station.refusal(expect.expect_parcels, lines)
    assert (told.code, told.facts["line"], told.facts["count"]) == ("expected.line_wrong", 2, 3)
    assert told.facts["because"] == "parcel.already_in_stock"
    assert station.read(expect.outstanding) == 0
    assert "11010519491231002X" not in station.everything_stored()
    assert station.refusal(expect.expect_parcels, []).code == "expected.nothing_typed"
    many = [expect.Announced(ZTO)] * (expect.MOST_AT_ONCE + 1)
    assert station.refusal(expect.expect_parcels, many).code == "expected.too_many"
    assert station.read(store.count_in_stock) == 1
