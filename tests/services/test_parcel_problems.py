"""Problem parcels: cases follow the events, every mistaken act is taken back as a new event, what is lost or with the wrong
person is settled with a reason, and each invariant that is broken is named."""

from __future__ import annotations

import io
import random
import sqlite3
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from kiosk import attachments, clock, vault
from kiosk.attachments import read_picture
from kiosk.counter import parcel_problems, photo_pairing, set_aside
from kiosk.counter.close_day import close_day
from kiosk.counter.undo import last_act, undo_parcel
from kiosk.errors import Refused
from kiosk.parcels import photo_pairings, problem_cases, story
from kiosk.parcels.erasure import erase_person
from kiosk.storage import Actor
from tests.services.parcel_bench import ID_NUMBER, YTO, ZTO, Station


@pytest.fixture
def station(tmp_path: Path):
    made = Station.copied(tmp_path)
    yield made
    assert made.broken() == []
    made.store.close()


@pytest.fixture
def parcel(station) -> int:
    return station.arrive(ZTO, phone="1234").parcel_id


def cases(station, parcel_id) -> list[tuple[str, str]]:
    return [(case.kind, case.resolution) for case in station.read(problem_cases.of_parcel, parcel_id)]


def picture():
    out = io.BytesIO()
    Image.new("RGB", (400, 300), "brown").save(out, "JPEG")
    return read_picture(out.getvalue())


@pytest.mark.parametrize(
    "kind", ["damaged", "short", "missort", "refused", "no_contact", "address_wrong", "intercept", "overdue", "other"]
)
def test_problem_is_open_until_it_is_put_back(station, parcel, kind):
    station.act(set_aside.mark_problem, parcel, kind)
    assert cases(station, parcel) == [(kind, "")]
    assert station.read(problem_cases.counts) == {kind: 1}
    station.act(set_aside.put_back, parcel)
    assert cases(station, parcel) == [(kind, "put_back")]


def test_problem_that_goes_back_or_is_collected_ends_so(station, parcel):
    station.act(set_aside.mark_problem, parcel, "refused")
    station.act(set_aside.mark_to_return, parcel, "refused")
    assert cases(station, parcel) == [("refused", "to_return")]
    other = station.arrive(YTO).parcel_id
    station.act(set_aside.mark_problem, other, "damaged")
    station.collect(other, even_set_aside=True)
    assert cases(station, other) == [("damaged", "handed_over")]
    station.act(undo_parcel, other)
    assert cases(station, other) == [("damaged", "")]


@pytest.mark.obligation("JX-14", "NORM-08", place="/problems", reads="错给了别人：登记、追回、交给本人")
def test_wrong_person_is_noted_recovered_and_the_right_one_gets_it(station, parcel):
    station.collect(parcel)
    station.act(parcel_problems.note_wrong_person, parcel, who="穿蓝衣服的老李家儿子")
    assert cases(station, parcel) == [("wrong_person", "")]
    assert station.read(vault.get, "parcel", parcel, "wrong_person") == "穿蓝衣服的老李家儿子"
    assert station.act(parcel_problems.show_wrong_person, parcel) == "穿蓝衣服的老李家儿子"
    station.act(parcel_problems.recover, parcel)
    assert (station.state(parcel), cases(station, parcel)) == ("on_shelf", [("wrong_person", "recovered")])
    station.collect(parcel)
    assert station.state(parcel) == "handed_over"


def test_who_has_it_goes_with_the_person_and_is_never_an_id_number(station, parcel):
    station.collect(parcel)
    assert station.refusal(parcel_problems.note_wrong_person, parcel, who=ID_NUMBER).code == "text.holds_id_number"
    station.act(parcel_problems.note_wrong_person, parcel, who="标记老李")
    with station.store.transaction(station.actor, erasing=True) as tx:
        erase_person(tx, parcel, "test")
    assert "标记老李" not in station.everything_stored()
    assert station.act(parcel_problems.show_wrong_person, parcel) == ""
    assert station.refusal(parcel_problems.add_photo, parcel, picture()).code == "parcel.erased"


