"""The desk behind the scans: who is there, once and never later, command cards, what a scan would do, the ticket of the
visit, and whatever an imager reads."""

import threading
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kiosk import clock, ids
from kiosk.codes import CodeKind, recognise
from kiosk.counter import commands, desk_scans
from kiosk.counter.open_ticket import open_ticket
from kiosk.counter.scan_decision import ScanAction
from kiosk.counter.take_scan import take_scan
from kiosk.counter.what_would import what_would
from kiosk.devices.model import Scan
from kiosk.notices import store as notices
from kiosk.people import desks, sessions
from kiosk.printing import jobs
from kiosk.till import actions as till
from kiosk.till import store as tickets
from kiosk.till.model import NewLine
from tests.services.parcel_bench import ID_NUMBER, JD_1, JD_2, PAYMENT, YTO, ZTO, Station


@pytest.fixture
def station(tmp_path: Path):
    opened = Station.copied(tmp_path)
    yield opened
    assert opened.broken() == []
    opened.store.close()


@pytest.fixture
def stocked(station):
    return station.stocked()


def shown(outcome):
    return outcome.code, outcome.tone


# The desk ------------------------------------------------------------------------------------------------------------


def test_nobody_at_the_desk_and_a_locked_desk_refuse_and_never_act_later(stocked):
    with stocked.store.reading() as db:
        session = sessions.at_desk(db, 1)
    stocked.act(sessions.lock, session.id)
    scan_id = ids.ordered_id()
    stocked.act(lambda tx: desks.set_desk(tx, 1, mode="hand_over"))
    assert shown(stocked.scan_again(YTO, scan_id=scan_id)) == ("desk.locked", "refused")
    stocked.act(sessions.unlock, session.id)
    assert shown(stocked.scan_again(YTO, scan_id=scan_id)) == ("desk.locked", "refused")
    assert stocked.state(stocked.b1) == "on_shelf"
    assert shown(stocked.scan_again(YTO)) == ("parcel.handed_over", "done")  # a new scan, at once
    with stocked.store.transaction() as tx:
        sessions.end(tx, session)
    assert shown(stocked.scan(ZTO)) == ("desk.nobody", "refused")


def test_old_scan_is_refused(stocked):
    stocked.act(lambda tx: desks.set_desk(tx, 1, mode="hand_over"))
    assert shown(stocked.scan(YTO, age_seconds=6)) == ("scan.too_old", "refused")
    assert stocked.state(stocked.b1) == "on_shelf"


@pytest.mark.parametrize(("waited", "told"), [(6, 0), (0, 6)])
def test_scan_is_as_old_as_the_older_of_its_two_clocks_says(stocked, waited, told):
    stocked.act(lambda tx: desks.set_desk(tx, 1, mode="hand_over"))
    found = recognise(YTO)
    at = clock.stamp(clock.now() - timedelta(seconds=waited))
    scan = Scan(ids.ordered_id(), "扫码枪", "柜台", found.kind.value, found.text, found.length, {}, at, float(told))
    with stocked.store.transaction() as tx:
        assert take_scan(tx, 1, scan).code == "scan.too_old"


def test_same_code_after_a_command_is_a_new_scan(stocked):
    assert stocked.scan("SF1023574470215").code == "parcel.not_found"
    stocked.batch("SF")
    assert stocked.scan_again("~CMD:intake").code == "mode.intake"
    assert stocked.scan_again("SF1023574470215").code == "parcel.checked_in"
    assert stocked.scan_again("~CMD:intake").code == "scan.repeated"


def test_secret_is_not_even_hashed(stocked):
    assert stocked.read(desk_scans.code_hash, CodeKind.PAYMENT_CODE, PAYMENT) is None
    assert stocked.read(desk_scans.code_hash, CodeKind.WAYBILL, ZTO) is not None


def test_badge_names_its_person_even_over_a_locked_desk_and_lets_nobody_in(stocked):
    with stocked.store.reading() as db:
        badge = db.value("SELECT badge FROM staff")
        session = sessions.at_desk(db, 1)
    stocked.act(sessions.lock, session.id)
    outcome = stocked.scan(f"~OP:{badge}")
    assert shown(outcome) == ("staff.identified", "attention")
    assert outcome.facts["staff_id"] == stocked.manager_id
    assert stocked.read(sessions.at_desk, 1) is None


