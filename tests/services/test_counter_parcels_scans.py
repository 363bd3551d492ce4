"""What a scan does at a desk: by mode, open batch and open person; once, now or never; refusals that leave only their row."""

import threading
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kiosk import ids
from kiosk.codes import CodeKind, recognise
from kiosk.counter import commands, desk_scans
from kiosk.counter.open_ticket import open_ticket
from kiosk.counter.scan_decision import ScanAction
from kiosk.counter.what_would import what_would
from kiosk.notices import store as notices
from kiosk.parcels import batches
from kiosk.people import desks, sessions
from kiosk.printing import jobs
from kiosk.till import actions as till
from kiosk.till import store as tickets
from kiosk.till.model import NewLine
from tests.services.parcel_bench import ID_NUMBER, JD_1, JD_2, PAYMENT, YTO, ZTO, ZTO_2, Station


@pytest.fixture
def station(tmp_path: Path):
    opened = Station.copied(tmp_path)
    yield opened
    assert opened.broken() == []
    opened.store.close()


def shown(outcome):
    return outcome.code, outcome.tone


# Intake --------------------------------------------------------------------------------------------------------------


def test_scan_place_scan_needs_nothing_else(station):
    batch_id = station.batch("ZTO", declared=2)
    first, second = station.scan(ZTO), station.scan(ZTO_2)
    assert shown(first) == shown(second) == ("parcel.checked_in", "done")
    assert first.facts["pickup_code"] in str(first)
    assert first.facts["pickup_code"] != second.facts["pickup_code"]
    assert station.read(batches.batch, batch_id).counted == 2
    assert shown(station.scan("~CMD:close_batch")) == ("batch.closed_now", "done")


def test_intake_without_a_batch_says_how_to_begin_one(station):
    assert shown(station.scan("~CMD:intake")) == ("mode.intake", "attention")
    assert shown(station.scan(ZTO)) == ("intake.no_batch", "refused")


def test_warning_asks_for_attention_and_the_parcel_is_in(station):
    station.batch("ZTO")
    outcome = station.scan(YTO)
    assert shown(outcome) == ("parcel.checked_in", "attention")
    assert outcome.facts["warning_codes"] == ["waybill.contradicts_batch"]
    assert station.state(outcome.parcel_id) == "on_shelf"


def test_duplicate_sounds_as_already_done_and_names_the_first(station):
    station.batch("ZTO")
    first = station.scan(ZTO)
    again = station.scan(ZTO)
    assert shown(again) == ("parcel.already_in_stock", "already")
    assert again.parcel_id == first.parcel_id and "王芳" in str(again)


def test_shelf_label_says_where_the_next_parcels_go(station):
    station.batch("ZTO")
    assert shown(station.scan("~SH:5-2")) == ("intake.place_set", "done")
    assert station.scan(ZTO).facts["place"] == "5-2"


def test_book_is_asked_with_its_number_at_hand(station):
    station.batch("YZPY")
    outcome = station.scan("9787115546081")
    assert shown(outcome) == ("waybill.is_book", "attention")
    assert outcome.facts["asked"] == "9787115546081"


@pytest.mark.parametrize("code", [PAYMENT, ID_NUMBER])
def test_secret_is_refused_and_stands_nowhere(station, code):
    station.batch("ZTO")
    assert station.scan(code).tone == "refused"
    assert code not in station.everything_stored()
    with station.store.reading() as db:
        assert db.value("SELECT code_hash FROM desk_scans ORDER BY id DESC LIMIT 1") is None


def test_phone_leaves_no_trace_in_the_scans(station):
    station.batch("ZTO")
    assert shown(station.scan("13800001234")) == ("waybill.is_phone", "refused")
    assert "13800001234" not in station.everything_stored()


def test_wrong_symbol_gets_a_soft_tone_only(station):
    station.batch("ZTO")
    outcome = station.scan("https://example.com/track?no=1")
    assert shown(outcome) == ("waybill.is_noise", "attention")
    assert outcome.is_quiet


@pytest.mark.parametrize("code", ["3-2-1005", "~PK:3-2-1005", "~RC:R20261122-0001", "6901234567892"])
def test_what_is_no_parcel_is_not_taken_in(station, code):
    batch_id = station.batch("ZTO")
    station.scan(code)
    assert station.read(batches.batch, batch_id).counted == 0


# Handing over --------------------------------------------------------------------------------------------------------


@pytest.fixture
def stocked(station):
    """Two parcels of one person, one of another, at a desk in mode home."""
    station.a1 = station.arrive(ZTO, phone="1234", name_hint="张").parcel_id
    station.a2 = station.arrive(ZTO_2, phone="1234").parcel_id
    station.b1 = station.arrive(YTO, phone="9876", name_hint="李").parcel_id
    station.code = station.row(station.a1)["pickup_code"]
    return station


def test_pickup_code_opens_the_person_and_their_waybills_hand_over(stocked):
    opened = stocked.scan(f"~PK:{stocked.code}")
    assert shown(opened) == ("person.opened", "done")
    assert opened.facts["count"] == 2
    assert stocked.desk().open_parcel_id == stocked.a1
    assert shown(stocked.scan(ZTO_2)) == ("parcel.handed_over", "done")
    assert shown(stocked.scan(ZTO)) == ("parcel.handed_over", "done")
    assert stocked.state(stocked.a1) == stocked.state(stocked.a2) == "handed_over"
    assert stocked.desk().open_parcel_id is None
    with stocked.store.reading() as db:
        methods = {row[0] for row in db.all("SELECT method FROM parcel_events WHERE kind = 'handed_over'")}
    assert methods == {"code"}