def test_recovered_damaged_waits_as_a_problem_of_its_own(station, parcel):
    station.collect(parcel)
    station.act(parcel_problems.note_wrong_person, parcel)
    station.act(parcel_problems.recover, parcel, is_damaged=True)
    assert cases(station, parcel) == [("wrong_person", "recovered"), ("other", "")]


@pytest.mark.obligation("NORM-08", place="/problems", reads="问题件登记、由谁怎么了结")
def test_lost_parcel_is_settled_by_the_manager_and_reopened_the_same_day(station, parcel):
    station.act(parcel_problems.lose, parcel)
    (case,) = station.read(problem_cases.of_parcel, parcel)
    operator = Actor("staff", station.manager_id, "operator", "", 1)
    assert station.refusal(parcel_problems.settle, case.id, "settled", actor=operator).code == "staff.not_allowed"
    assert station.refusal(parcel_problems.settle, case.id, "compensated").code == "problem.not_compensated"
    assert station.refusal(parcel_problems.settle, case.id, "found").code == "problem.resolution_unknown"
    assert station.refusal(parcel_problems.settle, 99, "settled").code == "problem.unknown"
    station.act(parcel_problems.settle, case.id, "settled")
    assert station.refusal(parcel_problems.settle, case.id, "settled").code == "problem.is_closed"
    station.act(parcel_problems.reopen, case.id)
    station.act(parcel_problems.settle, case.id, "settled")
    station.act(parcel_problems.find_again, parcel)
    assert station.refusal(parcel_problems.reopen, case.id).code == "undo.something_followed"
    assert cases(station, parcel) == [("lost", "settled")]


def test_parcel_that_is_here_is_not_settled_away(station, parcel):
    station.act(set_aside.mark_problem, parcel, "damaged")
    (case,) = station.read(problem_cases.of_parcel, parcel)
    assert station.refusal(parcel_problems.settle, case.id, "settled").code == "problem.parcel_is_here"
    assert station.refusal(parcel_problems.reopen, case.id).code == "problem.not_settled"


def test_every_mistaken_act_is_taken_back_to_where_the_parcel_was(station, parcel):
    steps = [
        (set_aside.mark_problem, ("damaged",), "on_shelf"),
        (set_aside.mark_to_return, ("refused",), "on_shelf"),
        (parcel_problems.lose, (), "on_shelf"),
    ]
    for act, more, before in steps:
        station.act(act, parcel, *more)
        station.act(undo_parcel, parcel)
        assert station.state(parcel) == before
    assert [resolution for _kind, resolution in cases(station, parcel)] == ["by_mistake"] * 2
    station.act(set_aside.mark_problem, parcel, "damaged")
    station.act(set_aside.put_back, parcel)
    assert station.act(undo_parcel, parcel).act == "put_back"
    assert (station.state(parcel), cases(station, parcel)[-1]) == ("problem", ("damaged", ""))
    station.act(set_aside.put_back, parcel)
    station.collect(parcel)
    station.act(parcel_problems.note_wrong_person, parcel)
    station.act(parcel_problems.recover, parcel)
    station.act(undo_parcel, parcel)
    assert (station.state(parcel), cases(station, parcel)[-1]) == ("handed_over", ("wrong_person", ""))
    station.act(parcel_problems.lose, parcel, "wrong_person")
    station.act(parcel_problems.find_again, parcel)
    station.act(undo_parcel, parcel)
    assert (station.state(parcel), cases(station, parcel)[-1]) == ("lost", ("lost", ""))


def test_loss_of_what_the_wrong_person_has_is_undone_to_the_wrong_person(station, parcel):
    station.collect(parcel)
    station.act(parcel_problems.note_wrong_person, parcel)
    station.act(parcel_problems.lose, parcel, "wrong_person")
    assert cases(station, parcel) == [("wrong_person", "lost"), ("lost", "")]
    station.act(undo_parcel, parcel)
    assert cases(station, parcel) == [("wrong_person", ""), ("lost", "by_mistake")]
    station.act(parcel_problems.recover, parcel)
    assert station.state(parcel) == "on_shelf"