@pytest.mark.lesson(15)
def test_same_scan_twice_is_one_act_and_one_answer(stocked):
    stocked.act(lambda tx: desks.set_desk(tx, 1, mode="hand_over"))
    scan_id = ids.ordered_id()
    first = stocked.scan_again(YTO, scan_id=scan_id)
    second = stocked.scan_again(YTO, scan_id=scan_id)
    assert shown(first) == shown(second) == ("parcel.handed_over", "done")
    assert (second.id, str(second), second.changed) == (first.id, str(first), first.changed)
    assert stocked.events(stocked.b1) == ["checked_in", "handed_over"]


def test_act_is_done_in_the_name_of_whoever_works_at_the_desk(stocked):
    stocked.act(lambda tx: desks.set_desk(tx, 1, mode="hand_over"))
    stocked.scan(YTO)
    with stocked.store.reading() as db:
        row = db.one("SELECT actor_kind, actor_id, desk_id FROM parcel_events WHERE kind = 'handed_over'")
    assert tuple(row) == ("staff", stocked.manager_id, 1)


def test_same_code_from_eight_threads_hands_over_once(stocked):
    stocked.act(lambda tx: desks.set_desk(tx, 1, mode="hand_over"))
    outcomes = []

    def work():
        outcomes.append(stocked.scan_again(YTO).code)

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["parcel.handed_over"] + ["scan.repeated"] * 7


@pytest.mark.lesson(19)
def test_command_cards_do_what_the_buttons_do(stocked):
    stocked.act(lambda tx: desks.set_desk(tx, 1, mode="hand_over"))
    stocked.scan(YTO)
    undone = stocked.scan("~CMD:undo")
    assert shown(undone) == ("undo.hand_over", "done")
    assert stocked.state(stocked.b1) == "on_shelf"
    assert shown(stocked.scan("~CMD:undo")) == ("undo.check_in", "done")
    assert stocked.scan("~CMD:close_day").go == "close_day"
    assert shown(stocked.scan("~CMD:close_batch")) == ("batch.none_open", "refused")
    assert shown(stocked.scan("~CMD:lock")) == ("desk.is_locked_now", "done")
    assert shown(stocked.scan("~CMD:undo")) == ("desk.locked", "refused")


def test_reprint_card_prints_the_last_slip_again(station):
    assert shown(station.scan("~CMD:reprint")) == ("reprint.nothing", "refused")
    station.batch("ZTO", print_mode="at_once")
    done = station.scan(ZTO)
    assert shown(station.scan("~CMD:reprint")) == ("print_job.still_waiting", "refused")
    (told,) = station.read(notices.of_subject, "parcel", done.parcel_id)
    station.act(jobs.finish, told.job_id, "confirmed")
    assert shown(station.scan("~CMD:reprint")) == ("reprint.queued", "done")
    assert len(station.read(notices.of_subject, "parcel", done.parcel_id)) == 2


def test_close_of_a_batch_that_lacks_parcels_asks_for_attention(station):
    station.batch("ZTO", declared=2)
    station.scan(ZTO)
    outcome = station.scan("~CMD:close_batch")
    assert shown(outcome) == ("batch.closed_with_difference", "attention")
    assert "2" in str(outcome)


def test_every_command_card_can_be_printed_and_read_back():
    for command in commands.COMMANDS:
        found = recognise(f"~CMD:{command}")
        assert (found.kind, found.text) == (CodeKind.COMMAND, command)
    assert set(commands.COMMANDS) == set(commands.COMMAND_WORDS)


def test_scans_are_kept_for_a_week(station):
    station.scan("??")
    assert station.act(desk_scans.forget_old) == 0
    station.later += timedelta(days=8)
    assert station.act(desk_scans.forget_old) == 1
    assert station.read(desk_scans.recent, 1) == []


# What would a scan do? -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("mode", "code", "action"),
    [
        ("home", ZTO, ScanAction.OPEN_PERSON),
        ("hand_over", ZTO, ScanAction.HAND_OVER),
        ("intake", ZTO, ScanAction.REFUSE),
        ("intake", JD_1, ScanAction.CHECK_IN),
        ("intake", "~SH:3-2", ScanAction.SET_PLACE),
        ("intake", "9787115546081", ScanAction.ASK_BOOK),
        ("home", "****1234", ScanAction.OPEN_PERSON),
        ("home", PAYMENT, ScanAction.REFUSE),
        ("home", "~CMD:undo", ScanAction.COMMAND),
        ("home", "~OP:12", ScanAction.IDENTIFY_STAFF),
        ("home", "~RC:R1", ScanAction.OPEN_RECEIPT),
        ("home", JD_2, ScanAction.REFUSE),
    ],
)
def test_what_a_scan_would_do_is_what_it_does(stocked, mode, code, action):
    stocked.batch("ZTO")
    stocked.act(lambda tx: desks.set_desk(tx, 1, mode=mode))
    before = stocked.everything_stored()
    with stocked.store.reading() as db:
        told = what_would(db, desks.desk(db, 1), code)
    assert told.action is action
    assert stocked.everything_stored() == before
    outcome = stocked.scan(code)
    if told.refused is not None:
        assert outcome.code == told.refused.code
    elif told.parcel is not None:
        assert outcome.parcel_id == told.parcel.id