def test_waybill_without_an_open_person_opens_them_and_hands_over_the_second_time(stocked):
    assert shown(stocked.scan(ZTO)) == ("person.opened", "done")
    assert stocked.state(stocked.a1) == "on_shelf"
    assert shown(stocked.scan(ZTO)) == ("parcel.handed_over", "done")


def test_double_read_of_a_waybill_does_not_hand_over(stocked):
    stocked.scan(ZTO)
    assert shown(stocked.scan_again(ZTO)) == ("scan.repeated", "already")
    assert stocked.state(stocked.a1) == "on_shelf"


def test_scanner_held_on_a_code_stays_one_scan(stocked):
    from datetime import timedelta

    stocked.scan(ZTO)
    for _ in range(4):
        stocked.later += timedelta(seconds=2)
        assert stocked.scan_again(ZTO).code == "scan.repeated"
    assert stocked.state(stocked.a1) == "on_shelf"


def test_wrong_parcel_for_the_open_person_is_refused_loudly(stocked):
    stocked.scan(f"~PK:{stocked.code}")
    wrong = stocked.scan(YTO)
    assert shown(wrong) == ("parcel.other_person", "refused")
    assert wrong.parcel_id == stocked.b1
    assert stocked.state(stocked.b1) == "on_shelf"


def test_mode_hand_over_hands_over_directly(stocked):
    assert shown(stocked.scan("~CMD:hand_over")) == ("mode.hand_over", "done")
    assert shown(stocked.scan(YTO)) == ("parcel.handed_over", "done")
    assert shown(stocked.scan(f"~PK:{stocked.code}")) == ("person.opened", "done")
    assert shown(stocked.scan("~CMD:home")) == ("mode.home", "done")
    assert stocked.desk().open_parcel_id is None


def test_second_pick_up_is_said_and_remembered(stocked):
    stocked.collect(stocked.a1)
    again = stocked.scan(f"~PK:{stocked.code}")
    assert shown(again) == ("parcel.already_handed_over", "already")
    assert "王芳" in str(again)
    assert stocked.events(stocked.a1)[-1] == "second_pickup_tried"
    assert stocked.desk().open_parcel_id == stocked.a2  # what else they have is shown at once


def test_waybill_that_has_left_is_said_without_calling_it_a_pick_up(stocked):
    stocked.collect(stocked.b1)
    assert shown(stocked.scan(YTO)) == ("parcel.already_handed_over", "already")
    assert stocked.events(stocked.b1)[-1] == "handed_over"
    stocked.scan("~CMD:hand_over")
    stocked.scan(YTO)
    assert stocked.events(stocked.b1)[-1] == "second_pickup_tried"


def test_set_aside_parcel_is_refused_by_scan_and_nothing_is_left_of_the_try(stocked):
    from kiosk.counter.set_aside import mark_problem

    stocked.act(mark_problem, stocked.b1, "damaged")
    stocked.scan("~CMD:hand_over")
    assert shown(stocked.scan(YTO)) == ("parcel.is_problem", "refused")
    assert stocked.events(stocked.b1) == ["checked_in", "marked_problem"]


def test_phone_that_two_families_share_is_asked(stocked):
    other = stocked.arrive("JT5261988016578", phone="9876", name_hint="王").parcel_id
    asked = stocked.scan("****9876")
    assert shown(asked) == ("person.asked", "attention")
    assert asked.facts["people"] == [stocked.b1, other]
    assert "9876" not in str(asked.facts)


@pytest.mark.parametrize(
    ("code", "refusal"),
    [
        (PAYMENT, "scan.is_payment_code"),
        (ID_NUMBER, "scan.is_id_number"),
        ("6901234567892", "scan.is_goods"),
        ("~SH:3-2", "scan.is_shelf"),
        ("https://example.com", "scan.is_noise"),
        ("SF1023574470215", "parcel.not_found"),
        ("~PK:9-9-9999", "pickup_code.unknown"),
        ("13811112222", "person.not_found"),
        ("??", "scan.is_unreadable"),
        ("~CMD:dance", "command.unknown"),
        ("~OP:0000000000", "staff.badge_unknown"),
    ],
)
def test_scan_that_leads_nowhere_says_what_it_is(stocked, code, refusal):
    before = {parcel: stocked.events(parcel) for parcel in (stocked.a1, stocked.a2, stocked.b1)}
    assert stocked.scan(code).code == refusal
    assert {parcel: stocked.events(parcel) for parcel in before} == before


def test_receipt_leads_to_its_page(stocked):
    outcome = stocked.scan("~RC:R20261122-0001")
    assert (outcome.code, outcome.go, outcome.facts["receipt_no"]) == ("receipt.scanned", "receipt", "R20261122-0001")


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


def test_badge_names_its_person_even_over_a_locked_desk_and_lets_nobody_in(stocked):
    with stocked.store.reading() as db:
        badge = db.value("SELECT badge FROM staff")
        session = sessions.at_desk(db, 1)
    stocked.act(sessions.lock, session.id)
    outcome = stocked.scan(f"~OP:{badge}")
    assert shown(outcome) == ("staff.identified", "attention")
    assert outcome.facts["staff_id"] == stocked.manager_id
    assert stocked.read(sessions.at_desk, 1) is None


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
    from datetime import timedelta

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