def test_noted_with_the_wrong_person_by_mistake_is_taken_back(station, parcel):
    station.collect(parcel)
    station.act(parcel_problems.note_wrong_person, parcel)
    station.act(undo_parcel, parcel)
    assert (station.state(parcel), cases(station, parcel)) == ("handed_over", [("wrong_person", "by_mistake")])
    assert station.refusal(parcel_problems.recover, parcel).code == "parcel.already_handed_over"


def test_story_tells_every_event_in_a_sentence(station, parcel):
    station.act(set_aside.mark_problem, parcel, "damaged")
    station.act(set_aside.put_back, parcel)
    station.collect(parcel)
    station.act(parcel_problems.note_wrong_person, parcel, who="标记老李")
    station.act(parcel_problems.recover, parcel)
    told = [words for _event, words in station.read(story.told, parcel)]
    assert told[0].startswith("王芳 把它入库，放在 ")
    assert told[1:3] == ["王芳 把它列为问题件：破损", "王芳 把它恢复在库，照常取件"]
    assert told[4:] == ["王芳 发现它错给了别人", "王芳 把它从别人那里追了回来，取件码不变"]
    assert not any("{" in words or "老李" in words for words in told)
    summary = station.read(story.summary, parcel)
    assert "在 1-1 等人来取" in summary and "今天到的" in summary and "0 天" not in summary
    ended = [words for _case, words in station.read(story.problems_told, parcel)]
    assert ended[0].endswith("由 王芳 了结：已解决，恢复在库") and ended[1].endswith("了结：已追回")


def test_every_kind_of_event_has_its_sentence():
    assert set(story._SENTENCES) == set(problem_cases.EventKind)


def test_phone_sends_photos_of_one_parcel_for_ten_minutes(station, parcel):
    _pairing, token = station.act(photo_pairing.begin_pairing, parcel)
    assert token not in station.everything_stored()
    key = station.act(photo_pairings.claim, token)
    assert station.refusal(photo_pairings.claim, token).code == "pairing.used"
    station.act(photo_pairing.send_photo, key, picture())
    assert len(station.read(attachments.of_case, "parcel", parcel)) == 1
    station.later = timedelta(minutes=10, seconds=1)
    assert station.refusal(photo_pairing.send_photo, key, picture()).code == "pairing.over"
    assert station.refusal(photo_pairings.claim, "never was").code == "pairing.over"


def test_photo_is_taken_away_on_its_business_day_and_not_by_the_calendar(station, parcel):
    before, after = (station.act(parcel_problems.add_photo, parcel, picture()) for _ in "12")
    station.act(parcel_problems.drop_photo, parcel, after)
    station.act(close_day, pieces={})
    after = station.act(parcel_problems.add_photo, parcel, picture())
    station.act(parcel_problems.drop_photo, parcel, after)  # the same evening, after the close
    assert station.refusal(parcel_problems.drop_photo, parcel, before).code == "undo.other_day"


def test_new_pairing_of_a_parcel_ends_the_one_before(station, parcel):
    _first, token = station.act(photo_pairing.begin_pairing, parcel)
    key = station.act(photo_pairings.claim, token)
    second, _token = station.act(photo_pairing.begin_pairing, parcel)
    assert station.refusal(photo_pairing.send_photo, key, picture()).code == "pairing.over"
    assert station.read(photo_pairings.alive, parcel, clock.stamp()).id == second.id
    station.act(photo_pairing.end_pairing, second.id)
    station.act(photo_pairing.end_pairing, second.id)
    assert station.read(photo_pairings.alive, parcel, clock.stamp()) is None


def test_pairings_are_forgotten_a_month_after_they_ran_out_and_never_before(station, parcel):
    station.act(photo_pairing.begin_pairing, parcel)
    with pytest.raises(sqlite3.IntegrityError, match="only after it ended"):
        station.act(lambda tx: tx.execute("DELETE FROM photo_pairings"))
    for later, left in ((timedelta(days=1), 1), (timedelta(days=29), 1), (timedelta(days=31), 0)):
        station.later = later
        station.act(photo_pairings.forget_old)
        assert station.read(lambda db: db.value("SELECT COUNT(*) FROM photo_pairings")) == left