def test_what_would_names_candidates_and_people(stocked):
    told = stocked.read(what_would, None, "YT8962646785389")
    assert (told.kind, told.candidates[0].carrier, told.waybill_no) == (CodeKind.WAYBILL, "YTO", YTO)
    assert told.people[0].parcel_ids == (stocked.b1,)
    stocked.collect(stocked.b1)
    assert stocked.read(what_would, None, YTO).action is ScanAction.SAY_GONE


# Whatever an imager reads --------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def busy(tmp_path_factory):
    """A desk with a batch, a stock and an open person, scanned by everything in turn."""
    opened = Station(Path(tmp_path_factory.mktemp("busy")))
    opened.arrive(ZTO, phone="1234", name_hint="张")
    opened.batch("")
    yield opened
    assert opened.problems() == []
    opened.store.close()


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    mode=st.sampled_from(["home", "intake", "hand_over"]),
    text=st.one_of(
        st.text(max_size=60),
        st.from_regex(r"~(PK|CMD|OP|SH|RC):[!-~]{1,20}", fullmatch=True),
        st.from_regex(r"[0-9A-Z-]{1,45}", fullmatch=True),
        st.from_regex(r"(1[0-5][0-9]{16}|62[0-9]{17}|1[3-9][0-9]{9})", fullmatch=True),
        st.sampled_from([ZTO, YTO, JD_1, PAYMENT, ID_NUMBER, "~CMD:undo", "~CMD:lock", "1234", "张", "zs"]),
    ),
)
def test_any_text_in_any_mode_has_an_answer_and_breaks_nothing(busy, mode, text):
    with busy.store.transaction() as tx:
        desks.set_desk(tx, 1, mode=mode)
        tx.execute("UPDATE staff_sessions SET locked_at = NULL")
    outcome = busy.scan(text)
    assert outcome.tone in ("done", "attention", "refused", "already")
    assert str(outcome) and outcome.code
    found = recognise(text)
    if found.kind in (CodeKind.PAYMENT_CODE, CodeKind.ID_NUMBER, CodeKind.PHONE) and len(text) > 10:
        assert text not in busy.everything_stored()
    assert busy.broken() == []


# The visit -----------------------------------------------------------------------------------------------------------


def ticket_labels(station, ticket_id):
    return [(line.act, line.facts["count"]) for line in station.read(tickets.lines, ticket_id)]


def test_what_is_collected_stands_on_the_ticket_of_the_visit(stocked):
    ticket_id = stocked.act(open_ticket, 1)
    stocked.scan(f"~PK:{stocked.code}")
    stocked.scan(ZTO)
    assert ticket_labels(stocked, ticket_id) == [("hand_over", 1)]
    stocked.scan("~CMD:undo")
    assert ticket_labels(stocked, ticket_id) == [("hand_over", 1), ("undo_hand_over", 1)]


def test_nobody_who_just_collects_is_given_a_ticket(stocked):
    stocked.scan("~CMD:hand_over")
    stocked.scan(ZTO)
    assert stocked.desk().open_ticket_id is None
    ticket_id = stocked.act(open_ticket, 1)
    stocked.scan("~CMD:undo")
    assert ticket_labels(stocked, ticket_id) == []


def test_full_ticket_never_stops_a_hand_over(stocked):
    ticket_id = stocked.act(open_ticket, 1)
    line = NewLine(
        service="parcel", act="hand_over", case_kind="parcel", case_id=9, label="取件 {count} 件", facts={"count": 9}
    )
    stocked.act(lambda tx: [till.add_line(tx, ticket_id, line, is_done=True) for _ in range(till.MOST_LINES)])
    stocked.scan("~CMD:hand_over")
    assert stocked.scan(ZTO).code == "parcel.handed_over"
    assert set(ticket_labels(stocked, ticket_id)) == {("hand_over", 9)}