@pytest.mark.parametrize("asked", [{"kind": "damaged"}, {"kind": "damaged", "is_open": False}])
def test_list_of_a_kind_is_read_from_its_index(station, asked):
    with station.store.reading() as db:
        sql = "SELECT * FROM parcel_problems WHERE {} AND kind = ? ORDER BY id DESC LIMIT 5"
        state = "resolution = ''" if asked.get("is_open", True) else "resolution <> ''"
        plan = " ".join(row["detail"] for row in db.all(f"EXPLAIN QUERY PLAN {sql.format(state)}", asked["kind"]))
    assert "USING INDEX parcel_problems_" in plan and "TEMP B-TREE" not in plan, plan


BROKEN = [
    ("problem.not_as_its_events", "UPDATE parcel_problems SET kind = 'short' WHERE id = 1"),
    ("problem.not_as_its_events", "DELETE FROM parcel_problems WHERE id = 1"),
    ("problem.of_no_parcel", "UPDATE parcel_problems SET parcel_id = 999 WHERE id = 1"),
    ("problem.not_as_recorded", "UPDATE parcel_problems SET resolution = 'compensated' WHERE id = 2"),
]


@pytest.mark.parametrize(("code", "damage"), BROKEN)
def test_broken_invariant_is_named(tmp_path, code, damage):
    station = Station.copied(tmp_path)
    station.act(set_aside.mark_problem, station.arrive(ZTO).parcel_id, "damaged")
    lost = station.arrive(YTO).parcel_id
    station.act(parcel_problems.lose, lost)
    station.act(parcel_problems.settle, 2, "settled")
    assert station.broken() == []
    with station.store.reading() as db:
        connection = db.connection
        connection.execute("PRAGMA query_only = OFF")
        connection.execute("PRAGMA foreign_keys = OFF")
        for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            connection.execute(f'DROP TRIGGER "{name}"')
        connection.execute(damage)
    assert code in {found.code for found in station.broken()}
    station.store.close()


ACTS = [
    lambda tx, i: set_aside.mark_problem(tx, i, "damaged"),
    lambda tx, i: set_aside.mark_to_return(tx, i, "refused"),
    lambda tx, i: set_aside.put_back(tx, i),
    lambda tx, i: parcel_problems.note_wrong_person(tx, i),
    lambda tx, i: parcel_problems.recover(tx, i, is_damaged=i % 2 == 0),
    lambda tx, i: parcel_problems.lose(tx, i),
    lambda tx, i: parcel_problems.find_again(tx, i, is_damaged=i % 2 == 1),
    lambda tx, i: _undo(tx, i),
    lambda tx, i: _undo(tx, i),
    lambda tx, i: parcel_problems.settle(tx, _newest(tx, i), "settled"),
    lambda tx, i: parcel_problems.reopen(tx, _newest(tx, i)),
]


def _undo(tx, parcel_id) -> None:
    if last_act(tx, parcel_id) not in ("", "check_in"):  # a check-in that is undone is the end of the story
        undo_parcel(tx, parcel_id)


def _newest(tx, parcel_id) -> int:
    return tx.value("SELECT MAX(id) FROM parcel_problems WHERE parcel_id = ?", parcel_id) or 0


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 10**6))
def test_whatever_is_done_in_any_order_cases_and_events_agree(tmp_path_factory, seed):
    dice = random.Random(seed)
    station = Station.copied(tmp_path_factory.mktemp("any") / "state")
    ids = [station.arrive(waybill).parcel_id for waybill in (ZTO, YTO)]
    for _ in range(40):
        parcel_id = dice.choice(ids)
        try:
            if dice.random() < 0.2 and station.state(parcel_id) in ("on_shelf", "problem"):
                station.collect(parcel_id, even_set_aside=True)
            else:
                station.act(dice.choice(ACTS), parcel_id)
        except Refused:
            continue
        assert station.broken() == []
    station.store.close()
